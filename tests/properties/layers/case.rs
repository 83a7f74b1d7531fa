//! Nets to try, drawn from the samples of a record, and data for them.

use netform::expr::{Expr, Kind, Sym};
use netform::layers::{Layer, Sample};

use super::super::random::Random;
use crate::session::TestSession;

/// How often the sizes of a sample are drawn, at least.
const DRAWS: usize = 5;
/// Sizes and counts are below their least value plus this.
const SPREAD: usize = 3;
/// How far numbers may be apart, relative to the sum of the magnitudes in a result.
const TOLERANCE: f64 = 1e-12;

/// The constructor calls of a record's samples: the least sizes first, then random ones, and every choice at least once.
pub(super) fn calls(layer: &Layer) -> Vec<String> {
    let mut calls: Vec<String> = Vec::new();
    for sample in layer.samples {
        for call in draws(sample) {
            if !calls.contains(&call) {
                calls.push(call);
            }
        }
    }
    calls
}

fn draws(sample: &Sample) -> Vec<String> {
    let count = sample.choices.iter().map(|(_, texts)| texts.len()).max().unwrap_or(0).max(DRAWS);
    let mut random = Random::new(sample.call.len() as u64);
    let call = |draw: usize| {
        let mut size = |least: usize| if draw == 0 { least } else { least + random.below(SPREAD) };
        let sizes: Vec<String> = sample.sizes.iter().map(|name| format!("{name} = {}", size(1))).collect();
        let counts: Vec<String> = sample.counts.iter().map(|name| format!("{name} = {}", size(0))).collect();
        let choices = sample.choices.iter().enumerate().map(|(place, (name, texts))| {
            let text = if place == 0 { texts[draw % texts.len()] } else { *random.choose(texts) };
            format!("{name} = {text}")
        });
        let choices: Vec<String> = choices.collect();
        // Choices may mention sizes.
        with(&[sizes, counts].concat(), &with(&choices, sample.call))
    };
    (0..count).map(call).collect()
}

fn with(definitions: &[String], body: &str) -> String {
    if definitions.is_empty() { body.to_owned() } else { format!("With[{{{}}}, {body}]", definitions.join(", ")) }
}

/// A net without weights, `plain`, the same initialised, `net`, and data for its ports.
pub(super) struct Case {
    pub(super) session: TestSession,
    /// The symbols of the data with a number for each.
    pub(super) points: Vec<(String, f64)>,
    /// Symbols in the shape of the ports, as the text of an argument.
    pub(super) symbols: String,
    pub(super) random: Random,
}

impl Case {
    /// The case of a net in the language.
    pub(super) fn new(net: &str, seed: u64) -> Result<Case, String> {
        let mut session = TestSession::new();
        let shown = session.transcript(&format!("plain = {net}; SeedRandom[{seed}]; net = NetInitialize[plain];"));
        if !shown.is_empty() {
            return Err(shown.join("\n"));
        }
        let mut random = Random::new(seed);
        let mut points = Vec::new();
        let ports = session.value("Information[net, \"InputPorts\"]")?;
        let mut arguments = Vec::new();
        for (name, dimensions) in port_shapes(&ports)? {
            arguments.push(format!("\"{name}\" -> {}", filled(&dimensions, &mut random, &mut points)));
        }
        let symbols = format!("<|{}|>", arguments.join(", "));
        Ok(Case { session, points, symbols, random })
    }

    /// The symbols with the given numbers in their place.
    pub(super) fn argument(&self, number: impl Fn(usize, f64) -> String) -> String {
        let rules = self.points.iter().enumerate().map(|(i, (name, value))| format!("{name} -> {}", number(i, *value)));
        format!("({} /. {{{}}})", self.symbols, rules.collect::<Vec<_>>().join(", "))
    }

    /// Machine numbers in the place of the symbols.
    pub(super) fn machine_argument(&self) -> String {
        self.argument(|_, value| real_text(value))
    }

    /// Exact numbers in the place of the symbols.
    pub(super) fn exact_argument(&self) -> String {
        self.argument(|_, value| exact_text(value))
    }

    /// The rules that put the numbers of an argument into a symbolic result.
    pub(super) fn rules(&self, number: impl Fn(f64) -> String) -> String {
        let rules = self.points.iter().map(|(name, value)| format!("{name} -> {}", number(*value)));
        format!("{{{}}}", rules.collect::<Vec<_>>().join(", "))
    }

    /// All numbers in the value of an input.
    pub(super) fn numbers(&mut self, input: &str) -> Result<Vec<f64>, String> {
        let value = self.session.value(input)?;
        let mut found = Vec::new();
        collect(&value, &mut found)
            .ok_or_else(|| format!("{input} gives {}", self.session.session().output_form(&value)))?;
        Ok(found)
    }

    /// Whether the numbers in the values of two inputs are the same up to rounding.
    pub(super) fn compare(&mut self, left: &str, right: &str) -> Result<(), String> {
        let (a, b) = (self.numbers(left)?, self.numbers(right)?);
        let scale: f64 = 1.0 + a.iter().map(|x| x.abs()).sum::<f64>();
        let close = a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| (x - y).abs() <= TOLERANCE * scale);
        if close { Ok(()) } else { Err(format!("{left} is {a:?}, {right} is {b:?}")) }
    }

    /// Whether the values of two inputs are the same node.
    pub(super) fn same(&mut self, left: &str, right: &str) -> Result<(), String> {
        let (a, b) = (self.session.value(left)?, self.session.value(right)?);
        let failed = a.is(Sym::Failed);
        if a == b && !failed {
            return Ok(());
        }
        let session = self.session.session();
        Err(format!("{left} is\n{}\n{right} is\n{}", session.output_form(&a), session.output_form(&b)))
    }
}

/// The names and dimensions of ports, as `Information` gives them.
pub(super) fn port_shapes(ports: &Expr) -> Result<Vec<(String, Vec<usize>)>, String> {
    let of_port = |rule: &Expr| {
        let dimensions: Option<Vec<usize>> = rule.arg(1).args().iter().map(Expr::as_usize).collect();
        let dimensions = dimensions.filter(|_| rule.arg(1).is_list());
        Some((rule.arg(0).as_str()?.to_owned(), dimensions?))
    };
    let shapes: Option<Vec<_>> = ports.args().iter().map(of_port).collect();
    shapes.filter(|_| ports.has_head(Sym::Association)).ok_or_else(|| format!("no definite shapes: {ports:?}"))
}

/// A machine number as it is typed.
pub(super) fn real_text(value: f64) -> String {
    format!("({})", format!("{value:?}").replace('e', "*^"))
}

/// A fraction near a number as it is typed.
pub(super) fn exact_text(value: f64) -> String {
    format!("({}/8)", (value * 8.0).round())
}

/// Nested lists of fresh symbols, and for each of them a number between -2 and 2 that is no kink of a usual function.
fn filled(dimensions: &[usize], random: &mut Random, points: &mut Vec<(String, f64)>) -> String {
    match dimensions.split_first() {
        None => {
            let name = format!("x{}", points.len() + 1);
            points.push((name.clone(), random.below(4000) as f64 / 1000.0 - 1.9995));
            name
        }
        Some((&count, inner)) => {
            let elements: Vec<String> = (0..count).map(|_| filled(inner, random, points)).collect();
            format!("{{{}}}", elements.join(", "))
        }
    }
}

/// All numbers in nested lists and associations; `None` if something else stands there.
pub(super) fn collect(value: &Expr, numbers: &mut Vec<f64>) -> Option<()> {
    match value.kind() {
        Kind::Array(_) => value.args().iter().try_for_each(|element| collect(element, numbers))?,
        Kind::Normal(head, args) if head.is(Sym::List) || head.is(Sym::Association) => {
            args.iter().try_for_each(|element| collect(element, numbers))?;
        }
        Kind::Normal(head, args) if head.is(Sym::Rule) => collect(&args[1], numbers)?,
        _ => numbers.push(value.as_number()?.to_f64()?),
    }
    Some(())
}

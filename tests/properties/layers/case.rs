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

/// A net in the language.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) text: String,
    /// Whether its data must be between 0 and 1.
    pub(super) probabilities: bool,
}

/// The constructor calls of a record's samples: the least sizes first, then random ones, and every choice at least once.
pub(super) fn calls(layer: &Layer) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for sample in layer.samples {
        for text in draws(sample) {
            let call = Call { text, probabilities: sample.probabilities };
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
    (0..count).map(|draw| Draw::new(sample, draw, &mut random).text(sample, |_, size| size.to_string())).collect()
}

/// Calls of a sample, each once with all sizes as numbers and once with a symbol in the place of one; and the number for the
/// symbol.
pub(super) fn draws_with(sample: &Sample, name: &str, symbol: &str, count: usize) -> Vec<(String, String, usize)> {
    let mut random = Random::new(sample.call.len() as u64);
    let call = |draw: usize| {
        let mut draw = Draw::new(sample, draw + 1, &mut random);
        // Where an array is empty, lists do not show its other dimensions.
        draw.sizes.iter_mut().for_each(|(_, size)| *size = (*size).max(1));
        let value = draw.sizes.iter().find(|(known, _)| *known == name).map_or(0, |(_, size)| *size);
        let put_in = |known: &str, size: usize| if known == name { symbol.to_owned() } else { size.to_string() };
        (draw.text(sample, |_, size| size.to_string()), draw.text(sample, put_in), value)
    };
    (0..count).map(call).collect()
}

/// What is drawn for a sample.
struct Draw {
    sizes: Vec<(&'static str, usize)>,
    choices: Vec<String>,
}

impl Draw {
    /// The first draw has the least sizes.
    fn new(sample: &Sample, draw: usize, random: &mut Random) -> Draw {
        let mut size = |least: usize| if draw == 0 { least } else { least + random.below(SPREAD) };
        let mut sizes: Vec<(&str, usize)> = sample.sizes.iter().map(|name| (*name, size(1))).collect();
        sizes.extend(sample.counts.iter().map(|name| (*name, size(0))));
        let choices = sample.choices.iter().enumerate().map(|(place, (name, texts))| {
            let text = if place == 0 { texts[draw % texts.len()] } else { *random.choose(texts) };
            format!("{name} = {text}")
        });
        Draw { choices: choices.collect(), sizes }
    }

    /// The call, with texts for the sizes.
    fn text(&self, sample: &Sample, size: impl Fn(&str, usize) -> String) -> String {
        let sizes: Vec<String> =
            self.sizes.iter().map(|(name, value)| format!("{name} = {}", size(name, *value))).collect();
        // Choices may mention sizes.
        with(&sizes, &with(&self.choices, sample.call))
    }
}

fn with(definitions: &[String], body: &str) -> String {
    if definitions.is_empty() { body.to_owned() } else { format!("With[{{{}}}, {body}]", definitions.join(", ")) }
}

/// A symbol in the data, and what stands in its place where there are no symbols.
pub(super) struct Point {
    pub(super) name: String,
    pub(super) value: Value,
}

/// A value of data.
#[derive(Clone, Copy)]
pub(super) enum Value {
    Real(f64),
    Index(usize),
    Truth(bool),
}

impl Value {
    /// How it is typed, with a text for real numbers.
    pub(super) fn text(self, real: impl FnOnce(f64) -> String) -> String {
        match self {
            Value::Real(value) => real(value),
            Value::Index(index) => index.to_string(),
            Value::Truth(truth) => if truth { "True" } else { "False" }.to_owned(),
        }
    }

    /// A value for an element of a port, by the port's type and the element's place in its level.
    fn draw(port_type: &Expr, place: usize, probabilities: bool, random: &mut Random) -> Result<Value, String> {
        if port_type.as_str() == Some("Boolean") {
            return Ok(Value::Truth(random.below(2) == 1));
        }
        if !port_type.has_head(Sym::Restricted) {
            // No kink of a usual function.
            let between_minus_two_and_two = random.below(4000) as f64 / 1000.0 - 1.9995;
            let value = if probabilities { 0.5 + between_minus_two_and_two / 5.0 } else { between_minus_two_and_two };
            return Ok(Value::Real(value));
        }
        let greatest = port_type.arg(1);
        let greatest = if greatest.is_list() { greatest.arg(place % greatest.len()) } else { greatest };
        let greatest = greatest.as_usize().filter(|&greatest| greatest > 0);
        let greatest = greatest.ok_or_else(|| format!("no index is in the range of {port_type:?}"))?;
        Ok(Value::Index(1 + random.below(greatest)))
    }
}

/// A net without weights, `plain`, the same initialised, `net`, and data for its ports.
pub(super) struct Case {
    pub(super) session: TestSession,
    /// The symbols of the data with a value for each.
    pub(super) points: Vec<Point>,
    /// Symbols in the shape of the ports, as the text of an argument.
    pub(super) symbols: String,
    pub(super) random: Random,
}

impl Case {
    /// The case of a net in the language.
    pub(super) fn new(call: &Call, seed: u64) -> Result<Case, String> {
        let net = &call.text;
        let mut session = TestSession::new();
        let shown = session.transcript(&format!(
            "plain = {net}; SeedRandom[{seed}]; net = NetInitialize[plain, RandomSeeding -> Inherited];"
        ));
        if !shown.is_empty() {
            return Err(shown.join("\n"));
        }
        let mut random = Random::new(seed);
        let mut points = Vec::new();
        let ports = session.value("Information[net, \"InputPorts\"]")?;
        let types = session.value("Information[net, \"InputPortTypes\"]")?;
        let mut arguments = Vec::new();
        for ((name, dimensions), port_type) in port_shapes(&ports)?.into_iter().zip(types.args().iter()) {
            let mut draw = |place: usize| Value::draw(&port_type.arg(1), place, call.probabilities, &mut random);
            arguments.push(format!("\"{name}\" -> {}", filled(&dimensions, 0, &mut draw, &mut points)?));
        }
        let symbols = format!("<|{}|>", arguments.join(", "));
        Ok(Case { session, points, symbols, random })
    }

    /// The symbols with the given numbers in their place.
    pub(super) fn argument(&self, number: impl Fn(usize, f64) -> String) -> String {
        let value =
            |(i, point): (usize, &Point)| format!("{} -> {}", point.name, point.value.text(|value| number(i, value)));
        let rules = self.points.iter().enumerate().map(value);
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
        let value = |point: &Point| format!("{} -> {}", point.name, point.value.text(&number));
        let rules = self.points.iter().map(value);
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

    /// Whether the values of two inputs are the same node, or the same numbers up to rounding where a net itself has
    /// constants that are not exact.
    pub(super) fn same(&mut self, left: &str, right: &str) -> Result<(), String> {
        let (a, b) = (self.session.value(left)?, self.session.value(right)?);
        let failed = a.is(Sym::Failed);
        if a == b && !failed {
            return Ok(());
        }
        if !failed && self.session.value(&format!("FreeQ[{left}, _Real]"))?.is(Sym::False) {
            let rules = self.rules(real_text);
            let in_numbers = |input: &str| format!("N[{input} /. {} /. {rules}]", weights("net"));
            return self.compare(&in_numbers(left), &in_numbers(right));
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

/// A fraction near a number as it is typed: an odd number of sixteenths, since 0, 1 and -1 change the form of what they
/// multiply.
pub(super) fn exact_text(value: f64) -> String {
    format!("({}/16)", 2.0 * (value * 8.0).floor() + 1.0)
}

/// Nested lists of fresh symbols, and for each of them a value.
fn filled(
    dimensions: &[usize],
    place: usize,
    draw: &mut impl FnMut(usize) -> Result<Value, String>,
    points: &mut Vec<Point>,
) -> Result<String, String> {
    match dimensions.split_first() {
        None => {
            let name = format!("x{}", points.len() + 1);
            points.push(Point { name: name.clone(), value: draw(place)? });
            Ok(name)
        }
        Some((&count, inner)) => {
            let elements: Result<Vec<String>, String> = (0..count).map(|i| filled(inner, i, draw, points)).collect();
            Ok(format!("{{{}}}", elements?.join(", ")))
        }
    }
}

/// The rules that put the weights of a net into a result with symbolic weights.
pub(super) fn weights(net: &str) -> String {
    format!("Thread[Information[plain, \"ArraysList\"] -> Information[{net}, \"ArraysList\"]]")
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

//! Properties of every layer record, tried on its samples: application to symbols, numbers and exact numbers agree, with weights
//! and without; derivatives are those of the values; shapes are as declared.

use libtest_mimic::{Failed, Trial};
use netform::layers::Layer;
use netform::layers::library::LAYERS;
use netform::nets::NetProgram;
use netform::{Expr, Kind, Sym};

use super::random::Random;
use crate::session::TestSession;

/// How far numbers may be apart, relative to the sum of the magnitudes in a result.
const TOLERANCE: f64 = 1e-12;
/// Half the distance of the points of a difference quotient.
const STEP: f64 = 1e-4;
/// How far a derivative may be from a difference quotient, relative to the derivative.
const DERIVATIVE_TOLERANCE: f64 = 1e-6;

/// The tests of all records.
pub(super) fn trials() -> Vec<Trial> {
    LAYERS.iter().flat_map(|layer| trials_of(layer)).collect()
}

fn trials_of(layer: &'static Layer) -> Vec<Trial> {
    let properties: [(&str, fn(&mut Sample) -> Result<(), String>); 6] = [
        ("shapes", check_shapes),
        ("numbers", check_numbers),
        ("exact-numbers", check_exact_numbers),
        ("symbolic-weights", check_symbolic_weights),
        ("derivatives", check_derivatives),
        ("program-on-symbols", check_program_on_symbols),
    ];
    let trial = |(property, check): (&str, fn(&mut Sample) -> Result<(), String>)| {
        Trial::test(format!("properties::layers::{}::{property}", layer.name), move || {
            for (index, text) in layer.samples.iter().enumerate() {
                let mut sample = Sample::new(text, index as u64)?;
                check(&mut sample).map_err(|what| Failed::from(format!("{text}: {what}")))?;
            }
            Ok(())
        })
    };
    properties.into_iter().map(trial).collect()
}

/// A net without weights, the same initialised, and data for its ports.
struct Sample {
    session: TestSession,
    /// The symbols of the data with a number for each.
    points: Vec<(String, f64)>,
    /// Symbols in the shape of the ports, as the text of an argument.
    symbols: String,
}

impl Sample {
    fn new(text: &str, seed: u64) -> Result<Sample, String> {
        let mut session = TestSession::new();
        session.value(&format!("plain = {text}; SeedRandom[{seed}]; net = NetInitialize[plain];"))?;
        let mut random = Random::new(seed);
        let mut points = Vec::new();
        let ports = session.value("Information[net, \"InputPorts\"]")?;
        if !ports.has_head(Sym::Association) {
            return Err(format!("the input ports are {}", session.session().output_form(&ports)));
        }
        let mut arguments = Vec::new();
        for port in ports.args().iter() {
            let dimensions: Option<Vec<i64>> = port.arg(1).args().iter().map(Expr::as_i64).collect();
            let dimensions = dimensions.ok_or_else(|| format!("a sample has definite shapes: {port:?}"))?;
            let name = port.arg(0).as_str().unwrap_or_default().to_owned();
            arguments.push(format!("\"{name}\" -> {}", filled(&dimensions, &mut random, &mut points)));
        }
        let symbols = format!("<|{}|>", arguments.join(", "));
        Ok(Sample { session, points, symbols })
    }

    /// The symbols with the given numbers in their place.
    fn argument(&self, number: impl Fn(usize, f64) -> String) -> String {
        let rules = self.points.iter().enumerate().map(|(i, (name, value))| format!("{name} -> {}", number(i, *value)));
        format!("({} /. {{{}}})", self.symbols, rules.collect::<Vec<_>>().join(", "))
    }

    fn machine_argument(&self) -> String {
        self.argument(|_, value| real_text(value))
    }

    fn exact_argument(&self) -> String {
        self.argument(|_, value| exact_text(value))
    }

    /// The rules that put the numbers of an argument into a symbolic result.
    fn rules(&self, number: impl Fn(f64) -> String) -> String {
        let rules = self.points.iter().map(|(name, value)| format!("{name} -> {}", number(*value)));
        format!("{{{}}}", rules.collect::<Vec<_>>().join(", "))
    }

    fn numbers(&mut self, input: &str) -> Result<Vec<f64>, String> {
        let value = self.session.value(input)?;
        let mut found = Vec::new();
        collect(&value, &mut found)
            .ok_or_else(|| format!("{input} gives {}", self.session.session().output_form(&value)))?;
        Ok(found)
    }

    fn compare(&mut self, left: &str, right: &str) -> Result<(), String> {
        let (a, b) = (self.numbers(left)?, self.numbers(right)?);
        let scale: f64 = 1.0 + a.iter().map(|x| x.abs()).sum::<f64>();
        let close = a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| (x - y).abs() <= TOLERANCE * scale);
        if close { Ok(()) } else { Err(format!("{left} is {a:?}, {right} is {b:?}")) }
    }
}

/// A machine number as it is typed.
fn real_text(value: f64) -> String {
    format!("({})", format!("{value:?}").replace('e', "*^"))
}

/// A fraction near a number as it is typed.
fn exact_text(value: f64) -> String {
    format!("({}/8)", (value * 8.0).round())
}

/// Nested lists of fresh symbols, and a number between -2 and 2 for each of them.
fn filled(dimensions: &[i64], random: &mut Random, points: &mut Vec<(String, f64)>) -> String {
    match dimensions.split_first() {
        None => {
            let name = format!("x{}", points.len() + 1);
            points.push((name.clone(), random.below(4000) as f64 / 1000.0 - 2.0));
            name
        }
        Some((&count, inner)) => {
            let elements: Vec<String> = (0..count).map(|_| filled(inner, random, points)).collect();
            format!("{{{}}}", elements.join(", "))
        }
    }
}

/// All numbers in nested lists and associations; `None` if something else stands there.
fn collect(value: &Expr, numbers: &mut Vec<f64>) -> Option<()> {
    match value.kind() {
        Kind::Real(x) => numbers.push(x),
        Kind::Integer(n) => numbers.push(n as f64),
        Kind::Array(_) => value.args().iter().try_for_each(|element| collect(element, numbers))?,
        Kind::Normal(head, args) if head.is(Sym::List) || head.is(Sym::Association) => {
            args.iter().try_for_each(|element| collect(element, numbers))?;
        }
        Kind::Normal(head, args) if head.is(Sym::Rule) => collect(&args[1], numbers)?,
        _ => return None,
    }
    Some(())
}

/// What comes out has the shape that the output port declares.
fn check_shapes(sample: &mut Sample) -> Result<(), String> {
    let call = format!("out = net[{}]; ports = Information[net, \"OutputPorts\"];", sample.symbols);
    sample.session.value(&call)?;
    let same = "If[AssociationQ[out], If[ListQ[#], Dimensions[#], {}] & /@ out, <|First[Keys[ports]] -> If[ListQ[out], Dimensions[out], {}]|>] === ports";
    match sample.session.value(same)?.is(Sym::True) {
        true => Ok(()),
        false => Err(sample.session.transcript("{out, ports}").join("\n")),
    }
}

/// The symbolic result with numbers put in is the numeric one.
fn check_numbers(sample: &mut Sample) -> Result<(), String> {
    let symbolic = format!("N[net[{}] /. {}]", sample.symbols, sample.rules(real_text));
    let numeric = format!("net[{}]", sample.machine_argument());
    sample.compare(&numeric, &symbolic)
}

/// The result on exact numbers is the symbolic one with exact numbers put in, as the same node.
fn check_exact_numbers(sample: &mut Sample) -> Result<(), String> {
    let symbolic = format!("plain[{}] /. {}", sample.symbols, sample.rules(exact_text));
    let exact = format!("plain[{}]", sample.exact_argument());
    let same = sample.session.value(&format!("({symbolic}) === ({exact})"))?;
    if same.is(Sym::True) {
        return Ok(());
    }
    let shown = sample.session.transcript(&format!("{{{symbolic}, {exact}}}"));
    Err(format!("not the same: {}", shown.join("\n")))
}

/// The result with symbolic weights, with the weights and numbers put in, is the numeric one.
fn check_symbolic_weights(sample: &mut Sample) -> Result<(), String> {
    let weights = "Thread[Information[plain, \"ArraysList\"] -> Information[net, \"ArraysList\"]]";
    let values = sample.rules(real_text);
    let symbolic = format!("N[plain[{}] /. {weights} /. {values}]", sample.symbols);
    let numeric = format!("net[{}]", sample.machine_argument());
    sample.compare(&numeric, &symbolic)
}

/// The program, run over expressions, gives the nodes that the definition gives on lists.
fn check_program_on_symbols(sample: &mut Sample) -> Result<(), String> {
    let inputs = sample.session.value(&sample.symbols.clone())?;
    let plain = sample.session.value("plain")?;
    let expected = sample.session.value(&format!("plain[{}]", sample.symbols))?;
    let expected: Vec<Expr> = match expected.has_head(Sym::Association) {
        true => expected.args().iter().map(|rule| rule.arg(1)).collect(),
        false => vec![expected],
    };
    let ports: Vec<Expr> = inputs.args().iter().map(|rule| rule.arg(0)).collect();
    let ports: Vec<&str> = ports.iter().filter_map(Expr::as_str).collect();
    let lists: Vec<Expr> = inputs.args().iter().map(|rule| rule.arg(1)).collect();
    let session = sample.session.session();
    let program = NetProgram::new(session, &plain, &ports).map_err(|flow| format!("{flow:?}"))?;
    let program = program.map_err(|faults| format!("{faults:?}"))?;
    let results = program.run(session, &lists).map_err(|flow| format!("{flow:?}"))??;
    if results == expected {
        return Ok(());
    }
    let shown = |list: &[Expr]| list.iter().map(|e| session.output_form(e)).collect::<Vec<_>>().join("\n");
    Err(format!("the program\n{}\ngives\n{}\nthe definition\n{}", program.program, shown(&results), shown(&expected)))
}

/// The derivative of the sum of the results by the first symbol is the difference quotient.
fn check_derivatives(sample: &mut Sample) -> Result<(), String> {
    let Some((first, _)) = sample.points.first().cloned() else { return Ok(()) };
    let values = sample.rules(real_text);
    let sum = |argument: &str| format!("Total[Flatten[{{net[{argument}]}} //. a_Association :> Values[a]]]");
    let derivative = format!("N[D[{}, {first}] /. {values}]", sum(&sample.symbols));
    let moved = |steps: f64| sample.argument(|i, value| real_text(if i == 0 { value + steps * STEP } else { value }));
    let quotient = [(1.0, "8"), (-1.0, "-8"), (2.0, "-1"), (-2.0, "1")]
        .map(|(steps, weight)| format!("({weight})*{}", sum(&moved(steps))))
        .join(" + ");
    let quotient = format!("({quotient})/{:?}", 12.0 * STEP);
    let (a, b) = (sample.numbers(&derivative)?, sample.numbers(&quotient)?);
    match (a.as_slice(), b.as_slice()) {
        ([a], [b]) if (a - b).abs() <= DERIVATIVE_TOLERANCE * (1.0 + a.abs()) => Ok(()),
        _ => Err(format!("by {first}: D gives {a:?}, the difference quotient is {b:?}")),
    }
}

//! Data with the results that the net gives for it here: the files of nets compare theirs with them.

use netform_eval::{Flow, Quiet, Session};
use netform_expr::{Expr, Sym};

use super::memory::Kind;
use super::module::{Module, Port};
use super::refused;
use crate::FormatError;
use crate::arrays::machine_numbers;

/// How far results in double precision may be from those here, relative to 1 and their size.
const DOUBLE: f64 = 1e-9;
/// The same in single precision,
const SINGLE: f64 = 1e-4;
/// or so many times as far as the results here in single precision are from those in double precision.
const CONDITION: f64 = 8.0;

/// Data for the inputs, and what the outputs are for it.
pub(super) struct Trial {
    pub(super) inputs: Vec<Vec<f64>>,
    pub(super) expected: Vec<Vec<f64>>,
    /// How far results may be apart, relative to 1 and their size.
    pub(super) tolerance: f64,
}

impl Module {
    /// Certain data with the results of the net.
    pub(super) fn trial(
        &self,
        session: &mut Session,
        net: &Expr,
        single: bool,
    ) -> Result<Result<Trial, FormatError>, Flow> {
        let (mut data, mut input) = self.samples(false);
        let mut own = session.quietly(Quiet::All, |session| self.values(session, net, &input, "Real64"))?;
        if own.is_err() {
            // Numbers of which the net makes positions are whole.
            let (whole, whole_input) = self.samples(true);
            let found = session.quietly(Quiet::All, |session| self.values(session, net, &whole_input, "Real64"))?;
            if found.is_ok() {
                (data, input, own) = (whole, whole_input, found);
            }
        }
        let (net, values) = match own {
            Ok(values) => (net.clone(), Ok(values)),
            Err(_) => {
                let plain = self.without_coders(session, net)?;
                let values = self.values(session, &plain, &input, "Real64")?;
                (plain, values)
            }
        };
        let mut expected = match values {
            Ok(expected) => expected,
            Err(error) => return Ok(Err(error)),
        };
        let mut tolerance = DOUBLE;
        if single {
            let in_single = match self.values(session, &net, &input, "Real32")? {
                Ok(values) => values,
                Err(error) => return Ok(Err(error)),
            };
            tolerance = SINGLE.max(CONDITION * difference(&in_single, &expected));
            expected = in_single;
        }
        Ok(Ok(Trial { inputs: data.into_iter().map(|(elements, _)| elements).collect(), expected, tolerance }))
    }

    /// Data for all inputs, the elements of each and its value, and what the net is applied to.
    fn samples(&self, whole: bool) -> (Vec<(Vec<f64>, Expr)>, Expr) {
        let data: Vec<(Vec<f64>, Expr)> =
            self.inputs.iter().enumerate().map(|(k, port)| sample(k, port, whole)).collect();
        let input = match data.as_slice() {
            [(_, one)] => one.clone(),
            several => {
                let rules = self.ports.0.iter().zip(several);
                Expr::call(
                    Sym::Association,
                    rules.map(|(name, (_, value))| Expr::rule(Expr::string(name), value.clone())),
                )
            }
        };
        (data, input)
    }

    /// The net from array to array: what encodes data and decodes results is no part of the code.
    fn without_coders(&self, session: &mut Session, net: &Expr) -> Result<Expr, Flow> {
        let rules = self.ports.0.iter().chain(&self.ports.1).map(|name| {
            let none = Expr::from(Sym::None);
            Expr::rule(Expr::string(name), none)
        });
        let call = Expr::call(Sym::NetReplacePart, [net.clone(), Expr::list(rules.collect::<Vec<_>>())]);
        let plain = session.quietly(Quiet::All, |session| session.evaluate(&call))?;
        Ok(if plain.is(Sym::Failed) { net.clone() } else { plain })
    }

    /// The results of the net in a precision, a list of numbers for each output.
    fn values(
        &self,
        session: &mut Session,
        net: &Expr,
        input: &Expr,
        precision: &str,
    ) -> Result<Result<Vec<Vec<f64>>, FormatError>, Flow> {
        let option = Expr::rule(Expr::symbol("System`WorkingPrecision"), Expr::string(precision));
        let mut results = Vec::new();
        let own_outputs = self.outputs.len() - self.derivatives.len();
        let values = match own_outputs {
            0 => Expr::list([]),
            _ => session.evaluate(&Expr::normal(net.clone(), [input.clone(), option.clone()]))?,
        };
        for (place, (name, port)) in self.ports.1.iter().zip(&self.outputs).enumerate() {
            let value = match place.checked_sub(own_outputs) {
                None => values.clone(),
                Some(place) => {
                    let derivative = self.derivatives[place].clone();
                    session.evaluate(&Expr::normal(net.clone(), [input.clone(), derivative, option.clone()]))?
                }
            };
            let is_own = |rule: &&Expr| value.has_head(Sym::Association) && rule.arg(0).as_str() == Some(name);
            let own = value.args().iter().find(is_own).map_or_else(|| value.clone(), |rule| rule.arg(1));
            let mut elements = Vec::new();
            machine_numbers(&own, &mut elements);
            if elements.len() != port.len() {
                return Ok(Err(refused(&format!("the net gives no numbers for {name}, so the code cannot be tested"))));
            }
            results.push(elements);
        }
        Ok(Ok(results))
    }
}

/// The largest difference, relative to 1 and the size of the results.
fn difference(some: &[Vec<f64>], others: &[Vec<f64>]) -> f64 {
    let pairs = some.iter().flatten().zip(others.iter().flatten());
    pairs.map(|(x, y)| if x == y { 0.0 } else { (x - y).abs() / (1.0 + y.abs()) }).fold(0.0, f64::max)
}

/// Data for a port: elements, and as an expression.
fn sample(place: usize, port: &Port, whole: bool) -> (Vec<f64>, Expr) {
    let element = |k: usize| match port.kind {
        Kind::Real if whole => ((k + place + 1) % 2) as f64,
        // Between 0 and 1, as some nets take probabilities.
        Kind::Real => ((37 * k + 11 * place + 5) % 101 + 1) as f64 / 128.0,
        Kind::Index => 1.0,
        Kind::Truth => f64::from(u8::from(k.is_multiple_of(2))),
    };
    let elements: Vec<f64> = (0..port.len()).map(element).collect();
    let mut leaves = elements.iter().map(|&x| match port.kind {
        Kind::Real => Expr::real(x),
        Kind::Index => Expr::integer(x as i64),
        Kind::Truth => Expr::boolean(x != 0.0),
    });
    let value = nested(&port.shape, &mut leaves);
    (elements, value)
}

/// Lists of a shape, of elements in row-major order.
fn nested(shape: &[usize], leaves: &mut dyn Iterator<Item = Expr>) -> Expr {
    match shape.split_first() {
        None => leaves.next().unwrap_or_else(|| Expr::integer(0)),
        Some((&size, rest)) => Expr::list((0..size).map(|_| nested(rest, leaves)).collect::<Vec<_>>()),
    }
}

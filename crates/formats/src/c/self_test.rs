//! A program in the file of a net, which compares what the code gives with what the net gives here.

use std::fmt::Write;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use super::code::list;
use super::memory::Kind;
use super::{Module, Port, refused};
use crate::FormatError;
use crate::arrays::machine_numbers;

/// How far results in double precision may be from those here, relative to 1 and their size.
const DOUBLE: f64 = 1e-9;
/// The same in single precision,
const SINGLE: f64 = 1e-4;
/// or so many times as far as the results here in single precision are from those in double precision.
const CONDITION: f64 = 8.0;

impl Module {
    /// A program that compares results for certain data with those of the net.
    pub(super) fn test(&self, session: &mut Session, net: &Expr) -> Result<Result<String, FormatError>, Flow> {
        let data: Vec<(Vec<f64>, Expr)> = self.inputs.iter().enumerate().map(|(k, port)| sample(k, port)).collect();
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
        let mut expected = match self.values(session, net, &input, "Real64")? {
            Ok(expected) => expected,
            Err(error) => return Ok(Err(error)),
        };
        let mut tolerance = DOUBLE;
        if self.single {
            let single = match self.values(session, net, &input, "Real32")? {
                Ok(single) => single,
                Err(error) => return Ok(Err(error)),
            };
            tolerance = SINGLE.max(CONDITION * difference(&single, &expected));
            expected = single;
        }
        let real = self.real();
        let mut text = format!("\n#ifdef {}_TEST\n#include <stdio.h>\n\n", self.name.to_uppercase());
        let array = |text: &mut String, name: &str, kind: Kind, elements: &[f64]| {
            let _ = writeln!(
                text,
                "static const {} {name}[{}] = {{\n{}\n}};",
                kind.c_type(self.single),
                elements.len().max(1),
                if elements.is_empty() { "    0".to_owned() } else { list(kind, elements, self.single) }
            );
        };
        for (port, (elements, _)) in self.inputs.iter().zip(&data) {
            array(&mut text, &format!("{}_test_{}", self.name, port.name), port.kind, elements);
        }
        for (port, elements) in self.outputs.iter().zip(&expected) {
            array(&mut text, &format!("{}_expected_{}", self.name, port.name), port.kind, elements);
            let _ = writeln!(
                text,
                "static {} {}_{}[{}];",
                port.kind.c_type(self.single),
                self.name,
                port.name,
                port.len().max(1)
            );
        }
        let _ = writeln!(text, "static {0}_memory {0}_working;\n\nint main(void) {{\n    double worst = 0;", self.name);
        let inputs = self.inputs.iter().map(|port| format!("{}_test_{}", self.name, port.name));
        let arguments: Vec<String> =
            inputs.chain(self.outputs.iter().map(|port| format!("{}_{}", self.name, port.name))).collect();
        let mut arguments = arguments.join(", ");
        if !arguments.is_empty() {
            arguments.push_str(", ");
        }
        let _ = writeln!(text, "    if ({0}({arguments}&{0}_working) != 0) {{\n        return 2;\n    }}", self.name);
        for port in &self.outputs {
            let (name, module) = (&port.name, &self.name);
            let _ = writeln!(
                text,
                "    for (long k = 0; k < {}; ++k) {{\n        const {real} x = ({real}){module}_{name}[k], y = \
                 ({real}){module}_expected_{name}[k];\n        const double error = x == y || (x != x && y != y) ? 0 : fabs((double)x - \
                 (double)y) / (1 + fabs((double)y));\n        worst = error > worst || error != error ? error : worst;\n    }}",
                port.len()
            );
        }
        let _ = writeln!(
            text,
            "    printf(\"largest difference: %.3g\\n\", worst);\n    return worst <= {tolerance:e} ? 0 : 1;\n}}\n#endif"
        );
        Ok(Ok(text))
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
        let value = session.evaluate(&Expr::normal(net.clone(), [input.clone(), option]))?;
        let mut results = Vec::new();
        for (name, port) in self.ports.1.iter().zip(&self.outputs) {
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
fn sample(place: usize, port: &Port) -> (Vec<f64>, Expr) {
    let element = |k: usize| match port.kind {
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

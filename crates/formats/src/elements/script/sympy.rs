//! Expressions of SymPy, as a script of Python.

use super::{Dialect, Script, items, tuple};
use crate::scalar::Operator;

pub(super) struct SymPy;

/// A choice between two values. `Piecewise` of SymPy puts conditions into each other where it is called, in time that grows
/// exponentially with the depth.
const WHERE: &str = "from sympy.functions.elementary.piecewise import ExprCondPair


def where(condition, yes, no):
    pair = lambda value, test: sp.Basic.__new__(ExprCondPair, sp.sympify(value), test)
    return sp.Basic.__new__(sp.Piecewise, pair(yes, condition), pair(no, sp.true))

";

impl Dialect for SymPy {
    fn name(&self) -> &'static str {
        "SymPy"
    }

    fn column(&self) -> usize {
        0
    }

    fn rational(&self, above: &str, below: &str) -> String {
        format!("sp.Rational({above}, {below})")
    }

    fn truth(&self, operator: Operator, a: &str, b: &str) -> String {
        match operator {
            Operator::And => format!("sp.And({a}, {b}, evaluate=False)"),
            Operator::Or => format!("sp.Or({a}, {b}, evaluate=False)"),
            _ => format!("sp.Rel({a}, {b}, \"{}\", evaluate=False)", operator.text()),
        }
    }

    fn choice(&self, condition: &str, yes: &str, no: &str) -> String {
        format!("where({condition}, {yes}, {no})")
    }

    fn file(&self, script: &Script<'_>) -> String {
        let array = |shape: &[usize], elements: &[String]| match shape {
            [] => elements.first().cloned().unwrap_or_default(),
            _ => format!("sp.Array([\n    {}\n], {})", items(elements, "    "), tuple(shape)),
        };
        let mut text = script.legend("#");
        text.push_str("import sympy as sp\n");
        let lines = script.lines("");
        if lines.contains("where(") {
            text.push_str(WHERE);
        }
        text.push('\n');
        for (_, names) in script.inputs() {
            for name in names {
                text.push_str(&format!("{name} = sp.Symbol(\"{name}\", real=True)\n"));
            }
        }
        text.push_str(&lines);
        text.push_str("inputs = {\n");
        for (port, names) in script.inputs() {
            text.push_str(&format!("    {:?}: {},\n", port.name, array(&port.shape, names).replace('\n', "\n    ")));
        }
        text.push_str("}\noutputs = {\n");
        for (port, elements) in script.outputs() {
            text.push_str(&format!("    {:?}: {},\n", port.name, array(&port.shape, elements).replace('\n', "\n    ")));
        }
        text.push_str("}\n");
        text
    }
}

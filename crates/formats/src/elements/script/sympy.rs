//! Expressions of SymPy, as a script of Python.

use super::{Dialect, Script, items, tuple};
use crate::scalar::Operator;

pub(super) struct SymPy;

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
            Operator::Equal => format!("sp.Eq({a}, {b})"),
            Operator::NotEqual => format!("sp.Ne({a}, {b})"),
            Operator::And => format!("sp.And({a}, {b})"),
            Operator::Or => format!("sp.Or({a}, {b})"),
            _ => format!("({a} {} {b})", operator.text()),
        }
    }

    fn choice(&self, condition: &str, yes: &str, no: &str) -> String {
        format!("sp.Piecewise(({yes}, {condition}), ({no}, True))")
    }

    fn file(&self, script: &Script<'_>) -> String {
        let array = |shape: &[usize], elements: &[String]| match shape {
            [] => elements.first().cloned().unwrap_or_default(),
            _ => format!("sp.Array([\n    {}\n], {})", items(elements, "    "), tuple(shape)),
        };
        let mut text = script.legend("#");
        text.push_str("import sympy as sp\n\n");
        for (_, names) in script.inputs() {
            for name in names {
                text.push_str(&format!("{name} = sp.Symbol(\"{name}\", real=True)\n"));
            }
        }
        text.push_str(&script.lines(""));
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

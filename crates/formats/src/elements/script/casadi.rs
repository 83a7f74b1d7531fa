//! A `Function` of CasADi, as a script of Python. Arrays are columns of their elements in row-major order.

use super::{Dialect, Script, items};
use crate::scalar::Operator;

pub(super) struct CasAdi;

impl Dialect for CasAdi {
    fn name(&self) -> &'static str {
        "CasADi"
    }

    fn column(&self) -> usize {
        3
    }

    fn rational(&self, above: &str, below: &str) -> String {
        format!("{above}/{below}")
    }

    fn truth(&self, operator: Operator, a: &str, b: &str) -> String {
        match operator {
            Operator::And => format!("ca.logic_and({a}, {b})"),
            Operator::Or => format!("ca.logic_or({a}, {b})"),
            _ => format!("({a} {} {b})", operator.text()),
        }
    }

    fn choice(&self, condition: &str, yes: &str, no: &str) -> String {
        format!("ca.if_else({condition}, {yes}, {no})")
    }

    fn file(&self, script: &Script<'_>) -> String {
        let mut text = script.legend("#");
        text.push_str("import casadi as ca\n\n");
        let (mut inputs, mut names) = (Vec::new(), Vec::new());
        for (port, elements) in script.inputs() {
            let array = format!("in_{}", port.symbol);
            text.push_str(&format!("{array} = ca.SX.sym({:?}, {})\n", port.name, elements.len()));
            for (place, name) in elements.iter().enumerate() {
                text.push_str(&format!("{name} = {array}[{place}]\n"));
            }
            inputs.push(array);
            names.push(format!("{:?}", port.symbol));
        }
        text.push_str(&script.lines(""));
        let (mut outputs, mut results) = (Vec::new(), Vec::new());
        for (port, elements) in script.outputs() {
            let array = format!("out_{}", port.symbol);
            text.push_str(&format!("{array} = ca.vertcat(\n    {}\n)\n", items(elements, "    ")));
            outputs.push(array);
            results.push(format!("{:?}", port.symbol));
        }
        text.push_str(&format!(
            "{} = ca.Function({:?}, [{}], [{}], [{}], [{}])\n",
            script.name,
            script.name,
            inputs.join(", "),
            outputs.join(", "),
            names.join(", "),
            results.join(", ")
        ));
        text
    }
}

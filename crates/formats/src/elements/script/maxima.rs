//! Expressions of Maxima.

use super::{Dialect, Script, nested};
use crate::scalar::Operator;

pub(super) struct Maxima;

impl Dialect for Maxima {
    fn name(&self) -> &'static str {
        "Maxima"
    }

    fn column(&self) -> usize {
        1
    }

    fn truth(&self, operator: Operator, a: &str, b: &str) -> String {
        match operator {
            Operator::Equal => format!("equal({a}, {b})"),
            Operator::NotEqual => format!("notequal({a}, {b})"),
            Operator::And => format!("({a} and {b})"),
            Operator::Or => format!("({a} or {b})"),
            _ => format!("({a} {} {b})", operator.text()),
        }
    }

    fn choice(&self, condition: &str, yes: &str, no: &str) -> String {
        format!("(if {condition} then {yes} else {no})")
    }

    fn assignment(&self, name: &str, value: &str) -> String {
        format!("{name} : {value}$")
    }

    fn file(&self, script: &Script<'_>) -> String {
        let mut text: String = script.legend("").lines().map(|line| format!("/*{line} */\n")).collect();
        text.push_str(&script.lines(""));
        for (port, elements) in script.outputs() {
            text.push_str(&format!("{} : {}$\n", port.symbol, nested(&port.shape, elements)));
        }
        text
    }
}

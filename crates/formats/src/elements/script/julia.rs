//! A function of Julia. It takes arrays of numbers, and of symbols such as those of Symbolics.jl.

use super::{Dialect, Script, items};
use crate::scalar::Operator;

pub(super) struct Julia;

impl Dialect for Julia {
    fn name(&self) -> &'static str {
        "Julia"
    }

    fn column(&self) -> usize {
        2
    }

    fn rational(&self, above: &str, below: &str) -> String {
        format!("{above}//{below}")
    }

    fn truth(&self, operator: Operator, a: &str, b: &str) -> String {
        match operator {
            Operator::And => format!("(({a}) & ({b}))"),
            Operator::Or => format!("(({a}) | ({b}))"),
            _ => format!("({a} {} {b})", operator.text()),
        }
    }

    fn choice(&self, condition: &str, yes: &str, no: &str) -> String {
        format!("ifelse({condition}, {yes}, {no})")
    }

    fn file(&self, script: &Script<'_>) -> String {
        let mut text = script.legend("#");
        let lines = script.lines("    ");
        let needs_functions = lines.contains("SpecialFunctions.")
            || script.outputs.iter().flatten().any(|output| output.contains("SpecialFunctions."));
        if needs_functions {
            text.push_str("import SpecialFunctions\n");
        }
        let ports: Vec<String> = script.inputs().map(|(port, _)| port.symbol.clone()).collect();
        text.push_str(&format!("\nfunction {}({})\n", script.name, ports.join(", ")));
        for ((port, names), array) in script.inputs().zip(&ports) {
            for (place, name) in names.iter().enumerate().filter(|(_, name)| *name != array) {
                let mut rest = place;
                let mut indices = Vec::new();
                for &size in port.shape.iter().rev() {
                    indices.push((rest % size + 1).to_string());
                    rest /= size;
                }
                indices.reverse();
                text.push_str(&format!("    {name} = {array}[{}]\n", indices.join(", ")));
            }
        }
        text.push_str(&lines);
        let mut results = Vec::new();
        for (port, elements) in script.outputs() {
            let list = format!("[{}]", items(elements, "        "));
            let value = match port.shape.as_slice() {
                [] => elements.first().cloned().unwrap_or_default(),
                [_] => list,
                // Arrays of Julia have their first index innermost.
                shape => {
                    let sizes: Vec<String> = shape.iter().rev().map(usize::to_string).collect();
                    let axes: Vec<String> = (1..=shape.len()).rev().map(|axis| axis.to_string()).collect();
                    format!("permutedims(reshape({list}, {}), ({}))", sizes.join(", "), axes.join(", "))
                }
            };
            results.push(format!("{} = {value}", port.symbol));
        }
        text.push_str(&format!("    return (; {})\nend\n", results.join(", ")));
        text
    }
}

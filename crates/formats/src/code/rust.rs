//! Nets as Rust without its standard library: no allocation, no dependencies but the mathematics of the library of C.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::constants::{Known, list};
use super::language::{Language, Notation, Number};
use super::memory::Kind;
use super::module::Module;
use super::self_test::Trial;
use crate::scalar::bare;

/// Rust, for programs without its standard library too.
pub(super) struct Rust {
    /// Whether real numbers are `f32`.
    pub(super) single: bool,
}

impl Rust {
    fn type_of(&self, number: Number) -> &'static str {
        match number {
            Number::Real if self.single => "f32",
            Number::Real | Number::Wide => "f64",
            Number::Index => "i64",
            Number::Truth => "u8",
            Number::Flag => "bool",
        }
    }

    fn element_type(&self, kind: Kind) -> &'static str {
        self.type_of(kind.into())
    }

    fn is_single(&self, number: Number) -> bool {
        self.single && number == Number::Real
    }

    fn array(&self, kind: Kind, elements: &[f64]) -> String {
        if elements.is_empty() { "[]".to_owned() } else { format!("[\n{}\n]", list(self, kind, elements)) }
    }
}

impl Notation for Rust {
    fn name(&self) -> &'static str {
        "Rust"
    }

    fn reserved(&self) -> &'static str {
        "abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl in let \
         loop macro main match memory mod move mut override priv pub ref return self self_test static struct super trait true try type \
         typeof unsafe unsized use virtual where while yield"
    }

    fn value(&self, number: Number, name: &str, value: &str) -> String {
        format!("let {name}: {} = {value};", self.type_of(number))
    }

    fn number(&self, value: f64, number: Number) -> String {
        let real = self.type_of(number);
        let value = if self.is_single(number) { f64::from(value as f32) } else { value };
        let text = match number {
            Number::Flag => return (value != 0.0).to_string(),
            Number::Index | Number::Truth if value == f64::INFINITY => return format!("{real}::MAX"),
            Number::Index | Number::Truth if value == f64::NEG_INFINITY => return format!("{real}::MIN"),
            Number::Index | Number::Truth => format!("{}", value as i64),
            _ if value.is_nan() => return format!("{real}::NAN"),
            _ if value.is_infinite() => {
                return format!("{real}::{}INFINITY", if value > 0.0 { "" } else { "NEG_" });
            }
            number if self.is_single(number) => format!("{:?}", value as f32),
            _ => format!("{value:?}"),
        };
        if text.starts_with('-') { format!("({text})") } else { text }
    }

    fn convert(&self, value: &str, from: Number, to: Number) -> String {
        let zero = self.number(0.0, from);
        match (from, to) {
            (from, to) if self.type_of(from) == self.type_of(to) => value.to_owned(),
            (Number::Flag, Number::Truth | Number::Index) => format!("{}::from({})", self.type_of(to), bare(value)),
            (Number::Flag, _) => format!("(if {} {{ 1.0 }} else {{ 0.0 }})", bare(value)),
            (_, Number::Flag) => format!("({value} != {zero})"),
            (Number::Real | Number::Wide | Number::Index, Number::Truth) => format!("u8::from({value} != {zero})"),
            (Number::Truth, to) => format!("{}::from({value})", self.type_of(to)),
            (_, to) => format!("({value} as {})", self.type_of(to)),
        }
    }

    fn choice(&self, condition: &str, yes: &str, no: &str) -> String {
        format!("(if {} {{ {} }} else {{ {} }})", bare(condition), bare(yes), bare(no))
    }

    fn call(&self, function: &str, arguments: &[String], number: Number) -> Option<String> {
        let suffix = if self.is_single(number) { "f" } else { "" };
        Some(format!("c::{function}{suffix}({})", arguments.join(", ")))
    }
}

impl Language for Rust {
    fn constant_name(&self, name: &str) -> String {
        name.to_uppercase()
    }

    fn begin_loop(&self, variable: &str, count: usize) -> String {
        format!("for {variable} in 0..{count}_i64 {{")
    }

    fn begin_while(&self, condition: &str) -> String {
        format!("while {condition} {{")
    }

    fn begin_if(&self, condition: &str) -> String {
        format!("if {condition} {{")
    }

    fn variable(&self, number: Number, name: &str, value: &str) -> String {
        format!("let mut {name}: {} = {value};", self.type_of(number))
    }

    fn element(&self, array: &str, index: &str) -> String {
        match index.bytes().all(|c| c.is_ascii_digit()) {
            true => format!("{array}[{index}]"),
            false if index.contains(' ') => format!("{array}[({index}) as usize]"),
            false => format!("{array}[{index} as usize]"),
        }
    }

    fn fail(&self) -> &'static str {
        "return Err(OutOfRange);"
    }

    fn source(&self, module: &Module, trial: &Trial) -> String {
        let name = &module.name;
        let mut text = format!(
            "//! {name}: a net as Rust without the standard library, written by Netform. {}.\n//!\n//! [`self_test`] compares results with \
             those that Netform has computed.\n\n// As it is written, not as a person would.\n#![allow(non_snake_case, unused_assignments, unused_parens, unused_variables)]\n\n",
            module.sizes(self.single, false)
        );
        for Known { name, kind, elements, .. } in &module.constants {
            let (element, count) = (self.element_type(*kind), elements.len());
            let _ = writeln!(text, "static {name}: [{element}; {count}] = {};\n", self.array(*kind, elements));
        }
        text.push_str(&self.library(module));
        text.push_str("/// What is computed in between; calls at the same time need one each.\npub struct Memory {\n");
        let mut zeros = String::new();
        for (kind, size) in module.memory() {
            let (member, element) = (kind.member(), self.element_type(kind));
            let _ = writeln!(text, "    {member}: [{element}; {size}],");
            let _ = write!(zeros, "{member}: [{}; {size}], ", self.number(0.0, kind.into()));
        }
        let _ = writeln!(
            text,
            "}}\n\nimpl Memory {{\n    /// Memory for any number of calls.\n    pub const fn new() -> Memory {{\n        Memory {{ {zeros}}}\n    \
             }}\n}}\n\nimpl Default for Memory {{\n    fn default() -> Memory {{\n        Memory::new()\n    }}\n}}\n\n/// A position in the data is \
             outside of its range.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub struct OutOfRange;\n"
        );
        text.push_str("/// Applies the net to arrays in row-major order.\n///\n");
        for (port, label) in module.ports() {
            let _ = writeln!(text, "/// * `{}`: {label}, {}", port.name, port.dimensions());
        }
        let inputs = module.inputs.iter().map(|port| (port, "&"));
        let ports = inputs.chain(module.outputs.iter().map(|port| (port, "&mut ")));
        let parameters: String = ports
            .map(|(port, by)| format!("{}: {by}[{}; {}], ", port.name, self.element_type(port.kind), port.len()))
            .collect();
        let _ = writeln!(
            text,
            "///\n/// # Errors\n/// Where a position in the data is outside of its range.\npub fn {name}({parameters}memory: &mut Memory) -> \
             Result<(), OutOfRange> {{"
        );
        for port in module.inputs.iter().chain(&module.outputs) {
            let _ = writeln!(text, "    let _ = &{};", port.name);
        }
        let _ = writeln!(text, "    let _ = &memory;\n{}    Ok(())\n}}\n", module.statements);
        text.push_str(&self.test(module, trial));
        text
    }
}

impl Rust {
    /// The functions of the library of C that the statements call.
    fn library(&self, module: &Module) -> String {
        let calls = module.statements.split("c::").skip(1);
        let names: BTreeSet<&str> = calls.filter_map(|rest| rest.split('(').next()).collect();
        if names.is_empty() {
            return String::new();
        }
        let two = |name: &str| ["pow", "fmod", "fmax", "fmin", "atan2"].contains(&name);
        let mut text = "/// Functions of the library of C.\nmod c {\n    unsafe extern \"C\" {\n".to_owned();
        for name in names {
            let single = self.single && name != "erf" && name.ends_with('f');
            let real = if single { "f32" } else { "f64" };
            let plain = if single { &name[..name.len() - 1] } else { name };
            let second = if two(plain) { format!(", y: {real}") } else { String::new() };
            let _ = writeln!(text, "        pub safe fn {name}(x: {real}{second}) -> {real};");
        }
        text.push_str("    }\n}\n\n");
        text
    }

    fn test(&self, module: &Module, trial: &Trial) -> String {
        let mut text = "/// The largest difference to the results of Netform, and whether it is small enough.\npub fn self_test() -> (f64, bool) \
                        {\n    let mut memory = Memory::new();\n    let mut worst = 0.0_f64;\n"
            .to_owned();
        for (port, elements) in module.inputs.iter().zip(&trial.inputs) {
            let (name, element) = (&port.name, self.element_type(port.kind));
            let _ =
                writeln!(text, "    let {name}: [{element}; {}] = {};", port.len(), self.array(port.kind, elements));
        }
        for port in &module.outputs {
            let zero = self.number(0.0, port.kind.into());
            let element = self.element_type(port.kind);
            let _ = writeln!(text, "    let mut {}: [{element}; {}] = [{zero}; {1}];", port.name, port.len());
        }
        let inputs = module.inputs.iter().map(|port| format!("&{}, ", port.name));
        let arguments: String =
            inputs.chain(module.outputs.iter().map(|port| format!("&mut {}, ", port.name))).collect();
        let name = &module.name;
        let _ = writeln!(
            text,
            "    if {name}({arguments}&mut memory).is_err() {{\n        return (f64::INFINITY, false);\n    }}"
        );
        for (port, elements) in module.outputs.iter().zip(&trial.expected) {
            let (name, element, count) = (&port.name, self.element_type(port.kind), port.len());
            let _ = writeln!(
                text,
                "    let expected: [{element}; {count}] = {};\n    for (x, y) in {name}.iter().zip(&expected) {{\n        let (x, y) = (*x as f64, \
                 *y as f64);\n        let (difference, size) = (if x > y {{ x - y }} else {{ y - x }}, if y < 0.0 {{ -y }} else {{ y }});\n        \
                 let error = if x == y || (x.is_nan() && y.is_nan()) {{ 0.0 }} else {{ difference / (1.0 + size) }};\n        if error > worst || \
                 error.is_nan() {{\n            worst = error;\n        }}\n    }}",
                self.array(port.kind, elements)
            );
        }
        let _ = writeln!(text, "    (worst, worst <= {:e})\n}}", trial.tolerance);
        text
    }
}

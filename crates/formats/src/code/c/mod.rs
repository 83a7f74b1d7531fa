//! Nets as C99: one file without dependencies but the standard library's mathematics, or none at all, or its header.

mod mathematics;

use std::fmt::Write;

use netform_eval::Enclosure;

use super::constants::list;
use super::errors::ErrorBounds;
use super::language::{Language, Notation, Number};
use super::memory::Kind;
use super::module::{Module, Port};
use super::self_test::Trial;

/// C99.
#[derive(Clone)]
pub(super) struct C {
    /// Whether real numbers are `float`.
    pub(super) single: bool,
    /// What the names of functions of mathematics in the file begin with; those of the standard library are called otherwise.
    pub(super) functions: Option<String>,
    /// Bounds of errors, where bounds of inputs are given.
    pub(super) errors: Option<ErrorBounds>,
}

impl C {
    fn type_of(&self, number: Number) -> &'static str {
        match number {
            Number::Real if self.single => "float",
            Number::Real | Number::Wide => "double",
            Number::Index => "long",
            Number::Truth => "unsigned char",
            Number::Flag => "int",
        }
    }

    fn element(&self, kind: Kind) -> &'static str {
        self.type_of(kind.into())
    }

    /// A constant of mathematics. Those of the standard library are of type float, those in the file itself double.
    fn constant(&self, name: &str, number: Number) -> String {
        let (own, wanted) = (if self.functions.is_some() { "double" } else { "float" }, self.type_of(number));
        let name = format!("{}{name}", self.prefix().to_uppercase());
        if own == wanted { name } else { format!("({wanted}){name}") }
    }

    /// What the names of functions and constants of mathematics begin with.
    fn prefix(&self) -> &str {
        self.functions.as_deref().unwrap_or_default()
    }
}

impl Notation for C {
    fn name(&self) -> &'static str {
        "C"
    }

    fn reserved(&self) -> &'static str {
        "auto break case char const continue default do double else enum extern float for goto if inline int long main memory \
         register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while"
    }

    fn value(&self, number: Number, name: &str, value: &str) -> String {
        format!("const {} {name} = {value};", self.type_of(number))
    }

    fn number(&self, value: f64, number: Number) -> String {
        let single = self.single && number == Number::Real;
        let value = if single { f64::from(value as f32) } else { value };
        let text = match (number, value.is_nan(), value.is_infinite()) {
            (Number::Index, _, true) => return if value > 0.0 { "LONG_MAX" } else { "LONG_MIN" }.to_owned(),
            (Number::Index | Number::Truth | Number::Flag, ..) => format!("{}", value as i64),
            (_, true, _) => return self.constant("NAN", number),
            (_, _, true) => {
                let infinity = self.constant("INFINITY", number);
                return if value > 0.0 { infinity } else { format!("(-{infinity})") };
            }
            _ if single => format!("{:?}f", value as f32),
            _ => format!("{value:?}"),
        };
        if text.starts_with('-') { format!("({text})") } else { text }
    }

    /// Conversions to a wider type of the same kind are not written.
    fn convert(&self, value: &str, from: Number, to: Number) -> String {
        match (from, to) {
            (Number::Flag | Number::Truth, _) => value.to_owned(),
            (Number::Real | Number::Wide | Number::Index, Number::Truth | Number::Flag) => format!("({value} != 0)"),
            (Number::Real, Number::Wide) => value.to_owned(),
            (Number::Wide, Number::Real) if !self.single => value.to_owned(),
            (from, to) if from == to => value.to_owned(),
            (_, to) => format!("({}){value}", self.type_of(to)),
        }
    }

    fn call(&self, function: &str, arguments: &[String], number: Number) -> Option<String> {
        let suffix = if self.single && number == Number::Real { "f" } else { "" };
        Some(format!("{}{function}{suffix}({})", self.prefix(), arguments.join(", ")))
    }
}

impl Language for C {
    fn narrow(&self, name: &str) -> Option<String> {
        (!self.single).then(|| format!("(double){name}"))
    }

    fn begin_loop(&self, variable: &str, count: usize) -> String {
        format!("for (long {variable} = 0; {variable} < {count}; ++{variable}) {{")
    }

    fn variable(&self, number: Number, name: &str, value: &str) -> String {
        format!("{} {name} = {value};", self.type_of(number))
    }

    fn memory(&self, kind: Kind) -> String {
        format!("memory->{}", kind.member())
    }

    fn fail(&self) -> &'static str {
        "return 1;"
    }

    fn source(&self, module: &Module, trial: &Trial) -> String {
        self.file(module, trial)
    }
}

impl C {
    /// Macros, types and the prototype.
    fn declarations(&self, module: &Module) -> String {
        let mut text = String::new();
        for (port, name) in module.ports() {
            let _ = writeln!(text, "/* {name}: {}, row-major */", port.dimensions());
            let _ = writeln!(text, "#define {} {}", macro_name(port, &module.name), port.len());
        }
        text.push_str(&self.error_bounds(module));
        let _ = writeln!(text, "\n/* What is computed in between. The caller provides it; it need not be cleared. */");
        let _ = writeln!(text, "typedef struct {{");
        for (kind, size) in module.memory() {
            let _ = writeln!(text, "    {} {}[{size}];", self.element(kind), kind.member());
        }
        if module.memory().next().is_none() {
            let _ = writeln!(text, "    char nothing;");
        }
        let _ = writeln!(text, "}} {}_memory;\n", module.name);
        let failure = if module.may_fail { ", or 1 where a position in the data is outside of its range" } else { "" };
        let _ = writeln!(text, "/* Applies the net. The result is 0{failure}. Arrays must not overlap. */");
        let _ = writeln!(text, "{};", self.prototype(module));
        text
    }

    /// For which inputs errors are bounded, and by how much.
    fn error_bounds(&self, module: &Module) -> String {
        let Some(errors) = &self.errors else { return String::new() };
        let mut text = "\n/* Differences from exact results, where".to_owned();
        for (port, ranges) in module.inputs.iter().zip(&errors.inputs) {
            let Some(all) = ranges.iter().copied().reduce(Enclosure::hull) else { continue };
            let own = if ranges.iter().all(|range| *range == all) { "" } else { ", each within its own bounds," };
            let _ = write!(text, " elements of {}{own} are from {:e} to {:e},", port.name, all.low, all.high);
        }
        text.push_str(" are at most: */\n");
        for (port, error) in module.outputs.iter().zip(&errors.outputs) {
            let name = macro_name(port, &module.name).replace("_SIZE", "_ERROR");
            let _ = match error.is_finite() {
                true => writeln!(text, "#define {name} {:.1e}", error * 1.05),
                false => writeln!(text, "/* {name}: no bound is known. */"),
            };
        }
        text
    }

    fn prototype(&self, module: &Module) -> String {
        let mut parameters: Vec<String> = Vec::new();
        for port in &module.inputs {
            parameters.push(format!("const {} *{}", self.element(port.kind), port.name));
        }
        for port in &module.outputs {
            parameters.push(format!("{} *{}", self.element(port.kind), port.name));
        }
        parameters.push(format!("{}_memory *memory", module.name));
        format!("int {}({})", module.name, parameters.join(", "))
    }

    /// The declarations alone.
    pub(super) fn header(&self, module: &Module) -> String {
        let guard = format!("{}_H", module.name.to_uppercase());
        format!(
            "/* Written by Netform. */\n#ifndef {guard}\n#define {guard}\n\n#ifdef __cplusplus\nextern \"C\" {{\n#endif\n\n\
             {}\n#ifdef __cplusplus\n}}\n#endif\n\n#endif\n",
            self.declarations(module)
        )
    }

    fn file(&self, module: &Module, trial: &Trial) -> String {
        let mut code = String::new();
        let (real, digits) = if self.single { ("float", 24) } else { ("double", 53) };
        let mantissa = if self.single { "FLT_MANT_DIG" } else { "DBL_MANT_DIG" };
        let _ = writeln!(
            code,
            "#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L\n_Static_assert({mantissa} == {digits}, \
             \"{real} must have {digits} binary digits\");\n#endif\n"
        );
        for known in &module.constants {
            let as_it_lies = if known.is_narrow() { &C { single: true, ..self.clone() } } else { self };
            let _ = writeln!(code, "{}\n", as_it_lies.array(&known.name, known.kind, &known.elements));
        }
        let _ = writeln!(code, "{} {{", self.prototype(module));
        for port in module.inputs.iter().chain(&module.outputs) {
            let _ = writeln!(code, "    (void){};", port.name);
        }
        let _ = writeln!(code, "    (void)memory;\n{}    return 0;\n}}\n", module.statements);
        let test = self.test(module, trial);
        let (library, functions, accuracy) = match &self.functions {
            Some(prefix) => {
                let functions = mathematics::functions_for(&(code.clone() + &test), prefix);
                ("stdint", functions, format!("\n * {}.", mathematics::ACCURACY))
            }
            None => ("math", String::new(), String::new()),
        };
        let capital = module.name.to_uppercase();
        let errors = match self.errors.is_none() {
            true => "For other data the errors are those of rounding, of which no bound is known",
            false => "For inputs within the bounds below errors are at most those that are stated there",
        };
        format!(
            "/* {}: a net as C99, written by Netform. {}.\n\
             \x20* With -D{capital}_TEST it is a program that compares results with those that Netform has computed; it allows differences of\n\
             \x20* {:e} (1 + |result|). {errors}.{accuracy} */\n\
             #include <float.h>\n#include <limits.h>\n#include <{library}.h>\n\n{}\n{functions}{code}\n{test}",
            module.name,
            module.sizes(self.single, true),
            trial.tolerance,
            self.declarations(module)
        )
    }

    /// An array of known elements; none has no elements.
    fn array(&self, name: &str, kind: Kind, elements: &[f64]) -> String {
        let count = elements.len().max(1);
        let items = if elements.is_empty() { "    0".to_owned() } else { list(self, kind, elements) };
        format!("static const {} {name}[{count}] = {{\n{items}\n}};", self.element(kind))
    }

    /// A program that compares results for certain data with those of the net.
    fn test(&self, module: &Module, trial: &Trial) -> String {
        let (name, real) = (&module.name, self.type_of(Number::Real));
        let mut text = format!("\n#ifdef {}_TEST\n#include <stdio.h>\n\n", name.to_uppercase());
        for (port, elements) in module.inputs.iter().zip(&trial.inputs) {
            let _ = writeln!(text, "{}", self.array(&format!("{name}_test_{}", port.name), port.kind, elements));
        }
        for (port, elements) in module.outputs.iter().zip(&trial.expected) {
            let _ = writeln!(text, "{}", self.array(&format!("{name}_expected_{}", port.name), port.kind, elements));
            let _ = writeln!(text, "static {} {name}_{}[{}];", self.element(port.kind), port.name, port.len().max(1));
        }
        let _ = writeln!(text, "static {name}_memory {name}_working;\n\nint main(void) {{\n    double worst = 0;");
        let inputs = module.inputs.iter().map(|port| format!("{name}_test_{}, ", port.name));
        let arguments: String =
            inputs.chain(module.outputs.iter().map(|port| format!("{name}_{}, ", port.name))).collect();
        let _ = writeln!(text, "    if ({name}({arguments}&{name}_working) != 0) {{\n        return 2;\n    }}");
        for port in &module.outputs {
            let output = &port.name;
            let _ = writeln!(
                text,
                "    for (long k = 0; k < {}; ++k) {{\n        const {real} x = ({real}){name}_{output}[k], y = \
                 ({real}){name}_expected_{output}[k];\n        const double difference = (double)(x > y ? x - y : y - x), size = \
                 (double)(y > 0 ? y : -y);\n        const double error = x == y || (x != x && y != y) ? 0 : difference / (1 + \
                 size);\n        worst = error > worst || error != error ? error : worst;\n    }}",
                port.len()
            );
        }
        let _ = writeln!(
            text,
            "    printf(\"largest difference: %.3g\\n\", worst);\n    return worst <= {:e} ? 0 : 1;\n}}\n#endif",
            trial.tolerance
        );
        text
    }
}

fn macro_name(port: &Port, prefix: &str) -> String {
    format!("{prefix}_{}_SIZE", port.name).to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::super::language::{Notation, Number};
    use super::C;

    #[test]
    fn numbers_are_read_back_as_they_are() {
        let [double, single] = [false, true].map(|single| C { single, functions: None, errors: None });
        let alone = C { functions: Some("net_math_".to_owned()), ..double.clone() };
        assert_eq!(double.number(1.0, Number::Real), "1.0");
        assert_eq!(double.number(-0.1, Number::Real), "(-0.1)");
        assert_eq!(single.number(0.1, Number::Real), "0.1f");
        assert_eq!(single.number(0.1, Number::Wide), "0.1");
        assert_eq!(double.number(1e300, Number::Real), "1e300");
        assert_eq!(double.number(f64::NEG_INFINITY, Number::Real), "(-(double)INFINITY)");
        assert_eq!(single.number(f64::NEG_INFINITY, Number::Real), "(-INFINITY)");
        assert_eq!(alone.number(f64::NEG_INFINITY, Number::Real), "(-NET_MATH_INFINITY)");
        let alone = C { single: true, ..alone };
        assert_eq!(alone.number(f64::INFINITY, Number::Real), "(float)NET_MATH_INFINITY");
        assert_eq!(double.number(3.0, Number::Index), "3");
    }
}

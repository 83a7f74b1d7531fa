//! Nets as modules of JavaScript: typed arrays, no dependencies.

use std::fmt::Write;

use super::constants::{Known, list};
use super::language::{Language, Notation, Number};
use super::memory::Kind;
use super::module::Module;
use super::self_test::Trial;
use crate::scalar::Operator;

/// JavaScript as a module.
pub(super) struct JavaScript {
    /// Whether arrays of real numbers are of single precision; in between there are numbers of double precision.
    pub(super) single: bool,
}

/// Functions of C under other names.
const NAMES: &[(&str, &str)] = &[("fabs", "abs"), ("fmax", "max"), ("fmin", "min")];

/// Functions of C under the same names.
const SAME: &str = "acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh exp expm1 floor log log10 log1p log2 pow sin sinh \
                    sqrt tan tanh trunc";

/// Functions of C that the language lacks.
const OWN: &[(&str, &str)] = &[
    (
        "rint",
        "function rint(x) {\n    const floor = Math.floor(x), rest = x - floor;\n    return rest < 0.5 || rest === 0.5 && floor % 2 === 0 ? \
         floor : floor + 1;\n}\n",
    ),
    ("erf", "function erf(x) {\n    return x < 0 ? -erf(-x) : x < 2 ? erfSeries(x) : 1 - erfcFraction(x);\n}\n"),
    ("erfc", "function erfc(x) {\n    return x < 2 ? 1 - (x < 0 ? -erf(-x) : erfSeries(x)) : erfcFraction(x);\n}\n"),
    (
        "erfSeries",
        "function erfSeries(x) {\n    let term = x, sum = x;\n    for (let n = 1; n < 60; n += 1) {\n        term *= -x * x / n;\n        \
         sum += term / (2 * n + 1);\n    }\n    return 2 / Math.sqrt(Math.PI) * sum;\n}\n",
    ),
    (
        "erfcFraction",
        "function erfcFraction(x) {\n    let rest = x;\n    for (let n = 80; n > 0; n -= 1) {\n        rest = x + n / 2 / rest;\n    }\n    \
         return Math.exp(-x * x) / (Math.sqrt(Math.PI) * rest);\n}\n",
    ),
    (
        "lgamma",
        "function lgamma(x) {\n    if (x < 0.5) {\n        return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);\n    }\n    \
         let shift = 0, y = x;\n    for (; y < 16; y += 1) {\n        shift += Math.log(y);\n    }\n    const z = 1 / (y * y);\n    \
         return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 - shift\n        + (1 / 12 - z * (1 / 360 - z * (1 / 1260 - \
         z * (1 / 1680 - z / 1188)))) / y;\n}\n",
    ),
    (
        "tgamma",
        "function tgamma(x) {\n    if (x < 0.5) {\n        return Math.PI / (Math.sin(Math.PI * x) * tgamma(1 - x));\n    }\n    let factor \
         = 1, y = x;\n    for (; y > 2 && y < 180; y -= 1) {\n        factor *= y - 1;\n    }\n    return factor * Math.exp(lgamma(y));\n}\n",
    ),
];

impl JavaScript {
    fn array_type(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Real if self.single => "Float32Array",
            Kind::Real | Kind::Index => "Float64Array",
            Kind::Truth => "Uint8Array",
        }
    }

    fn array(&self, kind: Kind, elements: &[f64]) -> String {
        let items = if elements.is_empty() { String::new() } else { format!("\n{}\n", list(self, kind, elements)) };
        format!("new {}([{items}])", self.array_type(kind))
    }
}

impl Notation for JavaScript {
    fn name(&self) -> &'static str {
        "JavaScript"
    }

    fn reserved(&self) -> &'static str {
        "arguments async await break case catch class const continue createMemory debugger default delete do else enum eval export \
         extends false finally for function if implements import in instanceof interface let memory new null package private \
         protected public return selfTest static super switch this throw true try typeof var void while with yield"
    }

    fn value(&self, _: Number, name: &str, value: &str) -> String {
        format!("const {name} = {value};")
    }

    fn number(&self, value: f64, number: Number) -> String {
        if number == Number::Flag {
            return (value != 0.0).to_string();
        }
        let text = match (value.is_nan(), value.is_infinite()) {
            (true, _) => return "NaN".to_owned(),
            (_, true) => "Infinity".to_owned(),
            _ if self.single && number == Number::Real => format!("{:?}", (value as f32).abs()),
            _ => format!("{:?}", value.abs()),
        };
        let text = text.strip_suffix(".0").map_or(text.clone(), str::to_owned);
        if value.is_sign_negative() { format!("(-{text})") } else { text }
    }

    fn convert(&self, value: &str, from: Number, to: Number) -> String {
        match (from, to) {
            (Number::Real | Number::Wide, Number::Index) => format!("Math.trunc({value})"),
            (Number::Real | Number::Wide | Number::Index, Number::Truth | Number::Flag) => format!("({value} !== 0)"),
            (Number::Flag, Number::Real | Number::Wide | Number::Index) => format!("Number({value})"),
            _ => value.to_owned(),
        }
    }

    fn holds(&self, value: &str, _: Number) -> String {
        format!("{value} !== 0")
    }

    fn operation(&self, operator: Operator, a: &str, b: &str) -> String {
        let text = match operator {
            Operator::Equal => "===",
            Operator::NotEqual => "!==",
            other => other.text(),
        };
        format!("({a} {text} {b})")
    }

    fn call(&self, function: &str, arguments: &[String], _: Number) -> Option<String> {
        let arguments = arguments.join(", ");
        if let Some((_, name)) = NAMES.iter().find(|(name, _)| *name == function) {
            return Some(format!("Math.{name}({arguments})"));
        }
        if SAME.split(' ').any(|name| name == function) {
            return Some(format!("Math.{function}({arguments})"));
        }
        if function == "fmod" {
            return Some(format!("({})", arguments.replacen(", ", " % ", 1)));
        }
        OWN.iter().any(|(name, _)| *name == function).then(|| format!("{function}({arguments})"))
    }
}

impl Language for JavaScript {
    fn begin_loop(&self, variable: &str, count: usize) -> String {
        format!("for (let {variable} = 0; {variable} < {count}; {variable} += 1) {{")
    }

    fn variable(&self, _: Number, name: &str, value: &str) -> String {
        format!("let {name} = {value};")
    }

    fn fail(&self) -> &'static str {
        "throw new RangeError(\"a position in the data is outside of its range\");"
    }

    fn source(&self, module: &Module, trial: &Trial) -> String {
        let name = &module.name;
        let mut text = format!(
            "// {name}: a net as a module of JavaScript, written by Netform. {}.\n//\n// {name}(inputs, outputs, memory) applies the net to \
             arrays in row-major order:\n",
            module.sizes(self.single, false)
        );
        for (port, label) in module.ports() {
            let _ = writeln!(
                text,
                "//   {}: {} ({}), a {}",
                port.name,
                label,
                port.dimensions(),
                self.array_type(port.kind)
            );
        }
        text.push_str("// selfTest() compares results with those that Netform has computed.\n\n");
        for Known { name, kind, elements, .. } in &module.constants {
            let _ = writeln!(text, "const {name} = {};\n", self.array(*kind, elements));
        }
        text.push_str(&self.functions(module));
        let members =
            module.memory().map(|(kind, size)| format!("{}: new {}({size})", kind.member(), self.array_type(kind)));
        let members: Vec<String> = members.collect();
        let _ = writeln!(
            text,
            "/** What is computed in between; calls at the same time need one each. */\nexport function createMemory() {{\n    return {{ {} \
             }};\n}}\n",
            members.join(", ")
        );
        let parameters: Vec<&str> =
            module.inputs.iter().chain(&module.outputs).map(|port| port.name.as_str()).collect();
        let parameters: String = parameters.iter().map(|name| format!("{name}, ")).collect();
        let _ =
            writeln!(text, "export function {name}({parameters}memory = createMemory()) {{\n{}}}\n", module.statements);
        text.push_str("/** The largest difference to the results of Netform; an error if it is too large. */\nexport function selfTest() {\n");
        for (port, elements) in module.inputs.iter().zip(&trial.inputs) {
            let _ = writeln!(text, "    const {} = {};", port.name, self.array(port.kind, elements));
        }
        for port in &module.outputs {
            let _ = writeln!(text, "    const {} = new {}({});", port.name, self.array_type(port.kind), port.len());
        }
        let _ = writeln!(text, "    {name}({}createMemory());\n    let worst = 0;", parameters);
        for (port, elements) in module.outputs.iter().zip(&trial.expected) {
            let _ = writeln!(
                text,
                "    {}.forEach((y, k) => {{\n        const x = {}[k];\n        const error = Object.is(x, y) || x === y ? 0 : Math.abs(x - y) / \
                 (1 + Math.abs(y));\n        worst = error > worst || Number.isNaN(error) ? error : worst;\n    }});",
                self.array(port.kind, elements),
                port.name
            );
        }
        let _ = writeln!(
            text,
            "    if (!(worst <= {:e})) {{\n        throw new Error(`the results differ by ${{worst}}`);\n    }}\n    return worst;\n}}",
            trial.tolerance
        );
        text
    }
}

impl JavaScript {
    /// The functions that the language lacks, as far as the statements call them.
    fn functions(&self, module: &Module) -> String {
        let calls = |text: &str, name: &str| {
            let call = format!("{name}(");
            text.match_indices(&call)
                .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.'))
        };
        let mut needed: Vec<&str> = Vec::new();
        let mut texts = vec![module.statements.as_str()];
        while let Some(text) = texts.pop() {
            for (name, function) in OWN {
                if !needed.contains(name) && calls(text, name) {
                    needed.push(name);
                    texts.push(function);
                }
            }
        }
        OWN.iter().filter(|(name, _)| needed.contains(name)).map(|(_, text)| format!("{text}\n")).collect()
    }
}

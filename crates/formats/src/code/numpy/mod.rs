//! Nets as modules of Python on arrays of NumPy or JAX: each primitive of the program is an expression, recurrences are loops.
//!
//! JAX has the functions of NumPy under the same names; arrays do not change there, and some helpers are others.

mod arrays;
mod helpers;

use std::fmt::Write;

use super::Module;
use super::constants::{Known, list};
use super::language::{Notation, Number};
use super::memory::Kind;
use super::self_test::Trial;
use crate::scalar::Operator;
use crate::scalar::bare;
pub(super) use arrays::Arrays;

/// Python with NumPy, or with JAX.
pub(super) struct NumPy {
    /// Whether real numbers are `float32`.
    pub(super) single: bool,
    pub(super) library: Library,
}

/// Whose arrays they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Library {
    NumPy,
    Jax,
}

/// Functions of C under other names.
const NAMES: &[(&str, &str)] = &[
    ("acos", "np.arccos"),
    ("asin", "np.arcsin"),
    ("atan", "np.arctan"),
    ("atan2", "np.arctan2"),
    ("acosh", "np.arccosh"),
    ("asinh", "np.arcsinh"),
    ("atanh", "np.arctanh"),
    ("pow", "np.power"),
    ("erf", "_erf"),
    ("erfc", "_erfc"),
    ("lgamma", "_lgamma"),
    ("tgamma", "_gamma"),
];

impl NumPy {
    fn dtype(&self, number: Number) -> &'static str {
        match number {
            Number::Real if self.single => "np.float32",
            Number::Real | Number::Wide => "np.float64",
            Number::Index => "np.int64",
            Number::Truth | Number::Flag => "np.bool_",
        }
    }

    fn array(&self, kind: Kind, shape: &[usize], elements: &[f64]) -> String {
        let items = if elements.is_empty() { String::new() } else { format!("\n{}\n", list(self, kind, elements)) };
        format!("np.array([{items}], dtype={}).reshape({})", self.dtype(kind.into()), tuple(shape))
    }

    /// The file.
    pub(super) fn source(&self, module: &Module, trial: &Trial) -> String {
        let name = &module.name;
        let is_jax = self.library == Library::Jax;
        let special = ["_erf", "_erfc", "_lgamma", "_gamma"].iter().any(|name| is_called(&module.statements, name));
        let library = self.name();
        let mut text = format!("\"\"\"{name}: a net on arrays of {library}, written by Netform.\n\n");
        if is_jax {
            text.push_str(
                "jax.jit compiles it, jax.vmap applies it to many examples, and jax.grad differentiates it. ",
            );
        }
        text.push_str("self_test() compares results with those that Netform has computed.\n\"\"\"\n\n");
        text.push_str(match (is_jax, special) {
            (false, false) => "import numpy as np\n\n",
            (false, true) => "import math\n\nimport numpy as np\n\n",
            (true, false) => "import jax\nimport jax.numpy as np\n\n",
            (true, true) => "import jax\nimport jax.numpy as np\nfrom jax.scipy import special\n\n",
        });
        if is_jax {
            text.push_str("jax.config.update(\"jax_enable_x64\", True)\n\n");
        }
        for (helper, forms) in helpers::HELPERS {
            if is_called(&module.statements, helper) {
                let function = forms[usize::from(is_jax)];
                let _ = writeln!(text, "{}{function}", if function.starts_with("def") { "\n" } else { "" });
            }
        }
        for Known { name, kind, shape, elements } in &module.constants {
            let _ = writeln!(text, "{name} = {}\n", self.array(*kind, shape, elements));
        }
        let parameters: Vec<&str> = module.inputs.iter().map(|port| port.name.as_str()).collect();
        let _ = writeln!(
            text,
            "\n{}def {name}({}):\n    \"\"\"Applies the net to arrays{}.\n",
            if is_jax { "" } else { "@np.errstate(all=\"ignore\")\n" },
            parameters.join(", "),
            if parameters.is_empty() || is_jax {
                ""
            } else {
                ", or to many examples, which are the first axis of each then"
            }
        );
        for (port, label) in module.ports() {
            let _ = writeln!(text, "    {}: {label}, {}", port.name, port.dimensions());
        }
        text.push_str("    \"\"\"\n");
        if let Some(first) = module.inputs.first().filter(|_| !is_jax) {
            let _ = writeln!(
                text,
                "    if np.ndim({}) > {}:\n        results = [{name}(*example) for example in zip({}, strict=True)]",
                first.name,
                first.shape.len(),
                parameters.join(", ")
            );
            text.push_str(match module.outputs.len() {
                1 => "        return np.stack(results)\n",
                _ => "        return tuple(np.stack(parts) for parts in zip(*results))\n",
            });
        }
        for port in &module.inputs {
            let dtype = self.dtype(port.kind.into());
            let _ =
                writeln!(text, "    {0} = np.asarray({0}, dtype={dtype}).reshape({1})", port.name, tuple(&port.shape));
        }
        text.push_str(&module.statements);
        let results = module.outputs.iter().map(|port| {
            format!("np.asarray({}, dtype={}).reshape({})", port.name, self.dtype(port.kind.into()), tuple(&port.shape))
        });
        let _ = writeln!(text, "    return {}\n\n", results.collect::<Vec<_>>().join(", "));
        text.push_str("def self_test():\n    \"\"\"The largest difference to the results of Netform; an error if it is too large.\"\"\"\n");
        let arguments = module.inputs.iter().zip(&trial.inputs);
        let arguments: Vec<String> =
            arguments.map(|(port, elements)| self.array(port.kind, &port.shape, elements)).collect();
        // Two examples at once give the same twice.
        let is_single = module.outputs.len() == 1;
        let once = if is_jax { format!("jax.jit({name})") } else { name.clone() };
        let one = if is_single { format!("({once}(*arguments),)") } else { format!("{once}(*arguments)") };
        let many = if is_jax { format!("jax.jit(jax.vmap({name}))") } else { name.clone() };
        let (found, times) = match (arguments.is_empty(), is_single) {
            (true, _) => (one, ""),
            (false, true) => (format!("{one} + ({many}(*twice)[1],)"), " * 2"),
            (false, false) => (format!("{one} + tuple(results[1] for results in {many}(*twice))"), " * 2"),
        };
        let mut data = arguments.join(", ");
        if arguments.len() == 1 {
            data.push(',');
        }
        let _ = writeln!(text, "    arguments = ({data})");
        if !arguments.is_empty() {
            text.push_str("    twice = [np.stack([argument, argument]) for argument in arguments]\n");
        }
        let expected = module.outputs.iter().zip(&trial.expected);
        let expected: Vec<String> =
            expected.map(|(port, elements)| self.array(port.kind, &port.shape, elements)).collect();
        let _ = writeln!(
            text,
            "    found = {found}\n    expected = ({},){times}\n    worst = 0.0\n    for x, y in zip(found, expected):\n        x, y = x.astype(np.float64), \
             y.astype(np.float64)\n{quiet}error = np.where((x == y) | (np.isnan(x) & np.isnan(y)), \
             0, np.abs(x - y) / (1 + np.abs(y)))\n        worst = np.maximum(worst, np.max(error, initial=0))\n    if not worst <= {:e}:\n        \
             raise AssertionError(f\"the results differ by {{worst}}\")\n    return worst",
            expected.join(", "),
            trial.tolerance,
            quiet = if is_jax { "        " } else { "        with np.errstate(all=\"ignore\"):\n            " },
        );
        text
    }
}

/// Whether statements call a function.
fn is_called(statements: &str, name: &str) -> bool {
    let call = format!("{name}(");
    let starts = |at: usize| !statements[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    statements.match_indices(&call).any(|(at, _)| starts(at))
}

/// Numbers as a tuple of Python.
fn tuple<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    match items.as_slice() {
        [single] => format!("({single},)"),
        items => format!("({})", items.join(", ")),
    }
}

impl Notation for NumPy {
    fn name(&self) -> &'static str {
        match self.library {
            Library::NumPy => "NumPy",
            Library::Jax => "JAX",
        }
    }

    fn reserved(&self) -> &'static str {
        "and as assert async await break class continue def del elif else except finally for from global if import in is jax lambda math \
         nonlocal not np or pass raise return self_test special try while with yield False None True"
    }

    fn value(&self, _: Number, name: &str, value: &str) -> String {
        format!("{name} = {value}")
    }

    fn number(&self, value: f64, number: Number) -> String {
        let text = match number {
            Number::Truth | Number::Flag => return if value != 0.0 { "True" } else { "False" }.to_owned(),
            Number::Index => format!("{}", value as i64),
            _ if value.is_nan() => return "np.nan".to_owned(),
            _ if value.is_infinite() => return if value > 0.0 { "np.inf" } else { "(-np.inf)" }.to_owned(),
            Number::Real if self.single => format!("{:?}", value as f32),
            _ => format!("{value:?}"),
        };
        if text.starts_with('-') { format!("({text})") } else { text }
    }

    fn convert(&self, value: &str, from: Number, to: Number) -> String {
        match self.dtype(from) == self.dtype(to) {
            true => value.to_owned(),
            false => format!("np.asarray({}).astype({})", bare(value), self.dtype(to)),
        }
    }

    fn choice(&self, condition: &str, yes: &str, no: &str) -> String {
        format!("np.where({}, {}, {})", bare(condition), bare(yes), bare(no))
    }

    fn operation(&self, operator: Operator, a: &str, b: &str) -> String {
        let text = match operator {
            Operator::And => "&",
            Operator::Or => "|",
            other => other.text(),
        };
        format!("({a} {text} {b})")
    }

    fn call(&self, function: &str, arguments: &[String], _: Number) -> Option<String> {
        let name = NAMES.iter().find(|(known, _)| *known == function).map(|(_, name)| (*name).to_owned());
        Some(format!("{}({})", name.unwrap_or_else(|| format!("np.{function}")), arguments.join(", ")))
    }
}

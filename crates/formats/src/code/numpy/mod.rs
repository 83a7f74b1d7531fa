//! Nets as modules of Python on arrays of NumPy: each primitive of the program is an expression, recurrences are loops.

mod arrays;

use std::fmt::Write;

use super::Module;
use super::constants::{Known, list};
use super::language::{Notation, Number};
use super::memory::Kind;
use super::scalar::bare;
use super::self_test::Trial;
use crate::scalar::Operator;
pub(super) use arrays::Arrays;

/// Python with NumPy.
pub(super) struct NumPy {
    /// Whether real numbers are `float32`.
    pub(super) single: bool,
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

/// Functions that are written where they are called.
const HELPERS: &[(&str, &str)] = &[
    ("_erf", "_erf = np.vectorize(math.erf, otypes=[float])\n"),
    ("_erfc", "_erfc = np.vectorize(math.erfc, otypes=[float])\n"),
    ("_lgamma", "_lgamma = np.vectorize(math.lgamma, otypes=[float])\n"),
    ("_gamma", "_gamma = np.vectorize(math.gamma, otypes=[float])\n"),
    (
        "_places",
        "def _places(positions, size):\n    places = np.asarray(positions).astype(np.int64) - 1\n    if np.any((places < 0) | (places >= \
         size)):\n        raise IndexError(\"a position in the data is outside of its range\")\n    return places\n",
    ),
    (
        "_scatter_add",
        "def _scatter_add(a, axis, places, updates):\n    result = np.array(a)\n    np.add.at(result, (slice(None),) * axis + (places,), updates)\n    \
         return result\n",
    ),
    (
        "_pad",
        "def _pad(a, fill, low, high, interior):\n    a = np.asarray(a)\n    inner = [max(n + (n - 1) * k, 0) for n, k in zip(a.shape, interior)]\n    \
         result = np.full([l + n + h for l, n, h in zip(low, inner, high)], fill, dtype=a.dtype)\n    result[tuple(slice(l, l + n, k + 1) for l, \
         n, k in zip(low, inner, interior))] = a\n    return result\n",
    ),
    (
        "_windows",
        "def _windows(a, axes, counts, sizes, strides, dilations):\n    a = np.ascontiguousarray(a)\n    shape, steps = list(a.shape), \
         list(a.strides)\n    for axis, count, size, stride, dilation in zip(axes, counts, sizes, strides, dilations):\n        step = \
         a.strides[axis]\n        shape[axis], steps[axis] = count, step * stride\n        shape.append(size)\n        steps.append(step * \
         dilation)\n    return np.lib.stride_tricks.as_strided(a, shape, steps, writeable=False)\n",
    ),
    (
        "_overlap_add",
        "def _overlap_add(a, shape, axes, strides, dilations):\n    result = np.zeros(shape, dtype=a.dtype)\n    rank = len(shape)\n    for place in \
         np.ndindex(*a.shape[rank:]):\n        part = [slice(None)] * rank\n        for axis, offset, stride, dilation in zip(axes, place, \
         strides, dilations):\n            start = offset * dilation\n            part[axis] = slice(start, start + stride * (a.shape[axis] - 1) + 1, \
         stride)\n        result[tuple(part)] += a[(Ellipsis,) + place]\n    return result\n",
    ),
    (
        "_shift",
        "def _shift(a, axes):\n    largest = np.max(a, axis=axes, initial=-np.inf)\n    return np.where(np.isfinite(largest), largest, 0)\n",
    ),
    (
        "_place_of_largest",
        "def _place_of_largest(a, axes):\n    kept = tuple(axis for axis in range(np.ndim(a)) if axis not in axes)\n    rows = np.transpose(a, kept \
         + axes)\n    return np.argmax(np.reshape(rows, rows.shape[: len(kept)] + (-1,)), axis=-1) + 1\n",
    ),
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
        let math = ["_erf", "_erfc", "_lgamma", "_gamma"].iter().any(|name| is_called(&module.statements, name));
        let mut text = format!(
            "\"\"\"{name}: a net on arrays of NumPy, written by Netform.\n\nself_test() compares results with those that Netform has \
                                computed.\n\"\"\"\n\n{}import numpy as np\n\n",
            if math { "import math\n\n" } else { "" }
        );
        for (helper, function) in HELPERS {
            if is_called(&module.statements, helper) {
                let _ = writeln!(text, "{}{function}", if function.starts_with("def") { "\n" } else { "" });
            }
        }
        for Known { name, kind, shape, elements } in &module.constants {
            let _ = writeln!(text, "{name} = {}\n", self.array(*kind, shape, elements));
        }
        let parameters: Vec<&str> = module.inputs.iter().map(|port| port.name.as_str()).collect();
        let _ = writeln!(
            text,
            "\n@np.errstate(all=\"ignore\")\ndef {name}({}):\n    \"\"\"Applies the net to arrays{}.\n",
            parameters.join(", "),
            if parameters.is_empty() { "" } else { ", or to many examples, which are the first axis of each then" }
        );
        for (port, label) in module.ports() {
            let _ = writeln!(text, "    {}: {label}, {}", port.name, port.dimensions());
        }
        text.push_str("    \"\"\"\n");
        if let Some(first) = module.inputs.first() {
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
        let one = if is_single { format!("({name}(*arguments),)") } else { format!("{name}(*arguments)") };
        let (found, times) = match (arguments.is_empty(), is_single) {
            (true, _) => (one, ""),
            (false, true) => (format!("{one} + ({name}(*twice)[1],)"), " * 2"),
            (false, false) => (format!("{one} + tuple(results[1] for results in {name}(*twice))"), " * 2"),
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
             y.astype(np.float64)\n        with np.errstate(all=\"ignore\"):\n            error = np.where((x == y) | (np.isnan(x) & np.isnan(y)), \
             0, np.abs(x - y) / (1 + np.abs(y)))\n        worst = np.maximum(worst, np.max(error, initial=0))\n    if not worst <= {:e}:\n        \
             raise AssertionError(f\"the results differ by {{worst}}\")\n    return worst",
            expected.join(", "),
            trial.tolerance
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
        "NumPy"
    }

    fn reserved(&self) -> &'static str {
        "and as assert async await break class continue def del elif else except finally for from global if import in is lambda math \
         nonlocal not np or pass raise return self_test try while with yield False None True"
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

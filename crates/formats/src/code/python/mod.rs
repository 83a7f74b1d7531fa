//! Nets as modules of Python on arrays of NumPy, JAX or PyTorch: each primitive of the program is an expression, recurrences are
//! loops or functions of a step.
//!
//! The walk over the program is one; what a [`Library`] has under which name is its record.

mod arrays;
mod class;
mod function;
mod jax;
mod library;
mod numpy;
mod pytorch;
mod recurrence;

use super::constants::list;
use super::language::{Notation, Number};
use super::memory::Kind;
use super::module::Module;
use super::self_test::Trial;
use crate::scalar::{Operator, bare};
pub(super) use arrays::Arrays;
pub(super) use jax::JAX;
pub(super) use library::Library;
use library::filled;
pub(super) use numpy::NUMPY;
pub(super) use pytorch::PYTORCH;

/// Python with a library of arrays.
pub(super) struct Python {
    /// Whether real numbers are `float32`.
    pub(super) single: bool,
    pub(super) library: &'static Library,
}

impl Python {
    /// The name of a type of elements.
    fn dtype(&self, number: Number) -> String {
        let name = match number {
            Number::Real if self.single => "float32",
            Number::Real | Number::Wide => "float64",
            Number::Index => "int64",
            Number::Truth | Number::Flag => self.library.phrases.truth,
        };
        format!("{}.{name}", self.library.module)
    }

    fn array(&self, kind: Kind, shape: &[usize], elements: &[f64]) -> String {
        let items = if elements.is_empty() { String::new() } else { format!("\n{}\n", list(self, kind, elements)) };
        let parts = [("items", &*items), ("dtype", &self.dtype(kind.into())), ("shape", &tuple(shape))];
        filled(self.library.phrases.array, &parts)
    }

    /// The file.
    pub(super) fn source(&self, module: &Module, trial: &Trial) -> String {
        match self.library.is_class {
            true => self.class(module, trial),
            false => self.function(module, trial),
        }
    }

    /// What the code of a file needs before it: modules, and helpers that it calls.
    fn needs(&self, code: &str) -> String {
        let mut helpers = Vec::new();
        let mut text = code.to_owned();
        for (name, helper) in self.library.helpers {
            if is_called(&text, name) {
                text.push_str(helper);
                helpers.push(*helper);
            }
        }
        let imports = self.library.imports.iter().filter(|(word, _)| text.contains(word));
        let mut needs: String = imports.map(|(_, line)| *line).collect();
        needs.push('\n');
        for helper in helpers.iter().rev() {
            if helper.starts_with("def") {
                needs.push('\n');
            }
            needs.push_str(helper);
            needs.push('\n');
        }
        needs
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

impl Notation for Python {
    fn name(&self) -> &'static str {
        self.library.name
    }

    fn reserved(&self) -> &'static str {
        "and as assert async await break class continue def del device elif else except finally for from global if import in is jax lambda \
         math nonlocal not np or pass raise return self self_test special torch try while with yield False None True"
    }

    fn value(&self, _: Number, name: &str, value: &str) -> String {
        format!("{name} = {value}")
    }

    fn number(&self, value: f64, number: Number) -> String {
        let phrases = &self.library.phrases;
        let text = match number {
            Number::Truth | Number::Flag => return if value != 0.0 { "True" } else { "False" }.to_owned(),
            Number::Index => format!("{}", value as i64),
            _ if value.is_nan() => return phrases.not_a_number.to_owned(),
            _ if value.is_infinite() && value > 0.0 => return phrases.infinity.to_owned(),
            _ if value.is_infinite() => return format!("(-{})", phrases.infinity),
            Number::Real if self.single => format!("{:?}", value as f32),
            _ => format!("{value:?}"),
        };
        if text.starts_with('-') { format!("({text})") } else { text }
    }

    fn convert(&self, value: &str, from: Number, to: Number) -> String {
        let dtype = self.dtype(to);
        match self.dtype(from) == dtype {
            true => value.to_owned(),
            false => filled(self.library.phrases.convert, &[("a", bare(value)), ("dtype", &dtype)]),
        }
    }

    fn choice(&self, condition: &str, yes: &str, no: &str) -> String {
        let parts = [("condition", bare(condition)), ("yes", bare(yes)), ("no", bare(no))];
        filled(self.library.phrases.select, &parts)
    }

    fn operation(&self, operator: Operator, a: &str, b: &str) -> String {
        let text = match operator {
            Operator::And => "&",
            Operator::Or => "|",
            other => other.text(),
        };
        format!("({a} {text} {b})")
    }

    fn call(&self, function: &str, arguments: &[String], number: Number) -> Option<String> {
        let library = self.library;
        let own = library.functions.iter().find(|(known, _)| *known == function).map(|(_, name)| (*name).to_owned());
        let name = own.unwrap_or_else(|| format!("{}.{function}", library.module));
        let dtype = self.dtype(number);
        let argument = |text: &String| match library.phrases.argument {
            Some(phrase) if text.trim_start_matches('-').parse::<f64>().is_ok() => {
                filled(phrase, &[("value", text), ("dtype", &dtype)])
            }
            _ => text.clone(),
        };
        let arguments: Vec<String> = arguments.iter().map(argument).collect();
        Some(format!("{name}({})", arguments.join(", ")))
    }
}

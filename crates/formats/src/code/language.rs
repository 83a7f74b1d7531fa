//! What languages write differently. All else follows from the walk over the program.

use crate::scalar::Operator;

use super::memory::Kind;
use super::module::Module;
use super::self_test::Trial;

/// What a number in the code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// The real numbers of the net.
    Real,
    /// Real numbers in double precision, beside integers.
    Wide,
    /// Integers.
    Index,
    /// Truth values as elements of arrays.
    Truth,
    /// Whether something holds.
    Flag,
}

impl From<Kind> for Number {
    fn from(kind: Kind) -> Number {
        match kind {
            Kind::Real => Number::Real,
            Kind::Index => Number::Index,
            Kind::Truth => Number::Truth,
        }
    }
}

/// How expressions are written, with the precision of real numbers.
pub(super) trait Notation {
    /// The name of the language, as a person says it.
    fn name(&self) -> &'static str;

    /// Words that no function may be called.
    fn reserved(&self) -> &'static str;

    /// A value under a name.
    fn value(&self, number: Number, name: &str, value: &str) -> String;

    /// A number.
    fn number(&self, value: f64, number: Number) -> String;

    /// The value of one number as another one.
    fn convert(&self, value: &str, from: Number, to: Number) -> String;

    /// Whether something is no zero.
    fn holds(&self, value: &str, number: Number) -> String {
        format!("{value} != {}", self.number(0.0, number))
    }

    fn choice(&self, condition: &str, yes: &str, no: &str) -> String {
        format!("({condition} ? {yes} : {no})")
    }

    fn operation(&self, operator: Operator, a: &str, b: &str) -> String {
        format!("({a} {} {b})", operator.text())
    }

    /// The call of a function of the library of C, for real numbers; nothing where there is none.
    fn call(&self, function: &str, arguments: &[String], number: Number) -> Option<String>;
}

/// A language with loops.
pub(super) trait Language: Notation {
    /// The name of an array of known numbers.
    fn constant_name(&self, name: &str) -> String {
        name.to_owned()
    }

    /// How an array of known numbers is read that lies there in single precision, while numbers are those of double precision; nothing
    /// if arrays never do.
    fn narrow(&self, _name: &str) -> Option<String> {
        None
    }

    /// Begins a loop over `0 .. count`; a closing brace ends it.
    fn begin_loop(&self, variable: &str, count: usize) -> String;

    /// Begins a loop while something holds.
    fn begin_while(&self, condition: &str) -> String {
        format!("while ({condition}) {{")
    }

    /// Begins what is done where something holds.
    fn begin_if(&self, condition: &str) -> String {
        format!("if ({condition}) {{")
    }

    /// A variable.
    fn variable(&self, number: Number, name: &str, value: &str) -> String;

    /// One more.
    fn increment(&self, variable: &str) -> String {
        format!("{variable} += 1;")
    }

    /// The member of the memory for a kind of elements.
    fn memory(&self, kind: Kind) -> String {
        format!("memory.{}", kind.member())
    }

    /// An element of an array.
    fn element(&self, array: &str, index: &str) -> String {
        format!("{array}[{index}]")
    }

    /// Ends the function, since a position is outside of its range.
    fn fail(&self) -> &'static str;

    /// The file.
    fn source(&self, module: &Module, trial: &Trial) -> String;
}

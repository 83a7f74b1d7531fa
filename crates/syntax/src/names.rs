//! From the names in a source to symbols, and back.

use std::borrow::Cow;

use netform_expr::{Expr, Symbol};
use rustc_hash::FxHashSet;

/// Finds the symbol that a name in a source means. A session resolves names by its contexts.
pub trait Names {
    /// The symbol for a name as it is written: `x`, `` a`x ``, or `` `x ``, which is relative to
    /// the current context.
    fn resolve(&mut self, name: &str) -> Expr;
}

impl<N: Names + ?Sized> Names for &mut N {
    fn resolve(&mut self, name: &str) -> Expr {
        (**self).resolve(name)
    }
}

/// Names as a fresh session resolves them: known names are in ``System` ``, all others in
/// ``Global` ``.
///
/// ```
/// use netform_syntax::{DefaultNames, Names};
///
/// let mut names = DefaultNames::new(&["Plus", "Sin"]);
/// assert_eq!(names.resolve("Sin").as_symbol().unwrap().full_name(), "System`Sin");
/// assert_eq!(names.resolve("x").as_symbol().unwrap().full_name(), "Global`x");
/// assert_eq!(names.resolve("`x").as_symbol().unwrap().full_name(), "Global`x");
/// assert_eq!(names.resolve("a`x").as_symbol().unwrap().full_name(), "a`x");
/// ```
#[derive(Clone, Debug)]
pub struct DefaultNames {
    system: FxHashSet<String>,
}

impl DefaultNames {
    /// A resolver that knows these names of ``System` ``, besides the heads of operators.
    pub fn new(system: &[&str]) -> DefaultNames {
        let notation = crate::operator::heads().chain(BASIC.iter().copied());
        let system = system.iter().map(|name| name.to_string()).chain(notation.map(str::to_string));
        DefaultNames { system: system.collect() }
    }

    /// Whether the name is one of ``System` ``.
    pub fn is_system(&self, name: &str) -> bool {
        self.system.contains(name)
    }

    /// The shortest text that this resolver takes for the symbol.
    pub fn shorten<'a>(&self, symbol: &'a Symbol) -> Cow<'a, str> {
        let is_system = self.is_system(symbol.name());
        match symbol.context() {
            "System`" if is_system => Cow::Borrowed(symbol.name()),
            "Global`" if !is_system => Cow::Borrowed(symbol.name()),
            _ => Cow::Borrowed(symbol.full_name()),
        }
    }
}

impl Default for DefaultNames {
    fn default() -> DefaultNames {
        DefaultNames::new(&[])
    }
}

impl Names for DefaultNames {
    fn resolve(&mut self, name: &str) -> Expr {
        match name.strip_prefix('`') {
            Some(relative) => Expr::symbol(&format!("Global`{relative}")),
            None if name.contains('`') => Expr::symbol(name),
            None if self.is_system(name) => Expr::symbol(&format!("System`{name}")),
            None => Expr::symbol(&format!("Global`{name}")),
        }
    }
}

/// Heads that the notation makes without an operator, constants, and heads of atoms.
const BASIC: &[&str] = &[
    "All",
    "Association",
    "Blank",
    "BlankNullSequence",
    "BlankSequence",
    "Complex",
    "ComplexInfinity",
    "Degree",
    "E",
    "False",
    "Function",
    "I",
    "Infinity",
    "Inequality",
    "Integer",
    "List",
    "Null",
    "Out",
    "Part",
    "Pattern",
    "Pi",
    "Rational",
    "Real",
    "Slot",
    "SlotSequence",
    "String",
    "Symbol",
    "TagSet",
    "TagSetDelayed",
    "TagUnset",
    "True",
    "With",
];

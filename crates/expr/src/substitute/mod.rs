//! Replacement of variables by values: right-hand sides of rules and bodies of functions.
//!
//! A body is compiled once into a [`Template`], the list of those of its nodes that contain a
//! variable. Filling a template costs one step for each of these nodes, however often it is shared
//! and however large the rest of the body is.
//!
//! Replacement is simultaneous and lexical:
//!
//! * Names that a scoping construct inside the body binds are not replaced within its scope:
//!   `Function`, `Module`, `With`, `Block`, and the pattern names of rules and definitions.
//! * Where a value is put inside a scoping construct (`Function`, `Module`, `With`, `:>`, `:=` and
//!   their like), its names `y` become `y$`, so that no symbol of the value is captured.
//! * A value `Sequence[...]` is spliced into arguments, except in those of rules and assignments.

mod compile;
mod function;
mod occurs;
mod scope;
mod template;
#[cfg(test)]
mod tests;

pub use function::{FunctionError, PureFunction, apply_function};
pub use occurs::occurs;
pub use scope::renamed_variables;
pub use template::Template;

use crate::Expr;
use crate::pattern::Bindings;

/// The expression with the variables of `bindings` replaced by their values.
///
/// ```
/// use netform_expr::pattern::Bindings;
/// use netform_expr::{Expr, Sym, substitute};
///
/// let [x, y, a] = ["x", "y", "a"].map(|name| Expr::symbol(&format!("Global`{name}")));
/// let sum = |p: &Expr, q: &Expr| Expr::call(Sym::Plus, [p.clone(), q.clone()]);
/// let swapped = Bindings::from_iter([(x.clone(), y.clone()), (y.clone(), x.clone())]);
/// assert_eq!(substitute(&sum(&x, &y), &swapped), sum(&y, &x));
/// assert_eq!(substitute(&sum(&a, &a), &swapped), sum(&a, &a));
/// ```
pub fn substitute(body: &Expr, bindings: &Bindings) -> Expr {
    let variables: Vec<Expr> = bindings.iter().map(|(variable, _)| variable.clone()).collect();
    let values: Vec<Expr> = bindings.iter().map(|(_, value)| value.clone()).collect();
    Template::new(body, &variables).fill(&values)
}

//! The result of a match: what each pattern variable stands for.

use std::fmt;

use smallvec::SmallVec;

use crate::Expr;

/// Values of pattern variables, in the order in which the pattern names them.
///
/// A variable that stands for a sequence has the value `Sequence[...]`; so has one in a branch of
/// the pattern that took no part in the match: `Sequence[]`.
///
/// ```
/// use netform_expr::Expr;
/// use netform_expr::pattern::Bindings;
///
/// let x = Expr::symbol("Global`x");
/// let bindings = Bindings::from_iter([(x.clone(), Expr::integer(3))]);
/// assert_eq!(bindings.get(&x), Some(&Expr::integer(3)));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Bindings(SmallVec<[(Expr, Expr); 4]>);

impl Bindings {
    /// No variable.
    pub fn new() -> Bindings {
        Bindings::default()
    }

    /// The value of a variable.
    pub fn get(&self, variable: &Expr) -> Option<&Expr> {
        self.0.iter().find(|(name, _)| name == variable).map(|(_, value)| value)
    }

    /// The variables with their values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &(Expr, Expr)> + Clone {
        self.0.iter()
    }

    /// The values, in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Expr> + Clone {
        self.0.iter().map(|(_, value)| value)
    }

    /// The number of variables.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no variable.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a variable, which must not be there.
    pub fn push(&mut self, variable: Expr, value: Expr) {
        self.0.push((variable, value));
    }
}

impl FromIterator<(Expr, Expr)> for Bindings {
    fn from_iter<I: IntoIterator<Item = (Expr, Expr)>>(entries: I) -> Bindings {
        Bindings(entries.into_iter().collect())
    }
}

impl fmt::Debug for Bindings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(variable, value)| (variable, value))).finish()
    }
}

//! Level specifications: `n`, `{n}`, `{m, n}`, `Infinity`, `All`, with negative levels counted from
//! the leaves.

use netform_expr::{Expr, NodeMap, Sym};

use super::elements::{elements, is_association};

/// A range of levels.
///
/// Positive levels count from the outside, level 0 being the whole; level `-n` holds the parts of
/// depth `n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LevelSpec {
    from: i64,
    to: i64,
}

const INFINITE: i64 = i64::MAX;

impl LevelSpec {
    /// Level 1 only.
    pub(crate) const FIRST: LevelSpec = LevelSpec { from: 1, to: 1 };
    /// Level 0 only: the whole.
    pub(crate) const WHOLE: LevelSpec = LevelSpec { from: 0, to: 0 };
    /// The whole and everything in it.
    pub(crate) const EVERYTHING: LevelSpec = LevelSpec { from: 0, to: INFINITE };

    /// Reads a level specification.
    pub(crate) fn parse(e: &Expr) -> Option<LevelSpec> {
        if e.is(Sym::All) {
            return Some(LevelSpec::EVERYTHING);
        }
        if !e.is_list() {
            return Some(LevelSpec { from: 1, to: bound(e)? });
        }
        match e.args().as_ref() {
            [only] => bound(only).map(|level| LevelSpec { from: level, to: level }),
            [from, to] => Some(LevelSpec { from: bound(from)?, to: bound(to)? }),
            _ => None,
        }
    }

    /// The level, if there is just one, counted from the outside.
    pub(crate) fn single(&self) -> Option<usize> {
        (self.from == self.to && self.from >= 0).then_some(self.from as usize)
    }

    /// Whether a part at this level with this depth belongs to the levels.
    pub(crate) fn contains(&self, level: usize, depth: usize) -> bool {
        let (level, depth) = (level as i64, depth as i64);
        let above = if self.from >= 0 { level >= self.from } else { depth <= -self.from };
        let below = if self.to >= 0 { level <= self.to } else { depth >= -self.to };
        above && below
    }

    /// Whether depths matter, or only levels from the outside.
    pub(crate) fn counts_from_leaves(&self) -> bool {
        self.from < 0 || self.to < 0
    }

    /// Whether parts below this level may belong to the levels.
    pub(crate) fn reaches_below(&self, level: usize) -> bool {
        self.to < 0 || (level as i64) < self.to
    }

    /// From this level on it makes no difference how deep a part stands.
    pub(crate) fn horizon(&self) -> usize {
        let finite = |bound: i64| if bound == INFINITE || bound < 0 { 0 } else { bound as usize + 1 };
        finite(self.from).max(finite(self.to))
    }
}

fn bound(e: &Expr) -> Option<i64> {
    if is_infinity(e) {
        return Some(INFINITE);
    }
    if e.has_head(Sym::DirectedInfinity) && e.len() == 1 && e.arg(0).is_integer(-1) {
        return Some(-INFINITE);
    }
    e.as_i64()
}

/// Whether this is positive infinity.
pub(crate) fn is_infinity(e: &Expr) -> bool {
    e.is(Sym::Infinity) || e.has_head(Sym::DirectedInfinity) && e.len() == 1 && e.arg(0).is_integer(1)
}

/// Depths of expressions, each distinct node measured once: atoms have depth 1, heads do not count.
#[derive(Default)]
pub(crate) struct Depths(NodeMap<usize>);

impl Depths {
    /// The depth of an expression.
    pub(crate) fn of(&mut self, e: &Expr) -> usize {
        if let Some(depth) = self.known(e) {
            return depth;
        }
        let mut stack = vec![e.clone()];
        while let Some(node) = stack.last().cloned() {
            let parts = elements(&node);
            let unknown: Vec<Expr> = parts.iter().filter(|part| self.known(part).is_none()).cloned().collect();
            if unknown.is_empty() {
                let depth = 1 + parts.iter().filter_map(|part| self.known(part)).max().unwrap_or(1);
                let depth = if parts.is_empty() { 2 } else { depth };
                self.0.insert(node.clone(), depth);
                stack.pop();
            } else {
                stack.extend(unknown);
            }
        }
        self.known(e).unwrap_or(1)
    }

    fn known(&self, e: &Expr) -> Option<usize> {
        if e.is_atom() {
            return Some(1);
        }
        if let Some(array) = e.as_array() {
            return Some(array.rank() + 1);
        }
        if e.is_empty() && !is_association(e) {
            return Some(2);
        }
        self.0.get(e).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{Depths, LevelSpec};
    use netform_expr::{Expr, Sym};

    #[test]
    fn levels_count_from_both_ends() {
        let spec = |items: &[i64]| LevelSpec::parse(&Expr::list(items.iter().map(|&n| Expr::integer(n))));
        assert!(spec(&[-1]).is_some_and(|s| s.contains(5, 1) && !s.contains(5, 2)));
        assert!(spec(&[2, -2]).is_some_and(|s| s.contains(2, 2) && !s.contains(1, 2) && !s.contains(3, 1)));
        assert_eq!(LevelSpec::parse(Sym::Infinity.expr()).map(|s| s.reaches_below(99)), Some(true));
        assert_eq!(LevelSpec::parse(&Expr::string("x")), None);
    }

    #[test]
    fn depth_is_linear_in_the_graph() {
        let x = Expr::symbol("Test`x");
        let deep = (0..500).fold(x, |e, _| Expr::call(Sym::Plus, [e.clone(), e]));
        assert_eq!(Depths::default().of(&deep), 501);
    }
}

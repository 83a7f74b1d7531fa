//! Which levels of an expression are meant: specifications such as `{2}`, `-1` or `Infinity`.

use crate::{Expr, Sym};

/// Which levels of an expression are meant.
///
/// ```
/// use netform_expr::{Expr, LevelSpec, Sym};
///
/// let second = LevelSpec::from_expr(&Expr::list([Expr::integer(2)])).unwrap();
/// assert!(second.includes(2, 1) && !second.includes(1, 1));
/// let atoms = LevelSpec::from_expr(&Expr::list([Expr::integer(-1)])).unwrap();
/// assert!(atoms.includes(5, 1) && !atoms.includes(5, 2));
/// assert!(LevelSpec::from_expr(Sym::Pi.expr()).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelSpec {
    min: Bound,
    max: Bound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// A level counted from the whole.
    Level(usize),
    /// A negative level: a depth.
    Depth(usize),
    Infinity,
}

impl LevelSpec {
    /// The whole and all its parts: `All`, or `{0, Infinity}`.
    pub const ALL: LevelSpec = LevelSpec { min: Bound::Level(0), max: Bound::Infinity };
    /// All proper parts: `Infinity`.
    pub const PARTS: LevelSpec = LevelSpec { min: Bound::Level(1), max: Bound::Infinity };

    /// Level `n` only: `{n}`.
    pub const fn exactly(n: usize) -> LevelSpec {
        LevelSpec { min: Bound::Level(n), max: Bound::Level(n) }
    }

    /// Levels 1 to `n`: `n`.
    pub const fn up_to(n: usize) -> LevelSpec {
        LevelSpec { min: Bound::Level(1), max: Bound::Level(n) }
    }

    /// Reads `n`, `{n}`, `{m, n}`, `All` and `Infinity`; levels may be negative.
    pub fn from_expr(e: &Expr) -> Option<LevelSpec> {
        if e.is(Sym::All) {
            return Some(LevelSpec::ALL);
        }
        if !e.is_list() {
            return bound(e).map(|max| LevelSpec { min: Bound::Level(1), max });
        }
        match e.args().as_ref() {
            [n] => bound(n).map(|n| LevelSpec { min: n, max: n }),
            [min, max] => Some(LevelSpec { min: bound(min)?, max: bound(max)? }),
            _ => None,
        }
    }

    /// The level, if just one is meant, counted from the whole.
    pub fn single(&self) -> Option<usize> {
        match (self.min, self.max) {
            (Bound::Level(min), Bound::Level(max)) if min == max => Some(min),
            _ => None,
        }
    }

    /// The deepest level that may be meant; `None` where all are that there are, or depths matter.
    pub fn deepest(&self) -> Option<usize> {
        match (self.min, self.max) {
            (Bound::Level(_), Bound::Level(max)) => Some(max),
            _ => None,
        }
    }

    /// Whether a part at this level and of this depth is meant.
    pub fn includes(&self, level: usize, depth: usize) -> bool {
        let is_after = match self.min {
            Bound::Level(n) => level >= n,
            Bound::Depth(n) => depth <= n,
            Bound::Infinity => false,
        };
        let is_before = match self.max {
            Bound::Level(n) => level <= n,
            Bound::Depth(n) => depth >= n,
            Bound::Infinity => true,
        };
        is_after && is_before
    }

    /// Whether depths matter.
    pub(crate) fn needs_depth(&self) -> bool {
        matches!(self.min, Bound::Depth(_)) || matches!(self.max, Bound::Depth(_))
    }

    /// Whether parts of a part at this level may be meant.
    pub(crate) fn goes_below(&self, level: usize) -> bool {
        match self.max {
            Bound::Level(n) => level < n,
            Bound::Depth(_) | Bound::Infinity => true,
        }
    }

    /// The level from which on all levels are alike.
    pub(crate) fn last_level(&self) -> usize {
        let level = |bound| match bound {
            Bound::Level(n) => n.saturating_add(1),
            Bound::Depth(_) | Bound::Infinity => 0,
        };
        level(self.min).max(level(self.max))
    }
}

fn bound(e: &Expr) -> Option<Bound> {
    let is_infinity =
        || e.is(Sym::Infinity) || e.has_head(Sym::DirectedInfinity) && e.len() == 1 && e.arg(0).is_integer(1);
    match e.as_i64() {
        Some(n) if n < 0 => usize::try_from(n.unsigned_abs()).ok().map(Bound::Depth),
        Some(n) => usize::try_from(n).ok().map(Bound::Level),
        None => is_infinity().then_some(Bound::Infinity),
    }
}

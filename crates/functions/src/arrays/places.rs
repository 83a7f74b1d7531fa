//! Where the levels of several arrays stand among the levels of a result: the alignment of
//! `ArrayThread`.

use netform_expr::{Expr, Sym};

use super::dimension::{Dims, differ, integer};
use super::levels;

/// For each array the axes of the result, counted from 0, at which its own axes stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Places(pub(super) Vec<Vec<usize>>);

/// Two sizes at one level of a result.
pub(super) struct Clash {
    pub(super) first: Expr,
    pub(super) second: Expr,
    pub(super) axis: usize,
}

impl Places {
    /// Every array at the leading levels.
    pub(super) fn natural(ranks: &[usize]) -> Places {
        Places(ranks.iter().map(|&rank| (0..rank).collect()).collect())
    }

    /// The places that an argument states for arrays of these ranks.
    ///
    /// `All` stands for the levels of the array itself. Negative levels count from the end of the
    /// result, which has as many levels as the arrays at `All` and the positive levels need; where
    /// no array is at `All`, negative levels come after all positive ones. Levels at which no array
    /// stands do not exist.
    pub(super) fn stated(specification: &Expr, ranks: &[usize]) -> Option<Places> {
        let items = specification.args_of(Sym::List)?;
        if items.len() != ranks.len() {
            return None;
        }
        let mut rank = 0;
        let mut from_end = 0;
        let mut any_all = false;
        for (item, &own) in items.iter().zip(ranks) {
            if item.is(Sym::All) {
                any_all = true;
                rank = rank.max(own);
                continue;
            }
            let entries = item.args_of(Sym::List)?;
            if entries.len() != own {
                return None;
            }
            for entry in entries.iter() {
                let level = entry.as_i64().filter(|&level| level != 0)?;
                let distance = usize::try_from(level.unsigned_abs()).ok()?;
                if level > 0 { rank = rank.max(distance) } else { from_end = from_end.max(distance) }
            }
        }
        if !any_all {
            rank = rank.saturating_add(from_end);
        }
        let mut places = Vec::with_capacity(ranks.len());
        for (item, &own) in items.iter().zip(ranks) {
            places.push(if item.is(Sym::All) { (0..own).collect() } else { levels::in_order(item, rank)? });
        }
        let mut places = Places(places);
        places.close_gaps();
        Some(places)
    }

    /// The number of levels of the result.
    pub(super) fn rank(&self) -> usize {
        self.0.iter().flatten().max().map_or(0, |axis| axis + 1)
    }

    /// Takes out the levels at which no array stands.
    fn close_gaps(&mut self) {
        let mut used: Vec<usize> = self.0.iter().flatten().copied().collect();
        used.sort_unstable();
        used.dedup();
        for place in self.0.iter_mut().flatten() {
            *place = used.partition_point(|axis| axis < place);
        }
    }

    /// The dimensions of the result: size 1 extends.
    pub(super) fn result(&self, dimensions: &[Dims]) -> Result<Dims, Clash> {
        let mut result: Vec<Option<Expr>> = vec![None; self.rank()];
        for (own, places) in dimensions.iter().zip(&self.0) {
            for (size, &axis) in own.iter().zip(places) {
                match &result[axis] {
                    Some(known) if size == known || size.is_integer(1) => {}
                    Some(known) if differ(known, size) && !known.is_integer(1) => {
                        return Err(Clash { first: known.clone(), second: size.clone(), axis });
                    }
                    Some(known) if known.as_i64().is_some_and(|n| n != 1) => {}
                    _ => result[axis] = Some(size.clone()),
                }
            }
        }
        Ok(result.into_iter().map(|size| size.unwrap_or_else(|| integer(1))).collect())
    }

    /// Whether all arrays stand at the leading levels of the result.
    pub(super) fn is_natural(&self) -> bool {
        self.0.iter().all(|places| places.iter().copied().eq(0..places.len()))
    }

    /// Whether, besides, no array is extended along a level.
    pub(super) fn is_plain(&self, dimensions: &[Dims], result: &[Expr]) -> bool {
        self.is_natural()
            && dimensions.iter().all(|own| own.iter().zip(result).all(|(a, b)| a == b || !a.is_integer(1)))
    }

    /// The places below the first level of the result.
    pub(super) fn inner(&self) -> Places {
        Places(self.0.iter().map(|places| places.iter().filter(|&&p| p > 0).map(|p| p - 1).collect()).collect())
    }

    /// The places as an argument of a call.
    pub(super) fn to_list(&self) -> Expr {
        Expr::list(self.0.iter().map(|places| levels::list(places)))
    }
}

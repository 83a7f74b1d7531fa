//! A small table of what was found out lately about pairs of nodes, which it does not keep alive.

use std::cmp::Ordering;

use crate::Expr;

/// Orders of pairs of nodes. A new pair takes the place of an old one, so asking and remembering cost a few instructions and
/// the table never grows.
///
/// Nodes go by their [ids](Expr::id), which no other node ever has.
#[derive(Debug, Default)]
pub(crate) struct RecentPairs {
    places: Vec<Pair>,
    /// How many pairs there were before the table was made.
    before: usize,
}

#[derive(Clone, Copy, Debug)]
struct Pair {
    ids: (u64, u64),
    order: Ordering,
}

/// How many pairs are remembered, a power of 2: as much as stays in the second-level cache.
const PLACES: usize = 1 << 12;
/// Few pairs are not worth the table.
const FEW: usize = 64;

impl RecentPairs {
    /// The order of two nodes that are not the same, if it is remembered.
    pub(crate) fn get(&self, a: &Expr, b: &Expr) -> Option<Ordering> {
        if self.places.is_empty() {
            return None;
        }
        let (ids, swapped) = ids(a, b);
        let found = &self.places[place(ids)];
        (found.ids == ids).then(|| if swapped { found.order.reverse() } else { found.order })
    }

    /// Remembers the order of two nodes that are not the same.
    pub(crate) fn insert(&mut self, a: &Expr, b: &Expr, order: Ordering) {
        if self.places.is_empty() {
            self.before += 1;
            if self.before < FEW {
                return;
            }
            // No node has the same id as another, so this is no pair.
            self.places = vec![Pair { ids: (0, 0), order: Ordering::Equal }; PLACES];
        }
        let (ids, swapped) = ids(a, b);
        self.places[place(ids)] = Pair { ids, order: if swapped { order.reverse() } else { order } };
    }

    /// Forgets all pairs.
    pub(crate) fn clear(&mut self) {
        *self = RecentPairs::default();
    }
}

/// The ids of two nodes, the smaller first, and whether that is the second node's.
fn ids(a: &Expr, b: &Expr) -> ((u64, u64), bool) {
    let (a, b) = (a.id(), b.id());
    if a <= b { ((a, b), false) } else { ((b, a), true) }
}

fn place((a, b): (u64, u64)) -> usize {
    const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = (a.rotate_left(32) ^ b).wrapping_mul(GOLDEN_RATIO);
    (mixed >> (u64::BITS - PLACES.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use super::RecentPairs;
    use crate::Expr;

    #[test]
    fn what_is_remembered_holds_in_both_directions() {
        let nodes: Vec<Expr> = (0..400).map(|i| Expr::symbol(&format!("Recent`x{i}"))).collect();
        let mut recent = RecentPairs::default();
        let order = |i: usize, j: usize| (7 * i % 400).cmp(&(7 * j % 400));
        let mut remembered = 0;
        for i in 0..nodes.len() {
            for j in (0..nodes.len()).filter(|&j| j != i) {
                if let Some(found) = recent.get(&nodes[i], &nodes[j]) {
                    assert_eq!(found, order(i, j));
                    remembered += 1;
                }
                recent.insert(&nodes[i], &nodes[j], order(i, j));
                let expected = (!recent.places.is_empty()).then(|| order(j, i));
                assert_eq!(recent.get(&nodes[j], &nodes[i]), expected);
            }
        }
        assert!(remembered > 0);
        recent.clear();
        assert_eq!(recent.get(&nodes[0], &nodes[1]), None);
    }
}

//! A bounded memory by the ids of nodes, which it does not keep alive.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

use rustc_hash::FxBuildHasher;

use crate::node::live_nodes;

/// The least number of entries of a generation.
const FLOOR: usize = 1 << 14;

/// What is known of nodes, by their [ids](crate::Expr::id).
///
/// Entries live for one or two generations. A generation is as large as the number of nodes that
/// were alive when it began, so the memory of an algorithm that asks about every node of a graph is
/// never too short for it, however large the graph, and what is remembered of dead nodes goes away.
///
/// ```
/// use netform_expr::{Expr, Memo};
///
/// let mut depth: Memo<u64, usize> = Memo::default();
/// let x = Expr::symbol("Global`x");
/// depth.insert(x.id(), 1);
/// assert_eq!(depth.get(&x.id()), Some(&1));
/// ```
#[derive(Debug)]
pub struct Memo<K, V, S = FxBuildHasher> {
    young: HashMap<K, V, S>,
    old: HashMap<K, V, S>,
    generation: usize,
}

impl<K, V, S: Default> Default for Memo<K, V, S> {
    fn default() -> Memo<K, V, S> {
        Memo { young: HashMap::default(), old: HashMap::default(), generation: FLOOR }
    }
}

impl<K: Eq + Hash, V, S: BuildHasher + Default> Memo<K, V, S> {
    /// What is known, if it is still remembered.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// Remembers something new.
    pub fn insert(&mut self, key: K, value: V) {
        if self.young.len() >= self.generation {
            self.old = std::mem::take(&mut self.young);
            self.generation = live_nodes().max(FLOOR);
        }
        self.young.insert(key, value);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Memo::default();
    }
}

#[cfg(test)]
mod tests {
    use super::{FLOOR, Memo};

    #[test]
    fn a_generation_is_kept_beside_the_newest() {
        let mut memo: Memo<u64, _> = Memo::default();
        for key in 0..4 * FLOOR as u64 {
            memo.insert(key, key);
            let recent = key.saturating_sub(FLOOR as u64 - 1);
            assert_eq!(memo.get(&recent), Some(&recent));
        }
    }

    #[test]
    fn what_is_old_is_forgotten() {
        let mut memo: Memo<u64, _> = Memo::default();
        memo.insert(u64::MAX, ());
        for key in 0..1 << 24 {
            memo.insert(key, ());
            if memo.get(&u64::MAX).is_none() {
                return;
            }
        }
        panic!("nothing was forgotten");
    }
}

//! Tables keyed by nodes, for passes that visit every distinct node once.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use crate::Expr;

/// Values by node. The table holds its keys, so a node's address is not used again while it lives.
pub type NodeMap<V> = HashMap<Expr, V, ByAddress>;

/// A set of nodes.
pub type NodeSet = HashSet<Expr, ByAddress>;

/// Values by the address of a node, for walks during which the root keeps all nodes alive: neither
/// counts nor touches them.
pub type AddressMap<V> = HashMap<usize, V, ByAddress>;

/// A set of addresses, likewise.
pub(crate) type AddressSet = HashSet<usize, ByAddress>;

/// Values by node for walks below several roots, which are kept alive instead of each node.
#[derive(Debug)]
pub struct RootedMap<V> {
    roots: Vec<Expr>,
    values: AddressMap<V>,
}

impl<V> Default for RootedMap<V> {
    fn default() -> RootedMap<V> {
        RootedMap { roots: Vec::new(), values: AddressMap::default() }
    }
}

impl<V> RootedMap<V> {
    /// Keeps an expression alive, and with it all its parts.
    pub fn keep(&mut self, root: &Expr) {
        self.roots.push(root.clone());
    }

    /// Sets the value of a node that is kept, or part of one that is.
    pub fn insert(&mut self, node: &Expr, value: V) {
        self.values.insert(node.address(), value);
    }

    /// The value of a node.
    pub fn get(&self, node: &Expr) -> Option<&V> {
        self.values.get(&node.address())
    }

    /// Whether a node has a value.
    pub fn contains(&self, node: &Expr) -> bool {
        self.values.contains_key(&node.address())
    }
}

/// Nodes lie at multiples of 16 bytes.
type ByAddress = BuildHasherDefault<NearHasher<4>>;

/// Ids are given one after the other.
pub type ById = BuildHasherDefault<NearHasher<0>>;

/// Hashes one number so that numbers which are near each other have places near each other; the
/// lowest `GRAIN` bits of all numbers are equal.
///
/// Nodes that are made together are used together, and their addresses and ids are near each other.
/// A table of more entries than the caches hold is read much faster if such nodes share its cache
/// lines as well.
#[derive(Default)]
pub struct NearHasher<const GRAIN: u32>(u64);

/// 2^NEIGHBOURS numbers in a row have places near each other.
const NEIGHBOURS: u32 = 8;
/// The tables take this many of the highest bits to tell entries apart before they compare keys.
const TAG: u32 = 7;

impl<const GRAIN: u32> Hasher for NearHasher<GRAIN> {
    fn write(&mut self, _: &[u8]) {
        unreachable!("a node hashes as one number");
    }

    fn write_u64(&mut self, number: u64) {
        const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;
        let number = number >> GRAIN;
        let mixed = number.wrapping_mul(GOLDEN_RATIO);
        let page = (number >> NEIGHBOURS).wrapping_mul(GOLDEN_RATIO) >> 32;
        let place = page << NEIGHBOURS | number & ((1 << NEIGHBOURS) - 1);
        self.0 = mixed >> (64 - TAG) << (64 - TAG) | place;
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

//! Tables keyed by nodes, for passes that visit every distinct node once.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use crate::Expr;

/// Values by node. The table holds its keys, so a node's address is not used again while it lives.
pub type NodeMap<V> = HashMap<Expr, V, BuildHasherDefault<AddressHasher>>;

/// A set of nodes.
pub type NodeSet = HashSet<Expr, BuildHasherDefault<AddressHasher>>;

/// Hashes the address of a node by one multiplication.
#[derive(Default)]
pub struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write(&mut self, _: &[u8]) {
        unreachable!("a node hashes as one address");
    }

    fn write_usize(&mut self, address: usize) {
        let product = (address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = product ^ (product >> 32);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

//! A model of the node store's counting protocol, all of whose interleavings are tried with the memory model of the language:
//!
//! ```sh
//! RUSTFLAGS="--cfg loom" cargo test -p netform-expr --release --test counting
//! ```
//!
//! The model has one node and one shard, and the operations of `src/node` with the same orderings: a lookup that counts up under
//! the lock, a clone, and a release that counts from 1 to 0 only under the lock. Loom reports a leak, a use of freed memory, a data
//! race, or a deadlock. The last tests state that the model is sharp: with the step wrong, it fails.
#![cfg(loom)]

use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicU32, Ordering};
use loom::sync::{Arc, Mutex};
use loom::thread;

use std::sync::atomic::AtomicBool;

/// How the count goes to 0.
#[derive(Clone, Copy)]
enum Release {
    /// As in `src/node`.
    UnderTheLock,
    /// A mistake: the count goes to 0 first, then the node leaves the table.
    BeforeTheLock,
    /// A mistake: what was read before a reference was given up is not ordered before the end of the node.
    Unordered,
}

/// The allocation of a node. The cell stands for the payload: Loom checks that all reads of it are ordered before its end.
struct Node {
    count: AtomicU32,
    payload: UnsafeCell<()>,
    /// Not a part of the model, so that it orders nothing.
    freed: AtomicBool,
}

/// The table with its one place.
struct Store {
    table: Mutex<Option<Arc<Node>>>,
    release: Release,
}

impl Store {
    fn new(release: Release) -> Arc<Store> {
        Arc::new(Store { table: Mutex::new(None), release })
    }

    /// The node that is in the table, or a new one.
    fn intern(&self) -> Arc<Node> {
        let mut table = self.table.lock().unwrap();
        if let Some(node) = &*table {
            assert!(node.count.fetch_add(1, Ordering::Relaxed) > 0, "a dying node was found");
            return Arc::clone(node);
        }
        let node = Node { count: AtomicU32::new(1), payload: UnsafeCell::new(()), freed: AtomicBool::new(false) };
        let node = Arc::new(node);
        *table = Some(Arc::clone(&node));
        node
    }

    /// Gives up one reference.
    fn give_up(&self, node: &Arc<Node>) {
        let ordering = if matches!(self.release, Release::Unordered) { Ordering::Relaxed } else { Ordering::Release };
        if decrement_shared(&node.count, ordering) {
            return;
        }
        match self.release {
            Release::UnderTheLock | Release::Unordered => {
                let mut table = self.table.lock().unwrap();
                if node.count.fetch_sub(1, Ordering::AcqRel) != 1 {
                    return;
                }
                remove(&mut table, node);
            }
            Release::BeforeTheLock => {
                if node.count.fetch_sub(1, Ordering::AcqRel) != 1 {
                    return;
                }
                remove(&mut self.table.lock().unwrap(), node);
            }
        }
        node.payload.with_mut(|_| assert!(!node.freed.swap(true, Ordering::Relaxed), "a node was freed twice"));
    }
}

fn remove(table: &mut Option<Arc<Node>>, node: &Arc<Node>) {
    if table.as_ref().is_some_and(|found| Arc::ptr_eq(found, node)) {
        *table = None;
    }
}

fn decrement_shared(count: &AtomicU32, ordering: Ordering) -> bool {
    let mut now = count.load(Ordering::Relaxed);
    while now > 1 {
        match count.compare_exchange_weak(now, now - 1, ordering, Ordering::Relaxed) {
            Ok(_) => return true,
            Err(found) => now = found,
        }
    }
    false
}

fn clone(node: &Arc<Node>) -> Arc<Node> {
    node.count.fetch_add(1, Ordering::Relaxed);
    Arc::clone(node)
}

fn read(node: &Node) {
    node.payload.with(|_| assert!(!node.freed.load(Ordering::Relaxed), "a freed node was read"));
}

/// Two threads look the node up, read it, and give it up, while the first reference goes as well.
fn lookups_and_releases(release: Release) {
    let mut model = loom::model::Builder::new();
    // All interleavings with up to three preemptions: more take hours.
    model.preemption_bound = Some(3);
    model.check(move || {
        let store = Store::new(release);
        let first = store.intern();
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let store = Arc::clone(&store);
                thread::spawn(move || {
                    let node = store.intern();
                    read(&node);
                    store.give_up(&node);
                })
            })
            .collect();
        store.give_up(&first);
        for thread in threads {
            thread.join().unwrap();
        }
        assert!(store.table.lock().unwrap().is_none(), "a dead node stayed in the table");
    });
}

#[test]
fn a_node_is_found_alive_or_made_anew() {
    lookups_and_releases(Release::UnderTheLock);
}

#[test]
fn clones_are_given_up_in_any_order() {
    loom::model(|| {
        let store = Store::new(Release::UnderTheLock);
        let first = store.intern();
        let second = clone(&first);
        let there = Arc::clone(&store);
        let thread = thread::spawn(move || {
            read(&second);
            let third = clone(&second);
            there.give_up(&second);
            read(&third);
            there.give_up(&third);
        });
        let again = store.intern();
        store.give_up(&first);
        read(&again);
        store.give_up(&again);
        thread.join().unwrap();
        assert!(store.table.lock().unwrap().is_none(), "a dead node stayed in the table");
    });
}

#[test]
#[should_panic(expected = "a dying node was found")]
fn the_model_finds_a_release_before_the_lock() {
    lookups_and_releases(Release::BeforeTheLock);
}

#[test]
#[should_panic(expected = "ausality violation")]
fn the_model_finds_a_release_without_ordering() {
    lookups_and_releases(Release::Unordered);
}

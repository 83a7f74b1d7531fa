//! The weak table of all nodes, the end of nodes, and their memory for those to come.
//!
//! The table is in parts, each under its own lock. A call is kept with others whose youngest part is
//! of the same age: what is made or freed together is looked up in the same few parts, which stay in
//! the processor's caches however many nodes there are, and threads seldom meet.

use std::alloc::{alloc, dealloc, handle_alloc_error};
use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
use smallvec::SmallVec;

use super::make::{free_atom, normal_layout};
use super::{Expr, Header, Tag, decrement_shared};

const SHARDS: usize = 1 << 10;
/// So many ids in a row are of one age, and are given out by one thread.
const REGION: u64 = 1 << 12;

#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    node: NonNull<Header>,
}

// SAFETY: an entry is only used under the lock of its shard.
unsafe impl Send for Entry {}

/// A part of the table of all nodes.
type Shard = HashTable<Entry>;

static TABLE: [Mutex<Shard>; SHARDS] = [const { Mutex::new(HashTable::new()) }; SHARDS];

/// The place of a node in [`TABLE`].
#[derive(Clone, Copy)]
pub(super) struct Home(usize);

impl Home {
    /// Where an atom is kept.
    pub(super) fn of_atom(hash: u32) -> Home {
        Home(hash as usize % SHARDS)
    }

    /// Where the call with these parts is kept.
    pub(super) fn of_call(parts: &[Expr]) -> Home {
        let youngest = parts.iter().map(Expr::id).max().unwrap_or_default();
        Home((youngest / REGION) as usize % SHARDS)
    }

    fn lock(self) -> MutexGuard<'static, Shard> {
        TABLE[self.0].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hash for a part of the table, which wants well-mixed high bits.
fn table_hash(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Finds the node that equals `candidate`, or publishes the one that `allocate` makes of it.
pub(super) fn intern<T>(
    home: Home,
    hash: u32,
    candidate: T,
    equals: impl Fn(&T, &Expr) -> bool,
    allocate: impl FnOnce(T, u64) -> NonNull<Header>,
) -> Expr {
    let mut table = home.lock();
    let found = table.find(table_hash(hash), |entry| {
        // A node in the table is alive under the lock; the borrowed handle must not count down.
        entry.hash == hash && equals(&candidate, &ManuallyDrop::new(Expr(entry.node)))
    });
    if let Some(entry) = found {
        let node = Expr::clone(&ManuallyDrop::new(Expr(entry.node)));
        // Dropping the candidate may drop expressions, which may need the same lock.
        drop(table);
        drop(candidate);
        return node;
    }
    let node = allocate(candidate, next_id());
    table.insert_unique(table_hash(hash), Entry { hash, node }, |entry| table_hash(entry.hash));
    let node = Expr(node);
    tally(1, node.own_bytes() as i64);
    node
}

/// Gives up what is likely the last reference, and frees all nodes that die of it, by a work list:
/// the depth of an expression is bounded by memory, not by the stack.
#[cold]
pub(super) fn release(node: NonNull<Header>) {
    let mut dying: SmallVec<[NonNull<Header>; 16]> = SmallVec::new();
    dying.push(node);
    while let Some(node) = dying.pop() {
        // SAFETY: this reference still counts, so the node is alive.
        let header = unsafe { node.as_ref() };
        if decrement_shared(header) {
            continue;
        }
        // The node is still whole; the borrowed handle must not count down.
        let whole = ManuallyDrop::new(Expr(node));
        {
            let mut table = home(&whole).lock();
            // Whatever others did with the node comes before its end. No fence: the thread sanitiser
            // does not understand one.
            if header.count.fetch_sub(1, Ordering::AcqRel) != 1 {
                continue;
            }
            if let Ok(entry) = table.find_entry(table_hash(header.hash), |entry| entry.node == node) {
                entry.remove();
            }
            tally(-1, -(whole.own_bytes() as i64));
            if header.tag == Tag::Normal {
                let len = header.len;
                // SAFETY: the count is 0 and the node is out of the table, so nobody else can reach
                // it. Its references are moved out to `dying`, and then nothing in it is owned.
                unsafe {
                    let parts = node.add(1).cast::<Expr>();
                    dying.extend((0..=len as usize).map(|i| ManuallyDrop::new(parts.add(i).read()).0));
                    give_back(node, len);
                }
                continue;
            }
        }
        // SAFETY: as above.
        unsafe { free_atom(node) };
    }
}

/// Where a node is kept. This reference still counts, so its parts are alive.
fn home(node: &Expr) -> Home {
    match node.header().tag {
        // SAFETY: the tag is that of a call.
        Tag::Normal => Home::of_call(unsafe { node.parts() }),
        _ => Home::of_atom(node.header().hash),
    }
}

// ------------------------------------------------------------------------------------------------
// What a thread knows by itself, so that threads do not wait for each other

struct Local {
    /// The ids that the thread has still to give.
    ids: Cell<(u64, u64)>,
    /// What the others have not been told of.
    nodes: Cell<i64>,
    bytes: Cell<i64>,
    blocks: RefCell<Blocks>,
}

thread_local! {
    static LOCAL: Local = const {
        Local { ids: Cell::new((0, 0)), nodes: Cell::new(0), bytes: Cell::new(0), blocks: RefCell::new(Blocks::NONE) }
    };
}

/// The first id of the next region.
static NEXT_REGION: AtomicU64 = AtomicU64::new(0);
static LIVE_NODES: AtomicI64 = AtomicI64::new(0);
static LIVE_BYTES: AtomicI64 = AtomicI64::new(0);
/// A thread tells the others about its nodes when their memory has changed by so much.
const UNTOLD_BYTES: i64 = 1 << 16;

impl Local {
    fn tell(&self) {
        LIVE_NODES.fetch_add(self.nodes.take(), Ordering::Relaxed);
        LIVE_BYTES.fetch_add(self.bytes.take(), Ordering::Relaxed);
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.tell();
    }
}

/// An id that no node has had.
fn next_id() -> u64 {
    let new_region = || NEXT_REGION.fetch_add(REGION, Ordering::Relaxed);
    let own = LOCAL.try_with(|local| {
        let (mut next, mut end) = local.ids.get();
        if next == end {
            next = new_region();
            end = next + REGION;
        }
        local.ids.set((next + 1, end));
        next
    });
    // A thread at its end has no ids of its own any more.
    own.unwrap_or_else(|_| new_region())
}

/// Counts nodes that came or went, and their bytes.
fn tally(nodes: i64, bytes: i64) {
    let own = LOCAL.try_with(|local| {
        local.nodes.set(local.nodes.get() + nodes);
        local.bytes.set(local.bytes.get() + bytes);
        if local.bytes.get().abs() > UNTOLD_BYTES {
            local.tell();
        }
    });
    if own.is_err() {
        LIVE_NODES.fetch_add(nodes, Ordering::Relaxed);
        LIVE_BYTES.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// The number of distinct nodes alive in the process. What other threads did last may be missing:
/// nodes of up to 64 KiB each.
pub fn live_nodes() -> usize {
    let own = LOCAL.try_with(|local| local.nodes.get()).unwrap_or_default();
    usize::try_from(LIVE_NODES.load(Ordering::Relaxed) + own).unwrap_or_default()
}

/// About how many bytes the nodes alive in the process take; see [`Expr::own_bytes`]. What other
/// threads did last may be missing, up to 64 KiB each.
pub fn live_bytes() -> usize {
    let own = LOCAL.try_with(|local| local.bytes.get()).unwrap_or_default();
    usize::try_from(LIVE_BYTES.load(Ordering::Relaxed) + own).unwrap_or_default()
}

/// Memory of freed calls, by the number of their arguments: most nodes are small, live shortly, and
/// are followed by others of the same size.
struct Blocks([Vec<NonNull<Header>>; BLOCK_SIZES]);

/// Calls with fewer arguments are made in memory of others.
const BLOCK_SIZES: usize = 8;
/// So many freed calls of one size are kept by each thread.
const MOST_BLOCKS: usize = 1 << 17;

impl Blocks {
    const NONE: Blocks = Blocks([const { Vec::new() }; BLOCK_SIZES]);
}

impl Drop for Blocks {
    fn drop(&mut self) {
        for (len, blocks) in self.0.iter_mut().enumerate() {
            for block in blocks.drain(..) {
                // SAFETY: what is kept was made with this layout, and nothing refers to it.
                unsafe { dealloc(block.as_ptr().cast(), normal_layout(len as u32)) };
            }
        }
    }
}

/// Memory for a call with `len` arguments, aligned for its header.
pub(super) fn take_block(len: u32) -> NonNull<Header> {
    let kept = LOCAL.try_with(|local| local.blocks.borrow_mut().0.get_mut(len as usize).and_then(Vec::pop));
    if let Ok(Some(block)) = kept {
        return block;
    }
    let layout = normal_layout(len);
    // SAFETY: the layout is not empty.
    match NonNull::new(unsafe { alloc(layout) }.cast::<Header>()) {
        Some(block) => block,
        None => handle_alloc_error(layout),
    }
}

/// Keeps the memory of a call with `len` arguments, or gives it back.
///
/// # Safety
/// The memory must come from [`take_block`] with the same `len`, and nothing may refer to it or own
/// anything in it.
unsafe fn give_back(block: NonNull<Header>, len: u32) {
    let kept = LOCAL.try_with(|local| match local.blocks.borrow_mut().0.get_mut(len as usize) {
        Some(kept) if kept.len() < MOST_BLOCKS => {
            kept.push(block);
            true
        }
        _ => false,
    });
    if kept != Ok(true) {
        // SAFETY: by the caller's promise this is the layout that the memory was made with.
        unsafe { dealloc(block.as_ptr().cast(), normal_layout(len)) };
    }
}

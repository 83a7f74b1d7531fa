//! The node store: one counted allocation a node, one weak sharded table of all nodes, and the
//! memory of freed nodes for those to come.
//!
//! All `unsafe` code of the crate is here. The contract that makes it sound:
//!
//! * A node is in the table exactly while its count is positive.
//! * A count goes from 1 to 0 only under the lock of the node's shard, which also removes it from
//!   the table. A lookup under the same lock therefore never sees a dying node.
//! * Nodes are immutable after publication but for the atomic count and mark.
//! * Ids are never given twice, so a table by id may outlive its nodes and never errs.
//! * The pointer to a terminal points into a node that the holder keeps alive, itself or one below.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem::{ManuallyDrop, size_of};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
use netform_array::Array;
use rustc_hash::FxHasher;
use smallvec::SmallVec;

use crate::{Number, Sym, Symbol};

/// A symbolic expression: an atom or `head[args...]`.
///
/// Equal expressions are the same node, so `==` and [`Hash`] cost O(1) and never look inside.
pub struct Expr(NonNull<Header>);

#[repr(C)]
struct Header {
    count: AtomicU32,
    hash: u32,
    /// One bit for each class of symbols that occur in the node; see `symbols::mask_of`.
    symbols: u64,
    /// Owned by the evaluator: for which session and stamp the node is known to be in normal form.
    mark: AtomicU64,
    id: u64,
    /// Where the part that decides the canonical order first is kept; see [`Expr::terminal`].
    terminal: Option<NonNull<Expr>>,
    tag: Tag,
    flags: u8,
    /// For a symbol its place in [`Sym`] plus 1, for a call that of its head, otherwise 0.
    sym: u16,
    /// The number of arguments of a call.
    len: u32,
}

const _: () = assert!(size_of::<Header>() == 48);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Tag {
    Integer,
    Real,
    Number,
    String,
    Symbol,
    Array,
    Normal,
}

#[repr(C)]
struct Node<T> {
    header: Header,
    payload: T,
}

/// A borrowed view of a node's contents. `Normal` has the head first, then the arguments.
pub(crate) enum Payload<'a> {
    Integer(i64),
    Real(f64),
    Number(&'a Number),
    String(&'a str),
    Symbol(&'a Symbol),
    Array(&'a Array),
    Normal(&'a [Expr]),
}

// SAFETY: nodes are immutable after publication except for atomics, every payload type is
// `Send + Sync`, and the count is atomic.
unsafe impl Send for Expr {}
// SAFETY: as above.
unsafe impl Sync for Expr {}

// ------------------------------------------------------------------------------------------------
// Reading

impl Expr {
    #[inline]
    fn header(&self) -> &Header {
        // SAFETY: the count that this handle holds keeps the node alive.
        unsafe { self.0.as_ref() }
    }

    /// The payload, read as `T`.
    ///
    /// # Safety
    /// The node's tag must be the one whose payload type is `T`.
    unsafe fn payload_as<T>(&self) -> &T {
        // SAFETY: by the caller's promise the allocation is a `Node<T>`.
        unsafe { &self.0.cast::<Node<T>>().as_ref().payload }
    }

    #[inline]
    pub(crate) fn payload(&self) -> Payload<'_> {
        // SAFETY: each arm reads the payload type that `intern_atom` and `intern_normal` store
        // under that tag.
        unsafe {
            match self.header().tag {
                Tag::Integer => Payload::Integer(*self.payload_as()),
                Tag::Real => Payload::Real(*self.payload_as()),
                Tag::Number => Payload::Number(self.payload_as()),
                Tag::String => Payload::String(self.payload_as::<Box<str>>()),
                Tag::Symbol => Payload::Symbol(self.payload_as()),
                Tag::Array => Payload::Array(self.payload_as()),
                Tag::Normal => Payload::Normal(self.parts()),
            }
        }
    }

    /// The head and the arguments of a normal node.
    ///
    /// # Safety
    /// The tag must be `Normal`.
    unsafe fn parts(&self) -> &[Expr] {
        // SAFETY: a normal node is a header followed by `len + 1` initialised expressions, which
        // are pointer-sized and so need no padding after the header.
        unsafe {
            let first = self.0.add(1).cast::<Expr>().as_ptr();
            std::slice::from_raw_parts(first, self.header().len as usize + 1)
        }
    }

    /// The symbol, where it is one that the Rust code names.
    #[inline]
    pub fn sym(&self) -> Option<Sym> {
        (self.header().tag == Tag::Symbol).then(|| Sym::from_index(self.header().sym)).flatten()
    }

    /// The head of a call or list, where it is a symbol that the Rust code names.
    #[inline]
    pub fn head_sym(&self) -> Option<Sym> {
        match self.header().tag {
            Tag::Normal => Sym::from_index(self.header().sym),
            Tag::Array => Some(Sym::List),
            _ => None,
        }
    }

    /// A set of 64 classes of symbols: a symbol whose class is not in it does not occur.
    #[inline]
    pub fn symbol_classes(&self) -> u64 {
        self.header().symbols
    }

    #[inline]
    pub(crate) fn flags(&self) -> u8 {
        self.header().flags
    }

    /// The evaluator's mark: 0 until [`Expr::set_mark`].
    #[inline]
    pub fn mark(&self) -> u64 {
        self.header().mark.load(Ordering::Relaxed)
    }

    /// Stores the evaluator's mark. It has no influence on what the expression is.
    #[inline]
    pub fn set_mark(&self, mark: u64) {
        self.header().mark.store(mark, Ordering::Relaxed);
    }

    /// The last part of the last part ... of sums and products, the base of powers: the part by
    /// which canonical order compares first. Anything else is its own terminal.
    #[inline]
    pub(crate) fn terminal(&self) -> &Expr {
        match self.header().terminal {
            // SAFETY: the pointer is to a part of this node or of one below it. This handle keeps
            // all of them alive for the lifetime of the answer, and parts never change.
            Some(part) => unsafe { part.as_ref() },
            None => self,
        }
    }

    /// Whether this handle is the only reference to the node.
    #[inline]
    pub fn is_unique(&self) -> bool {
        self.header().count.load(Ordering::Acquire) == 1
    }

    /// The address of the node: an identity for as long as the node lives.
    #[inline]
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }

    /// The identity of the node, which no other node has had or will have in this process.
    #[inline]
    pub fn id(&self) -> u64 {
        self.header().id
    }
}

impl PartialEq for Expr {
    #[inline]
    fn eq(&self, other: &Expr) -> bool {
        self.0 == other.0
    }
}

impl Eq for Expr {}

impl Hash for Expr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.address());
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::traverse::debug(self, f)
    }
}

// ------------------------------------------------------------------------------------------------
// Making

const SHARDS: usize = 16;

#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    node: NonNull<Header>,
}

// SAFETY: an entry is only used under the lock of its shard.
unsafe impl Send for Entry {}

/// A part of the table of all nodes.
struct Shard {
    nodes: HashTable<Entry>,
    /// How many nodes were ever published here.
    published: u64,
    /// The memory of the nodes; see [`Expr::own_bytes`].
    bytes: usize,
    blocks: Blocks,
}

/// Memory of freed calls, by the number of their arguments: most nodes are small, live shortly, and
/// are followed by others of the same size.
struct Blocks([Vec<NonNull<Header>>; BLOCK_SIZES]);

/// Calls with fewer arguments are made in memory of others.
const BLOCK_SIZES: usize = 8;
/// So many freed calls of one size are kept in each shard.
const MOST_BLOCKS: usize = 1 << 13;

// SAFETY: what is in here is memory that nobody else refers to.
unsafe impl Send for Blocks {}

impl Blocks {
    const NONE: Blocks = Blocks([const { Vec::new() }; BLOCK_SIZES]);

    /// Memory for a call with `len` arguments.
    fn take(&mut self, len: u32) -> NonNull<Header> {
        if let Some(block) = self.0.get_mut(len as usize).and_then(Vec::pop) {
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
    /// The memory must come from [`Blocks::take`] with the same `len`, and nothing may refer to it
    /// or own anything in it.
    unsafe fn give_back(&mut self, block: NonNull<Header>, len: u32) {
        match self.0.get_mut(len as usize) {
            Some(kept) if kept.len() < MOST_BLOCKS => kept.push(block),
            // SAFETY: by the caller's promise this is the layout that the memory was made with.
            _ => unsafe { dealloc(block.as_ptr().cast(), normal_layout(len)) },
        }
    }
}

static TABLE: [Mutex<Shard>; SHARDS] =
    [const { Mutex::new(Shard { nodes: HashTable::new(), published: 0, bytes: 0, blocks: Blocks::NONE }) }; SHARDS];

fn shard(hash: u32) -> MutexGuard<'static, Shard> {
    TABLE[hash as usize % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
}

/// The table's own hash: it wants well-mixed high bits, and the low ones have chosen the shard.
fn table_hash(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The number of distinct nodes alive in the process.
pub fn live_nodes() -> usize {
    (0..SHARDS as u32).map(|i| shard(i).nodes.len()).sum()
}

/// About how many bytes the nodes alive in the process take; see [`Expr::own_bytes`].
pub fn live_bytes() -> usize {
    (0..SHARDS as u32).map(|i| shard(i).bytes).sum()
}

/// Finds the node that equals `candidate`, or publishes the one that `allocate` makes of it.
fn intern<T>(
    hash: u32,
    candidate: T,
    equals: impl Fn(&T, &Expr) -> bool,
    allocate: impl FnOnce(T, u64, &mut Blocks) -> NonNull<Header>,
) -> Expr {
    let mut table = shard(hash);
    let found = table.nodes.find(table_hash(hash), |entry| {
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
    let id = table.published * SHARDS as u64 + u64::from(hash) % SHARDS as u64;
    table.published += 1;
    let node = allocate(candidate, id, &mut table.blocks);
    table.nodes.insert_unique(table_hash(hash), Entry { hash, node }, |entry| table_hash(entry.hash));
    let node = Expr(node);
    table.bytes += node.own_bytes();
    node
}

impl Expr {
    pub(crate) fn intern_integer(value: i64) -> Expr {
        let hash = finish(mix(Tag::Integer as u64, value as u64));
        let equals = |v: &i64, e: &Expr| matches!(e.payload(), Payload::Integer(found) if found == *v);
        intern(hash, value, equals, |v, id, _| allocate_atom(hash, id, Tag::Integer, v, 0, 0))
    }

    pub(crate) fn intern_real(value: f64) -> Expr {
        let hash = finish(mix(Tag::Real as u64, value.to_bits()));
        let equals = |v: &f64, e: &Expr| matches!(e.payload(), Payload::Real(found) if found.to_bits() == v.to_bits());
        intern(hash, value, equals, |v, id, _| allocate_atom(hash, id, Tag::Real, v, 0, 0))
    }

    pub(crate) fn intern_number(value: Number) -> Expr {
        let hash = hash_of(Tag::Number, &value);
        let equals = |v: &Number, e: &Expr| matches!(e.payload(), Payload::Number(found) if found == v);
        intern(hash, value, equals, |v, id, _| allocate_atom(hash, id, Tag::Number, v, 0, 0))
    }

    pub(crate) fn intern_string(value: &str) -> Expr {
        let hash = hash_of(Tag::String, value);
        let equals = |v: &&str, e: &Expr| matches!(e.payload(), Payload::String(found) if found == *v);
        intern(hash, value, equals, |v, id, _| allocate_atom(hash, id, Tag::String, Box::<str>::from(v), 0, 0))
    }

    pub(crate) fn intern_array(value: Array) -> Expr {
        let hash = hash_of(Tag::Array, &value);
        let equals = |v: &Array, e: &Expr| matches!(e.payload(), Payload::Array(found) if found == v);
        intern(hash, value, equals, |v, id, _| allocate_atom(hash, id, Tag::Array, v, 0, 0))
    }

    /// `sym` is the place in [`Sym`] plus 1, or 0; `classes` is asked for only by a new symbol.
    pub(crate) fn intern_symbol(full_name: &str, sym: u16, classes: impl FnOnce() -> u64) -> Expr {
        let hash = hash_of(Tag::Symbol, full_name);
        let equals = |v: &&str, e: &Expr| matches!(e.payload(), Payload::Symbol(found) if found.full_name() == *v);
        intern(hash, full_name, equals, |v, id, _| allocate_atom(hash, id, Tag::Symbol, Symbol::new(v), sym, classes()))
    }

    /// The call `parts[0][parts[1..]...]` as it stands.
    pub(crate) fn intern_normal(parts: SmallVec<[Expr; 6]>, flags: u8) -> Expr {
        let state = parts.iter().fold(mix(Tag::Normal as u64, parts.len() as u64), |h, e| mix(h, e.address() as u64));
        let hash = finish(state);
        let equals =
            |v: &SmallVec<[Expr; 6]>, e: &Expr| matches!(e.payload(), Payload::Normal(found) if found == v.as_slice());
        intern(hash, parts, equals, |v, id, blocks| allocate_normal(blocks, hash, id, flags, v))
    }
}

fn header(hash: u32, id: u64, tag: Tag, flags: u8, sym: u16, len: u32, symbols: u64) -> Header {
    Header {
        count: AtomicU32::new(1),
        hash,
        symbols,
        mark: AtomicU64::new(0),
        id,
        terminal: None,
        tag,
        flags,
        sym,
        len,
    }
}

fn allocate_atom<T>(hash: u32, id: u64, tag: Tag, payload: T, sym: u16, classes: u64) -> NonNull<Header> {
    let node = Box::new(Node { header: header(hash, id, tag, 0, sym, 0, classes), payload });
    NonNull::from(Box::leak(node)).cast()
}

fn normal_layout(len: u32) -> Layout {
    Layout::new::<Header>()
        .extend(Layout::array::<Expr>(len as usize + 1).expect("the size of a call fits in memory"))
        .expect("the size of a call fits in memory")
        .0
}

fn allocate_normal(
    blocks: &mut Blocks,
    hash: u32,
    id: u64,
    flags: u8,
    mut parts: SmallVec<[Expr; 6]>,
) -> NonNull<Header> {
    let len = u32::try_from(parts.len() - 1).expect("a call has fewer than 2^32 arguments");
    let head = &parts[0];
    let sym = if head.header().tag == Tag::Symbol { head.header().sym } else { 0 };
    let symbols = parts.iter().fold(0, |all, e| all | e.header().symbols);
    let node = blocks.take(len);
    // SAFETY: the allocation has room for the header and `len + 1` expressions, which are moved
    // out of `parts`; setting its length to 0 keeps them from being dropped twice.
    unsafe {
        node.write(header(hash, id, Tag::Normal, flags, sym, len, symbols));
        std::ptr::copy_nonoverlapping(parts.as_ptr(), node.add(1).cast::<Expr>().as_ptr(), parts.len());
        parts.set_len(0);
        if let Some(index) = place_of_terminal(sym, len) {
            let part = node.add(1).cast::<Expr>().add(index);
            (*node.as_ptr()).terminal = part.as_ref().header().terminal.or(Some(part));
        }
    }
    node
}

/// Which part of a call its terminal lies in, the head counted as part 0.
fn place_of_terminal(sym: u16, len: u32) -> Option<usize> {
    match Sym::from_index(sym) {
        Some(Sym::Plus | Sym::Times) if len > 0 => Some(len as usize),
        Some(Sym::Power) if len == 2 => Some(1),
        _ => None,
    }
}

fn mix(state: u64, word: u64) -> u64 {
    (state.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}

fn finish(state: u64) -> u32 {
    (state >> 32) as u32
}

fn hash_of<T: Hash + ?Sized>(tag: Tag, value: &T) -> u32 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    finish(mix(tag as u64, hasher.finish()))
}

// ------------------------------------------------------------------------------------------------
// Counting

impl Clone for Expr {
    #[inline]
    fn clone(&self) -> Expr {
        let count = self.header().count.fetch_add(1, Ordering::Relaxed);
        if count > u32::MAX / 2 {
            std::process::abort();
        }
        Expr(self.0)
    }
}

impl Drop for Expr {
    #[inline]
    fn drop(&mut self) {
        if !decrement_shared(self.header()) {
            release(self.0);
        }
    }
}

/// Gives up one of several references; `false` if this looks like the last one.
fn decrement_shared(header: &Header) -> bool {
    let mut count = header.count.load(Ordering::Relaxed);
    while count > 1 {
        match header.count.compare_exchange_weak(count, count - 1, Ordering::Release, Ordering::Relaxed) {
            Ok(_) => return true,
            Err(now) => count = now,
        }
    }
    false
}

/// Gives up what is likely the last reference, and frees all nodes that die of it, by a work list:
/// the depth of an expression is bounded by memory, not by the stack.
#[cold]
fn release(node: NonNull<Header>) {
    let mut dying: SmallVec<[NonNull<Header>; 16]> = SmallVec::new();
    dying.push(node);
    while let Some(node) = dying.pop() {
        // SAFETY: this reference still counts, so the node is alive.
        let header = unsafe { node.as_ref() };
        if decrement_shared(header) {
            continue;
        }
        {
            let mut table = shard(header.hash);
            // Whatever others did with the node comes before its end. No fence: the thread sanitiser
            // does not understand one.
            if header.count.fetch_sub(1, Ordering::AcqRel) != 1 {
                continue;
            }
            if let Ok(entry) = table.nodes.find_entry(table_hash(header.hash), |entry| entry.node == node) {
                entry.remove();
            }
            // The node is still whole; the borrowed handle must not count down.
            table.bytes -= ManuallyDrop::new(Expr(node)).own_bytes();
            if header.tag == Tag::Normal {
                let len = header.len;
                // SAFETY: the count is 0 and the node is out of the table, so nobody else can reach
                // it. Its references are moved out to `dying`, and then nothing in it is owned.
                unsafe {
                    let parts = node.add(1).cast::<Expr>();
                    dying.extend((0..=len as usize).map(|i| ManuallyDrop::new(parts.add(i).read()).0));
                    table.blocks.give_back(node, len);
                }
                continue;
            }
        }
        // SAFETY: as above.
        unsafe { free_atom(node) };
    }
}

/// Frees the allocation of an atom.
///
/// # Safety
/// The node must be an atom, unreachable: count 0 and not in the table.
unsafe fn free_atom(node: NonNull<Header>) {
    // SAFETY: each arm frees the allocation as the type that `allocate_atom` made under that tag.
    unsafe {
        match node.as_ref().tag {
            Tag::Integer => drop(Box::from_raw(node.cast::<Node<i64>>().as_ptr())),
            Tag::Real => drop(Box::from_raw(node.cast::<Node<f64>>().as_ptr())),
            Tag::Number => drop(Box::from_raw(node.cast::<Node<Number>>().as_ptr())),
            Tag::String => drop(Box::from_raw(node.cast::<Node<Box<str>>>().as_ptr())),
            Tag::Symbol => drop(Box::from_raw(node.cast::<Node<Symbol>>().as_ptr())),
            Tag::Array => drop(Box::from_raw(node.cast::<Node<Array>>().as_ptr())),
            Tag::Normal => unreachable!("a call is no atom"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Expr;
    use crate::Sym;

    fn call(head: &Expr, args: &[Expr]) -> Expr {
        Expr::normal(head.clone(), args.to_vec())
    }

    #[test]
    fn equal_structure_is_the_same_node() {
        let f = Expr::symbol("Test`f");
        let a = call(&f, &[Expr::integer(1), Expr::string("s"), Expr::real(0.5)]);
        let b = call(&f, &[Expr::integer(1), Expr::string("s"), Expr::real(0.5)]);
        assert_eq!(a, b);
        assert_ne!(a, call(&f, &[Expr::integer(1), Expr::string("s"), Expr::real(-0.5)]));
        assert_eq!(Expr::real(0.0), Expr::real(-0.0));
        assert_ne!(Expr::integer(1), Expr::real(1.0));
    }

    #[test]
    fn a_deep_expression_is_freed_without_recursion() {
        let f = Expr::symbol("Test`deep");
        let mut e = Expr::integer(0);
        for _ in 0..if cfg!(miri) { 300 } else { 1_000_000 } {
            e = call(&f, &[e]);
        }
        drop(e);
    }

    #[test]
    fn every_payload_is_read_and_freed() {
        let nodes = || {
            [
                Expr::integer(-7),
                Expr::real(0.25),
                Expr::number(crate::Number::rational(&1.into(), &3.into()).unwrap()),
                Expr::string("a text"),
                Expr::symbol("Test`payload"),
                Expr::list((0..40).map(|i| Expr::real(f64::from(i)))),
                call(&call(&Expr::symbol("Test`f"), &[]), &[Expr::integer(1), Expr::string("s")]),
            ]
        };
        let (first, second) = (nodes(), nodes());
        assert_eq!(first, second);
        for e in &first {
            assert!(!e.is_unique());
            assert!(!format!("{e:?}").is_empty());
        }
        drop(first);
        assert!(second.iter().filter(|e| e.is_unique()).count() >= 5);
    }

    #[test]
    fn a_handle_moves_between_threads() {
        let e = call(&Expr::symbol("Test`moved"), &[Expr::string("from one thread")]);
        let mark = e.mark();
        let there = e.clone();
        let back = std::thread::spawn(move || {
            there.set_mark(mark + 1);
            call(&Expr::symbol("Test`moved"), &[there])
        });
        let back = back.join().unwrap();
        assert_eq!(back.arg(0), e);
        assert_eq!(e.mark(), mark + 1);
    }

    #[test]
    fn dead_nodes_leave_the_table_and_can_be_made_again() {
        let name = "Test`transient";
        let first = Expr::symbol(name);
        assert!(first.is_unique());
        drop(first);
        assert!(Expr::symbol(name).is_unique());
    }

    #[test]
    fn threads_share_and_drop_the_same_nodes() {
        const ROUNDS: i64 = if cfg!(miri) { 60 } else { 20_000 };
        let threads: Vec<_> = (0..4)
            .map(|_| {
                std::thread::spawn(|| {
                    for i in 0..ROUNDS {
                        let e = Expr::call(Sym::Plus, [Expr::integer(i % 7 + 1_000_000), Expr::integer(i % 5)]);
                        let again = Expr::call(Sym::Plus, [Expr::integer(i % 7 + 1_000_000), Expr::integer(i % 5)]);
                        assert_eq!(e, again);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    }
}

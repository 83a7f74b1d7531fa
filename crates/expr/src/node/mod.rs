//! The nodes of expressions: one counted allocation a node, and one weak table of all nodes.
//!
//! All `unsafe` code of the crate is here. The contract that makes it sound:
//!
//! * A node is in the table exactly while its count is positive.
//! * A count goes from 1 to 0 only under the lock of the node's shard, which also removes it from
//!   the table. A lookup under the same lock therefore never sees a dying node.
//! * Nodes are immutable after publication but for the atomic count and mark.
//! * Ids are never given twice, so a table by id may outlive its nodes and never errs.
//! * The pointer to a terminal points into a node that the holder keeps alive, itself or one below.

mod make;
mod store;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem::size_of;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use netform_array::Array;

pub use self::store::{live_bytes, live_nodes};
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
            store::release(self.0);
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

#[cfg(test)]
mod tests;

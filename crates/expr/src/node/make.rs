//! Making nodes: each kind of atom, and calls.

use std::alloc::Layout;
use std::hash::{Hash, Hasher};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64};

use netform_array::Array;
use rustc_hash::FxHasher;
use smallvec::SmallVec;

use super::store::{Home, intern, take_block};
use super::{Expr, Header, Node, Payload, Tag};
use crate::{Number, Sym, Symbol};

impl Expr {
    pub(crate) fn intern_integer(value: i64) -> Expr {
        let hash = finish(mix(Tag::Integer as u64, value as u64));
        let equals = |v: &i64, e: &Expr| matches!(e.payload(), Payload::Integer(found) if found == *v);
        intern(Home::of_atom(hash), hash, value, equals, |v, id| allocate_atom(hash, id, Tag::Integer, v, 0, 0))
    }

    pub(crate) fn intern_real(value: f64) -> Expr {
        let hash = finish(mix(Tag::Real as u64, value.to_bits()));
        let equals = |v: &f64, e: &Expr| matches!(e.payload(), Payload::Real(found) if found.to_bits() == v.to_bits());
        intern(Home::of_atom(hash), hash, value, equals, |v, id| allocate_atom(hash, id, Tag::Real, v, 0, 0))
    }

    pub(crate) fn intern_number(value: Number) -> Expr {
        let hash = hash_of(Tag::Number, &value);
        let equals = |v: &Number, e: &Expr| matches!(e.payload(), Payload::Number(found) if found == v);
        intern(Home::of_atom(hash), hash, value, equals, |v, id| allocate_atom(hash, id, Tag::Number, v, 0, 0))
    }

    pub(crate) fn intern_string(value: &str) -> Expr {
        let hash = hash_of(Tag::String, value);
        let equals = |v: &&str, e: &Expr| matches!(e.payload(), Payload::String(found) if found == *v);
        intern(Home::of_atom(hash), hash, value, equals, |v, id| {
            allocate_atom(hash, id, Tag::String, Box::<str>::from(v), 0, 0)
        })
    }

    pub(crate) fn intern_array(value: Array) -> Expr {
        let hash = hash_of(Tag::Array, &value);
        let equals = |v: &Array, e: &Expr| matches!(e.payload(), Payload::Array(found) if found == v);
        intern(Home::of_atom(hash), hash, value, equals, |v, id| allocate_atom(hash, id, Tag::Array, v, 0, 0))
    }

    /// `sym` is the place in [`Sym`] plus 1, or 0; `classes` is asked for only by a new symbol.
    pub(crate) fn intern_symbol(full_name: &str, sym: u16, classes: impl FnOnce() -> u64) -> Expr {
        let hash = hash_of(Tag::Symbol, full_name);
        let equals = |v: &&str, e: &Expr| matches!(e.payload(), Payload::Symbol(found) if found.full_name() == *v);
        intern(Home::of_atom(hash), hash, full_name, equals, |v, id| {
            allocate_atom(hash, id, Tag::Symbol, Symbol::new(v), sym, classes())
        })
    }

    /// The call `parts[0][parts[1..]...]` as it stands.
    pub(crate) fn intern_normal(parts: SmallVec<[Expr; 6]>, flags: u8) -> Expr {
        let state = parts.iter().fold(mix(Tag::Normal as u64, parts.len() as u64), |h, e| mix(h, e.address() as u64));
        let hash = finish(state);
        let equals =
            |v: &SmallVec<[Expr; 6]>, e: &Expr| matches!(e.payload(), Payload::Normal(found) if found == v.as_slice());
        intern(Home::of_call(&parts), hash, parts, equals, |v, id| allocate_normal(hash, id, flags, v))
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

/// The memory of a call with `len` arguments.
pub(super) fn normal_layout(len: u32) -> Layout {
    Layout::new::<Header>()
        .extend(Layout::array::<Expr>(len as usize + 1).expect("the size of a call fits in memory"))
        .expect("the size of a call fits in memory")
        .0
}

fn allocate_normal(hash: u32, id: u64, flags: u8, mut parts: SmallVec<[Expr; 6]>) -> NonNull<Header> {
    let len = u32::try_from(parts.len() - 1).expect("a call has fewer than 2^32 arguments");
    let head = &parts[0];
    let sym = if head.header().tag == Tag::Symbol { head.header().sym } else { 0 };
    let symbols = parts.iter().fold(0, |all, e| all | e.header().symbols);
    let node = take_block(len);
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

/// Frees the allocation of an atom.
///
/// # Safety
/// The node must be an atom, unreachable: count 0 and not in the table.
pub(super) unsafe fn free_atom(node: NonNull<Header>) {
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

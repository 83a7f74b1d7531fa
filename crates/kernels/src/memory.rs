//! Aligned storage, and ways to read and write it at once.

use std::ops::Range;

use crate::real::Real;

/// Bytes of a cache line, and of the widest vectors.
const LINE: usize = 64;

/// Numbers of one type, of which the first lies at the beginning of a cache line.
#[derive(Debug)]
pub struct Aligned<T> {
    lines: Vec<Line>,
    len: usize,
    numbers: std::marker::PhantomData<T>,
}

#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Line([u8; LINE]);

impl<T: Real> Aligned<T> {
    /// So many zeros.
    pub fn zeros(len: usize) -> Aligned<T> {
        let lines = (len * size_of::<T>()).div_ceil(LINE);
        Aligned { lines: vec![Line([0; LINE]); lines], len, numbers: std::marker::PhantomData }
    }

    /// The numbers.
    #[inline]
    pub fn as_slice(&self) -> &[T] {
        // SAFETY: the lines hold at least `len` numbers, are aligned for them, and any bytes are a number.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }

    /// The numbers, to be changed.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        // SAFETY: as in `as_slice`, and the borrow of `self` is unique.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }

    /// How many numbers stand between cache lines' beginnings.
    pub const fn line() -> usize {
        LINE / size_of::<T>()
    }
}

impl<T> Clone for Aligned<T> {
    fn clone(&self) -> Self {
        Aligned { lines: self.lines.clone(), len: self.len, numbers: std::marker::PhantomData }
    }
}

/// A part of a slice to be written and others to be read.
///
/// # Panics
/// When the written part overlaps another, or a part leaves the slice.
pub fn disjoint<const N: usize, T>(
    memory: &mut [T],
    write: Range<usize>,
    reads: [Range<usize>; N],
) -> (&mut [T], [&[T]; N]) {
    let (before, rest) = memory.split_at_mut(write.start);
    let (written, after) = rest.split_at_mut(write.len());
    let (before, after) = (&*before, &*after);
    let read = |range: Range<usize>| match range.end <= write.start {
        true => &before[range],
        false => &after[range.start - write.end..range.end - write.end],
    };
    (written, reads.map(read))
}

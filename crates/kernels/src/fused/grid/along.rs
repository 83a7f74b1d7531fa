//! Vectors that hold neighbouring columns: loaded where the right factor lies, one factor of the left for all of them.

use crate::fused::GATES;
use crate::fused::run::{COLUMNS, ROWS};
use crate::lanes::{Lanes, Work};
use crate::product::inner::Sink;
use crate::real::Real;

/// The sums of a block of rows and lines.
pub(super) struct Along<'a, T> {
    /// Where the right factor starts, and the first line of the block relative to that.
    pub(super) start: *const T,
    pub(super) lines: &'a [isize],
    pub(super) width: usize,
    pub(super) offsets: &'a [isize],
    /// The left factor of the rows.
    pub(super) weights: *const T,
    pub(super) rows: usize,
    /// Where the sums belong, rows at a distance of `COLUMNS`.
    pub(super) to: *mut T,
}

impl<T: Real> Work<T> for Along<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        let Along { start, lines, width, offsets, weights, rows, to } = self;
        let vectors = width.div_ceil(L::WIDTH);
        let mut done = 0;
        while done < lines.len() * vectors {
            let count = L::PANEL.min(GATES).min(lines.len() * vectors - done);
            let mut from = [start; GATES];
            let mut spots = Spots { to: [to; GATES], counts: [0; GATES] };
            for (vector, from) in from.iter_mut().enumerate().take(count) {
                let (down, right) = ((done + vector) / vectors, (done + vector) % vectors * L::WIDTH);
                *from = start.wrapping_offset(lines[down]).wrapping_add(right);
                spots.to[vector] = to.wrapping_add(down * width + right);
                spots.counts[vector] = L::WIDTH.min(width - right);
            }
            // SAFETY: the caller says that the factors lie in memory, that there is room for the sums, and that the
            // processor has the instructions.
            unsafe {
                match count {
                    1 => rows_of::<L, 1>(rows, weights, &from, offsets, &spots),
                    2 => rows_of::<L, 2>(rows, weights, &from, offsets, &spots),
                    3 => rows_of::<L, 3>(rows, weights, &from, offsets, &spots),
                    _ => rows_of::<L, 4>(rows, weights, &from, offsets, &spots),
                }
            }
            done += count;
        }
    }
}

/// Where the vectors of a tile belong, and how many of their sums.
struct Spots<T> {
    to: [*mut T; GATES],
    counts: [usize; GATES],
}

impl<L: Lanes> Sink<L> for Spots<L::Real> {
    #[inline(always)]
    unsafe fn put(&self, row: usize, vector: usize, sums: L) {
        // SAFETY: the caller says that there is room.
        unsafe {
            let to = self.to[vector].add(row * COLUMNS);
            match self.counts[vector] {
                count if count < L::WIDTH => sums.store_first(to, count),
                _ => sums.store(to),
            }
        }
    }
}

/// # Safety
/// The weights of a block of rows, and at all offsets from all starts a vector, can be read; the sink has room, and the
/// processor has the instructions.
#[inline(always)]
unsafe fn tile<L: Lanes, const VECTORS: usize, const DOWN: usize>(
    mut weights: *const L::Real,
    from: &[*const L::Real; GATES],
    offsets: &[isize],
    sink: &Spots<L::Real>,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let zero = L::splat(<L::Real as Real>::ZERO);
        let mut sums = [[zero; VECTORS]; DOWN];
        for &offset in offsets {
            let mut row = [zero; VECTORS];
            for (vector, from) in row.iter_mut().zip(from) {
                *vector = L::load(from.offset(offset));
            }
            for (place, sums) in sums.iter_mut().enumerate() {
                let factor = L::splat(*weights.add(place));
                for (sum, vector) in sums.iter_mut().zip(row) {
                    *sum = vector.multiply_add(factor, *sum);
                }
            }
            weights = weights.add(ROWS);
        }
        for (row, sums) in sums.into_iter().enumerate() {
            for (vector, sums) in sums.into_iter().enumerate() {
                sink.put(row, vector, sums);
            }
        }
    }
}

/// # Safety
/// As for [`tile`].
#[inline(always)]
unsafe fn rows_of<L: Lanes, const VECTORS: usize>(
    rows: usize,
    weights: *const L::Real,
    from: &[*const L::Real; GATES],
    offsets: &[isize],
    sink: &Spots<L::Real>,
) {
    // SAFETY: the caller's promise.
    unsafe {
        match rows {
            1 => tile::<L, VECTORS, 1>(weights, from, offsets, sink),
            2 => tile::<L, VECTORS, 2>(weights, from, offsets, sink),
            3 => tile::<L, VECTORS, 3>(weights, from, offsets, sink),
            4 => tile::<L, VECTORS, 4>(weights, from, offsets, sink),
            5 => tile::<L, VECTORS, 5>(weights, from, offsets, sink),
            _ => tile::<L, VECTORS, 6>(weights, from, offsets, sink),
        }
    }
}

const _: () = assert!(ROWS == 6);

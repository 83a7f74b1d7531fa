//! Products whose right factor is a window that slides over an array: read where it lies, nothing is copied.

use super::run::{BLOCK, COLUMNS, ROWS, Turn};
use super::{Fused, GATES};
use crate::lanes::{Lanes, Work};
use crate::memory::Aligned;
use crate::product::Sizes;
use crate::product::inner::Sink;
use crate::real::Real;
use crate::tape::Tape;
use crate::walk::Places;

/// The right factor `m[k, n]`, and the left one, which is known.
#[derive(Clone, Debug)]
pub(super) struct Grid<T> {
    /// For each block of rows, the elements of its rows at each place along the depth, one place after the other.
    left: Aligned<T>,
    /// How far each place along the depth is from the first one.
    depth: Places,
    /// How far the beginning of each line of columns, which follow each other, is from the first one.
    lines: Places,
    across: usize,
}

impl<T: Real> Fused<T> {
    /// A known left factor of so many rows, whose elements are those of a function of row and place along the depth, and a
    /// right factor that lies in memory: so far from its first element as `depth` and `lines` say together, with so many
    /// columns across each line. The column step of the left operand of a [`Call`](super::Call) does not matter: it says
    /// where the right factor starts.
    ///
    /// # Panics
    /// When the function has no input.
    pub fn sliding(
        rows: usize,
        element: impl Fn(usize, usize) -> T,
        (depth, lines, across): (Places, Places, usize),
        tape: Tape<T>,
    ) -> Fused<T> {
        assert!(tape.inputs() > 0, "more products than inputs");
        let count = depth.len();
        let mut left = Aligned::zeros(rows.next_multiple_of(ROWS) * count);
        for (place, to) in left.as_mut_slice().iter_mut().enumerate() {
            let row = place / (count * ROWS) * ROWS + place % ROWS;
            if row < rows {
                *to = element(row, place / ROWS % count);
            }
        }
        let sizes = Sizes { rows, depth: count, columns: lines.len() * across };
        let grid = Some(Grid { left, depth, lines, across });
        Fused { sizes, gates: 1, panels: Aligned::zeros(0), grid, tape }
    }
}

impl<T: Real> Grid<T> {
    /// How far the factor reaches before and behind its start. Vectors are read as a whole.
    pub(super) fn reach(&self) -> (usize, usize) {
        let last = self.across.saturating_sub(1) + Aligned::<T>::line() - 1;
        (self.depth.low() + self.lines.low(), self.depth.high() + self.lines.high() + last)
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

/// The sums of a block of rows and lines.
struct Sums<'a, T> {
    /// Where the right factor starts, and the first line of the block relative to that.
    start: *const T,
    lines: &'a [isize],
    width: usize,
    offsets: &'a [isize],
    /// The left factor of the rows.
    weights: *const T,
    rows: usize,
    /// Where the sums belong.
    to: *mut T,
}

impl<T: Real> Work<T> for Sums<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        let Sums { start, lines, width, offsets, weights, rows, to } = self;
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

impl<T: Real> Turn<'_, T> {
    /// # Safety
    /// The processor has the instructions, and all operands lie in memory in all turns.
    #[inline(always)]
    pub(super) unsafe fn slide<L: Lanes<Real = T>>(mut self, grid: &Grid<T>) {
        let Sizes { rows, depth, .. } = self.call.fused.sizes;
        let (across, lines, offsets) = (grid.across, grid.lines.offsets(), grid.depth.offsets());
        let start: *const T = self.start(&self.call.left);
        // A part of a line, or several whole ones.
        let part = across.clamp(1, COLUMNS);
        let together = COLUMNS / part;
        for first in (0..rows).step_by(ROWS) {
            let down = ROWS.min(rows - first);
            let weights = grid.left.as_slice().as_ptr().wrapping_add(first * depth);
            for begin in (0..across).step_by(part) {
                let width = part.min(across - begin);
                for line in (0..lines.len()).step_by(together) {
                    let several = together.min(lines.len() - line);
                    let (start, lines) = (start.wrapping_add(begin), &lines[line..line + several]);
                    let sums = Sums { start, lines, width, offsets, weights, rows: down, to: self.base };
                    // SAFETY: `run_turns` has checked the reach of the factor; sums of a row take at most `COLUMNS`.
                    unsafe { L::enter(sums) };
                    for row in 0..down {
                        // SAFETY: the caller's promise; the part lies within rows and columns.
                        unsafe {
                            self.function::<L>(first + row, line * across + begin, several * width, row * COLUMNS)
                        };
                    }
                }
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

const _: () = assert!(ROWS == 6 && BLOCK >= ROWS * COLUMNS);

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use netform_array::Layout;
    use proptest::prelude::{prop_oneof, proptest};

    use crate::code::Code;
    use crate::real::Real;
    use crate::walk::{Places, Walk};
    use crate::{Call, Crew, Fused, Operand, Pool, Scratch, Tape, Track, run_apart, run_turns};

    fn number(k: usize) -> f64 {
        ((k * 7919 + 13) % 1009) as f64 / 1009.0 - 0.5
    }

    /// A convolution of several images, to which a number for each row is added, beside plain loops.
    fn convolution<T: Real>(
        images: usize,
        rows: usize,
        [channels, high, wide]: [usize; 3],
        [lines, across]: [usize; 2],
    ) {
        let (kernel_high, kernel_wide) = (high - lines + 1, wide - across + 1);
        let image = channels * high * wide;
        let places = |shape: &[usize], steps: &[isize]| {
            Places::new(&Walk::new(&Layout::new(0, shape, steps).expect("a layout")))
        };
        let [plane, line] = [(high * wide) as isize, wide as isize];
        let depth = places(&[channels, kernel_high, kernel_wide], &[plane, line, 1]);
        let deep = depth.len();
        let weights = |row: usize, k: usize| number(row * 101 + k * 3);
        let tape = Tape::new(2, vec![], [(Code::Add, vec![0, 1])], &[2]);
        let element = |row: usize, k: usize| T::from_double(weights(row, k));
        let fused = Fused::sliding(rows, element, (depth, places(&[lines], &[line]), across), tape);
        let (bias, to) = (images * image, images * image + rows);
        let columns = lines * across;
        let mut memory: Vec<T> = (0..to + images * rows * columns + 16).map(|k| T::from_double(number(k))).collect();
        let operand = |start: usize, step: usize, row_step: usize, column_step: isize| Operand {
            track: Track { first: None, rooms: [start; 2], step: step as isize },
            row_step: row_step as isize,
            column_step,
        };
        let call = Call {
            fused: &fused,
            left: operand(0, image, 0, 1),
            inputs: &[operand(bias, 0, 1, 0)],
            outputs: &[operand(to, rows * columns, columns, 1)],
        };
        let given = memory.clone();
        run_turns(&[call], 0..images, &mut memory, &mut Scratch::default());
        for threads in [2, 3] {
            let mut several = given.clone();
            run_apart(call, 0..images, &mut several, &mut Crew::new(Arc::new(Pool::new(threads))));
            assert!(several == memory, "{threads} threads");
        }
        let at = |place: usize| memory[place].to_double();
        for place in 0..images * rows * columns {
            let (n, row, y, x) =
                (place / (rows * columns), place / columns % rows, place / across % lines, place % across);
            let mut sum = at(bias + row);
            for k in 0..deep {
                let (c, dy, dx) = (k / (kernel_high * kernel_wide), k / kernel_wide % kernel_high, k % kernel_wide);
                sum += weights(row, k) * at(n * image + (c * high + y + dy) * wide + x + dx);
            }
            let tolerance = if size_of::<T>() == 4 { 1e-6 } else { 1e-14 } * (deep + 1) as f64;
            assert!((at(to + place) - sum).abs() <= tolerance, "{} is not {sum} at {place}", at(to + place));
        }
        let behind = to + images * rows * columns;
        assert_eq!(at(behind), T::from_double(number(behind)).to_double(), "something is written behind the result");
    }

    proptest! {
        #[test]
        fn convolutions_are_those_of_plain_loops(
            (images, rows, channels) in (1usize..4, 1usize..15, 1usize..4),
            (kernel_high, kernel_wide) in (1usize..4, 1usize..6),
            (lines, across) in (1usize..8, prop_oneof![1usize..40, 100usize..300]),
        ) {
            let shape = [channels, lines + kernel_high - 1, across + kernel_wide - 1];
            convolution::<f32>(images, rows, shape, [lines, across]);
            convolution::<f64>(images, rows, shape, [lines, across]);
        }
    }
}

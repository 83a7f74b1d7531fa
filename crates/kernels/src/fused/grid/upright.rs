//! Vectors that hold rows: the left factor is loaded, one number of the right for all of them. Columns may lie anywhere,
//! and no place of a vector is empty where the rows fill it.

use crate::lanes::{Lanes, WIDEST, Work, transposed};
use crate::real::Real;

/// Rows of a block fill at most so many vectors.
pub(super) const VECTORS: usize = 2;
/// A tile has at most so many columns.
const TILE: usize = 12;
/// At most so many columns are turned together.
const TURNED: usize = 4 * TILE;
/// The columns of a block, and the distance of rows of sums: they are written as whole vectors.
const COLUMNS: usize = 128;
pub(super) const ROW: usize = COLUMNS + WIDEST;

/// The sums of a block of rows and columns.
pub(super) struct Upright<'a, T> {
    /// Where the right factor starts.
    pub(super) start: *const T,
    pub(super) lines: &'a [isize],
    /// The columns of a line, and the step between them.
    pub(super) across: usize,
    pub(super) step: isize,
    /// The first column, and their number, at most that of [`columns`].
    pub(super) first: usize,
    pub(super) count: usize,
    pub(super) offsets: &'a [isize],
    /// The left factor of the rows.
    pub(super) weights: *const T,
    /// The rows, filled up to whole vectors, at most `VECTORS`.
    pub(super) rows: usize,
    /// Where the sums belong, rows at a distance of `ROW`.
    pub(super) to: *mut T,
    /// Room for columns that are still to be turned.
    pub(super) apart: *mut T,
}

/// The columns of a block: whole lines, if they are short.
pub(super) fn columns(across: usize) -> usize {
    COLUMNS - if across > COLUMNS { 0 } else { COLUMNS % across.max(1) }
}

/// The room for sums and for what is still to be turned, if vectors have so many places.
pub(super) fn room(width: usize) -> [usize; 2] {
    [VECTORS * width * ROW, VECTORS * width * TURNED.next_multiple_of(width)]
}

impl<T: Real> Work<T> for Upright<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        let Upright { start, lines, across, step, first, count, offsets, weights, rows, to, apart } = self;
        let down = rows / L::WIDTH;
        let most = if down == 1 { TILE } else { (3 * L::PANEL).min(TILE) };
        let (mut line, mut place) = (first / across, first % across);
        let mut begin = 0;
        while begin < count {
            // Whole lines, or parts of about the same size.
            let rest = across - place;
            let group = if across > TURNED { rest.div_ceil(rest.div_ceil(TURNED)) } else { TURNED - TURNED % across };
            let group = group.min(count - begin);
            let mut done = 0;
            while done < group {
                // Tiles of about the same size, which are parts of lines or of two of them.
                let left = (across - place).min(group - done);
                let now = left.div_ceil(left.div_ceil(most));
                let is_pair =
                    step == 1 && place == 0 && now == across && 2 * now <= (6 * L::PANEL / down).min(group - done);
                let at = |line: usize| start.wrapping_offset(lines[line] + step * place as isize);
                let from = [at(line), at(line + usize::from(is_pair))];
                let sums = apart.wrapping_add(done * rows);
                let tile = Tile { weights, from, step, offsets, to: sums };
                // SAFETY: the caller says that the factors lie in memory, that there is room for the sums, and that the
                // processor has the instructions.
                unsafe {
                    match (down, is_pair, step) {
                        (1, true, 1) => tile.columns::<L, 1, 2, true>(now),
                        (1, false, 1) => tile.columns::<L, 1, 1, true>(now),
                        (1, ..) => tile.columns::<L, 1, 1, false>(now),
                        (_, true, 1) => tile.columns::<L, 2, 2, true>(now),
                        (_, false, 1) => tile.columns::<L, 2, 1, true>(now),
                        (..) => tile.columns::<L, 2, 1, false>(now),
                    }
                }
                place += now;
                done += now;
                if is_pair {
                    (line, done) = (line + 1, done + now);
                }
                if place == across {
                    (line, place) = (line + 1, 0);
                }
            }
            // SAFETY: as above; blocks have room for whole vectors.
            unsafe { turn::<L>(apart, rows, group, to.add(begin)) };
            begin += group;
        }
    }
}

/// The sums of a few columns of one line, or of two where columns follow each other: these need no addresses of their own.
#[derive(Clone, Copy)]
struct Tile<'a, T> {
    weights: *const T,
    /// The first column of each line.
    from: [*const T; 2],
    step: isize,
    offsets: &'a [isize],
    /// Where the sums belong, column by column.
    to: *mut T,
}

impl<T: Real> Tile<'_, T> {
    /// # Safety
    /// The weights of a block of so many vectors of rows, and at all offsets from so many columns of so many lines a
    /// number, can be read; there is room for the sums, and the processor has the instructions.
    #[inline(always)]
    unsafe fn columns<L: Lanes<Real = T>, const DOWN: usize, const LINES: usize, const CLOSE: bool>(
        self,
        count: usize,
    ) {
        // SAFETY: the caller's promise.
        unsafe {
            match (LINES, count) {
                (_, 1) => apart::<L, DOWN, LINES, 1, CLOSE>(self),
                (_, 2) => apart::<L, DOWN, LINES, 2, CLOSE>(self),
                (_, 3) => apart::<L, DOWN, LINES, 3, CLOSE>(self),
                (_, 4) => apart::<L, DOWN, LINES, 4, CLOSE>(self),
                (_, 5) => apart::<L, DOWN, LINES, 5, CLOSE>(self),
                (_, 6) => apart::<L, DOWN, LINES, 6, CLOSE>(self),
                // There are no registers for twice as many vectors.
                (_, 7) if DOWN * LINES < 4 => apart::<L, DOWN, LINES, 7, CLOSE>(self),
                (_, 8) if DOWN * LINES < 4 => apart::<L, DOWN, LINES, 8, CLOSE>(self),
                (_, 9) if DOWN * LINES < 4 => apart::<L, DOWN, LINES, 9, CLOSE>(self),
                (_, 10) if DOWN * LINES < 4 => apart::<L, DOWN, LINES, 10, CLOSE>(self),
                (_, 11) if DOWN * LINES < 4 => apart::<L, DOWN, LINES, 11, CLOSE>(self),
                _ => apart::<L, DOWN, LINES, TILE, CLOSE>(self),
            }
        }
    }
}

/// A tile of definite size in a function of its own, so that its loop has all registers.
///
/// # Safety
/// As for [`Tile::columns`].
#[inline(never)]
unsafe fn apart<L: Lanes, const DOWN: usize, const LINES: usize, const COUNT: usize, const CLOSE: bool>(
    tile: Tile<'_, L::Real>,
) {
    // SAFETY: the caller's promise.
    unsafe { L::enter(Definite::<L::Real, DOWN, LINES, COUNT, CLOSE>(tile)) };
}

struct Definite<'a, T, const DOWN: usize, const LINES: usize, const COUNT: usize, const CLOSE: bool>(Tile<'a, T>);

impl<T: Real, const DOWN: usize, const LINES: usize, const COUNT: usize, const CLOSE: bool> Work<T>
    for Definite<'_, T, DOWN, LINES, COUNT, CLOSE>
{
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        let Tile { mut weights, from, step, offsets, to } = self.0;
        // SAFETY: the caller's promise.
        unsafe {
            let zero = L::splat(T::ZERO);
            let mut sums = [[[zero; DOWN]; COUNT]; LINES];
            for &offset in offsets {
                let mut rows = [zero; DOWN];
                for (place, rows) in rows.iter_mut().enumerate() {
                    *rows = L::load(weights.add(place * L::WIDTH));
                }
                for (sums, from) in sums.iter_mut().zip(from) {
                    let mut from = from.wrapping_offset(offset);
                    for sums in sums {
                        let factor = L::splat(*from);
                        for (sum, rows) in sums.iter_mut().zip(rows) {
                            *sum = rows.multiply_add(factor, *sum);
                        }
                        from = from.wrapping_offset(if CLOSE { 1 } else { step });
                    }
                }
                weights = weights.add(DOWN * L::WIDTH);
            }
            for (column, sums) in sums.as_flattened().iter().enumerate() {
                for (place, sum) in sums.iter().enumerate() {
                    sum.store(to.add((column * DOWN + place) * L::WIDTH));
                }
            }
        }
    }
}

/// Writes columns of sums, which follow each other, as rows at a distance of `ROW`.
///
/// # Safety
/// Both have room for whole vectors, and the processor has the instructions.
#[inline(always)]
unsafe fn turn<L: Lanes>(from: *const L::Real, rows: usize, columns: usize, to: *mut L::Real) {
    // SAFETY: the caller's promise.
    unsafe {
        for row in (0..rows).step_by(L::WIDTH) {
            for column in (0..columns).step_by(L::WIDTH) {
                let mut block = [L::splat(<L::Real as Real>::ZERO); WIDEST];
                for (place, vector) in block[..L::WIDTH].iter_mut().enumerate() {
                    *vector = L::load(from.add((column + place) * rows + row));
                }
                transposed(&mut block);
                for (place, vector) in block[..L::WIDTH].iter().enumerate() {
                    vector.store(to.add((row + place) * ROW + column));
                }
            }
        }
    }
}

const _: () = assert!(TURNED.is_multiple_of(WIDEST));

//! The inner loops: a tile of a few rows and the columns of one panel stays in registers.

use super::Begin;
use crate::lanes::Lanes;
use crate::real::Real;

/// Tiles have at most so many rows.
pub(crate) const MOST_ROWS: usize = 6;

/// A part of a product.
pub(crate) struct Tile<T> {
    /// The first element of the left matrix, and the steps to the next row and along the depth.
    pub(crate) left: *const T,
    pub(crate) row_step: isize,
    pub(crate) depth_step: isize,
    /// The panel, the step between its rows, and their number.
    pub(crate) panel: *const T,
    pub(crate) panel_step: isize,
    pub(crate) depth: usize,
}

impl<T> Tile<T> {
    /// Goes through the depth, which is not 0, from its end to its beginning.
    #[inline(always)]
    pub(crate) fn turn_around(&mut self) {
        let last = self.depth as isize - 1;
        self.left = self.left.wrapping_offset(self.depth_step * last);
        self.panel = self.panel.wrapping_offset(self.panel_step * last);
        self.depth_step = -self.depth_step;
        self.panel_step = -self.panel_step;
    }
}

/// Where the sums of a tile go.
pub(crate) trait Sink<L> {
    /// Takes one vector of sums.
    ///
    /// # Safety
    /// The sink has room for it, and the processor has the instructions.
    unsafe fn put(&self, row: usize, vector: usize, sums: L);
}

/// Rows of a product, of which the first so many columns belong to the matrix.
pub(super) struct Rows<T> {
    /// The first element, and the step to the next row.
    pub(super) product: *mut T,
    pub(super) step: isize,
    pub(super) columns: usize,
    pub(super) begin: Begin,
}

impl<L: Lanes> Sink<L> for Rows<L::Real> {
    #[inline(always)]
    unsafe fn put(&self, row: usize, vector: usize, sums: L) {
        // SAFETY: the caller says that there is room for the columns.
        unsafe {
            let to = self.product.offset(self.step * row as isize).add(vector * L::WIDTH);
            match self.columns - vector * L::WIDTH {
                count if count < L::WIDTH => {
                    let present = |to: *const L::Real| L::load_first(to, count);
                    let sums = if self.begin == Begin::Present { sums.add(present(to)) } else { sums };
                    sums.store_first(to, count);
                }
                _ => {
                    let sums = if self.begin == Begin::Present { sums.add(L::load(to)) } else { sums };
                    sums.store(to);
                }
            }
        }
    }
}

/// Computes as many of the `rows` as fit into registers, and says how many. So many vectors of the panel, at most 4, are
/// needed. A part of a panel is summed as a whole one if it is the last of several (`is_last`): columns with the same elements have the same
/// sums then.
///
/// # Safety
/// All elements of the tile lie in memory, the sink has room for them, and the processor has the instructions.
#[inline(always)]
pub(crate) unsafe fn tile<L: Lanes, S: Sink<L>>(
    tile: &Tile<L::Real>,
    rows: usize,
    vectors: usize,
    is_last: bool,
    sink: &S,
) -> usize {
    // SAFETY: the caller's promise.
    unsafe {
        match vectors {
            1 if is_last && L::PANEL == 4 => of_width::<L, S, 1, 2>(tile, rows, sink),
            2 if is_last && L::PANEL == 4 => of_width::<L, S, 2, 2>(tile, rows, sink),
            3 if is_last && L::PANEL == 4 => of_width::<L, S, 3, 2>(tile, rows, sink),
            1 if is_last && L::PANEL == 2 => of_width::<L, S, 1, 4>(tile, rows, sink),
            1 => of_width::<L, S, 1, 6>(tile, rows, sink),
            2 => of_width::<L, S, 2, 4>(tile, rows, sink),
            3 => of_width::<L, S, 3, 3>(tile, rows, sink),
            _ => of_width::<L, S, 4, 2>(tile, rows, sink),
        }
    }
}

/// # Safety
/// As for [`tile`].
#[inline(always)]
unsafe fn of_width<L: Lanes, S: Sink<L>, const WIDTH: usize, const CHAINS: usize>(
    tile: &Tile<L::Real>,
    rows: usize,
    sink: &S,
) -> usize {
    // SAFETY: the caller's promise.
    unsafe {
        match rows.min(MOST_ROWS * L::PANEL / WIDTH) {
            1 => single::<L, S, WIDTH, CHAINS>(tile, sink),
            2 => several::<L, S, WIDTH, 2>(tile, sink),
            3 => several::<L, S, WIDTH, 3>(tile, sink),
            4 => several::<L, S, WIDTH, 4>(tile, sink),
            5 => several::<L, S, WIDTH, 5>(tile, sink),
            _ => several::<L, S, WIDTH, MOST_ROWS>(tile, sink),
        }
    }
}

/// A single row: several sums for places along the depth in turn, so that additions need not wait for each other.
///
/// # Safety
/// As for [`tile`].
#[inline(always)]
unsafe fn single<L: Lanes, S: Sink<L>, const WIDTH: usize, const CHAINS: usize>(
    tile: &Tile<L::Real>,
    sink: &S,
) -> usize {
    // SAFETY: the caller's promise.
    unsafe {
        let zero = L::splat(<L::Real as Real>::ZERO);
        let mut sums = [[zero; WIDTH]; CHAINS];
        let (mut left, mut panel) = (tile.left, tile.panel);
        for _ in 0..tile.depth / CHAINS {
            for sums in &mut sums {
                let factor = L::splat(*left);
                for (place, sum) in sums.iter_mut().enumerate() {
                    *sum = L::load(panel.add(place * L::WIDTH)).multiply_add(factor, *sum);
                }
                left = left.wrapping_offset(tile.depth_step);
                panel = panel.wrapping_offset(tile.panel_step);
            }
        }
        for _ in 0..tile.depth % CHAINS {
            let factor = L::splat(*left);
            for (place, sum) in sums[0].iter_mut().enumerate() {
                *sum = L::load(panel.add(place * L::WIDTH)).multiply_add(factor, *sum);
            }
            left = left.wrapping_offset(tile.depth_step);
            panel = panel.wrapping_offset(tile.panel_step);
        }
        for vector in 0..WIDTH {
            let mut sum = sums[0][vector];
            for chain in &sums[1..] {
                sum = sum.add(chain[vector]);
            }
            sink.put(0, vector, sum);
        }
        1
    }
}

/// # Safety
/// As for [`tile`].
#[inline(always)]
unsafe fn several<L: Lanes, S: Sink<L>, const WIDTH: usize, const ROWS: usize>(
    tile: &Tile<L::Real>,
    sink: &S,
) -> usize {
    // SAFETY: the caller's promise.
    unsafe {
        let zero = L::splat(<L::Real as Real>::ZERO);
        let mut sums = [[zero; WIDTH]; ROWS];
        let (mut left, mut panel) = (tile.left, tile.panel);
        for _ in 0..tile.depth {
            let mut row = [zero; WIDTH];
            for (place, vector) in row.iter_mut().enumerate() {
                *vector = L::load(panel.add(place * L::WIDTH));
            }
            for (place, sums) in sums.iter_mut().enumerate() {
                let factor = L::splat(*left.wrapping_offset(tile.row_step * place as isize));
                for (sum, vector) in sums.iter_mut().zip(row) {
                    *sum = vector.multiply_add(factor, *sum);
                }
            }
            left = left.wrapping_offset(tile.depth_step);
            panel = panel.wrapping_offset(tile.panel_step);
        }
        for (row, sums) in sums.into_iter().enumerate() {
            for (vector, sums) in sums.into_iter().enumerate() {
                sink.put(row, vector, sums);
            }
        }
        ROWS
    }
}

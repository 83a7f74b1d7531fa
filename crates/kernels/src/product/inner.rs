//! The inner loops: a tile of a few rows and the columns of one panel stays in registers.

use super::Begin;
use crate::lanes::Lanes;
use crate::real::Real;

/// A part of a product.
pub(super) struct Tile<T> {
    /// The first element of the left matrix, and the steps to the next row and along the depth.
    pub(super) left: *const T,
    pub(super) row_step: isize,
    pub(super) depth_step: isize,
    /// The panel, the step between its rows, and their number.
    pub(super) panel: *const T,
    pub(super) panel_step: isize,
    pub(super) depth: usize,
    /// The first element of the product, and the step to the next row.
    pub(super) product: *mut T,
    pub(super) product_step: isize,
    /// The columns of the panel that belong to the matrix.
    pub(super) columns: usize,
    pub(super) begin: Begin,
}

impl<T> Tile<T> {
    /// Goes through the depth, which is not 0, from its end to its beginning.
    #[inline(always)]
    pub(super) fn turn_around(&mut self, width: usize) {
        let last = self.depth as isize - 1;
        self.left = self.left.wrapping_offset(self.depth_step * last);
        self.panel = self.panel.wrapping_offset(width as isize * last);
        self.depth_step = -self.depth_step;
        self.panel_step = -self.panel_step;
    }
}

/// Computes as many of the `rows` as fit into registers, and says how many.
///
/// # Safety
/// All elements of the tile lie in memory, and the processor has the instructions.
#[inline(always)]
pub(super) unsafe fn tile<L: Lanes>(tile: &Tile<L::Real>, rows: usize) -> usize {
    // SAFETY: the caller's promise.
    unsafe {
        match tile.columns.div_ceil(L::WIDTH) {
            1 => of_width::<L, 1>(tile, rows),
            2 => of_width::<L, 2>(tile, rows),
            3 => of_width::<L, 3>(tile, rows),
            _ => of_width::<L, 4>(tile, rows),
        }
    }
}

/// # Safety
/// As for [`tile`].
#[inline(always)]
unsafe fn of_width<L: Lanes, const WIDTH: usize>(tile: &Tile<L::Real>, rows: usize) -> usize {
    // SAFETY: the caller's promise.
    unsafe {
        match rows {
            1 => single::<L, WIDTH>(tile),
            2 => several::<L, WIDTH, 2>(tile),
            3 => several::<L, WIDTH, 3>(tile),
            4 => several::<L, WIDTH, 4>(tile),
            5 => several::<L, WIDTH, 5>(tile),
            _ => several::<L, WIDTH, 6>(tile),
        }
    }
}

/// A single row: sums for even and odd places along the depth, so that additions need not wait for each other.
///
/// # Safety
/// As for [`tile`].
#[inline(always)]
unsafe fn single<L: Lanes, const WIDTH: usize>(tile: &Tile<L::Real>) -> usize {
    // SAFETY: the caller's promise.
    unsafe {
        let zero = L::splat(<L::Real as Real>::ZERO);
        let mut sums = [[zero; WIDTH]; 2];
        let (mut left, mut panel) = (tile.left, tile.panel);
        for _ in 0..tile.depth / 2 {
            for sums in &mut sums {
                let factor = L::splat(*left);
                for (place, sum) in sums.iter_mut().enumerate() {
                    *sum = L::load(panel.add(place * L::WIDTH)).multiply_add(factor, *sum);
                }
                left = left.wrapping_offset(tile.depth_step);
                panel = panel.wrapping_offset(tile.panel_step);
            }
        }
        if tile.depth % 2 == 1 {
            let factor = L::splat(*left);
            for (place, sum) in sums[0].iter_mut().enumerate() {
                *sum = L::load(panel.add(place * L::WIDTH)).multiply_add(factor, *sum);
            }
        }
        let [even, odd] = sums;
        let mut sums = even;
        for (sum, odd) in sums.iter_mut().zip(odd) {
            *sum = sum.add(odd);
        }
        write::<L, WIDTH>(tile, 0, sums);
        1
    }
}

/// # Safety
/// As for [`tile`].
#[inline(always)]
unsafe fn several<L: Lanes, const WIDTH: usize, const ROWS: usize>(tile: &Tile<L::Real>) -> usize {
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
            write::<L, WIDTH>(tile, row, sums);
        }
        ROWS
    }
}

/// Writes one row of a tile.
///
/// # Safety
/// As for [`tile`].
#[inline(always)]
unsafe fn write<L: Lanes, const WIDTH: usize>(tile: &Tile<L::Real>, row: usize, sums: [L; WIDTH]) {
    // SAFETY: the caller's promise.
    unsafe {
        let to = tile.product.offset(tile.product_step * row as isize);
        for (place, sum) in sums.into_iter().enumerate() {
            let to = to.add(place * L::WIDTH);
            match tile.columns - place * L::WIDTH {
                count if count < L::WIDTH => {
                    let present = |to: *const L::Real| L::load_first(to, count);
                    let sum = if tile.begin == Begin::Present { sum.add(present(to)) } else { sum };
                    sum.store_first(to, count);
                }
                _ => {
                    let sum = if tile.begin == Begin::Present { sum.add(L::load(to)) } else { sum };
                    sum.store(to);
                }
            }
        }
    }
}

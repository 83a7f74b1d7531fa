//! Products of matrices, of which the right one is packed into panels.
//!
//! A panel holds so many columns as stand in the registers of the inner loop, the rows one after the other, so that it is
//! read as one stream. A matrix that is known in advance, such as weights, is packed once.

pub(crate) mod inner;
mod members;

pub use members::{Members, multiply_members};

use crate::lanes::{Lanes, Level, WIDEST, Work, transposed};
use crate::memory::Aligned;
use crate::pool::{Address, Crew};
use crate::real::Real;
use crate::walk::{Places, Position, Walk};

/// How a matrix lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// The place of the first element.
    pub start: usize,
    /// From a row to the next one.
    pub row_step: isize,
    /// From a column to the next one.
    pub column_step: isize,
}

/// The sizes of a product of a matrix of `rows` by `depth` and one of `depth` by `columns`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The rows of the left matrix and of the product.
    pub rows: usize,
    /// The columns of the left and the rows of the right matrix.
    pub depth: usize,
    /// The columns of the right matrix and of the product.
    pub columns: usize,
}

/// A matrix packed into panels, the last of which is filled up with zeros.
#[derive(Clone, Debug)]
pub struct Packed<T> {
    panels: Aligned<T>,
    depth: usize,
    columns: usize,
}

impl<T: Real> Packed<T> {
    /// Packs a matrix whose elements are those of a function of row and column.
    pub fn new(depth: usize, columns: usize, element: impl Fn(usize, usize) -> T) -> Packed<T> {
        let width = Level::best().panel_width::<T>();
        let mut panels = Aligned::zeros(packed_len::<T>(depth, columns));
        for (place, to) in panels.as_mut_slice().iter_mut().enumerate() {
            let (panel, within) = (place / (depth * width), place % (depth * width));
            let (row, column) = (within / width, panel * width + within % width);
            if column < columns {
                *to = element(row, column);
            }
        }
        Packed { panels, depth, columns }
    }

    /// The panels.
    pub fn panels(&self) -> &[T] {
        self.panels.as_slice()
    }

    /// An element.
    pub fn element(&self, row: usize, column: usize) -> T {
        let width = Level::best().panel_width::<T>();
        self.panels()[(column / width * self.depth + row) * width + column % width]
    }

    /// The rows.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The columns.
    pub fn columns(&self) -> usize {
        self.columns
    }
}

/// The room that a packed matrix takes.
pub fn packed_len<T: Real>(depth: usize, columns: usize) -> usize {
    let width = Level::best().panel_width::<T>();
    columns.div_ceil(width) * width * depth
}

/// Packs a matrix whose element `(k, n)` is the one at `start` and the place k of `rows` and the place n of `columns`.
///
/// # Panics
/// When that leaves `from`, or `to` has not the length [`packed_len`].
pub fn pack<T: Real>(from: &[T], start: usize, rows: &Places, columns: &Walk, to: &mut [T], at: &mut Position) {
    assert!(to.len() == packed_len::<T>(rows.len(), columns.len()), "no room for a packed matrix");
    if to.is_empty() {
        return;
    }
    let (low, high) = (rows.low() + columns.low(), rows.high() + columns.high());
    assert!(start >= low && start + high < from.len(), "a matrix leaves its memory");
    T::pack(Pack { from: &from[start - low..=start + high], start: low, rows, columns, to, at });
}

/// One matrix to be packed.
pub struct Pack<'a, T> {
    /// What the matrix reaches.
    from: &'a [T],
    start: usize,
    rows: &'a Places,
    columns: &'a Walk,
    to: &'a mut [T],
    at: &'a mut Position,
}

impl<T: Real> Work<T> for Pack<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        let Pack { from, start, rows, columns, to, at } = self;
        let width = L::WIDTH * L::PANEL;
        let depth = rows.len();
        columns.begin(at);
        let mut column = 0;
        while column < columns.len() {
            let (panel, within) = (column / width, column % width);
            let (first, step, count) = columns.run(at, width - within);
            let start = start.wrapping_add_signed(first);
            let target = panel * depth * width + within;
            let offsets = rows.offsets();
            let mut row = 0;
            while row < depth {
                let together = if step == 1 { 1 } else { neighbours::<L>(&offsets[row..]) };
                // SAFETY: `pack` has checked that all places stay within `from`, and that there is room for all panels; a
                // run does not leave its panel.
                unsafe {
                    let place = from.as_ptr().add(start.wrapping_add_signed(offsets[row]));
                    let to = to.as_mut_ptr().add(target + row * width);
                    match together {
                        1 => copy::<L>(place, step, count, to),
                        _ => turn::<L>(place, step, count, to, width),
                    }
                }
                row += together;
            }
            column += count;
        }
        let rest = columns.len() % width;
        if rest > 0 {
            let last = columns.len() / width * depth * width;
            for row in to[last..].chunks_mut(width) {
                row[rest..].fill(T::ZERO);
            }
        }
    }
}

/// How many rows are packed together: as many as a vector has places, if so many places follow each other, otherwise one.
#[inline(always)]
fn neighbours<L: Lanes>(offsets: &[isize]) -> usize {
    let follow = |pair: &[isize]| pair[1] == pair[0] + 1;
    let first = offsets.get(..L::WIDTH).filter(|first| first.windows(2).all(follow));
    first.map_or(1, |first| first.len())
}

/// Copies a vector at each of so many places at equal distances, as columns of rows at a distance of `width`.
///
/// # Safety
/// Whole vectors can be read, so many elements of each row written, and the processor has the instructions.
#[inline(always)]
unsafe fn turn<L: Lanes>(from: *const L::Real, step: isize, count: usize, to: *mut L::Real, width: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        for column in (0..count).step_by(L::WIDTH) {
            let columns = L::WIDTH.min(count - column);
            let mut block = [L::splat(<L::Real as Real>::ZERO); WIDEST];
            for (place, vector) in block[..columns].iter_mut().enumerate() {
                *vector = L::load(from.offset(step * (column + place) as isize));
            }
            transposed(&mut block);
            for (row, vector) in block[..L::WIDTH].iter().enumerate() {
                let to = to.add(row * width + column);
                if columns == L::WIDTH { vector.store(to) } else { vector.store_first(to, columns) }
            }
        }
    }
}

/// Copies elements at equal distances.
///
/// # Safety
/// So many elements can be read and written, and the processor has the instructions.
#[inline(always)]
unsafe fn copy<L: Lanes>(from: *const L::Real, step: isize, count: usize, to: *mut L::Real) {
    // SAFETY: the caller's promise.
    unsafe {
        if step == 1 {
            let mut i = 0;
            while i + L::WIDTH <= count {
                L::load(from.add(i)).store(to.add(i));
                i += L::WIDTH;
            }
            if i < count {
                L::load_first(from.add(i), count - i).store_first(to.add(i), count - i);
            }
        } else {
            (0..count as isize).for_each(|i| to.offset(i).write(from.offset(step * i).read()));
        }
    }
}

/// What the sums of products begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Nothing.
    Zero,
    /// What is already there.
    Present,
}

/// In which order a product goes through its panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Order {
    /// From the first to the last.
    #[default]
    Forward,
    /// A product of a single row from the last to the first: behind one from the first to the last, it finds those that
    /// were read last in the first cache. Sums are added up in the opposite order.
    Backward,
}

/// `c = a b`, or `c = c + a b`, with the right matrix packed. The columns of the product follow each other.
///
/// The products of each element are added up in order of the depth in single rounding, or in a few sums that are added
/// at the end.
///
/// # Panics
/// When a matrix leaves its memory.
pub fn multiply<T: Real>(
    sizes: Sizes,
    (left, a): (&[T], Matrix),
    panels: &[T],
    (product, c): (&mut [T], Matrix),
    begin: Begin,
    order: Order,
) {
    check(sizes, (left, a), panels, (product, c));
    if sizes.rows > 0 && sizes.columns > 0 {
        T::product(Multiply {
            sizes,
            left: (left.as_ptr(), a),
            panels,
            product: (product.as_mut_ptr(), c),
            begin,
            order,
        });
    }
}

/// `c = a b` as [`multiply`] computes it, parts of the rows at once.
///
/// # Panics
/// As [`multiply`], and when rows of the product overlap.
pub fn multiply_apart<T: Real>(
    sizes: Sizes,
    (left, a): (&[T], Matrix),
    panels: &[T],
    (product, c): (&mut [T], Matrix),
    crew: &mut Crew,
) {
    check(sizes, (left, a), panels, (product, c));
    assert!(sizes.rows < 2 || c.row_step >= sizes.columns as isize, "rows of a product overlap");
    if sizes.columns == 0 {
        return;
    }
    let product = Address(product.as_mut_ptr());
    // Blocks of rows are those that they are if all are made together.
    crew.each(sizes.rows, inner::MOST_ROWS, |rows, _| {
        let from = |matrix: Matrix| {
            let start = matrix.start.wrapping_add_signed(matrix.row_step * rows.start as isize);
            Matrix { start, ..matrix }
        };
        let sizes = Sizes { rows: rows.len(), ..sizes };
        let (left, product) = ((left.as_ptr(), from(a)), (product.at(0), from(c)));
        T::product(Multiply { sizes, left, panels, product, begin: Begin::Zero, order: Order::Forward });
    });
}

fn check<T: Real>(sizes: Sizes, (left, a): (&[T], Matrix), panels: &[T], (product, c): (&[T], Matrix)) {
    let Sizes { rows, depth, columns } = sizes;
    if rows == 0 || columns == 0 {
        return;
    }
    assert!(panels.len() == packed_len::<T>(depth, columns), "not the panels of the matrix");
    assert!(c.column_step == 1, "the columns of a product follow each other");
    assert!(c.fits(rows, columns, product.len()), "a product leaves its memory");
    assert!(depth == 0 || a.fits(rows, depth, left.len()), "a matrix leaves its memory");
}

impl Matrix {
    /// Whether so many rows and columns, not 0, stay within so many elements.
    fn fits(&self, rows: usize, columns: usize, available: usize) -> bool {
        let (low, high) = self.reach(rows, columns);
        self.start >= low && self.start + high < available
    }

    /// How far so many rows and columns, not 0, reach before and behind the start.
    pub(crate) fn reach(&self, rows: usize, columns: usize) -> (usize, usize) {
        let (down, across) = ((rows as isize - 1) * self.row_step, (columns as isize - 1) * self.column_step);
        ((down.min(0) + across.min(0)).unsigned_abs(), (down.max(0) + across.max(0)) as usize)
    }
}

/// One product.
pub struct Multiply<'a, T> {
    sizes: Sizes,
    left: (*const T, Matrix),
    panels: &'a [T],
    product: (*mut T, Matrix),
    begin: Begin,
    order: Order,
}

impl<T: Real> Work<T> for Multiply<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        let Multiply { sizes, left: (left, a), panels, product: (product, c), begin, order } = self;
        let width = L::WIDTH * L::PANEL;
        let panel_count = sizes.columns.div_ceil(width);
        let backward = order == Order::Backward && sizes.rows == 1 && sizes.depth > 0;
        for panel in 0..panel_count {
            let panel = if backward { panel_count - 1 - panel } else { panel };
            let column = panel * width;
            let count = width.min(sizes.columns - column);
            let mut row = 0;
            while row < sizes.rows {
                let mut tile = inner::Tile {
                    left: left.wrapping_offset(a.start as isize + a.row_step * row as isize),
                    row_step: a.row_step,
                    depth_step: a.column_step,
                    // SAFETY: there is a panel for each `width` columns.
                    panel: unsafe { panels.as_ptr().add(column * sizes.depth) },
                    panel_step: width as isize,
                    depth: sizes.depth,
                };
                if backward {
                    tile.turn_around();
                }
                let to = inner::Rows {
                    // SAFETY: `multiply` has checked that the product stays within its memory.
                    product: unsafe { product.offset((c.start + column) as isize + c.row_step * row as isize) },
                    step: c.row_step,
                    columns: count,
                    begin,
                };
                let (rows, vectors) = (sizes.rows - row, count.div_ceil(L::WIDTH));
                // SAFETY: all elements of the tile lie within the matrices; the caller says that the processor has the
                // instructions.
                row += unsafe { inner::tile::<L, _>(&tile, rows, vectors, panel_count > 1, &to) };
            }
        }
    }
}

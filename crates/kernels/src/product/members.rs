//! Products of several pairs of matrices, none of which is known in advance.

use std::ops::Range;

use super::{Begin, Matrix, Multiply, Order, Pack, Sizes, packed_len};
use crate::pool::{Address, Crew, are_apart};
use crate::real::Real;
use crate::walk::{Places, Walk};

/// Where the matrices of several products are in one memory. The products lie one after the other, row by row.
#[derive(Clone, Copy, Debug)]
pub struct Members<'a> {
    /// The first left matrix, the places of the first elements of all of them, and the steps of each.
    pub left: (usize, &'a Walk, [isize; 2]),
    /// The first right matrix, the places of the first elements of all of them, and those of the rows and columns of each.
    pub right: (usize, &'a Walk, &'a Places, &'a Walk),
    /// Where the first product belongs.
    pub to: usize,
}

/// Multiplies pairs of matrices as [`pack`](super::pack) and [`multiply`](super::multiply) do, several at once, if no product
/// overlaps a matrix; says whether it has done so.
///
/// # Panics
/// When matrices leave the memory, or have not such sizes.
pub fn multiply_members<T: Real>(sizes: Sizes, memory: &mut [T], members: Members<'_>, crew: &mut Crew) -> bool {
    let Sizes { rows, depth, columns } = sizes;
    let (left, lefts, steps) = members.left;
    let (right, rights, places, across) = members.right;
    let count = lefts.len();
    assert!(rights.len() == count && places.len() == depth && across.len() == columns, "not the sizes of the matrices");
    if rows == 0 || depth == 0 || columns == 0 || count == 0 {
        return false;
    }
    let matrix = Matrix { start: 0, row_step: steps[0], column_step: steps[1] };
    let (low, high) = matrix.reach(rows, depth);
    let spans = [
        span(left, (lefts.low() + low, lefts.high() + high), memory.len()),
        span(
            right,
            (rights.low() + places.low() + across.low(), rights.high() + places.high() + across.high()),
            memory.len(),
        ),
    ];
    let to = members.to..members.to.saturating_add(count.saturating_mul(rows).saturating_mul(columns));
    assert!(to.end <= memory.len(), "a product leaves its memory");
    if !are_apart(&[to], &spans) {
        return false;
    }
    let read = spans[1].clone();
    let memory = Address(memory.as_mut_ptr());
    crew.each(count, 1, |some, scratch| {
        let (room, at) = scratch.packing::<T>(packed_len::<T>(depth, columns));
        for member in some {
            // SAFETY: the right matrices lie within the memory, and nothing is written there.
            let from = unsafe { std::slice::from_raw_parts(memory.at(read.start), read.len()) };
            let start = right.wrapping_add_signed(rights.offset(member)) - read.start;
            T::pack(Pack { from, start, rows: places, columns: across, to: room, at });
            let start = left.wrapping_add_signed(lefts.offset(member));
            let product =
                Matrix { start: members.to + member * rows * columns, row_step: columns as isize, column_step: 1 };
            // Both lie within the memory, and no other thread writes this product.
            T::product(Multiply {
                sizes,
                left: (memory.at(0), Matrix { start, ..matrix }),
                panels: room,
                product: (memory.at(0), product),
                begin: Begin::Zero,
                order: Order::Forward,
            });
        }
    });
    true
}

/// What reaches so far before and behind a place.
fn span(start: usize, (low, high): (usize, usize), available: usize) -> Range<usize> {
    let end = start.checked_add(high).map(|last| last + 1);
    let end = end.filter(|&end| start >= low && end <= available).expect("a matrix leaves its memory");
    start - low..end
}

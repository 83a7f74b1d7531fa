//! Functions of a product that need nothing but registers: steps one after the other, each of the value before and of a
//! number for each row.

use super::Call;
use crate::code::Code;
use crate::elementary::Coefficients as _;
use crate::lanes::{Lanes, Work};
use crate::real::Real;
use crate::tape::{Register, Tape, larger, largest, positive_part, smaller, smallest};

/// Longer chains are not kept.
const MOST: usize = 8;

/// A function of elements that is a chain.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    links: Vec<Link>,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    code: Code,
    /// The register of the second operand, an input or a constant.
    other: Option<Register>,
    /// Whether the second operand comes first.
    turned: bool,
}

impl Chain {
    /// The function of a tape, if it is a chain from its first input to its only result.
    pub(super) fn new<T: Real>(tape: &Tape<T>) -> Option<Chain> {
        let mut links = vec![];
        let mut current: Register = 0;
        for (code, sources, target) in tape.steps() {
            let is_other = |register: Register| register != 0 && (register as usize) < tape.fixed();
            let (other, turned) = match *sources {
                [a] if a == current => (None, false),
                [a, b] if a == current && is_other(b) => (Some(b), false),
                [a, b] if b == current && is_other(a) => (Some(a), true),
                _ => return None,
            };
            if !is_light(code) || links.len() == MOST {
                return None;
            }
            links.push(Link { code, other, turned });
            current = target;
        }
        (tape.result_registers() == [current]).then_some(Chain { links })
    }

    /// Whether the inputs of a call give a single number for each row.
    pub(super) fn suits<T: Real>(&self, call: &Call<'_, T>) -> bool {
        let input = |link: &Link| call.inputs.get((link.other? as usize).checked_sub(1)?);
        self.links.iter().filter_map(input).all(|input| input.column_step == 0 || call.fused.sizes.columns == 1)
    }

    /// The room for the numbers of so many rows.
    pub(super) const fn room(rows: usize) -> usize {
        MOST * rows
    }

    /// Brings the numbers of some rows into a room, those of each step one after the other.
    ///
    /// # Safety
    /// The inputs of the call, which start where `start` says, can be read, and the room is large enough.
    pub(super) unsafe fn bring<T: Real>(
        &self,
        call: &Call<'_, T>,
        start: impl Fn(usize) -> *const T,
        (first, count): (usize, usize),
        room: *mut T,
    ) {
        for (place, link) in self.links.iter().enumerate() {
            let Some(other) = link.other.map(|other| other as usize) else { continue };
            let constant = other.checked_sub(call.fused.tape.inputs()).map(|place| call.fused.tape.constant(place));
            for row in 0..count {
                // SAFETY: the caller's promise.
                unsafe {
                    let number = constant.unwrap_or_else(|| {
                        let step = call.inputs[other - 1].row_step;
                        start(other - 1).wrapping_offset(step * (first + row) as isize).read()
                    });
                    room.add(place * count + row).write(number);
                }
            }
        }
    }
}

/// A block of products to which a chain is applied.
pub(super) struct Ending<'a, T> {
    pub(super) chain: &'a Chain,
    /// What [`Chain::bring`] has brought.
    pub(super) numbers: *const T,
    /// The first product, and the step to the next row. Vectors can be read as a whole.
    pub(super) from: *const T,
    pub(super) from_step: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Where results belong.
    pub(super) to: *mut T,
    pub(super) to_step: isize,
}

impl<T: Real> Work<T> for Ending<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        for row in 0..self.rows {
            let from = self.from.wrapping_add(row * self.from_step);
            let to = self.to.wrapping_offset(row as isize * self.to_step);
            let mut column = 0;
            // SAFETY: the caller says that the products and the room for results are there, and that the processor has the
            // instructions.
            unsafe {
                while column + 4 * L::WIDTH <= self.columns {
                    let values = self.several::<L, 4>(row, from.add(column));
                    for (place, value) in values.into_iter().enumerate() {
                        value.store(to.add(column + place * L::WIDTH));
                    }
                    column += 4 * L::WIDTH;
                }
                while column < self.columns {
                    let [value] = self.several::<L, 1>(row, from.add(column));
                    match self.columns - column {
                        left if left < L::WIDTH => value.store_first(to.add(column), left),
                        _ => value.store(to.add(column)),
                    }
                    column += L::WIDTH;
                }
            }
        }
    }
}

impl<T: Real> Ending<'_, T> {
    /// The results for some vectors of a row.
    ///
    /// # Safety
    /// The vectors can be read, and the processor has the instructions.
    #[inline(always)]
    unsafe fn several<L: Lanes<Real = T>, const COUNT: usize>(&self, row: usize, from: *const T) -> [L; COUNT] {
        // SAFETY: the caller's promise.
        unsafe {
            let zero = L::splat(T::ZERO);
            let mut values = [zero; COUNT];
            for (place, value) in values.iter_mut().enumerate() {
                *value = L::load(from.add(place * L::WIDTH));
            }
            for (place, link) in self.chain.links.iter().enumerate() {
                let other = match link.other {
                    Some(_) => L::splat(*self.numbers.add(place * self.rows + row)),
                    None => zero,
                };
                apply(link, &mut values, other);
            }
            values
        }
    }
}

/// Makes the codes of which chains are made, each as a function of two vectors.
macro_rules! light {
    ($($pattern:pat, $a:ident $b:ident: $value:expr;)*) => {
        fn is_light(code: Code) -> bool {
            match code {
                $($pattern => true,)*
                _ => false,
            }
        }

        #[inline(always)]
        fn apply<L: Lanes, const COUNT: usize>(link: &Link, values: &mut [L; COUNT], other: L) {
            match link.code {
                $($pattern => {
                    for value in values {
                        let ($a, $b) = if link.turned { (other, *value) } else { (*value, other) };
                        *value = $value;
                    }
                })*
                _ => {}
            }
        }
    };
}

light!(
    Code::Add, a b: a.add(b);
    Code::Subtract, a b: a.subtract(b);
    Code::Multiply, a b: a.multiply(b);
    Code::Divide, a b: a.divide(b);
    Code::Larger, a b: larger(a, b);
    Code::Smaller, a b: smaller(a, b);
    Code::Largest, a b: largest(a, b);
    Code::Smallest, a b: smallest(a, b);
    Code::Negate, a _b: a.multiply(a.constant(L::Real::MINUS_ONE));
    Code::Square, a _b: a.multiply(a);
    Code::Absolute, a _b: a.absolute();
    Code::SquareRoot, a _b: a.square_root();
    Code::PositivePart, a _b: positive_part(a);
);

//! Sums, products and largest elements of runs.

use crate::lanes::{Lanes, Work};
use crate::real::Real;

/// How the elements of a run are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// The sum, in several partial sums.
    Sum,
    /// The product, in several partial products.
    Product,
    /// The largest element; what is not a number counts as larger than all.
    Largest,
    /// The smallest element; what is not a number counts as smaller than all.
    Smallest,
}

impl Combine {
    /// The value for no elements.
    pub fn nothing<T: Real>(self) -> T {
        match self {
            Combine::Sum => T::ZERO,
            Combine::Product => T::ONE,
            Combine::Largest => T::NEGATIVE_INFINITY,
            Combine::Smallest => T::INFINITY,
        }
    }

    /// Two vectors as one.
    #[inline(always)]
    pub(crate) fn of<L: Lanes>(self, a: L, b: L) -> L {
        match self {
            Combine::Sum => a.add(b),
            Combine::Product => a.multiply(b),
            Combine::Largest => L::select(a.is_equal(a), a.larger(b), a),
            Combine::Smallest => L::select(a.is_equal(a), a.smaller(b), a),
        }
    }
}

/// Combines the elements of a run to one.
pub fn combine<T: Real>(kind: Combine, run: &[T]) -> T {
    T::combine(Run { kind, run })
}

/// Combines each element of `sums` with the corresponding one of `run`.
///
/// # Panics
/// When the lengths differ.
pub fn combine_each<T: Real>(kind: Combine, sums: &mut [T], run: &[T]) {
    assert_eq!(sums.len(), run.len(), "runs of different lengths");
    T::combine_each(Each { kind, sums, run });
}

pub struct Run<'a, T> {
    kind: Combine,
    run: &'a [T],
}

impl<T: Real> Work<T> for Run<'_, T> {
    type Output = T;

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) -> T {
        match self.kind {
            // SAFETY: the caller's promise; the kind is a constant in each version.
            Combine::Sum => unsafe { across::<L>(Combine::Sum, self.run) },
            // SAFETY: as above.
            Combine::Product => unsafe { across::<L>(Combine::Product, self.run) },
            // SAFETY: as above.
            Combine::Largest => unsafe { across::<L>(Combine::Largest, self.run) },
            // SAFETY: as above.
            Combine::Smallest => unsafe { across::<L>(Combine::Smallest, self.run) },
        }
    }
}

/// Four partial results, which are combined at the end.
///
/// # Safety
/// The processor has the instructions.
#[inline(always)]
pub(crate) unsafe fn across<L: Lanes>(kind: Combine, run: &[L::Real]) -> L::Real {
    // SAFETY: the caller says that the processor has the instructions; only elements of the run are read.
    unsafe {
        let mut partial = [L::splat(kind.nothing()); 4];
        let mut place = 0;
        while place + 4 * L::WIDTH <= run.len() {
            for (k, partial) in partial.iter_mut().enumerate() {
                *partial = kind.of(*partial, L::load(run.as_ptr().add(place + k * L::WIDTH)));
            }
            place += 4 * L::WIDTH;
        }
        while place + L::WIDTH <= run.len() {
            partial[0] = kind.of(partial[0], L::load(run.as_ptr().add(place)));
            place += L::WIDTH;
        }
        let [a, b, c, d] = partial;
        let all = kind.of(kind.of(a, b), kind.of(c, d));
        let mut elements = [<L::Real as Real>::ZERO; 16];
        all.store(elements.as_mut_ptr());
        let mut folded = Single::new(kind, elements[0]);
        elements[1..L::WIDTH].iter().for_each(|element| folded.with(*element));
        run[place..].iter().for_each(|element| folded.with(*element));
        folded.value
    }
}

pub struct Each<'a, T> {
    kind: Combine,
    sums: &'a mut [T],
    run: &'a [T],
}

impl<T: Real> Work<T> for Each<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        let mut place = 0;
        // SAFETY: the caller says that the processor has the instructions; both runs have the same length.
        unsafe {
            while place + L::WIDTH <= self.run.len() {
                let to = self.sums.as_mut_ptr().add(place);
                self.kind.of(L::load(to), L::load(self.run.as_ptr().add(place))).store(to);
                place += L::WIDTH;
            }
        }
        for (sum, element) in self.sums[place..].iter_mut().zip(&self.run[place..]) {
            let mut folded = Single::new(self.kind, *sum);
            folded.with(*element);
            *sum = folded.value;
        }
    }
}

/// Combines two numbers.
#[inline(always)]
pub(crate) fn join<T: Real>(kind: Combine, value: T, element: T) -> T {
    let mut folded = Single::new(kind, value);
    folded.with(element);
    folded.value
}

/// One element after the other.
struct Single<T> {
    kind: Combine,
    value: T,
}

impl<T: Real> Single<T> {
    #[inline(always)]
    fn new(kind: Combine, value: T) -> Single<T> {
        Single { kind, value }
    }

    #[inline(always)]
    fn with(&mut self, element: T) {
        let is_number = |x: T| x.partial_cmp(&x).is_some();
        let replaces = |better: bool| is_number(self.value) && (better || !is_number(element));
        match self.kind {
            Combine::Sum => self.value += element,
            Combine::Product => self.value = self.value * element,
            Combine::Largest if replaces(element > self.value) => self.value = element,
            Combine::Smallest if replaces(element < self.value) => self.value = element,
            Combine::Largest | Combine::Smallest => {}
        }
    }
}

//! Several vectors as a long one, whose operations are done in turn: those of a long chain of one vector wait for each other,
//! and a processor does not look far enough ahead to find as many others as it could do meanwhile.

use super::{Lanes, Work};
use crate::real::Real;

/// So many vectors.
#[derive(Clone, Copy)]
pub(crate) struct Several<L, const COUNT: usize>([L; COUNT]);

/// Methods that do to each vector what the method of the same name does.
macro_rules! each {
    ($($method:ident($($other:ident),*);)*) => {
        $(#[inline(always)]
        fn $method(self $(, $other: Self)*) -> Self {
            let mut all = self.0;
            for place in 0..COUNT {
                all[place] = all[place].$method($($other.0[place]),*);
            }
            Several(all)
        })*
    };
    (mask: $($method:ident)*) => {
        $(#[inline(always)]
        fn $method(self, other: Self) -> Self::Mask {
            let mut all = [self.0[0].$method(other.0[0]); COUNT];
            for (place, mask) in all.iter_mut().enumerate().skip(1) {
                *mask = self.0[place].$method(other.0[place]);
            }
            all
        })*
    };
}

impl<L: Lanes, const COUNT: usize> Lanes for Several<L, COUNT> {
    type Real = L::Real;
    type Mask = [L::Mask; COUNT];
    const WIDTH: usize = COUNT * L::WIDTH;
    const PANEL: usize = 1;

    unsafe fn enter<W: Work<L::Real>>(work: W) -> W::Output {
        // SAFETY: the caller's promise.
        unsafe { L::enter(work) }
    }

    #[inline(always)]
    unsafe fn splat(value: L::Real) -> Self {
        // SAFETY: the caller's promise.
        Several([unsafe { L::splat(value) }; COUNT])
    }

    #[inline(always)]
    unsafe fn load(from: *const L::Real) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            let mut all = [L::load(from); COUNT];
            for (place, vector) in all.iter_mut().enumerate().skip(1) {
                *vector = L::load(from.add(place * L::WIDTH));
            }
            Several(all)
        }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const L::Real, count: usize) -> Self {
        // SAFETY: the caller's promise; what is read lies before `count`.
        unsafe {
            let mut all = [L::splat(L::Real::ZERO); COUNT];
            for (place, vector) in all.iter_mut().enumerate() {
                let start = place * L::WIDTH;
                if start + L::WIDTH <= count {
                    *vector = L::load(from.add(start));
                } else if start < count {
                    *vector = L::load_first(from.add(start), count - start);
                }
            }
            Several(all)
        }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut L::Real) {
        for (place, vector) in self.0.into_iter().enumerate() {
            // SAFETY: the caller's promise.
            unsafe { vector.store(to.add(place * L::WIDTH)) };
        }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut L::Real, count: usize) {
        for (place, vector) in self.0.into_iter().enumerate() {
            let start = place * L::WIDTH;
            // SAFETY: the caller's promise; what is written lies before `count`.
            unsafe {
                if start + L::WIDTH <= count {
                    vector.store(to.add(start));
                } else if start < count {
                    vector.store_first(to.add(start), count - start);
                }
            }
        }
    }

    each!(
        add(other);
        subtract(other);
        multiply(other);
        divide(other);
        multiply_add(factor, summand);
        fused(factor, summand);
        fused_from(factor, summand);
        square_root();
        absolute();
        larger(other);
        smaller(other);
        floor();
        ceiling();
        round();
        truncate();
        copy_sign(other);
        negate_odd(integer);
        scale(exponent);
        power_of_raised();
    );
    each!(mask: is_less is_at_most is_equal);

    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        let mut all = yes;
        for (place, vector) in all.0.iter_mut().enumerate() {
            *vector = L::select(mask[place], *vector, no.0[place]);
        }
        all
    }

    #[inline(always)]
    fn all(mask: Self::Mask) -> bool {
        let mut holds = true;
        for mask in mask {
            holds &= L::all(mask);
        }
        holds
    }

    #[inline(always)]
    fn split(self) -> (Self, Self) {
        let (mut exponents, mut fractions) = (self, self);
        for place in 0..COUNT {
            (exponents.0[place], fractions.0[place]) = self.0[place].split();
        }
        (exponents, fractions)
    }

    #[inline(always)]
    fn interleave(self, _: Self) -> (Self, Self) {
        unreachable!("only functions of each number alone are computed on several vectors")
    }

    #[inline(always)]
    fn part(self, _: Self) -> (Self, Self) {
        unreachable!("only functions of each number alone are computed on several vectors")
    }
}

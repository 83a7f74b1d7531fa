//! Numbers one by one: the reference, and the version for processors without wide vectors.

use super::{Lanes, Work};

/// A single number as a vector.
#[derive(Clone, Copy)]
pub struct Plain<T>(T);

macro_rules! plain {
    ($real:ty, $bits:ty, $mantissa:literal, $bias:literal) => {
        impl Lanes for Plain<$real> {
            type Real = $real;
            type Mask = bool;
            const WIDTH: usize = 1;
            const PANEL: usize = 4;

            unsafe fn enter<W: Work<$real>>(work: W) -> W::Output {
                // SAFETY: plain lanes need no particular instructions.
                unsafe { work.run::<Self>() }
            }
            #[inline(always)]
            unsafe fn splat(value: $real) -> Self {
                Plain(value)
            }
            #[inline(always)]
            unsafe fn load(from: *const $real) -> Self {
                // SAFETY: one number can be read.
                Plain(unsafe { from.read() })
            }
            #[inline(always)]
            unsafe fn load_first(_: *const $real, _: usize) -> Self {
                Plain(0.0)
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $real) {
                // SAFETY: one number can be written.
                unsafe { to.write(self.0) }
            }
            #[inline(always)]
            unsafe fn store_first(self, _: *mut $real, _: usize) {}
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                Plain(self.0 + other.0)
            }
            #[inline(always)]
            fn subtract(self, other: Self) -> Self {
                Plain(self.0 - other.0)
            }
            #[inline(always)]
            fn multiply(self, other: Self) -> Self {
                Plain(self.0 * other.0)
            }
            #[inline(always)]
            fn divide(self, other: Self) -> Self {
                Plain(self.0 / other.0)
            }
            #[inline(always)]
            fn multiply_add(self, factor: Self, summand: Self) -> Self {
                Plain(self.0 * factor.0 + summand.0)
            }
            #[inline(always)]
            fn fused(self, factor: Self, summand: Self) -> Self {
                Plain(self.0.mul_add(factor.0, summand.0))
            }
            #[inline(always)]
            fn fused_from(self, factor: Self, summand: Self) -> Self {
                Plain((-self.0).mul_add(factor.0, summand.0))
            }
            #[inline(always)]
            fn square_root(self) -> Self {
                Plain(self.0.sqrt())
            }
            #[inline(always)]
            fn absolute(self) -> Self {
                Plain(self.0.abs())
            }
            #[inline(always)]
            fn larger(self, other: Self) -> Self {
                if self.0 > other.0 { self } else { other }
            }
            #[inline(always)]
            fn smaller(self, other: Self) -> Self {
                if self.0 < other.0 { self } else { other }
            }
            #[inline(always)]
            fn floor(self) -> Self {
                Plain(self.0.floor())
            }
            #[inline(always)]
            fn ceiling(self) -> Self {
                Plain(self.0.ceil())
            }
            #[inline(always)]
            fn round(self) -> Self {
                Plain(self.0.round_ties_even())
            }
            #[inline(always)]
            fn truncate(self) -> Self {
                Plain(self.0.trunc())
            }
            #[inline(always)]
            fn is_less(self, other: Self) -> bool {
                self.0 < other.0
            }
            #[inline(always)]
            fn is_at_most(self, other: Self) -> bool {
                self.0 <= other.0
            }
            #[inline(always)]
            fn is_equal(self, other: Self) -> bool {
                self.0 == other.0
            }
            #[inline(always)]
            fn select(mask: bool, yes: Self, no: Self) -> Self {
                if mask { yes } else { no }
            }
            #[inline(always)]
            fn all(mask: bool) -> bool {
                mask
            }
            #[inline(always)]
            fn copy_sign(self, other: Self) -> Self {
                Plain(self.0.copysign(other.0))
            }
            #[inline(always)]
            fn negate_odd(self, integer: Self) -> Self {
                if integer.0 as i64 & 1 == 0 { self } else { Plain(-self.0) }
            }
            /// In two halves, each of which is a normal power of two.
            #[inline(always)]
            fn scale(self, exponent: Self) -> Self {
                let power = |exponent: $real| <$real>::from_bits(((exponent as i64 + $bias) as $bits) << $mantissa);
                let half = (exponent.0 * 0.5).floor();
                Plain(self.0 * power(half) * power(exponent.0 - half))
            }
            #[inline(always)]
            fn power_of_raised(self) -> Self {
                Plain(<$real>::from_bits((self.0.to_bits() << $mantissa).wrapping_add((1.0 as $real).to_bits())))
            }
            #[inline(always)]
            fn split(self) -> (Self, Self) {
                let bits = self.0.to_bits();
                let exponent = (bits >> $mantissa) as i64 - $bias;
                let fraction = bits & ((1 << $mantissa) - 1);
                (Plain(exponent as $real), Plain(<$real>::from_bits(fraction | (1.0 as $real).to_bits())))
            }
            #[inline(always)]
            fn interleave(self, other: Self) -> (Self, Self) {
                (self, other)
            }
            #[inline(always)]
            fn part(self, other: Self) -> (Self, Self) {
                (self, other)
            }
        }
    };
}

plain!(f32, u32, 23, 127);
plain!(f64, u64, 52, 1023);

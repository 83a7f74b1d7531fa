//! The error function and its complement.

use super::exponential::exponential_minus_one_reduced;
use super::{Coefficients as _, polynomial};
use crate::lanes::Lanes;
use crate::real::Real;

/// The error function.
#[inline(always)]
pub(crate) fn error_function<L: Lanes>(x: L) -> L {
    let (one, size) = (x.constant(L::Real::ONE), x.absolute());
    let large = one.subtract(complement(size));
    L::select(one.is_less(size), large, central(size)).copy_sign(x)
}

/// Its difference from 1.
#[inline(always)]
pub(crate) fn complementary_error_function<L: Lanes>(x: L) -> L {
    let (zero, one, size) = (x.constant(L::Real::ZERO), x.constant(L::Real::ONE), x.absolute());
    let far = complement(size);
    let far = L::select(x.is_less(zero), x.constant(L::Real::TWO).subtract(far), far);
    let near = one.subtract(central(size).copy_sign(x));
    L::select(x.constant(L::Real::COMPLEMENT_BEGIN).is_less(size), far, near)
}

/// The error function of numbers between 0 and 1.
#[inline(always)]
fn central<L: Lanes>(size: L) -> L {
    size.fused(polynomial(size.multiply(size), L::Real::ERROR_FUNCTION), size)
}

/// The difference from 1 for large numbers, by `e^-(x^2)`.
#[inline(always)]
fn complement<L: Lanes>(size: L) -> L {
    let (zero, one) = (size.constant(L::Real::ZERO), size.constant(L::Real::ONE));
    let size = size.constant(L::Real::COMPLEMENT_END).smaller(size);
    // What the square has lost is added to the exponent.
    let square = size.multiply(size);
    let minus = zero.subtract(size);
    let lost = minus.fused(size, square);
    let (n, [less_one, less_one_low]) = exponential_minus_one_reduced(zero.subtract(square), lost);
    let centre = size.constant(L::Real::COMPLEMENT_CENTRE);
    let u = size.subtract(centre).divide(size.add(centre));
    let first = size.constant(L::Real::COMPLEMENT[0]);
    let others = polynomial(u, &L::Real::COMPLEMENT[1..]);
    let factor = u.fused(others, first);
    let factor_low = u.fused(others, first.subtract(factor));
    // The factor divided by 1 + 2 size, and what that loses.
    let twice = size.add(size);
    let divisor = twice.add(one);
    let inverse = one.divide(divisor);
    let quotient = factor.multiply(inverse);
    let minus = zero.subtract(quotient);
    // Of the sum of 1 and twice the size, whichever is larger.
    let larger = one.larger(twice);
    let sum_low = one.smaller(twice).subtract(divisor.subtract(larger));
    let lost = minus.fused(sum_low, factor_low);
    let missing = minus.fused(divisor, factor).add(lost).multiply(inverse);
    quotient.add(less_one.fused(quotient, less_one_low.fused(quotient, missing))).scale(n)
}

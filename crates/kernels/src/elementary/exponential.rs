//! Exponentials, the hyperbolic tangent and the logistic sigmoid.

use super::{Coefficients as _, polynomial, quotient};
use crate::lanes::Lanes;
use crate::real::Real;

/// `x + low = n log 2 + r`, where `low` is small: the integer n, and `e^r - 1` as a sum of two numbers.
#[inline(always)]
pub(super) fn exponential_minus_one_reduced<L: Lanes>(x: L, low: L) -> (L, [L; 2]) {
    let (n, first) = reduced(clamped(x));
    let r = first.add(low);
    let low = low.subtract(r.subtract(first));
    let rest = r.multiply(r).fused(polynomial(r, L::Real::EXPONENTIAL), low);
    let less_one = r.add(rest);
    (n, [less_one, rest.subtract(less_one.subtract(r))])
}

/// `x = n log 2 + r`: the integer n, and `e^r - 1`.
#[inline(always)]
fn reduce<L: Lanes>(x: L) -> (L, L) {
    let (n, r) = reduced(x);
    (n, r.multiply(r).fused(polynomial(r, L::Real::EXPONENTIAL), r))
}

/// `x = n log 2 + r`: the integer n and r.
#[inline(always)]
fn reduced<L: Lanes>(x: L) -> (L, L) {
    let n = x.multiply(x.constant(L::Real::LOG_2_E)).round();
    let minus = x.constant(L::Real::ZERO).subtract(n);
    let high = minus.fused(x.constant(L::Real::LN_2_HIGH), x);
    (n, minus.fused(x.constant(L::Real::LN_2_LOW), high))
}

/// `x`, but within the limits between which exponentials differ from 0 and infinity.
#[inline(always)]
pub(super) fn clamped<L: Lanes>(x: L) -> L {
    x.constant(L::Real::EXPONENTIAL_SMALLEST).larger(x.constant(L::Real::EXPONENTIAL_LARGEST).smaller(x))
}

/// `e^x`.
#[inline(always)]
pub(crate) fn exponential<L: Lanes>(x: L) -> L {
    let (n, less_one) = reduce(clamped(x));
    less_one.add(x.constant(L::Real::ONE)).scale(n)
}

/// `e^x - 1`, accurate for small x.
#[inline(always)]
pub(crate) fn exponential_minus_one<L: Lanes>(x: L) -> L {
    let one = x.constant(L::Real::ONE);
    let (n, less_one) = reduce(clamped(x));
    let small = less_one.scale(n).add(one.scale(n).subtract(one));
    // For large exponents the power of two may be infinite although the result is not.
    let large = less_one.add(one).scale(n).subtract(one);
    let value = L::select(x.constant(L::Real::TWO).is_less(x), large, small);
    // The smallest numbers are their own values; so is a negative zero.
    L::select(x.absolute().is_less(x.constant(L::Real::SMALLEST_NORMAL)), x, value)
}

/// The hyperbolic tangent.
#[inline(always)]
pub(crate) fn hyperbolic_tangent<L: Lanes>(x: L) -> L {
    let (zero, one, two) = (x.constant(L::Real::ZERO), x.constant(L::Real::ONE), x.constant(L::Real::TWO));
    let (n, less_one) = reduce(clamped(x.absolute().multiply(x.constant(L::Real::MINUS_TWO))));
    // With e = exp(-2 |x|) - 1 it is -e/(2 + e), or where that is large 1 - 2 (1 + e)/(2 + e), in which errors of the
    // quotient count less.
    let power = less_one.add(one).scale(n);
    let e = less_one.scale(n).add(one.scale(n).subtract(one));
    let is_large = power.is_less(x.constant(L::Real::QUARTER));
    let quotient = L::select(is_large, power.add(power), zero.subtract(e)).divide(two.add(e));
    let size = L::select(is_large, one.subtract(quotient), quotient);
    let signed = L::select(x.is_less(zero), zero.subtract(size), size);
    L::select(x.absolute().is_less(x.constant(L::Real::SMALLEST_NORMAL)), x, signed)
}

/// `1/(1 + e^-x)`, accurate also where it is small.
#[inline(always)]
pub(crate) fn logistic_sigmoid<L: Lanes>(x: L) -> L {
    let (zero, one) = (x.constant(L::Real::ZERO), x.constant(L::Real::ONE));
    let e = exponential(zero.subtract(x.absolute()));
    let sum = one.add(e);
    quotient([L::select(x.is_less(zero), e, one), zero], [sum, e.subtract(sum.subtract(one))])
}

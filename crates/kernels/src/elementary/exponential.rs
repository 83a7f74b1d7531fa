//! Exponentials, the hyperbolic tangent and secant, and the logistic sigmoid.

use super::{Coefficients as _, polynomial};
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
    (n, less_one(r))
}

/// `e^r - 1` for small r.
#[inline(always)]
fn less_one<L: Lanes>(r: L) -> L {
    r.multiply(r).fused(polynomial(r, L::Real::EXPONENTIAL), r)
}

/// `x = n log 2 + r`: the integer n and r.
#[inline(always)]
fn reduced<L: Lanes>(x: L) -> (L, L) {
    let n = raised(x).subtract(x.constant(L::Real::RAISED));
    (n, n.fused_from(x.constant(L::Real::LN_2_LOW), n.fused_from(x.constant(L::Real::LN_2_HIGH), x)))
}

/// `n + RAISED`, where n is the integer next to `x/log 2`.
#[inline(always)]
fn raised<L: Lanes>(x: L) -> L {
    x.fused(x.constant(L::Real::LOG_2_E), x.constant(L::Real::RAISED))
}

/// `-|x|`
#[inline(always)]
fn negative<L: Lanes>(x: L) -> L {
    x.copy_sign(x.constant(L::Real::MINUS_ONE))
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
    let one = x.constant(L::Real::ONE);
    let half = negative(x);
    // Where the exponential does not count any more, it need not be smaller.
    let twice = x.constant(L::Real::EXPONENTIAL_NEGLIGIBLE).larger(half.add(half));
    let (_, r) = reduced(twice);
    let (power, less_one) = (raised(twice).power_of_raised(), less_one(r));
    // -e/(1 + (1 + e)), where e = exp(-2 |x|) - 1.
    let e = less_one.fused(power, power.subtract(one));
    e.divide(one.add(less_one.fused(power, power))).copy_sign(x)
}

/// The hyperbolic secant, `2 e/(1 + e^2)` with `e = e^-|x|`: the tail is exact where e is too small for its digits.
#[inline(always)]
pub(crate) fn hyperbolic_secant<L: Lanes>(x: L) -> L {
    let one = x.constant(L::Real::ONE);
    let smallest = x.constant(L::Real::EXPONENTIAL_SMALLEST).subtract(one);
    let (n, less_one) = reduce(smallest.larger(negative(x)));
    let twice = less_one.add(one).scale(n.add(one));
    let half = x.constant(L::Real::HALF).multiply(twice);
    twice.divide(half.fused(half, one))
}

/// `1/(1 + e^-x)`, accurate also where it is small.
#[inline(always)]
pub(crate) fn logistic_sigmoid<L: Lanes>(x: L) -> L {
    let one = x.constant(L::Real::ONE);
    let (n, less_one) = reduce(x.constant(L::Real::EXPONENTIAL_SMALLEST).larger(negative(x)));
    let e = less_one.add(one).scale(n);
    // What is lost in the sum, and in the product with its inverse, is made good, so that one rounding counts.
    let sum = one.add(e);
    let lost = e.subtract(sum.subtract(one));
    let numerator = L::select(x.is_less(x.constant(L::Real::ZERO)), e, one);
    let inverse = one.divide(sum);
    let first = numerator.multiply(inverse);
    let missing = first.fused_from(lost, first.fused_from(sum, numerator));
    missing.fused(inverse, first)
}

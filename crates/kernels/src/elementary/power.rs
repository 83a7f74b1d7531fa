//! Powers: exponentials of products with logarithms, for which these have twice the digits.

use super::exponential::{clamped, exponential_minus_one_reduced};
use super::logarithm::reduced;
use super::{Coefficients as _, polynomial};
use crate::lanes::Lanes;
use crate::real::Real;

/// `x^y`. Negative numbers have powers with integers; everything to the power of 0, and 1 to any power, is 1.
#[inline(always)]
pub(crate) fn power<L: Lanes>(x: L, y: L) -> L {
    let (zero, one) = (x.constant(L::Real::ZERO), x.constant(L::Real::ONE));
    let infinity = x.constant(L::Real::INFINITY);
    let size = x.absolute();
    let (high, low) = precise_logarithm(size);
    let product = y.multiply(high);
    let exponent = clamped(product);
    let lost = y.fused(high, zero.subtract(product)).add(y.multiply(low));
    // Where powers are 0 or infinite it does not count what was lost.
    let lost = L::select(exponent.is_equal(product), lost, zero);
    let (n, [less_one, _]) = exponential_minus_one_reduced(exponent, lost);
    let value = less_one.add(one).scale(n);
    // Of 0 and infinity, whose logarithms are not computed.
    let falls = y.is_less(zero);
    let value = L::select(size.is_equal(zero), L::select(falls, infinity, zero), value);
    let value = L::select(size.is_equal(infinity), L::select(falls, zero, infinity), value);
    // 1 and -1 to an infinite power; what is not a number.
    let value = L::select(size.is_equal(one), one, value);
    let value = L::select(x.is_equal(x), value, x);
    let value = L::select(y.is_equal(y), value, y);
    // The sign.
    let half = y.multiply(x.constant(L::Real::HALF));
    let is_integer = y.truncate().is_equal(y);
    let no_number = L::select(is_integer, value, L::select(size.is_less(infinity), zero.divide(zero), value));
    let value = L::select(x.is_less(zero), no_number, value);
    let odd = L::select(half.truncate().is_equal(half), value, value.copy_sign(x));
    let value = L::select(is_integer, odd, value);
    let value = L::select(y.is_equal(zero), one, value);
    L::select(x.is_equal(one), one, value)
}

/// The logarithm of a positive finite number as a sum of two numbers.
#[inline(always)]
fn precise_logarithm<L: Lanes>(x: L) -> (L, L) {
    let (zero, one, two) = (x.constant(L::Real::ZERO), x.constant(L::Real::ONE), x.constant(L::Real::TWO));
    let (n, f) = reduced(x);
    // s = f/(2 + f), of which f is exact.
    let divisor = two.add(f);
    let divisor_low = f.subtract(divisor.subtract(two));
    let inverse = one.divide(divisor);
    let s = f.multiply(inverse);
    let minus = zero.subtract(s);
    let s_low = minus.fused(divisor_low, minus.fused(divisor, f)).multiply(inverse);
    // The square and the cube of s.
    let z = s.multiply(s);
    let z_low = s.add(s).fused(s_low, s.fused(s, zero.subtract(z)));
    let cube = s.multiply(z);
    let cube_low = s.fused(z, zero.subtract(cube)).add(s.fused(z_low, s_low.multiply(z)));
    // 2 s + s^3 (2/3 + z q).
    let [third, third_low] = L::Real::TWO_THIRDS;
    let (third, third_low) = (x.constant(third), x.constant(third_low));
    let rest = z.multiply(polynomial(z, L::Real::PRECISE_LOGARITHM));
    let (factor, factor_low) = sum(third, rest);
    let factor_low = factor_low.add(third_low);
    let term = cube.multiply(factor);
    let term_low = cube.fused(factor, zero.subtract(term)).add(cube.fused(factor_low, cube_low.multiply(factor)));
    let (log, log_low) = sum(s.add(s), term);
    let log_low = log_low.add(term_low.add(s_low.add(s_low)));
    // n log 2, whose first part is exact.
    let (high, low) = sum(n.multiply(x.constant(L::Real::LN_2_HIGH)), log);
    let low = low.add(n.fused(x.constant(L::Real::LN_2_LOW), log_low));
    sum(high, low)
}

/// The sum of two numbers, of which the second is the smaller one or the first is 0, and what is lost of it.
#[inline(always)]
fn sum<L: Lanes>(large: L, small: L) -> (L, L) {
    let sum = large.add(small);
    (sum, small.subtract(sum.subtract(large)))
}

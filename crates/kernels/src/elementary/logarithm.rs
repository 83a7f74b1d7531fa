//! Logarithms.

use super::exponential::exponential;
use super::{Coefficients as _, polynomial};
use crate::lanes::Lanes;
use crate::real::Real;

/// A positive finite number x as 2^n (1 + f), with 1 + f between Sqrt[1/2] and Sqrt[2]: n and f, which is exact.
#[inline(always)]
pub(super) fn reduced<L: Lanes>(x: L) -> (L, L) {
    let (zero, one) = (x.constant(L::Real::ZERO), x.constant(L::Real::ONE));
    let tiny = x.is_less(x.constant(L::Real::SMALLEST_NORMAL));
    let raised = L::select(tiny, x.multiply(x.constant(L::Real::RAISE)), x);
    let lowered = L::select(tiny, x.constant(L::Real::RAISE_EXPONENT), zero);
    let (exponent, mantissa) = raised.split();
    let large = x.constant(L::Real::SQRT_2).is_less(mantissa);
    let mantissa = L::select(large, mantissa.multiply(x.constant(L::Real::HALF)), mantissa);
    let n = L::select(large, exponent.add(one), exponent).subtract(lowered);
    (n, mantissa.subtract(one))
}

/// The natural logarithm.
#[inline(always)]
pub(crate) fn logarithm<L: Lanes>(x: L) -> L {
    let zero = x.constant(L::Real::ZERO);
    let (n, f) = reduced(x);
    // log(1 + f) = f - s (f - s^2 p), where s = f/(2 + f).
    let s = f.divide(f.add(x.constant(L::Real::TWO)));
    let z = s.multiply(s);
    let inner = f.subtract(z.multiply(polynomial(z, L::Real::LOGARITHM)));
    let minus = zero.subtract(s);
    let low = minus.fused(inner, n.multiply(x.constant(L::Real::LN_2_LOW)));
    let value = n.fused(x.constant(L::Real::LN_2_HIGH), f.add(low));
    let value = L::select(x.is_less(x.constant(L::Real::INFINITY)), value, x);
    let value = L::select(x.is_equal(zero), x.constant(L::Real::NEGATIVE_INFINITY), value);
    L::select(x.is_less(zero), zero.divide(zero), value)
}

/// `log(1 + x)`, accurate for small x.
#[inline(always)]
pub(crate) fn logarithm_of_one_plus<L: Lanes>(x: L) -> L {
    let one = x.constant(L::Real::ONE);
    let sum = one.add(x);
    // What the sum has lost, as a first-order correction.
    let lost = x.subtract(sum.subtract(one));
    let value = logarithm(sum);
    let mended = value.add(lost.divide(sum));
    let finite = sum.is_less(x.constant(L::Real::INFINITY));
    let value = L::select(finite, L::select(x.constant(L::Real::ZERO).is_less(sum), mended, value), value);
    L::select(x.absolute().is_less(x.constant(L::Real::SMALLEST_NORMAL)), x, value)
}

/// `log(1 + e^x)`, for numbers of any size.
#[inline(always)]
pub(crate) fn softplus<L: Lanes>(x: L) -> L {
    let zero = x.constant(L::Real::ZERO);
    let rest = logarithm_of_one_plus(exponential(zero.subtract(x.absolute())));
    L::select(x.is_less(zero), zero, x).add(rest)
}

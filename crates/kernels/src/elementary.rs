//! Elementary functions of vectors, without branches and without the system's library.
//!
//! Their errors are at most 2 units in the last place, those of the hyperbolic tangent 2.5, on all processors; the tests
//! compare them densely with functions of higher precision.

use crate::lanes::Lanes;
use crate::real::Real;
use crate::real::sealed::Numbers;

/// A polynomial, from the coefficients of ascending powers.
#[inline(always)]
fn polynomial<L: Lanes>(x: L, coefficients: &'static [L::Real]) -> L {
    // A plain loop over a constant, which is unrolled.
    let mut place = coefficients.len() - 1;
    let mut sum = x.constant(coefficients[place]);
    while place > 0 {
        place -= 1;
        sum = sum.multiply_add(x, x.constant(coefficients[place]));
    }
    sum
}

/// `x = n log 2 + r`: the integer n, and `e^r - 1`.
#[inline(always)]
fn reduce<L: Lanes>(x: L) -> (L, L) {
    let n = x.multiply(x.constant(L::Real::LOG_2_E)).round();
    let minus = x.constant(L::Real::ZERO).subtract(n);
    let high = minus.multiply_add(x.constant(L::Real::LN_2_HIGH), x);
    let r = minus.multiply_add(x.constant(L::Real::LN_2_LOW), high);
    (n, r.multiply(r).multiply_add(polynomial(r, L::Real::EXPONENTIAL), r))
}

/// `x`, but within the limits between which exponentials differ from 0 and infinity.
#[inline(always)]
fn clamped<L: Lanes>(x: L) -> L {
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
    L::select(x.is_less(zero), e, one).divide(one.add(e))
}

/// The natural logarithm.
#[inline(always)]
pub(crate) fn logarithm<L: Lanes>(x: L) -> L {
    let (zero, one) = (x.constant(L::Real::ZERO), x.constant(L::Real::ONE));
    let tiny = x.is_less(x.constant(L::Real::SMALLEST_NORMAL));
    let raised = L::select(tiny, x.multiply(x.constant(L::Real::RAISE)), x);
    let lowered = L::select(tiny, x.constant(L::Real::RAISE_EXPONENT), zero);
    let (exponent, mantissa) = raised.split();
    let large = x.constant(L::Real::SQRT_2).is_less(mantissa);
    let mantissa = L::select(large, mantissa.multiply(x.constant(L::Real::HALF)), mantissa);
    let n = L::select(large, exponent.add(one), exponent).subtract(lowered);
    // log(1 + f) = f - s (f - s^2 p), where s = f/(2 + f).
    let f = mantissa.subtract(one);
    let s = f.divide(f.add(x.constant(L::Real::TWO)));
    let z = s.multiply(s);
    let inner = f.subtract(z.multiply(polynomial(z, L::Real::LOGARITHM)));
    let minus = zero.subtract(s);
    let low = minus.multiply_add(inner, n.multiply(x.constant(L::Real::LN_2_LOW)));
    let value = n.multiply_add(x.constant(L::Real::LN_2_HIGH), f.add(low));
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

#[cfg(test)]
mod tests {
    use dashu_float::FBig;
    use dashu_float::round::mode::HalfEven;

    use super::{
        exponential, exponential_minus_one, hyperbolic_tangent, logarithm, logarithm_of_one_plus, logistic_sigmoid,
        softplus,
    };
    use crate::lanes::{Lanes, Work};
    use crate::real::Real;

    #[derive(Clone, Copy, Debug)]
    enum Function {
        Exponential,
        ExponentialMinusOne,
        Tangent,
        Sigmoid,
        Logarithm,
        LogarithmOfOnePlus,
        Softplus,
    }

    use Function::{Exponential, ExponentialMinusOne, Logarithm, LogarithmOfOnePlus, Sigmoid, Softplus, Tangent};

    const ALL: [Function; 7] =
        [Exponential, ExponentialMinusOne, Tangent, Sigmoid, Logarithm, LogarithmOfOnePlus, Softplus];

    /// Applies a function at one number, in all places of a vector.
    struct At<T>(Function, T);

    impl<T: Real> Work<T> for At<T> {
        type Output = T;

        #[inline(always)]
        unsafe fn run<L: Lanes<Real = T>>(self) -> T {
            // SAFETY: the caller says that the processor has the instructions.
            let x = unsafe { L::splat(self.1) };
            let value = match self.0 {
                Exponential => exponential(x),
                ExponentialMinusOne => exponential_minus_one(x),
                Tangent => hyperbolic_tangent(x),
                Sigmoid => logistic_sigmoid(x),
                Logarithm => logarithm(x),
                LogarithmOfOnePlus => logarithm_of_one_plus(x),
                Softplus => softplus(x),
            };
            let mut all = [T::ZERO; 16];
            // SAFETY: no vector has more numbers.
            unsafe { value.store(all.as_mut_ptr()) };
            all[0]
        }
    }

    /// The values in all instruction sets of this processor.
    fn values<T: Real>(f: Function, x: T) -> Vec<T> {
        // SAFETY: plain numbers need no instructions.
        let mut values = vec![unsafe { At(f, x).run::<T::Plain>() }];
        #[cfg(target_arch = "x86_64")]
        {
            use crate::lanes::{Level, avx2, avx512};
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                // SAFETY: the processor has the instructions.
                values.push(unsafe { avx2::run(At(f, x)) });
            }
            if Level::best() == Level::Avx512 {
                // SAFETY: the processor has the instructions.
                values.push(unsafe { avx512::run(At(f, x)) });
            }
        }
        values
    }

    /// The value in double precision, which is exact for single precision.
    fn reference(f: Function, x: f64) -> f64 {
        match f {
            Exponential => x.exp(),
            ExponentialMinusOne => x.exp_m1(),
            Tangent => x.tanh(),
            Sigmoid if x < 0.0 => x.exp() / (1.0 + x.exp()),
            Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Logarithm => x.ln(),
            LogarithmOfOnePlus => x.ln_1p(),
            Softplus => x.max(0.0) + (-x.abs()).exp().ln_1p(),
        }
    }

    fn limit(f: Function) -> f64 {
        if matches!(f, Tangent) { 2.5 } else { 2.0 }
    }

    /// The distance in units of the last place of the reference.
    fn distance_single(found: f32, expected: f64) -> f64 {
        let nearest = expected as f32;
        if nearest.is_nan() || nearest.is_infinite() || found.is_nan() || found.is_infinite() {
            let same = nearest == found || nearest.is_nan() && found.is_nan();
            return if same { 0.0 } else { f64::INFINITY };
        }
        let size = nearest.abs();
        let unit = f64::from(f32::from_bits(size.to_bits() + 1)) - f64::from(size);
        (f64::from(found) - expected).abs() / unit
    }

    #[test]
    fn single_precision_is_accurate() {
        for f in ALL {
            let mut worst = (0.0, 0.0);
            // All exponents and signs, and many fractions of each.
            for bits in (0..=u32::MAX).step_by(40_009) {
                let x = f32::from_bits(bits);
                for found in values(f, x) {
                    let distance = distance_single(found, reference(f, f64::from(x)));
                    if distance > worst.0 {
                        worst = (distance, x);
                    }
                }
            }
            assert!(worst.0 <= limit(f), "{f:?} is {} units away at {:e}", worst.0, worst.1);
        }
    }

    /// The value to 50 digits, at numbers of moderate size.
    fn precise(f: Function, x: f64) -> FBig<HalfEven, 2> {
        let exact = |x: f64| FBig::<HalfEven, 2>::try_from(x).expect("a finite number").with_precision(200).value();
        let (one, zero, x) = (exact(1.0), exact(0.0), exact(x));
        match f {
            Exponential => x.exp(),
            ExponentialMinusOne => x.exp() - one,
            Tangent => ((x.clone() + x.clone()).exp() - one.clone()) / ((x.clone() + x).exp() + one),
            Sigmoid => one.clone() / (one + (zero - x).exp()),
            Logarithm => x.ln(),
            LogarithmOfOnePlus => (one + x).ln(),
            Softplus => (one + x.exp()).ln(),
        }
    }

    #[test]
    fn double_precision_is_accurate() {
        for f in ALL {
            let mut worst = (0.0, 0.0);
            for place in 0..1500 {
                // Magnitudes from 1e-5 to 30, both signs where the function has values.
                let size = 10f64.powf(f64::from(place) / 1500.0 * 6.5 - 5.0) * 1.000_123;
                let x = match f {
                    Logarithm => size,
                    LogarithmOfOnePlus if size > 0.9 => size,
                    _ if place % 2 == 0 => -size,
                    _ => size,
                };
                let expected = precise(f, x);
                let nearest = expected.to_f64().value();
                let unit = f64::from_bits(nearest.abs().to_bits() + 1) - nearest.abs();
                for found in values(f, x) {
                    let exact = FBig::<HalfEven, 2>::try_from(found).expect("a finite number");
                    let distance = (exact.with_precision(200).value() - expected.clone()).to_f64().value().abs() / unit;
                    if distance > worst.0 {
                        worst = (distance, x);
                    }
                }
            }
            assert!(worst.0 <= limit(f), "{f:?} is {} units away at {:e}", worst.0, worst.1);
        }
    }

    #[test]
    fn values_at_the_ends_are_those_of_the_library() {
        let ends =
            [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 0.0, -0.0, 1e308, -1e308, 5e-324, -5e-324, 709.0, -740.0];
        for f in ALL {
            for x in ends {
                for found in values(f, x) {
                    let expected = reference(f, x);
                    let near = (found - expected).abs() <= 1e-15 * expected.abs() + 5e-324;
                    let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
                    assert!(same || near, "{f:?} of {x:e} is {found:e}, not {expected:e}");
                }
            }
        }
    }
}

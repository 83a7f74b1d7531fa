//! Elementary functions of vectors, without branches but for the angles of circular functions that are very large, and without
//! the system's library.
//!
//! Their errors are at most 2 units in the last place, in single precision those of `log(1 + e^x)` and of the complementary error
//! function 2.2 and those of the hyperbolic tangent 2.5; the tests compare them densely with functions of higher precision. The values are the same on all processors, bit for bit: products with sums are rounded
//! once everywhere.

mod circular;
mod coefficients;
mod error_function;
mod exponential;
mod large_angle;
mod logarithm;
mod power;

pub(crate) use circular::{arc_tangent, cosine, sine, tangent};
pub(crate) use coefficients::Coefficients;
pub(crate) use error_function::{complementary_error_function, error_function};
pub(crate) use exponential::{
    exponential, exponential_minus_one, hyperbolic_secant, hyperbolic_tangent, logistic_sigmoid,
};
pub(crate) use logarithm::{logarithm, logarithm_of_one_plus, softplus};
pub(crate) use power::power;

use crate::lanes::Lanes;
use crate::real::Real;

/// A polynomial, from the coefficients of ascending powers.
#[inline(always)]
fn polynomial<L: Lanes>(x: L, coefficients: &'static [L::Real]) -> L {
    // A plain loop over a constant, which is unrolled.
    let mut place = coefficients.len() - 1;
    let mut sum = x.constant(coefficients[place]);
    while place > 0 {
        place -= 1;
        sum = sum.fused(x, x.constant(coefficients[place]));
    }
    sum
}

/// The quotient of two numbers to which small ones are added first, with one rounding that counts.
#[inline(always)]
fn quotient<L: Lanes>([numerator, above]: [L; 2], [divisor, below]: [L; 2]) -> L {
    let inverse = divisor.constant(L::Real::ONE).divide(divisor);
    let first = numerator.multiply(inverse);
    let missing = first.fused_from(divisor, numerator).add(first.fused_from(below, above));
    missing.fused(inverse, first)
}

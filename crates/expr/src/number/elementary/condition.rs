//! How much a function enlarges the uncertainty of its argument: the size of its derivative,
//! expressed by argument and value.

use dashu_float::round::mode::HalfEven;

use super::branches::ComplexFloat;
use super::{Elementary, gamma};
use crate::number::big_real::{Float, log10_abs};

/// Bits in which `1 - f^2` and the like are formed: the size of the derivative needs few digits,
/// but these may cancel.
const BITS: usize = 192;

/// Whether the derivative vanishes somewhere inside the domain, so that uncertainties there grow
/// by the second derivative, which is of the size of the value.
pub(super) fn has_extrema(function: Elementary) -> bool {
    matches!(
        function,
        Elementary::Sin
            | Elementary::Cos
            | Elementary::Sec
            | Elementary::Csc
            | Elementary::Sinh
            | Elementary::Cosh
            | Elementary::Sech
            | Elementary::Csch
            | Elementary::Gamma
            | Elementary::LogGamma
    )
}

/// Whether the function has branch points at which it behaves as a square root.
pub(super) fn has_square_root_branches(function: Elementary) -> bool {
    matches!(
        function,
        Elementary::Sqrt
            | Elementary::ArcSin
            | Elementary::ArcCos
            | Elementary::ArcCosh
            | Elementary::ArcSinh
            | Elementary::ArcSec
            | Elementary::ArcCsc
            | Elementary::ArcSech
            | Elementary::ArcCsch
    )
}

/// The base-10 logarithm of the absolute value of the derivative at `z`, where the value is `f`.
pub(super) fn derivative_size(function: Elementary, z: &ComplexFloat, f: &ComplexFloat) -> f64 {
    match function {
        Elementary::Exp => size(f),
        Elementary::Log => -size(z),
        Elementary::Sqrt => -size(f) - 2f64.log10(),
        Elementary::Sin | Elementary::Cos => 0.5 * one_minus_square(f),
        Elementary::Tan | Elementary::Cot => one_plus_square(f),
        Elementary::Sec | Elementary::Csc => size(f) + 0.5 * one_minus_square(f),
        Elementary::ArcSin | Elementary::ArcCos | Elementary::ArcCosh => -0.5 * one_minus_square(z),
        Elementary::ArcTan | Elementary::ArcCot => -one_plus_square(z),
        Elementary::ArcSec | Elementary::ArcCsc | Elementary::ArcSech => -size(z) - 0.5 * one_minus_square(z),
        Elementary::Sinh => 0.5 * one_plus_square(f),
        Elementary::Cosh => 0.5 * one_minus_square(f),
        Elementary::Tanh | Elementary::Coth => one_minus_square(f),
        Elementary::Sech => size(f) + 0.5 * one_minus_square(f),
        Elementary::Csch => size(f) + 0.5 * one_plus_square(f),
        Elementary::ArcSinh => -0.5 * one_plus_square(z),
        Elementary::ArcTanh | Elementary::ArcCoth => -one_minus_square(z),
        Elementary::ArcCsch => -size(z) - 0.5 * one_plus_square(z),
        Elementary::LogisticSigmoid => size(f) + one_minus(f),
        Elementary::Gamma => size(f) + gamma::digamma_size(&real_part(z)),
        Elementary::LogGamma => gamma::digamma_size(&real_part(z)),
        Elementary::Erf | Elementary::Erfc => {
            let (re, im) = z.clone().into_parts();
            let decay = re.to_f64().value().powi(2) - im.to_f64().value().powi(2);
            std::f64::consts::FRAC_2_SQRT_PI.log10() - decay * std::f64::consts::LOG10_E
        }
        Elementary::ArcTan2 | Elementary::Power => 0.0,
    }
}

fn real_part(z: &ComplexFloat) -> Float {
    z.clone().into_parts().0
}

/// The base-10 logarithm of the larger part.
pub(super) fn size(z: &ComplexFloat) -> f64 {
    let (re, im) = z.clone().into_parts();
    log10_abs(&re).max(log10_abs(&im))
}

fn work() -> dashu_cmplx::Context<HalfEven> {
    dashu_cmplx::Context::new(BITS)
}

fn one() -> ComplexFloat {
    ComplexFloat::ONE
}

fn one_minus(z: &ComplexFloat) -> f64 {
    work().sub(&one(), z).map_or(f64::NAN, |value| size(&value.value()))
}

/// `1 - z^2` by its factors, which do not cancel twice.
fn one_minus_square(z: &ComplexFloat) -> f64 {
    one_minus(z) + work().add(&one(), z).map_or(f64::NAN, |value| size(&value.value()))
}

/// `1 + z^2 = (1 - I z) (1 + I z)`
fn one_plus_square(z: &ComplexFloat) -> f64 {
    one_minus_square(&z.mul_i(false))
}

//! The functions of real machine numbers.

use super::Elementary;

/// The function as plain code, with NaN outside of its real domain.
pub(super) fn function(function: Elementary) -> Option<fn(f64) -> f64> {
    Some(match function {
        Elementary::Exp => f64::exp,
        Elementary::Log => log,
        Elementary::Sqrt => f64::sqrt,
        Elementary::Sin => f64::sin,
        Elementary::Cos => f64::cos,
        Elementary::Tan => f64::tan,
        Elementary::Cot => |x| 1.0 / x.tan(),
        Elementary::Sec => |x| 1.0 / x.cos(),
        Elementary::Csc => |x| 1.0 / x.sin(),
        Elementary::ArcSin => f64::asin,
        Elementary::ArcCos => f64::acos,
        Elementary::ArcTan => f64::atan,
        Elementary::ArcCot => arc_cot,
        Elementary::ArcSec => arc_sec,
        Elementary::ArcCsc => |x| (1.0 / leg(x)).copysign(x).atan(),
        Elementary::Sinh => f64::sinh,
        Elementary::Cosh => f64::cosh,
        Elementary::Tanh => f64::tanh,
        Elementary::Coth => |x| 1.0 / x.tanh(),
        Elementary::Sech => |x| 1.0 / x.cosh(),
        Elementary::Csch => |x| 1.0 / x.sinh(),
        Elementary::ArcSinh => libm::asinh,
        Elementary::ArcCosh => libm::acosh,
        Elementary::ArcTanh => libm::atanh,
        Elementary::ArcCoth => arc_coth,
        Elementary::ArcSech => arc_sech,
        Elementary::ArcCsch => |x| libm::asinh(1.0 / x),
        Elementary::Erf => libm::erf,
        Elementary::Erfc => libm::erfc,
        Elementary::Gamma => gamma,
        Elementary::LogGamma => log_gamma,
        Elementary::LogisticSigmoid => logistic_sigmoid,
        Elementary::ArcTan2 | Elementary::Power => return None,
    })
}

/// The logarithm, without an infinite value at zero.
fn log(x: f64) -> f64 {
    if x > 0.0 { x.ln() } else { f64::NAN }
}

/// The inverse cotangent, which is odd and has the value `Pi/2` at zero.
fn arc_cot(x: f64) -> f64 {
    if x == 0.0 { std::f64::consts::FRAC_PI_2 } else { (1.0 / x).atan() }
}

/// The square root of `x^2 - 1`.
fn leg(x: f64) -> f64 {
    if x.abs() < 1e150 { ((x - 1.0) * (x + 1.0)).sqrt() } else { x.abs() }
}

/// The inverse secant, without rounding the reciprocal, which may be near 1.
pub(super) fn arc_sec(x: f64) -> f64 {
    let angle = leg(x).atan();
    if x < 0.0 { std::f64::consts::PI - angle } else { angle }
}

/// The inverse hyperbolic secant of a number between 0 and 1, without rounding the reciprocal.
pub(super) fn arc_sech(x: f64) -> f64 {
    if x > 0.5 { libm::atanh(((1.0 - x) * (1.0 + x)).sqrt()) } else { libm::acosh(1.0 / x) }
}

/// The inverse hyperbolic cotangent of a number above 1 in size.
pub(super) fn arc_coth(x: f64) -> f64 {
    if x.abs() > 1.0 { (0.5 * (2.0 / (x.abs() - 1.0)).ln_1p()).copysign(x) } else { f64::NAN }
}

/// The gamma function, infinite at its poles.
fn gamma(x: f64) -> f64 {
    if x <= 0.0 && x.fract() == 0.0 { f64::INFINITY } else { libm::tgamma(x) }
}

/// The logarithm of the gamma function, complex left of zero.
fn log_gamma(x: f64) -> f64 {
    if x > 0.0 { libm::lgamma(x) } else { f64::NAN }
}

/// `1/(1 + E^-x)` without overflow and with full relative precision on both sides.
fn logistic_sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let power = x.exp();
        power / (1.0 + power)
    }
}

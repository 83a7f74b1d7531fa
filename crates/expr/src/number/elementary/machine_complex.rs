//! The functions of machine complex numbers, by formulas that keep their digits near the branch
//! points (Kahan 1987, "Branch cuts for complex elementary functions").

use std::f64::consts::{FRAC_PI_2, PI};

use super::Elementary;
use super::gamma;
use super::machine::{arc_coth as arc_coth_real, arc_sec, arc_sech};
use crate::number::Exception;
use crate::number::complex::{div_machine, recip_machine};

/// The real and the imaginary part.
type Pair = (f64, f64);

/// The value at a real argument outside of the real domain; nothing if there is no such place.
pub(super) fn on_real_axis(function: Elementary, x: f64) -> Option<Result<Pair, Exception>> {
    Some(Ok(match function {
        Elementary::Log if x < 0.0 => ((-x).ln(), PI),
        Elementary::Log if x == 0.0 => return Some(Err(Exception::Indeterminate)),
        Elementary::Sqrt if x < 0.0 => (0.0, (-x).sqrt()),
        Elementary::ArcSin if x.abs() > 1.0 => (FRAC_PI_2.copysign(x), -libm::acosh(x.abs()).copysign(x)),
        Elementary::ArcCos if x > 1.0 => (0.0, libm::acosh(x)),
        Elementary::ArcCos if x < -1.0 => (PI, -libm::acosh(-x)),
        Elementary::ArcCosh if (-1.0..1.0).contains(&x) => (0.0, x.acos()),
        Elementary::ArcCosh if x < -1.0 => (libm::acosh(-x), PI),
        Elementary::ArcTanh if x.abs() == 1.0 => return Some(Err(Exception::Indeterminate)),
        Elementary::ArcTanh if x.abs() > 1.0 => (arc_coth_real(x), -FRAC_PI_2.copysign(x)),
        Elementary::ArcSec if x > 0.0 => (0.0, arc_sech(x)),
        Elementary::ArcSec if x < 0.0 => (PI, -arc_sech(-x)),
        Elementary::ArcCsc if x != 0.0 => (FRAC_PI_2.copysign(x), -arc_sech(x.abs()).copysign(x)),
        Elementary::ArcSech if x.abs() > 1.0 => (0.0, arc_sec(x)),
        Elementary::ArcSech if x < 0.0 => (arc_sech(-x), PI),
        Elementary::ArcCoth if x.abs() == 1.0 => return Some(Err(Exception::Indeterminate)),
        Elementary::ArcCoth if x != 0.0 && x.abs() < 1.0 => (libm::atanh(x), -FRAC_PI_2.copysign(x)),
        Elementary::ArcCoth if x == 0.0 => (0.0, FRAC_PI_2),
        Elementary::LogGamma if x < 0.0 && x.fract() != 0.0 => (libm::lgamma(x), PI * x.floor()),
        _ => return None,
    }))
}

/// The function that this one applies to the reciprocal of its argument.
pub(super) fn of_reciprocal(function: Elementary) -> Option<Elementary> {
    Some(match function {
        Elementary::ArcCot => Elementary::ArcTan,
        Elementary::ArcSec => Elementary::ArcCos,
        Elementary::ArcCsc => Elementary::ArcSin,
        Elementary::ArcCoth => Elementary::ArcTanh,
        Elementary::ArcSech => Elementary::ArcCosh,
        Elementary::ArcCsch => Elementary::ArcSinh,
        _ => return None,
    })
}

/// The function whose reciprocal this one is.
pub(super) fn reciprocal_of(function: Elementary) -> Option<Elementary> {
    Some(match function {
        Elementary::Cot => Elementary::Tan,
        Elementary::Sec => Elementary::Cos,
        Elementary::Csc => Elementary::Sin,
        Elementary::Coth => Elementary::Tanh,
        Elementary::Sech => Elementary::Cosh,
        Elementary::Csch => Elementary::Sinh,
        _ => return None,
    })
}

/// The value at an argument off the real axis; nothing if the function is not known there. Parts
/// that are not finite mean that the value is out of the range of machine numbers.
pub(super) fn function(name: Elementary, z: Pair) -> Option<Pair> {
    if let Some(divisor) = reciprocal_of(name) {
        let (re, im) = function(divisor, z)?;
        return recip_machine(re, im);
    }
    Some(match name {
        // Off the cuts there is a form that does not round the reciprocal first.
        Elementary::ArcCoth if z.1 != 0.0 => arc_coth(z),
        Elementary::ArcCot if z.0 != 0.0 => {
            let (re, im) = over_i(arc_coth, z);
            (-re, -im)
        }
        Elementary::ArcCot
        | Elementary::ArcSec
        | Elementary::ArcCsc
        | Elementary::ArcCoth
        | Elementary::ArcSech
        | Elementary::ArcCsch => return function(of_reciprocal(name)?, recip_machine(z.0, z.1)?),
        Elementary::Exp => exp(z),
        Elementary::Log => log(z),
        Elementary::Sqrt => sqrt(z),
        Elementary::Sin => {
            let (sin, cos) = z.0.sin_cos();
            (sin * z.1.cosh(), cos * z.1.sinh())
        }
        Elementary::Cos => {
            let (sin, cos) = z.0.sin_cos();
            (cos * z.1.cosh(), -sin * z.1.sinh())
        }
        Elementary::Sinh => {
            let (sin, cos) = z.1.sin_cos();
            (z.0.sinh() * cos, z.0.cosh() * sin)
        }
        Elementary::Cosh => {
            let (sin, cos) = z.1.sin_cos();
            (z.0.cosh() * cos, z.0.sinh() * sin)
        }
        Elementary::Tanh => tanh(z),
        Elementary::Tan => over_i(tanh, z),
        Elementary::ArcSin => arc_sin(z),
        // On the cuts along the imaginary axis the functions are odd.
        Elementary::ArcSinh if z.0 == 0.0 && z.1.abs() > 1.0 => {
            (libm::acosh(z.1.abs()).copysign(z.1), FRAC_PI_2.copysign(z.1))
        }
        Elementary::ArcSinh => over_i(arc_sin, z),
        Elementary::ArcCos => arc_cos(z),
        Elementary::ArcCosh => arc_cosh(z),
        Elementary::ArcTanh => arc_tanh(z),
        Elementary::ArcTan if z.0 == 0.0 && z.1.abs() > 1.0 => (FRAC_PI_2.copysign(z.1), libm::atanh(1.0 / z.1)),
        Elementary::ArcTan => over_i(arc_tanh, z),
        Elementary::LogisticSigmoid => logistic_sigmoid(z),
        Elementary::Gamma => gamma::of_machine_complex(z),
        Elementary::LogGamma => gamma::log_of_machine_complex(z),
        _ => return None,
    })
}

/// `-I f(I z)`.
fn over_i(f: fn(Pair) -> Pair, (x, y): Pair) -> Pair {
    let (u, v) = f((-y, x));
    (v, -u)
}

fn exp((x, y): Pair) -> Pair {
    let (sin, cos) = y.sin_cos();
    let size = x.exp();
    (size * cos, size * sin)
}

/// The logarithm, with the modulus taken near the unit circle from its distance to it.
pub(super) fn log((x, y): Pair) -> Pair {
    let (large, small) = (x.abs().max(y.abs()), x.abs().min(y.abs()));
    let modulus = x.hypot(y);
    let size = if (0.5..2.0).contains(&modulus) {
        0.5 * ((large - 1.0) * (large + 1.0) + small * small).ln_1p()
    } else if modulus.is_finite() && modulus > 0.0 {
        modulus.ln()
    } else {
        // The modulus alone is out of range.
        (large / 2.0).hypot(small / 2.0).ln() + std::f64::consts::LN_2
    };
    (size, y.atan2(x))
}

/// The square root without cancellation.
fn sqrt((x, y): Pair) -> Pair {
    let size = (x.abs() / 2.0 + x.hypot(y) / 2.0).sqrt();
    if size == 0.0 {
        (0.0, 0.0)
    } else if x >= 0.0 {
        (size, y / (2.0 * size))
    } else {
        (y.abs() / (2.0 * size), size.copysign(y))
    }
}

/// The hyperbolic tangent by Kahan's formula.
fn tanh((x, y): Pair) -> Pair {
    if x.abs() > 20.0 {
        let decay = (-x.abs()).exp();
        return (1f64.copysign(x), 4.0 * y.sin() * y.cos() * decay * decay);
    }
    let tangent = y.tan();
    let (beta, sinh) = (1.0 + tangent * tangent, x.sinh());
    let denominator = 1.0 + beta * sinh * sinh;
    (beta * x.cosh() * sinh / denominator, tangent / denominator)
}

/// The square roots of `1 - z` and `1 + z`.
fn roots_around_one((x, y): Pair) -> (Pair, Pair) {
    (sqrt((1.0 - x, -y)), sqrt((1.0 + x, y)))
}

fn arc_sin(z: Pair) -> Pair {
    let (a, b) = roots_around_one(z);
    (z.0.atan2(a.0 * b.0 - a.1 * b.1), libm::asinh(a.0 * b.1 - a.1 * b.0))
}

fn arc_cos(z: Pair) -> Pair {
    let (a, b) = roots_around_one(z);
    (2.0 * a.0.atan2(b.0), libm::asinh(b.0 * a.1 - b.1 * a.0))
}

fn arc_cosh(z: Pair) -> Pair {
    let (a, b) = (sqrt((z.0 - 1.0, z.1)), sqrt((z.0 + 1.0, z.1)));
    (libm::asinh(a.0 * b.0 + a.1 * b.1), 2.0 * a.1.atan2(b.0))
}

/// The logarithm of `|1 + z|/|1 - z|`, halved: the real part of the inverse hyperbolic tangent and
/// cotangent.
fn half_log_ratio((x, y): Pair) -> f64 {
    let below = (1.0 - x.abs()) * (1.0 - x.abs()) + y * y;
    0.25 * (4.0 * x.abs() / below).ln_1p().copysign(x)
}

fn arc_tanh((x, y): Pair) -> Pair {
    (half_log_ratio((x, y)), 0.5 * (2.0 * y).atan2((1.0 - x) * (1.0 + x) - y * y))
}

fn arc_coth((x, y): Pair) -> Pair {
    (half_log_ratio((x, y)), 0.5 * (-2.0 * y).atan2((x - 1.0) * (x + 1.0) + y * y))
}

fn logistic_sigmoid((x, y): Pair) -> Pair {
    let (re, im) = exp((-x.abs(), if x >= 0.0 { -y } else { y }));
    let denominator = (1.0 + re, im);
    let numerator = if x >= 0.0 { (1.0, 0.0) } else { (re, im) };
    div_machine(numerator, denominator).unwrap_or((f64::NAN, f64::NAN))
}

//! Arithmetic of machine reals rounded towards one side: exact where the result is a machine real, else the nearest one
//! on that side, found by the error that the rounding to nearest has made.

use super::Toward;

/// The number moved by so many units in the last place.
pub(super) fn moved(value: f64, units: u32, toward: Toward) -> f64 {
    (0..units).fold(value, |value, _| next(value, toward))
}

fn next(value: f64, toward: Toward) -> f64 {
    match toward {
        Toward::Down => value.next_down(),
        Toward::Up => value.next_up(),
    }
}

/// The rounded result of an operation with the error that it has, exact minus rounded, on the right side.
fn settle(rounded: f64, error: f64, toward: Toward) -> f64 {
    // Beyond the largest machine number there is still a bound on the side of zero.
    if rounded.is_infinite() {
        return match toward {
            Toward::Down if rounded > 0.0 => f64::MAX,
            Toward::Up if rounded < 0.0 => f64::MIN,
            _ => rounded,
        };
    }
    match toward {
        Toward::Down if error < 0.0 => rounded.next_down(),
        Toward::Up if error > 0.0 => rounded.next_up(),
        _ => rounded,
    }
}

fn add(a: f64, b: f64, toward: Toward) -> f64 {
    let sum = a + b;
    if a.is_infinite() || b.is_infinite() {
        // Bounds of opposite infinities: nothing is known.
        return if sum.is_nan() { unbounded(toward) } else { sum };
    }
    let part = sum - a;
    let error = (a - (sum - part)) + (b - part);
    settle(sum, error, toward)
}

fn multiply(a: f64, b: f64, toward: Toward) -> f64 {
    if a == 0.0 || b == 0.0 {
        return 0.0;
    }
    let product = a * b;
    if a.is_infinite() || b.is_infinite() {
        return product;
    }
    if product.abs() < TINY {
        // The error is too small to be seen.
        return next(product, toward);
    }
    settle(product, a.mul_add(b, -product), toward)
}

/// A bound of a quotient of numbers, of which the divisor is not zero.
pub fn quotient_toward(a: f64, b: f64, toward: Toward) -> f64 {
    if a == 0.0 || b.is_infinite() && a.is_finite() {
        return 0.0;
    }
    let quotient = a / b;
    if a.is_infinite() {
        return if quotient.is_nan() { unbounded(toward) } else { quotient };
    }
    if quotient.abs() < TINY || a.abs() < TINY {
        return next(quotient, toward);
    }
    // What is left over has the sign of the error times that of the divisor.
    let left = -quotient.mul_add(b, -a);
    settle(quotient, if b > 0.0 { left } else { -left }, toward)
}

fn square_root(x: f64, toward: Toward) -> f64 {
    let root = x.sqrt();
    if x < TINY || root.is_infinite() {
        return if x == 0.0 || root.is_infinite() { root } else { next(root, toward).max(0.0) };
    }
    settle(root, -root.mul_add(root, -x), toward)
}

/// Below this products are so small that their errors vanish.
const TINY: f64 = 1e-280;

fn unbounded(toward: Toward) -> f64 {
    match toward {
        Toward::Down => f64::NEG_INFINITY,
        Toward::Up => f64::INFINITY,
    }
}

/// A bound of a sum.
pub fn sum_toward(terms: &[f64], toward: Toward) -> f64 {
    terms.iter().fold(0.0, |sum, &term| add(sum, term, toward))
}

/// A bound of a product, where 0 times infinity is 0. Only for two factors the bound of each step is that of the whole.
pub fn product_toward(factors: &[f64], toward: Toward) -> f64 {
    match factors {
        [] => 1.0,
        [a] => *a,
        [a, b] => multiply(*a, *b, toward),
        [rest @ .., last] => {
            // Rounding a factor towards a side moves the product to the side that the sign of the last factor says.
            let inner = if *last < 0.0 { toward.other() } else { toward };
            multiply(product_toward(rest, inner), *last, toward)
        }
    }
}

/// A bound of a power that is a real number.
pub fn power_toward(arguments: &[f64], toward: Toward) -> f64 {
    let [base, exponent] = arguments else { return f64::NAN };
    let (base, exponent) = (*base, *exponent);
    if exponent == 0.0 || base == 1.0 {
        return 1.0;
    }
    if exponent == 1.0 {
        return base;
    }
    if exponent == 2.0 {
        return multiply(base, base, toward).max(0.0);
    }
    if exponent == -1.0 && base != 0.0 {
        return quotient_toward(1.0, base, toward);
    }
    if exponent == 0.5 {
        return square_root(base, toward);
    }
    let value = base.powf(exponent);
    if value.is_infinite() && base.is_finite() && base != 0.0 {
        return settle(value, 0.0, toward);
    }
    if value.is_infinite() || (value == 0.0 && (base == 0.0 || base.is_infinite())) || (exponent.is_infinite()) {
        return value;
    }
    let bound = moved(value, 3, toward);
    // Powers do not change their sign.
    if value >= 0.0 && (base >= 0.0 || exponent % 2.0 == 0.0) { bound.max(0.0) } else { bound }
}

/// A bound of the remainder with the sign of the divisor.
pub fn remainder_toward(arguments: &[f64], toward: Toward) -> f64 {
    let [a, b] = arguments else { return f64::NAN };
    // The remainder with the sign of the dividend is a machine number.
    let remainder = a % b;
    if remainder != 0.0 && (remainder < 0.0) != (*b < 0.0) { add(remainder, *b, toward) } else { remainder }
}

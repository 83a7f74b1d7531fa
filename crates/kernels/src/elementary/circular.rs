//! Sine, cosine, tangent, and the inverse of the tangent.

use super::large_angle::{self, Multiples};
use super::{Coefficients as _, polynomial, quotient};
use crate::lanes::Lanes;
use crate::real::Real;

/// The sine.
#[inline(always)]
pub(crate) fn sine<L: Lanes>(x: L) -> L {
    let value = wave(x, x.multiply(x.constant(L::Real::INVERSE_PI)).round(), Multiples::Even);
    // The smallest numbers are their own values; so is a negative zero.
    L::select(x.absolute().is_less(x.constant(L::Real::SMALLEST_NORMAL)), x, value)
}

/// The cosine: the sine of an angle that is larger by a right one.
#[inline(always)]
pub(crate) fn cosine<L: Lanes>(x: L) -> L {
    let half_turns = x.fused(x.constant(L::Real::INVERSE_PI), x.constant(L::Real::HALF)).round();
    wave(x, half_turns, Multiples::Odd)
}

/// The sine of an angle of which so many half turns are taken, and to which a right angle is added first where right angles
/// are taken an odd number of times.
#[inline(always)]
fn wave<L: Lanes>(x: L, half_turns: L, multiples: Multiples) -> L {
    let twice = half_turns.add(half_turns);
    let right_angles = match multiples {
        Multiples::Odd => twice.subtract(x.constant(L::Real::ONE)),
        _ => twice,
    };
    let (half_turns, [r, _]) = without(x, right_angles, half_turns, multiples);
    let z = r.multiply(r);
    let value = r.multiply(z).fused(polynomial(z, L::Real::SINE), r);
    value.negate_odd(half_turns)
}

/// The tangent.
#[inline(always)]
pub(crate) fn tangent<L: Lanes>(x: L) -> L {
    let right_angles = x.multiply(x.constant(L::Real::INVERSE_RIGHT_ANGLE)).round();
    let (right_angles, [r, low]) = without(x, right_angles, right_angles, Multiples::All);
    let (zero, one, half) = (x.constant(L::Real::ZERO), x.constant(L::Real::ONE), x.constant(L::Real::HALF));
    let z = r.multiply(r);
    let rest = r.multiply(z).fused(polynomial(z, L::Real::SINE_OF_SMALL), low);
    let sine = r.add(rest);
    let sine_low = rest.subtract(sine.subtract(r));
    let half_square = z.multiply(half);
    let most = one.subtract(half_square);
    let rest = z.multiply(z).fused(polynomial(z, L::Real::COSINE_OF_SMALL), one.subtract(most).subtract(half_square));
    let rest = rest.subtract(r.multiply(low));
    let cosine = most.add(rest);
    let cosine_low = rest.subtract(cosine.subtract(most));
    let half_turns = right_angles.multiply(half);
    let even = half_turns.is_equal(half_turns.truncate());
    let numerator =
        [L::select(even, sine, zero.subtract(cosine)), L::select(even, sine_low, zero.subtract(cosine_low))];
    let value = quotient(numerator, [L::select(even, cosine, sine), L::select(even, cosine_low, sine_low)]);
    L::select(x.absolute().is_less(x.constant(L::Real::SMALLEST_NORMAL)), x, value)
}

/// How many multiples are taken, and the angle without so many right angles, as a sum of two numbers. Where the angle is large these are other numbers,
/// of which the first one is right up to full turns.
///
/// The difference from the first part of the right angles is exact, since it has no more digits than the first part.
#[inline(always)]
fn without<L: Lanes>(x: L, right_angles: L, count: L, multiples: Multiples) -> (L, [L; 2]) {
    let minus = x.constant(L::Real::ZERO).subtract(right_angles);
    let [first, second, third] = L::Real::RIGHT_ANGLE;
    let (first, second, third) = (x.constant(first), x.constant(second), x.constant(third));
    let exact = minus.fused(first, x);
    let high = minus.fused(second, exact);
    let (r, low) = match multiples {
        // What the roundings have lost.
        Multiples::All => {
            let part = minus.multiply(second);
            let part_low = minus.fused(third, minus.fused(second, x.constant(L::Real::ZERO).subtract(part)));
            let high = exact.add(part);
            let added = high.subtract(exact);
            let low = exact.subtract(high.subtract(added)).add(part.subtract(added)).add(part_low);
            let r = high.add(low);
            (r, low.subtract(r.subtract(high)))
        }
        _ => (minus.fused(third, high), x.constant(L::Real::ZERO)),
    };
    let limit = x.constant(L::Real::LARGE_ANGLE);
    if L::all(x.absolute().is_at_most(limit)) {
        return (count, [r, low]);
    }
    let [mut angles, mut counts, mut rests, mut lows] = [[L::Real::ZERO; 16]; 4];
    // SAFETY: the vectors exist, so the processor has the instructions; none has more numbers than the arrays.
    unsafe {
        x.store(angles.as_mut_ptr());
        count.store(counts.as_mut_ptr());
        r.store(rests.as_mut_ptr());
        low.store(lows.as_mut_ptr());
        large_angle::reduce(&angles[..L::WIDTH], &mut counts, [&mut rests, &mut lows], multiples);
        (L::load(counts.as_ptr()), [L::load(rests.as_ptr()), L::load(lows.as_ptr())])
    }
}

/// The inverse of the tangent.
#[inline(always)]
pub(crate) fn arc_tangent<L: Lanes>(x: L) -> L {
    let (zero, one) = (x.constant(L::Real::ZERO), x.constant(L::Real::ONE));
    let size = x.absolute();
    // The angle is a multiple of Pi/4 and the inverse of (a - b)/(1 + a b), where b is the tangent of the multiple.
    // Between 1/2 and 2 it is Pi/4, and 1 is its tangent.
    let (half, two) = (x.constant(L::Real::HALF), x.constant(L::Real::TWO));
    let (is_middle, is_large) = (half.is_less(size), two.is_less(size));
    let interval = (is_middle, is_large);
    let numerator = choose(interval, [size, size.subtract(one), x.constant(L::Real::MINUS_ONE)]);
    let t = numerator.divide(choose(interval, [one, size.add(one), size]));
    let [high, low] = L::Real::HALF_RIGHT_ANGLE;
    let (high, low) = (x.constant(high), x.constant(low));
    let high = choose(interval, [zero, high, high.add(high)]);
    let low = choose(interval, [zero, low, low.add(low)]);
    let z = t.multiply(t);
    let rest = t.multiply(z).fused(polynomial(z, L::Real::ARC_TANGENT), low);
    high.add(t.add(rest)).copy_sign(x)
}

/// One of three by whether a number is of middle size, or larger. Not a closure: these are not inlined where instructions are
/// needed.
#[inline(always)]
fn choose<L: Lanes>((is_middle, is_large): (L::Mask, L::Mask), [small, middle, large]: [L; 3]) -> L {
    L::select(is_large, large, L::select(is_middle, middle, small))
}

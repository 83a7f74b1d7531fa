//! The laws of functions of two numbers: products, powers, roots, quotients, remainders and angles.

use std::cmp::Ordering;

use super::laws::{Ends, Found, INFINITY, RECIPROCAL, ZERO, hull, in_pieces, is_below};
use super::{Break, Landmark, Pieces, Toward};
use crate::Flow;

const EVEN_POWER: Pieces = Pieces::LINE.broken(&[Break::turn(ZERO, ZERO)]).within(ZERO, INFINITY);
const EVEN_POLE: Pieces = Pieces::LINE.broken(&[Break::jump(ZERO, INFINITY, INFINITY)]).within(ZERO, INFINITY);
const ROOT: Pieces = Pieces::LINE.on(ZERO, INFINITY).within(ZERO, INFINITY);
const ROOT_POLE: Pieces = ROOT.broken(&[Break::jump(ZERO, INFINITY, INFINITY)]);

/// The hull of the values at the four corners.
pub(super) fn corners<A: Ends>(ends: &mut A, a: &[A::End; 2], b: &[A::End; 2]) -> Found<A::End> {
    let mut all: Option<[A::End; 2]> = None;
    for x in a {
        for y in b {
            let corner = [x.clone(), y.clone()];
            let (Some(low), Some(high)) = (ends.value(&corner, Toward::Down)?, ends.value(&corner, Toward::Up)?) else {
                return Ok(None);
            };
            all = match all {
                Some(all) => hull(ends, &all, &[low, high])?,
                None => Some([low, high]),
            };
            if all.is_none() {
                return Ok(None);
            }
        }
    }
    Ok(all.map(|all| vec![all]))
}

pub(super) fn power<A: Ends>(ends: &mut A, base: &[A::End; 2], exponent: &[A::End; 2]) -> Found<A::End> {
    let zero = ends.landmark(ZERO, Toward::Down)?;
    if ends.order(&exponent[0], &exponent[1])? == Some(Ordering::Equal) {
        let n = exponent[0].clone();
        let falls = is_below(ends, &n, &zero)?;
        let pieces = match ends.integer(&n) {
            Some(n) if n % 2 == 0 && n >= 0 => EVEN_POWER,
            Some(n) if n % 2 == 0 => EVEN_POLE,
            Some(n) if n > 0 => Pieces::LINE,
            Some(_) => RECIPROCAL,
            None if falls => ROOT_POLE,
            None => ROOT,
        };
        return in_pieces(ends, &pieces, base, |ends, x, toward| ends.value(&[x, n.clone()], toward));
    }
    let positive = is_below(ends, &zero, &base[0])?;
    let touches = ends.order(&zero, &base[0])? == Some(Ordering::Equal) && is_below(ends, &zero, &exponent[0])?;
    if positive || touches { corners(ends, base, exponent) } else { Ok(None) }
}

/// Where the quotient does not pass an integer, the remainder is linear; else it may be anything up to the divisor.
pub(super) fn remainder<A: Ends>(ends: &mut A, a: &[A::End; 2], b: &[A::End; 2]) -> Found<A::End> {
    let zero = ends.landmark(ZERO, Toward::Down)?;
    let positive = is_below(ends, &zero, &b[0])?;
    if !positive && !is_below(ends, &b[1], &zero)? {
        return Ok(None);
    }
    if ends.order(&b[0], &b[1])? == Some(Ordering::Equal) {
        let [first, last] = if positive { [&a[0], &a[1]] } else { [&a[1], &a[0]] };
        let low = ends.quotient_floor(first, &b[0], Toward::Down)?;
        let high = ends.quotient_floor(last, &b[0], Toward::Up)?;
        if let (Some(low), Some(high)) = (low, high)
            && ends.order(&low, &high)? == Some(Ordering::Equal)
        {
            let below = ends.value(&[a[0].clone(), b[0].clone()], Toward::Down)?;
            let above = ends.value(&[a[1].clone(), b[0].clone()], Toward::Up)?;
            return Ok(below.zip(above).map(|(below, above)| vec![[below, above]]));
        }
    }
    Ok(Some(vec![if positive { [zero, b[1].clone()] } else { [b[0].clone(), zero] }]))
}

/// Away from 0 it goes from 0 to 1 or to -1, and begins again at each integer.
pub(super) fn fractional_part<A: Ends>(ends: &mut A, [a, b]: &[A::End; 2]) -> Found<A::End> {
    let zero = ends.landmark(ZERO, Toward::Down)?;
    let mut found = Vec::new();
    if is_below(ends, a, &zero)? {
        let near = if is_below(ends, b, &zero)? { b } else { &zero };
        found.push(fractional_part_from(ends, near, a, -1)?);
    }
    if !is_below(ends, b, &zero)? {
        let near = if is_below(ends, &zero, a)? { a } else { &zero };
        found.push(fractional_part_from(ends, near, b, 1)?);
    }
    Ok(found.into_iter().collect())
}

/// The fractional parts between two numbers of one sign, the first of which is nearer to 0.
fn fractional_part_from<A: Ends>(
    ends: &mut A,
    near: &A::End,
    far: &A::End,
    sign: i32,
) -> Result<Option<[A::End; 2]>, Flow> {
    let unit = ends.landmark(Landmark::Integer(sign), Toward::Down)?;
    let passed = ends.quotient_floor(near, &unit, Toward::Down)?.zip(ends.quotient_floor(far, &unit, Toward::Up)?);
    let Some((first, last)) = passed else { return Ok(None) };
    let in_one_piece = ends.order(&first, &last)? == Some(Ordering::Equal);
    let zero = ends.landmark(ZERO, Toward::Down)?;
    let [low, high] = match (in_one_piece, sign > 0) {
        (true, true) => [near, far],
        (true, false) => [far, near],
        (false, true) => return Ok(Some([zero, unit])),
        (false, false) => return Ok(Some([unit, zero])),
    };
    let low = ends.value(std::slice::from_ref(low), Toward::Down)?;
    let high = ends.value(std::slice::from_ref(high), Toward::Up)?;
    Ok(low.zip(high).map(|(low, high)| [low, high]))
}

/// Where the divisor does not become 0, the quotient grows or falls along each argument.
pub(super) fn quotient<A: Ends>(ends: &mut A, a: &[A::End; 2], b: &[A::End; 2]) -> Found<A::End> {
    let zero = ends.landmark(ZERO, Toward::Down)?;
    if !is_below(ends, &zero, &b[0])? && !is_below(ends, &b[1], &zero)? {
        return Ok(None);
    }
    let mut all: Option<[A::End; 2]> = None;
    for x in a {
        for y in b {
            let (low, high) = (ends.quotient_floor(x, y, Toward::Down)?, ends.quotient_floor(x, y, Toward::Up)?);
            let Some(corner) = low.zip(high).map(|(low, high)| [low, high]) else { return Ok(None) };
            all = match all {
                Some(all) => hull(ends, &all, &corner)?,
                None => Some(corner),
            };
            if all.is_none() {
                return Ok(None);
            }
        }
    }
    Ok(all.map(|all| vec![all]))
}

/// A root by an odd number is real everywhere.
pub(super) fn root<A: Ends>(ends: &mut A, x: &[A::End; 2], n: &[A::End; 2]) -> Found<A::End> {
    let by = ends.integer(&n[0]).filter(|by| *by != 0);
    let (Some(by), Some(Ordering::Equal)) = (by, ends.order(&n[0], &n[1])?) else { return Ok(None) };
    let pieces = match (by % 2 == 0, by > 0) {
        (true, true) => ROOT,
        (true, false) => ROOT_POLE,
        (false, true) => Pieces::LINE,
        (false, false) => RECIPROCAL,
    };
    in_pieces(ends, &pieces, x, |ends, x, toward| ends.value(&[x, n[0].clone()], toward))
}

/// The angle grows or falls along each coordinate, but for the cut along the negative axis.
pub(super) fn angle<A: Ends>(ends: &mut A, x: &[A::End; 2], y: &[A::End; 2]) -> Found<A::End> {
    let zero = ends.landmark(ZERO, Toward::Down)?;
    let right = is_below(ends, &zero, &x[0])?;
    let above = is_below(ends, &zero, &y[0])?;
    let below = is_below(ends, &y[1], &zero)?;
    if right || above || below {
        return corners(ends, x, y);
    }
    let half =
        [ends.landmark(Landmark::RightAngles(-2), Toward::Down)?, ends.landmark(Landmark::RightAngles(2), Toward::Up)?];
    Ok(Some(vec![half]))
}

//! Positions before and after a change of shape.

use netform_eval::Session;
use netform_expr::{Expr, Sym};

use super::elements::sum;
use super::writer::Written;

/// The position in an array of the dimensions `from` of what stands at a position of its reshaping
/// to `to`: levels that stay, that are joined, or split, one group after the other. `None` if the
/// indices do not reach the end of a group, or sizes are not known.
pub(super) fn places(session: &mut Session, from: &[Expr], to: &[Expr], at: &[Expr]) -> Written<Option<Vec<Expr>>> {
    let mut places = Vec::new();
    let (mut i, mut k) = (0, 0);
    loop {
        while i < from.len() && from[i].is_integer(1) {
            places.push(Expr::integer(1));
            i += 1;
        }
        while k < to.len() && to[k].is_integer(1) {
            k += 1;
        }
        if k >= at.len() {
            // What is left must be the same, without levels of size 1 that stood for nothing.
            return Ok((from[i..] == to[k.min(to.len())..] && at.len() <= to.len())
                .then_some(places)
                .filter(|_| k == at.len()));
        }
        if i >= from.len() || k >= to.len() {
            return Ok(None);
        }
        if from[i] == to[k] {
            places.push(at[k].clone());
            i += 1;
            k += 1;
            continue;
        }
        let Some((ends, size)) = group(&from[i..], &to[k..]) else { return Ok(None) };
        if k + ends.1 > at.len() {
            return Ok(None);
        }
        let offset = offset(session, &to[k..k + ends.1], &at[k..k + ends.1])?;
        places.extend(split(session, &offset, &from[i..i + ends.0], size)?);
        i += ends.0;
        k += ends.1;
    }
}

/// How many leading levels of each have the same number of elements, and that number.
fn group(from: &[Expr], to: &[Expr]) -> Option<((usize, usize), usize)> {
    let (mut i, mut k) = (1, 1);
    let (mut a, mut b) = (from.first()?.as_usize()?, to.first()?.as_usize()?);
    while a != b {
        if a < b {
            a = a.checked_mul(from.get(i)?.as_usize()?)?;
            i += 1;
        } else {
            b = b.checked_mul(to.get(k)?.as_usize()?)?;
            k += 1;
        }
    }
    (a > 0).then_some(((i, k), a))
}

/// The offset, from 0, of a position.
fn offset(session: &mut Session, sizes: &[Expr], at: &[Expr]) -> Written<Expr> {
    let mut stride = 1;
    let mut terms = Vec::new();
    for (size, index) in sizes.iter().zip(at).rev() {
        let steps = Expr::call(Sym::Plus, [index.clone(), Expr::integer(-1)]);
        terms.push(Expr::call(Sym::Times, [Expr::integer(stride), steps]));
        stride *= size.as_i64().unwrap_or(1);
    }
    sum(session, terms)
}

/// The position at an offset.
fn split(session: &mut Session, offset: &Expr, sizes: &[Expr], all: usize) -> Written<Vec<Expr>> {
    let mut places = Vec::with_capacity(sizes.len());
    let mut stride = all as i64;
    for (level, size) in sizes.iter().enumerate() {
        let size = size.as_i64().unwrap_or(1);
        stride /= size;
        let quotient = match stride {
            1 => offset.clone(),
            _ => Expr::call(Sym::Floor, [Expr::call(Sym::Divide, [offset.clone(), Expr::integer(stride)])]),
        };
        let digit = if level == 0 { quotient } else { Expr::call(Sym::Mod, [quotient, Expr::integer(size)]) };
        places.push(match size {
            1 => Expr::integer(1),
            _ => sum(session, [digit, Expr::integer(1)])?,
        });
    }
    Ok(places)
}

//! Exact values of circular functions, their arguments brought nearer to 0, and imaginary arguments.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Number, Sym};

use super::evaluate::multiple_of_pi;
use crate::arithmetic::{product, sum};

/// The value of a circular function at `q Pi`, where it is exact; arguments outside of the first
/// quadrant are brought there.
pub(super) fn at_multiple_of_pi(session: &mut Session, function: Sym, q: &Number) -> Result<Option<Expr>, Flow> {
    let (numerator, denominator) = match function {
        Sym::Sin => (Some(Sym::Sin), None),
        Sym::Cos => (Some(Sym::Cos), None),
        Sym::Tan => (Some(Sym::Sin), Some(Sym::Cos)),
        Sym::Cot => (Some(Sym::Cos), Some(Sym::Sin)),
        Sym::Sec => (None, Some(Sym::Cos)),
        Sym::Csc => (None, Some(Sym::Sin)),
        _ => return Ok(None),
    };
    let mut value = |part: Option<Sym>| -> Result<Option<Expr>, Flow> {
        match part {
            None => Ok(Some(Expr::integer(1))),
            Some(Sym::Sin) => sine(session, q),
            Some(_) => {
                let Ok(half) = Number::from(1).div(&Number::from(2)) else { return Ok(None) };
                sine(session, &half.sub(q))
            }
        }
    };
    let (Some(numerator), Some(denominator)) = (value(numerator)?, value(denominator)?) else { return Ok(None) };
    if denominator.is_integer(1) {
        return Ok(Some(numerator));
    }
    if denominator.is_integer(0) {
        return Ok(Some(Expr::call(Sym::DirectedInfinity, [])));
    }
    session.evaluate_call(Sym::Divide, [numerator, denominator]).map(Some)
}

/// `Sin[q Pi]` for those fractions with a value in square roots: multiples of 1/12 and of 1/10.
fn sine(session: &mut Session, q: &Number) -> Result<Option<Expr>, Flow> {
    let Ok(q) = q.modulo(&Number::from(2)) else { return Ok(None) };
    let negative = q.sub(&Number::ONE).is_positive();
    let q = if negative { q.sub(&Number::ONE) } else { q };
    let Ok(sixtieths) = q.mul(&Number::from(60)) else { return Ok(None) };
    let Some(sixtieths) = sixtieths.as_i64() else { return Ok(None) };
    let text = match sixtieths.min(60 - sixtieths) {
        0 => "0",
        5 => "(Sqrt[3] - 1)/(2*Sqrt[2])",
        6 => "(Sqrt[5] - 1)/4",
        10 => "1/2",
        12 => "Sqrt[5/8 - Sqrt[5]/8]",
        15 => "1/Sqrt[2]",
        18 => "(1 + Sqrt[5])/4",
        20 => "Sqrt[3]/2",
        24 => "Sqrt[5/8 + Sqrt[5]/8]",
        25 => "(1 + Sqrt[3])/(2*Sqrt[2])",
        30 => "1",
        _ => return Ok(None),
    };
    let value = session.parse_static(text);
    let value = session.evaluate(&value)?;
    if negative { product(session, [Expr::integer(-1), value]).map(Some) } else { Ok(Some(value)) }
}

/// The functions of `I y` by those of `y`, and the power of I that they are multiplied by.
const OF_IMAGINARY: &[(Sym, Sym, u8)] = &[
    (Sym::Sin, Sym::Sinh, 1),
    (Sym::Cos, Sym::Cosh, 0),
    (Sym::Tan, Sym::Tanh, 1),
    (Sym::Cot, Sym::Coth, 3),
    (Sym::Sec, Sym::Sech, 0),
    (Sym::Csc, Sym::Csch, 3),
    (Sym::Sinh, Sym::Sin, 1),
    (Sym::Cosh, Sym::Cos, 0),
    (Sym::Tanh, Sym::Tan, 1),
    (Sym::Coth, Sym::Cot, 3),
    (Sym::Sech, Sym::Sec, 0),
    (Sym::Csch, Sym::Csc, 3),
    (Sym::ArcSin, Sym::ArcSinh, 1),
    (Sym::ArcSinh, Sym::ArcSin, 1),
    (Sym::ArcTanh, Sym::ArcTan, 1),
];

/// A circular or hyperbolic function, or an inverse one, of an exact multiple of I.
pub(super) fn of_imaginary(session: &mut Session, function: Sym, x: &Expr) -> Result<Option<Expr>, Flow> {
    let imaginary = |e: &Expr| match e.as_number()? {
        Number::Complex(z) if z.re().is_exact_zero() && z.im().is_exact() => Some(Expr::number(z.im().clone())),
        _ => None,
    };
    let y = match x.args_of(Sym::Times).as_deref() {
        Some([first, rest @ ..]) => {
            let Some(multiple) = imaginary(first) else { return Ok(None) };
            product(session, [&[multiple], rest].concat())?
        }
        _ => match imaginary(x) {
            Some(y) => y,
            None => return Ok(None),
        },
    };
    let Some((_, other, quarters)) = OF_IMAGINARY.iter().find(|(known, ..)| *known == function) else {
        return Ok(None);
    };
    let value = session.evaluate_call(*other, [y])?;
    let factor = match quarters {
        0 => return Ok(Some(value)),
        1 => Number::ONE,
        _ => Number::ONE.neg(),
    };
    product(session, [Expr::number(Number::complex(&Number::ZERO, &factor)), value]).map(Some)
}

/// A circular function of a sum one term of which is a multiple of Pi/2, as a function of the other terms; of Infinity, the
/// interval of its values.
pub(super) fn shifted(session: &mut Session, function: Sym, x: &Expr) -> Result<Option<Expr>, Flow> {
    // What the function is a quarter turn further, and whether with a minus sign.
    let quarter = |function: Sym| match function {
        Sym::Sin => Some((Sym::Cos, false)),
        Sym::Cos => Some((Sym::Sin, true)),
        Sym::Tan => Some((Sym::Cot, true)),
        Sym::Cot => Some((Sym::Tan, true)),
        Sym::Sec => Some((Sym::Csc, true)),
        Sym::Csc => Some((Sym::Sec, false)),
        _ => None,
    };
    if quarter(function).is_none() {
        return Ok(None);
    }
    if x.has_head(Sym::DirectedInfinity) && matches!(function, Sym::Sin | Sym::Cos) {
        // All values between these come up again and again.
        let is_real = x.args().iter().any(|direction| direction.as_number().is_some_and(|n| n.is_real()));
        let ends = Expr::list([Expr::integer(-1), Expr::integer(1)]);
        return Ok(is_real.then(|| Expr::call(Sym::Interval, [ends])));
    }
    let Some(terms) = x.args_of(Sym::Plus) else { return Ok(None) };
    let quarters =
        |term: &Expr| multiple_of_pi(term)?.mul(&Number::from(2)).ok()?.modulo(&Number::from(4)).ok()?.as_i64();
    let found = terms.iter().enumerate().find_map(|(place, term)| quarters(term).map(|turns| (place, turns)));
    let Some((place, turns)) = found.filter(|(place, _)| !terms[*place].is_number()) else { return Ok(None) };
    let rest = terms.iter().enumerate().filter(|(i, _)| *i != place).map(|(_, term)| term.clone());
    let rest = sum(session, rest.collect::<Vec<_>>())?;
    let mut turned = (function, false);
    for _ in 0..turns {
        if let Some((next, negative)) = quarter(turned.0) {
            turned = (next, turned.1 ^ negative);
        }
    }
    let value = session.evaluate_call(turned.0, [rest])?;
    if turned.1 { product(session, [Expr::integer(-1), value]).map(Some) } else { Ok(Some(value)) }
}

//! `Power`: powers, roots and exponentials.

use netform_eval::{
    Derivative, Eval, Flow, Form, Function, Intervals, Law, Lowering, RealCode, Session, ShapeRule, power_toward,
};
use netform_expr::number::{Elementary, Exception, Surd};
use netform_expr::{Attributes, Expr, Number, Sym};
use netform_kernels::Code;

use crate::elementary::constant_of;

pub(super) const POWER: Function = Function {
    name: "Power",
    usage: "x^y is x to the power y. Exact roots are taken where they are exact; Sqrt[x] is x^(1/2) \
            and E^x the exponential function. Exact results have at most 10 million digits.",
    attributes: Attributes::LISTABLE.with(Attributes::NUMERIC_FUNCTION).with(Attributes::ONE_IDENTITY),
    arguments: Some((0, usize::MAX)),
    evaluate: Some(evaluate),
    shape: ShapeRule::Elementwise,
    derivative: Derivative::Partial(&["#2*#1^(#2 - 1)", "Log[#1]*#1^#2"]),
    better: Some(|call| {
        let natural = call.len() == 2 && call.arg(0).is(Sym::E);
        natural.then(|| Expr::call(Sym::Exp, [call.arg(1)]))
    }),
    intervals: Intervals::directed(Law::Power, power_toward),
    real: Some(RealCode::Binary(real_power)),
    instruction: Some(Code::Power),
    lowering: Lowering::Map,
    forms: &[(Form::C, "pow")],
    examples: &[
        ("2^10", "1024"),
        ("(x^2)^3", "x^6"),
        ("8^(1/3)", "2"),
        ("Sqrt[12]", "2 Sqrt[3]"),
        ("(a b)^2", "a^2 b^2"),
        ("E^Log[x]", "x"),
        ("E^(x + 2 Log[y])", "E^x y^2"),
        ("E^(x Log[a])", "a^x"),
        ("VectorSymbol[\"v\", 3]^0", "SymbolicOnesArray[{3}]"),
    ],
    messages: &[
        ("infy", "Infinite expression `1` encountered."),
        ("indet", "Indeterminate expression `1` encountered."),
    ],
    ..Function::NEW
};

/// `x^y` for machine reals; integer exponents are exact multiplications.
fn real_power(x: f64, y: f64) -> f64 {
    match y {
        2.0 => x * x,
        -1.0 => 1.0 / x,
        0.5 => x.sqrt(),
        -0.5 => 1.0 / x.sqrt(),
        _ if y.fract() == 0.0 && y.abs() <= 64.0 => x.powi(y as i32),
        _ => x.powf(y),
    }
}

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    match call.args().as_ref() {
        [single] => Ok(Some(single.clone())),
        [base, exponent] => {
            let power = rewrite(session, base, exponent)?;
            Ok(power.filter(|power| power != call))
        }
        [first, rest @ ..] => {
            let rest = Expr::call(Sym::Power, rest.iter().cloned());
            Ok(Some(Expr::call(Sym::Power, [first.clone(), rest])))
        }
        [] => Ok(Some(Expr::integer(1))),
    }
}

/// The power of a base and an exponent that are in normal form, in normal form itself.
///
/// # Errors
/// Where a definition of the user is left by a [`Flow`].
pub(crate) fn power(session: &mut Session, base: Expr, exponent: Expr) -> Result<Expr, Flow> {
    if exponent.is_integer(1) {
        return Ok(base);
    }
    session.evaluate_call(Sym::Power, [base, exponent])
}

/// The rules for powers; `None` if none applies.
fn rewrite(session: &mut Session, base: &Expr, exponent: &Expr) -> Eval {
    if let (Some(b), Some(e)) = (base.as_number(), exponent.as_number()) {
        return power_of_numbers(session, base, exponent, &b, &e);
    }
    if exponent.is_integer(1) {
        return Ok(Some(base.clone()));
    }
    if base.is(Sym::Indeterminate) || exponent.is(Sym::Indeterminate) {
        return Ok(Some(Sym::Indeterminate.into()));
    }
    if exponent.is_integer(0) {
        let shape = session.shape_of(base)?;
        return Ok(Some(if shape.is_array() { Session::ones(&shape) } else { Expr::integer(1) }));
    }
    if exponent.has_head(Sym::DirectedInfinity)
        && exponent.len() == 1
        && let Some(value) = infinite_power(session, base, &exponent.arg(0))
    {
        return Ok(Some(value));
    }
    if base.has_head(Sym::DirectedInfinity) {
        return Ok(power_of_infinity(base, exponent));
    }
    if base.is_integer(1) {
        let shape = session.shape_of(exponent)?;
        return Ok(Some(if shape.is_array() { Session::ones(&shape) } else { Expr::integer(1) }));
    }
    if base.as_number().is_some_and(|b| b.is_exact_zero()) {
        return Ok(None);
    }
    if base.is(Sym::E) {
        return exponential(session, exponent);
    }
    if base.has_head(Sym::Power)
        && base.len() == 2
        && (is_multiplied_out(&base.arg(1), exponent) || is_power_of_constant(base, exponent))
    {
        let product = super::product(session, [base.arg(1), exponent.clone()])?;
        return Ok(Some(Expr::call(Sym::Power, [base.arg(0), product])));
    }
    if base.has_head(Sym::Times) {
        return power_of_product(session, base, exponent);
    }
    if base.has_head(Sym::SymbolicOnesArray) || (base.has_head(Sym::SymbolicZerosArray) && is_positive(exponent)) {
        let same = session.shape_of(exponent)?.rank().unwrap_or(0) <= session.shape_of(base)?.rank().unwrap_or(0);
        return Ok(same.then(|| base.clone()));
    }
    Ok(None)
}

/// The limit of powers of a real number or of infinity as the exponent grows or falls without end, where there is one.
fn infinite_power(session: &mut Session, base: &Expr, direction: &Expr) -> Option<Expr> {
    let grows = match direction.as_i64() {
        Some(1) => true,
        Some(-1) => false,
        _ => return None,
    };
    let infinity = |direction: &[i64]| Expr::call(Sym::DirectedInfinity, direction.iter().map(|&d| Expr::integer(d)));
    if base.has_head(Sym::DirectedInfinity) {
        return Some(if grows { infinity(&[]) } else { Expr::integer(0) });
    }
    let base = base.as_number().filter(Number::is_real)?;
    if base.is_exact_one() {
        let exponent = infinity(&[direction.as_i64()?]);
        let shown = Expr::call(Sym::Power, [Expr::number(base), exponent]);
        return Some(exception_value(session, Exception::Indeterminate, &[shown]));
    }
    let size = if base.is_negative() { base.neg() } else { base.clone() };
    let vanishes = match size.sub(&Number::ONE).sign()? {
        0 => return None,
        sign => (sign < 0) == grows,
    };
    Some(if vanishes {
        Expr::integer(0)
    } else if base.is_positive() {
        infinity(&[1])
    } else {
        infinity(&[])
    })
}

fn is_positive(e: &Expr) -> bool {
    e.as_number().is_some_and(|n| n.is_positive())
}

/// Real powers of a positive constant are positive, so that their exponents are multiplied.
fn is_power_of_constant(base: &Expr, exponent: &Expr) -> bool {
    let is_real = |e: &Expr| e.as_number().is_some_and(|n| n.is_real());
    constant_of(&base.arg(0)).is_some() && is_real(&base.arg(1)) && is_real(exponent)
}

/// `(x^a)^b` is `x^(a b)` for every integer b, and for a between -1 and 1 with real b.
fn is_multiplied_out(inner: &Expr, outer: &Expr) -> bool {
    if outer.as_number().is_some_and(|n| n.is_integer()) {
        return true;
    }
    let small = |n: &Number| {
        let above = n.add(&Number::ONE).is_positive();
        let below = n.sub(&Number::ONE).sign().is_some_and(|s| s <= 0);
        n.is_real() && above && below
    };
    inner.as_number().is_some_and(|n| small(&n)) && outer.as_number().is_some_and(|n| n.is_real())
}

fn power_of_numbers(session: &mut Session, base: &Expr, exponent: &Expr, b: &Number, e: &Number) -> Eval {
    match b.pow(e) {
        Ok(value) => Ok(Some(Expr::number(value))),
        Err(Exception::Symbolic) => {
            let Some(surd) = Surd::of(b, e) else { return Ok(None) };
            if surd.is_unchanged(b, e) {
                return Ok(None);
            }
            let radicals = surd
                .radicals
                .iter()
                .map(|(b, e)| Expr::call(Sym::Power, [Expr::number(b.clone()), Expr::number(e.clone())]));
            let number = (!surd.coefficient.is_exact_one()).then(|| Expr::number(surd.coefficient.clone()));
            Ok(Some(Expr::call(Sym::Times, number.into_iter().chain(radicals))))
        }
        Err(exception) => {
            Ok(Some(exception_value(session, exception, &[Expr::call(Sym::Power, [base.clone(), exponent.clone()])])))
        }
    }
}

/// What stands for an exceptional result, after a message that shows the expression.
pub(crate) fn exception_value(session: &mut Session, exception: Exception, parts: &[Expr]) -> Expr {
    // Quotients are powers; other functions speak for themselves.
    let (shown, speaker) = match parts {
        [single] if !single.has_head(Sym::Times) => (single.clone(), single.head().clone()),
        [single] => (single.clone(), Sym::Power.into()),
        several => (Expr::call(Sym::Times, several.iter().cloned()), Sym::Power.into()),
    };
    let infinity = |direction: &[i64]| Expr::call(Sym::DirectedInfinity, direction.iter().map(|&d| Expr::integer(d)));
    match exception {
        Exception::ComplexInfinity => {
            session.message_of(&speaker, "infy", &[Expr::call(Sym::HoldForm, [shown])]);
            infinity(&[])
        }
        Exception::Infinity => infinity(&[1]),
        Exception::NegativeInfinity => infinity(&[-1]),
        Exception::Indeterminate => {
            session.message_of(&speaker, "indet", &[Expr::call(Sym::HoldForm, [shown])]);
            Sym::Indeterminate.into()
        }
        Exception::Overflow => {
            session.message(Sym::General, "ovfl", &[]);
            Expr::call(Sym::Overflow, [])
        }
        Exception::Underflow => {
            session.message(Sym::General, "unfl", &[]);
            Expr::call(Sym::Underflow, [])
        }
        Exception::Symbolic => shown,
    }
}

/// `E^x`: logarithms vanish, machine reals are computed, multiples of `I Pi` are exact.
fn exponential(session: &mut Session, exponent: &Expr) -> Eval {
    if let Some(x) = exponent.as_number() {
        if x.is_exact() {
            return Ok(None);
        }
        return Ok(Some(match Elementary::Exp.apply(&[x]) {
            Ok(value) => Expr::number(value),
            Err(exception) => {
                exception_value(session, exception, &[Expr::call(Sym::Power, [Sym::E.into(), exponent.clone()])])
            }
        }));
    }
    if exponent.has_head(Sym::Log) && exponent.len() == 1 {
        return Ok(Some(exponent.arg(0)));
    }
    if exponent.has_head(Sym::DirectedInfinity) && exponent.len() == 1 {
        return Ok(match exponent.arg(0).as_i64() {
            Some(1) => Some(exponent.clone()),
            Some(-1) => Some(Expr::integer(0)),
            _ => None,
        });
    }
    if let Some(terms) = exponent.args_of(Sym::Plus) {
        return without_logarithms(session, &terms);
    }
    if !exponent.has_head(Sym::Times) {
        return Ok(None);
    }
    let factors = exponent.args();
    if let Some(i) = factors.iter().position(|f| f.has_head(Sym::Log) && f.len() == 1) {
        let rest = factors.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, f)| f.clone()).collect::<Vec<_>>();
        let exponent = super::product(session, rest)?;
        return Ok(Some(Expr::call(Sym::Power, [factors[i].arg(0), exponent])));
    }
    let [multiple, pi] = factors.as_ref() else { return Ok(None) };
    let Some(Number::Complex(z)) = multiple.as_number() else { return Ok(None) };
    if !pi.is(Sym::Pi) || !z.re().is_exact_zero() {
        return Ok(None);
    }
    // E^(I Pi q) with q = 0, 1/2, 1, 3/2 modulo 2.
    let Ok(doubled) = z.im().mul(&Number::from(2)) else { return Ok(None) };
    let Some(quarter) = doubled.as_i64() else { return Ok(None) };
    let imaginary = |sign: i64| Expr::number(Number::complex(&Number::ZERO, &Number::from(sign)));
    Ok(Some(match quarter.rem_euclid(4) {
        0 => Expr::integer(1),
        1 => imaginary(1),
        2 => Expr::integer(-1),
        _ => imaginary(-1),
    }))
}

/// The exponential of a sum some of whose terms are logarithms, or multiples of them: powers of what the logarithms are
/// of, times the exponential of the rest.
fn without_logarithms(session: &mut Session, terms: &[Expr]) -> Eval {
    let is_logarithm = |e: &Expr| e.has_head(Sym::Log) && e.len() == 1;
    let is_logarithm = |term: &Expr| match term.args_of(Sym::Times) {
        Some(factors) => factors.iter().any(is_logarithm),
        None => is_logarithm(term),
    };
    let (logarithms, rest): (Vec<Expr>, Vec<Expr>) = terms.iter().cloned().partition(is_logarithm);
    if logarithms.is_empty() {
        return Ok(None);
    }
    let mut factors = vec![super::sum(session, rest)?];
    factors.extend(logarithms);
    for factor in &mut factors {
        *factor = power(session, Sym::E.into(), factor.clone())?;
    }
    super::product(session, factors).map(Some)
}

/// Powers of infinities that have a value.
fn power_of_infinity(base: &Expr, exponent: &Expr) -> Option<Expr> {
    let sign = exponent.as_number().and_then(|n| n.sign())?;
    match (sign, base.args().first().and_then(Expr::as_i64)) {
        (-1, _) => Some(Expr::integer(0)),
        (1, Some(1)) => Some(base.clone()),
        (1, Some(-1)) => {
            let n = exponent.as_i64()?;
            Some(Expr::call(Sym::DirectedInfinity, [Expr::integer(if n % 2 == 0 { 1 } else { -1 })]))
        }
        (1, None) if base.is_empty() => Some(base.clone()),
        _ => None,
    }
}

/// `(a b)^n` is `a^n b^n` for integers n; a positive numeric factor leaves any power.
fn power_of_product(session: &mut Session, base: &Expr, exponent: &Expr) -> Eval {
    let factors = base.args();
    if exponent.as_number().is_some_and(|n| n.is_integer()) {
        let mut powers = Vec::with_capacity(factors.len());
        for factor in factors.iter() {
            powers.push(power(session, factor.clone(), exponent.clone())?);
        }
        return super::product(session, powers).map(Some);
    }
    let Some(number) = factors[0].as_number() else { return Ok(None) };
    let fractional = exponent.as_number().is_some_and(|n| n.is_real());
    if !fractional || !number.is_real() || number == Number::MINUS_ONE {
        return Ok(None);
    }
    let negative = number.is_negative();
    let magnitude = if negative { number.neg() } else { number };
    let mut rest: Vec<Expr> = factors[1..].to_vec();
    if negative {
        rest.insert(0, Expr::integer(-1));
    }
    let outside = power(session, Expr::number(magnitude), exponent.clone())?;
    let inside = if rest.len() == 1 { rest.swap_remove(0) } else { Expr::call(Sym::Times, rest) };
    Ok(Some(Expr::call(Sym::Times, [outside, Expr::call(Sym::Power, [inside, exponent.clone()])])))
}

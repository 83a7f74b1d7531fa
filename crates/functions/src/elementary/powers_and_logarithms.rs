//! Logarithms, roots, arc tangents, and the gamma function.

use netform_eval::{
    Derivative, Eval, Form, Function, Intervals, Law, Lowering, RealCode, Rounding, Session, ShapeRule,
};
use netform_expr::number::Elementary;
use netform_expr::{Expr, Number, Sym};
use netform_kernels::Code;

use super::evaluate::value_of;
use super::monotone;
use super::table::NUMERIC;
use crate::arithmetic::product;

const BASE: Function =
    Function { attributes: NUMERIC, shape: ShapeRule::Elementwise, lowering: Lowering::Map, ..Function::NEW };

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "Log",
        usage: "Log[x] is the natural logarithm of x; Log[b, x] the logarithm to base b.",
        arguments: Some((1, 2)),
        evaluate: Some(logarithm),
        derivative: Derivative::Rule(|session, call, position| {
            let text = match (call.len(), position) {
                (1, _) => "1/#1 &",
                (_, 1) => "-(Log[#2]/(#1*Log[#1]^2)) &",
                _ => "1/(#2*Log[#1]) &",
            };
            let function = session.parse_static(text);
            session.evaluate(&Expr::normal(function, call.args().into_owned())).map(Some)
        }),
        intervals: Intervals::pieces(&monotone::LOG),
        real: Some(RealCode::Variadic(|x| match x {
            [x] => x.ln(),
            [base, x] => x.ln() / base.ln(),
            _ => f64::NAN,
        })),
        instruction: Some(Code::Logarithm),
        forms: &[(Form::Tex, "\\log"), (Form::C, "@log(#1)|@log(#2)/@log(#1)")],
        examples: &[
            ("Log[E^2]", "2"),
            ("Log[8, 32768]", "5"),
            ("Log[1]", "0"),
            ("Log[2.]", "0.693147"),
            ("Log[-1]", "I Pi"),
        ],
        ..BASE
    },
    Function {
        name: "Log2",
        usage: "Log2[x] is the logarithm of x to base 2.",
        arguments: Some((1, 1)),
        evaluate: Some(|_, call| Ok(Some(Expr::call(Sym::Log, [Expr::integer(2), call.arg(0)])))),
        intervals: Intervals::pieces(&monotone::LOG),
        real: Some(RealCode::Unary(f64::log2)),
        forms: &[(Form::C, "log2")],
        examples: &[("Log2[8]", "3")],
        ..BASE
    },
    Function {
        name: "Log10",
        usage: "Log10[x] is the logarithm of x to base 10.",
        arguments: Some((1, 1)),
        evaluate: Some(|_, call| Ok(Some(Expr::call(Sym::Log, [Expr::integer(10), call.arg(0)])))),
        intervals: Intervals::pieces(&monotone::LOG),
        real: Some(RealCode::Unary(f64::log10)),
        forms: &[(Form::C, "log10")],
        examples: &[("Log10[1000]", "3")],
        ..BASE
    },
    Function {
        name: "ArcTan",
        usage: "ArcTan[x] is the angle between -Pi/2 and Pi/2 whose tangent is x; ArcTan[x, y] the angle of the point {x, y}.",
        arguments: Some((1, 2)),
        evaluate: Some(arc_tangent),
        derivative: Derivative::Rule(|session, call, position| {
            let text = match (call.len(), position) {
                (1, _) => "1/(1 + #1^2) &",
                (_, 1) => "-(#2/(#1^2 + #2^2)) &",
                _ => "#1/(#1^2 + #2^2) &",
            };
            let function = session.parse_static(text);
            session.evaluate(&Expr::normal(function, call.args().into_owned())).map(Some)
        }),
        intervals: Intervals { law: Law::Angle, rounding: Rounding::Units(6) },
        real: Some(RealCode::Variadic(|x| match x {
            [x] => x.atan(),
            [x, y] => y.atan2(*x),
            _ => f64::NAN,
        })),
        instruction: Some(Code::ArcTangent),
        forms: &[(Form::Tex, "\\arctan"), (Form::C, "@atan(#1)|@atan2(#2, #1)")],
        examples: &[
            ("ArcTan[1]", "Pi/4"),
            ("ArcTan[-1, 0]", "Pi"),
            ("ArcTan[0.5]", "0.463648"),
            ("ArcTan[-x]", "-ArcTan[x]"),
        ],
        ..BASE
    },
    Function {
        name: "Gamma",
        usage: "Gamma[x] is the gamma function, (x - 1)! for integers.",
        arguments: Some((1, 1)),
        evaluate: Some(gamma),
        derivative: Derivative::Partial(&["Gamma[#1]*PolyGamma[0, #1]"]),
        intervals: Intervals { law: Law::Pieces(&monotone::GAMMA), rounding: Rounding::Units(30) },
        real: Some(RealCode::Unary(libm::tgamma)),
        forms: &[(Form::Tex, "\\Gamma"), (Form::C, "tgamma")],
        examples: &[("Gamma[5]", "24"), ("Gamma[1/2]", "Sqrt[Pi]"), ("Gamma[0.5]", "1.77245")],
        ..BASE
    },
    Function {
        name: "CubeRoot",
        usage: "CubeRoot[x] is the real cube root of x.",
        arguments: Some((1, 1)),
        evaluate: Some(|session, call| real_root(session, &call.arg(0), 3)),
        derivative: Derivative::Partial(&["1/(3*CubeRoot[#1]^2)"]),
        intervals: Intervals::pieces(&monotone::LINE),
        real: Some(RealCode::Unary(f64::cbrt)),
        forms: &[(Form::C, "cbrt")],
        examples: &[("CubeRoot[-8]", "-2")],
        ..BASE
    },
    Function {
        name: "Surd",
        usage: "Surd[x, n] is the real n-th root of x.",
        arguments: Some((2, 2)),
        evaluate: Some(|session, call| match call.arg(1).as_i64() {
            Some(n) if n != 0 => real_root(session, &call.arg(0), n),
            _ => Ok(None),
        }),
        derivative: Derivative::Partial(&["Surd[#1, #2]/(#1*#2)", "-(Log[#1]*Surd[#1, #2]/#2^2)"]),
        // The reciprocal of n is rounded, which the logarithm of x magnifies.
        intervals: Intervals { law: Law::Root, rounding: Rounding::Units(1024) },
        real: Some(RealCode::Binary(|x, n| {
            if x < 0.0 && n.rem_euclid(2.0) == 1.0 { -(-x).powf(1.0 / n) } else { x.powf(1.0 / n) }
        })),
        forms: &[(Form::C, "#1 < 0 && @fabs(@fmod(#2, 2)) == 1 ? -@pow(-#1, 1/#2) : @pow(#1, 1/#2)")],
        examples: &[("Surd[-27, 3]", "-3"), ("Surd[2., 2]", "1.41421")],
        ..BASE
    },
];

fn logarithm(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 2 {
        return logarithm_to_base(session, call);
    }
    let x = call.arg(0);
    if let Some(number) = x.as_number() {
        if !number.is_exact() {
            return Ok(value_of(session, call, Elementary::Log.apply(&[number])));
        }
        if number.is_exact_one() {
            return Ok(Some(Expr::integer(0)));
        }
        if number.is_exact_zero() {
            return Ok(Some(Expr::call(Sym::DirectedInfinity, [Expr::integer(-1)])));
        }
        if number.is_negative() {
            let i_pi = session.parse_static("I*Pi");
            let positive = Expr::call(Sym::Log, [Expr::number(number.neg())]);
            return Ok(Some(Expr::call(Sym::Plus, [i_pi, positive])));
        }
        // Log[1/n] is -Log[n].
        let reciprocal = number.recip().ok().filter(|r| number.is_real() && r.is_integer());
        return Ok(
            reciprocal.map(|r| Expr::call(Sym::Times, [Expr::integer(-1), Expr::call(Sym::Log, [Expr::number(r)])]))
        );
    }
    if x.is(Sym::E) {
        return Ok(Some(Expr::integer(1)));
    }
    if x.has_head(Sym::DirectedInfinity) {
        return Ok(Some(Expr::call(Sym::DirectedInfinity, [Expr::integer(1)])));
    }
    if x.has_head(Sym::Power) && x.arg(0).is(Sym::E) && x.arg(1).as_number().is_some_and(|n| n.is_real()) {
        return Ok(Some(x.arg(1)));
    }
    Ok(None)
}

fn logarithm_to_base(session: &mut Session, call: &Expr) -> Eval {
    let [base, x] = [call.arg(0), call.arg(1)];
    if let (Some(b), Some(n)) = (base.as_number(), x.as_number())
        && b.is_exact()
        && n.is_exact()
        && let Some(power) = exact_logarithm(&b, &n)
    {
        return Ok(Some(Expr::number(power)));
    }
    let log = |session: &mut Session, x: Expr| session.evaluate_call(Sym::Log, [x]);
    let [above, below] = [log(session, x)?, log(session, base)?];
    // A quotient of machine numbers is rounded once, their product with a reciprocal twice.
    if [&above, &below].iter().any(|log| log.as_real().is_some())
        && let (Some(a), Some(b)) = (above.as_number(), below.as_number())
        && let Ok(quotient) = a.div(&b)
    {
        return Ok(Some(Expr::number(quotient)));
    }
    session.evaluate_call(Sym::Divide, [above, below]).map(Some)
}

/// The integer or fraction p with `base^p = x`, if there is one.
fn exact_logarithm(base: &Number, x: &Number) -> Option<Number> {
    if !base.is_positive() || !x.is_positive() || base.is_exact_one() {
        return None;
    }
    let estimate = (x.to_f64()?.ln() / base.to_f64()?.ln()).round();
    if estimate.abs() > 1e6 {
        return None;
    }
    let power = Number::from(estimate as i64);
    (base.pow(&power).ok()? == *x).then_some(power)
}

fn arc_tangent(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 2 {
        return angle(session, call);
    }
    let x = call.arg(0);
    if let Some(number) = x.as_number() {
        if !number.is_exact() {
            return Ok(value_of(session, call, Elementary::ArcTan.apply(&[number])));
        }
        if number.is_exact_zero() {
            return Ok(Some(Expr::integer(0)));
        }
    }
    let exact = session.parse_static("{1 -> Pi/4, Sqrt[3] -> Pi/3, 1/Sqrt[3] -> Pi/6, Infinity -> Pi/2}");
    let exact = session.evaluate(&exact)?;
    if let Some(rule) = exact.args().iter().find(|rule| rule.arg(0) == x) {
        return Ok(Some(rule.arg(1)));
    }
    let leading = x.args_of(Sym::Times).map_or_else(|| x.as_number(), |args| args[0].as_number());
    let infinite = x.has_head(Sym::DirectedInfinity) && x.len() == 1 && x.arg(0).is_integer(-1);
    if infinite || leading.is_some_and(|n| n.is_negative()) {
        let positive = product(session, [Expr::integer(-1), x])?;
        return Ok(Some(Expr::call(Sym::Times, [Expr::integer(-1), Expr::call(Sym::ArcTan, [positive])])));
    }
    Ok(None)
}

/// `ArcTan[x, y]` of numbers.
fn angle(session: &mut Session, call: &Expr) -> Eval {
    let [x, y] = [call.arg(0), call.arg(1)];
    let (Some(a), Some(b)) = (x.as_number(), y.as_number()) else { return Ok(None) };
    if !(a.is_exact() && b.is_exact()) {
        let value = Elementary::ArcTan2.apply(&[a, b]);
        return Ok(value_of(session, call, value));
    }
    if !a.is_real() || !b.is_real() {
        return Ok(None);
    }
    let times_pi = |numerator: i64, denominator: i64| {
        let q = Expr::call(Sym::Divide, [Expr::integer(numerator), Expr::integer(denominator)]);
        Expr::call(Sym::Times, [q, Sym::Pi.into()])
    };
    Ok(Some(match (a.sign(), b.sign()) {
        (Some(0), Some(0)) => Expr::call(Sym::Interval, [Expr::list([times_pi(-1, 1), times_pi(1, 1)])]),
        (Some(1), Some(0)) => Expr::integer(0),
        (Some(-1), Some(0)) => Sym::Pi.into(),
        (Some(0), Some(1)) => times_pi(1, 2),
        (Some(0), _) => times_pi(-1, 2),
        (sign, above) => {
            let ratio = Expr::call(Sym::ArcTan, [Expr::call(Sym::Divide, [y, x])]);
            match (sign, above) {
                (Some(1), _) => ratio,
                (_, Some(1)) => Expr::call(Sym::Plus, [ratio, Sym::Pi.into()]),
                _ => Expr::call(Sym::Subtract, [ratio, Sym::Pi.into()]),
            }
        }
    }))
}

fn gamma(session: &mut Session, call: &Expr) -> Eval {
    let Some(x) = call.arg(0).as_number() else { return Ok(None) };
    if !x.is_exact() {
        return Ok(value_of(session, call, Elementary::Gamma.apply(&[x])));
    }
    if x.is_integer() {
        return Ok(Some(Expr::call(Sym::Factorial, [Expr::number(x.sub(&Number::ONE))])));
    }
    let half = session.parse_static("1/2");
    let half = session.evaluate(&half)?;
    if call.arg(0) == half {
        return Ok(Some(Expr::call(Sym::Sqrt, [Sym::Pi.into()])));
    }
    // Other half-integers come down to 1/2 by the recurrence.
    let doubled = x.add(&x);
    let small = doubled.as_i64().is_some_and(|n| n.abs() < 200);
    if !small {
        return Ok(None);
    }
    let below = Expr::number(x.sub(&Number::ONE));
    Ok(Some(if x.is_positive() {
        Expr::call(Sym::Times, [below.clone(), Expr::call(Sym::Gamma, [below])])
    } else {
        let above = Expr::number(x.add(&Number::ONE));
        Expr::call(Sym::Divide, [Expr::call(Sym::Gamma, [above]), Expr::number(x)])
    }))
}

fn real_root(session: &mut Session, x: &Expr, n: i64) -> Eval {
    let Some(number) = x.as_number().filter(Number::is_real) else { return Ok(None) };
    let exponent = Expr::call(Sym::Power, [Expr::integer(n), Expr::integer(-1)]);
    if !number.is_negative() {
        return Ok(Some(Expr::call(Sym::Power, [x.clone(), exponent])));
    }
    if n % 2 == 0 {
        return Ok(value_of(
            session,
            &Expr::call(Sym::Surd, [x.clone(), Expr::integer(n)]),
            Err(netform_expr::number::Exception::Indeterminate),
        ));
    }
    let positive = Expr::call(Sym::Power, [Expr::number(number.neg()), exponent]);
    Ok(Some(Expr::call(Sym::Times, [Expr::integer(-1), positive])))
}

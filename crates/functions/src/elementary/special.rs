//! The inverse error functions and the polygamma functions.

use netform_eval::{
    Break, Derivative, Eval, Flow, Form, Function, Intervals, Landmark, Law, Lowering, Pieces, RealCode, Rounding,
    Session, ShapeRule,
};
use netform_expr::{Expr, Number, Sym};

use super::by_code::by_code;
use super::monotone;
use super::table::NUMERIC;

const BASE: Function = Function {
    attributes: NUMERIC,
    evaluate: Some(on_numbers),
    shape: ShapeRule::Elementwise,
    lowering: Lowering::Map,
    ..Function::NEW
};

/// It falls between its poles at 0 and 2.
const INVERSE_ERFC: Pieces = monotone::LINE.on(Landmark::Integer(0), Landmark::Integer(2)).broken(&[
    Break::jump(Landmark::Integer(0), Landmark::Infinity, Landmark::Infinity),
    Break::jump(Landmark::Integer(2), Landmark::MinusInfinity, Landmark::MinusInfinity),
]);
/// Newton's method ends within a few units, with room to spare.
const INVERSES: Rounding = Rounding::Units(64);

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "InverseErf",
        usage: "InverseErf[y] is the number whose error function is y, for y between -1 and 1.",
        arguments: Some((1, 1)),
        derivative: Derivative::Partial(&["E^InverseErf[#1]^2*Sqrt[Pi]/2"]),
        intervals: Intervals { law: Law::Pieces(&monotone::ARC_TANH), rounding: INVERSES },
        real: Some(RealCode::Unary(inverse_erf)),
        forms: &[(Form::Tex, "\\operatorname{erf}^{-1}")],
        examples: &[("InverseErf[0.5]", "0.476936"), ("InverseErf[0]", "0"), ("InverseErf[1]", "Infinity")],
        ..BASE
    },
    Function {
        name: "InverseErfc",
        usage: "InverseErfc[y] is the number whose complementary error function is y, for y between 0 and 2.",
        arguments: Some((1, 1)),
        derivative: Derivative::Partial(&["-E^InverseErfc[#1]^2*Sqrt[Pi]/2"]),
        intervals: Intervals { law: Law::Pieces(&INVERSE_ERFC), rounding: INVERSES },
        real: Some(RealCode::Unary(inverse_erfc)),
        forms: &[(Form::Tex, "\\operatorname{erfc}^{-1}")],
        examples: &[("InverseErfc[0.5]", "0.476936"), ("InverseErfc[1]", "0"), ("InverseErfc[1.*^-20]", "6.60158")],
        ..BASE
    },
    Function {
        name: "PolyGamma",
        usage: "PolyGamma[n, x] is the derivative of order n of the logarithmic derivative of the gamma function. PolyGamma[x] \
                is PolyGamma[0, x].",
        arguments: Some((1, 2)),
        evaluate: Some(|session, call| match call.len() {
            1 => Ok(Some(Expr::call(Sym::PolyGamma, [Expr::integer(0), call.arg(0)]))),
            _ => on_numbers(session, call),
        }),
        derivative: Derivative::Rule(|_, call, position| {
            let raised = Expr::call(Sym::Plus, [call.arg(0), Expr::integer(1)]);
            Ok((position == 2).then(|| Expr::call(Sym::PolyGamma, [raised, call.arg(1)])))
        }),
        real: Some(RealCode::Binary(poly_gamma)),
        forms: &[(Form::Tex, "\\psi")],
        examples: &[
            ("PolyGamma[0, 1.]", "-0.577216"),
            ("PolyGamma[1, 1.]", "1.64493"),
            ("PolyGamma[x]", "PolyGamma[0, x]"),
            ("PolyGamma[0, -0.5]", "0.03649"),
            ("D[PolyGamma[0, x], x]", "PolyGamma[1, x]"),
        ],
        ..BASE
    },
];

/// Values of the inverse functions at exact numbers.
const EXACT: &[(&str, i64, &str)] = &[
    ("InverseErf", 0, "0"),
    ("InverseErf", 1, "Infinity"),
    ("InverseErf", -1, "-Infinity"),
    ("InverseErfc", 1, "0"),
    ("InverseErfc", 0, "Infinity"),
    ("InverseErfc", 2, "-Infinity"),
];

/// The value on machine numbers by code, and at the exact numbers of the table.
fn on_numbers(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if let Some(undetermined) = args.iter().find(|arg| arg.is(Sym::Indeterminate)) {
        return Ok(Some(undetermined.clone()));
    }
    let name = call.head().as_symbol().map_or("", |symbol| symbol.name());
    if let [x] = args.as_ref()
        && let Some(n) = x.as_i64()
        && let Some((.., value)) = EXACT.iter().find(|(known, at, _)| *known == name && *at == n)
    {
        let value = session.parse_static(value);
        return session.evaluate(&value).map(Some);
    }
    if let [y] = args.as_ref()
        && let Some(Number::BigReal(_)) = y.as_number()
    {
        return inverse_to_digits(session, call.head(), y);
    }
    Ok(by_code(session, call))
}

/// Digits beyond those of the result.
const GUARD: f64 = 10.0;
/// Digits of the first approximation, with room to spare.
const MACHINE_DIGITS: f64 = 12.0;

/// The inverse error functions at a number with a precision of its own: Newton's method for the logarithm of the
/// complementary error function, which is concave, and for the error function where that is small. A step doubles the digits;
/// the last one has the uncertainty of the argument.
fn inverse_to_digits(session: &mut Session, head: &Expr, y: &Expr) -> Eval {
    let text = match head.sym() {
        Some(Sym::InverseErf) => "{#, 1 - Abs[#], Sign[#]} &",
        Some(Sym::InverseErfc) => "{1 - #, 1 - Abs[1 - #], Sign[1 - #]} &",
        _ => return Ok(None),
    };
    let Some(Number::BigReal(_)) = y.as_number() else { return Ok(None) };
    let parts = apply(session, text, [y.clone()])?;
    let [direct, complement, sign] = [0, 1, 2].map(|i| parts.arg(i));
    let (Some(near), Some(tail)) = (direct.as_number(), complement.as_number()) else { return Ok(None) };
    if !tail.is_positive() {
        return Ok(None);
    }
    let is_small = near.to_f64().is_some_and(|near| near.abs() <= 0.5);
    let (target, step, first) = if is_small {
        let first = near.to_f64().map_or(0.0, inverse_erf);
        (direct, "#1 - (Erf[#1] - #2) Sqrt[Pi]/2 E^#1^2 &", Expr::real(first))
    } else {
        // The argument itself is the tail of the complementary function: nothing was subtracted.
        let own = if head.is(Sym::InverseErfc) && sign.is_integer(1) { y.clone() } else { complement };
        let first = apply(session, "N[Sqrt[Max[1/4, -Log[#] - Log[Max[1, -Log[#]]]/2]]] &", [own.clone()])?;
        (own, "#1 + Erfc[#1] (Log[Erfc[#1]] - Log[#2]) Sqrt[Pi]/2 E^#1^2 &", first)
    };
    let digits = session.evaluate_call(Sym::Precision, [target.clone()])?.as_number().and_then(|p| p.to_f64());
    let Some(digits) = digits.filter(|digits| digits.is_finite()) else { return Ok(None) };
    let exact = apply(session, "SetPrecision[#, Infinity] &", [target.clone()])?;
    let mut x = apply(session, "SetPrecision[#, Infinity] &", [first])?;
    // The first steps bring an approximation from far away to that of machine numbers.
    let near_steps = std::iter::repeat_n(2.0 * MACHINE_DIGITS, if is_small { 1 } else { 6 });
    let doubled = std::iter::successors(Some(2.0 * MACHINE_DIGITS), |reached| Some(2.0 * reached));
    for reached in near_steps.chain(doubled.take_while(|reached| *reached < digits + GUARD)) {
        session.tick()?;
        let value = apply(session, step, [x.clone(), exact.clone()])?;
        let value = session.evaluate_call(Sym::N, [value, Expr::real(reached + GUARD)])?;
        x = apply(session, "SetPrecision[#, Infinity] &", [value])?;
    }
    let x = session.evaluate_call(Sym::N, [x, Expr::real(2.0 * (digits + GUARD))])?;
    let value = apply(session, step, [x, target])?;
    let signed = if is_small { value } else { session.evaluate_call(Sym::Times, [sign, value])? };
    Ok(signed.as_number().map(|_| signed))
}

/// A function of the language at some arguments.
fn apply<const N: usize>(session: &mut Session, function: &'static str, arguments: [Expr; N]) -> Result<Expr, Flow> {
    let function = session.parse_static(function);
    session.evaluate(&Expr::normal(function, arguments))
}

/// `2/sqrt(pi)`.
const SLOPE: f64 = std::f64::consts::FRAC_2_SQRT_PI;

/// By Halley's method: near 0 from the beginning of the series, else by the complementary function, whose values are
/// accurate there.
fn inverse_erf(y: f64) -> f64 {
    if y.abs() > 0.5 {
        return inverse_erfc(1.0 - y.abs()).copysign(y);
    }
    let mut x = y / SLOPE * (1.0 + y * y * std::f64::consts::PI / 12.0);
    for _ in 0..4 {
        let miss = libm::erf(x) - y;
        x -= miss / (SLOPE * (-x * x).exp() + x * miss);
    }
    x
}

/// By Halley's method from formula 26.2.22 of Abramowitz and Stegun.
fn inverse_erfc(y: f64) -> f64 {
    if !(0.0..=2.0).contains(&y) {
        return f64::NAN;
    }
    // Near 1 nothing is lost by the subtraction.
    if (0.5..=1.5).contains(&y) {
        return inverse_erf(1.0 - y);
    }
    if y > 1.0 {
        return -inverse_erfc(2.0 - y);
    }
    if y == 0.0 {
        return f64::INFINITY;
    }
    let t = (-2.0 * (y / 2.0).ln()).sqrt();
    let normal = t - (2.307_53 + t * 0.270_61) / (1.0 + t * (0.992_29 + t * 0.044_81));
    let mut x = normal * std::f64::consts::FRAC_1_SQRT_2;
    for _ in 0..4 {
        let miss = libm::erfc(x) - y;
        x += miss / (SLOPE * (-x * x).exp() - x * miss);
    }
    x
}

/// The Bernoulli numbers of even order, from the second on.
const BERNOULLI: [f64; 10] = [
    1.0 / 6.0,
    -1.0 / 30.0,
    1.0 / 42.0,
    -1.0 / 30.0,
    5.0 / 66.0,
    -691.0 / 2730.0,
    7.0 / 6.0,
    -3617.0 / 510.0,
    43867.0 / 798.0,
    -174_611.0 / 330.0,
];
/// From here on the asymptotic series has the accuracy of machine numbers.
const FAR: f64 = 20.0;
/// Arguments are shifted by at most so many steps.
const FARTHEST: f64 = -1e4;

/// The asymptotic series, for arguments that are not large after steps of the recurrence.
fn poly_gamma(order: f64, x: f64) -> f64 {
    if order.fract() != 0.0 || !(0.0..=100.0).contains(&order) || x < FARTHEST || (x <= 0.0 && x.fract() == 0.0) {
        return f64::NAN;
    }
    let n = order as i32;
    let sign = if n % 2 == 0 { -1.0 } else { 1.0 };
    let factorial = |n: i32| (1..=n).map(f64::from).product::<f64>();
    let mut sum = 0.0;
    let mut x = x;
    let far = FAR.max(f64::from(n));
    while x < far {
        sum += sign * factorial(n) * x.powi(-n - 1);
        x += 1.0;
    }
    let first = if n == 0 {
        x.ln() - 0.5 / x
    } else {
        sign * (factorial(n - 1) * x.powi(-n) + 0.5 * factorial(n) * x.powi(-n - 1))
    };
    let mut series = 0.0;
    for (k, bernoulli) in BERNOULLI.iter().enumerate() {
        let twice = 2 * (k as i32 + 1);
        // (2 k + n - 1)!/(2 k)!
        let ratio: f64 = if n == 0 { 1.0 / f64::from(twice) } else { (twice + 1..twice + n).map(f64::from).product() };
        series += bernoulli * ratio * x.powi(-twice - n);
    }
    sum + first + sign * series
}

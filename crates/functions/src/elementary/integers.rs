//! Rounding, division with remainder, divisors, factorials.

use netform_eval::{
    Derivative, Eval, Form, Function, Intervals, Law, Lowering, RealCode, ResultType, Session, ShapeRule,
    remainder_toward,
};
use netform_expr::number::{Exception, Integer};
use netform_expr::{Attributes, Expr, Number, Sym};
use netform_kernels::Code;

use super::evaluate::value_of;
use super::table::NUMERIC;
use crate::arithmetic::sum;

const ROUNDING: Function = Function {
    attributes: NUMERIC,
    arguments: Some((1, 2)),
    shape: ShapeRule::Elementwise,
    derivative: Derivative::Rule(slope_of_steps),
    gradient: &["0", "0"],
    lowering: Lowering::Scalar { rewrite: in_code, lists: &[] },
    result: ResultType::Integer,
    ..Function::NEW
};

/// Calls with one argument more than there is code for: multiples of a number, and remainders from another number on than 0.
fn in_code(session: &mut Session, call: &Expr) -> Eval {
    let text = match (call.head_sym(), call.len()) {
        (Some(Sym::Floor), 2) => "#2 Floor[#1/#2] &",
        (Some(Sym::Ceiling), 2) => "#2 Ceiling[#1/#2] &",
        (Some(Sym::Round), 2) => "#2 Round[#1/#2] &",
        (Some(Sym::Mod), 3) => "#3 + Mod[#1 - #3, #2] &",
        _ => return Ok(None),
    };
    let function = session.parse_static(text);
    session.evaluate(&Expr::normal(function, call.args().into_owned())).map(Some)
}

/// The remainder with the sign of the divisor. It is exact, also where the quotient is not; an infinite divisor leaves a
/// number of its sign as it is.
fn remainder(m: f64, n: f64) -> f64 {
    let rest = m % n;
    if rest != 0.0 && (rest < 0.0) != (n < 0.0) { rest + n } else { rest }
}

/// 0 between the jumps, where nothing is said. Multiples of another number grow with it.
fn slope_of_steps(session: &mut Session, call: &Expr, position: usize) -> Eval {
    let text = match (call.head_sym(), call.len(), position) {
        (Some(Sym::Floor | Sym::Ceiling), 1, 1) => "Piecewise[{{0, #1 != Floor[#1]}}, Indeterminate] &",
        (Some(Sym::Round), 1, 1) => "Piecewise[{{0, #1 - 1/2 != Floor[#1 - 1/2]}}, Indeterminate] &",
        (Some(Sym::IntegerPart), 1, 1) => "Piecewise[{{0, #1 != Floor[#1] || #1 == 0}}, Indeterminate] &",
        (Some(Sym::Floor), 2, 2) => "Floor[#1, #2]/#2 &",
        (Some(Sym::Ceiling), 2, 2) => "Ceiling[#1, #2]/#2 &",
        (Some(Sym::Round), 2, 2) => "Round[#1, #2]/#2 &",
        _ => "0 &",
    };
    let function = session.parse_static(text);
    session.evaluate(&Expr::normal(function, call.args().into_owned())).map(Some)
}

const OF_INTEGERS: Function = Function { attributes: NUMERIC, shape: ShapeRule::Elementwise, ..Function::NEW };

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "Floor",
        usage: "Floor[x] is the largest integer that is not larger than x; Floor[x, a] the largest such multiple of a.",
        evaluate: Some(|session, call| round_by(session, call, Number::floor)),
        intervals: Intervals::exact(Law::Increasing),
        real: Some(RealCode::Unary(f64::floor)),
        instruction: Some(Code::Floor),
        forms: &[(Form::C, "floor")],
        examples: &[
            ("Floor[{2.7, -2.7, 5/2}]", "{2, -3, 2}"),
            ("Floor[17, 5]", "15"),
            ("Floor[Pi]", "3"),
            ("Floor[x + 2]", "2 + Floor[x]"),
        ],
        ..ROUNDING
    },
    Function {
        name: "Ceiling",
        usage: "Ceiling[x] is the smallest integer that is not smaller than x; Ceiling[x, a] the smallest such multiple of a.",
        evaluate: Some(|session, call| round_by(session, call, Number::ceiling)),
        intervals: Intervals::exact(Law::Increasing),
        real: Some(RealCode::Unary(f64::ceil)),
        instruction: Some(Code::Ceiling),
        forms: &[(Form::C, "ceil")],
        examples: &[("Ceiling[{2.1, -2.1}]", "{3, -2}")],
        ..ROUNDING
    },
    Function {
        name: "Round",
        usage: "Round[x] is the integer nearest to x, the even one of two; Round[x, a] the nearest multiple of a.",
        evaluate: Some(|session, call| round_by(session, call, Number::round)),
        intervals: Intervals::exact(Law::Increasing),
        real: Some(RealCode::Unary(f64::round_ties_even)),
        instruction: Some(Code::Round),
        forms: &[(Form::C, "rint")],
        examples: &[("Round[{2.5, 3.5, 2.7}]", "{2, 4, 3}"), ("Round[37, 10]", "40")],
        ..ROUNDING
    },
    Function {
        name: "IntegerPart",
        usage: "IntegerPart[x] is x without its fractional part.",
        arguments: Some((1, 1)),
        evaluate: Some(|session, call| round_by(session, call, Number::integer_part)),
        intervals: Intervals::exact(Law::Increasing),
        real: Some(RealCode::Unary(f64::trunc)),
        instruction: Some(Code::Truncate),
        forms: &[(Form::C, "trunc")],
        examples: &[("IntegerPart[-2.7]", "-2")],
        ..ROUNDING
    },
    Function {
        name: "FractionalPart",
        usage: "FractionalPart[x] is x without its integer part.",
        arguments: Some((1, 1)),
        intervals: Intervals::exact(Law::FractionalPart),
        evaluate: Some(|session, call| round_by(session, call, Number::fractional_part)),
        derivative: Derivative::Partial(&["1"]),
        gradient: &["1"],
        real: Some(RealCode::Unary(f64::fract)),
        forms: &[(Form::C, "#1 - @trunc(#1)")],
        result: ResultType::Widest,
        examples: &[
            ("FractionalPart[5/2]", "1/2"),
            ("FractionalPart[Interval[{5/4, 3/2}, {-1/3, 1/4}]]", "Interval[{-1/3, 1/2}]"),
            ("FractionalPart[Interval[{1/2, 3/2}]]", "Interval[{0, 1}]"),
        ],
        ..ROUNDING
    },
    Function {
        name: "Mod",
        usage: "Mod[m, n] is the remainder of m divided by n, with the sign of n; Mod[m, n, d] is the one between d and d + n.",
        arguments: Some((2, 3)),
        evaluate: Some(modulo),
        derivative: Derivative::Partial(&["1", "-Floor[#1/#2]"]),
        gradient: &["1", "-Floor[#1/#2]"],
        intervals: Intervals::directed(Law::Remainder, remainder_toward),
        real: Some(RealCode::Binary(remainder)),
        forms: &[(Form::C, "#1 - #2*@floor(#1/#2)")],
        result: ResultType::Widest,
        examples: &[("Mod[{7, -7}, 3]", "{1, 2}"), ("Mod[5.5, 2]", "1.5"), ("Mod[7, 3, 1]", "1")],
        ..ROUNDING
    },
    Function {
        name: "Quotient",
        usage: "Quotient[m, n] is the integer quotient of m and n: Floor[m/n].",
        arguments: Some((2, 2)),
        evaluate: Some(|session, call| two_numbers(session, call, Number::quotient)),
        intervals: Intervals::exact(Law::Quotient),
        real: Some(RealCode::Binary(|m, n| (m / n).floor())),
        forms: &[(Form::C, "@floor(#1/#2)")],
        examples: &[("Quotient[17, 5]", "3")],
        ..ROUNDING
    },
    Function {
        name: "GCD",
        usage: "GCD[n1, n2, ...] is the greatest common divisor of the integers.",
        attributes: NUMERIC.with(Attributes::FLAT).with(Attributes::ORDERLESS).with(Attributes::ONE_IDENTITY),
        evaluate: Some(|_, call| Ok(fold_integers(call, Number::ZERO, Number::gcd))),
        examples: &[("GCD[1776, 1554, 5698]", "74")],
        ..OF_INTEGERS
    },
    Function {
        name: "LCM",
        usage: "LCM[n1, n2, ...] is the least common multiple of the integers.",
        attributes: NUMERIC.with(Attributes::FLAT).with(Attributes::ORDERLESS).with(Attributes::ONE_IDENTITY),
        evaluate: Some(|_, call| Ok(fold_integers(call, Number::ONE, Number::lcm))),
        examples: &[("LCM[4, 6]", "12")],
        ..OF_INTEGERS
    },
    Function {
        name: "Factorial",
        usage: "n! is the factorial of n: Gamma[n + 1].",
        arguments: Some((1, 1)),
        evaluate: Some(factorial),
        derivative: Derivative::Partial(&["Gamma[1 + #1]*PolyGamma[0, 1 + #1]"]),
        real: Some(RealCode::Unary(|x| libm::tgamma(x + 1.0))),
        forms: &[(Form::C, "@tgamma(#1 + 1)")],
        lowering: Lowering::Map,
        examples: &[("20!", "2432902008176640000"), ("(-1)!", "ComplexInfinity")],
        ..OF_INTEGERS
    },
    Function {
        name: "Factorial2",
        usage: "n!! is the double factorial of n: n (n - 2) (n - 4) ...",
        arguments: Some((1, 1)),
        evaluate: Some(|_, call| {
            let Some(n) = call.arg(0).as_i64().filter(|n| (-1..=10_000).contains(n)) else { return Ok(None) };
            let factors = (1..=n).rev().step_by(2).map(Expr::integer).collect::<Vec<_>>();
            Ok(Some(Expr::call(Sym::Times, factors)))
        }),
        examples: &[("{10!!, 9!!}", "{3840, 945}")],
        ..OF_INTEGERS
    },
    Function {
        name: "Binomial",
        usage: "Binomial[n, k] is the binomial coefficient: the number of ways to choose k of n things.",
        arguments: Some((2, 2)),
        evaluate: Some(binomial),
        derivative: Derivative::Partial(&[
            "Binomial[#1, #2]*(PolyGamma[0, 1 + #1] - PolyGamma[0, 1 + #1 - #2])",
            "Binomial[#1, #2]*(PolyGamma[0, 1 + #1 - #2] - PolyGamma[0, 1 + #2])",
        ]),
        examples: &[
            ("Binomial[10, 3]", "120"),
            ("Binomial[n, 2]", "((-1 + n) n)/2"),
            ("Binomial[n, n]", "1"),
            ("Binomial[5/2, 2]", "15/8"),
            ("Binomial[5.5, 1.5]", "9.02344"),
        ],
        ..OF_INTEGERS
    },
];

/// A number, or the machine value of a constant expression such as `Pi`, for functions whose exact
/// result can be told from a numeric one.
fn real_of(session: &mut Session, x: &Expr) -> Result<Option<Number>, netform_eval::Flow> {
    if let Some(number) = x.as_number() {
        return Ok(Some(number));
    }
    let constant = crate::numbers::is_numeric(session, x);
    if !constant {
        return Ok(None);
    }
    let value = session.evaluate_call(Sym::N, [x.clone(), Expr::integer(30)])?;
    Ok(value.as_number().filter(|n| n.is_real()))
}

fn round_by(session: &mut Session, call: &Expr, round: fn(&Number) -> Result<Number, Exception>) -> Eval {
    if call.len() == 2 {
        let quotient = Expr::call(Sym::Divide, [call.arg(0), call.arg(1)]);
        let quotient = session.evaluate(&quotient)?;
        if !quotient.is_number() {
            return Ok(None);
        }
        let rounded = Expr::normal(call.head().clone(), [quotient]);
        return Ok(Some(Expr::call(Sym::Times, [call.arg(1), rounded])));
    }
    let x = call.arg(0);
    if x.has_head(Sym::DirectedInfinity) && !call.has_head(Sym::FractionalPart) {
        return Ok(Some(x));
    }
    if matches!(call.head_sym(), Some(Sym::Floor | Sym::Ceiling))
        && let Some(terms) = x.args_of(Sym::Plus)
        && terms[0].as_number().is_some_and(|n| n.is_integer())
    {
        let rest = sum(session, terms[1..].to_vec())?;
        return Ok(Some(Expr::call(Sym::Plus, [terms[0].clone(), Expr::normal(call.head().clone(), [rest])])));
    }
    let Some(number) = real_of(session, &x)? else { return Ok(None) };
    if !x.is_number() && call.has_head(Sym::FractionalPart) {
        let whole = Expr::call(Sym::IntegerPart, [x.clone()]);
        return Ok(Some(Expr::call(Sym::Subtract, [x, whole])));
    }
    Ok(value_of(session, call, round(&number)))
}

fn two_numbers(session: &mut Session, call: &Expr, compute: fn(&Number, &Number) -> Result<Number, Exception>) -> Eval {
    let (Some(m), Some(n)) = (call.arg(0).as_number(), call.arg(1).as_number()) else { return Ok(None) };
    Ok(value_of(session, call, compute(&m, &n)))
}

fn modulo(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 3 {
        let [m, n, d] = [call.arg(0), call.arg(1), call.arg(2)];
        let difference = Expr::call(Sym::Subtract, [m, d.clone()]);
        let inner = session.evaluate(&Expr::call(Sym::Mod, [difference, n]))?;
        return Ok(inner.is_number().then(|| Expr::call(Sym::Plus, [d, inner])));
    }
    two_numbers(session, call, Number::modulo)
}

fn fold_integers(call: &Expr, start: Number, combine: fn(&Number, &Number) -> Option<Number>) -> Option<Expr> {
    let mut result = start;
    for arg in call.args().iter() {
        let number = arg.as_number().filter(|n| n.is_exact())?;
        result = combine(&result, &number)?;
    }
    Some(Expr::number(result))
}

fn binomial(session: &mut Session, call: &Expr) -> Eval {
    /// Products of more factors stay as they are.
    const MOST_FACTORS: i64 = 20;
    let [n, k] = [call.arg(0), call.arg(1)];
    let numbers = (n.as_number(), k.as_number());
    if let (Some(Number::Integer(n)), Some(Number::Integer(k))) = &numbers {
        let value = Integer::binomial(n, k).map(Number::Integer);
        return Ok(value_of(session, call, value));
    }
    if n == k {
        return Ok(Some(Expr::integer(1)));
    }
    if let Some(factors) = k.as_i64() {
        if factors < 0 {
            return Ok(n.is_number().then(|| Expr::integer(0)));
        }
        if factors > MOST_FACTORS {
            return Ok(None);
        }
        let factor = |i: i64| Expr::call(Sym::Subtract, [n.clone(), Expr::integer(i)]);
        let factorial = Expr::call(Sym::Factorial, [k]);
        let product = Expr::call(Sym::Times, (0..factors).map(factor).collect::<Vec<_>>());
        return Ok(Some(Expr::call(Sym::Divide, [product, factorial])));
    }
    let inexact = |number: &Option<Number>| number.as_ref().is_some_and(|n| !n.is_exact());
    if numbers.0.is_none() || numbers.1.is_none() || !(inexact(&numbers.0) || inexact(&numbers.1)) {
        return Ok(None);
    }
    let gammas = session.parse_static("Gamma[#1 + 1]/(Gamma[#2 + 1]*Gamma[#1 - #2 + 1]) &");
    Ok(Some(Expr::normal(gammas, [n, k])))
}

fn factorial(_: &mut Session, call: &Expr) -> Eval {
    /// Larger factorials stay as they are: they have more digits than anybody prints.
    const LARGEST: i64 = 100_000;
    let x = call.arg(0);
    let Some(number) = x.as_number() else { return Ok(None) };
    match number.as_i64() {
        Some(n) if (0..=LARGEST).contains(&n) => {
            Ok(Integer::factorial(n as u64).map(|n| Expr::number(Number::Integer(n))))
        }
        Some(n) if n < 0 => Ok(Some(Expr::call(Sym::DirectedInfinity, []))),
        Some(_) => Ok(None),
        None => Ok(Some(Expr::call(Sym::Gamma, [Expr::number(number.add(&Number::ONE))]))),
    }
}

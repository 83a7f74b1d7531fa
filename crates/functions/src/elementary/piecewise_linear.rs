//! Functions with kinks and jumps: ramps, steps, absolute values, clipping.
//!
//! At a kink the derivative is one of the slopes between those on both sides, a subgradient: the one
//! that training takes, so that symbols and numbers agree, and numbers can be put in for symbols. At
//! a jump there is none: the derivative is `Indeterminate` there, and 0 in training (`gradient`).

use netform_eval::{
    Break, Derivative, Eval, Form, Function, Intervals, Landmark, Law, Lowering, Pieces, RealCode, ResultType, Session,
    Shape, ShapeRule,
};
use netform_expr::number::Exception;
use netform_expr::{Attributes, Expr, Number, Sym};
use netform_kernels::Code;

use super::evaluate::value_of;
use super::monotone;
use super::table::NUMERIC;
use crate::arithmetic::product;

/// What all of these have in common.
const BASE: Function = Function {
    attributes: NUMERIC,
    arguments: Some((1, 1)),
    shape: ShapeRule::Elementwise,
    lowering: Lowering::Map,
    ..Function::NEW
};

/// Undefined at the step.
const HEAVISIDE: Pieces =
    monotone::PROBABILITY.broken(&[Break::jump(Landmark::Integer(0), Landmark::Integer(0), Landmark::Integer(1))]);
/// 1 but for a single place; a break has only limits, which are 1 as well, so each side of it is a range.
const UNITIZE: Pieces =
    monotone::PROBABILITY.broken(&[Break::jump(Landmark::Integer(0), Landmark::Integer(0), Landmark::Integer(0))]);

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "Ramp",
        usage: "Ramp[x] is x for positive x and 0 otherwise: the rectifier of neural networks.",
        evaluate: Some(|session, call| {
            if call.arg(0).has_head(Sym::Ramp) {
                return Ok(Some(call.arg(0)));
            }
            by_sign(session, call, |x| if x.is_negative() { Ok(x.mul(&Number::ZERO)?) } else { Ok(x.clone()) })
        }),
        derivative: Derivative::Partial(&["Piecewise[{{1, #1 > 0}}, 0]"]),
        intervals: Intervals::exact(Law::Increasing),
        real: Some(RealCode::Unary(|x| if x < 0.0 { 0.0 } else { x })),
        instruction: Some(Code::PositivePart),
        result: ResultType::Widest,
        forms: &[(Form::Tex, "\\operatorname{ReLU}"), (Form::C, "#1 < 0 ? 0 : #1"), (Form::Onnx, "Relu")],
        examples: &[("Ramp[{-1, 0, 2.5}]", "{0, 0, 2.5}"), ("Ramp[x]", "Ramp[x]"), ("Ramp[Ramp[x]]", "Ramp[x]")],
        ..BASE
    },
    Function {
        name: "Abs",
        usage: "Abs[x] is the absolute value of x.",
        evaluate: Some(absolute_value),
        derivative: Derivative::Partial(&["Sign[#1]"]),
        intervals: Intervals::exact(Law::Pieces(&monotone::VALLEY)),
        real: Some(RealCode::Unary(f64::abs)),
        instruction: Some(Code::Absolute),
        result: ResultType::Widest,
        forms: &[(Form::C, "fabs")],
        examples: &[("Abs[-3]", "3"), ("Abs[3 + 4 I]", "5"), ("Abs[-2 x]", "2 Abs[x]")],
        ..BASE
    },
    Function {
        name: "RealAbs",
        usage: "RealAbs[x] is the absolute value of the real number x.",
        evaluate: Some(|session, call| by_sign(session, call, |x| x.abs())),
        derivative: Derivative::Partial(&["Sign[#1]"]),
        intervals: Intervals::exact(Law::Pieces(&monotone::VALLEY)),
        real: Some(RealCode::Unary(f64::abs)),
        instruction: Some(Code::Absolute),
        result: ResultType::Widest,
        forms: &[(Form::C, "fabs")],
        examples: &[("RealAbs[-2.5]", "2.5")],
        ..BASE
    },
    Function {
        name: "Sign",
        usage: "Sign[x] is -1, 0 or 1 for negative, zero and positive x; for complex numbers z it is z/Abs[z].",
        evaluate: Some(sign),
        derivative: Derivative::Partial(&["Piecewise[{{0, #1 != 0}}, Indeterminate]"]),
        gradient: &["0"],
        intervals: Intervals::exact(Law::Increasing),
        real: Some(RealCode::Unary(|x| if x == 0.0 { 0.0 } else { x.signum() })),
        instruction: Some(Code::Sign),
        result: ResultType::Integer,
        forms: &[(Form::C, "(#1 > 0) - (#1 < 0)"), (Form::Onnx, "Sign")],
        examples: &[("Sign[{-2, 0, 3.5}]", "{-1, 0, 1}"), ("Sign[3 - 4 I]", "3/5 - (4 I)/5")],
        ..BASE
    },
    Function {
        name: "UnitStep",
        usage: "UnitStep[x] is 0 for negative x and 1 otherwise.",
        evaluate: Some(|session, call| by_sign(session, call, |x| Ok(Number::from(i64::from(!x.is_negative()))))),
        derivative: Derivative::Partial(&["Piecewise[{{0, #1 != 0}}, Indeterminate]"]),
        gradient: &["0"],
        intervals: Intervals::exact(Law::Increasing),
        real: Some(RealCode::Unary(|x| if x < 0.0 { 0.0 } else { 1.0 })),
        result: ResultType::Integer,
        forms: &[(Form::C, "#1 < 0 ? 0 : 1")],
        examples: &[("UnitStep[{-1, 0, 1}]", "{0, 1, 1}")],
        ..BASE
    },
    Function {
        name: "HeavisideTheta",
        usage: "HeavisideTheta[x] is 0 for negative and 1 for positive x.",
        evaluate: Some(|session, call| {
            by_sign(session, call, |x| {
                if x.is_zero() { Err(Exception::Symbolic) } else { Ok(Number::from(i64::from(x.is_positive()))) }
            })
        }),
        derivative: Derivative::Partial(&["DiracDelta[#1]"]),
        gradient: &["0"],
        intervals: Intervals::exact(Law::Pieces(&HEAVISIDE)),
        real: Some(RealCode::Unary(|x| if x == 0.0 { f64::NAN } else { f64::from(u8::from(x > 0.0)) })),
        result: ResultType::Integer,
        forms: &[(Form::C, "#1 == 0 ? NAN : (#1 > 0)")],
        examples: &[("HeavisideTheta[{-1, 2}]", "{0, 1}"), ("HeavisideTheta[0]", "HeavisideTheta[0]")],
        ..BASE
    },
    Function {
        name: "Unitize",
        usage: "Unitize[x] is 0 for x = 0 and 1 otherwise.",
        evaluate: Some(|session, call| by_sign(session, call, |x| Ok(Number::from(i64::from(!x.is_zero()))))),
        derivative: Derivative::Partial(&["Piecewise[{{0, #1 != 0}}, Indeterminate]"]),
        gradient: &["0"],
        intervals: Intervals::exact(Law::Pieces(&UNITIZE)),
        real: Some(RealCode::Unary(|x| if x == 0.0 { 0.0 } else { 1.0 })),
        result: ResultType::Integer,
        forms: &[(Form::C, "#1 != 0")],
        examples: &[("Unitize[{0, 0.5, -3}]", "{0, 1, 1}")],
        ..BASE
    },
    Function {
        name: "Clip",
        usage: "Clip[x] is x limited to the range -1 to 1, Clip[x, {min, max}] to the range min to max; \
                Clip[x, {min, max}, {low, high}] gives low below and high above the range.",
        attributes: Attributes::NUMERIC_FUNCTION,
        arguments: Some((1, 3)),
        evaluate: Some(clip),
        // The bounds are lists by notation.
        shape: ShapeRule::Rule(
            |session, call| {
                if call.is_empty() { Ok(Shape::Unknown) } else { session.shape_of(&call.arg(0)) }
            },
        ),
        derivative: Derivative::Rule(clip_derivative),
        lowering: Lowering::Scalar { rewrite: clip_lowering, lists: &[(1, 1), (2, 1)] },
        result: ResultType::Widest,
        examples: &[
            ("Clip[2.5]", "1"),
            ("Clip[{-3, 0.5, 9}, {0, 2}]", "{0, 0.5, 2}"),
            ("Clip[5, {0, 1}, {a, b}]", "b"),
        ],
        ..BASE
    },
    Function {
        name: "Boole",
        usage: "Boole[condition] is 1 for True and 0 for False.",
        attributes: Attributes::LISTABLE,
        evaluate: Some(|_, call| {
            let x = call.arg(0);
            Ok(if x.is(Sym::True) {
                Some(Expr::integer(1))
            } else if x.is(Sym::False) {
                Some(Expr::integer(0))
            } else {
                None
            })
        }),
        derivative: Derivative::Partial(&["0"]),
        intervals: Intervals::exact(Law::Increasing),
        real: Some(RealCode::Unary(|x| f64::from(u8::from(x != 0.0)))),
        result: ResultType::Integer,
        forms: &[(Form::C, "#1 != 0")],
        examples: &[("Boole[{1 < 2, 2 < 1}]", "{1, 0}")],
        ..BASE
    },
];

/// Computes with a real number, or with a constant such as `Pi` whose sign is decided numerically
/// when the result is a number of its own.
fn sign(session: &mut Session, call: &Expr) -> Eval {
    let z = call.arg(0);
    if z.as_number().is_some_and(|number| !number.is_real()) {
        let size = Expr::call(Sym::Abs, [z.clone()]);
        return session.evaluate_call(Sym::Divide, [z, size]).map(Some);
    }
    if let Some([number, rest @ ..]) = z.args_of(Sym::Times).as_deref()
        && let Some(sign) = number.as_number().and_then(|number| number.sign()).filter(|sign| *sign != 0)
    {
        let rest = product(session, rest.to_vec())?;
        let rest = Expr::call(Sym::Sign, [rest]);
        return Ok(Some(if sign > 0 { rest } else { Expr::call(Sym::Times, [Expr::integer(-1), rest]) }));
    }
    by_sign(session, call, |x| Ok(Number::from(i64::from(x.sign().unwrap_or(0)))))
}

fn by_sign(session: &mut Session, call: &Expr, compute: impl Fn(&Number) -> Result<Number, Exception>) -> Eval {
    let x = call.arg(0);
    if x.is(Sym::Indeterminate) {
        return Ok(Some(x));
    }
    if x.has_head(Sym::DirectedInfinity) && x.len() == 1 {
        let Some(direction) = x.arg(0).as_number().filter(Number::is_real) else { return Ok(None) };
        let Ok(value) = compute(&direction) else { return Ok(None) };
        let grows = call.is_ramp_like() && !value.is_zero();
        return Ok(Some(if grows {
            Expr::call(Sym::DirectedInfinity, [Expr::integer(1)])
        } else {
            Expr::number(value)
        }));
    }
    match x.as_number() {
        Some(number) if number.is_real() => Ok(value_of(session, call, compute(&number))),
        _ => Ok(None),
    }
}

/// Functions that are not bounded: at infinity they are infinite.
trait RampLike {
    fn is_ramp_like(&self) -> bool;
}

impl RampLike for Expr {
    fn is_ramp_like(&self) -> bool {
        matches!(self.head_sym(), Some(Sym::Ramp | Sym::RealAbs))
    }
}

fn absolute_value(session: &mut Session, call: &Expr) -> Eval {
    let x = call.arg(0);
    if let Some(number) = x.as_number() {
        return match number.abs() {
            Ok(value) => Ok(Some(Expr::number(value))),
            Err(Exception::Symbolic) => {
                let square = |part: Number| Expr::call(Sym::Power, [Expr::number(part), Expr::integer(2)]);
                let sum = Expr::call(Sym::Plus, [square(number.re()), square(number.im())]);
                Ok(Some(Expr::call(Sym::Sqrt, [sum])))
            }
            Err(exception) => Ok(value_of(session, call, Err(exception))),
        };
    }
    if x.has_head(Sym::DirectedInfinity) {
        return Ok(Some(Expr::call(Sym::DirectedInfinity, [Expr::integer(1)])));
    }
    if x.has_head(Sym::Abs) {
        return Ok(Some(x));
    }
    let Some(factors) = x.args_of(Sym::Times) else { return Ok(None) };
    let Some(number) = factors[0].as_number() else { return Ok(None) };
    let Ok(outside) = number.abs() else { return Ok(None) };
    let inside = product(session, factors[1..].iter().cloned())?;
    Ok(Some(Expr::call(Sym::Times, [Expr::number(outside), Expr::call(Sym::Abs, [inside])])))
}

/// The bounds of a call of `Clip`, and what stands below and above them.
fn clip_parts(call: &Expr) -> Option<[Expr; 4]> {
    let pair = |i: usize| {
        let list = call.args().get(i)?.clone();
        (list.is_list() && list.len() == 2).then(|| [list.arg(0), list.arg(1)])
    };
    let [low, high] = if call.len() > 1 { pair(1)? } else { [Expr::integer(-1), Expr::integer(1)] };
    let [below, above] = if call.len() > 2 { pair(2)? } else { [low.clone(), high.clone()] };
    Some([low, high, below, above])
}

fn clip(session: &mut Session, call: &Expr) -> Eval {
    let x = call.arg(0);
    if x.is_list() {
        let rest = call.args()[1..].to_vec();
        let items = x
            .args()
            .iter()
            .map(|item| Expr::call(Sym::Clip, [item.clone()].into_iter().chain(rest.iter().cloned())))
            .collect::<Vec<_>>();
        return Ok(Some(Expr::list(items)));
    }
    let Some([low, high, below, above]) = clip_parts(call) else { return Ok(None) };
    if x.has_head(Sym::Interval) && call.len() < 3 {
        let bounded = Expr::call(Sym::Max, [low, x]);
        return Ok(Some(Expr::call(Sym::Min, [bounded, high])));
    }
    let mut decide = |test: Sym, bound: &Expr| session.evaluate_call(test, [x.clone(), bound.clone()]);
    if decide(Sym::Less, &low)?.is_true() {
        return Ok(Some(below));
    }
    if decide(Sym::Greater, &high)?.is_true() {
        return Ok(Some(above));
    }
    let inside = decide(Sym::GreaterEqual, &low)?.is_true() && decide(Sym::LessEqual, &high)?.is_true();
    Ok(inside.then_some(x))
}

/// 1 inside of the bounds, 0 outside. At a bound 1, too, as in training; but undetermined if the
/// function jumps there.
fn clip_derivative(session: &mut Session, call: &Expr, position: usize) -> Eval {
    let Some([low, high, below, above]) = clip_parts(call).filter(|_| position == 1) else { return Ok(None) };
    let x = call.arg(0);
    if (&low, &high) == (&below, &above) {
        let inside = Expr::call(Sym::LessEqual, [low, x, high]);
        let cases = Expr::list([Expr::list([Expr::integer(1), inside])]);
        return session.evaluate_call(Sym::Piecewise, [cases, Expr::integer(0)]).map(Some);
    }
    let inside = Expr::call(Sym::Less, [low.clone(), x.clone(), high.clone()]);
    let outside = Expr::call(Sym::Or, [Expr::call(Sym::Less, [x.clone(), low]), Expr::call(Sym::Greater, [x, high])]);
    let cases = Expr::list([Expr::list([Expr::integer(1), inside]), Expr::list([Expr::integer(0), outside])]);
    session.evaluate_call(Sym::Piecewise, [cases, Sym::Indeterminate.into()]).map(Some)
}

fn clip_lowering(_: &mut Session, call: &Expr) -> Eval {
    let Some([low, high, below, above]) = clip_parts(call) else { return Ok(None) };
    let x = call.arg(0);
    let upper = Expr::call(Sym::ProgramSelect, [Expr::call(Sym::Greater, [x.clone(), high]), above, x.clone()]);
    Ok(Some(Expr::call(Sym::ProgramSelect, [Expr::call(Sym::Less, [x, low]), below, upper])))
}

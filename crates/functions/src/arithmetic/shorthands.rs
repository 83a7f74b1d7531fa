//! Functions that abbreviate sums, products and powers.

use netform_eval::{Eval, Form, Function, Intervals, Landmark, Pieces, RealCode, Session};
use netform_expr::{Attributes, Expr, Sym};
use netform_kernels::Code;

const NUMERIC: Attributes = Attributes::LISTABLE.with(Attributes::NUMERIC_FUNCTION);

pub(super) const SUBTRACT: Function = Function {
    name: "Subtract",
    usage: "x - y is the difference of x and y: x + (-1) y.",
    attributes: NUMERIC,
    arguments: Some((2, 2)),
    evaluate: Some(|_, call| {
        let [x, y] = [call.arg(0), call.arg(1)];
        Ok(Some(Expr::call(Sym::Plus, [x, negative(y)])))
    }),
    examples: &[("Subtract[5, 2]", "3"), ("a - b", "a - b")],
    ..Function::NEW
};

pub(super) const DIVIDE: Function = Function {
    name: "Divide",
    usage: "x/y is the quotient of x and y: x y^(-1).",
    attributes: NUMERIC,
    arguments: Some((2, 2)),
    evaluate: Some(|_, call| {
        let reciprocal = Expr::call(Sym::Power, [call.arg(1), Expr::integer(-1)]);
        Ok(Some(Expr::call(Sym::Times, [call.arg(0), reciprocal])))
    }),
    examples: &[("Divide[6, 4]", "3/2"), ("a/b/c", "a/(b c)")],
    ..Function::NEW
};

pub(super) const MINUS: Function = Function {
    name: "Minus",
    usage: "-x is the negative of x: (-1) x.",
    attributes: NUMERIC,
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| Ok(Some(negative(call.arg(0))))),
    examples: &[("Minus[x]", "-x"), ("-(a + b)", "-a - b")],
    ..Function::NEW
};

pub(super) const SQRT: Function = Function {
    name: "Sqrt",
    usage: "Sqrt[x] is the square root of x: x^(1/2).",
    attributes: NUMERIC,
    arguments: Some((1, 1)),
    evaluate: Some(square_root),
    forms: &[(Form::Tex, "\\sqrt"), (Form::C, "sqrt")],
    examples: &[("Sqrt[12]", "2 Sqrt[3]"), ("Sqrt[-4]", "2 I"), ("Sqrt[2.]", "1.41421")],
    ..Function::NEW
};

/// Monotone and positive.
const EXPONENTIAL: Pieces = Pieces::LINE.within(Landmark::Integer(0), Landmark::Infinity);

pub(super) const EXP: Function = Function {
    name: "Exp",
    usage: "Exp[x] is the exponential function: E^x.",
    attributes: NUMERIC,
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| Ok(Some(Expr::call(Sym::Power, [Sym::E.into(), call.arg(0)])))),
    real: Some(RealCode::Unary(f64::exp)),
    instruction: Some(Code::Exponential),
    intervals: Intervals::pieces(&EXPONENTIAL),
    forms: &[(Form::Tex, "\\exp"), (Form::C, "exp")],
    examples: &[("Exp[0]", "1"), ("Exp[x]", "E^x"), ("Exp[I Pi]", "-1")],
    ..Function::NEW
};

fn square_root(session: &mut Session, call: &Expr) -> Eval {
    let half = session.parse_static("1/2");
    let half = session.evaluate(&half)?;
    Ok(Some(Expr::call(Sym::Power, [call.arg(0), half])))
}

fn negative(x: Expr) -> Expr {
    Expr::call(Sym::Times, [Expr::integer(-1), x])
}

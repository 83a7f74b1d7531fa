//! Functions of one number that a formula defines: the haversine, the Gudermannian, and functions that take small numbers
//! for zero.

use netform_eval::{Derivative, Eval, Function, Lowering, ResultType, Session, ShapeRule};
use netform_expr::{Attributes, Expr, Kind, Number, Sym, array_symbols, map_bottom_up, occurs};

use super::table::NUMERIC;

/// What the functions are in terms of others.
const FORMULAS: &[(&str, &str)] = &[
    ("Haversine", "Sin[#/2]^2 &"),
    ("InverseHaversine", "2 ArcSin[Sqrt[#]] &"),
    ("Gudermannian", "2 ArcTan[Tanh[#/2]] &"),
    ("InverseGudermannian", "2 ArcTanh[Tan[#/2]] &"),
    ("Hard", "Piecewise[{{#1, Abs[#1] > #2}}, 0] &"),
    ("Soft", "Piecewise[{{#1 - #2, #1 > #2}, {#1 + #2, #1 < -#2}}, 0] &"),
    ("Chop", "Program`Select[Abs[#1] < #2, 0, #1] &"),
];

/// The smallest number that `Chop` keeps.
const CHOPPED: f64 = 1e-10;

/// A smooth function, with its derivative.
const fn smooth(name: &'static str, usage: &'static str, derivative: &'static [&'static str]) -> Function {
    Function {
        name,
        usage,
        attributes: NUMERIC,
        arguments: Some((1, 1)),
        evaluate: Some(on_numbers),
        shape: ShapeRule::Elementwise,
        derivative: Derivative::Partial(derivative),
        lowering: Lowering::Scalar { rewrite: rewritten, lists: &[] },
        ..Function::NEW
    }
}

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        examples: &[("Haversine[0.5]", "0.0612087"), ("Haversine[0]", "0"), ("D[Haversine[x], x]", "Sin[x]/2")],
        ..smooth("Haversine", "Haversine[x] is (1 - Cos[x])/2, the square of Sin[x/2].", &["Sin[#1]/2"])
    },
    Function {
        examples: &[("InverseHaversine[0.5]", "1.5708"), ("InverseHaversine[0]", "0")],
        ..smooth(
            "InverseHaversine",
            "InverseHaversine[x] is the angle from 0 to Pi whose haversine is x.",
            &["1/Sqrt[(1 - #1)*#1]"],
        )
    },
    Function {
        examples: &[("Gudermannian[0.5]", "0.480381"), ("Gudermannian[0]", "0"), ("D[Gudermannian[x], x]", "Sech[x]")],
        ..smooth("Gudermannian", "Gudermannian[x] is 2 ArcTan[Tanh[x/2]].", &["Sech[#1]"])
    },
    Function {
        examples: &[("InverseGudermannian[0.5]", "0.522238"), ("InverseGudermannian[0]", "0")],
        ..smooth(
            "InverseGudermannian",
            "InverseGudermannian[x] is the number whose Gudermannian is x, for x between -Pi/2 and Pi/2.",
            &["Sec[#1]"],
        )
    },
    Function {
        name: "Chop",
        usage: "Chop[e] replaces inexact numbers in e with absolute values below 10^-10 by 0; Chop[e, d] those below d.",
        arguments: Some((1, 2)),
        evaluate: Some(chop),
        shape: ShapeRule::Elementwise,
        derivative: Derivative::Partial(&["1", "0"]),
        result: ResultType::Widest,
        lowering: Lowering::Scalar { rewrite: chopped, lists: &[] },
        examples: &[
            ("Chop[{1.*^-12, 0.5, 1 + 1.*^-13 I}]", "{0, 0.5, 1.}"),
            ("Chop[0.01 + x, 0.1]", "x"),
            ("Chop[1/10^20]", "1/100000000000000000000"),
        ],
        ..Function::NEW
    },
    Function {
        name: "Threshold",
        usage: "Threshold[x, d] is x where Abs[x] > d, and 0 elsewhere; for a list that of each element. Threshold[x, {\"Soft\", d}] \
                brings the other elements nearer to 0 by d. {\"Hard\", d} is the same as d.",
        arguments: Some((2, 2)),
        evaluate: Some(threshold),
        examples: &[
            ("Threshold[{0.1, -0.5}, 0.2]", "{0, -0.5}"),
            ("Threshold[{1/10, -1/2}, {\"Soft\", 1/5}]", "{0, -3/10}"),
            ("Threshold[x, 1]", "Piecewise[{{x, Abs[x] > 1}}, 0]"),
        ],
        ..Function::NEW
    },
    Function {
        name: "PossibleZeroQ",
        usage: "PossibleZeroQ[x] is True for a number that is zero and False for another one; it stays for what is no number.",
        attributes: Attributes::LISTABLE,
        arguments: Some((1, 1)),
        evaluate: Some(is_zero),
        shape: ShapeRule::Elementwise,
        result: ResultType::Truth,
        lowering: Lowering::Scalar {
            rewrite: |_, call| Ok(Some(Expr::call(Sym::Equal, [call.arg(0), Expr::integer(0)]))),
            lists: &[],
        },
        examples: &[("PossibleZeroQ[{0, 0., 1/2}]", "{True, True, False}"), ("PossibleZeroQ[Sqrt[2] - 1]", "False")],
        ..Function::NEW
    },
];

/// The function of a formula.
fn formula(session: &mut Session, name: &str) -> Option<Expr> {
    let (_, text) = FORMULAS.iter().find(|(known, _)| *known == name)?;
    Some(session.parse_static(text))
}

/// The call as its formula.
fn rewritten(session: &mut Session, call: &Expr) -> Eval {
    let name = call.head().as_symbol().map_or_else(String::new, |symbol| symbol.name().to_owned());
    let Some(function) = formula(session, &name) else { return Ok(None) };
    session.evaluate(&Expr::normal(function, call.args().into_owned())).map(Some)
}

/// The value of the formula on an inexact number, and at zero.
fn on_numbers(session: &mut Session, call: &Expr) -> Eval {
    let x = call.arg(0);
    match x.as_number() {
        Some(number) if !number.is_exact() || number.is_zero() => rewritten(session, call),
        _ if x.is(Sym::Indeterminate) => Ok(Some(x)),
        _ => Ok(None),
    }
}

/// Whether an expression stands for what is not known yet: an array symbol, or the variable of a function that is looked at.
fn is_open(session: &mut Session, e: &Expr) -> Result<bool, netform_eval::Flow> {
    Ok(occurs(e, &Sym::ArrayVariable.into()) || session.is_symbolic_array(e)?)
}

/// The bound of a call of `Chop`.
fn bound(call: &Expr) -> Option<f64> {
    match call.args().get(1) {
        None => Some(CHOPPED),
        Some(bound) => bound.as_number().filter(Number::is_real)?.to_f64(),
    }
}

fn chop(session: &mut Session, call: &Expr) -> Eval {
    let e = call.arg(0);
    let Some(bound) = bound(call) else { return Ok(None) };
    let is_number =
        |array: &Expr| array.has_head(Sym::ArraySymbol) && array.arg(1).is_list() && array.arg(1).is_empty();
    if is_open(session, &e)? || array_symbols(&e).iter().any(is_number) {
        return Ok(None);
    }
    let small = |part: &Number| !part.is_exact() && part.to_f64().is_some_and(|part| part.abs() < bound);
    let chopped = map_bottom_up(&e, |node| match node.as_number() {
        Some(number) if number.is_real() => {
            if small(&number) {
                Expr::integer(0)
            } else {
                node
            }
        }
        Some(number) => {
            let [re, im] = [number.re(), number.im()].map(|part| if small(&part) { Number::ZERO } else { part });
            let imaginary = Expr::call(Sym::Times, [Expr::number(im), Sym::I.into()]);
            Expr::call(Sym::Plus, [Expr::number(re), imaginary])
        }
        None => match node.kind() {
            Kind::Array(_) => Expr::list(node.args().iter().cloned()),
            _ => node,
        },
    });
    session.evaluate(&chopped).map(Some)
}

fn chopped(session: &mut Session, call: &Expr) -> Eval {
    let bound = call.args().get(1).cloned().unwrap_or_else(|| Expr::real(CHOPPED));
    let Some(function) = formula(session, "Chop") else { return Ok(None) };
    session.evaluate(&Expr::normal(function, [call.arg(0), bound])).map(Some)
}

/// A function of the elements, which the second argument says.
fn threshold(session: &mut Session, call: &Expr) -> Eval {
    let [x, spec] = [call.arg(0), call.arg(1)];
    let (kind, bound) = match spec.args_of(Sym::List).as_deref() {
        Some([kind, bound]) => (kind.as_str().unwrap_or_default().to_owned(), bound.clone()),
        Some(_) => return Ok(None),
        None => ("Hard".to_owned(), spec.clone()),
    };
    if !matches!(kind.as_str(), "Hard" | "Soft") || bound.is_list() {
        return Ok(None);
    }
    let Some(function) = formula(session, &kind) else { return Ok(None) };
    let function = Expr::normal(function, [Expr::call(Sym::Slot, [Expr::integer(1)]), bound]);
    let function = Expr::call(Sym::Function, [function]);
    if x.is_list() || session.is_symbolic_array(&x)? {
        return session.evaluate_call(Sym::ArrayThread, [function, Expr::list([x])]).map(Some);
    }
    session.evaluate(&Expr::normal(function, [x])).map(Some)
}

fn is_zero(session: &mut Session, call: &Expr) -> Eval {
    let value = session.evaluate_call(Sym::N, [call.arg(0)])?;
    Ok(value.as_number().map(|number| Expr::boolean(number.is_zero())))
}

//! `Equal` and `Unequal`: equality of values, undecided where it depends on symbols.

use netform_eval::{Eval, Flow, Form, Function, Intervals, Law, Lowering, RealCode, Relation, ResultType, Session};
use netform_expr::{Expr, Sym};
use netform_kernels::Code;

use super::decide::numeric_equality;
use crate::intervals::is_interval;

/// Equality of values.
pub(super) const EQUAL: Function = Function {
    name: "Equal",
    usage: "lhs == rhs gives True if lhs and rhs are known to have equal values, False if they are known not to, and stays \
            otherwise. a == b == c ... requires all to be equal. Machine numbers are equal if they differ in their last \
            seven bits at most.",
    evaluate: Some(equal),
    shape: netform_eval::ShapeRule::Scalar,
    intervals: Intervals::exact(Law::Relation(Relation::Equal)),
    real: Some(RealCode::Variadic(|x| f64::from(u8::from(x.windows(2).all(|pair| pair[0] == pair[1]))))),
    instruction: Some(Code::Equal),
    forms: &[(Form::C, "==")],
    result: ResultType::Truth,
    lowering: Lowering::Whole(lower_of_arrays),
    examples: &[
        ("2 + 2 == 4", "True"),
        ("1 == 1. == 2", "False"),
        ("x == y", "x == y"),
        ("{1, x} == {2, x}", "False"),
        ("Pi == 3", "False"),
    ],
    ..Function::NEW
};

fn equal(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let mut kept: Vec<Expr> = args.first().into_iter().cloned().collect();
    for pair in args.windows(2) {
        match are_equal(session, &pair[0], &pair[1])? {
            Some(true) => {}
            Some(false) => return Ok(Some(Expr::boolean(false))),
            None => kept.push(pair[1].clone()),
        }
    }
    Ok(match kept.len() {
        0 | 1 => Some(Expr::boolean(true)),
        n if n == args.len() => None,
        _ => Some(Expr::call(Sym::Equal, kept)),
    })
}

/// Arrays are equal if all elements are; `None` for a call of numbers.
fn lower_of_arrays(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let mut shapes = Vec::with_capacity(args.len());
    for arg in args.iter() {
        shapes.push(session.shape_of(arg)?.dimensions().unwrap_or_default().to_vec());
    }
    if shapes.iter().all(Vec::is_empty) {
        return Ok(None);
    }
    if shapes.windows(2).any(|pair| pair[0].len() != pair[1].len()) {
        return Ok(Some(Expr::boolean(false)));
    }
    let pair = |pair: &[Expr]| {
        let elements = Expr::call(Sym::ArrayThread, [Sym::Equal.into(), Expr::list(pair.to_vec())]);
        Expr::call(Sym::ArrayReduce, [Sym::And.into(), elements, Sym::All.into()])
    };
    let pairs = args.windows(2).map(pair).collect::<Vec<_>>();
    session.evaluate(&Expr::call(Sym::And, pairs)).map(Some)
}

/// Whether two expressions have equal values, as far as that is known.
///
/// # Errors
/// What leaves the numerical evaluation.
pub(crate) fn are_equal(session: &mut Session, a: &Expr, b: &Expr) -> Result<Option<bool>, Flow> {
    if is_interval(a) || is_interval(b) {
        return crate::intervals::relation(session, Sym::Equal, a, b);
    }
    if a == b {
        return Ok(Some(true));
    }
    if a.is_list() && b.is_list() {
        return lists_are_equal(session, a, b);
    }
    let is_truth = |e: &Expr| matches!(e.sym(), Some(Sym::True | Sym::False));
    if is_truth(a) && is_truth(b) {
        return Ok(Some(false));
    }
    let raw = |e: &Expr| e.as_str().is_some() || e.is_number();
    if raw(a) && raw(b) && (a.as_str().is_some() || b.as_str().is_some()) {
        return Ok(Some(false));
    }
    numeric_equality(session, a, b)
}

fn lists_are_equal(session: &mut Session, a: &Expr, b: &Expr) -> Result<Option<bool>, Flow> {
    if a.len() != b.len() {
        return Ok(Some(false));
    }
    let mut all = Some(true);
    for (x, y) in a.args().iter().zip(b.args().iter()) {
        session.tick()?;
        match are_equal(session, x, y)? {
            Some(true) => {}
            Some(false) => return Ok(Some(false)),
            None => all = None,
        }
    }
    Ok(all)
}

/// Inequality of values.
pub(super) const UNEQUAL: Function = Function {
    name: "Unequal",
    usage: "lhs != rhs gives True if lhs and rhs are known to have different values, False if they are known to be equal, \
            and stays otherwise. a != b != c ... requires all to be different.",
    evaluate: Some(unequal),
    shape: netform_eval::ShapeRule::Scalar,
    intervals: Intervals::exact(Law::Relation(Relation::Unequal)),
    real: Some(RealCode::Variadic(|x| {
        let distinct = x.iter().enumerate().all(|(i, a)| x[i + 1..].iter().all(|b| a != b));
        f64::from(u8::from(distinct))
    })),
    instruction: Some(Code::Unequal),
    forms: &[(Form::C, "#1 != #2")],
    result: ResultType::Truth,
    lowering: Lowering::Whole(|session, call| {
        let equal = Expr::call(Sym::Equal, call.args().into_owned());
        let pair = if call.len() == 2 { lower_of_arrays(session, &equal)? } else { None };
        Ok(pair.map(|equal| Expr::call(Sym::Not, [equal])))
    }),
    examples: &[("1 != 2", "True"), ("1 != 2 != 1", "False"), ("x != y", "x != y")],
    ..Function::NEW
};

fn unequal(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let mut decided = true;
    for (i, a) in args.iter().enumerate() {
        for b in &args[i + 1..] {
            match are_equal(session, a, b)? {
                Some(true) => return Ok(Some(Expr::boolean(false))),
                Some(false) => {}
                None => decided = false,
            }
        }
    }
    Ok(decided.then(|| Expr::boolean(true)))
}

//! `Less`, `LessEqual`, `Greater`, `GreaterEqual`, `Inequality`, `Between`: the order of real numbers.

use std::cmp::Ordering;

use netform_eval::{
    Eval, Flow, Form, Function, Intervals, Law, Lowering, RealCode, Relation, ResultType, Session, ShapeRule,
};
use netform_expr::{Expr, Sym};
use netform_kernels::Code;

use super::decide::{machine_value, numeric_order};
use super::equal::are_equal;
use crate::functional::operator_forms::operand_first;
use crate::intervals::is_interval;
use crate::numbers::is_numeric;

const NORD_MESSAGE: (&str, &str) = ("nord", "Invalid comparison with `1` attempted.");

const ORDER: Function = Function {
    evaluate: Some(chain),
    shape: ShapeRule::Elementwise,
    result: ResultType::Truth,
    lowering: Lowering::Map,
    messages: &[NORD_MESSAGE],
    ..Function::NEW
};

macro_rules! chain_code {
    ($relation:tt) => {
        Some(RealCode::Variadic(|x| f64::from(u8::from(x.windows(2).all(|pair| pair[0] $relation pair[1])))))
    };
}

/// Strictly increasing numbers.
pub(super) const LESS: Function = Function {
    name: "Less",
    usage: "x < y gives True if x is known to be less than y, False if it is known not to be, and stays otherwise. \
            x < y < z requires increasing values.",
    real: chain_code!(<),
    instruction: Some(Code::Less),
    intervals: Intervals::exact(Law::Relation(Relation::Less)),
    forms: &[(Form::C, "<")],
    examples: &[("1 < 2", "True"), ("Pi < 3", "False"), ("x < 1", "x < 1"), ("1 < 3 < 2", "False")],
    ..ORDER
};

/// Increasing numbers.
pub(super) const LESS_EQUAL: Function = Function {
    name: "LessEqual",
    usage: "x <= y gives True if x is known to be at most y, False if it is known not to be, and stays otherwise.",
    real: chain_code!(<=),
    instruction: Some(Code::AtMost),
    intervals: Intervals::exact(Law::Relation(Relation::LessEqual)),
    forms: &[(Form::C, "<=")],
    examples: &[("2 <= 2", "True"), ("Sqrt[2] <= 1", "False")],
    ..ORDER
};

/// Strictly decreasing numbers.
pub(super) const GREATER: Function = Function {
    name: "Greater",
    usage: "x > y gives True if x is known to be greater than y, False if it is known not to be, and stays otherwise.",
    real: chain_code!(>),
    instruction: Some(Code::Greater),
    intervals: Intervals::exact(Law::Relation(Relation::Greater)),
    forms: &[(Form::C, ">")],
    examples: &[("2 > 1", "True"), ("E > Pi", "False"), ("Infinity > 5", "True")],
    ..ORDER
};

/// Decreasing numbers.
pub(super) const GREATER_EQUAL: Function = Function {
    name: "GreaterEqual",
    usage: "x >= y gives True if x is known to be at least y, False if it is known not to be, and stays otherwise.",
    real: chain_code!(>=),
    instruction: Some(Code::AtLeast),
    intervals: Intervals::exact(Law::Relation(Relation::GreaterEqual)),
    forms: &[(Form::C, ">=")],
    examples: &[("2 >= 3", "False"), ("y >= 0", "y >= 0")],
    ..ORDER
};

/// Whether a relation holds; `None` where that depends on symbols. Complex numbers get a message.
pub(crate) fn relation(session: &mut Session, relation: Sym, a: &Expr, b: &Expr) -> Result<Option<bool>, Flow> {
    match relation {
        Sym::Equal => return are_equal(session, a, b),
        Sym::Unequal => return Ok(are_equal(session, a, b)?.map(|equal| !equal)),
        _ => {}
    }
    if is_interval(a) || is_interval(b) {
        return crate::intervals::relation(session, relation, a, b);
    }
    if let (Some(x), Some(y)) = (a.as_number(), b.as_number())
        && x.is_real()
        && y.is_real()
        && x.equal(&y)
    {
        return Ok(Some(matches!(relation, Sym::LessEqual | Sym::GreaterEqual)));
    }
    let order = numeric_order(session, a, b)?;
    if order.is_none() {
        for e in [a, b] {
            let complex = is_numeric(session, e) && machine_value(session, e)?.is_some_and(|n| !n.is_real());
            if complex {
                session.message(relation, "nord", std::slice::from_ref(e));
                break;
            }
        }
    }
    Ok(order.map(|order| match relation {
        Sym::Less => order == Ordering::Less,
        Sym::LessEqual => order != Ordering::Greater,
        Sym::Greater => order == Ordering::Greater,
        _ => order != Ordering::Less,
    }))
}

/// What a chain of relations between neighbours comes to.
fn decided_chain(session: &mut Session, operands: &[Expr], relations: &[Sym]) -> Result<Chain, Flow> {
    let mut answers = Vec::with_capacity(relations.len());
    for (pair, symbol) in operands.windows(2).zip(relations) {
        let answer = relation(session, *symbol, &pair[0], &pair[1])?;
        if answer == Some(false) {
            return Ok(Chain::False);
        }
        answers.push(answer.is_some());
    }
    // What holds at the ends is left out; between undecided relations it is kept.
    let first = answers.iter().position(|decided| !decided);
    let last = answers.iter().rposition(|decided| !decided);
    Ok(match (first, last) {
        (Some(first), Some(last)) => Chain::Undecided(first, last),
        _ => Chain::True,
    })
}

enum Chain {
    True,
    False,
    /// The first and the last relation that is not decided.
    Undecided(usize, usize),
}

fn chain(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(symbol) = call.head_sym() else { return Ok(None) };
    let relations = vec![symbol; args.len().saturating_sub(1)];
    Ok(match decided_chain(session, &args, &relations)? {
        Chain::True => Some(Expr::boolean(true)),
        Chain::False => Some(Expr::boolean(false)),
        Chain::Undecided(first, last) if last - first + 2 == args.len() => None,
        Chain::Undecided(first, last) => Some(Expr::call(symbol, args[first..=last + 1].iter().cloned())),
    })
}

/// Chains of different relations.
pub(super) const INEQUALITY: Function = Function {
    name: "Inequality",
    usage: "Inequality[x1, rel1, x2, rel2, x3, ...] represents the chain x1 rel1 x2 rel2 x3 ... of relations such as Less \
            and LessEqual; it is what 0 < x <= 1 stands for.",
    arguments: Some((1, usize::MAX)),
    evaluate: Some(inequality),
    shape: ShapeRule::Elementwise,
    result: ResultType::Truth,
    lowering: Lowering::Rewrite(lower_inequality),
    messages: &[NORD_MESSAGE],
    examples: &[("0 < 1 <= 1", "True"), ("0 < x <= 1", "0 < x <= 1"), ("1 < 2 >= 3", "False")],
    ..Function::NEW
};

fn inequality(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if args.len().is_multiple_of(2) {
        return Ok(None);
    }
    let operands: Vec<Expr> = args.iter().step_by(2).cloned().collect();
    let relations: Option<Vec<Sym>> = args.iter().skip(1).step_by(2).map(known_relation).collect();
    let Some(relations) = relations else { return Ok(None) };
    let (first, last) = match decided_chain(session, &operands, &relations)? {
        Chain::True => return Ok(Some(Expr::boolean(true))),
        Chain::False => return Ok(Some(Expr::boolean(false))),
        Chain::Undecided(first, last) => (first, last),
    };
    let rest = &relations[first..=last];
    if rest.iter().all(|relation| *relation == rest[0]) {
        return Ok(Some(Expr::call(rest[0], operands[first..=last + 1].iter().cloned())));
    }
    if rest.len() == relations.len() {
        return Ok(None);
    }
    Ok(Some(Expr::call(Sym::Inequality, args[2 * first..=2 * (last + 1)].iter().cloned())))
}

/// A chain is what holds of all neighbours.
fn lower_inequality(_: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if args.len() < 3 || args.len().is_multiple_of(2) {
        return Ok(None);
    }
    let pairs =
        args.windows(3).step_by(2).map(|pair| Expr::normal(pair[1].clone(), [pair[0].clone(), pair[2].clone()]));
    Ok(Some(Expr::call(Sym::And, pairs.collect::<Vec<_>>())))
}

fn known_relation(e: &Expr) -> Option<Sym> {
    use Sym::{Equal, Greater, GreaterEqual, Less, LessEqual, Unequal};
    e.sym().filter(|sym| [Equal, Unequal, Less, LessEqual, Greater, GreaterEqual].contains(sym))
}

/// Whether a number is between two others.
pub(super) const BETWEEN: Function = Function {
    name: "Between",
    usage: "Between[x, {min, max}] is min <= x <= max. Between[x, {{min1, max1}, ...}] tests for any of several intervals. \
            Between[range] is an operator form.",
    arguments: Some((1, 2)),
    apply: Some(operand_first),
    evaluate: Some(between),
    messages: &[("ivar", "`1` is not a pair {min, max} or a list of such pairs.")],
    examples: &[("Between[2, {1, 3}]", "True"), ("Between[{1, 3}][5]", "False"), ("Between[x, {0, 1}]", "0 <= x <= 1")],
    ..Function::NEW
};

fn between(session: &mut Session, call: &Expr) -> Eval {
    if call.len() < 2 {
        return Ok(None);
    }
    let (x, range) = (call.arg(0), call.arg(1));
    let within = |pair: &Expr| Expr::call(Sym::LessEqual, [pair.arg(0), x.clone(), pair.arg(1)]);
    let is_pair = |e: &Expr| e.is_list() && e.len() == 2;
    if range.is_list() && range.args().iter().all(is_pair) && !range.is_empty() {
        return Ok(Some(Expr::call(Sym::Or, range.args().iter().map(within))));
    }
    if is_pair(&range) {
        return Ok(Some(within(&range)));
    }
    session.message_of(call.head(), "ivar", &[range]);
    Ok(None)
}

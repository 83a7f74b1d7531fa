//! Changes of values in place: `x++`, `x += d`, `AppendTo` and their kin.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::RuleKind;
use netform_expr::{Attributes, Expr, Sym};

use crate::definitions::assignment::Assignment;

const MESSAGES: &[(&str, &str)] = &[("rvalue", "`1` has no value that could be changed.")];

const HOLD: Attributes = Attributes::HOLD_FIRST.with(Attributes::READ_PROTECTED);

pub(super) const INCREMENT: Function = Function {
    name: "Increment",
    usage: "x++ adds 1 to the value of x and gives the old value.",
    attributes: HOLD,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| step(session, call, 1, Answer::Old)),
    messages: MESSAGES,
    examples: &[("k = 5; {k++, k}", "{5, 6}")],
    ..Function::NEW
};

pub(super) const DECREMENT: Function = Function {
    name: "Decrement",
    usage: "x-- takes 1 from the value of x and gives the old value.",
    attributes: HOLD,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| step(session, call, -1, Answer::Old)),
    messages: MESSAGES,
    examples: &[("k = 5; {k--, k}", "{5, 4}")],
    ..Function::NEW
};

pub(super) const PRE_INCREMENT: Function = Function {
    name: "PreIncrement",
    usage: "++x adds 1 to the value of x and gives the new value.",
    attributes: HOLD,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| step(session, call, 1, Answer::New)),
    messages: MESSAGES,
    examples: &[("k = 5; {++k, k}", "{6, 6}")],
    ..Function::NEW
};

pub(super) const PRE_DECREMENT: Function = Function {
    name: "PreDecrement",
    usage: "--x takes 1 from the value of x and gives the new value.",
    attributes: HOLD,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| step(session, call, -1, Answer::New)),
    messages: MESSAGES,
    examples: &[("k = 5; {--k, k}", "{4, 4}")],
    ..Function::NEW
};

pub(super) const ADD_TO: Function = Function {
    name: "AddTo",
    usage: "x += d adds d to the value of x and gives the new value.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| combine(session, call, |value, change| Expr::call(Sym::Plus, [value, change]))),
    messages: MESSAGES,
    examples: &[("k = 5; k += 3; k", "8"), ("v = {1, 2}; v += 10", "{11, 12}")],
    ..Function::NEW
};

pub(super) const SUBTRACT_FROM: Function = Function {
    name: "SubtractFrom",
    usage: "x -= d takes d from the value of x and gives the new value.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        let negative = |change| Expr::call(Sym::Times, [Expr::integer(-1), change]);
        combine(session, call, |value, change| Expr::call(Sym::Plus, [value, negative(change)]))
    }),
    messages: MESSAGES,
    examples: &[("k = 5; k -= 3; k", "2")],
    ..Function::NEW
};

pub(super) const TIMES_BY: Function = Function {
    name: "TimesBy",
    usage: "x *= c multiplies the value of x by c and gives the new value.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| combine(session, call, |value, factor| Expr::call(Sym::Times, [value, factor]))),
    messages: MESSAGES,
    examples: &[("k = 5; k *= 3; k", "15")],
    ..Function::NEW
};

pub(super) const DIVIDE_BY: Function = Function {
    name: "DivideBy",
    usage: "x /= c divides the value of x by c and gives the new value.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        let inverse = |divisor| Expr::call(Sym::Power, [divisor, Expr::integer(-1)]);
        combine(session, call, |value, divisor| Expr::call(Sym::Times, [value, inverse(divisor)]))
    }),
    messages: MESSAGES,
    examples: &[("k = 5; k /= 3; k", "5/3")],
    ..Function::NEW
};

pub(super) const APPEND_TO: Function = Function {
    name: "AppendTo",
    usage: "AppendTo[x, e] puts e at the end of the value of x.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| combine(session, call, |value, element| Expr::call(Sym::Append, [value, element]))),
    messages: MESSAGES,
    examples: &[("s = {a, b}; AppendTo[s, c]; s", "{a, b, c}")],
    ..Function::NEW
};

pub(super) const PREPEND_TO: Function = Function {
    name: "PrependTo",
    usage: "PrependTo[x, e] puts e in front of the value of x.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| combine(session, call, |value, element| Expr::call(Sym::Prepend, [value, element]))),
    messages: MESSAGES,
    examples: &[("s = {a, b}; PrependTo[s, c]; s", "{c, a, b}")],
    ..Function::NEW
};

enum Answer {
    Old,
    New,
}

fn step(session: &mut Session, call: &Expr, by: i64, answer: Answer) -> Eval {
    let Some((old, new)) = change(session, call, |value| Expr::call(Sym::Plus, [value, Expr::integer(by)]))? else {
        return Ok(None);
    };
    Ok(Some(match answer {
        Answer::Old => old,
        Answer::New => new,
    }))
}

fn combine(session: &mut Session, call: &Expr, with: impl FnOnce(Expr, Expr) -> Expr) -> Eval {
    let operand = call.arg(1);
    Ok(change(session, call, |value| with(value, operand))?.map(|(_, new)| new))
}

/// Changes the value of the first argument; gives the old and the new value.
fn change(
    session: &mut Session,
    call: &Expr,
    compute: impl FnOnce(Expr) -> Expr,
) -> Result<Option<(Expr, Expr)>, Flow> {
    let variable = call.arg(0);
    let old = session.evaluate(&variable)?;
    let operator = call.head_sym().unwrap_or(Sym::Set);
    if old == variable && !variable.is_list() {
        session.message(operator, "rvalue", &[variable]);
        return Ok(None);
    }
    let new = session.evaluate(&compute(old.clone()))?;
    let done = Assignment { operator: Sym::Set, kind: RuleKind::Immediate }.assign(session, &variable, &new)?;
    Ok(done.then_some((old, new)))
}

//! `Set` and `SetDelayed`, `UpSet` and `TagSet` with their delayed forms.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::RuleKind;
use netform_expr::{Attributes, Expr, Sym};

use crate::definitions::assignment::{Assignment, MESSAGES, Place, Purpose, prepare, tags};

const HOLD_FIRST: Attributes = Attributes::HOLD_FIRST.with(Attributes::SEQUENCE_HOLD);
const HOLD_ALL: Attributes = Attributes::HOLD_ALL.with(Attributes::SEQUENCE_HOLD);

pub(super) const SET: Function = Function {
    name: "Set",
    usage: "x = e evaluates e and makes it the value of x. f[p] = e makes a rule for f.\n\
            {x, y, ...} = {a, b, ...} assigns to several symbols, a[[i]] = e to a part of a value.",
    attributes: HOLD_FIRST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        let (left, right) = (call.arg(0), call.arg(1));
        Assignment { operator: Sym::Set, kind: RuleKind::Immediate }.assign(session, &left, &right)?;
        Ok(Some(right))
    }),
    messages: MESSAGES,
    examples: &[
        ("x = 1 + 1; x", "2"),
        ("{a, b} = {1, 2}; {a, b} = {b, a}; {a, b}", "{2, 1}"),
        ("fib[0] = 0; fib[1] = 1; fib[n_] := fib[n] = fib[n - 1] + fib[n - 2]; fib[50]", "12586269025"),
    ],
    ..Function::NEW
};

pub(super) const SET_DELAYED: Function = Function {
    name: "SetDelayed",
    usage: "x := e makes e, unevaluated, the value of x: it is evaluated anew for each use. f[p] := e makes a rule \
            for f; f[p] := e /; test one with a condition.",
    attributes: HOLD_ALL,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        let assignment = Assignment { operator: Sym::SetDelayed, kind: RuleKind::Delayed };
        answer(assignment.assign(session, &call.arg(0), &call.arg(1)))
    }),
    messages: MESSAGES,
    examples: &[
        ("f[x_] := x^2; f[a + b]", "(a + b)^2"),
        ("g[x_] := negative /; x < 0; g[x_] := positive; {g[-1], g[2]}", "{negative, positive}"),
        ("n = 0; k := n++; {k, k, k}", "{0, 1, 2}"),
    ],
    ..Function::NEW
};

pub(super) const UP_SET: Function = Function {
    name: "UpSet",
    usage: "f[g[x]] ^= e evaluates e and makes a rule for f[g[x]] that belongs to g.",
    attributes: HOLD_FIRST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        let right = call.arg(1);
        up_set(session, Assignment { operator: Sym::UpSet, kind: RuleKind::Immediate }, &call.arg(0), &right)?;
        Ok(Some(right))
    }),
    messages: MESSAGES,
    examples: &[("area[square] ^= 4; {area[square], UpValues[square]}", "{4, {HoldPattern[area[square]] :> 4}}")],
    ..Function::NEW
};

pub(super) const UP_SET_DELAYED: Function = Function {
    name: "UpSetDelayed",
    usage: "f[g[x_]] ^:= e makes a rule for f[g[x_]] that belongs to g, with e unevaluated.",
    attributes: HOLD_ALL,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        let assignment = Assignment { operator: Sym::UpSetDelayed, kind: RuleKind::Delayed };
        answer(up_set(session, assignment, &call.arg(0), &call.arg(1)))
    }),
    messages: MESSAGES,
    examples: &[("q[a_] + q[b_] ^:= q[a + b]; q[1] + q[5]", "q[6]")],
    ..Function::NEW
};

pub(super) const TAG_SET: Function = Function {
    name: "TagSet",
    usage: "f /: lhs = e evaluates e and makes a rule for lhs that belongs to f, which stands in front of lhs or of an \
            argument of it.",
    attributes: HOLD_ALL,
    arguments: Some((3, 3)),
    evaluate: Some(|session, call| {
        let right = session.evaluate(&call.arg(2))?;
        let assignment = Assignment { operator: Sym::TagSet, kind: RuleKind::Immediate };
        tag_set(session, assignment, &call.arg(0), &call.arg(1), &right)?;
        Ok(Some(right))
    }),
    messages: MESSAGES,
    examples: &[("g /: h[g] = 7; h[g]", "7")],
    ..Function::NEW
};

pub(super) const TAG_SET_DELAYED: Function = Function {
    name: "TagSetDelayed",
    usage: "f /: lhs := e makes a rule for lhs that belongs to f, with e unevaluated.",
    attributes: HOLD_ALL,
    arguments: Some((3, 3)),
    evaluate: Some(|session, call| {
        let assignment = Assignment { operator: Sym::TagSetDelayed, kind: RuleKind::Delayed };
        answer(tag_set(session, assignment, &call.arg(0), &call.arg(1), &call.arg(2)))
    }),
    messages: MESSAGES,
    examples: &[("rat /: rat[x_] rat[y_] := rat[x y]; rat[2] rat[3]", "rat[6]")],
    ..Function::NEW
};

fn answer(done: Result<bool, Flow>) -> Eval {
    done.map(|done| Some(if done { Sym::Null.into() } else { Sym::Failed.into() }))
}

fn up_set(session: &mut Session, assignment: Assignment, left: &Expr, right: &Expr) -> Result<bool, Flow> {
    let left = prepare(session, left)?;
    let tags = tags(&left);
    if tags.is_empty() {
        session.message(assignment.operator, "nosym", &[left]);
        return Ok(false);
    }
    let mut done = true;
    for symbol in tags {
        done &= assignment.insert(session, &Place { symbol, purpose: Purpose::Up }, &left, right)?;
    }
    Ok(done)
}

fn tag_set(session: &mut Session, assignment: Assignment, tag: &Expr, left: &Expr, right: &Expr) -> Result<bool, Flow> {
    if !tag.is_symbol() {
        session.message(assignment.operator, "usraw", std::slice::from_ref(tag));
        return Ok(false);
    }
    if left.is_symbol() && left != tag {
        session.message(assignment.operator, "tagnf", &[tag.clone(), left.clone()]);
        return Ok(false);
    }
    if left.is_symbol() || session.function_of(left.head()).is_some_and(|f| f.assign.is_some()) {
        return assignment.assign(session, left, right);
    }
    let left = prepare(session, left)?;
    match Place::tagged(tag, &left) {
        Some(place) => assignment.insert(session, &place, &left, right),
        None => {
            session.message(assignment.operator, "tagnf", &[tag.clone(), left]);
            Ok(false)
        }
    }
}

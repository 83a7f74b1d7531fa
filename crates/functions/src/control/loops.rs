//! Loops: `Do`, `While`, `For`, and the ways out of them.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

use crate::control::jumps::returned_from_loop;
use crate::iterators::Iteration;

pub(super) const DO: Function = Function {
    name: "Do",
    usage: "Do[body, n] and Do[body, {n}] evaluate the body n times.\n\
            Do[body, {i, max}], Do[body, {i, min, max}] and Do[body, {i, min, max, step}] give i each value in turn.\n\
            Do[body, {i, {a, b, ...}}] takes the values from a list.\n\
            Do[body, {i, ...}, {j, ...}, ...] runs the later iterators inside the earlier ones.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((2, usize::MAX)),
    evaluate: Some(evaluate_do),
    examples: &[
        ("s = 0; Do[s = s + i, {i, 4}]; s", "10"),
        ("r = {}; Do[AppendTo[r, {i, j}], {i, 2}, {j, i}]; r", "{{1, 1}, {2, 1}, {2, 2}}"),
        ("t = 1; Do[t = 1/(1 + t), 3]; t", "3/5"),
        ("r = {}; Do[If[i == 3, Break[]]; AppendTo[r, i], {i, 5}]; r", "{1, 2}"),
    ],
    ..Function::NEW
};

fn evaluate_do(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let finished = repeat(session, &args[0], &args[1..]);
    match finished {
        Ok(true) | Err(Flow::Break) => Ok(Some(Sym::Null.into())),
        Ok(false) => Ok(None),
        Err(flow) => returned_from_loop(flow, Sym::Do).map(Some),
    }
}

/// Whether all iterators could be read.
fn repeat(session: &mut Session, body: &Expr, iterators: &[Expr]) -> Result<bool, Flow> {
    let Some((first, rest)) = iterators.split_first() else {
        return evaluate_body(session, body).map(|()| true);
    };
    let Some(iteration) = Iteration::read_numeric(session, Sym::Do, first)? else { return Ok(false) };
    let mut complete = true;
    iteration.run(session, |session| {
        if complete {
            complete = repeat(session, body, rest)?;
        }
        Ok(())
    })?;
    Ok(complete)
}

fn evaluate_body(session: &mut Session, body: &Expr) -> Result<(), Flow> {
    match session.evaluate(body) {
        Ok(_) | Err(Flow::Continue) => Ok(()),
        Err(flow) => Err(flow),
    }
}

pub(super) const WHILE: Function = Function {
    name: "While",
    usage: "While[test, body] evaluates the test and the body in turn until the test is not True.\n\
            While[test] repeats the test alone.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 2)),
    evaluate: Some(evaluate_while),
    examples: &[("n = 1; While[n < 100, n = 2 n]; n", "128"), ("n = 0; While[True, If[n > 4, Break[]]; n++]; n", "5")],
    ..Function::NEW
};

fn evaluate_while(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let null: Expr = Sym::Null.into();
    cycle(session, Sym::While, &args[0], args.get(1).unwrap_or(&null), &null)
}

pub(super) const FOR: Function = Function {
    name: "For",
    usage: "For[start, test, step, body] evaluates start, and then body and step in turn for as long as the test is \
            True.\nFor[start, test, step] is a loop without a body.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((3, 4)),
    evaluate: Some(evaluate_for),
    examples: &[
        ("For[i = 0; p = 1, i < 5, i++, p = 2 p]; p", "32"),
        ("r = {}; For[k = 1, k < 7, k++, If[EvenQ[k], Continue[]]; AppendTo[r, k]]; r", "{1, 3, 5}"),
    ],
    ..Function::NEW
};

fn evaluate_for(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    session.evaluate(&args[0])?;
    let null: Expr = Sym::Null.into();
    cycle(session, Sym::For, &args[1], args.get(3).unwrap_or(&null), &args[2])
}

fn cycle(session: &mut Session, construct: Sym, test: &Expr, body: &Expr, step: &Expr) -> Eval {
    let mut turns = || -> Result<(), Flow> {
        while session.is_true(test)? {
            session.tick()?;
            evaluate_body(session, body)?;
            session.evaluate(step)?;
        }
        Ok(())
    };
    match turns() {
        Ok(()) | Err(Flow::Break) => Ok(Some(Sym::Null.into())),
        Err(flow) => returned_from_loop(flow, construct).map(Some),
    }
}

pub(super) const BREAK: Function = Function {
    name: "Break",
    usage: "Break[] leaves the nearest Do, For, or While.",
    arguments: Some((0, 0)),
    evaluate: Some(|_, _| Err(Flow::Break)),
    messages: &[("nofwd", "Break[] stands in no Do, For, or While.")],
    examples: &[("k = 0; While[True, k++; If[k > 3, Break[]]]; k", "4")],
    ..Function::NEW
};

pub(super) const CONTINUE: Function = Function {
    name: "Continue",
    usage: "Continue[] goes on with the next turn of the nearest Do, For, or While.",
    arguments: Some((0, 0)),
    evaluate: Some(|_, _| Err(Flow::Continue)),
    messages: &[("nofwd", "Continue[] stands in no Do, For, or While.")],
    examples: &[("s = 0; Do[If[OddQ[i], Continue[]]; s = s + i, {i, 6}]; s", "12")],
    ..Function::NEW
};

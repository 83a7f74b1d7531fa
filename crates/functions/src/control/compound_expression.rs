//! `CompoundExpression`: one expression after the other, and the jumps between them.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

pub(super) const COMPOUND_EXPRESSION: Function = Function {
    name: "CompoundExpression",
    usage: "a; b; ... evaluates the expressions in turn and gives the value of the last one. A final semicolon \
            gives Null.",
    attributes: Attributes::HOLD_ALL.with(Attributes::READ_PROTECTED),
    evaluate: Some(evaluate),
    examples: &[("x = 3; x + 1", "4"), ("(1; 2; 3)", "3"), ("{(a; b), (c;)}", "{b, Null}")],
    ..Function::NEW
};

/// The last expression is left to the caller's loop, so that a chain of calls in last position
/// costs no stack; with a `Label` among the expressions all are evaluated here, to see a `Goto`.
fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let steps = call.args();
    if steps.iter().any(|step| step.has_head(Sym::Label)) {
        return evaluate_with_labels(session, &steps);
    }
    let Some((last, before)) = steps.split_last() else { return Ok(Some(Sym::Null.into())) };
    for step in before {
        session.evaluate(step)?;
    }
    Ok(Some(last.clone()))
}

fn evaluate_with_labels(session: &mut Session, steps: &[Expr]) -> Eval {
    let mut at = 0;
    let mut value: Expr = Sym::Null.into();
    while let Some(step) = steps.get(at) {
        session.tick()?;
        if step.has_head(Sym::Label) {
            at += 1;
            value = Sym::Null.into();
            continue;
        }
        match session.evaluate(step) {
            Ok(result) => {
                value = result;
                at += 1;
            }
            Err(Flow::Goto(label)) => match position_of(steps, &label) {
                Some(position) => at = position,
                None => return Err(Flow::Goto(label)),
            },
            Err(flow) => return Err(flow),
        }
    }
    Ok(Some(value))
}

fn position_of(steps: &[Expr], label: &Expr) -> Option<usize> {
    steps.iter().position(|step| step.has_head(Sym::Label) && step.args()[..] == [label.clone()])
}

//! Derivatives of scalar code, as training takes them.
//!
//! The derivative of a function's record decides at kinks. Where a derivative is undefined, as at
//! jumps, the convention of the training frameworks does: the `gradient` of the record. A choice has
//! the derivative of the branch that is taken.

use netform_eval::{Eval, Flow, Function, Lowering, ResultType, Session};
use netform_expr::{Attributes, Expr, Kind, NodeMap, Sym, map_bottom_up, postorder};

use super::partial::{filled, known_partial};
use crate::arithmetic::{product, sum};

pub(super) const PROGRAM_DERIVATIVE: Function = Function {
    name: "Program`Derivative",
    usage: "Program`Derivative[code, k] is the derivative of the code of a scalar function, in which Slot[i] is the i-th \
            argument, by its k-th argument. Where the function has a kink it is the value that training takes: 0 for \
            Ramp and Abs at 0, half for each of two equal arguments of Max. $Failed stands for a derivative that is not \
            known.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((2, 2)),
    evaluate: Some(evaluate),
    examples: &[
        ("Program`Derivative[#1^2 #2, 1]", "2 #1 #2"),
        ("Program`Derivative[Abs[#1], 1]", "Sign[#1]"),
        ("Program`Derivative[f[#1], 1]", "$Failed"),
    ],
    ..Function::NEW
};

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let Some(slot) = call.arg(1).as_usize().filter(|slot| *slot > 0) else { return Ok(None) };
    Ok(Some(match derivative(session, &call.arg(0), slot)? {
        Some(derivative) => derivative,
        None => Sym::Failed.into(),
    }))
}

/// The derivative by one slot; `None` where a function's is not known.
fn derivative(session: &mut Session, code: &Expr, slot: usize) -> Eval {
    let code = choices_as_selections(session, code)?;
    let variable = Expr::call(Sym::Slot, [Expr::integer(slot as i64)]);
    let mut order = Vec::new();
    let walk = postorder::<()>(
        &code,
        |node| !node.has_head(Sym::Slot),
        |node| {
            order.push(node.clone());
            Ok(())
        },
    );
    debug_assert!(walk.is_ok());
    // What is not in the table does not depend on the variable.
    let mut known: NodeMap<Expr> = NodeMap::default();
    for node in order {
        session.tick()?;
        if node == variable {
            known.insert(node, Expr::integer(1));
            continue;
        }
        let Kind::Normal(_, args) = node.kind() else { continue };
        // Truth values do not change but at a boundary, and there the convention is 0.
        let is_truth = session.function_of(node.head()).is_some_and(|record| record.result == ResultType::Truth);
        if is_truth || !args.iter().any(|arg| known.contains_key(arg)) {
            continue;
        }
        if node.has_head(Sym::ProgramSelect) {
            let branch = |k: usize| known.get(&args[k]).cloned().unwrap_or_else(|| Expr::integer(0));
            let (yes, no) = (branch(1), branch(2));
            if yes != no {
                known.insert(node.clone(), Expr::call(Sym::ProgramSelect, [args[0].clone(), yes, no]));
            } else if !yes.is_integer(0) {
                known.insert(node.clone(), yes);
            }
            continue;
        }
        let mut terms = Vec::new();
        for (place, arg) in args.iter().enumerate() {
            let Some(inner) = known.get(arg).cloned() else { continue };
            let Some(outer) = training_partial(session, &node, place)? else { return Ok(None) };
            terms.push(product(session, [outer, inner])?);
        }
        let total = sum(session, terms)?;
        if !total.is_integer(0) {
            known.insert(node, total);
        }
    }
    Ok(Some(known.remove(&code).unwrap_or_else(|| Expr::integer(0))))
}

/// Piecewise functions by selections, as their records bring them into programs.
fn choices_as_selections(session: &mut Session, code: &Expr) -> Result<Expr, Flow> {
    let mut failure = None;
    let rewritten = map_bottom_up(code, |node| {
        let record = session.function_of(node.head()).filter(|record| record.gradient.is_empty());
        let Some(Lowering::Scalar { rewrite, .. }) = record.map(|record| record.lowering) else { return node };
        match rewrite(session, &node) {
            Ok(rewritten) => rewritten.unwrap_or(node),
            Err(flow) => {
                failure.get_or_insert(flow);
                node
            }
        }
    });
    failure.map_or(Ok(rewritten), Err)
}

/// The partial derivative of a call by the argument at a place, counted from 0.
fn training_partial(session: &mut Session, call: &Expr, place: usize) -> Eval {
    let texts = session.function_of(call.head()).map_or(&[][..], |record| record.gradient);
    let args = call.args();
    let (text, args) = match (texts, args.len()) {
        ([], _) => return known_partial(session, call, place),
        (_, count) if count == texts.len() => (texts[place], args.into_owned()),
        _ => return Ok(None),
    };
    let instance = filled(session, text, &args);
    session.evaluate(&instance).map(Some)
}

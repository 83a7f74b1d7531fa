//! Code of programs in a form that keeps the accuracy of machine numbers.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::RuleSet;
use netform_expr::{Attributes, Expr, NodeMap, Sym, compare, postorder, rebuild};

use crate::rules_text::{ARRAY_STABLE, STABLE};

pub(super) const PROGRAM_STABLE: Function = Function {
    name: "Program`Stable",
    usage: "Program`Stable[code] is code of a program, which is not evaluated, in a form that is the same in exact arithmetic \
            and keeps the accuracy of machine numbers, in HoldComplete: exponentials are not too large, and differences not of \
            numbers that are nearly equal.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let stable = stable(session, &call.arg(0))?;
        Ok(Some(Expr::call(Sym::HoldComplete, [stable])))
    }),
    examples: &[
        ("Program`Stable[Log[1 + E^#1]]", "HoldComplete[Program`Softplus[#1]]"),
        ("Program`Stable[Log[ArraySoftmax[x, {1}]]]", "HoldComplete[Program`LogSoftmax[x, {1}]]"),
    ],
    ..Function::NEW
};

/// What is known of code, by node: programs are prepared each time that they run.
#[derive(Default)]
struct Known(NodeMap<Expr>);

/// So many nodes are kept; then all are forgotten.
const CAPACITY: usize = 1 << 16;
/// How often the result of a rule is rewritten in turn.
const DEEPEST: usize = 40;

fn stable(session: &mut Session, code: &Expr) -> Result<Expr, Flow> {
    let rules = [STABLE.rules(session)?, ARRAY_STABLE.rules(session)?];
    let mut known = std::mem::take(&mut session.extension::<Known>().0);
    if known.len() > CAPACITY {
        known.clear();
    }
    let result = rewritten(session, code, &rules, &mut known, DEEPEST);
    session.extension::<Known>().0 = known;
    result
}

fn rewritten(
    session: &mut Session,
    root: &Expr,
    rules: &[RuleSet; 2],
    known: &mut NodeMap<Expr>,
    deeper: usize,
) -> Result<Expr, Flow> {
    let mut order = Vec::new();
    let walk = postorder::<std::convert::Infallible>(
        root,
        |node| !node.is_atom() && !known.contains_key(node),
        |node| {
            if node.is_normal() && !known.contains_key(node) {
                order.push(node.clone());
            }
            Ok(())
        },
    );
    let Ok(()) = walk;
    for node in order {
        session.tick()?;
        let mut current = rebuild(&node, |part| known.get(part).cloned().unwrap_or_else(|| part.clone()));
        if current != node && session.attributes_of(current.head()).contains(Attributes::ORDERLESS) {
            let mut args = current.args().into_owned();
            args.sort_by(compare);
            current = Expr::normal(current.head().clone(), args);
        }
        if deeper > 0 {
            let next = match of_logarithm(session, &current)? {
                Some(next) => Some(next),
                None => match rules[0].apply(&current, session)? {
                    Some(next) => Some(next),
                    None => rules[1].apply(&current, session)?,
                },
            };
            if let Some(next) = next.filter(|next| *next != current) {
                current = rewritten(session, &next, rules, known, deeper - 1)?;
            }
        }
        known.insert(node, current);
    }
    Ok(known.get(root).cloned().unwrap_or_else(|| root.clone()))
}

/// A logarithm, alone or with a factor, by the record of the function that it is of.
fn of_logarithm(session: &mut Session, node: &Expr) -> Eval {
    let of = |argument: &Expr, session: &mut Session| -> Eval {
        let record = session.function_of(argument.head()).filter(|_| argument.is_normal());
        match record.and_then(|record| record.logarithm) {
            Some(logarithm) => logarithm(session, argument),
            None => Ok(None),
        }
    };
    match (node.head_sym(), node.args().as_ref()) {
        (Some(Sym::Log), [argument]) => of(argument, session),
        (Some(Sym::ProgramTimesLog), [factor, argument]) => {
            let logarithm = of(argument, session)?;
            Ok(logarithm.map(|logarithm| Expr::call(Sym::Times, [factor.clone(), logarithm])))
        }
        _ => Ok(None),
    }
}

//! `ReplaceAll` and `ReplaceRepeated`: rules applied to all parts, the whole first.
//!
//! Each distinct part is looked at once, so that a replacement in an expression with shared parts
//! costs time linear in its graph, not in its tree.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::RuleSet;
use netform_expr::{Expr, Kind, NodeMap, Sym};

use super::rule_sets::{REPS_MESSAGE, rules_argument};
use crate::call_options::CallOptions;
use crate::functional::operator_forms::operand_first;
use crate::lists::elements::{is_association, with_elements};

/// Rules applied to all parts.
pub(super) const REPLACE_ALL: Function = Function {
    name: "ReplaceAll",
    usage: "expr /. rules or ReplaceAll[expr, rules] applies a rule or list of rules to transform each part of expr, the \
            whole before its parts; what a rule gives is not looked at again. Lists of lists of rules give lists of \
            results. ReplaceAll[rules] is an operator form.",
    arguments: Some((1, 2)),
    apply: Some(operand_first),
    evaluate: Some(|session, call| {
        if call.len() == 1 {
            return Ok(None);
        }
        let e = call.arg(0);
        let Some(rules) = rules_argument(session, call, &call.arg(1)) else { return Ok(None) };
        rules.each(session, &mut |session, set| replace_all(session, &e, set).map(Some))
    }),
    messages: &[REPS_MESSAGE],
    examples: &[
        ("{x, x^2, y} /. x -> a", "{a, a^2, y}"),
        ("{f[1], f[2]} /. f[n_] :> n + 1", "{2, 3}"),
        ("x + y /. {x -> 1, y -> 2}", "3"),
        ("x /. {{x -> 1}, {x -> 2}}", "{1, 2}"),
    ],
    ..Function::NEW
};

enum Step {
    Visit(Expr),
    /// The parts of this node are the last results. The number counts the effects before them.
    Build(Expr, u64),
}

/// The expression with the first rule that applies used on each part, outer parts first.
///
/// # Errors
/// Whatever leaves the evaluation of a condition.
pub(crate) fn replace_all(session: &mut Session, root: &Expr, rules: &RuleSet) -> Result<Expr, Flow> {
    let mut known: NodeMap<Expr> = NodeMap::default();
    let mut results: Vec<Expr> = Vec::new();
    let mut steps = vec![Step::Visit(root.clone())];
    while let Some(step) = steps.pop() {
        match step {
            Step::Visit(node) => {
                session.tick()?;
                if !rules.may_apply_within(&node) {
                    results.push(node);
                    continue;
                }
                if let Some(result) = known.get(&node) {
                    results.push(result.clone());
                    continue;
                }
                let effects = session.effect_count();
                if let Some(result) = rules.apply(&node, session)? {
                    if effects == session.effect_count() {
                        known.insert(node, result.clone());
                    }
                    results.push(result);
                    continue;
                }
                visit_parts(node, effects, rules, &mut steps, &mut results);
            }
            Step::Build(node, effects) => {
                let count = node.len() + 1;
                let parts = results.split_off(results.len() - count);
                let built = build(&node, parts);
                if effects == session.effect_count() {
                    known.insert(node, built.clone());
                }
                results.push(built);
            }
        }
    }
    Ok(results.pop().unwrap_or_else(|| root.clone()))
}

fn visit_parts(node: Expr, effects: u64, rules: &RuleSet, steps: &mut Vec<Step>, results: &mut Vec<Expr>) {
    match node.kind() {
        Kind::Array(_) if !rules.may_apply_within_array() => results.push(node),
        Kind::Array(_) | Kind::Normal(..) => {
            let entries = is_association(&node);
            let parts: Vec<Step> = node
                .args()
                .iter()
                .rev()
                .map(|arg| Step::Visit(if entries { arg.arg(1) } else { arg.clone() }))
                .chain([Step::Visit(node.head().clone())])
                .collect();
            steps.push(Step::Build(node, effects));
            steps.extend(parts);
        }
        _ => results.push(node),
    }
}

/// The node with a new head, the first of the parts, and new arguments, the others.
fn build(node: &Expr, parts: Vec<Expr>) -> Expr {
    let mut parts = parts.into_iter();
    let Some(head) = parts.next() else { return node.clone() };
    let args: Vec<Expr> = parts.collect();
    if head == *node.head() {
        if is_association(node) {
            return with_elements(node, args);
        }
        if args.as_slice() == node.args().as_ref() {
            return node.clone();
        }
    }
    Expr::normal(head, args)
}

/// Rules applied until nothing changes.
pub(super) const REPLACE_REPEATED: Function = Function {
    name: "ReplaceRepeated",
    usage: "expr //. rules or ReplaceRepeated[expr, rules] applies rules to the parts of expr again and again, until the \
            result does not change any more. ReplaceRepeated[rules] is an operator form.",
    apply: Some(operand_first),
    evaluate: Some(|session, call| {
        if call.len() == 1 {
            return Ok(None);
        }
        let Some(options) = CallOptions::split(session, call, 2, 2) else { return Ok(None) };
        let e = options.arguments[0].clone();
        let limit = options.get(session, Sym::MaxIterations);
        let limit = limit.as_usize().unwrap_or(usize::MAX);
        let Some(rules) = rules_argument(session, call, &options.arguments[1]) else { return Ok(None) };
        rules.each(session, &mut |session, set| repeated(session, call, &e, set, limit))
    }),
    options: &[("MaxIterations", "65536")],
    messages: &[REPS_MESSAGE, ("rrlim", "Exiting after `1` scanned `2` times.")],
    examples: &[
        ("x^2 + y^6 //. {x -> 2 + a, a -> 3}", "25 + y^6"),
        ("log[a b c] //. log[x_ y_] :> log[x] + log[y]", "log[a] + log[b] + log[c]"),
    ],
    ..Function::NEW
};

fn repeated(session: &mut Session, call: &Expr, e: &Expr, rules: &RuleSet, limit: usize) -> Eval {
    let mut current = e.clone();
    for _ in 0..limit {
        let replaced = replace_all(session, &current, rules)?;
        if replaced == current {
            return Ok(Some(current));
        }
        let next = session.evaluate(&replaced)?;
        if next == current {
            return Ok(Some(current));
        }
        current = next;
    }
    session.message_of(call.head(), "rrlim", &[e.clone(), Expr::integer(limit as i64)]);
    Ok(Some(current))
}

//! `MatchQ`, `MemberQ`, `FreeQ`: whether patterns match.

use crate::lists::levels::{FIRST_LEVEL, HEADS_OFF, LEVEL_MESSAGE, heads_setting, level_argument, visit_levels};
use netform_eval::{ArrayPositions, Eval, Flow, Function, Session, ShapeRule};
use netform_expr::pattern::Pattern;
use netform_expr::{Expr, Heads, Kind, LevelSpec, NodeSet, Sym, Visit};

use super::cases::at_all_levels;
use crate::call_options::CallOptions;
use crate::functional::operator_forms::operand_first;

/// Whether an expression matches.
pub(super) const MATCH_Q: Function = Function {
    name: "MatchQ",
    usage: "MatchQ[expr, pattern] gives True if the whole of expr matches the pattern, and False otherwise. \
            MatchQ[pattern] is an operator form.",
    arguments: Some((1, 2)),
    apply: Some(operand_first),
    evaluate: Some(|session, call| {
        if call.len() == 1 {
            return Ok(None);
        }
        Pattern::new(&call.arg(1)).is_match(&call.arg(0), session).map(|is| Some(Expr::boolean(is)))
    }),
    shape: ShapeRule::Scalar,
    examples: &[("MatchQ[x^2, _^2]", "True"), ("MatchQ[{1, 2}, {_}]", "False"), ("MatchQ[_Integer][5]", "True")],
    ..Function::NEW
};

/// Whether an element matches.
pub(super) const MEMBER_Q: Function = Function {
    name: "MemberQ",
    usage: "MemberQ[list, pattern] gives True if an element of list matches the pattern, and False otherwise. \
            MemberQ[list, pattern, levels] looks at the parts at the levels. MemberQ[pattern] is an operator form.",
    apply: Some(operand_first),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(at_all_levels),
    evaluate: Some(member_q),
    shape: ShapeRule::Scalar,
    options: &[HEADS_OFF],
    messages: &[LEVEL_MESSAGE],
    examples: &[
        ("MemberQ[{a, b, c}, b]", "True"),
        ("MemberQ[{x^2, y}, x^_]", "True"),
        ("MemberQ[{{a}}, a]", "False"),
        ("MemberQ[{{a}}, a, Infinity]", "True"),
    ],
    ..Function::NEW
};

fn member_q(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 1 {
        return Ok(None);
    }
    let Some(options) = CallOptions::split(session, call, 2, 3) else { return Ok(None) };
    let Some(levels) = level_argument(session, call, options.arguments.get(2), FIRST_LEVEL) else { return Ok(None) };
    let heads = heads_setting(&options.get(session, Sym::Heads));
    let pattern = Pattern::new(&options.arguments[1]);
    any_at_levels(session, &options.arguments[0], &pattern, levels, heads).map(|any| Some(Expr::boolean(any)))
}

fn any_at_levels(
    session: &mut Session,
    e: &Expr,
    pattern: &Pattern,
    levels: LevelSpec,
    heads: Heads,
) -> Result<bool, Flow> {
    let mut any = false;
    visit_levels(session, e, levels, heads, |session, part, _| {
        any = pattern.is_match(part, session)?;
        Ok(if any { Visit::Enough } else { Visit::Nothing })
    })?;
    Ok(any)
}

/// Whether no part matches.
pub(super) const FREE_Q: Function = Function {
    name: "FreeQ",
    usage: "FreeQ[expr, pattern] gives True if no part of expr, heads included, matches the pattern, and False otherwise. \
            FreeQ[expr, pattern, levels] looks at the parts at the levels. FreeQ[pattern] is an operator form. Equal \
            parts are looked at once.",
    apply: Some(operand_first),
    evaluate: Some(free_q),
    shape: ShapeRule::Scalar,
    options: &[("Heads", "True")],
    messages: &[LEVEL_MESSAGE],
    examples: &[
        ("FreeQ[{a, b, f[c]}, c]", "False"),
        ("FreeQ[x^2 + 1, y]", "True"),
        ("FreeQ[f[x], f]", "False"),
        ("FreeQ[{a, {b}}, b, 1]", "True"),
    ],
    ..Function::NEW
};

fn free_q(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 1 {
        return Ok(None);
    }
    let Some(options) = CallOptions::split(session, call, 2, 3) else { return Ok(None) };
    let heads = heads_setting(&options.get(session, Sym::Heads));
    let e = &options.arguments[0];
    let pattern = Pattern::new(&options.arguments[1]);
    let Some(levels) = level_argument(session, call, options.arguments.get(2), LevelSpec::ALL) else { return Ok(None) };
    let any = if levels == LevelSpec::ALL {
        any_part(session, e, &pattern, heads)?
    } else {
        any_at_levels(session, e, &pattern, levels, heads)?
    };
    Ok(Some(Expr::boolean(!any)))
}

/// Whether some part matches, each distinct part looked at once.
fn any_part(session: &mut Session, root: &Expr, pattern: &Pattern, heads: Heads) -> Result<bool, Flow> {
    let needed = if pattern.is_literal() { pattern.expr().symbol_classes() } else { 0 };
    let of_numbers = !pattern.is_literal() || pattern.expr().is_number() || pattern.expr().is_list();
    let mut seen = NodeSet::default();
    let mut stack = vec![root.clone()];
    while let Some(node) = stack.pop() {
        session.tick()?;
        // A literal needs all its symbols; List, the head of packed arrays, is not among theirs.
        let hopeless = needed & !node.symbol_classes() != 0 && node.as_array().is_none();
        if hopeless || node.is_normal() && !seen.insert(node.clone()) {
            continue;
        }
        if pattern.is_match(&node, session)? {
            return Ok(true);
        }
        match node.kind() {
            Kind::Normal(head, args) => {
                stack.extend(args.iter().cloned());
                if heads == Heads::Included {
                    stack.push(head.clone());
                }
            }
            Kind::Array(_) => {
                if heads == Heads::Included && pattern.is_match(Sym::List.expr(), session)? {
                    return Ok(true);
                }
                if of_numbers {
                    stack.extend(node.args().iter().cloned());
                }
            }
            _ => {}
        }
    }
    Ok(false)
}

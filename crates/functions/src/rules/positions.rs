//! `Position` and `FirstPosition`: where parts match a pattern.

use super::cases::{at_all_levels, visit};
use crate::lists::levels::{LEVEL_MESSAGE, heads_setting, is_infinity, level_argument, visit_levels};
use netform_eval::{ArrayPositions, Flow, Function, Session};
use netform_expr::pattern::Pattern;
use netform_expr::{Expr, LevelSpec, Sym};

use crate::call_options::CallOptions;
use crate::functional::operator_forms::operand_first;

const SEARCH: Function = Function {
    apply: Some(operand_first),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(at_all_levels),
    options: &[("Heads", "True")],
    messages: &[LEVEL_MESSAGE, ("innf", "Non-negative integer or Infinity expected at position 4 in `1`.")],
    ..Function::NEW
};

/// All positions of matches.
pub(super) const POSITION: Function = Function {
    name: "Position",
    usage: "Position[expr, pattern] gives the list of the positions of all parts of expr that match the pattern, heads \
            included. Position[expr, pattern, levels] looks at the parts at the levels, and Position[expr, pattern, \
            levels, n] stops after n of them. Position[pattern] is an operator form.",
    evaluate: Some(|session, call| {
        if call.len() == 1 {
            return Ok(None);
        }
        let Some(options) = CallOptions::split(session, call, 2, 4) else { return Ok(None) };
        let most = match options.arguments.get(3) {
            None => Some(usize::MAX),
            Some(n) if is_infinity(n) => Some(usize::MAX),
            Some(n) => n.as_usize(),
        };
        let Some(most) = most else {
            session.message_of(call.head(), "innf", std::slice::from_ref(call));
            return Ok(None);
        };
        let found = found(session, call, &options, options.arguments.get(2), most)?;
        Ok(found.map(Expr::list))
    }),
    examples: &[
        ("Position[{a, b, a}, a]", "{{1}, {3}}"),
        ("Position[{{1, x}, {x, 2}}, x]", "{{1, 2}, {2, 1}}"),
        ("Position[f[g[x]], g]", "{{1, 0}}"),
        ("Position[<|u -> 1, v -> 2|>, 2]", "{{Key[v]}}"),
    ],
    ..SEARCH
};

/// The first position of a match.
pub(super) const FIRST_POSITION: Function = Function {
    name: "FirstPosition",
    usage: "FirstPosition[expr, pattern] gives the position of the first part of expr that matches the pattern, or \
            Missing[\"NotFound\"]. FirstPosition[expr, pattern, default] gives default if there is none, and \
            FirstPosition[expr, pattern, default, levels] looks at the parts at the levels. FirstPosition[pattern] is an \
            operator form.",
    evaluate: Some(|session, call| {
        if call.len() == 1 {
            return Ok(None);
        }
        let Some(options) = CallOptions::split(session, call, 2, 4) else { return Ok(None) };
        let Some(mut found) = found(session, call, &options, options.arguments.get(3), 1)? else { return Ok(None) };
        let missing = || Expr::call(Sym::Missing, [Expr::string("NotFound")]);
        Ok(Some(found.pop().or_else(|| options.arguments.get(2).cloned()).unwrap_or_else(missing)))
    }),
    examples: &[("FirstPosition[{a, b, b}, b]", "{2}"), ("FirstPosition[{a}, b, None]", "None")],
    ..SEARCH
};

fn found(
    session: &mut Session,
    call: &Expr,
    options: &CallOptions,
    levels: Option<&Expr>,
    most: usize,
) -> Result<Option<Vec<Expr>>, Flow> {
    let Some(levels) = level_argument(session, call, levels, LevelSpec::ALL) else { return Ok(None) };
    let heads = heads_setting(&options.get(session, Sym::Heads));
    let e = &options.arguments[0];
    let pattern = Pattern::new(&options.arguments[1]);
    let mut found = Vec::new();
    if most == 0 {
        return Ok(Some(found));
    }
    visit_levels(session, e, levels, heads, |session, part, position| {
        let is_match = pattern.is_match(part, session)?;
        if is_match {
            found.push(position.to_expr());
        }
        Ok(visit(is_match, found.len() < most))
    })?;
    Ok(Some(found))
}

//! `Replace`, `ReplaceList`, `Dispatch`: rules applied at levels, and in all ways.

use crate::lists::levels::{HEADS_OFF, LEVEL_MESSAGE, WHOLE, heads_setting, is_infinity, level_argument};
use netform_eval::Function;
use netform_expr::pattern::{replace_levels, replace_list};
use netform_expr::{Expr, Sym};

use super::rule_sets::{REPS_MESSAGE, rules_argument};
use crate::call_options::CallOptions;
use crate::functional::operator_forms::operand_first;

/// Rules applied at levels.
pub(super) const REPLACE: Function = Function {
    name: "Replace",
    usage: "Replace[expr, rules] applies a rule or list of rules to the whole of expr. Replace[expr, rules, levels] applies \
            them to the parts at the levels, inner ones first. Replace[rules] is an operator form.",
    apply: Some(operand_first),
    evaluate: Some(|session, call| {
        if call.len() == 1 {
            return Ok(None);
        }
        let Some(options) = CallOptions::split(session, call, 2, 3) else { return Ok(None) };
        let e = options.arguments[0].clone();
        let Some(levels) = level_argument(session, call, options.arguments.get(2), WHOLE) else { return Ok(None) };
        let heads = heads_setting(&options.get(session, Sym::Heads));
        let Some(rules) = rules_argument(session, call, &options.arguments[1]) else { return Ok(None) };
        rules.each(session, &mut |session, set| replace_levels(&e, set, levels, heads, session).map(Some))
    }),
    options: &[HEADS_OFF],
    messages: &[REPS_MESSAGE, LEVEL_MESSAGE],
    examples: &[
        ("Replace[x, x -> y]", "y"),
        ("Replace[f[x], x -> y]", "f[x]"),
        ("Replace[{x, {x}}, x -> y, {2}]", "{x, {y}}"),
        ("Replace[f[f[x]], f[a_] :> g[a], {0, Infinity}]", "g[g[x]]"),
    ],
    ..Function::NEW
};

/// All results that rules can give.
pub(super) const REPLACE_LIST: Function = Function {
    name: "ReplaceList",
    usage: "ReplaceList[expr, rules] gives the list of all results of applying rules to the whole of expr in all possible \
            ways. ReplaceList[expr, rules, n] gives at most n of them. ReplaceList[rules] is an operator form.",
    arguments: Some((1, 3)),
    apply: Some(operand_first),
    evaluate: Some(|session, call| {
        if call.len() == 1 {
            return Ok(None);
        }
        let args = call.args();
        let most = match args.get(2) {
            None => Some(usize::MAX),
            Some(n) if is_infinity(n) => Some(usize::MAX),
            Some(n) => n.as_usize(),
        };
        let Some(most) = most else {
            session.message_of(call.head(), "innf", std::slice::from_ref(call));
            return Ok(None);
        };
        let Some(rules) = rules_argument(session, call, &args[1]) else { return Ok(None) };
        rules.each(session, &mut |session, set| Ok(Some(Expr::list(replace_list(&args[0], set, most, session)?))))
    }),
    messages: &[REPS_MESSAGE, ("innf", "Non-negative integer or Infinity expected at position 3 in `1`.")],
    examples: &[
        ("ReplaceList[{a, b, c}, {x__, y__} -> {{x}, {y}}]", "{{{a}, {b, c}}, {{a, b}, {c}}}"),
        ("ReplaceList[x, {x -> 1, x -> 2}]", "{1, 2}"),
        ("ReplaceList[{a, b, c}, {___, x_, ___} -> x, 2]", "{a, b}"),
    ],
    ..Function::NEW
};

/// Rules prepared for many uses.
pub(super) const DISPATCH: Function = Function {
    name: "Dispatch",
    usage: "Dispatch[rules] stands for rules that are prepared for repeated use. All lists of rules are prepared when they \
            are first used, so this changes nothing but the form.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let rules = call.arg(0);
        if rules.has_head(Sym::Dispatch) {
            return Ok(Some(rules));
        }
        rules_argument(session, call, &rules);
        Ok(None)
    }),
    messages: &[REPS_MESSAGE],
    examples: &[("{a, b} /. Dispatch[{a -> 1, b -> 2}]", "{1, 2}")],
    ..Function::NEW
};

//! `ReplaceAll` and `ReplaceRepeated`: rules applied to all parts, the whole first.
//!
//! Each distinct part is looked at once, so that a replacement in an expression with shared parts
//! costs time linear in its graph, not in its tree.

use netform_eval::{Eval, Function, Session};
use netform_expr::pattern::{Repetition, RuleSet, replace_all, replace_repeated};
use netform_expr::{Expr, Sym};

use super::rule_sets::{REPS_MESSAGE, rules_argument};
use crate::call_options::CallOptions;
use crate::functional::operator_forms::operand_first;

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
        rules.each(session, &mut |session, set| replace_all(&e, set, session).map(Some))
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
    match replace_repeated(e, rules, limit, session, |session, e| session.evaluate(&e))? {
        Repetition::Settled(result) => Ok(Some(result)),
        Repetition::Limited(result) => {
            session.message_of(call.head(), "rrlim", &[e.clone(), Expr::integer(limit as i64)]);
            Ok(Some(result))
        }
    }
}

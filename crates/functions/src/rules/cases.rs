//! `Cases`, `DeleteCases`, `Count`, `FirstCase`: parts that match a pattern.

use std::ops::ControlFlow;

use crate::lists::levels::{
    FIRST_LEVEL, HEADS_OFF, LEVEL_MESSAGE, heads_setting, is_infinity, level_argument, visit_levels,
};
use netform_eval::{ArrayPositions, Eval, Flow, Function, Session};
use netform_expr::pattern::{Pattern, Rule};
use netform_expr::{Expr, LevelSpec, Sym, Visit, count_levels};

use crate::call_options::CallOptions;
use crate::functional::operator_forms::operand_first;
use crate::lists::positions::{Edit, Places, Positions, edited};

const COUNT_MESSAGE: (&str, &str) = ("innf", "Non-negative integer or Infinity expected at position 4 in `1`.");

const SEARCH: Function = Function {
    apply: Some(operand_first),
    options: &[HEADS_OFF],
    messages: &[LEVEL_MESSAGE, COUNT_MESSAGE],
    ..Function::NEW
};

/// A search among elements. Those of an array that is no list are not known, so it stays; the parts of the expression that the
/// array is are searched at all levels, as by `Cases`.
pub(super) const AMONG_ELEMENTS: Function =
    Function { arrays: ArrayPositions::At(&[1]), on_arrays: Some(at_all_levels), ..SEARCH };

/// The search in an array that is no list, if the call asks for all levels.
pub(super) fn at_all_levels(session: &mut Session, call: &Expr) -> Eval {
    let asks_for_all = call.args()[2.min(call.len())..].iter().any(is_infinity);
    match session.function_of(call.head()).and_then(|function| function.evaluate) {
        Some(rule) if asks_for_all => rule(session, call),
        _ => Ok(None),
    }
}

/// What is looked for, and what is made of it.
enum Wanted {
    Pattern(Pattern),
    Rule(Rule),
}

impl Wanted {
    fn new(e: &Expr) -> Wanted {
        match Rule::from_expr(e) {
            Some(rule) => Wanted::Rule(rule),
            None => Wanted::Pattern(Pattern::new(e)),
        }
    }

    fn found(&self, session: &mut Session, part: &Expr) -> Result<Option<Expr>, Flow> {
        match self {
            Wanted::Pattern(pattern) => Ok(pattern.is_match(part, session)?.then(|| part.clone())),
            Wanted::Rule(rule) => {
                let mut result = None;
                let _done = rule.each_whole_result(part, session, |_, found| {
                    result = Some(found);
                    Ok(ControlFlow::Break(()))
                })?;
                Ok(result)
            }
        }
    }
}

/// The levels and the greatest number of matches that a call asks for.
fn scope(
    session: &mut Session,
    call: &Expr,
    levels: Option<&Expr>,
    count: Option<&Expr>,
) -> Option<(LevelSpec, usize)> {
    let levels = level_argument(session, call, levels, FIRST_LEVEL)?;
    let most = match count {
        None => Some(usize::MAX),
        Some(n) if is_infinity(n) => Some(usize::MAX),
        Some(n) => n.as_usize(),
    };
    if most.is_none() {
        session.message_of(call.head(), COUNT_MESSAGE.0, std::slice::from_ref(call));
    }
    Some((levels, most?))
}

/// What a search says of a part: whether it is one, and whether more are wanted.
pub(super) fn visit(is_match: bool, more: bool) -> Visit {
    match (more, is_match) {
        (false, _) => Visit::Enough,
        (true, true) => Visit::Found,
        (true, false) => Visit::Nothing,
    }
}

/// Parts that match.
pub(super) const CASES: Function = Function {
    name: "Cases",
    usage: "Cases[expr, pattern] gives the list of the elements of expr that match the pattern. Cases[expr, pattern -> rhs] \
            gives the values of rhs for them. Cases[expr, pattern, levels] looks at the parts at the levels, and \
            Cases[expr, pattern, levels, n] stops after n of them. Cases[pattern] is an operator form.",
    evaluate: Some(|session, call| {
        if call.len() == 1 {
            return Ok(None);
        }
        let Some(options) = CallOptions::split(session, call, 2, 4) else { return Ok(None) };
        let args = &options.arguments;
        let Some((levels, most)) = scope(session, call, args.get(2), args.get(3)) else { return Ok(None) };
        let heads = heads_setting(&options.get(session, Sym::Heads));
        let wanted = Wanted::new(&args[1]);
        let mut found = Vec::new();
        visit_levels(session, &args[0], levels, heads, |session, part, _| {
            let before = found.len();
            if found.len() < most {
                found.extend(wanted.found(session, part)?);
            }
            Ok(visit(found.len() > before, found.len() < most))
        })?;
        Ok(Some(Expr::list(found)))
    }),
    examples: &[
        ("Cases[{1, a, 2, b}, _Integer]", "{1, 2}"),
        ("Cases[{f[1], g[2], f[3]}, f[x_] -> x]", "{1, 3}"),
        ("Cases[{1, {2, {3}}}, _Integer, Infinity]", "{1, 2, 3}"),
        ("Cases[_Symbol][{a, 1}]", "{a}"),
    ],
    ..SEARCH
};

/// The expression without parts that match.
pub(super) const DELETE_CASES: Function = Function {
    name: "DeleteCases",
    usage: "DeleteCases[expr, pattern] removes the elements of expr that match the pattern. DeleteCases[expr, pattern, \
            levels] removes parts at the levels, and DeleteCases[expr, pattern, levels, n] the first n of them. \
            DeleteCases[pattern] is an operator form.",
    evaluate: Some(|session, call| {
        if call.len() == 1 {
            return Ok(None);
        }
        let Some(options) = CallOptions::split(session, call, 2, 4) else { return Ok(None) };
        let args = &options.arguments;
        let Some((levels, most)) = scope(session, call, args.get(2), args.get(3)) else { return Ok(None) };
        let heads = heads_setting(&options.get(session, Sym::Heads));
        let pattern = Pattern::new(&args[1]);
        let mut positions = Positions::default();
        let mut count = 0;
        visit_levels(session, &args[0], levels, heads, |session, part, position| {
            let is_match = count < most && pattern.is_match(part, session)?;
            if is_match {
                let _exists = positions.add(&args[0], &position.to_expr().args(), 0, Places::Parts);
                count += 1;
            }
            Ok(visit(is_match, count < most))
        })?;
        if count == 0 {
            return Ok(Some(args[0].clone()));
        }
        edited(session, &args[0], &positions, &Edit::Delete).map(Some)
    }),
    examples: &[
        ("DeleteCases[{1, a, 2, b}, _Integer]", "{a, b}"),
        ("DeleteCases[{1, {2, a}}, _Integer, {2}]", "{1, {a}}"),
        ("DeleteCases[<|x -> 1, y -> a|>, _Integer]", "<|y -> a|>"),
    ],
    ..AMONG_ELEMENTS
};

/// How many parts match.
pub(super) const COUNT: Function = Function {
    name: "Count",
    usage: "Count[expr, pattern] gives the number of elements of expr that match the pattern. Count[expr, pattern, levels] \
            counts the parts at the levels. Count[pattern] is an operator form.",
    evaluate: Some(|session, call| {
        if call.len() == 1 {
            return Ok(None);
        }
        let Some(options) = CallOptions::split(session, call, 2, 3) else { return Ok(None) };
        let args = &options.arguments;
        let Some((levels, _)) = scope(session, call, args.get(2), None) else { return Ok(None) };
        let heads = heads_setting(&options.get(session, Sym::Heads));
        let pattern = Pattern::new(&args[1]);
        let count = count_levels(&args[0], levels, heads, |part| {
            session.tick()?;
            pattern.is_match(part, session)
        })?;
        Ok(Some(Expr::number(count)))
    }),
    shape: netform_eval::ShapeRule::Scalar,
    examples: &[
        ("Count[{a, b, a}, a]", "2"),
        ("Count[{{a, b}, {a}}, a, {2}]", "2"),
        ("Count[{1, 2, 3, 4}, _?EvenQ]", "2"),
    ],
    ..AMONG_ELEMENTS
};

/// The first part that matches.
pub(super) const FIRST_CASE: Function = Function {
    name: "FirstCase",
    usage: "FirstCase[expr, pattern] gives the first element of expr that matches the pattern, or Missing[\"NotFound\"]. \
            FirstCase[expr, pattern -> rhs] gives the value of rhs for it, FirstCase[expr, pattern, default] gives \
            default if there is none, and FirstCase[expr, pattern, default, levels] looks at the parts at the levels. \
            FirstCase[pattern] is an operator form.",
    evaluate: Some(|session, call| {
        if call.len() == 1 {
            return Ok(None);
        }
        let Some(options) = CallOptions::split(session, call, 2, 4) else { return Ok(None) };
        let args = &options.arguments;
        let Some((levels, _)) = scope(session, call, args.get(3), None) else { return Ok(None) };
        let heads = heads_setting(&options.get(session, Sym::Heads));
        let wanted = Wanted::new(&args[1]);
        let mut found = None;
        visit_levels(session, &args[0], levels, heads, |session, part, _| {
            found = wanted.found(session, part)?;
            Ok(visit(found.is_some(), found.is_none()))
        })?;
        let missing = || Expr::call(Sym::Missing, [Expr::string("NotFound")]);
        Ok(Some(found.or_else(|| args.get(2).cloned()).unwrap_or_else(missing)))
    }),
    examples: &[
        ("FirstCase[{a, 1, 2}, _Integer]", "1"),
        ("FirstCase[{a, b}, _Integer, 0]", "0"),
        ("FirstCase[{f[1], f[2]}, f[x_] -> x]", "1"),
    ],
    ..AMONG_ELEMENTS
};

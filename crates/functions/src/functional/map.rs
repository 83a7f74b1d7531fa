//! `Map`, `MapAll`, `MapApply`, `Apply`, `Scan`: functions applied to parts.

use crate::arrays::by_parts::explicit;
use crate::lists::levels::{
    FIRST_LEVEL, HEADS_OFF, LEVEL_MESSAGE, WHOLE, change_at_levels, heads_setting, level_argument, visit_levels,
};
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, ShapeRule};
use netform_expr::{Expr, Heads, LevelSpec, Sym, Visit};

use super::operator_forms::operand_last;
use crate::arrays::functional as arrays;
use crate::call_options::CallOptions;
use crate::lists::elements::{elements, with_elements};

/// A function applied to each element.
pub(super) const MAP: Function = Function {
    name: "Map",
    usage: "Map[f, expr] or f /@ expr applies f to each element of expr. Map[f, expr, levels] applies f to the parts at \
            the levels. Map[f] is an operator form. On a symbolic array it stays, with f evaluated once.",
    apply: Some(operand_last),
    arrays: ArrayPositions::At(&[2]),
    on_arrays: Some(arrays::map),
    evaluate: Some(map),
    shape: ShapeRule::Rule(arrays::map_shape),
    lowering: Lowering::Rewrite(arrays::lower_map),
    options: &[HEADS_OFF],
    messages: &[LEVEL_MESSAGE],
    derivative: Derivative::Differential(crate::arrays::differentials::of_map),
    linear: crate::arrays::linear_folds::MAPPED,
    examples: &[
        ("Map[f, {a, b, c}]", "{f[a], f[b], f[c]}"),
        ("f /@ <|x -> 1, y -> 2|>", "<|x -> f[1], y -> f[2]|>"),
        ("Map[f, {{a}, {b}}, {2}]", "{{f[a]}, {f[b]}}"),
        ("Map[f, a + b]", "f[a] + f[b]"),
    ],
    ..Function::NEW
};

fn map(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 1 {
        return Ok(None);
    }
    let Some(options) = CallOptions::split(session, call, 1, 3) else { return Ok(None) };
    let [f, e, rest @ ..] = options.arguments.as_slice() else { return Ok(None) };
    let heads = heads_setting(&options.get(session, Sym::Heads));
    let Some(levels) = level_argument(session, call, rest.first(), FIRST_LEVEL) else { return Ok(None) };
    if heads == Heads::Excluded
        && let Some(level) = levels.single()
    {
        return map_at_level(session, f, e, level).map(Some);
    }
    let Some(e) = to_levels(session, e, levels, 0)? else { return Ok(None) };
    change_at_levels(session, &e, levels, heads, |_, part| Ok(Expr::normal(f.clone(), [part]))).map(Some)
}

/// An expression in which arrays are lists as deep as the levels reach, and so many levels more. `None` where one has no
/// known length.
fn to_levels(session: &mut Session, e: &Expr, levels: LevelSpec, more: usize) -> Eval {
    explicit(session, e, levels.deepest().map_or(usize::MAX, |deepest| deepest.saturating_add(more)))
}

/// Applies a function at one level. Lists are evaluated element by element.
fn map_at_level(session: &mut Session, f: &Expr, e: &Expr, level: usize) -> Result<Expr, Flow> {
    if level == 0 {
        return Ok(Expr::normal(f.clone(), [e.clone()]));
    }
    if session.is_symbolic_array(e)? {
        let call = [f.clone(), e.clone()];
        let levels = (level > 1).then(|| Expr::list([Expr::integer(level as i64)]));
        return Ok(Expr::call(Sym::Map, call.into_iter().chain(levels)));
    }
    if e.is_atom() {
        return Ok(e.clone());
    }
    let items = elements(e);
    let mut parts = Vec::with_capacity(items.len());
    for item in items.iter() {
        session.tick()?;
        let part = map_at_level(session, f, item, level - 1)?;
        parts.push(if e.is_list() { session.evaluate(&part)? } else { part });
    }
    Ok(with_elements(e, parts))
}

/// A function applied to all parts.
pub(super) const MAP_ALL: Function = Function {
    name: "MapAll",
    usage: "MapAll[f, expr] or f //@ expr applies f to every part of expr, the whole included.",
    apply: Some(operand_last),
    evaluate: Some(|session, call| {
        if call.len() == 1 {
            return Ok(None);
        }
        let Some(options) = CallOptions::split(session, call, 2, 2) else { return Ok(None) };
        let heads = heads_setting(&options.get(session, Sym::Heads));
        let f = options.arguments[0].clone();
        let apply = |_: &mut Session, part| Ok(Expr::normal(f.clone(), [part]));
        change_at_levels(session, &options.arguments[1], LevelSpec::ALL, heads, apply).map(Some)
    }),
    options: &[HEADS_OFF],
    examples: &[("f //@ {a, {b}}", "f[{f[a], f[{f[b]}]}]")],
    ..Function::NEW
};

/// Heads replaced.
pub(super) const APPLY: Function = Function {
    name: "Apply",
    usage: "Apply[f, expr] or f @@ expr replaces the head of expr by f. Apply[f, expr, levels] replaces heads at the \
            levels. Apply[f] is an operator form. An array is the list of its parts; it stays where its length is no number.",
    apply: Some(operand_last),
    arrays: ArrayPositions::At(&[2]),
    on_arrays: Some(apply),
    evaluate: Some(apply),
    options: &[HEADS_OFF],
    messages: &[LEVEL_MESSAGE],
    examples: &[
        ("f @@ {a, b}", "f[a, b]"),
        ("Plus @@ g[a, b]", "a + b"),
        ("Apply[f, {{a, b}, {c}}, {1}]", "{f[a, b], f[c]}"),
        ("f @@ <|x -> 1, y -> 2|>", "f[1, 2]"),
        ("Plus @@ VectorSymbol[\"v\", 2]", "v[[1]] + v[[2]]"),
        ("f @@ VectorSymbol[\"v\", n]", "f @@ v"),
    ],
    ..Function::NEW
};

fn apply(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 1 {
        return Ok(None);
    }
    let Some(options) = CallOptions::split(session, call, 1, 3) else { return Ok(None) };
    let [f, e, rest @ ..] = options.arguments.as_slice() else { return Ok(None) };
    let Some(levels) = level_argument(session, call, rest.first(), WHOLE) else { return Ok(None) };
    let heads = heads_setting(&options.get(session, Sym::Heads));
    let Some(e) = to_levels(session, e, levels, 1)? else { return Ok(None) };
    change_at_levels(session, &e, levels, heads, |_, part| Ok(with_head(f, &part))).map(Some)
}

fn with_head(f: &Expr, part: &Expr) -> Expr {
    if part.is_atom() { part.clone() } else { Expr::normal(f.clone(), elements(part).iter().cloned()) }
}

/// Heads at level 1 replaced.
pub(super) const MAP_APPLY: Function = Function {
    name: "MapApply",
    usage: "MapApply[f, expr] or f @@@ expr replaces the heads of the elements of expr by f. MapApply[f] is an operator \
            form.",
    arguments: Some((1, 2)),
    apply: Some(operand_last),
    arrays: ArrayPositions::At(&[2]),
    on_arrays: Some(map_apply),
    evaluate: Some(map_apply),
    examples: &[("f @@@ {{a, b}, {c}}", "{f[a, b], f[c]}"), ("MapApply[f][{{a}, {b}}]", "{f[a], f[b]}")],
    ..Function::NEW
};

fn map_apply(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 1 {
        return Ok(None);
    }
    let f = call.arg(0);
    let Some(e) = to_levels(session, &call.arg(1), FIRST_LEVEL, 1)? else { return Ok(None) };
    change_at_levels(session, &e, FIRST_LEVEL, Heads::Excluded, |_, part| Ok(with_head(&f, &part))).map(Some)
}

/// A function applied for its effects.
pub(super) const SCAN: Function = Function {
    name: "Scan",
    usage: "Scan[f, expr] evaluates f[element] for each element of expr and gives Null. Scan[f, expr, levels] does so for \
            the parts at the levels. Return ends it with a value. Scan[f] is an operator form.",
    apply: Some(operand_last),
    evaluate: Some(scan),
    options: &[HEADS_OFF],
    messages: &[LEVEL_MESSAGE],
    arrays: ArrayPositions::At(&[2]),
    on_arrays: Some(scan),
    examples: &[("s = 0; Scan[(s += #) &, {1, 2, 3}]; s", "6"), ("Scan[If[# > 1, Return[#]] &, {1, 2, 3}]", "2")],
    ..Function::NEW
};

fn scan(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 1 {
        return Ok(None);
    }
    let Some(options) = CallOptions::split(session, call, 1, 3) else { return Ok(None) };
    let [f, e, rest @ ..] = options.arguments.as_slice() else { return Ok(None) };
    let Some(levels) = level_argument(session, call, rest.first(), FIRST_LEVEL) else { return Ok(None) };
    let heads = heads_setting(&options.get(session, Sym::Heads));
    let Some(e) = to_levels(session, e, levels, 0)? else { return Ok(None) };
    let walk = visit_levels(session, &e, levels, heads, |session, part, _| {
        session.evaluate(&Expr::normal(f.clone(), [part.clone()]))?;
        Ok(Visit::Found)
    });
    match walk {
        Ok(()) => Ok(Some(Sym::Null.into())),
        Err(Flow::Return { value, from }) if from.as_ref().is_none_or(|head| head.is(Sym::Scan)) => Ok(Some(value)),
        Err(flow) => Err(flow),
    }
}

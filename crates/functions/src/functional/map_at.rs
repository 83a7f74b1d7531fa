//! `MapAt` and `MapIndexed`: functions applied by position.

use crate::arrays::by_parts::explicit;
use crate::lists::levels::{FIRST_LEVEL, HEADS_OFF, LEVEL_MESSAGE, heads_setting, level_argument};
use netform_eval::{ArrayPositions, Eval, Function, Session};
use netform_expr::{Expr, Sym, map_levels_indexed};

use super::operator_forms::operand_last;
use crate::call_options::CallOptions;
use crate::lists::positions::{Edit, Places, Positions, edited, paths};

/// A function applied to the parts at positions.
pub(super) const MAP_AT: Function = Function {
    name: "MapAt",
    usage: "MapAt[f, expr, n] applies f to part n of expr, MapAt[f, expr, {i, j, ...}] to the part at that position, and \
            MapAt[f, expr, {pos1, pos2, ...}] to several parts. Positions may contain All and spans, and keys of \
            associations. MapAt[f, pos] is an operator form.",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    arguments: Some((2, 3)),
    apply: Some(|session, call| {
        // The expression stands between the parameters of the operator.
        let operator = call.head();
        let is_operator = operator.has_head(Sym::MapAt) && operator.len() == 2 && call.len() == 1;
        let _unused = session;
        Ok(is_operator.then(|| Expr::call(Sym::MapAt, [operator.arg(0), call.arg(0), operator.arg(1)])))
    }),
    evaluate: Some(map_at),
    messages: &[("partw", "Part `1` of `2` does not exist.")],
    arrays: ArrayPositions::At(&[2]),
    on_arrays: Some(map_at),
    examples: &[
        ("MapAt[f, {a, b, c}, 2]", "{a, f[b], c}"),
        ("MapAt[f, {{a, b}, {c, d}}, {2, 1}]", "{{a, b}, {f[c], d}}"),
        ("MapAt[f, {a, b, c}, {{1}, {-1}}]", "{f[a], b, f[c]}"),
        ("MapAt[f, {{a, b}, {c, d}}, {All, 2}]", "{{a, f[b]}, {c, f[d]}}"),
        ("MapAt[f, <|x -> 1|>, Key[x]]", "<|x -> f[1]|>"),
    ],
    ..Function::NEW
};

fn map_at(session: &mut Session, call: &Expr) -> Eval {
    if call.len() < 3 {
        return Ok(None);
    }
    let (f, e, place) = (call.arg(0), call.arg(1), call.arg(2));
    let paths = paths(&place);
    let deepest = paths.iter().map(Vec::len).max().unwrap_or(0);
    let Some(e) = explicit(session, &e, deepest)? else { return Ok(None) };
    let mut positions = Positions::default();
    for path in paths {
        if positions.add(&e, &path, 0, Places::Parts).is_err() {
            let place = if path.len() == 1 { path[0].clone() } else { Expr::list(path) };
            session.message_of(call.head(), "partw", &[place, e]);
            return Ok(None);
        }
    }
    edited(session, &e, &positions, &Edit::Apply(&f)).map(Some)
}

/// A function applied to the parts and their positions.
pub(super) const MAP_INDEXED: Function = Function {
    name: "MapIndexed",
    usage: "MapIndexed[f, expr] gives f[element, {n}] for each element of expr, n being its position. \
            MapIndexed[f, expr, levels] does so for the parts at the levels. MapIndexed[f] is an operator form.",
    apply: Some(operand_last),
    evaluate: Some(map_indexed),
    options: &[HEADS_OFF],
    messages: &[LEVEL_MESSAGE],
    arrays: ArrayPositions::At(&[2]),
    on_arrays: Some(map_indexed),
    examples: &[
        ("MapIndexed[f, {a, b}]", "{f[a, {1}], f[b, {2}]}"),
        ("MapIndexed[f, {{a, b}}, {2}]", "{{f[a, {1, 1}], f[b, {1, 2}]}}"),
        ("MapIndexed[f, <|x -> a|>]", "<|x -> f[a, {Key[x]}]|>"),
    ],
    ..Function::NEW
};

fn map_indexed(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 1 {
        return Ok(None);
    }
    let Some(options) = CallOptions::split(session, call, 1, 3) else { return Ok(None) };
    let [f, e, rest @ ..] = options.arguments.as_slice() else { return Ok(None) };
    let Some(levels) = level_argument(session, call, rest.first(), FIRST_LEVEL) else { return Ok(None) };
    let heads = heads_setting(&options.get(session, Sym::Heads));
    let Some(e) = explicit(session, e, levels.deepest().unwrap_or(usize::MAX))? else { return Ok(None) };
    map_levels_indexed(&e, levels, heads, |part, position| {
        session.tick()?;
        Ok(Expr::normal(f.clone(), [part, position.to_expr()]))
    })
    .map(Some)
}

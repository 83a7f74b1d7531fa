//! `MapAt` and `MapIndexed`: functions applied by position.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

use super::operator_forms::operand_last;
use crate::call_options::CallOptions;
use crate::lists::elements::{elements, place_of, with_elements};
use crate::lists::level_spec::{Depths, LevelSpec};
use crate::lists::positions::{Edit, Places, Positions, edited, paths};
use crate::lists::traverse::{HEADS_OFF, Heads, LEVEL_MESSAGE, level_argument};

/// A function applied to the parts at positions.
pub(super) const MAP_AT: Function = Function {
    name: "MapAt",
    usage: "MapAt[f, expr, n] applies f to part n of expr, MapAt[f, expr, {i, j, ...}] to the part at that position, and \
            MapAt[f, expr, {pos1, pos2, ...}] to several parts. Positions may contain All and spans, and keys of \
            associations. MapAt[f, pos] is an operator form.",
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
    let mut positions = Positions::default();
    for path in paths(&place) {
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
    let levels = match rest.first() {
        None => LevelSpec::FIRST,
        Some(levels) => match level_argument(session, call, levels) {
            Some(levels) => levels,
            None => return Ok(None),
        },
    };
    let heads = Heads::from_setting(&options.get(session, Sym::Heads));
    let mut walk = Indexing { f, levels, heads, depths: Depths::default(), place: Vec::new() };
    walk.indexed(session, e).map(Some)
}

struct Indexing<'a> {
    f: &'a Expr,
    levels: LevelSpec,
    heads: Heads,
    depths: Depths,
    place: Vec<Expr>,
}

impl Indexing<'_> {
    fn indexed(&mut self, session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
        session.tick()?;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.indexed_part(session, e))
    }

    fn indexed_part(&mut self, session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
        let level = self.place.len();
        let depth = if self.levels.counts_from_leaves() { self.depths.of(e) } else { 1 };
        let mut result = e.clone();
        if self.levels.reaches_below(level) && e.is_normal() {
            let items = elements(e);
            let mut parts = Vec::with_capacity(items.len());
            for (i, item) in items.iter().enumerate() {
                self.place.push(place_of(e, i));
                let part = self.indexed(session, item);
                self.place.pop();
                parts.push(part?);
            }
            result = with_elements(e, parts);
            if self.heads == Heads::Included {
                self.place.push(Expr::integer(0));
                let head = self.indexed(session, e.head());
                self.place.pop();
                result = Expr::normal(head?, result.args().to_vec());
            }
        }
        if self.levels.contains(level, depth) {
            result = Expr::normal(self.f.clone(), [result, Expr::list(self.place.iter().cloned())]);
        }
        Ok(result)
    }
}

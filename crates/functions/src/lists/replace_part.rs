//! `ReplacePart`: new parts at positions, which may be patterns.

use super::levels::{HEADS_OFF, heads_setting, visit_levels};
use crate::arrays::by_parts::explicit;
use netform_eval::{ArrayPositions, Eval, Flow, Function, Session};
use netform_expr::pattern::Rule;
use netform_expr::{Expr, Heads, LevelSpec, Sym, Visit};

use super::positions::{Edit, Places, Positions, edited, paths};
use crate::call_options::CallOptions;
use crate::functional::operator_forms::operand_first;

/// New parts at positions.
pub(super) const REPLACE_PART: Function = Function {
    name: "ReplacePart",
    usage: "ReplacePart[expr, i -> new] gives expr with part i replaced by new. ReplacePart[expr, {i1 -> new1, ...}] \
            replaces several parts, {i, j, ...} -> new the part at a position, and {pos1, pos2, ...} -> new several of \
            these. Positions may be patterns. ReplacePart[rules] is an operator form.",
    apply: Some(operand_first),
    evaluate: Some(replace_part),
    options: &[HEADS_OFF],
    messages: &[("reps", "`1` is not a rule or a list of rules for positions.")],
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(replace_part),
    examples: &[
        ("ReplacePart[{a, b, c}, 2 -> x]", "{a, x, c}"),
        ("ReplacePart[{{a, b}, {c, d}}, {2, 1} -> x]", "{{a, b}, {x, d}}"),
        ("ReplacePart[{a, b, c, d}, {{1}, {-1}} -> x]", "{x, b, c, x}"),
        ("ReplacePart[{a, b, c, d}, i_?EvenQ :> f[i]]", "{a, f[2], c, f[4]}"),
        ("ReplacePart[<|u -> 1, v -> 2|>, Key[u] -> 5]", "<|u -> 5, v -> 2|>"),
    ],
    ..Function::NEW
};

fn replace_part(session: &mut Session, call: &Expr) -> Eval {
    let Some(options) = CallOptions::split(session, call, 2, 2) else { return Ok(None) };
    let (e, rules) = (&options.arguments[0], &options.arguments[1]);
    let items = if rules.is_list() { rules.args().to_vec() } else { vec![rules.clone()] };
    let Some(compiled) = items.iter().map(Rule::from_expr).collect::<Option<Vec<Rule>>>() else {
        session.message_of(call.head(), "reps", std::slice::from_ref(rules));
        return Ok(None);
    };
    let heads = heads_setting(&options.get(session, Sym::Heads));
    // Patterns are compared with all positions.
    let depth = |rule: &Rule| match rule.left().may_hold_pattern() {
        true => usize::MAX,
        false => paths(rule.left()).iter().map(Vec::len).max().unwrap_or(0),
    };
    let deepest = compiled.iter().map(depth).max().unwrap_or(0);
    let Some(e) = &explicit(session, e, deepest)? else { return Ok(None) };
    let mut positions = Positions::default();
    let mut values = Vec::new();
    let mut patterns = Vec::new();
    for rule in compiled {
        if !rule.left().may_hold_pattern() {
            values.push(rule.right().clone());
            for path in paths(rule.left()) {
                // Positions that do not exist are not replaced.
                let mut single = Positions::default();
                if single.add(e, &path, 0, Places::Parts).is_ok() {
                    let _exists = positions.add(e, &path, values.len() - 1, Places::Parts);
                }
            }
        } else {
            patterns.push(rule);
        }
    }
    if !patterns.is_empty() {
        add_matching(session, e, heads, &patterns, &mut positions, &mut values)?;
    }
    edited(session, e, &positions, &Edit::Replace(&values)).map(Some)
}

/// Adds the positions that match the left sides of rules, with their right sides as values.
fn add_matching(
    session: &mut Session,
    e: &Expr,
    heads: Heads,
    rules: &[Rule],
    positions: &mut Positions,
    values: &mut Vec<Expr>,
) -> Result<(), Flow> {
    visit_levels(session, e, LevelSpec::ALL, heads, |session, _, position| {
        let place = position.to_expr();
        let short = (place.len() == 1).then(|| place.arg(0));
        for rule in rules {
            for form in short.iter().chain([&place]) {
                if let Some(value) = session.apply_rule(rule, form)? {
                    values.push(value);
                    let _exists = positions.add(e, &place.args(), values.len() - 1, Places::Parts);
                    return Ok(Visit::Found);
                }
            }
        }
        // What is done depends on the place, so no place may be left out.
        Ok(Visit::Found)
    })
}

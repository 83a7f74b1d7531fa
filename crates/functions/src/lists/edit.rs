//! `Append`, `Prepend`, `Insert`, `Delete`, `Extract`: elements added, removed, picked out.

use super::levels::{NORMAL_MESSAGE, is_atomic_argument};
use crate::arrays::by_parts::explicit;
use crate::arrays::lowering::lower_extend;
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::dimension::{may_agree, sum, with_first};
use super::elements::is_association;
use super::part::{PART_MESSAGES, Seen, part_of};
use super::positions::{Edit, Places, Positions, are_several, edited, paths};
use crate::functional::operator_forms::operand_first;

/// An element at the end.
pub(super) const APPEND: Function = Function {
    name: "Append",
    quantities: ArrayPositions::All,
    usage: "Append[expr, elem] gives expr with elem added at the end. Append[elem] is an operator form.",
    evaluate: Some(|session, call| added(session, call, End::Last)),
    lowering: Lowering::Rewrite(lower_extend),
    derivative: Derivative::Differential(crate::arrays::differentials::of_all_arguments),
    linear: crate::arrays::linear::EXTENDING,
    examples: &[
        ("Append[{a, b}, c]", "{a, b, c}"),
        ("Append[<|x -> 1|>, y -> 2]", "<|x -> 1, y -> 2|>"),
        ("Append[f[a], b]", "f[a, b]"),
    ],
    ..ADDITION
};

/// An element at the beginning.
pub(super) const PREPEND: Function = Function {
    name: "Prepend",
    quantities: ArrayPositions::All,
    usage: "Prepend[expr, elem] gives expr with elem added at the beginning. Prepend[elem] is an operator form.",
    evaluate: Some(|session, call| added(session, call, End::First)),
    lowering: Lowering::Rewrite(lower_extend),
    derivative: Derivative::Differential(crate::arrays::differentials::of_all_arguments),
    linear: crate::arrays::linear::EXTENDING,
    examples: &[("Prepend[{b, c}, a]", "{a, b, c}"), ("Prepend[a][{b}]", "{a, b}")],
    ..ADDITION
};

const ADDITION: Function = Function {
    arguments: Some((1, 2)),
    apply: Some(operand_first),
    arrays: ArrayPositions::At(&[1]),
    shape: ShapeRule::Rule(longer_by_one),
    messages: &[NORMAL_MESSAGE, ("invdt", "The argument `1` is not a rule or a list of rules.")],
    ..Function::NEW
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

fn added(session: &mut Session, call: &Expr, end: End) -> Eval {
    if call.len() < 2 || is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let (e, new) = (call.arg(0), call.arg(1));
    let mut args = e.args().to_vec();
    let mut news = vec![new.clone()];
    if is_association(&e) {
        if new.is_list() || is_association(&new) {
            news = new.args().to_vec();
        }
        if !news.iter().all(|rule| matches!(rule.head_sym(), Some(Sym::Rule | Sym::RuleDelayed)) && rule.len() == 2) {
            session.message_of(call.head(), "invdt", &[new]);
            return Ok(None);
        }
        args.retain(|old| news.iter().all(|rule| rule.arg(0) != old.arg(0)));
    }
    match end {
        End::First => args.splice(0..0, news).for_each(drop),
        End::Last => args.extend(news),
    }
    Ok(Some(Expr::normal(e.head().clone(), args)))
}

fn longer_by_one(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    if call.len() < 2 {
        return Ok(Shape::Unknown);
    }
    let shape = session.shape_of(&call.arg(0))?;
    let Some([length, rest @ ..]) = shape.dimensions() else { return Ok(Shape::Unknown) };
    let length = length.clone();
    // An element that is not known to be an array may be anything.
    if session.shape_of(&call.arg(1))?.dimensions().is_some_and(|element| !may_agree(rest, element)) {
        return Ok(Shape::Unknown);
    }
    let longer = sum(session, [length, Expr::integer(1)])?;
    Ok(with_first(&shape, longer))
}

/// An element at given positions.
pub(super) const INSERT: Function = Function {
    name: "Insert",
    usage: "Insert[expr, elem, n] inserts elem at position n of expr, counted from the end where n is negative. \
            Insert[expr, elem, {i, j, ...}] inserts inside a part, Insert[expr, elem, {pos1, pos2, ...}] at several \
            positions.",
    arguments: Some((2, 3)),
    apply: Some(operand_first),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(insert),
    messages: &[("ins", "Cannot insert at position `1` in `2`."), NORMAL_MESSAGE],
    on_arrays: Some(insert),
    examples: &[
        ("Insert[{a, b, c}, x, 2]", "{a, x, b, c}"),
        ("Insert[{a, b, c}, x, -1]", "{a, b, c, x}"),
        ("Insert[{a, b, c}, x, {{1}, {3}}]", "{x, a, b, x, c}"),
        ("Insert[{{a, b}, {c}}, x, {2, 1}]", "{{a, b}, {x, c}}"),
    ],
    ..Function::NEW
};

fn insert(session: &mut Session, call: &Expr) -> Eval {
    if call.len() < 3 || is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let (e, new, place) = (call.arg(0), call.arg(1), call.arg(2));
    edit_at(session, call, &e, &place, Places::Gaps, &Edit::Insert(&new), "ins")
}

/// Parts at given positions removed.
pub(super) const DELETE: Function = Function {
    name: "Delete",
    usage: "Delete[expr, n] deletes part n of expr, Delete[expr, {i, j, ...}] the part at that position, and \
            Delete[expr, {pos1, pos2, ...}] the parts at several positions.",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    arguments: Some((1, 2)),
    apply: Some(operand_first),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(delete),
    messages: &[("partw", "Part `1` of `2` does not exist."), NORMAL_MESSAGE],
    on_arrays: Some(delete),
    examples: &[
        ("Delete[{a, b, c}, 2]", "{a, c}"),
        ("Delete[{a, b, c}, {{1}, {-1}}]", "{b}"),
        ("Delete[{{a, b}, c}, {1, 2}]", "{{a}, c}"),
        ("Delete[<|a -> 1, b -> 2|>, Key[a]]", "<|b -> 2|>"),
    ],
    ..Function::NEW
};

fn delete(session: &mut Session, call: &Expr) -> Eval {
    if call.len() < 2 || is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let (e, place) = (call.arg(0), call.arg(1));
    edit_at(session, call, &e, &place, Places::Parts, &Edit::Delete, "partw")
}

/// The expression edited at the positions of an argument, arrays on the way being lists of their parts; a message where one
/// does not exist.
pub(crate) fn edit_at(
    session: &mut Session,
    call: &Expr,
    e: &Expr,
    argument: &Expr,
    places: Places,
    edit: &Edit<'_>,
    tag: &str,
) -> Eval {
    let paths = paths(argument);
    let deepest = paths.iter().map(Vec::len).max().unwrap_or(0);
    let Some(e) = &explicit(session, e, deepest)? else { return Ok(None) };
    let mut positions = Positions::default();
    for path in paths {
        if positions.add(e, &path, 0, places).is_err() {
            let place = if path.len() == 1 { path[0].clone() } else { Expr::list(path) };
            session.message_of(call.head(), tag, &[place, e.clone()]);
            return Ok(None);
        }
    }
    edited(session, e, &positions, edit).map(Some)
}

/// Parts at given positions.
pub(super) const EXTRACT: Function = Function {
    name: "Extract",
    usage: "Extract[expr, pos] gives the part of expr at the position pos, Extract[expr, {pos1, pos2, ...}] a list of \
            parts, and Extract[expr, pos, h] wraps each of them in h before it is evaluated. Extract[pos] is an \
            operator form.",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    arguments: Some((1, 3)),
    apply: Some(operand_first),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(extract),
    evaluate: Some(extract),
    messages: PART_MESSAGES,
    examples: &[
        ("Extract[{a, b, c}, 2]", "b"),
        ("Extract[{{a, b}, {c, d}}, {2, 1}]", "c"),
        ("Extract[{a, b, c}, {{1}, {3}}]", "{a, c}"),
        ("Extract[Hold[1 + 1, 2 + 2], 2, Hold]", "Hold[2 + 2]"),
    ],
    ..Function::NEW
};

fn extract(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if args.len() < 2 {
        return Ok(None);
    }
    let wrapped = |part: Expr| match args.get(2) {
        Some(head) => Expr::normal(head.clone(), [part]),
        None => part,
    };
    let mut parts = Vec::new();
    for path in paths(&args[1]) {
        match part_of(session, &args[0], &path, Seen::AsWritten)? {
            Ok(part) => parts.push(wrapped(part)),
            Err(super::part::PartFault::Key(key)) => {
                parts.push(wrapped(Expr::call(Sym::Missing, [Expr::string("KeyAbsent"), key])));
            }
            Err(fault) => {
                fault.report(session, call.head(), &args[0], call);
                return Ok(None);
            }
        }
    }
    if are_several(&args[1]) {
        return Ok(Some(Expr::list(parts)));
    }
    Ok(parts.pop())
}

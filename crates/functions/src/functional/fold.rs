//! `Fold`, `FoldList`, `FoldPair`, `FoldPairList`: functions carried along a list.

use netform_eval::{ArrayPositions, Eval, Flow, Function, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::bodies::{closed, result_shape};
use super::operator_forms::operand_last;
use crate::lists::dimension::{nested, sum};
use crate::lists::elements::elements;
use crate::lists::traverse::{NORMAL_MESSAGE, is_atomic_argument};

const FOLDING: Function = Function {
    arguments: Some((1, 3)),
    apply: Some(operand_last),
    arrays: ArrayPositions::At(&[-1]),
    on_arrays: Some(fold_on_array),
    messages: &[NORMAL_MESSAGE],
    ..Function::NEW
};

/// The last value carried along a list.
pub(super) const FOLD: Function = Function {
    name: "Fold",
    usage: "Fold[f, x, list] gives the last element of FoldList[f, x, list]: f[...f[f[x, a], b]..., z]. Fold[f, list] \
            begins with the first element of list. Fold[f] is an operator form. On a symbolic array it stays, with f \
            evaluated once.",
    evaluate: Some(|session, call| {
        let Some((mut state, items)) = start(session, call)? else { return Ok(None) };
        for item in items {
            session.tick()?;
            state = session.evaluate(&Expr::normal(call.arg(0), [state, item]))?;
        }
        Ok(Some(state))
    }),
    shape: ShapeRule::Rule(|session, call| Ok(fold_shapes(session, call)?.map_or(Shape::Unknown, |shapes| shapes.state))),
    examples: &[
        ("Fold[f, x, {a, b, c}]", "f[f[f[x, a], b], c]"),
        ("Fold[f, {a, b, c}]", "f[f[a, b], c]"),
        ("Fold[Plus, 0, {1, 2, 3}]", "6"),
    ],
    ..FOLDING
};

/// All values carried along a list.
pub(super) const FOLD_LIST: Function = Function {
    name: "FoldList",
    usage: "FoldList[f, x, {a, b, ...}] gives {x, f[x, a], f[f[x, a], b], ...}. FoldList[f, list] begins with the first \
            element of list. FoldList[f] is an operator form. On a symbolic array it stays, with f evaluated once.",
    evaluate: Some(|session, call| {
        let Some((state, items)) = start(session, call)? else {
            let empty = call.len() == 2 && call.arg(1).is_normal() && call.arg(1).is_empty();
            return Ok(empty.then(|| call.arg(1)));
        };
        let list = call.arg(call.len() - 1);
        let mut states = Vec::with_capacity(items.len() + 1);
        states.push(state);
        for item in items {
            session.tick()?;
            let last = states[states.len() - 1].clone();
            states.push(session.evaluate(&Expr::normal(call.arg(0), [last, item]))?);
        }
        let head = if list.has_head(Sym::Association) { Sym::List.into() } else { list.head().clone() };
        Ok(Some(Expr::normal(head, states)))
    }),
    shape: ShapeRule::Rule(fold_list_shape),
    examples: &[
        ("FoldList[f, x, {a, b}]", "{x, f[x, a], f[f[x, a], b]}"),
        ("FoldList[Plus, 0, {1, 2, 3}]", "{0, 1, 3, 6}"),
        ("FoldList[Times, {a, b, c}]", "{a, a b, a b c}"),
    ],
    ..FOLDING
};

/// The first value and the elements to go through. `None` where the call stays.
fn start(session: &mut Session, call: &Expr) -> Result<Option<(Expr, Vec<Expr>)>, Flow> {
    if call.len() == 1 || is_atomic_argument(session, call, call.len()) {
        return Ok(None);
    }
    let list = call.arg(call.len() - 1);
    let mut items = elements(&list).to_vec();
    if call.len() == 3 {
        return Ok(Some((call.arg(1), items)));
    }
    if items.is_empty() {
        return Ok(None);
    }
    let first = items.remove(0);
    Ok(Some((first, items)))
}

struct FoldShapes {
    state: Shape,
    element: Shape,
    /// The length of the sequence of elements that are folded in.
    length: Expr,
}

fn fold_shapes(session: &mut Session, call: &Expr) -> Result<Option<FoldShapes>, Flow> {
    if call.len() < 2 {
        return Ok(None);
    }
    let sequence = session.shape_of(&call.arg(call.len() - 1))?;
    let Some(length) = sequence.dimensions().and_then(|dimensions| dimensions.first()).cloned() else {
        return Ok(None);
    };
    let element = sequence.element();
    if call.len() == 2 {
        let shorter = sum(session, [length, Expr::integer(-1)])?;
        return Ok(Some(FoldShapes { state: element.clone(), element, length: shorter }));
    }
    let state = match session.shape_of(&call.arg(1))? {
        Shape::Unknown => result_shape(session, &call.arg(0), &[Shape::scalar(), element.clone()])?,
        known => known,
    };
    Ok(Some(FoldShapes { state, element, length }))
}

fn fold_list_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let Some(shapes) = fold_shapes(session, call)? else { return Ok(Shape::Unknown) };
    let count = sum(session, [shapes.length, Expr::integer(1)])?;
    Ok(nested([count], &shapes.state))
}

/// A fold over a symbolic array stays, its function evaluated once on a state and an element.
fn fold_on_array(session: &mut Session, call: &Expr) -> Eval {
    let Some(shapes) = fold_shapes(session, call)? else { return Ok(None) };
    let function = closed(session, &call.arg(0), &[shapes.state, shapes.element])?.function;
    let rebuilt = Expr::normal(call.head().clone(), [function].into_iter().chain(call.args()[1..].iter().cloned()));
    Ok((rebuilt != *call).then_some(rebuilt))
}

const PAIR_MESSAGE: (&str, &str) = ("list", "`1` is expected to give a list of two elements, not `2`.");

/// The last output of a fold with outputs.
pub(super) const FOLD_PAIR: Function = Function {
    name: "FoldPair",
    usage: "FoldPair[f, y, list] gives the last element of FoldPairList[f, y, list]. FoldPair[f, y, list, g] applies g to \
            the last pair.",
    arguments: Some((2, 4)),
    evaluate: Some(|session, call| {
        let Some(mut outputs) = fold_pairs(session, call)? else { return Ok(None) };
        Ok(outputs.pop())
    }),
    messages: &[NORMAL_MESSAGE, PAIR_MESSAGE],
    examples: &[("FoldPair[{#1 + #2, #1 - #2} &, 10, {1, 2}]", "11")],
    ..Function::NEW
};

/// The outputs of a fold with outputs.
pub(super) const FOLD_PAIR_LIST: Function = Function {
    name: "FoldPairList",
    usage: "FoldPairList[f, y, {a1, a2, ...}] gives the list of the first elements of the pairs that f[y, a] gives, the \
            second element being the y of the next step. FoldPairList[f, y, list, g] gives g of each pair.",
    arguments: Some((2, 4)),
    evaluate: Some(|session, call| Ok(fold_pairs(session, call)?.map(Expr::list))),
    messages: &[NORMAL_MESSAGE, PAIR_MESSAGE],
    examples: &[
        ("FoldPairList[{#1, #1 + #2} &, 0, {1, 2, 3}]", "{0, 1, 3}"),
        ("FoldPairList[{#1, #1 + #2} &, 0, {1, 2, 3}, Last]", "{1, 3, 6}"),
    ],
    ..Function::NEW
};

fn fold_pairs(session: &mut Session, call: &Expr) -> Result<Option<Vec<Expr>>, Flow> {
    if call.len() < 3 || is_atomic_argument(session, call, 3) || session.is_symbolic_array(&call.arg(2))? {
        return Ok(None);
    }
    let args = call.args();
    let mut state = args[1].clone();
    let mut outputs = Vec::new();
    for item in elements(&args[2]).iter() {
        session.tick()?;
        let pair = session.evaluate(&Expr::normal(args[0].clone(), [state, item.clone()]))?;
        if !pair.is_list() || pair.len() != 2 {
            session.message_of(call.head(), "list", &[args[0].clone(), pair]);
            return Ok(None);
        }
        state = pair.arg(1);
        outputs.push(match args.get(3) {
            Some(g) => session.evaluate(&Expr::normal(g.clone(), [pair]))?,
            None => pair.arg(0),
        });
    }
    Ok(Some(outputs))
}

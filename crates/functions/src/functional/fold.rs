//! `Fold`, `FoldList`, `FoldPair`, `FoldPairList`: functions carried along a list.

use crate::lists::levels::{NORMAL_MESSAGE, is_atomic_argument};
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, ShapeRule};
use netform_expr::{Expr, Sym};

use super::operator_forms::operand_last;
use crate::arrays::functional as arrays;
use crate::lists::elements::elements;

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
    quantities: ArrayPositions::All,
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
    shape: ShapeRule::Rule(arrays::fold_shape),
    lowering: Lowering::Rewrite(arrays::lower_fold),
    derivative: Derivative::Differential(crate::arrays::differentials::of_fold),
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
    quantities: ArrayPositions::All,
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
    shape: ShapeRule::Rule(arrays::fold_list_shape),
    lowering: Lowering::Rewrite(arrays::lower_fold_list),
    derivative: Derivative::Differential(crate::arrays::differentials::of_fold),
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

/// A fold over a symbolic array stays, its function evaluated once on a state and an element. Without
/// a first value it begins with the first element.
fn fold_on_array(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 2 {
        let sequence = call.arg(1);
        let first = Expr::call(Sym::First, [sequence.clone()]);
        let rest = Expr::call(Sym::Rest, [sequence]);
        return Ok(Some(Expr::normal(call.head().clone(), [call.arg(0), first, rest])));
    }
    arrays::fold(session, call)
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

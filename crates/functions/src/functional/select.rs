//! `Select`, `SelectFirst`, `Pick`, `TakeWhile`, `LengthWhile`, `AllTrue`, `AnyTrue`, `NoneTrue`:
//! elements chosen by tests.

use crate::arrays::by_parts::explicit;
use crate::lists::levels::{NORMAL_MESSAGE, is_atomic_argument, is_infinity};
use netform_eval::{ArrayPositions, Eval, Flow, Function, Session, ShapeRule};
use netform_expr::pattern::Pattern;
use netform_expr::{Expr, Sym};

use super::operator_forms::operand_first;
use crate::lists::elements::{elements, is_association, select_arguments};

const CHOICE: Function = Function {
    arguments: Some((1, 2)),
    apply: Some(operand_first),
    arrays: ArrayPositions::At(&[1]),
    messages: &[NORMAL_MESSAGE, ("innf", "Non-negative integer or Infinity expected at position 3 in `1`.")],
    ..Function::NEW
};

/// Elements that pass a test.
pub(super) const SELECT: Function = Function {
    name: "Select",
    usage: "Select[list, test] gives the elements of list for which test gives True. Select[list, test, n] gives the \
            first n of them. Select[test] is an operator form.",
    arguments: Some((1, 3)),
    evaluate: Some(select),
    arrays: ArrayPositions::At(&[1]),
    examples: &[
        ("Select[{1, 2, 3, 4}, EvenQ]", "{2, 4}"),
        ("Select[{1, 2, 3, 4}, # > 1 &, 2]", "{2, 3}"),
        ("Select[<|a -> 1, b -> 2|>, EvenQ]", "<|b -> 2|>"),
        ("Select[EvenQ][{1, 2}]", "{2}"),
    ],
    ..CHOICE
};

fn passes(session: &mut Session, test: &Expr, item: &Expr) -> Result<bool, Flow> {
    session.tick()?;
    session.is_true(&Expr::normal(test.clone(), [item.clone()]))
}

fn select(session: &mut Session, call: &Expr) -> Eval {
    if call.len() < 2 || is_atomic_argument(session, call, 1) {
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
    let mut chosen = Vec::new();
    for (i, item) in elements(&args[0]).iter().enumerate() {
        if chosen.len() >= most {
            break;
        }
        if passes(session, &args[1], item)? {
            chosen.push(i);
        }
    }
    Ok(Some(select_arguments(&args[0], &chosen)))
}

/// The first element that passes a test.
pub(super) const SELECT_FIRST: Function = Function {
    name: "SelectFirst",
    usage: "SelectFirst[list, test] gives the first element of list for which test gives True, or Missing[\"NotFound\"]. \
            SelectFirst[list, test, default] gives default if there is none.",
    arguments: Some((1, 3)),
    evaluate: Some(|session, call| {
        if call.len() < 2 || is_atomic_argument(session, call, 1) {
            return Ok(None);
        }
        let args = call.args();
        for item in elements(&args[0]).iter() {
            if passes(session, &args[1], item)? {
                return Ok(Some(item.clone()));
            }
        }
        let missing = || Expr::call(Sym::Missing, [Expr::string("NotFound")]);
        Ok(Some(args.get(2).cloned().unwrap_or_else(missing)))
    }),
    examples: &[("SelectFirst[{1, 3, 4, 6}, EvenQ]", "4"), ("SelectFirst[{1, 3}, EvenQ, x]", "x")],
    ..CHOICE
};

/// The leading elements that pass a test.
pub(super) const TAKE_WHILE: Function = Function {
    name: "TakeWhile",
    usage: "TakeWhile[list, test] gives the elements of list up to the first for which test does not give True.",
    evaluate: Some(|session, call| {
        let Some(count) = leading(session, call)? else { return Ok(None) };
        Ok(Some(select_arguments(&call.arg(0), &(0..count).collect::<Vec<_>>())))
    }),
    examples: &[("TakeWhile[{2, 4, 5, 6}, EvenQ]", "{2, 4}")],
    ..CHOICE
};

/// The number of leading elements that pass a test.
pub(super) const LENGTH_WHILE: Function = Function {
    name: "LengthWhile",
    usage: "LengthWhile[list, test] gives the number of elements of list before the first for which test does not give \
            True.",
    evaluate: Some(|session, call| Ok(leading(session, call)?.map(|count| Expr::integer(count as i64)))),
    examples: &[("LengthWhile[{2, 4, 5, 6}, EvenQ]", "2")],
    ..CHOICE
};

fn leading(session: &mut Session, call: &Expr) -> Result<Option<usize>, Flow> {
    if call.len() < 2 || is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let (list, test) = (call.arg(0), call.arg(1));
    let items = elements(&list);
    for (i, item) in items.iter().enumerate() {
        if !passes(session, &test, item)? {
            return Ok(Some(i));
        }
    }
    Ok(Some(items.len()))
}

const QUANTIFIER: Function = Function {
    arguments: Some((1, 3)),
    apply: Some(operand_first),
    arrays: ArrayPositions::At(&[1]),
    shape: ShapeRule::Scalar,
    messages: &[NORMAL_MESSAGE],
    ..Function::NEW
};

/// Whether all elements pass a test.
pub(super) const ALL_TRUE: Function = Function {
    name: "AllTrue",
    usage: "AllTrue[list, test] gives True if test gives True for every element of list, False as soon as it gives False, \
            and the conjunction of the undecided results otherwise. AllTrue[list, test, n] tests the elements at level n.",
    evaluate: Some(|session, call| quantified(session, call, Sym::And)),
    examples: &[("AllTrue[{2, 4}, EvenQ]", "True"), ("AllTrue[{1, a}, # > 0 &]", "a > 0")],
    ..QUANTIFIER
};

/// Whether some element passes a test.
pub(super) const ANY_TRUE: Function = Function {
    name: "AnyTrue",
    usage: "AnyTrue[list, test] gives True as soon as test gives True for an element of list, False if it gives False for \
            all, and the disjunction of the undecided results otherwise. AnyTrue[list, test, n] tests the elements at \
            level n.",
    evaluate: Some(|session, call| quantified(session, call, Sym::Or)),
    examples: &[("AnyTrue[{1, 4}, EvenQ]", "True"), ("AnyTrue[{1, 3}, EvenQ]", "False")],
    ..QUANTIFIER
};

/// Whether no element passes a test.
pub(super) const NONE_TRUE: Function = Function {
    name: "NoneTrue",
    usage: "NoneTrue[list, test] gives True if test gives False for every element of list, and False as soon as it gives \
            True. NoneTrue[list, test, n] tests the elements at level n.",
    evaluate: Some(|session, call| Ok(quantified(session, call, Sym::Or)?.map(|any| Expr::call(Sym::Not, [any])))),
    examples: &[("NoneTrue[{1, 3}, EvenQ]", "True")],
    ..QUANTIFIER
};

fn quantified(session: &mut Session, call: &Expr, connective: Sym) -> Eval {
    if call.len() < 2 || is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let args = call.args();
    let levels = args.get(2).map_or(Some(1), Expr::as_usize).unwrap_or(1);
    let mut items = vec![args[0].clone()];
    for _ in 0..levels {
        items = items.iter().flat_map(|item| elements(item).into_owned()).collect();
    }
    let decisive = connective == Sym::Or;
    let mut undecided = Vec::new();
    for item in &items {
        session.tick()?;
        let answer = session.evaluate(&Expr::normal(args[1].clone(), [item.clone()]))?;
        match answer.sym() {
            Some(Sym::True) if decisive => return Ok(Some(answer)),
            Some(Sym::False) if !decisive => return Ok(Some(answer)),
            Some(Sym::True | Sym::False) => {}
            _ => undecided.push(answer),
        }
    }
    if undecided.is_empty() {
        return Ok(Some(Expr::boolean(!decisive)));
    }
    Ok(Some(Expr::call(connective, undecided)))
}

/// Elements chosen by another list.
pub(super) const PICK: Function = Function {
    name: "Pick",
    usage: "Pick[list, sel] gives the elements of list for which the corresponding element of sel is True. \
            Pick[list, sel, patt] gives those for which it matches patt.",
    arguments: Some((2, 3)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(pick),
    evaluate: Some(pick),
    messages: &[("incomp", "Expressions `1` and `2` have incompatible shapes.")],
    examples: &[
        ("Pick[{a, b, c}, {True, False, True}]", "{a, c}"),
        ("Pick[{a, b, c}, {1, 0, 1}, 1]", "{a, c}"),
        ("Pick[{{a, b}, {c, d}}, {{1, 0}, {0, 1}}, 1]", "{{a}, {d}}"),
    ],
    ..Function::NEW
};

fn pick(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let pattern = Pattern::new(args.get(2).unwrap_or(Sym::True.expr()));
    if pattern.is_match(&args[1], session)? {
        return Ok(Some(args[0].clone()));
    }
    let depth = netform_expr::depth(&args[1]) - 1;
    match (session.is_symbolic_array(&args[1])?, explicit(session, &args[0], depth)?) {
        (false, Some(list)) => picked(session, call, &list, &args[1], &pattern),
        _ => Ok(None),
    }
}

fn picked(session: &mut Session, call: &Expr, e: &Expr, selector: &Expr, pattern: &Pattern) -> Eval {
    if e.is_atom() || selector.is_atom() {
        return Ok(Some(Expr::call(Sym::Sequence, [])));
    }
    let (items, choices) = (elements(e), elements(selector));
    if items.len() != choices.len() {
        session.message_of(call.head(), "incomp", &[call.arg(0), call.arg(1)]);
        return Ok(None);
    }
    let entries = is_association(e);
    let mut chosen = Vec::new();
    for (i, (item, choice)) in items.iter().zip(choices.iter()).enumerate() {
        session.tick()?;
        if pattern.is_match(choice, session)? {
            chosen.push(e.arg(i));
        } else if item.is_normal() && choice.is_normal() && !entries {
            let Some(part) = picked(session, call, item, choice, pattern)? else { return Ok(None) };
            chosen.push(part);
        }
    }
    Ok(Some(Expr::normal(e.head().clone(), chosen)))
}

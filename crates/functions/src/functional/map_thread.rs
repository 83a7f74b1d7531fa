//! `MapThread` and `Thread`: functions applied to corresponding elements.

use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, ShapeRule};
use netform_expr::{Expr, Sym};

use super::operator_forms::operand_last;
use crate::arrays::by_parts::explicit;
use crate::arrays::functional as arrays;
use crate::lists::elements::{elements, is_association, with_elements};

/// A function applied to corresponding elements of lists.
pub(super) const MAP_THREAD: Function = Function {
    name: "MapThread",
    usage: "MapThread[f, {{a1, a2, ...}, {b1, b2, ...}, ...}] gives {f[a1, b1, ...], f[a2, b2, ...], ...}. \
            MapThread[f, lists, n] applies f at level n. MapThread[f] is an operator form. On symbolic arrays it stays, \
            with f evaluated once.",
    arguments: Some((1, 3)),
    apply: Some(operand_last),
    arrays: ArrayPositions::In(2),
    on_arrays: Some(arrays::map_thread),
    evaluate: Some(map_thread),
    shape: ShapeRule::Rule(arrays::map_thread_shape),
    lowering: Lowering::Rewrite(arrays::lower_map_thread),
    messages: &[
        ("mptd", "Object `1` at position {2, `2`} in `3` has only `4` of required `5` dimensions."),
        (
            "mptc",
            "Incompatible dimensions of objects at positions {2, `1`} and {2, `2`} of `3`; dimensions are `4` and `5`.",
        ),
        ("list", "List expected at position 2 in `1`."),
        ("intnm", "Non-negative machine-sized integer expected at position 3 in `1`."),
    ],
    derivative: Derivative::Differential(crate::arrays::differentials::of_map_thread),
    linear: crate::arrays::linear_folds::MAPPED,
    examples: &[
        ("MapThread[f, {{a, b}, {x, y}}]", "{f[a, x], f[b, y]}"),
        ("MapThread[f, {{{a, b}}, {{x, y}}}, 2]", "{{f[a, x], f[b, y]}}"),
        ("MapThread[f, {<|u -> 1|>, <|u -> 2|>}]", "<|u -> f[1, 2]|>"),
    ],
    ..Function::NEW
};

fn map_thread(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 1 || session.is_symbolic_array(&call.arg(1))? {
        return Ok(None);
    }
    let (f, lists) = (call.arg(0), call.arg(1));
    let Some(level) = call.args().get(2).map_or(Some(1), Expr::as_usize) else {
        session.message_of(call.head(), "intnm", std::slice::from_ref(call));
        return Ok(None);
    };
    if !lists.is_list() && !is_association(&lists) {
        if lists.is_number() || lists.as_str().is_some() {
            session.message_of(call.head(), "list", std::slice::from_ref(call));
        }
        return Ok(None);
    }
    threaded(session, call, &f, &elements(&lists), level)
}

fn threaded(session: &mut Session, call: &Expr, f: &Expr, lists: &[Expr], level: usize) -> Eval {
    if level == 0 {
        session.tick()?;
        return session.evaluate(&Expr::normal(f.clone(), lists.iter().cloned())).map(Some);
    }
    let Some(first) = lists.first() else { return Ok(Some(Expr::list([]))) };
    for (i, list) in lists.iter().enumerate() {
        if !list.is_list() && !is_association(list) {
            let missing = call.args().get(2).and_then(Expr::as_i64).unwrap_or(1);
            let place = Expr::integer(i as i64 + 1);
            let found = Expr::integer(missing - level as i64);
            session.message_of(
                call.head(),
                "mptd",
                &[list.clone(), place, call.clone(), found, Expr::integer(missing)],
            );
            return Ok(None);
        }
        if list.len() != first.len() {
            let places = [Expr::integer(1), Expr::integer(i as i64 + 1), call.clone()];
            let lengths = [first, list].map(|list| Expr::list([Expr::integer(list.len() as i64)]));
            session.message_of(call.head(), "mptc", &[&places[..], &lengths[..]].concat());
            return Ok(None);
        }
    }
    let columns: Vec<Vec<Expr>> = lists.iter().map(|list| elements(list).into_owned()).collect();
    let mut results = Vec::with_capacity(first.len());
    for i in 0..first.len() {
        let row: Vec<Expr> = columns.iter().map(|column| column[i].clone()).collect();
        let Some(result) = threaded(session, call, f, &row, level - 1)? else { return Ok(None) };
        results.push(result);
    }
    Ok(Some(with_elements(first, results)))
}

/// A function threaded over lists among its arguments.
pub(super) const THREAD: Function = Function {
    name: "Thread",
    usage: "Thread[f[args]] threads f over the lists among its arguments. Thread[f[args], h] threads it over parts with \
            head h, and Thread[f[args], h, n] over the first n arguments only.",
    arguments: Some((1, 3)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(thread),
    messages: &[("tdlen", "Objects of unequal length in `3` cannot be combined: `1` and `2` elements.")],
    examples: &[
        ("Thread[f[{a, b}, c]]", "{f[a, c], f[b, c]}"),
        ("Thread[{a, b} -> {1, 2}]", "{a -> 1, b -> 2}"),
        ("Thread[f[a + b, c + d], Plus]", "f[a, c] + f[b, d]"),
    ],
    ..Function::NEW
};

/// What a function threads to over arrays that are no lists: a map over all of them together, or nothing where numbers stand
/// beside them. `None` if there are no such arrays among the chosen arguments.
fn thread_arrays(
    session: &mut Session,
    e: &Expr,
    items: &[Expr],
    chosen: impl Fn(usize) -> bool,
) -> Result<Option<Option<Expr>>, Flow> {
    let mut arrays = 0;
    for (i, item) in items.iter().enumerate() {
        arrays += usize::from(chosen(i) && session.is_symbolic_array(item)?);
    }
    if arrays == 0 {
        return Ok(None);
    }
    if arrays < items.len() {
        return Ok(Some(None));
    }
    if e.is_list() {
        return session.evaluate_call(Sym::Transpose, [e.clone()]).map(|value| Some(Some(value)));
    }
    let list = Expr::list(items.iter().cloned());
    session.evaluate_call(Sym::MapThread, [e.head().clone(), list]).map(|value| Some(Some(value)))
}

fn thread(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let e = &args[0];
    if e.is_atom() {
        return Ok(Some(e.clone()));
    }
    let head = args.get(1).cloned().unwrap_or_else(|| Sym::List.into());
    let mut items = e.args().into_owned();
    // Beside lists an array is the list of its parts.
    if head.is(Sym::List) && items.iter().any(Expr::is_list) {
        for item in &mut items {
            let Some(list) = explicit(session, item, 1)? else { return Ok(None) };
            *item = list;
        }
    }
    let chosen = |i: usize| match args.get(2) {
        None => true,
        Some(n) if n.is_list() => match n.args().as_ref() {
            [k] => k.as_i64() == Some(i as i64 + 1),
            [from, to] => (from.as_i64()..=to.as_i64()).contains(&Some(i as i64 + 1)),
            _ => true,
        },
        Some(n) => match n.as_i64() {
            Some(n) if n >= 0 => (i as i64) < n,
            Some(n) => i as i64 >= items.len() as i64 + n,
            None => !n.is(Sym::None),
        },
    };
    if head.is(Sym::List)
        && let Some(value) = thread_arrays(session, e, &items, chosen)?
    {
        return Ok(value);
    }
    let threads = |i: usize| chosen(i) && items[i].is_normal() && *items[i].head() == head;
    let lengths: Vec<usize> = (0..items.len()).filter(|&i| threads(i)).map(|i| items[i].len()).collect();
    let Some(&length) = lengths.first() else { return Ok(Some(e.clone())) };
    if let Some(&other) = lengths.iter().find(|&&other| other != length) {
        let lengths = [length, other].map(|n| Expr::integer(n as i64));
        session.message_of(call.head(), "tdlen", &[&lengths[..], std::slice::from_ref(e)].concat());
        return Ok(Some(e.clone()));
    }
    let parts = (0..length).map(|k| {
        let row = (0..items.len()).map(|i| if threads(i) { items[i].arg(k) } else { items[i].clone() });
        Expr::normal(e.head().clone(), row.collect::<Vec<_>>())
    });
    Ok(Some(Expr::normal(head.clone(), parts.collect::<Vec<_>>())))
}

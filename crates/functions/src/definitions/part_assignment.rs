//! `a[[i, j]] = value`: parts of the values of symbols.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Attributes, Expr, Sym};

use crate::associations;
use crate::definitions::assignment::immediate_value;

/// The rule for assignments to `Part[symbol, indices...]`; the messages are those of `Part`.
///
/// An index is a position, negative from the end, 0 for the head; `All`, a span, or a list of
/// positions; or a key of an association. Several parts get the elements of a list of the right
/// length, or else all the same value.
pub(crate) fn assign_part(session: &mut Session, left: &Expr, right: Option<&Expr>) -> Result<bool, Flow> {
    let args = left.args();
    let Some((symbol, indices)) = args.split_first() else { return Ok(false) };
    if !symbol.is_symbol() {
        session.message(Sym::Set, "setps", std::slice::from_ref(symbol));
        return Ok(false);
    }
    if session.attributes_of(symbol).contains(Attributes::PROTECTED) {
        session.message(Sym::Set, "wrsym", std::slice::from_ref(symbol));
        return Ok(false);
    }
    let Some(value) = immediate_value(session, symbol) else {
        session.message(Sym::Set, "noval", std::slice::from_ref(symbol));
        return Ok(false);
    };
    let indices = indices.iter().map(|index| session.evaluate(index)).collect::<Result<Vec<_>, _>>()?;
    let value = session.evaluate(&value)?;
    let changed = match right {
        Some(right) => replace_part(session, &value, &indices, right)?,
        None => remove_key(&value, &indices),
    };
    match changed {
        // An object has told what is wrong.
        Some(failed) if failed.is(Sym::Failed) && !indices.is_empty() => Ok(false),
        Some(changed) => {
            let changed = session.evaluate(&changed)?;
            session.set_own_value(symbol, changed);
            Ok(true)
        }
        None => {
            let shown = Expr::call(Sym::Part, [symbol.clone()].into_iter().chain(indices));
            session.message(Sym::Set, "partw", &[shown, value]);
            Ok(false)
        }
    }
}

/// The expression with the part at these indices replaced; `None` where there is no such part.
fn replace_part(session: &mut Session, e: &Expr, indices: &[Expr], value: &Expr) -> Eval {
    let Some((index, rest)) = indices.split_first() else { return Ok(Some(value.clone())) };
    if associations::is_association(e) && !is_positional(index) {
        return replace_keyed(session, e, index, rest, value);
    }
    if index.is_integer(0) {
        let head = replace_part(session, e.head(), rest, value)?;
        return Ok(head.filter(|_| e.is_normal()).map(|head| Expr::normal(head, e.args().iter().cloned())));
    }
    if !e.is_normal() {
        return Ok(None);
    }
    if let Some(of_object) = session.function_of(e.head()).and_then(|record| record.parts)
        && let Some(changed) = (of_object.replaced)(session, e, indices, value)?
    {
        return Ok(Some(changed));
    }
    let mut parts = e.args().to_vec();
    let one = position(index, parts.len());
    let Some(places) = one.map_or_else(|| positions(index, parts.len()), |place| Some(vec![place])) else {
        return Ok(None);
    };
    let spread = one.is_none() && value.is_list() && value.len() == places.len();
    for (i, place) in places.into_iter().enumerate() {
        let element = if spread { value.arg(i) } else { value.clone() };
        match replace_element(session, e, &parts[place], rest, &element)? {
            Some(failed) if failed.is(Sym::Failed) && !rest.is_empty() => return Ok(Some(failed)),
            Some(changed) => parts[place] = changed,
            None => return Ok(None),
        }
    }
    Ok(Some(Expr::normal(e.head().clone(), parts)))
}

/// A positional part of an association is the value of a rule.
fn replace_element(session: &mut Session, e: &Expr, element: &Expr, rest: &[Expr], value: &Expr) -> Eval {
    if !associations::is_association(e) {
        return replace_part(session, element, rest, value);
    }
    let changed = replace_part(session, &element.arg(1), rest, value)?;
    Ok(changed.map(|changed| Expr::rule(element.arg(0), changed)))
}

fn replace_keyed(session: &mut Session, e: &Expr, index: &Expr, rest: &[Expr], value: &Expr) -> Eval {
    let key = key_of(index);
    let old = associations::value_of(e, &key);
    let changed = match (old, rest) {
        (_, []) => Some(value.clone()),
        (Some(old), _) => replace_part(session, &old, rest, value)?,
        (None, _) => None,
    };
    Ok(changed.map(|changed| associations::with_entry(e, key, changed)))
}

/// The association with the entry at a path of keys replaced or added.
pub(super) fn replace_entry(e: &Expr, keys: &[Expr], value: &Expr) -> Option<Expr> {
    let Some((key, rest)) = keys.split_first() else { return Some(value.clone()) };
    if !associations::is_association(e) {
        return None;
    }
    let key = key_of(key);
    let changed =
        if rest.is_empty() { value.clone() } else { replace_entry(&associations::value_of(e, &key)?, rest, value)? };
    Some(associations::with_entry(e, key, changed))
}

fn remove_key(e: &Expr, indices: &[Expr]) -> Option<Expr> {
    match indices {
        [key] if associations::is_association(e) => associations::without_key(e, &key_of(key)),
        _ => None,
    }
}

fn key_of(index: &Expr) -> Expr {
    match index.args_of(Sym::Key) {
        Some(key) if key.len() == 1 => key[0].clone(),
        _ => index.clone(),
    }
}

fn is_positional(index: &Expr) -> bool {
    index.as_i64().is_some() || index.is(Sym::All) || index.has_head(Sym::Span) || index.is_list()
}

/// The place, counted from 0, that a position names.
fn position(index: &Expr, length: usize) -> Option<usize> {
    let position = index.as_i64()?;
    let place = if position > 0 { position - 1 } else { length as i64 + position };
    usize::try_from(place).ok().filter(|place| position != 0 && *place < length)
}

fn positions(index: &Expr, length: usize) -> Option<Vec<usize>> {
    if index.is(Sym::All) {
        return Some((0..length).collect());
    }
    if index.is_list() {
        return index.args().iter().map(|i| position(i, length)).collect();
    }
    let span = index.args_of(Sym::Span)?;
    let step = match span.get(2) {
        Some(step) => step.as_i64().filter(|step| *step != 0)?,
        None => 1,
    };
    let bound = |i: usize, default: i64| match span.get(i) {
        Some(all) if all.is(Sym::All) => Some(default),
        Some(bound) => bound.as_i64().map(|b| if b < 0 { length as i64 + 1 + b } else { b }),
        None => Some(default),
    };
    let (first, last) = if step > 0 { (1, length as i64) } else { (length as i64, 1) };
    let (start, end) = (bound(0, first)?, bound(1, last)?);
    let mut places = Vec::new();
    let mut at = start;
    while (step > 0 && at <= end) || (step < 0 && at >= end) {
        places.push(usize::try_from(at - 1).ok().filter(|place| *place < length)?);
        at = at.checked_add(step)?;
    }
    Some(places)
}

//! Removal of single rules: `Unset` and `TagUnset`.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

use crate::definitions::assignment::{MESSAGES, Place, Purpose, prepare};

const HOLD: Attributes = Attributes::LISTABLE.with(Attributes::READ_PROTECTED).with(Attributes::HOLD_FIRST);

pub(super) const UNSET: Function = Function {
    name: "Unset",
    usage: "x =. removes the value of x, f[p] =. the rule for f[p].",
    attributes: HOLD,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let left = call.arg(0);
        remove(session, Sym::Unset, None, &left)
    }),
    messages: MESSAGES,
    examples: &[("x = 5; x =.; x", "x"), ("f[1] = a; f[2] = b; f[1] =.; {f[1], f[2]}", "{f[1], b}")],
    ..Function::NEW
};

pub(super) const TAG_UNSET: Function = Function {
    name: "TagUnset",
    usage: "f /: lhs =. removes the rule for lhs that belongs to f.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        let tag = call.arg(0);
        remove(session, Sym::TagUnset, Some(&tag), &call.arg(1))
    }),
    messages: MESSAGES,
    examples: &[("g /: h[g] = 7; g /: h[g] =.; h[g]", "h[g]")],
    ..Function::NEW
};

fn remove(session: &mut Session, operator: Sym, tag: Option<&Expr>, left: &Expr) -> Eval {
    if let Some(assign) = session.function_of(left.head()).and_then(|f| f.assign) {
        return answer(assign(session, left, None));
    }
    if left.is_symbol()
        && let Some(assign) = session.function_of(left).and_then(|f| f.assign)
    {
        return answer(assign(session, left, None));
    }
    let left = prepare(session, left)?;
    let place = match tag {
        Some(tag) => Place::tagged(tag, &left),
        None => Place::of(&left),
    };
    let Some(place) = place else {
        match tag {
            Some(tag) => session.message(operator, "tagnf", &[tag.clone(), left]),
            None => session.message(operator, "usraw", &[left]),
        }
        return Ok(Some(Sym::Failed.into()));
    };
    if session.attributes_of(&place.symbol).contains(Attributes::PROTECTED) {
        let (message, args) = match place.purpose {
            Purpose::Own => ("wrsym", vec![place.symbol]),
            _ => ("write", vec![place.symbol, left]),
        };
        session.message(operator, message, &args);
        return Ok(Some(Sym::Failed.into()));
    }
    let known = session.definitions_of(&place.symbol).is_some();
    let removed = known && session.change_definitions(&place.symbol, |d| place.purpose.values(d).remove(&left));
    if !removed && place.purpose != Purpose::Own {
        session.message(operator, "norep", &[place.symbol, left]);
        return Ok(Some(Sym::Failed.into()));
    }
    Ok(Some(Sym::Null.into()))
}

fn answer(done: Result<bool, Flow>) -> Eval {
    done.map(|done| Some(if done { Sym::Null.into() } else { Sym::Failed.into() }))
}

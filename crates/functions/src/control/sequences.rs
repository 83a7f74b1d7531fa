//! Sequences, and what lists do with `Nothing`.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

pub(super) const LIST: Function = Function {
    name: "List",
    usage: "{a, b, ...} or List[a, b, ...] is a list. Nothing in it vanishes, and Splice is spliced.",
    attributes: Attributes::LOCKED,
    evaluate: Some(evaluate_list),
    examples: &[("{1, Nothing, 1 + 1}", "{1, 2}"), ("FullForm[{a, b}]", "List[a, b]")],
    ..Function::NEW
};

fn evaluate_list(_: &mut Session, call: &Expr) -> Eval {
    let items = call.args();
    if !items.iter().any(|item| item.is(Sym::Nothing)) {
        return Ok(None);
    }
    Ok(Some(Expr::list(items.iter().filter(|item| !item.is(Sym::Nothing)).cloned())))
}

pub(super) const NOTHING: Function = Function {
    name: "Nothing",
    usage: "Nothing vanishes from any list that it stands in. Nothing[...] gives Nothing.",
    evaluate: Some(|_, _| Ok(Some(Sym::Nothing.into()))),
    examples: &[("{a, Nothing, b}", "{a, b}"), ("Map[If[# > 2, #, Nothing] &, {1, 2, 3, 4}]", "{3, 4}")],
    ..Function::NEW
};

pub(super) const SEQUENCE: Function = Function {
    name: "Sequence",
    usage: "Sequence[a, b, ...] stands for several arguments: f[Sequence[a, b]] is f[a, b].",
    evaluate: Some(|_, call| Ok(if call.len() == 1 { Some(call.arg(0)) } else { None })),
    examples: &[("f[a, Sequence[b, c], d]", "f[a, b, c, d]"), ("{a, Sequence[], b}", "{a, b}")],
    ..Function::NEW
};

pub(super) const SPLICE: Function = Function {
    name: "Splice",
    usage: "Splice[{a, b, ...}] in a list stands for the elements a, b, ...\n\
            Splice[list, h] does so as an argument of heads that match h.",
    arguments: Some((1, 2)),
    examples: &[
        ("{1, Splice[{a, b}], 2}", "{1, a, b, 2}"),
        ("f[Splice[{a, b}], c]", "f[Splice[{a, b}], c]"),
        ("f[Splice[{a, b}, f], c]", "f[a, b, c]"),
    ],
    ..Function::NEW
};

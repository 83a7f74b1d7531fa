//! `Inactive` and `Activate`: functions that stand in an expression without being carried out.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, Sym, map_bottom_up};

pub(super) const INACTIVE: Function = Function {
    name: "Inactive",
    usage: "Inactive[f] stands for the function f where it shall not be carried out: Inactive[f][x, ...] stays, prints as \
            f[x, ...] in mathematics, and Activate carries it out.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((1, 1)),
    examples: &[
        ("Inactive[Sum][k^2, {k, 3}]", "Sum[k^2, {k, 3}]"),
        ("TeXForm[Inactive[Sum][k^2, {k, n}]]", "\\sum _{k=1}^{n} k^2"),
    ],
    ..Function::NEW
};

pub(super) const ACTIVATE: Function = Function {
    name: "Activate",
    usage: "Activate[e] carries out all functions in e that are Inactive.",
    arguments: Some((1, 1)),
    evaluate: Some(activate),
    examples: &[
        ("Activate[Inactive[Sum][k^2, {k, 3}]]", "14"),
        ("Activate[Inactive[Max][Inactive[Table][x[i], {i, 2}]]]", "Max[x[1], x[2]]"),
    ],
    ..Function::NEW
};

fn activate(session: &mut Session, call: &Expr) -> Eval {
    let active = map_bottom_up(&call.arg(0), |e| {
        let is_inactive = e.has_head(Sym::Inactive) && e.len() == 1;
        if is_inactive { e.arg(0) } else { e }
    });
    session.evaluate(&active).map(Some)
}

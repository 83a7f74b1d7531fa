//! Definitions for special purposes: default values of arguments, and how values print.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::{Matching, RuleKind};
use netform_expr::{Attributes, Expr, Sym};

use crate::definitions::assignment::{Assignment, Place, Purpose};

pub(super) const DEFAULT: Function = Function {
    name: "Default",
    usage: "Default[f] is the default value of arguments of f that a pattern _. leaves out, Default[f, i] that of \
            argument i, Default[f, i, n] that of argument i of n.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((1, 3)),
    evaluate: Some(evaluate_default),
    assign: Some(|session, left, right| assign_for(session, left, right, Purpose::Default)),
    messages: &[("write", "Tag `1` in `2` is Protected.")],
    examples: &[
        ("{Default[Plus], Default[Times], Default[Power, 2]}", "{0, 1, 1}"),
        ("Default[f] = d; f[x_, y_.] := {x, y}; f[a]", "{a, d}"),
    ],
    ..Function::NEW
};

fn evaluate_default(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let position = args.get(1).and_then(Expr::as_usize).unwrap_or(1);
    let length = args.get(2).and_then(Expr::as_usize).unwrap_or(position);
    match args[0].sym() {
        Some(Sym::Power) if args.len() == 1 => Ok(None),
        _ => session.default_value(&args[0], position, length),
    }
}

/// Assigns a value that a symbol has for one purpose; the symbol is the first argument of `left` or
/// stands in front of it.
pub(super) fn assign_for(
    session: &mut Session,
    left: &Expr,
    right: Option<&Expr>,
    purpose: Purpose,
) -> Result<bool, Flow> {
    let left = session.evaluate_parts(left)?;
    let Some(symbol) = left.args().first().and_then(Place::of).map(|place| place.symbol) else {
        return Ok(false);
    };
    let place = Place { symbol, purpose };
    match right {
        Some(right) => Assignment { operator: Sym::Set, kind: RuleKind::Delayed }.insert(session, &place, &left, right),
        None => Ok(session.change_definitions(&place.symbol, |d| purpose.values(d).remove(&left))),
    }
}

/// The rule for assignments to `N[e]` and `N[e, precision]`.
pub(crate) fn assign_numeric(session: &mut Session, left: &Expr, right: Option<&Expr>) -> Result<bool, Flow> {
    assign_for(session, left, right, Purpose::Numeric)
}

pub(super) const FORMAT: Function = Function {
    name: "Format",
    usage: "Format[f[p]] := e makes f[p] print as e does; Format[f[p], form] := e only where it prints in that form.",
    attributes: Attributes::NONE,
    arguments: Some((1, 2)),
    assign: Some(|session, left, right| assign_for(session, left, right, Purpose::Format)),
    messages: &[("write", "Tag `1` in `2` is Protected.")],
    examples: &[("Format[fm[x_]] := {x}; FormatValues[fm]", "{HoldPattern[Format[fm[x_]]] :> {x}}")],
    ..Function::NEW
};

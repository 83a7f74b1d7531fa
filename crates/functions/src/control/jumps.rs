//! Jumps: `Return`, `Goto` and `Label`, `Throw` and `Catch`.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::Pattern;
use netform_expr::{Attributes, Expr, Sym};

pub(super) const RETURN: Function = Function {
    name: "Return",
    usage: "Return[value] leaves the loop or the function around it, which then has that value.\n\
            Return[] gives Null.\n\
            Return[value, head] leaves the nearest construct with that head, such as Module or Do.",
    arguments: Some((0, 2)),
    evaluate: Some(evaluate_return),
    examples: &[
        ("f[x_] := (If[x > 5, Return[big]]; x^2); {f[3], f[7]}", "{9, big}"),
        ("Do[If[i^2 > 20, Return[i]], {i, 100}]", "5"),
        ("Module[{}, Do[Return[a, Module], {3}]; b]", "a"),
    ],
    ..Function::NEW
};

fn evaluate_return(_: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let value = args.first().cloned().unwrap_or_else(|| Sym::Null.into());
    Err(Flow::Return { value, from: args.get(1).cloned() })
}

/// The value of a loop that is left in this way: a plain `Return` ends it, or one that names it.
pub(crate) fn returned_from_loop(flow: Flow, construct: Sym) -> Result<Expr, Flow> {
    match flow {
        Flow::Return { value, from } if from.as_ref().is_none_or(|from| from.is(construct)) => Ok(value),
        other => Err(other),
    }
}

/// The value of a construct that only a `Return` with its name ends.
pub(crate) fn returned_by_name(result: Result<Expr, Flow>, construct: Sym) -> Result<Expr, Flow> {
    match result {
        Err(Flow::Return { value, from: Some(from) }) if from.is(construct) => Ok(value),
        other => other,
    }
}

pub(super) const GOTO: Function = Function {
    name: "Goto",
    usage: "Goto[label] goes on after Label[label] in the nearest sequence of expressions that holds it.",
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| Err(Flow::Goto(call.arg(0)))),
    messages: &[("nolabel", "There is no Label[`1`] around this Goto.")],
    examples: &[("n = 0; Label[again]; n++; If[n < 5, Goto[again]]; n", "5")],
    ..Function::NEW
};

pub(super) const LABEL: Function = Function {
    name: "Label",
    usage: "Label[label] marks a place in a sequence of expressions for Goto[label].",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((1, 1)),
    examples: &[("(Goto[end]; 1; Label[end]; 2)", "2")],
    ..Function::NEW
};

pub(super) const THROW: Function = Function {
    name: "Throw",
    usage: "Throw[value] leaves everything up to the nearest Catch, which then has that value.\n\
            Throw[value, tag] goes to the nearest Catch whose form matches the tag.\n\
            Throw[value, tag, f] gives f[value, tag] for the whole input if there is no such Catch.",
    arguments: Some((1, 3)),
    evaluate: Some(evaluate_throw),
    messages: &[("nocatch", "`1` was not caught.")],
    examples: &[
        ("Catch[a; Throw[b]; c]", "b"),
        ("Catch[Map[If[# > 2, Throw[#], #^2] &, {1, 2, 3, 4}]]", "3"),
        ("Catch[{Catch[Throw[x, inner], outer]}, inner]", "x"),
    ],
    ..Function::NEW
};

fn evaluate_throw(_: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    Err(Flow::Throw { value: args[0].clone(), tag: args.get(1).cloned(), uncaught: args.get(2).cloned() })
}

pub(super) const CATCH: Function = Function {
    name: "Catch",
    usage: "Catch[e] gives the value of e, or what Throw[value] throws while it is evaluated.\n\
            Catch[e, form] catches what Throw[value, tag] throws with a tag that matches form.\n\
            Catch[e, form, f] gives f[value, tag] for what it catches.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((1, 3)),
    evaluate: Some(evaluate_catch),
    examples: &[
        ("Catch[Do[If[i! > 10^4, Throw[i]], {i, 100}]]", "8"),
        ("Catch[Throw[a, tag], tag, f]", "f[a, tag]"),
        ("Catch[1 + 1]", "2"),
    ],
    ..Function::NEW
};

fn evaluate_catch(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let (value, tag, uncaught) = match session.evaluate(&args[0]) {
        Err(Flow::Throw { value, tag, uncaught }) => (value, tag, uncaught),
        other => return other.map(Some),
    };
    let caught = match (args.get(1), &tag) {
        (None, None) => return Ok(Some(value)),
        (Some(form), Some(tag)) => Pattern::new(form).is_match(tag, session)?,
        _ => false,
    };
    match (caught, args.get(2), tag) {
        (true, Some(f), Some(tag)) => Ok(Some(Expr::normal(f.clone(), [value, tag]))),
        (true, _, _) => Ok(Some(value)),
        (false, _, tag) => Err(Flow::Throw { value, tag, uncaught }),
    }
}

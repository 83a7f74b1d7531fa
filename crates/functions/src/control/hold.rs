//! Holding back evaluation, and releasing what is held.

use std::convert::Infallible;

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, NodeMap, Sym, postorder, rebuild};

pub(super) const HOLD: Function = Function {
    name: "Hold",
    usage: "Hold[e] keeps e unevaluated.",
    attributes: Attributes::HOLD_ALL,
    examples: &[("Hold[1 + 1]", "Hold[1 + 1]"), ("Hold[Evaluate[1 + 1], 2 + 2]", "Hold[2, 2 + 2]")],
    ..Function::NEW
};

pub(super) const HOLD_COMPLETE: Function = Function {
    name: "HoldComplete",
    usage: "HoldComplete[e, ...] keeps its arguments exactly as they are: neither Evaluate nor Sequence acts in it.",
    attributes: Attributes::HOLD_ALL_COMPLETE,
    examples: &[("HoldComplete[Evaluate[1 + 1], Sequence[a, b]]", "HoldComplete[Evaluate[1 + 1], Sequence[a, b]]")],
    ..Function::NEW
};

pub(super) const HOLD_PATTERN: Function = Function {
    name: "HoldPattern",
    usage: "HoldPattern[p] is the pattern p, kept unevaluated.",
    attributes: Attributes::HOLD_ALL,
    examples: &[("MatchQ[Hold[1 + 1], HoldPattern[Hold[_]]]", "True"), ("a + b /. HoldPattern[_ + _] -> c", "c")],
    ..Function::NEW
};

pub(super) const UNEVALUATED: Function = Function {
    name: "Unevaluated",
    usage: "f[Unevaluated[e]] gives e to f without evaluating it.",
    attributes: Attributes::HOLD_ALL_COMPLETE,
    examples: &[("Length[Unevaluated[1 + 2 + 3]]", "3")],
    ..Function::NEW
};

pub(super) const EVALUATE: Function = Function {
    name: "Evaluate",
    usage: "f[Evaluate[e]] evaluates e, even where f holds its arguments.",
    evaluate: Some(|_, call| {
        let args = call.args();
        Ok(Some(match &args[..] {
            [only] => only.clone(),
            _ => Expr::call(Sym::Sequence, args.iter().cloned()),
        }))
    }),
    examples: &[("Hold[Evaluate[1 + 1]]", "Hold[2]"), ("Evaluate[a + a]", "2 a")],
    ..Function::NEW
};

pub(super) const RELEASE_HOLD: Function = Function {
    name: "ReleaseHold",
    usage: "ReleaseHold[e] takes the outermost Hold, HoldForm, HoldPattern and HoldComplete off every part of e.",
    arguments: Some((1, 1)),
    evaluate: Some(evaluate_release_hold),
    examples: &[
        ("ReleaseHold[Hold[1 + 1]]", "2"),
        ("ReleaseHold[{Hold[1 + 1], f[HoldForm[2 + 2]], Hold[Hold[3 + 3]]}]", "{2, f[4], Hold[3 + 3]}"),
    ],
    ..Function::NEW
};

fn evaluate_release_hold(_: &mut Session, call: &Expr) -> Eval {
    let root = call.arg(0);
    let mut released: NodeMap<Expr> = NodeMap::default();
    let walk = postorder::<Infallible>(
        &root,
        |node| !is_hold(node),
        |node| {
            let free = if is_hold(node) {
                match &node.args()[..] {
                    [only] => only.clone(),
                    several => Expr::call(Sym::Sequence, several.iter().cloned()),
                }
            } else {
                rebuild(node, |part| released.get(part).unwrap_or(part).clone())
            };
            released.insert(node.clone(), free);
            Ok(())
        },
    );
    match walk {
        Ok(()) => Ok(Some(released.remove(&root).unwrap_or(root))),
        Err(never) => match never {},
    }
}

fn is_hold(e: &Expr) -> bool {
    matches!(e.head_sym(), Some(Sym::Hold | Sym::HoldForm | Sym::HoldPattern | Sym::HoldComplete))
}

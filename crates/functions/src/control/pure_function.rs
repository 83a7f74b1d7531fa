//! Pure functions.

use std::sync::Arc;

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, FunctionError, NodeMap, PureFunction, Sym};

use crate::control::jumps::returned_by_name;

pub(super) const FUNCTION: Function = Function {
    name: "Function",
    usage: "Function[body] or body& is a function whose arguments are #, #2, ..., and ## for all of them.\n\
            Function[x, body] and Function[{x, y, ...}, body] name their parameters; so does x |-> body.\n\
            Function[parameters, body, attributes] has attributes such as HoldAll or Listable.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 3)),
    apply: Some(apply),
    messages: &[
        ("slotn", "Slot number `1` of `2` has no argument in `3`."),
        ("slot1", "`1` asks for a key that the first argument of `2` does not have."),
        ("fpct", "The parameters `1` are more than the arguments of `2`."),
        ("flpar", "The parameters `1` of `2` are neither a symbol nor a list of symbols."),
    ],
    examples: &[
        ("(#^2 &)[a + b]", "(a + b)^2"),
        ("Function[{x, y}, x + 2 y][a, b]", "a + 2 b"),
        ("f[##2] &[1, 2, 3]", "f[2, 3]"),
        ("Function[x, Hold[x], HoldAll][1 + 1]", "Hold[1 + 1]"),
    ],
    ..Function::NEW
};

/// Functions that were applied lately, ready to be applied again.
#[derive(Default)]
struct Prepared(NodeMap<Arc<PureFunction>>);

const PREPARED_AT_MOST: usize = 256;

fn apply(session: &mut Session, call: &Expr) -> Eval {
    let function = call.head();
    if !function.has_head(Sym::Function) {
        return Ok(None);
    }
    match body(session, function, &call.args()) {
        Ok(body) => returned_by_name(session.evaluate(&body), Sym::Function).map(Some),
        Err(error) => explain(session, call, error),
    }
}

fn body(session: &mut Session, function: &Expr, args: &[Expr]) -> Result<Expr, FunctionError> {
    let prepared = &mut session.extension::<Prepared>().0;
    if let Some(ready) = prepared.get(function) {
        return ready.apply(args);
    }
    let ready = Arc::new(PureFunction::new(function)?);
    if prepared.len() >= PREPARED_AT_MOST {
        prepared.clear();
    }
    prepared.insert(function.clone(), Arc::clone(&ready));
    ready.apply(args)
}

fn explain(session: &mut Session, call: &Expr, error: FunctionError) -> Eval {
    let function = call.head().clone();
    match error {
        FunctionError::Slot { slot, given } => {
            let number = slot.arg(0);
            session.message(Sym::Function, "slotn", &[number.clone(), function.clone(), call.clone()]);
            // Slots without an argument stay what they are.
            let missing = given as i64 + 1..=number.as_i64().unwrap_or_default();
            let slots = missing.map(|n| Expr::call(Sym::Slot, [Expr::integer(n)]));
            let args: Vec<Expr> = call.args().iter().cloned().chain(slots).collect();
            match body(session, &function, &args) {
                Ok(body) => Ok(Some(body)),
                Err(further) => explain(session, &Expr::normal(function, args), further),
            }
        }
        FunctionError::Key { slot } => {
            session.message(Sym::Function, "slot1", &[slot, call.clone()]);
            Ok(None)
        }
        FunctionError::Arguments { .. } => {
            session.message(Sym::Function, "fpct", &[function.arg(0), call.clone()]);
            Ok(None)
        }
        FunctionError::Parameters(_) => {
            let parameters = function.args().first().cloned().unwrap_or_else(|| Sym::Null.into());
            session.message(Sym::Function, "flpar", &[parameters, function]);
            Ok(None)
        }
    }
}

pub(super) const SLOT: Function = Function {
    name: "Slot",
    usage: "# or Slot[1] is the first argument of a pure function, #n or Slot[n] argument number n.\n\
            #0 is the function itself, and #name the value under the key \"name\" in the first argument.",
    attributes: Attributes::N_HOLD_ALL,
    examples: &[("{#2, #1} &[a, b]", "{b, a}"), ("#name &[<|\"name\" -> 5|>]", "5")],
    ..Function::NEW
};

pub(super) const SLOT_SEQUENCE: Function = Function {
    name: "SlotSequence",
    usage: "## or SlotSequence[1] is the sequence of all arguments of a pure function, ##n the sequence from argument \
            n on.",
    attributes: Attributes::N_HOLD_ALL,
    examples: &[("{##, ##} &[a, b]", "{a, b, a, b}")],
    ..Function::NEW
};

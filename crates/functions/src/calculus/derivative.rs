//! `Derivative`: derivatives of functions, not of expressions.

use netform_eval::{Eval, Function, Quiet, Session};
use netform_expr::{Attributes, Expr, Sym};

use super::forward::Forward;
use super::partial::known_partial;

pub(super) const DERIVATIVE: Function = Function {
    name: "Derivative",
    usage: "f' is the derivative of the function f of one argument, f'' the second one; Derivative[n1, n2, ...][f] the \
            derivative of order n1 by the first argument, n2 by the second, and so on.",
    attributes: Attributes::N_HOLD_ALL,
    apply: Some(derive),
    messages: &[(
        "fails",
        "`1` cannot be applied to scalar symbols, so that it has no derivative as a function of them. That of a net by an \
         array is D[net[x], x] with an array symbol x of the shape of its input, such as VectorSymbol[\"x\", 3]; \
         net[data, NetPortGradient[\"Input\"]] gives gradients.",
    )],
    examples: &[
        ("Sin'", "Cos[#1] & "),
        ("(#^3 &)'[x]", "3 x^2"),
        ("f''[x]", "f''[x]"),
        ("Nest[Derivative[1], f, 2] === f''", "True"),
        ("N[f'[1/2]]", "f'[0.5]"),
        ("Floor'[0.5]", "0"),
        ("Derivative[0, 1][Gamma][a, x]", "Derivative[0, 1][Gamma][a, x]"),
        ("Derivative[0, 1][#1 #2 &][a, b]", "a"),
    ],
    ..Function::NEW
};

/// `Derivative[m, ...][Derivative[n, ...][f]]` is `Derivative[m + n, ...][f]` for as many arguments.
fn composed(orders: &[usize], function: &Expr) -> Option<Expr> {
    let inner =
        function.head().args_of(Sym::Derivative).filter(|inner| inner.len() == orders.len() && function.len() == 1)?;
    let sums = inner
        .iter()
        .zip(orders)
        .map(|(inner, order)| Some(Expr::integer(inner.as_usize()?.checked_add(*order)? as i64)));
    Some(Expr::normal(Expr::call(Sym::Derivative, sums.collect::<Option<Vec<_>>>()?), [function.arg(0)]))
}

/// `Derivative[n, ...][f]` where f has a rule, a definition or is a pure function.
fn derive(session: &mut Session, call: &Expr) -> Eval {
    let orders: Option<Vec<usize>> =
        call.head().args_of(Sym::Derivative).and_then(|args| args.iter().map(Expr::as_usize).collect());
    let Some(orders) = orders.filter(|_| call.len() == 1) else { return Ok(None) };
    let function = &call.arg(0);
    if orders.iter().all(|&n| n == 0) {
        return Ok(Some(function.clone()));
    }
    if let Some(composed) = composed(&orders, function) {
        return session.evaluate(&composed).map(Some);
    }
    let slots: Vec<Expr> = (1..=orders.len() as i64).map(|i| Expr::call(Sym::Slot, [Expr::integer(i)])).collect();
    let application = Expr::normal(function.clone(), slots.iter().cloned());
    // That the function does not take so many arguments, say, is no fault of the user.
    let value = session.quietly(Quiet::All, |session| session.evaluate(&application))?;
    if value.is(Sym::Failed) {
        session.message(Sym::Derivative, "fails", std::slice::from_ref(function));
        return Ok(None);
    }
    if value == application {
        // Without a rule the derivative would be asked for again, by this rule.
        for (index, _) in orders.iter().enumerate().filter(|(_, order)| **order > 0) {
            if known_partial(session, &application, index)?.is_none() {
                return Ok(None);
            }
        }
    }
    let mut result = value;
    for (slot, &order) in slots.iter().zip(&orders) {
        for _ in 0..order {
            match Forward::new(slot).derivative(session, &result)? {
                Some(derivative) => result = derivative,
                None => return Ok(None),
            }
        }
    }
    Ok(Some(Expr::call(Sym::Function, [result])))
}

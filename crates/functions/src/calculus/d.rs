//! `D` and `Grad`.

use std::ops::ControlFlow;

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

use super::forward::Forward;
use super::{by_array, indexed, reverse};
use crate::control::with_held_values;
use crate::symbolic_arrays::declared::{ASSUMPTIONS, assuming};

pub(super) const D: Function = Function {
    name: "D",
    usage: "D[f, x] is the partial derivative of f with respect to x; D[f, {x, n}] that of order n; D[f, x, y, ...] the \
            mixed derivative; D[f, {{x1, x2, ...}}] the gradient, D[f, {{x1, x2, ...}, 2}] the matrix of second derivatives, \
            D[f, {{x1, ...}}, {{y1, ...}}] that of the mixed ones. A variable is a symbol or any expression that is no \
            number, sum, product or power. \
            The derivative by an array, D[f, v] or D[f, {v}], has the levels of f, then those of the array; a symbol is \
            one where assumptions such as Element[x, Vectors[n]] say so. At kinks, as that of Ramp at 0, the value is the \
            one that training takes, a slope between those on both sides.",
    arguments: Some((1, usize::MAX)),
    evaluate: Some(differentiate),
    options: ASSUMPTIONS,
    messages: &[
        (
            "ivar",
            "`1` is not a valid variable: a symbol, or an expression that is no number, sum, product or power, is expected.",
        ),
        ("alike", "`1` is not in `2`; `3`, which is printed in the same way, is."),
        ("arrayd", "No rule is known for the derivative of `1` by an array, in `2`."),
        (
            "linear",
            "`1` is not known to be linear in its arguments: the derivative along a direction is \
                    ArrayDifferential[`2`, {`3` -> direction}].",
        ),
        (
            "dvar",
            "`1` is not a specification of a derivative: x, {x, n} with an order n that is no negative number, or \
                    {{x1, x2, ...}} is expected.",
        ),
    ],
    examples: &[
        ("D[x^n, x]", "n x^(-1 + n)"),
        ("D[Tanh[a x], x]", "a Sech[a x]^2"),
        ("D[Sin[x y], {{x, y}}]", "{y Cos[x y], x Cos[x y]}"),
        ("D[x^4, {x, 2}]", "12 x^2"),
        ("D[f[x]^2, x]", "2 f[x] f'[x]"),
        ("D[{x^2, x y}, x]", "{2 x, y}"),
        ("D[MatrixSymbol[\"W\", {2, 3}] . VectorSymbol[\"v\", 3], VectorSymbol[\"v\", 3]]", "W"),
        ("D[x . a . x, x, Assumptions -> {Element[x, Vectors[n]], Element[a, Matrices[{n, n}]]}]", "a . x + x . a"),
        ("D[VectorSymbol[\"v\", n] . VectorSymbol[\"v\", n], VectorSymbol[\"v\", n]]", "2 v"),
    ],
    ..Function::NEW
};

pub(super) const GRAD: Function = Function {
    name: "Grad",
    usage: "Grad[f, {x1, x2, ...}] is the gradient of f: the list of its derivatives with respect to the variables. \
            Grad[f, v] is the gradient with respect to the components of an array symbol, or of a symbol that \
            assumptions declare to be one.",
    options: ASSUMPTIONS,
    evaluate: Some(|session, call| {
        if call.len() < 2 {
            session.message_argument_count(call, 2, 2);
            return Ok(None);
        }
        if let ControlFlow::Break(value) = assuming(session, call, 2, 2)? {
            return Ok(value);
        }
        let variables = call.arg(1);
        if variables.is_list() {
            return Ok(Some(Expr::call(Sym::D, [call.arg(0), Expr::list([variables])])));
        }
        let by_array = session.is_symbolic_array(&variables)?;
        Ok(by_array.then(|| Expr::call(Sym::D, call.args().into_owned())))
    }),
    examples: &[
        ("Grad[x^2 y, {x, y}]", "{2 x y, x^2}"),
        ("Grad[Sqrt[VectorSymbol[\"v\", n] . VectorSymbol[\"v\", n]], VectorSymbol[\"v\", n]]", "v/Sqrt[v . v]"),
    ],
    ..Function::NEW
};

/// From this number of variables on, one reverse sweep replaces a forward one for each.
const REVERSE_FROM: usize = 4;

fn differentiate(session: &mut Session, call: &Expr) -> Eval {
    if let ControlFlow::Break(value) = assuming(session, call, 1, usize::MAX)? {
        return Ok(value);
    }
    let args = call.args();
    if let Some(option) = args[1..].iter().find(|arg| arg.has_head(Sym::Rule) && arg.arg(0).is_symbol()) {
        session.message(Sym::D, "optx", &[option.arg(0), call.clone()]);
        return Ok(None);
    }
    let mut result = with_held_values(session, &args[0])?;
    if result.is(Sym::Failed) {
        return Ok(Some(result));
    }
    for spec in &args[1..] {
        match by_specification(session, &result, spec)? {
            Some(derivative) => result = derivative,
            None => return Ok(None),
        }
    }
    // What has no rule, such as a sum by its bound, comes back as it is.
    Ok((result != *call).then_some(result))
}

/// The derivative by one argument of `D`; `None` after a message or where the order is symbolic.
fn by_specification(session: &mut Session, e: &Expr, spec: &Expr) -> Eval {
    if !spec.is_list() {
        return by_variable(session, e, spec, 1);
    }
    match spec.args().as_ref() {
        [array] if !array.is_list() && session.is_symbolic_array(array)? => by_variable(session, e, array, 1),
        [variables] if variables.is_list() => by_all(session, e, variables).map(Some),
        [_, order] if order.is_number() && order.as_usize().is_none() => {
            session.message(Sym::D, "dvar", std::slice::from_ref(spec));
            Ok(None)
        }
        [variables, order] if variables.is_list() => {
            let Some(order) = order.as_usize() else { return Ok(None) };
            let mut result = e.clone();
            for _ in 0..order {
                result = by_all(session, &result, variables)?;
            }
            Ok(Some(result))
        }
        [variable, order] => match order.as_usize() {
            Some(order) => by_variable(session, e, variable, order),
            None => Ok(None),
        },
        _ => {
            session.message(Sym::D, "dvar", std::slice::from_ref(spec));
            Ok(None)
        }
    }
}

fn by_variable(session: &mut Session, e: &Expr, variable: &Expr, order: usize) -> Eval {
    let is_composed = matches!(variable.head_sym(), Some(Sym::Rule | Sym::Plus | Sym::Times | Sym::Power));
    if variable.is_number() || variable.as_str().is_some() || variable.is_list() || is_composed {
        session.message(Sym::D, "ivar", std::slice::from_ref(variable));
        return Ok(None);
    }
    let mut result = e.clone();
    for _ in 0..order {
        let derivative = if let Some(array) = by_array::whole_of(session, &result, variable)? {
            by_array::by_part(session, &result, &array, variable)?
        } else if session.is_symbolic_array(variable)? {
            by_array::derivative(session, &result, variable)?
        } else if indexed::is_iterated_over(&result, variable) {
            return Ok(None);
        } else {
            by_array::tell_alike(session, &result, variable);
            let directions = indexed::directions(session, &result, variable)?;
            Forward::along(directions).derivative(session, &result)?
        };
        match derivative {
            Some(derivative) => result = derivative,
            None => return Ok(None),
        }
    }
    Ok(Some(result))
}

/// Whether none of some variables is an array; lists of variables are looked into.
fn are_scalars(session: &mut Session, variables: &[Expr]) -> Result<bool, Flow> {
    let mut waiting = variables.to_vec();
    while let Some(variable) = waiting.pop() {
        if variable.is_list() {
            waiting.extend(variable.args().iter().cloned());
        } else if session.is_symbolic_array(&variable)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The derivatives by each element of a list of variables, innermost in the result.
fn by_all(session: &mut Session, e: &Expr, variables: &Expr) -> Result<Expr, Flow> {
    if e.is_list() {
        // With few variables each has one walk over all elements together.
        let scalars = !variables.args().iter().any(Expr::is_list);
        if variables.len() < REVERSE_FROM && scalars {
            let mut columns = Vec::with_capacity(variables.len());
            for variable in variables.args().iter() {
                columns.extend(by_variable(session, e, variable, 1)?);
            }
            if columns.len() == variables.len() {
                return Ok(combine_columns(e, &columns));
            }
        }
        let mut rows = Vec::with_capacity(e.len());
        for item in e.args().iter() {
            rows.push(by_all(session, item, variables)?);
        }
        return Ok(Expr::list(rows));
    }
    let rank = if e.may_hold_array_symbol() { session.shape_of(e)?.rank().unwrap_or(0) } else { 0 };
    if rank == 0 && variables.len() >= REVERSE_FROM && variables.args().iter().all(|v| !v.is_list() && !v.is_number()) {
        let list = variables.args();
        if indexed::are_by_themselves(e, &list)
            && let Some(gradient) = reverse::gradient(session, e, &list)?
        {
            return Ok(Expr::list(gradient));
        }
    }
    let mut gradient = Vec::with_capacity(variables.len());
    for variable in variables.args().iter() {
        gradient.push(if variable.is_list() {
            by_all(session, e, variable)?
        } else {
            by_variable(session, e, variable, 1)?.unwrap_or_else(|| Expr::call(Sym::D, [e.clone(), variable.clone()]))
        });
    }
    let gradient = Expr::list(gradient);
    if rank == 0 || variables.args().is_empty() || !are_scalars(session, &variables.args())? {
        return Ok(gradient);
    }
    // The levels of the array come before those of the variables.
    let places = std::iter::once(rank + 1).chain(1..=rank).map(|place| Expr::integer(place as i64));
    session.evaluate_call(Sym::Transpose, [gradient, Expr::list(places.collect::<Vec<_>>())])
}

/// Derivatives of a nested list, one for each variable, with the variables' level made innermost.
fn combine_columns(e: &Expr, columns: &[Expr]) -> Expr {
    if !e.is_list() {
        return Expr::list(columns.iter().cloned());
    }
    let items = e.args();
    let rows = items.iter().enumerate().map(|(i, item)| {
        let parts: Vec<Expr> = columns.iter().map(|column| column.arg(i)).collect();
        combine_columns(item, &parts)
    });
    Expr::list(rows.collect::<Vec<_>>())
}

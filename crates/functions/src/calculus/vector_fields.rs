//! `Div`, `Curl` and `Laplacian` in Cartesian coordinates, by lists of variables or by vectors.

use std::borrow::Cow;
use std::ops::ControlFlow;

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

use crate::arithmetic::{product, sum};
use crate::arrays::contract_freely;
use crate::arrays::dimension::{self, integer};
use crate::symbolic_arrays::declared::{ASSUMPTIONS, assuming};

const MESSAGES: &[(&str, &str)] = &[
    ("sizes", "The last level of `1` has `2` elements, and there are `3` variables in `4`."),
    ("field", "`1` is no array: a field with as many components as there are variables is expected."),
    ("vars", "`1` is not a list of variables and no vector."),
    ("curl", "The curl of a vector field is known for two and for three variables; `1` has `2`."),
];

pub(super) const DIV: Function = Function {
    name: "Div",
    usage: "Div[{f1, f2, ...}, {x1, x2, ...}] is the divergence of a vector field: the sum of the derivatives of each \
            component by its variable. Div[f, v] is the one by the components of a vector v. Of an array it is taken at \
            the last level.",
    evaluate: Some(|session, call| of_field(session, call, divergence)),
    options: ASSUMPTIONS,
    messages: MESSAGES,
    examples: &[
        ("Div[{x^2, x y}, {x, y}]", "3 x"),
        ("Div[MatrixSymbol[\"m\", {n, n}] . VectorSymbol[\"v\", n], VectorSymbol[\"v\", n]]", "Tr[m]"),
    ],
    ..Function::NEW
};

pub(super) const LAPLACIAN: Function = Function {
    name: "Laplacian",
    usage: "Laplacian[f, {x1, x2, ...}] is the sum of the second derivatives of f by each variable; Laplacian[f, v] the one \
            by the components of a vector v.",
    evaluate: Some(|session, call| of_field(session, call, laplacian)),
    options: ASSUMPTIONS,
    messages: MESSAGES,
    examples: &[
        ("Laplacian[x^2 y^3, {x, y}]", "6 x^2 y + 2 y^3"),
        ("Laplacian[VectorSymbol[\"v\", n] . VectorSymbol[\"v\", n], VectorSymbol[\"v\", n]]", "2 n"),
    ],
    ..Function::NEW
};

pub(super) const CURL: Function = Function {
    name: "Curl",
    usage: "Curl[{f1, f2, f3}, {x1, x2, x3}] is the curl of a vector field; Curl[{f1, f2}, {x1, x2}] is a scalar.",
    evaluate: Some(|session, call| of_field(session, call, curl)),
    options: ASSUMPTIONS,
    messages: MESSAGES,
    examples: &[
        ("Curl[{y, -x}, {x, y}]", "-2"),
        ("Curl[{y z, x z, x y}, {x, y, z}]", "{0, 0, 0}"),
        ("Curl[{-y, x, 0}, {x, y, z}]", "{0, 0, 2}"),
    ],
    ..Function::NEW
};

/// The value of a call of a field and its variables, which assumptions may declare.
fn of_field(session: &mut Session, call: &Expr, value: fn(&mut Session, &Expr, &Expr, &Expr) -> Eval) -> Eval {
    if call.len() < 2 {
        session.message_argument_count(call, 2, 2);
        return Ok(None);
    }
    if let ControlFlow::Break(value) = assuming(session, call, 2, 2)? {
        return Ok(value);
    }
    if call.len() > 2 {
        session.message_argument_count(call, 2, 2);
        return Ok(None);
    }
    let (field, variables) = (call.arg(0), call.arg(1));
    if variables.is_list() || session.is_symbolic_array(&variables)? && rank(session, &variables)? == 1 {
        return value(session, call, &field, &variables);
    }
    if !variables.is_symbol() {
        session.message_of(call.head(), "vars", &[variables]);
    }
    Ok(None)
}

fn rank(session: &mut Session, e: &Expr) -> Result<usize, Flow> {
    Ok(dimension::of(session, e)?.len())
}

/// The array of derivatives, the levels of the field first.
fn gradient(session: &mut Session, field: &Expr, variables: &Expr) -> Eval {
    let by = if variables.is_list() { Expr::list([variables.clone()]) } else { variables.clone() };
    let gradient = session.evaluate_call(Sym::D, [field.clone(), by])?;
    Ok(Some(gradient).filter(|gradient| !gradient.has_head(Sym::D)))
}

/// The sum over equal positions at the last two levels, term by term.
fn contracted(session: &mut Session, array: &Expr) -> Result<Expr, Flow> {
    let terms = array.args_of(Sym::Plus).map_or_else(|| vec![array.clone()], Cow::into_owned);
    let outer = rank(session, array)?.saturating_sub(2);
    let labels: Vec<usize> = (0..=outer).chain([outer]).collect();
    let kept: Vec<usize> = (0..outer).collect();
    let mut sums = Vec::with_capacity(terms.len());
    for term in terms {
        if rank(session, &term)? != outer + 2 {
            // A term that is the same along levels that it does not have.
            let pair = Expr::list([integer(outer + 1), integer(outer + 2)]);
            return session.evaluate_call(Sym::TensorContract, [array.clone(), Expr::list([pair])]);
        }
        sums.push(contract_freely(session, &[term], std::slice::from_ref(&labels), &kept)?);
    }
    sum(session, sums)
}

/// Whether a field has as many components as there are variables; a message if not.
fn fits(session: &mut Session, call: &Expr, field: &Expr, variables: &Expr) -> Result<bool, Flow> {
    let (of_field, of_variables) = (dimension::of(session, field)?, dimension::of(session, variables)?);
    match (of_field.last(), of_variables.first()) {
        (Some(size), Some(count)) if dimension::differ(size, count) => {
            session.message_of(call.head(), "sizes", &[field.clone(), size.clone(), count.clone(), variables.clone()]);
            Ok(false)
        }
        (None, _) => {
            if !field.is_symbol() {
                session.message_of(call.head(), "field", std::slice::from_ref(field));
            }
            Ok(false)
        }
        _ => Ok(true),
    }
}

fn divergence(session: &mut Session, call: &Expr, field: &Expr, variables: &Expr) -> Eval {
    if !fits(session, call, field, variables)? {
        return Ok(None);
    }
    if field.is_list() && variables.is_list() && !field.args().iter().any(Expr::is_list) {
        let mut terms = Vec::with_capacity(field.len());
        for (component, variable) in field.args().iter().zip(variables.args().iter()) {
            terms.push(session.evaluate_call(Sym::D, [component.clone(), variable.clone()])?);
        }
        return sum(session, terms).map(Some);
    }
    match gradient(session, field, variables)? {
        Some(gradient) => contracted(session, &gradient).map(Some),
        None => Ok(None),
    }
}

fn laplacian(session: &mut Session, _: &Expr, field: &Expr, variables: &Expr) -> Eval {
    if variables.is_list() {
        let mut terms = Vec::with_capacity(variables.len());
        for variable in variables.args().iter() {
            let twice = Expr::list([variable.clone(), Expr::integer(2)]);
            terms.push(session.evaluate_call(Sym::D, [field.clone(), twice])?);
        }
        return session.evaluate_call(Sym::Plus, terms).map(Some);
    }
    let Some(first) = gradient(session, field, variables)? else { return Ok(None) };
    match gradient(session, &first, variables)? {
        Some(second) => contracted(session, &second).map(Some),
        None => Ok(None),
    }
}

fn curl(session: &mut Session, call: &Expr, field: &Expr, variables: &Expr) -> Eval {
    if !fits(session, call, field, variables)? {
        return Ok(None);
    }
    let (f, x) = (field.args(), variables.args());
    if !field.is_list() || !variables.is_list() || !(2..=3).contains(&f.len()) {
        let count = dimension::of(session, variables)?.first().cloned().unwrap_or_else(|| integer(0));
        session.message_of(call.head(), "curl", &[variables.clone(), count]);
        return Ok(None);
    }
    let mut turn = |i: usize, j: usize| -> Result<Expr, Flow> {
        let forwards = session.evaluate_call(Sym::D, [f[j].clone(), x[i].clone()])?;
        let backwards = session.evaluate_call(Sym::D, [f[i].clone(), x[j].clone()])?;
        let backwards = product(session, [Expr::integer(-1), backwards])?;
        sum(session, [forwards, backwards])
    };
    if f.len() == 2 {
        return turn(0, 1).map(Some);
    }
    Ok(Some(Expr::list([turn(1, 2)?, turn(2, 0)?, turn(0, 1)?])))
}

//! Differentials of functions of arrays, from those of their arguments.
//!
//! Here are the functions that are linear in their arrays, and what all functions with a function
//! as argument need: its derivative along a direction. The ordinary functions of lists and arrays,
//! whose records stand with their other rules, take `derivative` from here.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym};

use super::bound::{self, Parameter};
use super::dimension::{self, integer};
use super::fold_tangent;
use crate::{arithmetic, calculus};

/// Whether an argument does not change: its differential is zero, of whatever shape.
pub(crate) fn is_still(differential: &Expr) -> bool {
    match differential.as_array() {
        Some(array) => array.as_i64().is_some_and(|values| values.iter().all(|&value| value == 0)),
        None if differential.is_list() => differential.args().iter().all(is_still),
        None => differential.is_integer(0) || differential.has_head(Sym::SymbolicZerosArray),
    }
}

/// The change of what does not change.
fn zeros(session: &mut Session, call: &Expr) -> Eval {
    let shape = session.shape_of(call)?;
    Ok(Some(Session::zeros(&shape)))
}

/// The differential of an argument, as an array of its dimensions.
pub(crate) fn full(session: &mut Session, argument: &Expr, differential: &Expr) -> Result<Expr, Flow> {
    if !differential.is_integer(0) {
        return Ok(differential.clone());
    }
    let shape = session.shape_of(argument)?;
    Ok(Session::zeros(&shape))
}

/// The differential of an argument that is a function: the function of its parts' differentials,
/// if it depends on the variable at all.
pub(super) fn of_function(differential: &Expr) -> Option<Expr> {
    let depends =
        differential.has_head(Sym::Function) && !differential.args().last().is_some_and(|body| body.is_integer(0));
    depends.then(|| differential.clone())
}

/// A function that is linear in its first argument and does not depend on others.
pub(crate) fn of_first_argument(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    if is_still(&differentials[0]) {
        return zeros(session, call);
    }
    let mut parts = call.args().into_owned();
    parts[0] = differentials[0].clone();
    session.evaluate(&Expr::normal(call.head().clone(), parts)).map(Some)
}

/// A function that is linear in all its arguments together, but for integers among them.
pub(crate) fn of_all_arguments(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    if differentials.iter().all(is_still) {
        return zeros(session, call);
    }
    let mut parts = Vec::with_capacity(call.len());
    for (argument, differential) in call.args().iter().zip(differentials) {
        parts.push(if argument.as_i64().is_some() { argument.clone() } else { full(session, argument, differential)? });
    }
    session.evaluate(&Expr::normal(call.head().clone(), parts)).map(Some)
}

/// A function that is linear in each of its arguments, such as `Dot`.
pub(crate) fn of_each_argument(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let mut terms = Vec::new();
    for (i, differential) in differentials.iter().enumerate().filter(|(_, d)| !is_still(d)) {
        let mut parts = call.args().into_owned();
        parts[i] = differential.clone();
        terms.push(session.evaluate(&Expr::normal(call.head().clone(), parts))?);
    }
    if terms.is_empty() { zeros(session, call) } else { arithmetic::sum(session, terms).map(Some) }
}

/// A function whose values do not change with its arguments, such as positions and sizes.
pub(crate) fn none(session: &mut Session, call: &Expr, _: &[Expr]) -> Eval {
    zeros(session, call)
}

/// How a function of variables changes along a direction.
pub(super) struct Slope {
    /// The direction of each variable: variables of the same dimensions.
    pub(super) directions: Vec<Expr>,
    /// The derivative, an expression in variables and directions.
    pub(super) value: Expr,
}

/// The derivative of `f` along a direction of each variable; `None` after a message where it is not
/// known.
pub(super) fn slope(
    session: &mut Session,
    variables: &[Expr],
    f: impl FnOnce(&mut Session, &[Expr]) -> Result<Expr, Flow>,
) -> Result<Option<Slope>, Flow> {
    let mut along = Vec::with_capacity(variables.len());
    for variable in variables {
        let dimensions = dimension::of(session, variable)?;
        along.push((variable.clone(), bound::variable(session, &dimensions)));
    }
    let value = f(session, variables)?;
    let directions = along.iter().map(|(_, direction)| direction.clone()).collect();
    Ok(calculus::along(session, &value, along)?.map(|value| Slope { directions, value }))
}

/// How `f` of an array changes with the array.
pub(super) fn of_application(session: &mut Session, f: &Expr, array: &Expr, change: &Expr) -> Eval {
    let dimensions = dimension::of(session, array)?;
    let variable = bound::variable(session, &dimensions);
    let found =
        slope(session, std::slice::from_ref(&variable), |session, moved| bound::apply(session, f, moved.to_vec()))?;
    let Some(Slope { directions, value }) = found else { return Ok(None) };
    let both = [variable, directions[0].clone()];
    let function = bound::close(&value, &Parameter::each(&both), 2);
    bound::apply(session, &function, [array.clone(), change.clone()]).map(Some)
}

/// `Map[f, a, {n}]`: the derivative of f along the element's differential, at every element.
pub(crate) fn of_map(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let depth = match call.args().get(2) {
        None => 1,
        Some(levels) => match levels.args_of(Sym::List).and_then(|levels| levels[0].as_usize()) {
            Some(depth) => depth,
            None => return Ok(None),
        },
    };
    of_mapping(session, call, &[call.arg(1)], &differentials[1..2], &differentials[0], depth)
}

/// `MapThread[f, {a, ...}, n]`.
pub(crate) fn of_map_thread(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let Some(depth) = call.args().get(2).map_or(Some(1), Expr::as_usize) else { return Ok(None) };
    let arrays = call.arg(1).args().into_owned();
    let changes = match differentials[1].args_of(Sym::List) {
        Some(changes) => changes.into_owned(),
        None => vec![Expr::integer(0); arrays.len()],
    };
    of_mapping(session, call, &arrays, &changes, &differentials[0], depth)
}

fn of_mapping(
    session: &mut Session,
    call: &Expr,
    arrays: &[Expr],
    changes: &[Expr],
    change_of_function: &Expr,
    depth: usize,
) -> Eval {
    let of_function = of_function(change_of_function);
    if changes.iter().all(is_still) && of_function.is_none() {
        return zeros(session, call);
    }
    let mut variables = Vec::with_capacity(arrays.len());
    let mut full_changes = Vec::with_capacity(arrays.len());
    for (array, change) in arrays.iter().zip(changes) {
        let dimensions = dimension::of(session, array)?;
        if dimensions.len() < depth {
            return Ok(None);
        }
        variables.push(bound::variable(session, &dimensions[depth..]));
        full_changes.push(full(session, array, change)?);
    }
    let f = call.arg(0);
    let found = slope(session, &variables, |session, moved| bound::apply(session, &f, moved.to_vec()))?;
    let Some(Slope { directions, mut value }) = found else { return Ok(None) };
    if let Some(of_function) = of_function {
        let own = bound::apply(session, &of_function, variables.iter().cloned())?;
        value = arithmetic::sum(session, [value, own])?;
    }
    let both: Vec<Expr> = variables.into_iter().chain(directions).collect();
    let function = bound::close(&value, &Parameter::each(&both), both.len());
    let lists = Expr::list(arrays.iter().cloned().chain(full_changes));
    session.evaluate_call(Sym::MapThread, [function, lists, integer(depth)]).map(Some)
}

/// `Fold[f, s, x]` and `FoldList[f, s, x]`, as the recurrence that they are.
pub(crate) fn of_fold(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let args = call.args();
    let ([f, state, sequence], [of_f, of_state, of_sequence]) = (args.as_ref(), differentials) else { return Ok(None) };
    let (all, group) = if call.has_head(Sym::FoldList) { (true, 2) } else { (false, 1) };
    let adapted = |f: &Expr| {
        let slot = |k: usize| Expr::call(Sym::Part, [Expr::call(Sym::Slot, [integer(k)]), integer(1)]);
        let next = Expr::list([Expr::normal(f.clone(), [slot(1), slot(2)])]);
        let outputs = if all { next.clone() } else { Expr::list([]) };
        Expr::call(Sym::Function, [Expr::list([next, outputs])])
    };
    let list = |e: &Expr| Expr::list([e.clone()]);
    let index = Expr::list([integer(group), integer(1)]);
    let recurrence = Expr::call(Sym::ArrayFold, [adapted(f), list(state), list(sequence), index]);
    let change_of_f = of_function(of_f).map_or_else(|| Expr::integer(0), |f| adapted(&f));
    let changes = [change_of_f, list(of_state), list(of_sequence), Expr::integer(0)];
    let Some(rest) = fold_tangent::differential(session, &recurrence, &changes)? else { return Ok(None) };
    if !all {
        return Ok(Some(rest));
    }
    let first = full(session, state, of_state)?;
    session.evaluate_call(Sym::Prepend, [rest, first]).map(Some)
}

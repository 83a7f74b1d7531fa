//! The differential of a recurrence: a recurrence that carries the differentials of its states.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym};

use super::bound::{self, Parameter};
use super::differential_of_function;
use super::dimension::{self, integer};
use super::fold::{Course, Fold, Step, part_index};
use crate::arithmetic;

/// Part `{i, k}` of the recurrence over states and their differentials whose step gives, beside the
/// next states and outputs, how these change.
pub(super) fn differential(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let (Some(fold), Some((group, k))) = (Fold::of(call), call.args().get(3).and_then(part_index)) else {
        return Ok(None);
    };
    let Some(step) = fold.trace(session)? else { return Ok(None) };
    let changes_of_states = changes(session, &fold.states, &differentials[1])?;
    let changes_of_sequences = changes(session, fold.course.sequences(), &differentials[2])?;
    let tangent = tangent_step(session, &fold, &step, &differentials[0])?;
    let states = fold.states.iter().cloned().chain(changes_of_states);
    let course = match &fold.course {
        Course::Steps(count) => count.clone(),
        Course::Sequences(sequences) => Expr::list(sequences.iter().cloned().chain(changes_of_sequences)),
    };
    let before = if group == 1 { step.next.len() } else { step.outputs.len() };
    let index = Expr::list([integer(group), integer(before + k + 1)]);
    session.evaluate_call(Sym::ArrayFold, [tangent, Expr::list(states), course, index]).map(Some)
}

/// The differential of each of some arrays, zeros where nothing changes.
fn changes(session: &mut Session, arrays: &[Expr], differential: &Expr) -> Result<Vec<Expr>, Flow> {
    let given = differential.args_of(Sym::List);
    let mut changes = Vec::with_capacity(arrays.len());
    for (i, array) in arrays.iter().enumerate() {
        let change = given.as_ref().and_then(|given| given.get(i)).cloned().unwrap_or_else(|| Expr::integer(0));
        changes.push(if change.is_integer(0) {
            let shape = session.shape_of(array)?;
            Session::zeros(&shape)
        } else {
            change
        });
    }
    Ok(changes)
}

/// The step together with its directional derivative, found by moving all variables by t times
/// their differentials and differentiating by t at 0.
fn tangent_step(session: &mut Session, fold: &Fold, step: &Step, of_function: &Expr) -> Result<Expr, Flow> {
    let t = bound::scalar_symbol(session);
    let mut moved = [Vec::new(), Vec::new()];
    let mut directions = [Vec::new(), Vec::new()];
    for (group, variables) in [&step.states, &step.elements].into_iter().enumerate() {
        for variable in variables {
            let dimensions = dimension::of(session, variable)?;
            let direction = bound::variable(session, &dimensions);
            let change = arithmetic::product(session, [t.clone(), direction.clone()])?;
            moved[group].push(arithmetic::sum(session, [variable.clone(), change])?);
            directions[group].push(direction);
        }
    }
    let [states, elements] = moved;
    let path = bound::apply(session, &fold.f, [Expr::list(states), Expr::list(elements)])?;
    let slope = session.evaluate_call(Sym::D, [path, t.clone()])?;
    let at_zero = Expr::call(Sym::ReplaceAll, [slope, Expr::rule(t, Expr::integer(0))]);
    let slope = session.evaluate(&at_zero)?;
    let mut change = [Vec::new(), Vec::new()];
    for (group, (whole, count)) in
        [step.next.len(), step.outputs.len()].into_iter().enumerate().map(|(g, n)| (g, (&slope, n)))
    {
        for k in 0..count {
            let index = [whole.clone(), integer(group + 1), integer(k + 1)];
            change[group].push(session.evaluate_call(Sym::Part, index)?);
        }
    }
    if let Some(of_function) = differential_of_function(of_function) {
        let arguments = [dimension::list(&step.states), dimension::list(&step.elements)];
        let partial = bound::apply(session, &of_function, arguments)?;
        for (group, changes) in change.iter_mut().enumerate() {
            for (k, change) in changes.iter_mut().enumerate() {
                let index = [partial.clone(), integer(group + 1), integer(k + 1)];
                let own = session.evaluate_call(Sym::Part, index)?;
                *change = arithmetic::sum(session, [change.clone(), own])?;
            }
        }
    }
    let [of_next, of_outputs] = change;
    let next = step.next.iter().cloned().chain(of_next);
    let outputs = step.outputs.iter().cloned().chain(of_outputs);
    let body = Expr::list([Expr::list(next), Expr::list(outputs)]);
    let [state_directions, element_directions] = directions;
    let states: Vec<Expr> = step.states.iter().cloned().chain(state_directions).collect();
    let elements: Vec<Expr> = step.elements.iter().cloned().chain(element_directions).collect();
    let parameters: Vec<Parameter> = Parameter::parts(&states, 1).chain(Parameter::parts(&elements, 2)).collect();
    Ok(bound::close(&body, &parameters, 2))
}

//! The differential of a recurrence: a recurrence that carries the differentials of its states.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym};

use super::bound::{self, Parameter};
use super::differentials::{Slope, full, is_still, of_function, slope};
use super::dimension::{self, integer};
use super::fold::{Course, Fold, Step, part_index};
use crate::arithmetic;

/// Part `{i, k}` of the recurrence over states and their differentials whose step gives, beside the
/// next states and outputs, how these change.
pub(super) fn differential(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let (Some(fold), Some((group, k))) = (Fold::of(call), call.args().get(3).and_then(part_index)) else {
        return Ok(None);
    };
    let unchanged = |d: &Expr| is_still(d) || d.args_of(Sym::List).is_some_and(|items| items.iter().all(is_still));
    if of_function(&differentials[0]).is_none() && differentials[1..3].iter().all(unchanged) {
        let shape = session.shape_of(call)?;
        return Ok(Some(Session::zeros(&shape)));
    }
    let Some(step) = fold.trace(session)? else { return Ok(None) };
    let changes_of_states = changes(session, &fold.states, &differentials[1])?;
    // Sequences that do not change need no sequence of changes.
    let all_changes = changes(session, fold.course.sequences(), &differentials[2])?;
    let changing: Vec<usize> = (0..all_changes.len()).filter(|&i| !is_still(&all_changes[i])).collect();
    let changes_of_sequences = changing.iter().map(|&i| all_changes[i].clone());
    let Some(tangent) = tangent_step(session, &fold, &step, &changing, &differentials[0])? else { return Ok(None) };
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
        changes.push(full(session, array, &change)?);
    }
    Ok(changes)
}

/// The step together with its derivative along the differentials of states and elements.
fn tangent_step(
    session: &mut Session,
    fold: &Fold,
    step: &Step,
    changing: &[usize],
    change_of_function: &Expr,
) -> Eval {
    let count = step.states.len();
    let moving = changing.iter().map(|&i| &step.elements[i]);
    let variables: Vec<Expr> = step.states.iter().chain(moving).cloned().collect();
    let (states, elements) = (dimension::list(&step.states), dimension::list(&step.elements));
    let found = slope(session, &variables, |session, _| bound::apply(session, &fold.f, [states, elements]))?;
    let Some(Slope { directions, value }) = found else { return Ok(None) };
    let partial = match of_function(change_of_function) {
        Some(f) => Some(bound::apply(session, &f, [dimension::list(&step.states), dimension::list(&step.elements)])?),
        None => None,
    };
    let mut groups = Vec::with_capacity(2);
    for (group, known) in [&step.next, &step.outputs].into_iter().enumerate() {
        let mut values = known.clone();
        for (k, before) in known.iter().enumerate() {
            let mut change = session.evaluate_call(Sym::Part, [value.clone(), integer(group + 1), integer(k + 1)])?;
            if let Some(partial) = &partial {
                let own = session.evaluate_call(Sym::Part, [partial.clone(), integer(group + 1), integer(k + 1)])?;
                change = arithmetic::sum(session, [change, own])?;
            }
            values.push(full(session, before, &change)?);
        }
        groups.push(Expr::list(values));
    }
    let (of_states, of_elements) = directions.split_at(count);
    let states: Vec<Expr> = step.states.iter().chain(of_states).cloned().collect();
    let elements: Vec<Expr> = step.elements.iter().chain(of_elements).cloned().collect();
    let parameters: Vec<Parameter> = Parameter::parts(&states, 1).chain(Parameter::parts(&elements, 2)).collect();
    Ok(Some(bound::close(&Expr::list(groups), &parameters, 2)))
}

//! Mapped functions and recurrences that are linear in some arrays: many directions at once, and
//! what their adjoints are.
//!
//! The adjoint of a recurrence is a recurrence through the reversed sequences. Its states are the
//! cotangents of states; its step is the adjoint of the step, at the states that the recurrence had,
//! which a recurrence of their own gives again. The array symbols that the step mentions get the sum
//! of their cotangents over all steps.

use netform_eval::{Carrier, Eval, Flow, Linear, Session};
use netform_expr::{Expr, NodeSet, Sym, postorder};

use super::bound::{self, Parameter, occurring};
use super::contraction::total;
use super::dimension::{self, integer};
use super::fold::{Course, Fold, Step, part_index};
use super::linear::Shares;
use crate::arithmetic;
use crate::calculus::adjoints;

pub(crate) const MAPPED: Linear = Linear { carry: Some(carry_map), adjoint: Some(adjoint_of_map), ..Linear::NEW };

pub(super) const RECURRENCE: Linear = Linear { carry: Some(carry_fold), adjoint: Some(adjoint_of_fold), ..Linear::NEW };

/// Function, arrays and depth of `Map[f, a, {n}]` and `MapThread[f, {a, ...}, n]`.
fn mapping(call: &Expr) -> Option<(Expr, Vec<Expr>, usize)> {
    let args = call.args();
    if call.has_head(Sym::MapThread) {
        let depth = args.get(2).map_or(Some(1), Expr::as_usize)?;
        return Some((args[0].clone(), args[1].args_of(Sym::List)?.into_owned(), depth));
    }
    let depth = match args.get(2) {
        None => 1,
        Some(levels) => levels.args_of(Sym::List).filter(|l| l.len() == 1)?[0].as_usize()?,
    };
    Some((args[0].clone(), vec![args[1].clone()], depth))
}

/// Variables for the elements of arrays below so many levels.
fn element_variables(session: &mut Session, arrays: &[Expr], depth: usize) -> Result<Option<Vec<Expr>>, Flow> {
    let mut variables = Vec::with_capacity(arrays.len());
    for array in arrays {
        let dimensions = dimension::of(session, array)?;
        if dimensions.len() < depth {
            return Ok(None);
        }
        variables.push(bound::variable(session, &dimensions[depth..]));
    }
    Ok(Some(variables))
}

/// A variable like another, with further levels.
fn lengthened(session: &mut Session, variable: &Expr, levels: &[Expr]) -> Result<Expr, Flow> {
    let mut dimensions = dimension::of(session, variable)?;
    dimensions.extend(levels.iter().cloned());
    Ok(bound::variable(session, &dimensions))
}

fn carry_map(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let Some((f, mut arrays, depth)) = mapping(call) else { return Ok(None) };
    let Some(mut variables) = element_variables(session, &arrays, depth)? else { return Ok(None) };
    let body = bound::apply(session, &f, variables.iter().cloned())?;
    let levels = carrier.levels().to_vec();
    let mut pairs = Vec::new();
    for (array, variable) in arrays.iter_mut().zip(&mut variables) {
        if !carrier.depends(array) {
            continue;
        }
        let longer = lengthened(session, variable, &levels)?;
        pairs.push((variable.clone(), longer.clone()));
        *variable = longer;
        *array = carrier.carried(session, array)?;
    }
    let Some(body) = carrier.body(session, &body, &pairs)? else { return Ok(None) };
    let function = bound::close(&body, &Parameter::each(&variables), variables.len());
    session.evaluate_call(Sym::MapThread, [function, Expr::list(arrays), integer(depth)]).map(Some)
}

/// The wanted variables that a function mentions.
fn mentioned(f: &Expr, depends: &dyn Fn(&Expr) -> bool) -> Vec<Expr> {
    let mut found = Vec::new();
    let mut seen = NodeSet::default();
    let _ = postorder::<std::convert::Infallible>(
        f,
        |_| true,
        |node| {
            if node.has_head(Sym::ArrayVariable) && depends(node) && seen.insert(node.clone()) {
                found.push(node.clone());
            }
            Ok(())
        },
    );
    found
}

fn adjoint_of_map(session: &mut Session, call: &Expr, depends: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let Some((f, arrays, depth)) = mapping(call) else { return Ok(None) };
    let Some(variables) = element_variables(session, &arrays, depth)? else { return Ok(None) };
    let body = bound::apply(session, &f, variables.iter().cloned())?;
    let dimensions = dimension::of(session, &body)?;
    let incoming = bound::variable(session, &dimensions);
    let of_elements = arrays.iter().zip(&variables).filter(|(array, _)| depends(array));
    let mut wanted: Vec<(Expr, Expr)> = of_elements.map(|(array, v)| (array.clone(), v.clone())).collect();
    let elements = wanted.len();
    wanted.extend(mentioned(&f, depends).into_iter().map(|symbol| (symbol.clone(), symbol)));
    let targets: Vec<Expr> = wanted.iter().map(|(_, variable)| variable.clone()).collect();
    let Some(results) = adjoints(session, &[(body, incoming.clone())], &targets)? else { return Ok(None) };
    let parameters: Vec<Expr> = variables.iter().cloned().chain([incoming]).collect();
    let lists: Vec<Expr> = arrays.iter().cloned().chain([cotangent.clone()]).collect();
    let mut shares = Vec::with_capacity(wanted.len());
    for (i, ((part, _), result)) in wanted.into_iter().zip(results).enumerate() {
        // The result does not depend on the arrays in which the call is linear.
        let used = occurring(&result, &parameters);
        let of = |all: &[Expr]| (0..all.len()).filter(|&k| used[k]).map(|k| all[k].clone()).collect::<Vec<_>>();
        let (own, own_lists) = (of(&parameters), of(&lists));
        if own.is_empty() {
            return Ok(None);
        }
        let function = bound::close(&result, &Parameter::each(&own), own.len());
        let mapped = session.evaluate_call(Sym::MapThread, [function, Expr::list(own_lists), integer(depth)])?;
        let share = if i < elements {
            mapped
        } else {
            let axes: Vec<usize> = (0..depth).collect();
            total(session, mapped, &axes)?
        };
        shares.push((part, share));
    }
    Ok(Some(shares))
}

/// Which states and elements of a recurrence change with a direction.
struct Varying {
    states: Vec<bool>,
    elements: Vec<bool>,
}

impl Varying {
    fn of(
        fold: &Fold,
        step: &Step,
        depends: impl Fn(&Expr) -> bool,
        in_body: impl Fn(&Expr, &[Expr]) -> bool,
    ) -> Varying {
        let mut states: Vec<bool> = fold.states.iter().map(&depends).collect();
        let elements: Vec<bool> = fold.course.sequences().iter().map(&depends).collect();
        loop {
            let chosen = |all: &[Expr], which: &[bool]| -> Vec<Expr> {
                all.iter().zip(which).filter(|(_, varies)| **varies).map(|(variable, _)| variable.clone()).collect()
            };
            let mut variables = chosen(&step.states, &states);
            variables.extend(chosen(&step.elements, &elements));
            let mut grown = false;
            for (next, varies) in step.next.iter().zip(&mut states) {
                if !*varies && in_body(next, &variables) {
                    *varies = true;
                    grown = true;
                }
            }
            if !grown {
                return Varying { states, elements };
            }
        }
    }
}

fn carry_fold(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let (Some(fold), Some((group, k))) = (Fold::of(call), call.args().get(3).and_then(part_index)) else {
        return Ok(None);
    };
    let Some(step) = fold.trace(session)? else { return Ok(None) };
    let varying =
        Varying::of(&fold, &step, |e| carrier.depends(e), |body, variables| carrier.body_depends(body, variables));
    let levels = carrier.levels().to_vec();
    let mut pairs = Vec::new();
    let mut lengthen = |session: &mut Session,
                        variables: &[Expr],
                        arrays: &[Expr],
                        which: &[bool],
                        carrier: &mut dyn Carrier|
     -> Result<(Vec<Expr>, Vec<Expr>), Flow> {
        let (mut of_step, mut of_fold) = (variables.to_vec(), arrays.to_vec());
        for i in (0..variables.len()).filter(|&i| which[i]) {
            of_step[i] = lengthened(session, &variables[i], &levels)?;
            of_fold[i] = carrier.carried(session, &arrays[i])?;
            pairs.push((variables[i].clone(), of_step[i].clone()));
        }
        Ok((of_step, of_fold))
    };
    let (states, first) = lengthen(session, &step.states, &fold.states, &varying.states, carrier)?;
    let sequences = fold.course.sequences();
    let (elements, course) = lengthen(session, &step.elements, sequences, &varying.elements, carrier)?;
    let mut next = Vec::with_capacity(step.next.len());
    for (value, varies) in step.next.iter().zip(&varying.states) {
        if *varies {
            let Some(value) = carrier.body(session, value, &pairs)? else { return Ok(None) };
            next.push(value);
        } else {
            next.push(value.clone());
        }
    }
    let variables: Vec<Expr> = pairs.iter().map(|(variable, _)| variable.clone()).collect();
    let mut outputs = Vec::with_capacity(step.outputs.len());
    for (i, value) in step.outputs.iter().enumerate() {
        if group == 2 && i == k || carrier.body_depends(value, &variables) {
            let Some(value) = carrier.body(session, value, &pairs)? else { return Ok(None) };
            outputs.push(value);
        } else {
            outputs.push(value.clone());
        }
    }
    let function = Step { states, elements, next, outputs }.function();
    let course = match &fold.course {
        Course::Sequences(_) => Expr::list(course),
        Course::Steps(count) => count.clone(),
    };
    session.evaluate_call(Sym::ArrayFold, [function, Expr::list(first), course, call.arg(3)]).map(Some)
}

/// All that a backward recurrence needs of the forward one.
struct Backward {
    fold: Fold,
    step: Step,
    varying: Varying,
    /// Wanted variables that the step mentions.
    mentioned: Vec<Expr>,
}

fn adjoint_of_fold(session: &mut Session, call: &Expr, depends: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let (Some(fold), Some((group, k))) = (Fold::of(call), call.args().get(3).and_then(part_index)) else {
        return Ok(None);
    };
    let Some(step) = fold.trace(session)? else { return Ok(None) };
    let mentioned = mentioned(&fold.f, depends);
    let in_body = |body: &Expr, variables: &[Expr]| {
        let all: Vec<Expr> = variables.iter().chain(&mentioned).cloned().collect();
        occurring(body, &all).contains(&true)
    };
    let varying = Varying::of(&fold, &step, depends, in_body);
    Backward { fold, step, varying, mentioned }.shares(session, (group, k), cotangent)
}

impl Backward {
    fn shares(self, session: &mut Session, (group, k): (usize, usize), cotangent: &Expr) -> Shares {
        let Backward { fold, step, varying, mentioned } = &self;
        let indices = |which: &[bool]| (0..which.len()).filter(|&i| which[i]).collect::<Vec<_>>();
        let (moving, changing) = (indices(&varying.states), indices(&varying.elements));
        // Cotangents of the states after a step, and of its output.
        let mut carried = Vec::with_capacity(moving.len() + mentioned.len());
        let mut results = Vec::new();
        for &i in &moving {
            let dimensions = dimension::of(session, &step.states[i])?;
            carried.push(bound::variable(session, &dimensions));
            results.push((step.next[i].clone(), carried[carried.len() - 1].clone()));
        }
        let mut incoming = None;
        if group == 2 {
            let dimensions = dimension::of(session, &step.outputs[k])?;
            let variable = bound::variable(session, &dimensions);
            results.push((step.outputs[k].clone(), variable.clone()));
            incoming = Some(variable);
        }
        let mut targets: Vec<Expr> = moving.iter().map(|&i| step.states[i].clone()).collect();
        targets.extend(changing.iter().map(|&i| step.elements[i].clone()));
        targets.extend(mentioned.iter().cloned());
        let Some(adjoints) = adjoints(session, &results, &targets)? else { return Ok(None) };
        let (of_states, rest) = adjoints.split_at(moving.len());
        let (of_elements, of_mentioned) = rest.split_at(changing.len());
        // The step backwards.
        let mut next = of_states.to_vec();
        for (symbol, share) in mentioned.iter().zip(of_mentioned) {
            let dimensions = dimension::of(session, symbol)?;
            let sum = bound::variable(session, &dimensions);
            next.push(arithmetic::sum(session, [sum.clone(), share.clone()])?);
            carried.push(sum);
        }
        let (states_before, still) = self.states_before(session)?;
        let mut elements: Vec<Expr> = still.iter().map(|&i| step.states[i].clone()).collect();
        let mut sequences = states_before;
        for (i, sequence) in fold.course.sequences().iter().enumerate().filter(|(i, _)| !varying.elements[*i]) {
            elements.push(step.elements[i].clone());
            sequences.push(sequence.clone());
        }
        if let Some(variable) = incoming {
            elements.push(variable);
            sequences.push(cotangent.clone());
        }
        let mut first = Vec::with_capacity(carried.len());
        for (place, variable) in carried.iter().enumerate() {
            let shape = session.shape_of(variable)?;
            first.push(match moving.get(place) {
                Some(&i) if group == 1 && i == k => cotangent.clone(),
                _ => Session::zeros(&shape),
            });
        }
        let mut reversed = Vec::with_capacity(sequences.len());
        for sequence in sequences {
            reversed.push(session.evaluate_call(Sym::Reverse, [sequence])?);
        }
        let course = match &fold.course {
            _ if !reversed.is_empty() => Expr::list(reversed),
            Course::Steps(count) => count.clone(),
            Course::Sequences(_) => match fold.length(session)? {
                Some(length) => length,
                None => return Ok(None),
            },
        };
        let function = Step { states: carried, elements, next, outputs: of_elements.to_vec() }.function();
        let part = |session: &mut Session, group: usize, place: usize| {
            let index = Expr::list([integer(group), integer(place + 1)]);
            let parts = [function.clone(), Expr::list(first.clone()), course.clone(), index];
            session.evaluate_call(Sym::ArrayFold, parts)
        };
        let mut shares = Vec::new();
        for (place, &i) in moving.iter().enumerate() {
            shares.push((fold.states[i].clone(), part(session, 1, place)?));
        }
        for (place, symbol) in mentioned.iter().enumerate() {
            shares.push((symbol.clone(), part(session, 1, moving.len() + place)?));
        }
        for (place, &i) in changing.iter().enumerate() {
            let backward = part(session, 2, place)?;
            shares.push((fold.course.sequences()[i].clone(), session.evaluate_call(Sym::Reverse, [backward])?));
        }
        Ok(Some(shares))
    }

    /// The states that do not vary, as sequences of their values before each step, and their places.
    fn states_before(&self, session: &mut Session) -> Result<(Vec<Expr>, Vec<usize>), Flow> {
        let Backward { fold, step, varying, .. } = self;
        let still: Vec<usize> = (0..step.states.len()).filter(|&i| !varying.states[i]).collect();
        if still.is_empty() {
            return Ok((vec![], still));
        }
        let fixed: Vec<usize> = (0..step.elements.len()).filter(|&i| !varying.elements[i]).collect();
        let pick = |all: &[Expr], which: &[usize]| which.iter().map(|&i| all[i].clone()).collect::<Vec<_>>();
        let states = pick(&step.states, &still);
        let forward = Step {
            states: states.clone(),
            elements: pick(&step.elements, &fixed),
            next: pick(&step.next, &still),
            outputs: states,
        };
        let course = match (&fold.course, fixed.is_empty()) {
            (Course::Sequences(sequences), false) => Expr::list(pick(sequences, &fixed)),
            (Course::Steps(count), _) => count.clone(),
            (Course::Sequences(_), true) => fold.length(session)?.unwrap_or_else(|| Expr::integer(0)),
        };
        let function = forward.function();
        let first = Expr::list(pick(&fold.states, &still));
        let mut sequences = Vec::with_capacity(still.len());
        for place in 0..still.len() {
            let index = Expr::list([integer(2), integer(place + 1)]);
            let parts = [function.clone(), first.clone(), course.clone(), index];
            sequences.push(session.evaluate_call(Sym::ArrayFold, parts)?);
        }
        Ok((sequences, still))
    }
}

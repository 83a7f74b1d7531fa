//! What outputs are compared with: numbers, or classes whose probabilities they are.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use netform_layers::Compared;

use super::fault;
use crate::data::{dimensions, scalars, truth_value};
use crate::net::{Name, Net};
use crate::{Coder, Fault};

/// What a measure compares, for all examples.
pub(super) struct Cases {
    pub(super) of: Compared,
    pub(super) output: Expr,
    pub(super) target: Expr,
    pub(super) classes: Expr,
}

/// What is to be compared at an output: classes if its decoder or the form of the targets says so.
pub(super) fn cases(
    session: &mut Session,
    net: &Net,
    name: &Name,
    output: &[Expr],
    target: &[Expr],
) -> Result<Result<Cases, Fault>, Flow> {
    let coder = net.outputs.iter().find(|port| port.name == *name).and_then(|port| port.coder.clone());
    if let Some(coder) = coder
        && let Some(levels) = coder.class_levels(session)?
    {
        return of_decoder(session, &coder, name, levels, output, target);
    }
    let [found, expected] = [&output[0], &target[0]].map(|array| dimensions(session, array));
    let (Ok(found), Ok(expected)) = (found?, expected?) else {
        return Ok(Err(fault("meastarget", [session.output_form(&target[0]), name.to_string()])));
    };
    let targets = Expr::list(target.to_vec());
    if found.len() == expected.len() + 1
        && found[..expected.len()] == expected[..]
        && scalars(&targets).iter().all(|e| e.as_i64().is_some())
    {
        let count = found.last().and_then(Expr::as_usize).unwrap_or(0);
        let classes: Vec<Expr> = (1..=count as i64).map(Expr::integer).collect();
        let output = output.iter().flat_map(|array| below(array, expected.len())).collect();
        return Ok(of_classes(session, name, classes, output, &scalars(&targets)));
    }
    if found != expected {
        let [found, expected] = [found, expected].map(|dimensions| session.output_form(&Expr::list(dimensions)));
        return Ok(Err(fault("measshape", [name.to_string(), found, expected])));
    }
    if truth_value(&targets).is_some() {
        let probabilities = |p: &Expr| {
            let other = session.evaluate_call(Sym::Subtract, [Expr::integer(1), p.clone()])?;
            Ok(Expr::list([other, p.clone()]))
        };
        let output: Result<Vec<Expr>, Flow> = scalars(&Expr::list(output.to_vec())).iter().map(probabilities).collect();
        let classes = [false, true].map(Expr::boolean).to_vec();
        return Ok(of_classes(session, name, classes, output?, &scalars(&targets)));
    }
    Ok(Ok(Cases {
        of: Compared::Numbers,
        output: Expr::list(output.to_vec()),
        target: targets,
        classes: Expr::list([]),
    }))
}

/// The parts of all arrays that the decoder makes a class of, and the classes that they should be.
fn of_decoder(
    session: &mut Session,
    coder: &Coder,
    name: &Name,
    levels: usize,
    output: &[Expr],
    target: &[Expr],
) -> Result<Result<Cases, Fault>, Flow> {
    let mut probabilities = Vec::new();
    for part in output.iter().flat_map(|array| below(array, levels)) {
        probabilities.push(coder.probabilities(session, &part)?);
    }
    let count = probabilities.first().map_or(0, Expr::len);
    let classes = coder.classes(session, count)?;
    let target: Vec<Expr> = target.iter().flat_map(|target| below(target, levels)).collect();
    Ok(of_classes(session, name, classes, probabilities, &target))
}

/// Probabilities, and the places of the true classes.
fn of_classes(
    session: &Session,
    name: &Name,
    classes: Vec<Expr>,
    output: Vec<Expr>,
    target: &[Expr],
) -> Result<Cases, Fault> {
    let place = |target: &Expr| {
        let place = classes.iter().position(|class| class == target);
        place.map(|place| Expr::integer(place as i64 + 1)).ok_or_else(|| {
            let known: Vec<String> = classes.iter().take(10).map(|class| session.output_form(class)).collect();
            let more = if classes.len() > known.len() { ", ..." } else { "" };
            fault("measclass", [session.output_form(target), name.to_string(), format!("{}{more}", known.join(", "))])
        })
    };
    let target = target.iter().map(place).collect::<Result<Vec<Expr>, Fault>>()?;
    if target.len() != output.len() {
        return Err(fault("meascount", [output.len().to_string(), target.len().to_string(), name.to_string()]));
    }
    let [output, target, classes] = [output, target, classes].map(Expr::list);
    Ok(Cases { of: Compared::Classes, output, target, classes })
}

/// The parts of a nested list below some levels.
fn below(array: &Expr, levels: usize) -> Vec<Expr> {
    let mut parts = vec![array.clone()];
    for _ in 0..levels {
        parts = parts.iter().flat_map(|part| part.args().into_owned()).collect();
    }
    parts
}

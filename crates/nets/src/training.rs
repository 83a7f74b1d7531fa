//! Evaluation as in training, and of what draws random numbers.

use std::sync::Arc;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use netform_layers::definition_of;

use crate::Fault;
use crate::apply::{Settings, oversized, prepare, value_at};
use crate::evaluate::{Arrays, evaluate_batch};
use crate::inputs::Inputs;
use crate::net::Net;
use crate::precision::at_precision;

/// Whether layers of a net draw random numbers, so that each evaluation gives others.
pub(crate) fn is_random(session: &mut Session, net: &Net) -> bool {
    net.leaves.iter().any(|leaf| definition_of(session, leaf.layer).is_random(net.training))
}

/// The outputs for all examples of a batch together, by the definitions of the layers; one example
/// is a batch too.
pub(crate) fn batch(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    count: Option<usize>,
    settings: &Settings,
) -> Result<Result<Vec<Expr>, Vec<Fault>>, Flow> {
    let mut fitted = None;
    let mut arrays = Arrays::Components;
    let mut machine = true;
    for example in examples(data, count) {
        let prepared = match prepare(session, net, &example, settings)? {
            Ok(prepared) => prepared,
            Err(faults) => return Ok(Err(faults)),
        };
        if prepared.arrays == Arrays::Whole {
            arrays = Arrays::Whole;
        }
        machine &= prepared.machine;
        fitted.get_or_insert(prepared.net);
    }
    let Some(net) = fitted else { return Ok(Ok(vec![Expr::list([]); net.outputs.len()])) };
    let faults = oversized(&net, arrays);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let outputs = at_precision(session, &net, data, settings.precision, |session, net, data| {
        let values = evaluate_batch(session, net, &examples(data, count), arrays)?;
        let outputs = net.outputs.iter().map(|port| {
            let column = values.iter().map(|values| value_at(port, values));
            if count.is_some() {
                Expr::list(column)
            } else {
                column.collect::<Vec<_>>().pop().unwrap_or_else(|| Sym::Failed.into())
            }
        });
        Ok(outputs.collect())
    })?;
    if machine { in_machine_numbers(session, outputs).map(Ok) } else { Ok(Ok(outputs)) }
}

/// The data of each example; the only one, if there is no batch.
fn examples(data: &Inputs, count: Option<usize>) -> Vec<Inputs> {
    let at = |place: usize| data.iter().map(|d| d.as_ref().map(|d| d.arg(place))).collect();
    count.map_or_else(|| vec![data.clone()], |count| (0..count).map(at).collect())
}

/// Results of machine numbers, among which exact ones, such as zeros of a mask, become machine numbers too.
pub(crate) fn in_machine_numbers(session: &mut Session, outputs: Vec<Expr>) -> Result<Vec<Expr>, Flow> {
    outputs.into_iter().map(|output| session.evaluate_call(Sym::N, [output])).collect()
}

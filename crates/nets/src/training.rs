//! Evaluation of all examples of a batch together, as training needs it, and of what draws random numbers.

use std::sync::Arc;

use netform_array::ElementType;
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym, occurs};

use crate::Fault;
use crate::apply::{Prepared, Settings, outputs_by_definition, oversized, prepare, symbol, unenclosed};
use crate::draws::{draw_inside, is_random};
use crate::evaluate::Arrays;
use crate::indices::caught;
use crate::inputs::Inputs;
use crate::net::{Examples, Net};
use crate::numeric::{Asked, Ran, run, run_enclosed};
use crate::precision::at_precision;
use crate::program::NetProgram;
use crate::traced::{unfaithful, unfinished};

/// A net that is prepared for all examples of a batch together, and their data; one example is a batch too.
/// `None` for no examples, which have no means.
pub(crate) fn prepare_all(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    count: Option<usize>,
    settings: &Settings,
) -> Result<Result<Option<(Prepared, Inputs)>, Vec<Fault>>, Flow> {
    let stacked = match count {
        Some(_) => data.clone(),
        None => data.iter().map(|value| value.as_ref().map(|value| Expr::list([value.clone()]))).collect(),
    };
    let count = count.unwrap_or(1);
    let mut whole: Option<Prepared> = None;
    for place in 0..count {
        session.tick()?;
        let example: Inputs = stacked.iter().map(|all| all.as_ref().map(|all| all.arg(place))).collect();
        let one = match prepare(session, net, &example, settings)? {
            Ok(one) => one,
            Err(faults) => return Ok(Err(faults)),
        };
        whole = Some(match whole {
            None => one,
            Some(whole) => whole.with(&one),
        });
    }
    let Some(whole) = whole else { return Ok(Ok(None)) };
    let net = Arc::new(Net { examples: Examples::All(count), ..Net::clone(&whole.net) });
    Ok(Ok(Some((Prepared { net, ..whole }, stacked))))
}

/// The outputs for all examples of a batch together.
pub(crate) fn batch(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    count: Option<usize>,
    settings: &Settings,
) -> Result<Result<Vec<Expr>, Vec<Fault>>, Flow> {
    let (prepared, stacked) = match prepare_all(session, net, data, count, settings)? {
        Ok(Some(prepared)) => prepared,
        Ok(None) => return Ok(Ok(vec![Expr::list([]); net.outputs.len()])),
        Err(faults) => return Ok(Err(faults)),
    };
    let mut outputs = match outputs_of(session, &prepared, &stacked, settings)? {
        Ok(outputs) => outputs,
        Err(faults) => return Ok(Err(faults)),
    };
    if count.is_none() {
        let net = &prepared.net;
        for (port, output) in net.outputs.iter().zip(&mut outputs) {
            let place = port.places.first().filter(|place| net.leaves[place.leaf].port(&place.port).is_some());
            if place.is_some() && output.is_list() {
                *output = output.arg(0);
            }
        }
    }
    Ok(Ok(outputs))
}

/// The outputs of a prepared net: of its program on machine numbers, otherwise of its definitions.
pub(crate) fn outputs_of(
    session: &mut Session,
    prepared: &Prepared,
    data: &Inputs,
    settings: &Settings,
) -> Result<Result<Vec<Expr>, Vec<Fault>>, Flow> {
    let Prepared { net, machine, numeric, intervals, arrays } = prepared;
    let seed = settings.seed.filter(|_| *numeric);
    if *intervals {
        if let Some(fault) = unenclosed(session, net, settings) {
            return Ok(Err(vec![fault]));
        }
        return Ok(match run_enclosed(session, net, data, Asked::Outputs, &[])? {
            Ran::Values(outputs) => Ok(outputs),
            Ran::Fault(fault) => Err(vec![fault]),
            Ran::NoProgram => {
                let reason = "it has a function that is not one of real numbers".to_owned();
                Err(vec![Fault::new(symbol(net), "encfail", [reason])])
            }
        });
    }
    if *machine {
        match run(session, net, data, settings.precision, seed.unwrap_or(0))? {
            Ran::Values(outputs) => return Ok(Ok(outputs)),
            Ran::Fault(fault) => return Ok(Err(vec![fault])),
            // A function that programs cannot say: the definitions say it.
            Ran::NoProgram => {}
        }
    }
    let faults = oversized(net, *arrays);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    // What is decided by numbers cannot be decided for symbols.
    if !numeric && let Some(fault) = unfaithful(session, net)? {
        return Ok(Err(vec![fault]));
    }
    let outputs = at_precision(session, net, data, settings.precision, |session, net, data| {
        outputs(session, net, data, *arrays, seed)
    });
    let outputs = match outputs {
        Ok(outputs) if *numeric => match unfinished(session, net, &outputs) {
            Some(fault) => return Ok(Err(vec![fault])),
            None => outputs,
        },
        Ok(outputs) => outputs,
        Err(flow) => return Ok(Err(vec![caught(session, &symbol(net), flow)?])),
    };
    if *machine && net.training { in_machine_numbers(session, outputs).map(Ok) } else { Ok(Ok(outputs)) }
}

/// The outputs of a net whose shapes are known, by its definitions. What is drawn are numbers by the seed, without one
/// symbols.
pub(crate) fn outputs(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    arrays: Arrays,
    seed: Option<u64>,
) -> Result<Vec<Expr>, Flow> {
    let drawn = is_random(session, net) && arrays == Arrays::Components;
    if !drawn || (seed.is_none() && !draw_inside(session, net)) {
        return outputs_by_definition(session, net, data, arrays);
    }
    // Only a program knows at which step of which recurrence something is drawn.
    let given: Vec<bool> = data.iter().map(Option::is_some).collect();
    let lists: Vec<Expr> = data.iter().flatten().cloned().collect();
    let fault = match NetProgram::of_net(session, net, &given, ElementType::F64, Arrays::Symbols)? {
        Ok(program) => match program.run_drawing(session, &lists, seed, net.examples)? {
            Ok(outputs) => return Ok(outputs),
            Err(error) => Fault::new(symbol(net), "progfail", [error]),
        },
        Err(fault) => fault,
    };
    // Parameters of a distribution, or sizes, may be symbols although all data is numbers.
    if !draw_inside(session, net) {
        let outputs = outputs_by_definition(session, net, data, arrays)?;
        if !outputs.iter().any(|output| occurs(output, &Sym::ArrayRandom.into())) {
            return Ok(outputs);
        }
    }
    let failed = Fault::fail(session, &[fault]);
    Ok(vec![failed; net.outputs.len()])
}

/// Results of machine numbers, among which exact ones, such as zeros of a mask, become machine numbers too.
fn in_machine_numbers(session: &mut Session, outputs: Vec<Expr>) -> Result<Vec<Expr>, Flow> {
    outputs.into_iter().map(|output| session.evaluate_call(Sym::N, [output])).collect()
}

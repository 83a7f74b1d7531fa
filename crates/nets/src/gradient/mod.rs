//! Derivatives of nets: `net[data, NetPortGradient[port]]`, and of any order.
//!
//! On machine numbers the program of the net is differentiated in reverse mode; at kinks it follows
//! the conventions of training. On anything else the outputs are evaluated with symbols in the
//! place of what the gradient is taken by, differentiated by `D`, and the values are put in.
//!
//! * `targets`: what derivatives are asked for.
//! * `definition`: derivatives by `D`.

mod definition;
mod targets;

use std::sync::Arc;

use netform_compile::ELEMENT_LIMIT;
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::apply::{Prepared, Settings, applied, oversized, prepare_one, symbol, unenclosed};
use crate::coder::encode_inputs;
use crate::data::{Content, filled};
use crate::diagnostic::instead;
use crate::differentiated::Derivative;
use crate::indices::caught;
use crate::inputs::{Inputs, batch_size};
use crate::net::{Examples, Leaf, Net};
use crate::numeric::{Manner, Ran, run_derivatives};
use crate::ports::{keys_of, list_of};
use crate::precision::at_precision;
use crate::traced::unfaithful;
use crate::training::prepare_all;
use crate::{Fault, PartialShape};
use definition::by_definition;
use targets::{derivative_of, differentiable, with_states};

/// The cotangents that data gives: outputs and values.
pub(crate) type Cotangents = Vec<(Expr, Expr)>;

/// The data without the cotangents in it.
pub(crate) fn split_data(data: Option<&Expr>) -> (Option<Expr>, Cotangents) {
    let Some(association) = data.filter(|data| data.has_head(Sym::Association)) else {
        return (data.cloned(), Vec::new());
    };
    let is_cotangent = |rule: &Expr| is_gradient(&rule.arg(0));
    let (given, rest): (Vec<Expr>, Vec<Expr>) = association.args().iter().cloned().partition(is_cotangent);
    let cotangents = given.iter().map(|rule| (rule.arg(0), rule.arg(1))).collect();
    (Some(Expr::call(Sym::Association, rest)), cotangents)
}

/// Whether the second argument of an application asks for gradients, alone or among others.
pub(crate) fn is_asked(asked: &Expr) -> bool {
    is_gradient(asked) || (asked.is_list() && asked.args().iter().any(is_gradient))
}

fn is_gradient(e: &Expr) -> bool {
    e.has_head(Sym::NetPortGradient)
}

/// The value of an application that asks for gradients.
pub(crate) fn value(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    cotangents: &Cotangents,
    asked: &Expr,
    settings: &Settings,
) -> Result<Result<Expr, Vec<Fault>>, Flow> {
    if is_gradient(asked) && asked.len() == 1 && asked.arg(0).is(Sym::All) {
        return all(session, net, data, cotangents, settings);
    }
    let items = list_of(asked);
    let (net, data) = &match with_states(session, net, data, &items)? {
        Ok(with_states) => with_states,
        Err(faults) => return Ok(Err(faults)),
    };
    let mut faults = Vec::new();
    let mut targets = Vec::new();
    for item in items.iter().filter(|item| is_gradient(item)) {
        match derivative_of(session, net, data, item) {
            Ok(target) => targets.push(target),
            Err(fault) => faults.push(fault),
        }
    }
    let mut of_outputs: Vec<Option<Expr>> = vec![None; net.outputs.len()];
    for (port, cotangent) in cotangents {
        let keys = keys_of(port);
        let name = keys.first().filter(|_| keys.len() == 1).and_then(Expr::as_str);
        match name.and_then(|name| net.outputs.iter().position(|output| *output.name == *name)) {
            Some(place) => of_outputs[place] = Some(cotangent.clone()),
            None => {
                let known: Vec<&str> = net.outputs.iter().map(|output| &*output.name).collect();
                let known = instead(name.unwrap_or_default(), &known);
                faults.push(Fault::new(symbol(net), "gradout", [session.output_form(port), known]));
            }
        }
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let gradients = match of_all(session, net, data, &of_outputs, &targets, settings)? {
        Ok(gradients) => gradients,
        Err(faults) => return Ok(Err(faults)),
    };
    let mut gradients = gradients.into_iter();
    if !asked.is_list() {
        return Ok(Ok(gradients.next().unwrap_or_else(|| Sym::Failed.into())));
    }
    let mut rules = Vec::with_capacity(items.len());
    for item in items {
        let value = if is_gradient(&item) {
            gradients.next().unwrap_or_else(|| Sym::Failed.into())
        } else {
            match applied(session, net.clone(), data, Some(&item), settings)? {
                Ok(value) => value,
                Err(faults) => return Ok(Err(faults)),
            }
        };
        rules.push(Expr::rule(item, value));
    }
    Ok(Ok(Expr::call(Sym::Association, rules)))
}

/// The gradients by all inputs and arrays, under what `NetPortGradient` calls them.
fn all(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    cotangents: &Cotangents,
    settings: &Settings,
) -> Result<Result<Expr, Vec<Fault>>, Flow> {
    let keys = differentiable(net, data);
    let items = Expr::list(keys.iter().map(|key| Expr::call(Sym::NetPortGradient, [key.clone()])).collect::<Vec<_>>());
    Ok(value(session, net, data, cotangents, &items, settings)?.map(|gradients| {
        let rule = |(place, key): (usize, &Expr)| Expr::rule(key.clone(), gradients.arg(place).arg(1));
        Expr::call(Sym::Association, keys.iter().enumerate().map(rule).collect::<Vec<_>>())
    }))
}

/// The gradients for one example or a batch: those by inputs one by one, those by arrays in sum.
fn of_all(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    cotangents: &[Option<Expr>],
    targets: &[Derivative],
    settings: &Settings,
) -> Result<Result<Vec<Expr>, Vec<Fault>>, Flow> {
    let (data, batches) = match encode_inputs(session, net, data)? {
        Ok(encoded) => encoded,
        Err(faults) => return Ok(Err(faults)),
    };
    let count = match batch_size(session, net, &data, &batches)? {
        Ok(count) => count,
        Err(faults) => return Ok(Err(faults)),
    };
    if net.of_whole_batch().next().is_some() {
        return of_batch(session, net, &data, count, cotangents, targets, settings);
    }
    let Some(count) = count else {
        return match prepare_one(session, net, &data, settings, Examples::One)? {
            Ok(prepared) => of_prepared(session, prepared, &data, cotangents, targets, settings),
            Err(faults) => Ok(Err(faults)),
        };
    };
    let mut columns: Vec<Vec<Expr>> = vec![Vec::with_capacity(count); targets.len()];
    let item = |all: &Option<Expr>, i: usize| {
        all.as_ref().map(|all| if i < all.len() { all.arg(i) } else { Sym::Failed.into() })
    };
    for i in 0..count {
        session.tick()?;
        let example: Inputs = data.iter().map(|all| item(all, i)).collect();
        let of_example: Vec<Option<Expr>> = cotangents.iter().map(|all| item(all, i)).collect();
        let prepared = match prepare_one(session, net, &example, settings, Examples::Of(i, count))? {
            Ok(prepared) => prepared,
            Err(faults) => return Ok(Err(faults)),
        };
        match of_prepared(session, prepared, &example, &of_example, targets, settings)? {
            Ok(gradients) => columns.iter_mut().zip(gradients).for_each(|(column, gradient)| column.push(gradient)),
            Err(faults) => return Ok(Err(faults.into_iter().map(|fault| fault.in_example(i + 1)).collect())),
        }
    }
    let mut results = Vec::with_capacity(targets.len());
    for (target, column) in targets.iter().zip(columns) {
        results.push(if !target.is_summed() {
            Expr::list(column)
        } else if column.is_empty() {
            // The gradient of no examples has the shape of the array.
            filled(0, &target.shape(net), false).unwrap_or_else(|| Expr::integer(0))
        } else {
            session.evaluate_call(Sym::Plus, column)?
        });
    }
    Ok(Ok(results))
}

/// The gradients for all examples of a batch together, on each other of which they depend.
fn of_batch(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    count: Option<usize>,
    cotangents: &[Option<Expr>],
    targets: &[Derivative],
    settings: &Settings,
) -> Result<Result<Vec<Expr>, Vec<Fault>>, Flow> {
    let (prepared, stacked) = match prepare_all(session, net, data, count, settings)? {
        Ok(Some(prepared)) => prepared,
        Ok(None) => return Ok(Err(vec![Fault::new(symbol(net), "emptybatch", [])])),
        Err(faults) => return Ok(Err(faults)),
    };
    if count.is_some() {
        return of_prepared(session, prepared, &stacked, cotangents, targets, settings);
    }
    let cotangents: Vec<Option<Expr>> =
        cotangents.iter().map(|one| one.as_ref().map(|one| Expr::list([one.clone()]))).collect();
    let net = prepared.net.clone();
    let gradients = of_prepared(session, prepared, &stacked, &cotangents, targets, settings)?;
    let Ok(gradients) = gradients else { return Ok(gradients) };
    let mut results = Vec::with_capacity(gradients.len());
    for (target, gradient) in targets.iter().zip(gradients) {
        // The levels of the batch have one element each.
        let parts = target.levels_of_batch(&net);
        let only = parts.into_iter().map(|of_batch| if of_batch { Expr::integer(1) } else { Sym::All.into() });
        let call = Expr::call(Sym::Part, [gradient.clone()].into_iter().chain(only));
        results.push(if gradient.is_list() { session.evaluate(&call)? } else { gradient });
    }
    Ok(Ok(results))
}

/// The gradients for a net that is prepared for its data.
fn of_prepared(
    session: &mut Session,
    prepared: Prepared,
    data: &Inputs,
    cotangents: &[Option<Expr>],
    targets: &[Derivative],
    settings: &Settings,
) -> Result<Result<Vec<Expr>, Vec<Fault>>, Flow> {
    let Prepared { net, machine, numeric: of_numbers, mut intervals, arrays } = prepared;
    let seed = settings.seed.filter(|_| of_numbers);
    let mut faults: Vec<Fault> = targets.iter().filter_map(|target| too_large(session, &net, target)).collect();
    faults.extend(without_gradient(&net));
    let mut numeric = machine;
    for (output, cotangent) in net.outputs.iter().zip(cotangents) {
        let Some(cotangent) = cotangent else { continue };
        let shape = PartialShape::known(session.shape_of(cotangent)?.dimensions().unwrap_or_default().iter().cloned());
        let expected = match net.examples {
            Examples::All(_) => net.dimensions(output).map_or(PartialShape::Unknown, PartialShape::known),
            Examples::One | Examples::Of(..) => output.shape.clone(),
        };
        if !expected.accepts(&shape) {
            faults.push(Fault::data_shape(session, &net, output, cotangent, &shape));
        }
        let content = crate::data::content(session, cotangent)?;
        numeric &= content <= Content::Machine;
        intervals = content <= Content::Intervals && (intervals || machine && content == Content::Intervals);
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    if intervals && let Some(fault) = unenclosed(session, &net, settings) {
        return Ok(Err(vec![fault]));
    }
    if intervals && let Some(leaf) = of_given_function(&net) {
        let reason = format!("the gradient through {} is a given function", leaf.label());
        return Ok(Err(vec![Fault::new(symbol(&net), "encfail", [reason])]));
    }
    if (intervals || numeric) && of_given_function(&net).is_none() {
        let manner =
            Manner { precision: (!intervals).then_some(settings.precision), seed, segments: settings.segments };
        match run_derivatives(session, &net, data, targets, cotangents, manner)? {
            Ran::Values(values) => return Ok(Ok(values)),
            Ran::Fault(fault) => return Ok(Err(vec![fault])),
            Ran::NoProgram if intervals => {
                let reason = "it has a function that is not one of real numbers".to_owned();
                return Ok(Err(vec![Fault::new(symbol(&net), "encfail", [reason])]));
            }
            // What such a function gives on symbols, from which derivatives are taken, says nothing about numbers.
            Ran::NoProgram => {
                if let Some(fault) = unfaithful(session, &net)? {
                    return Ok(Err(vec![fault]));
                }
            }
        }
    }
    let faults = oversized(&net, arrays);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let gradients = at_precision(session, &net, data, settings.precision, |session, net, data| {
        by_definition(session, net, data, cotangents, targets, arrays, seed)
    });
    Ok(match gradients {
        Ok(gradients) => Ok(gradients),
        Err(flow) => Err(vec![caught(session, &symbol(&net), flow)?]),
    })
}

/// A layer whose definition says that there is no gradient through it.
fn without_gradient(net: &Net) -> Option<Fault> {
    let has_none =
        |leaf: &&Leaf| leaf.parameters.iter().any(|(name, value)| *name == "gradient" && value.is(Sym::None));
    net.leaves.iter().find(has_none).map(|leaf| Fault::new(symbol(net), "gradnone", [leaf.label()]))
}

/// A layer whose gradient is a function that the user gives.
fn of_given_function(net: &Net) -> Option<&Leaf> {
    let is_given =
        |leaf: &&Leaf| leaf.parameters.iter().any(|(name, value)| *name == "gradient" && value.has_head(Sym::Function));
    net.leaves.iter().find(is_given)
}

/// Why there is no program of the gradients of a net, where a layer says so.
pub(crate) fn without_program(net: &Net) -> Option<Fault> {
    let given = || of_given_function(net).map(|leaf| Fault::new(symbol(net), "gradgiven", [leaf.label()]));
    without_gradient(net).or_else(given)
}

/// What is wrong with a derivative that would have too many elements.
fn too_large(session: &Session, net: &Net, derivative: &Derivative) -> Option<Fault> {
    let dimensions = derivative.shape(net).dimensions()?;
    let size = dimensions.iter().fold(1usize, |size, n| size.saturating_mul(n.as_usize().unwrap_or(1)));
    let shown = || session.output_form(&derivative.shape(net).to_expr());
    (size > ELEMENT_LIMIT)
        .then(|| Fault::new(symbol(net), "gradsize", [shown(), size.to_string(), ELEMENT_LIMIT.to_string()]))
}

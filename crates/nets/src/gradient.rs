//! Gradients of nets: `net[data, NetPortGradient[port]]`.
//!
//! On machine numbers the program of the net is differentiated in reverse mode; at kinks it follows
//! the conventions of training. On anything else the outputs are evaluated with symbols in the
//! place of what the gradient is taken by, differentiated by `D`, and the values are put in.

use std::sync::Arc;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Sym, map_bottom_up};

use crate::apply::{Prepared, Settings, applied, oversized, prepare_one, symbol, unenclosed};
use crate::coder::encode_inputs;
use crate::data::{Content, array_symbol, components, filled};
use crate::diagnostic::instead;
use crate::evaluate::{Arrays, array_name, array_value};
use crate::indices::caught;
use crate::inputs::{Inputs, batch_size};
use crate::net::{ArrayValue, Elements, Examples, Net};
use crate::numeric::{Ran, run_enclosed, run_gradient};
use crate::ports::{full_path, keys_of, list_of};
use crate::precision::at_precision;
use crate::program::Target;
use crate::traced::unfaithful;
use crate::training::{outputs, prepare_all};
use crate::{Fault, PartialShape};

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
    let mut faults = Vec::new();
    let mut targets = Vec::new();
    for item in items.iter().filter(|item| is_gradient(item)) {
        match target_of(session, net, data, item) {
            Some(target) => targets.push(target),
            None => {
                let known = known_targets(session, net, data);
                let keys = keys_of(item);
                let name = keys.last().map_or_else(String::new, |name| session.input_form(name));
                let known = instead(&name, &known);
                faults.push(Fault::new(symbol(net), "gradport", [session.output_form(item), known]));
            }
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

/// What a `NetPortGradient` means: an input of the net that is given, or an array in it.
fn target_of(session: &mut Session, net: &Net, data: &Inputs, item: &Expr) -> Option<Target> {
    let keys = keys_of(item);
    let (name, path) = keys.split_last()?;
    let name = name.as_str()?;
    let input = net.inputs.iter().position(|input| *input.name == *name);
    if let Some(input) = input.filter(|_| path.is_empty()) {
        let differentiable = data[input].is_some() && net.elements(&net.inputs[input]) == Elements::Real;
        return differentiable.then_some(Target::Input(input));
    }
    let path = full_path(session, &net.expr, path)?;
    let leaf = net.leaves.iter().position(|leaf| leaf.path == path)?;
    let (name, value) = net.leaves[leaf].arrays.iter().find(|(array, _)| *array == name)?;
    (*value != ArrayValue::None).then_some(Target::Array(leaf, name))
}

/// All inputs and arrays that a gradient can be taken by, for messages.
fn known_targets(session: &Session, net: &Net, data: &Inputs) -> Vec<String> {
    differentiable(net, data).iter().map(|key| session.input_form(key)).collect()
}

/// The names of inputs and arrays that a gradient can be taken by.
fn differentiable(net: &Net, data: &Inputs) -> Vec<Expr> {
    let inputs =
        net.inputs.iter().zip(data).filter(|(port, given)| given.is_some() && net.elements(port) == Elements::Real);
    let inputs = inputs.map(|(port, _)| Expr::string(&port.name));
    let arrays = net.leaves.iter().flat_map(|leaf| {
        let given = leaf.arrays.iter().filter(|(_, value)| *value != ArrayValue::None);
        given.map(|(name, _)| array_name(leaf, name))
    });
    inputs.chain(arrays).collect()
}

/// The gradients for one example or a batch: those by inputs one by one, those by arrays in sum.
fn of_all(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    cotangents: &[Option<Expr>],
    targets: &[Target],
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
        results.push(match target {
            Target::Input(_) => Expr::list(column),
            // The gradient of no examples has the shape of the array.
            Target::Array(leaf, name) if column.is_empty() => {
                filled(0, net.leaves[*leaf].shape(name), false).unwrap_or_else(|| Expr::integer(0))
            }
            Target::Array(..) => session.evaluate_call(Sym::Plus, column)?,
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
    targets: &[Target],
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
    let gradients = of_prepared(session, prepared, &stacked, &cotangents, targets, settings)?;
    let first = |(target, gradient): (&Target, Expr)| match target {
        Target::Input(_) if gradient.is_list() => gradient.arg(0),
        _ => gradient,
    };
    Ok(gradients.map(|gradients| targets.iter().zip(gradients).map(first).collect()))
}

/// The gradients for a net that is prepared for its data.
fn of_prepared(
    session: &mut Session,
    prepared: Prepared,
    data: &Inputs,
    cotangents: &[Option<Expr>],
    targets: &[Target],
    settings: &Settings,
) -> Result<Result<Vec<Expr>, Vec<Fault>>, Flow> {
    let Prepared { net, machine, numeric: of_numbers, mut intervals, arrays } = prepared;
    let seed = settings.seed.filter(|_| of_numbers);
    let mut faults = Vec::new();
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
    if intervals {
        if let Some(fault) = unenclosed(session, &net, settings) {
            return Ok(Err(vec![fault]));
        }
        return Ok(match run_enclosed(session, &net, data, Some(targets), cotangents)? {
            Ran::Values(mut values) => Ok(values.split_off(net.outputs.len())),
            Ran::Fault(fault) => Err(vec![fault]),
            Ran::NoProgram => {
                let reason = "it has a function that is not one of real numbers".to_owned();
                Err(vec![Fault::new(symbol(&net), "encfail", [reason])])
            }
        });
    }
    if numeric {
        match run_gradient(session, &net, data, targets, cotangents, settings.precision, seed.unwrap_or(0))? {
            Ran::Values(mut values) => return Ok(Ok(values.split_off(net.outputs.len()))),
            Ran::Fault(fault) => return Ok(Err(vec![fault])),
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

/// The gradients by `D`, of the outputs on symbols.
fn by_definition(
    session: &mut Session,
    net: &Net,
    data: &Inputs,
    cotangents: &[Option<Expr>],
    targets: &[Target],
    arrays: Arrays,
    seed: Option<u64>,
) -> Result<Vec<Expr>, Flow> {
    let mut formal_net = Net { differentiated: true, ..net.clone() };
    let mut formal_data = data.clone();
    let mut variables = Vec::with_capacity(targets.len());
    let mut values: NodeMap<Expr> = NodeMap::default();
    for target in targets {
        let (dimensions, name, value) = match target {
            Target::Input(input) => {
                (net.dimensions(&net.inputs[*input]), Expr::string(&net.inputs[*input].name), data[*input].clone())
            }
            Target::Array(leaf, name) => {
                let leaf = &net.leaves[*leaf];
                (leaf.shape(name).dimensions(), array_name(leaf, name), array_value(leaf, name, arrays))
            }
        };
        let Some((dimensions, value)) = dimensions.zip(value) else { continue };
        // The name is one that no user's array symbol has.
        let formal = array_symbol(Expr::call(Sym::NetPortGradient, [name]), &dimensions);
        let sizes: Option<Vec<usize>> = dimensions.iter().map(Expr::as_usize).collect();
        let standing = match sizes.filter(|_| arrays == Arrays::Components) {
            Some(sizes) => {
                let list = components(&formal, &sizes);
                let value = session.evaluate(&value)?;
                pair_components(&list, &value, &mut values);
                list
            }
            None => {
                values.insert(formal.clone(), value);
                formal.clone()
            }
        };
        match target {
            Target::Input(input) => formal_data[*input] = Some(standing.clone()),
            Target::Array(leaf, name) => {
                for (leaf, name) in net.places_of(*leaf, name) {
                    for (array, value) in &mut formal_net.leaves[leaf].arrays {
                        if *array == name {
                            *value = ArrayValue::Given(standing.clone());
                        }
                    }
                }
            }
        }
        variables.push(standing);
    }
    let outputs = outputs(session, &Arc::new(formal_net), &formal_data, arrays, seed)?;
    let mut terms = Vec::with_capacity(outputs.len());
    for (output, cotangent) in outputs.into_iter().zip(cotangents) {
        let weighted = match cotangent {
            Some(cotangent) => session.evaluate_call(Sym::Times, [cotangent.clone(), output])?,
            None => output,
        };
        let rank = session.shape_of(&weighted)?.dimensions().map_or(0, <[Expr]>::len);
        terms.push(if rank == 0 {
            weighted
        } else {
            session.evaluate_call(Sym::Total, [weighted, Expr::integer(rank as i64)])?
        });
    }
    let total = session.evaluate_call(Sym::Plus, terms)?;
    let mut gradients = Vec::with_capacity(variables.len());
    for variable in &variables {
        let gradient = derivative(session, &total, variable)?;
        let put_in = map_bottom_up(&gradient, |part| match values.get(&part) {
            Some(value) => value.clone(),
            None if part.has_head(Sym::ProgramFirstMax) => Expr::call(Sym::Max, part.args().into_owned()),
            None => part,
        });
        gradients.push(session.evaluate(&put_in)?);
    }
    Ok(gradients)
}

/// The derivatives by all components of a nested list, by one variable, or by an array symbol.
fn derivative(session: &mut Session, e: &Expr, variable: &Expr) -> Result<Expr, Flow> {
    if !variable.is_list() {
        return session.evaluate_call(Sym::D, [e.clone(), variable.clone()]);
    }
    let flat = session.evaluate_call(Sym::Flatten, [variable.clone()])?;
    let slopes = session.evaluate_call(Sym::D, [e.clone(), Expr::list([flat])])?;
    let mut slopes = slopes.args().into_owned().into_iter();
    Ok(shaped_as(variable, &mut slopes))
}

/// A nested list of the same form with other elements.
fn shaped_as(form: &Expr, elements: &mut dyn Iterator<Item = Expr>) -> Expr {
    if form.is_list() {
        return Expr::list(form.args().iter().map(|item| shaped_as(item, elements)).collect::<Vec<_>>());
    }
    elements.next().unwrap_or_else(|| Sym::Failed.into())
}

/// The values of the components of a formal array.
fn pair_components(formal: &Expr, value: &Expr, values: &mut NodeMap<Expr>) {
    if formal.is_list() {
        for (component, element) in formal.args().iter().zip(value.args().iter()) {
            pair_components(component, element, values);
        }
    } else {
        values.insert(formal.clone(), value.clone());
    }
}

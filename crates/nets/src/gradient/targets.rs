//! What derivatives are asked for.
//!
//! `NetPortGradient["port"]` is the gradient by an input, `NetPortGradient[{layer, ..., "array"}]` by an array, and
//! `NetPortGradient[{"NetArray", name}]` by one that several layers share, as it is by any of its places. Several ports
//! are mixed derivatives, and an integer behind a port says how many times. An output stands for its cotangent: the derivative
//! by it and by an input is the Jacobian of the output.

use std::sync::Arc;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::apply::symbol;
use crate::coder::encode_inputs;
use crate::data::filled;
use crate::diagnostic::instead;
use crate::differentiated::{Derivative, Target};
use crate::evaluate::array_name;
use crate::inputs::{Inputs, batch_size, fit_again};
use crate::net::{ArrayValue, Elements, Net, NetPort};
use crate::ports::{full_path, give, list_of};
use crate::{Fault, shared};

/// The programs of derivatives grow with each order by a factor.
const HIGHEST_ORDER: usize = 6;

/// The derivative that a `NetPortGradient` asks for.
pub(super) fn derivative_of(session: &mut Session, net: &Net, data: &Inputs, item: &Expr) -> Result<Derivative, Fault> {
    let mut targets: Vec<Target> = Vec::new();
    for port in item.args().iter() {
        let times = port.as_usize().filter(|times| *times > 0);
        if let (Some(times), Some(last)) = (times, targets.last().cloned()) {
            let more = (times - 1).min(HIGHEST_ORDER);
            targets.extend(std::iter::repeat_n(last, more));
            continue;
        }
        let keys = list_of(port);
        let Some(target) = target_of(session, net, data, &keys) else {
            let known: Vec<String> = differentiable(net, data).iter().map(|key| session.input_form(key)).collect();
            let name = keys.last().map_or_else(String::new, |name| session.input_form(name));
            let known = instead(&name, &known);
            let shown = if item.len() == 1 { session.output_form(item) } else { session.input_form(port) };
            return Err(Fault::new(symbol(net), "gradport", [shown, known]));
        };
        targets.push(target);
    }
    if !targets.is_empty() && targets.iter().all(|target| matches!(target, Target::Output(_))) {
        let known: Vec<String> = differentiable(net, data).iter().map(|key| session.input_form(key)).collect();
        return Err(Fault::new(symbol(net), "gradby", [session.output_form(item), known.join(", ")]));
    }
    if targets.is_empty() || targets.len() > HIGHEST_ORDER {
        return Err(Fault::new(symbol(net), "gradorder", [session.output_form(item), HIGHEST_ORDER.to_string()]));
    }
    Ok(Derivative::new(targets))
}

/// The net and its data with zeros for the states by which derivatives are taken and that are not given: that is what they
/// begin with.
pub(super) fn with_states(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    items: &[Expr],
) -> Result<Result<(Arc<Net>, Inputs), Vec<Fault>>, Flow> {
    let (mut net, mut data) = (net.clone(), data.clone());
    let mut missing: Vec<usize> = Vec::new();
    for port in
        items.iter().filter(|item| item.has_head(Sym::NetPortGradient)).flat_map(|item| item.args().into_owned())
    {
        let place = give(session, Arc::make_mut(&mut net), &port)?.filter(|&place| net.inputs[place].optional);
        data.resize(net.inputs.len(), None);
        missing.extend(place.filter(|&place| data[place].is_none()));
    }
    if missing.is_empty() {
        return Ok(Ok((net, data)));
    }
    let (arrays, batches) = match encode_inputs(session, &net, &data)? {
        Ok(encoded) => encoded,
        Err(faults) => return Ok(Err(faults)),
    };
    let count = match batch_size(session, &net, &arrays, &batches)? {
        Ok(count) => count,
        Err(faults) => return Ok(Err(faults)),
    };
    let first = |value: &Option<Expr>| match (value, count) {
        (Some(all), Some(count)) if count > 0 => Some(all.arg(0)),
        _ => value.clone(),
    };
    let fitted = match fit_again(session, &net, &arrays.iter().map(first).collect())? {
        Ok(fitted) => fitted,
        Err(faults) => return Ok(Err(faults)),
    };
    for place in missing {
        let zeros = filled(0, &fitted.inputs[place].shape, false);
        data[place] = zeros.map(|zeros| match count {
            Some(count) => Expr::list(std::iter::repeat_n(zeros, count)),
            None => zeros,
        });
    }
    Ok(Ok((net, data)))
}

/// What keys mean: an input of the net that is given, an array in it, or an output for its cotangent.
fn target_of(session: &mut Session, net: &Net, data: &Inputs, keys: &[Expr]) -> Option<Target> {
    // An array that is shared is one, whatever place it is reached by.
    let of_places = |(leaf, array)| {
        let (leaf, array) = net.places_of(leaf, array)[0];
        Target::Array(leaf, array)
    };
    if let Some(shared) = shared::place(net, keys) {
        return Some(of_places(shared));
    }
    let (name, path) = keys.split_last()?;
    let name = name.as_str()?;
    let input = net.inputs.iter().position(|input| *input.name == *name);
    if let Some(input) = input.filter(|_| path.is_empty()) {
        let differentiable = data[input].is_some() && net.elements(&net.inputs[input]) == Elements::Real;
        return differentiable.then_some(Target::Input(input));
    }
    let leaf = full_path(session, &net.expr, path)
        .and_then(|path| net.leaves.iter().position(|leaf| leaf.owner.is_none() && leaf.path == path));
    // The state of a layer within the net.
    let is_state = |input: &NetPort| {
        input.optional && input.places.iter().any(|place| Some(place.leaf) == leaf && *place.port == *name)
    };
    if let Some(input) = net.inputs.iter().position(is_state).filter(|&input| data[input].is_some()) {
        return Some(Target::Input(input));
    }
    let of_array = full_path(session, &net.expr, path).and_then(|path| {
        let leaf = net.leaves.iter().position(|leaf| leaf.path == path)?;
        let (name, value) = net.leaves[leaf].arrays.iter().find(|(array, _)| *array == name)?;
        (*value != ArrayValue::None).then_some((leaf, *name))
    });
    let of_output = || {
        let output = net.outputs.iter().position(|output| *output.name == *name)?;
        (net.elements(&net.outputs[output]) == Elements::Real).then_some(Target::Output(output))
    };
    of_array.map(of_places).or_else(|| if path.is_empty() { of_output() } else { None })
}

/// The names of inputs and arrays that a gradient can be taken by; an array that is shared is one.
pub(super) fn differentiable(net: &Net, data: &Inputs) -> Vec<Expr> {
    let inputs =
        net.inputs.iter().zip(data).filter(|(port, given)| given.is_some() && net.elements(port) == Elements::Real);
    let inputs = inputs.map(|(port, _)| Expr::string(&port.name));
    let arrays = net.distinct_arrays().map(|(leaf, array)| array_name(&net.leaves[leaf], array));
    inputs.chain(arrays).collect()
}

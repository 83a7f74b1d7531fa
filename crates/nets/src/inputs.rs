//! The data of an application: which is for which input, batches, and the shapes that it brings.

use std::sync::Arc;

use netform_compile::Dim;
use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, NodeSet, Sym};

use crate::apply::{port_names, symbol};
use crate::data::dimensions;
use crate::diagnostic::instead;
use crate::infer::infer;
use crate::kept::{Kept, kept_without_faults};
use crate::net::{Examples, Leaf, Name, Net, NetPort};
use crate::ports::{give, is_all_states};
use crate::{Fault, PartialShape};

/// What is given for each input.
pub(crate) type Inputs = Vec<Option<Expr>>;

/// Finds out which data is for which input: an association by name, a list for several inputs, the
/// data itself for one. A `NetPort` in an association is the state of a layer, for which the net
/// gets an input.
pub(crate) fn bind(
    session: &mut Session,
    net: Arc<Net>,
    data: Option<&Expr>,
) -> Result<Result<(Arc<Net>, Inputs), Vec<Fault>>, Flow> {
    let head = symbol(&net);
    let required: Vec<usize> = (0..net.inputs.len()).filter(|&i| !net.inputs[i].optional).collect();
    let mut net = net;
    let mut inputs: Inputs = vec![None; net.inputs.len()];
    let mut faults = Vec::new();
    match data {
        None => {}
        Some(data) if data.has_head(Sym::Association) => {
            let mut rules: Vec<Expr> = Vec::with_capacity(data.len());
            for rule in data.args().iter() {
                match rule.arg(1) {
                    _ if !is_all_states(&rule.arg(0)) => rules.push(rule.clone()),
                    states if states.has_head(Sym::Association) => rules.extend(states.args().iter().cloned()),
                    other => faults.push(Fault::new(head.clone(), "statedata", [session.output_form(&other)])),
                }
            }
            for rule in &rules {
                let key = rule.arg(0);
                match give(session, Arc::make_mut(&mut net), &key)? {
                    Some(place) => {
                        inputs.resize(net.inputs.len(), None);
                        inputs[place] = Some(rule.arg(1));
                    }
                    None => {
                        let name = key.as_str().map_or_else(|| session.output_form(&key), str::to_owned);
                        let known: Vec<&str> = net.inputs.iter().map(|port| &*port.name).collect();
                        let known = instead(&name, &known);
                        faults.push(Fault::new(head.clone(), "inpunk", [name, known]));
                    }
                }
            }
        }
        Some(data) => match required.as_slice() {
            _ if is_list_of_associations(data) => match by_port(data) {
                Ok(by_port) => return bind(session, net, Some(&by_port)),
                Err((example, port)) => {
                    let what = [format!("{} of example {example}", session.output_form(&port))];
                    return Ok(Err(vec![Fault::new(head, "inpmiss", what)]));
                }
            },
            [only] => inputs[*only] = Some(data.clone()),
            several => {
                if data.is_list() && data.len() == several.len() {
                    for (i, item) in several.iter().zip(data.args().iter()) {
                        inputs[*i] = Some(item.clone());
                    }
                } else {
                    let given = if data.is_list() { data.len() } else { 1 };
                    let counts = [given.to_string(), several.len().to_string(), port_names(&net)];
                    return Ok(Err(vec![Fault::new(head, "invargc", counts)]));
                }
            }
        },
    }
    for i in required {
        if inputs[i].is_none() {
            faults.push(Fault::new(head.clone(), "inpmiss", [net.inputs[i].name.to_string()]));
        }
    }
    Ok(if faults.is_empty() { Ok((net, inputs)) } else { Err(faults) })
}

/// Whether data is a batch whose examples say by themselves what is for which input.
pub(crate) fn is_list_of_associations(data: &Expr) -> bool {
    data.is_list() && !data.is_empty() && data.args().iter().all(|example| example.has_head(Sym::Association))
}

/// A list of associations as an association of lists; the number of an example that lacks a port of others, and this
/// port, if there is one.
pub(crate) fn by_port(data: &Expr) -> Result<Expr, (usize, Expr)> {
    let examples: Vec<NodeMap<Expr>> = data
        .args()
        .iter()
        .map(|example| example.args().iter().map(|rule| (rule.arg(0), rule.arg(1))).collect())
        .collect();
    let mut ports: Vec<Expr> = Vec::new();
    let mut seen = NodeSet::default();
    for rule in data.args().iter().flat_map(|example| example.args().into_owned()) {
        if seen.insert(rule.arg(0)) {
            ports.push(rule.arg(0));
        }
    }
    let mut columns = Vec::with_capacity(ports.len());
    for port in ports {
        let column = examples.iter().enumerate().map(|(i, example)| example.get(&port).cloned().ok_or(i + 1));
        match column.collect::<Result<Vec<Expr>, usize>>() {
            Ok(column) => columns.push(Expr::rule(port, Expr::list(column))),
            Err(example) => return Err((example, port)),
        }
    }
    Ok(Expr::call(Sym::Association, columns))
}

/// The data with lists in place of array symbols that have one level more than their ports, so many as the symbol says: batches of
/// parts.
pub(crate) fn with_examples(session: &mut Session, net: &Net, data: &Inputs) -> Result<Inputs, Flow> {
    /// Of longer arrays no list is made.
    const MOST_EXAMPLES: usize = 1 << 16;
    let mut listed = data.clone();
    for (port, value) in net.inputs.iter().zip(&mut listed) {
        let (Some(rank), Some(array)) = (port.shape.rank(), value.clone()) else { continue };
        if array.is_list() || port.coder.is_some() {
            continue;
        }
        let Ok(found) = dimensions(session, &array)? else { continue };
        let count = found.first().and_then(Expr::as_usize).filter(|&count| count <= MOST_EXAMPLES);
        if let Some(count) = count.filter(|_| found.len() == rank + 1) {
            let part = |i: usize| Expr::call(Sym::Part, [array.clone(), Expr::integer(i as i64 + 1)]);
            *value = Some(session.evaluate(&Expr::list((0..count).map(part).collect::<Vec<_>>()))?);
        }
    }
    Ok(listed)
}

/// The number of examples, if the data has one level more than the ports; encoders may tell of which inputs it is a
/// batch. The examples of a batch may differ in size.
pub(crate) fn batch_size(
    session: &mut Session,
    net: &Net,
    data: &Inputs,
    coded: &[Option<bool>],
) -> Result<Result<Option<usize>, Vec<Fault>>, Flow> {
    let mut batches: Vec<(&NetPort, usize)> = Vec::new();
    let mut single = false;
    for ((port, value), is_batch) in net.inputs.iter().zip(data).zip(coded) {
        if let (Some(is_batch), Some(value)) = (is_batch, value) {
            if *is_batch {
                batches.push((port, value.len()));
            } else {
                single = true;
            }
            continue;
        }
        let (Some(rank), Some(value)) = (port.shape.rank(), value) else { continue };
        let found = match dimensions(session, value)? {
            Ok(found) => port.shape.completed(found).len(),
            Err(_) if value.is_list() && are_examples(session, value, rank)? => rank + 1,
            Err(what) if rank > 0 || !value.is_list() => {
                return Ok(Err(vec![Fault::no_array(session, net, port, what)]));
            }
            Err(_) => continue,
        };
        if found == rank + 1 && value.is_list() {
            batches.push((port, value.len()));
        } else {
            single = true;
        }
    }
    let Some(&(_, count)) = batches.first().filter(|_| !single) else { return Ok(Ok(None)) };
    if batches.iter().any(|(_, other)| *other != count) {
        let text = batches.iter().map(|(port, count)| format!("{count} for port {}", port.name)).collect::<Vec<_>>();
        return Ok(Err(vec![Fault::new(symbol(net), "batches", [text.join(", ")])]));
    }
    // Ports of unknown rank take part in a batch if they can.
    let mut given = data.iter().flatten();
    Ok(Ok(given.all(|value| value.is_list() && value.len() == count).then_some(count)))
}

/// Whether the elements of a ragged list are arrays of a rank; one that is empty does not show it.
fn are_examples(session: &mut Session, list: &Expr, rank: usize) -> Result<bool, Flow> {
    for item in list.args().iter() {
        let Ok(found) = dimensions(session, item)? else { return Ok(false) };
        let is_cut = found.last().is_some_and(|last| last.is_integer(0)) && found.len() < rank;
        if found.len() != rank && !is_cut {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Nets that were fitted to data, by what they were and the shapes of the data.
#[derive(Default)]
struct Fitted(Kept<Arc<Net>, 256>);

/// The net with the shapes of the data at its inputs, as [`fit`] gives it, for a net as it was read or asked for: the next data
/// of the same shapes find it again.
pub(crate) fn fit_again(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
) -> Result<Result<Arc<Net>, Vec<Fault>>, Flow> {
    let mut key = key_of(net);
    for (port, value) in net.inputs.iter().zip(data) {
        key.push(match value {
            None => Sym::None.into(),
            Some(value) => match dimensions(session, value)? {
                Ok(found) => Expr::list(port.shape.completed(found)),
                Err(_) => return fit(session, net, data),
            },
        });
    }
    let key = Expr::list(key);
    let fitted =
        kept_without_faults(session, |Fitted(nets): &mut Fitted| nets, &key, |session| fit(session, net, data))?;
    // Which example it is does not matter for shapes.
    Ok(fitted.map(|fitted| {
        if fitted.examples == net.examples {
            fitted
        } else {
            Arc::new(Net { examples: net.examples, ..Net::clone(&fitted) })
        }
    }))
}

/// What tells a net that was read, and asked for some of its ports, from others.
pub(crate) fn key_of(net: &Net) -> Vec<Expr> {
    let ports = net.inputs.iter().chain(&net.outputs).flat_map(|port| &port.places);
    let ports = ports.map(|place| Expr::list([Expr::integer(place.leaf as i64), Expr::string(&place.port)]));
    let count = match net.examples {
        Examples::All(count) => Expr::integer(count as i64),
        Examples::One | Examples::Of(..) => Sym::None.into(),
    };
    vec![net.expr.clone(), Expr::list(ports), Expr::boolean(net.training), count]
}

/// The net with the shapes of the data at its inputs.
pub(crate) fn fit(session: &mut Session, net: &Arc<Net>, data: &Inputs) -> Result<Result<Arc<Net>, Vec<Fault>>, Flow> {
    if let Some(fault) = Fault::undefined(net) {
        return Ok(Err(vec![fault]));
    }
    let mut faults = Vec::new();
    let mut fitted = Net::clone(net);
    let mut fixed = NodeSet::default();
    let mut open = net.leaves.iter().any(|leaf| leaf.shapes.iter().any(|(_, shape)| !is_settled(shape)));
    for (port, value) in net.inputs.iter().zip(data) {
        let Some(value) = value else { continue };
        let found = match dimensions(session, value)? {
            Ok(found) => PartialShape::known(port.shape.completed(found)),
            Err(what) => {
                faults.push(Fault::no_array(session, net, port, what));
                continue;
            }
        };
        // Where only the rank is expected, the layer that wants it says what its levels are.
        if !port.shape.accepts(&found) && !port.shape.is_only_a_rank() {
            faults.push(Fault::data_shape(session, net, port, value, &found));
        }
        open |= port.shape != found;
        let sizes = found.dimensions().unwrap_or_default();
        fixed.extend(sizes.iter().filter_map(|size| Dim::from_expr(size).ok()).flat_map(|size| size.symbols()));
        if let Some(place) = port.places.first() {
            fitted.leaves[place.leaf].given_shapes.insert(0, (place.port.clone(), found));
        }
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    if !open {
        return Ok(Ok(net.clone()));
    }
    let mut faults = infer(session, &mut fitted, fixed)?;
    if !faults.is_empty() {
        // The net was consistent before: where a port has two shapes now, the data's is the other one, and whatever else does
        // not fit follows from that.
        for fault in faults.iter_mut().filter(|fault| fault.tag == "tyfail1") {
            let named = |(port, _): &(&NetPort, &Option<Expr>)| {
                let place = port.places.first();
                fault
                    .args
                    .get(1)
                    .and_then(Expr::as_str)
                    .is_some_and(|name| place.is_some_and(|place| *place.port == *name))
            };
            if let Some((port, Some(value))) = net.inputs.iter().zip(data).find(named)
                && let Ok(found) = dimensions(session, value)?
                && port.shape != PartialShape::Unknown
            {
                *fault = Fault::data_shape(session, net, port, value, &PartialShape::known(found));
            }
        }
        if faults.iter().any(|fault| fault.tag == "invindata2") {
            faults.retain(|fault| fault.tag == "invindata2");
        }
        return Ok(Err(faults));
    }
    if let Some((leaf, name)) = of_unknown_shape(&fitted) {
        let text = format!("the shape of {name} of {} is not known", leaf.label());
        // The shapes of arrays follow from those of ports.
        let port = if leaf.array(name).is_some() { "Input" } else { &**name };
        return Ok(Err(vec![Fault::new(symbol(net), "nfspec", [text, port.to_owned()])]));
    }
    Ok(Ok(Arc::new(fitted)))
}

/// A port or array whose shape is not known: an array if there is one, since what comes out may depend on it.
fn of_unknown_shape(net: &Net) -> Option<(&Leaf, &Name)> {
    let mut first = None;
    for leaf in &net.leaves {
        for (name, _) in leaf.shapes.iter().filter(|(_, shape)| shape.dimensions().is_none()) {
            if leaf.array(name).is_some() {
                return Some((leaf, name));
            }
            first = first.or(Some((leaf, name)));
        }
    }
    first
}

fn is_settled(shape: &PartialShape) -> bool {
    shape.dimensions().is_some_and(|d| !d.iter().any(crate::shape::is_varying))
}

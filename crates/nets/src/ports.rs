//! Ports inside a net, named by `NetPort`: values that are asked for, states that are given.

use std::sync::Arc;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use netform_layers::Training;

use crate::apply::symbol;
use crate::diagnostic::instead;
use crate::net::{LeafPort, Net, NetPort, Place, Source};
use crate::parts::parts;
use crate::read::{port_keys, read};
use crate::resolve::resolve;
use crate::states::open_states;
use crate::{Coder, Fault};

/// What the application of a net gives.
pub(crate) struct Wanted {
    /// The keys of the values in an association.
    keys: Vec<Expr>,
    /// Whether the only value is given by itself.
    alone: bool,
}

impl Wanted {
    /// The outputs of a net: one by itself, several as an association.
    pub(crate) fn outputs(net: &Net) -> Wanted {
        let keys: Vec<Expr> = net.outputs.iter().map(|port| Expr::string(&port.name)).collect();
        Wanted { alone: keys.len() == 1, keys }
    }

    /// The result for the values of all outputs.
    pub(crate) fn collect(&self, mut values: Vec<Expr>) -> Expr {
        if self.alone && values.len() == 1 {
            return values.swap_remove(0);
        }
        let rules = self.keys.iter().zip(values).map(|(key, value)| Expr::rule(key.clone(), value));
        Expr::call(Sym::Association, rules)
    }
}

/// The net with the outputs that the second argument of an application asks for: a port, or a list
/// of them; `All` for those of all layers.
pub(crate) fn ask(
    session: &mut Session,
    net: &Arc<Net>,
    asked: &Expr,
) -> Result<Result<(Arc<Net>, Wanted), Vec<Fault>>, Flow> {
    let all = asked.has_head(Sym::NetPort) && asked.len() == 1 && asked.arg(0).is(Sym::All);
    let states = is_all_states(asked);
    let ports: Vec<Expr> = if all {
        all_ports(net)
    } else {
        let expanded = |port: Expr| if is_all_states(&port) { open_states(net) } else { vec![port] };
        list_of(asked).into_iter().flat_map(expanded).collect()
    };
    if states && ports.is_empty() {
        return Ok(Err(vec![Fault::new(symbol(net), "nostates", [])]));
    }
    if !ports.iter().any(is_named) && !ports.is_empty() {
        let known: Vec<String> = all_ports(net).iter().map(|port| session.output_form(port)).collect();
        let texts = [session.output_form(asked), known.join(", "), how_to_give_data(net)];
        return Ok(Err(vec![Fault::new(symbol(net), "noports", texts)]));
    }
    let mut outputs = Vec::with_capacity(ports.len());
    let mut faults = Vec::new();
    for port in &ports {
        match place_of_output(session, net, &keys_of(port))? {
            Some(place) => outputs.push(NetPort {
                name: format!("{}", outputs.len() + 1).into(),
                shape: net.leaves[place.leaf].shape(&place.port).clone(),
                places: vec![place],
                optional: false,
                coder: own_decoder(net, &keys_of(port)),
            }),
            None => {
                let known: Vec<String> = all_ports(net).iter().map(|port| session.output_form(port)).collect();
                let shown = session.output_form(port);
                let known = instead(&shown, &known);
                faults.push(Fault::new(symbol(net), "nooutput", [shown, known]));
            }
        }
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let wanted = Wanted { alone: !all && !states && !asked.is_list(), keys: ports };
    Ok(Ok((Arc::new(Net { outputs, ..Net::clone(net) }), wanted)))
}

/// Whether a port is `NetPort[All, "States"]`, which stands for the states of all recurrences.
pub(crate) fn is_all_states(port: &Expr) -> bool {
    port.has_head(Sym::NetPort)
        && matches!(keys_of(port).as_slice(), [all, name] if all.is(Sym::All) && name.as_str() == Some("States"))
}

/// Whether an expression could name a port, as data cannot.
fn is_named(port: &Expr) -> bool {
    keys_of(port).last().is_some_and(|name| name.as_str().is_some())
}

/// How the data for all inputs is one argument.
pub(crate) fn how_to_give_data(net: &Net) -> String {
    // Where the layer takes as many inputs as it is given, they were taken from the first argument.
    let is_one_of_many = |place: &Place| net.leaves[place.leaf].port(&place.port).is_some_and(|p| p.index.is_some());
    let names: Vec<&str> = net.inputs.iter().filter(|port| !port.optional).map(|port| &*port.name).collect();
    match names.as_slice() {
        [] => "The net takes no data.".into(),
        [_] if net.inputs.iter().flat_map(|port| &port.places).any(is_one_of_many) => {
            "All data is one argument, such as net[{data1, data2}].".into()
        }
        [_] => "All data is one argument: net[data], and net[{data, data, ...}] for several examples.".into(),
        several => format!("All data is one argument, such as net[{{{}}}].", several.join(", ")),
    }
}

/// The decoder behind a port, if that is an output of the whole net.
fn own_decoder(net: &Net, keys: &[Expr]) -> Option<Arc<Coder>> {
    let [name] = keys else { return None };
    net.outputs.iter().find(|port| name.as_str() == Some(&*port.name))?.coder.clone()
}

/// The net with an input for the state of a layer in it; its place among the inputs.
pub(crate) fn give(session: &mut Session, net: &mut Net, port: &Expr) -> Result<Option<usize>, Flow> {
    let keys = keys_of(port);
    let Some((name, path)) = keys.split_last() else { return Ok(None) };
    let Some(name) = name.as_str() else { return Ok(None) };
    if path.is_empty()
        && let Some(place) = net.inputs.iter().position(|input| *input.name == *name)
    {
        return Ok(Some(place));
    }
    let Some(path) = full_path(session, &net.expr, path) else { return Ok(None) };
    let Some(leaf) = net.leaves.iter().position(|leaf| leaf.owner.is_none() && leaf.path == path) else {
        return Ok(None);
    };
    let Some(state) = net.leaves[leaf].inputs.iter().find(|port| port.is_state() && *port.name == *name) else {
        return Ok(None);
    };
    let name = state.name.clone();
    if net.leaves[leaf].sources.iter().any(|(connected, _)| *connected == name) {
        return Ok(None);
    }
    let place = net.inputs.len();
    net.inputs.push(NetPort {
        name: session.output_form(port).into(),
        shape: net.leaves[leaf].shape(&name).clone(),
        places: vec![Place { leaf, port: name.clone() }],
        optional: true,
        coder: None,
    });
    net.leaves[leaf].sources.push((name, Source::Input(place)));
    Ok(Some(place))
}

/// The results of all layers, as they are asked for.
fn all_ports(net: &Net) -> Vec<Expr> {
    let leaves = net.leaves.iter().filter(|leaf| leaf.owner.is_none());
    let ports = leaves.flat_map(|leaf| {
        leaf.outputs.iter().map(|port| {
            let name = Expr::string(&port.name);
            let keys = if leaf.path.is_empty() { name } else { Expr::list(leaf.path.iter().cloned().chain([name])) };
            Expr::call(Sym::NetPort, [keys])
        })
    });
    ports.collect()
}

pub(crate) fn list_of(e: &Expr) -> Vec<Expr> {
    if e.is_list() { e.args().into_owned() } else { vec![e.clone()] }
}

pub(crate) fn keys_of(port: &Expr) -> Vec<Expr> {
    if port.has_head(Sym::NetPort) || port.has_head(Sym::NetPortGradient) { port_keys(port) } else { list_of(port) }
}

/// A path with the keys of the net itself, where numbers may stand for names.
pub(crate) fn full_path(session: &mut Session, net: &Expr, keys: &[Expr]) -> Option<Vec<Expr>> {
    let mut here = net.clone();
    let mut path = Vec::with_capacity(keys.len());
    for key in keys {
        let parts = parts(session, &here)?;
        let (key, part) = parts[resolve(&parts, key)?].clone();
        path.push(key);
        here = part;
    }
    Some(path)
}

/// Where the value of a port comes from.
fn place_of_output(session: &mut Session, net: &Arc<Net>, keys: &[Expr]) -> Result<Option<Place>, Flow> {
    let Some((name, path)) = keys.split_last() else { return Ok(None) };
    let Some(name) = name.as_str() else { return Ok(None) };
    let Some(path) = full_path(session, &net.expr, path) else { return Ok(None) };
    let first = net.leaves.iter().position(|leaf| leaf.path.starts_with(&path));
    let Some(first) = first.filter(|&first| net.leaves[first].owner.is_none()) else { return Ok(None) };
    let part = if path.is_empty() {
        net.clone()
    } else {
        // The layers of a part come one after the other, as when it is read by itself.
        let Some(part) = crate::parts::member(session, &net.expr, &path) else { return Ok(None) };
        match read(session, &part)? {
            Ok(part) => part,
            Err(_) => return Ok(None),
        }
    };
    let here = |place: &Place| Place { leaf: first + place.leaf, port: place.port.clone() };
    if let Some(port) = part.outputs.iter().find(|port| *port.name == *name) {
        return Ok(port.places.first().map(here));
    }
    let leaf = &net.leaves[first];
    if leaf.path != path {
        return Ok(None);
    }
    let state = leaf.inputs.iter().find(|port| *port.name == *name).and_then(LeafPort::final_state);
    let own = |name: &str| leaf.outputs.iter().find(|port| *port.name == *name).map(|port| port.name.clone());
    let output = own(name).or_else(|| own(&state?)).map(|port| Place { leaf: first, port });
    let updated = leaf.layer.training.iter().flat_map(Training::updated).find(|array| net.training && *array == name);
    let output = output.or(updated.map(|array| Place { leaf: first, port: array.into() }));
    let before = leaf.sources.iter().find(|(port, _)| **port == *name).and_then(|(_, source)| match source {
        Source::Leaf(place) => Some(place.clone()),
        Source::Input(_) => None,
    });
    Ok(output.or(before))
}

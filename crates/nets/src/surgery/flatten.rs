//! `NetFlatten`: nets inside of nets brought to one level.

use std::collections::BTreeSet;

use netform_eval::{Eval, Session};
use netform_expr::{Expr, Sym};

use super::container::Container;
use super::failed;
use crate::extract::view;
use crate::net::{Name, Net, Source, path_text};
use crate::parts::{Part, is_container, member, parts, with_parts};
use crate::read::split_options;

pub(super) fn flatten(session: &mut Session, call: &Expr) -> Eval {
    let net = call.arg(0);
    let Some(view) = view(session, Sym::NetFlatten, &net)? else { return Ok(Some(failed())) };
    let args = call.args();
    if !is_container(&net) {
        // Nets inside of operators.
        let Some(inside) = parts(session, &net) else { return Ok(Some(net)) };
        let mut changed = Vec::new();
        for (key, part) in inside {
            let call = Expr::normal(call.head().clone(), [part.clone()].into_iter().chain(args[1..].iter().cloned()));
            let flat = session.evaluate(&call)?;
            if flat != part {
                changed.push((key, flat));
            }
        }
        return Ok(Some(with_parts(session, &net, changed)));
    }
    let depth = args.get(1).filter(|depth| !depth.has_head(Sym::DirectedInfinity)).map(Expr::as_usize);
    if depth == Some(None) {
        session.message(Sym::NetFlatten, "spec", &[args[1].clone()]);
        return Ok(Some(failed()));
    }
    let depth = depth.flatten();
    if only_chains(&net) {
        let mut container = Container::read(&net);
        let mut flat = Vec::new();
        flatten_chain(&container, &mut Vec::new(), depth.unwrap_or(usize::MAX), &mut flat);
        container.named = flat.iter().all(|(key, _)| key.as_str().is_some());
        for (_, part) in &mut flat {
            if parts(session, part).is_some() {
                let call =
                    Expr::normal(call.head().clone(), [part.clone()].into_iter().chain(args[1..].iter().cloned()));
                *part = session.evaluate(&call)?;
            }
        }
        container.parts = flat;
        return Ok(Some(container.to_expr()));
    }
    if let Some(depth) = depth {
        session.message(Sym::NetFlatten, "depth", &[Expr::integer(depth as i64)]);
        return Ok(Some(failed()));
    }
    let graph = flat_graph(session, &view);
    let mut container = Container::read(&graph);
    for (_, part) in &mut container.parts {
        if parts(session, part).is_some() {
            *part = session.evaluate(&Expr::normal(call.head().clone(), [part.clone()]))?;
        }
    }
    Ok(Some(container.to_expr()))
}

/// Whether a chain has no graph in it.
fn only_chains(net: &Expr) -> bool {
    let mut open = vec![net.clone()];
    while let Some(net) = open.pop() {
        if net.has_head(Sym::NetGraph) {
            return false;
        }
        if net.has_head(Sym::NetChain) {
            open.extend(Container::read(&net).parts.into_iter().map(|(_, part)| part));
        }
    }
    true
}

/// The layers of a chain and of those in it; nets nest to a limited depth.
fn flatten_chain(chain: &Container, path: &mut Vec<Expr>, depth: usize, flat: &mut Vec<Part>) {
    for (key, part) in &chain.parts {
        path.push(key.clone());
        if part.has_head(Sym::NetChain) && depth > 0 {
            flatten_chain(&Container::read(part), path, depth - 1, flat);
        } else {
            flat.push((path_key(path), part.clone()));
        }
        path.pop();
    }
}

/// A path as one name, if it consists of names.
fn path_key(path: &[Expr]) -> Expr {
    let names: Option<Vec<&str>> = path.iter().map(Expr::as_str).collect();
    names.map_or_else(|| Expr::list(path.to_vec()), |names| Expr::string(&names.join("/")))
}

/// The graph of all layers of a net, with an edge for each connection.
pub(crate) fn flat_graph(session: &mut Session, net: &Net) -> Expr {
    let name = |leaf: usize| path_text(&net.leaves[leaf].path);
    let Connections { layers, inner, outputs } = connections(session, net, &name);
    let outer = |name: &str| Expr::call(Sym::NetPort, [Expr::string(name)]);
    let outputs = outputs.into_iter().map(|(end, output)| Expr::rule(end, outer(&net.outputs[output].name)));
    let edges = Expr::list(inner.into_iter().chain(outputs).collect::<Vec<_>>());
    let options = split_options(&net.expr.args()).1;
    let options = options.into_iter().map(|(name, value)| Expr::rule(Expr::string(&name), value));
    let list = Expr::call(Sym::Association, layers);
    Expr::call(Sym::NetGraph, [list, edges].into_iter().chain(options))
}

/// A net as the parts of a graph of its layers.
pub(crate) struct Connections {
    /// The layers, by name.
    pub(crate) layers: Vec<Expr>,
    /// The edges to layers, from layers and from inputs of the net; and those of results that are none of the net.
    pub(crate) inner: Vec<Expr>,
    /// Where each output of the net comes from: the port, and the place of the output.
    pub(crate) outputs: Vec<(Expr, usize)>,
}

/// All layers of a net that are not in others, under some names, and what connects them.
pub(crate) fn connections(session: &mut Session, net: &Net, name: &dyn Fn(usize) -> String) -> Connections {
    let leaves: Vec<usize> = (0..net.leaves.len()).filter(|&i| net.leaves[i].owner.is_none()).collect();
    let port = |leaf: usize, port: &str| {
        Expr::call(Sym::NetPort, [Expr::list([Expr::string(&name(leaf)), Expr::string(port)])])
    };
    let mut layers = Vec::with_capacity(leaves.len());
    let mut inner = Vec::new();
    let mut used: BTreeSet<(usize, Name)> = BTreeSet::new();
    for &i in &leaves {
        let leaf = &net.leaves[i];
        let layer = member(session, &net.expr, &leaf.path).unwrap_or_else(|| net.expr.clone());
        layers.push(Expr::rule(Expr::string(&name(i)), layer));
        for (to, source) in &leaf.sources {
            let from = match source {
                Source::Input(input) if net.inputs[*input].optional => continue,
                Source::Input(input) => Expr::call(Sym::NetPort, [Expr::string(&net.inputs[*input].name)]),
                Source::Leaf(place) => {
                    used.insert((place.leaf, place.port.clone()));
                    port(place.leaf, &place.port)
                }
            };
            inner.push(Expr::rule(from, port(i, to)));
        }
    }
    let ends = net.outputs.iter().enumerate().filter_map(|(i, output)| Some((i, output.places.first()?)));
    let outputs: Vec<(Expr, usize)> = ends.map(|(i, place)| (port(place.leaf, &place.port), i)).collect();
    used.extend(net.outputs.iter().flat_map(|output| &output.places).map(|place| (place.leaf, place.port.clone())));
    for &i in &leaves {
        let unused = net.leaves[i].results().filter(|result| !used.contains(&(i, result.name.clone())));
        inner.extend(unused.map(|result| Expr::rule(port(i, &result.name), Sym::None.into())));
    }
    Connections { layers, inner, outputs }
}

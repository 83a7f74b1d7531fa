//! `NetFlatten`: nets inside of nets brought to one level.

use netform_eval::{Eval, Session};
use netform_expr::{Expr, Sym};

use super::container::Container;
use super::failed;
use crate::extract::view;
use crate::net::{Net, Source, path_text};
use crate::parts::{Part, is_container, member};
use crate::read::split_options;

pub(super) fn flatten(session: &mut Session, call: &Expr) -> Eval {
    let net = call.arg(0);
    let Some(view) = view(session, Sym::NetFlatten, &net)? else { return Ok(Some(failed())) };
    if !is_container(&net) {
        return Ok(Some(net));
    }
    let args = call.args();
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
        container.parts = flat;
        return Ok(Some(container.to_expr()));
    }
    if let Some(depth) = depth {
        session.message(Sym::NetFlatten, "depth", &[Expr::integer(depth as i64)]);
        return Ok(Some(failed()));
    }
    Ok(Some(flat_graph(session, &view)))
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
    let leaves: Vec<usize> = (0..net.leaves.len()).filter(|&i| net.leaves[i].owner.is_none()).collect();
    let text = |leaf: usize| path_text(&net.leaves[leaf].path);
    let port = |leaf: usize, name: &str| {
        Expr::call(Sym::NetPort, [Expr::list([Expr::string(&text(leaf)), Expr::string(name)])])
    };
    let outer = |name: &str| Expr::call(Sym::NetPort, [Expr::string(name)]);
    let mut layers = Vec::with_capacity(leaves.len());
    let mut edges = Vec::new();
    for &i in &leaves {
        let leaf = &net.leaves[i];
        let layer = member(session, &net.expr, &leaf.path).unwrap_or_else(|| net.expr.clone());
        layers.push(Expr::rule(Expr::string(&text(i)), layer));
        for (name, source) in &leaf.sources {
            let from = match source {
                Source::Input(input) => outer(&net.inputs[*input].name),
                Source::Leaf(place) => port(place.leaf, &place.port),
            };
            edges.push(Expr::rule(from, port(i, name)));
        }
    }
    let ends = net.outputs.iter().filter_map(|output| Some((output, output.places.first()?)));
    edges.extend(ends.map(|(output, place)| Expr::rule(port(place.leaf, &place.port), outer(&output.name))));
    let results = leaves.iter().flat_map(|&i| net.leaves[i].results().map(move |result| (i, result.name.clone())));
    for (i, name) in results {
        let used = |leaf: usize, other: &str| leaf == i && *other == *name;
        let inside = net.leaves.iter().flat_map(|leaf| &leaf.sources);
        let taken = inside.into_iter().any(|(_, s)| matches!(s, Source::Leaf(place) if used(place.leaf, &place.port)));
        if !taken && !net.outputs.iter().any(|o| o.places.iter().any(|place| used(place.leaf, &place.port))) {
            edges.push(Expr::rule(port(i, &name), Sym::None.into()));
        }
    }
    let options = split_options(&net.expr.args()).1;
    let options = options.into_iter().map(|(name, value)| Expr::rule(Expr::string(&name), value));
    let list = Expr::call(Sym::Association, layers);
    Expr::call(Sym::NetGraph, [list, Expr::list(edges)].into_iter().chain(options))
}

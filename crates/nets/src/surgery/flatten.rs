//! `NetFlatten`: nets inside of nets brought to one level.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym};
use rustc_hash::FxHashSet;

use super::connections::{Connections, connections};
use super::container::Container;
use super::failed;
use crate::extract::view;
use crate::net::{Net, path_text};
use crate::parts::{Part, is_container, parts, with_parts};
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
        let inside = NamesInside::of(flat.iter().map(|(path, _)| &path[..]));
        let mut flat: Vec<Part> = flat.into_iter().map(|(path, part)| (inside.key(&path), part)).collect();
        container.named = flat.iter().all(|(key, _)| key.as_str().is_some());
        for (_, part) in &mut flat {
            if is_operator(session, part) {
                let call =
                    Expr::normal(call.head().clone(), [part.clone()].into_iter().chain(args[1..].iter().cloned()));
                *part = session.evaluate(&call)?;
            }
        }
        container.parts = flat;
        return Ok(Some(container.to_expr()));
    }
    if depth == Some(0) {
        return Ok(Some(net));
    }
    let graph = flat_graph(session, &view, depth.unwrap_or(usize::MAX))?;
    let mut container = Container::read(&graph);
    for (_, part) in &mut container.parts {
        if is_operator(session, part) {
            let call = Expr::normal(call.head().clone(), [part.clone()].into_iter().chain(args[1..].iter().cloned()));
            *part = session.evaluate(&call)?;
        }
    }
    Ok(Some(container.to_expr()))
}

/// Whether a net is a layer with nets in it.
fn is_operator(session: &mut Session, net: &Expr) -> bool {
    !is_container(net) && parts(session, net).is_some()
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

/// The layers of a chain and of those in it, with their paths; nets nest to a limited depth.
fn flatten_chain(chain: &Container, path: &mut Vec<Expr>, depth: usize, flat: &mut Vec<(Vec<Expr>, Expr)>) {
    for (key, part) in &chain.parts {
        path.push(key.clone());
        if part.has_head(Sym::NetChain) && depth > 0 {
            flatten_chain(&Container::read(part), path, depth - 1, flat);
        } else {
            flat.push((path.clone(), part.clone()));
        }
        path.pop();
    }
}

/// The names of layers that come from nets inside, which those of outer ones must differ from.
struct NamesInside(FxHashSet<String>);

impl NamesInside {
    fn of<'p>(paths: impl Iterator<Item = &'p [Expr]>) -> NamesInside {
        NamesInside(paths.filter(|path| path.len() > 1).map(path_text).collect())
    }

    /// A path as one name. The name of an outer layer stays as it is, but for quotation marks if one inside has it.
    fn name(&self, path: &[Expr]) -> String {
        let own = path.first().and_then(Expr::as_str).filter(|own| path.len() == 1 && !self.0.contains(*own));
        own.map_or_else(|| path_text(path), str::to_owned)
    }

    /// A path as a key: a name, if it consists of names.
    fn key(&self, path: &[Expr]) -> Expr {
        let named = path.iter().all(|key| key.as_str().is_some());
        if named { Expr::string(&self.name(path)) } else { Expr::list(path.to_vec()) }
    }
}

/// The graph of all layers of a net, with an edge for each connection; nets that are nested deeper are left whole.
pub(crate) fn flat_graph<'n>(session: &mut Session, net: &'n Net, depth: usize) -> Result<Expr, Flow> {
    let cut = |path: &'n [Expr]| &path[..path.len().min(depth.saturating_add(1))];
    let inside = NamesInside::of(net.leaves.iter().map(|leaf| cut(&leaf.path)));
    let name = |leaf: usize| {
        let path = cut(&net.leaves[leaf].path);
        inside.name(path)
    };
    let Connections { parts, inner, outputs } = connections(session, net, depth, &name)?;
    let outer = |name: &str| Expr::call(Sym::NetPort, [Expr::string(name)]);
    let outputs = outputs.into_iter().map(|(end, output)| Expr::rule(end, outer(&net.outputs[output].name)));
    let edges = Expr::list(inner.into_iter().chain(outputs).collect::<Vec<_>>());
    let options = split_options(&net.expr.args()).1;
    let options = options.into_iter().map(|(name, value)| Expr::rule(Expr::string(&name), value));
    let list = Expr::call(Sym::Association, parts);
    Ok(Expr::call(Sym::NetGraph, [list, edges].into_iter().chain(options)))
}

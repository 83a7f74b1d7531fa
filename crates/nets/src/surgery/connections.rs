//! A net as a graph of its parts: layers, or nets that are left whole below a depth.

use std::collections::BTreeSet;
use std::sync::Arc;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::net::{Name, Net, Place, Source};
use crate::parts::member;
use crate::read::read;

/// A net as the parts of a graph.
pub(crate) struct Connections {
    /// The parts, by name.
    pub(crate) parts: Vec<Expr>,
    /// The edges to parts, from parts and from inputs of the net; and those of results that are none of the net.
    pub(crate) inner: Vec<Expr>,
    /// Where each output of the net comes from: the port, and the place of the output.
    pub(crate) outputs: Vec<(Expr, usize)>,
}

/// A vertex of the graph.
struct Vertex {
    /// The keys that lead to it.
    path: Vec<Expr>,
    /// The first layer in it.
    first: usize,
    part: Expr,
    /// The view of it, if it has several layers: its ports are not those of a layer.
    whole: Option<Arc<Net>>,
}

impl Vertex {
    /// The layer of the net that is a layer of this vertex.
    fn leaf(&self, net: &Net, inside: &Net, leaf: usize) -> Option<usize> {
        let path = &inside.leaves[leaf].path;
        let depth = self.path.len();
        net.leaves.iter().position(|leaf| {
            leaf.owner.is_none() && leaf.path.starts_with(&self.path) && leaf.path[depth..] == path[..]
        })
    }

    /// The ports that take something from outside: the name, and a layer of the net with the port that takes it there.
    fn inputs(&self, net: &Net) -> Vec<(Name, usize, Name)> {
        let Some(inside) = &self.whole else {
            let ports = net.leaves[self.first].sources.iter();
            return ports.map(|(port, _)| (port.clone(), self.first, port.clone())).collect();
        };
        let taken = |port: &crate::net::NetPort| {
            let place = port.places.first()?;
            Some((port.name.clone(), self.leaf(net, inside, place.leaf)?, place.port.clone()))
        };
        inside.inputs.iter().filter_map(taken).collect()
    }

    /// The ports with its results: the name, and what it is in the net.
    fn outputs(&self, net: &Net) -> Vec<(Name, Place)> {
        let Some(inside) = &self.whole else {
            let own = |name: &Name| (name.clone(), Place { leaf: self.first, port: name.clone() });
            return net.leaves[self.first].results().map(|port| own(&port.name)).collect();
        };
        let given = |port: &crate::net::NetPort| {
            let place = port.places.first()?;
            let leaf = self.leaf(net, inside, place.leaf)?;
            Some((port.name.clone(), Place { leaf, port: place.port.clone() }))
        };
        inside.outputs.iter().filter_map(given).collect()
    }
}

/// The parts of a net under some names, and what connects them; `name` gets a layer in the part. Nets that are nested
/// deeper than `depth` are left whole.
pub(crate) fn connections(
    session: &mut Session,
    net: &Net,
    depth: usize,
    name: &dyn Fn(usize) -> String,
) -> Result<Connections, Flow> {
    let vertices = vertices(session, net, depth)?;
    let port = |vertex: &Vertex, port: &str| {
        Expr::call(Sym::NetPort, [Expr::list([Expr::string(&name(vertex.first)), Expr::string(port)])])
    };
    let mut results: Vec<(usize, Name, Place)> = Vec::new();
    for (i, vertex) in vertices.iter().enumerate() {
        results.extend(vertex.outputs(net).into_iter().map(|(name, place)| (i, name, place)));
    }
    // A port of a layer that is no result by itself can be connected all the same.
    let end_of = |place: &Place| match results.iter().find(|(.., result)| result == place) {
        Some((i, name, _)) => Some((*i, name.clone())),
        None => vertices
            .iter()
            .position(|vertex| vertex.whole.is_none() && vertex.first == place.leaf)
            .map(|i| (i, place.port.clone())),
    };
    // The inputs of a graph are in the order in which edges mention them.
    let mut of_inputs: Vec<(usize, Expr)> = Vec::new();
    let mut inner = Vec::new();
    let mut used: BTreeSet<(usize, Name)> = BTreeSet::new();
    for vertex in &vertices {
        for (to, leaf, at) in vertex.inputs(net) {
            let Some((_, source)) = net.leaves[leaf].sources.iter().find(|(port, _)| *port == at) else { continue };
            match source {
                Source::Input(input) if net.inputs[*input].optional => {}
                Source::Input(input) => {
                    let from = Expr::call(Sym::NetPort, [Expr::string(&net.inputs[*input].name)]);
                    of_inputs.push((*input, Expr::rule(from, port(vertex, &to))));
                }
                Source::Leaf(place) => {
                    let Some((i, name)) = end_of(place) else { continue };
                    inner.push(Expr::rule(port(&vertices[i], &name), port(vertex, &to)));
                    used.insert((i, name));
                }
            }
        }
    }
    let mut outputs = Vec::with_capacity(net.outputs.len());
    for (k, output) in net.outputs.iter().enumerate() {
        let Some((i, name)) = output.places.first().and_then(&end_of) else { continue };
        outputs.push((port(&vertices[i], &name), k));
        used.insert((i, name));
    }
    let unused = results.iter().filter(|(i, name, _)| !used.contains(&(*i, name.clone())));
    inner.extend(unused.map(|(i, name, _)| Expr::rule(port(&vertices[*i], name), Sym::None.into())));
    of_inputs.sort_by_key(|(input, _)| *input);
    let inner = of_inputs.into_iter().map(|(_, edge)| edge).chain(inner).collect();
    let parts = vertices.iter().map(|vertex| Expr::rule(Expr::string(&name(vertex.first)), vertex.part.clone()));
    Ok(Connections { parts: parts.collect(), inner, outputs })
}

fn vertices(session: &mut Session, net: &Net, depth: usize) -> Result<Vec<Vertex>, Flow> {
    let mut vertices: Vec<Vertex> = Vec::new();
    for (first, leaf) in net.leaves.iter().enumerate().filter(|(_, leaf)| leaf.owner.is_none()) {
        let path = &leaf.path[..leaf.path.len().min(depth.saturating_add(1))];
        if vertices.iter().any(|vertex| vertex.path == path) {
            continue;
        }
        let part = member(session, &net.expr, path).unwrap_or_else(|| net.expr.clone());
        // Parts of a sound net are sound.
        let whole = if path.len() < leaf.path.len() { read(session, &part)?.ok() } else { None };
        vertices.push(Vertex { path: path.to_vec(), first, part, whole });
    }
    Ok(vertices)
}

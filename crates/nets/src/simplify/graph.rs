//! A net as a flat graph that is rewritten: layers with names, and one edge for each connection of ports.

use netform_expr::{Expr, Sym};

use crate::net::Net;
use crate::read::port_keys;

/// A flat graph.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    /// Names and layers.
    pub(super) vertices: Vec<(Expr, Expr)>,
    /// From a port or input to a port, an output, or None.
    pub(super) edges: Vec<(Expr, Expr)>,
    /// The shapes of inputs.
    options: Vec<Expr>,
}

/// The layer at an end of an edge.
pub(super) fn vertex(end: &Expr) -> Option<Expr> {
    let keys = if end.has_head(Sym::NetPort) { port_keys(end) } else { return None };
    (keys.len() > 1).then(|| keys[0].clone())
}

impl Graph {
    /// The graph that an expression with all edges written is.
    pub(super) fn of(flat: &Expr, net: &Net) -> Graph {
        let pair = |rule: &Expr| (rule.arg(0), rule.arg(1));
        let shape = |input: &crate::net::NetPort| {
            let dimensions = input.shape.dimensions()?;
            (!input.optional).then(|| Expr::rule(Expr::string(&input.name), Expr::list(dimensions)))
        };
        Graph {
            vertices: flat.arg(0).args().iter().map(pair).collect(),
            edges: flat.arg(1).args().iter().map(pair).collect(),
            options: net.inputs.iter().filter_map(shape).collect(),
        }
    }

    pub(super) fn to_expr(&self) -> Expr {
        let vertices = self.vertices.iter().map(|(key, layer)| Expr::rule(key.clone(), layer.clone()));
        let edges = self.edges.iter().map(|(from, to)| Expr::rule(from.clone(), to.clone()));
        let list = Expr::call(Sym::Association, vertices.collect::<Vec<_>>());
        let edges = Expr::list(edges.collect::<Vec<_>>());
        // An input that is fixed or unused is none any more.
        let is_input = |option: &&Expr| {
            self.edges.iter().any(|(from, _)| from.has_head(Sym::NetPort) && from.arg(0) == option.arg(0))
        };
        let options = self.options.iter().filter(is_input).cloned();
        Expr::call(Sym::NetGraph, [list, edges].into_iter().chain(options))
    }

    /// The chain that the graph is, if it is one.
    pub(super) fn to_chain(&self, named: bool) -> Option<Expr> {
        let starts: Vec<&(Expr, Expr)> = self.edges.iter().filter(|(from, _)| vertex(from).is_none()).collect();
        let [start] = starts[..] else { return None };
        let mut members = Vec::with_capacity(self.vertices.len());
        let mut here = vertex(&start.1)?;
        loop {
            let layer = self.vertices.iter().find(|(key, _)| *key == here).map(|(_, layer)| layer.clone())?;
            members.push((here.clone(), layer));
            let out: Vec<&(Expr, Expr)> =
                self.edges.iter().filter(|(from, _)| vertex(from).as_ref() == Some(&here)).collect();
            let [(_, to)] = out[..] else { return None };
            match vertex(to) {
                Some(next) if members.len() <= self.vertices.len() => here = next,
                Some(_) => return None,
                None => break,
            }
        }
        if members.len() != self.vertices.len() {
            return None;
        }
        let list = if named {
            Expr::call(Sym::Association, members.into_iter().map(|(key, layer)| Expr::rule(key, layer)))
        } else {
            Expr::list(members.into_iter().map(|(_, layer)| layer))
        };
        let shape = self.options.first().map(|option| Expr::rule(Expr::string("Input"), option.arg(1)));
        Some(Expr::call(Sym::NetChain, [list].into_iter().chain(shape)))
    }

    pub(super) fn incoming(&self, key: &Expr) -> Vec<&(Expr, Expr)> {
        self.edges.iter().filter(|(_, to)| vertex(to).as_ref() == Some(key)).collect()
    }

    pub(super) fn outgoing(&self, key: &Expr) -> Vec<&(Expr, Expr)> {
        self.edges.iter().filter(|(from, _)| vertex(from).as_ref() == Some(key)).collect()
    }

    pub(super) fn set_layer(&mut self, key: &Expr, layer: Expr) {
        self.vertices.iter_mut().filter(|(other, _)| other == key).for_each(|(_, slot)| *slot = layer.clone());
    }

    /// Whether a layer can go: an input must not become an output.
    pub(super) fn can_bypass(&self, key: &Expr) -> bool {
        let incoming = self.incoming(key);
        let [(from, _)] = incoming[..] else { return false };
        let inner = vertex(from).is_some();
        !self.outgoing(key).is_empty() && self.outgoing(key).iter().all(|(_, to)| inner || vertex(to).is_some())
    }

    /// Takes a layer out; what it gave, its source gives.
    pub(super) fn bypass(&mut self, key: &Expr) {
        let Some(source) = self.incoming(key).first().map(|(from, _)| from.clone()) else { return };
        self.edges.retain(|(_, to)| vertex(to).as_ref() != Some(key));
        for (from, _) in &mut self.edges {
            if vertex(from).as_ref() == Some(key) {
                *from = source.clone();
            }
        }
        self.vertices.retain(|(other, _)| other != key);
    }

    /// Takes out the layers that no output depends on.
    pub(super) fn drop_unused(&mut self) -> bool {
        let is_output = |to: &Expr| to.has_head(Sym::NetPort) && vertex(to).is_none();
        let mut needed: Vec<Expr> =
            self.edges.iter().filter(|(_, to)| is_output(to)).filter_map(|(from, _)| vertex(from)).collect();
        let mut next = 0;
        while let Some(key) = needed.get(next).cloned() {
            next += 1;
            for (from, _) in self.incoming(&key) {
                needed.extend(vertex(from).filter(|source| !needed.contains(source)));
            }
        }
        let before = self.vertices.len();
        self.vertices.retain(|(key, _)| needed.contains(key));
        if self.vertices.len() == before {
            return false;
        }
        self.edges.retain(|(from, to)| {
            vertex(from).is_none_or(|key| needed.contains(&key)) && vertex(to).is_none_or(|key| needed.contains(&key))
        });
        // An input that leads nowhere is no input.
        self.edges.retain(|(from, to)| vertex(from).is_some() || vertex(to).is_some());
        true
    }

    /// Puts a constant in the place of an input; `false` if there is no such input.
    pub(super) fn fix(&mut self, input: &Expr, value: &Expr) -> bool {
        let port = Expr::call(Sym::NetPort, [input.clone()]);
        if !self.edges.iter().any(|(from, _)| *from == port) {
            return false;
        }
        let mut name = input.as_str().unwrap_or_default().to_owned();
        while self.vertices.iter().any(|(key, _)| key.as_str() == Some(&name)) {
            name.push('\'');
        }
        let key = Expr::string(&name);
        let layer = constant(value);
        let output = Expr::call(Sym::NetPort, [Expr::list([key.clone(), Expr::string("Output")])]);
        for (from, _) in &mut self.edges {
            if *from == port {
                *from = output.clone();
            }
        }
        self.vertices.insert(0, (key, layer));
        true
    }
}

/// The layer that gives an array.
pub(super) fn constant(value: &Expr) -> Expr {
    Expr::normal(Expr::symbol("System`NetArrayLayer"), [Expr::rule(Expr::string("Array"), value.clone())])
}

/// The array that a layer gives without an input.
pub(super) fn constant_of(layer: &Expr) -> Option<Expr> {
    let is_constant = *layer.head() == Expr::symbol("System`NetArrayLayer");
    let array = layer
        .args()
        .iter()
        .find(|option| option.has_head(Sym::Rule) && option.arg(0).as_str() == Some("Array"))?
        .arg(1);
    (is_constant && !array.is(Sym::Automatic) && !array.has_head(Sym::NetArray)).then_some(array)
}

//! A net as a flat graph that is rewritten: layers with names, and one edge for each connection of ports.

use netform_expr::{Expr, NodeMap, NodeSet, Sym};

use crate::net::Net;
use crate::read::port_keys;

/// From a port or input to a port, an output, or None.
pub(super) type Edge = (Expr, Expr);

/// A flat graph. What goes leaves a gap, so that places last; all that is done for a layer takes time for its own edges only.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    /// Names and layers.
    vertices: Vec<Option<(Expr, Expr)>>,
    /// The places of names.
    places: NodeMap<usize>,
    edges: Vec<Option<Edge>>,
    /// The places of the edges to each layer.
    to: NodeMap<Vec<usize>>,
    /// The places of the edges from each layer.
    from: NodeMap<Vec<usize>>,
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
        let vertices: Vec<(Expr, Expr)> = flat.arg(0).args().iter().map(pair).collect();
        let edges: Vec<Edge> = flat.arg(1).args().iter().map(pair).collect();
        Graph::from_parts(vertices, edges, net.inputs.iter().filter_map(shape).collect())
    }

    fn from_parts(vertices: Vec<(Expr, Expr)>, edges: Vec<Edge>, options: Vec<Expr>) -> Graph {
        let places = vertices.iter().enumerate().map(|(place, (key, _))| (key.clone(), place)).collect();
        let mut graph = Graph {
            vertices: vertices.into_iter().map(Some).collect(),
            places,
            edges: Vec::with_capacity(edges.len()),
            to: NodeMap::default(),
            from: NodeMap::default(),
            options,
        };
        for (from, to) in edges {
            let place = graph.edges.len();
            if let Some(key) = vertex(&from) {
                graph.from.entry(key).or_default().push(place);
            }
            if let Some(key) = vertex(&to) {
                graph.to.entry(key).or_default().push(place);
            }
            graph.edges.push(Some((from, to)));
        }
        graph
    }

    /// The names of the layers, in order.
    pub(super) fn keys(&self) -> Vec<Expr> {
        self.vertices.iter().flatten().map(|(key, _)| key.clone()).collect()
    }

    /// The layer of a name.
    pub(super) fn layer(&self, key: &Expr) -> Option<&Expr> {
        self.vertices[*self.places.get(key)?].as_ref().map(|(_, layer)| layer)
    }

    fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.edges.iter().flatten()
    }

    pub(super) fn to_expr(&self) -> Expr {
        let vertices = self.vertices.iter().flatten().map(|(key, layer)| Expr::rule(key.clone(), layer.clone()));
        let edges = self.edges().map(|(from, to)| Expr::rule(from.clone(), to.clone()));
        let list = Expr::call(Sym::Association, vertices.collect::<Vec<_>>());
        let edges = Expr::list(edges.collect::<Vec<_>>());
        // An input that is fixed or unused is none any more.
        let is_input =
            |option: &&Expr| self.edges().any(|(from, _)| from.has_head(Sym::NetPort) && from.arg(0) == option.arg(0));
        let options = self.options.iter().filter(is_input).cloned();
        Expr::call(Sym::NetGraph, [list, edges].into_iter().chain(options))
    }

    /// The chain that the graph is, if it is one.
    pub(super) fn to_chain(&self, named: bool) -> Option<Expr> {
        let starts: Vec<&Edge> = self.edges().filter(|(from, _)| vertex(from).is_none()).collect();
        let [start] = starts[..] else { return None };
        let count = self.vertices.iter().flatten().count();
        let mut members = Vec::with_capacity(count);
        let mut here = vertex(&start.1)?;
        loop {
            members.push((here.clone(), self.layer(&here)?.clone()));
            let outgoing = self.outgoing(&here);
            let [(_, to)] = outgoing[..] else { return None };
            match vertex(to) {
                Some(next) if members.len() <= count => here = next,
                Some(_) => return None,
                None => break,
            }
        }
        if members.len() != count {
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

    /// The edges to a layer, in order.
    pub(super) fn incoming(&self, key: &Expr) -> Vec<&Edge> {
        self.to.get(key).into_iter().flatten().filter_map(|place| self.edges[*place].as_ref()).collect()
    }

    /// The edges from a layer, in order.
    pub(super) fn outgoing(&self, key: &Expr) -> Vec<&Edge> {
        self.from.get(key).into_iter().flatten().filter_map(|place| self.edges[*place].as_ref()).collect()
    }

    pub(super) fn set_layer(&mut self, key: &Expr, layer: Expr) {
        if let Some(place) = self.places.get(key)
            && let Some((_, slot)) = &mut self.vertices[*place]
        {
            *slot = layer;
        }
    }

    /// Makes a layer one without inputs that has the only output "Output".
    pub(super) fn set_constant(&mut self, key: &Expr, value: &Expr) {
        for place in self.to.remove(key).unwrap_or_default() {
            self.remove_edge(place);
        }
        let output = Expr::call(Sym::NetPort, [Expr::list([key.clone(), Expr::string("Output")])]);
        for place in self.from.get(key).into_iter().flatten() {
            if let Some((from, _)) = &mut self.edges[*place] {
                *from = output.clone();
            }
        }
        self.set_layer(key, constant(value));
    }

    fn remove_edge(&mut self, place: usize) {
        let Some((from, to)) = self.edges[place].take() else { return };
        for (key, ends) in [(vertex(&from), &mut self.from), (vertex(&to), &mut self.to)] {
            if let Some(places) = key.and_then(|key| ends.get_mut(&key)) {
                places.retain(|other| *other != place);
            }
        }
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
        for place in self.to.remove(key).unwrap_or_default() {
            self.remove_edge(place);
        }
        let moved = self.from.remove(key).unwrap_or_default();
        for place in &moved {
            if let Some((from, _)) = &mut self.edges[*place] {
                *from = source.clone();
            }
        }
        if let Some(layer) = vertex(&source) {
            let places = self.from.entry(layer).or_default();
            places.extend(moved);
            places.sort_unstable();
        }
        self.remove_vertex(key);
    }

    fn remove_vertex(&mut self, key: &Expr) {
        if let Some(place) = self.places.remove(key) {
            self.vertices[place] = None;
        }
    }

    /// Takes out the layers that no output depends on.
    pub(super) fn drop_unused(&mut self) -> bool {
        let is_output = |to: &Expr| to.has_head(Sym::NetPort) && vertex(to).is_none();
        let mut open: Vec<Expr> =
            self.edges().filter(|(_, to)| is_output(to)).filter_map(|(from, _)| vertex(from)).collect();
        let mut needed = NodeSet::default();
        while let Some(key) = open.pop() {
            if needed.insert(key.clone()) {
                open.extend(self.incoming(&key).into_iter().filter_map(|(from, _)| vertex(from)));
            }
        }
        let unused: Vec<Expr> = self.keys().into_iter().filter(|key| !needed.contains(key)).collect();
        for key in &unused {
            let places = [self.to.remove(key), self.from.remove(key)];
            for place in places.into_iter().flatten().flatten() {
                self.remove_edge(place);
            }
            self.remove_vertex(key);
        }
        // An input that leads nowhere is no input.
        let leads_nowhere = |(from, to): &Edge| vertex(from).is_none() && vertex(to).is_none();
        if !unused.is_empty() {
            self.edges.iter_mut().filter(|edge| edge.as_ref().is_some_and(leads_nowhere)).for_each(|edge| *edge = None);
        }
        !unused.is_empty()
    }

    /// The graph with a constant in the place of an input, if there is such an input.
    pub(super) fn with_fixed(self, input: &Expr, value: &Expr) -> Graph {
        let port = Expr::call(Sym::NetPort, [input.clone()]);
        if !self.edges().any(|(from, _)| *from == port) {
            return self;
        }
        let mut name = input.as_str().unwrap_or_default().to_owned();
        while self.places.contains_key(&Expr::string(&name)) {
            name.push('\'');
        }
        let key = Expr::string(&name);
        let output = Expr::call(Sym::NetPort, [Expr::list([key.clone(), Expr::string("Output")])]);
        let fixed = |(from, to): Edge| (if from == port { output.clone() } else { from }, to);
        let vertices = [(key, constant(value))].into_iter().chain(self.vertices.into_iter().flatten());
        Graph::from_parts(vertices.collect(), self.edges.into_iter().flatten().map(fixed).collect(), self.options)
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

//! The edges of a `NetGraph`: what is written, resolved to vertices and ports.

use netform_eval::Session;
use netform_expr::{Expr, Sym};

use crate::Fault;
use crate::diagnostic::instead;
use crate::net::Name;
use crate::parts::Part;
use crate::resolve::Places;

/// Ends of edges: what is on one side of an arrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edge {
    /// From outputs to one vertex; without a name to its next free inputs.
    Into(Vec<From>, usize, Option<Name>),
    /// From an output to an output of the graph.
    Out(From, Name),
    /// An output that is not a result of the graph.
    Muted(From),
}

/// Where an edge begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum From {
    /// At a vertex; without a name at its only output.
    Vertex(usize, Option<Name>),
    /// At an input of the graph.
    Input(Name),
}

/// One side of an arrow.
enum Side {
    Vertex(usize, Option<Name>),
    Graph(Name),
    None,
}

/// The edges that an expression writes down; what is wrong with it goes to `faults`.
pub(super) fn parse(session: &Session, list: &Expr, vertices: &[Part], faults: &mut Vec<Fault>) -> Vec<Edge> {
    let mut parser = Parser { session, vertices, places: Places::of(vertices), faults, edges: Vec::new() };
    if list.is_list() {
        for edge in list.args().iter() {
            parser.edge(edge);
        }
    } else {
        parser.invalid(list, "a list of edges such as {1 -> 2, {1, 2} -> 3, NetPort[\"in\"] -> 1} is expected");
    }
    parser.edges
}

struct Parser<'a> {
    session: &'a Session,
    vertices: &'a [Part],
    places: Places,
    faults: &'a mut Vec<Fault>,
    edges: Vec<Edge>,
}

impl Parser<'_> {
    fn invalid(&mut self, what: &Expr, expected: &str) {
        let args = ["edges".to_owned(), self.session.output_form(what), expected.to_owned()];
        self.faults.push(Fault::new(Sym::NetGraph.into(), "valfail", args));
    }

    /// `a -> b -> c` stands for `a -> b` and `b -> c`.
    fn edge(&mut self, edge: &Expr) {
        if !is_arrow(edge) {
            self.invalid(edge, "an edge such as 1 -> 2 is expected");
            return;
        }
        let mut from = edge.arg(0);
        let mut rest = edge.arg(1);
        loop {
            let to = if is_arrow(&rest) { rest.arg(0) } else { rest.clone() };
            self.arrow(edge, &from, &to);
            if !is_arrow(&rest) {
                return;
            }
            (from, rest) = (to, rest.arg(1));
        }
    }

    fn arrow(&mut self, edge: &Expr, from: &Expr, to: &Expr) {
        let destinations: Vec<Side> = self.sides(to).into_iter().flatten().collect();
        let sources: Vec<From> =
            self.sides(from).into_iter().flatten().filter_map(|side| self.source(edge, side)).collect();
        if sources.is_empty() {
            return;
        }
        for to in destinations {
            match to {
                Side::Vertex(vertex, port) => self.edges.push(Edge::Into(sources.clone(), vertex, port)),
                Side::Graph(name) => match sources.as_slice() {
                    [From::Input(_)] => {
                        self.invalid(edge, "an input of a graph must go into a layer before it comes out");
                    }
                    [source] => self.edges.push(Edge::Out(source.clone(), name)),
                    _ => self.invalid(edge, "an output of a graph has one source"),
                },
                Side::None => self.edges.extend(sources.iter().cloned().map(Edge::Muted)),
            }
        }
    }

    fn source(&mut self, edge: &Expr, side: Side) -> Option<From> {
        match side {
            Side::Vertex(vertex, port) => Some(From::Vertex(vertex, port)),
            Side::Graph(name) => Some(From::Input(name)),
            Side::None => {
                self.invalid(edge, "None is possible on the right side only");
                None
            }
        }
    }

    fn sides(&mut self, e: &Expr) -> Vec<Option<Side>> {
        // A key may be a list itself, where no vertex is known by it a list means several.
        if e.is_list() { e.args().iter().map(|item| self.side(item)).collect() } else { vec![self.side(e)] }
    }

    fn side(&mut self, e: &Expr) -> Option<Side> {
        if e.is(Sym::None) {
            return Some(Side::None);
        }
        if !e.has_head(Sym::NetPort) {
            return self.vertex(e).map(|vertex| Side::Vertex(vertex, None));
        }
        let keys = port_keys(e);
        match keys.as_slice() {
            [name] if name.as_str().is_some() => name.as_str().map(|name| Side::Graph(name.into())),
            [vertex, port] if port.as_str().is_some() => {
                let vertex = self.vertex(vertex)?;
                Some(Side::Vertex(vertex, port.as_str().map(Name::from)))
            }
            _ => {
                self.invalid(e, "NetPort[\"port\"] or NetPort[{vertex, \"port\"}] is expected");
                None
            }
        }
    }

    fn vertex(&mut self, key: &Expr) -> Option<usize> {
        let found = self.places.resolve(key);
        if found.is_none() {
            let keys: Vec<String> = self.vertices.iter().map(|(key, _)| self.session.output_form(key)).collect();
            let shown = self.session.output_form(key);
            let known = instead(&shown, &keys);
            let fault = Fault::new(Sym::NetGraph.into(), "novertex", [shown, known]);
            if !self.faults.contains(&fault) {
                self.faults.push(fault);
            }
        }
        found
    }
}

fn is_arrow(e: &Expr) -> bool {
    matches!(e.head_sym(), Some(Sym::Rule | Sym::RuleDelayed)) && e.len() == 2
}

/// The keys of `NetPort[a, b, ...]` and `NetPort[{a, b, ...}]`.
pub(crate) fn port_keys(port: &Expr) -> Vec<Expr> {
    match port.args().as_ref() {
        [keys] if keys.is_list() => keys.args().into_owned(),
        keys => keys.to_vec(),
    }
}

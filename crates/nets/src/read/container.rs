//! Chains and graphs: their members, connected. A chain is a graph whose edges go from each member
//! to the next.

use std::collections::{BTreeMap, BTreeSet};

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use super::edges::{self, Edge, From};
use super::{End, Ends, Reader, split_options};
use crate::diagnostic::instead;
use crate::net::{Name, Source};
use crate::parts::{Part, members};

impl Reader {
    pub(super) fn read_container(
        &mut self,
        session: &mut Session,
        e: &Expr,
        path: &[Expr],
    ) -> Result<Option<Ends>, Flow> {
        let symbol = e.head().clone();
        let is_chain = e.has_head(Sym::NetChain);
        let args = e.args();
        let (positional, options) = split_options(&args);
        let (list, written) = match positional {
            [list] => (list, None),
            [list, edges] if !is_chain => (list, Some(edges)),
            _ => {
                let expected = if is_chain { "the list of layers" } else { "the layers, and the list of edges" };
                let count = if is_chain { "1" } else { "2" };
                self.fault(&symbol, "netnargs", [positional.len().to_string(), count.into(), expected.into()]);
                return Ok(None);
            }
        };
        let Some(parts) = members(list) else {
            let text = session.output_form(list);
            let expected = "a list or an association of layers is expected";
            self.fault(&symbol, "valfail", ["layers".into(), text, expected.into()]);
            return Ok(None);
        };
        if parts.is_empty() {
            self.fault(&symbol, "valfail", ["layers".into(), "{}".into(), "at least one layer is expected".into()]);
            return Ok(None);
        }
        let faults_before = self.faults.len();
        let edges = match written {
            Some(written) => edges::parse(session, written, &parts, &mut self.faults),
            None if is_chain => {
                (1..parts.len()).map(|to| Edge::Into(vec![From::Vertex(to - 1, None)], to, None)).collect()
            }
            None => Vec::new(),
        };
        let Some(order) = self.order(session, &symbol, &parts, &edges) else { return Ok(None) };
        let connections = connections(&edges, parts.len());
        let mut vertices: Vec<Option<Vertex>> = Vec::new();
        vertices.resize_with(parts.len(), || None);
        for &place in &order {
            let (key, member) = &parts[place];
            let mut inner = path.to_vec();
            inner.push(key.clone());
            let Some(ends) = self.read(session, member, &inner, connections[place])? else { continue };
            if is_chain && (ends.inputs.iter().filter(|end| !end.optional).count() != 1 || ends.results().count() != 1)
            {
                let text = session.output_form(member.head());
                self.fault(&symbol, "chainport", [text]);
                continue;
            }
            vertices[place] = Some(Vertex::new(session, key, ends));
        }
        if self.faults.len() > faults_before {
            return Ok(None);
        }
        let vertices = vertices.into_iter().flatten().collect();
        let mut wiring = Wiring { reader: self, symbol: &symbol, vertices, inputs: Vec::new(), outputs: Vec::new() };
        for edge in &edges {
            wiring.connect(edge);
        }
        wiring.open_ends();
        let Wiring { mut inputs, mut outputs, .. } = wiring;
        if is_chain {
            inputs.iter_mut().for_each(|end| end.name = "Input".into());
            outputs.iter_mut().for_each(|end| end.name = "Output".into());
        }
        let mut ends = Ends { inputs, outputs };
        for (name, value) in &options {
            self.read_shape_option(session, &symbol, &mut ends, name, value)?;
        }
        Ok((self.faults.len() == faults_before).then_some(ends))
    }

    /// An order in which each vertex comes after those that it takes its input from.
    fn order(&mut self, session: &Session, symbol: &Expr, parts: &[Part], edges: &[Edge]) -> Option<Vec<usize>> {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); parts.len()];
        let mut after: Vec<Vec<usize>> = vec![Vec::new(); parts.len()];
        for edge in edges {
            let Edge::Into(sources, to, _) = edge else { continue };
            for source in sources {
                if let From::Vertex(from, _) = source {
                    before[*to].push(*from);
                    after[*from].push(*to);
                }
            }
        }
        let mut open: Vec<usize> = before.iter().map(Vec::len).collect();
        let mut ready: BTreeSet<usize> = (0..parts.len()).filter(|&vertex| open[vertex] == 0).collect();
        let mut order = Vec::with_capacity(parts.len());
        while let Some(vertex) = ready.pop_first() {
            order.push(vertex);
            for &next in &after[vertex] {
                open[next] -= 1;
                if open[next] == 0 {
                    ready.insert(next);
                }
            }
        }
        let Some(start) = (0..parts.len()).find(|&vertex| open[vertex] > 0) else { return Some(order) };
        // Each vertex that is left takes something from another that is left: going back from one to
        // the next, one comes again.
        let mut walk = vec![start];
        let cycle = loop {
            let last = walk[walk.len() - 1];
            let next = before[last].iter().copied().find(|&vertex| open[vertex] > 0).unwrap_or(last);
            if let Some(first) = walk.iter().position(|&vertex| vertex == next) {
                break walk.split_off(first);
            }
            walk.push(next);
        };
        let smallest = (0..cycle.len()).min_by_key(|&i| cycle[i]).unwrap_or(0);
        let forward = (0..=cycle.len()).map(|i| cycle[(smallest + cycle.len() * 2 - i) % cycle.len()]);
        let texts: Vec<String> = forward.map(|vertex| session.output_form(&parts[vertex].0)).collect();
        self.fault(symbol, "cycle", [texts.join(" -> ")]);
        None
    }
}

/// How many inputs of each vertex edges lead to, if there are any.
fn connections(edges: &[Edge], vertices: usize) -> Vec<Option<usize>> {
    let mut counts = vec![None; vertices];
    for edge in edges {
        if let Edge::Into(sources, to, _) = edge {
            *counts[*to].get_or_insert(0) += sources.len();
        }
    }
    counts.iter().map(|count| count.filter(|count| *count > 0)).collect()
}

/// A member and what is connected to it.
struct Vertex {
    label: String,
    ends: Ends,
    /// Which of its inputs have a source.
    connected: Vec<bool>,
    /// Which of its outputs are used, or shall not be results.
    used: Vec<bool>,
}

impl Vertex {
    fn new(session: &Session, key: &Expr, ends: Ends) -> Vertex {
        let (connected, used) = (vec![false; ends.inputs.len()], vec![false; ends.outputs.len()]);
        Vertex { label: session.output_form(key), ends, connected, used }
    }

    /// The place of an output: of this name, or the only result. The name of a state means its
    /// final value.
    fn output(&self, name: Option<&Name>) -> Option<usize> {
        let ends = &self.ends;
        let Some(name) = name else {
            let mut results = (0..ends.outputs.len()).filter(|&i| !ends.outputs[i].on_request);
            return results.next().filter(|_| results.next().is_none());
        };
        let state = ends.inputs.iter().find(|end| end.name == *name).and_then(|end| end.final_state.clone());
        let by_name = |name: &Name| ends.outputs.iter().position(|end| end.name == *name);
        by_name(name).or_else(|| by_name(&state?))
    }
}

/// The connection of members by edges.
struct Wiring<'a> {
    reader: &'a mut Reader,
    symbol: &'a Expr,
    vertices: Vec<Vertex>,
    inputs: Vec<End>,
    outputs: Vec<End>,
}

impl Wiring<'_> {
    fn fault<const N: usize>(&mut self, tag: &'static str, args: [String; N]) {
        self.reader.fault(self.symbol, tag, args);
    }

    /// The output at which an edge begins.
    fn begin(&mut self, vertex: usize, name: Option<&Name>) -> Option<End> {
        let found = &mut self.vertices[vertex];
        if let Some(place) = found.output(name) {
            found.used[place] = true;
            return Some(found.ends.outputs[place].clone());
        }
        let known: Vec<&str> = found.ends.outputs.iter().map(|end| &*end.name).collect();
        let label = found.label.clone();
        match name {
            Some(name) => {
                let known = instead(name, &known);
                self.fault("noport", [label, name.to_string(), known]);
            }
            None => {
                let known = known.join(", ");
                self.fault("whichport", [label, "outputs".into(), known]);
            }
        }
        None
    }

    fn connect(&mut self, edge: &Edge) {
        match edge {
            Edge::Muted(From::Vertex(vertex, name)) => {
                self.begin(*vertex, name.as_ref());
            }
            Edge::Muted(From::Input(name)) => {
                let args = [name.to_string()];
                self.fault("unusedinput", args);
            }
            Edge::Out(From::Vertex(vertex, from), name) => {
                let Some(end) = self.begin(*vertex, from.as_ref()) else { return };
                if self.outputs.iter().any(|end| end.name == *name) {
                    self.fault("twosources", ["the graph".into(), name.to_string()]);
                } else {
                    self.outputs.push(End { name: name.clone(), on_request: false, ..end });
                }
            }
            // The edges of such a kind are refused where they are read.
            Edge::Out(From::Input(_), _) => {}
            Edge::Into(sources, vertex, name) => self.connect_into(sources, *vertex, name.as_ref()),
        }
    }

    fn connect_into(&mut self, sources: &[From], vertex: usize, name: Option<&Name>) {
        if let (Some(name), true) = (name, sources.len() > 1) {
            let label = self.vertices[vertex].label.clone();
            self.fault("twosources", [label, name.to_string()]);
            return;
        }
        for source in sources {
            let Some(place) = self.free_input(vertex, name) else { return };
            match source {
                From::Vertex(from, port) => {
                    let Some(end) = self.begin(*from, port.as_ref()) else { continue };
                    self.reader.link(&self.vertices[vertex].ends.inputs[place], &Source::Leaf(end.places[0].clone()));
                }
                From::Input(name) => self.add_input(name.clone(), vertex, place),
            }
        }
    }

    /// The input of a vertex to which an edge goes, which is connected from then on.
    fn free_input(&mut self, vertex: usize, name: Option<&Name>) -> Option<usize> {
        let found = &mut self.vertices[vertex];
        let inputs = &found.ends.inputs;
        let place = match name {
            Some(name) => inputs.iter().position(|end| end.name == *name),
            None => (0..inputs.len()).find(|&i| !found.connected[i] && !inputs[i].optional),
        };
        if let Some(place) = place {
            if !std::mem::replace(&mut found.connected[place], true) {
                return Some(place);
            }
            let args = [found.label.clone(), inputs[place].name.to_string()];
            self.fault("twosources", args);
            return None;
        }
        let known: Vec<&str> = inputs.iter().map(|end| &*end.name).collect();
        let label = found.label.clone();
        match name {
            Some(name) => {
                let known = instead(name, &known);
                self.fault("noport", [label, name.to_string(), known]);
            }
            None => {
                let known = known.join(", ");
                self.fault("manyedges", [label, known]);
            }
        }
        None
    }

    fn add_input(&mut self, name: Name, vertex: usize, place: usize) {
        let end = &self.vertices[vertex].ends.inputs[place];
        match self.inputs.iter_mut().find(|input| input.name == name) {
            Some(input) => {
                input.places.extend(end.places.iter().cloned());
                input.optional &= end.optional;
            }
            None => self.inputs.push(End { name, ..end.clone() }),
        }
    }

    /// Inputs and results without a connection become ports of the container. Where several have
    /// one name, they are numbered.
    fn open_ends(&mut self) {
        let mut inputs = Vec::new();
        let mut outputs = Vec::new();
        for (v, vertex) in self.vertices.iter().enumerate() {
            let free = |i: &usize| !vertex.connected[*i] && !vertex.ends.inputs[*i].optional;
            inputs.extend((0..vertex.ends.inputs.len()).filter(free).map(|i| (v, i)));
            let result = |i: &usize| !vertex.used[*i] && !vertex.ends.outputs[*i].on_request;
            outputs.extend((0..vertex.ends.outputs.len()).filter(result).map(|i| (v, i)));
        }
        let name_in = |(v, i): (usize, usize)| self.vertices[v].ends.inputs[i].name.clone();
        let names = fresh_names(inputs.iter().map(|place| name_in(*place)).collect(), &self.inputs);
        for ((v, i), name) in inputs.into_iter().zip(names) {
            self.add_input(name, v, i);
        }
        let name_out = |(v, i): (usize, usize)| self.vertices[v].ends.outputs[i].name.clone();
        let names = fresh_names(outputs.iter().map(|place| name_out(*place)).collect(), &self.outputs);
        for ((v, i), name) in outputs.into_iter().zip(names) {
            self.outputs.push(End { name, ..self.vertices[v].ends.outputs[i].clone() });
        }
    }
}

/// Names of ports that are all different, and different from those of `taken`.
fn fresh_names(names: Vec<Name>, taken: &[End]) -> Vec<Name> {
    let mut all: BTreeSet<Name> = taken.iter().map(|end| end.name.clone()).collect();
    let mut counts: BTreeMap<Name, (usize, usize)> = BTreeMap::new();
    for name in &names {
        counts.entry(name.clone()).or_default().0 += 1;
    }
    let mut fresh = |name: Name| {
        let (count, last) = counts.entry(name.clone()).or_default();
        let mut candidate = name.clone();
        if *count > 1 || all.contains(&name) {
            loop {
                *last += 1;
                candidate = format!("{name}{last}").into();
                if !all.contains(&candidate) {
                    break;
                }
            }
        }
        all.insert(candidate.clone());
        candidate
    };
    names.into_iter().map(&mut fresh).collect()
}

//! Scans over sequences of a length that is not known: a recurrent net, whose step is the graph.

use netform_eval::Flow;
use netform_expr::{Expr, occurs};
use rustc_hash::FxHashSet;

use super::control::Outputs;
use super::graph::Importer;
use super::label;
use super::order::uses;
use super::scan::Scan;
use super::value::{Content, Scope, Value};
use crate::graph::port;
use crate::onnx::model::{Graph, Node};

/// An input of the net of a step, and the value that it has outside.
struct Outside<'n> {
    name: &'n str,
    value: Value,
}

impl<'a> Importer<'_, 'a> {
    /// The outputs of a scan as those of `NetFoldOperator`.
    pub(super) fn folded(
        &mut self,
        scan: &Scan<'a, '_>,
        carried: Vec<Value>,
        sequences: Vec<Value>,
        scope: &Scope<'_>,
    ) -> Outputs {
        let &Scan { node, body, axes, directions, results: [output_axes, output_directions] } = scan;
        if body.inputs.len() != carried.len() + sequences.len() || body.outputs.len() < carried.len() {
            self.faults.add(format!("{}: its graph has other numbers of inputs or outputs", label(node)));
            return Ok(None);
        }
        let mut names = body.inputs.iter().map(|input| input.name);
        let mut states = Vec::new();
        for (value, name) in carried.into_iter().zip(names.by_ref()) {
            states.push(Outside { name, value });
        }
        let mut elements = Vec::new();
        for (place, (name, value)) in names.zip(sequences).enumerate() {
            let axis = axes.get(place).copied().unwrap_or(0);
            let Some(value) = self.steps_first(node, value, axis)? else { return Ok(None) };
            let is_back = directions.get(place) == Some(&1);
            let value = if is_back { self.reversed(node, value) } else { value };
            elements.push(Outside { name, value });
        }
        let Some(length) = elements.first().and_then(|first| first.value.dimensions.first().cloned()) else {
            self.faults.add(format!("{}: it has no sequences", label(node)));
            return Ok(None);
        };
        let captured = captured(body, scope);
        let Some((step, results)) = self.step(scan, &states, &elements, &captured, scope)? else { return Ok(None) };
        let texts = |names: &[&str]| Expr::list(names.iter().map(|name| Expr::string(name)));
        let outputs: Vec<&str> = body.outputs.iter().map(|output| output.name).collect();
        let (next, collected) = outputs.split_at(states.len());
        let feedback =
            next.iter().zip(&states).map(|(out, state)| Expr::rule(Expr::string(out), Expr::string(state.name)));
        let constants: Vec<&str> = captured.iter().map(|outside| outside.name).collect();
        let parts = [step, Expr::list(feedback), texts(&constants), texts(collected)];
        let fold = Expr::normal(Expr::symbol("System`NetFoldOperator"), parts);
        let own = if node.name.is_empty() { outputs_name(node) } else { node.name };
        let layer = self.net.add(&format!("{}{own}", self.prefix), fold);
        let mut root = String::new();
        for Outside { name, value } in elements.iter().chain(&states).chain(&captured) {
            let from = match &value.content {
                Content::Port(from, of) => {
                    if root.is_empty() {
                        root.clone_from(of);
                    }
                    from.clone()
                }
                _ => self.array_layer(name, value),
            };
            self.net.connect(from, port(Some(&layer), name));
        }
        let mut values = Vec::new();
        for (place, result) in results.into_iter().enumerate() {
            let Some(state) = states.get(place) else {
                let content = Content::Port(port(Some(&layer), outputs[place]), root.clone());
                let dimensions = [length.clone()].into_iter().chain(result.dimensions).collect();
                let value = Value { content, element: result.element, dimensions };
                let at = place - states.len();
                let value = if output_directions.get(at) == Some(&1) { self.reversed(node, value) } else { value };
                let axis = output_axes.get(at).copied().unwrap_or(0);
                let Some(value) = self.steps_at(node, value, axis)? else { return Ok(None) };
                values.push(value);
                continue;
            };
            let content = Content::Port(port(Some(&layer), &format!("Final{}", state.name)), root.clone());
            values.push(Value { content, element: result.element, dimensions: result.dimensions });
        }
        Ok(Some(values))
    }

    /// The net of a step, and the values of its outputs in it.
    fn step(
        &mut self,
        scan: &Scan<'a, '_>,
        states: &[Outside<'_>],
        elements: &[Outside<'_>],
        captured: &[Outside<'_>],
        scope: &Scope<'_>,
    ) -> Result<Option<(Expr, Vec<Value>)>, Flow> {
        let &Scan { node, body, .. } = scan;
        let net = std::mem::take(&mut self.net);
        let arrays = std::mem::take(&mut self.arrays);
        let symbols = std::mem::take(&mut self.symbols);
        let prefix = std::mem::take(&mut self.prefix);
        let mut inside = Scope::inside(scope);
        for (outside, levels) in
            states.iter().chain(captured).map(|state| (state, 0)).chain(elements.iter().map(|element| (element, 1)))
        {
            let value = self.inner_input(outside, levels);
            inside.set(outside.name, value);
        }
        let done = self.graph(body, &mut inside);
        let mut results = Vec::new();
        let mut told = FxHashSet::default();
        if done.is_ok() {
            for output in &body.outputs {
                let Some(value) = inside.get(output.name).cloned() else {
                    self.faults.add(format!("{}: no node of its graph computes {:?}", label(node), output.name));
                    break;
                };
                if told.insert(output.name) {
                    self.output(output.name, value.clone())?;
                }
                results.push(value);
            }
        }
        let inner = std::mem::replace(&mut self.net, net);
        self.arrays = arrays;
        self.symbols = symbols;
        self.prefix = prefix;
        done?;
        if !self.faults.is_empty() {
            return Ok(None);
        }
        let is_used = |outside: &Outside<'_>| inner.has_edge_from(&port(None, outside.name));
        if !states.iter().chain(elements).chain(captured).all(is_used) {
            self.faults.add(format!("{}: its graph does not use all its inputs; {UNKNOWN}", label(node)));
            return Ok(None);
        }
        if states.iter().zip(&results).any(|(state, next)| state.value.dimensions != next.dimensions) {
            self.faults.add(format!("{}: its states change their dimensions; {UNKNOWN}", label(node)));
            return Ok(None);
        }
        match inner.finish(self.session, "")? {
            Ok(step) if !self.symbols.iter().any(|(symbol, ..)| occurs(&step, symbol)) => Ok(Some((step, results))),
            Ok(_) => {
                self.faults.add(format!("{}: a step needs the length of the sequences; {UNKNOWN}", label(node)));
                Ok(None)
            }
            Err(error) => {
                self.faults.add(format!("{}: {error}", label(node)));
                Ok(None)
            }
        }
    }

    /// An input of the net of a step: a value, or the elements of one.
    fn inner_input(&mut self, outside: &Outside<'_>, levels: usize) -> Value {
        let Outside { name, value } = outside;
        let dimensions = value.dimensions.get(levels..).unwrap_or_default().to_vec();
        let mut is_definite = true;
        for (axis, dimension) in dimensions.iter().enumerate() {
            is_definite &= dimension.as_usize().is_some();
            if dimension.is_symbol() && !self.symbols.iter().any(|(symbol, ..)| symbol == dimension) {
                self.symbols.push((dimension.clone(), (*name).to_owned(), axis));
            }
        }
        self.net.inputs.push(((*name).to_owned(), is_definite.then(|| dimensions.clone())));
        let content = Content::Port(port(None, name), (*name).to_owned());
        Value { content, element: value.element, dimensions }
    }

    /// An array with the level of steps brought to the front.
    fn steps_first(&mut self, node: &Node<'a>, value: Value, axis: i64) -> Result<Option<Value>, Flow> {
        let rank = value.dimensions.len() as i64;
        let axis = if axis < 0 { axis + rank } else { axis };
        if axis == 0 {
            return Ok(Some(value));
        }
        let order = [axis].into_iter().chain((0..rank).filter(|level| *level != axis));
        let order = Expr::list(order.map(Expr::integer));
        self.operation(node, "Transpose", vec![value], vec![("perm", order)])
    }

    /// An array whose steps are in front, with them in another level.
    fn steps_at(&mut self, node: &Node<'a>, value: Value, axis: i64) -> Result<Option<Value>, Flow> {
        let rank = value.dimensions.len() as i64;
        let axis = if axis < 0 { axis + rank } else { axis };
        if axis == 0 {
            return Ok(Some(value));
        }
        let order = (0..rank).map(|level| match level {
            level if level < axis => level + 1,
            level if level == axis => 0,
            level => level,
        });
        let order = Expr::list(order.map(Expr::integer));
        self.operation(node, "Transpose", vec![value], vec![("perm", order)])
    }

    /// A sequence from its end.
    fn reversed(&mut self, node: &Node<'a>, value: Value) -> Value {
        let from = match &value.content {
            Content::Port(from, _) => from.clone(),
            _ => self.array_layer(outputs_name(node), &value),
        };
        let root = if let Content::Port(_, root) = &value.content { root.clone() } else { String::new() };
        let layer = Expr::normal(Expr::symbol("System`SequenceReverseLayer"), []);
        let name = self.net.add(&format!("{}{}Reversed", self.prefix, outputs_name(node)), layer);
        self.net.connect(from, Expr::string(&name));
        Value { content: Content::Port(Expr::string(&name), root), ..value }
    }
}

const UNKNOWN: &str = "sizes can be given by the option \"Dimensions\"";

fn outputs_name<'n>(node: &'n Node<'_>) -> &'n str {
    node.outputs.iter().copied().find(|name| !name.is_empty()).unwrap_or(node.operator)
}

/// The values around a graph that it mentions and that are computed.
fn captured<'n>(body: &'n Graph<'_>, scope: &Scope<'_>) -> Vec<Outside<'n>> {
    let own: FxHashSet<&str> = body.inputs.iter().map(|input| input.name).collect();
    let made: FxHashSet<&str> = body.nodes.iter().flat_map(|node| node.outputs.iter().copied()).collect();
    let mut seen = FxHashSet::default();
    let mentioned = body.nodes.iter().flat_map(uses).chain(body.outputs.iter().map(|output| output.name));
    let outer = mentioned.filter(|name| !own.contains(name) && !made.contains(name) && seen.insert(*name));
    outer
        .filter_map(|name| {
            let value = scope.get(name)?;
            matches!(value.content, Content::Port(..)).then(|| Outside { name, value: value.clone() })
        })
        .collect()
}

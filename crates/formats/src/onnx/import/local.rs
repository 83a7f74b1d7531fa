//! Functions that the file defines, written out where they are called.

use netform_eval::Flow;
use rustc_hash::FxHashMap;

use super::graph::Importer;
use super::label;
use super::value::{Scope, Value};
use crate::onnx::model::{Attribute, AttributeValue, Graph, LocalFunction, Node};

/// How deep functions may call each other.
const DEPTH_LIMIT: usize = 64;

impl<'a> Importer<'_, 'a> {
    /// The outputs of a call of a function of the file; `None` if it is an operator.
    pub(super) fn local(&mut self, node: &Node<'a>, scope: &Scope<'_>) -> Result<Option<Option<Vec<Value>>>, Flow> {
        let model = self.model;
        let same = |function: &&LocalFunction<'a>| function.name == node.operator && function.domain == node.domain;
        let Some(function) = model.functions.iter().find(same) else { return Ok(None) };
        if self.depth >= DEPTH_LIMIT {
            self.faults.add(format!("{}: functions call each other more than {DEPTH_LIMIT} deep", label(node)));
            return Ok(Some(None));
        }
        let mut inside = Scope::default();
        for (name, given) in function.inputs.iter().zip(&node.inputs) {
            match scope.get(given) {
                Some(value) if value.is_failed() => return Ok(Some(None)),
                Some(value) => inside.set(name, value.clone()),
                None if given.is_empty() => {}
                None => {
                    self.faults.add(format!("{}: its input {given:?} is not computed", label(node)));
                    return Ok(Some(None));
                }
            }
        }
        let mut known: Vec<&Attribute<'a>> = node.attributes.iter().collect();
        known.extend(function.defaults.iter().filter(|d| !node.attributes.iter().any(|a| a.name == d.name)));
        let nodes = with_attributes(&function.nodes, &known, &inside);
        let own = if function.opsets.is_empty() { self.opsets.clone() } else { function.opsets.clone() };
        let (opsets, prefix) = (std::mem::replace(&mut self.opsets, own), self.prefix.clone());
        let call = if node.name.is_empty() { node.outputs.first().copied().unwrap_or_default() } else { node.name };
        self.prefix = format!("{prefix}{call}/");
        self.depth += 1;
        self.nodes(&nodes, function.outputs.iter().copied(), &FxHashMap::default(), &mut inside)?;
        self.depth -= 1;
        (self.opsets, self.prefix) = (opsets, prefix);
        let mut outputs = Vec::new();
        for name in &function.outputs {
            match inside.get(name) {
                Some(value) => outputs.push(value.clone()),
                None => {
                    self.faults.add(format!("{}: the function does not compute {name:?}", label(node)));
                    return Ok(Some(None));
                }
            }
        }
        Ok(Some(Some(outputs)))
    }
}

/// The nodes with attributes of the function in the places that refer to them, and without inputs that are left out.
fn with_attributes<'a>(nodes: &[Node<'a>], known: &[&Attribute<'a>], inside: &Scope<'_>) -> Vec<Node<'a>> {
    let made: Vec<&str> = nodes.iter().flat_map(|node| node.outputs.iter().copied()).collect();
    let mut resolved = nodes.to_vec();
    for node in &mut resolved {
        for name in node.inputs.iter_mut() {
            if inside.get(name).is_none() && !made.contains(name) {
                *name = "";
            }
        }
    }
    resolve(&mut resolved, known);
    resolved
}

fn resolve<'a>(nodes: &mut [Node<'a>], known: &[&Attribute<'a>]) {
    for node in nodes {
        // An attribute that refers to one that is not given is not given either.
        node.attributes.retain(|a| a.reference.is_empty() || known.iter().any(|k| k.name == a.reference));
        for attribute in &mut node.attributes {
            if let Some(given) = known.iter().find(|known| known.name == attribute.reference) {
                attribute.value = given.value.clone();
            }
            if let AttributeValue::Graph(graph) = &mut attribute.value {
                let Graph { nodes, .. } = &mut **graph;
                resolve(nodes, known);
            }
        }
    }
}

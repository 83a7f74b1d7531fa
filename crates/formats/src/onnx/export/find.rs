//! Looking for operators in a list of nodes.

use std::collections::HashMap;
use std::rc::Rc;

use super::graph::{Attribute, Name, Node};

/// Nodes by what they make.
pub(super) struct Finder<'a> {
    nodes: &'a [Node],
    made: HashMap<&'a Name, usize>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(nodes: &'a [Node]) -> Finder<'a> {
        let outputs =
            nodes.iter().enumerate().flat_map(|(place, node)| node.outputs.iter().map(move |name| (name, place)));
        Finder { nodes, made: outputs.collect() }
    }

    /// The node that makes a value.
    pub(super) fn node(&self, name: &Name) -> Option<&'a Node> {
        self.made.get(name).map(|place| &self.nodes[*place])
    }

    /// The operands of an operator that makes a value.
    pub(super) fn operands<const N: usize>(&self, operator: &str, name: &Name) -> Option<&'a [Name; N]> {
        self.node(name).filter(|node| node.operator == operator)?.inputs.as_slice().try_into().ok()
    }

    /// Both orders of the operands of an operator.
    pub(super) fn either(&self, operator: &str, name: &Name) -> impl Iterator<Item = (&'a Name, &'a Name)> {
        let pair: Option<&[Name; 2]> = self.operands(operator, name);
        pair.into_iter().flat_map(|[a, b]| [(a, b), (b, a)])
    }

    /// The value behind nodes that give it as it is.
    pub(super) fn source(&self, name: &Name) -> Name {
        let mut name = Rc::clone(name);
        while let Some([inner]) = self.operands("Identity", &name) {
            name = Rc::clone(inner);
        }
        name
    }
}

impl Node {
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.attributes.iter().find_map(|(known, value)| match value {
            Attribute::Integer(value) if *known == name => Some(*value),
            _ => None,
        })
    }

    pub(super) fn integers(&self, name: &str) -> Option<&[i64]> {
        self.attributes.iter().find_map(|(known, value)| match value {
            Attribute::Integers(values) if *known == name => Some(values.as_slice()),
            _ => None,
        })
    }
}

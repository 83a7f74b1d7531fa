//! The typed view of a net: a graph of layers with parameters, arrays and shapes.

use netform_compile::ELEMENT_LIMIT;
use netform_expr::{Expr, Sym};
use netform_layers::{Layer, PortKind};

use crate::{Fault, PartialShape};

/// A net, read from its expression.
#[derive(Debug, Clone)]
pub struct Net {
    /// The expression that this is the view of.
    pub expr: Expr,
    /// The layers, in an order in which each comes after those that it takes its input from.
    pub leaves: Vec<Leaf>,
    /// The inputs.
    pub inputs: Vec<NetPort>,
    /// The outputs.
    pub outputs: Vec<NetPort>,
    /// What is inconsistent about it.
    pub faults: Vec<Fault>,
}

/// An input or output of a net.
#[derive(Debug, Clone)]
pub struct NetPort {
    /// The name.
    pub name: String,
    /// The layer whose port this is, by its place in [`Net::leaves`].
    pub leaf: usize,
    /// The name of the port there.
    pub port: &'static str,
    /// The shape.
    pub shape: PartialShape,
    /// Whether the net can do without it: a state, which is zero then.
    pub optional: bool,
}

/// One layer in a net.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// The keys that lead to it from the whole net: numbers and names. Empty for a single layer.
    pub path: Vec<Expr>,
    /// Its record.
    pub layer: &'static Layer,
    /// The values of its arguments and options, in the order of the record.
    pub parameters: Vec<(&'static str, Expr)>,
    /// Its arrays, in the order of the record.
    pub arrays: Vec<(&'static str, ArrayValue)>,
    /// Where its inputs come from, in the order of the record.
    pub sources: Vec<(&'static str, Source)>,
    /// Shapes that the user gave to its ports.
    pub given_shapes: Vec<(&'static str, PartialShape)>,
    /// Variables of the layer's scope whose values are known: parameters and shapes.
    pub known: Vec<(Expr, Expr)>,
    /// The shapes of its ports and arrays, as far as they follow.
    pub shapes: Vec<(&'static str, PartialShape)>,
    /// The greatest indices that its ports take, as far as they follow; `None` for ports that take real numbers.
    pub greatest: Vec<(&'static str, Expr)>,
}

/// What the elements of a port are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elements {
    /// Real numbers.
    Real,
    /// Integers from 1 to this, or to these along the last level; or to what is not known yet.
    Index(Option<Expr>),
    /// Truth values.
    Truth,
}

/// The value of an array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArrayValue {
    /// Not initialised.
    Automatic,
    /// Left out.
    None,
    /// These numbers or expressions.
    Given(Expr),
}

/// Where a layer's input comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// An input of the net, by its place.
    Input(usize),
    /// An output port of another layer.
    Leaf(usize, &'static str),
}

impl Leaf {
    /// The shape of a port or array.
    pub fn shape(&self, name: &str) -> &PartialShape {
        const UNKNOWN: &PartialShape = &PartialShape::Unknown;
        self.shapes.iter().find(|(n, _)| *n == name).map_or(UNKNOWN, |(_, shape)| shape)
    }

    /// What the elements of an input are.
    pub fn elements(&self, port: &str) -> Elements {
        match self.layer.port(port).map(|port| port.kind) {
            Some(PortKind::Index(_)) => match self.greatest.iter().find(|(name, _)| *name == port) {
                Some((_, none)) if none.is(Sym::None) => Elements::Real,
                found => Elements::Index(found.map(|(_, greatest)| greatest.clone())),
            },
            Some(PortKind::Truth) => Elements::Truth,
            Some(PortKind::Data | PortKind::State(_)) | None => Elements::Real,
        }
    }

    /// The value of an array.
    pub fn array(&self, name: &str) -> Option<&ArrayValue> {
        self.arrays.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// How messages call it: `LinearLayer`, or with its place in a larger net.
    pub fn label(&self) -> String {
        if self.path.is_empty() {
            return self.layer.name.to_owned();
        }
        let keys: Vec<String> =
            self.path.iter().map(|key| key.as_str().map_or_else(|| format!("{key:?}"), str::to_owned)).collect();
        format!("layer {} ({})", keys.join("/"), self.layer.name)
    }
}

impl Net {
    /// The arrays that have no values yet: the leaf's place and the name.
    pub fn missing_arrays(&self) -> Vec<(usize, &'static str)> {
        let missing = |(i, leaf): (usize, &Leaf)| {
            let of_leaf = leaf
                .arrays
                .iter()
                .filter(|(_, value)| *value == ArrayValue::Automatic)
                .map(move |(name, _)| (i, *name));
            of_leaf.collect::<Vec<_>>()
        };
        self.leaves.iter().enumerate().flat_map(missing).collect()
    }

    /// Wanted ports and arrays whose lists would have more elements than values of programs may have: the
    /// leaf's label and the name.
    pub(crate) fn oversized(&self, wanted: fn(&Leaf, &str) -> bool) -> Vec<(String, &'static str)> {
        let of_leaf = |leaf: &Leaf| {
            let names = leaf
                .shapes
                .iter()
                .filter(|(name, shape)| shape.exceeds(ELEMENT_LIMIT) && wanted(leaf, name))
                .map(|(name, _)| *name);
            names.map(|name| (leaf.label(), name)).collect::<Vec<_>>()
        };
        self.leaves.iter().flat_map(of_leaf).collect()
    }

    /// The input of this name.
    pub fn input(&self, name: &str) -> Option<&NetPort> {
        self.inputs.iter().find(|p| p.name == name)
    }
}

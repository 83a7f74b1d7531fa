//! The typed view of a net: a graph of layers with parameters, arrays and shapes.

use std::sync::Arc;

use netform_compile::ELEMENT_LIMIT;
use netform_expr::{Expr, Sym};
use netform_layers::{Layer, NetRecord, Port, PortKind};

use crate::{Coder, Fault, Integers, PartialShape};

/// The name of a port.
pub type Name = Arc<str>;

/// A net, read from its expression.
#[derive(Debug, Clone)]
pub struct Net {
    /// The expression that this is the view of.
    pub expr: Expr,
    /// The layers, in an order in which each comes after those that it takes its input from. The
    /// layers of a net that is an argument of a layer follow that layer at once.
    pub leaves: Vec<Leaf>,
    /// The inputs.
    pub inputs: Vec<NetPort>,
    /// The outputs.
    pub outputs: Vec<NetPort>,
    /// What must hold of its symbolic sizes: equations, the values of symbols first, and other conditions.
    pub constraints: Vec<Expr>,
    /// What is inconsistent about it.
    pub faults: Vec<Fault>,
    /// Whether it is evaluated as in training.
    pub training: bool,
    /// What it is evaluated on.
    pub examples: Examples,
    /// Whether what comes out is to be differentiated: maxima then tell which of equal elements counts.
    pub differentiated: bool,
}

/// Which examples of a batch a net is evaluated on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Examples {
    /// A single one, which belongs to no batch.
    One,
    /// This one, counted from 0, of so many: each has random numbers of its own.
    Of(usize, usize),
    /// So many together, as the leading level of inputs and outputs.
    All(usize),
}

/// An input or output of a net.
#[derive(Debug, Clone)]
pub struct NetPort {
    /// The name.
    pub name: Name,
    /// The ports of layers that take this input, or the one that gives this output.
    pub places: Vec<Place>,
    /// The shape.
    pub shape: PartialShape,
    /// Whether the net can do without it: a state, which is zero then.
    pub optional: bool,
    /// The encoder before it, or the decoder behind it.
    pub coder: Option<Arc<Coder>>,
}

/// A port of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The layer, by its place in [`Net::leaves`].
    pub leaf: usize,
    /// The name of the port there.
    pub port: Name,
}

/// One layer in a net.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// The keys that lead to it from the whole net: numbers and names. Empty for a single layer.
    pub path: Vec<Expr>,
    /// Its record.
    pub layer: &'static Layer,
    /// The layer of which this one is in a net that is an argument.
    pub owner: Option<usize>,
    /// The values of its arguments and options, in the order of the record.
    pub parameters: Vec<(&'static str, Expr)>,
    /// Its arrays, in the order of the record.
    pub arrays: Vec<(&'static str, ArrayValue)>,
    /// The arrays that it shares with other layers, and the names of these.
    pub shared: Vec<(&'static str, Expr)>,
    /// Its inputs, in the order of the record.
    pub inputs: Vec<LeafPort>,
    /// Its outputs, in the order of the record.
    pub outputs: Vec<LeafPort>,
    /// Whether it may have more inputs than are known.
    pub open: bool,
    /// The nets that are arguments of it, in the order of the record.
    pub nets: Vec<InnerNet>,
    /// Where its inputs come from.
    pub sources: Vec<(Name, Source)>,
    /// Shapes that the user gave to its ports.
    pub given_shapes: Vec<(Name, PartialShape)>,
    /// Encoders and decoders that the user gave to its ports.
    pub coders: Vec<(Name, Arc<Coder>)>,
    /// The greatest integers that encoders give to its inputs.
    pub given_greatest: Vec<(Name, Expr)>,
    /// The integers that its inputs take, where the user restricted them to some.
    pub integers: Vec<(Name, Integers)>,
    /// Variables of the layer's scope whose values are known: parameters and shapes.
    pub known: Vec<(Expr, Expr)>,
    /// The shapes of its ports and arrays, as far as they follow.
    pub shapes: Vec<(Name, PartialShape)>,
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

/// A port of a layer.
#[derive(Debug, Clone)]
pub struct LeafPort {
    /// The name.
    pub name: Name,
    /// The record that it follows.
    pub record: &'static Port,
    /// Its place, from 0, among the ports of a [`PortKind::Several`].
    pub index: Option<usize>,
}

/// A net that is an argument of a layer.
#[derive(Debug, Clone)]
pub struct InnerNet {
    /// What the layer's record says about it.
    pub record: &'static NetRecord,
    /// The name by which users reach it.
    pub name: Name,
    /// What the layer's record says about its inputs, in the order of the record.
    pub inputs: Vec<(LeafPort, NetPort)>,
    /// What the layer's record says about its outputs.
    pub outputs: Vec<(LeafPort, NetPort)>,
    /// How many layers it has; they follow those of the nets before it.
    pub count: usize,
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
    /// An input of the net that the layer is in, by its place.
    Input(usize),
    /// An output port of another layer.
    Leaf(Place),
}

impl LeafPort {
    /// Whether it is the state of a recurrence, which is zero if nothing is given.
    pub fn is_state(&self) -> bool {
        match self.record.kind {
            PortKind::State(_) => true,
            PortKind::Several(several) => several.states,
            PortKind::Data | PortKind::Index(_) | PortKind::Truth | PortKind::OnRequest => false,
        }
    }

    /// The output that gives the final value of this state.
    pub fn final_state(&self) -> Option<Name> {
        match self.record.kind {
            PortKind::State(last) => Some(last.into()),
            PortKind::Several(several) if several.states => Some(format!("Final{}", self.name).into()),
            _ => None,
        }
    }
}

impl Leaf {
    /// The shape of a port or array.
    pub fn shape(&self, name: &str) -> &PartialShape {
        const UNKNOWN: &PartialShape = &PartialShape::Unknown;
        self.shapes.iter().find(|(n, _)| **n == *name).map_or(UNKNOWN, |(_, shape)| shape)
    }

    /// What the elements of an input are.
    pub fn elements(&self, port: &str) -> Elements {
        match self.port(port).map(|port| port.record.kind) {
            Some(PortKind::Index(_)) => match self.greatest.iter().find(|(name, _)| *name == port) {
                Some((_, none)) if none.is(Sym::None) => Elements::Real,
                found => Elements::Index(found.map(|(_, greatest)| greatest.clone())),
            },
            Some(PortKind::Truth) => Elements::Truth,
            _ => Elements::Real,
        }
    }

    /// Its arguments and options by the names that users give them.
    pub fn keys(&self) -> impl Iterator<Item = (String, &Expr)> {
        let key = |(name, value)| (self.layer.parameter(name).map_or_else(String::new, |p| self.layer.key(p)), value);
        self.parameters.iter().map(|(name, value)| (*name, value)).map(key)
    }

    /// The value of an array.
    pub fn array(&self, name: &str) -> Option<&ArrayValue> {
        self.arrays.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// The port of this name, inputs first.
    pub fn port(&self, name: &str) -> Option<&LeafPort> {
        self.inputs.iter().chain(&self.outputs).find(|port| *port.name == *name)
    }

    /// The outputs that are its result unless others are asked for.
    pub fn results(&self) -> impl Iterator<Item = &LeafPort> {
        let finals: Vec<Name> = self.inputs.iter().filter_map(LeafPort::final_state).collect();
        self.outputs.iter().filter(move |port| port.record.kind != PortKind::OnRequest && !finals.contains(&port.name))
    }

    /// How messages call it: `LinearLayer`, or with its place in a larger net.
    pub fn label(&self) -> String {
        if self.path.is_empty() {
            return self.layer.name.to_owned();
        }
        format!("layer {} ({})", path_text(&self.path), self.layer.name)
    }
}

/// Whether a layer in training needs all examples of a batch at once.
pub(crate) fn needs_whole_batch(leaf: &Leaf) -> bool {
    leaf.layer.training.is_some_and(|training| training.whole_batch)
}

/// The keys that lead to a part of a net, as text. A name that has the sign between keys in it stands in quotation marks, so that
/// no two paths read alike.
pub(crate) fn path_text(path: &[Expr]) -> String {
    let text = |key: &Expr| match key.as_str() {
        Some(name) if name.contains(['/', '"']) => format!("{name:?}"),
        Some(name) => name.to_owned(),
        None => format!("{key:?}"),
    };
    path.iter().map(text).collect::<Vec<_>>().join("/")
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
    pub(crate) fn oversized(&self, wanted: fn(&Leaf, &str) -> bool) -> Vec<(String, Name)> {
        let of_leaf = |leaf: &Leaf| {
            let names = leaf
                .shapes
                .iter()
                .filter(|(name, shape)| shape.exceeds(ELEMENT_LIMIT) && wanted(leaf, name))
                .map(|(name, _)| name.clone());
            names.map(|name| (leaf.label(), name)).collect::<Vec<_>>()
        };
        self.leaves.iter().flat_map(of_leaf).collect()
    }

    /// The step that the example would be of a recurrence over the batch, and how many these are.
    pub(crate) fn example(&self) -> Option<(usize, usize)> {
        match self.examples {
            Examples::Of(place, count) => Some((place, count)),
            Examples::One | Examples::All(_) => None,
        }
    }

    /// The dimensions of a port of a layer for all examples that the net is evaluated on together.
    pub(crate) fn dimensions_of(&self, leaf: &Leaf, port: &str) -> Option<Vec<Expr>> {
        let dimensions = leaf.shape(port).dimensions()?;
        match self.examples {
            Examples::All(count) if leaf.port(port).is_some() => {
                Some([Expr::integer(count as i64)].into_iter().chain(dimensions).collect())
            }
            _ => Some(dimensions),
        }
    }

    /// The same for an input or output of the net.
    pub(crate) fn dimensions(&self, port: &NetPort) -> Option<Vec<Expr>> {
        let dimensions = port.shape.dimensions()?;
        match (self.examples, port.places.first()) {
            (Examples::All(count), Some(place)) if self.leaves[place.leaf].port(&place.port).is_some() => {
                Some([Expr::integer(count as i64)].into_iter().chain(dimensions).collect())
            }
            _ => Some(dimensions),
        }
    }

    /// The layers that need all examples of a batch at once.
    pub(crate) fn of_whole_batch(&self) -> impl Iterator<Item = &Leaf> {
        self.leaves.iter().filter(|leaf| self.training && needs_whole_batch(leaf))
    }

    /// The input of this name.
    pub fn input(&self, name: &str) -> Option<&NetPort> {
        self.inputs.iter().find(|p| *p.name == *name)
    }

    /// What the elements of an input are.
    pub fn elements(&self, input: &NetPort) -> Elements {
        input.places.first().map_or(Elements::Real, |place| self.elements_at(place))
    }

    /// The integers that an input takes, if it is restricted to some.
    pub(crate) fn integers(&self, input: &NetPort) -> Option<&Integers> {
        let at_place = |place: &Place| {
            let leaf = &self.leaves[place.leaf];
            let own = leaf.integers.iter().find(|(name, _)| *name == place.port).map(|(_, integers)| integers);
            let inside =
                || leaf.nets.iter().flat_map(|inner| &inner.inputs).filter(|(port, _)| port.name == place.port);
            own.or_else(|| inside().find_map(|(_, port)| self.integers(port)))
        };
        input.places.iter().find_map(at_place)
    }

    /// What the elements of an input of a layer are: what the layer says, or the nets in it of their
    /// inputs of this name.
    fn elements_at(&self, place: &Place) -> Elements {
        let leaf = &self.leaves[place.leaf];
        let inside = leaf.nets.iter().flat_map(|inner| &inner.inputs).filter(|(port, _)| port.name == place.port);
        let own = [leaf.elements(&place.port)].into_iter();
        let mut all = own.chain(inside.map(|(_, port)| self.elements(port)));
        all.find(|elements| *elements != Elements::Real).unwrap_or(Elements::Real)
    }

    /// How many leaves a leaf is together with those of the nets in it, which follow it.
    pub(crate) fn extent(&self, leaf: usize) -> usize {
        1 + self.leaves[leaf].nets.iter().map(|inner| inner.count).sum::<usize>()
    }

    /// One layer of this net by itself, with the nets in it; all of its ports are inputs and outputs.
    pub(crate) fn of_leaf(&self, leaf: usize) -> Net {
        let move_place = |place: &mut Place| place.leaf -= leaf;
        let mut leaves = self.leaves[leaf..leaf + self.extent(leaf)].to_vec();
        for inside in &mut leaves[1..] {
            inside.owner = inside.owner.map(|owner| owner - leaf);
            for (_, source) in &mut inside.sources {
                if let Source::Leaf(place) = source {
                    move_place(place);
                }
            }
        }
        for inner in leaves.iter_mut().flat_map(|leaf| &mut leaf.nets) {
            for (_, port) in inner.inputs.iter_mut().chain(&mut inner.outputs) {
                port.places.iter_mut().for_each(move_place);
            }
        }
        let root = &mut leaves[0];
        root.owner = None;
        root.sources = root.inputs.iter().enumerate().map(|(i, port)| (port.name.clone(), Source::Input(i))).collect();
        let port = |port: &LeafPort| NetPort {
            name: port.name.clone(),
            places: vec![Place { leaf: 0, port: port.name.clone() }],
            shape: root.shape(&port.name).clone(),
            optional: port.is_state(),
            coder: None,
        };
        let (inputs, outputs) = (root.inputs.iter().map(port).collect(), root.outputs.iter().map(port).collect());
        let expr = Expr::normal(Expr::symbol(&format!("System`{}", root.layer.name)), []);
        let constraints = Vec::new();
        let training = self.training;
        Net {
            expr,
            leaves,
            inputs,
            outputs,
            constraints,
            faults: Vec::new(),
            training,
            examples: Examples::One,
            differentiated: self.differentiated,
        }
    }
}

//! Graphs of nodes as they are stored, and what makes them: names, constants, nodes that are the same.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::bias::{Stored, with_biases};
use super::element::Element;
use super::named::with_names;
use crate::onnx::written::Message;

/// The name of a value.
pub(super) type Name = Rc<str>;

/// An attribute of a node.
#[derive(Clone, Debug)]
pub(super) enum Attribute {
    Integer(i64),
    Integers(Vec<i64>),
    Real(f64),
    Text(String),
    Graph(Box<Graph>),
}

/// An application of an operator.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) operator: &'static str,
    pub(super) inputs: Vec<Name>,
    pub(super) outputs: Vec<Name>,
    pub(super) attributes: Vec<(&'static str, Attribute)>,
}

/// A dimension of a port.
#[derive(Clone, Debug)]
pub(super) enum Size {
    Known(i64),
    Named(String),
}

/// An input or output of a graph.
#[derive(Clone, Debug)]
pub(super) struct Port {
    pub(super) name: Name,
    pub(super) element: Element,
    pub(super) shape: Vec<Size>,
}

/// A graph.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    pub(super) name: String,
    pub(super) nodes: Vec<Node>,
    pub(super) inputs: Vec<Port>,
    pub(super) outputs: Vec<Port>,
}

/// An array that is known.
#[derive(Debug)]
struct Initializer {
    name: Name,
    element: Element,
    shape: Vec<i64>,
    bytes: Vec<u8>,
}

/// Makes graphs. The innermost one gets new nodes; names differ in all of them.
#[derive(Debug, Default)]
pub(super) struct Builder {
    open: Vec<Vec<Node>>,
    /// What gives the same, for each open graph.
    known_nodes: Vec<HashMap<String, Vec<Name>>>,
    initializers: Vec<Initializer>,
    known_constants: HashMap<(Element, Vec<i64>, Vec<u8>), Name>,
    stored: Stored,
    /// Single real numbers that are stored.
    scalars: HashMap<Name, f64>,
    /// The shapes of values of programs, as far as sizes are known.
    shapes: HashMap<Name, Vec<Option<i64>>>,
    /// What real numbers are.
    real: Option<Element>,
    counts: HashMap<String, usize>,
    taken: HashSet<String>,
}

impl Builder {
    /// Makes graphs in which real numbers are such elements.
    pub(super) fn of(real: Element) -> Builder {
        Builder { real: Some(real), ..Builder::default() }
    }

    pub(super) fn real(&self) -> Element {
        self.real.unwrap_or(Element::Float)
    }

    /// Keeps the shape of a value.
    pub(super) fn shaped(&mut self, name: &Name, shape: Vec<Option<i64>>) {
        self.shapes.insert(Rc::clone(name), shape);
    }

    /// The shape of a value, if it is known.
    pub(super) fn shape(&self, name: &Name) -> Option<&[Option<i64>]> {
        self.shapes.get(name).map(Vec::as_slice)
    }

    /// The shape of an array that is stored.
    pub(super) fn stored_shape(&self, name: &Name) -> Option<&[i64]> {
        self.stored.get(name).map(|(shape, _)| shape.as_slice())
    }

    /// A list of integers that is stored.
    pub(super) fn integers_of(&self, name: &Name) -> Option<&[i64]> {
        self.stored.get(name).map(|(_, integers)| integers.as_slice())
    }

    /// A single real number that is stored.
    pub(super) fn scalar(&self, name: &Name) -> Option<f64> {
        self.scalars.get(name).copied()
    }

    /// A name that no other value has.
    pub(super) fn name(&mut self, wanted: &str) -> Name {
        let mut name = wanted.to_owned();
        while !self.taken.insert(name.clone()) {
            let count = self.counts.entry(wanted.to_owned()).or_insert(1);
            *count += 1;
            name = format!("{wanted}_{count}");
        }
        name.into()
    }

    /// Begins a graph inside of the one that is being made.
    pub(super) fn begin(&mut self) {
        self.open.push(Vec::new());
        self.known_nodes.push(HashMap::new());
    }

    /// The nodes of the graph that was begun last.
    pub(super) fn end(&mut self) -> Vec<Node> {
        self.known_nodes.pop();
        let mut nodes = self.open.pop().unwrap_or_default();
        with_biases(&mut nodes, &self.stored);
        with_names(nodes, self)
    }

    /// An array of known elements, one for all with the same elements.
    pub(super) fn constant(&mut self, element: Element, shape: &[i64], elements: &[f64]) -> Name {
        let key = (element, shape.to_vec(), element.bytes(elements));
        if let Some(known) = self.known_constants.get(&key) {
            return Rc::clone(known);
        }
        let name = self.name("constant");
        self.known_constants.insert(key.clone(), Rc::clone(&name));
        let is_integer = element == Element::Integer;
        if let ([single], Element::Float | Element::Double) = (elements, element) {
            self.scalars.insert(Rc::clone(&name), *single);
        }
        let integers = elements.iter().filter(|_| is_integer).map(|element| *element as i64).collect();
        self.stored.insert(Rc::clone(&name), (key.1.clone(), integers));
        self.initializers.push(Initializer { name: Rc::clone(&name), element, shape: key.1, bytes: key.2 });
        name
    }

    /// An array of a net, under its name.
    pub(super) fn array(&mut self, name: &str, element: Element, shape: &[i64], elements: &[f64]) -> Name {
        let name = self.name(name);
        let bytes = element.bytes(elements);
        self.stored.insert(Rc::clone(&name), (shape.to_vec(), Vec::new()));
        self.initializers.push(Initializer { name: Rc::clone(&name), element, shape: shape.to_vec(), bytes });
        name
    }

    /// A list of integers.
    pub(super) fn integers(&mut self, values: &[i64]) -> Name {
        let elements: Vec<f64> = values.iter().map(|value| *value as f64).collect();
        self.constant(Element::Integer, &[values.len() as i64], &elements)
    }

    /// The shape and value of a stored integer.
    pub(super) fn integer(&self, name: &Name) -> Option<(Vec<i64>, f64)> {
        let (shape, integers) = self.stored.get(name)?;
        let [value] = integers.as_slice() else { return None };
        Some((shape.clone(), *value as f64))
    }

    /// A node with one result.
    pub(super) fn node(
        &mut self,
        operator: &'static str,
        inputs: &[&Name],
        attributes: Vec<(&'static str, Attribute)>,
    ) -> Name {
        let mut outputs = self.nodes(operator, inputs, attributes, 1);
        outputs.swap_remove(0)
    }

    /// A node with several results. Where one is there that gives the same, it is that one.
    pub(super) fn nodes(
        &mut self,
        operator: &'static str,
        inputs: &[&Name],
        attributes: Vec<(&'static str, Attribute)>,
        count: usize,
    ) -> Vec<Name> {
        let has_graph = attributes.iter().any(|(_, value)| matches!(value, Attribute::Graph(_)));
        let key = (!has_graph).then(|| format!("{operator} {inputs:?} {attributes:?}"));
        if let Some(known) = key.as_ref().and_then(|key| self.known_nodes.iter().find_map(|known| known.get(key))) {
            return known.clone();
        }
        let outputs: Vec<Name> = (0..count).map(|_| self.name(operator)).collect();
        let inputs = inputs.iter().map(|name| Rc::clone(name)).collect();
        if let Some(open) = self.open.last_mut() {
            open.push(Node { operator, inputs, outputs: outputs.clone(), attributes });
        }
        if let (Some(key), Some(known)) = (key, self.known_nodes.last_mut()) {
            known.insert(key, outputs.clone());
        }
        outputs
    }

    /// A node with one operand whose result has a name that is known.
    pub(super) fn node_named(&mut self, operator: &'static str, input: &Name, output: &Name) {
        if let Some(open) = self.open.last_mut() {
            let (inputs, outputs) = (vec![Rc::clone(input)], vec![Rc::clone(output)]);
            open.push(Node { operator, inputs, outputs, attributes: vec![] });
        }
    }

    /// A node with one operand that gives a value of its own, whatever gives the same.
    pub(super) fn node_of_its_own(&mut self, operator: &'static str, input: &Name) -> Name {
        let output = self.name(operator);
        self.node_named(operator, input, &output);
        output
    }

    /// The model of a graph whose nodes are all made.
    pub(super) fn model(&self, mut graph: Graph, opset: i64, ir_version: i64, producer: &str) -> Vec<u8> {
        let mut used = HashSet::new();
        graph.without_idle_nodes(&mut used);
        let mut model = Message::default();
        model.integer(1, ir_version);
        model.text(2, producer);
        let mut set = Message::default();
        set.text(1, "");
        set.integer(2, opset);
        model.message(8, &set);
        let arrays = self.initializers.iter().filter(|array| used.contains(&array.name));
        model.message(7, &graph.message(arrays));
        model.bytes
    }
}

impl Graph {
    /// Leaves out nodes whose results nothing reads; collects the names that are read.
    fn without_idle_nodes(&mut self, used: &mut HashSet<Name>) {
        used.extend(self.outputs.iter().map(|port| Rc::clone(&port.name)));
        let mut kept = Vec::with_capacity(self.nodes.len());
        for mut node in std::mem::take(&mut self.nodes).into_iter().rev() {
            if !node.outputs.iter().any(|output| used.contains(output)) {
                continue;
            }
            used.extend(node.inputs.iter().cloned());
            for (_, attribute) in &mut node.attributes {
                if let Attribute::Graph(graph) = attribute {
                    graph.without_idle_nodes(used);
                }
            }
            kept.push(node);
        }
        kept.reverse();
        self.nodes = kept;
    }

    fn message<'a>(&self, arrays: impl Iterator<Item = &'a Initializer>) -> Message {
        let mut message = Message::default();
        self.nodes.iter().for_each(|node| message.message(1, &node.message()));
        message.text(2, &self.name);
        arrays.for_each(|array| message.message(5, &array.message()));
        self.inputs.iter().for_each(|port| message.message(11, &port.message()));
        self.outputs.iter().for_each(|port| message.message(12, &port.message()));
        message
    }
}

impl Node {
    fn message(&self) -> Message {
        let mut message = Message::default();
        self.inputs.iter().for_each(|name| message.text(1, name));
        self.outputs.iter().for_each(|name| message.text(2, name));
        if let Some(first) = self.outputs.first() {
            message.text(3, first);
        }
        message.text(4, self.operator);
        for (name, value) in &self.attributes {
            message.message(5, &value.message(name));
        }
        message
    }
}

impl Attribute {
    fn message(&self, name: &str) -> Message {
        let mut message = Message::default();
        message.text(1, name);
        let kind = match self {
            Attribute::Integer(value) => {
                message.integer(3, *value);
                2
            }
            Attribute::Real(value) => {
                message.single(2, *value as f32);
                1
            }
            Attribute::Text(text) => {
                message.text(4, text);
                3
            }
            Attribute::Graph(graph) => {
                message.message(6, &graph.message(std::iter::empty()));
                5
            }
            Attribute::Integers(values) => {
                values.iter().for_each(|value| message.integer(8, *value));
                7
            }
        };
        message.integer(20, kind);
        message
    }
}

impl Initializer {
    fn message(&self) -> Message {
        let mut message = Message::default();
        message.integers(1, &self.shape);
        message.integer(2, self.element.code());
        message.text(8, &self.name);
        message.field(9, &self.bytes);
        message
    }
}

impl Port {
    fn message(&self) -> Message {
        let mut shape = Message::default();
        for size in &self.shape {
            let mut dimension = Message::default();
            match size {
                Size::Known(size) => dimension.integer(1, *size),
                Size::Named(name) => dimension.text(2, name),
            }
            shape.message(1, &dimension);
        }
        let mut tensor = Message::default();
        tensor.integer(1, self.element.code());
        tensor.message(2, &shape);
        let mut value_type = Message::default();
        value_type.message(1, &tensor);
        let mut message = Message::default();
        message.text(1, &self.name);
        message.message(2, &value_type);
        message
    }
}

//! Graphs: their inputs, their nodes in order, their outputs.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Sym};
use rustc_hash::{FxHashMap, FxHashSet};

use super::constants;
use super::options::Options;
use super::order::{order, uses};
use super::value::{Content, Scope, Value};
use crate::fault::Faults;
use crate::graph::{Net, identifier, port};
use crate::onnx::model::{Dimension, Graph, Model, Node, Tensor, ValueInfo, ValueType};
use crate::onnx::tensor::Element;
use crate::{FormatError, Source};

/// What goes through a model.
pub(super) struct Importer<'s, 'a> {
    pub(super) session: &'s mut Session,
    pub(super) source: &'s Source<'a>,
    pub(super) model: &'s Model<'a>,
    pub(super) options: Options,
    pub(super) net: Net,
    pub(super) faults: Faults,
    /// The symbols of dimensions, each with an input and the level where it is seen.
    pub(super) symbols: Vec<(Expr, String, usize)>,
    /// The symbols of dimensions by their names in the file, or by their places where they have none.
    dimensions: Vec<(String, Expr)>,
    /// The layers that hold constants.
    pub(super) arrays: NodeMap<Expr>,
    /// What stands before names of values, for graphs within graphs.
    pub(super) prefix: String,
    /// The versions of sets of operators: of the model, or of the function that is gone through.
    pub(super) opsets: Vec<(&'a str, i64)>,
    /// How deep functions call each other.
    pub(super) depth: usize,
    /// How many nodes may still be gone through.
    pub(super) budget: usize,
    /// How many elements the constants may have that still follow from others.
    pub(super) room: usize,
}

/// How many elements constants that follow from those of a file may have together: so many, or these times as many as are stored.
const ROOM: usize = 1 << 24;
const ROOM_TIMES: usize = 16;

/// How many nodes a model may have, those of loops that are written out included.
const NODE_LIMIT: usize = 1_000_000;

impl<'s, 'a> Importer<'s, 'a> {
    pub(super) fn new(
        session: &'s mut Session,
        source: &'s Source<'a>,
        model: &'s Model<'a>,
        options: Options,
    ) -> Importer<'s, 'a> {
        Importer {
            session,
            source,
            model,
            options,
            net: Net::default(),
            faults: Faults::default(),
            symbols: Vec::new(),
            dimensions: Vec::new(),
            arrays: NodeMap::default(),
            prefix: String::new(),
            opsets: model.opsets.clone(),
            depth: 0,
            budget: NODE_LIMIT,
            room: ROOM,
        }
    }

    /// Goes through the graph of the model.
    pub(super) fn whole(&mut self, graph: &Graph<'a>) -> Result<(), Flow> {
        let sizes = |tensor: &Tensor<'_>| {
            tensor.dimensions.iter().fold(1_usize, |all, &size| all.saturating_mul(usize::try_from(size).unwrap_or(0)))
        };
        let stored = graph.initializers.iter().map(sizes).fold(0, usize::saturating_add);
        self.room = self.room.max(stored.saturating_mul(ROOM_TIMES));
        let mut scope = Scope::default();
        let stored: FxHashSet<&str> = graph.initializers.iter().map(|tensor| tensor.name).collect();
        self.check_options(graph);
        for info in graph.inputs.iter().filter(|info| !stored.contains(info.name)) {
            let value = self.input(info)?;
            scope.set(info.name, value);
        }
        if graph.outputs.is_empty() {
            self.faults.add("the graph has no outputs".to_owned());
        }
        self.graph(graph, &mut scope)?;
        if !self.faults.is_empty() {
            return Ok(());
        }
        for output in &graph.outputs {
            match scope.get(output.name).cloned() {
                None => self.faults.add(format!("no node computes the output {:?}", output.name)),
                Some(value) => self.output(output.name, value)?,
            }
        }
        Ok(())
    }

    /// Names in options that are none in the model.
    fn check_options(&mut self, graph: &Graph<'a>) {
        let inputs: Vec<&str> = graph.inputs.iter().map(|info| info.name).collect();
        let mut names: Vec<&str> = inputs.clone();
        for info in &graph.inputs {
            if let ValueType::Tensor(_, Some(dimensions)) = &info.value_type {
                names.extend(dimensions.iter().filter_map(|d| match d {
                    Dimension::Name(name) => Some(*name),
                    _ => None,
                }));
            }
        }
        let mut unknown = Vec::new();
        for (name, _) in self.options.constants.iter().filter(|(name, _)| !inputs.contains(&name.as_str())) {
            unknown.push(format!("\"Constants\" names {name:?}; the inputs are {}", inputs.join(", ")));
        }
        for (name, _) in self.options.dimensions.iter().filter(|(name, _)| !names.contains(&name.as_str())) {
            unknown.push(format!("\"Dimensions\" names {name:?}; the inputs and dimensions are {}", names.join(", ")));
        }
        unknown.into_iter().for_each(|text| self.faults.add(text));
    }

    /// An input of the model.
    fn input(&mut self, info: &ValueInfo<'a>) -> Result<Value, Flow> {
        let given = self.options.constant(info.name).cloned();
        let (element, declared) = match &info.value_type {
            ValueType::Tensor(element, declared) => (Element::of(*element), declared.clone()),
            ValueType::Unknown if given.is_some() => (Element::FLOAT, None),
            _ => {
                self.faults
                    .add(format!("the input {:?} is no array; only inputs that are arrays are supported", info.name));
                return Ok(Value::failed());
            }
        };
        if let Element::Other(_) = element {
            self.faults.add(format!(
                "the input {:?} has elements of the type {}, which is not supported",
                info.name,
                element.name()
            ));
            return Ok(Value::failed());
        }
        if let Some(value) = given {
            let dimensions = self.session.shape_of(&value)?.dimensions().unwrap_or_default().to_vec();
            return Ok(constants::of_value(value, element, dimensions));
        }
        let dimensions = match self.options.dimension(info.name) {
            Some(list) if list.is_list() => list.args().into_owned(),
            _ => match declared {
                Some(declared) => {
                    declared.iter().enumerate().map(|(axis, d)| self.dimension(info.name, axis, *d)).collect()
                }
                None => {
                    self.faults.add(format!(
                        "the number of dimensions of the input {:?} is not declared; give them by the option \"Dimensions\" -> <|{:?} -> {{...}}|>",
                        info.name, info.name
                    ));
                    return Ok(Value::failed());
                }
            },
        };
        for (axis, dimension) in dimensions.iter().enumerate() {
            if dimension.is_symbol() && !self.symbols.iter().any(|(symbol, ..)| symbol == dimension) {
                self.symbols.push((dimension.clone(), info.name.to_owned(), axis));
            }
        }
        self.net.inputs.push((info.name.to_owned(), Some(dimensions.clone())));
        let content = Content::Port(port(None, info.name), info.name.to_owned());
        Ok(Value { content, element, dimensions })
    }

    /// A declared dimension; names become symbols, different ones different symbols.
    fn dimension(&mut self, input: &str, axis: usize, declared: Dimension<'_>) -> Expr {
        let own = format!("{input}{}", axis + 1);
        let (key, name) = match declared {
            Dimension::Size(size) if size >= 0 => return Expr::integer(size),
            Dimension::Name(name) if name.chars().any(char::is_alphabetic) => match self.options.dimension(name) {
                Some(size) => return size.clone(),
                None => (name.to_owned(), name),
            },
            _ => (format!("{input} {axis}"), own.as_str()),
        };
        if let Some((_, symbol)) = self.dimensions.iter().find(|(known, _)| *known == key) {
            return symbol.clone();
        }
        let name = identifier(name);
        // Single capitals are functions and constants of the language.
        let name = if matches!(&*name, "C" | "D" | "E" | "I" | "K" | "N" | "O") { name.to_lowercase() } else { name };
        let symbol = |count: usize| match count {
            0 => Expr::symbol(&format!("Global`{name}")),
            count => Expr::symbol(&format!("Global`{name}{}", count + 1)),
        };
        let is_free = |symbol: &Expr| !self.dimensions.iter().any(|(_, known)| known == symbol);
        let symbol = (0..).map(symbol).find(is_free).unwrap_or_else(|| Expr::symbol(&format!("Global`{name}")));
        self.dimensions.push((key, symbol.clone()));
        symbol
    }

    /// Goes through the nodes of a graph that its outputs need.
    pub(super) fn graph(&mut self, graph: &Graph<'a>, scope: &mut Scope<'_>) -> Result<(), Flow> {
        for stored in &graph.sparse_initializers {
            self.session.tick()?;
            let value = constants::sparse(self.session, self.source, stored)?.unwrap_or_else(|error| {
                self.faults.add(format!("initializer: {error}"));
                Value::failed()
            });
            scope.set(stored.values.name, value);
        }
        let (waiting, small): (Vec<_>, Vec<_>) =
            graph.initializers.iter().partition(|tensor| tensor.elsewhere.is_some());
        for tensor in small {
            let value = self.stored(tensor)?;
            scope.set(tensor.name, value);
        }
        let waiting = waiting.into_iter().map(|tensor| (tensor.name, tensor)).collect();
        self.nodes(&graph.nodes, graph.outputs.iter().map(|output| output.name), &waiting, scope)
    }

    /// An array of the file.
    fn stored(&mut self, tensor: &Tensor<'_>) -> Result<Value, Flow> {
        self.session.tick()?;
        Ok(constants::constant(self.session, self.source, tensor)?.unwrap_or_else(|error| {
            self.faults.add(format!("initializer: {error}"));
            Value::failed()
        }))
    }

    /// Goes through the nodes that wanted values need. Arrays that wait in the file are read for the first node that mentions
    /// them, and forgotten after the last one.
    pub(super) fn nodes(
        &mut self,
        nodes: &[Node<'a>],
        wanted: impl Iterator<Item = &'a str>,
        waiting: &FxHashMap<&str, &Tensor<'a>>,
        scope: &mut Scope<'_>,
    ) -> Result<(), Flow> {
        let wanted: Vec<&str> = wanted.collect();
        let (mut ordered, cyclic) = order(nodes, wanted.iter().copied(), &mut self.faults);
        let groups = self.groups(nodes, &ordered, &wanted, waiting, scope)?;
        ordered.retain(|place| !groups.inside.contains(place));
        let node = |place: usize| groups.nodes.get(&place).unwrap_or(&nodes[place]);
        let mut used: FxHashSet<&str> = wanted.iter().copied().collect();
        let mut mentions: FxHashMap<&str, usize> = wanted.iter().map(|name| (*name, 1)).collect();
        let used_by: Vec<Vec<&str>> = ordered.iter().map(|place| uses(node(*place))).collect();
        for name in used_by.iter().flatten() {
            used.insert(name);
            *mentions.entry(name).or_default() += 1;
        }
        for name in cyclic.iter().flat_map(|place| &nodes[*place].outputs) {
            scope.set(name, Value::failed());
        }
        for (place, used_by) in ordered.into_iter().zip(used_by) {
            self.session.tick()?;
            self.fetch(&used_by, waiting, scope)?;
            let Some(budget) = self.budget.checked_sub(1) else {
                self.faults.add(format!("there are more than {NODE_LIMIT} nodes, loops written out"));
                return Ok(());
            };
            self.budget = budget;
            self.node(node(place), &used, scope)?;
            for name in used_by.iter().filter(|name| waiting.contains_key(**name)) {
                let count = mentions.entry(name).or_default();
                *count = count.saturating_sub(1);
                if *count == 0 {
                    scope.values.remove(*name);
                }
            }
        }
        self.fetch(&wanted, waiting, scope)
    }

    /// Reads those of the wanted arrays that still wait in the file.
    fn fetch(
        &mut self,
        wanted: &[&str],
        waiting: &FxHashMap<&str, &Tensor<'a>>,
        scope: &mut Scope<'_>,
    ) -> Result<(), Flow> {
        for name in wanted {
            if let Some(tensor) = waiting.get(name)
                && !scope.values.contains_key(*name)
            {
                let value = self.stored(tensor)?;
                scope.set(name, value);
            }
        }
        Ok(())
    }

    /// Connects an output of the model.
    pub(super) fn output(&mut self, name: &str, value: Value) -> Result<(), Flow> {
        let source = match value.content {
            Content::Failed => return Ok(()),
            Content::Sequence(_) | Content::Optional(_) => {
                self.faults
                    .add(format!("the output {name:?} is a sequence or optional; only arrays can be outputs of a net"));
                return Ok(());
            }
            Content::Constant(array) => {
                let layer = Expr::call(Sym::NetArrayLayer, [Expr::rule(Expr::string("Array"), array)]);
                Expr::string(&self.net.add(name, layer))
            }
            // An input that is an output goes through a layer.
            Content::Port(source, _) if source.has_head(Sym::NetPort) && source.arg(0).as_str().is_some() => {
                let layer = Expr::call(Sym::ElementwiseLayer, [Expr::from(Sym::Identity)]);
                let layer = Expr::string(&self.net.add(name, layer));
                self.net.connect(source, layer.clone());
                layer
            }
            Content::Port(source, _) => source,
        };
        self.net.connect(source, port(None, name));
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Result<Expr, FormatError>, Flow> {
        self.net.order_inputs();
        self.net.finish(self.session, "; sizes for named dimensions can be given by the option \"Dimensions\"")
    }
}

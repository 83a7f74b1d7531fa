//! A graph as a net.
//!
//! Nodes come before their uses in the file, and are gone through in this order, as far as the outputs need them. Whatever is wrong is
//! collected, and told together. What a node takes is in [`inputs`], what becomes of it in [`layer`].

mod inputs;
mod layer;

use std::collections::BTreeSet;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Sym};

use super::operators::{self, Batch, Kind, Operator, TEXTS};
use super::symbol::{Graph, Node};
use super::{Arrays, DIMENSIONS};
use crate::FormatError;
use crate::fault::Faults;
use crate::graph::{Net, port};

/// What comes out of a node.
#[derive(Debug, Clone)]
enum Value {
    /// An input of the model, or an array without values: that depends on its use.
    Variable,
    Constant(Expr),
    Array(Array),
    /// What is wrong has been told.
    Failed,
}

/// An array that goes from layer to layer.
#[derive(Debug, Clone)]
struct Array {
    /// Where it comes from, as edges name it.
    from: Expr,
    /// Its dimensions without the batch, where they are known.
    shape: Option<Vec<Expr>>,
    /// The axis of the batch.
    batch: usize,
    /// Whether it is an input of the model.
    is_input: bool,
}

impl Array {
    fn shape(&self) -> Option<&[Expr]> {
        self.shape.as_deref()
    }
}

struct Importer<'s> {
    session: &'s mut Session,
    graph: &'s Graph,
    /// The arrays of the model, if it has been given any.
    arrays: Option<&'s Arrays>,
    dimensions: &'s [(String, Vec<Expr>)],
    net: Net,
    faults: Faults,
    /// For each node its outputs.
    values: Vec<Vec<Value>>,
    /// The outputs of each node that are used.
    used: Vec<BTreeSet<usize>>,
    /// Where inputs of the net are among all, by how edges name them.
    places: NodeMap<usize>,
}

/// The net of a graph.
pub(super) fn read(
    session: &mut Session,
    graph: &Graph,
    arrays: Option<&Arrays>,
    dimensions: &[(String, Vec<Expr>)],
) -> Result<Result<Expr, FormatError>, Flow> {
    let mut importer = Importer {
        session,
        graph,
        arrays,
        dimensions,
        net: Net::default(),
        faults: Faults::default(),
        values: Vec::with_capacity(graph.nodes.len()),
        used: used(graph),
        places: NodeMap::default(),
    };
    importer.check_dimensions();
    for number in 0..graph.nodes.len() {
        importer.session.tick()?;
        let outputs = importer.node(number)?;
        importer.values.push(outputs);
    }
    for head in &graph.heads {
        importer.head(*head);
    }
    if !importer.faults.is_empty() {
        return Ok(Err(importer.faults.error()));
    }
    let advice = format!("; the option {DIMENSIONS:?} gives the dimensions of inputs, without the batch");
    importer.net.finish(importer.session, &advice)
}

/// For each node its outputs that those of the graph need.
fn used(graph: &Graph) -> Vec<BTreeSet<usize>> {
    let mut used = vec![BTreeSet::new(); graph.nodes.len()];
    let mut open = graph.heads.clone();
    while let Some((number, output)) = open.pop() {
        let is_new = used[number].is_empty();
        used[number].insert(output);
        if is_new {
            let node = &graph.nodes[number];
            let record = operators::find(&node.operator);
            let matters = |place: usize| record.is_none_or(|record| kind(record, place) != Some(Kind::Unused));
            open.extend(node.inputs.iter().enumerate().filter(|(place, _)| matters(*place)).map(|(_, input)| *input));
        }
    }
    used
}

/// What an input of an operator is, by its place.
fn kind(record: &Operator, place: usize) -> Option<Kind> {
    let last = record.inputs.last().filter(|last| last.kind == Kind::Several);
    record.inputs.get(place).or(last).map(|input| input.kind)
}

impl Importer<'_> {
    /// Names in the option that are no inputs.
    fn check_dimensions(&mut self) {
        let is_input =
            |node: &&Node| node.is_variable() && self.arrays.is_none_or(|known| !known.contains_key(&node.name));
        let names: Vec<&str> = self.graph.nodes.iter().filter(is_input).map(|node| node.name.as_str()).collect();
        for (name, _) in self.dimensions.iter().filter(|(name, _)| !names.contains(&name.as_str())) {
            self.faults.add(format!("{DIMENSIONS:?} names {name:?}; the inputs are {}", names.join(", ")));
        }
    }

    /// The outputs of a node; nothing if none of them is used.
    fn node(&mut self, number: usize) -> Result<Vec<Value>, Flow> {
        let node = &self.graph.nodes[number];
        let Some(count) = self.used[number].last().map(|last| last + 1) else { return Ok(Vec::new()) };
        if node.is_variable() {
            let array = self.arrays.and_then(|arrays| arrays.get(&node.name));
            return Ok(vec![array.map_or(Value::Variable, |array| Value::Constant(array.clone()))]);
        }
        let failed = vec![Value::Failed; count];
        let Some(record) = operators::find(&node.operator) else {
            self.faults.add(format!("{}: this operator is not supported", node.label()));
            return Ok(failed);
        };
        let attributes = self.attributes(node, record)?;
        let given = self.inputs(node, record);
        let (Some(attributes), Some(given)) = (attributes, given) else { return Ok(failed) };
        let batch = given.data.first().map_or(0, |array| array.batch);
        if given.data.iter().any(|array| array.batch != batch) {
            self.faults.add(format!("{}: its inputs have the batch at different axes", node.label()));
            return Ok(failed);
        }
        if record.batch == Batch::First && batch != 0 {
            self.faults.add(format!("{}: the batch must be its first axis, and is axis {batch}", node.label()));
            return Ok(failed);
        }
        let mut bound = attributes;
        bound.extend(given.bound);
        if let Some(constants) = given.constants.filter(|_| !record.value.is_empty()) {
            bound.extend(constants);
            let value = self.text(node, record.value, bound)?;
            return Ok(value.map_or(failed, |value| vec![Value::Constant(value); count]));
        }
        let list = |shape: &Option<Vec<Expr>>| {
            shape.as_ref().map_or(Sym::None.into(), |shape| Expr::list(shape.iter().cloned()))
        };
        bound.push((TEXTS.symbol("batch"), Expr::integer(i64::try_from(batch).unwrap_or(i64::MAX))));
        let direct = given.data.first().is_some_and(|array| array.is_input);
        bound.push((TEXTS.symbol("direct"), Expr::boolean(direct)));
        bound.push((TEXTS.symbol("shape"), given.data.first().map_or(Sym::None.into(), |array| list(&array.shape))));
        bound.push((TEXTS.symbol("shapes"), Expr::list(given.data.iter().map(|array| list(&array.shape)))));
        let batch = match record.batch {
            Batch::First | Batch::Kept => Some(batch),
            Batch::Moved(text) => self.text(node, text, bound.clone())?.and_then(|place| place.as_usize()),
        };
        let (Some(batch), Some(layer)) = (batch, self.text(node, record.layer, bound)?) else { return Ok(failed) };
        let mut outputs = Vec::with_capacity(count);
        for output in 0..count {
            let own = if layer.is_list() {
                layer.args().get(output).cloned()
            } else {
                Some(layer.clone()).filter(|_| output == 0)
            };
            outputs.push(match own {
                _ if !self.used[number].contains(&output) => Value::Failed,
                Some(own) => self.vertex(node, output, &own, &given.data, batch)?,
                None => {
                    self.faults.add(format!("{}: its output {output}, counted from 0, is not supported", node.label()));
                    Value::Failed
                }
            });
        }
        Ok(outputs)
    }

    /// Connects an output of the model, under the name that MXNet gives it.
    fn head(&mut self, (number, output): (usize, usize)) {
        let node = &self.graph.nodes[number];
        let several = self.used[number].last().is_some_and(|last| *last > 0);
        let name = match several {
            _ if node.is_variable() => node.name.clone(),
            true => format!("{}_output{output}", node.name),
            false => format!("{}_output", node.name),
        };
        let array = match self.values[number].get(output).cloned() {
            None | Some(Value::Failed) => return,
            Some(Value::Constant(array)) => {
                let layer = Expr::call(Sym::NetArrayLayer, [Expr::rule(Expr::string("Array"), array)]);
                Array { from: Expr::string(&self.net.add(&node.name, layer)), shape: None, batch: 0, is_input: false }
            }
            // An input that is an output goes through a layer.
            Some(Value::Variable) => {
                let input = self.input(&node.name, number);
                let layer = Expr::call(Sym::ElementwiseLayer, [Expr::from(Sym::Identity)]);
                let layer = Expr::string(&self.net.add(&format!("{name}_identity"), layer));
                self.net.connect(input.from, layer.clone());
                Array { from: layer, ..input }
            }
            Some(Value::Array(array)) => array,
        };
        self.net.connect(array.from, port(None, &name));
    }
}

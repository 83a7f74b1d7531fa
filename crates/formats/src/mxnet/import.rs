//! A graph as a net.
//!
//! Nodes come before their uses in the file, and are gone through in this order, as far as the outputs need them. Whatever is wrong is
//! collected, and told together.

use netform_eval::{Flow, Session};
use netform_expr::pattern::Bindings;
use netform_expr::{Expr, Sym, substitute};
use rustc_hash::FxHashSet;

use super::operators::{self, Batch, Kind, Operator, TEXTS};
use super::symbol::{self, Graph, Node};
use super::{Arrays, DIMENSIONS};
use crate::FormatError;
use crate::fault::Faults;
use crate::graph::{Net, Ports, output_of, port};

/// Attributes that say how arrays begin, or where and how a node is computed.
const COMMON: &[&str] = &["ctx_group", "lr_mult", "wd_mult", "weight_lr_mult", "force_mirroring", "mirror_stage"];

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
    /// The outputs that are used.
    used: FxHashSet<(usize, usize)>,
}

/// What a node takes.
#[derive(Default)]
struct Given {
    /// Arrays of examples.
    data: Vec<Array>,
    /// Names in texts with their values.
    bound: Vec<(Expr, Expr)>,
    /// The values where all arrays of examples are constants.
    constants: Option<Vec<(Expr, Expr)>>,
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

/// The outputs of nodes that those of the graph need.
fn used(graph: &Graph) -> FxHashSet<(usize, usize)> {
    let mut used: FxHashSet<(usize, usize)> = FxHashSet::default();
    let mut open = graph.heads.clone();
    let mut entered = FxHashSet::default();
    while let Some(output) = open.pop() {
        used.insert(output);
        let node = &graph.nodes[output.0];
        if entered.insert(output.0) {
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
        let count = self.used.iter().filter(|(place, _)| *place == number).map(|(_, output)| output + 1).max();
        let Some(count) = count else { return Ok(Vec::new()) };
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
                _ if !self.used.contains(&(number, output)) => Value::Failed,
                Some(own) => self.vertex(node, output, &own, &given.data, batch)?,
                None => {
                    self.faults.add(format!("{}: its output {output}, counted from 0, is not supported", node.label()));
                    Value::Failed
                }
            });
        }
        Ok(outputs)
    }

    /// The inputs of a node, or nothing after an error.
    fn inputs(&mut self, node: &Node, record: &'static Operator) -> Option<Given> {
        if let Some(more) = (0..node.inputs.len()).find(|place| kind(record, *place).is_none()) {
            self.faults.add(format!(
                "{}: it has {} inputs, at most {more} are expected",
                node.label(),
                node.inputs.len()
            ));
            return None;
        }
        let mut given = Given::default();
        let (mut data, mut failed) = (Vec::new(), false);
        for (place, input) in node.inputs.iter().enumerate() {
            let source = self.graph.nodes[input.0].name.clone();
            let value = self.values[input.0].get(input.1).cloned();
            let name = record.inputs.get(place).map_or("args", |input| input.name);
            match (kind(record, place), value) {
                (Some(Kind::Unused), _) => {}
                (Some(Kind::Array), Some(Value::Constant(array))) => given.bound.push((TEXTS.symbol(name), array)),
                (Some(Kind::Array), Some(Value::Variable)) if self.arrays.is_none() => {
                    given.bound.push((TEXTS.symbol(name), Sym::Automatic.into()));
                }
                (Some(Kind::Array), Some(value)) => {
                    failed = true;
                    match value {
                        Value::Failed => {}
                        Value::Variable => {
                            self.faults.add(format!("{}: there is no array {source:?} for its {name}", node.label()))
                        }
                        _ => self
                            .faults
                            .add(format!("{}: its {name}, {source:?}, must be an array of the model", node.label())),
                    }
                }
                (_, None | Some(Value::Failed)) => failed = true,
                (_, Some(Value::Variable)) => data.push((name, Value::Array(self.input(&source, input.0)))),
                (_, Some(value)) => data.push((name, value)),
            }
        }
        let known = |input: &&operators::Input| {
            node.inputs.len() <= record.inputs.iter().position(|other| other.name == input.name).unwrap_or(0)
        };
        for missing in record.inputs.iter().filter(known) {
            match missing.kind {
                Kind::Array => given.bound.push((TEXTS.symbol(missing.name), Sym::None.into())),
                Kind::Data => {
                    self.faults.add(format!("{}: its input {:?} is missing", node.label(), missing.name));
                    failed = true;
                }
                Kind::Several | Kind::Unused => {}
            }
        }
        if failed {
            return None;
        }
        let is_constant = |(_, value): &(&str, Value)| matches!(value, Value::Constant(_));
        if data.iter().all(is_constant) {
            given.constants = Some(constants(record, &data));
        }
        let batch = data.iter().find_map(|(_, value)| match value {
            Value::Array(array) => Some(array.batch),
            _ => None,
        });
        let evaluated = given.constants.is_some() && !record.value.is_empty();
        for (_, value) in data.into_iter().filter(|_| !evaluated) {
            given.data.push(match value {
                Value::Array(array) => array,
                Value::Constant(array) => self.constant(node, &array, batch.unwrap_or(0))?,
                Value::Variable | Value::Failed => return None,
            });
        }
        Some(given)
    }

    /// An input of the model.
    fn input(&mut self, name: &str, number: usize) -> Array {
        let given = self.dimensions.iter().find(|(known, _)| known == name).map(|(_, shape)| shape.clone());
        let shape = given.or_else(|| declared(&self.graph.nodes[number]));
        let shape = match self.net.inputs.iter().find(|(known, _)| known == name) {
            Some((_, known)) => known.clone(),
            None => {
                self.net.inputs.push((name.to_owned(), shape.clone()));
                shape
            }
        };
        Array { from: port(None, name), shape, batch: 0, is_input: true }
    }

    /// An array of the model among those of examples: the same for all of them.
    fn constant(&mut self, node: &Node, array: &Expr, batch: usize) -> Option<Array> {
        let mut shape = self.session.shape_of(array).ok()?.dimensions()?.to_vec();
        if shape.get(batch).is_none_or(|size| !size.is_integer(1)) {
            self.faults.add(format!(
                "{}: an array of the model among its inputs must have the size 1 at the axis {batch}, which is that of the batch",
                node.label()
            ));
            return None;
        }
        shape.remove(batch);
        let sizes = Expr::list(shape.iter().cloned());
        let array = self.session.evaluate(&Expr::call(Sym::ArrayReshape, [array.clone(), sizes])).ok()?;
        let layer = Expr::call(Sym::NetArrayLayer, [Expr::rule(Expr::string("Array"), array)]);
        let name = self.net.add(&format!("{}_array", node.name), layer);
        Some(Array { from: Expr::string(&name), shape: Some(shape), batch, is_input: false })
    }

    /// The attributes of a node as values of the names in its record, or nothing after an error.
    fn attributes(&mut self, node: &Node, record: &'static Operator) -> Result<Option<Vec<(Expr, Expr)>>, Flow> {
        let mut failed = false;
        for (name, value) in &node.attributes {
            let is_known = record.attributes.iter().any(|(known, _)| known == name)
                || record.ignored.contains(&name.as_str())
                || COMMON.contains(&name.as_str())
                || name.starts_with("__")
                || name == "num_args";
            if !is_known {
                let shown: String = value.chars().take(80).collect();
                self.faults.add(format!("{}: the attribute {name:?}, here {shown}, is not supported", node.label()));
                failed = true;
            }
        }
        let mut bound = Vec::new();
        for (name, default) in record.attributes {
            let given = node.attributes.iter().find(|(known, _)| known == name);
            let value = match given {
                Some((_, text)) => symbol::value(text),
                None if default.is_empty() => {
                    self.faults.add(format!("{}: the attribute {name:?} is missing", node.label()));
                    failed = true;
                    continue;
                }
                None => operators::parse(self.session, default),
            };
            bound.push((TEXTS.symbol(if *name == "shape" { "target" } else { name }), value));
        }
        Ok((!failed).then_some(bound))
    }

    /// The value of a text of a record, or nothing after an error.
    fn text(&mut self, node: &Node, text: &'static str, bound: Vec<(Expr, Expr)>) -> Result<Option<Expr>, Flow> {
        let leave = (TEXTS.symbol("refused"), TEXTS.helper(self.session, "leaving"));
        let bindings = Bindings::from_iter(bound.into_iter().chain([leave]));
        let definition = substitute(&operators::parse(self.session, text), &bindings);
        let definition = Expr::call(Sym::Catch, [definition, TEXTS.symbol("leaving")]);
        let (value, messages) = self.session.catch_messages(|session| session.evaluate(&definition));
        let value = value?;
        let why = TEXTS.refusal(&value).or_else(|| messages.into_iter().next().map(|message| message.text));
        if let Some(why) = &why {
            self.faults.add(format!("{}: {}", node.label(), why.trim_end_matches('.')));
        }
        Ok(Some(value).filter(|_| why.is_none()))
    }

    /// A layer of the net with its edges.
    fn vertex(
        &mut self,
        node: &Node,
        output: usize,
        layer: &Expr,
        data: &[Array],
        batch: usize,
    ) -> Result<Value, Flow> {
        let own = match data {
            [single] if single.shape.is_none() && single.is_input => Ports::own_shape(self.session, layer)?,
            _ => None,
        };
        if let (Some(_), Some(array)) = (&own, data.first()) {
            let input = self.net.inputs.iter_mut().find(|(name, _)| port(None, name) == array.from);
            input.into_iter().for_each(|(_, shape)| shape.clone_from(&own));
        }
        let known = |array| own.as_deref().or(Array::shape(array));
        let shapes: Option<Vec<&[Expr]>> = data.iter().map(known).collect();
        let ports = match shapes {
            Some(shapes) => match Ports::of(self.session, layer, &shapes)? {
                Err(texts) if !texts.is_empty() => {
                    let shown = shapes.iter().map(|shape| self.session.output_form(&Expr::list(shape.iter().cloned())));
                    let shown = shown.collect::<Vec<_>>().join(", ");
                    self.faults.add(format!(
                        "{}, on arrays of the dimensions {shown}: {}",
                        node.label(),
                        texts.join("; ")
                    ));
                    return Ok(Value::Failed);
                }
                other => other.ok(),
            },
            None => None,
        };
        let (inputs, outputs, shape) = match ports {
            Some(ports) => {
                let names = ports.outputs.iter().map(|(name, _)| name.clone()).collect();
                (ports.inputs, names, ports.outputs.into_iter().next().map(|(_, shape)| shape))
            }
            None => {
                let [inputs, outputs] = Ports::names(self.session, layer)?;
                (inputs, outputs, None)
            }
        };
        let (true, Some(first)) = (inputs.len() >= data.len(), outputs.first()) else {
            self.faults.add(format!("{}: its layer does not take {} inputs", node.label(), data.len()));
            return Ok(Value::Failed);
        };
        let name = if output == 0 { node.name.clone() } else { format!("{}_output{output}", node.name) };
        let name = self.net.add(&name, layer.clone());
        for (array, input) in data.iter().zip(&inputs) {
            let target = if inputs.len() == 1 { Expr::string(&name) } else { port(Some(&name), input) };
            self.net.connect(array.from.clone(), target);
        }
        Ok(Value::Array(Array { from: output_of(&name, first, outputs.len()), shape, batch, is_input: false }))
    }

    /// Connects an output of the model, under the name that MXNet gives it.
    fn head(&mut self, (number, output): (usize, usize)) {
        let node = &self.graph.nodes[number];
        let several = self.used.iter().any(|(place, output)| *place == number && *output > 0);
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

/// The dimensions that a variable declares, without the batch.
fn declared(node: &Node) -> Option<Vec<Expr>> {
    let (_, text) = node.attributes.iter().find(|(name, _)| name == "__shape__")?;
    let shape = symbol::value(text);
    let sizes = shape.is_list().then(|| shape.args().into_owned())?;
    let known = |size: &Expr| size.as_i64().is_some_and(|size| size > 0);
    sizes.get(1..).filter(|sizes| sizes.iter().all(known)).map(<[Expr]>::to_vec)
}

/// Constants by the names that the text of a value has for them.
fn constants(record: &Operator, data: &[(&str, Value)]) -> Vec<(Expr, Expr)> {
    let arrays = data.iter().filter_map(|(name, value)| match value {
        Value::Constant(array) => Some((*name, array.clone())),
        _ => None,
    });
    if record.inputs.first().is_some_and(|input| input.kind == Kind::Several) {
        let all = Expr::normal(Sym::Sequence.into(), arrays.map(|(_, array)| array));
        return vec![(TEXTS.symbol("args"), all)];
    }
    arrays.map(|(name, array)| (TEXTS.symbol(name), array)).collect()
}

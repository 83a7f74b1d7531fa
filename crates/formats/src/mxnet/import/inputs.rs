//! What a node takes: arrays of examples and of the model, and attributes.

use netform_eval::Flow;
use netform_expr::{Expr, Sym};

use super::{Array, Importer, Value, kind};
use crate::graph::port;
use crate::mxnet::operators::{self, Kind, Operator, TEXTS};
use crate::mxnet::symbol::{self, Node};

/// Attributes that say how arrays begin, or where and how a node is computed.
const COMMON: &[&str] = &["ctx_group", "lr_mult", "wd_mult", "weight_lr_mult", "force_mirroring", "mirror_stage"];

/// What a node takes.
#[derive(Default)]
pub(super) struct Given {
    /// Arrays of examples.
    pub(super) data: Vec<Array>,
    /// Names in texts with their values.
    pub(super) bound: Vec<(Expr, Expr)>,
    /// The values where all arrays of examples are constants.
    pub(super) constants: Option<Vec<(Expr, Expr)>>,
}

impl Importer<'_> {
    /// The inputs of a node, or nothing after an error.
    pub(super) fn inputs(&mut self, node: &Node, record: &'static Operator) -> Option<Given> {
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
    pub(super) fn input(&mut self, name: &str, number: usize) -> Array {
        let given = self.dimensions.iter().find(|(known, _)| known == name).map(|(_, shape)| shape.clone());
        let shape = given.or_else(|| declared(&self.graph.nodes[number]));
        let from = port(None, name);
        let shape = match self.places.get(&from) {
            Some(place) => self.net.inputs[*place].1.clone(),
            None => {
                self.places.insert(from.clone(), self.net.inputs.len());
                self.net.inputs.push((name.to_owned(), shape.clone()));
                shape
            }
        };
        Array { from, shape, batch: 0, is_input: true }
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
    pub(super) fn attributes(
        &mut self,
        node: &Node,
        record: &'static Operator,
    ) -> Result<Option<Vec<(Expr, Expr)>>, Flow> {
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

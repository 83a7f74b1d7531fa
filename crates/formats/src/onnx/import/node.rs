//! A node: its operator, and the values of its inputs and attributes.

use std::borrow::Cow;

use netform_eval::Flow;
use netform_expr::{Expr, Sym};
use rustc_hash::FxHashSet;

use super::constants;
use super::graph::Importer;
use super::label;
use super::value::{Content, Scope, Value};
use super::written;
use crate::onnx::model::{Attribute, AttributeValue, Node};
use crate::onnx::operators::{self, Count, Operator, microsoft};

/// An input of a node, with the name that the definition has for it.
pub(super) struct Given {
    pub(super) name: String,
    pub(super) value: Value,
    /// Whether the value must be known.
    pub(super) known: bool,
    /// The name of the value in the file.
    pub(super) source: String,
}

impl<'a> Importer<'_, 'a> {
    /// Goes through a node whose inputs have been gone through; only outputs that are used are computed.
    pub(super) fn node(&mut self, node: &Node<'a>, used: &FxHashSet<&str>, scope: &mut Scope<'_>) -> Result<(), Flow> {
        let mut node = Cow::Borrowed(node);
        if node.outputs.iter().any(|name| !used.contains(name)) {
            node.to_mut().outputs.iter_mut().filter(|name| !used.contains(*name)).for_each(|name| *name = "");
        }
        let outputs = self.values_of(&node, scope)?;
        for (name, value) in node.outputs.iter().zip(outputs) {
            if let Some(value) = value.filter(|_| !name.is_empty()) {
                scope.set(name, value);
            }
        }
        Ok(())
    }

    /// The outputs of a node. Where something is wrong, that is told, and they are values without content.
    fn values_of(&mut self, node: &Node<'a>, scope: &Scope<'_>) -> Result<Vec<Option<Value>>, Flow> {
        let failed = vec![Some(Value::failed()); node.outputs.len()];
        for special in [Self::local, Self::control, Self::sequence] {
            if let Some(outputs) = special(self, node, scope)? {
                let outputs = outputs.map(|values| values.into_iter().map(Some).collect());
                return Ok(outputs.unwrap_or(failed));
            }
        }
        let version = self.version(node.domain);
        let row = match node.domain {
            written::DOMAIN => operators::find(node.operator, operators::EVERY_VERSION),
            "" => version.and_then(|version| operators::find(node.operator, version)),
            domain => operators::find_in(domain, node.operator, version.unwrap_or(1)),
        };
        let Some(row) = row else {
            self.unknown_operator(node, version);
            return Ok(failed);
        };
        let Some(given) = self.inputs(node, row, scope) else { return Ok(failed) };
        let Some(attributes) = self.attributes(node, row)? else { return Ok(failed) };
        let result = self.apply(node, row, given, attributes)?;
        Ok(result.map_or(failed, |values| values))
    }

    /// The version of a set of operators.
    pub(super) fn version(&self, domain: &str) -> Option<i64> {
        let same = |known: &str| known == domain || (domain.is_empty() && known == "ai.onnx");
        self.opsets.iter().find(|(known, _)| same(known)).map(|(_, version)| *version)
    }

    fn unknown_operator(&mut self, node: &Node<'_>, version: Option<i64>) {
        let why = match version {
            None => "the model does not say which version of its set of operators it uses".to_owned(),
            Some(version) if operators::is_known(node.operator) && node.domain.is_empty() => {
                format!("there is no such operator in version {version} of the operators")
            }
            // The operators that ONNX Runtime makes of others.
            _ if node.domain == microsoft::DOMAIN => {
                "this operator is one of ONNX Runtime alone; export the model without its optimisations, or with those of the level \
                 ORT_ENABLE_BASIC, which keep the operators of ONNX".to_owned()
            }
            _ => "this operator is not supported; write the model with simpler operators, or expand those that are functions with onnx.inliner".to_owned(),
        };
        self.faults.add(format!("{}: {why}", label(node)));
    }

    /// The values of the inputs, or nothing after an error.
    fn inputs(&mut self, node: &Node<'a>, row: &Operator, scope: &Scope<'_>) -> Option<Vec<Given>> {
        let several = row.several();
        let most = if several.is_some() { usize::MAX } else { row.inputs.len() };
        if node.inputs.len() > most {
            self.faults.add(format!(
                "{}: it has {} inputs, at most {most} are expected",
                label(node),
                node.inputs.len()
            ));
            return None;
        }
        let mut given = Vec::new();
        let mut failed = false;
        for (place, name) in node.inputs.iter().enumerate() {
            let record = &row.inputs[several.map_or(place, |last| place.min(last))];
            if name.is_empty() {
                continue;
            }
            let Some(value) = scope.get(name) else {
                let text = format!(
                    "{}: its input {name:?} is neither an input of the model nor computed by a node",
                    label(node)
                );
                self.faults.add(text);
                failed = true;
                continue;
            };
            failed |= value.is_failed();
            let kind = match value.content {
                Content::Sequence(_) => Some("a sequence"),
                Content::Optional(_) => Some("a value that may not be there"),
                _ => None,
            };
            if let Some(kind) = kind {
                self.faults.add(format!("{}: its input {name:?} is {kind}, where an array is expected", label(node)));
                failed = true;
            }
            if record.known
                && let Content::Port(_, root) = &value.content
            {
                self.faults.add(format!(
                    "{}: the value of {:?} ({name:?}) decides about the dimensions and must be known; it depends on the input {root:?}, whose value can be given by the option \"Constants\" -> <|{root:?} -> ...|>",
                    label(node), record.name
                ));
                failed = true;
            }
            let own = match record.count {
                Count::Several => format!("{}{}", record.name, place - several.unwrap_or(0) + 1),
                _ => record.name.to_owned(),
            };
            given.push(Given { name: own, value: value.clone(), known: record.known, source: (*name).to_owned() });
        }
        for record in row.inputs.iter().filter(|record| record.count == Count::One) {
            if !failed && !given.iter().any(|input| input.name == record.name) {
                self.faults.add(format!("{}: its input {:?} is missing", label(node), record.name));
                failed = true;
            }
        }
        (!failed).then_some(given)
    }

    /// The values of the attributes, or nothing after an error.
    fn attributes(&mut self, node: &Node<'a>, row: &'static Operator) -> Result<Option<Vec<(Expr, Expr)>>, Flow> {
        let mut bound = Vec::new();
        let mut failed = false;
        for attribute in &node.attributes {
            // A hint about memory of early versions, which says nothing about values.
            if attribute.name == "consumed_inputs" {
                continue;
            }
            if !row.attributes.iter().any(|(name, _)| *name == attribute.name) {
                let known: Vec<&str> = row.attributes.iter().map(|(name, _)| *name).collect();
                let known =
                    if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
                self.faults.add(format!(
                    "{}: it has no attribute {:?} in this version; {known}",
                    label(node),
                    attribute.name
                ));
                failed = true;
            }
        }
        for (name, default) in row.attributes {
            let given = node.attributes.iter().find(|attribute| attribute.name == *name);
            let value = match given {
                Some(attribute) => match self.attribute(attribute)? {
                    Ok(value) => value,
                    Err(why) => {
                        self.faults.add(format!("{}: the attribute {name:?} {why}", label(node)));
                        failed = true;
                        continue;
                    }
                },
                None if default.is_empty() => {
                    self.faults.add(format!("{}: the attribute {name:?} is missing", label(node)));
                    failed = true;
                    continue;
                }
                None => operators::parse(self.session, row, default),
            };
            bound.push((operators::symbol(name), value));
        }
        Ok((!failed).then_some(bound))
    }

    /// What an attribute holds, as an expression.
    pub(super) fn attribute(&mut self, attribute: &Attribute<'a>) -> Result<Result<Expr, String>, Flow> {
        let text = |bytes: &[u8]| Expr::string(&String::from_utf8_lossy(bytes));
        Ok(Ok(match &attribute.value {
            AttributeValue::Float(value) => decimal(*value),
            AttributeValue::Integer(value) => Expr::integer(*value),
            AttributeValue::Text(bytes) => text(bytes),
            AttributeValue::Floats(list) => Expr::list(list.iter().map(|value| decimal(*value))),
            AttributeValue::Integers(list) => Expr::list(list.iter().map(|value| Expr::integer(*value))),
            AttributeValue::Texts(list) => Expr::list(list.iter().map(|bytes| text(bytes))),
            AttributeValue::Tensor(tensor) => match constants::constant(self.session, self.source, tensor)? {
                Ok(value) => value.constant().cloned().unwrap_or_else(|| Sym::None.into()),
                Err(error) => return Ok(Err(error.to_string())),
            },
            AttributeValue::Sparse(sparse) => match constants::sparse(self.session, self.source, sparse)? {
                Ok(value) => value.constant().cloned().unwrap_or_else(|| Sym::None.into()),
                Err(error) => return Ok(Err(error.to_string())),
            },
            AttributeValue::None | AttributeValue::Graph(_) | AttributeValue::Other => {
                return Ok(Err("holds nothing that this operator knows".to_owned()));
            }
        }))
    }

    /// The output of an operator that another node uses, with attributes in the place of those of the node.
    pub(super) fn operation(
        &mut self,
        node: &Node<'a>,
        operator: &'static str,
        values: Vec<Value>,
        attributes: Vec<(&'static str, Expr)>,
    ) -> Result<Option<Value>, Flow> {
        let version = self.version("").unwrap_or(i64::MAX).max(13);
        let row = operators::find(operator, version).or_else(|| operators::find(operator, operators::EVERY_VERSION));
        let Some(row) = row else { return Ok(None) };
        let part = Node {
            operator,
            inputs: node.inputs.first().copied().into_iter().cycle().take(values.len()).collect(),
            outputs: node.outputs.iter().copied().find(|name| !name.is_empty()).into_iter().collect(),
            ..Node::default()
        };
        let several = row.several();
        let mut given = Vec::new();
        for (place, value) in values.into_iter().enumerate() {
            let record = &row.inputs[several.map_or(place, |last| place.min(last))];
            let name = match record.count {
                Count::Several => format!("{}{}", record.name, place + 1),
                _ => record.name.to_owned(),
            };
            let source = part.inputs.first().copied().unwrap_or(operator).to_owned();
            given.push(Given { name, value, known: record.known, source });
        }
        let mut bound = Vec::new();
        for (name, default) in row.attributes {
            let value = match attributes.iter().find(|(given, _)| given == name) {
                Some((_, value)) => value.clone(),
                None => operators::parse(self.session, row, default),
            };
            bound.push((operators::symbol(name), value));
        }
        let outputs = self.apply(&part, row, given, bound)?;
        Ok(outputs.and_then(|outputs| outputs.into_iter().next().flatten()))
    }
}

/// A number of single precision as the shortest decimal that means it.
fn decimal(value: f32) -> Expr {
    Expr::real(value.to_string().parse().unwrap_or_else(|_| f64::from(value)))
}

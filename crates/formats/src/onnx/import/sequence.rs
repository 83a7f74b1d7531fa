//! Sequences of arrays, whose lengths are known while a model is imported.

use netform_eval::Flow;
use netform_expr::Expr;

use super::control::{Outputs, number, single};
use super::graph::Importer;
use super::label;
use super::value::{Content, Scope, Value};
use crate::onnx::model::{AttributeValue, Node};
use crate::onnx::tensor::Element;

/// No sequence has more parts: each is a layer.
const PARTS: usize = 1 << 12;

impl<'a> Importer<'_, 'a> {
    /// The output of an operator on sequences; `None` if it is another operator.
    pub(super) fn sequence(&mut self, node: &Node<'a>, scope: &Scope<'_>) -> Result<Option<Option<Vec<Value>>>, Flow> {
        const NAMES: [&str; 11] = [
            "SequenceConstruct",
            "SequenceEmpty",
            "SequenceInsert",
            "SequenceAt",
            "SequenceErase",
            "SequenceLength",
            "SplitToSequence",
            "ConcatFromSequence",
            "Optional",
            "OptionalHasElement",
            "OptionalGetElement",
        ];
        if !node.domain.is_empty() || !NAMES.contains(&node.operator) {
            return Ok(None);
        }
        let mut values = Vec::new();
        for name in node.inputs.iter().filter(|name| !name.is_empty()) {
            match scope.get(name) {
                Some(value) if value.is_failed() => return Ok(Some(None)),
                Some(value) => values.push(value.clone()),
                None => {
                    self.faults.add(format!("{}: its input {name:?} is not computed", label(node)));
                    return Ok(Some(None));
                }
            }
        }
        let result = self.of_sequence(node, &values)?;
        Ok(Some(match result {
            Ok(value) => value.map(|value| vec![value]),
            Err(why) => {
                self.faults.add(format!("{}: {why}", label(node)));
                None
            }
        }))
    }

    /// Sequences of what a graph makes of corresponding items of sequences; arrays among its inputs are the same for all.
    pub(super) fn sequence_map(&mut self, node: &Node<'a>, scope: &Scope<'_>) -> Outputs {
        let Some(body) = self.body(node, "body") else { return Ok(None) };
        let mut values = Vec::new();
        for place in 0..node.inputs.len() {
            match self.operand(node, place, scope) {
                Ok(Some(value)) => values.push(value),
                _ => return Ok(None),
            }
        }
        let lengths: Vec<Option<usize>> = values
            .iter()
            .map(|value| if let Content::Sequence(items) = &value.content { Some(items.len()) } else { None })
            .collect();
        let Some(Some(length)) = lengths.first().copied() else {
            self.faults.add(format!("{}: its first input must be a sequence", label(node)));
            return Ok(None);
        };
        if lengths.iter().flatten().any(|other| *other != length) {
            self.faults.add(format!("{}: its sequences must have the same length", label(node)));
            return Ok(None);
        }
        let mut results: Vec<Vec<Value>> = vec![Vec::new(); body.outputs.len()];
        for place in 0..length {
            let item = |value: &Value| match &value.content {
                Content::Sequence(items) => items[place].clone(),
                _ => value.clone(),
            };
            let inputs = values.iter().map(item).collect();
            let Some(outputs) = self.inlined(node, body, inputs, scope)? else { return Ok(None) };
            results.iter_mut().zip(outputs).for_each(|(result, output)| result.push(output));
        }
        Ok(Some(results.into_iter().map(whole).collect()))
    }

    fn of_sequence(&mut self, node: &Node<'a>, values: &[Value]) -> Result<Result<Option<Value>, String>, Flow> {
        let integer = |name: &str| {
            let attribute = node.attributes.iter().find(|attribute| attribute.name == name);
            attribute
                .and_then(|attribute| if let AttributeValue::Integer(n) = attribute.value { Some(n) } else { None })
        };
        let items = || match values.first().map(|value| &value.content) {
            Some(Content::Sequence(items)) => Ok(items.clone()),
            _ => Err("its first input must be a sequence".to_owned()),
        };
        // A position, negative ones from the end.
        let position = |place: usize, length: usize| match values.get(place) {
            None => Ok(None),
            Some(value) => {
                let at = value.constant().and_then(single).ok_or_else(|| "the position is not known".to_owned())?;
                let at = if at < 0 { at + length as i64 } else { at };
                usize::try_from(at).map(Some).map_err(|_| format!("there is no position {at}"))
            }
        };
        Ok(match node.operator {
            "SequenceConstruct" => Ok(Some(whole(values.to_vec()))),
            "SequenceEmpty" => Ok(Some(whole(Vec::new()))),
            "SequenceLength" => items().map(|items| Some(number(items.len() as i64, Element::INT64))),
            "SequenceAt" => items().and_then(|items| {
                let at = position(1, items.len())?.ok_or_else(|| "it has no position".to_owned())?;
                items.get(at).cloned().map(Some).ok_or_else(|| format!("there is no position {at} of {}", items.len()))
            }),
            "SequenceInsert" => items().and_then(|mut items| {
                let item = values.get(1).ok_or_else(|| "it has nothing to insert".to_owned())?;
                let at = position(2, items.len())?.unwrap_or(items.len());
                if at > items.len() {
                    return Err(format!("there is no position {at}"));
                }
                items.insert(at, item.clone());
                Ok(Some(whole(items)))
            }),
            "SequenceErase" => items().and_then(|mut items| {
                let at = position(1, items.len())?.or(items.len().checked_sub(1));
                match at.filter(|at| *at < items.len()) {
                    Some(at) => items.remove(at),
                    None => return Err("there is no such position".to_owned()),
                };
                Ok(Some(whole(items)))
            }),
            "Optional" => Ok(Some(Value {
                content: Content::Optional(values.first().cloned().map(Box::new)),
                element: values.first().map_or(Element::FLOAT, |value| value.element),
                dimensions: Vec::new(),
            })),
            "OptionalHasElement" => {
                let has = values.first().is_some_and(|value| !matches!(value.content, Content::Optional(None)));
                Ok(Some(number(i64::from(has), Element::Bool)))
            }
            "OptionalGetElement" => match values.first() {
                Some(Value { content: Content::Optional(Some(value)), .. }) => Ok(Some((**value).clone())),
                Some(Value { content: Content::Optional(None), .. }) | None => {
                    Err("there is no value to be taken out of its input".to_owned())
                }
                Some(value) => Ok(Some(value.clone())),
            },
            "ConcatFromSequence" => {
                let items = match items() {
                    Ok(items) => items,
                    Err(why) => return Ok(Err(why)),
                };
                let axis = integer("axis").unwrap_or(0);
                if integer("new_axis") == Some(1) {
                    return Ok(Ok(self.stack(node, items, axis)?));
                }
                Ok(self.operation(node, "Concat", items, vec![("axis", Expr::integer(axis))])?)
            }
            _ => {
                return self.split_to_sequence(
                    node,
                    values,
                    integer("axis").unwrap_or(0),
                    integer("keepdims") != Some(0),
                );
            }
        })
    }

    fn split_to_sequence(
        &mut self,
        node: &Node<'a>,
        values: &[Value],
        axis: i64,
        keep: bool,
    ) -> Result<Result<Option<Value>, String>, Flow> {
        let Some(array) = values.first() else { return Ok(Err("it has no input".to_owned())) };
        let level = if axis < 0 { axis + array.dimensions.len() as i64 } else { axis };
        let length = usize::try_from(level).ok().and_then(|level| array.dimensions.get(level)?.as_i64());
        let Some(length) = length else { return Ok(Err("the size of the axis is not known".to_owned())) };
        let of_size = |size: i64| match usize::try_from(length / size) {
            Ok(count) if count > PARTS => {
                Err(format!("a sequence of {count} parts is too long; at most {PARTS} are read"))
            }
            Ok(count) => Ok(vec![size; count]),
            Err(_) => Ok(vec![]),
        };
        let sizes = match values.get(1) {
            None => of_size(1),
            Some(split) => match split.constant() {
                Some(list) if list.is_list() => Ok(list.args().iter().filter_map(Expr::as_i64).collect()),
                Some(size) => match size.as_i64() {
                    Some(size) if size > 0 => of_size(size),
                    _ => return Ok(Err("the sizes of parts are not known".to_owned())),
                },
                None => return Ok(Err("the sizes of parts are not known".to_owned())),
            },
        };
        let mut sizes: Vec<i64> = match sizes {
            Ok(sizes) => sizes,
            Err(why) => return Ok(Err(why)),
        };
        let rest = length - sizes.iter().sum::<i64>();
        if rest > 0 {
            sizes.push(rest);
        }
        let squeezed = values.len() < 2 && !keep;
        let list = |n: i64| Value {
            content: Content::Constant(Expr::list([Expr::integer(n)])),
            element: Element::INT64,
            dimensions: vec![Expr::integer(1)],
        };
        let mut start = 0;
        let mut items = Vec::new();
        for size in sizes {
            let inputs = vec![array.clone(), list(start), list(start + size), list(axis)];
            let Some(mut item) = self.operation(node, "Slice", inputs, Vec::new())? else { return Ok(Ok(None)) };
            if squeezed {
                let Some(flat) = self.operation(node, "Squeeze", vec![item, list(axis)], Vec::new())? else {
                    return Ok(Ok(None));
                };
                item = flat;
            }
            items.push(item);
            start += size;
        }
        Ok(Ok(Some(Value { element: array.element, content: Content::Sequence(items), dimensions: Vec::new() })))
    }
}

/// Values as a sequence.
fn whole(items: Vec<Value>) -> Value {
    Value {
        element: items.first().map_or(Element::FLOAT, |item| item.element),
        content: Content::Sequence(items),
        dimensions: Vec::new(),
    }
}

//! The description of a model: layers and how they are called, as Keras 3 and Keras 2 write them.

use serde_json::{Map, Value as Json};

/// A layer: its class, its name, and its attributes.
#[derive(Debug, Clone, Copy)]
pub(super) struct LayerConfig<'j> {
    pub(super) class: &'j str,
    pub(super) name: &'j str,
    pub(super) attributes: &'j Map<String, Json>,
    whole: &'j Json,
}

/// What a layer is: one of the models, an input, or a layer with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Sequential,
    Functional,
    Input,
    Layer,
}

impl<'j> LayerConfig<'j> {
    /// The layer of an object with a class and its attributes.
    pub(super) fn read(value: &'j Json) -> Result<LayerConfig<'j>, String> {
        let class = value["class_name"].as_str().ok_or("an object without \"class_name\" where a layer is expected")?;
        let attributes = match &value["config"] {
            Json::Object(attributes) => attributes,
            // A sequential model of early versions is the list of its layers.
            _ => value.as_object().ok_or("a layer that is no object")?,
        };
        let name = attributes.get("name").and_then(Json::as_str).or_else(|| value["name"].as_str());
        Ok(LayerConfig { class, name: name.unwrap_or(class), attributes, whole: value })
    }

    pub(super) fn form(&self) -> Form {
        match self.class {
            "Sequential" => Form::Sequential,
            "Functional" | "Model" => Form::Functional,
            "InputLayer" => Form::Input,
            _ => Form::Layer,
        }
    }

    /// Whether it is an operation on arrays, and no layer. HDF5 files do not say so, but layers have a type of numbers, or can be
    /// trained or not; an operation that has a type too has a name that no layer has.
    pub(super) fn is_operation(&self) -> bool {
        match self.whole["module"].as_str() {
            Some(module) => module.starts_with("keras.src.ops") || module.starts_with("keras.ops"),
            None => {
                let typed = self.attributes.contains_key("dtype") && super::layers::find(self.class, false).is_some();
                !self.attributes.contains_key("trainable") && !typed
            }
        }
    }

    /// The layers of a model.
    pub(super) fn layers(&self) -> Result<Vec<LayerConfig<'j>>, String> {
        let list = match &self.whole["config"] {
            list @ Json::Array(_) => list,
            config => &config["layers"],
        };
        let list = list.as_array().ok_or_else(|| format!("the model {:?} has no list of layers", self.name))?;
        list.iter().map(LayerConfig::read).collect()
    }

    /// The dimensions of an input or of the first layer of a sequential model, without that of the batch; `None` stands
    /// for a size that is open.
    pub(super) fn declared_shape(&self) -> Option<Vec<Option<u64>>> {
        let shape = ["batch_shape", "batch_input_shape"].iter().find_map(|key| self.attributes.get(*key)?.as_array());
        shape.map(|sizes| sizes.iter().skip(1).map(Json::as_u64).collect())
    }

    /// The calls of the layer in a functional model.
    pub(super) fn calls(&self) -> Result<Vec<Call<'j>>, String> {
        match &self.whole["inbound_nodes"] {
            Json::Null => Ok(Vec::new()),
            Json::Array(nodes) => nodes.iter().map(Call::read).collect(),
            _ => Err(format!("{}: its calls are no list", self.label())),
        }
    }

    /// The inputs or outputs of a functional model: names of layers with the numbers of a call and of one of its outputs.
    pub(super) fn ends(&self, key: &str) -> Result<Vec<End<'j>>, String> {
        let value = self.attributes.get(key).unwrap_or(&Json::Null);
        let mut ends = Vec::new();
        collect_ends(value, None, &mut ends);
        if ends.is_empty() { Err(format!("the model {:?} has no {key}", self.name)) } else { Ok(ends) }
    }

    /// The layer in words.
    pub(super) fn label(&self) -> String {
        format!("layer {:?} ({})", self.name, self.class)
    }
}

/// An output of a call of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Source<'j> {
    pub(super) layer: &'j str,
    pub(super) call: usize,
    pub(super) output: usize,
}

/// An input or output of a functional model, with the key that it has where they are a dictionary.
#[derive(Debug, Clone, Copy)]
pub(super) struct End<'j> {
    pub(super) key: Option<&'j str>,
    pub(super) source: Source<'j>,
}

/// An argument of a call.
#[derive(Debug, Clone)]
pub(super) enum Argument<'j> {
    Array(Source<'j>),
    List(Vec<Argument<'j>>),
    Plain(&'j Json),
}

impl<'j> Argument<'j> {
    /// The arrays in it, in order.
    pub(super) fn arrays(&self, found: &mut Vec<Source<'j>>) {
        match self {
            Argument::Array(source) => found.push(*source),
            Argument::List(items) => items.iter().for_each(|item| item.arrays(found)),
            Argument::Plain(_) => {}
        }
    }
}

/// A call of a layer: its arguments by position and by name.
#[derive(Debug)]
pub(super) struct Call<'j> {
    pub(super) positional: Vec<Argument<'j>>,
    pub(super) named: Vec<(&'j str, Argument<'j>)>,
    /// Whether it has the form of Keras 2.
    pub(super) early: bool,
}

impl<'j> Call<'j> {
    fn read(node: &'j Json) -> Result<Call<'j>, String> {
        match node {
            Json::Object(node) => {
                let list = node.get("args").and_then(Json::as_array).ok_or("a call without arguments")?;
                let named = node.get("kwargs").and_then(Json::as_object);
                let early = node.get("early") == Some(&Json::Bool(true));
                Ok(Call {
                    positional: list.iter().map(argument).collect(),
                    named: named
                        .into_iter()
                        .flatten()
                        .map(|(name, value)| (name.as_str(), argument(value)))
                        .filter(|(name, _)| *name != "training")
                        .collect(),
                    early,
                })
            }
            // Keras 2: a list of inputs, each with the arguments by name.
            Json::Array(inputs) => {
                let single = inputs.first().is_some_and(Json::is_string);
                let rows: Vec<&Json> = if single { vec![node] } else { inputs.iter().collect() };
                let mut named: Vec<(&str, Argument<'_>)> = Vec::new();
                let mut arrays = Vec::new();
                for row in rows {
                    arrays.push(argument(row));
                    for (name, value) in row.get(3).and_then(Json::as_object).into_iter().flatten() {
                        if name != "training" && !named.iter().any(|(known, _)| known == name) {
                            named.push((name, argument(value)));
                        }
                    }
                }
                let positional = if arrays.len() == 1 { arrays } else { vec![Argument::List(arrays)] };
                Ok(Call { positional, named, early: true })
            }
            _ => Err("a call that is neither an object nor a list".to_owned()),
        }
    }

    /// All arrays in it.
    pub(super) fn sources(&self) -> Vec<Source<'j>> {
        let mut found = Vec::new();
        self.positional.iter().chain(self.named.iter().map(|(_, value)| value)).for_each(|a| a.arrays(&mut found));
        found
    }
}

/// An argument: an array of another layer, a list, or a plain value. The parser limits how deep values nest.
fn argument(value: &Json) -> Argument<'_> {
    if let Some(source) = source(value) {
        return Argument::Array(source);
    }
    match value {
        Json::Object(tuple) if value["class_name"] == "__tuple__" => {
            tuple.get("items").map_or(Argument::Plain(value), argument)
        }
        Json::Array(items) if !items.is_empty() && items.iter().any(|item| !item.is_number()) => {
            Argument::List(items.iter().map(argument).collect())
        }
        // A dictionary, whose values stand in the order of their keys.
        Json::Object(items) if !items.contains_key("class_name") => {
            Argument::List(items.values().map(argument).collect())
        }
        other => Argument::Plain(other),
    }
}

/// `["layer", call, output]`, or an array of Keras with this as its history.
fn source(value: &Json) -> Option<Source<'_>> {
    let history = if value["class_name"] == "__keras_tensor__" { &value["config"]["keras_history"] } else { value };
    let [layer, call, output, ..] = history.as_array()?.as_slice() else { return None };
    let number = |value: &Json| value.as_u64().and_then(|n| usize::try_from(n).ok());
    Some(Source { layer: layer.as_str()?, call: number(call)?, output: number(output)? })
}

/// The sources in lists, and in dictionaries with their keys.
fn collect_ends<'j>(value: &'j Json, key: Option<&'j str>, found: &mut Vec<End<'j>>) {
    if let Some(source) = source(value) {
        found.push(End { key, source });
        return;
    }
    match value {
        Json::Array(items) => items.iter().for_each(|item| collect_ends(item, key, found)),
        Json::Object(tuple) if value["class_name"] == "__tuple__" => {
            tuple.get("items").into_iter().for_each(|items| collect_ends(items, key, found));
        }
        Json::Object(items) => items.iter().for_each(|(key, item)| collect_ends(item, Some(key), found)),
        _ => {}
    }
}

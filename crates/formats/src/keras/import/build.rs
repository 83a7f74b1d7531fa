//! The layer or net that a record gives for a layer of the file.

use netform_eval::Flow;
use netform_expr::pattern::Bindings;
use netform_expr::{Expr, Sym, substitute};
use serde_json::Value as Json;

use super::weights::inner_configs;
use super::{Importer, Value, expression};
use crate::keras::config::{Argument, Form, LayerConfig};
use crate::keras::layers::{self, InnerShape, Layer, TEXTS};

/// An argument of a call: an array, by its place among those that there are, a list of such, or a value.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    Array(usize),
    List(Vec<Operand>),
    Value(Expr),
}

/// What a layer is applied to.
#[derive(Debug, Clone, Default)]
pub(super) struct Inputs {
    /// The argument of the call for which each array stands.
    pub(super) given: Vec<String>,
    pub(super) values: Vec<Value>,
    /// The arguments of the call that may be arrays, in their structure.
    pub(super) operands: Vec<(String, Operand)>,
    /// Further arguments by name.
    pub(super) arguments: Vec<(String, Expr)>,
    /// Whether the call names a mask.
    pub(super) masked: bool,
    /// The outputs that are used, counted from 0, if not all are.
    pub(super) wanted: Option<Vec<usize>>,
}

impl Inputs {
    /// The inputs with the masks that the layer gets: Keras hands a mask to a layer with an argument of this name if the
    /// call has one argument with arrays, or names the mask.
    pub(super) fn with_masks_seen(&self) -> Inputs {
        let mut seen = self.clone();
        let states = seen.given.iter().any(|name| name == "initial_state");
        if states && !seen.masked {
            seen.values.iter_mut().for_each(|value| value.mask = None);
        }
        seen
    }
}

/// A layer with the values of the names in its record.
pub(super) struct Built {
    pub(super) layer: Expr,
    pub(super) bindings: Bindings,
    pub(super) record: Option<&'static Layer>,
}

impl Importer<'_> {
    /// The layer or net of a layer of the file; `None` after an error.
    pub(super) fn build(
        &mut self,
        layer: &LayerConfig<'_>,
        path: &str,
        inputs: &Inputs,
    ) -> Result<Option<Built>, Flow> {
        if layer.form() != Form::Layer {
            let model = self.model(layer, path, Some(inputs))?;
            return Ok(model.map(|model| Built { layer: model.net, bindings: Bindings::default(), record: None }));
        }
        let Some(record) = self.checked_record(layer) else { return Ok(None) };
        let mut bound = self.attributes(record, layer)?;
        let mut missing = false;
        let places = self.array_places(record, layer, path)?;
        for array in record.arrays {
            let value = match places.iter().find(|(_, known)| known.name == array.name) {
                None => Some(Sym::None.into()),
                Some((place, _)) => self.array(layer, array.name, place),
            };
            missing |= value.is_none();
            // An attribute may say whether there is an array of the same name.
            bound.retain(|(name, _)| *name != TEXTS.symbol(array.name));
            bound.push((TEXTS.symbol(array.name), value.unwrap_or_else(|| Sym::None.into())));
        }
        for (name, default) in record.arguments {
            let value = match inputs.arguments.iter().find(|(known, _)| known == name) {
                Some((_, value)) => value.clone(),
                None => layers::parse(self.session, default),
            };
            bound.push((TEXTS.symbol(name), value));
        }
        for inner in record.inner {
            match self.inner(layer, inner, path, inputs)? {
                Some(value) => bound.push((TEXTS.symbol(inner.attribute), value)),
                None => missing = true,
            }
            let sequences = &layer.attributes.get(inner.attribute).unwrap_or(&Json::Null)["config"]["return_sequences"];
            if inner.shape == InnerShape::Same {
                bound.push((TEXTS.symbol("returns_sequences"), Expr::boolean(*sequences == Json::Bool(true))));
            }
        }
        if missing {
            return Ok(None);
        }
        // An activation may be a layer.
        for (name, _) in record.attributes {
            let Some(value @ Json::Object(_)) = layer.attributes.get(*name) else { continue };
            let Ok(config) = LayerConfig::read(value) else { continue };
            if layers::find(config.class, false).is_some() {
                let place = format!("{path}/{name}");
                let Some(built) = self.build(&config, &place, inputs)? else { return Ok(None) };
                bound.retain(|(known, _)| *known != TEXTS.symbol(name));
                bound.push((TEXTS.symbol(name), built.layer));
            }
        }
        let shapes: Vec<Expr> = inputs.values.iter().map(|value| Expr::list(value.shape.iter().cloned())).collect();
        bound.push((TEXTS.symbol("shape"), shapes.first().cloned().unwrap_or_else(|| Expr::list([]))));
        bound.push((TEXTS.symbol("shapes"), Expr::list(shapes)));
        let seen = inputs.with_masks_seen();
        let masks = seen.values.iter().map(|value| Expr::boolean(value.mask.is_some()));
        bound.push((TEXTS.symbol("masks"), Expr::list(masks)));
        bound.push((TEXTS.symbol("given"), Expr::list(inputs.given.iter().map(|name| Expr::string(name)))));
        let wanted = inputs.wanted.as_ref().map(|list| Expr::list(list.iter().map(|k| Expr::integer(*k as i64 + 1))));
        bound.push((TEXTS.symbol("wanted"), wanted.unwrap_or_else(|| Sym::All.into())));
        let bindings = Bindings::from_iter(bound.iter().cloned().chain(constants(record, layer, inputs)));
        let mut value = match record.layer {
            "" => Some(Sym::Automatic.into()),
            text => self.text(layer, text, &bindings)?,
        };
        if !record.value.is_empty() && value.as_ref().is_some_and(|value| value.is(Sym::Automatic)) {
            value = self.traced(layer, record, inputs, bound)?;
        }
        Ok(value.map(|layer| Built { layer, bindings, record: Some(record) }))
    }

    /// The record of a layer; it is told if there is none, or if it does not know an attribute.
    pub(super) fn checked_record(&mut self, layer: &LayerConfig<'_>) -> Option<&'static Layer> {
        let Some(record) = layers::find(layer.class, layer.is_operation()) else {
            let code = if layer.class == "Lambda" { "; it holds code, which is not executed" } else { "" };
            self.faults.add(format!("{}: layers of this class are not supported{code}", layer.label()));
            return None;
        };
        self.check_attributes(record, layer);
        Some(record)
    }

    /// The value of a text of a record; `None` after an error.
    pub(super) fn text(
        &mut self,
        layer: &LayerConfig<'_>,
        text: &'static str,
        bindings: &Bindings,
    ) -> Result<Option<Expr>, Flow> {
        let text = layers::parse(self.session, text);
        let (value, messages) = self.session.catch_messages(|session| session.evaluate(&substitute(&text, bindings)));
        let value = value?;
        if let Some(why) = TEXTS.refusal(&value) {
            self.faults.add(format!("{}: {why}", layer.label()));
            return Ok(None);
        }
        if value.is(Sym::Failed) || !messages.is_empty() {
            let texts: Vec<&str> = messages.iter().map(|message| message.text.trim_end_matches('.')).collect();
            self.faults.add(format!("{}: {}", layer.label(), texts.join("; ")));
            return Ok(None);
        }
        Ok(Some(value))
    }

    /// The layer, or the list of layers, in an attribute.
    fn inner(
        &mut self,
        layer: &LayerConfig<'_>,
        inner: &layers::Inner,
        path: &str,
        inputs: &Inputs,
    ) -> Result<Option<Expr>, Flow> {
        let configs = inner_configs(layer, inner, path);
        if configs.is_empty() {
            self.faults.add(format!("{}: its attribute {:?} describes no layer", layer.label(), inner.attribute));
            return Ok(None);
        }
        let list = matches!(layer.attributes.get(inner.attribute), Some(Json::Array(_)));
        let mut applied = inputs.with_masks_seen();
        if inner.shape == InnerShape::Element {
            for value in &mut applied.values {
                value.shape = value.shape.iter().skip(1).cloned().collect();
                value.mask = None;
            }
        } else if applied.values.len() > 1 {
            // Half of the states are for each direction.
            let half = applied.values.len() / 2;
            applied.values.truncate(half + 1);
            applied.given.truncate(half + 1);
        }
        if inner.shape == InnerShape::Element {
            applied.wanted = None;
        } else if let Some(wanted) = &inputs.wanted {
            applied.wanted = Some(one_direction(layer, inner.shape, wanted));
        }
        let mut layers = Vec::new();
        for (value, place) in &configs {
            let config = match LayerConfig::read(value) {
                Ok(config) => config,
                Err(error) => {
                    self.faults.add(format!("{}: {error}", layer.label()));
                    return Ok(None);
                }
            };
            let Some(built) = self.build(&config, place, &applied)? else { return Ok(None) };
            layers.push(built.layer);
        }
        Ok(if list { Some(Expr::list(layers)) } else { layers.pop() })
    }
}

/// The outputs of one direction that are needed for outputs of both: first what is merged, or one of each direction, then the
/// states of the first direction and of the second.
fn one_direction(layer: &LayerConfig<'_>, shape: InnerShape, wanted: &[usize]) -> Vec<usize> {
    let merged = layer.attributes.get("merge_mode").is_none_or(|mode| !mode.is_null());
    let before = if merged { 1 } else { 2 };
    let states = if layer.attributes.get("layer").is_some_and(|inner| inner["class_name"] == "LSTM") { 2 } else { 1 };
    let start = if shape == InnerShape::Reversed { before + states } else { before };
    let mut needed = Vec::new();
    if wanted.iter().any(|place| *place < before) {
        needed.push(0);
    }
    needed.extend((0..states).filter(|state| wanted.contains(&(start + state))).map(|state| state + 1));
    needed
}

/// The arguments of an operation for the text of its layer: constants stand by their names, and an array is `None`.
fn constants(record: &Layer, layer: &LayerConfig<'_>, inputs: &Inputs) -> Vec<(Expr, Expr)> {
    fn value(operand: &Operand) -> Expr {
        match operand {
            Operand::Array(_) => Sym::None.into(),
            Operand::List(items) => Expr::list(items.iter().map(value)),
            Operand::Value(value) => value.clone(),
        }
    }
    if !layer.is_operation() {
        return Vec::new();
    }
    let named = |name: &&str| inputs.operands.iter().find(|(known, _)| known == *name);
    let absent = || Sym::None.into();
    let open = record.inputs.iter().filter(|name| record.arguments.iter().all(|(known, _)| known != *name));
    open.map(|name| (TEXTS.symbol(name), named(name).map_or_else(absent, |(_, operand)| value(operand)))).collect()
}

/// An argument of a call that is no array.
pub(super) fn plain(argument: &Argument<'_>) -> Option<Expr> {
    match argument {
        Argument::Plain(value) => Some(expression(value)),
        Argument::List(items) => Some(Expr::list(items.iter().map(plain).collect::<Option<Vec<_>>>()?)),
        Argument::Array(_) => None,
    }
}

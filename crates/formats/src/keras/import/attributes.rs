//! The attributes of layers, as their records know them.

use netform_eval::Flow;
use netform_expr::pattern::Bindings;
use netform_expr::{Expr, substitute};
use serde_json::Value as Json;

use super::{Importer, expression};
use crate::keras::config::LayerConfig;
use crate::keras::layers::{self, Layer, TEXTS};

/// Attributes of all layers that do not matter for what a layer computes.
const COMMON: &[&str] = &[
    "name",
    "trainable",
    "dtype",
    "autocast",
    "seed",
    "batch_shape",
    "batch_input_shape",
    "input_shape",
    "activity_regularizer",
    "registered_name",
    "module",
];

/// Attributes that must not have a value.
const ABSENT: &[&str] = &["lora_rank", "lora_alpha", "quantization_config", "gptq_unpacked_column_size", "initial"];

/// Attributes that say how arrays begin and what is done to them in training have names with these ends.
const ENDINGS: &[&str] = &["_initializer", "_regularizer", "_constraint"];

impl Importer<'_> {
    /// The attributes of a layer as values of the names in its record.
    pub(super) fn attributes(
        &mut self,
        record: &'static Layer,
        layer: &LayerConfig<'_>,
    ) -> Result<Vec<(Expr, Expr)>, Flow> {
        let mut bound = vec![
            (TEXTS.symbol("version"), Expr::integer(self.archive.version())),
            (TEXTS.symbol("backend"), Expr::string(&self.backend)),
        ];
        let mut open = Vec::new();
        for (name, default) in record.attributes {
            match layer.attributes.get(*name) {
                Some(value) => bound.push((TEXTS.symbol(name), expression(value))),
                None if default.is_empty() => {
                    self.faults.add(format!("{}: the attribute {name:?} is missing", layer.label()));
                    bound.push((TEXTS.symbol(name), netform_expr::Sym::None.into()));
                }
                None => open.push((*name, *default)),
            }
        }
        // Defaults may mention other attributes.
        for (name, default) in open.into_iter().rev() {
            let default = layers::parse(self.session, default);
            let value = self.session.evaluate(&substitute(&default, &Bindings::from_iter(bound.iter().cloned())))?;
            bound.push((TEXTS.symbol(name), value));
        }
        Ok(bound)
    }

    /// Tells of attributes that the record of a layer does not know.
    pub(super) fn check_attributes(&mut self, record: &Layer, layer: &LayerConfig<'_>) {
        for (name, value) in layer.attributes {
            let known = record.attributes.iter().any(|(known, _)| known == name)
                || record.inner.iter().any(|inner| inner.attribute == name)
                || record.ignored.contains(&name.as_str())
                || COMMON.contains(&name.as_str())
                || ENDINGS.iter().any(|end| name.ends_with(end));
            if known || (ABSENT.contains(&name.as_str()) && *value == Json::Null) {
                continue;
            }
            let shown: String = value.to_string().chars().take(80).collect();
            self.faults.add(format!("{}: the attribute {name:?}, here {shown}, is not supported", layer.label()));
        }
    }
}

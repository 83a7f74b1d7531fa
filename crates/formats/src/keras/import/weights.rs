//! Where the arrays of layers are.
//!
//! A `.keras` file has them by the structure of the model: `layers/dense_1/vars/0`, the names being those of classes with a
//! number. An HDF5 file has a list of them for each layer of the model, those first that are trained.

use netform_eval::Flow;
use netform_expr::Expr;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::Importer;
use crate::keras::config::{Form, LayerConfig};
use crate::keras::layers::{self, InnerShape};

impl Importer<'_> {
    /// Lines up the lists of an HDF5 file with the structure of the model.
    pub(super) fn find_places(&mut self, root: &LayerConfig<'_>) -> Result<(), Flow> {
        if !self.archive.listed {
            return Ok(());
        }
        let children = match root.layers() {
            Ok(children) => children,
            Err(error) => {
                self.faults.add(error);
                return Ok(());
            }
        };
        for (layer, path) in children.iter().zip(member_paths(&children, "layers")) {
            if layer.form() == Form::Input {
                continue;
            }
            let mut wanted = Vec::new();
            self.arrays_of(layer, &path, true, &mut wanted)?;
            let group = format!("model_weights/{}", layer.name);
            let names = self.archive.arrays.texts(&group, "weight_names").unwrap_or_default();
            if names.len() != wanted.len() {
                self.faults.add(format!(
                    "{}: {} arrays are expected, but the file has {}: {}",
                    layer.label(),
                    wanted.len(),
                    names.len(),
                    names.join(", ")
                ));
                continue;
            }
            wanted.sort_by_key(|(_, trained)| !trained);
            for ((place, _), name) in wanted.into_iter().zip(names) {
                self.places.insert(place, format!("{group}/{name}"));
            }
        }
        Ok(())
    }

    /// The arrays of a layer and those in it, with whether they are trained.
    fn arrays_of(
        &mut self,
        layer: &LayerConfig<'_>,
        path: &str,
        trained: bool,
        found: &mut Vec<(String, bool)>,
    ) -> Result<(), Flow> {
        let trained = trained && layer.attributes.get("trainable") != Some(&Json::Bool(false));
        if layer.form() != Form::Layer {
            let Ok(children) = layer.layers() else { return Ok(()) };
            for (child, path) in children.iter().zip(member_paths(&children, &format!("{path}/layers"))) {
                self.arrays_of(child, &path, trained, found)?;
            }
            return Ok(());
        }
        let Some(record) = layers::find(layer.class, layer.is_operation()) else { return Ok(()) };
        for (place, array) in self.array_places(record, layer, path)? {
            found.push((place, trained && array.trained));
        }
        for inner in record.inner {
            for (value, path) in inner_configs(layer, inner, path) {
                if let Ok(config) = LayerConfig::read(&value) {
                    self.arrays_of(&config, &path, trained, found)?;
                }
            }
        }
        Ok(())
    }

    /// The arrays that a layer has by its attributes, with their places.
    pub(super) fn array_places(
        &mut self,
        record: &'static layers::Layer,
        layer: &LayerConfig<'_>,
        path: &str,
    ) -> Result<Vec<(String, &'static layers::Array)>, Flow> {
        let attributes = self.attributes(record, layer)?;
        let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
        let mut places = Vec::new();
        for array in record.arrays {
            let when = layers::parse(self.session, array.when);
            if !self.session.is_true(&netform_expr::substitute(&when, &attributes.iter().cloned().collect()))? {
                continue;
            }
            let count = counts.entry(array.part).or_default();
            let part = if array.part.is_empty() { String::new() } else { format!("/{}", array.part) };
            places.push((format!("{path}{part}/vars/{count}"), array));
            *count += 1;
        }
        Ok(places)
    }

    /// An array of a layer; what is wrong with it is told.
    pub(super) fn array(&mut self, layer: &LayerConfig<'_>, name: &str, place: &str) -> Option<Expr> {
        let path = self.places.get(place).map_or(place, String::as_str);
        match self.archive.arrays.array(path) {
            Ok(Some(array)) => Some(array),
            Ok(None) => {
                // A fault that has been told about the list says more.
                if !self.archive.listed || self.places.contains_key(place) {
                    self.faults.add(format!("{}: its array {name:?} is not in the file, at {path}", layer.label()));
                }
                None
            }
            Err(error) => {
                self.faults.add(format!("{}: its array {name:?}: {error}", layer.label()));
                None
            }
        }
    }
}

/// The layers that an attribute of a layer describes, with their places.
pub(super) fn inner_configs(layer: &LayerConfig<'_>, inner: &layers::Inner, path: &str) -> Vec<(Json, String)> {
    let place = format!("{path}/{}", inner.part);
    match layer.attributes.get(inner.attribute) {
        Some(Json::Array(items)) => {
            let configs: Vec<LayerConfig<'_>> = items.iter().filter_map(|item| LayerConfig::read(item).ok()).collect();
            let places = member_paths(&configs, &place);
            if configs.len() == items.len() { items.iter().cloned().zip(places).collect() } else { Vec::new() }
        }
        Some(value @ Json::Object(_)) => vec![(value.clone(), place)],
        // The second direction is the first one, turned round, unless it is described.
        _ if inner.shape == InnerShape::Reversed => {
            let Some(mut value) = layer.attributes.get("layer").cloned() else { return Vec::new() };
            let back = value["config"]["go_backwards"] == Json::Bool(true);
            if let Some(config) = value["config"].as_object_mut() {
                config.insert("go_backwards".to_owned(), Json::Bool(!back));
            }
            vec![(value, place)]
        }
        _ => Vec::new(),
    }
}

/// Where the layers of a list are: by their classes, with numbers from the second of a class on.
pub(super) fn member_paths(members: &[LayerConfig<'_>], prefix: &str) -> Vec<String> {
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    let path = |layer: &LayerConfig<'_>| {
        let folder = layers::find(layer.class, layer.is_operation()).map_or("", |record| record.folder);
        let name = if folder.is_empty() { snake_case(layer.class) } else { folder.to_owned() };
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { format!("{prefix}/{name}") } else { format!("{prefix}/{name}_{}", *count - 1) }
    };
    members.iter().map(path).collect()
}

/// The name of a class in small letters: `Conv2DTranspose` is `conv2d_transpose`.
fn snake_case(class: &str) -> String {
    let letters: Vec<char> = class.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
    let mut name = String::new();
    for (place, c) in letters.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| letters[place]);
        let after = letters.get(place + 1);
        let begins =
            c.is_uppercase() && (before.is_some_and(char::is_lowercase) || after.is_some_and(|c| c.is_lowercase()));
        if begins && before.is_some() && before != Some('_') {
            name.push('_');
        }
        name.extend(c.to_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn names_of_classes() {
        let cases = [
            ("Dense", "dense"),
            ("Conv2DTranspose", "conv2d_transpose"),
            ("MultiHeadAttention", "multi_head_attention"),
            ("LSTM", "lstm"),
            ("SimpleRNN", "simple_rnn"),
            ("PReLU", "p_re_lu"),
            ("ELU", "elu"),
            ("GlobalAveragePooling1D", "global_average_pooling1d"),
            ("RMSNormalization", "rms_normalization"),
        ];
        for (class, name) in cases {
            assert_eq!(snake_case(class), name);
        }
    }
}

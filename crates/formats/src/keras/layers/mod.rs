//! What classes of layers mean: a record each, whose definition is a text in the language.
//!
//! A text gives a layer or a net. In it the attributes and arrays of the record stand by their names (`kernel_size` as
//! `kernelSize`), an array that there is not is `None`; `shapes` are the dimensions of all inputs, `shape` those of the
//! first, without the batch, `masks` says for each input whether it has a mask, `given` for which argument it stands, and `version`
//! is that of Keras. The inputs of what a text gives are in the order of
//! those of the layer, and masks, where the record takes them, come after them. A mask is an array of the numbers 1 and 0.

mod activations;
mod attention;
mod convolution;
mod convolutional_recurrent;
mod core;
mod helpers;
mod merging;
mod normalization;
mod operations;
mod pooling;
mod preprocessing;
mod recurrent;
mod reshaping;

use netform_eval::Session;
use netform_expr::Expr;

use crate::texts::Texts;

/// A class of layers.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) class: &'static str,
    /// Its name in the paths of arrays, if that does not follow from the class.
    pub(super) folder: &'static str,
    /// Names and defaults, as texts; an empty text says that the attribute must be given.
    pub(super) attributes: &'static [(&'static str, &'static str)],
    /// Attributes that matter in training only, or not at all.
    pub(super) ignored: &'static [&'static str],
    /// The arguments of a call that are arrays, or lists of them, in the order of positions.
    pub(super) inputs: &'static [&'static str],
    /// Further arguments of a call, with their defaults as texts.
    pub(super) arguments: &'static [(&'static str, &'static str)],
    pub(super) arrays: &'static [Array],
    /// Attributes that are layers.
    pub(super) inner: &'static [Inner],
    /// Whether the last input stands for all further arguments.
    pub(super) variadic: bool,
    /// The layer; an empty text, or `Automatic`, says that the value gives it.
    pub(super) layer: &'static str,
    /// What comes out, where the arguments stand by their names as arrays, numbers and lists of them; several outputs are
    /// `outputs[{...}]`.
    pub(super) value: &'static str,
    pub(super) mask: Mask,
}

impl Layer {
    pub(super) const NEW: Layer = Layer {
        class: "",
        folder: "",
        attributes: &[],
        ignored: &[],
        inputs: &["inputs"],
        arguments: &[],
        arrays: &[],
        inner: &[],
        variadic: false,
        layer: "ElementwiseLayer[Identity]",
        value: "",
        mask: Mask::Dropped,
    };
}

/// An array of a layer.
#[derive(Debug)]
pub(super) struct Array {
    pub(super) name: &'static str,
    /// The part of the layer that has it.
    pub(super) part: &'static str,
    /// When there is such an array; a text in which attributes stand by their names.
    pub(super) when: &'static str,
    /// Whether it is trained; HDF5 files have those first that are.
    pub(super) trained: bool,
}

/// An array that always is there.
pub(super) const fn array(name: &'static str) -> Array {
    Array { name, part: "", when: "True", trained: true }
}

/// An array that there may be.
pub(super) const fn array_if(name: &'static str, when: &'static str) -> Array {
    Array { name, part: "", when, trained: true }
}

/// An attribute that is a layer or a list of layers.
#[derive(Debug)]
pub(super) struct Inner {
    /// The attribute.
    pub(super) attribute: &'static str,
    /// The part of the layer, in the file of arrays.
    pub(super) part: &'static str,
    pub(super) shape: InnerShape,
}

/// What the layer within is applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InnerShape {
    /// The inputs of the layer around it.
    Same,
    /// The same, in the other direction: what is not given is the first layer, turned round.
    Reversed,
    /// An element of the sequence.
    Element,
}

/// What becomes of the masks of inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mask {
    /// The output has none, and the layer does not look at them.
    Dropped,
    /// The layer does not look at it, and the output has it.
    Passed,
    /// The layer takes the masks of all inputs that have one; the condition says whether the first output has the mask of
    /// the first input.
    Taken(&'static str),
    /// The text says what the mask of the output is: a layer of the inputs, or `None`.
    Made(&'static str),
    /// The text says what the mask of the output is: a layer of the masks that there are, or `None`.
    Merged(&'static str),
}

/// All classes, by theme.
const TABLES: &[(&str, &[Layer])] = &[
    ("Core", core::LAYERS),
    ("Activations", activations::LAYERS),
    ("Convolution", convolution::LAYERS),
    ("Pooling", pooling::LAYERS),
    ("Recurrent", recurrent::LAYERS),
    ("Convolutional recurrent", convolutional_recurrent::LAYERS),
    ("Normalization", normalization::LAYERS),
    ("Reshaping", reshaping::LAYERS),
    ("Merging", merging::LAYERS),
    ("Attention", attention::LAYERS),
    ("Preprocessing", preprocessing::LAYERS),
];

/// The functions that definitions share, the general ones first.
const HELPERS: &[&[(&str, &str)]] = &[
    helpers::HELPERS,
    activations::HELPERS,
    convolution::HELPERS,
    pooling::HELPERS,
    recurrent::HELPERS,
    convolutional_recurrent::HELPERS,
    attention::HELPERS,
    operations::GENERAL,
    operations::elementwise::HELPERS,
    operations::reduction::HELPERS,
    operations::arrangement::HELPERS,
    operations::ordering::HELPERS,
    operations::linear::HELPERS,
    operations::neural::HELPERS,
    operations::images::HELPERS,
    preprocessing::HELPERS,
];

/// The texts of the records.
pub(super) const TEXTS: Texts = Texts { context: "Keras`", helpers: HELPERS, capitals: &[] };

/// Classes that HDF5 files call otherwise: by the class itself, not by the name under which it is offered.
const OTHER_NAMES: &[(&str, &str)] = &[("GroupedQueryAttention", "GroupQueryAttention")];

/// The record of a class of layers, or of an operation.
pub(super) fn find(class: &str, operation: bool) -> Option<&'static Layer> {
    if operation {
        return operations::find(class);
    }
    let class = OTHER_NAMES.iter().find(|(other, _)| *other == class).map_or(class, |(_, name)| name);
    TABLES.iter().flat_map(|(_, rows)| *rows).find(|row| row.class == class)
}

/// Themes and the names of their classes.
pub(super) fn classes() -> Vec<(&'static str, Vec<&'static str>)> {
    let names = |rows: &'static [Layer]| rows.iter().map(|row| row.class).collect();
    let mut themes: Vec<_> = TABLES.iter().map(|(theme, rows)| (*theme, names(rows))).collect();
    themes.push(("Operations", operations::names()));
    themes
}

/// A text of a record as an expression, with the helpers in their places.
pub(super) fn parse(session: &mut Session, text: &'static str) -> Expr {
    TEXTS.parse(session, &|_| false, text)
}

#[cfg(test)]
mod tests {
    use netform_eval::{Registry, Session};
    use rustc_hash::FxHashSet;

    use super::{HELPERS, OTHER_NAMES, TABLES, find, operations, parse};

    #[test]
    fn names_are_unique() {
        let mut known = FxHashSet::default();
        for (name, _) in HELPERS.iter().copied().flatten() {
            assert!(known.insert(*name), "there are two helpers {name}");
        }
        let mut known = FxHashSet::default();
        for (_, rows) in TABLES {
            for row in *rows {
                assert!(known.insert(row.class), "there are two layers {}", row.class);
            }
        }
        let mut known = FxHashSet::default();
        for name in operations::names() {
            assert!(known.insert(name), "there are two operations {name}");
        }
    }

    #[test]
    fn other_names_are_those_of_layers() {
        for (other, name) in OTHER_NAMES {
            assert_eq!(find(other, false).map(|row| row.class), Some(*name));
        }
    }

    #[test]
    fn texts_are_expressions() {
        let mut session = Session::new(Registry::new().share());
        let operations = operations::names().into_iter().filter_map(|name| find(name, true));
        for row in TABLES.iter().flat_map(|(_, rows)| *rows).chain(operations) {
            for text in [row.layer, row.value].into_iter().filter(|text| !text.is_empty()) {
                parse(&mut session, text);
            }
            for (_, default) in row.attributes.iter().filter(|(_, default)| !default.is_empty()) {
                parse(&mut session, default);
            }
        }
    }
}

//! What a model says about itself, without making a net of it.

use std::collections::BTreeMap;

use netform_expr::{Expr, Sym};
use rustc_hash::FxHashSet;

use super::model::{Dimension, Graph, Model, ValueInfo, ValueType};
use super::tensor::Element;

/// What can be asked for.
pub(super) const PARTS: &[&str] = &["Net", "Inputs", "Outputs", "Operators", "OperatorSetVersion", "ProducerName"];

/// A part of the information.
pub(super) fn part(model: &Model<'_>, graph: &Graph<'_>, name: &str) -> Expr {
    match name {
        "Inputs" => {
            let stored: FxHashSet<&str> = graph.initializers.iter().map(|tensor| tensor.name).collect();
            ports(graph.inputs.iter().filter(|info| !stored.contains(info.name)))
        }
        "Outputs" => ports(graph.outputs.iter()),
        "Operators" => {
            let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
            for node in &graph.nodes {
                *counts.entry(node.operator).or_default() += 1;
            }
            association(counts.into_iter().map(|(name, count)| (name, Expr::integer(count))))
        }
        "OperatorSetVersion" => {
            association(model.opsets.iter().map(|(domain, version)| {
                (if domain.is_empty() { "ai.onnx" } else { *domain }, Expr::integer(*version))
            }))
        }
        _ => Expr::string(model.producer),
    }
}

/// Names with the type of the elements and the dimensions, as far as they are declared.
fn ports<'i, 'a: 'i>(infos: impl Iterator<Item = &'i ValueInfo<'a>>) -> Expr {
    association(infos.map(|info| {
        let described = match &info.value_type {
            ValueType::Tensor(element, dimensions) => {
                let shape =
                    dimensions.as_ref().map_or(Sym::Automatic.into(), |list| Expr::list(list.iter().map(dimension)));
                Expr::list([Expr::string(&Element::of(*element).name()), shape])
            }
            ValueType::Unknown | ValueType::Other => Expr::list([Sym::Automatic.into(), Sym::Automatic.into()]),
        };
        (info.name, described)
    }))
}

fn dimension(declared: &Dimension<'_>) -> Expr {
    match declared {
        Dimension::Size(size) => Expr::integer(*size),
        Dimension::Name(name) => Expr::string(name),
        Dimension::Unknown => Sym::Automatic.into(),
    }
}

fn association<'n>(entries: impl Iterator<Item = (&'n str, Expr)>) -> Expr {
    Expr::call(Sym::Association, entries.map(|(name, value)| Expr::rule(Expr::string(name), value)))
}

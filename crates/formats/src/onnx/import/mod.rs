//! A model as a net.
//!
//! The nodes that outputs need are taken in an order in which values come before their uses. A value is a constant, known as
//! soon as all inputs of its node are, or comes out of a layer; then its dimensions are known, though there may be symbols in
//! them. Whatever is wrong with nodes is collected, and told together.

mod constants;
mod control;
mod definition;
mod flexible;
mod fold;
mod graph;
mod layer;
mod local;
mod node;
mod options;
mod order;
mod scan;
mod sequence;
mod value;
mod written;

use netform_eval::{Flow, Session};
use netform_expr::Expr;

use super::model::{Model, Node};
use super::{information, skeleton};
use crate::{FormatError, Source};
use constants::Beside;
use graph::Importer;
use options::Options;

/// The options of the reader.
pub(super) const OPTIONS: &[&str] = &["Constants", "Dimensions"];

/// Reads a model.
pub(super) fn read(session: &mut Session, source: &Source<'_>) -> Result<Result<Expr, FormatError>, Flow> {
    let skeleton = match source.bytes {
        Some(_) => Ok(Vec::new()),
        None => skeleton::read(&mut Beside { session, path: source.path }),
    };
    let skeleton = match skeleton {
        Ok(skeleton) => skeleton,
        Err(error) => return Ok(Err(error)),
    };
    let model = match Model::read(source.bytes.unwrap_or(&skeleton)) {
        Ok(model) => model,
        Err(error) => return Ok(Err(error)),
    };
    let options = match Options::read(session, source)? {
        Ok(options) => options,
        Err(error) => return Ok(Err(error)),
    };
    let Some(graph) = &model.graph else {
        return Ok(Err(FormatError::Malformed("there is no graph in it; is it an ONNX model?".to_owned())));
    };
    if let Some(part) = source.part.filter(|part| *part != "Net") {
        return Ok(Ok(information::part(&model, graph, part)));
    }
    let mut importer = Importer::new(session, source, &model, options);
    importer.whole(graph)?;
    if !importer.faults.is_empty() {
        return Ok(Err(importer.faults.error()));
    }
    importer.finish()
}

/// A node in words.
pub(super) fn label(node: &Node<'_>) -> String {
    let name = if node.name.is_empty() { node.outputs.first().copied().unwrap_or_default() } else { node.name };
    let domain = if node.domain.is_empty() { String::new() } else { format!("{}.", node.domain) };
    format!("node {name:?} ({domain}{})", node.operator)
}

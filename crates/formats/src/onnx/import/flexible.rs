//! Attention whose scores and weights are changed by graphs.

use netform_expr::{Expr, Sym};

use super::control::Outputs;
use super::graph::Importer;
use super::label;
use super::value::{Scope, Value};
use crate::onnx::model::Node;

impl<'a> Importer<'_, 'a> {
    /// The output of a `FlexAttention`: scores, which a graph may change, their softmax, which another one may change, and the means of
    /// values by these weights. How precisely a softmax is to be computed, "softmax_precision", is about runtimes: here it is exact, or as
    /// precise as the numbers are.
    pub(super) fn flexible(&mut self, node: &Node<'a>, scope: &Scope<'_>) -> Outputs {
        const KNOWN: [&str; 4] = ["scale", "score_mod", "prob_mod", "softmax_precision"];
        if let Some(other) = node.attributes.iter().find(|attribute| !KNOWN.contains(&attribute.name)) {
            let known = KNOWN.join(", ");
            self.faults.add(format!("{}: it has no attribute {:?}; it has {known}", label(node), other.name));
            return Ok(None);
        }
        let mut operands = Vec::new();
        for (place, name) in ["Q", "K", "V"].into_iter().enumerate() {
            match self.operand(node, place, scope) {
                Ok(Some(value)) if value.dimensions.len() == 4 => operands.push(value),
                Ok(Some(value)) => {
                    let found = value.dimensions.len();
                    self.faults.add(format!(
                        "{}: its input {name} has {found} dimensions, but 4 are expected: the batch, the heads, the positions and the features",
                        label(node)
                    ));
                    return Ok(None);
                }
                Ok(None) => {
                    self.faults.add(format!("{}: its input {name} is missing", label(node)));
                    return Ok(None);
                }
                Err(()) => return Ok(None),
            }
        }
        let Ok([query, key, value]) = <[Value; 3]>::try_from(operands) else { return Ok(None) };
        let scale = match node.attributes.iter().find(|attribute| attribute.name == "scale") {
            Some(attribute) => match self.attribute(attribute)? {
                Ok(scale) => scale,
                Err(why) => {
                    self.faults.add(format!("{}: the attribute \"scale\" {why}", label(node)));
                    return Ok(None);
                }
            },
            None => Expr::from(Sym::None),
        };
        let Some(scores) = self.operation(node, "FlexScores", vec![query, key], vec![("scale", scale)])? else {
            return Ok(None);
        };
        let Some(scores) = self.changed(node, "score_mod", scores, scope)? else { return Ok(None) };
        let Some(weights) = self.operation(node, "Softmax", vec![scores], vec![("axis", Expr::integer(-1))])? else {
            return Ok(None);
        };
        let Some(weights) = self.changed(node, "prob_mod", weights, scope)? else { return Ok(None) };
        Ok(self.operation(node, "FlexMeans", vec![weights, value], Vec::new())?.map(|means| vec![means]))
    }

    /// What the graph of an attribute makes of a value; the value itself if there is none.
    fn changed(
        &mut self,
        node: &Node<'a>,
        name: &str,
        value: Value,
        scope: &Scope<'_>,
    ) -> Result<Option<Value>, netform_eval::Flow> {
        if !node.attributes.iter().any(|attribute| attribute.name == name) {
            return Ok(Some(value));
        }
        let Some(graph) = self.body(node, name) else { return Ok(None) };
        Ok(self.inlined(node, graph, vec![value], scope)?.and_then(|outputs| outputs.into_iter().next()))
    }
}

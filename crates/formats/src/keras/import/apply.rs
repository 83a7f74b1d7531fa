//! A layer applied to arrays: its vertex in the net, the shapes of its outputs, and their masks.

use netform_eval::Flow;
use netform_expr::{Expr, Sym};

use super::build::{Built, Inputs};
use super::{Importer, Mask, Value};
use crate::graph::{Net, Ports, output_of, port};
use crate::keras::config::LayerConfig;
use crate::keras::layers;

impl Importer<'_> {
    /// Adds a layer of the file to a net; its outputs, or `None` after an error.
    pub(super) fn apply(
        &mut self,
        net: &mut Net,
        layer: &LayerConfig<'_>,
        built: &Built,
        shared: bool,
        inputs: &Inputs,
    ) -> Result<Option<Vec<Value>>, Flow> {
        let mut arrays: Vec<(Expr, Vec<Expr>)> =
            inputs.values.iter().map(|value| (value.from.clone(), value.shape.clone())).collect();
        let seen = inputs.with_masks_seen();
        let masks: Vec<&Mask> = seen.values.iter().filter_map(|value| value.mask.as_ref()).collect();
        let rule = built.record.map(|record| record.mask);
        // A net within takes the masks of its inputs too.
        let takes = built.record.is_none() || matches!(rule, Some(layers::Mask::Taken(_)));
        if takes {
            arrays.extend(masks.iter().map(|mask| (mask.from.clone(), mask.shape.clone())));
        }
        let whole = if shared {
            let names = Expr::string(&format!("{}/", layer.name));
            self.session.evaluate(&Expr::call(Sym::NetInsertSharedArrays, [built.layer.clone(), names]))?
        } else {
            built.layer.clone()
        };
        let Some((name, ports)) = self.vertex(net, layer, layer.name, &whole, &arrays)? else { return Ok(None) };
        let mut outputs: Vec<Value> = ports
            .outputs
            .iter()
            .map(|(output, shape)| Value {
                from: output_of(&name, output, ports.outputs.len()),
                shape: shape.clone(),
                mask: None,
            })
            .collect();
        let first = inputs.values.first().and_then(|value| value.mask.clone());
        let mask = match rule {
            // The masks of a net's outputs are outputs with names of their own.
            None => {
                let end = |name: &str| name.ends_with(MASK_NAME);
                let mut plain: Vec<Value> = Vec::new();
                for ((name, _), value) in ports.outputs.iter().zip(outputs) {
                    match plain.last_mut().filter(|_| end(name)) {
                        Some(before) => before.mask = Some(Mask { from: value.from, shape: value.shape }),
                        None => plain.push(value),
                    }
                }
                return Ok(Some(plain));
            }
            Some(layers::Mask::Dropped) => None,
            Some(layers::Mask::Passed) => first,
            Some(layers::Mask::Taken(when)) => {
                let when = layers::parse(self.session, when);
                let holds = self.session.is_true(&netform_expr::substitute(&when, &built.bindings))?;
                first.filter(|_| holds)
            }
            Some(layers::Mask::Made(text)) => {
                let made = arrays.iter().take(inputs.values.len()).cloned().collect::<Vec<_>>();
                match self.mask(net, layer, built, text, &made)? {
                    Some(mask) => mask,
                    None => return Ok(None),
                }
            }
            Some(layers::Mask::Merged(_)) if masks.is_empty() => None,
            Some(layers::Mask::Merged(text)) => {
                let made = masks.iter().map(|mask| (mask.from.clone(), mask.shape.clone())).collect::<Vec<_>>();
                match self.mask(net, layer, built, text, &made)? {
                    Some(mask) => mask,
                    None => return Ok(None),
                }
            }
        };
        if let Some(output) = outputs.first_mut() {
            output.mask = mask;
        }
        // Both directions give masked sequences where they are not merged.
        if let [first, second, ..] = outputs.as_mut_slice()
            && layer.class == "Bidirectional"
            && layer.attributes.get("merge_mode").is_some_and(serde_json::Value::is_null)
        {
            second.mask.clone_from(&first.mask);
        }
        Ok(Some(outputs))
    }

    /// The mask that a text of a record makes; the outer `None` after an error.
    fn mask(
        &mut self,
        net: &mut Net,
        layer: &LayerConfig<'_>,
        built: &Built,
        text: &'static str,
        arrays: &[(Expr, Vec<Expr>)],
    ) -> Result<Option<Option<Mask>>, Flow> {
        let Some(made) = self.text(layer, text, &built.bindings)? else { return Ok(None) };
        if made.is(Sym::None) {
            return Ok(Some(None));
        }
        let name = format!("{}{MASK_NAME}", layer.name);
        let Some((name, ports)) = self.vertex(net, layer, &name, &made, arrays)? else { return Ok(None) };
        Ok(ports.outputs.into_iter().next().map(|(_, shape)| Some(Mask { from: Expr::string(&name), shape })))
    }

    /// A vertex with its edges; its name and ports, or `None` after an error.
    fn vertex(
        &mut self,
        net: &mut Net,
        layer: &LayerConfig<'_>,
        name: &str,
        whole: &Expr,
        arrays: &[(Expr, Vec<Expr>)],
    ) -> Result<Option<(String, Ports)>, Flow> {
        let Some(ports) = self.ports(layer, whole, arrays)? else { return Ok(None) };
        let name = net.add(name, whole.clone());
        for ((source, _), input) in arrays.iter().zip(&ports.inputs) {
            let target = if ports.inputs.len() == 1 { Expr::string(&name) } else { port(Some(&name), input) };
            net.connect(source.clone(), target);
        }
        Ok(Some((name, ports)))
    }

    /// The ports of a layer on arrays of these shapes.
    fn ports(
        &mut self,
        layer: &LayerConfig<'_>,
        whole: &Expr,
        arrays: &[(Expr, Vec<Expr>)],
    ) -> Result<Option<Ports>, Flow> {
        let shapes: Vec<&[Expr]> = arrays.iter().map(|(_, shape)| shape.as_slice()).collect();
        let texts = match Ports::of(self.session, whole, &shapes)? {
            Ok(ports) => return Ok(Some(ports)),
            Err(texts) if texts.is_empty() => {
                vec!["the shapes of its outputs do not follow from those of its inputs".to_owned()]
            }
            Err(texts) => texts,
        };
        let shown: Vec<String> =
            shapes.iter().map(|shape| self.session.output_form(&Expr::list(shape.iter().cloned()))).collect();
        self.faults.add(format!(
            "{}, on arrays of the dimensions {}: {}",
            layer.label(),
            shown.join(", "),
            texts.join("; ")
        ));
        Ok(None)
    }
}

/// The end of names of ports and layers that are masks.
pub(super) const MASK_NAME: &str = ".mask";

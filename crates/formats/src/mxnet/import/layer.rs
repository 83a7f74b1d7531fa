//! What becomes of a node: the values of the texts of its record, and layers with their edges.

use netform_eval::Flow;
use netform_expr::pattern::Bindings;
use netform_expr::{Expr, Sym, substitute};

use super::{Array, Importer, Value};
use crate::graph::{Ports, output_of, port};
use crate::mxnet::operators::{self, TEXTS};
use crate::mxnet::symbol::Node;

impl Importer<'_> {
    /// The value of a text of a record, or nothing after an error.
    pub(super) fn text(
        &mut self,
        node: &Node,
        text: &'static str,
        bound: Vec<(Expr, Expr)>,
    ) -> Result<Option<Expr>, Flow> {
        let leave = (TEXTS.symbol("refused"), TEXTS.helper(self.session, "leaving"));
        let bindings = Bindings::from_iter(bound.into_iter().chain([leave]));
        let definition = substitute(&operators::parse(self.session, text), &bindings);
        let definition = Expr::call(Sym::Catch, [definition, TEXTS.symbol("leaving")]);
        let (value, messages) = self.session.catch_messages(|session| session.evaluate(&definition));
        let value = value?;
        let why = TEXTS.refusal(&value).or_else(|| messages.into_iter().next().map(|message| message.text));
        if let Some(why) = &why {
            self.faults.add(format!("{}: {}", node.label(), why.trim_end_matches('.')));
        }
        Ok(Some(value).filter(|_| why.is_none()))
    }

    /// A layer of the net with its edges.
    pub(super) fn vertex(
        &mut self,
        node: &Node,
        output: usize,
        layer: &Expr,
        data: &[Array],
        batch: usize,
    ) -> Result<Value, Flow> {
        let own = match data {
            [single] if single.shape.is_none() && single.is_input => Ports::own_shape(self.session, layer)?,
            _ => None,
        };
        if let (Some(_), Some(array)) = (&own, data.first()) {
            let input = self.places.get(&array.from).and_then(|place| self.net.inputs.get_mut(*place));
            input.into_iter().for_each(|(_, shape)| shape.clone_from(&own));
        }
        let known = |array| own.as_deref().or(Array::shape(array));
        let shapes: Option<Vec<&[Expr]>> = data.iter().map(known).collect();
        let ports = match shapes {
            Some(shapes) => match Ports::of(self.session, layer, &shapes)? {
                Err(texts) if !texts.is_empty() => {
                    let shown = shapes.iter().map(|shape| self.session.output_form(&Expr::list(shape.iter().cloned())));
                    let shown = shown.collect::<Vec<_>>().join(", ");
                    self.faults.add(format!(
                        "{}, on arrays of the dimensions {shown}: {}",
                        node.label(),
                        texts.join("; ")
                    ));
                    return Ok(Value::Failed);
                }
                other => other.ok(),
            },
            None => None,
        };
        let (inputs, outputs, shape) = match ports {
            Some(ports) => {
                let names = ports.outputs.iter().map(|(name, _)| name.clone()).collect();
                (ports.inputs, names, ports.outputs.into_iter().next().map(|(_, shape)| shape))
            }
            None => {
                let [inputs, outputs] = Ports::names(self.session, layer)?;
                (inputs, outputs, None)
            }
        };
        let (true, Some(first)) = (inputs.len() >= data.len(), outputs.first()) else {
            self.faults.add(format!("{}: its layer does not take {} inputs", node.label(), data.len()));
            return Ok(Value::Failed);
        };
        let name = if output == 0 { node.name.clone() } else { format!("{}_output{output}", node.name) };
        let name = self.net.add(&name, layer.clone());
        for (array, input) in data.iter().zip(&inputs) {
            let target = if inputs.len() == 1 { Expr::string(&name) } else { port(Some(&name), input) };
            self.net.connect(array.from.clone(), target);
        }
        Ok(Value::Array(Array { from: output_of(&name, first, outputs.len()), shape, batch, is_input: false }))
    }
}

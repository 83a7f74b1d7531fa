//! Models: sequential and functional ones, as nets with their ports.

use netform_eval::Flow;
use netform_expr::{Expr, Sym};
use rustc_hash::FxHashMap;

use super::apply::MASK_NAME;
use super::build::{Inputs, Operand};
use super::calls::{counted_from_zero, inner_models};
use super::weights::member_paths;
use super::{Importer, Mask, Value};
use crate::graph::{Net, identifier, port};
use crate::keras::config::{End, Form, LayerConfig, Source};

/// A model as a net, with its ports.
pub(super) struct Model {
    pub(super) net: Expr,
    pub(super) inputs: Vec<(String, Vec<Expr>)>,
    pub(super) outputs: Vec<(String, Vec<Expr>)>,
}

impl Importer<'_> {
    /// A model, in the file or within another model, where it is applied to arrays; `None` after an error.
    pub(super) fn model(
        &mut self,
        config: &LayerConfig<'_>,
        path: &str,
        given: Option<&Inputs>,
    ) -> Result<Option<Model>, Flow> {
        let children = match config.layers() {
            Ok(children) => children,
            Err(error) => {
                self.faults.add(error);
                return Ok(None);
            }
        };
        let prefix = if path.is_empty() { "layers".to_owned() } else { format!("{path}/layers") };
        let paths = member_paths(&children, &prefix);
        // What is not known is told of all layers, before one of them stops the import.
        let mut known = true;
        for child in children.iter().filter(|child| child.form() == Form::Layer) {
            known &= self.checked_record(child).is_some();
        }
        if !known {
            return Ok(None);
        }
        let layers: Vec<(LayerConfig<'_>, String)> = children.into_iter().zip(paths).collect();
        match config.form() {
            Form::Sequential => self.sequential(config, &layers, given.map(|given| given.values.as_slice())),
            _ => self.functional(config, &layers, given),
        }
    }

    /// The dimensions of an input: those that are given, or those that are declared, with symbols for open ones.
    fn input_shape(&mut self, name: &str, layer: &LayerConfig<'_>, given: Option<&Value>) -> Option<Vec<Expr>> {
        if let Some(value) = given {
            return Some(value.shape.clone());
        }
        if let Some((_, sizes)) = self.dimensions.iter().find(|(known, _)| known == name || known == layer.name) {
            return Some(sizes.clone());
        }
        let Some(declared) = layer.declared_shape() else {
            self.faults.add(format!(
                "the dimensions of the input {name:?} are not known; give them by the option \"Dimensions\" -> <|{name:?} -> {{...}}|>"
            ));
            return None;
        };
        let size = |(axis, size): (usize, &Option<u64>)| match size {
            Some(size) => i64::try_from(*size).ok().map(Expr::integer),
            None => Some(Expr::symbol(&format!("Global`{}{}", identifier(name), axis + 1))),
        };
        let sizes: Option<Vec<Expr>> = declared.iter().enumerate().map(size).collect();
        if sizes.is_none() {
            self.faults.add(format!("a dimension of the input {name:?} is too large"));
        }
        sizes
    }

    fn sequential(
        &mut self,
        config: &LayerConfig<'_>,
        layers: &[(LayerConfig<'_>, String)],
        given: Option<&[Value]>,
    ) -> Result<Option<Model>, Flow> {
        let Some((first, _)) = layers.first() else {
            self.faults.add(format!("the model {:?} has no layers", config.name));
            return Ok(None);
        };
        let given = given.and_then(<[Value]>::first);
        let declaring = if first.declared_shape().is_some() { first } else { config };
        let Some(shape) = self.input_shape(first.name, declaring, given) else { return Ok(None) };
        let mut net = Net::default();
        let input = ("Input".to_owned(), shape.clone());
        net.inputs.push((input.0.clone(), Some(input.1.clone())));
        let masked = given.and_then(|value| value.mask.as_ref());
        let mut value = Value { from: port(None, "Input"), shape, mask: self.mask_input(&mut net, "Input", masked) };
        let mut chained = value.mask.is_none();
        for (layer, path) in layers.iter().filter(|(layer, _)| layer.form() != Form::Input) {
            let inputs = Inputs {
                given: vec!["inputs".to_owned()],
                values: vec![value],
                operands: vec![("inputs".to_owned(), Operand::Array(0))],
                ..Inputs::default()
            };
            let Some(mut outputs) = self.step(&mut net, layer, path, false, &inputs)? else { return Ok(None) };
            chained &= outputs.len() == 1;
            if outputs.len() != 1 {
                self.faults.add(format!(
                    "{}: it has {} outputs, but the next layer takes one",
                    layer.label(),
                    outputs.len()
                ));
                return Ok(None);
            }
            value = outputs.swap_remove(0);
        }
        let outputs = vec![("Output".to_owned(), value.shape.clone())];
        let inner_mask = given.is_some().then_some(value.mask.clone()).flatten();
        let whole = match net.as_chain().filter(|_| chained && inner_mask.is_none()) {
            Some(chain) => {
                let shape = Expr::rule(Expr::string("Input"), Expr::list(input.1.iter().cloned()));
                self.session.evaluate(&Expr::call(Sym::NetChain, [chain, shape]))?
            }
            None => {
                self.connect_output(&mut net, "Output", value.from);
                if let Some(mask) = inner_mask {
                    self.connect_output(&mut net, &format!("Output{MASK_NAME}"), mask.from);
                }
                net.order_inputs();
                match net.finish(self.session, "")? {
                    Ok(whole) => whole,
                    Err(error) => {
                        self.faults.add(error.to_string());
                        return Ok(None);
                    }
                }
            }
        };
        Ok(Some(Model { net: whole, inputs: vec![input], outputs }))
    }

    /// An input that is the mask of another.
    fn mask_input(&self, net: &mut Net, name: &str, mask: Option<&Mask>) -> Option<Mask> {
        let mask = mask?;
        let name = format!("{name}{MASK_NAME}");
        net.inputs.push((name.clone(), Some(mask.shape.clone())));
        Some(Mask { from: port(None, &name), shape: mask.shape.clone() })
    }

    /// An output; an input that is one goes through a layer.
    fn connect_output(&self, net: &mut Net, name: &str, from: Expr) {
        let from = if from.has_head(Sym::NetPort) && from.arg(0).as_str().is_some() {
            let layer = Expr::call(Sym::ElementwiseLayer, [Expr::from(Sym::Identity)]);
            let layer = Expr::string(&net.add(name, layer));
            net.connect(from, layer.clone());
            layer
        } else {
            from
        };
        net.connect(from, port(None, name));
    }

    /// A layer built and applied.
    pub(super) fn step(
        &mut self,
        net: &mut Net,
        layer: &LayerConfig<'_>,
        path: &str,
        shared: bool,
        inputs: &Inputs,
    ) -> Result<Option<Vec<Value>>, Flow> {
        self.session.tick()?;
        let Some(budget) = self.budget.checked_sub(1) else {
            self.faults.add("there are too many layers".to_owned());
            return Ok(None);
        };
        self.budget = budget;
        let Some(built) = self.build(layer, path, inputs)? else { return Ok(None) };
        self.apply(net, layer, &built, shared, inputs)
    }

    fn functional(
        &mut self,
        config: &LayerConfig<'_>,
        layers: &[(LayerConfig<'_>, String)],
        given: Option<&Inputs>,
    ) -> Result<Option<Model>, Flow> {
        let wanted = given.and_then(|given| given.wanted.as_ref());
        let given = given.map(|given| given.values.as_slice());
        let (inputs, outputs) = match (config.ends("input_layers"), config.ends("output_layers")) {
            (Ok(inputs), Ok(outputs)) => (inputs, outputs),
            (Err(error), _) | (_, Err(error)) => {
                self.faults.add(error);
                return Ok(None);
            }
        };
        let models = inner_models(layers);
        let outputs = outputs.into_iter().enumerate();
        let outputs = outputs.filter(|(place, _)| wanted.is_none_or(|wanted| wanted.contains(place)));
        let outputs = outputs.map(|(_, end)| End { source: counted_from_zero(&models, end.source), ..end });
        let outputs: Vec<End<'_>> = outputs.collect();
        let mut net = Net::default();
        let mut values: FxHashMap<Source<'_>, Option<Value>> = FxHashMap::default();
        let mut named = Vec::new();
        for (place, End { key, source }) in inputs.iter().enumerate() {
            let Some((layer, _)) = layers.iter().find(|(layer, _)| layer.name == source.layer) else {
                self.faults.add(format!(
                    "the model {:?} has no layer {:?}, which is to be an input",
                    config.name, source.layer
                ));
                return Ok(None);
            };
            let given = given.and_then(|given| given.get(place));
            // The keys of a dictionary are the names by which the model is called.
            let name = key.unwrap_or(layer.name);
            let Some(shape) = self.input_shape(name, layer, given) else {
                values.insert(*source, None);
                continue;
            };
            net.inputs.push((name.to_owned(), Some(shape.clone())));
            named.push((name.to_owned(), shape.clone(), given.and_then(|value| value.mask.clone())));
            values.insert(*source, Some(Value { from: port(None, name), shape, mask: None }));
        }
        // Masks are inputs after all others.
        for ((name, _, mask), End { source, .. }) in named.iter().zip(&inputs) {
            let mask = self.mask_input(&mut net, name, mask.as_ref());
            if let Some(Some(value)) = values.get_mut(source) {
                value.mask = mask;
            }
        }
        let sources: Vec<Source<'_>> = outputs.iter().map(|end| end.source).collect();
        self.calls(&mut net, layers, &sources, &mut values)?;
        let mut shapes: Vec<(String, Vec<Expr>)> = Vec::new();
        for End { key, source: output } in &outputs {
            let Some(value) = values.get(output).cloned() else {
                self.faults.add(format!(
                    "nothing computes output {} of layer {:?}, an output of the model",
                    output.output, output.layer
                ));
                continue;
            };
            let Some(value) = value else { continue };
            let own = key.unwrap_or(output.layer);
            let mut name = own.to_owned();
            let mut count = 1;
            while shapes.iter().any(|(known, _)| *known == name) || named.iter().any(|(known, ..)| *known == name) {
                count += 1;
                name = format!("{own}.{count}");
            }
            self.connect_output(&mut net, &name, value.from);
            if let Some(mask) = value.mask.filter(|_| given.is_some()) {
                self.connect_output(&mut net, &format!("{name}{MASK_NAME}"), mask.from);
            }
            shapes.push((name, value.shape));
        }
        if !self.faults.is_empty() {
            return Ok(None);
        }
        net.order_inputs();
        match net.finish(self.session, "; sizes of inputs can be given by the option \"Dimensions\"")? {
            Ok(whole) => {
                let inputs = named.into_iter().map(|(name, shape, _)| (name, shape)).collect();
                Ok(Some(Model { net: whole, inputs, outputs: shapes }))
            }
            Err(error) => {
                self.faults.add(error.to_string());
                Ok(None)
            }
        }
    }
}

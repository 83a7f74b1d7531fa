//! The calls of a functional model, in an order in which arrays come before their uses.

use netform_eval::Flow;
use netform_expr::Sym;
use rustc_hash::{FxHashMap, FxHashSet};

use super::build::{Inputs, Operand, plain};
use super::{Importer, Mask, Value};
use crate::graph::Net;
use crate::keras::config::{Argument, Call, Form, LayerConfig, Source};
use crate::keras::layers;

impl Importer<'_> {
    /// Goes through the calls that the outputs need, uses after what they use.
    pub(super) fn calls<'j>(
        &mut self,
        net: &mut Net,
        layers: &[(LayerConfig<'j>, String)],
        outputs: &[Source<'j>],
        values: &mut FxHashMap<Source<'j>, Option<Value>>,
    ) -> Result<(), Flow> {
        let models = inner_models(layers);
        let mut calls: FxHashMap<(&str, usize), (usize, Call<'j>)> = FxHashMap::default();
        let mut counts = Vec::with_capacity(layers.len());
        for (place, (layer, _)) in layers.iter().enumerate() {
            match layer.calls() {
                Ok(list) => {
                    counts.push(list.len());
                    calls.extend(
                        list.into_iter().enumerate().map(|(number, call)| ((layer.name, number), (place, call))),
                    );
                }
                Err(error) => {
                    counts.push(0);
                    self.faults.add(format!("{}: {error}", layer.label()));
                }
            }
        }
        let mut used: FxHashMap<(&str, usize), Vec<usize>> = FxHashMap::default();
        let sources = calls.values().flat_map(|(_, call)| {
            let source = |source| if call.early { counted_from_zero(&models, source) } else { source };
            call.sources().into_iter().map(source)
        });
        for source in sources.chain(outputs.iter().copied()) {
            let places = used.entry((source.layer, source.call)).or_default();
            if !places.contains(&source.output) {
                places.push(source.output);
            }
        }
        used.values_mut().for_each(|places| places.sort_unstable());
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            Entered,
            Done,
        }
        let mut states: FxHashMap<(&str, usize), State> = FxHashMap::default();
        let mut stack: Vec<((&str, usize), bool)> = Vec::new();
        for output in outputs {
            stack.push(((output.layer, output.call), false));
            while let Some((key, leaving)) = stack.pop() {
                let known = states.get(&key) == Some(&State::Done);
                let Some((place, call)) = calls.get(&key).filter(|_| leaving || !known) else { continue };
                let (layer, path) = &layers[*place];
                if leaving {
                    states.insert(key, State::Done);
                    // What the inputs lack has been told.
                    let places = used.get(&key).cloned().unwrap_or_default();
                    let made = match self.inputs(&models, layer, call, values) {
                        Some(inputs) => {
                            let inputs = Inputs { wanted: Some(places.clone()), ..inputs };
                            self.step(net, layer, path, counts[*place] > 1, &inputs)?
                        }
                        None => None,
                    };
                    match made {
                        Some(made) => {
                            for (number, value) in places.into_iter().zip(made) {
                                values.insert(Source { layer: key.0, call: key.1, output: number }, Some(value));
                            }
                        }
                        None => {
                            values.insert(Source { layer: key.0, call: key.1, output: 0 }, None);
                        }
                    }
                    continue;
                }
                match states.get(&key) {
                    Some(State::Done) => continue,
                    Some(State::Entered) => {
                        self.faults.add(format!("{}: its inputs depend on its output", layer.label()));
                        continue;
                    }
                    None => {}
                }
                states.insert(key, State::Entered);
                stack.push((key, true));
                for source in call.sources() {
                    let source = if call.early { counted_from_zero(&models, source) } else { source };
                    if states.get(&(source.layer, source.call)) != Some(&State::Done) {
                        stack.push(((source.layer, source.call), false));
                    }
                }
            }
        }
        Ok(())
    }

    /// The inputs and arguments of a call; `None` if one of them has failed, or after an error.
    fn inputs(
        &mut self,
        models: &FxHashSet<&str>,
        layer: &LayerConfig<'_>,
        call: &Call<'_>,
        values: &FxHashMap<Source<'_>, Option<Value>>,
    ) -> Option<Inputs> {
        let mut inputs = Inputs::default();
        let record = layers::find(layer.class, layer.is_operation());
        let names: &[&str] = record.map_or(&["inputs"], |record| record.inputs);
        let further: &[(&str, &str)] = record.map_or(&[], |record| record.arguments);
        let mut arguments: Vec<(&str, &Argument<'_>)> = Vec::new();
        for (place, argument) in call.positional.iter().enumerate() {
            let name = names.get(place).copied().or_else(|| further.get(place - names.len()).map(|(name, _)| *name));
            if name.is_some() || record.is_none_or(|record| !record.variadic) {
                arguments.push((name.unwrap_or("args"), argument));
            }
        }
        arguments.extend(call.named.iter().map(|(name, argument)| (*name, argument)));
        let mut right = true;
        for (place, name) in names.iter().enumerate() {
            let rest = record.is_some_and(|record| record.variadic) && place + 1 == names.len();
            let operand = if rest {
                let items: Vec<&Argument<'_>> = call.positional.iter().skip(place).collect();
                self.operands(models, layer, call, name, &items, values, &mut inputs).map(Operand::List)
            } else {
                let Some((_, argument)) = arguments.iter().find(|(known, _)| known == name) else { continue };
                self.operand(models, layer, call, name, argument, values, &mut inputs)
            };
            match operand {
                Some(Operand::Value(value)) if !layer.is_operation() && !value.is(Sym::None) => {
                    if !further.iter().any(|(known, _)| known == name) {
                        self.faults.add(format!(
                            "{}: its input {name:?} is a constant, which is not supported",
                            layer.label()
                        ));
                        right = false;
                    }
                }
                Some(operand) => inputs.operands.push(((*name).to_owned(), operand)),
                None => right = false,
            }
        }
        let open = |(name, argument): &&(&str, &Argument<'_>)| {
            !names.contains(name) || further.iter().any(|(known, _)| known == name) && plain(argument).is_some()
        };
        for (name, argument) in arguments.iter().filter(open) {
            let known = further.iter().any(|(known, _)| known == name);
            if let Some(value) = plain(argument).filter(|_| known) {
                inputs.arguments.push(((*name).to_owned(), value));
                continue;
            }
            match argument {
                Argument::Plain(serde_json::Value::Null) => {}
                _ if *name == "mask" => right &= named_masks(argument, values, &mut inputs),
                _ => {
                    self.faults.add(format!("{}: the argument {name:?} of its call is not supported", layer.label()));
                    right = false;
                }
            }
        }
        if right && inputs.values.is_empty() {
            self.faults.add(format!("{}: its call has no inputs", layer.label()));
            return None;
        }
        right.then_some(inputs)
    }

    /// An argument, whose arrays become inputs; `None` if one of them has failed, or after an error.
    #[expect(clippy::too_many_arguments, reason = "where arguments are looked up does not change")]
    fn operand(
        &mut self,
        models: &FxHashSet<&str>,
        layer: &LayerConfig<'_>,
        call: &Call<'_>,
        name: &str,
        argument: &Argument<'_>,
        values: &FxHashMap<Source<'_>, Option<Value>>,
        inputs: &mut Inputs,
    ) -> Option<Operand> {
        if let Some(value) = plain(argument) {
            return Some(Operand::Value(value));
        }
        let source = match argument {
            Argument::List(items) => {
                let items: Vec<&Argument<'_>> = items.iter().collect();
                return self.operands(models, layer, call, name, &items, values, inputs).map(Operand::List);
            }
            Argument::Array(source) if call.early => counted_from_zero(models, *source),
            Argument::Array(source) => *source,
            Argument::Plain(_) => return None,
        };
        match values.get(&source) {
            Some(Some(value)) => {
                inputs.given.push(name.to_owned());
                inputs.values.push(value.clone());
                Some(Operand::Array(inputs.values.len() - 1))
            }
            Some(None) => None,
            None if matches!(values.get(&Source { output: 0, ..source }), Some(None)) => None,
            None => {
                self.faults.add(format!(
                    "{}: output {} of call {} of layer {:?}, its input, is not computed",
                    layer.label(),
                    source.output,
                    source.call,
                    source.layer
                ));
                None
            }
        }
    }

    /// Arguments one after the other, as `operand`.
    #[expect(clippy::too_many_arguments, reason = "where arguments are looked up does not change")]
    fn operands(
        &mut self,
        models: &FxHashSet<&str>,
        layer: &LayerConfig<'_>,
        call: &Call<'_>,
        name: &str,
        items: &[&Argument<'_>],
        values: &FxHashMap<Source<'_>, Option<Value>>,
        inputs: &mut Inputs,
    ) -> Option<Vec<Operand>> {
        let mut right = true;
        let mut found = Vec::with_capacity(items.len());
        for item in items {
            match self.operand(models, layer, call, name, item, values, inputs) {
                Some(operand) => found.push(operand),
                None => right = false,
            }
        }
        right.then_some(found)
    }
}

/// The names of the functional models in a model.
pub(super) fn inner_models<'j>(layers: &[(LayerConfig<'j>, String)]) -> FxHashSet<&'j str> {
    let models = layers.iter().filter(|(layer, _)| layer.form() == Form::Functional);
    models.map(|(layer, _)| layer.name).collect()
}

/// An output of a call, where those of a functional model in the model are counted from 1.
pub(super) fn counted_from_zero<'j>(models: &FxHashSet<&str>, source: Source<'j>) -> Source<'j> {
    if models.contains(source.layer) { Source { call: source.call.saturating_sub(1), ..source } } else { source }
}

/// Gives inputs the masks that a call names: a single one, or one for each input. Whether they are computed.
fn named_masks(argument: &Argument<'_>, values: &FxHashMap<Source<'_>, Option<Value>>, inputs: &mut Inputs) -> bool {
    let single = std::slice::from_ref(argument);
    let list = if let Argument::List(items) = argument { items.as_slice() } else { single };
    let mut computed = true;
    for (mask, input) in list.iter().zip(&mut inputs.values) {
        let Argument::Array(source) = mask else { continue };
        match values.get(source) {
            Some(Some(mask)) => {
                input.mask = Some(Mask { from: mask.from.clone(), shape: mask.shape.clone() });
                inputs.masked = true;
            }
            _ => computed = false,
        }
    }
    computed
}

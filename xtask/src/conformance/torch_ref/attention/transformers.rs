//! Transformers and their layers: attentions and a perceptron, each with a sum and a normalisation.

use serde_json::{Value, json};

use super::super::description::{dims, flag, size, text};
use super::super::layers::{Example, Translated, translate};
use super::super::model::{Feed, Model};
use super::call::Call;
use super::graph::Graph;
use super::heads::{Heads, Mask, Weights, linear, order};

/// A stack of layers that is put together, with the masks that it needs.
struct Stack<'a> {
    call: &'a Call,
    shapes: &'a [Vec<u64>],
    batch: Option<u64>,
    graph: Graph,
    inputs: Vec<Feed>,
}

/// What a layer is applied to, and what a decoder attends to, as ports or members of a graph, with their lengths if these are
/// known.
#[derive(Clone, Copy)]
struct Sequences<'a> {
    start: &'a str,
    memory: Option<&'a str>,
    lengths: [Option<u64>; 2],
}

/// The arguments of a call that are masks: of the attention to the sequence itself, and of that to the memory.
struct MaskNames {
    own: [&'static str; 2],
    memory: [&'static str; 2],
}

const OF_LAYERS: [MaskNames; 2] = [
    MaskNames { own: ["src_mask", "src_key_padding_mask"], memory: ["", ""] },
    MaskNames { own: ["tgt_mask", "tgt_key_padding_mask"], memory: ["memory_mask", "memory_key_padding_mask"] },
];
const OF_ENCODERS: MaskNames = MaskNames { own: ["mask", "src_key_padding_mask"], memory: ["", ""] };

pub(super) fn model(case: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let module = &case["net"];
    let kind = text(module, "type")?;
    let call = Call::new(case["call"].as_str().unwrap_or_default(), shapes.len());
    call.only(&[
        "mask",
        "src_mask",
        "tgt_mask",
        "memory_mask",
        "src_key_padding_mask",
        "tgt_key_padding_mask",
        "memory_key_padding_mask",
        "is_causal",
        "src_is_causal",
        "tgt_is_causal",
        "memory_is_causal",
    ])?;
    let layer = match kind {
        "TransformerEncoder" => &module["encoder_layer"],
        "TransformerDecoder" => &module["decoder_layer"],
        _ => module,
    };
    let wanted = if kind.starts_with("TransformerEncoder") { 1 } else { 2 };
    if call.positional.len() != wanted || call.positional.iter().any(|place| *place >= shapes.len()) {
        return Err(format!("other arguments of {kind} than {wanted} sequences and masks"));
    }
    let first = &shapes[call.positional[0]];
    if call.positional.iter().any(|place| shapes[*place].len() != first.len()) || !matches!(first.len(), 2 | 3) {
        return Err("other inputs than sequences of vectors".to_owned());
    }
    let batched = first.len() == 3;
    let batch_first = flag(layer, "batch_first")?;
    let length = |place: usize| shapes[place][usize::from(batched && batch_first)];
    let lengths: Vec<u64> = call.positional.iter().map(|place| length(*place)).collect();
    let batch = if batched { Some(first[usize::from(!batch_first)]) } else { None };
    let swap = order(batched, batch_first);
    let mut stack = Stack { call: &call, shapes, batch, graph: Graph::default(), inputs: Vec::new() };
    for place in &call.positional {
        stack.inputs.push(Feed::by(&format!("Input{place}"), *place, swap));
    }
    let ports: Vec<String> = call.positional.iter().map(|place| format!("NetPort[\"Input{place}\"]")).collect();
    let [encoder, decoder] = &OF_LAYERS;
    let alone = Sequences { start: &ports[0], memory: None, lengths: [Some(lengths[0]), None] };
    let both = Sequences {
        memory: ports.get(1).map(String::as_str),
        lengths: [Some(lengths[0]), lengths.get(1).copied()],
        ..alone
    };
    let last = match kind {
        "TransformerEncoderLayer" => stack.layer(layer, "", alone, encoder)?,
        "TransformerDecoderLayer" => stack.layer(layer, "", both, decoder)?,
        "TransformerEncoder" => stack.layers(module, layer, "", alone, &OF_ENCODERS)?,
        "TransformerDecoder" => stack.layers(module, layer, "", both, decoder)?,
        _ => {
            let part = |count: &str| {
                let norm = json!({
                    "type": "LayerNorm", "normalized_shape": [module["d_model"]], "eps": module["layer_norm_eps"],
                    "elementwise_affine": true, "bias": module["bias"]
                });
                json!({ "num_layers": module[count], "norm": norm })
            };
            let memory = stack.layers(&part("num_encoder_layers"), layer, "encoder.", alone, encoder)?;
            // The encoder's sequence comes first.
            let [source, target] = both.lengths;
            let sequences = Sequences { start: &ports[1], memory: Some(&memory), lengths: [target, source] };
            stack.layers(&part("num_decoder_layers"), layer, "decoder.", sequences, decoder)?
        }
    };
    stack.graph.connect(format!("{last} -> NetPort[\"Output\"]"));
    let mut net = stack.graph.finish();
    let width = size(layer, "d_model")?;
    for (place, length) in call.positional.iter().zip(&lengths) {
        net.type_port(&format!("Input{place}"), &dims(&[*length, width]));
    }
    Ok(Model::new(net, stack.inputs, vec![format!("{swap}[outputs[\"Output\"]]")]))
}

/// An encoder, or a layer of one, of a single sequence of any length.
pub(super) fn encoder(module: &Value) -> Result<Translated, String> {
    let is_layer = text(module, "type")? == "TransformerEncoderLayer";
    let layer = if is_layer { module } else { &module["encoder_layer"] };
    let call = Call::new("layer(x)", 1);
    let mut stack = Stack { call: &call, shapes: &[], batch: None, graph: Graph::default(), inputs: Vec::new() };
    let sequence = Sequences { start: "NetPort[\"Input\"]", memory: None, lengths: [None; 2] };
    let last = match is_layer {
        true => stack.layer(layer, "", sequence, &OF_LAYERS[0])?,
        false => stack.layers(module, layer, "", sequence, &OF_ENCODERS)?,
    };
    stack.graph.connect(format!("{last} -> NetPort[\"Output\"]"));
    Ok(stack.graph.finish())
}

impl Stack<'_> {
    /// As many layers as a module has, and the normalisation after them. The parts have names that begin with `prefix`.
    fn layers(
        &mut self,
        module: &Value,
        layer: &Value,
        prefix: &str,
        sequences: Sequences<'_>,
        masks: &MaskNames,
    ) -> Result<String, String> {
        let mut current = sequences.start.to_owned();
        for place in 0..size(module, "num_layers")? {
            let prefix = format!("{prefix}layers.{place}.");
            current = self.layer(layer, &prefix, Sequences { start: &current, ..sequences }, masks)?;
        }
        if module["norm"].is_object() {
            let example = Example::vectors();
            for normalization in translate(&module["norm"], &example)? {
                let name = format!("{prefix}norm");
                self.graph.add(&name, normalization, &format!("{name}."));
                self.graph.connect(format!("{current} -> \"{name}\""));
                current = format!("\"{name}\"");
            }
        }
        Ok(current)
    }

    /// A layer of an encoder, or of a decoder where there is a memory: what it makes of the sequence.
    fn layer(
        &mut self,
        module: &Value,
        prefix: &str,
        sequences: Sequences<'_>,
        masks: &MaskNames,
    ) -> Result<String, String> {
        let width = size(module, "d_model")?;
        let biased = flag(module, "bias")?;
        let before = flag(module, "norm_first")?;
        let normalization = json!({
            "type": "LayerNorm", "normalized_shape": [width], "eps": module["layer_norm_eps"],
            "elementwise_affine": true, "bias": biased
        });
        let Sequences { start, memory, lengths } = sequences;
        let mut current = start.to_owned();
        let mut parts = vec!["self_attn", "feed"];
        if memory.is_some() {
            parts.insert(1, "multihead_attn");
        }
        for (place, part) in parts.into_iter().enumerate() {
            let [norm, sum, part_name] = [format!("norm{}", place + 1), format!("sum{}", place + 1), part.to_owned()]
                .map(|name| format!("{prefix}{name}"));
            let example = Example::vectors();
            for normalization in translate(&normalization, &example)? {
                self.graph.add(&norm, normalization, &format!("{norm}."));
            }
            self.graph.add_layer(&sum, "ThreadingLayer[Plus]".to_owned());
            let start = if before {
                self.graph.connect(format!("{current} -> \"{norm}\""));
                format!("\"{norm}\"")
            } else {
                current.clone()
            };
            let end = match (part, memory) {
                ("feed", _) => self.perceptron(module, prefix, &start)?,
                ("multihead_attn", Some(memory)) => {
                    self.attention(module, &part_name, &start, memory, lengths, &masks.memory)?
                }
                _ => self.attention(module, &part_name, &start, &start, [lengths[0]; 2], &masks.own)?,
            };
            self.graph.connect(format!("{{{current}, {end}}} -> \"{sum}\""));
            current = format!("\"{sum}\"");
            if !before {
                self.graph.connect(format!("{current} -> \"{norm}\""));
                current = format!("\"{norm}\"");
            }
        }
        Ok(current)
    }

    fn perceptron(&mut self, module: &Value, prefix: &str, start: &str) -> Result<String, String> {
        let activation = match text(module, "activation")? {
            "relu" => "Ramp",
            "gelu" => "\"GELU\"",
            other => return Err(format!("the activation {other}")),
        };
        let biased = flag(module, "bias")?;
        let mut add = |name: &str, net: Translated| {
            let name = format!("{prefix}{name}");
            self.graph.add(&name, net, &format!("{name}."));
            format!("\"{name}\"")
        };
        let first = add("linear1", linear(size(module, "dim_feedforward")?, biased)?);
        let middle = add("feed", Translated { layer: format!("ElementwiseLayer[{activation}]"), arrays: Vec::new() });
        let last = add("linear2", linear(size(module, "d_model")?, biased)?);
        self.graph.connect(format!("{start} -> {first} -> {middle} -> {last}"));
        Ok(last)
    }

    fn attention(
        &mut self,
        module: &Value,
        name: &str,
        queries: &str,
        keys: &str,
        lengths: [Option<u64>; 2],
        masks: &[&str; 2],
    ) -> Result<String, String> {
        let width = size(module, "d_model")?;
        let found = masks.iter().map(|mask| Mask::of(self.call, mask, self.shapes)).collect::<Result<Vec<_>, _>>()?;
        let found: Vec<(&str, Mask)> =
            masks.iter().copied().zip(found).filter_map(|(name, mask)| Some((name, mask?))).collect();
        let heads = Heads {
            size: width,
            widths: [width; 3],
            count: size(module, "nhead")?,
            lengths: lengths[0].zip(lengths[1]).map(|(queries, keys)| [queries, keys]),
            biased: flag(module, "bias")?,
            masks: found.iter().map(|(mask, _)| (*mask).to_owned()).collect(),
            weights: Weights::None,
            extra: [false, false],
        };
        self.graph.add(name, heads.net()?, &format!("{name}."));
        for (source, port) in [(queries, "Query"), (keys, "Key"), (keys, "Value")] {
            self.graph.connect(format!("{source} -> NetPort[{{\"{name}\", \"{port}\"}}]"));
        }
        for (port, mask) in &found {
            self.graph.connect(format!("NetPort[\"{port}\"] -> NetPort[{{\"{name}\", \"{port}\"}}]"));
            // All layers have the same one.
            if self.inputs.iter().all(|feed| feed.port != *port) {
                self.inputs.push(heads.mask(port, mask, self.batch)?);
            }
        }
        Ok(format!("\"{name}\""))
    }
}

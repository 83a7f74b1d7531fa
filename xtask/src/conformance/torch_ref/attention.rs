//! PyTorch's attention, by itself, with projections of heads, and in the layers of transformers, as graphs.

use serde_json::{Value, json};

use super::layers::{Array, Translated, flag, size, text, translate};
use super::losses::dims;
use super::model::{Feed, Model};

/// A graph that is put together.
#[derive(Default)]
struct Graph {
    members: Vec<String>,
    edges: Vec<String>,
    arrays: Vec<Array>,
}

impl Graph {
    fn add(&mut self, name: &str, net: Translated, prefix: &str) {
        self.members.push(format!("\"{name}\" -> {}", net.layer));
        self.arrays.extend(net.arrays.into_iter().map(|mut array| {
            array.tensors.iter_mut().for_each(|(tensor, _)| *tensor = format!("{prefix}{tensor}"));
            array.inside(&format!("\"{name}\""))
        }));
    }

    fn add_layer(&mut self, name: &str, layer: String) {
        self.add(name, Translated { layer, arrays: Vec::new() }, "");
    }

    fn connect(&mut self, edge: String) {
        self.edges.push(edge);
    }

    fn finish(self) -> Translated {
        let layer = format!("NetGraph[<|{}|>, {{{}}}]", self.members.join(", "), self.edges.join(", "));
        Translated { layer, arrays: self.arrays }
    }
}

/// The net of an attention, or nothing if the case is none.
pub(super) fn model(case: &Value, shapes: &[Vec<u64>]) -> Result<Option<Model>, String> {
    let module = &case["net"];
    let call = case["call"].as_str().unwrap_or_default();
    match text(module, "type")? {
        "Identity" if case["group"] == "sdpa" => kernel(call, shapes).map(Some),
        "MultiheadAttention" => module_with_heads(module, call, shapes).map(Some),
        "TransformerEncoderLayer" | "TransformerDecoderLayer" => transformer(module, call, shapes).map(Some),
        _ => Ok(None),
    }
}

/// The function `scaled_dot_product_attention`.
fn kernel(call: &str, shapes: &[Vec<u64>]) -> Result<Model, String> {
    if shapes.len() != 3 || shapes.iter().any(|shape| shape.len() != 4) {
        return Err("attention of other inputs than queries, keys and values with heads".to_owned());
    }
    let mask = if call.contains("is_causal=True") { "\"Causal\"" } else { "None" };
    let scale = call.split_once("scale=").map(|(_, rest)| rest.trim_end_matches(')'));
    let rescaling = if scale.is_some() { "None" } else { "\"DimensionSqrt\"" };
    let mut graph = Graph::default();
    graph.add_layer(
        "heads",
        format!(
            "AttentionLayer[\"Dot\", \"MultiHead\" -> True, \"Mask\" -> {mask}, \"ScoreRescaling\" -> {rescaling}]"
        ),
    );
    graph.add_layer("queries", format!("ElementwiseLayer[{} # &]", scale.unwrap_or("1")));
    graph.connect("NetPort[\"Query\"] -> \"queries\" -> NetPort[{\"heads\", \"Query\"}]".to_owned());
    let mut net = graph.finish();
    // Heads come after the places of a sequence in the layer.
    let swap = "Transpose[#, {1, 3, 2, 4}] &";
    let mut inputs = Vec::new();
    for (place, (port, shape)) in ["Query", "Key", "Value"].iter().zip(shapes).enumerate() {
        net.type_port(port, &dims(&[shape[2], shape[1], shape[3]]));
        inputs.push(Feed::by(port, place, &format!("({swap})")));
    }
    Ok(Model { net, inputs, outputs: vec![format!("({swap})[outputs[\"Output\"]]")] })
}

/// A module of heads as a graph with the ports "Query", "Key", "Value", and "Mask" for what is added to scores.
struct Heads {
    size: u64,
    /// The lengths of queries, keys and values.
    widths: [u64; 3],
    count: u64,
    queries: u64,
    keys: u64,
    biased: bool,
    masked: bool,
    /// Whether the weights are an output, "Weights".
    weighing: bool,
    /// Whether these are the mean over all heads.
    averaged: bool,
}

impl Heads {
    /// The module may have a key and a value of its own, and a key and a value of zeros.
    fn net(&self, own: bool, zero: bool) -> Result<Translated, String> {
        let (size, count, queries) = (self.size, self.count, self.queries);
        let keys = self.keys + u64::from(own) + u64::from(zero);
        let each = size / count.max(1);
        let mut graph = Graph::default();
        let linear = json!({ "type": "Linear", "out_features": size, "bias": self.biased });
        let projection = || translate(&linear, 2)?.pop().ok_or_else(|| "no projection".to_owned());
        for (block, (port, length)) in [("Query", queries), ("Key", keys), ("Value", keys)].into_iter().enumerate() {
            let mut projection = projection()?;
            for (tensor, part) in projection.arrays.iter_mut().flat_map(|array| &mut array.tensors) {
                if tensor == "weight" && self.widths != [size; 3] {
                    *tensor = format!("{}_proj_weight", ["q", "k", "v"][block]);
                } else {
                    *tensor = format!("in_proj_{tensor}");
                    *part = Some((block, 3));
                }
            }
            graph.add(&format!("p{port}"), projection, "");
            graph.add_layer(&format!("h{port}"), format!("ReshapeLayer[{}]", dims(&[length, count, each])));
            graph.connect(format!("NetPort[\"{port}\"] -> \"p{port}\""));
            let mut last = format!("\"p{port}\"");
            if port != "Query" && own {
                let tensor = format!("bias_{}", if port == "Key" { "k" } else { "v" });
                let array = Array { path: vec!["\"Array\"".to_owned()], tensors: vec![(tensor, None)] };
                let layer = format!("NetArrayLayer[\"Output\" -> {}]", dims(&[1, 1, size]));
                graph.add(&format!("own{port}"), Translated { layer, arrays: vec![array] }, "");
                graph.add_layer(
                    &format!("and{port}"),
                    "FunctionLayer[Function[{all, own}, Join[all, First[own]]]]".into(),
                );
                graph.connect(format!("{last} -> NetPort[{{\"and{port}\", \"all\"}}]"));
                graph.connect(format!("\"own{port}\" -> NetPort[{{\"and{port}\", \"own\"}}]"));
                last = format!("\"and{port}\"");
            }
            if port != "Query" && zero {
                graph.add_layer(&format!("zero{port}"), "PaddingLayer[{{0, 1}, {0, 0}}]".into());
                graph.connect(format!("{last} -> \"zero{port}\""));
                last = format!("\"zero{port}\"");
            }
            graph.connect(format!("{last} -> \"h{port}\""));
        }
        if self.masked {
            let masks = vec!["mask"; usize::try_from(count).unwrap_or(1)].join(", ");
            graph.add_layer(
                "weights",
                format!(
                    "FunctionLayer[Function[{{q, k, mask}}, ArraySoftmax[MapThread[#1 . Transpose[#2] &, \
                     {{Transpose[q], Transpose[k]}}]/Sqrt[{each}] + {{{masks}}}, -1]]]"
                ),
            );
            graph.add_layer(
                "heads",
                "FunctionLayer[Function[{w, v}, Transpose[MapThread[Dot, {w, Transpose[v]}]]]]".to_owned(),
            );
            graph.connect("\"hQuery\" -> NetPort[{\"weights\", \"q\"}]".to_owned());
            graph.connect("\"hKey\" -> NetPort[{\"weights\", \"k\"}]".to_owned());
            graph.connect("NetPort[\"Mask\"] -> NetPort[{\"weights\", \"mask\"}]".to_owned());
            graph.connect("\"weights\" -> NetPort[{\"heads\", \"w\"}]".to_owned());
            graph.connect("\"hValue\" -> NetPort[{\"heads\", \"v\"}]".to_owned());
        } else {
            let options = "\"MultiHead\" -> True, \"ScoreRescaling\" -> \"DimensionSqrt\"";
            graph.add_layer("heads", format!("AttentionLayer[\"Dot\", {options}]"));
            for port in ["Query", "Key", "Value"] {
                graph.connect(format!("\"h{port}\" -> NetPort[{{\"heads\", \"{port}\"}}]"));
            }
        }
        graph.add_layer("joined", format!("ReshapeLayer[{}]", dims(&[queries, size])));
        graph.add("out", projection()?, "out_proj.");
        graph.connect("\"heads\" -> \"joined\" -> \"out\" -> NetPort[\"Output\"]".to_owned());
        if self.weighing {
            let weights = if self.masked { "\"weights\"" } else { "NetPort[{\"heads\", \"AttentionWeights\"}]" };
            if self.averaged {
                graph.add_layer("mean", "AggregationLayer[Mean, 1]".to_owned());
                graph.connect(format!("{weights} -> \"mean\" -> NetPort[\"Weights\"]"));
            } else {
                graph.connect(format!("{weights} -> NetPort[\"Weights\"]"));
            }
        }
        let mut net = graph.finish();
        net.type_port("Query", &dims(&[queries, self.widths[0]]));
        net.type_port("Key", &dims(&[self.keys, self.widths[1]]));
        net.type_port("Value", &dims(&[self.keys, self.widths[2]]));
        if self.masked {
            net.type_port("Mask", &dims(&[queries, keys]));
        }
        Ok(net)
    }
}

/// What is fed to the port "Mask" if the call has a mask: it is added to scores, where PyTorch may say what is not allowed.
fn mask(call: &str, batch: Option<u64>, queries: u64) -> Option<Feed> {
    let place = 1;
    let added = format!("Replace[io[\"input.{place}\"], {{True -> -Infinity, False -> 0.}}, {{2}}]");
    let (value, gradient) = if call.contains("key_padding_mask=input.1") {
        batch?;
        (format!("Map[ConstantArray[#, {queries}] &, {added}]"), None)
    } else if call.contains("mask=input.1") {
        match batch {
            // All examples have the same one.
            Some(batch) => (format!("ConstantArray[{added}, {batch}]"), Some((place, "Total".to_owned()))),
            None => (added, Some((place, "Identity".to_owned()))),
        }
    } else {
        return None;
    };
    Some(Feed { port: "Mask".to_owned(), value, gradient })
}

fn module_with_heads(module: &Value, call: &str, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let batched = shapes[0].len() == 3;
    if call.contains("need_weights") {
        return Err("this call of an attention".to_owned());
    }
    let width = size(module, "embed_dim")?;
    let widths = [width, module["kdim"].as_u64().unwrap_or(width), module["vdim"].as_u64().unwrap_or(width)];
    // Sequences come before batches.
    let steps_first = batched && !flag(module, "batch_first")?;
    let length = |shape: &[u64]| if batched && !steps_first { shape[1] } else { shape[0] };
    let batch = if batched { Some(shapes[0][usize::from(steps_first)]) } else { None };
    let swap = if steps_first { "Transpose" } else { "Identity" };
    let is_self = call.starts_with("layer(x, x, x");
    let queries = length(&shapes[0]);
    let keys = if is_self { queries } else { length(&shapes[1]) };
    let (own, zero) = (flag(module, "add_bias_kv")?, flag(module, "add_zero_attn")?);
    let mask = mask(call, batch, queries);
    if mask.is_some() && (own || zero || !is_self) {
        return Err("a mask with other keys than those of the input".to_owned());
    }
    if shapes.len() != if is_self { 1 } else { 3 } + usize::from(mask.is_some()) {
        return Err("other inputs of an attention".to_owned());
    }
    let heads = Heads {
        size: width,
        widths,
        count: size(module, "num_heads")?,
        queries,
        keys,
        biased: flag(module, "bias")?,
        masked: mask.is_some(),
        weighing: true,
        averaged: !call.contains("average_attn_weights=False"),
    };
    let mut net = heads.net(own, zero)?;
    let ports = ["Query", "Key", "Value"];
    let mut inputs: Vec<Feed> = if is_self {
        let mut graph = Graph::default();
        graph.add("attention", net, "");
        for port in ports {
            graph.connect(format!("NetPort[\"Input\"] -> NetPort[{{\"attention\", \"{port}\"}}]"));
        }
        if mask.is_some() {
            graph.connect("NetPort[\"Mask\"] -> NetPort[{\"attention\", \"Mask\"}]".to_owned());
        }
        for port in ["Output", "Weights"] {
            graph.connect(format!("NetPort[{{\"attention\", \"{port}\"}}] -> NetPort[\"{port}\"]"));
        }
        net = graph.finish();
        vec![Feed::by("Input", 0, swap)]
    } else {
        ports.iter().enumerate().map(|(place, port)| Feed::by(port, place, swap)).collect()
    };
    inputs.extend(mask);
    let outputs = vec![format!("{swap}[outputs[\"Output\"]]"), "outputs[\"Weights\"]".to_owned()];
    Ok(Model { net, inputs, outputs })
}

/// A layer of an encoder or a decoder: attentions and a perceptron, each with a sum and a normalisation.
fn transformer(module: &Value, call: &str, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let is_decoder = text(module, "type")? == "TransformerDecoderLayer";
    let (model, hidden) = (size(module, "d_model")?, size(module, "dim_feedforward")?);
    let biased = flag(module, "bias")?;
    let batch_first = flag(module, "batch_first")?;
    let swap = if batch_first { "Identity" } else { "Transpose" };
    let [batch, queries] = if batch_first { [shapes[0][0], shapes[0][1]] } else { [shapes[0][1], shapes[0][0]] };
    let mask = mask(call, Some(batch), queries);
    if shapes.len() != 1 + usize::from(is_decoder) + usize::from(mask.is_some()) || (is_decoder && mask.is_some()) {
        return Err("this call of a transformer's layer".to_owned());
    }
    let activation = match text(module, "activation")? {
        "relu" => "Ramp",
        "gelu" => "\"GELU\"",
        other => return Err(format!("the activation {other}")),
    };
    let mut graph = Graph::default();
    let mut current = "NetPort[\"Input\"]".to_owned();
    let parts = if is_decoder { &["self_attn", "multihead_attn", "feed"][..] } else { &["self_attn", "feed"] };
    for (place, &part) in parts.iter().enumerate() {
        let (norm, sum) = (format!("norm{}", place + 1), format!("sum{}", place + 1));
        let spec = json!({
            "type": "LayerNorm", "normalized_shape": [model], "eps": module["layer_norm_eps"],
            "elementwise_affine": true, "bias": biased
        });
        for normalization in translate(&spec, 2)? {
            graph.add(&norm, normalization, &format!("{norm}."));
        }
        graph.add_layer(&sum, "ThreadingLayer[Plus]".to_owned());
        let start = if module["norm_first"] == true {
            graph.connect(format!("{current} -> \"{norm}\""));
            format!("\"{norm}\"")
        } else {
            current.clone()
        };
        if part == "feed" {
            let linear = |out: u64| translate(&json!({ "type": "Linear", "out_features": out, "bias": biased }), 2);
            for (name, out) in [("linear1", hidden), ("linear2", model)] {
                for layer in linear(out)? {
                    graph.add(name, layer, &format!("{name}."));
                }
            }
            graph.add_layer(part, format!("ElementwiseLayer[{activation}]"));
            graph.connect(format!("{start} -> \"linear1\" -> \"feed\" -> \"linear2\""));
            graph.connect(format!("{{{current}, \"linear2\"}} -> \"{sum}\""));
        } else {
            let memory = if part == "self_attn" { start.clone() } else { "NetPort[\"Memory\"]".to_owned() };
            let keys = if part == "self_attn" { queries } else { shapes[1][usize::from(batch_first)] };
            let masked = mask.is_some() && part == "self_attn";
            let count = size(module, "nhead")?;
            let heads = Heads {
                size: model,
                widths: [model; 3],
                count,
                queries,
                keys,
                biased,
                masked,
                weighing: false,
                averaged: false,
            };
            graph.add(part, heads.net(false, false)?, &format!("{part}."));
            for (source, port) in [(&start, "Query"), (&memory, "Key"), (&memory, "Value")] {
                graph.connect(format!("{source} -> NetPort[{{\"{part}\", \"{port}\"}}]"));
            }
            if masked {
                graph.connect(format!("NetPort[\"Mask\"] -> NetPort[{{\"{part}\", \"Mask\"}}]"));
            }
            graph.connect(format!("{{{current}, \"{part}\"}} -> \"{sum}\""));
        }
        current = format!("\"{sum}\"");
        if module["norm_first"] != true {
            graph.connect(format!("{current} -> \"{norm}\""));
            current = format!("\"{norm}\"");
        }
    }
    graph.connect(format!("{current} -> NetPort[\"Output\"]"));
    let mut net = graph.finish();
    net.type_port("Input", &dims(&[queries, model]));
    let mut inputs = vec![Feed::by("Input", 0, swap)];
    if is_decoder {
        inputs.push(Feed::by("Memory", 1, swap));
    }
    inputs.extend(mask);
    Ok(Model { net, inputs, outputs: vec![format!("{swap}[outputs[\"Output\"]]")] })
}

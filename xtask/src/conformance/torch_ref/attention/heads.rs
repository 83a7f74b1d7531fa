//! The module of attention with projections of heads.

use serde_json::{Value, json};

use super::super::description::{dims, flag, size};
use super::super::layers::{Array, Example, Translated, translate};
use super::super::model::{Feed, Model};
use super::call::Call;
use super::graph::Graph;

/// A module of heads as a graph with the ports "Query", "Key", "Value", and those of masks, which are added to the scores of
/// each head.
pub(super) struct Heads {
    pub(super) size: u64,
    /// The lengths of the vectors of queries, keys and values.
    pub(super) widths: [u64; 3],
    pub(super) count: u64,
    /// How many queries and keys there are, if that is known.
    pub(super) lengths: Option<[u64; 2]>,
    pub(super) biased: bool,
    /// The ports of masks.
    pub(super) masks: Vec<String>,
    /// Whether the weights are an output, "Weights".
    pub(super) weights: Weights,
    /// Whether there are a key and a value of the module's own, and a key and a value of zeros.
    pub(super) extra: [bool; 2],
}

/// What is said of the weights of an attention.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Weights {
    None,
    OfEachHead,
    MeanOverHeads,
}

impl Heads {
    /// How many keys and values the module adds to those that it is given.
    fn added(&self) -> u64 {
        self.extra.iter().map(|present| u64::from(*present)).sum()
    }

    pub(super) fn net(&self) -> Result<Translated, String> {
        let (size, count) = (self.size, self.count);
        let [own, zero] = self.extra;
        let each = size / count.max(1);
        let mut graph = Graph::default();
        for (block, port) in ["Query", "Key", "Value"].into_iter().enumerate() {
            let mut projection = linear(size, self.biased)?;
            for (tensor, part) in projection.arrays.iter_mut().flat_map(|array| &mut array.tensors) {
                if tensor == "weight" && self.widths != [size; 3] {
                    *tensor = format!("{}_proj_weight", ["q", "k", "v"][block]);
                } else {
                    *tensor = format!("in_proj_{tensor}");
                    *part = Some((block, 3));
                }
            }
            graph.add(&format!("p{port}"), projection, "");
            graph.add_layer(
                &format!("h{port}"),
                format!("FunctionLayer[ArrayReshape[#, {{Length[#], {count}, {each}}}] &]"),
            );
            graph.connect(format!("NetPort[\"{port}\"] -> \"p{port}\""));
            let mut last = format!("\"p{port}\"");
            if port != "Query" && own {
                let mut array = Array::of("Array", &format!("bias_{}", if port == "Key" { "k" } else { "v" }));
                array.path = vec!["\"Array\"".to_owned()];
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
        let weights = if self.masks.is_empty() {
            let options = "\"MultiHead\" -> True, \"ScoreRescaling\" -> \"DimensionSqrt\"";
            graph.add_layer("heads", format!("AttentionLayer[\"Dot\", {options}]"));
            for port in ["Query", "Key", "Value"] {
                graph.connect(format!("\"h{port}\" -> NetPort[{{\"heads\", \"{port}\"}}]"));
            }
            "NetPort[{\"heads\", \"AttentionWeights\"}]"
        } else {
            let masks: Vec<String> = (1..=self.masks.len()).map(|place| format!("mask{place}")).collect();
            graph.add_layer(
                "weights",
                format!(
                    "FunctionLayer[Function[{{q, k, {}}}, ArraySoftmax[MapThread[#1 . Transpose[#2] &, \
                     {{Transpose[q], Transpose[k]}}]/Sqrt[{each}] + {}, -1]]]",
                    masks.join(", "),
                    masks.join(" + ")
                ),
            );
            graph.add_layer(
                "heads",
                "FunctionLayer[Function[{w, v}, Transpose[MapThread[Dot, {w, Transpose[v]}]]]]".to_owned(),
            );
            graph.connect("\"hQuery\" -> NetPort[{\"weights\", \"q\"}]".to_owned());
            graph.connect("\"hKey\" -> NetPort[{\"weights\", \"k\"}]".to_owned());
            for (port, parameter) in self.masks.iter().zip(&masks) {
                graph.connect(format!("NetPort[\"{port}\"] -> NetPort[{{\"weights\", \"{parameter}\"}}]"));
            }
            graph.connect("\"weights\" -> NetPort[{\"heads\", \"w\"}]".to_owned());
            graph.connect("\"hValue\" -> NetPort[{\"heads\", \"v\"}]".to_owned());
            "\"weights\""
        };
        graph.add_layer("joined", format!("FunctionLayer[ArrayReshape[#, {{Length[#], {size}}}] &]"));
        graph.add("out", linear(size, self.biased)?, "out_proj.");
        graph.connect("\"heads\" -> \"joined\" -> \"out\" -> NetPort[\"Output\"]".to_owned());
        match self.weights {
            Weights::None => {}
            Weights::OfEachHead => graph.connect(format!("{weights} -> NetPort[\"Weights\"]")),
            Weights::MeanOverHeads => {
                graph.add_layer("mean", "AggregationLayer[Mean, 1]".to_owned());
                graph.connect(format!("{weights} -> \"mean\" -> NetPort[\"Weights\"]"));
            }
        }
        let mut net = graph.finish();
        if let Some([queries, keys]) = self.lengths {
            net.type_port("Query", &dims(&[queries, self.widths[0]]));
            net.type_port("Key", &dims(&[keys, self.widths[1]]));
            net.type_port("Value", &dims(&[keys, self.widths[2]]));
            for port in &self.masks {
                net.type_port(port, &dims(&[count, queries, keys + self.added()]));
            }
        }
        Ok(net)
    }

    /// What is fed to the port of a mask, where PyTorch says what is not allowed or what is added to scores.
    pub(super) fn mask(&self, port: &str, mask: &Mask, batch: Option<u64>) -> Result<Feed, String> {
        let (count, added) = (self.count, self.added());
        let [queries, keys] = self.lengths.ok_or("a mask of scores whose number is not known")?;
        let place = mask.place;
        let examples = batch.unwrap_or(1);
        let given = format!("Replace[io[\"input.{place}\"], {{True -> -Infinity, False -> 0.}}, {{-1}}]");
        // Of all examples and heads, and back.
        let (whole, gradient) = match (mask.is_of_keys, mask.shape.as_slice()) {
            (true, [.., length]) if *length == keys => (
                format!(
                    "Map[ConstantArray[#, {{{count}, {queries}}}] &, ArrayReshape[{given}, {}]]",
                    dims(&[examples, keys])
                ),
                format!("ArrayReshape[ArrayReduce[Total, #, {{2, 3}}], {}]", dims(&mask.shape)),
            ),
            (false, [rows, columns]) if (*rows, *columns) == (queries, keys) => (
                format!("ConstantArray[{given}, {}]", dims(&[examples, count])),
                "ArrayReduce[Total, #, {1, 2}]".to_owned(),
            ),
            (false, [several, rows, columns]) if (*several, *rows, *columns) == (examples * count, queries, keys) => (
                format!("ArrayReshape[{given}, {}]", dims(&[examples, count, queries, keys])),
                format!("ArrayReshape[#, {}]", dims(&mask.shape)),
            ),
            _ => return Err("a mask of another shape than that of scores".to_owned()),
        };
        let (mut value, mut gradient) = (whole, gradient);
        if added > 0 {
            // What the module adds is allowed.
            value = format!("ArrayPad[{value}, {{{{0, 0}}, {{0, 0}}, {{0, 0}}, {{0, {added}}}}}]");
            gradient = gradient.replace('#', &format!("#[[All, All, All, ;; {keys}]]"));
        }
        if batch.is_none() {
            value = format!("First[{value}]");
            gradient = gradient.replace('#', "{#}");
        }
        Ok(Feed { port: port.to_owned(), value, gradient: Some((place, format!("{gradient} &"))) })
    }
}

/// A mask among the inputs of a case.
pub(super) struct Mask {
    pub(super) place: usize,
    pub(super) shape: Vec<u64>,
    /// Whether it is about the keys of each example, and not about pairs of queries and keys.
    pub(super) is_of_keys: bool,
}

impl Mask {
    /// The mask that is an argument of a call.
    pub(super) fn of(call: &Call, name: &str, shapes: &[Vec<u64>]) -> Result<Option<Mask>, String> {
        let Some(place) = call.input(name) else { return Ok(None) };
        let shape = shapes.get(place).ok_or_else(|| format!("no input for {name}"))?.clone();
        Ok(Some(Mask { place, shape, is_of_keys: name.ends_with("key_padding_mask") }))
    }
}

/// A layer of vectors, one after the other.
pub(super) fn linear(size: u64, biased: bool) -> Result<Translated, String> {
    let module = json!({ "type": "Linear", "out_features": size, "bias": biased });
    let example = Example::vectors();
    translate(&module, &example)?.pop().ok_or_else(|| "no projection".to_owned())
}

/// The function between PyTorch's order of levels and that of an example, where sequences may come before batches.
pub(super) fn order(batched: bool, batch_first: bool) -> &'static str {
    if batched && !batch_first { "Transpose" } else { "Identity" }
}

pub(super) fn model(case: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let module = &case["net"];
    let call = Call::new(case["call"].as_str().unwrap_or_default(), shapes.len());
    call.only(&["attn_mask", "key_padding_mask", "need_weights", "average_attn_weights", "is_causal"])?;
    let [query, key, value] = match *call.positional {
        [one] => [one; 3],
        [query, key, value] => [query, key, value],
        _ => return Err("other inputs of an attention than queries, keys and values".to_owned()),
    };
    let places = [query, key, value];
    let shape = |place: usize| shapes.get(place).map(Vec::as_slice).ok_or("an argument that is no input");
    let [query, key, _] = [shape(query)?, shape(key)?, shape(value)?];
    if query.len() != key.len() || !matches!(query.len(), 2 | 3) {
        return Err("other inputs of an attention than sequences of vectors".to_owned());
    }
    let batched = query.len() == 3;
    let batch_first = flag(module, "batch_first")?;
    let [length, batch] = if batched && !batch_first { [0, 1] } else { [usize::from(batched), 0] };
    let batch = if batched { Some(query[batch]) } else { None };
    let swap = order(batched, batch_first);
    let width = size(module, "embed_dim")?;
    let masks = [Mask::of(&call, "attn_mask", shapes)?, Mask::of(&call, "key_padding_mask", shapes)?];
    let masks: Vec<Mask> = masks.into_iter().flatten().collect();
    let ports: Vec<String> = (1..=masks.len()).map(|place| format!("Mask{place}")).collect();
    let weights = match (call.value("need_weights"), call.value("average_attn_weights")) {
        (Some("False"), _) => Weights::None,
        (_, Some("False")) => Weights::OfEachHead,
        _ => Weights::MeanOverHeads,
    };
    let heads = Heads {
        size: width,
        widths: [width, module["kdim"].as_u64().unwrap_or(width), module["vdim"].as_u64().unwrap_or(width)],
        count: size(module, "num_heads")?,
        lengths: Some([query[length], key[length]]),
        biased: flag(module, "bias")?,
        masks: ports.clone(),
        weights,
        extra: [flag(module, "add_bias_kv")?, flag(module, "add_zero_attn")?],
    };
    // An input may be several of the three.
    let mut graph = Graph::default();
    graph.add("attention", heads.net()?, "");
    let mut inputs = Vec::new();
    for (port, place) in ["Query", "Key", "Value"].into_iter().zip(places) {
        graph.connect(format!("NetPort[\"Input{place}\"] -> NetPort[{{\"attention\", \"{port}\"}}]"));
        if inputs.iter().all(|feed: &Feed| feed.port != format!("Input{place}")) {
            inputs.push(Feed::by(&format!("Input{place}"), place, swap));
        }
    }
    for (port, mask) in ports.iter().zip(&masks) {
        graph.connect(format!("NetPort[\"{port}\"] -> NetPort[{{\"attention\", \"{port}\"}}]"));
        inputs.push(heads.mask(port, mask, batch)?);
    }
    let mut outputs = vec![format!("{swap}[outputs[\"Output\"]]")];
    graph.connect("NetPort[{\"attention\", \"Output\"}] -> NetPort[\"Output\"]".to_owned());
    if weights != Weights::None {
        graph.connect("NetPort[{\"attention\", \"Weights\"}] -> NetPort[\"Weights\"]".to_owned());
        outputs.push("outputs[\"Weights\"]".to_owned());
    }
    Ok(Model::new(graph.finish(), inputs, outputs))
}

//! PyTorch's modules as layers in the language, by their constructor arguments.

use serde_json::Value;

use super::description::{flag, size, sizes, text, typed_list};
use super::{activations, attention, embeddings, normalizations, patches, recurrent, resampling, spatial};

/// A layer with the arrays that it takes from a module.
#[derive(Debug)]
pub(super) struct Translated {
    /// The layer without arrays.
    pub(super) layer: String,
    pub(super) arrays: Vec<Array>,
}

impl Translated {
    /// Gives a port its shape.
    pub(super) fn type_port(&mut self, port: &str, shape: &str) {
        self.layer.truncate(self.layer.len() - 1);
        self.layer.push_str(&format!(", \"{port}\" -> {shape}]"));
    }
}

/// An array of a layer, and the tensors of the module whose sum it is.
#[derive(Debug)]
pub(super) struct Array {
    /// The keys that lead to it in the layer, as they are typed.
    pub(super) path: Vec<String>,
    /// Tensors, of which it may be one of so many equal blocks of rows: which, from 0, and of how many.
    pub(super) tensors: Vec<(String, Option<(usize, usize)>)>,
    /// What is done to the sum, where the layer has it in another form.
    pub(super) form: Option<Form>,
}

/// Functions between a tensor of PyTorch and an array of a layer.
#[derive(Debug)]
pub(super) struct Form {
    /// The array of a tensor.
    pub(super) of_tensor: String,
    /// The gradient of the tensor of that of the array.
    pub(super) of_gradient: String,
}

impl Array {
    /// An array that is a tensor.
    pub(super) fn of(name: &str, tensor: &str) -> Array {
        Array { path: vec![format!("\"{name}\"")], tensors: vec![(tensor.to_owned(), None)], form: None }
    }

    /// An array of a layer in this one.
    pub(super) fn inside(mut self, key: &str) -> Array {
        self.path.insert(0, key.to_owned());
        self
    }
}

pub(super) type Layers = Result<Vec<Translated>, String>;

/// The array to which a net is applied.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub(super) rank: usize,
    /// Whether it is the whole of PyTorch's tensor, and not one of the examples along its first dimension.
    pub(super) whole: bool,
    /// Whether the net is applied in training.
    pub(super) training: bool,
}

impl Example {
    pub(super) fn tensor_rank(&self) -> usize {
        self.rank + usize::from(!self.whole)
    }

    /// The level, from 1, that is a dimension of the tensor.
    pub(super) fn level(&self, dim: &Value) -> Result<u64, String> {
        let dim = dim.as_i64().ok_or("no dimension")?;
        let rank = i64::try_from(self.tensor_rank()).unwrap_or(i64::MAX);
        let level = if dim < 0 { dim + rank } else { dim } + i64::from(self.whole);
        u64::try_from(level).ok().filter(|level| *level > 0).ok_or_else(|| "a function along the batch".to_owned())
    }

    /// The same array with another rank.
    fn of_rank(&self, rank: usize) -> Example {
        Example { rank, ..self.clone() }
    }
}

/// The layers that a module is, applied to one example.
pub(super) fn translate(module: &Value, example: &Example) -> Layers {
    let kind = text(module, "type")?;
    let rank = example.rank;
    for table in [activations::translate, normalizations::translate, spatial::translate, resampling::translate] {
        if let Some(layers) = table(kind, module, example)? {
            return Ok(layers);
        }
    }
    match kind {
        "Identity" | "Dropout" | "Dropout1d" | "Dropout2d" | "Dropout3d" | "AlphaDropout" | "FeatureAlphaDropout" => {
            Ok(Vec::new())
        }
        "Linear" => {
            let out = size(module, "out_features")?;
            let mut layers = affine(&format!("LinearLayer[{out}"), flag(module, "bias")?)?;
            // It acts on the last level.
            for _ in 1..rank.max(1) {
                layers = layers.into_iter().map(mapped).collect();
            }
            Ok(layers)
        }
        "Embedding" => embeddings::embedding(module),
        "EmbeddingBag" => embeddings::bag(module),
        "LSTM" | "GRU" | "RNN" => Ok(vec![recurrent::stack(module, &[])?.net]),
        // The first of the results of a recurrent layer.
        "Take" if module["index"] == 0 => Ok(Vec::new()),
        "Index" if module["dim"] == 1 && module["index"] == -1 => one("SequenceLastLayer[]".into(), &[]),
        "Index" => {
            let (level, index) = (example.level(&module["dim"])?, module["index"].as_i64().ok_or("no index")?);
            let place = if index < 0 { index } else { index + 1 }.to_string();
            let mut places = vec!["All".to_owned(); level as usize - 1];
            places.push(place.clone());
            one(format!("PartLayer[{}]", if level == 1 { place } else { typed_list(&places) }), &[])
        }
        "Mean" if module["keepdim"] != true => {
            one(format!("AggregationLayer[Mean, {}]", typed_list(&levels(&module["dim"], example)?)), &[])
        }
        "Transpose" => {
            let [one_level, other] = [example.level(&module["dim0"])?, example.level(&module["dim1"])?];
            one(format!("TransposeLayer[{one_level} <-> {other}]"), &[])
        }
        "Residual" => {
            let body = chain(&module["body"], "body", example)?;
            let layer = format!(
                "NetGraph[<|\"body\" -> {}, \"sum\" -> Plus|>, {{NetPort[\"Input\"] -> \"body\", {{\"body\", NetPort[\"Input\"]}} -> \"sum\"}}]",
                body.layer
            );
            let arrays = body.arrays.into_iter().map(|array| array.inside("\"body\"")).collect();
            Ok(vec![Translated { layer, arrays }])
        }
        "Parallel" => {
            let branches = module["branches"].as_array().ok_or("no branches")?;
            let (mut members, mut names, mut edges, mut arrays) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            for (place, branch) in branches.iter().enumerate() {
                let branch = chain(branch, &format!("branches.{place}"), example)?;
                members.push(format!("\"b{place}\" -> {}", branch.layer));
                names.push(format!("\"b{place}\""));
                edges.push(format!("NetPort[\"Input\"] -> \"b{place}\""));
                arrays.extend(branch.arrays.into_iter().map(|array| array.inside(&format!("\"b{place}\""))));
            }
            members.push(format!("\"all\" -> CatenateLayer[{}]", example.level(&module["dim"])?));
            edges.push(format!("{{{}}} -> \"all\"", names.join(", ")));
            let layer = format!("NetGraph[<|{}|>, {{{}}}]", members.join(", "), edges.join(", "));
            Ok(vec![Translated { layer, arrays }])
        }
        "Flatten" => {
            let [start, end] = [example.level(&module["start_dim"])?, example.level(&module["end_dim"])?];
            match (start, end) == (1, rank as u64) {
                true => one("FlattenLayer[]".into(), &[]),
                false => reshaped(start, end, &format!("{{Times @@ Take[Dimensions[#], {{{start}, {end}}}]}}")),
            }
        }
        "Unflatten" => {
            let level = example.level(&module["dim"])?;
            let count = module["unflattened_size"].as_array().map_or(1, Vec::len);
            let sizes = sizes(&module["unflattened_size"], count)?;
            let known: i64 = sizes.iter().filter(|size| **size != -1).product();
            let size = |size: &i64| match size {
                -1 => format!("Dimensions[#][[{level}]]/{known}"),
                size => size.to_string(),
            };
            reshaped(level, level, &typed_list(&sizes.iter().map(size).collect::<Vec<_>>()))
        }
        "ChannelShuffle" => {
            let groups = size(module, "groups")?;
            let level = example.level(&1.into())?;
            let shuffled = format!("Flatten[Transpose[Partition[#, Length[#]/{groups}]], 1]");
            let function = if level == 1 { format!("{shuffled} &") } else { format!("Map[Function[{shuffled}], #] &") };
            one(format!("FunctionLayer[{function}]"), &[])
        }
        "PixelShuffle" => one(patches::shuffle(size(module, "upscale_factor")?), &[]),
        "PixelUnshuffle" => one(patches::unshuffle(size(module, "downscale_factor")?), &[]),
        "Fold" | "Unfold" => Err(format!("{kind} of an array whose sizes are not known")),
        "TransformerEncoderLayer" | "TransformerEncoder" => attention::encoder(module),
        other => Err(format!("no layer for {other}")),
    }
}

/// The levels that are one or several dimensions.
fn levels(dims: &Value, example: &Example) -> Result<Vec<u64>, String> {
    match dims {
        Value::Array(several) => several.iter().map(|dim| example.level(dim)).collect(),
        one => Ok(vec![example.level(one)?]),
    }
}

/// The levels from `start` to `end` in other sizes.
fn reshaped(start: u64, end: u64, sizes: &str) -> Layers {
    let before = format!("Take[Dimensions[#], {}]", start - 1);
    let after = format!("Drop[Dimensions[#], {end}]");
    one(format!("FunctionLayer[ArrayReshape[#, Join[{before}, {sizes}, {after}]] &]"), &[])
}

pub(super) fn one(layer: String, arrays: &[(&'static str, &'static str)]) -> Layers {
    let arrays = arrays.iter().map(|(name, tensor)| Array::of(name, tensor)).collect();
    Ok(vec![Translated { layer, arrays }])
}

/// The layer applied to all elements of a sequence.
fn mapped(inner: Translated) -> Translated {
    let arrays = inner.arrays.into_iter().map(|array| array.inside("\"Net\"")).collect();
    Translated { layer: format!("NetMapOperator[{}]", inner.layer), arrays }
}

/// A list of modules as a chain; their tensors have names that begin with `prefix`.
pub(super) fn chain(modules: &Value, prefix: &str, example: &Example) -> Result<Translated, String> {
    let mut members = Vec::new();
    let mut arrays = Vec::new();
    let mut example = example.clone();
    for (place, module) in modules.as_array().into_iter().flatten().enumerate() {
        let prefix = if prefix.is_empty() { format!("{place}.") } else { format!("{prefix}.{place}.") };
        for translated in translate(module, &example)? {
            members.push(translated.layer);
            for mut array in translated.arrays {
                array.tensors.iter_mut().for_each(|(tensor, _)| *tensor = format!("{prefix}{tensor}"));
                arrays.push(array.inside(&members.len().to_string()));
            }
        }
        let rank = example.rank;
        example = example.of_rank(match module["type"].as_str().unwrap_or_default() {
            "Flatten" => {
                let [start, end] = [example.level(&module["start_dim"])?, example.level(&module["end_dim"])?];
                (rank as u64 + start).saturating_sub(end) as usize
            }
            "Index" => rank.saturating_sub(1),
            "Mean" => rank.saturating_sub(levels(&module["dim"], &example)?.len()),
            "Embedding" => rank + 1,
            "Unflatten" => rank + module["unflattened_size"].as_array().map_or(1, Vec::len) - 1,
            _ => rank,
        });
    }
    if members.is_empty() {
        members.push("ElementwiseLayer[# &]".to_owned());
    }
    Ok(Translated { layer: format!("NetChain[{{{}}}]", members.join(", ")), arrays })
}

/// A module by itself, whose tensors have no prefix.
pub(super) fn alone(module: &Value, example: &Example) -> Result<Translated, String> {
    let mut net = chain(&Value::Array(vec![module.clone()]), "", example)?;
    for (tensor, _) in net.arrays.iter_mut().flat_map(|array| &mut array.tensors) {
        *tensor = tensor.strip_prefix("0.").unwrap_or(tensor).to_owned();
    }
    Ok(net)
}

/// The net of a whole case, whose shape is known.
pub(super) fn net(description: &Value, example: &Example, shape: &[u64]) -> Result<Translated, String> {
    if !description.is_object() {
        return chain(description, "", example);
    }
    match patches::layer(description, shape)? {
        Some(layer) => Ok(Translated { layer, arrays: Vec::new() }),
        None => alone(description, example),
    }
}

/// A layer, given up to its last option, with weights and biases.
pub(super) fn affine(layer: &str, biased: bool) -> Layers {
    match biased {
        true => one(format!("{layer}]"), &[("Weights", "weight"), ("Biases", "bias")]),
        false => one(format!("{layer}, \"Biases\" -> None]"), &[("Weights", "weight")]),
    }
}

//! PyTorch's modules as layers in the language, by their constructor arguments.

use serde_json::Value;

use super::{recurrent, spatial};

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
}

impl Array {
    /// An array that is a tensor.
    fn of(name: &str, tensor: &str) -> Array {
        Array { path: vec![format!("\"{name}\"")], tensors: vec![(tensor.to_owned(), None)] }
    }

    /// An array of a layer in this one.
    pub(super) fn inside(mut self, key: &str) -> Array {
        self.path.insert(0, key.to_owned());
        self
    }
}

pub(super) type Layers = Result<Vec<Translated>, String>;

/// The layers that a module is, applied to one example of the given rank.
pub(super) fn translate(module: &Value, rank: usize) -> Layers {
    let kind = text(module, "type")?;
    if let Some(function) = function(kind, module)? {
        return one(format!("ElementwiseLayer[{function}]"), &[]);
    }
    match kind {
        "Identity" | "Dropout" => Ok(Vec::new()),
        "Linear" => {
            let out = size(module, "out_features")?;
            let mut layers = affine(&format!("LinearLayer[{out}"), flag(module, "bias")?)?;
            // It acts on the last level.
            for _ in 1..rank.max(1) {
                layers = layers.into_iter().map(mapped).collect();
            }
            Ok(layers)
        }
        "Embedding" if module["max_norm"].is_null() => {
            let (count, size) = (size(module, "num_embeddings")?, size(module, "embedding_dim")?);
            if let Some(padding) = module["padding_idx"].as_u64() {
                // The vector of the padding is zero and stays so: what is found for it is multiplied by 0.
                let kept = format!(
                    "ReplacePart[ConstantArray[1., {{{count}, {size}}}], {} -> ConstantArray[0., {size}]]",
                    padding + 1
                );
                let layer = format!(
                    "NetGraph[<|\"found\" -> EmbeddingLayer[{size}, {count}], \
                     \"kept\" -> EmbeddingLayer[{size}, {count}, \"Weights\" -> {kept}], \"product\" -> ThreadingLayer[Times]|>, \
                     {{NetPort[\"Input\"] -> {{\"found\", \"kept\"}} -> \"product\"}}]"
                );
                let array = Array::of("Weights", "weight").inside("\"found\"");
                return Ok(vec![Translated { layer, arrays: vec![array] }]);
            }
            one(format!("EmbeddingLayer[{size}, {count}]"), &[("Weights", "weight")])
        }
        "EmbeddingBag" if module["max_norm"].is_null() && module["padding_idx"].is_null() => {
            let (count, size) = (size(module, "num_embeddings")?, size(module, "embedding_dim")?);
            let function = match text(module, "mode")? {
                "mean" => "Mean",
                "sum" => "Total",
                _ => "Max",
            };
            let mut layers = one(format!("EmbeddingLayer[{size}, {count}]"), &[("Weights", "weight")])?;
            layers.extend(one(format!("AggregationLayer[{function}, 1]"), &[])?);
            Ok(layers)
        }
        "LSTM" | "GRU" | "RNN" => Ok(vec![recurrent::stack(module, &[])?.net]),
        // The first of the results of a recurrent layer.
        "Take" if module["index"] == 0 => Ok(Vec::new()),
        "Index" if module["dim"] == 1 && module["index"] == -1 => one("SequenceLastLayer[]".into(), &[]),
        "Mean" => one(format!("AggregationLayer[Mean, {}]", level(module)?), &[]),
        "Transpose" if module["dim0"] != 0 && module["dim1"] != 0 => {
            one(format!("TransposeLayer[{} <-> {}]", module["dim0"], module["dim1"]), &[])
        }
        "Residual" => {
            let body = chain(&module["body"], "body", rank)?;
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
                let branch = chain(branch, &format!("branches.{place}"), rank)?;
                members.push(format!("\"b{place}\" -> {}", branch.layer));
                names.push(format!("\"b{place}\""));
                edges.push(format!("NetPort[\"Input\"] -> \"b{place}\""));
                arrays.extend(branch.arrays.into_iter().map(|array| array.inside(&format!("\"b{place}\""))));
            }
            members.push(format!("\"all\" -> CatenateLayer[{}]", level(module)?));
            edges.push(format!("{{{}}} -> \"all\"", names.join(", ")));
            let layer = format!("NetGraph[<|{}|>, {{{}}}]", members.join(", "), edges.join(", "));
            Ok(vec![Translated { layer, arrays }])
        }
        "Flatten" if size(module, "start_dim")? == 1 && module["end_dim"] == -1 => one("FlattenLayer[]".into(), &[]),
        "Unflatten" if size(module, "dim")? == 1 => {
            one(format!("ReshapeLayer[{}]", list(&module["unflattened_size"], 1)?), &[])
        }
        "Softmax" => one(format!("SoftmaxLayer[{}]", level(module)?), &[]),
        "Softmax2d" => one("SoftmaxLayer[1]".into(), &[]),
        "Softmin" => one(format!("NetChain[{{-# &, SoftmaxLayer[{}]}}]", level(module)?), &[]),
        "LogSoftmax" => {
            let level = level(module)?;
            let level = if level < 0 { level + rank as i64 + 1 } else { level };
            let others: Vec<String> =
                (1..=rank as i64).filter(|other| *other != level).map(|other| other.to_string()).collect();
            let places = others.join(", ");
            one(
                format!(
                    "FunctionLayer[ArrayThread[Subtract, {{#, ArrayLogSumExp[#, {{{level}}}]}}, {{All, {{{places}}}}}] &]"
                ),
                &[],
            )
        }
        "GLU" => one(format!("GatedLinearUnitLayer[LogisticSigmoid, {}]", level(module)?), &[]),
        "PReLU" if size(module, "num_parameters")? == 1 => Err("a slope that all channels share".to_owned()),
        "PReLU" => one("ParametricRampLayer[]".into(), &[("Slope", "weight")]),
        "Conv1d" | "Conv2d" | "Conv3d" => spatial::convolution(module, spatial::dimensions(kind)),
        "ConvTranspose1d" | "ConvTranspose2d" | "ConvTranspose3d" => {
            spatial::deconvolution(module, spatial::dimensions(kind))
        }
        "MaxPool1d" | "MaxPool2d" | "MaxPool3d" => spatial::pooling(module, "Max", spatial::dimensions(kind)),
        "AvgPool1d" | "AvgPool2d" | "AvgPool3d" => spatial::pooling(module, "Mean", spatial::dimensions(kind)),
        "LPPool1d" | "LPPool2d" | "LPPool3d" => spatial::power_pooling(module, spatial::dimensions(kind)),
        "AdaptiveAvgPool1d" | "AdaptiveAvgPool2d" | "AdaptiveAvgPool3d" => {
            spatial::adaptive(module, "Mean", spatial::dimensions(kind))
        }
        "AdaptiveMaxPool1d" | "AdaptiveMaxPool2d" | "AdaptiveMaxPool3d" => {
            spatial::adaptive(module, "Max", spatial::dimensions(kind))
        }
        "BatchNorm1d" | "BatchNorm2d" | "BatchNorm3d" => {
            let epsilon = number(module, "eps")?;
            if !flag(module, "track_running_stats")? {
                return Err("statistics of the batch in evaluation".to_owned());
            }
            let moving = [("MovingMean", "running_mean"), ("MovingVariance", "running_var")];
            scaled(&format!("BatchNormalizationLayer[\"Epsilon\" -> {epsilon}"), flag(module, "affine")?, true, &moving)
        }
        "LayerNorm" => {
            let levels = last_levels(module)?;
            let layer = format!("NormalizationLayer[{levels}, \"Same\", \"Epsilon\" -> {}", number(module, "eps")?);
            scaled(&layer, flag(module, "elementwise_affine")?, flag(module, "bias")?, &[])
        }
        "RMSNorm" => {
            let levels = last_levels(module)?;
            let epsilon = number(module, "eps")?;
            let layer = format!("NormalizationLayer[{levels}, \"Same\", Method -> \"RMS\", \"Epsilon\" -> {epsilon}");
            scaled(&layer, flag(module, "elementwise_affine")?, false, &[])
        }
        "GroupNorm" => {
            let groups = size(module, "num_groups")?;
            let layer =
                format!("NormalizationLayer[\"GroupNumber\" -> {groups}, \"Epsilon\" -> {}", number(module, "eps")?);
            scaled(&layer, flag(module, "affine")?, flag(module, "bias").unwrap_or(true), &[])
        }
        "InstanceNorm1d" | "InstanceNorm2d" | "InstanceNorm3d" => {
            let layer = format!("NormalizationLayer[\"Epsilon\" -> {}", number(module, "eps")?);
            scaled(&layer, flag(module, "affine")?, true, &[])
        }
        "LocalResponseNorm" => {
            let window = size(module, "size")?;
            if window.is_multiple_of(2) {
                return Err("a window of an even number of channels".to_owned());
            }
            one(
                format!(
                    "LocalResponseNormalizationLayer[\"ChannelWindowSize\" -> {}, \"Alpha\" -> {}, \"Beta\" -> {}, \"Bias\" -> {}]",
                    window / 2,
                    number(module, "alpha")?,
                    number(module, "beta")?,
                    number(module, "k")?
                ),
                &[],
            )
        }
        "Upsample" => spatial::upsample(module, rank - 1),
        _ => match kind.split_once("Pad") {
            Some((mode, _)) => spatial::padding(module, mode, rank),
            None => Err(format!("no layer for {kind}")),
        },
    }
}

/// The function of an activation.
fn function(kind: &str, module: &Value) -> Result<Option<String>, String> {
    let with = |name: &str, parameters: &[&str]| -> Result<String, String> {
        let values: Result<Vec<String>, String> = parameters.iter().map(|key| number(module, key)).collect();
        Ok(format!("{{\"{name}\", {}}}", values?.join(", ")))
    };
    Ok(Some(match kind {
        "ReLU" => "Ramp".into(),
        "Tanh" => "Tanh".into(),
        "Sigmoid" => "LogisticSigmoid".into(),
        "ReLU6" | "SELU" | "Mish" | "SiLU" | "LogSigmoid" | "Softsign" => format!("\"{kind}\""),
        "Hardswish" => "\"HardSwish\"".into(),
        "Tanhshrink" => "\"TanhShrink\"".into(),
        "Hardsigmoid" => "{\"HardSigmoid\", 1/6, 1/2}".into(),
        "GELU" if module["approximate"] == "tanh" => "\"GELUTanh\"".into(),
        "GELU" => "\"GELU\"".into(),
        "LeakyReLU" => with("LeakyReLU", &["negative_slope"])?,
        "ELU" => with("ELU", &["alpha"])?,
        "CELU" => with("CELU", &["alpha"])?,
        "Hardtanh" => with("HardTanh", &["min_val", "max_val"])?,
        "Hardshrink" => with("HardShrink", &["lambd"])?,
        "Softshrink" => with("SoftShrink", &["lambd"])?,
        "Threshold" => with("Threshold", &["threshold", "value"])?,
        "Softplus" => {
            let (beta, threshold) = (number(module, "beta")?, number(module, "threshold")?);
            format!("Piecewise[{{{{#, {beta} # > {threshold}}}}}, Log[1 + Exp[{beta} #]]/{beta}] &")
        }
        _ => return Ok(None),
    }))
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
pub(super) fn chain(modules: &Value, prefix: &str, rank: usize) -> Result<Translated, String> {
    let mut members = Vec::new();
    let mut arrays = Vec::new();
    let mut rank = rank;
    for (place, module) in modules.as_array().into_iter().flatten().enumerate() {
        let prefix = if prefix.is_empty() { format!("{place}.") } else { format!("{prefix}.{place}.") };
        for translated in translate(module, rank)? {
            members.push(translated.layer);
            for mut array in translated.arrays {
                array.tensors.iter_mut().for_each(|(tensor, _)| *tensor = format!("{prefix}{tensor}"));
                arrays.push(array.inside(&members.len().to_string()));
            }
        }
        rank = match module["type"].as_str().unwrap_or_default() {
            "Flatten" => 1,
            "Index" | "Mean" => rank - 1,
            "Embedding" => rank + 1,
            "Unflatten" => rank - 1 + module["unflattened_size"].as_array().map_or(1, Vec::len),
            _ => rank,
        };
    }
    if members.is_empty() {
        return Err("nothing to compute".to_owned());
    }
    Ok(Translated { layer: format!("NetChain[{{{}}}]", members.join(", ")), arrays })
}

/// A layer, given up to its last option, with weights and biases.
pub(super) fn affine(layer: &str, biased: bool) -> Layers {
    match biased {
        true => one(format!("{layer}]"), &[("Weights", "weight"), ("Biases", "bias")]),
        false => one(format!("{layer}, \"Biases\" -> None]"), &[("Weights", "weight")]),
    }
}

/// A normalisation, given up to its last option.
pub(super) fn scaled(
    layer: &str,
    is_scaled: bool,
    is_shifted: bool,
    others: &[(&'static str, &'static str)],
) -> Layers {
    let mut arrays = others.to_vec();
    let mut layer = layer.to_owned();
    for (name, tensor, present) in [("Scaling", "weight", is_scaled), ("Biases", "bias", is_scaled && is_shifted)] {
        if present {
            arrays.push((name, tensor));
        } else {
            layer.push_str(&format!(", \"{name}\" -> None"));
        }
    }
    one(format!("{layer}]"), &arrays)
}

/// The level of one example that `dim` means in a batch.
fn level(module: &Value) -> Result<i64, String> {
    match module["dim"].as_i64() {
        Some(0) | None => Err("a function along the batch".to_owned()),
        Some(dim) => Ok(dim),
    }
}

/// The last levels, as many as the normalised shape has.
fn last_levels(module: &Value) -> Result<String, String> {
    let count = module["normalized_shape"].as_array().map(Vec::len).ok_or("no normalized shape")?;
    let levels: Vec<String> = (1..=count).rev().map(|level| format!("-{level}")).collect();
    Ok(format!("{{{}}}", levels.join(", ")))
}

/// A number for each level, as it is typed.
pub(super) fn list(value: &Value, count: usize) -> Result<String, String> {
    let items: Vec<String> = match value.as_array() {
        Some(several) => several.iter().map(ToString::to_string).collect(),
        None if value.is_number() => vec![value.to_string(); count],
        None => return Err(format!("{value} is no size")),
    };
    Ok(format!("{{{}}}", items.join(", ")))
}

pub(super) fn text<'a>(module: &'a Value, key: &str) -> Result<&'a str, String> {
    module[key].as_str().ok_or_else(|| format!("no {key}"))
}

pub(super) fn size(module: &Value, key: &str) -> Result<u64, String> {
    module[key].as_u64().ok_or_else(|| format!("no {key}"))
}

pub(super) fn flag(module: &Value, key: &str) -> Result<bool, String> {
    module[key].as_bool().ok_or_else(|| format!("no {key}"))
}

/// A real number as it is typed.
pub(super) fn number(module: &Value, key: &str) -> Result<String, String> {
    real(&module[key]).map_err(|_| format!("no {key}"))
}

/// The same of a value.
pub(super) fn real(value: &Value) -> Result<String, String> {
    let value = value.as_f64().ok_or_else(|| format!("{value} is no number"))?;
    Ok(format!("({})", format!("{value:?}").replace('e', "*^")))
}

//! The shapes of PyTorch's tensors between the modules of a net.

use serde_json::Value;

use super::description::{several, size, sizes, text};
use super::patches;
use super::recurrent::{self, Part};
use super::spatial::{dimensions, windows};
use super::steps::{Step, steps};

/// What a module takes as one example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Own {
    /// An array of this rank; several examples have one level more.
    Rank(usize),
    /// An array of this rank, along any number of levels.
    Each(usize),
    /// All but the first level, since there are always several examples.
    Batch,
}

/// What a module takes as one example, if its kind says so.
pub(super) fn own(module: &Value) -> Option<Own> {
    let kind = module["type"].as_str()?;
    let windowed = ["Conv", "ConvTranspose", "MaxPool", "AvgPool", "LPPool", "AdaptiveAvgPool", "AdaptiveMaxPool"];
    match (kind, dimensions(kind)) {
        (_, Some((name, levels))) if windowed.contains(&name) || name == "InstanceNorm" => Some(Own::Rank(levels + 1)),
        (_, Some(("ReflectionPad" | "ReplicationPad" | "CircularPad", levels))) => Some(Own::Rank(levels + 1)),
        (_, Some(("BatchNorm" | "UpsamplingNearest" | "UpsamplingBilinear", _))) => Some(Own::Batch),
        ("GroupNorm" | "LocalResponseNorm" | "Upsample" | "ChannelShuffle", _) => Some(Own::Batch),
        ("LayerNorm" | "RMSNorm", _) => Some(Own::Each(module["normalized_shape"].as_array().map_or(1, Vec::len))),
        ("Linear", _) => Some(Own::Each(1)),
        ("EmbeddingBag", _) => Some(Own::Rank(1)),
        ("Embedding", _) => Some(Own::Each(0)),
        ("LSTM" | "GRU" | "RNN" | "TransformerEncoderLayer" | "TransformerEncoder" | "Fold", _) => Some(Own::Rank(2)),
        ("PixelShuffle" | "PixelUnshuffle", _) => Some(Own::Each(3)),
        ("Unfold", _) => Some(Own::Rank(3)),
        _ => None,
    }
}

/// Whether a tensor is a single example of a net, by the first module that tells it.
pub(super) fn is_one_example(net: &Value, shape: &[u64]) -> bool {
    shape.is_empty() || told(net, shape) == Some(true)
}

fn told(net: &Value, shape: &[u64]) -> Option<bool> {
    let mut shape = shape.to_vec();
    for Step { module, part, .. } in steps(net).ok()? {
        let found = match (own(&module), module["type"].as_str()) {
            (Some(Own::Rank(rank)), _) => Some(shape.len() == rank),
            (Some(Own::Batch), _) => Some(false),
            (Some(Own::Each(rank)), _) if shape.len() == rank => Some(true),
            (_, Some("Residual")) => told(&module["body"], &shape),
            (_, Some("Parallel")) => several(&module["branches"]).into_iter().find_map(|branch| told(branch, &shape)),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        shape = after_step(&module, part, &shape).ok()?;
    }
    None
}

/// The shape of what a list of modules makes of a tensor.
pub(super) fn after_all(modules: &Value, shape: &[u64]) -> Result<Vec<u64>, String> {
    let step = |shape: Vec<u64>, Step { module, part, .. }: Step| after_step(&module, part, &shape);
    steps(modules)?.into_iter().try_fold(shape.to_vec(), step)
}

/// The shape of the result of a module with which a net goes on.
pub(super) fn after_step(module: &Value, part: Option<Part>, shape: &[u64]) -> Result<Vec<u64>, String> {
    match part {
        Some(part) => recurrent::shape(module, part, shape),
        None => after(module, shape),
    }
}

/// The shape of what a module makes of a tensor.
pub(super) fn after(module: &Value, shape: &[u64]) -> Result<Vec<u64>, String> {
    if module.is_array() {
        return after_all(module, shape);
    }
    let kind = text(module, "type")?;
    let rank = shape.len();
    let level = |key: &str| level(&module[key], rank);
    let with_last = |size: u64| [&shape[..rank.saturating_sub(1)], &[size]].concat();
    if let Some((name, levels)) = dimensions(kind)
        && let Some(before) = rank.checked_sub(levels)
    {
        let space = |after: Vec<u64>| [&shape[..before], &after].concat();
        let with_channels = |after: Vec<u64>| -> Result<Vec<u64>, String> {
            let channels = [size(module, "out_channels")?];
            Ok([&shape[..before.saturating_sub(1)], &channels, &after].concat())
        };
        match name {
            "Conv" => return with_channels(convolved(module, &shape[before..])?),
            "ConvTranspose" => return with_channels(deconvolved(module, &shape[before..])?),
            "MaxPool" | "AvgPool" | "LPPool" => return Ok(space(pooled(module, &shape[before..])?)),
            "AdaptiveAvgPool" | "AdaptiveMaxPool" => {
                let given = |level: usize| match &module["output_size"] {
                    Value::Array(several) => several.get(level).and_then(Value::as_u64),
                    one => one.as_u64(),
                };
                let sizes = (0..levels).map(|level| given(level).unwrap_or(shape[before + level])).collect();
                return Ok(space(sizes));
            }
            _ if name.ends_with("Pad") => {
                let amounts = sizes(&module["padding"], 2 * levels)?;
                let pairs = amounts.chunks(2).rev().map(|pair| pair.iter().sum::<i64>());
                let grown = |(size, pair): (&u64, i64)| u64::try_from(signed(*size) + pair);
                let grown = shape[before..].iter().zip(pairs).map(grown).collect::<Result<Vec<_>, _>>();
                return Ok(space(grown.map_err(|_| "padding that takes away more than there is")?));
            }
            _ => {}
        }
    }
    Ok(match kind {
        "Linear" => with_last(size(module, "out_features")?),
        "Embedding" => [shape, &[size(module, "embedding_dim")?]].concat(),
        "EmbeddingBag" => with_last(size(module, "embedding_dim")?),
        "Index" => without(shape, &[level("dim")?]),
        "Mean" | "Sum" | "Amax" => {
            let levels =
                several(&module["dim"]).iter().map(|dim| self::level(dim, rank)).collect::<Result<Vec<_>, _>>()?;
            match module["keepdim"] == true {
                true => {
                    shape.iter().enumerate().map(|(at, size)| if levels.contains(&at) { 1 } else { *size }).collect()
                }
                false => without(shape, &levels),
            }
        }
        "Transpose" => {
            let mut shape = shape.to_vec();
            shape.swap(level("dim0")?, level("dim1")?);
            shape
        }
        "Permute" => {
            let order = several(&module["dims"]).into_iter().map(|dim| Ok(shape[self::level(dim, rank)?]));
            order.collect::<Result<Vec<_>, String>>()?
        }
        "Squeeze" => {
            let levels =
                several(&module["dim"]).iter().map(|dim| self::level(dim, rank)).collect::<Result<Vec<_>, _>>()?;
            without(shape, &levels.into_iter().filter(|level| shape[*level] == 1).collect::<Vec<_>>())
        }
        "Unsqueeze" => {
            let level = self::level(&module["dim"], rank + 1)?;
            [&shape[..level], &[1], &shape[level..]].concat()
        }
        "Parallel" => {
            let branches = module["branches"].as_array().ok_or("no branches")?;
            let shapes = branches.iter().map(|branch| after_all(branch, shape)).collect::<Result<Vec<_>, _>>()?;
            let mut joined = shapes.first().ok_or("no branches")?.clone();
            let level = self::level(&module["dim"], joined.len())?;
            joined[level] = shapes.iter().filter_map(|shape| shape.get(level)).sum();
            joined
        }
        "Flatten" => {
            let (start, end) = (level("start_dim")?, level("end_dim")?);
            let inner = shape.get(start..=end).ok_or("levels to flatten that end before they start")?;
            [&shape[..start], &[inner.iter().product()], &shape[end + 1..]].concat()
        }
        "Unflatten" => {
            let level = level("dim")?;
            let given = several(&module["unflattened_size"]);
            let given = sizes(&module["unflattened_size"], given.len())?;
            let known: i64 = given.iter().filter(|size| **size != -1).product();
            let of = |size: &i64| u64::try_from(*size).unwrap_or(shape[level] / known.unsigned_abs().max(1));
            [&shape[..level], &given.iter().map(of).collect::<Vec<_>>(), &shape[level + 1..]].concat()
        }
        "GLU" => {
            let mut shape = shape.to_vec();
            shape[level("dim")?] /= 2;
            shape
        }
        "PixelShuffle" | "PixelUnshuffle" if rank >= 3 => {
            let [channels, rows, columns] = [shape[rank - 3], shape[rank - 2], shape[rank - 1]];
            let last = if kind == "PixelShuffle" {
                let factor = size(module, "upscale_factor")?.max(1);
                [channels / (factor * factor), rows * factor, columns * factor]
            } else {
                let factor = size(module, "downscale_factor")?.max(1);
                [channels * factor * factor, rows / factor, columns / factor]
            };
            [&shape[..rank - 3], &last].concat()
        }
        "Unfold" | "Fold" => patches::shape(module, shape)?,
        "Upsample" | "UpsamplingNearest2d" | "UpsamplingBilinear2d" if rank > 2 => {
            [&shape[..2], &resized(module, &shape[2..])?].concat()
        }
        _ => shape.to_vec(),
    })
}

/// The place of a level, from 0.
fn level(dim: &Value, rank: usize) -> Result<usize, String> {
    let dim = dim.as_i64().ok_or("no dimension")?;
    let level = if dim < 0 { dim + signed(rank as u64) } else { dim };
    usize::try_from(level)
        .ok()
        .filter(|level| *level < rank)
        .ok_or_else(|| format!("dimension {dim} of a tensor with {rank}"))
}

fn without(shape: &[u64], levels: &[usize]) -> Vec<u64> {
    shape.iter().enumerate().filter(|(level, _)| !levels.contains(level)).map(|(_, size)| *size).collect()
}

fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// A size for each level of space, which must not be negative.
fn each(space: &[u64], size: impl Fn(usize, i64) -> i64) -> Result<Vec<u64>, String> {
    let sizes = space.iter().enumerate().map(|(level, given)| u64::try_from(size(level, signed(*given))));
    sizes.collect::<Result<Vec<_>, _>>().map_err(|_| "an array that is smaller than a window".to_owned())
}

fn convolved(module: &Value, space: &[u64]) -> Result<Vec<u64>, String> {
    let count = space.len();
    if module["padding"] == "same" {
        return Ok(space.to_vec());
    }
    let padding = if module["padding"] == "valid" { vec![0; count] } else { sizes(&module["padding"], count)? };
    let [kernel, stride, dilation] = ["kernel_size", "stride", "dilation"].map(|key| sizes(&module[key], count));
    let (kernel, stride, dilation) = (kernel?, stride?, dilation?);
    each(space, |at, size| (size + 2 * padding[at] - dilation[at] * (kernel[at] - 1) - 1).div_euclid(stride[at]) + 1)
}

fn deconvolved(module: &Value, space: &[u64]) -> Result<Vec<u64>, String> {
    let of = |key: &str| sizes(&module[key], space.len());
    let (kernel, stride, dilation) = (of("kernel_size")?, of("stride")?, of("dilation")?);
    let (padding, more) = (of("padding")?, of("output_padding")?);
    each(space, |at, size| (size - 1) * stride[at] - 2 * padding[at] + dilation[at] * (kernel[at] - 1) + more[at] + 1)
}

fn pooled(module: &Value, space: &[u64]) -> Result<Vec<u64>, String> {
    let count = space.len();
    let (kernel, stride) = windows(module, count)?;
    let of = |key: &str, default: i64| match &module[key] {
        Value::Null => Ok(vec![default; count]),
        given => sizes(given, count),
    };
    let (padding, dilation) = (of("padding", 0)?, of("dilation", 1)?);
    each(space, |at, size| {
        let room = size + 2 * padding[at] - dilation[at] * (kernel[at] - 1) - 1;
        if module["ceil_mode"] != true {
            return room.div_euclid(stride[at]) + 1;
        }
        // A window must start in the array or in the padding before it.
        let windows = (room + stride[at] - 1).div_euclid(stride[at]);
        windows + i64::from(windows * stride[at] < size + padding[at])
    })
}

fn resized(module: &Value, space: &[u64]) -> Result<Vec<u64>, String> {
    if !module["size"].is_null() {
        return each(
            &sizes(&module["size"], space.len())?.iter().map(|size| size.unsigned_abs()).collect::<Vec<_>>(),
            |_, size| size,
        );
    }
    let factors: Vec<f64> = match &module["scale_factor"] {
        Value::Array(several) => several.iter().filter_map(Value::as_f64).collect(),
        one => vec![one.as_f64().ok_or("no scale_factor")?; space.len()],
    };
    if factors.len() != space.len() {
        return Err(format!("{} factors for {} levels", factors.len(), space.len()));
    }
    Ok(space.iter().zip(factors).map(|(size, factor)| (*size as f64 * factor).floor() as u64).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{after_all, is_one_example};

    #[test]
    fn shapes_follow_from_modules() {
        let net = json!([
            { "type": "Conv2d", "out_channels": 4, "kernel_size": 3, "stride": 2, "padding": 1, "dilation": 1 },
            { "type": "MaxPool2d", "kernel_size": 2, "stride": null, "padding": 0, "dilation": 1, "ceil_mode": true },
            { "type": "Flatten", "start_dim": 1, "end_dim": -1 },
            { "type": "Linear", "out_features": 3 },
        ]);
        assert_eq!(after_all(&net[0], &[2, 3, 9, 8]), Ok(vec![2, 4, 5, 4]));
        assert_eq!(after_all(&net, &[2, 3, 9, 8]), Ok(vec![2, 3]));
    }

    #[test]
    fn one_example_is_told_by_the_first_module_that_knows() {
        let net = json!([{ "type": "ReLU" }, { "type": "Linear", "out_features": 3 }, { "type": "ReLU" }]);
        assert!(is_one_example(&net, &[4]) && !is_one_example(&net, &[2, 4]));
        let norm = json!({ "type": "LayerNorm", "normalized_shape": [4, 6] });
        assert!(is_one_example(&norm, &[4, 6]) && !is_one_example(&norm, &[3, 4, 6]));
        assert!(!is_one_example(&json!({ "type": "ReLU" }), &[4]));
    }
}

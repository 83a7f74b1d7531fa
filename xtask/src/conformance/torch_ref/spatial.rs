//! Modules that act on places: convolutions, pooling, padding, resampling, and what moves patches.

use serde_json::Value;

use super::layers::{Layers, Translated, affine, flag, list, number, one, size, text};
use super::losses::dims;

pub(super) fn convolution(module: &Value, dimensions: usize) -> Layers {
    let spread = |key: &str| list(&module[key], dimensions);
    let mut layer = format!(
        "ConvolutionLayer[{}, {}, \"Stride\" -> {}, \"Dilation\" -> {}, \"ChannelGroups\" -> {}",
        size(module, "out_channels")?,
        spread("kernel_size")?,
        spread("stride")?,
        spread("dilation")?,
        size(module, "groups")?
    );
    let mode = text(module, "padding_mode")?;
    let mut layers = Vec::new();
    if mode == "zeros" {
        let padding = if module["padding"] == "same" { "\"Same\"".to_owned() } else { pairs(module, dimensions)? };
        layer.push_str(&format!(", PaddingSize -> {padding}"));
    } else {
        let mode = match mode {
            "circular" => "Periodic",
            "reflect" => "Reflected",
            "replicate" => "Fixed",
            other => return Err(format!("the padding mode {other}")),
        };
        let amounts = pairs(module, dimensions)?;
        let amounts = amounts.strip_prefix('{').unwrap_or(&amounts);
        let layer = format!("PaddingLayer[{{{{0, 0}}, {amounts}, Padding -> \"{mode}\"]");
        layers.push(Translated { layer, arrays: Vec::new() });
    }
    layers.extend(affine(&layer, flag(module, "bias")?)?);
    Ok(layers)
}

pub(super) fn deconvolution(module: &Value, dimensions: usize) -> Layers {
    let padding = sizes(&module["padding"], dimensions)?;
    let more = sizes(&module["output_padding"], dimensions)?;
    let pairs = padding.iter().zip(&more).map(|(taken, added)| format!("{{{taken}, {}}}", taken - added));
    let layer = format!(
        "DeconvolutionLayer[{}, {}, \"Stride\" -> {}, \"Dilation\" -> {}, \"ChannelGroups\" -> {}, PaddingSize -> {{{}}}",
        size(module, "out_channels")?,
        list(&module["kernel_size"], dimensions)?,
        list(&module["stride"], dimensions)?,
        list(&module["dilation"], dimensions)?,
        size(module, "groups")?,
        pairs.collect::<Vec<_>>().join(", ")
    );
    affine(&layer, flag(module, "bias")?)
}

pub(super) fn pooling(module: &Value, function: &str, dimensions: usize) -> Layers {
    if module["return_indices"] == true || !module["divisor_override"].is_null() {
        return Err("positions of maxima, or a divisor of one's own".to_owned());
    }
    let kernel = list(&module["kernel_size"], dimensions)?;
    let stride = if module["stride"].is_null() { kernel.clone() } else { list(&module["stride"], dimensions)? };
    let mut layer = format!(
        "PoolingLayer[{kernel}, {stride}, \"Function\" -> {function}, PaddingSize -> {}",
        pairs(module, dimensions)?
    );
    if !module["dilation"].is_null() {
        layer.push_str(&format!(", \"Dilation\" -> {}", list(&module["dilation"], dimensions)?));
    }
    if module["ceil_mode"] == true {
        layer.push_str(", \"SizeRounding\" -> Ceiling");
    }
    if module["count_include_pad"] == false {
        layer.push_str(", \"CountPadding\" -> False");
    }
    one(format!("{layer}]"), &[])
}

pub(super) fn adaptive(module: &Value, function: &str, dimensions: usize) -> Layers {
    if module["return_indices"] == true {
        return Err("positions of maxima".to_owned());
    }
    let sizes = list(&module["output_size"], dimensions)?.replace("null", "All");
    one(format!("AdaptivePoolingLayer[{sizes}, \"Function\" -> {function}]"), &[])
}

/// Amounts of padding, for the last dimension first.
pub(super) fn padding(module: &Value, mode: &str, rank: usize) -> Layers {
    let padding = match mode {
        "Zero" => "0".to_owned(),
        "Constant" => number(module, "value")?,
        "Replication" => "\"Fixed\"".to_owned(),
        "Reflection" => "\"Reflected\"".to_owned(),
        "Circular" => "\"Periodic\"".to_owned(),
        _ => return Err(format!("the padding {mode}")),
    };
    let given = module["padding"].as_array().ok_or("no list of amounts")?;
    let amounts: Vec<i64> = given.iter().filter_map(Value::as_i64).collect();
    let mut pairs: Vec<String> = amounts.chunks(2).map(|pair| format!("{{{}, {}}}", pair[0], pair[1])).collect();
    pairs.resize(rank, "{0, 0}".to_owned());
    pairs.reverse();
    one(format!("PaddingLayer[{{{}}}, Padding -> {padding}]", pairs.join(", ")), &[])
}

pub(super) fn upsample(module: &Value, dimensions: usize) -> Layers {
    let (resampling, corners) = match text(module, "mode")? {
        "nearest" => ("Nearest", false),
        "linear" | "bilinear" | "trilinear" => ("Linear", module["align_corners"] == true),
        "bicubic" => ("Cubic", module["align_corners"] == true),
        other => return Err(format!("resampling {other}")),
    };
    let spec = match module["size"].is_null() {
        false => list(&module["size"], dimensions)?,
        true => {
            let factor = &module["scale_factor"];
            let factors: Vec<String> = match factor.as_array() {
                Some(several) => several.iter().map(|factor| format!("Scaled[{factor}]")).collect(),
                None => vec![format!("Scaled[{factor}]"); dimensions],
            };
            format!("{{{}}}", factors.join(", "))
        }
    };
    let alignment = match (resampling, corners) {
        ("Nearest", _) => "Edges",
        (_, true) => "Corners",
        (_, false) => "Centers",
    };
    one(format!("ResizeLayer[{spec}, Resampling -> \"{resampling}\", \"Alignment\" -> \"{alignment}\"]"), &[])
}

/// The number of spatial levels, which ends a module's name.
pub(super) fn dimensions(kind: &str) -> usize {
    kind.chars().rev().nth(1).and_then(|digit| digit.to_digit(10)).unwrap_or(1) as usize
}

/// Pairs of equal amounts of padding.
fn pairs(module: &Value, dimensions: usize) -> Result<String, String> {
    let amounts = sizes(&module["padding"], dimensions)?;
    let pairs: Vec<String> = amounts.iter().map(|amount| format!("{{{amount}, {amount}}}")).collect();
    Ok(format!("{{{}}}", pairs.join(", ")))
}

fn sizes(value: &Value, count: usize) -> Result<Vec<i64>, String> {
    match (value.as_i64(), value.as_array()) {
        (Some(one), _) => Ok(vec![one; count]),
        (_, Some(several)) => Ok(several.iter().filter_map(Value::as_i64).collect()),
        _ => Err(format!("{value} is no size")),
    }
}

/// The root of the sum of powers.
pub(super) fn power_pooling(module: &Value, dimensions: usize) -> Layers {
    let power = number(module, "norm_type")?;
    let kernel = list(&module["kernel_size"], dimensions)?;
    let stride = if module["stride"].is_null() { kernel.clone() } else { list(&module["stride"], dimensions)? };
    if module["ceil_mode"] == true {
        return Err("windows that reach over the end".to_owned());
    }
    let count: i64 = sizes(&module["kernel_size"], dimensions)?.iter().product();
    let pooling = format!("PoolingLayer[{kernel}, {stride}, \"Function\" -> Mean]");
    one(
        format!("NetChain[{{ElementwiseLayer[#^{power} &], {pooling}, ElementwiseLayer[({count} #)^(1/{power}) &]}}]"),
        &[],
    )
}

/// Modules that only move elements: convolutions and their transposes with kernels that take each one place of a patch.
pub(super) fn patches(module: &Value, example: &[u64]) -> Result<Option<String>, String> {
    let kind = text(module, "type")?;
    let spread = |key: &str| list(&module[key], 2);
    let kernels = |channels: u64, kernel: &[i64]| {
        let count: i64 = kernel.iter().product();
        let rows = format!("ConstantArray[N[IdentityMatrix[{count}]], {channels}]");
        let shape = format!("{{{}, 1, {}, {}}}", channels * count.unsigned_abs(), kernel[0], kernel[1]);
        format!("\"ChannelGroups\" -> {channels}, \"Biases\" -> None, \"Weights\" -> ArrayReshape[{rows}, {shape}]")
    };
    let layer = match kind {
        "Unfold" => {
            let kernel = sizes(&module["kernel_size"], 2)?;
            let channels = *example.first().ok_or("no channels")?;
            let places = example[1..].iter().map(|size| i64::try_from(*size).unwrap_or(i64::MAX)).collect();
            let count = blocks(module, places, &kernel)?.iter().product::<i64>();
            let rows = channels as i64 * kernel.iter().product::<i64>();
            format!(
                "NetChain[{{ConvolutionLayer[{rows}, {}, \"Stride\" -> {}, \"Dilation\" -> {}, PaddingSize -> {}, {}], ReshapeLayer[{{{rows}, {count}}}]}}]",
                spread("kernel_size")?,
                spread("stride")?,
                spread("dilation")?,
                pairs(module, 2)?,
                kernels(channels, &kernel)
            )
        }
        "Fold" => {
            let kernel = sizes(&module["kernel_size"], 2)?;
            let channels = example.first().ok_or("no channels")? / kernel.iter().product::<i64>().unsigned_abs();
            let places = blocks(module, sizes(&module["output_size"], 2)?, &kernel)?;
            format!(
                "NetChain[{{ReshapeLayer[{{{}, {}, {}}}], DeconvolutionLayer[{channels}, {}, \"Stride\" -> {}, \"Dilation\" -> {}, PaddingSize -> {}, {}]}}]",
                example[0],
                places[0],
                places[1],
                spread("kernel_size")?,
                spread("stride")?,
                spread("dilation")?,
                pairs(module, 2)?,
                kernels(channels, &kernel)
            )
        }
        "PixelShuffle" => {
            let factor = size(module, "upscale_factor")?;
            let channels = example.first().ok_or("no channels")? / (factor * factor);
            let kernel = [factor as i64; 2];
            let sides = dims(&[factor, factor]);
            format!("DeconvolutionLayer[{channels}, {sides}, \"Stride\" -> {sides}, {}]", kernels(channels, &kernel))
        }
        "PixelUnshuffle" => {
            let factor = size(module, "downscale_factor")?;
            let channels = *example.first().ok_or("no channels")?;
            let kernel = [factor as i64; 2];
            let sides = dims(&[factor, factor]);
            let count = channels * factor * factor;
            format!("ConvolutionLayer[{count}, {sides}, \"Stride\" -> {sides}, {}]", kernels(channels, &kernel))
        }
        _ => return Ok(None),
    };
    Ok(Some(layer))
}

/// How many patches there are along each level of places.
fn blocks(module: &Value, places: Vec<i64>, kernel: &[i64]) -> Result<Vec<i64>, String> {
    let (stride, dilation) = (sizes(&module["stride"], 2)?, sizes(&module["dilation"], 2)?);
    let padding = sizes(&module["padding"], 2)?;
    let count = |(level, size): (usize, i64)| {
        (size + 2 * padding[level] - dilation[level] * (kernel[level] - 1) - 1) / stride[level] + 1
    };
    Ok(places.into_iter().enumerate().map(count).collect())
}

//! Modules that act on windows of places: convolutions, their transposes, and pooling.

use serde_json::Value;

use super::description::{flag, list, number, size, sizes, text, typed_list};
use super::layers::{Example, Layers, Translated, affine, one};

/// The layers of a module with windows, or nothing if it is none.
pub(super) fn translate(kind: &str, module: &Value, _: &Example) -> Result<Option<Vec<Translated>>, String> {
    let Some((name, dimensions)) = dimensions(kind) else { return Ok(None) };
    let layers = match name {
        "Conv" => convolution(module, dimensions),
        "ConvTranspose" => deconvolution(module, dimensions),
        "MaxPool" => pooling(module, "Max", dimensions),
        "AvgPool" => pooling(module, "Mean", dimensions),
        "LPPool" => power_pooling(module, dimensions),
        "AdaptiveAvgPool" => adaptive(module, "Mean", dimensions),
        "AdaptiveMaxPool" => adaptive(module, "Max", dimensions),
        _ => return Ok(None),
    };
    layers.map(Some)
}

/// The beginning of a module's name, and the number of spatial levels, which ends it.
pub(super) fn dimensions(kind: &str) -> Option<(&str, usize)> {
    let kind = kind.strip_suffix('d')?;
    let name = kind.strip_suffix(|digit: char| matches!(digit, '1'..='3'))?;
    Some((name, kind[name.len()..].parse().ok()?))
}

fn convolution(module: &Value, dimensions: usize) -> Layers {
    let spread = |key: &str| list(&module[key], dimensions);
    let mut layer = format!(
        "ConvolutionLayer[{}, {}, \"Stride\" -> {}, \"Dilation\" -> {}, \"ChannelGroups\" -> {}",
        size(module, "out_channels")?,
        spread("kernel_size")?,
        spread("stride")?,
        spread("dilation")?,
        size(module, "groups")?
    );
    let amounts = amounts(module, dimensions)?;
    let mut layers = Vec::new();
    match text(module, "padding_mode")? {
        "zeros" => layer.push_str(&format!(", PaddingSize -> {}", typed_list(&amounts))),
        mode => {
            let mode = match mode {
                "circular" => "Periodic",
                "reflect" => "Reflected",
                "replicate" => "Fixed",
                other => return Err(format!("the padding mode {other}")),
            };
            let layer = format!("PaddingLayer[{{{{0, 0}}, {}}}, Padding -> \"{mode}\"]", amounts.join(", "));
            layers.push(Translated { layer, arrays: Vec::new() });
        }
    }
    layers.extend(affine(&layer, flag(module, "bias")?)?);
    Ok(layers)
}

/// How much padding there is before and after each spatial level.
fn amounts(module: &Value, dimensions: usize) -> Result<Vec<String>, String> {
    match module["padding"].as_str() {
        Some("valid") => Ok(vec!["{0, 0}".to_owned(); dimensions]),
        Some("same") => {
            let [kernel, dilation] = ["kernel_size", "dilation"].map(|key| sizes(&module[key], dimensions));
            // What cannot be shared evenly is put after the end.
            let taken =
                kernel?.iter().zip(dilation?).map(|(kernel, dilation)| dilation * (kernel - 1)).collect::<Vec<_>>();
            Ok(taken.iter().map(|taken| format!("{{{}, {}}}", taken / 2, taken - taken / 2)).collect())
        }
        Some(other) => Err(format!("the padding {other}")),
        None => Ok(sizes(&module["padding"], dimensions)?.iter().map(|size| format!("{{{size}, {size}}}")).collect()),
    }
}

/// Pairs of equal amounts of padding.
pub(super) fn pairs(module: &Value, dimensions: usize) -> Result<String, String> {
    amounts(module, dimensions).map(|amounts| typed_list(&amounts))
}

fn deconvolution(module: &Value, dimensions: usize) -> Layers {
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

/// Sizes of windows and how far they move, by default by their size.
pub(super) fn windows(module: &Value, dimensions: usize) -> Result<(Vec<i64>, Vec<i64>), String> {
    let kernel = sizes(&module["kernel_size"], dimensions)?;
    let stride = match &module["stride"] {
        Value::Null => kernel.clone(),
        Value::Array(none) if none.is_empty() => kernel.clone(),
        stride => sizes(stride, dimensions)?,
    };
    Ok((kernel, stride))
}

fn pooling(module: &Value, function: &str, dimensions: usize) -> Layers {
    let (kernel, stride) = windows(module, dimensions)?;
    let divisor = &module["divisor_override"];
    let function = if divisor.is_null() { function } else { "Total" };
    let mut layer = format!(
        "PoolingLayer[{}, {}, \"Function\" -> {function}, PaddingSize -> {}",
        typed_list(&kernel),
        typed_list(&stride),
        pairs(module, dimensions)?
    );
    if !module["dilation"].is_null() {
        layer.push_str(&format!(", \"Dilation\" -> {}", list(&module["dilation"], dimensions)?));
    }
    if module["ceil_mode"] == true {
        layer.push_str(", \"SizeRounding\" -> Ceiling");
    }
    if module["count_include_pad"] == false && divisor.is_null() {
        layer.push_str(", \"CountPadding\" -> False");
    }
    layer.push(']');
    if !divisor.is_null() {
        layer = format!("NetChain[{{{layer}, ElementwiseLayer[#/{divisor} &]}}]");
    }
    one(layer, &[])
}

fn adaptive(module: &Value, function: &str, dimensions: usize) -> Layers {
    let size = |size: &Value| match size {
        Value::Null => Ok("All".to_owned()),
        Value::Number(size) => Ok(size.to_string()),
        other => Err(format!("{other} is no size")),
    };
    let sizes = match module["output_size"].as_array() {
        Some(several) => several.iter().map(size).collect::<Result<Vec<_>, _>>()?,
        None => vec![size(&module["output_size"])?; dimensions],
    };
    one(format!("AdaptivePoolingLayer[{}, \"Function\" -> {function}]", typed_list(&sizes)), &[])
}

/// The root of the sum of powers: of their mean, which leaves out what a window has beyond the end, times their number.
fn power_pooling(module: &Value, dimensions: usize) -> Layers {
    let power = match module["norm_type"].as_i64() {
        Some(power) => power.to_string(),
        None => number(module, "norm_type")?,
    };
    let (kernel, stride) = windows(module, dimensions)?;
    let rounding = if module["ceil_mode"] == true { "Ceiling" } else { "Floor" };
    let count: i64 = kernel.iter().product();
    let pooling = format!(
        "PoolingLayer[{}, {}, \"Function\" -> Mean, \"SizeRounding\" -> {rounding}]",
        typed_list(&kernel),
        typed_list(&stride)
    );
    one(
        format!("NetChain[{{ElementwiseLayer[#^{power} &], {pooling}, ElementwiseLayer[({count} #)^(1/{power}) &]}}]"),
        &[],
    )
}

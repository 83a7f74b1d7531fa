//! Modules that only move elements: patches by convolutions and their transposes, with kernels that take each one place of
//! a patch, and blocks of places as channels.

use serde_json::Value;

use super::description::{list, sizes, text, typed_list};
use super::spatial::pairs;

/// The layer of such a module, or nothing if it is none.
pub(super) fn layer(module: &Value, example: &[u64]) -> Result<Option<String>, String> {
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
            let whole = sizes(&module["output_size"], 2)?;
            let places = blocks(module, whole.clone(), &kernel)?;
            let [stride, dilation, padding] = ["stride", "dilation", "padding"].map(|key| sizes(&module[key], 2));
            let (stride, dilation, padding) = (stride?, dilation?, padding?);
            // What no patch reaches after the end is added.
            let taken = (0..2).map(|level| {
                let reached = (places[level] - 1) * stride[level] + dilation[level] * (kernel[level] - 1) + 1;
                format!("{{{}, {}}}", padding[level], reached - padding[level] - whole[level])
            });
            let taken: Vec<String> = taken.collect();
            format!(
                "NetChain[{{ReshapeLayer[{{{}, {}, {}}}], DeconvolutionLayer[{channels}, {}, \"Stride\" -> {}, \"Dilation\" -> {}, PaddingSize -> {}, {}]}}]",
                example[0],
                places[0],
                places[1],
                spread("kernel_size")?,
                spread("stride")?,
                spread("dilation")?,
                typed_list(&taken),
                kernels(channels, &kernel)
            )
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

/// Channels as places of blocks of so many rows and columns.
pub(super) fn shuffle(factor: u64) -> String {
    let [apart, joined] = [
        format!("{{Length[#]/{factor}^2, {factor}, {factor}, Dimensions[#][[2]], Dimensions[#][[3]]}}"),
        format!("{{Length[#]/{factor}^2, {factor} Dimensions[#][[2]], {factor} Dimensions[#][[3]]}}"),
    ];
    format!("FunctionLayer[ArrayReshape[Transpose[ArrayReshape[#, {apart}], {{1, 3, 5, 2, 4}}], {joined}] &]")
}

/// Places of blocks of so many rows and columns as channels.
pub(super) fn unshuffle(factor: u64) -> String {
    let [apart, joined] = [
        format!("{{Length[#], Dimensions[#][[2]]/{factor}, {factor}, Dimensions[#][[3]]/{factor}, {factor}}}"),
        format!("{{{factor}^2 Length[#], Dimensions[#][[2]]/{factor}, Dimensions[#][[3]]/{factor}}}"),
    ];
    format!("FunctionLayer[ArrayReshape[Transpose[ArrayReshape[#, {apart}], {{1, 4, 2, 5, 3}}], {joined}] &]")
}

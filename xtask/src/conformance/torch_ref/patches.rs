//! Modules that only move elements: patches by convolutions and their transposes, with kernels that take each one place of
//! a patch, and blocks of places as channels.

use serde_json::Value;

use super::description::{list, sizes, text, typed_list};
use super::spatial::pairs;

/// The layer of patches of an example of a known shape, or of what they are patches of.
pub(super) fn layer(module: &Value, example: &[u64]) -> Result<String, String> {
    let spread = |key: &str| list(&module[key], 2);
    let kernels = |channels: u64, kernel: &[i64]| {
        let count: i64 = kernel.iter().product();
        let rows = format!("ConstantArray[N[IdentityMatrix[{count}]], {channels}]");
        let shape = format!("{{{}, 1, {}, {}}}", channels * count.unsigned_abs(), kernel[0], kernel[1]);
        format!("\"ChannelGroups\" -> {channels}, \"Biases\" -> None, \"Weights\" -> ArrayReshape[{rows}, {shape}]")
    };
    if text(module, "type")? == "Unfold" {
        let kernel = sizes(&module["kernel_size"], 2)?;
        let [channels, space @ ..] = example else { return Err("patches of an array without channels".to_owned()) };
        let count = blocks(module, space, &kernel)?.iter().product::<i64>();
        let rows = channels * kernel.iter().product::<i64>().unsigned_abs();
        return Ok(format!(
            "NetChain[{{ConvolutionLayer[{rows}, {}, \"Stride\" -> {}, \"Dilation\" -> {}, PaddingSize -> {}, {}], ReshapeLayer[{{{rows}, {count}}}]}}]",
            spread("kernel_size")?,
            spread("stride")?,
            spread("dilation")?,
            pairs(module, 2)?,
            kernels(*channels, &kernel)
        ));
    }
    let Folded { channels, whole, counts } = folded(module, example)?;
    let [kernel, stride, dilation, padding] =
        ["kernel_size", "stride", "dilation", "padding"].map(|key| sizes(&module[key], 2));
    let (kernel, stride, dilation, padding) = (kernel?, stride?, dilation?, padding?);
    // What no patch reaches after the end is added.
    let taken = (0..2).map(|level| {
        let reached = (counts[level] - 1) * stride[level] + dilation[level] * (kernel[level] - 1) + 1;
        format!("{{{}, {}}}", padding[level], reached - padding[level] - whole[level])
    });
    let taken: Vec<String> = taken.collect();
    Ok(format!(
        "NetChain[{{ReshapeLayer[{{{}, {}, {}}}], DeconvolutionLayer[{channels}, {}, \"Stride\" -> {}, \"Dilation\" -> {}, PaddingSize -> {}, {}]}}]",
        example[0],
        counts[0],
        counts[1],
        spread("kernel_size")?,
        spread("stride")?,
        spread("dilation")?,
        typed_list(&taken),
        kernels(channels, &kernel)
    ))
}

/// The shape of what such a module makes of a tensor.
pub(super) fn shape(module: &Value, tensor: &[u64]) -> Result<Vec<u64>, String> {
    let rank = if text(module, "type")? == "Unfold" { 3 } else { 2 };
    let before = tensor.len().checked_sub(rank).ok_or("patches of a tensor without channels")?;
    let (before, example) = tensor.split_at(before);
    let own = if rank == 3 {
        let kernel = sizes(&module["kernel_size"], 2)?;
        let count = blocks(module, &example[1..], &kernel)?.iter().product::<i64>();
        vec![example[0] * kernel.iter().product::<i64>().unsigned_abs(), count.unsigned_abs()]
    } else {
        let Folded { channels, whole, .. } = folded(module, example)?;
        vec![channels, whole[0].unsigned_abs(), whole[1].unsigned_abs()]
    };
    Ok([before, &own].concat())
}

/// What patches are put together to.
struct Folded {
    channels: u64,
    /// The sizes of the levels of space.
    whole: Vec<i64>,
    /// How many patches there are along each of them.
    counts: Vec<i64>,
}

fn folded(module: &Value, example: &[u64]) -> Result<Folded, String> {
    let kernel = sizes(&module["kernel_size"], 2)?;
    let whole = sizes(&module["output_size"], 2)?;
    let space: Vec<u64> = whole.iter().map(|size| size.unsigned_abs()).collect();
    let counts = blocks(module, &space, &kernel)?;
    let channels = example.first().ok_or("no channels")? / kernel.iter().product::<i64>().unsigned_abs().max(1);
    Ok(Folded { channels, whole, counts })
}

/// How many patches there are along each level of places.
fn blocks(module: &Value, space: &[u64], kernel: &[i64]) -> Result<Vec<i64>, String> {
    let (stride, dilation) = (sizes(&module["stride"], 2)?, sizes(&module["dilation"], 2)?);
    let padding = sizes(&module["padding"], 2)?;
    let count = |(level, size): (usize, &u64)| {
        let size = i64::try_from(*size).unwrap_or(i64::MAX);
        (size + 2 * padding[level] - dilation[level] * (kernel[level] - 1) - 1) / stride[level] + 1
    };
    Ok(space.iter().take(2).enumerate().map(count).collect())
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

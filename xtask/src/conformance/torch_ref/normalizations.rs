//! Normalisations.

use serde_json::Value;

use super::description::{flag, number, size, typed_list};
use super::layers::{Array, Example, Layers, Role, Translated, one};

/// Where none is given: the distance of 1 to the next number of float64.
const MACHINE_EPSILON: &str = "2.^-52";

const MOVING: &[(&str, &str)] = &[("MovingMean", "running_mean"), ("MovingVariance", "running_var")];

/// The layers of a normalisation, or nothing if the module is none.
pub(super) fn translate(kind: &str, module: &Value, example: &Example) -> Result<Option<Vec<Translated>>, String> {
    let layers = match kind {
        "BatchNorm1d" | "BatchNorm2d" | "BatchNorm3d" if example.whole => of_whole_batch(module, example),
        "BatchNorm1d" | "BatchNorm2d" | "BatchNorm3d" => batch(module),
        "InstanceNorm1d" | "InstanceNorm2d" | "InstanceNorm3d" if has_statistics(module) && !example.training => {
            batch(module)
        }
        "InstanceNorm1d" | "InstanceNorm2d" | "InstanceNorm3d" => instances(module),
        "LayerNorm" => {
            let layer = format!(
                "NormalizationLayer[{}, \"Same\", \"Epsilon\" -> {}",
                last_levels(module)?,
                number(module, "eps")?
            );
            scaled(&layer, flag(module, "elementwise_affine")?, flag(module, "bias")?, &[])
        }
        "RMSNorm" => {
            let epsilon = if module["eps"].is_null() { MACHINE_EPSILON.to_owned() } else { number(module, "eps")? };
            let levels = last_levels(module)?;
            let layer = format!("NormalizationLayer[{levels}, \"Same\", Method -> \"RMS\", \"Epsilon\" -> {epsilon}");
            scaled(&layer, flag(module, "elementwise_affine")?, false, &[])
        }
        "GroupNorm" => {
            let groups = size(module, "num_groups")?;
            let layer =
                format!("NormalizationLayer[\"GroupNumber\" -> {groups}, \"Epsilon\" -> {}", number(module, "eps")?);
            scaled(&layer, flag(module, "affine")?, flag(module, "bias").unwrap_or(true), &[])
        }
        "LocalResponseNorm" => {
            let window = size(module, "size")?.max(1);
            one(
                format!(
                    "LocalResponseNormalizationLayer[\"ChannelWindowSize\" -> {{{}, {}}}, \"Alpha\" -> {}, \"Beta\" -> {}, \"Bias\" -> {}]",
                    window / 2,
                    (window - 1) / 2,
                    number(module, "alpha")?,
                    number(module, "beta")?,
                    number(module, "k")?
                ),
                &[],
            )
        }
        _ => return Ok(None),
    };
    layers.map(Some)
}

/// Whether a module keeps the mean and variance of what it was trained with. One that does not uses those of the batch.
pub(super) fn has_statistics(module: &Value) -> bool {
    module["track_running_stats"] == true
}

/// Whether a module joins all examples of a batch.
pub(super) fn joins_examples(module: &Value, training: bool) -> bool {
    module["type"].as_str().is_some_and(|kind| kind.starts_with("BatchNorm")) && (training || !has_statistics(module))
}

/// Whether learned numbers are added.
fn is_shifted(module: &Value) -> bool {
    module["bias"] != false
}

/// Where a normalisation has no arrays for what training keeps, a layer before it, of which that is observed: `of_channels` says
/// how a function of the elements of each channel makes a vector, whose share is the momentum, and `count` what is added to the
/// number of batches.
fn observed(module: &Value, of_channels: impl Fn(&str) -> String, momentum: &str, count: u8) -> Option<Translated> {
    if !has_statistics(module) {
        return None;
    }
    let share = |function| format!("((1 - {momentum}) #2 + {momentum} ({})[#1]) &", of_channels(function));
    let kept = [
        ("running_mean", share("Mean")),
        ("running_var", share("Variance")),
        ("num_batches_tracked", format!("#2 + {count} &")),
    ];
    let array = |(tensor, function)| Array { role: Role::Observed(function), ..Array::of("Output", tensor) };
    let arrays = kept.into_iter().map(array).collect();
    Some(Translated { layer: "ElementwiseLayer[# &]".to_owned(), arrays })
}

/// How much of the statistics is that of the last batch. Without a momentum they are means over all batches: after the first,
/// that batch's.
fn momentum(module: &Value) -> Result<String, String> {
    if module["momentum"].is_null() { Ok("1".to_owned()) } else { number(module, "momentum") }
}

/// A normalisation of each example by itself. In training it may keep the means of the examples' means and variances.
fn instances(module: &Value) -> Layers {
    let layer = format!("NormalizationLayer[\"Epsilon\" -> {}", number(module, "eps")?);
    let of_channels = |function: &str| format!("Mean[Map[{function}[Flatten[#]] &, #, {{2}}]] &");
    // Without a momentum nothing is kept.
    let momentum = if module["momentum"].is_null() { "0".to_owned() } else { momentum(module)? };
    let mut layers = scaled(&layer, flag(module, "affine")?, is_shifted(module), &[])?;
    layers.splice(0..0, observed(module, of_channels, &momentum, 0));
    Ok(layers)
}

/// A normalisation of a whole batch by its own statistics.
fn of_whole_batch(module: &Value, example: &Example) -> Layers {
    let others: Vec<usize> = (1..=example.rank()).filter(|level| *level != 2).collect();
    let layer = format!("NormalizationLayer[{}, {{2}}, \"Epsilon\" -> {}", typed_list(&others), number(module, "eps")?);
    let of_channels = |function: &str| format!("Map[{function}[Flatten[#]] &, Transpose[#]] &");
    let mut layers = scaled(&layer, flag(module, "affine")?, is_shifted(module), &[])?;
    layers.splice(0..0, observed(module, of_channels, &momentum(module)?, 1));
    Ok(layers)
}

/// A normalisation by kept statistics, or in training by those of the batch.
fn batch(module: &Value) -> Layers {
    let epsilon = number(module, "eps")?;
    let momentum = momentum(module)?;
    let layer = format!(
        "BatchNormalizationLayer[\"Epsilon\" -> {epsilon}, \"Momentum\" -> 1 - {momentum}, \"UnbiasedMoving\" -> True"
    );
    let moving = if has_statistics(module) { MOVING } else { &[] };
    let mut layers = scaled(&layer, flag(module, "affine")?, is_shifted(module), moving)?;
    if moving.is_empty() {
        // They are not used, but must have a value.
        let channels = size(module, "num_features")?;
        for layer in &mut layers {
            for (name, value) in [("MovingMean", 0), ("MovingVariance", 1)] {
                layer.type_port(name, &format!("ConstantArray[{value}., {channels}]"));
            }
        }
    }
    Ok(layers)
}

/// A normalisation, given up to its last option; the others of its arrays are kept.
fn scaled(layer: &str, is_scaled: bool, is_shifted: bool, others: &[(&'static str, &'static str)]) -> Layers {
    let mut arrays = others.to_vec();
    let mut layer = layer.to_owned();
    for (name, tensor, present) in [("Scaling", "weight", is_scaled), ("Biases", "bias", is_scaled && is_shifted)] {
        if present {
            arrays.push((name, tensor));
        } else {
            layer.push_str(&format!(", \"{name}\" -> None"));
        }
    }
    let mut layers = one(format!("{layer}]"), &arrays)?;
    for array in layers.iter_mut().flat_map(|layer| &mut layer.arrays) {
        if others.iter().any(|(_, tensor)| array.tensors[0].0 == *tensor) {
            array.role = Role::Kept;
        }
    }
    Ok(layers)
}

/// The last levels, as many as the normalised shape has.
fn last_levels(module: &Value) -> Result<String, String> {
    let count = match &module["normalized_shape"] {
        Value::Array(levels) => levels.len(),
        Value::Number(_) => 1,
        _ => return Err("no normalized shape".to_owned()),
    };
    let levels: Vec<String> = (1..=count).rev().map(|level| format!("-{level}")).collect();
    Ok(format!("{{{}}}", levels.join(", ")))
}

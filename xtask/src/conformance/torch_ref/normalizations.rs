//! Normalisations.

use serde_json::Value;

use super::description::{flag, number, size};
use super::layers::{Example, Layers, Translated, one};

/// Where none is given: the distance of 1 to the next number of float64.
const MACHINE_EPSILON: &str = "2.^-52";

const MOVING: &[(&str, &str)] = &[("MovingMean", "running_mean"), ("MovingVariance", "running_var")];

/// The layers of a normalisation, or nothing if the module is none.
pub(super) fn translate(kind: &str, module: &Value, example: &Example) -> Result<Option<Vec<Translated>>, String> {
    let layers = match kind {
        "BatchNorm1d" | "BatchNorm2d" | "BatchNorm3d" => batch(module),
        "InstanceNorm1d" | "InstanceNorm2d" | "InstanceNorm3d" if has_statistics(module) && !example.training => {
            batch(module)
        }
        "InstanceNorm1d" | "InstanceNorm2d" | "InstanceNorm3d" if has_statistics(module) => {
            return Err("statistics of single examples that are kept in training".to_owned());
        }
        "InstanceNorm1d" | "InstanceNorm2d" | "InstanceNorm3d" => scaled(
            &format!("NormalizationLayer[\"Epsilon\" -> {}", number(module, "eps")?),
            flag(module, "affine")?,
            true,
            &[],
        ),
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

/// A normalisation by kept statistics, or in training by those of the batch.
fn batch(module: &Value) -> Layers {
    let epsilon = number(module, "eps")?;
    // Without a momentum the statistics are means over all batches: after the first, that batch's.
    let momentum = if module["momentum"].is_null() { "1".to_owned() } else { number(module, "momentum")? };
    let layer = format!(
        "BatchNormalizationLayer[\"Epsilon\" -> {epsilon}, \"Momentum\" -> 1 - {momentum}, \"UnbiasedMoving\" -> True"
    );
    let moving = if has_statistics(module) { MOVING } else { &[] };
    let mut layers = scaled(&layer, flag(module, "affine")?, true, moving)?;
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

/// A normalisation, given up to its last option.
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
    one(format!("{layer}]"), &arrays)
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

//! Activations: functions of elements, and functions along a level.

use serde_json::Value;

use super::description::{number, size, typed_list};
use super::layers::{Array, Example, Form, Layers, Translated, one};

/// The layers of an activation, or nothing if the module is none.
pub(super) fn translate(kind: &str, module: &Value, example: &Example) -> Result<Option<Vec<Translated>>, String> {
    if let Some(function) = function(kind, module)? {
        return one(format!("ElementwiseLayer[{function}]"), &[]).map(Some);
    }
    let layers = match kind {
        "Softmax" | "Softmin" | "LogSoftmax" => along(kind, example.level(&dim(module, example))?, example.rank()),
        "Softmax2d" => along("Softmax", example.level(&(-3).into())?, example.rank()),
        "GLU" => one(format!("GatedLinearUnitLayer[LogisticSigmoid, {}]", example.level(&module["dim"])?), &[]),
        "PReLU" if size(module, "num_parameters")? == 1 => {
            let mut slope = Array::of("Slope", "weight");
            slope.form = Some(Form { of_tensor: "First".to_owned(), of_gradient: "List".to_owned() });
            Ok(vec![Translated { layer: "ParametricRampLayer[None]".to_owned(), arrays: vec![slope] }])
        }
        // Channels are the second level, or the only one.
        "PReLU" if example.rank() == 0 => Err("a function along the batch".to_owned()),
        "PReLU" => {
            let channels = if example.whole && example.rank() > 1 { "2" } else { "" };
            one(format!("ParametricRampLayer[{channels}]"), &[("Slope", "weight")])
        }
        _ => return Ok(None),
    };
    layers.map(Some)
}

/// The dimension along which a module works. PyTorch's choice where it is not said depends on the rank.
pub(super) fn dim(module: &Value, example: &Example) -> Value {
    match &module["dim"] {
        Value::Null => i64::from(!matches!(example.shape.len(), 0 | 1 | 3)).into(),
        given => given.clone(),
    }
}

fn along(kind: &str, level: u64, rank: usize) -> Layers {
    let layer = match kind {
        "Softmax" => format!("SoftmaxLayer[{level}]"),
        "Softmin" => format!("NetChain[{{-# &, SoftmaxLayer[{level}]}}]"),
        _ => {
            let others: Vec<u64> = (1..=rank as u64).filter(|other| *other != level).collect();
            format!(
                "FunctionLayer[ArrayThread[Subtract, {{#, ArrayLogSumExp[#, {{{level}}}]}}, {{All, {}}}] &]",
                typed_list(&others)
            )
        }
    };
    one(layer, &[])
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
        // The slope is drawn in training only.
        "RReLU" => format!("{{\"LeakyReLU\", ({} + {})/2}}", number(module, "lower")?, number(module, "upper")?),
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

//! Losses that are sums over the elements of tensors.

use serde_json::Value;

use super::super::broadcasting::common;
use super::super::description::{dims, number, text, typed_list};
use super::super::model::Model;
use super::{Input, constants, function, reduced};

/// `Log[1 + Exp[x]]` less the target's part, for scores whose sigmoids are probabilities.
const LOGITS: &str = "Max[x1, 0] - x1 x2 + Log[1 + Exp[-Abs[x1]]]";

/// The same for probabilities. At 0 and 1 PyTorch takes -100 for the logarithm of 0, and divides by
/// 10^-12 in single precision for the slope.
const PROBABILITIES: &str = "Piecewise[{{100 x2 + 1.0000000039958028*^12 (x1^2/2 - x1 x2), x1 <= 0}, \
     {100 (1 - x2) + 1.0000000039958028*^12 ((1 - x1)^2/2 - (1 - x1) (1 - x2)), x1 >= 1}}, -x2 Log[x1] - (1 - x2) Log[1 - x1]]";

/// The term of the elements `x1`, `x2`, ... and of the constants `w` and `p`.
fn term(kind: &str, case: &Value) -> Result<Option<String>, String> {
    let module = &case["net"];
    let is_full = module["full"] == true;
    let has = |key: &str| !module[key].is_null() || case["weights"][key].is_array();
    let weighed = |term: String| if has("weight") { format!("w ({term})") } else { term };
    Ok(Some(match kind {
        "MSELoss" => "(x1 - x2)^2".to_owned(),
        "L1Loss" => "Abs[x1 - x2]".to_owned(),
        "SmoothL1Loss" if module["beta"].as_f64() == Some(0.0) => "Abs[x1 - x2]".to_owned(),
        "SmoothL1Loss" => {
            let beta = number(module, "beta")?;
            format!("Piecewise[{{{{(x1 - x2)^2/(2 {beta}), Abs[x1 - x2] < {beta}}}}}, Abs[x1 - x2] - {beta}/2]")
        }
        "HuberLoss" => {
            let delta = number(module, "delta")?;
            format!("Piecewise[{{{{(x1 - x2)^2/2, Abs[x1 - x2] < {delta}}}}}, {delta} (Abs[x1 - x2] - {delta}/2)]")
        }
        "BCELoss" => weighed(PROBABILITIES.to_owned()),
        "BCEWithLogitsLoss" if has("pos_weight") => {
            weighed("(1 - x2) x1 + (1 + (p - 1) x2) (Max[-x1, 0] + Log[1 + Exp[-Abs[x1]]])".to_owned())
        }
        "BCEWithLogitsLoss" | "MultiLabelSoftMarginLoss" => weighed(LOGITS.to_owned()),
        "KLDivLoss" if module["log_target"] == true => "Exp[x2] (x2 - x1)".to_owned(),
        "KLDivLoss" => "Piecewise[{{x2 (Log[x2] - x1), x2 > 0}}, -x2 x1]".to_owned(),
        "PoissonNLLLoss" => {
            let expected = match module["log_input"] == true {
                true => "Exp[x1] - x2 x1".to_owned(),
                false => format!("x1 - x2 Log[x1 + {}]", number(module, "eps")?),
            };
            let constant = "Piecewise[{{x2 Log[x2] - x2 + Log[2 Pi x2]/2, x2 > 1}}, 0]";
            if is_full { format!("{expected} + {constant}") } else { expected }
        }
        "HingeEmbeddingLoss" => {
            let margin = number(module, "margin")?;
            format!("(1 + x2)/2 x1 + (1 - x2)/2 Max[{margin} - x1, 0]")
        }
        "SoftMarginLoss" => "Log[1 + Exp[-x2 x1]]".to_owned(),
        "MarginRankingLoss" => format!("Max[{} - x3 (x1 - x2), 0]", number(module, "margin")?),
        "GaussianNLLLoss" => {
            let epsilon = number(module, "eps")?;
            let constant = if is_full { " + Log[2 Pi]/2" } else { "" };
            format!("(Log[Max[x3, {epsilon}]] + (x1 - x2)^2/Max[x3, {epsilon}])/2{constant}")
        }
        _ => return Ok(None),
    }))
}

/// What PyTorch makes of the slope by a target, where it has no finite one: of the slope, the input and the target.
fn slope_of_target(kind: &str, module: &Value) -> Option<&'static str> {
    match kind {
        "BCELoss" => Some("If[0 < #2 < 1, #1, #1 Infinity]"),
        "PoissonNLLLoss" if module["full"] == true => Some("If[#3 == 0, Indeterminate, #1]"),
        _ => None,
    }
}

/// The model of such a loss, or nothing if the module is none.
pub(super) fn model(kind: &str, case: &Value, shapes: &[Vec<u64>]) -> Result<Option<Model>, String> {
    let module = &case["net"];
    let Some(term) = term(kind, case)? else { return Ok(None) };
    let mut inputs: Vec<Input> = shapes.iter().enumerate().map(|(place, shape)| Input::tensor(place, shape)).collect();
    if kind == "GaussianNLLLoss"
        && let [one, _, variance] = shapes
        && one.len() == variance.len() + 1
    {
        // A variance for each row.
        let shape = [variance.as_slice(), &[1]].concat();
        inputs[2].feed.value = format!("ArrayReshape[io[\"input.2\"], {}]", dims(&shape));
        inputs[2].feed.gradient = Some((2, format!("ArrayReshape[#, {}] &", dims(variance))));
        inputs[2].shape = shape;
    }
    // Its targets are labels, 1 and -1, by which PyTorch selects.
    if kind == "HingeEmbeddingLoss"
        && let Some(target) = inputs.last_mut()
    {
        target.feed.gradient = None;
    }
    if let (Some(slope), Some(target)) = (slope_of_target(kind, module), inputs.get_mut(1)) {
        target.feed.gradient = Some((1, format!("ArrayThread[{slope} &, {{#, io[\"input.0\"], io[\"input.1\"]}}] &")));
    }
    for (name, key) in [("w", "weight"), ("p", "pos_weight")] {
        if let Some((value, shape)) = constants(case, key)? {
            inputs.push(Input::fixed(name, value, &shape));
        }
    }
    let (mut terms, mut rank) = threaded(&term, &inputs)?;
    if kind == "MultiLabelSoftMarginLoss" {
        terms = format!("ArrayReduce[Mean, {terms}, {rank}]");
        rank -= 1;
    }
    let body = match text(module, "reduction")? {
        // The total divided by the length of the batch.
        "batchmean" => format!("Total[Flatten[{terms}]]/{}", shapes[0].first().unwrap_or(&1)),
        reduction => reduced(&terms, rank, reduction)?,
    };
    Ok(Some(function(inputs, &body)))
}

/// A function of the elements of arrays, and the rank of what it makes. The last levels of arrays of several ranks belong
/// together; an array with one element at a level has it for all others.
fn threaded(term: &str, inputs: &[Input]) -> Result<(String, usize), String> {
    let shapes: Vec<&[u64]> = inputs.iter().map(|input| input.shape.as_slice()).collect();
    let common = common(&shapes)?;
    let rank = common.len();
    let (mut operands, mut levels) = (Vec::new(), Vec::new());
    for Input { feed, shape } in inputs {
        let first = rank - shape.len();
        let own: Vec<usize> = (0..shape.len()).filter(|level| shape[*level] == common[first + level]).collect();
        if own.len() == shape.len() {
            operands.push(feed.port.clone());
        } else {
            let kept: Vec<u64> = own.iter().map(|level| shape[*level]).collect();
            operands.push(format!("ArrayReshape[{}, {}]", feed.port, dims(&kept)));
        }
        levels.push(typed_list(&own.iter().map(|level| first + level + 1).collect::<Vec<_>>()));
    }
    let names: Vec<&str> = inputs.iter().map(|input| input.feed.port.as_str()).collect();
    let function = format!("Function[{{{}}}, {term}]", names.join(", "));
    Ok((format!("ArrayThread[{function}, {}, {}]", typed_list(&operands), typed_list(&levels)), rank))
}

//! State dictionaries: which array of a layer is which tensor.
//!
//! A tensor has the name of its module and a name of its own: `encoder.0.weight` belongs to the layer `{"encoder", "0"}`.
//! Layers of a recurrent module are `l0`, `l1`, ... in it, with `_reverse` for the second direction, which may be that of a
//! `NetBidirectionalOperator`.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use rustc_hash::FxHashMap;

use crate::FormatError;

/// What an array is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin {
    Tensor(&'static str),
    /// One of several parts of the rows of a tensor.
    Part(&'static str, i64, i64),
    /// The sum of such parts of two tensors.
    Sum(&'static str, &'static str, i64, i64),
}

use Origin::{Part, Sum, Tensor};

impl Origin {
    fn tensors(self) -> Vec<&'static str> {
        match self {
            Tensor(name) | Part(name, ..) => vec![name],
            Sum(first, second, ..) => vec![first, second],
        }
    }

    /// The array, of its tensors.
    pub(crate) fn value(self, session: &mut Session, tensors: &[&Expr]) -> Result<Expr, Flow> {
        let part = |tensor: &Expr, k: i64, count: i64| {
            let size = tensor.len() as i64 / count;
            let span = Expr::list([Expr::integer((k - 1) * size + 1), Expr::integer(k * size)]);
            Expr::normal(Expr::symbol("System`Take"), [tensor.clone(), span])
        };
        match (self, tensors) {
            (Part(_, k, count), [tensor]) if tensor.is_list() => session.evaluate(&part(tensor, k, count)),
            (Sum(_, _, k, count), [first, second]) if first.is_list() && second.is_list() => {
                session.evaluate(&Expr::call(Sym::Plus, [part(first, k, count), part(second, k, count)]))
            }
            (_, tensors) => Ok(tensors.first().map_or_else(|| Sym::None.into(), |tensor| (*tensor).clone())),
        }
    }
}

/// The arrays of layers.
const LAYERS: &[(&[&str], &[(&str, Origin)])] = &[
    (
        &["LinearLayer", "ConvolutionLayer", "DeconvolutionLayer", "EmbeddingLayer"],
        &[("Weights", Tensor("weight")), ("Biases", Tensor("bias"))],
    ),
    (
        &["BatchNormalizationLayer", "NormalizationLayer"],
        &[
            ("Scaling", Tensor("weight")),
            ("Biases", Tensor("bias")),
            ("MovingMean", Tensor("running_mean")),
            ("MovingVariance", Tensor("running_var")),
        ],
    ),
    (&["ParametricRampLayer"], &[("Slope", Tensor("weight"))]),
    (
        &["BasicRecurrentLayer"],
        &[
            ("InputWeights", Tensor("weight_ih")),
            ("StateWeights", Tensor("weight_hh")),
            ("Biases", Sum("bias_ih", "bias_hh", 1, 1)),
        ],
    ),
    (
        &["LongShortTermMemoryLayer"],
        &[
            ("InputGateInputWeights", Part("weight_ih", 1, 4)),
            ("InputGateStateWeights", Part("weight_hh", 1, 4)),
            ("InputGateBiases", Sum("bias_ih", "bias_hh", 1, 4)),
            ("ForgetGateInputWeights", Part("weight_ih", 2, 4)),
            ("ForgetGateStateWeights", Part("weight_hh", 2, 4)),
            ("ForgetGateBiases", Sum("bias_ih", "bias_hh", 2, 4)),
            ("MemoryGateInputWeights", Part("weight_ih", 3, 4)),
            ("MemoryGateStateWeights", Part("weight_hh", 3, 4)),
            ("MemoryGateBiases", Sum("bias_ih", "bias_hh", 3, 4)),
            ("OutputGateInputWeights", Part("weight_ih", 4, 4)),
            ("OutputGateStateWeights", Part("weight_hh", 4, 4)),
            ("OutputGateBiases", Sum("bias_ih", "bias_hh", 4, 4)),
        ],
    ),
    (
        &["GatedRecurrentUnitLayer"],
        &[
            ("ResetGateInputWeights", Part("weight_ih", 1, 3)),
            ("ResetGateStateWeights", Part("weight_hh", 1, 3)),
            ("ResetGateBiases", Sum("bias_ih", "bias_hh", 1, 3)),
            ("InputGateInputWeights", Part("weight_ih", 2, 3)),
            ("InputGateStateWeights", Part("weight_hh", 2, 3)),
            ("InputGateBiases", Sum("bias_ih", "bias_hh", 2, 3)),
            ("MemoryGateInputWeights", Part("weight_ih", 3, 3)),
            ("MemoryGateStateWeights", Part("weight_hh", 3, 3)),
            ("MemoryGateBiases", Part("bias_ih", 3, 3)),
            ("MemoryGateStateBiases", Part("bias_hh", 3, 3)),
        ],
    ),
];

/// Entries of checkpoints that are state dictionaries.
const ENTRIES: &[&str] = &["state_dict", "model_state_dict", "model_state", "model", "net", "weights"];

/// The tensors that an array of a net is made of, by its path; or why there are none.
pub(crate) fn origin_of(
    session: &mut Session,
    net: &Expr,
    path: &Expr,
) -> Result<Result<(Vec<String>, Origin), String>, Flow> {
    let path = path.args();
    let Some((array, keys)) = path.split_last() else { return Ok(Err("an array without a name".to_owned())) };
    let array = array.as_str().unwrap_or_default();
    let layer = match keys {
        [] => net.clone(),
        _ => session.evaluate(&Expr::normal(
            Expr::symbol("System`NetExtract"),
            [net.clone(), Expr::list(keys.iter().cloned())],
        ))?,
    };
    // Layers without names are counted from 0, as those of torch.nn.Sequential.
    let text = |key: &Expr| key.as_str().map(str::to_owned).or_else(|| key.as_i64().map(|n| (n - 1).to_string()));
    let keys: Vec<String> = keys.iter().filter_map(text).collect();
    let head = layer.head().as_symbol().map_or_else(String::new, |symbol| symbol.name().to_owned());
    let row = LAYERS.iter().find(|(layers, _)| layers.contains(&head.as_str()));
    let from = row.and_then(|(_, arrays)| arrays.iter().find(|(name, _)| *name == array));
    Ok(match from {
        Some((_, from)) => {
            Ok((from.tensors().into_iter().map(|name| tensor_name(&keys, &head, name)).collect(), *from))
        }
        None => Err(format!(
            "there is no tensor for arrays {array} of layers {head}, such as that of {}; give its name with \"Names\"",
            keys.join(".")
        )),
    })
}

/// The name of a tensor: the module's, which is the path without what operators such as `NetMapOperator` add, and its own.
fn tensor_name(keys: &[String], head: &str, name: &str) -> String {
    let mut keys: Vec<&str> = keys.iter().map(String::as_str).filter(|key| *key != "Net").collect();
    let mut name = name.to_owned();
    let recurrent = ["BasicRecurrentLayer", "LongShortTermMemoryLayer", "GatedRecurrentUnitLayer"].contains(&head);
    if recurrent {
        let number = |key: &str| {
            let digits = key.strip_prefix('l').map(|rest| rest.strip_suffix("_reverse").unwrap_or(rest));
            digits.is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()))
        };
        // The two nets of NetBidirectionalOperator are one module.
        let direction = keys.iter().position(|key| ["ForwardNet", "BackwardNet"].contains(key));
        let direction = direction.map_or("", |place| if keys.remove(place) == "BackwardNet" { "_reverse" } else { "" });
        let suffix = match keys.last() {
            Some(last) if number(last) => keys.pop().unwrap_or_default(),
            _ => "l0",
        };
        name = format!("{name}_{suffix}{direction}");
    }
    keys.push(&name);
    keys.join(".")
}

/// The arrays of a state dictionary by their names, or of the state dictionary in a checkpoint.
pub(crate) fn tensors(state: &Expr) -> Result<FxHashMap<String, Expr>, FormatError> {
    let named = |state: &Expr| crate::safe_tensors::named_values(state).unwrap_or_default();
    let entries = named(state);
    let is_array = |value: &Expr| value.is_list() || value.is_number();
    let nested =
        entries.iter().find(|(name, value)| ENTRIES.contains(&name.as_str()) && value.has_head(Sym::Association));
    let chosen = match nested {
        Some((_, value)) => named(value),
        None => entries,
    };
    let mut arrays: FxHashMap<String, Expr> = chosen.into_iter().filter(|(_, value)| is_array(value)).collect();
    // What was trained on several devices has a module around all others.
    if !arrays.is_empty() && arrays.keys().all(|name| name.starts_with("module.")) {
        arrays = arrays.into_iter().map(|(name, value)| (name["module.".len()..].to_owned(), value)).collect();
    }
    if !arrays.values().any(Expr::is_list) {
        return Err(FormatError::Value(
            "the file holds no association from names to arrays, such as a state dictionary".to_owned(),
        ));
    }
    Ok(arrays)
}

#[cfg(test)]
mod tests {
    use super::tensor_name;

    #[test]
    fn names_of_tensors_are_those_of_pytorch() {
        for (keys, layer, expected) in [
            (&["encoder", "0"][..], "LinearLayer", "encoder.0.weight"),
            (&["rnn"], "GatedRecurrentUnitLayer", "rnn.weight_l0"),
            (&["rnn", "l1_reverse"], "BasicRecurrentLayer", "rnn.weight_l1_reverse"),
            (&["rnn", "Net", "ForwardNet"], "LongShortTermMemoryLayer", "rnn.weight_l0"),
            (&["rnn", "l1", "BackwardNet"], "LongShortTermMemoryLayer", "rnn.weight_l1_reverse"),
        ] {
            let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
            assert_eq!(tensor_name(&keys, layer, "weight"), expected);
        }
    }
}

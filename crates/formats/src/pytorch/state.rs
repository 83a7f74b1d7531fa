//! State dictionaries onto nets: which array of a layer is which tensor, with all mismatches told at once.
//!
//! A tensor has the name of its module and a name of its own: `encoder.0.weight` belongs to the layer `{"encoder", "0"}`.
//! Layers of a recurrent module are `l0`, `l1`, ... in it, with `_reverse` for the second direction.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::FormatError;
use crate::fault::Faults;

/// What an array is made of.
#[derive(Debug, Clone, Copy)]
enum Origin {
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

/// A net with the arrays of a state dictionary.
pub(crate) fn onto(session: &mut Session, net: &Expr, state: &Expr) -> Result<Result<Expr, FormatError>, Flow> {
    let tensors = match tensors(state) {
        Ok(tensors) => tensors,
        Err(error) => return Ok(Err(error)),
    };
    let arrays = information(net, "ArraysDimensions");
    let (arrays, _) = session.catch_messages(|session| session.evaluate(&arrays));
    let arrays = arrays?;
    if !arrays.has_head(Sym::Association) {
        return Ok(Err(FormatError::Value("the option \"Net\" must be a net".to_owned())));
    }
    let mut faults = Faults::default();
    let mut used: FxHashSet<String> = FxHashSet::default();
    let mut rules = Vec::new();
    for rule in arrays.args().iter() {
        session.tick()?;
        let path = rule.arg(0);
        let keys: Option<Vec<String>> = path.args().iter().map(|key| key.as_str().map(str::to_owned)).collect();
        let Some((array, keys)) = keys.as_ref().and_then(|keys| keys.split_last()) else {
            let shown = session.output_form(&path);
            faults.add(format!("the array {shown} is in a layer without a name; tensors belong to names"));
            continue;
        };
        let layer = match keys {
            [] => net.clone(),
            _ => {
                let place = Expr::list(keys.iter().map(|key| Expr::string(key)));
                session.evaluate(&Expr::normal(Expr::symbol("System`NetExtract"), [net.clone(), place]))?
            }
        };
        let head = layer.head().as_symbol().map_or_else(String::new, |symbol| symbol.name().to_owned());
        let row = LAYERS.iter().find(|(layers, _)| layers.contains(&head.as_str()));
        let from = row.and_then(|(_, arrays)| arrays.iter().find(|(name, _)| name == array));
        let Some((_, from)) = from else {
            faults.add(format!(
                "there is no tensor for arrays {array} of layers {head}, such as that of {}",
                keys.join(".")
            ));
            continue;
        };
        let wanted: Vec<String> = from.tensors().into_iter().map(|name| tensor_name(keys, &head, name)).collect();
        let found: Vec<Option<&Expr>> = wanted.iter().map(|name| tensors.get(name)).collect();
        for (name, tensor) in wanted.iter().zip(&found) {
            if tensor.is_none() {
                faults.add(format!("there is no tensor {name}, for the array {array} of {}", keys.join(".")));
            }
            used.insert(name.clone());
        }
        let Some(found) = found.into_iter().collect::<Option<Vec<&Expr>>>() else { continue };
        let value = value(session, *from, &found)?;
        let dimensions = session.shape_of(&value)?.dimensions().map(|sizes| Expr::list(sizes.iter().cloned()));
        if let Some(dimensions) = dimensions.filter(|dimensions| *dimensions != rule.arg(1) && known(&rule.arg(1))) {
            let (given, expected) = (session.output_form(&dimensions), session.output_form(&rule.arg(1)));
            faults.add(format!(
                "{}: it gives an array of the dimensions {given} for {array}, which has {expected}",
                wanted.join(", ")
            ));
            continue;
        }
        rules.push(Expr::rule(path, value));
    }
    let mut unused: Vec<&String> =
        tensors.keys().filter(|name| !used.contains(*name) && !name.ends_with("num_batches_tracked")).collect();
    unused.sort();
    for name in unused {
        faults.add(format!("the net has no array for the tensor {name}"));
    }
    if !faults.is_empty() {
        return Ok(Err(faults.error()));
    }
    let replaced = Expr::normal(Expr::symbol("System`NetReplacePart"), [net.clone(), Expr::list(rules)]);
    Ok(Ok(session.evaluate(&replaced)?))
}

fn information(net: &Expr, property: &str) -> Expr {
    Expr::normal(Expr::symbol("System`Information"), [net.clone(), Expr::string(property)])
}

fn known(sizes: &Expr) -> bool {
    sizes.is_list() && sizes.args().iter().all(|size| size.as_i64().is_some())
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
        let suffix = match keys.last() {
            Some(last) if number(last) => keys.pop().unwrap_or_default(),
            _ => "l0",
        };
        name = format!("{name}_{suffix}");
    }
    keys.push(&name);
    keys.join(".")
}

/// The array of a layer.
fn value(session: &mut Session, from: Origin, tensors: &[&Expr]) -> Result<Expr, Flow> {
    let part = |tensor: &Expr, k: i64, count: i64| {
        let size = tensor.len() as i64 / count;
        let span = Expr::list([Expr::integer((k - 1) * size + 1), Expr::integer(k * size)]);
        Expr::normal(Expr::symbol("System`Take"), [tensor.clone(), span])
    };
    match (from, tensors) {
        (Part(_, k, count), [tensor]) => session.evaluate(&part(tensor, k, count)),
        (Sum(_, _, k, count), [first, second]) => {
            session.evaluate(&Expr::call(Sym::Plus, [part(first, k, count), part(second, k, count)]))
        }
        (_, tensors) => Ok(tensors.first().map_or_else(|| Sym::None.into(), |tensor| (*tensor).clone())),
    }
}

/// The arrays of a state dictionary by their names, or of the state dictionary in a checkpoint.
fn tensors(state: &Expr) -> Result<FxHashMap<String, Expr>, FormatError> {
    let named = |state: &Expr| crate::safe_tensors::named_values(state).unwrap_or_default();
    let entries = named(state);
    let is_array = |value: &Expr| value.is_list();
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
    if arrays.is_empty() {
        return Err(FormatError::Value(
            "the file holds no state dictionary: an association from names to arrays".to_owned(),
        ));
    }
    Ok(arrays)
}

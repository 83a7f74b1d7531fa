//! Functions of TensorFlow in models of Keras 2, written as the operations of Keras 3 that say the same.
//!
//! Such a layer has the class `TFOpLambda` or `SlicingOpLambda`, and names a function; the arguments of its call are those of the
//! function. A record says which operation it is, and what its arguments are called there.

use serde_json::{Map, Value as Json, json};

use super::layers;

/// A function, and the operation that it is.
struct Function {
    /// Its names, without `tf` before them.
    names: &'static [&'static str],
    class: &'static str,
    /// The names of arguments, in their order, with those of the operation.
    arguments: &'static [(&'static str, &'static str)],
    /// Attributes of the operation that are not its own defaults, where no argument gives them.
    defaults: &'static [(&'static str, &'static str)],
}

const fn function(
    names: &'static [&'static str],
    class: &'static str,
    arguments: &'static [(&'static str, &'static str)],
) -> Function {
    Function { names, class, arguments, defaults: &[] }
}

const ONE: &[(&str, &str)] = &[("x", "x"), ("features", "x"), ("input", "x")];
const TWO: &[(&str, &str)] = &[("x", "x1"), ("y", "x2")];
const REDUCED: &[(&str, &str)] = &[("input_tensor", "x"), ("axis", "axis"), ("keepdims", "keepdims")];
const ALONG: &[(&str, &str)] = &[("x", "x"), ("axis", "axis")];
const CLASSES: &[(&str, &str)] = &[("logits", "x"), ("axis", "axis")];

const FUNCTIONS: &[Function] = &[
    function(&["__operators__.add", "math.add"], "Add", TWO),
    function(&["nn.bias_add"], "Add", &[("value", "x1"), ("bias", "x2")]),
    function(&["math.subtract"], "Subtract", TWO),
    function(&["math.multiply"], "Multiply", TWO),
    function(&["math.truediv", "math.divide", "compat.v1.div"], "Divide", TWO),
    function(&["math.divide_no_nan"], "DivideNoNan", TWO),
    function(&["math.floordiv"], "FloorDivide", TWO),
    function(&["math.floormod", "math.mod"], "Mod", TWO),
    function(&["math.squared_difference"], "SquaredDifference", TWO),
    function(&["math.pow"], "Power", TWO),
    function(&["math.maximum"], "Maximum", TWO),
    function(&["math.minimum"], "Minimum", TWO),
    function(&["math.greater"], "Greater", TWO),
    function(&["math.greater_equal"], "GreaterEqual", TWO),
    function(&["math.less"], "Less", TWO),
    function(&["math.less_equal"], "LessEqual", TWO),
    function(&["math.equal", "__operators__.eq"], "Equal", TWO),
    function(&["math.not_equal", "__operators__.ne"], "NotEqual", TWO),
    function(&["math.logical_and"], "LogicalAnd", TWO),
    function(&["math.logical_or"], "LogicalOr", TWO),
    function(&["math.logical_xor"], "LogicalXor", TWO),
    function(&["math.logical_not"], "LogicalNot", ONE),
    function(&["math.atan2"], "Arctan2", &[("y", "x1"), ("x", "x2")]),
    function(&["math.negative"], "Negative", ONE),
    function(&["math.abs"], "Absolute", ONE),
    function(&["math.exp"], "Exp", ONE),
    function(&["math.expm1"], "Expm1", ONE),
    function(&["math.log"], "Log", ONE),
    function(&["math.log1p"], "Log1p", ONE),
    function(&["math.sqrt"], "Sqrt", ONE),
    function(&["math.rsqrt"], "Rsqrt", ONE),
    function(&["math.square"], "Square", ONE),
    function(&["math.reciprocal"], "Reciprocal", ONE),
    function(&["math.sin"], "Sin", ONE),
    function(&["math.cos"], "Cos", ONE),
    function(&["math.tan"], "Tan", ONE),
    function(&["math.asin"], "Arcsin", ONE),
    function(&["math.acos"], "Arccos", ONE),
    function(&["math.atan"], "Arctan", ONE),
    function(&["math.sinh"], "Sinh", ONE),
    function(&["math.cosh"], "Cosh", ONE),
    function(&["math.tanh", "nn.tanh"], "Tanh", ONE),
    function(&["math.asinh"], "Arcsinh", ONE),
    function(&["math.acosh"], "Arccosh", ONE),
    function(&["math.atanh"], "Arctanh", ONE),
    function(&["math.erf"], "Erf", ONE),
    function(&["math.floor"], "Floor", ONE),
    function(&["math.ceil"], "Ceil", ONE),
    function(&["math.round"], "Round", ONE),
    function(&["math.sign"], "Sign", ONE),
    function(&["math.sigmoid", "nn.sigmoid"], "Sigmoid", ONE),
    function(&["math.log_sigmoid"], "LogSigmoid", ONE),
    function(&["math.softplus", "nn.softplus"], "Softplus", ONE),
    function(&["nn.softsign"], "Softsign", ONE),
    function(&["nn.relu"], "Relu", ONE),
    function(&["nn.relu6"], "Relu6", ONE),
    function(&["nn.elu"], "Elu", ONE),
    function(&["nn.selu"], "Selu", ONE),
    function(&["nn.silu"], "Silu", ONE),
    function(&["nn.leaky_relu"], "LeakyRelu", &[("features", "x"), ("alpha", "negative_slope")]),
    Function {
        defaults: &[("approximate", "false")],
        ..function(&["nn.gelu"], "Gelu", &[("features", "x"), ("approximate", "approximate")])
    },
    function(&["nn.softmax"], "Softmax", CLASSES),
    function(&["nn.log_softmax"], "LogSoftmax", CLASSES),
    function(&["identity"], "Copy", ONE),
    function(&["stop_gradient"], "StopGradient", &[("input", "variable")]),
    function(&["cast"], "Cast", &[("x", "x"), ("dtype", "dtype")]),
    function(&["clip_by_value"], "Clip", &[("t", "x"), ("clip_value_min", "x_min"), ("clip_value_max", "x_max")]),
    function(&["zeros_like"], "ZerosLike", ONE),
    function(&["ones_like"], "OnesLike", ONE),
    function(&["math.reduce_sum"], "Sum", REDUCED),
    function(&["math.reduce_mean"], "Mean", REDUCED),
    function(&["math.reduce_max"], "Max", REDUCED),
    function(&["math.reduce_min"], "Min", REDUCED),
    function(&["math.reduce_prod"], "Prod", REDUCED),
    function(&["math.reduce_any"], "Any", REDUCED),
    function(&["math.reduce_all"], "All", REDUCED),
    function(&["math.reduce_variance"], "Var", REDUCED),
    function(&["math.reduce_std"], "Std", REDUCED),
    function(&["math.reduce_logsumexp"], "Logsumexp", REDUCED),
    function(&["math.argmax"], "Argmax", &[("input", "x"), ("axis", "axis")]),
    function(&["math.argmin"], "Argmin", &[("input", "x"), ("axis", "axis")]),
    function(&["math.cumsum"], "Cumsum", ALONG),
    function(&["math.cumprod"], "Cumprod", ALONG),
    Function {
        defaults: &[("epsilon", "1e-6")],
        ..function(&["math.l2_normalize", "nn.l2_normalize"], "Normalize", ALONG)
    },
    function(
        &["compat.v1.norm", "norm"],
        "Norm",
        &[("tensor", "x"), ("ord", "ord"), ("axis", "axis"), ("keepdims", "keepdims")],
    ),
    function(&["math.top_k", "nn.top_k"], "TopK", &[("input", "x"), ("k", "k"), ("sorted", "sorted")]),
    function(&["one_hot"], "OneHot", &[("indices", "x"), ("depth", "num_classes"), ("axis", "axis")]),
    function(&["reshape"], "Reshape", &[("tensor", "x"), ("shape", "newshape")]),
    function(&["compat.v1.transpose", "transpose"], "Transpose", &[("a", "x"), ("perm", "axes")]),
    function(&["expand_dims"], "ExpandDims", &[("input", "x"), ("axis", "axis")]),
    function(&["compat.v1.squeeze", "squeeze"], "Squeeze", &[("input", "x"), ("axis", "axis")]),
    function(&["concat"], "Concatenate", &[("values", "xs"), ("axis", "axis")]),
    function(&["stack"], "Stack", &[("values", "x"), ("axis", "axis")]),
    function(&["unstack"], "Unstack", &[("value", "x"), ("num", "num"), ("axis", "axis")]),
    function(&["split"], "Split", &[("value", "x"), ("num_or_size_splits", "sizes"), ("axis", "axis")]),
    function(&["tile"], "Tile", &[("input", "x"), ("multiples", "repeats")]),
    function(&["repeat"], "Repeat", &[("input", "x"), ("repeats", "repeats"), ("axis", "axis")]),
    function(&["roll"], "Roll", &[("input", "x"), ("shift", "shift"), ("axis", "axis")]),
    function(&["reverse"], "Flip", &[("tensor", "x"), ("axis", "axis")]),
    function(
        &["compat.v1.pad", "pad"],
        "Pad",
        &[("tensor", "x"), ("paddings", "pad_width"), ("mode", "mode"), ("constant_values", "constant_values")],
    ),
    function(&["compat.v1.gather", "gather"], "Take", &[("params", "x"), ("indices", "indices"), ("axis", "axis")]),
    function(&["where"], "Where", &[("condition", "condition"), ("x", "x1"), ("y", "x2")]),
    function(&["__operators__.getitem"], "GetItem", &[("tensor", "x"), ("slice_spec", "key")]),
    function(
        &["linalg.matmul"],
        "Matmul",
        &[("a", "x1"), ("b", "x2"), ("transpose_a", "transpose_a"), ("transpose_b", "transpose_b")],
    ),
    function(&["nn.depth_to_space"], "DepthToSpace", &[("input", "x"), ("block_size", "block_size")]),
    function(&["nn.space_to_depth"], "SpaceToDepth", &[("input", "x"), ("block_size", "block_size")]),
    function(
        &["image.resize"],
        "Resize",
        &[("images", "images"), ("size", "size"), ("method", "interpolation"), ("antialias", "antialias")],
    ),
];

/// A description in which functions are operations. The parser limits how deep values nest.
pub(super) fn as_operations(description: Json) -> Json {
    match description {
        Json::Array(items) => Json::Array(items.into_iter().map(as_operations).collect()),
        Json::Object(object) => match object.get("class_name").and_then(Json::as_str) {
            Some("TFOpLambda" | "SlicingOpLambda") => operation(&object),
            _ => Json::Object(object.into_iter().map(|(key, value)| (key, as_operations(value))).collect()),
        },
        other => other,
    }
}

/// A function as an operation; one without a record has the class that it is called by.
fn operation(layer: &Map<String, Json>) -> Json {
    let config = layer.get("config").unwrap_or(&Json::Null);
    let name = config["function"].as_str().unwrap_or_default();
    let module = "keras.src.ops";
    let Some(row) = FUNCTIONS.iter().find(|row| row.names.contains(&name)) else {
        return json!({"module": module, "class_name": format!("tf.{name}"), "config": {"name": config["name"]}});
    };
    let mut attributes = Map::new();
    attributes.insert("name".to_owned(), config["name"].clone());
    for (attribute, default) in row.defaults {
        attributes.insert((*attribute).to_owned(), serde_json::from_str(default).unwrap_or(Json::Null));
    }
    let nodes = layer.get("inbound_nodes").and_then(Json::as_array);
    let nodes: Vec<Json> = nodes.into_iter().flatten().map(|node| call(row, node, &mut attributes)).collect();
    json!({"module": module, "class_name": row.class, "config": attributes, "name": config["name"], "inbound_nodes": nodes})
}

/// A call of a function as one of an operation, whose attributes are those arguments that it does not take.
fn call(row: &Function, node: &Json, attributes: &mut Map<String, Json>) -> Json {
    let single = node.get(0).is_some_and(Json::is_string);
    let rows: Vec<&Json> = if single { vec![node] } else { node.as_array().into_iter().flatten().collect() };
    // A constant stands where the name of a layer does.
    let argument = |row: &&Json| match row[0].as_str() {
        Some("_CONSTANT_VALUE") => row[2].clone(),
        _ => json!([row[0], row[1], row[2]]),
    };
    let first = if single { rows.first().map(argument) } else { Some(rows.iter().map(argument).collect()) };
    let record = layers::find(row.class, true);
    let takes = |name: &str| {
        record.is_some_and(|record| {
            record.inputs.contains(&name) || record.arguments.iter().any(|(known, _)| *known == name)
        })
    };
    let mut named = Map::new();
    if let (Some(first), Some((_, own))) = (first, row.arguments.first()) {
        named.insert((*own).to_owned(), first);
    }
    let further = rows.iter().filter_map(|row| row.get(3)?.as_object()).flatten();
    for (name, value) in further.filter(|(name, _)| *name != "name") {
        let own = row.arguments.iter().find(|(known, _)| known == name).map(|(_, own)| *own);
        let neutral = value.is_null() || *value == Json::Bool(false) || value.as_f64() == Some(0.0);
        match own {
            Some(own) if takes(own) => {
                named.insert(own.to_owned(), slices(value));
            }
            Some(_) if value.is_null() => {}
            Some(own) => {
                attributes.insert(own.to_owned(), value.clone());
            }
            None if neutral => {}
            None => {
                attributes.insert(name.clone(), value.clone());
            }
        }
    }
    json!({"args": [], "kwargs": named, "early": true})
}

/// A key with its slices as Keras 3 writes them.
fn slices(value: &Json) -> Json {
    match value {
        Json::Array(items) => Json::Array(items.iter().map(slices).collect()),
        Json::Object(object) if object.contains_key("step") => json!({"class_name": "__slice__", "config": value}),
        other => other.clone(),
    }
}

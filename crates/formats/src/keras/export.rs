//! The arrays of a net as weights of a model of Keras: `model.load_weights("net.h5")`.
//!
//! Files with this extension hold a group for each layer that has weights, in the order of the layers; Keras takes them in its own order or by
//! their names. A part of the net at its first level is a layer of the model, and so is the whole net if it is a single layer. What the arrays of a
//! layer are in Keras is a record of texts ([`WRITTEN`]), in which they stand by their names with a small letter first: the inverse of
//! what [`super::layers`] says.
//!
//! <https://keras.io/guides/serialization_and_saving/>

use hdf5_pure::{AttrValue, FileBuilder};
use netform_eval::{Flow, Session};
use netform_expr::pattern::Bindings;
use netform_expr::{Expr, Sym, substitute};

use crate::arrays;
use crate::fault::Faults;
use crate::onto::{property, text_of};
use crate::texts::Texts;
use crate::{Destination, FormatError};

/// What a layer of a net is in Keras.
struct Written {
    layer: &'static str,
    /// Arrays that it may not have, which are `None` then.
    optional: &'static [&'static str],
    /// Names in Keras, and texts of their values; what is `None` is left out.
    trained: &'static [(&'static str, &'static str)],
    statistics: &'static [(&'static str, &'static str)],
}

const WRITTEN: &[Written] = &[
    Written {
        layer: "LinearLayer",
        optional: &["biases"],
        trained: &[
            (
                "kernel",
                "If[ArrayDepth[weights] == 2, Transpose[weights], refused[\"its output or input is no vector\"]]",
            ),
            ("bias", "biases"),
        ],
        statistics: &[],
    },
    Written {
        layer: "ConvolutionLayer",
        optional: &["biases"],
        trained: &[("kernel", "kernels"), ("bias", "biases")],
        statistics: &[],
    },
    Written {
        layer: "DeconvolutionLayer",
        optional: &["biases"],
        trained: &[("kernel", "kernels"), ("bias", "biases")],
        statistics: &[],
    },
    Written {
        layer: "BatchNormalizationLayer",
        optional: &["scaling", "biases"],
        trained: &[("gamma", "scaling"), ("beta", "biases")],
        statistics: &[("moving_mean", "movingMean"), ("moving_variance", "movingVariance")],
    },
    Written {
        layer: "NormalizationLayer",
        optional: &["scaling", "biases"],
        trained: &[("gamma", "scaling"), ("beta", "biases")],
        statistics: &[],
    },
    Written { layer: "EmbeddingLayer", optional: &[], trained: &[("embeddings", "weights")], statistics: &[] },
    Written { layer: "ParametricRampLayer", optional: &[], trained: &[("alpha", "slope")], statistics: &[] },
    Written {
        layer: "BasicRecurrentLayer",
        optional: &["biases"],
        trained: &[
            ("kernel", "Transpose[inputWeights]"),
            ("recurrent_kernel", "Transpose[stateWeights]"),
            ("bias", "biases"),
        ],
        statistics: &[],
    },
    Written {
        layer: "GatedRecurrentUnitLayer",
        optional: &["inputGateBiases", "memoryGateStateBiases"],
        trained: &[
            ("kernel", "below[{inputGateInputWeights, resetGateInputWeights, memoryGateInputWeights}]"),
            ("recurrent_kernel", "below[{inputGateStateWeights, resetGateStateWeights, memoryGateStateWeights}]"),
            // The state has biases of its own where it is reset after its product.
            (
                "bias",
                "Which[inputGateBiases === None, None, memoryGateStateBiases === None, \
                 Join[inputGateBiases, resetGateBiases, memoryGateBiases], \
                 True, {Join[inputGateBiases, resetGateBiases, memoryGateBiases], Join[0. inputGateBiases, 0. resetGateBiases, memoryGateStateBiases]}]",
            ),
        ],
        statistics: &[],
    },
    Written {
        layer: "LongShortTermMemoryLayer",
        optional: &["inputGateBiases"],
        trained: &[
            (
                "kernel",
                "below[{inputGateInputWeights, forgetGateInputWeights, memoryGateInputWeights, outputGateInputWeights}]",
            ),
            (
                "recurrent_kernel",
                "below[{inputGateStateWeights, forgetGateStateWeights, memoryGateStateWeights, outputGateStateWeights}]",
            ),
            (
                "bias",
                "If[inputGateBiases === None, None, Join[inputGateBiases, forgetGateBiases, memoryGateBiases, outputGateBiases]]",
            ),
        ],
        statistics: &[],
    },
];

const TEXTS: Texts = Texts {
    context: "KerasWeights`",
    helpers: &[&[
        // Matrices of gates, as columns one beside the other.
        ("below", "Function[{matrices}, Transpose[Apply[Join, matrices]]]"),
        // Channels come last.
        ("kernels", "With[{n = ArrayDepth[weights] - 2}, Transpose[weights, Join[{n + 2, n + 1}, Range[n]]]]"),
    ]],
    capitals: &[],
};

/// The names of layers whose weights are written.
fn known() -> String {
    WRITTEN.iter().map(|written| written.layer).collect::<Vec<_>>().join(", ")
}

/// The weights of a layer of the model.
struct Group {
    name: String,
    trained: Vec<(String, Expr)>,
    statistics: Vec<(String, Expr)>,
}

pub(super) fn write(
    session: &mut Session,
    destination: &Destination<'_>,
) -> Result<Result<Vec<u8>, FormatError>, Flow> {
    if destination.path.ends_with(".weights.h5") {
        let text = "Keras expects another layout in files whose names end with .weights.h5; choose a name that ends with .h5 alone, which load_weights takes too";
        return Ok(Err(FormatError::Value(text.to_owned())));
    }
    let Some(arrays) = property(session, destination.value, "Arrays")? else {
        return Ok(Err(FormatError::Value("only the arrays of nets are written".to_owned())));
    };
    Ok(groups(session, destination.value, &arrays)?.and_then(|groups| file(&groups)))
}

/// The layers of the model with their weights.
fn groups(session: &mut Session, net: &Expr, arrays: &[(Expr, Expr)]) -> Result<Result<Vec<Group>, FormatError>, Flow> {
    let mut faults = Faults::default();
    let mut groups: Vec<Group> = Vec::new();
    let mut rest = arrays;
    while let Some((path, _)) = rest.first() {
        session.tick()?;
        let place = layer_of(path);
        let count = rest.iter().take_while(|(path, _)| layer_of(path) == place).count();
        let (own, more) = rest.split_at(count);
        rest = more;
        let name = place.first().map_or_else(|| "layer".to_owned(), |key| text_of(key).unwrap_or_default());
        let text = text_of(&Expr::list(place.iter().cloned())).unwrap_or_default();
        let weights = match weights(session, net, &place, own)? {
            Ok(weights) => weights,
            Err(why) => {
                faults.add(if text.is_empty() { why } else { format!("{text}: {why}") });
                continue;
            }
        };
        if groups.last().is_none_or(|group| group.name != name) {
            groups.push(Group { name, trained: Vec::new(), statistics: Vec::new() });
        }
        let Some(group) = groups.last_mut() else { continue };
        // Several layers of the net may be one of the model.
        let prefix = text.split_once('.').map_or(String::new(), |(_, rest)| format!("{rest}."));
        let named = |list: Vec<(&'static str, Expr)>| {
            list.into_iter().map(|(name, array)| (format!("{prefix}{name}"), array)).collect::<Vec<_>>()
        };
        group.trained.extend(named(weights[0].clone()));
        group.statistics.extend(named(weights[1].clone()));
    }
    Ok(if faults.is_empty() { Ok(groups) } else { Err(faults.error()) })
}

/// Where the layer of an array is.
fn layer_of(path: &Expr) -> Vec<Expr> {
    let keys = path.args();
    keys[..keys.len().saturating_sub(1)].to_vec()
}

type Weights = Vec<(&'static str, Expr)>;

/// The weights of a layer: those that are trained, and statistics; or why there are none.
fn weights(
    session: &mut Session,
    net: &Expr,
    place: &[Expr],
    own: &[(Expr, Expr)],
) -> Result<Result<[Weights; 2], String>, Flow> {
    let layer = match place {
        [] => net.clone(),
        _ => session.evaluate_call(Sym::NetExtract, [net.clone(), Expr::list(place.iter().cloned())])?,
    };
    let head = layer.head().as_symbol().map(|head| head.name().to_owned()).unwrap_or_default();
    let Some(written) = WRITTEN.iter().find(|written| written.layer == head) else {
        return Ok(Err(format!("the arrays of a {head} have no form in Keras here; those of {} have", known())));
    };
    if own.iter().any(|(_, array)| array.is(Sym::Automatic)) {
        return Ok(Err("it has arrays without values; NetInitialize gives them some".to_owned()));
    }
    let symbol = |name: &str| {
        let mut letters = name.chars();
        let first = letters.next().map(|first| first.to_ascii_lowercase());
        TEXTS.symbol(&first.into_iter().chain(letters).collect::<String>())
    };
    let mut bound: Vec<(Expr, Expr)> = Vec::new();
    for (path, array) in own {
        let name = path.args().last().and_then(|name| name.as_str().map(symbol));
        bound.extend(name.map(|name| (name, array.clone())));
    }
    for name in written.optional {
        let symbol = TEXTS.symbol(name);
        if bound.iter().all(|(known, _)| *known != symbol) {
            bound.push((symbol, Sym::None.into()));
        }
    }
    let bindings = Bindings::from_iter(bound);
    let mut found = [Weights::new(), Weights::new()];
    for (list, texts) in found.iter_mut().zip([written.trained, written.statistics]) {
        for (name, text) in texts {
            let definition = substitute(&TEXTS.parse(session, &|_| false, text), &bindings);
            let (value, messages) = session.catch_messages(|session| session.evaluate(&definition));
            let value = value?;
            if let Some(why) = TEXTS.refusal(&value).or_else(|| messages.into_iter().next().map(|found| found.text)) {
                return Ok(Err(why));
            }
            if !value.is(Sym::None) {
                list.push((name, value));
            }
        }
    }
    Ok(Ok(found))
}

/// The largest list of names that an attribute holds.
const MOST_NAMES: usize = 64_000;

fn file(groups: &[Group]) -> Result<Vec<u8>, FormatError> {
    let texts = |names: Vec<String>| {
        let bytes: usize = names.iter().map(|name| name.len() + 1).sum();
        let longest = names.iter().map(String::len).max().unwrap_or(0);
        match bytes.max(names.len() * longest) {
            0..=MOST_NAMES => Ok(AttrValue::StringArray(names)),
            bytes => {
                Err(FormatError::Value(format!("the names of its layers take {bytes} bytes; {MOST_NAMES} are allowed")))
            }
        }
    };
    let failed = |error: &dyn std::fmt::Display| FormatError::Value(format!("HDF5: {error}"));
    let mut names: Vec<String> = Vec::with_capacity(groups.len());
    let mut builder = FileBuilder::new();
    for group in groups {
        let numbered = (2..).map(|number| format!("{}_{number}", group.name));
        let free = std::iter::once(group.name.clone()).chain(numbered).find(|name| !names.contains(name));
        let name = free.unwrap_or_default().replace('/', "_");
        let mut written = builder.create_group(&name);
        let weights = group.trained.iter().chain(&group.statistics);
        let own: Vec<String> = weights.clone().map(|(name, _)| name.replace('/', "_")).collect();
        for ((_, array), name) in weights.zip(&own) {
            let (_, shape, _) = arrays::write(array)?;
            let mut numbers = Vec::new();
            arrays::machine_numbers(array, &mut numbers);
            let shape: Vec<u64> = shape.into_iter().map(|size| size as u64).collect();
            let single: Vec<f32> = numbers.iter().map(|number| *number as f32).collect();
            // Numbers that were of single precision stay so.
            let is_single = single.iter().zip(&numbers).all(|(single, number)| f64::from(*single) == *number);
            let dataset = written.create_dataset(name);
            if is_single { dataset.with_f32_data(&single) } else { dataset.with_f64_data(&numbers) }.with_shape(&shape);
        }
        written.set_attr("weight_names", texts(own)?);
        builder.add_group(written.finish());
        names.push(name);
    }
    builder.set_attr("layer_names", texts(names)?);
    builder.finish().map_err(|error| failed(&error))
}

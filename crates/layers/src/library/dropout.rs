//! `DropoutLayer`: random zeros in training.

use crate::record::is;
use crate::{Equation, Layer, Parameter, ParameterType, Sample, Training};

pub(super) const DROPOUT: Layer = Layer {
    name: "DropoutLayer",
    usage: "DropoutLayer[p] sets each element of an array to zero with probability p while a net is trained, and divides \
            the others by 1 - p; DropoutLayer[] has p = 0.5. Method -> \"AlphaDropout\" keeps mean and variance of \
            arrays that come from \"SELU\". A net that is not being trained passes the array on as it is.",
    source: "Srivastava et al., Dropout, 2014; Klambauer et al., Self-normalizing neural networks, 2017",
    arguments: &[Parameter { name: "probability", kind: ParameterType::Real, default: Some("0.5") }],
    options: &[Parameter {
        name: "Method",
        kind: ParameterType::Choice(&["\"Dropout\"", "\"AlphaDropout\""]),
        default: Some("\"Dropout\""),
    }],
    requirements: &[("0 <= probability < 1", "the probability must be at least 0 and less than 1")],
    definition: &[is("Output", "Input")],
    training: Some(Training { equations: TRAINING, whole_batch: false }),
    examples: &[("DropoutLayer[0.1][{x, 2}]", "{x, 2}")],
    samples: &[Sample::of("DropoutLayer[p, \"Input\" -> in, Method -> method]").sizes(&["n"]).counts(&["m"]).choices(
        &[
            ("method", &["\"Dropout\"", "\"AlphaDropout\""]),
            ("p", &["0", "1/2", "0.3"]),
            ("in", &["{}", "m", "{n, m}"]),
        ],
    )],
    ..Layer::NEW
};

/// Elements are kept with probability q = 1 - p. With "AlphaDropout" those that are not become the
/// least value a of SELU, and a linear map brings mean and variance back to 0 and 1.
const TRAINING: &[Equation] = &[
    is("mask", "ArrayRandom[BernoulliDistribution[1 - probability], TensorDimensions[Input], \"Mask\"]"),
    is(
        "Output",
        "If[Method === \"Dropout\", Input mask/(1 - probability),
            With[{a = -1.7580993408473768599}, With[{scale = 1/Sqrt[(1 - probability) (1 + probability a^2)]},
                scale (Input mask + a (1 - mask)) - scale probability a]]]",
    ),
];

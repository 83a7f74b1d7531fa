//! `DropoutLayer`: random zeros in training.

use crate::record::is;
use crate::{Layer, Parameter, ParameterType, Sample};

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

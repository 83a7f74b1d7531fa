//! `DropoutLayer`: random zeros in training.

use crate::record::is;
use crate::requirement::requires;
use crate::{Equation, Layer, Parameter, ParameterType, Port, PortKind, Sample, Several, Training};

pub(super) const DROPOUT: Layer = Layer {
    name: "DropoutLayer",
    usage: "DropoutLayer[p] sets each element of an array to zero with probability p while a net is trained, and divides \
            the others by 1 - p; DropoutLayer[] has p = 0.5. Method -> \"AlphaDropout\" keeps mean and variance of \
            arrays that come from \"SELU\". A net that is not being trained passes the array on as it is. \
            \"OutputPorts\" -> \"BinaryMask\" gives the mask of ones, for elements that are kept, and zeros; a list of \
            \"Output\" and \"BinaryMask\" both. NetEvaluationMode -> \"Train\" with symbols as data gives symbols for the mask.",
    source: "Srivastava et al., Dropout, 2014; Klambauer et al., Self-normalizing neural networks, 2017",
    arguments: &[Parameter { name: "probability", kind: ParameterType::Real, default: Some("0.5") }],
    keys: &[("probability", "DropoutProbability")],
    options: &[
        Parameter {
            name: "Method",
            kind: ParameterType::Choice(&["\"Dropout\"", "\"AlphaDropout\""]),
            default: Some("\"Dropout\""),
        },
        Parameter {
            name: "OutputPorts",
            kind: ParameterType::Matching {
                form: "\"Output\" | \"BinaryMask\" | {(\"Output\" | \"BinaryMask\") ..}",
                expected: "\"Output\", \"BinaryMask\" or a list of them",
            },
            default: Some("\"Output\""),
        },
    ],
    outputs: &[Port {
        name: "Outputs",
        shape: "{in___}",
        kind: PortKind::Several(Several {
            names: "DeleteDuplicates[Flatten[{OutputPorts}]]",
            base: "Output",
            own: "",
            states: false,
        }),
        tex: "y",
    }],
    requirements: &[requires(
        "0 <= probability < 1",
        "the probability must be at least 0 and less than 1, but is `probability`",
        "Give a number such as 0.1",
    )],
    definition: &[is("mask", "ConstantArray[1, TensorDimensions[Input]]"), is("kept", "Input"), OUTPUTS],
    training: Some(Training { equations: TRAINING, updates: &[], whole_batch: false }),
    examples: &[("DropoutLayer[0.1][{x, 2}]", "{x, 2}")],
    samples: &[
        Sample::of("DropoutLayer[p, \"Input\" -> in, Method -> method]").sizes(&["n"]).counts(&["m"]).choices(&[
            ("method", &["\"Dropout\"", "\"AlphaDropout\""]),
            ("p", &["0", "1/2", "0.3"]),
            ("in", &["{}", "m", "{n, m}"]),
        ]),
        Sample::of("DropoutLayer[1/3, \"Input\" -> {n, m}, \"OutputPorts\" -> ports]")
            .sizes(&["n"])
            .counts(&["m"])
            .choices(&[("ports", &["\"BinaryMask\"", "{\"Output\", \"BinaryMask\"}", "\"Output\""])]),
    ],
    ..Layer::NEW
};

const OUTPUTS: Equation =
    is("Outputs", "Map[If[# === \"Output\", kept, mask] &, DeleteDuplicates[Flatten[{OutputPorts}]]]");

/// Elements are kept with probability q = 1 - p. With "AlphaDropout" those that are not become the
/// least value a of SELU, and a linear map brings mean and variance back to 0 and 1.
const TRAINING: &[Equation] = &[
    is("mask", "ArrayRandom[BernoulliDistribution[1 - probability], TensorDimensions[Input], \"Mask\"]"),
    is(
        "kept",
        "If[Method === \"Dropout\", Input mask/(1 - probability),
            With[{a = SetPrecision[-17580993408473768599/10^19, Precision[probability]]}, With[{scale = 1/Sqrt[(1 - probability) (1 + probability a^2)]},
                scale (Input mask + a (1 - mask)) - scale probability a]]]",
    ),
    OUTPUTS,
];

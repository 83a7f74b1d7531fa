//! `SoftmaxLayer`: exponentials that sum to 1 along levels.

use crate::record::is;
use crate::requirement::{NAME_LEVELS, requires};
use crate::{Layer, Parameter, ParameterType, Relation, Sample};

pub(super) const SOFTMAX: Layer = Layer {
    name: "SoftmaxLayer",
    usage: "SoftmaxLayer[] gives Exp[x]/Total[Exp[x]] along the last level of an array; \
            SoftmaxLayer[level] along another level.",
    source: "y_i = exp(x_i)/sum_j exp(x_j)",
    arguments: &[Parameter { name: "level", kind: ParameterType::Levels, default: Some("-1") }],
    relations: &[Relation { variable: "along", value: "Flatten[{Range[Length[in]][[level]]}]" }],
    requirements: &[requires(
        "VectorQ[along, IntegerQ]",
        "an array of rank `Length[in]` has no level `level`",
        NAME_LEVELS,
    )],
    definition: &[is("Output", "ArraySoftmax[Input, along]")],
    examples: &[("SoftmaxLayer[][{x, y}]", "{E^x/(E^x + E^y), E^y/(E^x + E^y)}")],
    samples: &[
        Sample::of("SoftmaxLayer[\"Input\" -> n]").counts(&["n"]),
        Sample::of("SoftmaxLayer[level, \"Input\" -> {n, m}]")
            .sizes(&["n", "m"])
            .choices(&[("level", &["1", "2", "-1", "{1, 2}", "All"])]),
        Sample::of("SoftmaxLayer[level, \"Input\" -> {n, m, k}]")
            .sizes(&["n", "m"])
            .counts(&["k"])
            .choices(&[("level", &["2", "{1, 3}", "-3", "2 ;; 3"])]),
    ],
    ..Layer::NEW
};

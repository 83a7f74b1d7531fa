//! `ParametricRampLayer`: a ramp with a learned slope on the negative side.

use crate::record::is;
use crate::requirement::{NAME_LEVELS, requires};
use crate::{Absent, ArrayRecord, Initial, Layer, Parameter, ParameterType, Relation, Sample};

pub(super) const PARAMETRIC_RAMP: Layer = Layer {
    name: "ParametricRampLayer",
    usage: "ParametricRampLayer[] is a leaky ReLU with a learned slope for each element of the first level: x where x is \
            positive, and its slope times x elsewhere. ParametricRampLayer[{n1, n2, ...}] has a slope for each element of \
            these levels together, ParametricRampLayer[None] a single one.",
    source: "He et al., Delving deep into rectifiers, 2015, eq. 1",
    arguments: &[Parameter { name: "levels", kind: ParameterType::Levels, default: Some("1") }],
    arrays: &[ArrayRecord {
        name: "Slope",
        shape: "{learned___}",
        initial: Initial::Constant(0.1),
        absent: Some(Absent::Zeros),
        tex: "a",
    }],
    relations: &[
        Relation { variable: "sloped", value: "If[levels === None, {}, Sort[Flatten[{Range[Length[in]][[levels]]}]]]" },
        Relation { variable: "learned", value: "in[[sloped]]" },
    ],
    requirements: &[requires(
        "VectorQ[sloped, IntegerQ]",
        "an array of rank `Length[in]` has no levels `levels`",
        NAME_LEVELS,
    )],
    definition: &[is("Output", "ArrayThread[Piecewise[{{#1, #1 > 0}}, #2 #1] &, {Input, Slope}, {All, sloped}]")],
    examples: &[
        ("ParametricRampLayer[\"Slope\" -> {1/2, a}][{-3, -2}]", "{-3/2, -2 a}"),
        ("ParametricRampLayer[None, \"Slope\" -> a][{x, 1}]", "{Piecewise[{{x, x > 0}}, a x], 1}"),
    ],
    samples: &[
        Sample::of("ParametricRampLayer[\"Input\" -> in]")
            .sizes(&["n"])
            .counts(&["m"])
            .choices(&[("in", &["n", "{n, m}"])]),
        Sample::of("ParametricRampLayer[levels, \"Input\" -> {n, m, k}]")
            .sizes(&["n", "m"])
            .counts(&["k"])
            .choices(&[("levels", &["None", "2", "{1, 3}", "All", "-1", "2 ;; 3"])]),
        Sample::of("ParametricRampLayer[\"Input\" -> n, \"Slope\" -> None]").counts(&["n"]),
    ],
    ..Layer::NEW
};

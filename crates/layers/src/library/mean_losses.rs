//! `MeanSquaredLossLayer`, `MeanAbsoluteLossLayer` and `HuberLossLayer`: losses by the difference to a target.

use super::loss::{HAS_ELEMENTS, INPUT, LOSS, REDUCED, REDUCTION, REDUCTIONS, SHAPE, TARGET};
use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Sample};

pub(super) const MEAN_SQUARED: Layer = Layer {
    name: "MeanSquaredLossLayer",
    usage: "MeanSquaredLossLayer[] gives the mean of (x - t)^2 over all elements x of the port \"Input\" and t of the port \
            \"Target\". \"Reduction\" -> Total gives their total, None all of them.",
    source: "L = 1/n sum (x_i - t_i)^2",
    options: &[REDUCTION],
    inputs: &[INPUT, TARGET],
    outputs: &[LOSS],
    relations: &[SHAPE],
    requirements: &[HAS_ELEMENTS],
    definition: &[is("terms", "(Input - Target)^2"), is("Loss", REDUCED)],
    examples: &[(
        "MeanSquaredLossLayer[][<|\"Input\" -> {a, b}, \"Target\" -> {c, 1}|>]",
        "((-1 + b)^2 + (a - c)^2)/2",
    )],
    samples: &[Sample::of("MeanSquaredLossLayer[\"Input\" -> in, \"Reduction\" -> reduction]")
        .sizes(&["n", "m"])
        .choices(&[("in", &["{}", "n", "{n, m}"]), ("reduction", REDUCTIONS)])],
    ..Layer::NEW
};

pub(super) const MEAN_ABSOLUTE: Layer = Layer {
    name: "MeanAbsoluteLossLayer",
    usage: "MeanAbsoluteLossLayer[] gives the mean of Abs[x - t] over all elements x of the port \"Input\" and t of the \
            port \"Target\". \"Reduction\" -> Total gives their total, None all of them.",
    source: "L = 1/n sum |x_i - t_i|",
    options: &[REDUCTION],
    inputs: &[INPUT, TARGET],
    outputs: &[LOSS],
    relations: &[SHAPE],
    requirements: &[HAS_ELEMENTS],
    definition: &[is("terms", "Abs[Input - Target]"), is("Loss", REDUCED)],
    examples: &[(
        "MeanAbsoluteLossLayer[][<|\"Input\" -> {a, b}, \"Target\" -> {c, 1}|>]",
        "(Abs[-1 + b] + Abs[a - c])/2",
    )],
    samples: &[Sample::of("MeanAbsoluteLossLayer[\"Input\" -> in, \"Reduction\" -> reduction]")
        .sizes(&["n", "m"])
        .choices(&[("in", &["{}", "n", "{n, m}"]), ("reduction", REDUCTIONS)])],
    ..Layer::NEW
};

pub(super) const HUBER: Layer = Layer {
    name: "HuberLossLayer",
    usage: "HuberLossLayer[d] gives the mean over all elements of (x - t)^2/2 where Abs[x - t] is at most d, and of \
            d (Abs[x - t] - d/2) elsewhere, for x of the port \"Input\" and t of the port \"Target\". HuberLossLayer[] has d \
            = 1. \"Reduction\" -> Total gives the total, None all elements.",
    source: "Huber, Robust estimation of a location parameter, 1964",
    arguments: &[Parameter { name: "delta", kind: ParameterType::Real, default: Some("1") }],
    options: &[REDUCTION],
    inputs: &[INPUT, TARGET],
    outputs: &[LOSS],
    relations: &[SHAPE],
    requirements: &[
        HAS_ELEMENTS,
        requires("delta > 0", "the bound must be positive, but is `delta`", "Give a number such as 1"),
    ],
    definition: &[
        is(
            "terms",
            "ArrayThread[Piecewise[{{(#1 - #2)^2/2, Abs[#1 - #2] <= delta}}, delta (Abs[#1 - #2] - delta/2)] &, \
             {Input, Target}]",
        ),
        is("Loss", REDUCED),
    ],
    examples: &[("HuberLossLayer[2][<|\"Input\" -> {1, 5}, \"Target\" -> {0, 0}|>]", "17/4")],
    samples: &[Sample::of("HuberLossLayer[d, \"Input\" -> in, \"Reduction\" -> reduction]")
        .sizes(&["n", "m"])
        .choices(&[("in", &["{}", "n", "{n, m}"]), ("reduction", REDUCTIONS), ("d", &["1", "1/2", "0.7"])])],
    ..Layer::NEW
};

//! `ContrastiveLossLayer`: a distance that should be small, or large.

use super::loss::{HAS_ELEMENTS, INPUT, LOSS, REDUCED, REDUCTION, REDUCTIONS, SHAPE, TARGET};
use crate::record::is;
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Sample};

pub(super) const CONTRASTIVE: Layer = Layer {
    name: "ContrastiveLossLayer",
    usage: "ContrastiveLossLayer[m] gives for a distance d at the port \"Input\" d itself if the port \"Target\" is False, and \
            Max[0, m - d] if it is True: a loss for pairs that are alike, or different and to be kept the margin m apart. \
            ContrastiveLossLayer[] has m = 0.5. Arrays of distances give the mean; \"Reduction\" -> Total gives the \
            total, None all of them.",
    source: "Hadsell, Chopra and LeCun, Dimensionality reduction by learning an invariant mapping, 2006",
    arguments: &[Parameter { name: "margin", kind: ParameterType::Real, default: Some("0.5") }],
    options: &[REDUCTION],
    inputs: &[INPUT, Port { kind: PortKind::Truth, ..TARGET }],
    outputs: &[LOSS],
    relations: &[SHAPE],
    requirements: &[HAS_ELEMENTS],
    definition: &[
        is("terms", "ArrayThread[Piecewise[{{Max[0, margin - #1], #2}}, #1] &, {Input, Target}]"),
        is("Loss", REDUCED),
    ],
    examples: &[
        ("ContrastiveLossLayer[2][<|\"Input\" -> d, \"Target\" -> False|>]", "d"),
        ("ContrastiveLossLayer[2][<|\"Input\" -> {1/2, d}, \"Target\" -> {True, True}|>]", "(3/2 + Max[0, 2 - d])/2"),
    ],
    samples: &[Sample::of("ContrastiveLossLayer[m, \"Input\" -> in, \"Reduction\" -> reduction]")
        .sizes(&["n", "k"])
        .choices(&[("in", &["{}", "n", "{n, k}"]), ("reduction", REDUCTIONS), ("m", &["1", "1/2", "0.5"])])],
    ..Layer::NEW
};

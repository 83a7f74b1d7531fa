//! `ImageAugmentationLayer`: parts of images, in training random ones.

use crate::record::is;
use crate::requirement::requires;
use crate::{Equation, Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample, Training};

pub(super) const IMAGE_AUGMENTATION: Layer = Layer {
    name: "ImageAugmentationLayer",
    usage: "ImageAugmentationLayer[{h, w}] cuts the part of height h and width w out of the middle of an image with dimensions \
            {channels, height, width}. While a net is trained, it cuts out a part anywhere in the image; \
            \"ReflectionProbabilities\" -> {p, q} then turns it upside down with probability p, and left to right with probability q.",
    source: "y_(c, i, j) = x_(c, i + a, j + b); in training a and b are random, and i may be h + 1 - i, j may be w + 1 - j",
    arguments: &[Parameter { name: "size", kind: ParameterType::Sizes, default: None }],
    keys: &[("size", "OutputSize")],
    options: &[Parameter {
        name: "ReflectionProbabilities",
        kind: ParameterType::Matching {
            form: "{_?(0 <= # <= 1 &), _?(0 <= # <= 1 &)}",
            expected: "a pair of numbers from 0 to 1",
        },
        default: Some("{0, 0}"),
    }],
    inputs: &[Port { shape: "{channels, height, width}", ..Port::INPUT }],
    outputs: &[Port { name: "Output", shape: "{channels, h, w}", kind: PortKind::Data, tex: "y" }],
    relations: &[
        Relation { variable: "h", value: "If[ListQ[size] && Length[size] == 2, size[[1]], Automatic]" },
        Relation { variable: "w", value: "If[ListQ[size] && Length[size] == 2, size[[2]], Automatic]" },
        Relation { variable: "spare", value: "{height - h, width - w}" },
    ],
    requirements: &[
        requires(
            "ListQ[size] && Length[size] == 2",
            "a height and a width are expected, but `size` was given",
            "Give {height, width}",
        ),
        requires(
            "And @@ Map[!NumberQ[#] || # >= 0 &, spare]",
            "an image of `{height, width}` has no part of `{h, w}`",
            "Give a smaller size to ImageAugmentationLayer, or larger images",
        ),
    ],
    definition: &[
        is("before", "Floor[spare/2]"),
        is("Output", "ArrayPad[Input, Prepend[MapThread[{-#1, #1 - #2} &, {before, spare}], {0, 0}]]"),
    ],
    training: Some(Training { equations: TRAINING, whole_batch: false, updates: &[] }),
    examples: &[
        ("ImageAugmentationLayer[{1, 2}][{{{a, b, c, d}, {e, f, g, h}, {i, j, k, l}}}]", "{{{f, g}}}"),
        (
            "ImageAugmentationLayer[{1, 2}, \"ReflectionProbabilities\" -> {0, 1}][{{{1., 2.}}}, NetEvaluationMode -> \"Train\"]",
            "{{{2., 1.}}}",
        ),
    ],
    samples: &[Sample::of(
        "ImageAugmentationLayer[{n, m}, \"Input\" -> {c, n + i, m + j}, \"ReflectionProbabilities\" -> p]",
    )
    .sizes(&["n", "m", "c"])
    .counts(&["i", "j"])
    .choices(&[("p", &["{0, 0}", "{1, 0}", "{1/3, 0.5}"])])],
    ..Layer::NEW
};

/// The rows and columns that remain, in the order in which they stand in the result.
const TRAINING: &[Equation] = &[
    is("place", "ArrayRandom[UniformDistribution[{0, 1}], {2}, \"Place\"]"),
    is("before", "MapThread[Min[Floor[#1 (#2 + 1)], #2] &, {place, spare}]"),
    is("upright", "1 - ArrayRandom[BernoulliDistribution[ReflectionProbabilities[[1]]], {}, \"Rows\"]"),
    is("forward", "1 - ArrayRandom[BernoulliDistribution[ReflectionProbabilities[[2]]], {}, \"Columns\"]"),
    is("rows", "before[[1]] + Range[h] (2 upright - 1) + (1 - upright) (h + 1)"),
    is("columns", "before[[2]] + Range[w] (2 forward - 1) + (1 - forward) (w + 1)"),
    is("Output", "ArrayGather[ArrayGather[Input, rows, 2], columns, 3]"),
];

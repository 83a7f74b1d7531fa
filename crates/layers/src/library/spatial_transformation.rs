//! `SpatialTransformationLayer`: an affine transformation of an image, whose parameters are data.

use crate::record::{is, named};
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample};

pub(super) const SPATIAL_TRANSFORMATION: Layer = Layer {
    name: "SpatialTransformationLayer",
    usage: "SpatialTransformationLayer[{h, w}] takes an array of dimensions {c, h0, w0} at the port \"Input\" and six \
            numbers at the port \"Parameters\", and gives an array of dimensions {c, h, w}: the image at the places {p1 x \
            + p2 y + p3, p4 x + p5 y + p6}, where x and y go from -1 to 1 across the output, and the corners of the \
            input lie at -1 and 1. Between elements it is interpolated bilinearly, outside it is 0.",
    source: "Jaderberg et al., Spatial transformer networks, 2015, eqs. 1 and 5",
    arguments: &[Parameter { name: "size", kind: ParameterType::Sizes, default: None }],
    keys: &[("size", "OutputSize")],
    inputs: &[
        Port { name: "Input", shape: "{channels, height, width}", kind: PortKind::Data, tex: "x" },
        Port { name: "Parameters", shape: "{6}", kind: PortKind::Data, tex: "θ" },
    ],
    outputs: &[Port { name: "Output", shape: "{channels, sizes__}", kind: PortKind::Data, tex: "y" }],
    relations: &[Relation { variable: "sizes", value: "If[ListQ[size], size, {size, size}]" }],
    requirements: &[
        requires(
            "Length[sizes] == 2",
            "a height and a width are expected, but `size` was given",
            "Give {height, width}",
        ),
        requires(
            "Min[height, width] > 0",
            "the input must have elements, but a level has size 0",
            "Give an input whose levels have at least one element",
        ),
    ],
    definition: &[
        named("vertical", "(2 Range[First[sizes]] - First[sizes] - 1)/Max[First[sizes] - 1, 1]", "η"),
        named("horizontal", "(2 Range[Last[sizes]] - Last[sizes] - 1)/Max[Last[sizes] - 1, 1]", "ξ"),
        named(
            "rows",
            "ArrayThread[(#3 #2 + #4 #1 + #5 + 1) (height - 1)/2 + 1 &, \
             {vertical, horizontal, Parameters[[4]], Parameters[[5]], Parameters[[6]]}, {{1}, {2}, {}, {}, {}}]",
            "r",
        ),
        named(
            "columns",
            "ArrayThread[(#3 #2 + #4 #1 + #5 + 1) (width - 1)/2 + 1 &, \
             {vertical, horizontal, Parameters[[1]], Parameters[[2]], Parameters[[3]]}, {{1}, {2}, {}, {}, {}}]",
            "q",
        ),
        named("rowShares", "ArrayThread[Max[0, 1 - Abs[#1 - #2]] &, {rows, Range[height]}, {{1, 2}, {3}}]", "R"),
        named("columnShares", "ArrayThread[Max[0, 1 - Abs[#1 - #2]] &, {columns, Range[width]}, {{1, 2}, {3}}]", "C"),
        is(
            "Output",
            "ArrayContract[{rowShares, columnShares, Input}, \
             {{\"i\", \"j\", \"u\"}, {\"i\", \"j\", \"v\"}, {\"c\", \"u\", \"v\"}} -> {\"c\", \"i\", \"j\"}]",
        ),
    ],
    examples: &[
        (
            "SpatialTransformationLayer[{2, 2}][<|\"Input\" -> {{{a, b}, {c, d}}}, \"Parameters\" -> {1, 0, 0, 0, 1, 0}|>]",
            "{{{a, b}, {c, d}}}",
        ),
        (
            "SpatialTransformationLayer[{2, 2}][<|\"Input\" -> {{{a, b}, {c, d}}}, \"Parameters\" -> {0, 1, 0, 1, 0, 0}|>]",
            "{{{a, c}, {b, d}}}",
        ),
    ],
    samples: &[
        Sample::of("SpatialTransformationLayer[{h, w}, \"Input\" -> {c, m, n}]").sizes(&["h", "w", "c", "m", "n"]),
        Sample::of("SpatialTransformationLayer[2, \"Input\" -> {1, m, n}]").sizes(&["m", "n"]),
    ],
    ..Layer::NEW
};

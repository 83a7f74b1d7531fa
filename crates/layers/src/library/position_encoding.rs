//! `SinusoidalEncodingLayer` and `RotaryEncodingLayer`: positions in a sequence, by angles.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, Relation, Sample};

/// The wavelengths go up to 2 Pi times this.
const BASE: Parameter = Parameter { name: "Base", kind: ParameterType::Real, default: Some("10000") };

pub(super) const SINUSOIDAL_ENCODING: Layer = Layer {
    name: "SinusoidalEncodingLayer",
    usage: "SinusoidalEncodingLayer[] adds to element i of vector t of a sequence Sin[(t - 1)/b^((i - 1)/d)] for odd i and \
            Cos[(t - 1)/b^((i - 2)/d)] for even i, where d is the length of the vectors and b the option \"Base\".",
    source: "Vaswani et al., Attention is all you need, 2017, sec. 3.5",
    options: &[BASE],
    inputs: &[Port { shape: "{t, d}", ..Port::INPUT }],
    outputs: &[Port { shape: "{t, d}", ..Port::OUTPUT }],
    requirements: &[requires("Base > 0", "\"Base\" must be positive, but is `Base`", "Give a number such as 10000")],
    definition: &[
        // Cosines are sines a quarter of a turn ahead.
        is(
            "angles",
            "ArrayThread[(#1 - 1)/Base^(2 Floor[(#2 - 1)/2]/d) + Pi/2 Mod[#2 - 1, 2] &, {Range[t], Range[d]}, {{1}, {2}}]",
        ),
        is("Output", "Input + Sin[angles]"),
    ],
    examples: &[("SinusoidalEncodingLayer[][{{a, b}, {c, d}}]", "{{a, 1 + b}, {c + Sin[1], d + Cos[1]}}")],
    samples: &[
        Sample::of("SinusoidalEncodingLayer[\"Input\" -> {t, d}, \"Base\" -> b]")
            .sizes(&["t", "d"])
            .choices(&[("b", &["10000", "100", "2.5"])]),
        Sample::of("SinusoidalEncodingLayer[\"Input\" -> {t, 2 d + 2}]").sizes(&["d"]).counts(&["t"]),
    ],
    ..Layer::NEW
};

pub(super) const ROTARY_ENCODING: Layer = Layer {
    name: "RotaryEncodingLayer",
    usage: "RotaryEncodingLayer[] rotates pairs of the elements of the vectors at the last level of an array by angles that \
            grow with the position at its first level, so that products of such vectors depend on the distance of their \
            positions: pair i of d/2 at position t by (t - 1)/b^(2 (i - 1)/d), where b is the option \"Base\". \"Pairs\" -> \
            \"Neighbors\" takes elements 2 i - 1 and 2 i as pair i, \"Halves\" elements i and i + d/2.",
    source: "Su et al., RoFormer, 2021, eqs. 15 and 34",
    options: &[
        BASE,
        Parameter {
            name: "Pairs",
            kind: ParameterType::Choice(&["\"Neighbors\"", "\"Halves\""]),
            default: Some("\"Neighbors\""),
        },
    ],
    inputs: &[Port { shape: "{in__}", ..Port::INPUT }],
    outputs: &[Port { shape: "{in__}", ..Port::OUTPUT }],
    relations: &[
        Relation { variable: "rank", value: "Length[in]" },
        Relation { variable: "count", value: "Last[in]/2" },
        // The level along which the two elements of a pair stand once the last level is split.
        Relation { variable: "pairLevel", value: "If[Pairs === \"Neighbors\", rank + 1, rank]" },
    ],
    requirements: &[
        requires(
            "rank >= 2",
            "a sequence of vectors is expected, but the input has rank `rank`",
            "Give a matrix with a vector in each row",
        ),
        requires(
            "If[NumberQ[count], IntegerQ[count], Denominator[Together[count]] === 1 || Mod[Last[in], 2] == 0]",
            "the vectors must have an even length, as pairs of their elements are turned, but have `Last[in]`",
            "Change the length of the vectors",
        ),
        requires("Base > 0", "\"Base\" must be positive, but is `Base`", "Give a number such as 10000"),
    ],
    definition: &[
        is("split", "ArrayReshape[Input, Join[Most[in], If[Pairs === \"Neighbors\", {count, 2}, {2, count}]]]"),
        is("first", "Part[split, Sequence @@ Append[ConstantArray[All, pairLevel - 1], 1]]"),
        is("second", "Part[split, Sequence @@ Append[ConstantArray[All, pairLevel - 1], 2]]"),
        is(
            "turned",
            "{ArrayThread[#1 Cos[(#3 - 1)/Base^((#4 - 1)/count)] - #2 Sin[(#3 - 1)/Base^((#4 - 1)/count)] &,
                {first, second, Range[First[in]], Range[count]}, {All, All, {1}, {-1}}],
              ArrayThread[#1 Sin[(#3 - 1)/Base^((#4 - 1)/count)] + #2 Cos[(#3 - 1)/Base^((#4 - 1)/count)] &,
                {first, second, Range[First[in]], Range[count]}, {All, All, {1}, {-1}}]}",
        ),
        is(
            "Output",
            "ArrayReshape[Transpose[turned, Prepend[DeleteCases[Range[rank + 1], pairLevel], pairLevel]], in]",
        ),
    ],
    examples: &[("RotaryEncodingLayer[][{{a, b}, {c, d}}]", "{{a, b}, {c Cos[1] - d Sin[1], d Cos[1] + c Sin[1]}}")],
    samples: &[
        Sample::of("RotaryEncodingLayer[\"Input\" -> in, \"Pairs\" -> p]")
            .sizes(&["t", "h", "d"])
            .choices(&[("p", &["\"Neighbors\"", "\"Halves\""]), ("in", &["{t, 2 d}", "{t, h, 2 d}"])]),
        Sample::of("RotaryEncodingLayer[\"Input\" -> {t, 4 d}, \"Base\" -> b]")
            .sizes(&["d"])
            .counts(&["t"])
            .choices(&[("b", &["10000", "100", "2.5"])]),
    ],
    ..Layer::NEW
};

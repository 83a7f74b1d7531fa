//! `ResizeLayer`: spatial levels in another size.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, Premise, Relation, Sample};

/// Where the elements of a level of size n fall among those of one of size m.
const POSITIONS: &str = "MapThread[
    Switch[Alignment,
        \"Centers\", (Range[#1] - 1/2) #2/#1 + 1/2,
        \"Edges\", (Range[#1] - 1) #2/#1 + 1,
        \"Corners\", (Range[#1] - 1) (#2 - 1)/Max[#1 - 1, 1] + 1] &,
    {sizes, space}]";

/// The shares of the elements of a level in those of the resized one. Beyond the border the elements at the border
/// stand again: two of them on each side for \"Cubic\".
const SHARES: &str = "MapThread[
    Function[{position, m}, Switch[Resampling,
        \"Linear\",
            ArrayThread[Max[0, 1 - Abs[#1 - #2]] &, {Clip[position, {1, m}], Range[m]}, {{1}, {2}}],
        \"Nearest\",
            ArrayThread[Boole[#1 == #2] &, {
                Clip[If[Alignment === \"Centers\" || Alignment === \"Corners\", Floor[position + 1/2], Floor[position]], {1, m}],
                Range[m]}, {{1}, {2}}],
        \"Cubic\",
            ArrayThread[
                Function[{p, q}, With[{z = Abs[p - q]}, Which[
                    z < 1, (5/4 z - 9/4) z^2 + 1,
                    z < 2, ((-3/4 z + 15/4) z - 6) z + 3,
                    True, 0]]],
                {position, Range[m + 4] - 2}, {{1}, {2}}]]],
    {positions, space}]";

/// The input of layers with a list of the sizes of all levels but the first.
pub(super) const A_SIZE_FOR_EACH_LEVEL: Premise = Premise::Rank {
    port: "Input",
    number: "Length[spec] + 1",
    least: 2,
    levels: "channels and a spatial level for each size",
    advice: " For a single channel write {data}.",
};

/// The number of levels, where nothing else tells it.
pub(super) const LEVELS: Relation = Relation { variable: "space", value: "ConstantArray[Automatic, Length[spec]]" };

pub(super) const RESIZE: Layer = Layer {
    name: "ResizeLayer",
    usage: "ResizeLayer[{n1, n2, ...}] brings the spatial levels of an array, which has its channels at the first level, \
            to the sizes n1, n2, .... A size may be Scaled[r], r times that of the input, or All, which leaves it. \
            Resampling -> \"Linear\" interpolates between neighbours, \"Nearest\" takes the nearest element, \"Cubic\" \
            weighs four neighbours by cubic polynomials. With \"Alignment\" -> \"Centers\" elements are intervals of equal \
            length, with \"Corners\" the first and last elements of input and output coincide, with \"Edges\" the first \
            elements do.",
    source: "Keys, Cubic convolution interpolation for digital image processing, 1981, with a = -3/4",
    arguments: &[Parameter {
        name: "spec",
        kind: ParameterType::Matching {
            form: "{(_Integer?Positive | Scaled[_?Positive] | All | Except[_?NumberQ | _String | _List | _Scaled])..}",
            expected: "a list of sizes, Scaled[r] or All",
        },
        default: None,
    }],
    keys: &[("spec", "Dimensions")],
    options: &[
        Parameter {
            name: "Resampling",
            kind: ParameterType::Choice(&["\"Linear\"", "\"Nearest\"", "\"Cubic\""]),
            default: Some("\"Linear\""),
        },
        Parameter {
            name: "Alignment",
            kind: ParameterType::Choice(&["\"Centers\"", "\"Corners\"", "\"Edges\""]),
            default: Some("\"Centers\""),
        },
    ],
    inputs: &[Port { shape: "{channels, space__}", ..Port::INPUT }],
    outputs: &[Port { shape: "{channels, sizes__}", ..Port::OUTPUT }],
    premises: &[A_SIZE_FOR_EACH_LEVEL],
    relations: &[
        Relation {
            variable: "sizes",
            value: "MapThread[Switch[#1, All, #2, _Scaled, Max[1, Floor[First[#1] #2]], _, #1] &, {spec, space}]",
        },
        Relation { variable: "positions", value: POSITIONS },
    ],
    defaults: &[LEVELS],
    requirements: &[requires(
        "Min[space] > 0",
        "the input must have elements, but a level has size 0",
        "Give an input whose levels have at least one element",
    )],
    definition: &[
        is("shares", SHARES),
        // Level by level: a level that keeps its size is left alone, so that nothing is multiplied by ones.
        is(
            "Output",
            "Fold[
                Function[{array, level}, If[spec[[level]] === All, array,
                    With[{labels = Array[\"o\", Length[sizes] + 1]},
                        ArrayContract[{
                            shares[[level]],
                            ArrayPad[array,
                                ReplacePart[ConstantArray[0, {Length[labels], 2}],
                                    level + 1 -> If[Resampling === \"Cubic\", {2, 2}, {0, 0}]],
                                \"Fixed\"]},
                            {{\"n\", \"u\"}, ReplacePart[labels, level + 1 -> \"u\"]} ->
                                ReplacePart[labels, level + 1 -> \"n\"]]]]],
                Input, Range[Length[sizes]]]",
        ),
    ],
    stable: &[is("Output", NEIGHBOURS)],
    examples: &[
        ("ResizeLayer[{4}][{{a, b}}]", "{{a, (3 a)/4 + b/4, a/4 + (3 b)/4, b}}"),
        ("ResizeLayer[{Scaled[2]}, Resampling -> \"Nearest\"][{{a, b}}]", "{{a, a, b, b}}"),
        ("ResizeLayer[{3}, \"Alignment\" -> \"Corners\"][{{a, b}}]", "{{a, a/2 + b/2, b}}"),
    ],
    samples: &[
        Sample::of("ResizeLayer[{n}, \"Input\" -> {c, m}, Resampling -> r, \"Alignment\" -> a]")
            .sizes(&["n", "m", "c"])
            .choices(&[
                ("r", &["\"Linear\"", "\"Nearest\"", "\"Cubic\""]),
                ("a", &["\"Centers\"", "\"Corners\"", "\"Edges\""]),
            ]),
        Sample::of("ResizeLayer[{n, k}, \"Input\" -> {c, m, 2}, \"Alignment\" -> a, Resampling -> r]")
            .sizes(&["n", "m", "k", "c"])
            .choices(&[
                ("a", &["\"Centers\"", "\"Corners\"", "\"Edges\""]),
                ("r", &["\"Linear\"", "\"Nearest\"", "\"Cubic\""]),
            ]),
        Sample::of("ResizeLayer[{All, Scaled[s], n}, \"Input\" -> {c, m, k, 2}]")
            .sizes(&["n", "m", "k", "c"])
            .choices(&[("s", &["2", "1/2", "0.7"])]),
    ],
    ..Layer::NEW
};

/// The same by the few elements that have a share, instead of all of a level: what lies beyond the border is the element
/// at the border.
const NEIGHBOURS: &str = "Fold[
    Function[{array, level}, If[spec[[level]] === All, array,
        With[{m = space[[level]],
                p = If[Resampling === \"Linear\", Clip[positions[[level]], {1, space[[level]]}], positions[[level]]],
                share = Switch[Resampling,
                    \"Linear\", 1 - # &,
                    \"Nearest\", 1 &,
                    \"Cubic\", Which[# < 1, (5/4 # - 9/4) #^2 + 1, # < 2, ((-3/4 # + 15/4) # - 6) # + 3, True, 0] &]},
            With[{first = Switch[Resampling,
                    \"Linear\", Floor[p],
                    \"Nearest\", If[Alignment === \"Edges\", Floor[p], Floor[p + 1/2]],
                    \"Cubic\", Floor[p] - 1]},
                Total[Table[
                    ArrayThread[Times, {ArrayGather[array, Clip[first + k, {1, m}], level + 1], Map[share, Abs[p - first - k]]},
                        {All, {level + 1}}],
                    {k, 0, Switch[Resampling, \"Linear\", 1, \"Nearest\", 0, \"Cubic\", 3]}]]]]]],
    Input, Range[Length[sizes]]]";

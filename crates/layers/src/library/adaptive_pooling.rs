//! `AdaptivePoolingLayer`: as many windows as are wanted, of nearly the same size.

use super::pooling::FUNCTION;
use super::resize::{A_SIZE_FOR_EACH_LEVEL, LEVELS};
use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, Relation, Sample};

/// For each spatial level the elements of each window, the last one repeated to the length of the longest.
const POSITIONS: &str = "MapThread[
    If[!VectorQ[{#1, #2}, IntegerQ], None, With[{starts = Floor[(Range[#1] - 1) #2/#1] + 1, ends = Ceiling[Range[#1] #2/#1]},
        Table[Min[starts[[i]] + u, ends[[i]]], {i, #1}, {u, 0, Max[ends - starts]}]]] &,
    {sizes, space}]";

/// For each spatial level what the elements of each window count.
const SHARES: &str = "MapThread[
    With[{starts = Floor[(Range[#1] - 1) #2/#1] + 1, ends = Ceiling[Range[#1] #2/#1]},
        ArrayThread[Boole[#1 <= #3 <= #2]/If[Function === Mean, #2 - #1 + 1, 1] &, {starts, ends, Range[#2]}, {{1}, {1}, {2}}]] &,
    {sizes, space}]";

pub(super) const ADAPTIVE_POOLING: Layer = Layer {
    name: "AdaptivePoolingLayer",
    usage: "AdaptivePoolingLayer[{n1, n2, ...}] gives the maximum over windows in the spatial levels of every channel, of \
            which there are n1, n2, ..., whatever the sizes of the input: window i of n in a level of size m has the \
            elements Floor[(i - 1) m/n] + 1 to Ceiling[i m/n]. A size may be All, which leaves the level. \"Function\" -> \
            Mean or Total takes the mean or total, {\"Norm\", p} the p-th root of the total of the p-th powers of the \
            magnitudes.",
    source: "y_c,i = f of x_c,u over Floor[(i-1) m/n] < u <= Ceiling[i m/n]",
    arguments: &[Parameter {
        name: "spec",
        kind: ParameterType::Matching {
            form: "{(_Integer?Positive | All | Except[_?NumberQ | _String | _List])..}",
            expected: "a list of sizes or All",
        },
        default: None,
    }],
    keys: &[("spec", "OutputSize")],
    options: &[FUNCTION],
    inputs: &[Port { shape: "{channels, space__}", ..Port::INPUT }],
    outputs: &[Port { shape: "{channels, sizes__}", ..Port::OUTPUT }],
    premises: &[A_SIZE_FOR_EACH_LEVEL],
    defaults: &[LEVELS],
    relations: &[
        Relation { variable: "sizes", value: "MapThread[If[#1 === All, #2, #1] &, {spec, space}]" },
        Relation { variable: "positions", value: POSITIONS },
        Relation { variable: "shares", value: SHARES },
    ],
    requirements: &[requires(
        "Min[space] > 0",
        "the input must have elements, but a level has size 0",
        "Give an input whose levels have at least one element",
    )],
    definition: &[
        is(
            "powers",
            "If[ListQ[Function],
                ArrayThread[If[EvenQ[Last[Function]], #^Last[Function], Abs[#]^Last[Function]] &, {Input}],
                Input]",
        ),
        // A window is a product of intervals, so that one level can be taken after the other. Where it is not known how many
        // windows there are, nothing can be gathered: what is not in a window does not count there.
        is(
            "pooled",
            "Fold[
                Which[
                    spec[[#2]] === All, #1,
                    Function === Max && !VectorQ[{sizes[[#2]], space[[#2]]}, IntegerQ],
                        With[{n = sizes[[#2]], m = space[[#2]], level = #2 + 1, last = Length[sizes] + 2},
                            ArrayReduce[Max,
                                ArrayThread[If[#1 <= #3 <= #2, #4, -Infinity] &,
                                    {Floor[(Range[n] - 1) m/n] + 1, Ceiling[Range[n] m/n], Range[m], #1},
                                    {{level}, {level}, {last}, ReplacePart[Range[last - 1], level -> last]}],
                                last, \"Ties\" -> \"First\"]],
                    Function === Max,
                        ArrayReduce[Max, ArrayGather[#1, positions[[#2]], #2 + 1], #2 + 2, \"Ties\" -> \"First\"],
                    True,
                        With[{labels = Array[\"o\", Length[sizes] + 1]},
                            ArrayContract[{shares[[#2]], #1},
                                {{\"n\", \"u\"}, ReplacePart[labels, #2 + 1 -> \"u\"]} ->
                                    ReplacePart[labels, #2 + 1 -> \"n\"]]]] &,
                powers, Range[Length[sizes]]]",
        ),
        is("Output", "If[ListQ[Function], pooled^(1/Last[Function]), pooled]"),
    ],
    examples: &[
        ("AdaptivePoolingLayer[{2}][{{x, y, z}}]", "{{Max[x, y], Max[y, z]}}"),
        ("AdaptivePoolingLayer[{1}, \"Function\" -> Total][{{x, y, z}}]", "{{x + y + z}}"),
    ],
    samples: &[
        Sample::of("AdaptivePoolingLayer[{n}, \"Input\" -> {c, m}, \"Function\" -> f]")
            .sizes(&["n", "m", "c"])
            .choices(&[("f", FUNCTIONS)]),
        Sample::of("AdaptivePoolingLayer[{All, n}, \"Input\" -> {c, m, k + 1}, \"Function\" -> f]")
            .sizes(&["n", "m", "c", "k"])
            .choices(&[("f", FUNCTIONS)]),
        Sample::of("AdaptivePoolingLayer[{2, n, 1}, \"Input\" -> {c, 3, k, 2}, \"Function\" -> f]")
            .sizes(&["n", "c", "k"])
            .choices(&[("f", FUNCTIONS)]),
        // Not between layers that could bring its kinks about.
        Sample::of("AdaptivePoolingLayer[{n}, \"Input\" -> {c, m}, \"Function\" -> {\"Norm\", p}]")
            .sizes(&["n", "m", "c"])
            .choices(&[("p", &["2", "3", "5/2"])])
            .probabilities(),
    ],
    ..Layer::NEW
};

const FUNCTIONS: &[&str] = &["Max", "Mean", "Total"];

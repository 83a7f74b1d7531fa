//! `AggregationLayer`: levels brought together by a function.

use crate::record::is;
use crate::requirement::{NAME_LEVELS, requires};
use crate::{Layer, Parameter, ParameterType, Port, Relation, Sample};

/// What is done with the elements of the levels.
const FUNCTIONS: &[&str] = &["Mean", "Total", "Max", "Min", "Times", "Variance", "StandardDeviation"];

pub(super) const AGGREGATION: Layer = Layer {
    name: "AggregationLayer",
    usage: "AggregationLayer[f] applies f to all elements of an array that differ only in their positions at the second \
            and further levels: it takes channels together. AggregationLayer[f, n] does so at level n, \
            AggregationLayer[f, n1 ;; n2], AggregationLayer[f, {n1, n2, ...}] and AggregationLayer[f, All] at several \
            levels. f is Mean, Total, Max, Min, Times, Variance or StandardDeviation; the last two divide by one less \
            than the number of elements.",
    source: "y = f of all x over the levels",
    arguments: &[
        Parameter { name: "function", kind: ParameterType::Choice(FUNCTIONS), default: None },
        Parameter { name: "levels", kind: ParameterType::Levels, default: Some("2 ;; All") },
    ],
    outputs: &[Port { shape: "{out___}", ..Port::OUTPUT }],
    relations: &[
        Relation { variable: "over", value: "Flatten[{Range[Length[in]][[levels]]}]" },
        Relation { variable: "rest", value: "Complement[Range[Length[in]], over]" },
        Relation { variable: "out", value: "in[[rest]]" },
        Relation { variable: "count", value: "Times @@ in[[over]]" },
        Relation { variable: "spread", value: "function === Variance || function === StandardDeviation" },
    ],
    requirements: &[
        requires("VectorQ[over, IntegerQ]", "an array of rank `Length[in]` has no levels `levels`", NAME_LEVELS),
        requires(
            "!spread || count > 1",
            "`function` needs at least two elements, but aggregates `count`",
            "Aggregate over larger levels",
        ),
        requires(
            "count =!= 0 || function === Total || function === Times",
            "there are no elements to which `function` could be applied",
            "Give an input whose aggregated levels have elements",
        ),
    ],
    definition: &[
        is("mean", "If[spread, ArrayReduce[Mean, Input, over], 0]"),
        is("squares", "If[spread, ArrayThread[(#1 - #2)^2 &, {Input, mean}, {All, rest}], Input]"),
        is(
            "Output",
            "Switch[function,
                Variance, ArrayReduce[Total, squares, over]/(count - 1),
                StandardDeviation, Sqrt[ArrayReduce[Total, squares, over]/(count - 1)],
                _, ArrayReduce[function, Input, over]]",
        ),
    ],
    examples: &[
        ("AggregationLayer[Mean][{{a, b}, {c, 1}}]", "{(a + b)/2, (1 + c)/2}"),
        ("AggregationLayer[Max, 1][{{a, 1}, {b, 2}}]", "{Max[a, b], 2}"),
    ],
    samples: &[
        Sample::of("AggregationLayer[f, \"Input\" -> in]")
            .sizes(&["n", "m", "k"])
            .choices(&[("f", SMOOTH), ("in", &["{n, m + 1}", "{n, m + 1, k}"])]),
        Sample::of("AggregationLayer[f, levels, \"Input\" -> {n + 1, m + 1, k + 1}]")
            .sizes(&["n", "m", "k"])
            .choices(&[("levels", &["1", "-1", "1 ;; 2", "{1, 3}", "All", "{2}"]), ("f", SMOOTH)]),
        // Not behind layers that may give equal elements, where it has no derivative.
        Sample::of("AggregationLayer[StandardDeviation, levels, \"Input\" -> {n + 1, m + 1, k}]")
            .sizes(&["n", "m", "k"])
            .choices(&[("levels", &["1", "1 ;; 2", "{1, 3}", "All"])])
            .probabilities(),
    ],
    ..Layer::NEW
};

/// Those that have derivatives at equal elements.
const SMOOTH: &[&str] = &["Mean", "Total", "Max", "Min", "Times", "Variance"];

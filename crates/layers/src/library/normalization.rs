//! `NormalizationLayer`: layer, instance, group and RMS normalisation.

use crate::record::{is, named};
use crate::requirement::requires;
use crate::{Absent, ArrayRecord, Initial, Layer, Parameter, ParameterType, Premise, Relation, Sample};

pub(super) const NORMALIZATION: Layer = Layer {
    name: "NormalizationLayer",
    usage: "NormalizationLayer[] brings the elements of every channel to mean 0 and variance 1, then \
            scales and shifts them by learned arrays. NormalizationLayer[levels] aggregates over these \
            levels (default 2 ;; All), NormalizationLayer[levels, scaling] has learned arrays over the \
            levels scaling: \"Complement\" (default), \"Same\", or levels. Options: \"Epsilon\", \
            \"GroupNumber\", \"Unbiased\", Method -> \"Standardize\" or \"RMS\".",
    source: "Ba et al., Layer normalization, 2016; Ulyanov et al., Instance normalization, 2016; \
             Wu and He, Group normalization, 2018; Zhang and Sennrich, Root mean square layer normalization, 2019",
    arguments: &[
        Parameter { name: "levels", kind: ParameterType::Levels, default: Some("2 ;; All") },
        Parameter { name: "scalingLevels", kind: ParameterType::Levels, default: Some("\"Complement\"") },
    ],
    keys: &[("levels", "AggregationLevels")],
    options: &[
        Parameter { name: "Epsilon", kind: ParameterType::NonNegative, default: Some("1/1000") },
        Parameter { name: "GroupNumber", kind: ParameterType::Size, default: Some("None") },
        Parameter { name: "Unbiased", kind: ParameterType::Boolean, default: Some("False") },
        Parameter {
            name: "Method",
            kind: ParameterType::Choice(&["\"Standardize\"", "\"RMS\""]),
            default: Some("\"Standardize\""),
        },
    ],
    arrays: &[
        ArrayRecord {
            name: "Biases",
            shape: "{learned___}",
            initial: Initial::Constant(0.0),
            absent: Some(Absent::Zeros),
            tex: "β",
        },
        ArrayRecord {
            name: "Scaling",
            shape: "{learned___}",
            initial: Initial::Constant(1.0),
            absent: Some(Absent::Ones),
            tex: "γ",
        },
    ],
    premises: &[
        Premise::Levels { of: "levels", port: "Input" },
        Premise::Levels { of: "scalingLevels", port: "Input" },
    ],
    relations: &[
        Relation { variable: "all", value: "Range[Length[in]]" },
        Relation { variable: "aggregated", value: "Flatten[{all[[levels]]}]" },
        Relation {
            variable: "scaled",
            value: "Which[scalingLevels === \"Complement\", Complement[all, aggregated],
                scalingLevels === \"Same\", aggregated,
                scalingLevels === None, {},
                True, Flatten[{all[[scalingLevels]]}]]",
        },
        Relation { variable: "learned", value: "in[[scaled]]" },
        Relation { variable: "grouping", value: "GroupNumber =!= None" },
        Relation { variable: "split", value: "If[grouping, Join[{GroupNumber, First[in]/GroupNumber}, Rest[in]], in]" },
        Relation { variable: "over", value: "If[grouping, Range[2, Length[split]], aggregated]" },
        Relation { variable: "rest", value: "Complement[Range[Length[split]], over]" },
        Relation { variable: "count", value: "Times @@ split[[over]]" },
    ],
    requirements: &[
        requires(
            "!grouping || Mod[First[in], GroupNumber] == 0",
            "\"GroupNumber\", `GroupNumber`, must divide the number of channels, `First[in]`",
            "Give another number of groups, or an input of other channels",
        ),
        requires(
            "!grouping || Sort[aggregated] === Range[2, Length[in]]",
            "groups are normalised over all levels but the first, not over the levels `aggregated`",
            "Take the levels 2 ;; All, or leave \"GroupNumber\" out",
        ),
        requires(
            "!Unbiased || count > 1",
            "\"Unbiased\" -> True needs more than one element to aggregate, but there are `count`",
            "Aggregate over more levels, or take \"Unbiased\" -> False",
        ),
    ],
    definition: &[
        is("grouped", "ArrayReshape[Input, split]"),
        // Groups without elements have no mean, and there is nothing to normalise.
        named("mean", "If[count === 0, 0, ArrayReduce[Mean, grouped, over]]", "μ"),
        is(
            "centred",
            "If[Method === \"RMS\" || count === 0, grouped, ArrayThread[#1 - #2 &, {grouped, mean}, {All, rest}]]",
        ),
        named(
            "spread",
            "If[count === 0, 0, ArrayReduce[Mean, centred^2, over] If[Unbiased, count/(count - 1), 1]]",
            "v",
        ),
        is(
            "normalized",
            "If[count === 0, Input,
                ArrayReshape[ArrayThread[#1/Sqrt[#2 + Epsilon] &, {centred, spread}, {All, rest}], in]]",
        ),
        is("Output", "ArrayThread[#1 #2 + #3 &, {normalized, Scaling, Biases}, {All, scaled, scaled}]"),
    ],
    examples: &[(
        "NormalizationLayer[1, \"Epsilon\" -> 0, \"Scaling\" -> None, \"Biases\" -> None][{1, 3}]",
        "{-1, 1}",
    )],
    usual_rank: 2,
    samples: &[
        Sample::of("NormalizationLayer[\"Input\" -> {c, n}, \"Epsilon\" -> e]")
            .sizes(&["c"])
            .counts(&["n"])
            .choices(&[("e", &["0.001", "1/100", "2"])]),
        Sample::of("NormalizationLayer[levels, scaling, \"Input\" -> {c, n, m}, Method -> method]")
            .sizes(&["c", "n", "m"])
            .choices(&[
                ("levels", &["2 ;; All", "1", "-1", "{1, 3}", "All", "2 ;; 3"]),
                ("scaling", &["\"Complement\"", "\"Same\"", "None", "1", "{2, 3}", "All"]),
                ("method", &["\"Standardize\"", "\"RMS\"", "\"RMS\"", "\"Standardize\""]),
            ]),
        Sample::of("NormalizationLayer[2, \"Input\" -> {c, n}, \"Biases\" -> None, Method -> method]")
            .sizes(&["c", "n"])
            .choices(&[("method", &["\"Standardize\"", "\"RMS\""])]),
        Sample::of("NormalizationLayer[1, \"Input\" -> n + 1, \"Unbiased\" -> True, \"Scaling\" -> None]")
            .sizes(&["n"]),
        Sample::of("NormalizationLayer[\"Input\" -> {g c, n, m}, \"GroupNumber\" -> g, Method -> method]")
            .sizes(&["g", "c", "n", "m"])
            .choices(&[("method", &["\"Standardize\"", "\"RMS\""])]),
        Sample::of("NormalizationLayer[\"Input\" -> {g c, n + 1}, \"GroupNumber\" -> g, \"Unbiased\" -> True]")
            .sizes(&["g", "c", "n"]),
    ],
    ..Layer::NEW
};

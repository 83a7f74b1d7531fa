//! `KolmogorovArnoldLayer`: sums of learned functions of each element, made of B-splines.

use crate::record::is;
use crate::requirement::requires;
use crate::{Absent, ArrayRecord, Initial, Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample};

pub(super) const KOLMOGOROV_ARNOLD: Layer = Layer {
    name: "KolmogorovArnoldLayer",
    usage: "KolmogorovArnoldLayer[n] gives for a vector x the vector of length n whose element j is the sum over i of a \
            function of x_i that is learned: Weights_ji x_i LogisticSigmoid[x_i] + the sum over g of Coefficients_jig \
            B_g[x_i]. The B_g are B-splines of degree \"Degree\", on a grid of \"GridSize\" intervals that divide the \
            range {a, b} of the option \"Range\"; outside they are 0. \"Weights\" may be None.",
    source: "Liu et al., KAN: Kolmogorov-Arnold networks, 2024, eqs. 2.5 and 2.10; Schoenberg, Contributions to the problem \
             of approximation of equidistant data by analytic functions, 1946",
    arguments: &[Parameter { name: "size", kind: ParameterType::Size, default: None }],
    options: &[
        Parameter {
            name: "GridSize",
            kind: ParameterType::Matching { form: "_Integer?Positive", expected: "a positive integer" },
            default: Some("5"),
        },
        Parameter {
            name: "Degree",
            kind: ParameterType::Matching { form: "_Integer?NonNegative", expected: "a non-negative integer" },
            default: Some("3"),
        },
        Parameter {
            name: "Range",
            kind: ParameterType::Matching {
                form: "{Except[_List | _String], Except[_List | _String]}",
                expected: "a pair of numbers",
            },
            default: Some("{-1, 1}"),
        },
    ],
    inputs: &[Port { name: "Input", shape: "{inputs}", kind: PortKind::Data, tex: "x" }],
    outputs: &[Port { name: "Output", shape: "{size}", kind: PortKind::Data, tex: "y" }],
    arrays: &[
        ArrayRecord {
            name: "Weights",
            shape: "{size, inputs}",
            initial: Initial::Weights,
            absent: Some(Absent::Zeros),
            tex: "W",
        },
        ArrayRecord {
            name: "Coefficients",
            shape: "{size, inputs, splines}",
            initial: Initial::Weights,
            absent: None,
            tex: "C",
        },
    ],
    relations: &[
        Relation { variable: "splines", value: "GridSize + Degree" },
        Relation { variable: "low", value: "First[Range]" },
        Relation { variable: "width", value: "(Last[Range] - First[Range])/GridSize" },
        // The numbers 1 to `splines`.
        Relation { variable: "numbers", value: "Array[Identity, splines]" },
    ],
    requirements: &[requires(
        "!NumberQ[width] || width > 0",
        "\"Range\" must go from a number to a larger one, but is `Range`",
        "Give a range such as {-1, 1}",
    )],
    definition: &[
        // How far an element is from the first knot of each spline, in intervals.
        is("distances", "ArrayThread[(#1 - low)/width - #2 + Degree + 1 &, {Input, numbers}, {{1}, {2}}]"),
        // The B-spline on the knots 0, 1, ..., Degree + 1 in truncated powers.
        is(
            "basis",
            "ArrayThread[
                If[Degree === 0, Boole[# >= 0 && # < 1] &,
                    Sum[(-1)^j Binomial[Degree + 1, j] Max[0, # - j]^Degree, {j, 0, Degree + 1}]/Degree! &],
                {distances}]",
        ),
        is(
            "Output",
            "Weights . (Input LogisticSigmoid[Input]) + \
             ArrayContract[{Coefficients, basis}, {{\"j\", \"i\", \"g\"}, {\"i\", \"g\"}} -> {\"j\"}]",
        ),
    ],
    examples: &[(
        "KolmogorovArnoldLayer[1, \"Degree\" -> 1, \"GridSize\" -> 1, \"Range\" -> {0, 1}, \"Weights\" -> None, \
         \"Coefficients\" -> {{{a, b}}}][{1/4}]",
        "{(3 a)/4 + b/4}",
    )],
    samples: &[
        Sample::of("KolmogorovArnoldLayer[n, \"Input\" -> m, \"GridSize\" -> g, \"Degree\" -> d, \"Range\" -> r]")
            .sizes(&["n", "m"])
            .choices(&[
                ("d", &["0", "1", "2", "3"]),
                ("g", &["1", "2", "4"]),
                ("r", &["{-1, 1}", "{-2, 3}", "{0.5, 3/2}"]),
            ]),
        Sample::of("KolmogorovArnoldLayer[n, \"Input\" -> m, \"Weights\" -> None, \"GridSize\" -> 2]")
            .sizes(&["n", "m"]),
    ],
    ..Layer::NEW
};

//! `CrossEntropyLossLayer`: the negative logarithm of the probability that a net gives to what is true.

use super::loss::{INPUT, LOSS, REDUCED, REDUCTION, TARGET};
use crate::record::is;
use crate::{Equation, Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample};

const FORMS: &[&str] = &["\"Index\"", "\"Probabilities\"", "\"Binary\""];

/// Probabilities of classes, or their logarithms.
const SCORES: Equation = is(
    "scores",
    "If[FromLogits && form =!= \"Binary\", \
     ArrayThread[#1 - #2 &, {Input, ArrayLogSumExp[Input, -1]}, {All, Range[Length[others]]}], Input]",
);
const SMOOTH: Equation = is(
    "smooth",
    "Switch[form,
        \"Index\", Target,
        \"Probabilities\", If[LabelSmoothing === 0, Target,
            (1 - LabelSmoothing) Target + LabelSmoothing/Last[in]],
        \"Binary\", If[LabelSmoothing === 0, Target, (1 - LabelSmoothing) Target + LabelSmoothing/2]]",
);
/// The place of each target among all scores in row-major order.
const PLACES: Equation = is(
    "places",
    "If[form === \"Index\" && others =!= {},
        ArrayReshape[Last[in] (Range[Times @@ others] - 1), others] + Target,
        Target]",
);
/// The losses; `times` is t Log[p], which is 0 where t is.
macro_rules! terms {
    ($times:literal) => {
        is(
            "terms",
            concat!(
                "Switch[form,
                    \"Index\", With[{log = If[FromLogits, Identity, Log]},
                        If[LabelSmoothing === 0, 0, -LabelSmoothing ArrayReduce[Mean, log[scores], -1]] -
                            (1 - LabelSmoothing) log[ArrayGather[ArrayReshape[scores, {Times @@ in}], places, 1]]],
                    \"Probabilities\", -ArrayReduce[Total,
                        If[FromLogits, smooth scores, ArrayThread[",
                $times,
                ", {smooth, scores}]], -1],
                    \"Binary\", If[FromLogits,
                        ArrayThread[#1 - #2 #3 &, {softplus, Input, smooth}],
                        -ArrayThread[",
                $times,
                ", {smooth, Input}] - ArrayThread[",
                $times,
                ", {1 - smooth, 1 - Input}]]]"
            ),
        )
    };
}

pub(super) const CROSS_ENTROPY: Layer = Layer {
    name: "CrossEntropyLossLayer",
    usage: "CrossEntropyLossLayer[\"Index\"] gives -Log[p[[t]]] for probabilities p of classes at the last level of the port \
            \"Input\" and the number t of the true one at the port \"Target\", averaged over all other levels. \
            CrossEntropyLossLayer[\"Probabilities\"] takes probabilities t as targets and gives -Total[t Log[p]], \
            CrossEntropyLossLayer[\"Binary\"] takes for each element the probability of one of two cases and gives \
            -t Log[p] - (1 - t) Log[1 - p]. With \"FromLogits\" -> True the input is what a SoftmaxLayer, or \
            LogisticSigmoid in the binary case, would make probabilities of. \"LabelSmoothing\" -> e takes the share e of \
            each target and spreads it evenly over the classes. \"Reduction\" -> Total gives the total, None all terms.",
    source: "L = -sum_c t_c log p_c; Szegedy et al., Rethinking the Inception architecture, 2016, sec. 7",
    arguments: &[Parameter { name: "form", kind: ParameterType::Choice(FORMS), default: None }],
    options: &[
        Parameter { name: "FromLogits", kind: ParameterType::Boolean, default: Some("False") },
        Parameter { name: "LabelSmoothing", kind: ParameterType::Real, default: Some("0") },
        REDUCTION,
    ],
    inputs: &[INPUT, Port { shape: "{target___}", kind: PortKind::Index("classes"), ..TARGET }],
    outputs: &[LOSS],
    relations: &[
        Relation { variable: "target", value: "If[form === \"Index\", Most[in], in]" },
        Relation { variable: "in", value: "If[form === \"Index\", Automatic, target]" },
        // Targets are indices of classes, or real numbers.
        Relation { variable: "classes", value: "If[form === \"Index\", Last[in], None]" },
        Relation { variable: "others", value: "If[form === \"Binary\", in, Most[in]]" },
        Relation { variable: "loss", value: "If[Reduction === None, others, {}]" },
    ],
    requirements: &[
        ("form === \"Binary\" || in =!= {}", "a level of classes is expected"),
        ("Reduction =!= Mean || Min[in] =!= 0", "a mean needs elements"),
        ("0 <= LabelSmoothing <= 1", "\"LabelSmoothing\" must be between 0 and 1"),
    ],
    definition: &[
        SCORES,
        SMOOTH,
        PLACES,
        is("softplus", "If[form === \"Binary\" && FromLogits, Log[1 + Exp[Input]], 0]"),
        terms!("If[#1 === 0, 0, #1 Log[#2]] &"),
        is("Loss", REDUCED),
    ],
    stable: &[
        SCORES,
        SMOOTH,
        PLACES,
        is("softplus", "If[form === \"Binary\" && FromLogits, Log[1 + Exp[Input]], 0]"),
        terms!("Program`TimesLog"),
        is("Loss", REDUCED),
    ],
    examples: &[
        ("CrossEntropyLossLayer[\"Index\"][<|\"Input\" -> {a, b, c}, \"Target\" -> 2|>]", "-Log[b]"),
        (
            "CrossEntropyLossLayer[\"Probabilities\"][<|\"Input\" -> {a, b}, \"Target\" -> {p, 1 - p}|>]",
            "-p Log[a] - (1 - p) Log[b]",
        ),
        (
            "CrossEntropyLossLayer[\"Binary\"][<|\"Input\" -> {a, b}, \"Target\" -> {1, 0}|>]",
            "(-Log[a] - Log[1 - b])/2",
        ),
    ],
    samples: &[
        Sample::of(
            "CrossEntropyLossLayer[form, \"Input\" -> in, \"FromLogits\" -> logits, \"LabelSmoothing\" -> e, \
             \"Reduction\" -> reduction]",
        )
        .sizes(&["c", "n", "m"])
        .choices(&[
            ("form", FORMS),
            ("in", &["c", "{n, c}", "{n, m, c}"]),
            ("logits", &["True", "False"]),
            ("e", &["0", "0", "1/4"]),
            ("reduction", &["Mean", "Mean", "Total", "None"]),
        ])
        .probabilities(),
        Sample::of(
            "CrossEntropyLossLayer[\"Index\", \"Input\" -> in, \"LabelSmoothing\" -> e, \"Reduction\" -> reduction]",
        )
        .sizes(&["c", "n", "m"])
        .choices(&[
            ("in", &["c", "{n, c}", "{n, m, c}"]),
            ("e", &["0", "1/4"]),
            ("reduction", &["Mean", "Total", "None"]),
        ])
        .probabilities(),
        Sample::of("CrossEntropyLossLayer[form, \"Input\" -> {n, c}, \"FromLogits\" -> True]")
            .sizes(&["n", "c"])
            .choices(&[("form", FORMS)]),
        Sample::of("CrossEntropyLossLayer[\"Binary\", \"Input\" -> {}]").probabilities(),
    ],
    ..Layer::NEW
};

//! `CrossEntropyLossLayer`: the negative logarithm of the probability that a net gives to what is true.

use super::loss::{INPUT, LOSS, REDUCTION, TARGET};
use crate::record::is;
use crate::requirement::requires;
use crate::{Equation, Layer, Parameter, ParameterType, Port, PortKind, Premise, Relation, Sample};

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
/// The score of each true class, picked by its number.
const PICKED: Equation = is(
    "picked",
    "Which[
        form =!= \"Index\", 0,
        others === {}, ArrayGather[scores, Target, 1],
        True, MapThread[ArrayGather[#1, #2, 1] &, {scores, Target}, Length[others]]]",
);
/// The same by the places among all scores in row-major order, which takes one step for all examples.
const PICKED_AT_ONCE: Equation = is(
    "picked",
    "Which[
        form =!= \"Index\", 0,
        others === {}, ArrayGather[scores, Target, 1],
        True, ArrayGather[ArrayReshape[scores, {Times @@ in}],
            ArrayReshape[Last[in] (Range[Times @@ others] - 1), others] + Target, 1]]",
);
/// The weights of the true classes.
const WEIGHTS: Equation =
    is("weights", "If[ClassWeights === None || form =!= \"Index\", 1, ArrayGather[ClassWeights, Target, 1]]");
/// The losses; `times` is t Log[p], which is 0 where t is.
macro_rules! terms {
    ($times:literal) => {
        is(
            "terms",
            concat!(
                "With[{weighted = If[ClassWeights === None, Identity,
                        Function[array, ArrayThread[Times, {ClassWeights, array}, {{-1}, All}]]]}, Switch[form,
                    \"Index\", With[{log = If[FromLogits, Identity, Log]},
                        If[LabelSmoothing === 0, 0, -LabelSmoothing ArrayReduce[Mean, weighted[log[scores]], -1]] -
                            (1 - LabelSmoothing) weights log[picked]],
                    \"Probabilities\", -ArrayReduce[Total, weighted[
                        If[FromLogits, smooth scores, ArrayThread[",
                $times,
                ", {smooth, scores}]]], -1],
                    \"Binary\", With[{no = If[ClassWeights === None, 1, First[ClassWeights]],
                            yes = If[ClassWeights === None, 1, Last[ClassWeights]]},
                        Which[
                            FromLogits && ClassWeights === None,
                                ArrayThread[#1 - #2 #3 &, {softplus, Input, smooth}],
                            FromLogits,
                                ArrayThread[yes #3 (#1 - #2) + no (1 - #3) #1 &, {softplus, Input, smooth}],
                            True,
                                -yes ArrayThread[",
                $times,
                ", {smooth, Input}] - no ArrayThread[",
                $times,
                ", {1 - smooth, 1 - Input}]]]]]"
            ),
        )
    };
}

/// The mean over examples of classes with weights is one with these weights.
const MEAN_BY_WEIGHTS: Equation = is(
    "Loss",
    "Which[
        Reduction === None, terms,
        Reduction === Mean && form === \"Index\" && ClassWeights =!= None,
            ArrayReduce[Total, terms, All]/ArrayReduce[Total, weights, All],
        True, ArrayReduce[Reduction, terms, All]]",
);

pub(super) const CROSS_ENTROPY: Layer = Layer {
    name: "CrossEntropyLossLayer",
    usage: "CrossEntropyLossLayer[\"Index\"] gives -Log[p[[t]]] for probabilities p of classes at the last level of the port \
            \"Input\" and the number t of the true one at the port \"Target\", averaged over all other levels. \
            CrossEntropyLossLayer[\"Probabilities\"] takes probabilities t as targets and gives -Total[t Log[p]], \
            CrossEntropyLossLayer[\"Binary\"] takes for each element the probability of one of two cases and gives \
            -t Log[p] - (1 - t) Log[1 - p]. With \"FromLogits\" -> True the input is what a SoftmaxLayer, or \
            LogisticSigmoid in the binary case, would make probabilities of. \"LabelSmoothing\" -> e takes the share e of \
            each target and spreads it evenly over the classes. \"ClassWeights\" -> {w1, w2, ...} multiplies the term of each \
            class by its weight, in the binary case those of the two cases t = 0 and t = 1; for \"Index\" the mean is then the total \
            divided by the total of the weights of the true classes. \"Reduction\" -> Total gives the total, None all \
            terms.",
    source: "L = -sum_c t_c log p_c; Szegedy et al., Rethinking the Inception architecture, 2016, sec. 7",
    arguments: &[Parameter { name: "form", kind: ParameterType::Choice(FORMS), default: None }],
    keys: &[("form", "TargetForm")],
    options: &[
        Parameter { name: "FromLogits", kind: ParameterType::Boolean, default: Some("False") },
        Parameter { name: "LabelSmoothing", kind: ParameterType::Real, default: Some("0") },
        Parameter {
            name: "ClassWeights",
            kind: ParameterType::Matching {
                form: "None | _List",
                expected: "a list with a weight for each class, or None",
            },
            default: Some("None"),
        },
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
    premises: &[Premise::Items { of: "ClassWeights", number: "If[form === \"Binary\", 2, Last[in]]", each: "class" }],
    requirements: &[
        requires(
            "ClassWeights === None || AllTrue[ClassWeights, # >= 0 &]",
            "the weights of classes must not be negative, but `Select[ClassWeights, # < 0 &]` are",
            "Give numbers that are at least 0",
        ),
        requires(
            "form === \"Binary\" || in =!= {}",
            "probabilities of classes are expected, but the input is a single number",
            "Give a vector with a probability for each class, or take CrossEntropyLossLayer[\"Binary\"]",
        ),
        requires(
            "Reduction =!= Mean || Min[in] =!= 0",
            "a mean needs elements, but there are none",
            "Give an input with elements, or \"Reduction\" -> Total",
        ),
        requires(
            "0 <= LabelSmoothing <= 1",
            "\"LabelSmoothing\" must be between 0 and 1, but is `LabelSmoothing`",
            "Give a number such as 0.1",
        ),
    ],
    definition: &[
        SCORES,
        SMOOTH,
        PICKED,
        WEIGHTS,
        is("softplus", "If[form === \"Binary\" && FromLogits, Log[1 + Exp[Input]], 0]"),
        terms!("If[#1 === 0, 0, #1 Log[#2]] &"),
        MEAN_BY_WEIGHTS,
    ],
    stable: &[
        SCORES,
        SMOOTH,
        PICKED_AT_ONCE,
        WEIGHTS,
        is("softplus", "If[form === \"Binary\" && FromLogits, Log[1 + Exp[Input]], 0]"),
        terms!("Program`TimesLog"),
        MEAN_BY_WEIGHTS,
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
        Sample::of(
            "CrossEntropyLossLayer[form, \"Input\" -> {n, 2}, \"ClassWeights\" -> w, \"FromLogits\" -> logits, \
             \"LabelSmoothing\" -> e, \"Reduction\" -> reduction]",
        )
        .sizes(&["n"])
        .choices(&[
            ("form", FORMS),
            ("w", &["{1, 3}", "{1/2, 0.7}", "None"]),
            ("logits", &["True", "False"]),
            ("e", &["0", "1/4"]),
            ("reduction", &["Mean", "Total", "None"]),
        ])
        .probabilities(),
    ],
    ..Layer::NEW
};

//! `CTCLossLayer`: the probability of a sequence, whatever the timing of its elements.

use crate::record::{is, named};
use crate::requirement::requires;
use crate::{Equation, Layer, Port, PortKind, Relation, Sample, Step};

/// The targets with blanks before, between and behind them.
const EXTENDED: Equation = named(
    "extended",
    "If[length === 0, {blank}, Join[{blank}, \
     ArrayReshape[Transpose[{Target, ConstantArray[blank, length]}], {2 length}]]]",
    "l",
);
/// Whether the blank before an element may be left out: 1 where the element differs from the one before, else 0.
const SKIPPING: Equation = named(
    "skipping",
    "If[length < 2, ConstantArray[0, states],
        Join[{0, 0, 0}, ArrayReshape[
            Transpose[{ArrayThread[Boole[#1 != #2] &, {Rest[Target], Most[Target]}], ConstantArray[0, length - 1]}],
            {2 (length - 1)}]]]",
    "d",
);
const EMITTED: Equation = named("emitted", "ArrayGather[Input, extended, 2]", "e");
const LATER: Equation = is("later", "Rest[emitted]");

pub(super) const CTC_LOSS: Layer = Layer {
    name: "CTCLossLayer",
    usage: "CTCLossLayer[] takes at the port \"Input\" a sequence of vectors of the probabilities of c classes and, last, of a \
            blank, and at the port \"Target\" a sequence of integers from 1 to c. It gives -Log[p] for the probability p \
            that the sequence of classes is the target, after equal neighbours are taken together and then blanks are \
            taken away.",
    source: "Graves et al., Connectionist temporal classification, 2006, sec. 4.1",
    inputs: &[
        Port { name: "Input", shape: "{steps, blank}", kind: PortKind::Data, tex: "x" },
        Port { name: "Target", shape: "{length}", kind: PortKind::Index("blank - 1"), tex: "t" },
    ],
    outputs: &[Port { name: "Loss", shape: "{}", kind: PortKind::Data, tex: "L" }],
    relations: &[Relation { variable: "states", value: "2 length + 1" }],
    requirements: &[
        requires(
            "blank > 1",
            "there must be a class beside the blank, but the rows of the input have length `blank`",
            "Give rows with an element for each class, and last one for the blank",
        ),
        requires("steps > 0", "the sequence must not be empty", "Give a sequence of at least one element"),
    ],
    definition: &[
        EXTENDED,
        SKIPPING,
        EMITTED,
        LATER,
        // It begins with the first blank or the first element.
        is("start", "If[length === 0, First[emitted], ArrayPad[Take[First[emitted], 2], {{0, states - 2}}]]"),
        Equation::Recurrence {
            states: &[("alpha", "start", "last")],
            sequences: &[("emission", "later")],
            step: &[Step {
                left: "alphaNext",
                right: "If[length === 0, alpha emission,
                    (alpha + ArrayPad[alpha, {{1, -1}}] + skipping ArrayPad[alpha, {{2, -2}}]) emission]",
                tex: "α",
            }],
            next: &["alphaNext"],
            outputs: &[],
        },
        is("Loss", "-Log[If[length === 0, First[last], last[[-1]] + last[[-2]]]]"),
    ],
    // In logarithms. That of 0 is finite here, or there would be no gradients where all ways to a state are closed.
    stable: &[
        is("impossible", "-1.*^30"),
        EXTENDED,
        SKIPPING,
        is("emitted", "Log[ArrayGather[Input, extended, 2]]"),
        LATER,
        is(
            "start",
            "If[length === 0, First[emitted], ArrayPad[Take[First[emitted], 2], {{0, states - 2}}, impossible]]",
        ),
        is("closed", "ArrayThread[Piecewise[{{0, # == 1}}, impossible] &, {skipping}]"),
        Equation::Recurrence {
            states: &[("alpha", "start", "last")],
            sequences: &[("emission", "later")],
            step: &[Step {
                left: "alphaNext",
                right: "If[length === 0, alpha + emission,
                    ArrayLogSumExp[{alpha, ArrayPad[alpha, {{1, -1}}, impossible],
                        closed + ArrayPad[alpha, {{2, -2}}, impossible]}, 1] + emission]",
                tex: "α",
            }],
            next: &["alphaNext"],
            outputs: &[],
        },
        is("logarithm", "If[length === 0, First[last], ArrayLogSumExp[Take[last, -2], 1]]"),
        is("Loss", "Piecewise[{{Infinity, logarithm < impossible/2}}, -logarithm]"),
    ],
    examples: &[
        ("CTCLossLayer[][<|\"Input\" -> {{a, b}, {c, d}}, \"Target\" -> {1}|>]", "-Log[(a + b) c + a d]"),
        ("CTCLossLayer[][<|\"Input\" -> {{1/2, 1/2}, {1/4, 3/4}}, \"Target\" -> {1, 1}|>]", "Infinity"),
    ],
    samples: &[
        Sample::of("CTCLossLayer[\"Input\" -> {t + 2 n, c + 1}, \"Target\" -> n]")
            .sizes(&["t", "c"])
            .counts(&["n"])
            .probabilities(),
        Sample::of("CTCLossLayer[\"Input\" -> {t + 2, c + 1}, \"Target\" -> 1]")
            .sizes(&["c"])
            .counts(&["t"])
            .probabilities(),
    ],
    ..Layer::NEW
};

//! Windows and Fourier transforms of signals.

use super::{ElementOf, Input, Meaning, Operator, Output, input, known, optional_known, output};

const SIZE: &[Input] = &[known("size")];
const WINDOW: &[(&str, &str)] = &[("output_datatype", "1"), ("periodic", "1")];
const WINDOWED: &[Output] = &[output("output", ElementOf::Attribute("output_datatype"))];

const fn window(name: &'static str, definition: &'static str) -> Operator {
    Operator {
        name,
        since: 17,
        inputs: SIZE,
        outputs: WINDOWED,
        attributes: WINDOW,
        meaning: Meaning::Value(definition),
        ..Operator::NEW
    }
}

const fn transform(
    since: i64,
    inputs: &'static [Input],
    attributes: &'static [(&'static str, &'static str)],
) -> Operator {
    Operator {
        name: "DFT",
        since,
        inputs,
        attributes,
        meaning: Meaning::Value(
            "With[{dims = Dimensions[input], rank = ArrayDepth[input]}, With[{at = level[If[axis === None, -2, scalar[axis]], rank]}, \
             With[{n = If[dftLength === None, If[inverse == 1 && onesided == 1, 2 (dims[[at]] - 1), dims[[at]]], scalar[dftLength]]}, \
             If[inverse == 1 && onesided == 1, \
             transformed[mirrored[input, at, n], at, n, n, {1}], \
             transformed[input, at, n, If[onesided == 1, Floor[n/2] + 1, n], {1, 2}]]]]]",
        ),
        ..Operator::NEW
    }
}

pub(super) const OPERATORS: &[Operator] = &[
    window("HannWindow", "cosines[{1/2, -1/2}, scalar[size]]"),
    window("HammingWindow", "cosines[{25/46, -21/46}, scalar[size]]"),
    window("BlackmanWindow", "cosines[{21/50, -1/2, 2/25}, scalar[size]]"),
    transform(
        17,
        &[input("input"), optional_known("dft_length")],
        &[("axis", "1"), ("inverse", "0"), ("onesided", "0")],
    ),
    transform(
        20,
        &[input("input"), optional_known("dft_length"), optional_known("axis")],
        &[("inverse", "0"), ("onesided", "0")],
    ),
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // A sum of cosines over a period, or from end to end.
    (
        "cosines",
        "Function[{factors, length}, With[{x = 2 Pi (Range[length] - 1)/If[periodic == 1, length, Max[length - 1, 1]]}, \
         N[Sum[factors[[k]] Cos[(k - 1) x], {k, Length[factors]}]]]]",
    ),
    // The first elements of a level, and zeros behind them.
    (
        "fitted",
        "Function[{array, at, length}, With[{size = Dimensions[array][[at]]}, Which[size === length, array, \
         size > length, part[array, at, 1, length], \
         True, ArrayPad[array, ReplacePart[ConstantArray[{0, 0}, ArrayDepth[array]], at -> {0, length - size}]]]]]",
    ),
    // All elements of a Hermitian spectrum from its first half.
    (
        "mirrored",
        "Function[{array, at, length}, With[{own = fitted[array, at, Floor[length/2] + 1]}, \
         ArrayThread[Times, {ArrayGather[own, Map[Min[#, length - #] + 1 &, Range[0, length - 1]], at], \
         Map[{1, If[2 # <= length, 1, -1]} &, Range[0, length - 1]]}, {Range[ArrayDepth[array]], {at, ArrayDepth[array]}}]]]",
    ),
    // The transform of a level; the last level has real parts, and imaginary ones after them.
    (
        "transformed",
        "Function[{array, at, length, kept, parts}, With[{all = Map[ToString, Range[ArrayDepth[array]]], sign = If[inverse == 1, -1, 1]}, \
         With[{matrix = N[Table[With[{angle = 2 Pi Mod[j k, length]/length, scale = If[inverse == 1, 1/length, 1]}, \
         {{scale Cos[angle], -scale sign Sin[angle]}, {scale sign Sin[angle], scale Cos[angle]}}], {k, 0, kept - 1}, {j, 0, length - 1}]]}, \
         ArrayContract[{fitted[array, at, length], matrix[[All, All, Range[Last[Dimensions[array]]], parts]]}, \
         {ReplacePart[all, {at -> \"old\", -1 -> \"from\"}], {\"new\", \"old\", \"from\", \"to\"}} -> ReplacePart[all, {at -> \"new\", -1 -> \"to\"}]]]]]",
    ),
];

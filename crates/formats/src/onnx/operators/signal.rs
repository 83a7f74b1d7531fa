//! Windows and Fourier transforms of signals.

use super::{ElementOf, Input, Meaning, Operator, Output, input, known, optional, optional_known, output};

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
             transformed[mirrored[input, at, n], at, n, n, {1}, inverse], \
             transformed[input, at, n, If[onesided == 1, Floor[n/2] + 1, n], {1, 2}, inverse]]]]]",
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
    Operator {
        name: "STFT",
        since: 17,
        inputs: &[input("signal"), known("frame_step"), optional("window"), optional_known("frame_length")],
        attributes: &[("onesided", "1")],
        meaning: Meaning::Value(
            "With[{waves = If[ArrayDepth[signal] == 2, ArrayReshape[signal, Append[Dimensions[signal], 1]], signal]}, \
             With[{n = Which[frameLength =!= None, scalar[frameLength], window =!= None, First[Dimensions[window]], True, Dimensions[waves][[2]]]}, \
             With[{frames = Transpose[ArrayWindow[waves, {n}, {scalar[frameStep]}, {1}, {2}], {1, 2, 4, 3}]}, \
             transformed[If[window === None, frames, ArrayThread[Times, {frames, window}, {{1, 2, 3, 4}, {3}}]], 3, n, \
             If[onesided == 1, Floor[n/2] + 1, n], {1, 2}, 0]]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "MelWeightMatrix",
        since: 17,
        inputs: &[
            known("num_mel_bins"),
            known("dft_length"),
            known("sample_rate"),
            known("lower_edge_hertz"),
            known("upper_edge_hertz"),
        ],
        outputs: WINDOWED,
        attributes: &[("output_datatype", "1")],
        meaning: Meaning::Value(
            "With[{bins = scalar[numMelBins], size = scalar[dftLength], mel = Function[2595 Log10[1 + #/700]]}, \
             With[{low = mel[scalar[lowerEdgeHertz]], high = mel[scalar[upperEdgeHertz]]}, \
             With[{at = Table[Floor[(size + 1) 700 (10^((low + k (high - low)/(bins + 2))/2595) - 1)/scalar[sampleRate]], {k, 0, bins + 1}]}, \
             N[Table[With[{from = at[[k]], center = at[[k + 1]], to = at[[k + 2]]}, Which[\
             center <= j < to, (to - j)/(to - center), from <= j <= center && from < center, (j - from)/(center - from), \
             j == center && from == center, 1, True, 0]], {j, 0, Floor[size/2]}, {k, bins}]]]]]",
        ),
        ..Operator::NEW
    },
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
        "Function[{array, at, length, kept, parts, back}, With[{all = Map[ToString, Range[ArrayDepth[array]]], sign = If[back == 1, -1, 1]}, \
         With[{matrix = N[Table[With[{angle = 2 Pi Mod[j k, length]/length, scale = If[back == 1, 1/length, 1]}, \
         {{scale Cos[angle], -scale sign Sin[angle]}, {scale sign Sin[angle], scale Cos[angle]}}], {k, 0, kept - 1}, {j, 0, length - 1}]]}, \
         ArrayContract[{fitted[array, at, length], matrix[[All, All, Range[Last[Dimensions[array]]], parts]]}, \
         {ReplacePart[all, {at -> \"old\", -1 -> \"from\"}], {\"new\", \"old\", \"from\", \"to\"}} -> ReplacePart[all, {at -> \"new\", -1 -> \"to\"}]]]]]",
    ),
];

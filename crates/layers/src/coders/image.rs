//! Images as arrays whose first level is that of the channels.

use crate::coder::{Coder, Decoding, Direction, Encoding, Property};
use crate::requirement::requires;
use crate::{Parameter, ParameterType, Relation, Requirement};

const COLOR_SPACE: Parameter = Parameter {
    name: "ColorSpace",
    kind: ParameterType::Choice(&["\"RGB\"", "\"Grayscale\""]),
    default: Some("\"RGB\""),
};
const INTERLEAVING: Parameter =
    Parameter { name: "Interleaving", kind: ParameterType::Boolean, default: Some("False") };
const MEAN: Parameter = Parameter {
    name: "MeanImage",
    kind: ParameterType::Matching {
        form: "None | _?NumericQ | {__?NumericQ} | _Image",
        expected: "None, a number, a list of a number for each channel, or an image",
    },
    default: Some("None"),
};
const VARIANCE: Parameter = Parameter { name: "VarianceImage", ..MEAN };

/// The number of channels.
const CHANNELS: Relation = Relation { variable: "channels", value: "If[ColorSpace === \"RGB\", 3, 1]" };

/// From pixels to an array of as many channels as the color space has. Opacity is left out; the weights of red, green and blue
/// in grey are those of ITU-R BT.601.
const TO_ARRAY: Relation = Relation {
    variable: "toArray",
    value: "Function[pixels, With[{levels = If[ArrayDepth[pixels] == 2, {pixels}, Transpose[pixels, {2, 3, 1}]]},
        Switch[{channels, Length[levels]},
            {3, 1 | 2}, {levels[[1]], levels[[1]], levels[[1]]},
            {3, _}, levels[[1 ;; 3]],
            {1, 1 | 2}, levels[[1 ;; 1]],
            _, {0.299 levels[[1]] + 0.587 levels[[2]] + 0.114 levels[[3]]}]]]",
};

/// What is subtracted and divided by: numbers, or arrays with the size of the encoder.
const SETTINGS: &str = "Function[setting,
    If[MatchQ[setting, _Image], ResizeLayer[{height, width}][toArray[ImageData[setting]]], setting]]";

const LENGTHS: Requirement = requires(
    "AllTrue[{MeanImage, VarianceImage}, !ListQ[#] || Length[#] == If[ColorSpace === \"RGB\", 3, 1] &]",
    "MeanImage and VarianceImage must have a number for each of the `If[ColorSpace === \"RGB\", 3, 1]` channels",
    "Give a number, an array, or a list of that length",
);

pub(super) const ENCODER: Coder = Coder {
    name: "Image",
    usage: "NetEncoder[{\"Image\", {w, h}}] brings an image, or the one in a file File[\"name\"], to the width w and height h, and gives the \
            array of its red, green and blue pixels, between 0 and 1, with dimensions {3, h, w}. NetEncoder[{\"Image\", n}] has w = h = n, \
            NetEncoder[\"Image\"] n = 128. NetEncoder[{\"Image\", {w, h}, \"Grayscale\"}], or the option \
            ColorSpace -> \"Grayscale\", gives one channel, Interleaving -> True has the channels last, \
            \"MeanImage\" -> m subtracts m, which is a number, a list of numbers for the channels or an image, and \
            \"VarianceImage\" -> v divides by Sqrt[v].",
    arguments: &[
        Parameter {
            name: "size",
            kind: ParameterType::Matching {
                form: "_Integer?Positive | {_Integer?Positive, _Integer?Positive}",
                expected: "a size or {width, height}",
            },
            default: Some("128"),
        },
        COLOR_SPACE,
    ],
    options: &[COLOR_SPACE, INTERLEAVING, MEAN, VARIANCE],
    values: &[
        CHANNELS,
        Relation { variable: "width", value: "If[ListQ[size], size[[1]], size]" },
        Relation { variable: "height", value: "If[ListQ[size], size[[2]], size]" },
        TO_ARRAY,
        Relation { variable: "setting", value: SETTINGS },
        Relation { variable: "mean", value: "setting[MeanImage]" },
        Relation { variable: "variance", value: "setting[VarianceImage]" },
        Relation { variable: "image", value: "If[MatchQ[#, File[_String]], Import[First[#]], #] &" },
    ],
    requirements: &[LENGTHS],
    shape: "If[Interleaving, {height, width, channels}, {channels, height, width}]",
    direction: Direction::Encode(Encoding {
        greatest: "None",
        accepts: "(MatchQ[Input, _Image] || MatchQ[Input, File[_String]]) && ImageQ[image[Input]]",
        expected: "an image, or File[\"name\"] of one,",
        array: "With[{array = ResizeLayer[{height, width}][toArray[ImageData[image[Input]]]]},
            With[{centred = If[mean === None, array, array - mean]},
                With[{scaled = If[variance === None, centred, centred/Sqrt[variance]]},
                    If[Interleaving, Transpose[scaled, {3, 1, 2}], scaled]]]]",
        symbolic: "If[MatchQ[Input, _File | _Image], $Failed, Undecided]",
    }),
    examples: &[
        ("NetEncoder[{\"Image\", {2, 1}, \"Grayscale\"}][Image[{{0, 51}}, \"Byte\"]]", "{{{0., 0.2}}}"),
        ("NetEncoder[{\"Image\", 1, Interleaving -> True}][Image[{{{r, g, b}}}]]", "{{{r, g, b}}}"),
        (
            "NetEncoder[{\"Image\", 1, \"MeanImage\" -> {1, 2, 3}}][Image[{{x}}]]",
            "{{{-1 + x}}, {{-2 + x}}, {{-3 + x}}}",
        ),
    ],
    ..Coder::NEW
};

pub(super) const DECODER: Coder = Coder {
    name: "Image",
    usage: "NetDecoder[\"Image\"] gives the image of an array with the dimensions {3, h, w}, whose levels are red, green and blue. \
            NetDecoder[{\"Image\", \"Grayscale\"}], or the option ColorSpace -> \"Grayscale\", takes one channel, Interleaving -> True has the channels last; \"VarianceImage\" -> v multiplies by \
            Sqrt[v], and \"MeanImage\" -> m adds m, as NetEncoder subtracts and divides by them.",
    arguments: &[COLOR_SPACE],
    options: &[COLOR_SPACE, INTERLEAVING, MEAN, VARIANCE],
    values: &[
        CHANNELS,
        TO_ARRAY,
        Relation {
            variable: "setting",
            value: "Function[{setting, height, width},
                If[MatchQ[setting, _Image], ResizeLayer[{height, width}][toArray[ImageData[setting]]], setting]]",
        },
    ],
    requirements: &[LENGTHS],
    shape: "If[Interleaving, {Automatic, Automatic, channels}, {channels, Automatic, Automatic}]",
    direction: Direction::Decode(Decoding {
        levels: "0",
        properties: &[Property::of(
            "Decision",
            "With[{array = If[Interleaving, Transpose[Input, {2, 3, 1}], Input]},
                With[{m = setting[MeanImage, Length[array[[1]]], Length[array[[1, 1]]]],
                        v = setting[VarianceImage, Length[array[[1]]], Length[array[[1, 1]]]]},
                    With[{scaled = If[v === None, array, array Sqrt[v]]},
                        With[{shifted = If[m === None, scaled, scaled + m]},
                            Image[If[channels === 1, shifted[[1]], Transpose[shifted, {3, 1, 2}]]]]]]]",
        )
        .if_decided("ListQ[Input]")],
        ..Decoding::NEW
    }),
    examples: &[
        ("NetDecoder[{\"Image\", \"Grayscale\"}][{{{0, x}}}]", "Image[{{0, x}}]"),
        ("NetDecoder[\"Image\"][{{{r}}, {{g}}, {{b}}}]", "Image[{{{r, g, b}}}]"),
    ],
    ..Coder::NEW
};

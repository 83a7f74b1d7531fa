//! Other arrangements of the elements of arrays.

use super::Layer;

/// Zeros around, or elements taken away, at spatial levels.
const fn bordered(
    class: &'static str,
    attribute: &'static [(&'static str, &'static str)],
    layer: &'static str,
) -> Layer {
    Layer { class, attributes: attribute, layer, ..Layer::NEW }
}

macro_rules! padded {
    ($amounts:literal) => {
        concat!(
            "With[{pairs = Map[If[ListQ[#], #, {#, #}] &, ",
            $amounts,
            "]}, \
             PaddingLayer[If[channelsLast, Append[pairs, {0, 0}], Prepend[pairs, {0, 0}]]]]"
        )
    };
}

/// A number, a number for each level, or a pair for each level.
const PADDING: &str = padded!("each[padding, Length[shape] - 1]");
const CROPPING: &str = padded!("Map[-# &, each[cropping, Length[shape] - 1]]");

/// With sizes and data formats.
const UPSAMPLED: &[(&str, &str)] = &[("size", "2"), ("data_format", "None"), ("interpolation", "\"nearest\"")];

const UPSAMPLING: &str = "If[MemberQ[{\"nearest\", \"bilinear\"}, interpolation], \
    withChannelsFirst[ResizeLayer[Map[Scaled, each[size, Length[shape] - 1]], \
    Resampling -> If[interpolation === \"nearest\", \"Nearest\", \"Linear\"]]], Automatic]";

/// Other ways than those of a layer.
const RESAMPLED: &str = "With[{antialias = False, sizes = space each[size, 2]}, \
    resampled[resampled[inputs, imageLevel, sizes[[1]], interpolation], imageLevel + 1, sizes[[2]], interpolation]]";

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        class: "Reshape",
        attributes: &[("target_shape", "")],
        layer: "ReshapeLayer[targetShape /. -1 -> Automatic]",
        ..Layer::NEW
    },
    Layer {
        class: "Flatten",
        attributes: &[("data_format", "None")],
        layer: "Which[shape === {}, ReshapeLayer[{1}], channelsLast || Length[shape] < 2, FlattenLayer[], \
                True, NetChain[{TransposeLayer[RotateRight[Range[Length[shape]], 1]], FlattenLayer[]}]]",
        ..Layer::NEW
    },
    Layer { class: "Permute", attributes: &[("dims", "")], layer: "TransposeLayer[Ordering[dims]]", ..Layer::NEW },
    Layer { class: "RepeatVector", attributes: &[("n", "")], layer: "ReplicateLayer[n]", ..Layer::NEW },
    // In one dimension the pair is for the single spatial level.
    bordered("ZeroPadding1D", &[("padding", "1"), ("data_format", "None")], padded!("{padding}")),
    bordered("ZeroPadding2D", &[("padding", "1"), ("data_format", "None")], PADDING),
    bordered("ZeroPadding3D", &[("padding", "1"), ("data_format", "None")], PADDING),
    bordered("Cropping1D", &[("cropping", "1"), ("data_format", "None")], padded!("{-cropping}")),
    bordered("Cropping2D", &[("cropping", "0"), ("data_format", "None")], CROPPING),
    bordered("Cropping3D", &[("cropping", "1"), ("data_format", "None")], CROPPING),
    bordered("UpSampling1D", UPSAMPLED, UPSAMPLING),
    Layer { value: RESAMPLED, ..bordered("UpSampling2D", UPSAMPLED, UPSAMPLING) },
    bordered("UpSampling3D", UPSAMPLED, UPSAMPLING),
];

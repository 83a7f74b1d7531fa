//! Operations on images, and the resampling that layers use too.

use super::{Layer, several};

const IMAGES: &[&str] = &["images"];
const FORMAT: &[(&str, &str)] = &[("data_format", "None")];

/// An operation on images.
const fn of_images(
    class: &'static str,
    attributes: &'static [(&'static str, &'static str)],
    value: &'static str,
) -> Layer {
    several(class, IMAGES, attributes, value)
}

pub(super) const OPERATIONS: &[Layer] = &[
    of_images(
        "Resize",
        &[
            ("size", ""),
            ("interpolation", "\"bilinear\""),
            ("antialias", "False"),
            ("crop_to_aspect_ratio", "False"),
            ("pad_to_aspect_ratio", "False"),
            ("fill_mode", "\"constant\""),
            ("fill_value", "0."),
            ("data_format", "None"),
        ],
        "resizedTo[images, size]",
    ),
    of_images(
        "RGBToGrayscale",
        FORMAT,
        "With[{at = channelLevel[images]}, ArrayReshape[ArrayContract[{channelsTo[images, at], {0.2989, 0.587, 0.114}}, \
         {{\"c\", \"i\", \"j\"}, {\"c\"}} -> {\"i\", \"j\"}], ReplacePart[Dimensions[images], at -> 1]]]",
    ),
    of_images(
        "RGBToHSV",
        FORMAT,
        "ofChannels[images, Function[{r, g, b}, With[{value = ArrayThread[Max, {r, g, b}]}, With[{range = value - ArrayThread[Min, {r, g, b}]}, \
         {ArrayThread[Function[{red, green, blue, top, wide}, If[wide > 0, With[{hue = If[top == red, (green - blue)/(6 wide), If[top == green, (blue - red)/(6 wide) + 1/3, (red - green)/(6 wide) + 2/3]]}, \
         If[hue < 0, hue + 1, hue]], 0]], {r, g, b, value, range}], \
         ArrayThread[If[#1 > 0, #2/#1, 0] &, {value, range}], value}]]]]",
    ),
    of_images(
        "HSVToRGB",
        FORMAT,
        "ofChannels[images, Function[{hue, saturation, value}, \
         Map[Function[{shade}, ArrayThread[Function[{h, s, v}, v (1 - s + s Min[Max[shade[6 Mod[h, 1]], 0], 1])], {hue, saturation, value}]], \
         {Function[RealAbs[# - 3] - 1], Function[2 - RealAbs[# - 2]], Function[2 - RealAbs[# - 4]]}]]]",
    ),
    of_images(
        "ExtractPatches",
        &[("size", ""), ("strides", "None"), ("dilation_rate", "1"), ("padding", "\"valid\""), ("data_format", "None")],
        "With[{d = Length[shape] - 1}, With[{sizes = each[size, d]}, With[{steps = If[strides === None, sizes, each[strides, d]], apart = each[dilationRate, d]}, \
         With[{moved = channelsTo[images, channelLevel[images]]}, \
         With[{windows = ArrayWindow[ArrayPad[moved, Prepend[windowPadding[sizes, steps, apart], {0, 0}]], sizes, steps, apart, Range[2, d + 1]]}, \
         With[{dims = Dimensions[windows]}, \
         With[{patches = ArrayReshape[Transpose[windows, Join[{2 d + 1}, Range[d], Range[d + 1, 2 d]]], Append[dims[[2 ;; d + 1]], dims[[1]] (Times @@ sizes)]]}, \
         If[channelsLast, patches, Transpose[patches, Append[Range[2, d + 1], 1]]]]]]]]]]",
    ),
    of_images(
        "PadImages",
        &[
            ("top_padding", "None"),
            ("left_padding", "None"),
            ("bottom_padding", "None"),
            ("right_padding", "None"),
            ("target_height", "None"),
            ("target_width", "None"),
            ("data_format", "None"),
        ],
        "framed[images, {sidesOf[1, topPadding, bottomPadding, targetHeight, 1], sidesOf[2, leftPadding, rightPadding, targetWidth, 1]}]",
    ),
    of_images(
        "CropImages",
        &[
            ("top_cropping", "None"),
            ("left_cropping", "None"),
            ("bottom_cropping", "None"),
            ("right_cropping", "None"),
            ("target_height", "None"),
            ("target_width", "None"),
            ("data_format", "None"),
        ],
        "framed[images, -{sidesOf[1, topCropping, bottomCropping, targetHeight, -1], sidesOf[2, leftCropping, rightCropping, targetWidth, -1]}]",
    ),
    // The first number of the kernel's sizes is that of the columns.
    of_images(
        "GaussianBlur",
        &[("kernel_size", "{3, 3}"), ("sigma", "{1., 1.}"), ("data_format", "None")],
        "With[{bell = Function[{count, wide}, With[{heights = N[Exp[-((Range[count] - 1 - (count - 1)/2)/wide)^2/2]]}, heights/Total[heights]]], \
         count = each[kernelSize, 2], wide = each[sigma, 2]}, \
         filteredBy[images, Outer[Times, bell[count[[2]], wide[[2]]], bell[count[[1]], wide[[1]]]]]]",
    ),
    of_images(
        "SobelEdges",
        FORMAT,
        "With[{at = ArrayDepth[images] + 1}, Join[unfolded[filteredBy[images, {{-1, -2, -1}, {0, 0, 0}, {1, 2, 1}}], at], \
         unfolded[filteredBy[images, {{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}}], at], at]]",
    ),
];

pub(in crate::keras::layers) const HELPERS: &[(&str, &str)] = &[
    ("channelLevel", "Function[{array}, If[channelsLast, ArrayDepth[array], 1]]"),
    // The channels at the first level, and back.
    ("channelsTo", "Function[{array, at}, toFront[array, at]]"),
    (
        "ofChannels",
        "Function[{array, function}, With[{at = channelLevel[array]}, With[{first = channelsTo[array, at]}, \
         fromFront[function[first[[1]], first[[2]], first[[3]]], at]]]]",
    ),
    // The first of the two levels of an image.
    ("imageLevel", "If[channelsLast, 1, 2]"),
    // Zeros around an image, or elements taken away.
    (
        "framed",
        "Function[{array, pairs}, ArrayPad[array, If[channelsLast, Append[pairs, {0, 0}], Prepend[pairs, {0, 0}]]]]",
    ),
    // What is added or taken away at the two ends, of which one may follow from a size.
    (
        "sidesOf",
        "Function[{which, before, after, target, sign}, With[{change = sign (target - shape[[imageLevel + which - 1]])}, \
         {If[before === None, change - after, before], If[after === None, change - before, after]}]]",
    ),
    // Each channel with the weighted sums of its neighbours.
    (
        "filteredBy",
        "Function[{array, weights}, With[{at = channelLevel[array], sizes = Dimensions[weights]}, With[{moved = channelsTo[array, at]}, \
         With[{windows = ArrayWindow[ArrayPad[moved, Prepend[Map[{Floor[(# - 1)/2], Ceiling[(# - 1)/2]} &, sizes], {0, 0}]], sizes, {1, 1}, {1, 1}, {2, 3}]}, \
         fromFront[ArrayContract[{windows, weights}, {{\"c\", \"i\", \"j\", \"u\", \"v\"}, {\"u\", \"v\"}} -> {\"c\", \"i\", \"j\"}], at]]]]]",
    ),
    (
        "lanczos",
        "Function[{radius, d}, Piecewise[{{1, d <= 1/1000}, {radius Sin[Pi d] Sin[Pi d/radius]/(Pi^2 d^2), d <= radius}}, 0]]",
    ),
    // The middle of an image.
    (
        "centredCrop",
        "Function[{array, sizes}, With[{at = imageLevel}, With[{starts = IntegerPart[(Dimensions[array][[{at, at + 1}]] - sizes)/2]}, \
         part[part[array, at, starts[[1]] + 1, starts[[1]] + sizes[[1]]], at + 1, starts[[2]] + 1, starts[[2]] + sizes[[2]]]]]]",
    ),
    // The weight of an element at a distance, which is not negative.
    (
        "weightAt",
        r#"Function[{method, d}, Switch[method, "bilinear", Max[0, 1 - d],
            "bicubic", If[backend === "torch" && !antialias, Piecewise[{{5/4 d^3 - 9/4 d^2 + 1, d < 1}, {-3/4 d^3 + 15/4 d^2 - 6 d + 3, d < 2}}, 0],
              Piecewise[{{3/2 d^3 - 5/2 d^2 + 1, d < 1}, {-1/2 d^3 + 5/2 d^2 - 4 d + 2, d < 2}}, 0]],
            "lanczos3", lanczos[3, d], "lanczos5", lanczos[5, d],
            _, refused[StringJoin["the interpolation ", method, " is not supported; nearest, bilinear, bicubic, lanczos3 and lanczos5 are"]]]]"#,
    ),
    // A level with another size: positions are those of the middles of elements, and weights beyond the ends are left out.
    (
        "resampled",
        r#"Function[{array, at, many, method}, With[{old = Dimensions[array][[at]]}, Which[old === many, array,
            method === "nearest", ArrayGather[array, Floor[(Range[many] - 1/2) old/many] + 1, at],
            !IntegerQ[old] && method =!= "bilinear", refused["this interpolation needs sizes that are known; the option \"Dimensions\" gives those of inputs"],
            True, With[{shrink = If[antialias && IntegerQ[old] && old > many, many/old, 1]},
            With[{weights = ArrayThread[Function[weightAt[method, RealAbs[shrink (#1 - #2)]]], {(Range[many] - 1/2) old/many + 1/2, Range[old]}, {{1}, {2}}]},
            With[{normal = N[ArrayThread[Divide, {weights, ArrayReduce[Total, weights, 2]}, {{1, 2}, {1}}]], names = Map[ToString, Range[ArrayDepth[array]]]},
            ArrayContract[{normal, array}, {{"new", ToString[at]}, names} -> ReplacePart[names, at -> "new"]]]]]]]]"#,
    ),
    // An image with other sizes; what does not have their ratio is cut off at both sides, or padded, if that is wanted.
    (
        "resizedTo",
        r#"Function[{array, sizes}, With[{at = imageLevel}, With[{high = Dimensions[array][[at]], wide = Dimensions[array][[at + 1]]},
            With[{whole = Which[fillMode =!= "constant", refused["fill_mode must be constant"],
              cropToAspectRatio, centredCrop[array, {Max[Min[high, IntegerPart[wide sizes[[1]]/sizes[[2]]]], 1], Max[Min[wide, IntegerPart[high sizes[[2]]/sizes[[1]]]], 1]}],
              padToAspectRatio, With[{more = {Max[high, IntegerPart[wide sizes[[1]]/sizes[[2]]]], Max[wide, IntegerPart[high sizes[[2]]/sizes[[1]]]]}},
              With[{sides = IntegerPart[(more - {high, wide})/2]},
              ArrayPad[array, If[channelsLast, Append[#, {0, 0}], Prepend[#, {0, 0}]] &[If[sides[[1]] > 0, {{sides[[1]], sides[[1]]}, {0, 0}}, {{0, 0}, {sides[[2]], sides[[2]]}}]], fillValue]]],
              True, array]},
            resampled[resampled[whole, at, sizes[[1]], interpolation], at + 1, sizes[[2]], interpolation]]]]]"#,
    ),
];

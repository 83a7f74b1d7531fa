//! Resampling: positions in the input for those of the output, level by level.

use super::{Input, Meaning, Operator, input, known, optional_known};

const ATTRIBUTES: &[(&str, &str)] = &[
    ("antialias", "0"),
    ("axes", "None"),
    ("coordinate_transformation_mode", "\"halfPixel\""),
    ("cubic_coeff_a", "-0.75"),
    ("exclude_outside", "0"),
    ("extrapolation_value", "0."),
    ("keep_aspect_ratio_policy", "\"stretch\""),
    ("mode", "\"nearest\""),
    ("nearest_mode", "\"roundPreferFloor\""),
];
const MODE: &[(&str, &str)] = &[("mode", "\"nearest\"")];
const SCALED: &[Input] = &[input("X"), known("scales")];

/// The first versions have no choice of coordinates.
const fn early(name: &'static str, since: i64) -> Operator {
    Operator {
        name,
        since,
        inputs: SCALED,
        attributes: MODE,
        meaning: Meaning::Value(
            "Fold[Function[{array, at}, resampled[array, at, Rationalize[scales[[at]]], Floor[Rationalize[scales[[at]]] Dimensions[X][[at]]], \
             mode, \"asymmetric\", \"floor\", {0, 1}, -0.75, 0, None]], X, Range[ArrayDepth[X]]]",
        ),
        ..Operator::NEW
    }
}

pub(super) const OPERATORS: &[Operator] = &[
    Operator { inputs: &[input("X")], attributes: &[("mode", "\"nearest\""), ("scales", "")], ..early("Upsample", 7) },
    early("Upsample", 9),
    early("Resize", 10),
    Operator {
        name: "Resize",
        since: 11,
        inputs: &[input("X"), optional_known("roi"), optional_known("scales"), optional_known("sizes")],
        attributes: ATTRIBUTES,
        meaning: Meaning::Value(
            "With[{rank = ArrayDepth[X], dims = Dimensions[X]}, With[{at = If[axes === None, Range[rank], levels[axes, rank]], bySizes = sizes =!= None && sizes =!= {}}, \
             With[{n = Length[at], factors = Which[!bySizes, Map[Rationalize, scales], keepAspectRatioPolicy === \"stretch\", sizes/dims[[at]], \
             keepAspectRatioPolicy === \"notLarger\", ConstantArray[Min[sizes/dims[[at]]], Length[at]], True, ConstantArray[Max[sizes/dims[[at]]], Length[at]]]}, \
             With[{lengths = Which[!bySizes, Map[Floor, factors dims[[at]]], keepAspectRatioPolicy === \"stretch\", sizes, True, Map[Floor[# + 1/2] &, factors dims[[at]]]], \
             box = If[roi === None || roi === {}, ConstantArray[{0, 1}, n], Transpose[Partition[roi, n]]]}, \
             Fold[Function[{array, k}, resampled[array, at[[k]], factors[[k]], lengths[[k]], mode, coordinateTransformationMode, nearestMode, \
             box[[k]], cubicCoeffA, excludeOutside, If[coordinateTransformationMode === \"tfCropAndResize\", extrapolationValue, None]]], X, Range[n]]]]]]",
        ),
        ..Operator::NEW
    },
];

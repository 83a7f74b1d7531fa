//! Layers that prepare data: sizes of images, classes of numbers; what changes images in training only does nothing.

use super::{Layer, Mask};

const SIZED: &[(&str, &str)] = &[
    ("height", ""),
    ("width", ""),
    ("interpolation", "\"bilinear\""),
    ("crop_to_aspect_ratio", "False"),
    ("pad_to_aspect_ratio", "False"),
    ("fill_mode", "\"constant\""),
    ("fill_value", "0."),
    ("antialias", "False"),
    ("data_format", "None"),
];

/// A crop that does not fit takes as much of the middle as has the wanted ratio of sizes, and resizes it.
const CROPPED: &[(&str, &str)] = &[
    ("height", ""),
    ("width", ""),
    ("interpolation", "\"bilinear\""),
    ("crop_to_aspect_ratio", "True"),
    ("pad_to_aspect_ratio", "False"),
    ("fill_mode", "\"constant\""),
    ("fill_value", "0."),
    ("antialias", "False"),
    ("data_format", "None"),
];

/// How images are changed in training.
const CHANGES: &[&str] = &[
    "all_ops",
    "alpha",
    "brightness_factor",
    "chain_depth",
    "contrast_factor",
    "data_format",
    "factor",
    "fill_mode",
    "fill_value",
    "height",
    "height_factor",
    "hue_factor",
    "interpolation",
    "kernel_size",
    "max_factor",
    "mode",
    "num_chains",
    "num_ops",
    "saturation_factor",
    "scale",
    "sigma",
    "value_range",
    "width",
    "width_factor",
    "x_factor",
    "y_factor",
];

const fn prepared(
    class: &'static str,
    attributes: &'static [(&'static str, &'static str)],
    value: &'static str,
) -> Layer {
    Layer { class, attributes, layer: "", value, ..Layer::NEW }
}

/// A layer that changes images in training only.
const fn changing(class: &'static str) -> Layer {
    Layer { class, ignored: CHANGES, mask: Mask::Passed, ..Layer::NEW }
}

pub(super) const LAYERS: &[Layer] = &[
    prepared("Resizing", SIZED, "resizedTo[inputs, {height, width}]"),
    prepared(
        "CenterCrop",
        CROPPED,
        "With[{sizes = Dimensions[inputs][[{imageLevel, imageLevel + 1}]]}, \
         If[TrueQ[sizes[[1]] >= height && sizes[[2]] >= width], With[{starts = Floor[(sizes - {height, width})/2], at = imageLevel}, \
         part[part[inputs, at, starts[[1]] + 1, starts[[1]] + height], at + 1, starts[[2]] + 1, starts[[2]] + width]], \
         resizedTo[inputs, {height, width}]]]",
    ),
    Layer {
        inputs: &["inputs", "count_weights"],
        ..prepared(
            "CategoryEncoding",
            &[("num_tokens", ""), ("output_mode", "\"multi_hot\""), ("sparse", "False")],
            "encoded[inputs, numTokens, outputMode, countWeights]",
        )
    },
    prepared(
        "Discretization",
        &[
            ("bin_boundaries", "None"),
            ("num_bins", "None"),
            ("output_mode", "\"int\""),
            ("sparse", "False"),
            ("epsilon", "None"),
        ],
        r#"If[!ListQ[binBoundaries], refused["bounds that are not known are not supported; adapt finds them"],
            encoded[countOf[LessEqual, binBoundaries, inputs], Length[binBoundaries] + 1, outputMode, None]]"#,
    ),
    // What is not in the vocabulary has the number before those of the vocabulary.
    prepared(
        "IntegerLookup",
        &[
            ("vocabulary", "None"),
            ("num_oov_indices", "1"),
            ("mask_token", "None"),
            ("oov_token", "-1"),
            ("invert", "False"),
            ("output_mode", "\"int\""),
            ("pad_to_max_tokens", "False"),
            ("max_tokens", "None"),
            ("sparse", "False"),
            ("vocabulary_size", "None"),
            ("idf_weights", "None"),
            ("vocabulary_dtype", "None"),
        ],
        r#"Which[!ListQ[vocabulary], refused["a vocabulary that is in another file is not supported"],
            invert || numOovIndices != 1 || padToMaxTokens, refused["only a lookup of positions with one index for other numbers is supported"],
            True, With[{words = DeleteCases[vocabulary, maskToken | oovToken], before = If[maskToken === None || outputMode =!= "int", 0, 1]},
            encoded[ArrayThread[If[before == 1 && #2 == maskToken, 0, #1 + before] &, {ArrayReduce[Total, ArrayThread[If[#1 == #2, #3, 0] &,
            {inputs, words, Range[Length[words]]}, {Range[ArrayDepth[inputs]], {ArrayDepth[inputs] + 1}, {ArrayDepth[inputs] + 1}}], -1], inputs}],
            Length[words] + 1, outputMode, None]]]"#,
    ),
    changing("RandomFlip"),
    changing("RandomRotation"),
    changing("RandomTranslation"),
    changing("RandomZoom"),
    changing("RandomCrop"),
    changing("RandomShear"),
    changing("RandomPerspective"),
    changing("RandomElasticTransform"),
    changing("RandomErasing"),
    changing("RandomGaussianBlur"),
    changing("RandomSharpness"),
    changing("RandomBrightness"),
    changing("RandomContrast"),
    changing("RandomHue"),
    changing("RandomSaturation"),
    changing("RandomGrayscale"),
    changing("RandomInvert"),
    changing("RandomPosterization"),
    changing("RandomColorDegeneration"),
    changing("RandomColorJitter"),
    changing("AugMix"),
    changing("CutMix"),
    changing("MixUp"),
    changing("RandAugment"),
];

pub(super) const HELPERS: &[(&str, &str)] = &[
    // Classes as they are, or as a level in which those are marked or counted that there are.
    (
        "encoded",
        r#"Function[{classes, many, way, weights}, If[way === "int", classes, With[{marks = oneHot[classes, many, -1], depth = ArrayDepth[classes]},
            Switch[way, "one_hot", If[depth > 0 && Last[Dimensions[classes]] === 1, ArrayReshape[marks, Append[Most[Dimensions[classes]], many]], marks],
            "multi_hot", If[depth == 0, marks, ArrayReduce[Max, marks, depth]],
            "count", With[{counted = If[weights === None, marks, ArrayThread[Times, {marks, weights}, {All, Range[depth]}]]}, If[depth == 0, counted, ArrayReduce[Total, counted, depth]]],
            _, refused[StringJoin["the output_mode ", way, " is not supported"]]]]]]"#,
    ),
];

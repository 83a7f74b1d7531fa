//! Normalisations, by learned statistics and by those of the data.

use super::{Array, Layer, Mask, array_if};

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        class: "BatchNormalization",
        attributes: &[
            ("axis", "-1"),
            ("momentum", "0.99"),
            ("epsilon", "0.001"),
            ("center", "True"),
            ("scale", "True"),
            ("renorm", "False"),
        ],
        ignored: &["synchronized", "fused", "renorm_clipping", "renorm_momentum", "virtual_batch_size", "adjustment"],
        arrays: &[
            array_if("gamma", "scale"),
            array_if("beta", "center"),
            Array { name: "moving_mean", part: "", when: "True", trained: false },
            Array { name: "moving_variance", part: "", when: "True", trained: false },
        ],
        // Other levels than the first and the last one are brought to the front.
        layer: "With[{at = level[First[Flatten[{axis}]]], n = Length[shape]}, \
                With[{net = BatchNormalizationLayer[Interleaving -> (at == n), \"Epsilon\" -> epsilon, \"Momentum\" -> momentum, \
                \"Scaling\" -> gamma, \"Biases\" -> beta, \"MovingMean\" -> movingMean, \"MovingVariance\" -> movingVariance]}, \
                If[at == 1 || at == n, net, NetChain[{TransposeLayer[1 <-> at], net, TransposeLayer[1 <-> at]}]]]]",
        mask: Mask::Passed,
        ..Layer::NEW
    },
    Layer {
        class: "LayerNormalization",
        attributes: &[
            ("axis", "-1"),
            ("epsilon", "0.001"),
            ("center", "True"),
            ("scale", "True"),
            ("rms_scaling", "False"),
        ],
        arrays: &[array_if("gamma", "scale || rmsScaling"), array_if("beta", "center && !rmsScaling")],
        layer: "If[rmsScaling, With[{at = levels[axis], factors = gamma}, With[{others = Complement[Range[Length[shape]], at]}, \
                FunctionLayer[Function[{input}, ArrayThread[#1/Sqrt[#2 + epsilon] #3 &, {input, \
                ArrayReduce[Mean, ArrayThread[(#1 - #2)^2 &, {input, ArrayReduce[Mean, input, at]}, {All, others}], at], factors}, {All, others, at}]]]]], \
                NormalizationLayer[levels[axis], \"Same\", \"Epsilon\" -> epsilon, \"Scaling\" -> gamma, \"Biases\" -> beta]]",
        mask: Mask::Passed,
        ..Layer::NEW
    },
    Layer {
        class: "RMSNormalization",
        attributes: &[("axis", "-1"), ("epsilon", "1*^-6")],
        arrays: &[array_if("scale", "True")],
        layer: "NormalizationLayer[levels[axis], \"Same\", Method -> \"RMS\", \"Epsilon\" -> epsilon, \"Scaling\" -> scale, \"Biases\" -> None]",
        ..Layer::NEW
    },
    Layer {
        class: "GroupNormalization",
        attributes: &[("groups", "32"), ("axis", "-1"), ("epsilon", "0.001"), ("center", "True"), ("scale", "True")],
        arrays: &[array_if("gamma", "scale"), array_if("beta", "center")],
        layer: "With[{at = level[axis], n = Length[shape]}, \
                With[{net = NormalizationLayer[2 ;; All, 1, \"GroupNumber\" -> If[groups == -1, shape[[at]], groups], \
                \"Epsilon\" -> epsilon, \"Scaling\" -> gamma, \"Biases\" -> beta]}, \
                If[at == 1, net, NetChain[{TransposeLayer[1 <-> at], net, TransposeLayer[1 <-> at]}]]]]",
        mask: Mask::Passed,
        ..Layer::NEW
    },
    Layer {
        class: "UnitNormalization",
        attributes: &[("axis", "-1")],
        layer: "With[{at = levels[axis]}, FunctionLayer[Function[{input}, ArrayThread[#1/Max[#2, 1*^-12] &, \
                {input, Sqrt[ArrayReduce[Total, input^2, at]]}, {All, Complement[Range[Length[shape]], at]}]]]]",
        mask: Mask::Passed,
        ..Layer::NEW
    },
    Layer {
        class: "Normalization",
        attributes: &[("axis", "-1"), ("invert", "False"), ("mean", "None"), ("variance", "None")],
        arrays: &[statistic("adapted_mean"), statistic("adapted_variance"), statistic("count")],
        layer: "With[{at = If[axis === None, {}, levels[axis]], \
                m = If[mean === None, adaptedMean, mean], v = If[variance === None, adaptedVariance, variance]}, \
                With[{sizes = shape[[at]]}, \
                With[{fit = Function[{values}, Which[at === {}, First[Flatten[{values}]], ListQ[values], ArrayReshape[values, sizes], \
                True, values]]}, With[{mu = fit[m], sigma = fit[v]}, \
                FunctionLayer[Function[{input}, ArrayThread[If[invert, #1 Max[Sqrt[#3], 1*^-7] + #2 &, (#1 - #2)/Max[Sqrt[#3], 1*^-7] &], \
                {input, mu, sigma}, {All, If[ListQ[mu], at, {}], If[ListQ[sigma], at, {}]}]]]]]]]",
        mask: Mask::Passed,
        ..Layer::NEW
    },
];

/// A statistic of the data, where it is not given as an attribute.
const fn statistic(name: &'static str) -> Array {
    Array { name, part: "", when: "mean === None", trained: false }
}

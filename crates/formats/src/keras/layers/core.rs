//! Dense layers, embeddings, masks, and layers that act in training only.

use super::{Array, Inner, InnerShape, Layer, Mask, array, array_if};

const WEIGHTS: &[Array] = &[array("kernel"), array_if("bias", "useBias")];

/// A layer that does nothing but in training.
const fn in_training(class: &'static str, ignored: &'static [&'static str]) -> Layer {
    Layer { class, ignored, mask: Mask::Passed, ..Layer::NEW }
}

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        class: "Dense",
        attributes: &[("units", ""), ("activation", "None"), ("use_bias", "True")],
        arrays: WEIGHTS,
        layer: "chain[{mapped[LinearLayer[units, \"Weights\" -> Transpose[kernel], \"Biases\" -> bias], Length[shape] - 1], \
                activationLayer[activation]}]",
        mask: Mask::Passed,
        ..Layer::NEW
    },
    Layer {
        class: "EinsumDense",
        attributes: &[("equation", ""), ("output_shape", "None"), ("activation", "None"), ("bias_axes", "None")],
        arrays: &[array("kernel"), array_if("bias", "biasAxes =!= None")],
        // The labels of the batch are left out, and those that the dots stand for are numbers.
        layer: "With[{parts = Map[Characters, StringSplit[StringReplace[equation, {\" \" -> \"\", \"...\" -> \".\"}], {\",\", \"->\"}]]}, \
                With[{dotted = MemberQ[parts[[1]], \".\"]}, \
                With[{free = If[dotted, Map[ToString, Range[Length[shape] + 1 - Length[parts[[1]]]]], {}]}, \
                With[{labels = Map[Function[{label}, Flatten[Replace[label, \".\" -> free, {1}]]], parts]}, \
                With[{batch = If[dotted, {}, {labels[[1, 1]]}]}, \
                With[{from = DeleteCases[labels[[1]], Alternatives @@ batch], to = DeleteCases[labels[[3]], Alternatives @@ batch]}, \
                chain[{FunctionLayer[filled[If[bias === None, Hold[Function[{input}, ArrayContract[{input, weights}, {from, inner} -> to]]], \
                Hold[Function[{input}, ArrayThread[Plus, {ArrayContract[{input, weights}, {from, inner} -> to], biases}, {All, at}]]]], \
                {weights -> learned[kernel], inner -> labels[[2]], biases -> learned[bias], \
                at -> Range[Length[to] - Length[Dimensions[bias]] + 1, Length[to]]}]], \
                activationLayer[activation]}]]]]]]]",
        ..Layer::NEW
    },
    Layer {
        class: "Embedding",
        attributes: &[
            ("input_dim", ""),
            ("output_dim", ""),
            ("mask_zero", "False"),
            ("sparse", "False"),
            ("weights", "None"),
        ],
        ignored: &["input_length"],
        arrays: &[array("embeddings")],
        layer: "NetChain[{ElementwiseLayer[Round[#] + 1 &], EmbeddingLayer[outputDim, inputDim, \"Weights\" -> embeddings]}]",
        mask: Mask::Made("If[maskZero, ElementwiseLayer[Boole[# != 0] &], None]"),
        ..Layer::NEW
    },
    Layer {
        class: "ReversibleEmbedding",
        attributes: &[
            ("input_dim", ""),
            ("output_dim", ""),
            ("mask_zero", "False"),
            ("tie_weights", "True"),
            ("logit_soft_cap", "None"),
        ],
        ignored: &["reverse_dtype", "weights"],
        arguments: &[("reverse", "False")],
        arrays: &[array("embeddings"), array_if("reverse_embeddings", "!tieWeights")],
        layer: "If[reverse, chain[{mapped[LinearLayer[inputDim, \"Weights\" -> If[tieWeights, embeddings, Transpose[reverseEmbeddings]], \"Biases\" -> None], Length[shape] - 1], \
                If[logitSoftCap === None, None, With[{cap = logitSoftCap}, ElementwiseLayer[Function[cap Tanh[#/cap]]]]]}], \
                NetChain[{ElementwiseLayer[Round[#] + 1 &], EmbeddingLayer[outputDim, inputDim, \"Weights\" -> embeddings]}]]",
        mask: Mask::Made("If[maskZero && !reverse, ElementwiseLayer[Boole[# != 0] &], None]"),
        ..Layer::NEW
    },
    Layer {
        class: "Masking",
        attributes: &[("mask_value", "0.")],
        layer: "FunctionLayer[Function[{input}, ArrayThread[If[#2 == 1, #1, 0] &, \
                {input, ArrayReduce[Max, ElementwiseLayer[Boole[# != maskValue] &][input], -1]}]]]",
        mask: Mask::Made(
            "FunctionLayer[Function[{input}, ArrayReduce[Max, ElementwiseLayer[Boole[# != maskValue] &][input], -1]]]",
        ),
        ..Layer::NEW
    },
    Layer { class: "Identity", mask: Mask::Passed, ..Layer::NEW },
    Layer {
        class: "Dropout",
        attributes: &[("rate", ""), ("noise_shape", "None")],
        layer: "If[noiseShape === None, DropoutLayer[rate], ElementwiseLayer[Identity]]",
        mask: Mask::Passed,
        ..Layer::NEW
    },
    Layer {
        class: "AlphaDropout",
        attributes: &[("rate", ""), ("noise_shape", "None")],
        layer: "If[noiseShape === None, DropoutLayer[rate, Method -> \"AlphaDropout\"], ElementwiseLayer[Identity]]",
        mask: Mask::Passed,
        ..Layer::NEW
    },
    in_training("SpatialDropout1D", &["rate", "noise_shape", "data_format"]),
    in_training("SpatialDropout2D", &["rate", "noise_shape", "data_format"]),
    in_training("SpatialDropout3D", &["rate", "noise_shape", "data_format"]),
    in_training("GaussianDropout", &["rate"]),
    in_training("GaussianNoise", &["stddev"]),
    in_training("ActivityRegularization", &["l1", "l2"]),
    Layer {
        class: "Rescaling",
        attributes: &[("scale", ""), ("offset", "0.")],
        layer: "If[ListQ[scale] || ListQ[offset], \
                FunctionLayer[Function[{input}, ArrayThread[#1 #2 + #3 &, {input, scale, offset}, \
                {All, If[ListQ[scale], {Length[shape]}, {}], If[ListQ[offset], {Length[shape]}, {}]}]]], \
                ElementwiseLayer[Function[scale # + offset]]]",
        mask: Mask::Passed,
        ..Layer::NEW
    },
    Layer {
        class: "TimeDistributed",
        inner: &[Inner { attribute: "layer", part: "layer", shape: InnerShape::Element }],
        layer: "NetMapOperator[layer]",
        mask: Mask::Passed,
        ..Layer::NEW
    },
    Layer {
        class: "SpectralNormalization",
        attributes: &[("power_iterations", "1")],
        inner: &[Inner { attribute: "layer", part: "layer", shape: InnerShape::Same }],
        arrays: &[Array { name: "vector_u", part: "", when: "True", trained: false }],
        layer: "layer",
        ..Layer::NEW
    },
];

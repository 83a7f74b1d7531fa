//! Dense layers, convolutions, pooling, normalisations, embeddings: what has the arrays of a model.

use super::{BOTH, Batch, Input, Operator, array, data};

const WEIGHTS: &[Input] = &[data("data"), array("weight"), array("bias")];

/// How a library of the graphics card computes it.
const TUNING: &[&str] = &["workspace", "cudnn_tune", "cudnn_off", "cudnn_algo_verbose"];

/// The attributes of convolutions, with those of one of them.
macro_rules! windows {
    ($($more:expr),*) => {
        &[
            ("kernel", ""),
            ("num_filter", ""),
            ("stride", "None"),
            ("dilate", "None"),
            ("pad", "None"),
            ("num_group", "1"),
            ("layout", "None"),
            $($more),*
        ]
    };
}

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        names: &["FullyConnected"],
        inputs: WEIGHTS,
        attributes: &[("num_hidden", ""), ("no_bias", "False"), ("flatten", "True")],
        layer: "With[{layer = LinearLayer[numHidden, \"Weights\" -> weight, \"Biases\" -> bias]}, \
                Which[!flatten, Nest[NetMapOperator, layer, rank - 1], \
                !direct && shape === None || ListQ[shape] && Length[shape] > 1, NetChain[{FlattenLayer[], layer}], True, layer]]",
        ..Operator::NEW
    },
    Operator {
        names: &["Convolution", "Convolution_v1"],
        inputs: WEIGHTS,
        attributes: windows!(("no_bias", "False")),
        ignored: TUNING,
        layer: "With[{n = Length[kernel]}, noLayout[ConvolutionLayer[numFilter, kernel, \"Stride\" -> each[stride, n, 1], \
                \"Dilation\" -> each[dilate, n, 1], PaddingSize -> Map[{#, #} &, each[pad, n, 0]], \"ChannelGroups\" -> numGroup, \
                \"Weights\" -> weight, \"Biases\" -> bias]]]",
        ..Operator::NEW
    },
    Operator {
        names: &["Deconvolution"],
        inputs: WEIGHTS,
        attributes: windows!(("no_bias", "True"), ("adj", "None"), ("target_shape", "None")),
        ignored: TUNING,
        layer: "With[{n = Length[kernel]}, Which[\
                numGroup =!= 1, refused[\"groups in a transposed convolution are not supported\"], \
                ListQ[targetShape] && Max[targetShape] > 0, refused[\"target_shape is not supported; write pad and adj in its place\"], \
                True, noLayout[DeconvolutionLayer[numFilter, kernel, \"Stride\" -> each[stride, n, 1], \"Dilation\" -> each[dilate, n, 1], \
                PaddingSize -> MapThread[{#1, #1 - #2} &, {each[pad, n, 0], each[adj, n, 0]}], \
                \"Weights\" -> weight, \"Biases\" -> bias]]]]",
        ..Operator::NEW
    },
    Operator {
        names: &["Pooling", "Pooling_v1"],
        attributes: &[
            ("kernel", "None"),
            ("pool_type", "\"max\""),
            ("global_pool", "False"),
            ("stride", "None"),
            ("pad", "None"),
            ("pooling_convention", "\"valid\""),
            ("count_include_pad", "True"),
            ("layout", "None"),
        ],
        ignored: &["cudnn_off", "p_value"],
        layer: "With[{function = Switch[poolType, \"max\", Max, \"avg\", Mean, \"sum\", Total, \
                _, refused[StringJoin[\"the pooling \", ToString[poolType], \" is not supported; max, avg and sum are\"]]]}, \
                noLayout[Which[globalPool, With[{n = If[shape === None && ListQ[kernel], Length[kernel], rank - 1]}, \
                NetChain[{AggregationLayer[function, 2 ;; n + 1], ReshapeLayer[Prepend[ConstantArray[1, n], Automatic]]}]], \
                poolingConvention === \"same\", refused[\"the convention \\\"same\\\" is not supported\"], True, pooled[function]]]]",
        ..Operator::NEW
    },
    Operator {
        names: &["_contrib_AdaptiveAvgPooling2D", "contrib_AdaptiveAvgPooling2D"],
        attributes: &[("output_size", "1")],
        layer: "AdaptivePoolingLayer[Which[!ListQ[outputSize], {outputSize, outputSize}, \
                Length[outputSize] == 1, {First[outputSize], First[outputSize]}, True, outputSize], \"Function\" -> Mean]",
        ..Operator::NEW
    },
    Operator {
        names: &["BatchNorm", "BatchNorm_v1", "CuDNNBatchNorm", "_contrib_SyncBatchNorm"],
        inputs: &[data("data"), array("gamma"), array("beta"), array("moving_mean"), array("moving_var")],
        attributes: &[("eps", "0.001"), ("momentum", "0.9"), ("fix_gamma", "True"), ("axis", "1")],
        ignored: &[
            "use_global_stats",
            "output_mean_var",
            "cudnn_off",
            "min_calib_range",
            "max_calib_range",
            "ndev",
            "key",
        ],
        // Other levels than the first one are brought to the front.
        layer: "With[{at = level[axis], net = BatchNormalizationLayer[\"Epsilon\" -> eps, \"Momentum\" -> momentum, \
                \"Scaling\" -> If[fixGamma && ListQ[gamma], ConstantArray[1., Dimensions[gamma]], gamma], \"Biases\" -> beta, \
                \"MovingMean\" -> movingMean, \"MovingVariance\" -> movingVar]}, \
                If[at == 1, net, NetChain[{TransposeLayer[1 <-> at], net, TransposeLayer[1 <-> at]}]]]",
        ..Operator::NEW
    },
    Operator {
        names: &["LayerNorm"],
        inputs: &[data("data"), array("gamma"), array("beta")],
        attributes: &[("axis", "-1"), ("eps", "0.00001")],
        ignored: &["output_mean_var"],
        layer: "NormalizationLayer[{level[axis]}, \"Same\", \"Epsilon\" -> eps, \"Scaling\" -> gamma, \"Biases\" -> beta]",
        batch: Batch::Kept,
        ..Operator::NEW
    },
    Operator {
        names: &["InstanceNorm"],
        inputs: &[data("data"), array("gamma"), array("beta")],
        attributes: &[("eps", "0.001")],
        layer: "NormalizationLayer[2 ;; All, 1, \"Epsilon\" -> eps, \"Scaling\" -> gamma, \"Biases\" -> beta]",
        ..Operator::NEW
    },
    Operator {
        names: &["GroupNorm"],
        inputs: &[data("data"), array("gamma"), array("beta")],
        attributes: &[("num_groups", "1"), ("eps", "0.00001")],
        ignored: &["output_mean_var"],
        // Versions differ in whether scales are those of channels or of groups.
        layer: "With[{spread = Function[{values}, If[ListQ[values] && shape =!= None && Length[values] == numGroups, \
                Flatten[Transpose[ConstantArray[values, shape[[1]]/numGroups]]], values]]}, \
                NormalizationLayer[2 ;; All, 1, \"GroupNumber\" -> numGroups, \"Epsilon\" -> eps, \"Scaling\" -> spread[gamma], \"Biases\" -> spread[beta]]]",
        ..Operator::NEW
    },
    Operator {
        names: &["L2Normalization"],
        attributes: &[("eps", "1.*^-10"), ("mode", "\"instance\"")],
        layer: "With[{all = Range[rank]}, With[{at = Switch[mode, \"instance\", all, \"channel\", {1}, \"spatial\", Rest[all], \
                _, refused[\"the mode must be instance, channel or spatial\"]]}, With[{others = Complement[all, at]}, \
                FunctionLayer[Function[{input}, ArrayThread[#1/Sqrt[#2 + eps] &, \
                {input, ArrayReduce[Total, input^2, at]}, {All, others}]]]]]]",
        ..Operator::NEW
    },
    Operator {
        names: &["LRN"],
        attributes: &[("nsize", ""), ("alpha", "0.0001"), ("beta", "0.75"), ("knorm", "2.")],
        layer: "If[EvenQ[nsize], refused[\"windows of an even size are not supported\"], \
                LocalResponseNormalizationLayer[\"Alpha\" -> alpha, \"Beta\" -> beta, \"Bias\" -> knorm, \"ChannelWindowSize\" -> (nsize - 1)/2]]",
        ..Operator::NEW
    },
    Operator {
        names: &["Embedding", "_contrib_SparseEmbedding"],
        inputs: &[data("data"), array("weight")],
        attributes: &[("input_dim", ""), ("output_dim", "")],
        ignored: &["dtype", "sparse_grad"],
        layer: "NetChain[{ElementwiseLayer[Round[#] + 1 &], EmbeddingLayer[outputDim, inputDim, \"Weights\" -> weight]}]",
        batch: Batch::Kept,
        ..Operator::NEW
    },
    Operator {
        names: &["one_hot"],
        attributes: &[("depth", ""), ("on_value", "1."), ("off_value", "0.")],
        ignored: &["dtype"],
        layer: "With[{on = onValue, off = offValue}, chain[{ElementwiseLayer[Round[#] + 1 &], UnitVectorLayer[depth], \
                If[on == 1 && off == 0, None, ElementwiseLayer[Function[(on - off) # + off]]]}]]",
        batch: Batch::Kept,
        ..Operator::NEW
    },
    Operator {
        names: &["Dropout"],
        attributes: &[("p", "0.5"), ("mode", "\"training\""), ("axes", "None")],
        ignored: &["cudnn_off"],
        layer: "Which[mode =!= \"training\", refused[\"a dropout in inference is not supported\"], \
                axes === None || axes === {}, DropoutLayer[p], True, ElementwiseLayer[Identity]]",
        batch: Batch::Kept,
        ..Operator::NEW
    },
    Operator {
        names: &["dot"],
        inputs: &[data("lhs"), array("rhs")],
        attributes: &[("transpose_a", "False"), ("transpose_b", "False")],
        ignored: &["forward_stype"],
        layer: "Which[transposeA, refused[\"a product across the batch is not supported\"], \
                ListQ[rhs], With[{w = If[transposeB, rhs, Transpose[rhs]]}, \
                Nest[NetMapOperator, LinearLayer[First[Dimensions[w]], \"Weights\" -> w, \"Biases\" -> None], If[shape === None, 0, rank - 1]]], \
                True, refused[\"the size of its matrix is not known without the arrays of the model\"]]",
        ..Operator::NEW
    },
    Operator {
        names: &["batch_dot", "linalg_gemm2", "_linalg_gemm2"],
        inputs: BOTH,
        attributes: &[("transpose_a", "False"), ("transpose_b", "False"), ("alpha", "1."), ("axis", "-2")],
        ignored: &["forward_stype"],
        layer: "Which[rank =!= 2, refused[\"products of other arrays than a matrix for each example are not supported\"], \
                axis =!= -2, refused[\"only the last two axes may be those of matrices\"], \
                True, FunctionLayer[Function[{a, b}, alpha (If[transposeA, Transpose[a], a] . If[transposeB, Transpose[b], b])]]]",
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // A softmax over all elements of an example.
    (
        "wholeSoftmax",
        "If[shape === None || Length[shape] == 1, SoftmaxLayer[], NetChain[{FlattenLayer[], SoftmaxLayer[], ReshapeLayer[shape]}]]",
    ),
    // With the convention "full" the last window may reach over the end; what is there does not count in a mean.
    (
        "pooled",
        "Function[{function}, With[{n = Length[kernel]}, With[{s = each[stride, n, 1], p = each[pad, n, 0]}, \
         With[{more = If[poolingConvention === \"full\", MapThread[Mod[#2 - #1 - 2 #3, #4] &, \
         {If[rank == n + 1, Rest[shape], refused[\"its windows have other levels than its input\"]], kernel, p, s}], ConstantArray[0, n]]}, \
         If[function === Mean && countIncludePad && Max[more] > 0, \
         NetChain[{PaddingLayer[Prepend[Map[{#, #} &, p], {0, 0}]], \
         PoolingLayer[kernel, s, \"Function\" -> Mean, PaddingSize -> Map[{0, #} &, more], \"CountPadding\" -> False]}], \
         PoolingLayer[kernel, s, \"Function\" -> function, PaddingSize -> MapThread[{#1, #1 + #2} &, {p, more}], \
         \"CountPadding\" -> (function =!= Mean || countIncludePad)]]]]]]",
    ),
];

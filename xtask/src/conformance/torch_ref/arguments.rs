//! The arguments that modules have. Another one would change what a module does in a way that is not translated.

use serde_json::Value;

use super::description::modules;
use super::spatial::dimensions;

/// Modules with the same arguments.
struct Row {
    /// Their names, without the number of levels at the end.
    modules: &'static [&'static str],
    /// Those that are translated, and those that change no result: where results are put, and how they are found.
    arguments: &'static [&'static str],
    /// Those that must not be given, since they are not translated.
    unset: &'static [&'static str],
}

const fn row(modules: &'static [&'static str], arguments: &'static [&'static str]) -> Row {
    Row { modules, arguments, unset: &[] }
}

/// A loss, with older arguments for its reduction.
const fn loss(modules: &'static [&'static str], arguments: &'static [&'static str]) -> Row {
    Row { modules, arguments, unset: &["size_average", "reduce"] }
}

const ROWS: &[Row] = &[
    // The notation of nets.
    row(&["Take"], &["index"]),
    row(&["Index"], &["dim", "index"]),
    row(&["Mean", "Sum", "Amax"], &["dim", "keepdim"]),
    row(&["Transpose"], &["dim0", "dim1"]),
    row(&["Permute"], &["dims"]),
    row(&["Squeeze", "Unsqueeze"], &["dim"]),
    row(&["Residual"], &["body"]),
    row(&["Parallel"], &["dim", "branches"]),
    // Activations.
    row(&["Identity", "Tanh", "Sigmoid", "LogSigmoid", "Softsign", "Tanhshrink"], &[]),
    row(&["ReLU", "ReLU6", "SELU", "SiLU", "Mish", "Hardswish", "Hardsigmoid"], &["inplace"]),
    row(&["GELU"], &["approximate"]),
    row(&["LeakyReLU"], &["negative_slope", "inplace"]),
    row(&["RReLU"], &["lower", "upper", "inplace"]),
    row(&["ELU", "CELU"], &["alpha", "inplace"]),
    Row { unset: &["min_value", "max_value"], ..row(&["Hardtanh"], &["min_val", "max_val", "inplace"]) },
    row(&["Hardshrink", "Softshrink"], &["lambd"]),
    row(&["Threshold"], &["threshold", "value", "inplace"]),
    row(&["Softplus"], &["beta", "threshold"]),
    row(&["Softmax", "Softmin", "LogSoftmax", "GLU"], &["dim"]),
    row(&["PReLU"], &["num_parameters", "init"]),
    row(&["Dropout", "AlphaDropout", "FeatureAlphaDropout"], &["p", "inplace"]),
    // Windows.
    row(
        &["Conv"],
        &[
            "in_channels",
            "out_channels",
            "kernel_size",
            "stride",
            "padding",
            "dilation",
            "groups",
            "bias",
            "padding_mode",
        ],
    ),
    row(
        &["ConvTranspose"],
        &[
            "in_channels",
            "out_channels",
            "kernel_size",
            "stride",
            "padding",
            "output_padding",
            "groups",
            "bias",
            "dilation",
            "padding_mode",
        ],
    ),
    row(&["MaxPool"], &["kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"]),
    row(&["AvgPool"], &["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"]),
    row(&["LPPool"], &["norm_type", "kernel_size", "stride", "ceil_mode"]),
    row(&["AdaptiveAvgPool", "AdaptiveMaxPool"], &["output_size", "return_indices"]),
    row(&["MaxUnpool"], &["kernel_size", "stride", "padding"]),
    row(&["Unfold"], &["kernel_size", "dilation", "padding", "stride"]),
    row(&["Fold"], &["output_size", "kernel_size", "dilation", "padding", "stride"]),
    // Normalisations.
    row(&["BatchNorm", "InstanceNorm"], &["num_features", "eps", "momentum", "affine", "track_running_stats", "bias"]),
    row(&["LayerNorm", "RMSNorm"], &["normalized_shape", "eps", "elementwise_affine", "bias"]),
    row(&["GroupNorm"], &["num_groups", "num_channels", "eps", "affine", "bias"]),
    row(&["LocalResponseNorm"], &["size", "alpha", "beta", "k"]),
    // Levels and elements.
    row(&["Flatten"], &["start_dim", "end_dim"]),
    row(&["Unflatten"], &["dim", "unflattened_size"]),
    row(&["ChannelShuffle"], &["groups"]),
    row(&["PixelShuffle"], &["upscale_factor"]),
    row(&["PixelUnshuffle"], &["downscale_factor"]),
    row(&["Upsample"], &["size", "scale_factor", "mode", "align_corners", "recompute_scale_factor"]),
    row(&["UpsamplingNearest", "UpsamplingBilinear"], &["size", "scale_factor"]),
    row(&["ZeroPad", "ReflectionPad", "ReplicationPad", "CircularPad"], &["padding"]),
    row(&["ConstantPad"], &["padding", "value"]),
    // Tables and linear maps.
    row(&["Linear"], &["in_features", "out_features", "bias"]),
    row(&["Bilinear"], &["in1_features", "in2_features", "out_features", "bias"]),
    row(
        &["Embedding", "EmbeddingBag"],
        &[
            "num_embeddings",
            "embedding_dim",
            "padding_idx",
            "max_norm",
            "norm_type",
            "scale_grad_by_freq",
            "sparse",
            "_weight",
            "_freeze",
            "mode",
            "include_last_offset",
        ],
    ),
    row(&["CosineSimilarity"], &["dim", "eps"]),
    row(&["PairwiseDistance"], &["p", "eps", "keepdim"]),
    // Sequences.
    row(
        &["LSTM", "GRU", "RNN"],
        &[
            "input_size",
            "hidden_size",
            "num_layers",
            "bias",
            "batch_first",
            "dropout",
            "bidirectional",
            "proj_size",
            "nonlinearity",
        ],
    ),
    row(&["LSTMCell", "GRUCell", "RNNCell"], &["input_size", "hidden_size", "bias", "nonlinearity"]),
    row(
        &["MultiheadAttention"],
        &["embed_dim", "num_heads", "dropout", "bias", "add_bias_kv", "add_zero_attn", "kdim", "vdim", "batch_first"],
    ),
    row(
        &["TransformerEncoderLayer", "TransformerDecoderLayer"],
        &[
            "d_model",
            "nhead",
            "dim_feedforward",
            "dropout",
            "activation",
            "layer_norm_eps",
            "batch_first",
            "norm_first",
            "bias",
        ],
    ),
    row(&["TransformerEncoder"], &["encoder_layer", "num_layers", "norm", "enable_nested_tensor", "mask_check"]),
    row(&["TransformerDecoder"], &["decoder_layer", "num_layers", "norm"]),
    Row {
        unset: &["custom_encoder", "custom_decoder"],
        ..row(
            &["Transformer"],
            &[
                "d_model",
                "nhead",
                "num_encoder_layers",
                "num_decoder_layers",
                "dim_feedforward",
                "dropout",
                "activation",
                "layer_norm_eps",
                "batch_first",
                "norm_first",
                "bias",
            ],
        )
    },
    // Losses.
    loss(&["MSELoss", "L1Loss", "SoftMarginLoss", "MultiLabelMarginLoss"], &["reduction"]),
    loss(&["SmoothL1Loss"], &["reduction", "beta"]),
    loss(&["HuberLoss"], &["reduction", "delta"]),
    loss(&["BCELoss", "MultiLabelSoftMarginLoss"], &["weight", "reduction"]),
    loss(&["BCEWithLogitsLoss"], &["weight", "pos_weight", "reduction"]),
    loss(&["KLDivLoss"], &["reduction", "log_target"]),
    loss(&["PoissonNLLLoss"], &["log_input", "full", "eps", "reduction"]),
    loss(&["GaussianNLLLoss"], &["full", "eps", "reduction"]),
    loss(&["HingeEmbeddingLoss", "MarginRankingLoss", "CosineEmbeddingLoss"], &["margin", "reduction"]),
    loss(&["TripletMarginLoss"], &["margin", "p", "eps", "swap", "reduction"]),
    loss(&["TripletMarginWithDistanceLoss"], &["distance_function", "margin", "swap", "reduction"]),
    loss(&["MultiMarginLoss"], &["p", "margin", "weight", "reduction"]),
    loss(&["CrossEntropyLoss"], &["weight", "ignore_index", "reduction", "label_smoothing"]),
    loss(&["NLLLoss"], &["weight", "ignore_index", "reduction"]),
    loss(&["CTCLoss"], &["blank", "reduction", "zero_infinity"]),
];

/// An error where a module of a net has an argument that is not known. Modules without a row are told later, by their name.
pub(super) fn all_known(net: &Value) -> Result<(), String> {
    modules(net).into_iter().try_for_each(known)
}

fn known(module: &Value) -> Result<(), String> {
    let kind = module["type"].as_str().unwrap_or_default();
    let name = dimensions(kind).map_or(kind, |(name, _)| name);
    let Some(row) = ROWS.iter().find(|row| row.modules.contains(&name)) else { return Ok(()) };
    for (key, value) in module.as_object().into_iter().flatten() {
        let is_unset = row.unset.contains(&key.as_str()) && value.is_null();
        if key != "type" && !is_unset && !row.arguments.contains(&key.as_str()) {
            let known = row.arguments.join(", ");
            return Err(format!("the argument {key} of {kind}, which is not translated; its arguments are {known}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::all_known;

    #[test]
    fn arguments_that_are_not_translated_are_told() {
        assert_eq!(all_known(&json!([{ "type": "Residual", "body": [{ "type": "ReLU", "inplace": true }] }])), Ok(()));
        let shortcut = json!([{ "type": "Residual", "body": [], "shortcut": [] }]);
        assert!(all_known(&shortcut).is_err_and(|reason| reason.contains("the argument shortcut of Residual")));
        assert_eq!(all_known(&json!({ "type": "MSELoss", "reduction": "mean", "reduce": null })), Ok(()));
        assert!(all_known(&json!({ "type": "MSELoss", "reduction": "mean", "reduce": false })).is_err());
    }
}

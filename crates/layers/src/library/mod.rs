//! All layers, by subject.

mod adaptive_pooling;
mod aggregation;
mod append;
mod attention;
mod batch_normalization;
mod catenate;
mod compiled;
mod contrastive_loss;
mod convolution;
mod cross_entropy_loss;
mod ctc_loss;
mod deconvolution;
mod dot;
mod dropout;
mod elementwise;
mod embedding;
mod extract;
mod flatten;
mod function;
mod gated_linear_unit;
mod gated_recurrent;
mod gated_recurrent_unit;
mod graph_convolution;
mod image_augmentation;
mod kolmogorov_arnold;
mod linear;
mod local_response_normalization;
mod long_short_term_memory;
mod loss;
mod mean_losses;
mod mixture_of_experts;
mod multi_head_attention;
mod net_array;
mod net_bidirectional;
mod net_fold;
mod net_gan;
mod net_map;
mod net_nest;
mod net_pair_embedding;
mod normalization;
mod ordering;
mod padding;
mod parametric_ramp;
mod part;
mod peephole_recurrent;
mod placeholder;
mod pooling;
mod position_encoding;
mod random_array;
mod recurrent;
mod recurrent_activation;
mod recurrent_dropout;
mod replicate;
mod reshape;
mod resize;
mod sequence;
mod softmax;
mod spatial_transformation;
mod state_space;
mod summation;
mod threading;
mod transpose;
mod unit_vector;

use crate::Layer;

/// All layers, in alphabetical order.
pub const LAYERS: &[&Layer] = &[
    &adaptive_pooling::ADAPTIVE_POOLING,
    &aggregation::AGGREGATION,
    &append::APPEND,
    &attention::ATTENTION,
    &recurrent::BASIC_RECURRENT,
    &batch_normalization::BATCH_NORMALIZATION,
    &catenate::CATENATE,
    &compiled::COMPILED,
    &contrastive_loss::CONTRASTIVE,
    &convolution::CONVOLUTION,
    &cross_entropy_loss::CROSS_ENTROPY,
    &ctc_loss::CTC_LOSS,
    &deconvolution::DECONVOLUTION,
    &dot::DOT,
    &dropout::DROPOUT,
    &elementwise::ELEMENTWISE,
    &embedding::EMBEDDING,
    &extract::EXTRACT,
    &flatten::FLATTEN,
    &function::FUNCTION,
    &gated_linear_unit::GATED_LINEAR_UNIT,
    &gated_recurrent::GATED_RECURRENT,
    &gated_recurrent_unit::GATED_RECURRENT_UNIT,
    &graph_convolution::GRAPH_CONVOLUTION,
    &mean_losses::HUBER,
    &image_augmentation::IMAGE_AUGMENTATION,
    &kolmogorov_arnold::KOLMOGOROV_ARNOLD,
    &linear::LINEAR,
    &local_response_normalization::LOCAL_RESPONSE_NORMALIZATION,
    &long_short_term_memory::LONG_SHORT_TERM_MEMORY,
    &mean_losses::MEAN_ABSOLUTE,
    &mean_losses::MEAN_SQUARED,
    &mixture_of_experts::MIXTURE_OF_EXPERTS,
    &multi_head_attention::MULTI_HEAD_ATTENTION,
    &net_array::NET_ARRAY,
    &net_bidirectional::NET_BIDIRECTIONAL,
    &net_fold::NET_FOLD,
    &net_gan::NET_GAN,
    &net_map::NET_MAP,
    &net_map::NET_MAP_THREAD,
    &net_nest::NET_NEST,
    &net_pair_embedding::NET_PAIR_EMBEDDING,
    &normalization::NORMALIZATION,
    &ordering::ORDERING,
    &padding::PADDING,
    &parametric_ramp::PARAMETRIC_RAMP,
    &part::PART,
    &placeholder::PLACEHOLDER,
    &peephole_recurrent::PEEPHOLE,
    &pooling::POOLING,
    &append::PREPEND,
    &peephole_recurrent::PROJECTED,
    &random_array::RANDOM_ARRAY,
    &replicate::REPLICATE,
    &reshape::RESHAPE,
    &resize::RESIZE,
    &position_encoding::ROTARY_ENCODING,
    &sequence::SEQUENCE_INDICES,
    &sequence::SEQUENCE_LAST,
    &sequence::SEQUENCE_MOST,
    &sequence::SEQUENCE_REST,
    &sequence::SEQUENCE_REVERSE,
    &position_encoding::SINUSOIDAL_ENCODING,
    &softmax::SOFTMAX,
    &spatial_transformation::SPATIAL_TRANSFORMATION,
    &state_space::STATE_SPACE,
    &summation::SUMMATION,
    &threading::THREADING,
    &threading::TOTAL,
    &transpose::TRANSPOSE,
    &unit_vector::UNIT_VECTOR,
];

//! All layers, one file each.

mod attention;
mod catenate;
mod convolution;
mod dot;
mod elementwise;
mod embedding;
mod gated_recurrent;
mod linear;
mod long_short_term_memory;
mod net_bidirectional;
mod net_fold;
mod net_map;
mod net_nest;
mod net_pair_embedding;
mod normalization;
mod pooling;
mod recurrent;
mod sequence_last;
mod softmax;
mod summation;
mod threading;

use crate::Layer;

/// All layers, in alphabetical order.
pub const LAYERS: &[&Layer] = &[
    &attention::ATTENTION,
    &recurrent::BASIC_RECURRENT,
    &catenate::CATENATE,
    &convolution::CONVOLUTION,
    &dot::DOT,
    &elementwise::ELEMENTWISE,
    &embedding::EMBEDDING,
    &gated_recurrent::GATED_RECURRENT,
    &linear::LINEAR,
    &long_short_term_memory::LONG_SHORT_TERM_MEMORY,
    &net_bidirectional::NET_BIDIRECTIONAL,
    &net_fold::NET_FOLD,
    &net_map::NET_MAP,
    &net_map::NET_MAP_THREAD,
    &net_nest::NET_NEST,
    &net_pair_embedding::NET_PAIR_EMBEDDING,
    &normalization::NORMALIZATION,
    &pooling::POOLING,
    &sequence_last::SEQUENCE_LAST,
    &softmax::SOFTMAX,
    &summation::SUMMATION,
    &threading::THREADING,
    &threading::TOTAL,
];

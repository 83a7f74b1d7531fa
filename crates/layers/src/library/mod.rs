//! All layers, one file each.

mod catenate;
mod convolution;
mod dot;
mod elementwise;
mod embedding;
mod gated_recurrent;
mod linear;
mod long_short_term_memory;
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
    &recurrent::BASIC_RECURRENT,
    &catenate::CATENATE,
    &convolution::CONVOLUTION,
    &dot::DOT,
    &elementwise::ELEMENTWISE,
    &embedding::EMBEDDING,
    &gated_recurrent::GATED_RECURRENT,
    &linear::LINEAR,
    &long_short_term_memory::LONG_SHORT_TERM_MEMORY,
    &normalization::NORMALIZATION,
    &pooling::POOLING,
    &sequence_last::SEQUENCE_LAST,
    &softmax::SOFTMAX,
    &summation::SUMMATION,
    &threading::THREADING,
    &threading::TOTAL,
];

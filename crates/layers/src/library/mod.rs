//! All layers, by subject.

mod aggregation;
mod append;
mod catenate;
mod convolution;
mod dot;
mod dropout;
mod elementwise;
mod embedding;
mod extract;
mod flatten;
mod gated_recurrent;
mod linear;
mod long_short_term_memory;
mod net_array;
mod normalization;
mod padding;
mod parametric_ramp;
mod part;
mod pooling;
mod recurrent;
mod replicate;
mod reshape;
mod sequence;
mod softmax;
mod summation;
mod threading;
mod transpose;
mod unit_vector;

use crate::Layer;

/// All layers, in alphabetical order.
pub const LAYERS: &[&Layer] = &[
    &aggregation::AGGREGATION,
    &append::APPEND,
    &recurrent::BASIC_RECURRENT,
    &catenate::CATENATE,
    &convolution::CONVOLUTION,
    &dot::DOT,
    &dropout::DROPOUT,
    &elementwise::ELEMENTWISE,
    &embedding::EMBEDDING,
    &extract::EXTRACT,
    &flatten::FLATTEN,
    &gated_recurrent::GATED_RECURRENT,
    &linear::LINEAR,
    &long_short_term_memory::LONG_SHORT_TERM_MEMORY,
    &net_array::NET_ARRAY,
    &normalization::NORMALIZATION,
    &padding::PADDING,
    &parametric_ramp::PARAMETRIC_RAMP,
    &part::PART,
    &pooling::POOLING,
    &append::PREPEND,
    &replicate::REPLICATE,
    &reshape::RESHAPE,
    &sequence::SEQUENCE_INDICES,
    &sequence::SEQUENCE_LAST,
    &sequence::SEQUENCE_MOST,
    &sequence::SEQUENCE_REST,
    &sequence::SEQUENCE_REVERSE,
    &softmax::SOFTMAX,
    &summation::SUMMATION,
    &threading::THREADING,
    &threading::TOTAL,
    &transpose::TRANSPOSE,
    &unit_vector::UNIT_VECTOR,
];

//! Lists: making, taking apart, rearranging.

mod array_flatten;
mod combinations;
pub(crate) mod dimension;
mod edit;
pub(crate) mod elements;
mod ends;
mod flatten;
mod groups;
mod head;
mod length;
pub(crate) mod levels;
mod measure;
mod order_statistics;
mod pad;
pub(crate) mod part;
mod partition;
pub(crate) mod positions;
mod predicates;
pub(crate) mod range;
mod rearrange;
mod replace_part;
mod rotation;
mod scaling;
mod sets;
pub(crate) mod sort;
mod statistics;
mod table;
mod take_drop;
mod total;
pub(crate) mod transpose;
mod unknown;

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &array_flatten::ARRAY_FLATTEN,
    &combinations::PERMUTATIONS,
    &combinations::SUBSETS,
    &combinations::TUPLES,
    &edit::APPEND,
    &edit::DELETE,
    &edit::EXTRACT,
    &edit::INSERT,
    &edit::PREPEND,
    &ends::FIRST,
    &ends::LAST,
    &ends::MOST,
    &ends::REST,
    &flatten::FLATTEN,
    &groups::COMMONEST,
    &groups::GATHER,
    &groups::GATHER_BY,
    &groups::SPLIT,
    &groups::SPLIT_BY,
    &groups::TALLY,
    &head::HEAD,
    &length::ARRAY_DEPTH,
    &length::DIMENSIONS,
    &length::LENGTH,
    &measure::BYTE_COUNT,
    &measure::DEPTH,
    &measure::LEAF_COUNT,
    &measure::LEVEL,
    &order_statistics::MEDIAN,
    &order_statistics::QUANTILE,
    &order_statistics::RANKED_MAX,
    &order_statistics::RANKED_MIN,
    &pad::PAD_LEFT,
    &pad::PAD_RIGHT,
    &part::PART,
    &part::SPAN,
    &part::UP_TO,
    &partition::PARTITION,
    &predicates::ARRAY_Q,
    &predicates::ATOM_Q,
    &predicates::LIST_Q,
    &predicates::MATRIX_Q,
    &predicates::VECTOR_Q,
    &range::RANGE,
    &range::SUBDIVIDE,
    &range::UNIT_VECTOR,
    &rearrange::JOIN,
    &rearrange::REVERSE,
    &rearrange::RIFFLE,
    &rotation::ROTATE_LEFT,
    &rotation::ROTATE_RIGHT,
    &replace_part::REPLACE_PART,
    &sets::COMPLEMENT,
    &sets::DELETE_DUPLICATES,
    &sets::DELETE_DUPLICATES_BY,
    &sets::DUPLICATE_FREE_Q,
    &sets::INTERSECTION,
    &sets::SUBSET_Q,
    &sets::UNION,
    &sort::ORDER,
    &sort::ORDERED_Q,
    &sort::ORDERING,
    &sort::REVERSE_SORT,
    &sort::SORT,
    &sort::SORT_BY,
    &scaling::CORRELATION,
    &scaling::COVARIANCE,
    &scaling::LOWER_TRIANGULARIZE,
    &scaling::RESCALE,
    &scaling::STANDARDIZE,
    &scaling::UPPER_TRIANGULARIZE,
    &statistics::MEAN,
    &statistics::MIN_MAX,
    &statistics::STANDARD_DEVIATION,
    &statistics::VARIANCE,
    &table::ARRAY,
    &table::CONSTANT_ARRAY,
    &table::TABLE,
    &take_drop::DROP,
    &take_drop::TAKE,
    &total::ACCUMULATE,
    &total::DIFFERENCES,
    &total::TOTAL,
    &unknown::PROGRAM_DECIDED,
    &transpose::TRANSPOSE,
];

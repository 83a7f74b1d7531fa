//! Functional programming: functions applied to parts, carried along, repeated, combined.

mod distribute;
mod fold;
mod map;
mod map_at;
mod map_thread;
mod nest;
pub(crate) mod operator_forms;
mod outer;
mod select;
mod typed;

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &distribute::DISTRIBUTE,
    &fold::FOLD,
    &fold::FOLD_LIST,
    &fold::FOLD_PAIR,
    &fold::FOLD_PAIR_LIST,
    &map::APPLY,
    &map::MAP,
    &map::MAP_ALL,
    &map::MAP_APPLY,
    &map::SCAN,
    &map_at::MAP_AT,
    &map_at::MAP_INDEXED,
    &map_thread::MAP_THREAD,
    &map_thread::THREAD,
    &nest::FIXED_POINT,
    &nest::FIXED_POINT_LIST,
    &nest::NEST,
    &nest::NEST_LIST,
    &nest::NEST_WHILE,
    &nest::NEST_WHILE_LIST,
    &outer::INNER,
    &outer::OUTER,
    &select::ALL_TRUE,
    &select::ANY_TRUE,
    &select::LENGTH_WHILE,
    &select::NONE_TRUE,
    &select::PICK,
    &select::SELECT,
    &select::SELECT_FIRST,
    &select::TAKE_WHILE,
    &typed::TYPED,
    &typed::TYPE_SPECIFIER,
];

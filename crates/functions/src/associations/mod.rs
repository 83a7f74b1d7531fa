//! Associations: lists of entries by key.

mod association;
mod construction;
mod entries;
mod keys;
mod selection;

use netform_eval::Function;

pub(crate) use entries::{
    entries, from_entries, from_rules, is_association, lookup, value_of, with_entry, without_key,
};

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &association::ASSOCIATION,
    &association::ASSOCIATION_Q,
    &association::KEY,
    &association::MISSING,
    &construction::ASSOCIATION_MAP,
    &construction::ASSOCIATION_THREAD,
    &construction::COUNTS,
    &construction::COUNTS_BY,
    &construction::GROUP_BY,
    &construction::MERGE,
    &construction::POSITION_INDEX,
    &keys::KEYS,
    &keys::KEY_EXISTS_Q,
    &keys::KEY_FREE_Q,
    &keys::KEY_MEMBER_Q,
    &keys::LOOKUP,
    &keys::NORMAL,
    &keys::VALUES,
    &selection::ASSOCIATE_TO,
    &selection::KEY_DROP,
    &selection::KEY_DROP_FROM,
    &selection::KEY_MAP,
    &selection::KEY_SELECT,
    &selection::KEY_SORT,
    &selection::KEY_SORT_BY,
    &selection::KEY_TAKE,
    &selection::KEY_VALUE_MAP,
];

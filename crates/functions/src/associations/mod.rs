//! Associations: lists of entries by key.

mod entries;

use netform_eval::Function;

pub(crate) use entries::{
    entries, from_entries, from_rules, is_association, lookup, rules, value_of, with_entry, without_key,
};

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[];

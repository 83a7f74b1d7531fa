//! Patterns and rules at work: replacing, matching, selecting.

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[];

//! Definitions, attributes, options, contexts.

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[];

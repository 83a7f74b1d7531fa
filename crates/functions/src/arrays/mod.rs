//! Array functions: the vocabulary of layer definitions.

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[];

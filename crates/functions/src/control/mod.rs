//! Control of evaluation: branches, loops, scoping, exceptions, time.

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[];

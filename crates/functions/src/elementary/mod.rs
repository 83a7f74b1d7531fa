//! Elementary and special functions, as table rows.

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[];

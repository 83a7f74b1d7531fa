//! Forms of printing, and the way from expressions to text and back.

mod inactive;
mod text;
mod wrappers;

use netform_eval::Function;

/// The records of this theme that have rules.
pub(crate) const FUNCTIONS: &[&Function] =
    &[&inactive::INACTIVE, &inactive::ACTIVATE, &text::TO_EXPRESSION, &text::TO_STRING];

/// The records of this theme that only hold what they print.
pub(crate) const WRAPPERS: &[&Function] = wrappers::WRAPPERS;

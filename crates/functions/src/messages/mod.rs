//! Messages, and printed text.

mod general;
mod message;
mod print;
mod quiet;

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &general::GENERAL,
    &message::MESSAGE,
    &message::MESSAGES,
    &message::MESSAGE_LIST,
    &message::MESSAGE_NAME,
    &print::ECHO,
    &print::ECHO_FUNCTION,
    &print::PRINT,
    &quiet::CHECK,
    &quiet::OFF,
    &quiet::ON,
    &quiet::QUIET,
];

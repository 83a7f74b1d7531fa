//! What can be wrong with a file or with a value for one.

use netform_array::ArrayError;

/// What is wrong with a file, or with a value that is to become one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The contents break a rule of the format.
    #[error("{0}")]
    Malformed(String),
    /// The contents have a feature that is not supported.
    #[error("{0} is not supported")]
    Unsupported(String),
    /// An array would be too large.
    #[error("an array would take {bytes} bytes; at most {limit} are allowed")]
    TooLarge {
        /// The bytes that it would take.
        bytes: u64,
        /// The largest number of bytes.
        limit: u64,
    },
    /// A part of a net has no form in this format.
    #[error("{0}")]
    NoForm(String),
    /// The value cannot be stored in this format.
    #[error("{0}")]
    Value(String),
}

impl From<ArrayError> for FormatError {
    fn from(error: ArrayError) -> FormatError {
        FormatError::Malformed(error.to_string())
    }
}

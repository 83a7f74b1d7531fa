//! Why an operation on numbers has no finite number as its result.

use std::error::Error;
use std::fmt;

use dashu_base::Sign;
use dashu_float::FpError;

/// Why an operation on numbers has no finite number as its result.
///
/// Callers turn the first three into the expressions of these names, [`Exception::Overflow`] and
/// [`Exception::Underflow`] into `Overflow[]` and `Underflow[]`, and keep the expression as it is
/// for [`Exception::Symbolic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exception {
    /// The result is infinite in an unknown direction of the complex plane, as for `1/0`.
    ComplexInfinity,
    /// The result is positive infinity, as for `LogGamma[0]`.
    Infinity,
    /// The result is negative infinity, as for `Log[0]`.
    NegativeInfinity,
    /// The result is not determined by the arguments, as for `0/0`.
    Indeterminate,
    /// The result is finite and larger than the numbers that can be held.
    Overflow,
    /// The result is not zero and nearer to it than the numbers that can be held.
    Underflow,
    /// The arguments are exact and their exact result is no number: the expression stays.
    Symbolic,
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Exception::ComplexInfinity => "the result is infinite in an unknown direction",
            Exception::Infinity => "the result is positive infinity",
            Exception::NegativeInfinity => "the result is negative infinity",
            Exception::Indeterminate => "the result is indeterminate",
            Exception::Overflow => "the result is too large to be held",
            Exception::Underflow => "the result is too close to zero to be held",
            Exception::Symbolic => "the exact result is not a number",
        })
    }
}

impl Error for Exception {}

impl From<FpError> for Exception {
    fn from(error: FpError) -> Exception {
        match error {
            FpError::Overflow(Sign::Positive | Sign::Negative) => Exception::Overflow,
            FpError::Underflow(_) => Exception::Underflow,
            FpError::InfiniteInput | FpError::OutOfDomain | FpError::Indeterminate | FpError::ZivRetryLimitExceeded => {
                Exception::Indeterminate
            }
        }
    }
}

//! Why an expression cannot be brought into a program.

use netform_array::ArrayError;
use netform_expr::Expr;

use crate::dim::DimError;
use crate::program::BuildError;

/// Why an expression cannot be brought into a program. Each names the part that is to blame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LowerError {
    /// Nothing is known about how to lower a call.
    #[error("{0:?} cannot be lowered")]
    NoLowering(Expr),
    /// A leaf is no input, no number and no size.
    #[error("{0:?} is neither an input nor a number")]
    Unbound(Expr),
    /// Rules rewrite a call without an end.
    #[error("the lowering of {0:?} does not end")]
    Endless(Expr),
    /// A call of a primitive is not of its form.
    #[error("{expression:?}: {reason}")]
    Form {
        /// The call.
        expression: Expr,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An operation is not legal on its operands.
    #[error("{expression:?}: {error}")]
    Build {
        /// The call.
        expression: Expr,
        /// Why it is not legal.
        error: BuildError,
    },
    /// A dimension cannot be read.
    #[error("{expression:?}: {error}")]
    Dim {
        /// The call.
        expression: Expr,
        /// Why the dimension is none.
        error: DimError,
    },
    /// A list of numbers is too large.
    #[error("{expression:?}: {error}")]
    Array {
        /// The list.
        expression: Expr,
        /// Why it is no array.
        error: ArrayError,
    },
    /// The evaluation of a rule was left.
    #[error("lowering was stopped")]
    Stopped,
}

impl LowerError {
    pub(super) fn form(expression: &Expr, reason: &'static str) -> LowerError {
        LowerError::Form { expression: expression.clone(), reason }
    }

    pub(super) fn build(expression: &Expr) -> impl Fn(BuildError) -> LowerError + use<> {
        let expression = expression.clone();
        move |error| LowerError::Build { expression: expression.clone(), error }
    }

    pub(super) fn dim(expression: &Expr) -> impl Fn(DimError) -> LowerError + use<> {
        let expression = expression.clone();
        move |error| LowerError::Dim { expression: expression.clone(), error }
    }
}

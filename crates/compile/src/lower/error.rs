//! Why an expression cannot be brought into a program.

use netform_array::ArrayError;
use netform_expr::Expr;

use crate::dim::DimError;
use crate::program::BuildError;
use crate::text::text;

/// Why an expression cannot be brought into a program. Each names the part that is to blame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LowerError {
    /// Nothing is known about how to lower a call.
    #[error("{} cannot be lowered", text(.0))]
    NoLowering(Expr),
    /// A leaf is no input, no number and no size.
    #[error("{} is neither an input nor a number", text(.0))]
    Unbound(Expr),
    /// Rules rewrite a call without an end.
    #[error("the lowering of {} does not end", text(.0))]
    Endless(Expr),
    /// A call of a primitive is not of its form.
    #[error("{}: {reason}", text(.expression))]
    Form {
        /// The call.
        expression: Expr,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An operation is not legal on its operands.
    #[error("{}: {error}", text(.expression))]
    Build {
        /// The call.
        expression: Expr,
        /// Why it is not legal.
        error: BuildError,
    },
    /// A dimension cannot be read.
    #[error("{}: {error}", text(.expression))]
    Dim {
        /// The call.
        expression: Expr,
        /// Why the dimension is none.
        error: DimError,
    },
    /// A list of numbers is too large.
    #[error("{}: {error}", text(.expression))]
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

//! What can leave an evaluation other than a value.

use netform_expr::Expr;

/// A way out of nested evaluations, as the error of every evaluating function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flow {
    /// `Throw[value, tag]`; the tag is `None` for `Throw[value]`.
    Throw {
        /// What is thrown.
        value: Expr,
        /// The tag that a `Catch` must match.
        tag: Option<Expr>,
        /// What is applied to value and tag if nothing catches them, for `Throw[value, tag, f]`.
        uncaught: Option<Expr>,
    },
    /// `Return[value]`, to the nearest function or loop, or to the nearest call of `from`.
    Return {
        /// The value that the construct gets.
        value: Expr,
        /// The head to return from, for `Return[value, head]`.
        from: Option<Expr>,
    },
    /// `Break[]`.
    Break,
    /// `Continue[]`.
    Continue,
    /// `Goto[label]`.
    Goto(Expr),
    /// `Abort[]`, or an interrupt by the user.
    Abort,
    /// The constraint with this number is exceeded; see `Session::constrain_time` and
    /// `Session::constrain_memory`.
    Exceeded(u64),
    /// A limit of the session was reached, such as `"RecursionLimit"`.
    Terminated(&'static str),
    /// `Quit[]` with its exit code.
    Quit(i32),
}

/// What an evaluation rule answers: a new expression, or `None` where the call stays as it is.
pub type Eval = Result<Option<Expr>, Flow>;

//! What lowering asks about functions: the tables of function records, seen from here.

use netform_eval::ResultType;
use netform_expr::Expr;

use crate::program::Type;

/// How calls of a function are brought into a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoweringRule {
    /// Element by element, by its code for scalars; leading levels are aligned.
    Elementwise,
    /// Element by element, by what its calls mean on scalars. Arguments at these places, from 0,
    /// are lists by notation, which nest so deep.
    Scalar(&'static [(usize, usize)]),
    /// By [`LoweringTable::rewrite`].
    Rewrite,
    /// The same; each evaluation of the call gives other values.
    Draw,
}

/// What lowering asks about functions.
pub trait LoweringTable {
    /// How calls of `head` are lowered; `None` where they cannot be.
    fn rule(&mut self, head: &Expr) -> Option<LoweringRule>;

    /// What the values of an elementwise function are.
    fn result_type(&mut self, head: &Expr) -> ResultType;

    /// The call in terms of other functions and, in the end, of the heads of primitives; see
    /// [`lower`](crate::lower). `Ok(None)` where this particular call cannot be lowered.
    ///
    /// # Errors
    /// [`Stopped`] when the evaluation was left.
    fn rewrite(&mut self, call: &Expr) -> Result<Option<Expr>, Stopped>;

    /// The expression in a form that keeps the accuracy of machine numbers, where the program is for these.
    ///
    /// # Errors
    /// [`Stopped`] when the evaluation was left.
    fn stable(&mut self, expression: &Expr) -> Result<Expr, Stopped> {
        Ok(expression.clone())
    }

    /// Whether an expression without variables is a number, such as `Pi`.
    fn is_constant(&mut self, expression: &Expr) -> bool;

    /// An expression that stands for a value of the given type while the body of a function is
    /// lowered. `place` tells apart all variables that occur together.
    fn variable(&mut self, place: usize, value_type: &Type) -> Expr;
}

/// The evaluation of a rule was left; whoever implements the table knows why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

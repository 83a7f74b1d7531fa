//! What is known of functions that are linear in some of their arguments: how they act on arrays of
//! directions, and their adjoints. Derivatives by arrays are made of these.

use netform_expr::Expr;

use crate::{Eval, Flow, Session};

/// How a function acts where it is linear in some arguments. Both rules may be left out: then the
/// function is mapped over the directions, and its adjoint is a contraction with the result.
#[derive(Clone, Copy)]
pub struct Linear {
    /// In which arguments.
    pub arguments: Linearity,
    /// The call for arguments with further levels at their ends, which the result has at its end.
    pub carry: Option<fn(&mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval>,
    /// What a cotangent of the call contributes to those of the arguments: pairs of a node, an
    /// argument or an element of a list that is one, and its share. `None` where this is not known.
    pub adjoint: Option<AdjointRule>,
    /// Whether the elements of the result are elements of the first argument.
    pub selects: bool,
}

/// In which arguments a function is linear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linearity {
    /// In none, as far as is known; or in several together.
    Unknown,
    /// In the first one.
    First,
    /// In each one by itself.
    Each,
}

/// See [`Linear::adjoint`]; `depends` tells which nodes the cotangent is wanted of.
pub type AdjointRule = fn(
    &mut Session,
    call: &Expr,
    depends: &dyn Fn(&Expr) -> bool,
    cotangent: &Expr,
) -> Result<Option<Vec<(Expr, Expr)>>, Flow>;

impl Linear {
    /// Nothing is known.
    pub const NEW: Linear = Linear { arguments: Linearity::Unknown, carry: None, adjoint: None, selects: false };
}

/// Gives the arrays of directions for the arguments of a call.
pub trait Carrier {
    /// The sizes of the further levels.
    fn levels(&self) -> &[Expr];

    /// Whether an argument depends on the direction.
    fn depends(&self, argument: &Expr) -> bool;

    /// The argument with the further levels; zeros where it does not depend on the direction.
    ///
    /// # Errors
    /// Where an evaluation is left by a [`Flow`].
    fn carried(&mut self, session: &mut Session, argument: &Expr) -> Result<Expr, Flow>;

    /// The body of a function with the further levels, for variables that are replaced by others
    /// with these levels. `None` if the body is not linear in them, as far as is known.
    ///
    /// # Errors
    /// As [`Carrier::carried`].
    fn body(&mut self, session: &mut Session, body: &Expr, variables: &[(Expr, Expr)]) -> Eval;

    /// Whether the body of a function depends on the direction or on one of these variables.
    fn body_depends(&self, body: &Expr, variables: &[Expr]) -> bool;
}

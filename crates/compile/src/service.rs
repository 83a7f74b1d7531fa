//! Programs of expressions, for crates that do not know what has one.

use netform_array::ElementType;
use netform_eval::{Flow, Session};
use netform_expr::Expr;

use crate::{Derivative, Program};

/// A program with the values of its parameters, whose shapes are definite.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The program. Its inputs are data, and then the parameters.
    pub program: Program,
    /// The values of its last inputs: lists of numbers.
    pub parameters: Vec<Expr>,
    /// The names of those that are arrays of the expression, which stand first, as the expression has them: keys, or lists of keys.
    pub paths: Vec<Expr>,
    /// The number of outputs of the expression itself.
    pub outputs: usize,
    /// For each further output that is a derivative, what the expression is asked for to have it.
    pub derivatives: Vec<Expr>,
}

/// What becomes of sizes of inputs that are symbols, or may vary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenSizes {
    /// There is no program for them: all sizes must be known.
    Refused,
    /// The program has symbols for them.
    Symbols,
}

/// What makes programs of expressions such as nets; offered by the crate that knows them.
#[derive(Clone, Copy)]
pub struct Compiler {
    /// The program of an expression for real numbers of a type, or why there is none.
    pub compile: fn(&mut Session, &Expr, ElementType, OpenSizes) -> Result<Result<Compiled, String>, Flow>,
    /// The program of an expression as it is defined, for exact computation, or why there is none. Behind its own outputs
    /// stand the values of its layers, with names such as `hidden Output`.
    pub define: fn(&mut Session, &Expr) -> Result<Result<Compiled, String>, Flow>,
    /// The program of an expression with derivatives by its inputs of real numbers as further outputs, with names such as
    /// `gradient of Input` and `Jacobian of Output by Input`.
    pub differentiate: fn(&mut Session, &Expr, ElementType, &[Derivative]) -> Result<Result<Compiled, String>, Flow>,
}

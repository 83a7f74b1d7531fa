//! Functions of real numbers, ready to be called from Rust.

use std::fmt;
use std::sync::Arc;

use crate::{Error, Expr, Session, call};

/// A function of real numbers that was made of an expression; see [`Session::compile`].
///
/// Single rows are run by machine code once they are called more than once, many rows in blocks by vector instructions; the
/// results are the same. It needs no session and may be called from several threads.
#[derive(Clone)]
pub struct CompiledFunction(Arc<netform_functions::CompiledFunction>);

impl fmt::Debug for CompiledFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompiledFunction").field("inputs", &self.inputs()).field("results", &self.results()).finish()
    }
}

impl CompiledFunction {
    /// The number of arguments.
    pub fn inputs(&self) -> usize {
        self.0.tape().inputs()
    }

    /// The number of results.
    pub fn results(&self) -> usize {
        self.0.tape().results()
    }

    /// Computes all results for one value of each argument. Where the expression has no real value, a result is infinite or
    /// not a number.
    ///
    /// # Panics
    /// When there are other numbers of arguments or results than the function has.
    pub fn call(&self, arguments: &[f64], results: &mut [f64]) {
        self.0.call(arguments, results);
    }

    /// Computes all results for many values of each argument: for each argument a slice, for each result another one, all of
    /// one length.
    ///
    /// # Panics
    /// When there are other numbers of slices than the function has arguments and results, or their lengths differ.
    pub fn call_rows(&self, arguments: &[&[f64]], results: &mut [&mut [f64]]) {
        self.0.apply(arguments, results);
    }
}

impl Session {
    /// Makes a function of real numbers of an expression in some symbols. Where the expression is a list, nested in any way,
    /// its elements are the results, in their order; parts that they share are computed once. It is evaluated first, so `D`
    /// in it differentiates.
    ///
    /// # Errors
    /// [`Error::NotCompiled`] with the part that is no real function of the arguments, else as [`Session::evaluate`].
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let e = session.parse("{x^2 Sin[y], D[x^2 Sin[y], {{x, y}}]}")?;
    /// let f = session.compile(&[symbol("x"), symbol("y")], e)?;
    ///
    /// let mut results = [0.0; 3];
    /// f.call(&[3.0, 0.0], &mut results);
    /// assert_eq!(results, [0.0, 0.0, 9.0]);
    ///
    /// let mut rows = [[0.0; 2]; 3];
    /// let [value, by_x, by_y] = &mut rows;
    /// f.call_rows(&[&[3.0, 1.0], &[0.0, 0.0]], &mut [value, by_x, by_y]);
    /// assert_eq!(rows[2], [9.0, 1.0]);
    ///
    /// let unknown = session.parse("g[x] + 1")?;
    /// let error = session.compile(&[symbol("x")], unknown).unwrap_err();
    /// assert_eq!(error.to_string(), "g[x] has no code for machine numbers");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn compile(&mut self, arguments: &[Expr], body: impl Into<Expr>) -> Result<CompiledFunction, Error> {
        let body: Expr = body.into();
        // Evaluation is under the limits of the session, and what it makes is kept there.
        self.evaluate(call("Compile", (Expr::list(arguments.iter().cloned()), body.clone())))?;
        let names: Vec<_> = arguments.iter().map(|argument| argument.node().clone()).collect();
        match netform_functions::compile_real(self.evaluator_mut(), &names, body.node()) {
            Ok(Ok(function)) => Ok(CompiledFunction(function)),
            Ok(Err(part)) => Err(Error::NotCompiled(part.into())),
            Err(_) => Err(Error::Aborted),
        }
    }
}

//! Functions of real numbers, ready to be called from Rust.

use std::time::Duration;

use crate::{Error, Expr, Session, call};

/// A function of real numbers that was made of an expression; see [`Session::compile`].
///
/// Of scalars, single rows are run by machine code once they are called more than once, many rows in blocks by vector
/// instructions; the results are the same. Of arrays, a plan of array operations runs. It needs no session and may be called
/// from several threads.
#[derive(Clone, Debug)]
pub struct CompiledFunction(netform_functions::CompiledFunction);

/// A compiled function with memory of its own: calls neither allocate nor lock anything.
#[derive(Debug)]
pub struct Caller {
    function: netform_functions::CompiledFunction,
    memory: netform_functions::Memory,
}

impl CompiledFunction {
    /// The number of arguments; of arrays the number of all elements.
    pub fn inputs(&self) -> usize {
        self.0.inputs()
    }

    /// The number of results; of arrays the number of all elements.
    pub fn results(&self) -> usize {
        self.0.results()
    }

    /// Computes all results for one value of each argument, or of each element of arrays, one array after the other. Where the
    /// expression has no real value, a result is infinite or not a number.
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

    /// The function with memory of its own, for many calls from one place.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let e = session.parse("x^2")?;
    /// let mut square = session.compile(&[symbol("x")], e)?.caller();
    /// let mut result = [0.0];
    /// square.call(&[3.0], &mut result);
    /// assert_eq!(result, [9.0]);
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn caller(&self) -> Caller {
        Caller { function: self.0.clone(), memory: self.0.memory() }
    }

    /// What a function of arrays does, step by step; `None` for one of scalars.
    pub fn plan(&self) -> Option<String> {
        self.0.arrays().map(|arrays| arrays.plan().to_string())
    }

    /// As [`plan`](Self::plan), with the median of the times that each step takes in so many runs. `clock` tells the time since
    /// some moment.
    pub fn measured_plan(&self, runs: usize, clock: &mut dyn FnMut() -> Duration) -> Option<String> {
        let report = self.0.arrays()?.plan().measured(runs, clock, &mut || true);
        report.ok().map(|report| report.to_string())
    }
}

impl Caller {
    /// As [`CompiledFunction::call`].
    ///
    /// # Panics
    /// As there.
    pub fn call(&mut self, arguments: &[f64], results: &mut [f64]) {
        self.function.call_in(&mut self.memory, arguments, results);
    }
}

impl Session {
    /// Makes a function of real numbers of an expression in some symbols. Where the expression is a list, nested in any way,
    /// its elements are the results, in their order; parts that they share are computed once. It is evaluated first, so `D`
    /// in it differentiates.
    ///
    /// If an argument is an array symbol of known dimensions, the expression becomes a program of array operations, and all
    /// elements of arguments and results are given one after the other. So a net and its derivatives stay products of
    /// matrices, instead of the sums that their elements are.
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
    ///
    /// let v = session.evaluate(call("VectorSymbol", ("v", 2)))?;
    /// let e = session.parse(r#"With[{v = VectorSymbol["v", 2]}, {v . v, D[v . v, v]}]"#)?;
    /// let square = session.compile(&[v], e)?;
    /// let mut results = [0.0; 3];
    /// square.call(&[3.0, 4.0], &mut results);
    /// assert_eq!(results, [25.0, 6.0, 8.0]);
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn compile(&mut self, arguments: &[Expr], body: impl Into<Expr>) -> Result<CompiledFunction, Error> {
        let mut body: Expr = body.into();
        // Evaluation is under the limits of the session, and what it makes is kept there.
        if arguments.iter().all(|argument| argument.node().is_symbol()) {
            self.evaluate(call("Compile", (Expr::list(arguments.iter().cloned()), body.clone())))?;
        } else {
            body = self.evaluate(body)?;
        }
        let arguments: Vec<_> = arguments.iter().map(|argument| argument.node().clone()).collect();
        match netform_functions::compile_real(self.evaluator_mut(), &arguments, body.node()) {
            Ok(Ok(function)) => Ok(CompiledFunction(function)),
            Ok(Err(part)) => Err(Error::NotCompiled(part.into())),
            Err(_) => Err(Error::Aborted),
        }
    }
}

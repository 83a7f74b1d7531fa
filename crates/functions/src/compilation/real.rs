//! Functions of real numbers for programs in Rust.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use netform_array::ElementType;
use netform_compile::Workspace;
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use netform_jit::Function;

use super::arrays::{ArrayFunction, Input};
use super::code::{Code, Prepared, code};
use super::signature::Argument;
use crate::arrays::dimension;

/// A function of real numbers: of scalars, or of arrays, whose elements come one array after the other.
#[derive(Clone)]
pub struct CompiledFunction {
    kind: Kind,
    /// Memory that is not in use.
    idle: Arc<Mutex<Vec<Memory>>>,
}

#[derive(Clone)]
enum Kind {
    Scalars(Arc<Function>),
    Arrays(Arc<ArrayFunction>),
}

/// What a function needs while it runs.
#[derive(Debug)]
pub struct Memory(Working);

#[derive(Debug)]
enum Working {
    Scalars(netform_jit::Workspace),
    Arrays(Box<Workspace>),
}

/// So much idle memory is kept.
const IDLE: usize = 4;

impl fmt::Debug for CompiledFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompiledFunction").field("inputs", &self.inputs()).field("results", &self.results()).finish()
    }
}

impl CompiledFunction {
    fn new(kind: Kind) -> CompiledFunction {
        CompiledFunction { kind, idle: Arc::default() }
    }

    /// The number of elements of all arguments.
    pub fn inputs(&self) -> usize {
        match &self.kind {
            Kind::Scalars(function) => function.tape().inputs(),
            Kind::Arrays(arrays) => arrays.inputs(),
        }
    }

    /// The number of elements of all results.
    pub fn results(&self) -> usize {
        match &self.kind {
            Kind::Scalars(function) => function.tape().results(),
            Kind::Arrays(arrays) => arrays.results(),
        }
    }

    /// The function of arrays, if it is one: its plan says what is done.
    pub fn arrays(&self) -> Option<&ArrayFunction> {
        match &self.kind {
            Kind::Scalars(_) => None,
            Kind::Arrays(arrays) => Some(arrays),
        }
    }

    /// Memory for calls.
    pub fn memory(&self) -> Memory {
        Memory(match &self.kind {
            Kind::Scalars(_) => Working::Scalars(netform_jit::Workspace::default()),
            Kind::Arrays(arrays) => Working::Arrays(Box::new(arrays.plan().workspace())),
        })
    }

    /// Computes all results; those of arrays whose program refuses the arguments are no numbers.
    ///
    /// # Panics
    /// When there are other numbers of arguments or results than the function has, or the memory is that of another function.
    pub fn call_in(&self, memory: &mut Memory, arguments: &[f64], results: &mut [f64]) {
        match (&self.kind, &mut memory.0) {
            (Kind::Scalars(function), Working::Scalars(workspace)) => function.call_in(workspace, arguments, results),
            (Kind::Arrays(arrays), Working::Arrays(workspace)) => {
                if arrays.call_in(workspace, arguments, results).is_err() {
                    results.fill(f64::NAN);
                }
            }
            _ => panic!("the memory of another function"),
        }
    }

    /// As [`call_in`](Self::call_in), in memory that the function keeps.
    ///
    /// # Panics
    /// As there.
    pub fn call(&self, arguments: &[f64], results: &mut [f64]) {
        if let Kind::Scalars(function) = &self.kind {
            return function.call(arguments, results);
        }
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut memory = idle.unwrap_or_else(|| self.memory());
        self.call_in(&mut memory, arguments, results);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE {
            idle.push(memory);
        }
    }

    /// Computes all results for many rows: a slice for each element of the arguments and of the results.
    ///
    /// # Panics
    /// When there are other numbers of slices than elements, or their lengths differ.
    pub fn apply(&self, arguments: &[&[f64]], results: &mut [&mut [f64]]) {
        if let Kind::Scalars(function) = &self.kind {
            return function.apply(arguments, results);
        }
        assert!(
            arguments.len() == self.inputs() && results.len() == self.results(),
            "not the elements of the function"
        );
        let rows = results.first().map_or(0, |column| column.len());
        let lengths = arguments.iter().map(|column| column.len()).chain(results.iter().map(|column| column.len()));
        assert!(lengths.into_iter().all(|length| length == rows), "slices of different lengths");
        let mut memory = self.memory();
        let (mut row, mut values) = (vec![0.0; arguments.len()], vec![0.0; results.len()]);
        for k in 0..rows {
            row.iter_mut().zip(arguments).for_each(|(to, column)| *to = column[k]);
            self.call_in(&mut memory, &row, &mut values);
            results.iter_mut().zip(&values).for_each(|(column, value)| column[k] = *value);
        }
    }
}

/// The function of real numbers that `body` is of some arguments: symbols, or array symbols of definite dimensions. The results
/// are the elements of lists and arrays that the body is, in order. Or the part that has no code.
///
/// # Errors
/// What leaves the evaluation of the body.
pub fn compile_real(
    session: &mut Session,
    arguments: &[Expr],
    body: &Expr,
) -> Result<Result<CompiledFunction, Expr>, Flow> {
    if !arguments.iter().all(Expr::is_symbol) {
        return of_arrays(session, arguments, body);
    }
    let real = |name: &Expr| Argument { name: name.clone(), element: ElementType::F64, rank: 0 }.to_expr();
    let function = Expr::call(Sym::CompiledFunction, [Expr::list(arguments.iter().map(real)), body.clone()]);
    let Some(prepared) = Prepared::of(session, &function) else { return Ok(Err(Expr::list(arguments.to_vec()))) };
    Ok(code(session, &function, &prepared, &vec![vec![]; arguments.len()])?.map(|code| {
        CompiledFunction::new(match &*code {
            Code::Rows(rows) => Kind::Scalars(rows.function()),
            Code::Arrays(arrays) => Kind::Arrays(Arc::clone(arrays)),
        })
    }))
}

/// The function of arrays that a body is of array symbols.
fn of_arrays(session: &mut Session, leaves: &[Expr], body: &Expr) -> Result<Result<CompiledFunction, Expr>, Flow> {
    let mut inputs = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        let dimensions = if leaf.is_symbol() { vec![] } else { dimension::of(session, leaf)?.to_vec() };
        let shape: Option<Vec<usize>> = dimensions.iter().map(Expr::as_usize).collect();
        let Some(shape) = shape.filter(|_| leaf.is_symbol() || leaf.is_array_symbol()) else {
            return Ok(Err(leaf.clone()));
        };
        inputs.push(Input { leaf: leaf.clone(), element: ElementType::F64, shape });
    }
    let made = session.depending(body, |session| {
        let value = session.evaluate(body)?;
        ArrayFunction::make(session, inputs, &value).map(|made| made.map(Arc::new).ok_or(value))
    })?;
    // A body that has effects or draws random numbers has them in each call.
    Ok(match session.still(&made) {
        Some(made) => made.map(|arrays| CompiledFunction::new(Kind::Arrays(arrays))),
        None => Err(body.clone()),
    })
}

//! Plans: programs of definite shapes, made ready to run fast.
//!
//! A [`Plan`] is written once for a program whose shapes are integers and some of whose inputs, such as weights, are
//! known. All memory has its place in advance, what can be computed is, matrices that are known are packed, and each
//! instruction has become a kernel on places in memory, or none at all where it only says in another way where elements
//! lie. It means what the interpreter says that the program means, except that sums are added in another order and
//! elementary functions have the errors that kernels state.
//!
//! A plan runs in a [`Workspace`], of which there may be several.

mod memory;
mod place;
mod report;
mod steps;
mod sums;
mod tapes;
mod write;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use netform_array::ElementType;
use netform_kernels::{Pool, Position, gather};

use crate::dim::Dim;
use crate::interpret::{InterpretError, ScalarFunctions, Tensor};
use crate::passes::{PassError, over_examples};
use crate::program::{BuildError, Program};
use memory::Assignment;
use place::{BufferId, Region};
use steps::{Context, Step};

pub use memory::Workspace;
pub use report::{Cost, Line, Report};
pub use tapes::row_tape;

/// A program of definite shapes, ready to run.
#[derive(Debug)]
pub struct Plan {
    steps: Vec<Box<dyn Step>>,
    inputs: Vec<Port>,
    outputs: Vec<Outlet>,
    assignment: Assignment,
    /// The threads that large steps are given to.
    pool: Option<Arc<Pool>>,
    /// Workspaces that are not in use.
    idle: Mutex<Vec<Workspace>>,
}

/// An input that is given for each run.
#[derive(Debug)]
struct Port {
    buffer: BufferId,
    element: ElementType,
    shape: Vec<usize>,
    len: usize,
}

/// An output that an input holds behind each run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Update {
    /// The place of the output among those of the program.
    pub output: usize,
    /// The place of the input among those of the program.
    pub input: usize,
}

/// A result.
#[derive(Debug)]
struct Outlet {
    region: Region,
    shape: Vec<usize>,
}

/// So many idle workspaces are kept.
const IDLE: usize = 4;
/// Workspaces of more bytes are not kept.
const KEPT_BYTES: usize = 1 << 25;

impl Plan {
    /// The plan of a program some of whose inputs are known: those for which there is a tensor.
    ///
    /// # Errors
    /// As those of [`interpret`](crate::interpret()), when known inputs do not fit, a shape is not definite, or a
    /// function has no code.
    ///
    /// ```
    /// use netform_array::ElementType::F64;
    /// use netform_compile::{Builder, Plan, Tables, Tensor, Type};
    /// use netform_eval::{Registry, Session};
    ///
    /// let mut builder = Builder::new();
    /// let weights = builder.parameter("Weights", Type::of_shape(F64, &[2, 2]))?;
    /// let input = builder.input("Input", Type::of_shape(F64, &[2]))?;
    /// let product = builder.einsum("ij,j->i", &[weights, input])?;
    /// builder.output("Output", product)?;
    ///
    /// let known = [Some(Tensor::new(&[2, 2], vec![1.0, 2.0, 3.0, 4.0])?), None];
    /// let mut session = Session::new(Registry::new().share());
    /// let plan = Plan::new(&builder.finish(), &known, &mut Tables::new(&mut session))?;
    /// let mut workspace = plan.workspace();
    /// plan.set_input(&mut workspace, 0, &[1.0, 10.0]);
    /// plan.run(&mut workspace, 0, &[], &mut || true)?;
    /// let mut output = [0.0; 2];
    /// plan.output(&mut workspace, 0, &mut output);
    /// assert_eq!(output, [21.0, 43.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(
        program: &Program,
        known: &[Option<Tensor<f64>>],
        functions: &mut dyn ScalarFunctions,
    ) -> Result<Plan, InterpretError> {
        write::write(program, known, &[], functions)
    }

    /// The plan of a program some of whose inputs hold outputs behind each run, as the arrays of a net in training do: they
    /// are set once, and stay in the workspace. The results of the plan are the other outputs, in their order.
    ///
    /// An output is written where its input is if nothing needs that any more.
    ///
    /// # Errors
    /// As those of [`Plan::new`], and [`InterpretError::Invalid`] when an input of `updates` is known, occurs twice, or has not
    /// the type of its output.
    ///
    /// ```
    /// use netform_array::ElementType::F64;
    /// use netform_compile::{Builder, Plan, Tables, Type, Update};
    /// use netform_eval::{Registry, Session};
    ///
    /// let mut builder = Builder::new();
    /// let matrix = builder.input("matrix", Type::of_shape(F64, &[2, 2]))?;
    /// let vector = builder.input("vector", Type::of_shape(F64, &[2]))?;
    /// let product = builder.einsum("ij,j->i", &[matrix, vector])?;
    /// builder.output("next", product)?;
    ///
    /// let mut session = Session::new(Registry::new().share());
    /// let updates = [Update { output: 0, input: 1 }];
    /// let plan = Plan::updating(&builder.finish(), &[None, None], &updates, &mut Tables::new(&mut session))?;
    /// let mut workspace = plan.workspace();
    /// plan.set_input(&mut workspace, 1, &[1.0, 0.0]);
    /// for _ in 0..3 {
    ///     plan.set_input(&mut workspace, 0, &[1.0, 1.0, 1.0, 0.0]);
    ///     plan.run(&mut workspace, 0, &[], &mut || true)?;
    /// }
    /// let mut vector = [0.0; 2];
    /// plan.input(&workspace, 1, &mut vector);
    /// assert_eq!(vector, [3.0, 2.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn updating(
        program: &Program,
        known: &[Option<Tensor<f64>>],
        updates: &[Update],
        functions: &mut dyn ScalarFunctions,
    ) -> Result<Plan, InterpretError> {
        write::write(program, known, updates, functions)
    }

    /// The plan that runs a program for so many examples together: each input that is not known, and each result, has a
    /// first axis along which the examples stand.
    ///
    /// # Errors
    /// As those of [`Plan::new`].
    pub fn for_examples(
        program: &Program,
        count: usize,
        known: &[Option<Tensor<f64>>],
        functions: &mut dyn ScalarFunctions,
    ) -> Result<Plan, InterpretError> {
        let is_known: Vec<bool> = known.iter().map(Option::is_some).collect();
        let build = |error: BuildError| PassError::Build { pass: "over_examples", error: error.into() };
        let all = over_examples(program, &Dim::from(count), &is_known)
            .map_err(|error| InterpretError::Pass(build(error).into()))?;
        Plan::new(&all, known, functions)
    }

    /// The number of inputs that are given for each run.
    pub fn input_count(&self) -> usize {
        self.inputs.len()
    }

    /// The number of results.
    pub fn output_count(&self) -> usize {
        self.outputs.len()
    }

    /// The number of elements of an input that is given.
    pub fn input_len(&self, input: usize) -> usize {
        self.inputs[input].len
    }

    /// The number of elements of a result.
    pub fn output_len(&self, output: usize) -> usize {
        self.outputs[output].region.walk.len()
    }

    /// Memory in which the plan can run.
    pub fn workspace(&self) -> Workspace {
        Workspace::new(&self.assignment, self.pool.clone())
    }

    /// Memory that is not in use, or new memory.
    fn take(&self) -> Workspace {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| self.workspace())
    }

    fn give_back(&self, workspace: Workspace) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE && self.memory() <= KEPT_BYTES {
            idle.push(workspace);
        }
    }

    /// Sets an input, which is rounded if it is one of single precision.
    ///
    /// # Panics
    /// When there is no such input, or it has another number of elements.
    pub fn set_input(&self, workspace: &mut Workspace, input: usize, elements: &[f64]) {
        let port = &self.inputs[input];
        assert_eq!(elements.len(), port.len, "input {input} has another number of elements");
        let base = workspace.base(port.buffer);
        if port.element == ElementType::F32 {
            let to = &mut workspace.single.as_mut_slice()[base..base + port.len];
            to.iter_mut().zip(elements).for_each(|(to, &element)| *to = element as f32);
        } else {
            workspace.double.as_mut_slice()[base..base + port.len].copy_from_slice(elements);
        }
    }

    /// Sets an input by numbers of single precision. One of another type, such as indices, gets the same numbers.
    ///
    /// # Panics
    /// When there is no such input, or it has another number of elements.
    pub fn set_single_input(&self, workspace: &mut Workspace, input: usize, elements: &[f32]) {
        let port = &self.inputs[input];
        assert_eq!(elements.len(), port.len, "input {input} has another number of elements");
        let base = workspace.base(port.buffer);
        if port.element == ElementType::F32 {
            workspace.single.as_mut_slice()[base..base + port.len].copy_from_slice(elements);
        } else {
            let to = &mut workspace.double.as_mut_slice()[base..base + port.len];
            to.iter_mut().zip(elements).for_each(|(to, &element)| *to = f64::from(element));
        }
    }

    /// Copies an input, as it was set or as the last run has left it. Only those of updates are kept by a run.
    ///
    /// # Panics
    /// When there is no such input, or it has another number of elements.
    pub fn input(&self, workspace: &Workspace, input: usize, to: &mut [f64]) {
        let port = &self.inputs[input];
        assert_eq!(to.len(), port.len, "input {input} has another number of elements");
        let range = workspace.base(port.buffer)..workspace.base(port.buffer) + port.len;
        if port.element == ElementType::F32 {
            let from = &workspace.single.as_slice()[range];
            to.iter_mut().zip(from).for_each(|(to, &element)| *to = f64::from(element));
        } else {
            to.copy_from_slice(&workspace.double.as_slice()[range]);
        }
    }

    /// Runs the plan on the inputs that have been set, which may be lost by that if they are not those of updates. `proceed` is asked now and then whether to go on; `path` holds
    /// the steps of recurrences around the program and their numbers of steps, of which random numbers depend.
    ///
    /// # Errors
    /// As those of [`interpret`](crate::interpret()).
    pub fn run(
        &self,
        workspace: &mut Workspace,
        seed: u64,
        path: &[(usize, usize)],
        proceed: &mut dyn FnMut() -> bool,
    ) -> Result<(), InterpretError> {
        workspace.path.clear();
        workspace.path.extend_from_slice(path);
        let mut context = Context { proceed, seed };
        for step in &self.steps {
            if !(context.proceed)() {
                return Err(InterpretError::Stopped);
            }
            step.run(workspace, &mut context)?;
        }
        Ok(())
    }

    /// Copies a result.
    ///
    /// # Panics
    /// When there is no such result, or it has another number of elements.
    pub fn output(&self, workspace: &mut Workspace, output: usize, to: &mut [f64]) {
        let region = &self.outputs[output].region;
        if region.double {
            self.copy_output(workspace, output, to);
            return;
        }
        assert_eq!(to.len(), region.walk.len(), "output {output} has another number of elements");
        let start = region.start(workspace);
        let elements = workspace.single.as_slice();
        let mut at = Position::default();
        region.walk.begin(&mut at);
        for to in to {
            let (offset, ..) = region.walk.run(&mut at, 1);
            *to = f64::from(elements[start.wrapping_add_signed(offset)]);
        }
    }

    /// Copies a result of single precision.
    ///
    /// # Panics
    /// When there is no such result of single precision, or it has another number of elements.
    pub fn single_output(&self, workspace: &mut Workspace, output: usize, to: &mut [f32]) {
        assert!(!self.outputs[output].region.double, "output {output} is not of single precision");
        self.copy_output(workspace, output, to);
    }

    fn copy_output<T: memory::Stored>(&self, workspace: &mut Workspace, output: usize, to: &mut [T]) {
        let region = &self.outputs[output].region;
        let start = region.start(workspace);
        let (memory, [at, ..]) = T::of(workspace);
        gather(memory, start, &region.walk, at, to);
    }

    /// The results on tensors, in memory that the plan keeps.
    ///
    /// # Errors
    /// As those of [`interpret`](crate::interpret()).
    pub fn apply(
        &self,
        inputs: &[Tensor<f64>],
        seed: u64,
        path: &[(usize, usize)],
        proceed: &mut dyn FnMut() -> bool,
    ) -> Result<Vec<Tensor<f64>>, InterpretError> {
        if inputs.len() != self.inputs.len() {
            return Err(InterpretError::InputCount { expected: self.inputs.len(), found: inputs.len() });
        }
        let mut workspace = self.take();
        for (place, (input, port)) in inputs.iter().zip(&self.inputs).enumerate() {
            if input.shape() != port.shape {
                return Err(InterpretError::Invalid("an input has not the shape of the plan"));
            }
            match input.as_slice() {
                Some(elements) => self.set_input(&mut workspace, place, elements),
                None => self.set_input(&mut workspace, place, &input.to_vec()),
            }
        }
        let done = self.run(&mut workspace, seed, path, proceed);
        let mut results = Vec::with_capacity(self.outputs.len());
        if done.is_ok() {
            for (place, outlet) in self.outputs.iter().enumerate() {
                let mut elements = vec![0.0; outlet.region.walk.len()];
                self.output(&mut workspace, place, &mut elements);
                results.push(Tensor::new(&outlet.shape, elements)?);
            }
        }
        self.give_back(workspace);
        done.map(|()| results)
    }

    /// The bytes of memory that a run needs, without packed matrices.
    pub fn memory(&self) -> usize {
        self.assignment.single * size_of::<f32>() + self.assignment.double * size_of::<f64>()
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

//! Machine code of tapes, and the calls of it.

use std::mem::ManuallyDrop;
use std::sync::Mutex;

use cranelift_codegen::settings::{self, Configurable};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Module, default_libcall_names};
use netform_kernels::{Code, Tape};

use crate::plan::{Plan, UNITS};
use crate::products::Product;
use crate::routines::Call;
use crate::translate::Translator;
use crate::values::Values;

/// How much work goes into machine code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Ready soon, in one or two microseconds for a step of the tape.
    Quick,
    /// Faster by a third and more where there are many steps, for about twice the time.
    Optimized,
}

/// Why there is no machine code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The code generator does not know the processor.
    #[error("there is no machine code for this processor: {0}")]
    Processor(String),
    /// The tape has more numbers than an instruction can address.
    #[error("a function of {0} numbers is too large for machine code: {limit} can be addressed", limit = LARGEST)]
    Size(usize),
    /// The code generator, or the system's memory, has failed.
    #[error("machine code could not be made: {0}")]
    Generator(String),
}

/// More numbers than this cannot be addressed in one array.
const LARGEST: usize = i32::MAX as usize / size_of::<f64>();

/// So many numbers of scratch are on the stack when there is no [`Workspace`]: it costs time to clear them.
const SMALL: usize = 32;
const MEDIUM: usize = 512;

/// A chunk of finished code: inputs, constants, results, the scratch array, and the call.
///
/// # Safety
/// The arrays have the lengths that the code was made for, and the code is still there.
type Chunk = unsafe extern "C" fn(*const f64, *const f64, *mut f64, *mut f64, &mut Call<'_>);

/// A function of numbers as machine code, made from a [`Tape`]: its results are those of the tape, bit for bit.
#[derive(Debug)]
pub struct MachineCode {
    chunks: Vec<Chunk>,
    inputs: usize,
    constants: Vec<f64>,
    results: usize,
    scratch: usize,
    /// The functions that the code calls.
    functions: Vec<Code>,
    /// The linear functions that it calls, which stay where they are.
    _products: Vec<Product>,
    /// Where the chunks are, until they are dropped.
    _memory: Memory,
}

/// Memory of finished code.
struct Memory(ManuallyDrop<Mutex<JITModule>>);

/// The numbers that machine code keeps while it runs, to be used again in other calls.
#[derive(Debug, Default)]
pub struct Workspace {
    scratch: Vec<f64>,
}

impl MachineCode {
    /// The machine code of a tape, for this processor. The time is linear in the number of steps.
    ///
    /// # Errors
    /// When there is no code generator for the processor, or it fails.
    pub fn new(tape: &Tape<f64>, effort: Effort) -> Result<MachineCode, Error> {
        let values = Values::new(tape);
        let plan = Plan::new(&values, UNITS);
        let sizes = [tape.inputs(), tape.constants().len(), tape.results(), plan.scratch];
        if let Some(size) = sizes.into_iter().find(|size| *size > LARGEST) {
            return Err(Error::Size(size));
        }
        let mut module = module(effort)?;
        let defined = define(&mut module, &values, &plan);
        let memory = Memory(ManuallyDrop::new(Mutex::new(module)));
        let (chunks, functions) = defined?;
        let (constants, products) = values.into_numbers();
        Ok(MachineCode {
            chunks,
            inputs: tape.inputs(),
            constants,
            results: tape.results(),
            scratch: plan.scratch,
            functions,
            _products: products,
            _memory: memory,
        })
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The number of results.
    pub fn results(&self) -> usize {
        self.results
    }

    /// Calls the code with one row of inputs. Large functions allocate memory; [`call_in`](Self::call_in)
    /// does that once.
    ///
    /// # Panics
    /// When there are other numbers of inputs or results than the tape has, or a function that the code calls panics.
    pub fn call(&self, inputs: &[f64], results: &mut [f64]) {
        if self.scratch <= SMALL {
            self.run(inputs, results, &mut [0.0; SMALL]);
        } else if self.scratch <= MEDIUM {
            self.run(inputs, results, &mut [0.0; MEDIUM]);
        } else {
            self.run(inputs, results, &mut vec![0.0; self.scratch]);
        }
    }

    /// Calls the code with memory that has been used before.
    ///
    /// # Panics
    /// As in [`call`](Self::call).
    pub fn call_in(&self, workspace: &mut Workspace, inputs: &[f64], results: &mut [f64]) {
        if workspace.scratch.len() < self.scratch {
            workspace.scratch.resize(self.scratch, 0.0);
        }
        self.run(inputs, results, &mut workspace.scratch);
    }

    fn run(&self, inputs: &[f64], results: &mut [f64], scratch: &mut [f64]) {
        assert!(inputs.len() == self.inputs, "there are {} inputs instead of {}", inputs.len(), self.inputs);
        assert!(results.len() == self.results, "there are {} results instead of {}", results.len(), self.results);
        assert!(scratch.len() >= self.scratch, "the scratch array is too short");
        let (inputs, results, scratch) = (inputs.as_ptr(), results.as_mut_ptr(), scratch.as_mut_ptr());
        let constants = self.constants.as_ptr();
        let mut call = Call::new(&self.functions);
        for chunk in &self.chunks {
            // SAFETY: the lengths were checked, and the memory keeps the code.
            unsafe { chunk(inputs, constants, results, scratch, &mut call) };
        }
        call.finish();
    }
}

/// An empty module for this processor.
fn module(effort: Effort) -> Result<JITModule, Error> {
    // Optimisations would move operations to where they are first needed, and undo what the plan says about registers.
    let allocator = match effort {
        Effort::Quick => "single_pass",
        Effort::Optimized => "backtracking",
    };
    let mut flags = settings::builder();
    let choices = [
        ("opt_level", "none"),
        ("regalloc_algorithm", allocator),
        ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
        ("unwind_info", "false"),
        ("is_pic", "false"),
        ("use_colocated_libcalls", "false"),
        // Spilled values may take more than the page that guards the end of the stack.
        ("probestack_strategy", "inline"),
    ];
    for (name, choice) in choices {
        flags.set(name, choice).map_err(generator)?;
    }
    let native = cranelift_native::builder().map_err(|reason| Error::Processor(reason.to_owned()))?;
    let processor = native.finish(settings::Flags::new(flags)).map_err(generator)?;
    Ok(JITModule::new(JITBuilder::with_isa(processor, default_libcall_names())))
}

/// Makes the code of all chunks, which calls the functions.
fn define(memory: &mut JITModule, values: &Values, plan: &Plan) -> Result<(Vec<Chunk>, Vec<Code>), Error> {
    let mut translator = Translator::new(values, memory.target_config());
    let signature = translator.signature();
    let mut context = memory.make_context();
    let mut names = vec![];
    for actions in &plan.chunks {
        context.func.signature = signature.clone();
        translator.chunk(actions, &mut context.func);
        let name = memory.declare_anonymous_function(&signature).map_err(generator)?;
        memory.define_function(name, &mut context).map_err(generator)?;
        memory.clear_context(&mut context);
        names.push(name);
    }
    memory.finalize_definitions().map_err(generator)?;
    let entry = |name| {
        let address = memory.get_finalized_function(name);
        // SAFETY: the function was made with this signature.
        unsafe { std::mem::transmute::<*const u8, Chunk>(address) }
    };
    Ok((names.into_iter().map(entry).collect(), translator.functions().codes()))
}

fn generator(error: impl std::fmt::Display) -> Error {
    Error::Generator(error.to_string())
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the value is not used again.
        let module = unsafe { ManuallyDrop::take(&mut self.0) };
        let module = module.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        // SAFETY: nothing runs the code: those who do borrow the `MachineCode` that owns it, and no chunk leaves that.
        unsafe { module.free_memory() };
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

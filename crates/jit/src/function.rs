//! Functions that are run in the way that pays: by their tapes, by quick or by optimised machine code.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use netform_kernels::Tape;

use crate::machine::{Effort, MachineCode, Workspace};

/// Optimised code is made after so many calls of a large function: it takes about as long to make as it has saved then.
const HOT: u64 = 10_000;

/// The fixed part of the time of making code counts like so many steps.
const FIXED: u64 = 200;

/// A function of numbers that becomes faster the more often it is called with single rows.
///
/// The first call runs the tape. The second makes quick machine code, which takes as long as some hundred calls of the tape.
/// Once that has been called so often that optimising it would have paid, it is made again with more effort, in a thread of
/// its own, so that no call waits for it; calls run it when it is there. Many rows are left to the tape, which runs them in
/// blocks. Whatever runs, the results are the same, bit for bit.
///
/// Where there is no code generator for the processor, the tape runs always.
///
/// ```
/// use netform_jit::{Function, Workspace};
/// use netform_kernels::{Code, Tape};
///
/// // A root of x^2 - 2 by Newton's method.
/// let tape = Tape::new(1, vec![2.0], [(Code::Square, vec![0]), (Code::Subtract, vec![2, 1])], &[3]);
/// let function = Function::new(tape);
/// let mut workspace = Workspace::default();
/// let (mut x, mut value) = (1.0, [0.0]);
/// for _ in 0..6 {
///     function.call_in(&mut workspace, &[x], &mut value);
///     x -= value[0] / (2.0 * x);
/// }
/// assert!((x - 2f64.sqrt()).abs() < 1e-15);
/// ```
#[derive(Debug)]
pub struct Function {
    shared: Arc<Shared>,
}

/// What a function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// The tape.
    Tape,
    /// Machine code.
    Code(Effort),
}

/// What calls and the thread that optimises share. There is nothing in the places of codes that could not be made.
#[derive(Debug)]
struct Shared {
    tape: Tape<f64>,
    calls: AtomicU64,
    quick: OnceLock<Option<MachineCode>>,
    optimized: OnceLock<Option<MachineCode>>,
}

impl Function {
    /// The function that a tape computes.
    pub fn new(tape: Tape<f64>) -> Function {
        let calls = AtomicU64::new(0);
        Function { shared: Arc::new(Shared { tape, calls, quick: OnceLock::new(), optimized: OnceLock::new() }) }
    }

    /// The tape, which says what the function is.
    pub fn tape(&self) -> &Tape<f64> {
        &self.shared.tape
    }

    /// What a call of one row runs now.
    pub fn tier(&self) -> Tier {
        match (self.shared.optimized.get(), self.shared.quick.get()) {
            (Some(Some(_)), _) => Tier::Code(Effort::Optimized),
            (_, Some(Some(_))) => Tier::Code(Effort::Quick),
            _ => Tier::Tape,
        }
    }

    /// Calls the function with one row of inputs.
    ///
    /// # Panics
    /// When there are other numbers of inputs or results than the tape has, or a function that it calls panics.
    pub fn call(&self, inputs: &[f64], results: &mut [f64]) {
        match self.code() {
            Some(code) => code.call(inputs, results),
            None => self.by_tape(inputs, results),
        }
    }

    /// Calls the function with memory that has been used before.
    ///
    /// # Panics
    /// As in [`call`](Self::call).
    pub fn call_in(&self, workspace: &mut Workspace, inputs: &[f64], results: &mut [f64]) {
        match self.code() {
            Some(code) => code.call_in(workspace, inputs, results),
            None => self.by_tape(inputs, results),
        }
    }

    /// Applies the function to slices of one length, an element of each for each row.
    ///
    /// # Panics
    /// As in [`Tape::apply`].
    pub fn apply(&self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        self.shared.tape.apply(inputs, outputs);
    }

    fn by_tape(&self, inputs: &[f64], results: &mut [f64]) {
        let inputs: Vec<&[f64]> = inputs.iter().map(std::slice::from_ref).collect();
        let mut results: Vec<&mut [f64]> = results.iter_mut().map(std::slice::from_mut).collect();
        self.shared.tape.apply(&inputs, &mut results);
    }

    /// The code for the next call, if it is not the tape's turn.
    fn code(&self) -> Option<&MachineCode> {
        let shared = &self.shared;
        if let Some(Some(code)) = shared.optimized.get() {
            return Some(code);
        }
        let calls = shared.calls.fetch_add(1, Ordering::Relaxed);
        if calls == 0 {
            return None;
        }
        if calls == shared.hot() {
            self.optimize();
        }
        shared.quick.get_or_init(|| MachineCode::new(&shared.tape, Effort::Quick).ok()).as_ref()
    }

    /// Makes optimised code in a thread of its own. If there can be no such thread, quick code goes on.
    fn optimize(&self) {
        let shared = Arc::clone(&self.shared);
        let make = move || {
            let code = MachineCode::new(&shared.tape, Effort::Optimized).ok();
            shared.optimized.get_or_init(|| code);
        };
        let thread = std::thread::Builder::new().name("netform-jit".to_owned());
        drop(thread.spawn(make));
    }
}

impl Shared {
    /// After so many calls optimised code would have paid. What it costs and what it saves in a call both grow with the
    /// number of steps, but for a fixed part of the cost.
    fn hot(&self) -> u64 {
        let steps = (self.tape.steps().len() as u64).max(1);
        HOT + HOT * FIXED / steps
    }
}

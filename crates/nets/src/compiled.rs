//! Nets made ready to be called from Rust on slices of numbers, without a session.

use netform_array::ElementType;
use netform_compile::{InterpretError, Plan, Workspace};
use netform_eval::{Flow, Session};
use netform_expr::Expr;

use crate::Fault;
use crate::apply::symbol;
use crate::evaluate::Arrays;
use crate::numeric::plan_of;
use crate::program::NetProgram;
use crate::read::read;

/// A net whose arrays have numbers, made ready for data of definite shapes.
///
/// Inputs and outputs are slices of all elements in row-major order, one for each port in the order of the net. Inputs
/// that the net does without, such as initial states, are left out.
#[derive(Debug)]
pub struct CompiledNet {
    plan: Plan,
    workspace: Workspace,
}

impl CompiledNet {
    /// Compiles an expression that is a net, for one example, or for so many together, which stand along a new first
    /// level of every port. Real numbers are of the type `real`: `F32` or `F64`.
    ///
    /// # Errors
    /// What is wrong with the net, or why it cannot be compiled.
    pub fn new(
        session: &mut Session,
        net: &Expr,
        real: ElementType,
        examples: Option<usize>,
    ) -> Result<Result<CompiledNet, Vec<Fault>>, Flow> {
        let net = match read(session, net)? {
            Ok(net) if net.faults.is_empty() => net,
            Ok(net) => return Ok(Err(net.faults.clone())),
            Err(faults) => return Ok(Err(faults)),
        };
        let given: Vec<bool> = net.inputs.iter().map(|port| !port.optional).collect();
        let made = match NetProgram::of_net(session, &net, &given, real, Arrays::Numbers)? {
            Ok(made) => made,
            Err(fault) => return Ok(Err(vec![fault])),
        };
        let data = given.iter().filter(|given| **given).count();
        Ok(match plan_of(session, &made.program, &made.parameters, data, examples)? {
            Ok(plan) => Ok(CompiledNet { workspace: plan.workspace(), plan }),
            Err(error) => Err(vec![Fault::new(symbol(&net), "progfail", [error.to_string()])]),
        })
    }

    /// The plan: what is done, step by step.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Runs the net on numbers of double precision.
    ///
    /// # Errors
    /// When the data make it fail.
    ///
    /// # Panics
    /// When there are other numbers of inputs or outputs, or of their elements.
    pub fn run(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) -> Result<(), InterpretError> {
        self.check(inputs.len(), outputs.len());
        for (place, input) in inputs.iter().enumerate() {
            self.plan.set_input(&mut self.workspace, place, input);
        }
        self.plan.run(&mut self.workspace, 0, &[], &mut || true)?;
        for (place, output) in outputs.iter_mut().enumerate() {
            self.plan.output(&mut self.workspace, place, output);
        }
        Ok(())
    }

    /// Runs a net that computes in single precision.
    ///
    /// # Errors
    /// As [`CompiledNet::run`].
    ///
    /// # Panics
    /// As there, and when a port is not of single precision.
    pub fn run_single(&mut self, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) -> Result<(), InterpretError> {
        self.check(inputs.len(), outputs.len());
        for (place, input) in inputs.iter().enumerate() {
            self.plan.set_single_input(&mut self.workspace, place, input);
        }
        self.plan.run(&mut self.workspace, 0, &[], &mut || true)?;
        for (place, output) in outputs.iter_mut().enumerate() {
            self.plan.single_output(&mut self.workspace, place, output);
        }
        Ok(())
    }

    fn check(&self, inputs: usize, outputs: usize) {
        let expected = (self.plan.input_count(), self.plan.output_count());
        assert_eq!((inputs, outputs), expected, "the numbers of inputs and outputs");
    }
}

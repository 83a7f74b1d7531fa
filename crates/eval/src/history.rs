//! Inputs and outputs of a session, numbered as `In[n]` and `Out[n]`.

use netform_expr::{Expr, Sym};
use rustc_hash::FxHashMap;

use crate::{EmittedMessage, Flow, Session};

#[derive(Default)]
pub(crate) struct History {
    line: usize,
    inputs: FxHashMap<usize, Expr>,
    outputs: FxHashMap<usize, Expr>,
}

/// What became of one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The number of the input.
    pub line: usize,
    /// The value: `$Aborted` if the evaluation was aborted.
    pub value: Expr,
    /// The messages that were shown.
    pub messages: Vec<EmittedMessage>,
    /// The exit code, if the input asked the session to end.
    pub quit: Option<i32>,
}

impl Session {
    /// Evaluates an expression as the next input of the session, and keeps it as `In[n]` and its
    /// value as `Out[n]`. Nothing leaves this: what is thrown and not caught becomes a message.
    pub fn submit(&mut self, input: &Expr) -> Outcome {
        self.history.line += 1;
        let line = self.history.line;
        self.history.inputs.insert(line, input.clone());
        let outcome = self.evaluate_unrecorded(input);
        self.history.outputs.insert(line, outcome.value.clone());
        outcome
    }

    /// As [`Session::submit`], but neither the input nor its value becomes part of the history, so
    /// that the session does not keep them.
    pub fn evaluate_unrecorded(&mut self, input: &Expr) -> Outcome {
        self.unrecorded(|session| session.evaluate(input))
    }

    /// As [`Session::evaluate_unrecorded`], for work that gives a value in any other way.
    pub fn unrecorded(&mut self, work: impl FnOnce(&mut Session) -> Result<Expr, Flow>) -> Outcome {
        self.begin_messages();
        self.interrupt.clear();
        let mut quit = None;
        let value = match work(self) {
            Ok(value) => value,
            Err(flow) => {
                self.leave_all();
                if let Flow::Quit(code) = flow {
                    quit = Some(code);
                }
                self.value_of_flow(flow)
            }
        };
        Outcome { line: self.history.line, value, messages: self.emitted_messages().to_vec(), quit }
    }

    /// Forgets what was entered by an evaluation that did not come to its end.
    pub(crate) fn leave_all(&mut self) {
        (self.recursion, self.depth, self.abort_protection) = (0, 0, 0);
        self.constraints.clear();
    }

    /// What stands for the value of an input that was left in another way.
    fn value_of_flow(&mut self, flow: Flow) -> Expr {
        let held = |call: Expr| Expr::call(Sym::Hold, [call]);
        match flow {
            Flow::Throw { value, tag, uncaught: Some(handler) } => {
                let call = Expr::normal(handler, [value].into_iter().chain(tag));
                self.evaluate(&call).unwrap_or_else(|_| Sym::Aborted.into())
            }
            Flow::Throw { value, tag, uncaught: None } => {
                let call = Expr::call(Sym::Throw, [value].into_iter().chain(tag));
                self.message(Sym::Throw, "nocatch", std::slice::from_ref(&call));
                held(call)
            }
            Flow::Return { value, .. } => value,
            Flow::Break => {
                self.message(Sym::Break, "nofwd", &[]);
                held(Expr::call(Sym::Break, []))
            }
            Flow::Continue => {
                self.message(Sym::Continue, "nofwd", &[]);
                held(Expr::call(Sym::Continue, []))
            }
            Flow::Goto(label) => {
                self.message(Sym::Goto, "nolabel", std::slice::from_ref(&label));
                held(Expr::call(Sym::Goto, [label]))
            }
            Flow::Abort | Flow::Exceeded(_) => Sym::Aborted.into(),
            Flow::Terminated(reason) => Expr::call(Sym::TerminatedEvaluation, [Expr::string(reason)]),
            Flow::Quit(_) => Sym::Null.into(),
        }
    }

    /// The number of the current input.
    pub fn line(&self) -> usize {
        self.history.line
    }

    /// The value of input `line`.
    pub fn output(&self, line: usize) -> Option<&Expr> {
        self.history.outputs.get(&line)
    }

    /// Input `line` as it was given.
    pub fn input(&self, line: usize) -> Option<&Expr> {
        self.history.inputs.get(&line)
    }
}

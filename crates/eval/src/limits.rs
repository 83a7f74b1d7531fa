//! Limits of an evaluation: depth, steps, time, memory, and the user's interrupt.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use netform_expr::{Expr, Sym, live_bytes};

use crate::{Flow, Session};

/// What an evaluation may use.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How many applications of definitions may be nested: `$RecursionLimit`.
    pub recursion: usize,
    /// How many times one expression may be rewritten: `$IterationLimit`.
    pub iteration: usize,
    /// How deep an expression may be that is not known to be in normal form.
    pub depth: usize,
    /// How many bytes the process may use, where the host can tell.
    pub memory: Option<u64>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { recursion: 1024, iteration: 4096, depth: 200_000, memory: None }
    }
}

/// A handle by which another thread, or a signal handler, aborts the running evaluation.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Asks the session to abort what it evaluates.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether an abort has been asked for.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// A constraint of time or memory in force.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Constraint {
    number: u64,
    most: Most,
}

/// What a constraint allows.
#[derive(Debug, Clone, Copy)]
enum Most {
    /// Until this time of the host's timer.
    Time(Duration),
    /// So many bytes of nodes in the process.
    Bytes(usize),
}

/// Steps between two looks at the memory of the process.
const MEMORY_INTERVAL: u32 = 1024;

impl Session {
    /// Counts one step of work, and fails if the evaluation must stop. Long loops of built-in
    /// functions call this now and then.
    ///
    /// # Errors
    /// [`Flow::Abort`] on an interrupt, [`Flow::Exceeded`] when a constraint of time or memory is
    /// exceeded, [`Flow::Terminated`] when memory is short.
    pub fn tick(&mut self) -> Result<(), Flow> {
        self.steps = self.steps.wrapping_add(1);
        // A step may be a function of a long list and take seconds, so none goes by unseen: a look
        // at the flag costs nothing, and one at the clock little beside a step.
        let urgent = self.interrupt.is_raised() || !self.constraints.is_empty();
        if urgent || self.steps.is_multiple_of(MEMORY_INTERVAL) { self.check_limits() } else { Ok(()) }
    }

    /// Looks whether the evaluation must stop.
    ///
    /// # Errors
    /// As [`Session::tick`].
    pub fn check_limits(&mut self) -> Result<(), Flow> {
        if self.interrupt.is_raised() && self.abort_protection == 0 {
            self.interrupt.clear();
            return Err(Flow::Abort);
        }
        if !self.constraints.is_empty() {
            self.check_time()?;
            self.check_memory()?;
        }
        if self.steps.is_multiple_of(MEMORY_INTERVAL) { self.reserve(0) } else { Ok(()) }
    }

    /// Fails if the process would use more memory than it may with so many bytes more. What is about to take much memory at
    /// once asks first.
    ///
    /// # Errors
    /// [`Flow::Terminated`] after a message.
    pub fn reserve(&mut self, bytes: u64) -> Result<(), Flow> {
        let would_be = (live_bytes() as u64).saturating_add(bytes);
        let is_exceeded = |constraint: &&Constraint| match constraint.most {
            Most::Bytes(most) => (most as u64) < would_be,
            Most::Time(_) => false,
        };
        if bytes > 0
            && let Some(constraint) = self.constraints.iter().find(is_exceeded)
        {
            return Err(Flow::Exceeded(constraint.number));
        }
        let Some(limit) = self.limits.memory else { return Ok(()) };
        let is_short =
            |session: &Session| session.host.memory_in_use().is_some_and(|used| used.saturating_add(bytes) > limit);
        if !is_short(self) {
            return Ok(());
        }
        self.forget_results();
        if !is_short(self) {
            return Ok(());
        }
        self.message(Sym::General, "nomem", &[Expr::integer(i64::try_from(limit >> 20).unwrap_or(i64::MAX))]);
        Err(Flow::Terminated("MemoryLimit"))
    }

    fn check_time(&self) -> Result<(), Flow> {
        if !self.constraints.iter().any(|c| matches!(c.most, Most::Time(_))) {
            return Ok(());
        }
        let Some(now) = self.host.timer() else { return Ok(()) };
        let over = |constraint: &&Constraint| matches!(constraint.most, Most::Time(end) if end <= now);
        self.constraints.iter().find(over).map_or(Ok(()), |over| Err(Flow::Exceeded(over.number)))
    }

    /// Whether the nodes take more memory than they may.
    pub(crate) fn check_memory(&mut self) -> Result<(), Flow> {
        let bound = |constraint: &Constraint| match constraint.most {
            Most::Bytes(most) => Some((most, constraint.number)),
            Most::Time(_) => None,
        };
        let exceeded = |session: &Session| {
            let used = live_bytes();
            session.constraints.iter().filter_map(bound).find(|(most, _)| *most < used)
        };
        if !self.constraints.iter().any(|c| bound(c).is_some()) || exceeded(self).is_none() {
            return Ok(());
        }
        // What is only remembered is not needed.
        self.forget_results();
        exceeded(self).map_or(Ok(()), |(_, number)| Err(Flow::Exceeded(number)))
    }

    /// Runs `work` for at most `time`; `None` when the time was not enough. Without a timer there
    /// is no limit.
    ///
    /// # Errors
    /// Whatever leaves `work` for another reason.
    pub fn constrain_time<T>(
        &mut self,
        time: Duration,
        work: impl FnOnce(&mut Session) -> Result<T, Flow>,
    ) -> Result<Option<T>, Flow> {
        let Some(now) = self.host.timer() else { return work(self).map(Some) };
        self.constrain(Most::Time(now.saturating_add(time)), work)
    }

    /// Runs `work` with at most `bytes` more of memory for nodes; `None` when that was not enough.
    ///
    /// What counts are the nodes of expressions, with the elements of packed arrays; not what
    /// functions use while they run, and not what is only remembered. It is looked at before and
    /// after each step, so a single step may exceed it for a moment. Sessions in other threads have
    /// their nodes in the same store.
    ///
    /// # Errors
    /// Whatever leaves `work` for another reason.
    pub fn constrain_memory<T>(
        &mut self,
        bytes: usize,
        work: impl FnOnce(&mut Session) -> Result<T, Flow>,
    ) -> Result<Option<T>, Flow> {
        self.constrain(Most::Bytes(live_bytes().saturating_add(bytes)), work)
    }

    fn constrain<T>(
        &mut self,
        most: Most,
        work: impl FnOnce(&mut Session) -> Result<T, Flow>,
    ) -> Result<Option<T>, Flow> {
        self.next_constraint += 1;
        let number = self.next_constraint;
        self.constraints.push(Constraint { number, most });
        let result = work(self);
        self.constraints.retain(|constraint| constraint.number != number);
        match result {
            Err(Flow::Exceeded(exceeded)) if exceeded == number => Ok(None),
            other => other.map(Some),
        }
    }

    /// Runs `work` with interrupts held back.
    ///
    /// # Errors
    /// Whatever leaves `work`.
    pub fn protect_from_abort<T>(&mut self, work: impl FnOnce(&mut Session) -> Result<T, Flow>) -> Result<T, Flow> {
        self.abort_protection += 1;
        let result = work(self);
        self.abort_protection -= 1;
        result
    }

    /// The handle that aborts this session's evaluation.
    pub fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    /// The limits in force, to read or to change.
    pub fn limits(&mut self) -> &mut Limits {
        &mut self.limits
    }
}

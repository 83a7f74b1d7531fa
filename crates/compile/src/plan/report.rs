//! What a plan does and what that costs, step by step: for people who read it, and to be compared with the time that it takes.

use std::fmt;
use std::ops::{Add, Mul};
use std::time::Duration;

use netform_array::ElementType;

use super::Plan;
use super::steps::{Context, Step};
use crate::interpret::InterpretError;

/// What work costs. A multiplication, an addition, a comparison and a function of an element count as one operation each.
/// Elements count as often as a kernel reads or writes them in memory, so those of windows that overlap several times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// The operations on elements.
    pub operations: u64,
    /// The bytes of elements that are read and written, without weights.
    pub moved: u64,
    /// The bytes of matrices that are part of the plan.
    pub weights: u64,
}

impl Cost {
    pub(super) fn moving(bytes: usize) -> Cost {
        Cost { moved: bytes as u64, ..Cost::default() }
    }
}

impl Add for Cost {
    type Output = Cost;

    fn add(self, other: Cost) -> Cost {
        Cost {
            operations: self.operations.saturating_add(other.operations),
            moved: self.moved.saturating_add(other.moved),
            weights: self.weights.saturating_add(other.weights),
        }
    }
}

/// The cost of doing something so many times, with the same weights.
impl Mul<usize> for Cost {
    type Output = Cost;

    fn mul(self, times: usize) -> Cost {
        let often = |count: u64| count.saturating_mul(times as u64);
        Cost { operations: often(self.operations), moved: often(self.moved), ..self }
    }
}

/// The cost of a product of small numbers, which may be too large for any type.
pub(super) fn product(factors: &[usize]) -> u64 {
    factors.iter().fold(1, |product, &factor| product.saturating_mul(factor as u64))
}

/// A step as it is reported.
#[derive(Clone, Debug)]
pub struct Line {
    /// How many steps this one is part of.
    pub depth: usize,
    /// The kernel and the sizes with which it is called.
    pub step: String,
    /// What all its turns in one run of the plan cost.
    pub cost: Cost,
    /// The median of the times that it took, if it was measured.
    pub time: Option<Duration>,
}

/// The steps of a plan, in order, each followed by those that are part of it.
#[derive(Clone, Debug)]
pub struct Report {
    /// The steps.
    pub lines: Vec<Line>,
    /// The bytes of memory in which the plan runs.
    pub memory: usize,
}

impl Report {
    /// The cost of a run.
    pub fn total(&self) -> Cost {
        self.lines.iter().filter(|line| line.depth == 0).fold(Cost::default(), |sum, line| sum + line.cost)
    }
}

impl Plan {
    /// What the plan does and what that costs.
    pub fn report(&self) -> Report {
        let mut lines = vec![];
        let mut pending: Vec<(usize, usize, &dyn Step)> = vec![];
        pending.extend(self.steps.iter().rev().map(|step| (0, 1, &**step)));
        while let Some((depth, times, step)) = pending.pop() {
            lines.push(Line { depth, step: Described(step).to_string(), cost: step.cost() * times, time: None });
            let times = times.saturating_mul(step.turns());
            pending.extend(step.inner().iter().rev().map(|step| (depth + 1, times, &**step)));
        }
        Report { lines, memory: self.memory() }
    }

    /// The report with the median of the times of each step in so many runs, on inputs that are 1/2, or 1 where they are
    /// integers. `clock` tells the time since some moment.
    ///
    /// # Errors
    /// As those of [`Plan::run`].
    pub fn measured(
        &self,
        runs: usize,
        clock: &mut dyn FnMut() -> Duration,
        proceed: &mut dyn FnMut() -> bool,
    ) -> Result<Report, InterpretError> {
        let mut workspace = self.workspace();
        let mut times: Vec<Vec<Duration>> = vec![Vec::with_capacity(runs); self.steps.len()];
        for _ in 0..runs {
            for (place, port) in self.inputs.iter().enumerate() {
                let is_real = matches!(port.element, ElementType::F32 | ElementType::F64);
                self.set_input(&mut workspace, place, &vec![if is_real { 0.5 } else { 1.0 }; port.len]);
            }
            workspace.path.clear();
            for (step, times) in self.steps.iter().zip(&mut times) {
                if !proceed() {
                    return Err(InterpretError::Stopped);
                }
                let start = clock();
                step.run(&mut workspace, &mut Context { proceed: &mut *proceed, seed: 0 })?;
                times.push(clock().saturating_sub(start));
            }
        }
        let mut report = self.report();
        let medians = times.into_iter().map(|mut times| {
            times.sort_unstable();
            times.get(times.len() / 2).copied()
        });
        let outermost = report.lines.iter_mut().filter(|line| line.depth == 0);
        outermost.zip(medians).for_each(|(line, median)| line.time = median);
        Ok(report)
    }
}

/// A step by its description.
struct Described<'a>(&'a dyn Step);

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.describe(f)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total();
        writeln!(f, "operations  {}", total.operations)?;
        writeln!(f, "weights     {} bytes", total.weights)?;
        writeln!(f, "buffers     {} bytes", self.memory)?;
        writeln!(f, "moved       {} bytes", total.moved)?;
        let is_measured = self.lines.iter().any(|line| line.time.is_some());
        let title = if is_measured { "microseconds" } else { "" };
        writeln!(f, "{}", format!("{:>12} {:>12} {:>12} {title:>12}", "operations", "weights", "moved").trim_end())?;
        for line in &self.lines {
            let Cost { operations, moved, weights } = line.cost;
            write!(f, "{operations:>12} {weights:>12} {moved:>12}")?;
            if is_measured {
                let time = line.time.map(|time| format!("{:.2}", time.as_secs_f64() * 1e6)).unwrap_or_default();
                write!(f, " {time:>12}")?;
            }
            writeln!(f, "  {}{}", "  ".repeat(line.depth), line.step)?;
        }
        if self.lines.is_empty() {
            writeln!(f, "{:>12} nothing: the results are known, or are inputs in another order", "")?;
        }
        Ok(())
    }
}

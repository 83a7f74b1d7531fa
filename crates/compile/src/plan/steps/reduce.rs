//! Axes that vanish.

use std::fmt;
use std::marker::PhantomData;

use netform_array::ElementType;
use netform_kernels::{Combine, Walk, combine, combine_each, disjoint};

use super::{Context, Step};
use crate::interpret::InterpretError;
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::Region;
use crate::plan::report::{Cost, product};

/// How elements become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plan) enum Fold {
    /// By a kernel.
    Combine(Combine),
    /// The largest one if it is finite, otherwise 0.
    Shift,
    /// Whether all are true.
    And,
    /// Whether any is true.
    Or,
    /// The place of the first largest one, from 1, in memory of double precision.
    ArgMax,
}

/// Combines elements of each group. `kept` goes through the first elements of the groups, `group` from there through
/// the others.
#[derive(Debug)]
pub(in crate::plan) struct Reduce<T> {
    pub(in crate::plan) fold: Fold,
    pub(in crate::plan) kept: Region,
    pub(in crate::plan) group: Walk,
    pub(in crate::plan) to: Region,
    pub(in crate::plan) element: PhantomData<T>,
}

impl<T: Stored> Step for Reduce<T> {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        if self.fold == Fold::ArgMax {
            return self.arg_max(workspace);
        }
        let (from, to) = (self.kept.start(workspace), self.to.start(workspace));
        let kept = &self.kept.walk;
        let (memory, [kept_at, group_at, ..]) = T::of(workspace);
        kept.begin(kept_at);
        let mut done = 0;
        while done < kept.len() {
            let (first, step, run) = kept.run(kept_at, kept.len() - done);
            let first = from.wrapping_add_signed(first);
            if let (Fold::Combine(kind), 1, 2..) = (self.fold, step, run) {
                // Neighbours are reduced together.
                memory[to + done..to + done + run].fill(kind.nothing());
                self.group.begin(group_at);
                let mut within = 0;
                while within < self.group.len() {
                    let (offset, group_step, count) = self.group.run(group_at, self.group.len() - within);
                    for k in 0..count {
                        let row = first.wrapping_add_signed(offset + group_step * k as isize);
                        let row = row..row + run;
                        let (sums, [row]) = disjoint(memory, to + done..to + done + run, [row]);
                        combine_each(kind, sums, row);
                    }
                    within += count;
                }
            } else {
                for k in 0..run {
                    let start = first.wrapping_add_signed(step * k as isize);
                    memory[to + done + k] = self.single(memory, start, group_at);
                }
            }
            done += run;
        }
        Ok(())
    }

    fn cost(&self) -> Cost {
        let elements = product(&[self.kept.walk.len(), self.group.len()]);
        let read = elements.saturating_mul(size_of::<T>() as u64);
        Cost { operations: elements, moved: read.saturating_add(self.to.bytes() as u64), weights: 0 }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reduce {} times {} elements by ", self.kept.walk.len(), self.group.len())?;
        match self.fold {
            Fold::Combine(kind) => write!(f, "{kind:?}"),
            fold => write!(f, "{fold:?}"),
        }
    }
}

impl<T: Stored> Reduce<T> {
    fn single(&self, memory: &[T], start: usize, at: &mut netform_kernels::Position) -> T {
        let kind = match self.fold {
            Fold::Combine(kind) => kind,
            Fold::Shift => Combine::Largest,
            Fold::And | Fold::Or | Fold::ArgMax => Combine::Sum,
        };
        let mut value: T = kind.nothing();
        let (mut all, mut any) = (true, false);
        self.group.begin(at);
        let mut within = 0;
        while within < self.group.len() {
            let (offset, step, count) = self.group.run(at, self.group.len() - within);
            let first = start.wrapping_add_signed(offset);
            if matches!(self.fold, Fold::And | Fold::Or) {
                for k in 0..count {
                    let is_true = memory[first.wrapping_add_signed(step * k as isize)] != T::ZERO;
                    all &= is_true;
                    any |= is_true;
                }
            } else if step == 1 {
                let mut pair = [value];
                combine_each(kind, &mut pair, &[combine(kind, &memory[first..first + count])]);
                [value] = pair;
            } else {
                for k in 0..count {
                    let mut pair = [value];
                    combine_each(kind, &mut pair, &[memory[first.wrapping_add_signed(step * k as isize)]]);
                    [value] = pair;
                }
            }
            within += count;
        }
        let truth = |holds: bool| if holds { T::ONE } else { T::ZERO };
        match self.fold {
            Fold::And => truth(all),
            Fold::Or => truth(any),
            Fold::Shift if !value.to_double().is_finite() => T::ZERO,
            _ => value,
        }
    }

    fn arg_max(&self, workspace: &mut Workspace) -> Result<(), InterpretError> {
        let (from, to) = (self.kept.start(workspace), self.to.start(workspace));
        let (kept, group) = (&self.kept.walk, &self.group);
        if group.is_empty() && !kept.is_empty() {
            let element = if T::DOUBLE { ElementType::F64 } else { ElementType::F32 };
            return Err(InterpretError::Unsupported { operation: "argmax of no elements", element });
        }
        kept.begin(&mut T::of(workspace).1[0]);
        for done in 0..kept.len() {
            let (memory, [kept_at, group_at, ..]) = T::of(workspace);
            let (first, ..) = kept.run(kept_at, 1);
            group.begin(group_at);
            let mut best: Option<(usize, T)> = None;
            for place in 0..group.len() {
                let (offset, ..) = group.run(group_at, 1);
                let element = memory[from.wrapping_add_signed(first + offset)];
                let is_nan = |x: T| x.partial_cmp(&x).is_none();
                if best.is_none_or(|(_, best)| element > best || is_nan(element) && !is_nan(best)) {
                    best = Some((place, element));
                }
            }
            workspace.double.as_mut_slice()[to + done] = best.map_or(0.0, |(place, _)| (place + 1) as f64);
        }
        Ok(())
    }
}

//! Several things done with each row of a matrix while it is in the first cache.

use std::fmt;

use netform_kernels::{Combine, Pass, Rows, Starts};
use smallvec::SmallVec;

use super::{Context, Step};
use crate::interpret::InterpretError;
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::BufferId;
use crate::plan::report::{Cost, product};

/// Where the elements of an operand start.
pub(in crate::plan) type Start = (BufferId, usize);

/// Makes all passes over a row before the next row, or a few rows.
#[derive(Debug)]
pub(in crate::plan) struct RowWise<T> {
    pub(in crate::plan) rows: Rows<T>,
    pub(in crate::plan) inputs: Vec<Start>,
    /// Where rows that passes write are results.
    pub(in crate::plan) written: Vec<Option<Start>>,
    /// Where numbers for each row that passes write are results.
    pub(in crate::plan) scalars: Vec<Option<Start>>,
}

impl<T: Stored> RowWise<T> {
    fn operations(&self) -> u64 {
        let (count, columns) = (self.rows.count(), self.rows.columns());
        let operations = self.rows.passes().iter().map(|pass| match pass {
            Pass::Fold { .. } => product(&[count, columns]),
            Pass::Elements { tape, .. } => product(&[count, columns, tape.codes().count()]),
            Pass::Scalars { tape, .. } => product(&[count, tape.codes().count()]),
        });
        operations.fold(0, u64::saturating_add)
    }
}

impl<T: Stored> Step for RowWise<T> {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let start = |&(buffer, offset): &Start| workspace.base(buffer) + offset;
        let places = |all: &[Option<Start>]| -> SmallVec<[Option<usize>; 8]> {
            all.iter().map(|place| place.as_ref().map(start)).collect()
        };
        let inputs: SmallVec<[usize; 8]> = self.inputs.iter().map(start).collect();
        let (written, scalars) = (places(&self.written), places(&self.scalars));
        let starts = Starts { inputs: &inputs, rows: &written, scalars: &scalars };
        // An exponential takes as long as many multiplications.
        if let Some((memory, crew)) = T::with_crew(workspace, self.operations().saturating_mul(8) as usize) {
            self.rows.run_apart(memory, starts, crew);
            return Ok(());
        }
        let (memory, scratch) = T::with_scratch(workspace);
        self.rows.run(0..self.rows.count(), memory, starts, scratch);
        Ok(())
    }

    fn cost(&self) -> Cost {
        let (count, columns) = (self.rows.count(), self.rows.columns());
        let elements = |step: isize| if step == 0 { count } else { count * columns };
        let read: usize = self.rows.inputs().iter().map(|input| elements(input.step)).sum();
        let results = |all: &[Option<Start>]| all.iter().flatten().count();
        let written = results(&self.written) * count * columns + results(&self.scalars) * count;
        Cost { operations: self.operations(), ..Cost::moving((read + written) * size_of::<T>()) }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rows of {}x{}:", self.rows.count(), self.rows.columns())?;
        for (place, pass) in self.rows.passes().iter().enumerate() {
            f.write_str(if place == 0 { " " } else { ", " })?;
            match pass {
                Pass::Fold { kind: Combine::Largest, finite: true, .. } => write!(f, "reduce by Shift")?,
                Pass::Fold { kind, .. } => write!(f, "reduce by {kind:?}")?,
                Pass::Elements { tape, .. } => {
                    f.write_str("map")?;
                    tape.codes().try_for_each(|code| write!(f, " {code:?}"))?;
                }
                Pass::Scalars { tape, .. } => {
                    f.write_str("for each row")?;
                    tape.codes().try_for_each(|code| write!(f, " {code:?}"))?;
                }
            }
        }
        Ok(())
    }
}

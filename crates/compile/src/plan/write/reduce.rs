//! Axes that vanish.

use std::marker::PhantomData;

use netform_array::Layout;
use netform_kernels::{Code, Combine, Places, Walk};

use super::contract::windows;
use super::{Scope, Writer, step};
use crate::interpret::InterpretError;
use crate::plan::place::Place;
use crate::plan::steps::{Fold, Map, Pooling, Reduce, Step};
use crate::plan::tapes::{Source, Tapes};
use crate::program::{Reduction, ReductionKind};

/// Groups of at most so many elements are combined by a tape, which reads each of them for a whole block.
const SMALL_GROUP: usize = 16;
/// Windows of more elements than this are combined one by one.
const LARGE_WINDOW: usize = 64;
/// Lines of fewer windows than this would leave most places of vectors empty.
const SHORT_LINE: usize = 4;
/// Shorter runs than this are not worth a kernel for each.
const SHORT_RUN: usize = 32;

impl Writer<'_> {
    pub(super) fn reduce(&mut self, reduction: &Reduction, scope: &Scope<'_>) -> Result<Place, InterpretError> {
        let fold = match reduction.kind {
            ReductionKind::Sum => Fold::Combine(Combine::Sum),
            ReductionKind::Product => Fold::Combine(Combine::Product),
            ReductionKind::Max => Fold::Combine(Combine::Largest),
            ReductionKind::Min => Fold::Combine(Combine::Smallest),
            ReductionKind::Shift => Fold::Shift,
            ReductionKind::And => Fold::And,
            ReductionKind::Or => Fold::Or,
            ReductionKind::ArgMax => Fold::ArgMax,
        };
        let operand = self.place(scope.operands[0].clone(), scope.types[0].element)?;
        let (element, shape) = &scope.results[0];
        let to = self.room(*element, shape)?;
        self.fold_axes(fold, &operand, &reduction.axes, &to)?;
        Ok(to)
    }

    /// Combines the elements along some axes of a place.
    pub(super) fn fold_axes(
        &mut self,
        fold: Fold,
        operand: &Place,
        axes: &[usize],
        to: &Place,
    ) -> Result<(), InterpretError> {
        let layout = &operand.layout;
        let part = |reduced: bool| {
            let kept = (0..layout.rank()).filter(|axis| axes.contains(axis) == reduced);
            let (shape, steps): (Vec<usize>, Vec<isize>) =
                kept.map(|axis| (layout.shape()[axis], layout.strides()[axis])).unzip();
            Layout::new(layout.offset(), &shape, &steps)
        };
        let (kept, group) = (part(false)?, part(true)?);
        let inner_run = kept.shape().last().copied().unwrap_or(1);
        let neighbours = kept.strides().last() == Some(&1) && inner_run >= SHORT_RUN;
        // Longer runs in one direction may become passes over rows.
        let is_window = group.len() <= SMALL_GROUP || Walk::new(&group).single_step().is_none();
        if let (Fold::Combine(kind), false, true, 1..=LARGE_WINDOW) = (fold, neighbours, is_window, group.len()) {
            let windows = windows(&kept, 0, Places::new(&Walk::new(&group)))?;
            if matches!(windows.step, 1 | 2) && windows.across >= SHORT_LINE {
                let (from, to_region) = (operand.region(), to.region());
                let step = step!(operand.double, Pooling { kind, from, windows, to: to_region });
                self.push(step, [operand.buffer, to.buffer]);
                return Ok(());
            }
        }
        if let (Fold::Combine(kind), false, 1..=SMALL_GROUP) = (fold, neighbours, group.len())
            && kept.len() > 1
        {
            return self.fold_by_tape(kind, operand, &kept, &group, to);
        }
        let kept = Place { layout: kept, ..*operand }.region();
        let step = step!(operand.double, Reduce { fold, kept, group: Walk::new(&group), to: to.region() });
        self.push(step, [operand.buffer, to.buffer]);
        Ok(())
    }

    /// Each member of the groups is an input of a tape.
    fn fold_by_tape(
        &mut self,
        kind: Combine,
        operand: &Place,
        kept: &Layout,
        group: &Layout,
        to: &Place,
    ) -> Result<(), InterpretError> {
        let code = match kind {
            Combine::Sum => Code::Add,
            Combine::Product => Code::Multiply,
            Combine::Largest => Code::Largest,
            Combine::Smallest => Code::Smallest,
        };
        let mut inputs = Vec::with_capacity(group.len());
        for offset in group.offsets() {
            let layout = Layout::new(offset, kept.shape(), kept.strides())?;
            inputs.push(Place { layout, ..*operand }.region());
        }
        let mut tapes = Tapes::new(inputs.len());
        let result =
            (1..inputs.len()).fold(Source::Input(0), |folded, k| tapes.step(code, vec![folded, Source::Input(k)]));
        let (outputs, count) = (vec![to.region()], kept.len());
        let step: Box<dyn Step> = match operand.double {
            true => Box::new(Map { tape: tapes.finish::<f64>(&[result]), inputs, outputs, count }),
            false => Box::new(Map { tape: tapes.finish::<f32>(&[result]), inputs, outputs, count }),
        };
        self.push(step, [operand.buffer, to.buffer]);
        Ok(())
    }
}

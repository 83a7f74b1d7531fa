//! Products that a recurrence needs, and which are made for all turns before it, return to the turns if these have many rows:
//! weights are then used often enough in each turn, and results are read while they are in a near cache.

use std::any::Any;
use std::borrow::Cow;

use netform_array::ElementType;
use netform_kernels::Sizes;

use super::fuse::product_stage;
use super::{Writer, Written};
use crate::plan::memory::Stored;
use crate::plan::place::BufferId;
use crate::plan::steps::{Feeder, Lattice, Product, Recurrence, Scan, Sequence, Stage};

/// Turns have many rows from this number on.
const MANY: usize = 16;

/// How the rows of all turns lie behind each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// The turns of the first row, those of the second one, and so on.
    TurnsTogether,
    /// The rows of the first turn, those of the second one, and so on.
    RowsTogether,
}

/// Stages of one turn in the place of what a stage does for all.
struct Part {
    length: usize,
    rows: usize,
    order: Rows,
}

impl Part {
    /// The steps from turn to turn and from row to row, if rows of all turns are so far apart.
    fn steps(&self, row_step: isize) -> [isize; 2] {
        match self.order {
            Rows::TurnsTogether => [row_step, row_step * self.length as isize],
            Rows::RowsTogether => [row_step * self.rows as isize, row_step],
        }
    }
}

impl Writer<'_> {
    /// Lets a recurrence make what stages before it make for it.
    pub(super) fn feed(&mut self, before: &mut Vec<Written>, next: &mut Written) {
        self.feed_of::<f32>(before, next);
        self.feed_of::<f64>(before, next);
    }

    fn feed_of<T: Stored>(&mut self, before: &mut Vec<Written>, next: &mut Written) {
        let Some(recurrence) = (&mut *next.step as &mut dyn Any).downcast_mut::<Recurrence<T>>() else { return };
        let last = before.last().map_or(0, |written| written.time);
        let mut place = before.len();
        while place > 0 {
            place -= 1;
            let Some(stage) = whole_stage::<T>(&before[place]) else { continue };
            let stage = &*stage;
            let times = [before[place].time, last, next.time];
            let Some(part) = self.part(stage, recurrence.scan(), times) else { continue };
            let feeder = self.feeder(stage, recurrence.scan(), &part, [last + 1, next.time]);
            for lattice in stage.inputs.iter().chain([&stage.left]) {
                self.buffers.keep(lattice.buffer, next.time);
            }
            stage.outputs.iter().for_each(|output| self.buffers.discard(output.buffer));
            recurrence.feed(feeder);
            before.remove(place);
        }
    }

    /// How a stage is parted, if only the recurrence reads its results, those of a turn in that turn.
    fn part<T: Stored>(&self, stage: &Stage<T>, scan: &Scan, [time, last, end]: [usize; 3]) -> Option<Part> {
        let (Sizes { rows: all, columns, .. }, length) = (stage.fused.sizes(), scan.length);
        if stage.turns != 1 || stage.fused.is_sliding() || length == 0 || all % length != 0 || all / length < MANY {
            return None;
        }
        let own = |buffer: BufferId| {
            let uses = self.buffers.uses(buffer).iter();
            self.buffers.is_own_since(buffer, 0) && uses.copied().all(|u| u == time || (u > last && u <= end))
        };
        let quiet = |lattice: &Lattice| !self.buffers.uses(lattice.buffer).iter().any(|&u| u > time && u <= last);
        let compact = |output: &Lattice| {
            let [_, down, across] = output.steps;
            across == 1 && down >= 0 && output.offset + columns <= down as usize
        };
        let written = |buffer: BufferId| stage.outputs.iter().find(|output| output.buffer == buffer);
        let same = |output: &Lattice| written(output.buffer).is_some_and(|first| first.steps[1] == output.steps[1]);
        let outputs = stage.outputs.iter().all(|output| own(output.buffer) && compact(output) && same(output));
        let initial = scan.states.iter().any(|state| written(state.initial.buffer).is_some());
        if !outputs || initial || !stage.inputs.iter().chain([&stage.left]).all(quiet) {
            return None;
        }
        // All that the recurrence reads has to have the same order.
        let suits = |order: Rows| {
            let part = Part { length, rows: all / length, order };
            let reads = stages::<T>(scan).flat_map(|reader| {
                let Sizes { rows, depth, columns } = reader.fused.sizes();
                let inputs = reader.inputs.iter().map(move |input| (input, rows, columns));
                inputs.chain([(&reader.left, rows, if reader.fused.gates() > 0 { depth } else { 0 })])
            });
            let fits = reads.into_iter().all(|(lattice, rows, columns)| {
                if written(lattice.buffer).is_some() {
                    return false;
                }
                let Some(sequence) = scan.sequences.iter().find(|sequence| sequence.buffer == lattice.buffer) else {
                    return true;
                };
                let Some(output) = written(sequence.source) else { return true };
                let [_, down, across] = lattice.steps;
                let end = (sequence.offset + lattice.offset) as isize + across * (columns as isize - 1).max(0);
                let within = across >= 0 && end < output.steps[1];
                within && rows == part.rows && part.steps(output.steps[1]) == [sequence.step, down]
            });
            fits.then_some(part)
        };
        suits(Rows::TurnsTogether).or_else(|| suits(Rows::RowsTogether))
    }

    /// Within the given times: what a stage does in one turn, and where the recurrence finds its results.
    fn feeder<T: Stored>(&mut self, stage: &Stage<T>, scan: &Scan, part: &Part, times: [usize; 2]) -> Feeder<T> {
        let element = if T::DOUBLE { ElementType::F64 } else { ElementType::F32 };
        let mut sequences = vec![];
        let mut read = |lattice: &Lattice, buffers: &mut crate::plan::memory::Buffers| {
            let [step, down] = part.steps(lattice.steps[1]);
            let buffer = buffers.moving(element, vec![lattice.buffer]);
            sequences.push(Sequence { buffer, source: lattice.buffer, offset: lattice.offset, step });
            Lattice { buffer, offset: 0, steps: [0, down, lattice.steps[2]] }
        };
        let left = read(&stage.left, &mut self.buffers);
        let inputs = stage.inputs.iter().map(|input| read(input, &mut self.buffers)).collect();
        // The room of one turn for each buffer.
        let mut rooms: Vec<(BufferId, BufferId)> = vec![];
        let mut outputs = vec![];
        for output in &stage.outputs {
            let known = rooms.iter().find(|(old, _)| *old == output.buffer).map(|(_, new)| *new);
            let buffer = known.unwrap_or_else(|| {
                let new = self.buffers.owned_from(element, part.rows * output.steps[1] as usize, times);
                rooms.push((output.buffer, new));
                new
            });
            outputs.push(Lattice { buffer, ..*output });
        }
        let moved = scan.sequences.iter().filter_map(|sequence| {
            let (_, room) = rooms.iter().find(|(old, _)| *old == sequence.source)?;
            let output = stage.outputs.iter().find(|output| output.buffer == sequence.source)?;
            Some((sequence.buffer, Lattice { buffer: *room, offset: sequence.offset, steps: [0, output.steps[1], 0] }))
        });
        let moved = moved.collect();
        let fused = stage.fused.with_rows(part.rows);
        Feeder { stage: Stage { fused, turns: 1, left, inputs, outputs }, sequences, moved }
    }
}

/// A step that is a stage, or a product that can be one.
fn whole_stage<T: Stored>(written: &Written) -> Option<Cow<'_, Stage<T>>> {
    let step = &*written.step as &dyn Any;
    let product = || step.downcast_ref::<Product<T>>().filter(|product| product.sizes.rows >= MANY);
    step.downcast_ref::<Stage<T>>().map(Cow::Borrowed).or_else(|| product().and_then(product_stage).map(Cow::Owned))
}

/// The stages of a body.
fn stages<T: Stored>(scan: &Scan) -> impl Iterator<Item = &Stage<T>> {
    scan.body.iter().filter_map(|step| (&**step as &dyn Any).downcast_ref::<Stage<T>>())
}

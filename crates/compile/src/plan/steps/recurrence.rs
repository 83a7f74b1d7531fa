//! Recurrences whose body is products and functions of their elements: all turns in one kernel.

use std::any::Any;
use std::fmt;

use netform_kernels::{Call, Track, run_turns};
use smallvec::SmallVec;

use super::fused::{Lattice, Operands, Stage};
use super::{Context, Scan, Sequence, Step, Target};
use crate::interpret::InterpretError;
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::BufferId;
use crate::plan::report::Cost;

/// So many turns, and multiplications, are made before it is asked whether to go on.
const TURNS: usize = 256;
const WORK: usize = 1 << 26;

/// A recurrence whose body has only stages, which write all that leaves it where it belongs.
#[derive(Debug)]
pub(in crate::plan) struct Recurrence<T> {
    scan: Scan,
    /// Where buffers that move lie in each turn.
    moves: Vec<(BufferId, Move)>,
    element: std::marker::PhantomData<T>,
}

/// What a stage before a recurrence does for one turn of it.
pub(in crate::plan) struct Feeder<T> {
    pub(in crate::plan) stage: Stage<T>,
    /// What the stage reads.
    pub(in crate::plan) sequences: Vec<Sequence>,
    /// Buffers that have been elements of sequences, and where these are now: the offset is that of the first element, the
    /// second step that to the next row.
    pub(in crate::plan) moved: Vec<(BufferId, Lattice)>,
}

/// How a buffer moves from turn to turn.
#[derive(Clone, Copy, Debug)]
enum Move {
    /// It is the element of a sequence.
    Sequence(usize),
    /// It is a state.
    State(usize),
    /// It is written in each turn.
    Target(Target),
}

impl<T: Stored> Recurrence<T> {
    /// The recurrence, if it is of this kind.
    pub(in crate::plan) fn new(scan: Scan) -> Result<Recurrence<T>, Scan> {
        let is_stage =
            |step: &dyn Step| (step as &dyn Any).downcast_ref::<Stage<T>>().is_some_and(|stage| stage.turns == 1);
        let outputs = || scan.states.iter().map(|state| &state.next).chain(&scan.outputs);
        let own = outputs().all(|output| output.in_place && output.value.double == T::DOUBLE);
        if !own || scan.length == 0 || scan.body.is_empty() || !scan.body.iter().all(|step| is_stage(step.as_ref())) {
            return Err(scan);
        }
        let sequences = scan.sequences.iter().enumerate().map(|(k, sequence)| (sequence.buffer, Move::Sequence(k)));
        let states = scan.states.iter().enumerate().map(|(k, state)| (state.buffer, Move::State(k)));
        let written = outputs().map(|output| (output.value.buffer, Move::Target(output.target)));
        let moves = sequences.chain(states).chain(written).collect();
        Ok(Recurrence { scan, moves, element: std::marker::PhantomData })
    }

    /// The recurrence as it was written.
    pub(in crate::plan) fn scan(&self) -> &Scan {
        &self.scan
    }

    /// Makes in each turn what was made before for all.
    pub(in crate::plan) fn feed(&mut self, feeder: Feeder<T>) {
        let scan = &mut self.scan;
        let move_to = |lattice: &mut Lattice| {
            if let Some((_, to)) = feeder.moved.iter().find(|(buffer, _)| *buffer == lattice.buffer) {
                let [_, down, _] = to.steps;
                let offset = to.offset + lattice.offset;
                *lattice = Lattice { buffer: to.buffer, offset, steps: [0, down, lattice.steps[2]] };
            }
        };
        for step in &mut scan.body {
            if let Some(stage) = (&mut **step as &mut dyn Any).downcast_mut::<Stage<T>>() {
                stage.inputs.iter_mut().chain([&mut stage.left]).for_each(move_to);
            }
        }
        for sequence in feeder.sequences {
            self.moves.push((sequence.buffer, Move::Sequence(scan.sequences.len())));
            scan.sequences.push(sequence);
        }
        scan.body.insert(0, Box::new(feeder.stage));
    }

    /// Where a buffer lies in each turn.
    fn track(&self, buffer: BufferId, workspace: &Workspace) -> Track {
        let Some((_, how)) = self.moves.iter().find(|(moving, _)| *moving == buffer) else {
            return Track::fixed(workspace.base(buffer));
        };
        match *how {
            Move::Sequence(k) => {
                let sequence = &self.scan.sequences[k];
                let start = workspace.base(sequence.source) + sequence.offset;
                self.moving(start, sequence.step)
            }
            Move::State(k) => {
                let state = &self.scan.states[k];
                let first = Some(state.initial.start(workspace));
                Track { first, ..self.target(state.next.target, workspace) }
            }
            Move::Target(target) => self.target(target, workspace),
        }
    }

    fn target(&self, target: Target, workspace: &Workspace) -> Track {
        match target {
            Target::Row(stack, size) => self.moving(workspace.base(stack), size as isize),
            Target::Other(rooms) => Track { first: None, rooms: rooms.map(|room| workspace.base(room)), step: 0 },
        }
    }

    /// Elements of a sequence in the order of turns.
    fn moving(&self, start: usize, step: isize) -> Track {
        if !self.scan.backward {
            return Track { first: None, rooms: [start; 2], step };
        }
        let last = start.wrapping_add_signed(step * (self.scan.length as isize - 1));
        Track { first: None, rooms: [last; 2], step: -step }
    }
}

impl<T: Stored> Step for Recurrence<T> {
    fn run(&self, workspace: &mut Workspace, context: &mut Context<'_>) -> Result<(), InterpretError> {
        let stages = || self.scan.body.iter().filter_map(|step| (&**step as &dyn Any).downcast_ref::<Stage<T>>());
        let operands: SmallVec<[Operands; 2]> =
            stages().map(|stage| stage.operands(|buffer| self.track(buffer, workspace))).collect();
        let calls: SmallVec<[Call<'_, T>; 2]> =
            stages().zip(&operands).map(|(stage, operands)| stage.call(operands)).collect();
        let work: usize = stages().map(Stage::work).sum();
        let most = (WORK / work.max(1)).clamp(1, TURNS);
        let mut turn = 0;
        while turn < self.scan.length {
            if turn > 0 && !(context.proceed)() {
                return Err(InterpretError::Stopped);
            }
            let end = self.scan.length.min(turn + most);
            let (memory, scratch) = T::with_scratch(workspace);
            run_turns(&calls, turn..end, memory, scratch);
            turn = end;
        }
        self.scan.finish(workspace);
        Ok(())
    }

    fn cost(&self) -> Cost {
        self.scan.cost()
    }

    fn turns(&self) -> usize {
        self.scan.length
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.scan.describe(f)?;
        f.write_str(" in one kernel")
    }

    fn inner(&self) -> &[Box<dyn Step>] {
        &self.scan.body
    }
}

//! The memory of plans: buffers that are given places in advance, and the workspace in which they lie.

use std::sync::Arc;

use netform_array::ElementType;
use netform_kernels::{Aligned, Crew, Order, Pool, Position, Real, Scratch};

use super::place::BufferId;

/// The buffers of a plan while it is written. Time counts the steps written so far.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    all: Vec<Buffer>,
    now: usize,
}

#[derive(Debug)]
struct Buffer {
    double: bool,
    len: usize,
    /// From the first to the last step that needs it.
    first: usize,
    last: usize,
    kind: Kind,
    /// The steps that need it, in order.
    uses: Vec<usize>,
}

#[derive(Debug)]
enum Kind {
    /// It has a place of its own while it is needed.
    Owned,
    /// It has a place of its own, and these elements before the plan runs.
    Constant(Vec<f64>),
    /// Where it lies changes: within one of these.
    Moving(Vec<BufferId>),
    /// It lies where another one is.
    At(BufferId),
}

/// Where buffers lie, and what memory is needed for that.
#[derive(Debug)]
pub(super) struct Assignment {
    /// For each buffer the place of its first element.
    pub(super) bases: Vec<usize>,
    /// Elements of single precision.
    pub(super) single: usize,
    /// Elements of double precision.
    pub(super) double: usize,
    /// The elements of constants.
    constants: Vec<(bool, usize, Vec<f64>)>,
}

impl Buffers {
    /// A buffer that the next step may write.
    pub(super) fn owned(&mut self, element: ElementType, len: usize) -> BufferId {
        self.push(element, len, Kind::Owned)
    }

    /// A buffer that is needed from the first of these times to the second.
    pub(super) fn owned_from(&mut self, element: ElementType, len: usize, [first, last]: [usize; 2]) -> BufferId {
        let buffer = self.owned(element, len);
        let own = &mut self.all[buffer.index()];
        (own.first, own.last, own.uses) = (first, last, vec![last]);
        buffer
    }

    /// A buffer with elements that stay.
    pub(super) fn constant(&mut self, element: ElementType, elements: Vec<f64>) -> BufferId {
        self.push(element, elements.len(), Kind::Constant(elements))
    }

    /// A buffer whose place steps change, within others.
    pub(super) fn moving(&mut self, element: ElementType, within: Vec<BufferId>) -> BufferId {
        self.push(element, 0, Kind::Moving(within))
    }

    fn push(&mut self, element: ElementType, len: usize, kind: Kind) -> BufferId {
        let double = element != ElementType::F32;
        self.all.push(Buffer { double, len, first: self.now, last: self.now, kind, uses: vec![] });
        BufferId(self.all.len() as u32 - 1)
    }

    /// The present time.
    pub(super) fn now(&self) -> usize {
        self.now
    }

    /// A step has been written.
    pub(super) fn advance(&mut self) {
        self.now += 1;
    }

    /// The next step needs a buffer.
    pub(super) fn touch(&mut self, buffer: BufferId) {
        let mut pending = vec![buffer];
        while let Some(buffer) = pending.pop() {
            let now = self.now;
            let buffer = &mut self.all[buffer.index()];
            buffer.last = buffer.last.max(now);
            if buffer.uses.last() != Some(&now) {
                buffer.uses.push(now);
            }
            if let Kind::Moving(within) = &buffer.kind {
                pending.extend(within);
            }
        }
    }

    /// The times of the steps that need a buffer.
    pub(super) fn uses(&self, buffer: BufferId) -> &[usize] {
        &self.all[buffer.index()].uses
    }

    /// Nothing needs a buffer any more.
    pub(super) fn discard(&mut self, buffer: BufferId) {
        self.all[buffer.index()].len = 0;
    }

    /// A buffer is needed until a time.
    pub(super) fn keep(&mut self, buffer: BufferId, until: usize) {
        let mut pending = vec![buffer];
        while let Some(buffer) = pending.pop() {
            let buffer = &mut self.all[buffer.index()];
            buffer.last = buffer.last.max(until);
            if let Kind::Moving(within) = &buffer.kind {
                pending.extend(within);
            }
        }
    }

    /// What is needed within a repetition that began at `start`, and was there before, is needed until its end, which
    /// is now.
    pub(super) fn keep_since(&mut self, start: usize) {
        let now = self.now;
        for buffer in self.all.iter_mut().filter(|buffer| buffer.first < start && buffer.last >= start) {
            buffer.last = buffer.last.max(now);
        }
    }

    /// When a buffer is needed for the last time.
    pub(super) fn last(&self, buffer: BufferId) -> usize {
        self.all[buffer.index()].last
    }

    /// A buffer holds its elements from one run to the next.
    pub(super) fn persist(&mut self, buffer: BufferId) {
        let buffer = &mut self.all[buffer.index()];
        (buffer.first, buffer.last) = (0, usize::MAX);
    }

    /// A buffer with a place of its own lies where another one is.
    pub(super) fn put_at(&mut self, buffer: BufferId, other: BufferId) {
        self.all[buffer.index()].kind = Kind::At(other);
    }

    /// Whether a buffer has a place of its own, and is younger than the given time.
    pub(super) fn is_own_since(&self, buffer: BufferId, start: usize) -> bool {
        let buffer = &self.all[buffer.index()];
        matches!(buffer.kind, Kind::Owned) && buffer.first >= start
    }

    /// Whether a buffer has a place of its own and is older than the given time, so that what is written since then does not
    /// change it.
    pub(super) fn is_fixed_since(&self, buffer: BufferId, start: usize) -> bool {
        let buffer = &self.all[buffer.index()];
        matches!(buffer.kind, Kind::Owned | Kind::Constant(_)) && buffer.first < start
    }

    /// The number of elements of a buffer with a place of its own.
    pub(super) fn len(&self, buffer: BufferId) -> usize {
        self.all[buffer.index()].len
    }

    /// From now on the buffer lies within others.
    pub(super) fn set_moving(&mut self, buffer: BufferId, within: Vec<BufferId>) {
        self.all[buffer.index()].kind = Kind::Moving(within);
    }

    /// Gives each buffer a place; those that are needed at different times may share it.
    pub(super) fn assign(self) -> Assignment {
        let mut assignment = Assignment { bases: vec![0; self.all.len()], single: 0, double: 0, constants: vec![] };
        for double in [false, true] {
            let line = if double { Aligned::<f64>::line() } else { Aligned::<f32>::line() };
            let room = |len: usize| len.next_multiple_of(line);
            let mut end = 0;
            let mut owned = Vec::new();
            for (place, buffer) in self.all.iter().enumerate().filter(|(_, buffer)| buffer.double == double) {
                match &buffer.kind {
                    Kind::Constant(elements) => {
                        assignment.bases[place] = end;
                        assignment.constants.push((double, end, elements.clone()));
                        end += room(buffer.len);
                    }
                    Kind::Owned => owned.push(place),
                    Kind::Moving(_) | Kind::At(_) => {}
                }
            }
            // Largest first, each at the lowest place that is free while it is needed.
            owned.sort_by_key(|&place| (std::cmp::Reverse(self.all[place].len), place));
            let (start, mut placed) = (end, Vec::<usize>::new());
            for place in owned {
                let buffer = &self.all[place];
                let at_once = |other: &&usize| {
                    let other = &self.all[**other];
                    other.first <= buffer.last && buffer.first <= other.last
                };
                let mut base = start;
                let mut taken: Vec<(usize, usize)> = placed
                    .iter()
                    .filter(at_once)
                    .map(|&other| (assignment.bases[other], assignment.bases[other] + room(self.all[other].len)))
                    .collect();
                taken.sort_unstable();
                for (from, to) in taken {
                    if base + room(buffer.len) <= from {
                        break;
                    }
                    base = base.max(to);
                }
                assignment.bases[place] = base;
                end = end.max(base + room(buffer.len));
                placed.push(place);
            }
            *(if double { &mut assignment.double } else { &mut assignment.single }) = end;
        }
        for (place, buffer) in self.all.iter().enumerate() {
            if let Kind::At(other) = buffer.kind {
                assignment.bases[place] = assignment.bases[other.index()];
            }
        }
        assignment
    }
}

/// The memory in which a plan runs. A plan may run in several of them at once.
#[derive(Debug)]
pub struct Workspace {
    pub(super) single: Aligned<f32>,
    pub(super) double: Aligned<f64>,
    /// Where buffers lie.
    pub(super) bases: Vec<usize>,
    pub(super) scratch: Scratch,
    /// Who does large steps, if there are several threads.
    pub(super) crew: Option<Crew>,
    pub(super) positions: [Position; 4],
    /// In which order products go through their panels.
    pub(super) order: Order,
    /// The steps of the enclosing recurrences and their numbers of steps, outermost first.
    pub(super) path: Vec<(usize, usize)>,
}

impl Workspace {
    pub(super) fn new(assignment: &Assignment, pool: Option<Arc<Pool>>) -> Workspace {
        let mut workspace = Workspace {
            // Windows are read by whole vectors, the last of which may reach beyond.
            single: Aligned::zeros(assignment.single + Aligned::<f32>::line()),
            double: Aligned::zeros(assignment.double + Aligned::<f64>::line()),
            bases: assignment.bases.clone(),
            scratch: Scratch::default(),
            crew: pool.map(Crew::new),
            positions: Default::default(),
            order: Order::Forward,
            path: vec![],
        };
        for (double, base, elements) in &assignment.constants {
            let range = *base..base + elements.len();
            if *double {
                workspace.double.as_mut_slice()[range].copy_from_slice(elements);
            } else {
                let to = &mut workspace.single.as_mut_slice()[range];
                to.iter_mut().zip(elements).for_each(|(to, element)| *to = *element as f32);
            }
        }
        workspace
    }

    pub(super) fn base(&self, buffer: BufferId) -> usize {
        self.bases[buffer.index()]
    }

    pub(super) fn set_base(&mut self, buffer: BufferId, base: usize) {
        self.bases[buffer.index()] = base;
    }
}

/// The types of elements in memory.
pub(super) trait Stored: Real {
    /// Whether it is double precision.
    const DOUBLE: bool;

    /// The memory of this type, and what walks through it need.
    fn of(workspace: &mut Workspace) -> (&mut [Self], &mut [Position; 4]);

    /// The memory of this type, and what tapes need.
    fn with_scratch(workspace: &mut Workspace) -> (&mut [Self], &mut Scratch);

    /// The memory of this type, and who does so many operations, if that is worth several threads.
    fn with_crew(workspace: &mut Workspace, operations: usize) -> Option<(&mut [Self], &mut Crew)>;
}

impl Stored for f32 {
    const DOUBLE: bool = false;

    fn of(workspace: &mut Workspace) -> (&mut [f32], &mut [Position; 4]) {
        (workspace.single.as_mut_slice(), &mut workspace.positions)
    }

    fn with_scratch(workspace: &mut Workspace) -> (&mut [f32], &mut Scratch) {
        (workspace.single.as_mut_slice(), &mut workspace.scratch)
    }

    fn with_crew(workspace: &mut Workspace, operations: usize) -> Option<(&mut [f32], &mut Crew)> {
        let crew = workspace.crew.as_mut().filter(|crew| crew.is_worth(operations))?;
        Some((workspace.single.as_mut_slice(), crew))
    }
}

impl Stored for f64 {
    const DOUBLE: bool = true;

    fn of(workspace: &mut Workspace) -> (&mut [f64], &mut [Position; 4]) {
        (workspace.double.as_mut_slice(), &mut workspace.positions)
    }

    fn with_scratch(workspace: &mut Workspace) -> (&mut [f64], &mut Scratch) {
        (workspace.double.as_mut_slice(), &mut workspace.scratch)
    }

    fn with_crew(workspace: &mut Workspace, operations: usize) -> Option<(&mut [f64], &mut Crew)> {
        let crew = workspace.crew.as_mut().filter(|crew| crew.is_worth(operations))?;
        Some((workspace.double.as_mut_slice(), crew))
    }
}

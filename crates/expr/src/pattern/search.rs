//! The backtracking search: goals still to be reached, choices still open, and a trail of bindings.
//!
//! Goals form linked lists in one vector, choices a stack; each choice remembers the goals, the
//! bindings and the alternatives at its point. So the depth of a pattern or an expression costs
//! memory, never stack, and a match that needs no choice allocates nothing for small patterns.

use smallvec::SmallVec;

use super::compile::Program;
use super::matching::Matching;
use super::node::{Children, Id};
use super::ordered::SequenceChoice;
use super::ranked::RankedChoice;
use super::subject::{Pool, Run, Subject};
use super::unordered::SubsetChoice;
use crate::{Expr, Sym};

/// The end of a list of goals; also the lack of a frame.
pub(super) const NONE: u32 = u32::MAX;

/// How many goals are reached between two calls of [`Matching::checkpoint`].
const CHECKPOINT_INTERVAL: u32 = 4096;

/// Something still to be matched.
#[derive(Debug, Clone)]
pub(super) enum Goal {
    /// The node matches the subject.
    Match { node: Id, subject: Subject, frame: u32 },
    /// The arguments of the call match, its head having matched.
    Arguments { node: Id, head: Expr, run: Run },
    /// The children match the run, one after the other.
    Sequence { children: Children, run: Run, frame: u32 },
    /// The children match what is left in the pool.
    AnyOrder { children: Children, pool: Pool, frame: u32 },
    /// The repeated node matches the run, after `count` parts.
    Repeat { node: Id, run: Run, count: u32, frame: u32 },
    /// The condition of the node holds.
    Condition { node: Id },
    /// The test of the node gives `True` for each part of the subject.
    Test { node: Id, subject: Subject },
}

/// Goals, as a list.
struct Cell {
    goal: Goal,
    next: u32,
}

/// The call whose arguments are being matched.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) head: Expr,
    pub(super) is_flat: bool,
    pub(super) is_one_identity: bool,
    pub(super) rest: Rest,
    /// How many arguments of a flat head stand before those being matched.
    pub(super) start: u32,
}

/// What may remain when all patterns have matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// Nothing.
    Nothing,
    /// Anything.
    Anything,
    /// At least one argument, which the result of the rule will stand beside.
    Something,
}

/// A point to come back to.
struct Choice {
    next: u32,
    cells: u32,
    frames: u32,
    trail: u32,
    alternatives: Alternatives,
}

/// What is still to be tried at a choice.
pub(super) enum Alternatives {
    Branches {
        children: Children,
        subject: Subject,
        frame: u32,
    },
    Sequence(SequenceChoice),
    /// Start a flat sequence one argument further.
    Start {
        children: Children,
        run: Run,
        frame: u32,
        start: u32,
    },
    Subset(SubsetChoice),
    Ranked(RankedChoice),
    Repeat {
        node: Id,
        run: Run,
        count: u32,
        length: u32,
        longest: u32,
        frame: u32,
    },
}

/// The arguments of a flat call that stand before and after those that have matched.
#[derive(Debug, Clone)]
pub(super) struct Surroundings {
    pub(super) head: Expr,
    pub(super) before: Run,
    pub(super) after: Run,
}

/// A search for the matches of one pattern with one subject.
pub(super) struct Search<'a, M: Matching + ?Sized> {
    pub(super) program: &'a Program,
    pub(super) host: &'a mut M,
    pub(super) slots: SmallVec<[Option<Subject>; 4]>,
    trail: SmallVec<[u32; 8]>,
    cells: SmallVec<[Cell; 4]>,
    current: u32,
    pub(super) frames: SmallVec<[Frame; 2]>,
    choices: SmallVec<[Choice; 1]>,
    goals_until_checkpoint: u32,
    /// Whether the root call may match some of the arguments of a flat subject only.
    pub(super) in_part: bool,
    /// All arguments of the flat call that the root matches in part.
    pub(super) flat_arguments: Option<Run>,
    pub(super) surroundings: Option<Surroundings>,
}

impl<'a, M: Matching + ?Sized> Search<'a, M> {
    pub(super) fn new(program: &'a Program, subject: &Expr, in_part: bool, host: &'a mut M) -> Search<'a, M> {
        let mut search = Search {
            program,
            host,
            slots: SmallVec::from_elem(None, program.variables.len()),
            trail: SmallVec::new(),
            cells: SmallVec::new(),
            current: NONE,
            frames: SmallVec::new(),
            choices: SmallVec::new(),
            goals_until_checkpoint: CHECKPOINT_INTERVAL,
            in_part,
            flat_arguments: None,
            surroundings: None,
        };
        search.push(Goal::Match { node: program.root, subject: Subject::One(subject.clone()), frame: NONE });
        search
    }

    /// Goes on until all goals are reached.
    pub(super) fn first(&mut self) -> Result<bool, M::Error> {
        self.run(0)
    }

    /// Gives up the match that was found, and goes on to the next.
    pub(super) fn next(&mut self) -> Result<bool, M::Error> {
        Ok(self.backtrack(0)? && self.run(0)?)
    }

    /// The values of the variables, by slot.
    pub(super) fn value(&self, slot: usize) -> Expr {
        match &self.slots[slot] {
            Some(subject) => subject.value(),
            None => Expr::call(Sym::Sequence, []),
        }
    }

    // --------------------------------------------------------------------------------------------
    // Goals and choices

    pub(super) fn push(&mut self, goal: Goal) {
        self.cells.push(Cell { goal, next: self.current });
        self.current = self.cells.len() as u32 - 1;
    }

    fn take(&mut self) -> Goal {
        let at = self.current as usize;
        self.current = self.cells[at].next;
        let is_needed_again = self.choices.last().is_some_and(|choice| choice.cells as usize > at);
        if at + 1 == self.cells.len()
            && !is_needed_again
            && let Some(cell) = self.cells.pop()
        {
            return cell.goal;
        }
        self.cells[at].goal.clone()
    }

    pub(super) fn choose(&mut self, alternatives: Alternatives) {
        self.choices.push(Choice {
            next: self.current,
            cells: self.cells.len() as u32,
            frames: self.frames.len() as u32,
            trail: self.trail.len() as u32,
            alternatives,
        });
    }

    /// Runs until no goal is left (`true`) or no choice above `base` (`false`).
    fn run(&mut self, base: usize) -> Result<bool, M::Error> {
        while self.current != NONE {
            self.goals_until_checkpoint -= 1;
            if self.goals_until_checkpoint == 0 {
                self.goals_until_checkpoint = CHECKPOINT_INTERVAL;
                self.host.checkpoint()?;
            }
            let goal = self.take();
            if !self.reach(goal)? && !self.backtrack(base)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn backtrack(&mut self, base: usize) -> Result<bool, M::Error> {
        while self.choices.len() > base {
            let Some(choice) = self.choices.pop() else { break };
            self.undo(choice.trail as usize);
            self.cells.truncate(choice.cells as usize);
            self.frames.truncate(choice.frames as usize);
            self.current = choice.next;
            if self.resume(choice.alternatives)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn undo(&mut self, mark: usize) {
        for slot in self.trail.drain(mark..) {
            self.slots[slot as usize] = None;
        }
    }

    pub(super) fn resume(&mut self, alternatives: Alternatives) -> Result<bool, M::Error> {
        match alternatives {
            Alternatives::Branches { children, subject, frame } => {
                let node = self.program.children[children.start as usize].node;
                let children = Children { start: children.start + 1, ..children };
                if children.start < children.end {
                    self.choose(Alternatives::Branches { children, subject: subject.clone(), frame });
                }
                self.push(Goal::Match { node, subject, frame });
                Ok(true)
            }
            Alternatives::Sequence(choice) => Ok(self.take_length(choice)),
            Alternatives::Start { children, run, frame, start } => Ok(self.start_at(children, run, frame, start)),
            Alternatives::Subset(choice) => Ok(self.take_subset(choice)),
            Alternatives::Ranked(choice) => Ok(self.take_ranked(choice)),
            Alternatives::Repeat { node, run, count, length, longest, frame } => {
                Ok(self.repeat_part(node, run, count, length, longest, frame))
            }
        }
    }

    fn reach(&mut self, goal: Goal) -> Result<bool, M::Error> {
        match goal {
            Goal::Match { node, subject, frame } => self.match_node(node, subject, frame),
            Goal::Arguments { node, head, run } => Ok(self.match_arguments(node, head, run)),
            Goal::Sequence { children, run, frame } => Ok(self.match_sequence(children, run, frame)),
            Goal::AnyOrder { children, pool, frame } => Ok(self.match_any_order(children, pool, frame)),
            Goal::Repeat { node, run, count, frame } => self.repeat(node, run, count, frame),
            Goal::Condition { node } => self.condition(node),
            Goal::Test { node, subject } => self.test(node, &subject),
        }
    }

    pub(super) fn bind(&mut self, slot: u32, subject: &Subject) -> bool {
        match &self.slots[slot as usize] {
            Some(bound) => bound.same(subject),
            None => {
                self.slots[slot as usize] = Some(subject.clone());
                self.trail.push(slot);
                true
            }
        }
    }

    /// Whether the node can match the subject under the present bindings; binds nothing.
    pub(super) fn check(&mut self, node: Id, subject: Subject, frame: u32) -> Result<bool, M::Error> {
        const RED_ZONE: usize = 64 * 1024;
        const STACK: usize = 1024 * 1024;
        let base = self.choices.len();
        let (trail, cells, frames) = (self.trail.len(), self.cells.len(), self.frames.len());
        let outer = std::mem::replace(&mut self.current, NONE);
        self.push(Goal::Match { node, subject, frame });
        let found = stacker::maybe_grow(RED_ZONE, STACK, || self.run(base));
        self.choices.truncate(base);
        self.undo(trail);
        self.cells.truncate(cells);
        self.frames.truncate(frames);
        self.current = outer;
        found
    }
}

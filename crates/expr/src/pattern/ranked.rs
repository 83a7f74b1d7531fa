//! Matching patterns in order where `Longest[p, n]` or `Shortest[p, n]` states priorities: the
//! lengths of all patterns are chosen first, by falling priority, and then all are matched.

use smallvec::SmallVec;

use super::matching::Matching;
use super::node::{Children, Lengths, UNBOUNDED};
use super::ordered::LengthsToTry;
use super::search::{Alternatives, Goal, Rest, Search};
use super::subject::{Run, Subject};

/// How many arguments each of the patterns takes.
#[derive(Clone)]
pub(super) struct RankedChoice {
    children: Children,
    run: Run,
    frame: u32,
    /// The lengths chosen; the others are undecided.
    chosen: SmallVec<[Option<u32>; 6]>,
    /// The pattern whose length is being chosen, and what is to be tried for it.
    at: usize,
    lengths: LengthsToTry,
}

impl<M: Matching + ?Sized> Search<'_, M> {
    /// Whether one of the patterns states a priority.
    pub(super) fn has_ranks(&self, children: Children, frame: u32) -> bool {
        let program = self.program;
        program.children[children.start as usize..children.end as usize]
            .iter()
            .any(|child| program.nodes[child.node as usize].rank != 0)
            && self.frames.get(frame as usize).is_none_or(|frame| frame.rest == Rest::Nothing)
    }

    /// Matches the patterns with the run, choosing lengths by priority.
    pub(super) fn match_ranked(&mut self, children: Children, run: Run, frame: u32) -> bool {
        let count = (children.end - children.start) as usize;
        self.choose_next(children, run, frame, SmallVec::from_elem(None, count))
    }

    /// Chooses the length of the undecided pattern of highest priority.
    fn choose_next(&mut self, children: Children, run: Run, frame: u32, chosen: SmallVec<[Option<u32>; 6]>) -> bool {
        let program = self.program;
        let node = |i: usize| {
            let child = program.children[children.start as usize + i];
            (child.node, &program.nodes[child.node as usize])
        };
        let undecided = (0..chosen.len()).filter(|i| chosen[*i].is_none());
        let Some(at) = undecided.min_by_key(|i| -node(*i).1.rank) else {
            return self.match_parts(children, &run, frame, &chosen);
        };
        let lengths_of = |i: usize| match chosen[i] {
            Some(length) => Lengths { min: length, max: length },
            None => {
                let (id, node) = node(i);
                let absorbs =
                    self.frames.get(frame as usize).is_some_and(|frame| frame.is_flat && self.absorbs(id, &frame.head));
                if absorbs { Lengths { max: UNBOUNDED, ..node.lengths } } else { node.lengths }
            }
        };
        let others =
            (0..chosen.len()).filter(|i| *i != at).fold(Lengths { min: 0, max: 0 }, |all, i| all.then(lengths_of(i)));
        let own = lengths_of(at);
        let Some(most) = run.len().checked_sub(others.min) else { return false };
        let bounds = Lengths { min: own.min.max(run.len().saturating_sub(others.max)), max: own.max.min(most) };
        let lengths = LengthsToTry::new(bounds, node(at).1.order);
        self.take_ranked(RankedChoice { children, run, frame, chosen, at, lengths })
    }

    /// Lets the pattern have the next length.
    pub(super) fn take_ranked(&mut self, mut choice: RankedChoice) -> bool {
        let Some(length) = choice.lengths.next else { return false };
        choice.lengths.advance();
        let RankedChoice { children, run, frame, mut chosen, at, lengths } = choice.clone();
        if lengths.next.is_some() {
            self.choose(Alternatives::Ranked(choice));
        }
        chosen[at] = Some(length);
        self.choose_next(children, run, frame, chosen)
    }

    /// Matches each pattern with its part of the run.
    fn match_parts(&mut self, children: Children, run: &Run, frame: u32, chosen: &[Option<u32>]) -> bool {
        let mut to = run.len();
        for (length, child) in chosen.iter().zip(children.start..children.end).rev() {
            let node = self.program.children[child as usize].node;
            let length = length.unwrap_or(0);
            let part = run.range(to - length, to);
            to -= length;
            let wraps = self.wraps(node, frame, length, false);
            let subject = if wraps { self.wrapped(frame, part.iter()) } else { Subject::of(part) };
            self.push(Goal::Match { node, subject, frame });
        }
        true
    }
}

//! Matching patterns with arguments in their order: how many each pattern takes.

use super::matching::Matching;
use super::node::{Child, Children, Id, Lengths, NodeKind, Order, UNBOUNDED};
use super::search::{Alternatives, Frame, Goal, Rest, Search, Surroundings};
use super::subject::{Run, Subject};
use crate::Expr;

/// The lengths that a pattern may still take.
#[derive(Debug, Clone, Copy)]
pub(super) struct LengthsToTry {
    bounds: Lengths,
    order: Order,
    pub(super) next: Option<u32>,
}

/// How many arguments the first of the patterns takes.
pub(super) struct SequenceChoice {
    children: Children,
    run: Run,
    frame: u32,
    lengths: LengthsToTry,
    /// Whether a lone argument of a flat head is taken as it is, having been tried wrapped.
    unwrapped: bool,
}

impl LengthsToTry {
    pub(super) fn new(bounds: Lengths, order: Order) -> LengthsToTry {
        let next = match order {
            _ if bounds.min > bounds.max => None,
            Order::Shortest => Some(bounds.min),
            Order::Longest => Some(bounds.max),
            Order::PresentFirst => Some(bounds.min.max(1).min(bounds.max)),
        };
        LengthsToTry { bounds, order, next }
    }

    pub(super) fn advance(&mut self) {
        let Lengths { min, max } = self.bounds;
        self.next = self.next.and_then(|length| match self.order {
            Order::Shortest => (length < max).then(|| length + 1),
            Order::Longest => (length > min).then(|| length - 1),
            Order::PresentFirst if length == 0 => None,
            Order::PresentFirst if length < max => Some(length + 1),
            Order::PresentFirst => (min == 0).then_some(0),
        });
    }
}

impl<M: Matching + ?Sized> Search<'_, M> {
    /// Matches the patterns with the run, one after the other.
    pub(super) fn match_sequence(&mut self, mut children: Children, mut run: Run, frame: u32) -> bool {
        let program = self.program;
        let is_plain = self.frames.get(frame as usize).is_none_or(|f| !f.is_flat && f.rest == Rest::Nothing);
        while children.start < children.end {
            let child = program.children[children.start as usize];
            let node = &program.nodes[child.node as usize];
            if !(is_plain && node.is_single()) {
                if self.has_ranks(children, frame) {
                    return self.match_ranked(children, run, frame);
                }
                return self.choose_length(children, run, frame);
            }
            let rest = run.len().wrapping_sub(1);
            if run.len() == 0 || rest < child.rest.min || rest > child.rest.max {
                return false;
            }
            let first = run.get(0);
            run.skip(1);
            children.start += 1;
            match self.match_at_once(child.node, &first) {
                Some(true) => {}
                Some(false) => return false,
                None => {
                    if children.start < children.end {
                        self.push(Goal::Sequence { children, run, frame });
                    }
                    self.push(Goal::Match { node: child.node, subject: Subject::One(first), frame });
                    return true;
                }
            }
        }
        self.finish(run, frame)
    }

    /// All patterns have matched: whether the rest may remain.
    fn finish(&mut self, rest: Run, frame: u32) -> bool {
        match self.frames.get(frame as usize) {
            Some(Frame { rest: Rest::Anything, .. }) => true,
            Some(Frame { rest: Rest::Something, start, head, .. }) => {
                let Some(all) = &self.flat_arguments else { return false };
                let remaining = start + rest.len();
                if remaining == 0 || remaining == all.len() {
                    return false;
                }
                let before = all.range(0, *start);
                self.surroundings = Some(Surroundings { head: head.clone(), before, after: rest });
                true
            }
            _ => rest.len() == 0,
        }
    }

    /// Matches the patterns with a part of a flat call's arguments, first one from `start` on.
    pub(super) fn start_at(&mut self, children: Children, run: Run, frame: u32, start: u32) -> bool {
        let Some(outer) = self.frames.get(frame as usize) else { return false };
        if start >= run.len() {
            return false;
        }
        let inner = Frame { start, ..outer.clone() };
        self.choose(Alternatives::Start { children, run: run.clone(), frame, start: start + 1 });
        let frame = self.push_frame(inner);
        let here = run.range(start, run.len());
        self.flat_arguments = Some(run);
        self.push(Goal::Sequence { children, run: here, frame });
        true
    }

    fn choose_length(&mut self, children: Children, run: Run, frame: u32) -> bool {
        let program = self.program;
        let child = program.children[children.start as usize];
        let node = &program.nodes[child.node as usize];
        let Some(mut bounds) = self.bounds(children, run.len(), frame) else { return false };
        if let Some(bound) = self.bound_length(child, frame) {
            if bound < bounds.min || bound > bounds.max {
                return false;
            }
            bounds = Lengths { min: bound, max: bound };
        } else if bounds.min < bounds.max
            && let Some(head) = self.sequence_head(child.node)
        {
            bounds.max = bounds.max.min(run.leading(Some(head)));
        }
        let lengths = LengthsToTry::new(bounds, node.order);
        self.take_length(SequenceChoice { children, run, frame, lengths, unwrapped: false })
    }

    /// Lets the first pattern take the next length.
    pub(super) fn take_length(&mut self, choice: SequenceChoice) -> bool {
        let program = self.program;
        let SequenceChoice { children, run, frame, mut lengths, unwrapped } = choice;
        let Some(length) = lengths.next else { return false };
        let node = program.children[children.start as usize].node;
        let wraps = self.wraps(node, frame, length, unwrapped);
        let tries_unwrapped = wraps && length == 1;
        if !tries_unwrapped {
            lengths.advance();
        }
        if lengths.next.is_some() {
            let run = run.clone();
            let unwrapped = tries_unwrapped;
            self.choose(Alternatives::Sequence(SequenceChoice { children, run, frame, lengths, unwrapped }));
        }
        let taken = run.range(0, length);
        let rest = run.range(length, run.len());
        let children = Children { start: children.start + 1, ..children };
        self.push(Goal::Sequence { children, run: rest, frame });
        let subject = if wraps { self.wrapped(frame, taken.iter()) } else { Subject::of(taken) };
        self.push(Goal::Match { node, subject, frame });
        true
    }

    // --------------------------------------------------------------------------------------------
    // Lengths

    /// How many of `available` arguments the first of the patterns may take.
    pub(super) fn bounds(&self, children: Children, available: u32, frame: u32) -> Option<Lengths> {
        let program = self.program;
        let child = program.children[children.start as usize];
        let mut lengths = program.nodes[child.node as usize].lengths;
        let mut rest = child.rest;
        if let Some(frame) = self.frames.get(frame as usize) {
            if frame.is_flat {
                let absorbs = |child: &Child| self.absorbs(child.node, &frame.head);
                if absorbs(&child) {
                    lengths.max = UNBOUNDED;
                }
                if program.children[children.start as usize + 1..children.end as usize].iter().any(absorbs) {
                    rest.max = UNBOUNDED;
                }
            }
            if frame.rest != Rest::Nothing {
                rest.max = UNBOUNDED;
            }
        }
        let max = lengths.max.min(available.checked_sub(rest.min)?);
        let min = lengths.min.max(available.saturating_sub(rest.max));
        (min <= max).then_some(Lengths { min, max })
    }

    /// The length of a pattern whose variable is bound, unless flatness leaves it open.
    fn bound_length(&self, child: Child, frame: u32) -> Option<u32> {
        let NodeKind::Named { slot, .. } = &self.program.nodes[child.node as usize].kind else { return None };
        let bound = self.slots[*slot as usize].as_ref()?;
        let is_flat = self.frames.get(frame as usize).is_some_and(|frame| frame.is_flat);
        (!is_flat).then(|| bound.len())
    }

    /// The head that all expressions of a sequence must have.
    fn sequence_head(&self, mut id: Id) -> Option<&Expr> {
        loop {
            match &self.program.nodes[id as usize].kind {
                NodeKind::AnySequence(head) => return head.as_ref(),
                NodeKind::Named { inner, .. }
                | NodeKind::Test { inner, .. }
                | NodeKind::Condition { inner, .. }
                | NodeKind::Priority { inner } => id = *inner,
                _ => return None,
            }
        }
    }

    // --------------------------------------------------------------------------------------------
    // Flatness

    /// Whether a pattern may stand for several arguments of a flat head, wrapped in that head.
    pub(super) fn absorbs(&self, mut id: Id, head: &Expr) -> bool {
        loop {
            match &self.program.nodes[id as usize].kind {
                NodeKind::Blank(None) => return true,
                NodeKind::Blank(Some(wanted)) => return wanted == head,
                NodeKind::Named { inner, .. }
                | NodeKind::Test { inner, .. }
                | NodeKind::Condition { inner, .. }
                | NodeKind::Optional { inner, .. }
                | NodeKind::Priority { inner } => id = *inner,
                _ => return false,
            }
        }
    }

    /// Whether a pattern that takes `length` arguments gets them wrapped in the flat head: several
    /// always, a lone one unless the head is `OneIdentity`, and then also as it is.
    pub(super) fn wraps(&self, node: Id, frame: u32, length: u32, unwrapped: bool) -> bool {
        self.frames.get(frame as usize).is_some_and(|frame| {
            frame.is_flat
                && (length > 1 || length == 1 && !unwrapped && !frame.is_one_identity)
                && self.absorbs(node, &frame.head)
        })
    }

    /// Arguments in the head of the frame.
    pub(super) fn wrapped(&self, frame: u32, items: impl IntoIterator<Item = Expr>) -> Subject {
        Subject::One(Expr::normal(self.frames[frame as usize].head.clone(), items))
    }
}

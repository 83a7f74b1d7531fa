//! Matching patterns with arguments in any order: which arguments each pattern takes.
//!
//! Literal patterns and bound variables find their arguments at once. The other patterns take
//! theirs in canonical order: the first that fit, and for sequences the first subset of each length.

use std::rc::Rc;

use smallvec::SmallVec;

use super::matching::Matching;
use super::node::{Children, Head, Id, NodeKind};
use super::ordered::LengthsToTry;
use super::search::{Alternatives, Goal, Rest, Search, Surroundings};
use super::subject::{Pool, Run, Subject};
use crate::Expr;

/// Which arguments the first of the patterns takes.
#[derive(Clone)]
pub(super) struct SubsetChoice {
    children: Children,
    pool: Pool,
    frame: u32,
    /// The places in the pool that are free.
    free: Rc<[u32]>,
    /// The next subset to try, as places in `free`.
    subset: SmallVec<[u32; 4]>,
    lengths: LengthsToTry,
    unwrapped: bool,
}

impl SubsetChoice {
    fn new(children: Children, pool: Pool, frame: u32, lengths: LengthsToTry) -> SubsetChoice {
        let free = pool.free().collect();
        let subset = (0..lengths.next.unwrap_or(0)).collect();
        SubsetChoice { children, pool, frame, free, subset, lengths, unwrapped: false }
    }

    /// Goes to the next subset in lexicographic order, then to the next length.
    fn advance(&mut self) {
        let (n, k) = (self.free.len() as u32, self.subset.len() as u32);
        for i in (0..k).rev() {
            if self.subset[i as usize] < n - k + i {
                let first = self.subset[i as usize] + 1;
                for (offset, place) in self.subset[i as usize..].iter_mut().enumerate() {
                    *place = first + offset as u32;
                }
                return;
            }
        }
        self.lengths.advance();
        self.subset = (0..self.lengths.next.unwrap_or(0)).collect();
    }

    /// Whether an equal subset has been tried: of equal arguments the first are taken.
    fn repeats(&self) -> bool {
        self.subset.iter().enumerate().any(|(i, place)| {
            let skipped = *place > 0 && (i == 0 || self.subset[i - 1] + 1 < *place);
            skipped && self.item(*place) == self.item(*place - 1)
        })
    }

    fn item(&self, place: u32) -> Expr {
        self.pool.get(self.free[place as usize])
    }
}

impl<M: Matching + ?Sized> Search<'_, M> {
    /// Matches the patterns with what is left in the pool.
    pub(super) fn match_any_order(&mut self, mut children: Children, mut pool: Pool, frame: u32) -> bool {
        let program = self.program;
        while children.start < children.end {
            let id = program.children[children.start as usize].node;
            let node = &program.nodes[id as usize];
            if let NodeKind::Literal(e) = &node.kind {
                if !pool.take_equal(e) {
                    return false;
                }
                children.start += 1;
                continue;
            }
            if let NodeKind::Named { slot, .. } = &node.kind
                && let Some(bound) = self.slots[*slot as usize].clone()
            {
                if !self.take_bound(id, &bound, &mut pool, frame) {
                    return false;
                }
                children.start += 1;
                self.push(Goal::AnyOrder { children, pool, frame });
                self.push(Goal::Match { node: id, subject: bound, frame });
                return true;
            }
            let Some(mut bounds) = self.bounds(children, pool.len(), frame) else { return false };
            if self.frames.get(frame as usize).is_some_and(|frame| frame.rest == Rest::Something) {
                // What else a pattern could take may as well remain.
                bounds.max = bounds.max.min(node.lengths.max);
            }
            let lengths = LengthsToTry::new(bounds, node.order);
            return self.take_subset(SubsetChoice::new(children, pool, frame, lengths));
        }
        self.finish_any_order(&pool, frame)
    }

    fn finish_any_order(&mut self, pool: &Pool, frame: u32) -> bool {
        match self.frames.get(frame as usize) {
            Some(frame) if frame.rest == Rest::Anything => true,
            Some(frame) if frame.rest == Rest::Something => {
                if pool.len() == 0 || pool.len() == pool.size() {
                    return false;
                }
                let nothing = Run::items([]);
                self.surroundings =
                    Some(Surroundings { head: frame.head.clone(), before: nothing, after: pool.rest() });
                true
            }
            _ => pool.len() == 0,
        }
    }

    /// Takes the arguments that a bound variable stands for.
    fn take_bound(&self, id: Id, bound: &Subject, pool: &mut Pool, frame: u32) -> bool {
        match bound {
            Subject::Many(run) => run.iter().all(|e| pool.take_equal(&e)),
            Subject::One(e) => {
                pool.take_equal(e)
                    || self.frames.get(frame as usize).is_some_and(|frame| {
                        frame.is_flat
                            && e.is_normal()
                            && e.head() == &frame.head
                            && self.absorbs(id, &frame.head)
                            && e.args().iter().all(|part| pool.take_equal(part))
                    })
            }
        }
    }

    /// Lets the first pattern take the next subset.
    pub(super) fn take_subset(&mut self, mut choice: SubsetChoice) -> bool {
        let program = self.program;
        let id = program.children[choice.children.start as usize].node;
        loop {
            let Some(length) = choice.lengths.next else { return false };
            let wraps = self.wraps(id, choice.frame, length, choice.unwrapped);
            let subset = choice.subset.clone();
            let is_futile = choice.repeats() || length == 1 && !wraps && !self.may_match(id, &choice.item(subset[0]));
            if wraps && length == 1 {
                choice.unwrapped = true;
            } else {
                choice.unwrapped = false;
                choice.advance();
            }
            if is_futile {
                continue;
            }
            let mut pool = choice.pool.clone();
            let taken: SmallVec<[Expr; 4]> = subset.iter().map(|place| choice.item(*place)).collect();
            subset.iter().for_each(|place| pool.take(choice.free[*place as usize]));
            let (frame, children) = (choice.frame, choice.children);
            if choice.lengths.next.is_some() {
                self.choose(Alternatives::Subset(choice));
            }
            let children = Children { start: children.start + 1, ..children };
            self.push(Goal::AnyOrder { children, pool, frame });
            let subject = if wraps { self.wrapped(frame, taken) } else { Subject::of(Run::items(taken)) };
            self.push(Goal::Match { node: id, subject, frame });
            return true;
        }
    }

    /// Whether a look at heads leaves it possible that the node matches the expression.
    fn may_match(&self, mut id: Id, e: &Expr) -> bool {
        loop {
            match &self.program.nodes[id as usize].kind {
                NodeKind::Literal(literal) => return literal == e,
                NodeKind::Blank(Some(head)) => return e.head() == head,
                NodeKind::Call(call) if !call.collapses => {
                    return match &call.head {
                        Head::Literal(head) => e.head() == head,
                        Head::Pattern(_) => e.is_normal(),
                    };
                }
                NodeKind::Named { inner, .. }
                | NodeKind::Test { inner, .. }
                | NodeKind::Condition { inner, .. }
                | NodeKind::Priority { inner } => id = *inner,
                _ => return true,
            }
        }
    }
}

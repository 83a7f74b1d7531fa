//! Matching `p..` and `p...`: a run of arguments cut into parts that all match the same pattern.

use super::matching::Matching;
use super::node::{Id, NodeKind};
use super::search::{Alternatives, Goal, Search};
use super::subject::{Run, Subject};

impl<M: Matching + ?Sized> Search<'_, M> {
    /// Matches the rest of a run, `count` parts having matched.
    pub(super) fn repeat(&mut self, node: Id, run: Run, count: u32, frame: u32) -> Result<bool, M::Error> {
        let program = self.program;
        let NodeKind::Repeated { inner, min, max } = program.nodes[node as usize].kind else { return Ok(false) };
        let part = &program.nodes[inner as usize];
        if run.len() == 0 {
            if count >= min {
                return Ok(true);
            }
            if part.lengths.min == 0 {
                self.push(Goal::Match { node: inner, subject: Subject::Many(run), frame });
            }
            return Ok(part.lengths.min == 0);
        }
        if count >= max {
            return Ok(false);
        }
        if !part.is_single() {
            let longest = part.lengths.max.min(run.len());
            return Ok(self.repeat_part(node, run, count, part.lengths.min.max(1), longest, frame));
        }
        let total = run.len().saturating_add(count);
        if total < min || total > max {
            return Ok(false);
        }
        if let NodeKind::Blank(head) = &part.kind {
            return Ok(run.leading(head.as_ref()) == run.len());
        }
        if part.is_ground {
            for e in run.iter() {
                if !self.check(inner, Subject::One(e), frame)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let first = Subject::One(run.get(0));
        if run.len() > 1 {
            let rest = run.range(1, run.len());
            self.push(Goal::Repeat { node, run: rest, count: count + 1, frame });
        }
        self.push(Goal::Match { node: inner, subject: first, frame });
        Ok(true)
    }

    /// Lets the next part have `length` arguments, and leaves longer ones to be tried.
    pub(super) fn repeat_part(
        &mut self,
        node: Id,
        run: Run,
        count: u32,
        length: u32,
        longest: u32,
        frame: u32,
    ) -> bool {
        let NodeKind::Repeated { inner, .. } = self.program.nodes[node as usize].kind else { return false };
        if length > longest {
            return false;
        }
        if length < longest {
            let run = run.clone();
            self.choose(Alternatives::Repeat { node, run, count, length: length + 1, longest, frame });
        }
        let rest = run.range(length, run.len());
        let part = Subject::of(run.range(0, length));
        self.push(Goal::Repeat { node, run: rest, count: count + 1, frame });
        self.push(Goal::Match { node: inner, subject: part, frame });
        true
    }
}

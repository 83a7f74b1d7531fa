//! Matching one pattern node with its subject.

use smallvec::SmallVec;

use super::matching::Matching;
use super::node::{Children, Head, Id, NodeKind};
use super::search::{Alternatives, Frame, Goal, NONE, Rest, Search};
use super::subject::{Pool, Run, Subject};
use crate::{Attributes, Expr, Kind, Sym};

impl<M: Matching + ?Sized> Search<'_, M> {
    pub(super) fn match_node(&mut self, mut id: Id, subject: Subject, frame: u32) -> Result<bool, M::Error> {
        let program = self.program;
        loop {
            let node = &program.nodes[id as usize];
            match &node.kind {
                NodeKind::Literal(e) => return Ok(matches!(&subject, Subject::One(one) if one == e)),
                NodeKind::Blank(head) => return Ok(matches!(&subject, Subject::One(one) if has_head(one, head))),
                NodeKind::AnySequence(head) => {
                    return Ok(match &subject {
                        Subject::One(one) => has_head(one, head),
                        Subject::Many(run) => run.len() >= node.lengths.min && run.leading(head.as_ref()) == run.len(),
                    });
                }
                NodeKind::Named { slot, inner } => {
                    if !self.bind(*slot, &subject) {
                        return Ok(false);
                    }
                    id = *inner;
                }
                NodeKind::Optional { inner, .. } if subject.len() > 0 => id = *inner,
                NodeKind::Optional { inner, default, position, count } => {
                    return self.omit(*inner, default.as_ref(), (*position, *count), frame);
                }
                NodeKind::Alternatives(children) => {
                    let children = *children;
                    if children.start == children.end {
                        return Ok(false);
                    }
                    if node.is_ground {
                        for child in children.start..children.end {
                            if self.check(program.children[child as usize].node, subject.clone(), frame)? {
                                return Ok(true);
                            }
                        }
                        return Ok(false);
                    }
                    return self.resume(Alternatives::Branches { children, subject, frame });
                }
                NodeKind::Repeated { .. } => return self.repeat(id, subject.run(), 0, frame),
                NodeKind::Condition { inner, .. } => {
                    self.push(Goal::Condition { node: id });
                    id = *inner;
                }
                NodeKind::Test { inner, .. } => {
                    if let (NodeKind::Blank(head), Subject::One(one)) = (&program.nodes[*inner as usize].kind, &subject)
                    {
                        return Ok(has_head(one, head) && self.test(id, &subject)?);
                    }
                    self.push(Goal::Test { node: id, subject: subject.clone() });
                    id = *inner;
                }
                NodeKind::Except { excluded, inner } => {
                    if self.check(*excluded, subject.clone(), frame)? {
                        return Ok(false);
                    }
                    id = *inner;
                }
                NodeKind::Priority { inner } => id = *inner,
                NodeKind::Group(children) => {
                    let frame = self.plain_frame(frame);
                    return Ok(self.match_sequence(*children, subject.run(), frame));
                }
                NodeKind::AnyOrder(children) => {
                    let frame = self.plain_frame(frame);
                    return Ok(self.match_any_order(*children, Pool::new(subject.run()), frame));
                }
                NodeKind::KeyValue(children) => return Ok(self.match_key_values(*children, &subject)),
                NodeKind::Options { slot } => {
                    return Ok(subject.run().iter().all(|e| are_options(&e)) && self.bind(*slot, &subject));
                }
                NodeKind::Call(_) => {
                    let Subject::One(one) = &subject else { return Ok(false) };
                    return self.match_call(id, one);
                }
            }
        }
    }

    /// A frame for patterns that stand among the arguments but do not take part in flatness.
    fn plain_frame(&mut self, frame: u32) -> u32 {
        match self.frames.get(frame as usize) {
            Some(outer) if outer.is_flat || outer.rest != Rest::Nothing => {
                let plain = Frame { is_flat: false, rest: Rest::Nothing, ..outer.clone() };
                self.push_frame(plain)
            }
            _ => frame,
        }
    }

    pub(super) fn push_frame(&mut self, frame: Frame) -> u32 {
        self.frames.push(frame);
        self.frames.len() as u32 - 1
    }

    /// An optional argument that is not there: its variable has the default value.
    fn omit(
        &mut self,
        mut inner: Id,
        default: Option<&Expr>,
        (position, count): (u32, u32),
        frame: u32,
    ) -> Result<bool, M::Error> {
        let value = match (default, self.frames.get(frame as usize)) {
            (Some(value), _) => Some(value.clone()),
            (None, Some(frame)) => self.host.default_value(&frame.head, position as usize, count as usize)?,
            (None, None) => None,
        };
        let Some(value) = value else { return Ok(false) };
        loop {
            match &self.program.nodes[inner as usize].kind {
                NodeKind::Named { slot, .. } => return Ok(self.bind(*slot, &Subject::One(value))),
                NodeKind::Test { inner: next, .. } | NodeKind::Condition { inner: next, .. } => inner = *next,
                _ => return Ok(true),
            }
        }
    }

    fn match_call(&mut self, id: Id, subject: &Expr) -> Result<bool, M::Error> {
        let program = self.program;
        let NodeKind::Call(call) = &program.nodes[id as usize].kind else { return Ok(false) };
        let head = match &call.head {
            Head::Literal(head) if subject.head() == head => head,
            Head::Literal(head) => {
                let collapses =
                    call.collapses && head.is_symbol() && self.host.attributes(head).contains(Attributes::ONE_IDENTITY);
                if collapses {
                    return Ok(self.match_arguments(id, head.clone(), Run::items([subject.clone()])));
                }
                return Ok(false);
            }
            Head::Pattern(_) if subject.is_atom() => return Ok(false),
            Head::Pattern(_) => subject.head(),
        };
        let run = match subject.kind() {
            Kind::Normal(..) | Kind::Array(_) => Run::of(subject),
            Kind::Number(number) if head.is(Sym::Complex) => Run::items([number.re(), number.im()].map(Expr::number)),
            Kind::Number(number) if head.is(Sym::Rational) => match (number.numerator(), number.denominator()) {
                (Some(p), Some(q)) => Run::items([p, q].map(|n| Expr::number(n.into()))),
                _ => return Ok(false),
            },
            _ => return Ok(false),
        };
        if let Head::Pattern(node) = call.head {
            self.push(Goal::Arguments { node: id, head: head.clone(), run });
            self.push(Goal::Match { node, subject: Subject::One(head.clone()), frame: NONE });
            return Ok(true);
        }
        Ok(self.match_arguments(id, head.clone(), run))
    }

    /// Matches the arguments of a call as the attributes of its head ask.
    pub(super) fn match_arguments(&mut self, id: Id, head: Expr, run: Run) -> bool {
        let program = self.program;
        let NodeKind::Call(call) = &program.nodes[id as usize].kind else { return false };
        let attributes =
            if head.is_symbol() && !head.is(Sym::List) { self.host.attributes(&head) } else { Attributes::NONE };
        let is_flat = attributes.contains(Attributes::FLAT);
        let in_part = self.in_part && program.root_call == Some(id);
        let frame = if is_flat || call.has_default {
            self.push_frame(Frame {
                head,
                is_flat,
                is_one_identity: attributes.contains(Attributes::ONE_IDENTITY),
                rest: if in_part { Rest::Something } else { Rest::Nothing },
                start: 0,
            })
        } else {
            NONE
        };
        if attributes.contains(Attributes::ORDERLESS) {
            self.match_any_order(call.any_order, Pool::new(run), frame)
        } else if in_part && is_flat {
            self.start_at(call.arguments, run, frame, 0)
        } else {
            self.match_sequence(call.arguments, run, frame)
        }
    }

    /// Matches patterns with the elements of an association or of a list of rules.
    fn match_key_values(&mut self, children: Children, subject: &Subject) -> bool {
        let Subject::One(one) = subject else { return false };
        let Kind::Normal(_, items) = one.kind() else { return false };
        let is_rule = |e: &Expr| matches!(e.head_sym(), Some(Sym::Rule | Sym::RuleDelayed));
        if !(one.has_head(Sym::Association) || one.is_list() && items.iter().all(is_rule)) {
            return false;
        }
        let frame = self.push_frame(Frame {
            head: one.head().clone(),
            is_flat: false,
            is_one_identity: false,
            rest: Rest::Anything,
            start: 0,
        });
        self.match_any_order(children, Pool::new(Run::of(one)), frame)
    }

    /// Whether the condition of a node holds under the present bindings.
    pub(super) fn condition(&mut self, id: Id) -> Result<bool, M::Error> {
        let program = self.program;
        let NodeKind::Condition { test, .. } = &program.nodes[id as usize].kind else { return Ok(true) };
        let values: SmallVec<[Expr; 4]> = self
            .slots
            .iter()
            .zip(&program.variables)
            .enumerate()
            .map(|(slot, (bound, variable))| match bound {
                Some(subject) if test.uses(slot) => subject.value(),
                _ => variable.clone(),
            })
            .collect();
        self.host.holds(test.fill(&values))
    }

    /// Whether the test of a node gives `True` for each part of the subject.
    pub(super) fn test(&mut self, id: Id, subject: &Subject) -> Result<bool, M::Error> {
        let program = self.program;
        let NodeKind::Test { test, .. } = &program.nodes[id as usize].kind else { return Ok(true) };
        match subject {
            Subject::One(one) => self.host.holds_for(test, one),
            Subject::Many(run) => {
                for e in run.iter() {
                    if !self.host.holds_for(test, &e)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    /// The outcome for nodes that need no search: literal expressions and blanks, named or not.
    pub(super) fn match_at_once(&mut self, mut id: Id, e: &Expr) -> Option<bool> {
        let program = self.program;
        let mut named = None;
        let matched = loop {
            match &program.nodes[id as usize].kind {
                NodeKind::Literal(literal) => break literal == e,
                NodeKind::Blank(head) => break has_head(e, head),
                NodeKind::Named { slot, inner } if named.is_none() => {
                    named = Some(*slot);
                    id = *inner;
                }
                _ => return None,
            }
        };
        Some(matched && named.is_none_or(|slot| self.bind(slot, &Subject::One(e.clone()))))
    }
}

fn has_head(e: &Expr, head: &Option<Expr>) -> bool {
    head.as_ref().is_none_or(|head| e.head() == head)
}

/// Whether this is a rule, or a list of rules or of such lists.
fn are_options(e: &Expr) -> bool {
    let mut stack: SmallVec<[Expr; 4]> = SmallVec::new();
    stack.push(e.clone());
    while let Some(e) = stack.pop() {
        match (e.kind(), e.head_sym()) {
            (Kind::Normal(_, [_, _]), Some(Sym::Rule | Sym::RuleDelayed)) => {}
            (Kind::Normal(_, items), Some(Sym::List | Sym::Association)) => stack.extend(items.iter().cloned()),
            _ => return false,
        }
    }
    true
}

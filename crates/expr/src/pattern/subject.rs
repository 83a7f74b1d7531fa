//! What a pattern node is matched with: one expression or a run of arguments.

use std::rc::Rc;

use netform_array::ElementType;
use smallvec::SmallVec;

use crate::{Expr, Kind, Sym};

/// One expression, or a run of arguments whose number is not 1.
#[derive(Debug, Clone)]
pub(super) enum Subject {
    One(Expr),
    Many(Run),
}

/// Consecutive arguments.
#[derive(Debug, Clone)]
pub(super) struct Run {
    arguments: Arguments,
    from: u32,
    to: u32,
}

/// The arguments of a call or an array, which are not copied, or others.
#[derive(Debug, Clone)]
enum Arguments {
    Of(Expr),
    Items(Rc<[Expr]>),
}

impl Run {
    /// All arguments of a call or an array.
    pub(super) fn of(call: &Expr) -> Run {
        Run { arguments: Arguments::Of(call.clone()), from: 0, to: call.len() as u32 }
    }

    /// These expressions.
    pub(super) fn items(items: impl IntoIterator<Item = Expr>) -> Run {
        let items: Rc<[Expr]> = items.into_iter().collect();
        let to = items.len() as u32;
        Run { arguments: Arguments::Items(items), from: 0, to }
    }

    pub(super) fn len(&self) -> u32 {
        self.to - self.from
    }

    pub(super) fn get(&self, index: u32) -> Expr {
        let index = (self.from + index) as usize;
        match &self.arguments {
            Arguments::Of(call) => call.arg(index),
            Arguments::Items(items) => items[index].clone(),
        }
    }

    /// The arguments `from .. to` of these.
    pub(super) fn range(&self, from: u32, to: u32) -> Run {
        Run { arguments: self.arguments.clone(), from: self.from + from, to: self.from + to }
    }

    pub(super) fn skip(&mut self, count: u32) {
        self.from += count;
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Expr> + '_ {
        (0..self.len()).map(|i| self.get(i))
    }

    /// The arguments, where they lie in memory as expressions.
    pub(super) fn slice(&self) -> Option<&[Expr]> {
        let all = match &self.arguments {
            Arguments::Of(call) => match call.kind() {
                Kind::Normal(_, args) => args,
                _ => return None,
            },
            Arguments::Items(items) => items,
        };
        Some(&all[self.from as usize..self.to as usize])
    }

    /// How many arguments from the first on have this head. The elements of an array are not made.
    pub(super) fn leading(&self, head: Option<&Expr>) -> u32 {
        let Some(head) = head else { return self.len() };
        match self.slice() {
            Some(items) => items.iter().take_while(|e| e.head() == head).count() as u32,
            None => {
                let Arguments::Of(call) = &self.arguments else { return 0 };
                let Some(array) = call.as_array() else { return 0 };
                let element_head = match (array.rank(), array.element_type()) {
                    (2.., _) => Sym::List,
                    (_, ElementType::I64) => Sym::Integer,
                    (_, ElementType::F64 | ElementType::F32) => Sym::Real,
                    (_, ElementType::Bool) => Sym::Symbol,
                    (_, ElementType::Complex) => Sym::Complex,
                };
                if head.is(element_head) { self.len() } else { 0 }
            }
        }
    }

    fn same(&self, other: &Run) -> bool {
        self.len() == other.len()
            && match (self.slice(), other.slice()) {
                (Some(a), Some(b)) => a == b,
                _ => self.iter().eq(other.iter()),
            }
    }
}

impl Subject {
    /// The run as a subject.
    pub(super) fn of(run: Run) -> Subject {
        if run.len() == 1 { Subject::One(run.get(0)) } else { Subject::Many(run) }
    }

    pub(super) fn len(&self) -> u32 {
        match self {
            Subject::One(_) => 1,
            Subject::Many(run) => run.len(),
        }
    }

    /// The subject as a run.
    pub(super) fn run(&self) -> Run {
        match self {
            Subject::One(e) => Run::items([e.clone()]),
            Subject::Many(run) => run.clone(),
        }
    }

    pub(super) fn same(&self, other: &Subject) -> bool {
        match (self, other) {
            (Subject::One(a), Subject::One(b)) => a == b,
            (Subject::Many(a), Subject::Many(b)) => a.same(b),
            _ => false,
        }
    }

    /// The value of a variable bound to this: a `Sequence` unless it is one expression.
    pub(super) fn value(&self) -> Expr {
        match self {
            Subject::One(e) => e.clone(),
            Subject::Many(run) => Expr::call(Sym::Sequence, run.iter()),
        }
    }
}

/// Arguments of which some are taken, in any order.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    run: Run,
    taken: SmallVec<[u64; 2]>,
    left: u32,
}

impl Pool {
    pub(super) fn new(run: Run) -> Pool {
        let words = run.len().div_ceil(64) as usize;
        Pool { taken: SmallVec::from_elem(0, words), left: run.len(), run }
    }

    /// How many there are, taken or not.
    pub(super) fn size(&self) -> u32 {
        self.run.len()
    }

    /// How many are not taken.
    pub(super) fn len(&self) -> u32 {
        self.left
    }

    pub(super) fn get(&self, index: u32) -> Expr {
        self.run.get(index)
    }

    pub(super) fn is_free(&self, index: u32) -> bool {
        self.taken[index as usize / 64] >> (index % 64) & 1 == 0
    }

    pub(super) fn take(&mut self, index: u32) {
        self.taken[index as usize / 64] |= 1 << (index % 64);
        self.left -= 1;
    }

    /// The places of those that are not taken.
    pub(super) fn free(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.run.len()).filter(|i| self.is_free(*i))
    }

    /// Takes the first that is this expression; `false` if there is none.
    pub(super) fn take_equal(&mut self, e: &Expr) -> bool {
        let found = match self.run.slice() {
            Some(items) => (0..).zip(items).find(|(i, item)| *item == e && self.is_free(*i)).map(|(i, _)| i),
            None => self.free().find(|i| self.get(*i) == *e),
        };
        if let Some(index) = found {
            self.take(index);
        }
        found.is_some()
    }

    /// What is not taken.
    pub(super) fn rest(&self) -> Run {
        Run::items(self.free().map(|i| self.get(i)))
    }
}

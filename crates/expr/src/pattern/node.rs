//! The compiled form of a pattern: nodes in one vector, which refer to each other by index.

use crate::{Expr, Template};

/// The index of a node.
pub(super) type Id = u32;

/// The length of an unbounded sequence.
pub(super) const UNBOUNDED: u32 = u32::MAX;

/// A pattern node.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    /// How many arguments it may match.
    pub(super) lengths: Lengths,
    /// Whether it binds no variable.
    pub(super) is_ground: bool,
    /// In which order the lengths are tried.
    pub(super) order: Order,
    /// The priority that `Longest` or `Shortest` states.
    pub(super) rank: i64,
}

/// The numbers of arguments that a pattern may match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lengths {
    pub(super) min: u32,
    pub(super) max: u32,
}

/// In which order lengths are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The shortest first.
    Shortest,
    /// The longest first.
    Longest,
    /// As `Shortest`, but 0 last: an optional argument.
    PresentFirst,
}

/// What a pattern node matches.
#[derive(Debug, Clone)]
pub(super) enum NodeKind {
    /// This very expression.
    Literal(Expr),
    /// One expression, of that head.
    Blank(Option<Expr>),
    /// A sequence of expressions of that head; the length is the node's.
    AnySequence(Option<Expr>),
    /// What `inner` matches, bound to a variable.
    Named { slot: u32, inner: Id },
    /// What `inner` matches, or nothing, the variable then being bound to the default value.
    Optional { inner: Id, default: Option<Expr>, position: u32, count: u32 },
    /// What one of the patterns matches.
    Alternatives(Children),
    /// A sequence of `min` to `max` parts, each of which `inner` matches.
    Repeated { inner: Id, min: u32, max: u32 },
    /// What `inner` matches if the condition holds.
    Condition { inner: Id, test: Template },
    /// What `inner` matches if the test gives `True` for each of its expressions.
    Test { inner: Id, test: Expr },
    /// What `inner` matches and `excluded` does not.
    Except { excluded: Id, inner: Id },
    /// What `inner` matches; only the order of lengths differs.
    Priority { inner: Id },
    /// A sequence that the patterns match one after the other.
    Group(Children),
    /// A sequence that the patterns match in any order.
    AnyOrder(Children),
    /// An association, or a list of rules, some elements of which the patterns match.
    KeyValue(Children),
    /// A sequence of rules, or of lists of rules; bound to a variable of its own.
    Options { slot: u32 },
    /// A call.
    Call(Call),
}

/// A call whose head or arguments contain patterns.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) head: Head,
    pub(super) arguments: Children,
    /// The arguments, arranged for `Orderless` heads: literal ones, then single ones, then sequences.
    pub(super) any_order: Children,
    /// Whether all arguments but one may be omitted, so that the call of a `OneIdentity` head
    /// matches a lone argument.
    pub(super) collapses: bool,
    /// Whether some argument is optional.
    pub(super) has_default: bool,
}

/// The head of a call.
#[derive(Debug, Clone)]
pub(super) enum Head {
    Literal(Expr),
    Pattern(Id),
}

/// A range of [`Child`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Children {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A pattern in a list of patterns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Child {
    pub(super) node: Id,
    /// How many arguments the patterns after it may match.
    pub(super) rest: Lengths,
}

impl Lengths {
    pub(super) const ONE: Lengths = Lengths { min: 1, max: 1 };

    /// The lengths of one sequence after another.
    pub(super) fn then(self, other: Lengths) -> Lengths {
        Lengths { min: self.min.saturating_add(other.min), max: self.max.saturating_add(other.max) }
    }

    /// The lengths of one sequence or the other.
    pub(super) fn or(self, other: Lengths) -> Lengths {
        Lengths { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    /// The lengths of several sequences.
    pub(super) fn times(self, min: u32, max: u32) -> Lengths {
        let max = if max == 0 { 0 } else { self.max.saturating_mul(max) };
        Lengths { min: self.min.saturating_mul(min), max }
    }
}

impl Node {
    /// Whether it matches exactly one argument.
    pub(super) fn is_single(&self) -> bool {
        self.lengths == Lengths::ONE
    }
}

//! Constructs that wait for more: what the parser keeps instead of a call stack.

use netform_expr::Expr;

use super::operand::Operand;
use crate::Span;
use crate::operator::{Bracket, Meaning, Operator, OperatorId, precedence};

/// A construct that waits for an operand, or for its end.
pub(super) enum Frame {
    /// An open bracket with what it holds so far.
    Group(Group),
    /// An operator before its operand.
    Prefix { operator: OperatorId, span: Span },
    /// Infix operators with the operands on their left: one operator, or a chain of a kind.
    Chain(Chain),
    /// `a ;;` or `a ;; b ;;`.
    Span(Vec<Operand>),
    /// Spans side by side, which are factors.
    SpanProduct(Vec<Operand>),
    /// `name :` or `pattern :`.
    Colon { left: Operand, is_pattern: bool },
    /// `a ~` or `a ~ f ~`.
    InfixApplication(InfixApplication),
    /// `t /:` or `t /: a =`.
    Tag(Tag),
}

pub(super) struct Group {
    pub(super) bracket: Bracket,
    pub(super) open: Span,
    /// What stands before the bracket of a call or part.
    pub(super) head: Option<Operand>,
    pub(super) items: Vec<Expr>,
}

pub(super) struct Chain {
    pub(super) operands: Vec<Operand>,
    /// The operator behind each operand.
    pub(super) operators: Vec<OperatorId>,
}

pub(super) struct InfixApplication {
    pub(super) left: Operand,
    pub(super) function: Option<Operand>,
    pub(super) tilde: Span,
}

pub(super) struct Tag {
    pub(super) tag: Operand,
    pub(super) assignment: Option<(OperatorId, Operand)>,
    pub(super) span: Span,
}

impl Chain {
    /// The operator that the chain began with.
    pub(super) fn operator(&self) -> OperatorId {
        self.operators[0]
    }

    /// Whether the operator can go on with this chain instead of nesting it.
    pub(super) fn takes(&self, operator: OperatorId) -> bool {
        let mine: &Operator = self.operator().get();
        let other = operator.get();
        match other.meaning {
            Meaning::Sum | Meaning::Difference => matches!(mine.meaning, Meaning::Sum | Meaning::Difference),
            Meaning::Comparison | Meaning::Product => mine.meaning == other.meaning,
            _ => other.grouping == crate::operator::Grouping::Flat && self.operator() == operator,
        }
    }
}

impl Frame {
    /// How tightly the construct holds the operand that follows; `None` for brackets, which hold
    /// everything up to their end.
    pub(super) fn binds(&self) -> Option<u16> {
        Some(match self {
            Frame::Group(_) => return None,
            Frame::Prefix { operator, .. } => operator.get().precedence,
            Frame::Chain(chain) => chain.operator().get().precedence,
            Frame::Span(_) | Frame::SpanProduct(_) => precedence::SPAN,
            Frame::Colon { is_pattern: true, .. } => precedence::PATTERN,
            Frame::Colon { .. } => precedence::OPTIONAL,
            Frame::InfixApplication(_) => precedence::INFIX_APPLICATION,
            Frame::Tag(_) => precedence::ASSIGNMENT,
        })
    }
}

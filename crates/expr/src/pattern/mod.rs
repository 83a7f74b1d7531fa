//! Patterns: compilation, matching, rules, and their order of specificity.
//!
//! A [`Pattern`] is compiled once and matched many times. Variables are bound to nodes, so that a
//! repeated variable is compared by identity, and patterns without pattern constructs match by
//! identity at once. Of several possible matches the first of the language is found: sequences are
//! tried shortest first, optional arguments present first, arguments of `Orderless` heads in
//! canonical order.
//!
//! ```
//! use netform_expr::pattern::{Pattern, Structural};
//! use netform_expr::{Expr, Sym};
//!
//! let x = Expr::symbol("Global`x");
//! let any = Expr::call(Sym::Pattern, [x.clone(), Expr::call(Sym::Blank, [])]);
//! let pattern = Pattern::new(&Expr::list([any.clone(), any]));
//! let pair = |a, b| Expr::list([Expr::integer(a), Expr::integer(b)]);
//! let bindings = pattern.matches(&pair(3, 3), &mut Structural).unwrap().unwrap();
//! assert_eq!(bindings.get(&x), Some(&Expr::integer(3)));
//! assert!(pattern.matches(&pair(3, 4), &mut Structural).unwrap().is_none());
//! ```

mod bindings;
mod compile;
mod contains;
mod definitions;
mod matching;
mod node;
mod nodes;
#[cfg(test)]
mod oracle;
mod ordered;
mod ranked;
mod repeated;
mod replace;
mod rule;
mod rule_set;
mod search;
mod specificity;
mod subject;
#[cfg(test)]
mod tests;
mod unordered;

use std::ops::ControlFlow;
use std::sync::OnceLock;

pub use bindings::Bindings;
pub use definitions::Definitions;
pub use matching::{Matching, Structural};
pub use replace::{Repetition, replace_all, replace_levels, replace_list, replace_repeated};
pub use rule::{Rule, RuleKind};
pub use rule_set::RuleSet;
pub use specificity::{same_up_to_names, specificity};

use compile::{Program, compile};
use node::{Head, Id, NodeKind};
use search::Search;

use crate::{Attributes, Expr};

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    expr: Expr,
    filter: Filter,
    /// Compiled at once, unless the pattern is literal: then only a flat call asks for it.
    program: OnceLock<Box<Program>>,
}

/// What an expression must be to have a chance to match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Anything.
    Any,
    /// This very expression: the pattern is literal.
    Literal,
    /// This atom.
    Exactly(Expr),
    /// An expression of this head.
    Head(Expr),
}

impl Pattern {
    /// Compiles a pattern.
    pub fn new(expr: &Expr) -> Pattern {
        if !expr.may_hold_pattern() {
            return Pattern { expr: expr.clone(), filter: Filter::Literal, program: OnceLock::new() };
        }
        let program = compile(expr);
        let filter = filter_of(&program);
        Pattern { expr: expr.clone(), filter, program: OnceLock::from(Box::new(program)) }
    }

    /// The pattern as an expression.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// Whether the pattern matches itself only.
    pub fn is_literal(&self) -> bool {
        self.filter == Filter::Literal
    }

    fn program(&self) -> &Program {
        self.program.get_or_init(|| Box::new(compile(&self.expr)))
    }

    /// The variables, in order of appearance. An `OptionsPattern` has one of its own.
    pub fn variables(&self) -> &[Expr] {
        if self.is_literal() { &[] } else { &self.program().variables }
    }

    /// Whether a look at the head leaves a match possible.
    pub fn may_match(&self, subject: &Expr) -> bool {
        match &self.filter {
            Filter::Any => true,
            Filter::Literal => *subject == self.expr,
            Filter::Exactly(e) => subject == e,
            Filter::Head(head) => subject.head() == head,
        }
    }

    /// The first match with the whole of the subject.
    ///
    /// # Errors
    /// What the evaluation of a test brings.
    pub fn matches<M: Matching + ?Sized>(&self, subject: &Expr, host: &mut M) -> Result<Option<Bindings>, M::Error> {
        let mut found = None;
        self.each_match(subject, host, |_, bindings| {
            found = Some(bindings);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// Whether the pattern matches the whole of the subject.
    ///
    /// # Errors
    /// What the evaluation of a test brings.
    pub fn is_match<M: Matching + ?Sized>(&self, subject: &Expr, host: &mut M) -> Result<bool, M::Error> {
        if self.is_literal() {
            return Ok(self.expr == *subject);
        }
        if !self.may_match(subject) {
            return Ok(false);
        }
        Search::new(self.program(), subject, false, host).first()
    }

    /// All matches with the whole of the subject, one after the other, until `visit` breaks.
    ///
    /// # Errors
    /// What the evaluation of a test or `visit` brings.
    pub fn each_match<M: Matching + ?Sized>(
        &self,
        subject: &Expr,
        host: &mut M,
        mut visit: impl FnMut(&mut M, Bindings) -> Result<ControlFlow<()>, M::Error>,
    ) -> Result<(), M::Error> {
        if self.is_literal() {
            return if self.expr == *subject { visit(host, Bindings::new()).map(|_| ()) } else { Ok(()) };
        }
        if !self.may_match(subject) {
            return Ok(());
        }
        let mut search = Search::new(self.program(), subject, false, host);
        let mut found = search.first()?;
        while found {
            let bindings = self.bindings(&search);
            if visit(search.host, bindings)?.is_break() {
                break;
            }
            found = search.next()?;
        }
        Ok(())
    }

    fn bindings<M: Matching + ?Sized>(&self, search: &Search<'_, M>) -> Bindings {
        self.variables().iter().enumerate().map(|(slot, name)| (name.clone(), search.value(slot))).collect()
    }

    /// Whether a rule for this pattern may apply to some of the arguments of the subject: both are
    /// calls of the same flat head.
    fn may_match_in_part<M: Matching + ?Sized>(&self, subject: &Expr, host: &mut M) -> bool {
        let head = match &self.filter {
            Filter::Head(head) => head,
            Filter::Literal if self.expr.is_normal() => self.expr.head(),
            _ => return false,
        };
        head.is_symbol()
            && subject.len() > 1
            && subject.is_normal()
            && subject.head() == head
            && host.attributes(head).contains(Attributes::FLAT)
            && self.program().root_call.is_some()
    }
}

fn filter_of(program: &Program) -> Filter {
    let mut id: Id = program.root;
    loop {
        match &program.nodes[id as usize].kind {
            NodeKind::Literal(e) if e.is_normal() => return Filter::Head(e.head().clone()),
            NodeKind::Literal(e) => return Filter::Exactly(e.clone()),
            NodeKind::Blank(Some(head)) => return Filter::Head(head.clone()),
            NodeKind::Call(call) if !call.collapses => {
                return match &call.head {
                    Head::Literal(head) => Filter::Head(head.clone()),
                    Head::Pattern(_) => Filter::Any,
                };
            }
            NodeKind::Named { inner, .. }
            | NodeKind::Condition { inner, .. }
            | NodeKind::Test { inner, .. }
            | NodeKind::Except { inner, .. }
            | NodeKind::Priority { inner } => id = *inner,
            _ => return Filter::Any,
        }
    }
}

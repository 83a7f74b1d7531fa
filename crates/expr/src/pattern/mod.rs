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
mod shallow;
mod specificity;
mod subject;
#[cfg(test)]
mod tests;
mod unordered;

use std::ops::ControlFlow;
use std::sync::OnceLock;

use smallvec::SmallVec;

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
    /// What some arguments must be where the whole is a call of the head that the filter states.
    parts: SmallVec<[Needed; 2]>,
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

impl Filter {
    fn admits(&self, e: &Expr) -> bool {
        match self {
            Filter::Any | Filter::Literal => true,
            Filter::Exactly(known) => e == known,
            Filter::Head(head) => e.head() == head,
        }
    }
}

/// So many arguments of a call must be such.
#[derive(Debug, Clone)]
struct Needed {
    filter: Filter,
    count: usize,
}

/// Calls with more arguments are not looked through before a match is tried.
const MOST_ARGUMENTS: usize = 256;

impl Pattern {
    /// Compiles a pattern.
    pub fn new(expr: &Expr) -> Pattern {
        if !expr.may_hold_pattern() {
            let (filter, parts) = (Filter::Literal, SmallVec::new());
            return Pattern { expr: expr.clone(), filter, parts, program: OnceLock::new() };
        }
        let program = compile(expr);
        let filter = filter_of(&program, program.root);
        let parts = parts_of(&program);
        Pattern { expr: expr.clone(), filter, parts, program: OnceLock::from(Box::new(program)) }
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

    /// Whether a look at the head and the arguments leaves a match possible.
    pub fn may_match(&self, subject: &Expr) -> bool {
        match &self.filter {
            Filter::Literal => *subject == self.expr,
            filter => filter.admits(subject) && self.has_parts(subject),
        }
    }

    /// Whether the arguments of a call of the right head leave a match possible: the search for one may be long.
    fn has_parts(&self, subject: &Expr) -> bool {
        // Packed lists and rational and complex numbers have arguments only for patterns.
        if self.parts.is_empty()
            || !subject.is_normal()
            || subject.as_array().is_some()
            || subject.len() > MOST_ARGUMENTS
        {
            return true;
        }
        let args = subject.args();
        self.parts.iter().all(|part| args.iter().filter(|arg| part.filter.admits(arg)).nth(part.count - 1).is_some())
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
            && self.has_parts(subject)
    }
}

fn filter_of(program: &Program, mut id: Id) -> Filter {
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

/// What arguments of a call that is a pattern must be among those of every subject, in any place. An argument with the head of the
/// call itself may stand for several if that is flat, so it asks for nothing.
fn parts_of(program: &Program) -> SmallVec<[Needed; 2]> {
    let mut id = program.root;
    let call = loop {
        match &program.nodes[id as usize].kind {
            NodeKind::Call(call) if !call.collapses => break call,
            NodeKind::Named { inner, .. }
            | NodeKind::Condition { inner, .. }
            | NodeKind::Test { inner, .. }
            | NodeKind::Except { inner, .. }
            | NodeKind::Priority { inner } => id = *inner,
            _ => return SmallVec::new(),
        }
    };
    let Head::Literal(head) = &call.head else { return SmallVec::new() };
    let children = &program.children[call.arguments.start as usize..call.arguments.end as usize];
    let needed = children.iter().filter_map(|child| match &program.nodes[child.node as usize].kind {
        NodeKind::Literal(e) if e.head() != head => Some(Filter::Exactly(e.clone())),
        NodeKind::Literal(_) => None,
        _ => match filter_of(program, child.node) {
            Filter::Head(own) if own != *head => Some(Filter::Head(own)),
            _ => None,
        },
    });
    let mut parts: SmallVec<[Needed; 2]> = SmallVec::new();
    for filter in needed {
        match parts.iter_mut().find(|part| part.filter == filter) {
            Some(part) => part.count += 1,
            None => parts.push(Needed { filter, count: 1 }),
        }
    }
    parts
}

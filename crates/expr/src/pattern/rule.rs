//! One transformation rule, compiled.

use std::ops::ControlFlow;
use std::sync::OnceLock;

use smallvec::SmallVec;

use super::Pattern;
use super::matching::Matching;
use super::search::Search;
use crate::{Expr, Kind, Sym, Template};

/// Whether the right-hand side of a rule was evaluated when the rule was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleKind {
    /// `left -> right`.
    Immediate,
    /// `left :> right`.
    Delayed,
}

/// A transformation rule.
///
/// A condition around the right-hand side, `left :> right /; test`, belongs to the pattern. So does
/// one around the body of a scope, `left :> Module[{x = value}, body /; test]`, and it may use the scope's variables.
/// `OptionValue[name]` on the right-hand side is taken from what `OptionsPattern` has matched.
/// A rule whose pattern is a call of a flat head applies to some of the arguments of a call of that
/// head too: `a + b -> c` turns `a + b + d` into `c + d`.
///
/// ```
/// use netform_expr::pattern::{Rule, RuleKind, Structural};
/// use netform_expr::{Expr, Sym};
///
/// let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| Expr::symbol(&format!("Global`{name}")));
/// let sum = |terms: &[&Expr]| Expr::call(Sym::Plus, terms.iter().map(|e| Expr::clone(e)));
/// let rule = Rule::new(&sum(&[&a, &b]), &c, RuleKind::Immediate);
/// let result = rule.apply(&sum(&[&a, &b, &d]), &mut Structural).unwrap();
/// assert_eq!(result, Some(sum(&[&c, &d])));
/// ```
#[derive(Debug, Clone)]
pub struct Rule {
    pattern: Pattern,
    left: Expr,
    right: Expr,
    kind: RuleKind,
    /// The right-hand side without its condition, and what is made of it on first use.
    result: Expr,
    /// Whether the right-hand side is a scope with a condition in it, which shares its variables.
    is_guarded: bool,
    template: OnceLock<Box<Template>>,
}

impl Rule {
    /// Compiles `left -> right` or `left :> right`.
    pub fn new(left: &Expr, right: &Expr, kind: RuleKind) -> Rule {
        let (pattern, result) = match right.kind() {
            Kind::Normal(_, [result, test]) if right.has_head(Sym::Condition) => {
                (Pattern::new(&Expr::call(Sym::Condition, [left.clone(), test.clone()])), result.clone())
            }
            _ => (Pattern::new(left), right.clone()),
        };
        let is_guarded = is_guarded(&result);
        Rule { pattern, left: left.clone(), right: right.clone(), kind, result, is_guarded, template: OnceLock::new() }
    }

    /// The rule that an expression `left -> right` or `left :> right` is.
    pub fn from_expr(rule: &Expr) -> Option<Rule> {
        let kind = match rule.head_sym()? {
            Sym::Rule => RuleKind::Immediate,
            Sym::RuleDelayed => RuleKind::Delayed,
            _ => return None,
        };
        match rule.kind() {
            Kind::Normal(_, [left, right]) => Some(Rule::new(left, right, kind)),
            _ => None,
        }
    }

    /// The compiled left-hand side, together with a condition of the right-hand side.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Whether the left-hand side stands for itself only and nothing else decides.
    pub(super) fn is_literal(&self) -> bool {
        self.pattern.is_literal() && !self.is_guarded
    }

    /// The left-hand side with all conditions, those in scopes of the right-hand side as their scopes.
    pub(super) fn applies_to(&self) -> Expr {
        let pattern = self.pattern.expr();
        if self.is_guarded {
            Expr::call(Sym::Condition, [pattern.clone(), self.result.clone()])
        } else {
            pattern.clone()
        }
    }

    /// Whether a condition on the right-hand side decides as well.
    pub(super) fn is_conditional(&self) -> bool {
        self.is_guarded || self.right.has_head(Sym::Condition)
    }

    /// The left-hand side as given.
    pub fn left(&self) -> &Expr {
        &self.left
    }

    /// The right-hand side as given.
    pub fn right(&self) -> &Expr {
        &self.right
    }

    /// Whether the right-hand side is evaluated before or after the match.
    pub fn kind(&self) -> RuleKind {
        self.kind
    }

    /// The rule as an expression.
    pub fn to_expr(&self) -> Expr {
        let head = match self.kind {
            RuleKind::Immediate => Sym::Rule,
            RuleKind::Delayed => Sym::RuleDelayed,
        };
        Expr::call(head, [self.left.clone(), self.right.clone()])
    }

    /// What the rule makes of the expression, not evaluated; `None` if it does not apply.
    ///
    /// # Errors
    /// What the evaluation of a test brings.
    pub fn apply<M: Matching + ?Sized>(&self, subject: &Expr, host: &mut M) -> Result<Option<Expr>, M::Error> {
        let mut result = None;
        let _found_or_not = self.each_result(subject, host, |_, found| {
            result = Some(found);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(result)
    }

    /// All that the rule can make of the expression, one after the other, until `visit` breaks:
    /// first by matches of the whole, then by those of some arguments of a flat head.
    ///
    /// # Errors
    /// What the evaluation of a test or `visit` brings.
    pub fn each_result<M: Matching + ?Sized>(
        &self,
        subject: &Expr,
        host: &mut M,
        mut visit: impl FnMut(&mut M, Expr) -> Result<ControlFlow<()>, M::Error>,
    ) -> Result<ControlFlow<()>, M::Error> {
        if self.visit_results(subject, host, false, &mut visit)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if self.pattern.may_match_in_part(subject, host) {
            return self.visit_results(subject, host, true, &mut visit);
        }
        Ok(ControlFlow::Continue(()))
    }

    /// All that the rule can make of the expression by matches of the whole.
    ///
    /// # Errors
    /// What the evaluation of a test or `visit` brings.
    pub fn each_whole_result<M: Matching + ?Sized>(
        &self,
        subject: &Expr,
        host: &mut M,
        mut visit: impl FnMut(&mut M, Expr) -> Result<ControlFlow<()>, M::Error>,
    ) -> Result<ControlFlow<()>, M::Error> {
        self.visit_results(subject, host, false, &mut visit)
    }

    fn visit_results<M: Matching + ?Sized>(
        &self,
        subject: &Expr,
        host: &mut M,
        in_part: bool,
        visit: &mut impl FnMut(&mut M, Expr) -> Result<ControlFlow<()>, M::Error>,
    ) -> Result<ControlFlow<()>, M::Error> {
        if !in_part {
            if !self.pattern.may_match(subject) {
                return Ok(ControlFlow::Continue(()));
            }
            if self.pattern.is_literal() {
                return match self.allowed(self.result.clone(), host)? {
                    Some(result) => visit(host, result),
                    None => Ok(ControlFlow::Continue(())),
                };
            }
        }
        let mut search = Search::new(self.pattern.program(), subject, in_part, host);
        let mut found = search.first()?;
        while found {
            let filled = self.filled(&search);
            if let Some(allowed) = self.allowed(filled, search.host)? {
                let result = in_surroundings(&search, allowed);
                if visit(search.host, result)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            found = search.next()?;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn template(&self) -> &Template {
        self.template.get_or_init(|| {
            let variables = self.pattern.variables();
            Box::new(match &self.pattern.program().options {
                Some(options) => Template::new(&options.resolve(&self.result), variables),
                None => Template::new(&self.result, variables),
            })
        })
    }

    /// The right-hand side for the match that a search has found.
    fn filled<M: Matching + ?Sized>(&self, search: &Search<'_, M>) -> Expr {
        let slots = self.pattern.variables().len();
        if slots == 0 || self.template().is_constant() {
            return self.result.clone();
        }
        let template = self.template();
        let value = |slot| if template.uses(slot) { search.value(slot) } else { Sym::Null.into() };
        template.fill(&(0..slots).map(value).collect::<SmallVec<[Expr; 4]>>())
    }

    /// The right-hand side, if a condition within its scopes allows it.
    fn allowed<M: Matching + ?Sized>(&self, result: Expr, host: &mut M) -> Result<Option<Expr>, M::Error> {
        if self.is_guarded { host.guarded(result) } else { Ok(Some(result)) }
    }
}

/// What a match of some arguments of a flat head gives: the result among the other arguments.
fn in_surroundings<M: Matching + ?Sized>(search: &Search<'_, M>, result: Expr) -> Expr {
    match &search.surroundings {
        Some(around) => {
            let parts = around.before.iter().chain([result]).chain(around.after.iter());
            Expr::normal(around.head.clone(), parts.collect::<SmallVec<[Expr; 6]>>())
        }
        None => result,
    }
}

/// Whether the innermost body has a condition, if an expression is a scope, `Module`, `With` or `Block`, or several in each other.
fn is_guarded(result: &Expr) -> bool {
    let mut body = result.clone();
    let mut is_scoped = false;
    while matches!(body.head_sym(), Some(Sym::Module | Sym::With | Sym::Block)) && body.len() >= 2 {
        is_scoped = true;
        body = body.arg(body.len() - 1);
    }
    is_scoped && body.has_head(Sym::Condition) && body.len() == 2
}

//! Lists of rules, with an index by what their patterns can match.

use smallvec::SmallVec;

use super::matching::Matching;
use super::{Filter, Rule};
use crate::{Attributes, Expr, NodeMap};

/// Rules in order, of which the first that applies is taken.
///
/// Only the rules whose pattern has a chance by the expression's head are tried, so that a thousand
/// rules for a thousand symbols cost no more than one.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    /// Literal rules by what they match, rules by head, and all others; each in order.
    literal: NodeMap<Places>,
    by_head: NodeMap<Places>,
    general: Places,
    /// Literal rules for calls by head: a flat call can have one of them as a part.
    in_part: NodeMap<Places>,
    /// The classes of symbols that every expression to which some rule applies has one of; all if
    /// some rule needs none.
    needed: u64,
}

type Places = SmallVec<[u32; 2]>;

impl RuleSet {
    /// Compiles a rule or a list of rules, nested or not. The error is the part that is no rule.
    ///
    /// # Errors
    /// The first part that is neither a rule nor a list.
    pub fn from_expr(rules: &Expr) -> Result<RuleSet, Expr> {
        let mut compiled = Vec::new();
        let mut stack = vec![rules.clone()];
        while let Some(e) = stack.pop() {
            if let Some(rule) = Rule::from_expr(&e) {
                compiled.push(rule);
            } else if e.is_list() || e.has_head(crate::Sym::Association) {
                stack.extend(e.args().iter().rev().cloned());
            } else {
                return Err(e);
            }
        }
        Ok(RuleSet::from_iter(compiled))
    }

    /// The rules, in order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What the first rule that applies makes of the expression.
    ///
    /// # Errors
    /// What the evaluation of a test brings.
    pub fn apply<M: Matching + ?Sized>(&self, subject: &Expr, host: &mut M) -> Result<Option<Expr>, M::Error> {
        for place in self.candidates(subject, host) {
            if let Some(result) = self.rules[place as usize].apply(subject, host)? {
                return Ok(Some(result));
            }
        }
        Ok(None)
    }

    /// Whether some rule may apply to the expression or to a part of it.
    pub fn may_apply_within(&self, e: &Expr) -> bool {
        self.needed == u64::MAX || e.symbol_classes() & self.needed != 0
    }

    /// Whether some rule may apply to the elements of a packed array, to its rows, or to its head.
    pub fn may_apply_within_array(&self) -> bool {
        use crate::Sym::{Integer, List, Real};
        let is_part = |e: &Expr| e.is_number() || e.is(List) || e.is_list();
        let is_head = |e: &Expr| [Integer, Real, List].iter().any(|sym| e.is(*sym));
        !self.general.is_empty() || self.literal.keys().any(is_part) || self.by_head.keys().any(is_head)
    }

    /// The rules that may apply to the expression itself, in order.
    fn candidates<M: Matching + ?Sized>(&self, subject: &Expr, host: &mut M) -> SmallVec<[u32; 8]> {
        let mut candidates: SmallVec<[u32; 8]> = self.general.iter().copied().collect();
        let mut add = |table: &NodeMap<Places>, key: &Expr| {
            if !table.is_empty()
                && let Some(places) = table.get(key)
            {
                candidates.extend_from_slice(places);
            }
        };
        add(&self.literal, subject);
        add(&self.by_head, subject.head());
        if !self.in_part.is_empty()
            && self.in_part.contains_key(subject.head())
            && host.attributes(subject.head()).contains(Attributes::FLAT)
        {
            add(&self.in_part, subject.head());
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }
}

impl FromIterator<Rule> for RuleSet {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> RuleSet {
        let mut set = RuleSet::default();
        for rule in rules {
            let place = set.rules.len() as u32;
            let needed = if rule.pattern().is_literal() {
                let left = rule.pattern().expr();
                set.literal.entry(left.clone()).or_default().push(place);
                if left.is_normal() && left.head().is_symbol() {
                    set.in_part.entry(left.head().clone()).or_default().push(place);
                }
                left.user_classes()
            } else {
                match &rule.pattern().filter {
                    Filter::Any | Filter::Literal => {
                        set.general.push(place);
                        0
                    }
                    Filter::Exactly(e) => {
                        set.literal.entry(e.clone()).or_default().push(place);
                        e.user_classes()
                    }
                    Filter::Head(head) => {
                        set.by_head.entry(head.clone()).or_default().push(place);
                        head.user_classes()
                    }
                }
            };
            set.needed |= if needed == 0 { u64::MAX } else { needed };
            set.rules.push(rule);
        }
        set
    }
}

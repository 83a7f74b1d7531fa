//! `ReplaceRepeated` by rules that look only at heads and numbers of arguments, or at symbols and numbers.
//!
//! What such a rule matches does not depend on what is inside, so that the order of replacements does not matter: parts can be brought
//! to their end one by one, each distinct one once, where rounds over the whole would be as many as functions nest.

use super::matching::Matching;
use super::rule::Rule;
use super::rule_set::RuleSet;
use crate::levels::{part_of_element, with_parts};
use crate::{Attributes, Expr, Kind, NodeMap, NodeSet, Sym};

/// Heads of patterns, whose meaning is another one than that of a call.
const CONSTRUCTS: [Sym; 22] = [
    Sym::Alternatives,
    Sym::Blank,
    Sym::BlankNullSequence,
    Sym::BlankSequence,
    Sym::Condition,
    Sym::Except,
    Sym::HoldPattern,
    Sym::KeyValuePattern,
    Sym::List,
    Sym::Longest,
    Sym::Optional,
    Sym::OptionsPattern,
    Sym::OrderlessPatternSequence,
    Sym::Pattern,
    Sym::PatternSequence,
    Sym::PatternTest,
    Sym::Repeated,
    Sym::RepeatedNull,
    Sym::Rule,
    Sym::RuleDelayed,
    Sym::Shortest,
    Sym::Verbatim,
];

const HOLDING: [Attributes; 4] =
    [Attributes::HOLD_ALL, Attributes::HOLD_ALL_COMPLETE, Attributes::HOLD_FIRST, Attributes::HOLD_REST];

/// The expression when no rule applies to a part of it any more; nothing if the order of replacements may matter, or more than `limit`
/// of them follow from each other.
///
/// # Errors
/// What `evaluate` brings.
pub(super) fn replace_parts_to_end<M: Matching + ?Sized>(
    root: &Expr,
    rules: &RuleSet,
    limit: usize,
    host: &mut M,
    evaluate: &mut dyn FnMut(&mut M, Expr) -> Result<Expr, M::Error>,
) -> Result<Option<Expr>, M::Error> {
    enum Task {
        Visit(Expr),
        /// The parts are at their ends.
        Build(Expr),
        /// The end of an expression is that of another one, by a rule or not.
        Same(Expr, Expr, bool),
    }
    if rules.may_apply_within_array() || !rules.rules().iter().all(|rule| is_shallow(rule, host)) {
        return Ok(None);
    }
    let mut ends: NodeMap<Expr> = NodeMap::default();
    let mut following = 0;
    let mut tasks = vec![Task::Visit(root.clone())];
    while let Some(task) = tasks.pop() {
        match task {
            Task::Visit(node) => {
                if ends.contains_key(&node) || !rules.may_apply_within(&node) {
                    continue;
                }
                host.checkpoint()?;
                if let Some(result) = rules.apply(&node, host)? {
                    let next = evaluate(host, result)?;
                    following += 1;
                    if following > limit {
                        return Ok(None);
                    }
                    tasks.push(Task::Same(node.clone(), next.clone(), true));
                    if next != node {
                        tasks.push(Task::Visit(next));
                    }
                } else if let Kind::Normal(head, args) = node.kind() {
                    // What is not evaluated where it stands must not be evaluated by itself.
                    let attributes = host.attributes(head);
                    if HOLDING.iter().any(|holding| attributes.contains(*holding)) {
                        return Ok(None);
                    }
                    tasks.push(Task::Build(node.clone()));
                    let parts = args.iter().rev().map(|element| part_of_element(&node, element)).chain([head]);
                    tasks.extend(parts.cloned().map(Task::Visit));
                }
            }
            Task::Build(node) => {
                let Kind::Normal(head, args) = node.kind() else { continue };
                let end = |part: &Expr| ends.get(part).unwrap_or(part).clone();
                let parts = args.iter().map(|element| end(part_of_element(&node, element))).collect();
                let new = with_parts(&node, end(head), parts);
                if new == node {
                    ends.insert(node.clone(), node);
                    continue;
                }
                let next = evaluate(host, new)?;
                tasks.push(Task::Same(node, next.clone(), false));
                tasks.push(Task::Visit(next));
            }
            Task::Same(node, other, by_rule) => {
                following -= usize::from(by_rule);
                let end = ends.get(&other).cloned().unwrap_or(other);
                ends.insert(node, end);
            }
        }
    }
    Ok(Some(ends.remove(root).unwrap_or_else(|| root.clone())))
}

/// Whether a rule is about a symbol or a number, or about all calls of a head with so many arguments.
fn is_shallow<M: Matching + ?Sized>(rule: &Rule, host: &mut M) -> bool {
    if rule.is_conditional() {
        return false;
    }
    let left = rule.left();
    let Kind::Normal(head, args) = left.kind() else {
        return !matches!(left.kind(), Kind::Array(_));
    };
    let unordered = [Attributes::FLAT, Attributes::ORDERLESS];
    let is_call = head.is_symbol() && !CONSTRUCTS.iter().any(|construct| head.is(*construct));
    let attributes = host.attributes(head);
    let mut names = NodeSet::default();
    let mut sequences = 0;
    is_call
        && !unordered.iter().any(|attribute| attributes.contains(*attribute))
        && args.iter().all(|arg| {
            let blank = match arg.kind() {
                Kind::Normal(_, [name, blank]) if arg.has_head(Sym::Pattern) => {
                    names.insert(name.clone()).then(|| blank.clone())
                }
                _ => Some(arg.clone()),
            };
            let Some(blank) = blank.filter(Expr::is_empty) else { return false };
            let is_sequence = matches!(blank.head_sym(), Some(Sym::BlankSequence | Sym::BlankNullSequence));
            sequences += usize::from(is_sequence);
            (is_sequence || blank.has_head(Sym::Blank)) && sequences < 2
        })
}

//! The definitions of a symbol: rules kept in the order of specificity.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use super::matching::Matching;
use super::rule::Rule;
use super::specificity::{same_up_to_names, specificity};
use crate::{Attributes, Expr, NodeMap};

/// Rules in the order in which they are tried: literal ones first, which are found by hash, so that
/// a hundred thousand remembered values cost no more than one; then patterns, the more specific
/// first, otherwise in the order of definition.
///
/// ```
/// use netform_expr::pattern::{Definitions, Rule, RuleKind, Structural};
/// use netform_expr::{Expr, Sym};
///
/// let any_integer = Expr::call(Sym::Blank, [Sym::Integer.into()]);
/// let (zero, one, two) = (Expr::integer(0), Expr::integer(1), Expr::integer(2));
/// let mut definitions = Definitions::new();
/// definitions.define(Rule::new(&any_integer, &two, RuleKind::Delayed));
/// definitions.define(Rule::new(&zero, &one, RuleKind::Immediate));
/// assert_eq!(definitions.apply(&zero, &mut Structural).unwrap(), Some(one));
/// assert_eq!(definitions.apply(&two, &mut Structural).unwrap(), Some(two));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    /// With the number of the definition.
    literal: NodeMap<(u64, Rule)>,
    patterns: Vec<Rule>,
    defined: u64,
}

impl Definitions {
    /// No definition.
    pub fn new() -> Definitions {
        Definitions::default()
    }

    /// Adds a rule, or replaces the one for the same left-hand side and condition, names aside.
    pub fn define(&mut self, rule: Rule) {
        if rule.is_literal() {
            self.defined += 1;
            let number = self.literal.get(rule.left()).map_or(self.defined, |(number, _)| *number);
            self.literal.insert(rule.left().clone(), (number, rule));
            return;
        }
        let applies_to = rule.applies_to();
        if let Some(old) = self.patterns.iter_mut().find(|old| same_up_to_names(&old.applies_to(), &applies_to)) {
            *old = rule;
            return;
        }
        let is_before = |other: &Rule| specificity(&applies_to, &other.applies_to()) == Some(Ordering::Less);
        let place = self.patterns.iter().position(is_before).unwrap_or(self.patterns.len());
        self.patterns.insert(place, rule);
    }

    /// Removes the rules for a left-hand side, names aside. `false` if there is none.
    pub fn remove(&mut self, left: &Expr) -> bool {
        let before = self.len();
        self.literal.remove(left);
        self.patterns.retain(|rule| !same_up_to_names(rule.left(), left));
        self.len() < before
    }

    /// Removes all rules.
    pub fn clear(&mut self) {
        self.literal.clear();
        self.patterns.clear();
    }

    /// The number of rules.
    pub fn len(&self) -> usize {
        self.literal.len() + self.patterns.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.literal.is_empty() && self.patterns.is_empty()
    }

    /// The rules in the order in which they are tried.
    pub fn rules(&self) -> Vec<&Rule> {
        self.literal_rules().into_iter().chain(&self.patterns).collect()
    }

    fn literal_rules(&self) -> Vec<&Rule> {
        let mut literal: Vec<&(u64, Rule)> = self.literal.values().collect();
        literal.sort_unstable_by_key(|(number, _)| *number);
        literal.into_iter().map(|(_, rule)| rule).collect()
    }

    /// What the first rule that applies makes of the expression, not evaluated.
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

    /// All that the rules can make of the expression, rule by rule and match by match, until `visit`
    /// breaks: for right-hand sides with a condition that only their evaluation decides.
    ///
    /// # Errors
    /// What the evaluation of a test or `visit` brings.
    pub fn each_result<M: Matching + ?Sized>(
        &self,
        subject: &Expr,
        host: &mut M,
        mut visit: impl FnMut(&mut M, Expr) -> Result<ControlFlow<()>, M::Error>,
    ) -> Result<ControlFlow<()>, M::Error> {
        if let Some((_, rule)) = self.literal.get(subject)
            && rule.each_whole_result(subject, host, &mut visit)?.is_break()
        {
            return Ok(ControlFlow::Break(()));
        }
        for rule in self.literal_in_part(subject, host).into_iter().chain(&self.patterns) {
            if rule.each_result(subject, host, &mut visit)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The literal rules that may apply to some arguments of a flat call.
    fn literal_in_part<M: Matching + ?Sized>(&self, subject: &Expr, host: &mut M) -> Vec<&Rule> {
        let head = subject.head();
        let is_flat = !self.literal.is_empty()
            && subject.is_normal()
            && head.is_symbol()
            && host.attributes(head).contains(Attributes::FLAT);
        if !is_flat {
            return Vec::new();
        }
        let rules = self.literal_rules();
        rules.into_iter().filter(|rule| rule.left().head() == head && rule.left() != subject).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Definitions;
    use crate::pattern::{Rule, Structural};
    use crate::reading::{read, write};
    use crate::{Expr, Sym};

    fn defined(rules: &[&str]) -> Definitions {
        let mut definitions = Definitions::new();
        for rule in rules {
            definitions.define(Rule::from_expr(&read(rule)).unwrap());
        }
        definitions
    }

    fn lefts(definitions: &Definitions) -> Vec<String> {
        definitions.rules().iter().map(|rule| write(rule.left())).collect()
    }

    #[test]
    fn definitions_are_tried_from_the_specific_to_the_general() {
        let definitions = defined(&[
            "f[x___] :> 1",
            "f[n_] :> 2",
            "f[n_Integer] :> 3",
            "f[1] :> 4",
            "f[x_, y_] :> 5",
            "f[0] :> 6",
            "f[x_, x_] :> 7",
            "f[n_] :> 8 /; n > 0",
        ]);
        let expected = ["f[1]", "f[0]", "f[n_Integer]", "f[n_]", "f[n_]", "f[x_, x_]", "f[x_, y_]", "f[x___]"];
        assert_eq!(lefts(&definitions), expected.map(|left| write(&read(left))));
        for (subject, expected) in [
            ("f[0]", "6"),
            ("f[1]", "4"),
            ("f[2]", "3"),
            ("f[a]", "2"),
            ("f[a, a]", "7"),
            ("f[a, b]", "5"),
            ("f[]", "1"),
        ] {
            assert_eq!(definitions.apply(&read(subject), &mut Structural), Ok(Some(read(expected))), "{subject}");
        }
    }

    #[test]
    fn a_definition_replaces_the_one_for_the_same_pattern() {
        let mut definitions = defined(&["f[x_] :> 1", "f[y_] :> 2", "f[1] :> 3", "f[1] :> 4", "f[x_] :> 5 /; x > 1"]);
        assert_eq!(definitions.len(), 3);
        assert_eq!(definitions.apply(&read("f[a]"), &mut Structural), Ok(Some(read("2"))));
        assert_eq!(definitions.apply(&read("f[1]"), &mut Structural), Ok(Some(read("4"))));
        assert!(definitions.remove(&read("f[1]")));
        assert!(!definitions.remove(&read("f[1]")));
        assert_eq!(definitions.apply(&read("f[1]"), &mut Structural), Ok(Some(read("2"))));
        assert!(definitions.remove(&read("f[z_]")));
        assert!(definitions.is_empty());
    }

    #[test]
    fn many_remembered_values_are_found_at_once() {
        let mut definitions = defined(&["f[n_] :> n"]);
        for i in 0..100_000 {
            let left = Expr::normal(read("f"), [Expr::integer(i)]);
            definitions.define(Rule::new(&left, &Expr::integer(-i), crate::pattern::RuleKind::Immediate));
        }
        for i in (0..100_000).step_by(7) {
            let subject = Expr::normal(read("f"), [Expr::integer(i)]);
            assert_eq!(definitions.apply(&subject, &mut Structural), Ok(Some(Expr::integer(-i))));
        }
        let sums = defined(&["a + b :> d"]);
        assert_eq!(
            sums.apply(&read("a + b + c"), &mut Structural),
            Ok(Some(Expr::call(Sym::Plus, [read("d"), read("c")])))
        );
    }
}

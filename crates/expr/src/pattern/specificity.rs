//! Which of two patterns is more specific: the order in which definitions are tried.
//!
//! A pattern is at least as general as another if it covers it, part by part:
//!
//! 1. A literal expression covers itself only; everything else that can match it covers it, tests
//!    being taken to hold.
//! 2. `_` covers every single expression, `_h` those whose head is known to be `h`; `__` covers
//!    sequences of at least one, `___` all sequences.
//! 3. A call covers calls whose head and arguments it covers, sequences standing for any number.
//! 4. An optional argument covers the same argument that must be there, and its absence.
//! 5. `p?t` covers only what has the same test, alternatives cover what one of them covers.
//! 6. A variable that occurs twice covers only what is the same twice.
//!
//! Of two patterns, one of which covers the other, the covered one is more specific. Conditions
//! around patterns decide only where these cover each other: then more conditions are more specific.

use std::cmp::Ordering;

use smallvec::SmallVec;

use crate::{Expr, Kind, Sym, map_bottom_up};

/// Whether the first pattern is more specific (`Less`: its definition is tried first), less specific
/// (`Greater`), or equally general (`Equal`); `None` if neither covers the other.
///
/// ```
/// use std::cmp::Ordering;
///
/// use netform_expr::pattern::specificity;
/// use netform_expr::{Expr, Sym};
///
/// let zero = Expr::integer(0);
/// let integer = Expr::call(Sym::Blank, [Sym::Integer.into()]);
/// assert_eq!(specificity(&zero, &integer), Some(Ordering::Less));
/// assert_eq!(specificity(&Expr::call(Sym::Blank, []), &integer), Some(Ordering::Greater));
/// assert_eq!(specificity(&zero, &Expr::integer(1)), None);
/// ```
pub fn specificity(a: &Expr, b: &Expr) -> Option<Ordering> {
    let (a, a_conditions) = without_conditions(a);
    let (b, b_conditions) = without_conditions(b);
    let covers = |general: &Expr, special: &Expr| Cover::default().covers(general, special);
    match (covers(&b, &a), covers(&a, &b)) {
        (true, false) => Some(Ordering::Less),
        (false, true) => Some(Ordering::Greater),
        (false, false) => None,
        (true, true) => match b_conditions.cmp(&a_conditions) {
            Ordering::Equal if a_conditions > 0 => None,
            order => Some(order),
        },
    }
}

/// Whether two patterns differ in nothing but the names of their variables.
///
/// ```
/// use netform_expr::pattern::same_up_to_names;
/// use netform_expr::{Expr, Sym};
///
/// let any = |name| Expr::call(Sym::Pattern, [Expr::symbol(name), Expr::call(Sym::Blank, [])]);
/// assert!(same_up_to_names(&any("Global`x"), &any("Global`y")));
/// ```
pub fn same_up_to_names(a: &Expr, b: &Expr) -> bool {
    a == b || a.may_hold_pattern() && b.may_hold_pattern() && with_standard_names(a) == with_standard_names(b)
}

/// The pattern with its variables named by the order in which they appear.
pub(super) fn with_standard_names(pattern: &Expr) -> Expr {
    let compiled = super::Pattern::new(pattern);
    let names: Vec<Expr> = (0..compiled.variables().len()).map(|i| Expr::symbol(&format!("Pattern`{i}"))).collect();
    let name_of = |e: &Expr| compiled.variables().iter().position(|variable| variable == e).map(|i| names[i].clone());
    map_bottom_up(pattern, |e| if e.is_symbol() { name_of(&e).unwrap_or(e) } else { e })
}

/// The pattern without conditions and `HoldPattern` around it, and the number of conditions.
fn without_conditions(pattern: &Expr) -> (Expr, usize) {
    let mut conditions = 0;
    let mut pattern = pattern.clone();
    loop {
        let inner = match pattern.kind() {
            Kind::Normal(_, [inner, _]) if pattern.has_head(Sym::Condition) => {
                conditions += 1;
                inner.clone()
            }
            Kind::Normal(_, [inner]) if pattern.has_head(Sym::HoldPattern) => inner.clone(),
            _ => return (pattern, conditions),
        };
        pattern = inner;
    }
}

/// The parts that the variables of the general pattern stand for.
#[derive(Default, Clone)]
struct Cover {
    bound: SmallVec<[(Expr, Expr); 4]>,
}

impl Cover {
    /// Whether everything that `special` matches is matched by `general`, as far as can be seen.
    fn covers(&mut self, general: &Expr, special: &Expr) -> bool {
        const RED_ZONE: usize = 64 * 1024;
        const STACK: usize = 1024 * 1024;
        if !general.may_hold_pattern() {
            return general == plain(special);
        }
        stacker::maybe_grow(RED_ZONE, STACK, || self.construct_covers(general, special))
    }

    fn construct_covers(&mut self, general: &Expr, special: &Expr) -> bool {
        let Kind::Normal(_, args) = general.kind() else { return false };
        let inside = plain(special);
        if let Some(branches) = arguments_of(inside, Sym::Alternatives)
            && general.head_sym() != Some(Sym::Pattern)
        {
            return branches.iter().all(|branch| self.clone().covers(general, branch));
        }
        match (general.head_sym(), args) {
            (Some(Sym::Pattern), [name, inner]) if name.is_symbol() => {
                self.covers(inner, special) && self.bind(name, special)
            }
            (Some(Sym::HoldPattern | Sym::Longest | Sym::Shortest), [inner, ..]) => self.covers(inner, special),
            (Some(Sym::Condition), [inner, condition]) => match arguments_of(inside, Sym::Condition) {
                Some([other, same]) if same == condition => self.covers(inner, other),
                _ => !inside.may_hold_pattern() && self.covers(inner, inside),
            },
            (Some(Sym::PatternTest), [inner, test]) => match arguments_of(inside, Sym::PatternTest) {
                Some([other, same]) if same == test => self.covers(inner, other),
                _ => !inside.may_hold_pattern() && self.covers(inner, inside),
            },
            (Some(Sym::Blank), []) => is_single(inside),
            (Some(Sym::Blank), [head]) => is_single(inside) && known_head(inside).as_ref() == Some(head),
            (Some(Sym::BlankSequence), []) => !may_be_empty(inside),
            (Some(Sym::BlankSequence), [head]) => !may_be_empty(inside) && known_head(inside).as_ref() == Some(head),
            (Some(Sym::BlankNullSequence), []) => true,
            (Some(Sym::BlankNullSequence), [head]) => known_head(inside).as_ref() == Some(head),
            (Some(Sym::Optional), [inner, ..]) => match arguments_of(inside, Sym::Optional) {
                Some([other, ..]) => self.covers(inner, other),
                _ => self.covers(inner, special),
            },
            (Some(Sym::Alternatives), _) => args.iter().any(|branch| self.attempt(|c| c.covers(branch, special))),
            (Some(Sym::Repeated | Sym::RepeatedNull), [inner]) => {
                let repeated = arguments_of(inside, Sym::Repeated);
                let null = arguments_of(inside, Sym::RepeatedNull);
                match repeated.or(null) {
                    Some([other]) => {
                        (general.has_head(Sym::RepeatedNull) || null.is_none()) && self.covers(inner, other)
                    }
                    _ => self.covers(inner, special),
                }
            }
            (Some(Sym::Except), [excluded]) => !inside.may_hold_pattern() && !Cover::default().covers(excluded, inside),
            (Some(Sym::Except), [excluded, inner]) => {
                !inside.may_hold_pattern() && !Cover::default().covers(excluded, inside) && self.covers(inner, inside)
            }
            (Some(Sym::Verbatim), [literal]) => general == inside || !literal.may_hold_pattern() && literal == inside,
            (Some(Sym::OptionsPattern), _) => inside.has_head(Sym::OptionsPattern) || is_rule(inside),
            (Some(Sym::KeyValuePattern | Sym::PatternSequence | Sym::OrderlessPatternSequence), _) => general == inside,
            _ => self.call_covers(general, inside),
        }
    }

    fn call_covers(&mut self, general: &Expr, special: &Expr) -> bool {
        match (general.kind(), special.kind()) {
            (Kind::Normal(head, args), Kind::Normal(other_head, other_args)) => {
                !is_construct(special) && self.covers(head, other_head) && self.all_cover(args, other_args)
            }
            (Kind::Normal(head, args), Kind::Array(_)) => {
                self.covers(head, special.head()) && self.all_cover(args, &special.args())
            }
            _ => false,
        }
    }

    /// Whether a list of argument patterns covers another.
    fn all_cover(&mut self, general: &[Expr], special: &[Expr]) -> bool {
        let Some((first, rest)) = general.split_first() else { return special.is_empty() };
        if is_single(first) {
            return match special.split_first() {
                Some((a, others)) => is_single(a) && self.covers(first, a) && self.all_cover(rest, others),
                None => false,
            };
        }
        let most = if plain(first).has_head(Sym::Optional) { special.len().min(1) } else { special.len() };
        let least = usize::from(!may_be_empty(plain(first)));
        (least..=most).rev().any(|taken| {
            let (these, others) = special.split_at(taken);
            self.attempt(|cover| cover.run_covers(first, these) && cover.all_cover(rest, others))
        })
    }

    /// Whether a sequence pattern covers these arguments.
    fn run_covers(&mut self, general: &Expr, special: &[Expr]) -> bool {
        if let [one] = special {
            return self.covers(general, one);
        }
        let inner = plain(general).clone();
        let all = special.iter().all(|a| self.attempt(|cover| cover.covers(&inner, a)));
        match arguments_of(general, Sym::Pattern) {
            Some([name, _]) => all && self.bind(name, &Expr::call(Sym::Sequence, special.iter().cloned())),
            _ => all,
        }
    }

    fn attempt(&mut self, covers: impl FnOnce(&mut Cover) -> bool) -> bool {
        let bound = self.bound.len();
        let found = covers(self);
        if !found {
            self.bound.truncate(bound);
        }
        found
    }

    /// Whether a variable stands for the same each time: for the same variable, or literally.
    fn bind(&mut self, name: &Expr, special: &Expr) -> bool {
        let stands_for = match arguments_of(special, Sym::Pattern) {
            Some([variable, _]) => variable,
            _ => special,
        };
        match self.bound.iter().find(|(bound, _)| bound == name) {
            Some((_, same)) => same == stands_for && (!same.may_hold_pattern() || same.is_symbol()),
            None => {
                self.bound.push((name.clone(), stands_for.clone()));
                true
            }
        }
    }
}

fn arguments_of(e: &Expr, head: Sym) -> Option<&[Expr]> {
    match e.kind() {
        Kind::Normal(_, args) if e.has_head(head) => Some(args),
        _ => None,
    }
}

/// The pattern without its name and what does not change what it matches.
fn plain(mut e: &Expr) -> &Expr {
    loop {
        e = match (e.head_sym(), e.kind()) {
            (Some(Sym::Pattern), Kind::Normal(_, [name, inner])) if name.is_symbol() => inner,
            (Some(Sym::HoldPattern), Kind::Normal(_, [inner])) => inner,
            (Some(Sym::Longest | Sym::Shortest), Kind::Normal(_, [inner, ..])) => inner,
            _ => return e,
        };
    }
}

/// Whether this has a meaning of its own in patterns.
fn is_construct(e: &Expr) -> bool {
    e.is_normal() && e.head().is_symbol() && e.head().may_hold_pattern()
}

/// What is inside conditions and tests.
fn without_tests(mut e: &Expr) -> &Expr {
    loop {
        let inner = plain(e);
        e = match (inner.head_sym(), inner.kind()) {
            (Some(Sym::Condition | Sym::PatternTest), Kind::Normal(_, [tested, _])) => tested,
            _ => return inner,
        };
    }
}

/// Whether the pattern matches single expressions only.
fn is_single(e: &Expr) -> bool {
    use Sym::{
        Alternatives, BlankNullSequence, BlankSequence, Optional, OptionsPattern, OrderlessPatternSequence,
        PatternSequence, Repeated, RepeatedNull,
    };
    let e = without_tests(e);
    match e.head_sym() {
        Some(Alternatives) => e.args().iter().all(is_single),
        Some(
            BlankSequence
            | BlankNullSequence
            | Optional
            | Repeated
            | RepeatedNull
            | OptionsPattern
            | PatternSequence
            | OrderlessPatternSequence,
        ) => false,
        _ => true,
    }
}

/// Whether the pattern may match no argument at all.
fn may_be_empty(e: &Expr) -> bool {
    use Sym::{BlankNullSequence, Optional, OptionsPattern, RepeatedNull};
    let e = without_tests(e);
    matches!(e.head_sym(), Some(BlankNullSequence | Optional | RepeatedNull | OptionsPattern))
}

/// The head that all expressions have which the pattern matches, if it tells.
fn known_head(e: &Expr) -> Option<Expr> {
    let e = without_tests(e);
    match (e.head_sym(), e.kind()) {
        (Some(Sym::Blank | Sym::BlankSequence | Sym::BlankNullSequence), Kind::Normal(_, args)) => {
            args.first().cloned()
        }
        (Some(Sym::Repeated | Sym::RepeatedNull | Sym::Optional), Kind::Normal(_, [inner, ..])) => known_head(inner),
        (Some(Sym::Except), Kind::Normal(_, [_, inner])) => known_head(inner),
        (Some(Sym::Verbatim), Kind::Normal(_, [literal])) => Some(literal.head().clone()),
        _ if is_construct(e) || e.head().may_hold_pattern() => None,
        _ => Some(e.head().clone()),
    }
}

fn is_rule(e: &Expr) -> bool {
    matches!(e.head_sym(), Some(Sym::Rule | Sym::RuleDelayed)) && e.len() == 2
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::{same_up_to_names, specificity};
    use crate::reading::read;

    #[test]
    fn the_more_specific_comes_first() {
        for (first, second) in [
            ("f[0]", "f[n_Integer]"),
            ("f[n_Integer]", "f[n_]"),
            ("f[0]", "f[n_]"),
            ("f[0]", "f[n_?P]"),
            ("f[0]", "f[n_] /; n > 0"),
            ("f[n_?P]", "f[n_]"),
            ("f[n_Integer?P]", "f[n_Integer]"),
            ("f[n_Integer?P]", "f[n_?P]"),
            ("f[n_] /; n > 0", "f[n_]"),
            ("f[m_] /; m > 0", "f[n_]"),
            ("f[n_Integer]", "f[n_] /; n > 0"),
            ("f[x_, x_]", "f[x_, y_]"),
            ("f[0, 0]", "f[x_, x_]"),
            ("f[x_]", "f[x__]"),
            ("f[x_]", "f[x___]"),
            ("f[x__]", "f[x___]"),
            ("f[]", "f[x___]"),
            ("f[x_, y_]", "f[x_, y__]"),
            ("f[x_, y_]", "f[x__]"),
            ("f[x_, y__]", "f[x__]"),
            ("f[x__Integer]", "f[x__]"),
            ("f[x_Integer]", "f[x__Integer]"),
            ("f[{x_, y_}]", "f[x_List]"),
            ("f[{x_, y_}]", "f[x_]"),
            ("f[{x_, y_}]", "f[{x__}]"),
            ("f[{}]", "f[{x___}]"),
            ("f[g[x_]]", "f[x_g]"),
            ("f[g[x_]]", "f[h_[x_]]"),
            ("f[x_]", "f[x_, y_:1]"),
            ("f[x_, y_]", "f[x_, y_:1]"),
            ("f[1 | 2]", "f[_Integer]"),
            ("f[1]", "f[1 | 2]"),
            ("f[_Integer]", "f[_Integer | _Real]"),
            ("f[x_, y_Integer]", "f[x_, y_]"),
            ("f[x_]", "f[x_, OptionsPattern[]]"),
            ("f[a -> b]", "f[OptionsPattern[]]"),
            ("f[0][x_]", "f[n_][x_]"),
            ("f[x_, 1]", "f[x_, y_]"),
            ("f[1, _Integer]", "f[_, _]"),
            ("f[1]", "f[Except[0]]"),
            ("x", "_Symbol"),
        ] {
            assert_eq!(specificity(&read(first), &read(second)), Some(Ordering::Less), "{first} {second}");
            assert_eq!(specificity(&read(second), &read(first)), Some(Ordering::Greater), "{second} {first}");
        }
    }

    #[test]
    fn what_cannot_be_compared_keeps_its_order() {
        for (a, b) in [
            ("f[0]", "f[1]"),
            ("f[_Integer]", "f[_Real]"),
            ("f[_?P]", "f[_?Q]"),
            ("f[_Integer]", "f[_?P]"),
            ("f[0, _]", "f[_, 0]"),
            ("f[_]", "f[_, _]"),
            ("f[x_] /; x > 0", "f[x_] /; x < 0"),
            ("f[x_, y_Integer]", "f[x_, x_]"),
            ("f[_]", "g[_]"),
        ] {
            assert_eq!(specificity(&read(a), &read(b)), None, "{a} {b}");
        }
        for (a, b) in [("f[x_]", "f[y_]"), ("f[x_, x_]", "f[y_, y_]"), ("f[_, x_]", "f[y_, _]")] {
            assert_eq!(specificity(&read(a), &read(b)), Some(Ordering::Equal), "{a} {b}");
        }
    }

    #[test]
    fn names_do_not_matter_to_what_a_definition_is_for() {
        for (a, b) in
            [("f[x_]", "f[y_]"), ("f[x_, y_]", "f[y_, x_]"), ("f[x_] /; x > 0", "f[y_] /; y > 0"), ("f[1]", "f[1]")]
        {
            assert!(same_up_to_names(&read(a), &read(b)), "{a} {b}");
        }
        for (a, b) in
            [("f[x_]", "f[_]"), ("f[x_, x_]", "f[x_, y_]"), ("f[x_] /; x > 0", "f[y_] /; z > 0"), ("f[1]", "f[2]")]
        {
            assert!(!same_up_to_names(&read(a), &read(b)), "{a} {b}");
        }
    }
}

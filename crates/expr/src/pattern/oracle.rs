//! The matcher against a second one that is slow and obvious: all ways to cut, pick and choose.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::tests::Host;
use super::{Bindings, Matching, Pattern};
use crate::reading::read;
use crate::{Attributes, Expr, Kind, Sym, substitute};

type Solutions = Vec<Bindings>;

fn attributes(head: &Expr) -> Attributes {
    if head.is_symbol() { Host.attributes(head) } else { Attributes::NONE }
}

fn value(run: &[Expr]) -> Expr {
    if let [one] = run { one.clone() } else { Expr::call(Sym::Sequence, run.iter().cloned()) }
}

fn bind(name: &Expr, value: Expr, bindings: Bindings) -> Option<Bindings> {
    match bindings.get(name) {
        Some(bound) => (*bound == value).then_some(bindings),
        None => {
            let mut bindings = bindings;
            bindings.push(name.clone(), value);
            Some(bindings)
        }
    }
}

fn has_head(run: &[Expr], args: &[Expr]) -> bool {
    args.first().is_none_or(|head| run.iter().all(|e| e.head() == head))
}

/// All ways in which a pattern matches a run of arguments.
fn solve(pattern: &Expr, run: &[Expr], bindings: Bindings) -> Solutions {
    let Kind::Normal(head, args) = pattern.kind() else {
        return if run == std::slice::from_ref(pattern) { vec![bindings] } else { vec![] };
    };
    let only_if = |holds: bool| if holds { vec![bindings.clone()] } else { vec![] };
    match (pattern.head_sym(), args) {
        (Some(Sym::Blank), _) => only_if(run.len() == 1 && has_head(run, args)),
        (Some(Sym::BlankSequence), _) => only_if(!run.is_empty() && has_head(run, args)),
        (Some(Sym::BlankNullSequence), _) => only_if(has_head(run, args)),
        (Some(Sym::Pattern), [name, inner]) => match bind(name, value(run), bindings) {
            Some(bindings) => solve(inner, run, bindings),
            None => vec![],
        },
        (Some(Sym::Alternatives), _) => args.iter().flat_map(|p| solve(p, run, bindings.clone())).collect(),
        (Some(Sym::Repeated), [inner]) if run.is_empty() => solve(inner, run, bindings),
        (Some(Sym::Repeated), [inner]) => (1..=run.len())
            .flat_map(|k| solve(inner, &run[..k], bindings.clone()).into_iter().map(move |b| (k, b)))
            .flat_map(|(k, b)| if k == run.len() { vec![b] } else { solve(pattern, &run[k..], b) })
            .collect(),
        (Some(Sym::PatternSequence), _) => in_order(args, run, None, bindings),
        (Some(Sym::OrderlessPatternSequence), _) => in_any_order(args, run, None, bindings),
        (Some(Sym::Condition), [inner, test]) => {
            let holds = |b: &Bindings| Host.holds(substitute(test, b)) == Ok(true);
            solve(inner, run, bindings).into_iter().filter(holds).collect()
        }
        (Some(Sym::PatternTest), [inner, test]) => {
            let holds = run.iter().all(|e| Host.holds_for(test, e) == Ok(true));
            if holds { solve(inner, run, bindings) } else { vec![] }
        }
        (Some(Sym::Except), [excluded]) => only_if(run.len() == 1 && solve(excluded, run, bindings.clone()).is_empty()),
        (Some(Sym::Optional), [inner, default]) if run.is_empty() => match inner.kind() {
            Kind::Normal(_, [name, _]) if inner.has_head(Sym::Pattern) => {
                bind(name, default.clone(), bindings).into_iter().collect()
            }
            _ => vec![bindings],
        },
        (Some(Sym::Optional), [inner, _]) => solve(inner, run, bindings),
        _ => {
            let [subject] = run else { return vec![] };
            let Kind::Normal(other, parts) = subject.kind() else { return vec![] };
            if head != other {
                return vec![];
            }
            let attributes = attributes(head);
            let flat = attributes.contains(Attributes::FLAT).then_some(head);
            if attributes.contains(Attributes::ORDERLESS) {
                in_any_order(args, parts, flat, bindings)
            } else {
                in_order(args, parts, flat, bindings)
            }
        }
    }
}

/// All ways for one argument pattern, which may take several arguments of a flat head.
fn take(pattern: &Expr, run: &[Expr], flat: Option<&Expr>, bindings: &Bindings) -> Solutions {
    match flat {
        Some(head) if absorbs(pattern, head) && !run.is_empty() => {
            let wrapped = Expr::normal(head.clone(), run.iter().cloned());
            let is_one_identity = attributes(head).contains(Attributes::ONE_IDENTITY);
            let mut found = Vec::new();
            if run.len() > 1 || !is_one_identity {
                found.extend(solve(pattern, &[wrapped], bindings.clone()));
            }
            if run.len() == 1 {
                found.extend(solve(pattern, run, bindings.clone()));
            }
            found
        }
        _ => solve(pattern, run, bindings.clone()),
    }
}

fn absorbs(pattern: &Expr, head: &Expr) -> bool {
    match (pattern.head_sym(), pattern.kind()) {
        (Some(Sym::Blank), Kind::Normal(_, args)) => args.first().is_none_or(|wanted| wanted == head),
        (Some(Sym::Pattern), Kind::Normal(_, [_, inner])) => absorbs(inner, head),
        (Some(Sym::Condition | Sym::PatternTest | Sym::Optional), Kind::Normal(_, [inner, _])) => absorbs(inner, head),
        _ => false,
    }
}

fn in_order(patterns: &[Expr], run: &[Expr], flat: Option<&Expr>, bindings: Bindings) -> Solutions {
    let Some((first, rest)) = patterns.split_first() else {
        return if run.is_empty() { vec![bindings] } else { vec![] };
    };
    let mut found = Vec::new();
    for k in 0..=run.len() {
        for b in take(first, &run[..k], flat, &bindings) {
            found.extend(in_order(rest, &run[k..], flat, b));
        }
    }
    found
}

fn in_any_order(patterns: &[Expr], run: &[Expr], flat: Option<&Expr>, bindings: Bindings) -> Solutions {
    let Some((first, rest)) = patterns.split_first() else {
        return if run.is_empty() { vec![bindings] } else { vec![] };
    };
    let mut found = Vec::new();
    for mask in 0_u32..1 << run.len() {
        let pick = |wanted: u32| -> Vec<Expr> {
            run.iter().zip(0..).filter(|(_, i)| mask >> i & 1 == wanted).map(|(e, _)| e.clone()).collect()
        };
        for b in take(first, &pick(1), flat, &bindings) {
            found.extend(in_any_order(rest, &pick(0), flat, b));
        }
    }
    found
}

/// A small deterministic generator.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn head(&mut self) -> &'static str {
        ["f", "f", "ol", "fi", "fl", "of"][self.roll(6) as usize]
    }

    fn list(&mut self, least: u64, most: u64, mut item: impl FnMut(&mut Dice) -> String) -> String {
        let count = least + self.roll(most + 1 - least);
        (0..count).map(|_| item(self)).collect::<Vec<_>>().join(", ")
    }

    fn subject(&mut self, depth: u32) -> String {
        match self.roll(8) {
            0..3 if depth > 0 => {
                let head = self.head();
                format!("{head}[{}]", self.list(0, 4, |dice| dice.subject(depth - 1)))
            }
            n => ["a", "b", "1", "2"][n as usize % 4].to_owned(),
        }
    }

    fn pattern(&mut self, depth: u32) -> String {
        let name = ["x", "y", "z"][self.roll(3) as usize];
        let deeper = depth.saturating_sub(1);
        match self.roll(if depth > 0 { 20 } else { 9 }) {
            0 => ["a", "1"][self.roll(2) as usize].to_owned(),
            1 => "_".to_owned(),
            2 | 3 => format!("{name}_"),
            4 => format!("{name}_Integer"),
            5 => format!("{name}__"),
            6 => format!("{name}___"),
            7 => "__Symbol".to_owned(),
            8 => format!("{name}_?IntegerQ"),
            9 => format!("{name}_:9"),
            10 => format!("({} | {})", self.pattern(deeper), self.pattern(deeper)),
            11 => format!("({})..", self.pattern(deeper)),
            12 => format!("({name}:({} | {}))", self.pattern(deeper), self.pattern(deeper)),
            13 => format!("({} /; True)", self.pattern(deeper)),
            14 => ["Except[1]", "Except[a | _Integer]"][self.roll(2) as usize].to_owned(),
            15 => format!("PatternSequence[{}]", self.list(0, 2, |dice| dice.pattern(deeper))),
            16 => format!("OrderlessPatternSequence[{}]", self.list(1, 2, |dice| dice.pattern(deeper))),
            _ => {
                let head = self.head();
                format!("{head}[{}]", self.list(0, 3, |dice| dice.pattern(deeper)))
            }
        }
    }
}

fn shown(bindings: &Bindings, variables: &[Expr]) -> String {
    let nothing = Expr::call(Sym::Sequence, []);
    variables.iter().map(|x| format!("{x:?} = {:?}; ", bindings.get(x).unwrap_or(&nothing))).collect()
}

#[test]
fn all_matches_are_those_of_the_slow_matcher() {
    let mut matched = 0;
    let mut wrong = Vec::new();
    for seed in 0..6000 {
        let mut dice = Dice(seed * 7919 + 13);
        let head = dice.head();
        let condition = ["", "", "", " /; x === y"][dice.roll(4) as usize];
        let pattern = format!("{head}[{}]{condition}", dice.list(0, 3, |dice| dice.pattern(2)));
        let subject = format!("{head}[{}]", dice.list(0, 4, |dice| dice.subject(1)));
        let compiled = Pattern::new(&read(&pattern));
        let expected: BTreeSet<String> = solve(&read(&pattern), &[read(&subject)], Bindings::new())
            .iter()
            .map(|bindings| shown(bindings, compiled.variables()))
            .collect();
        let mut found = BTreeSet::new();
        compiled
            .each_match(&read(&subject), &mut Host, |_, bindings| {
                found.insert(shown(&bindings, compiled.variables()));
                Ok(ControlFlow::Continue(()))
            })
            .unwrap();
        if found != expected {
            wrong.push(format!("{pattern} with {subject}, seed {seed}: {found:?} instead of {expected:?}"));
        }
        matched += usize::from(!found.is_empty());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(matched > 500, "{matched}");
}

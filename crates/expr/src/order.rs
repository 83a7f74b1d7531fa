//! Canonical order: how arguments of `Orderless` functions and the results of `Sort` are arranged.
//!
//! 1. Numbers come first, by value; then strings; then everything else.
//! 2. Symbols are ordered as in a dictionary: letters before their case.
//! 3. Powers, products and sums stand where they would in a polynomial. A power is compared by its
//!    base, then its exponent, a missing exponent being 1. Products and sums are compared with
//!    anything from their last part backwards, a numeric factor last; a missing one is 1; the shorter comes first.
//! 4. A symbol comes before any other expression, and so does an array symbol: by its name, then by
//!    its dimensions. After them come lists.
//! 5. Other expressions: fewer arguments first, then by head, then argument by argument.

use std::cmp::Ordering;
use std::ops::Range;
use std::slice;

use crate::recent::RecentPairs;
use crate::symbol::compare_text;
use crate::{Expr, Kind, Memo, Number, Sym};

/// The canonical order of two expressions.
///
/// Linear in their distinct nodes: equal parts are skipped by identity, and pairs that were
/// compared at some depth are remembered.
///
/// ```
/// use netform_expr::{Expr, Sym, compare};
///
/// let x = Expr::symbol("Global`x");
/// let square = Expr::call(Sym::Power, [x.clone(), Expr::integer(2)]);
/// assert!(compare(&x, &square).is_lt());
/// assert!(compare(&Expr::integer(7), &x).is_lt());
/// ```
pub fn compare(a: &Expr, b: &Expr) -> Ordering {
    Order::default().compare(a, b)
}

/// Beyond this many nested comparisons results are remembered: shallow comparisons, by far the
/// most, stay free of a table, and deep ones stay linear.
const REMEMBER_FROM: usize = 16;

/// Up to so many expressions are sorted by putting one after the other in its place.
const SHORT: usize = 24;

/// Canonical order with a memory of deep comparisons.
///
/// Sorting the terms of a recurrence compares states of step t by those of step t - 1, and so on
/// down: with a memory of its own each comparison would be linear in t, with a common one all of
/// them together are.
#[derive(Default)]
pub struct Order {
    known: Memo<(u64, u64), Ordering>,
    recent: RecentPairs,
    depth: usize,
}

/// The classes of rule 1 and rule 4, in their order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Number,
    String,
    Other,
}

/// What rules 3 to 5 tell apart; the first four in the order of rule 4.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Symbol,
    ArraySymbol,
    List,
    Call,
    Power,
    /// A sum or product.
    Sequence,
}

fn form(e: &Expr) -> Form {
    match (e.kind(), e.head_sym()) {
        (Kind::Symbol(_), _) => Form::Symbol,
        (Kind::Normal(_, [_, ..]), Some(Sym::Plus | Sym::Times)) => Form::Sequence,
        (Kind::Normal(_, [_, _]), Some(Sym::Power)) => Form::Power,
        (_, Some(Sym::VectorSymbol | Sym::MatrixSymbol | Sym::ArraySymbol)) => Form::ArraySymbol,
        (_, Some(Sym::List)) => Form::List,
        _ => Form::Call,
    }
}

fn class(e: &Expr) -> Class {
    match e.kind() {
        Kind::Integer(_) | Kind::Real(_) | Kind::Number(_) => Class::Number,
        Kind::String(_) => Class::String,
        Kind::Symbol(_) | Kind::Array(_) | Kind::Normal(..) => Class::Other,
    }
}

impl Order {
    /// Sorts expressions; equal ones keep their places.
    pub fn sort(&mut self, expressions: &mut [Expr]) {
        // Numbers come first. Taken out, they leave whole the runs that are in order already, and
        // what is in order is compared only with its neighbours.
        let is_number = |e: &Expr| class(e) == Class::Number;
        let numbers = expressions.iter().filter(|e| is_number(e)).count();
        if numbers > 0 && numbers < expressions.len() {
            expressions.sort_by_key(|e| !is_number(e));
        }
        let (numbers, others) = expressions.split_at_mut(numbers);
        numbers.sort_by(|a, b| self.compare(a, b));
        if others.len() <= SHORT {
            return self.insert_each(others, 1);
        }
        others.sort_by(|a, b| self.compare(a, b));
    }

    /// Sorts expressions of which so many are in order already by putting each of the others in its place. Comparing is dear
    /// beside moving.
    fn insert_each(&mut self, expressions: &mut [Expr], ordered: usize) {
        for next in ordered..expressions.len() {
            let (before, rest) = expressions.split_at(next);
            let place = self.place(before, &rest[0]);
            expressions[place..=next].rotate_right(1);
        }
    }

    /// Sorts expressions of which a range is in order already: a few others are put in their places
    /// without comparing those of the range with each other.
    pub fn sort_around(&mut self, expressions: &mut Vec<Expr>, ordered: Range<usize>) {
        let others = expressions.len() - ordered.len();
        if others == 0 {
            return;
        }
        if expressions.len() <= SHORT && ordered.len() > 1 {
            expressions[..ordered.end].rotate_left(ordered.start);
            return self.insert_each(expressions, ordered.len());
        }
        if others * (ordered.len().max(1).ilog2() as usize + 1) >= ordered.len() {
            return self.sort(expressions);
        }
        let mut merged = Vec::with_capacity(expressions.len());
        let mut added: Vec<Expr> = expressions.drain(ordered.end..).collect();
        let mut run = expressions.split_off(ordered.start).into_iter();
        added.append(expressions);
        self.sort(&mut added);
        for one in added {
            let smaller = self.place(run.as_slice(), &one);
            merged.extend(run.by_ref().take(smaller));
            merged.push(one);
        }
        merged.extend(run);
        *expressions = merged;
    }

    /// How many of some expressions in order come before another one. It is looked for at the ends first: what a recurrence
    /// adds belongs beside the latest, with which it can be compared by what was compared before.
    fn place(&mut self, ordered: &[Expr], one: &Expr) -> usize {
        match ordered {
            [.., last] if self.compare(last, one).is_le() => ordered.len(),
            [_] => 0,
            [first, ..] if self.compare(first, one).is_gt() => 0,
            [_, inner @ .., _] => 1 + inner.partition_point(|e| self.compare(e, one).is_le()),
            _ => 0,
        }
    }

    /// Whether expressions are in order.
    pub fn is_sorted(&mut self, expressions: &[Expr]) -> bool {
        expressions.windows(2).all(|pair| self.compare(&pair[0], &pair[1]).is_le())
    }

    /// Forgets the comparisons.
    pub fn forget(&mut self) {
        self.known.clear();
        self.recent.clear();
    }

    /// The canonical order of two expressions; see [`compare`].
    pub fn compare(&mut self, a: &Expr, b: &Expr) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        // Rule 3 descends to the terminals and is decided there unless they are the same. In a
        // recurrence the way down is as long as the recurrence.
        let (first, second) = (a.terminal(), b.terminal());
        let decides = first != second && class(first) == Class::Other && class(second) == Class::Other;
        let (a, b) = if decides { (first, second) } else { (a, b) };
        if self.depth < REMEMBER_FROM {
            let nested = are_nested_calls(a, b);
            return if nested { self.remembering(a, b, Order::descend) } else { self.descend(a, b) };
        }
        let key = (a.id(), b.id());
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let result = stacker::maybe_grow(64 * 1024, 4 * 1024 * 1024, || self.descend(a, b));
        self.known.insert(key, result);
        result
    }

    fn descend(&mut self, a: &Expr, b: &Expr) -> Ordering {
        self.depth += 1;
        let result = self.by_class(a, b);
        self.depth -= 1;
        result
    }

    fn by_class(&mut self, a: &Expr, b: &Expr) -> Ordering {
        match (a.kind(), b.kind()) {
            (Kind::Integer(a), Kind::Integer(b)) => a.cmp(&b),
            (Kind::Symbol(a), Kind::Symbol(b)) => a.compare(b),
            (Kind::String(a), Kind::String(b)) => compare_text(a, b),
            _ => match (class(a), class(b)) {
                (Class::Number, Class::Number) => match (a.as_number(), b.as_number()) {
                    (Some(a), Some(b)) => a.canonical_order(&b),
                    _ => Ordering::Equal,
                },
                (Class::Other, Class::Other) => self.others(a, b),
                (first, second) => first.cmp(&second),
            },
        }
    }

    /// Rules 3 to 5.
    fn others(&mut self, a: &Expr, b: &Expr) -> Ordering {
        match (form(a), form(b)) {
            (Form::Sequence, _) | (_, Form::Sequence) => self.backwards(a, b),
            (Form::Power, _) | (_, Form::Power) => self.powers(a, b),
            (Form::ArraySymbol, Form::ArraySymbol) => {
                let (args_a, args_b) = (a.args(), b.args());
                let order =
                    args_a.iter().zip(args_b.iter()).map(|(x, y)| self.compare(x, y)).find(|order| order.is_ne());
                order.unwrap_or_else(|| self.calls(a, b))
            }
            (form_a, form_b) if form_a == form_b => self.calls(a, b),
            (form_a, form_b) => form_a.cmp(&form_b),
        }
    }

    /// Bases, then exponents, of which a missing one is 1.
    fn powers(&mut self, a: &Expr, b: &Expr) -> Ordering {
        match (power(a), power(b)) {
            (Some((base, exponent)), Some((other_base, other_exponent))) => {
                self.compare(base, other_base).then_with(|| self.compare(exponent, other_exponent))
            }
            (Some((base, exponent)), None) => {
                self.compare(base, b).then_with(|| self.compare(exponent, &Expr::integer(1)))
            }
            (None, Some((base, exponent))) => {
                self.compare(a, base).then_with(|| self.compare(&Expr::integer(1), exponent))
            }
            (None, None) => self.calls(a, b),
        }
    }

    /// Sums and products, from the last part; anything else counts as a sequence of one.
    fn backwards(&mut self, a: &Expr, b: &Expr) -> Ordering {
        let (parts_a, parts_b) = (parts_beside(a, b), parts_beside(b, a));
        for (x, y) in parts_a.iter().rev().zip(parts_b.iter().rev()) {
            let nested = is_sequence(x) && is_sequence(y);
            let order = if nested { self.remembering(x, y, Order::compare) } else { self.compare(x, y) };
            if order.is_ne() {
                return order;
            }
        }
        match parts_a.len().cmp(&parts_b.len()) {
            Ordering::Less => compare_coefficient(&parts_b[parts_b.len() - parts_a.len() - 1]).then(Ordering::Less),
            Ordering::Greater => {
                compare_coefficient(&parts_a[parts_a.len() - parts_b.len() - 1]).reverse().then(Ordering::Greater)
            }
            Ordering::Equal => self.compare(a.head(), b.head()),
        }
    }

    fn calls(&mut self, a: &Expr, b: &Expr) -> Ordering {
        let order = a.len().cmp(&b.len()).then_with(|| self.compare(a.head(), b.head()));
        if order.is_ne() {
            return order;
        }
        let (args_a, args_b) = (a.args(), b.args());
        args_a
            .iter()
            .zip(args_b.iter())
            .map(|(x, y)| self.compare(x, y))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// The order of two expressions, which is remembered for a while: what is shared is compared again and again.
    fn remembering(&mut self, a: &Expr, b: &Expr, order: fn(&mut Order, &Expr, &Expr) -> Ordering) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        if let Some(order) = self.recent.get(a, b) {
            return order;
        }
        let order = order(self, a, b);
        self.recent.insert(a, b, order);
        order
    }
}

/// The parts of a sum or product as they are compared with another expression. A product next to a
/// sum is one part, so that both are seen as terms of a sum.
fn parts_beside<'a>(e: &'a Expr, other: &Expr) -> &'a [Expr] {
    match e.kind() {
        Kind::Normal(_, args) if is_sequence(e) && !(e.has_head(Sym::Times) && other.has_head(Sym::Plus)) => args,
        _ => slice::from_ref(e),
    }
}

/// How a missing coefficient, 1, compares with the next part of the longer product.
fn compare_coefficient(part: &Expr) -> Ordering {
    part.as_number().map_or(Ordering::Less, |number| Number::ONE.canonical_order(&number))
}

fn is_sequence(e: &Expr) -> bool {
    form(e) == Form::Sequence
}

/// Whether these are two calls of one function, of calls in turn: what is as deep as a recurrence is such.
fn are_nested_calls(a: &Expr, b: &Expr) -> bool {
    let first = |e: &Expr| match e.kind() {
        Kind::Normal(_, [first, ..]) => matches!(first.kind(), Kind::Normal(..)),
        _ => false,
    };
    a.head_sym() == b.head_sym() && first(a) && first(b) && form(a) == Form::Call
}

/// Base and exponent.
fn power(e: &Expr) -> Option<(&Expr, &Expr)> {
    match e.kind() {
        Kind::Normal(_, [base, exponent]) if e.head_sym() == Some(Sym::Power) => Some((base, exponent)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, compare};
    use crate::{Expr, Sym};

    fn s(name: &str) -> Expr {
        Expr::symbol(&format!("Global`{name}"))
    }

    fn f(name: &str, args: &[Expr]) -> Expr {
        Expr::normal(s(name), args.to_vec())
    }

    fn power(base: Expr, exponent: i64) -> Expr {
        Expr::call(Sym::Power, [base, Expr::integer(exponent)])
    }

    fn times(args: &[Expr]) -> Expr {
        Expr::call(Sym::Times, args.to_vec())
    }

    fn plus(args: &[Expr]) -> Expr {
        Expr::call(Sym::Plus, args.to_vec())
    }

    #[test]
    fn terms_stand_as_in_a_polynomial() {
        let (x, y) = (s("x"), s("y"));
        let ordered = [
            Expr::integer(3),
            Expr::string("s"),
            power(Expr::integer(2), -1),
            power(x.clone(), -1),
            x.clone(),
            plus(&[Expr::integer(1), x.clone()]),
            power(x.clone(), 2),
            y.clone(),
            times(&[x.clone(), y.clone()]),
            times(&[power(x.clone(), 2), y.clone()]),
            times(&[x.clone(), power(y.clone(), 2)]),
            f("f", std::slice::from_ref(&x)),
            f("g", std::slice::from_ref(&x)),
            f("f", &[x.clone(), y.clone()]),
        ];
        for (i, a) in ordered.iter().enumerate() {
            for (j, b) in ordered.iter().enumerate() {
                assert_eq!(compare(a, b), i.cmp(&j), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn sorting_around_a_range_is_sorting() {
        let symbols: Vec<Expr> = (10..90).map(|i| s(&format!("x{i}"))).collect();
        for others in [0, 1, 3, 20] {
            for start in 0..=others {
                let strangers = (0..others).map(|i| s(&format!("x{}5", (7 * i) % 23 + 4))).collect::<Vec<_>>();
                let mut mixed = strangers[..start].to_vec();
                mixed.extend(symbols.iter().cloned());
                mixed.extend(strangers[start..].iter().cloned());
                let mut sorted = mixed.clone();
                sorted.sort_by(compare);
                Order::default().sort_around(&mut mixed, start..start + symbols.len());
                assert_eq!(mixed, sorted);
            }
        }
    }

    #[test]
    fn long_shared_chains_compare_in_linear_time() {
        let chain = |start: &str| (0..100_000).fold(s(start), |e, _| f("f", &[plus(&[e.clone(), f("g", &[e])])]));
        assert!(compare(&chain("a"), &chain("b")).is_lt());
    }
}

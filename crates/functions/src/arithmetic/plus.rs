//! `Plus`: sums with numbers added and equal terms collected.

use netform_eval::{
    ArrayPositions, Derivative, Eval, Flow, Form, Function, Intervals, Law, Lowering, RealCode, ResultType, Session,
    Shape, ShapeRule, sum_toward,
};
use netform_expr::{Attributes, Expr, Kind, Number, Sym, compare};
use netform_kernels::Code;

use super::flat::{self, Flat, Leading};
use super::inexact;
use super::infinity::{Infinities, infinity_class};
use crate::arrays::differentials::is_still;
use crate::intervals;

pub(super) const PLUS: Function = Function {
    name: "Plus",
    usage: "x + y + ... is the sum of its terms. Numbers are added, equal terms collected, lists \
            added element by element.",
    attributes: Attributes::FLAT
        .with(Attributes::LISTABLE)
        .with(Attributes::NUMERIC_FUNCTION)
        .with(Attributes::ONE_IDENTITY)
        .with(Attributes::ORDERLESS),
    evaluate: Some(evaluate),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Elementwise,
    derivative: Derivative::Rule(|_, _, _| Ok(Some(Expr::integer(1)))),
    intervals: Intervals::directed(Law::Increasing, sum_toward),
    real: Some(RealCode::Variadic(|values| values.iter().sum())),
    instruction: Some(Code::Add),
    result: ResultType::Widest,
    lowering: Lowering::Map,
    forms: &[(Form::C, "+")],
    examples: &[
        ("2 + 3 + x + 2 x", "5 + 3 x"),
        ("{a, b} + 1", "{1 + a, 1 + b}"),
        ("0. + x", "0. + x"),
        ("1. + Sqrt[2] + x", "2.41421 + x"),
        ("1/2 + 1/3", "5/6"),
        ("(a + b)/2 + (a + b)/2 + c", "a + b + c"),
        ("VectorSymbol[\"v\", 2] - VectorSymbol[\"v\", 2]", "SymbolicZerosArray[{2}]"),
        ("{0, 0} + VectorSymbol[\"v\", 2]", "v"),
    ],
    ..Function::NEW
};

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    if let Kind::Normal(_, args) = call.kind()
        && is_collected(args)
    {
        return Ok(None);
    }
    if let Some(inexact) = inexact::spread(session, call)? {
        return Ok(Some(inexact));
    }
    collect(session, &call.args()).map(|sum| sum.filter(|sum| sum != call))
}

/// The sum of terms that are in normal form, in normal form itself. Nested sums are flattened.
///
/// # Errors
/// Where a definition of the user for `Plus` is left by a [`Flow`].
pub(crate) fn sum(session: &mut Session, terms: impl IntoIterator<Item = Expr>) -> Result<Expr, Flow> {
    let plus = Flat { head: Sym::Plus, collect, is_collected, joined: |a, b| Some(a.add(b)) };
    flat::form(session, plus, terms)
}

/// Whether it is seen at once that [`collect`] has nothing to do: there is one number at most, no constant array as a factor, and
/// no two terms are multiples of the same thing.
fn is_collected(terms: &[Expr]) -> bool {
    let Some((number, rest)) = flat::leading_number(terms) else { return false };
    let stays = match number {
        None => rest.len() > 1,
        Some(Leading::Integer(0)) => false,
        Some(_) => !rest.is_empty(),
    };
    let is_scalar = |factors: &[Expr]| !factors.iter().any(|factor| factor.has_head(Sym::SymbolicOnesArray));
    stays
        && rest.iter().all(|term| !term.may_hold_array_symbol() || factors_of(term).is_none_or(is_scalar))
        && rest.windows(2).all(|pair| multiplied(&pair[0]) != multiplied(&pair[1]))
}

fn factors_of(term: &Expr) -> Option<&[Expr]> {
    match term.kind() {
        Kind::Normal(_, factors) if term.head_sym() == Some(Sym::Times) => Some(factors),
        _ => None,
    }
}

/// What the coefficient of a term multiplies: the other factors.
fn multiplied(term: &Expr) -> &[Expr] {
    match factors_of(term) {
        Some([first, rest @ ..]) if first.is_number() => rest,
        Some(factors) => factors,
        None => std::slice::from_ref(term),
    }
}

/// A term as a numeric coefficient and the factors that it multiplies.
struct Term {
    coefficient: Number,
    /// The product without its coefficient, as it stands in the arguments of `Times`, or the whole.
    whole: Expr,
    /// Whether `whole` is a product whose first factor is the coefficient.
    has_coefficient: bool,
}

impl Term {
    fn of(e: &Expr) -> Term {
        if e.has_head(Sym::Times)
            && let Some(coefficient) = e.args().first().and_then(Expr::as_number)
        {
            return Term { coefficient, whole: e.clone(), has_coefficient: true };
        }
        Term { coefficient: Number::ONE, whole: e.clone(), has_coefficient: false }
    }

    /// Whether both are multiples of the same thing.
    fn is_like(&self, other: &Term) -> bool {
        // What holds an interval stands for some number in it, and another time for another.
        if self.whole.may_hold_interval() {
            return false;
        }
        match (self.has_coefficient, other.has_coefficient) {
            (false, false) => self.whole == other.whole,
            (true, true) => self.whole.args()[1..] == other.whole.args()[1..],
            (true, false) => is_rest(&self.whole, &other.whole),
            (false, true) => is_rest(&other.whole, &self.whole),
        }
    }

    /// What the coefficient multiplies.
    fn rest(&self) -> Expr {
        if !self.has_coefficient {
            return self.whole.clone();
        }
        let args = self.whole.args();
        if args.len() == 2 { args[1].clone() } else { Expr::call(Sym::Times, args[1..].iter().cloned()) }
    }
}

/// Whether `product` is a number times `rest`.
fn is_rest(product: &Expr, rest: &Expr) -> bool {
    let args = product.args();
    if args.len() == 2 { args[1] == *rest } else { rest.has_head(Sym::Times) && rest.args()[..] == args[1..] }
}

/// Adds numbers and like terms of sorted terms; `None` if there is nothing to do.
///
/// Terms are sorted by what stands behind their coefficients, so like terms are neighbours.
fn collect(session: &mut Session, terms: &[Expr]) -> Eval {
    match terms {
        [] => return Ok(Some(Expr::integer(0))),
        [single] => return Ok(Some(single.clone())),
        _ => {}
    }
    if let Some(value) = absorb_infinities(session, terms) {
        return Ok(Some(value));
    }
    if let Some(combined) = intervals::combined(session, Sym::Plus, terms)? {
        return sum(session, combined).map(Some);
    }
    let mut changed = false;
    let mut numbers = 0;
    let mut constant = Number::ZERO;
    for term in terms {
        let Some(number) = term.as_number() else { break };
        constant = constant.add(&number);
        numbers += 1;
    }
    let mut collected: Vec<Expr> = Vec::with_capacity(terms.len());
    if numbers > 0 {
        changed |= numbers > 1 || constant.is_exact_zero();
    }
    let mut lists: Option<Expr> = None;
    let mut zeros: Option<Expr> = None;
    let mut rest = terms[numbers..].iter().peekable();
    while let Some(first) = rest.next() {
        if first.is_list() {
            // Lists are here only beside an array symbol or a list of another length: otherwise
            // they have been threaded.
            lists = Some(match lists.take() {
                Some(sum) if sum.len() == first.len() => {
                    changed = true;
                    session.evaluate_call(Sym::Plus, [sum, first.clone()])?
                }
                Some(other) => {
                    collected.push(other);
                    first.clone()
                }
                None => first.clone(),
            });
            continue;
        }
        if first.has_head(Sym::SymbolicZerosArray) {
            changed |= zeros.is_some();
            zeros = Some(first.clone());
            continue;
        }
        let term = Term::of(first);
        let mut coefficient = term.coefficient.clone();
        let mut count = 1;
        while let Some(next) = rest.peek() {
            let next = Term::of(next);
            if !term.is_like(&next) {
                break;
            }
            coefficient = coefficient.add(&next.coefficient);
            count += 1;
            rest.next();
        }
        if count == 1 {
            collected.push(first.clone());
            continue;
        }
        changed = true;
        let whole = term.rest();
        if !coefficient.is_exact_zero() {
            let multiple = super::product(session, [Expr::number(coefficient), whole])?;
            // An inexact zero times a scalar is a number.
            match multiple.as_number() {
                Some(number) => constant = constant.add(&number),
                None => collected.push(multiple),
            }
        } else if whole.may_hold_array_symbol() {
            let shape = session.shape_of(&whole)?;
            if shape.is_array() {
                zeros = Some(Session::zeros(&shape));
            }
        }
    }
    if !constant.is_exact_zero() {
        collected.insert(0, Expr::number(constant));
    }
    let with_ones = |term: &Expr| {
        term.has_head(Sym::SymbolicOnesArray)
            || term.has_head(Sym::Times) && term.args().iter().any(|factor| factor.has_head(Sym::SymbolicOnesArray))
    };
    if collected.len() + usize::from(lists.is_some()) > 1
        && collected.iter().any(with_ones)
        && let Some(terms) = without_ones(session, &collected, lists.as_ref())?
    {
        return sum(session, terms).map(Some);
    }
    place_arrays(session, &mut collected, lists, zeros, &mut changed)?;
    if !changed {
        return Ok(None);
    }
    if collected.len() > 1 && collected.iter().any(|term| term.has_head(Sym::Plus)) {
        // Like terms that are multiples of a sum have left just this sum.
        return sum(session, collected).map(Some);
    }
    Ok(Some(match collected.len() {
        0 => Expr::integer(0),
        1 => collected.swap_remove(0),
        _ => flat::settled(session, Sym::Plus, collected)?,
    }))
}

/// The terms with scalars for multiples of arrays of ones, where another term has all their levels.
/// `None` if there are no such terms.
fn without_ones(session: &mut Session, terms: &[Expr], list: Option<&Expr>) -> Result<Option<Vec<Expr>>, Flow> {
    let mut elements = Vec::with_capacity(terms.len());
    let mut largest = Shape::scalar();
    for term in terms.iter().chain(list) {
        let element = session.uniform_element(term)?;
        let shape = session.shape_of(term)?;
        if element.is_none() && shape.rank() > largest.rank() {
            largest = shape;
        }
        elements.push(element);
    }
    let mut changed = false;
    let mut shorter = Vec::with_capacity(terms.len() + 1);
    for (term, element) in terms.iter().zip(elements) {
        let own = session.shape_of(term)?;
        let levels = own.dimensions().zip(largest.dimensions());
        match element.filter(|_| levels.is_some_and(|(own, largest)| largest.starts_with(own))) {
            Some(element) => {
                changed = true;
                shorter.push(element);
            }
            None => shorter.push(term.clone()),
        }
    }
    shorter.extend(list.cloned());
    Ok(changed.then_some(shorter))
}

/// Puts the sum of explicit lists back among the terms, and a zero array only where no other term
/// keeps the shape.
fn place_arrays(
    session: &mut Session,
    collected: &mut Vec<Expr>,
    lists: Option<Expr>,
    zeros: Option<Expr>,
    changed: &mut bool,
) -> Result<(), Flow> {
    if let Some(list) = lists {
        // An array of exact zeros changes nothing where another term has its levels.
        if is_still(&list) && !list.is_empty() {
            let rank = session.shape_of(&list)?.rank();
            for term in collected.iter() {
                if rank.is_some() && session.shape_of(term)?.rank() >= rank {
                    *changed = true;
                    return place_arrays(session, collected, None, zeros, changed);
                }
            }
        }
        let place = collected.partition_point(|term| compare(term, &list).is_lt());
        collected.insert(place, list);
    }
    let Some(zeros) = zeros else { return Ok(()) };
    let shape = session.shape_of(&zeros)?;
    for term in collected.iter() {
        if session.shape_of(term)?.rank() >= shape.rank() {
            *changed = true;
            return Ok(());
        }
    }
    let place = collected.partition_point(|term| compare(term, &zeros).is_lt());
    collected.insert(place, zeros);
    Ok(())
}

/// What a sum with infinite or indeterminate terms is: finite numbers vanish beside infinities.
fn absorb_infinities(session: &mut Session, terms: &[Expr]) -> Option<Expr> {
    let infinities = Infinities::of(terms)?;
    let single = match infinities {
        Infinities::Indeterminate => return Some(Sym::Indeterminate.into()),
        Infinities::One(direction) => direction,
        Infinities::Conflicting => {
            let call = Expr::call(Sym::Plus, terms.iter().cloned());
            session.message(Sym::Infinity, "indet", &[call]);
            return Some(Sym::Indeterminate.into());
        }
    };
    let others: Vec<Expr> = terms.iter().filter(|t| infinity_class(t).is_none() && !t.is_number()).cloned().collect();
    if others.is_empty() {
        return Some(single);
    }
    (others.len() + 1 < terms.len()).then(|| {
        let mut terms = others;
        terms.push(single);
        terms.sort_by(compare);
        Expr::call(Sym::Plus, terms)
    })
}

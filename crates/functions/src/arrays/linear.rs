//! How functions that are linear in arrays act on many directions at once, and their adjoints.
//!
//! Records take their `linear` from here; what is about one function only stands with its record.

use netform_eval::{Carrier, Eval, Flow, Linear, Linearity, Session};
use netform_expr::{Expr, Sym};

use super::contract::contract_freely;
use super::dimension::{self, Dims};
use super::levels;

/// Pairs of a part and what a cotangent contributes to its cotangent.
pub(crate) type Shares = Result<Option<Vec<(Expr, Expr)>>, Flow>;

/// Functions of the leading levels of their first argument, whose other arguments say what is done
/// with them: further levels at the end are carried along.
pub(crate) const LEADING: Linear = Linear { arguments: Linearity::First, carry: Some(carry_first), ..Linear::NEW };

/// The same, where the elements of the result are those of the first argument, or some of them.
pub(crate) const SELECTING: Linear = Linear { selects: true, ..LEADING };

/// Functions that join arrays along a leading level.
pub(crate) const JOINING: Linear = Linear { carry: Some(carry_all), ..Linear::NEW };

/// Functions that put elements to an array: every argument is one of these, whatever it looks like.
pub(crate) const EXTENDING: Linear = Linear { carry: Some(carry_each), ..Linear::NEW };

/// Products: `Dot`, `TensorProduct`, `ArrayContract`.
pub(crate) const MULTILINEAR: Linear = Linear {
    arguments: Linearity::Each,
    carry: Some(carry_product),
    adjoint: Some(adjoint_of_product),
    selects: false,
};

/// The labelled product, whose arrays are in a list.
pub(crate) const CONTRACTION: Linear = Linear { arguments: Linearity::Unknown, ..MULTILINEAR };

/// The call with another first argument.
pub(crate) fn with_first(call: &Expr, first: Expr) -> Expr {
    let mut parts = call.args().into_owned();
    parts[0] = first;
    Expr::normal(call.head().clone(), parts)
}

/// Whether levels are counted from the end, or all of them are meant, somewhere in an argument.
fn counts_from_the_end(argument: &Expr) -> bool {
    match argument.args_of(Sym::List) {
        Some(items) => items.iter().any(counts_from_the_end),
        None => argument.is(Sym::All) || argument.as_i64().is_some_and(|level| level < 0),
    }
}

fn carry_first(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    if call.args()[1..].iter().any(|argument| carrier.depends(argument)) {
        return Ok(None);
    }
    let first = carrier.carried(session, &call.arg(0))?;
    session.evaluate(&with_first(call, first)).map(Some)
}

/// As `carry_first`, if the levels in the last argument are counted from the start.
pub(crate) fn carry_levels(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    if call.args()[1..].iter().any(counts_from_the_end) {
        return Ok(None);
    }
    carry_first(session, call, carrier)
}

fn carry_all(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let mut parts = Vec::with_capacity(call.len());
    for argument in call.args().iter() {
        if argument.as_i64().is_some_and(|level| level < 0) {
            return Ok(None);
        }
        parts.push(if argument.as_i64().is_some() { argument.clone() } else { carrier.carried(session, argument)? });
    }
    session.evaluate(&Expr::normal(call.head().clone(), parts)).map(Some)
}

fn carry_each(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let mut parts = Vec::with_capacity(call.len());
    for argument in call.args().iter() {
        parts.push(carrier.carried(session, argument)?);
    }
    session.evaluate(&Expr::normal(call.head().clone(), parts)).map(Some)
}

/// A product of arrays with labelled levels.
struct Product {
    factors: Vec<Expr>,
    labels: Vec<Vec<usize>>,
    result: Vec<usize>,
}

impl Product {
    fn of(session: &mut Session, call: &Expr) -> Result<Option<Product>, Flow> {
        let args = call.args();
        if call.has_head(Sym::ArrayContract) {
            let factors = args[0].args().into_owned();
            return Ok(stated(&args[1]).map(|(labels, result)| Product { factors, labels, result }));
        }
        let chained = call.has_head(Sym::Dot);
        let mut count = 0;
        let mut result: Vec<usize> = Vec::new();
        let mut labels = Vec::with_capacity(args.len());
        for (i, factor) in args.iter().enumerate() {
            let rank = dimension::of(session, factor)?.len();
            let mut own = Vec::with_capacity(rank);
            if chained && i > 0 {
                let Some(shared) = result.pop().filter(|_| rank > 0) else { return Ok(None) };
                own.push(shared);
            }
            let new = count..count + rank - own.len();
            count = new.end;
            result.extend(new.clone());
            own.extend(new);
            labels.push(own);
        }
        Ok(Some(Product { factors: args.into_owned(), labels, result }))
    }

    fn count(&self) -> usize {
        self.labels.iter().flatten().max().map_or(0, |label| label + 1)
    }
}

/// Labels that the rule of `ArrayContract` states, as numbers.
pub(super) fn stated(rule: &Expr) -> Option<(Vec<Vec<usize>>, Vec<usize>)> {
    let sides = rule.args_of(Sym::Rule)?;
    let mut names: Vec<Expr> = Vec::new();
    let mut numbers = |list: &Expr| -> Option<Vec<usize>> {
        let number = |label: &Expr| {
            names.iter().position(|name| name == label).unwrap_or_else(|| {
                names.push(label.clone());
                names.len() - 1
            })
        };
        Some(list.args_of(Sym::List)?.iter().map(number).collect())
    };
    let of_factors: Vec<Vec<usize>> = sides[0].args_of(Sym::List)?.iter().map(&mut numbers).collect::<Option<_>>()?;
    Some((of_factors, numbers(&sides[1])?))
}

fn contraction(
    session: &mut Session,
    factors: Vec<Expr>,
    of_factors: &[Vec<usize>],
    result: &[usize],
) -> Result<Expr, Flow> {
    contract_freely(session, &factors, of_factors, result)
}

fn carry_product(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let Some(Product { mut factors, labels, mut result }) = Product::of(session, call)? else { return Ok(None) };
    let varying: Vec<usize> = (0..factors.len()).filter(|&i| carrier.depends(&factors[i])).collect();
    let [place] = varying[..] else { return Ok(None) };
    let carried = carrier.carried(session, &factors[place])?;
    if call.has_head(Sym::Dot) && place + 1 == factors.len() && !carried.has_head(Sym::SymbolicIdentityArray) {
        factors[place] = carried;
        return session.evaluate_call(Sym::Dot, factors).map(Some);
    }
    let count = labels.iter().flatten().max().map_or(0, |label| label + 1);
    let further = count..count + carrier.levels().len();
    let mut labels = labels;
    labels[place].extend(further.clone());
    result.extend(further);
    factors[place] = carried;
    if call.has_head(Sym::Dot) {
        return in_order(session, factors, labels, result).map(Some);
    }
    contraction(session, factors, &labels, &result).map(Some)
}

/// A chain of products, neighbours first to last, so that no sum runs over more than one label.
fn in_order(
    session: &mut Session,
    factors: Vec<Expr>,
    of_factors: Vec<Vec<usize>>,
    result: Vec<usize>,
) -> Result<Expr, Flow> {
    let mut parts = factors.into_iter().zip(of_factors);
    let Some((mut whole, mut own)) = parts.next() else { return Ok(Expr::integer(1)) };
    let rest: Vec<(Expr, Vec<usize>)> = parts.collect();
    for (i, (factor, labels)) in rest.iter().enumerate() {
        let needed =
            |label: &usize| result.contains(label) || rest[i + 1..].iter().any(|(_, later)| later.contains(label));
        let last = i + 1 == rest.len();
        let mut kept: Vec<usize> = own.iter().chain(labels).copied().filter(needed).collect();
        if last {
            kept = result.clone();
        } else {
            let mut distinct = Vec::new();
            kept.iter().for_each(|label| {
                if !distinct.contains(label) {
                    distinct.push(*label);
                }
            });
            kept = distinct;
        }
        whole = contraction(session, vec![whole, factor.clone()], &[own, labels.clone()], &kept)?;
        own = kept;
    }
    Ok(whole)
}

/// A product as contractions of neighbours.
pub(crate) fn contracted(session: &mut Session, call: &Expr) -> Eval {
    let Some(Product { factors, labels, result }) = Product::of(session, call)? else { return Ok(None) };
    in_order(session, factors, labels, result).map(Some)
}

/// The product of the cotangent with all other factors.
fn adjoint_of_product(session: &mut Session, call: &Expr, depends: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let Some(product) = Product::of(session, call)? else { return Ok(None) };
    let mut shares = Vec::new();
    for (place, factor) in product.factors.iter().enumerate().filter(|(_, factor)| depends(factor)) {
        let own = &product.labels[place];
        if (0..own.len()).any(|i| own[..i].contains(&own[i])) {
            return Ok(None);
        }
        let others: Vec<usize> = (0..product.factors.len()).filter(|&i| i != place).collect();
        let present =
            |label: &usize| product.result.contains(label) || others.iter().any(|&i| product.labels[i].contains(label));
        let mut factors: Vec<Expr> = vec![cotangent.clone()];
        let mut labels: Vec<Vec<usize>> = vec![product.result.clone()];
        for &i in &others {
            factors.push(product.factors[i].clone());
            labels.push(product.labels[i].clone());
        }
        // A label that only this factor has was summed: its cotangent is the same along it.
        let missing: Vec<usize> = own.iter().copied().filter(|label| !present(label)).collect();
        if !missing.is_empty() {
            let dimensions = dimension::of(session, factor)?;
            let size = |label: &usize| own.iter().position(|l| l == label).map(|axis| dimensions[axis].clone());
            let sizes: Vec<Expr> = missing.iter().filter_map(size).collect();
            factors.push(Expr::call(Sym::SymbolicOnesArray, [dimension::list(&sizes)]));
            labels.push(missing);
        }
        debug_assert!(labels.iter().flatten().all(|&label| label < product.count()));
        shares.push((factor.clone(), contraction(session, factors, &labels, own)?));
    }
    Ok(Some(shares))
}

/// An array with new levels of these sizes at these places, along which nothing changes.
pub(crate) fn replicated(session: &mut Session, array: &Expr, sizes: &[Expr], places: &[usize]) -> Result<Expr, Flow> {
    if places.is_empty() {
        return Ok(array.clone());
    }
    if dimension::of(session, array)?.is_empty() {
        let ones = Expr::call(Sym::SymbolicOnesArray, [dimension::list(sizes)]);
        return crate::arithmetic::product(session, [array.clone(), ones]);
    }
    session.evaluate_call(Sym::ArrayReplicate, [array.clone(), dimension::list(sizes), levels::list(places)])
}

/// What the adjoint of a sum over some axes of an array gives.
pub(crate) fn adjoint_of_sum(session: &mut Session, array: &Expr, axes: &[usize], cotangent: &Expr) -> Shares {
    let dimensions: Dims = dimension::of(session, array)?;
    let sizes: Vec<Expr> = axes.iter().map(|&axis| dimensions[axis].clone()).collect();
    Ok(Some(vec![(array.clone(), replicated(session, cotangent, &sizes, axes)?)]))
}

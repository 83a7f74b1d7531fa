//! `Sum` and `Product` over iterators with known bounds.

use crate::localisation::Localisation;
use netform_eval::{Flow, Eval, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

pub(super) const SUM: Function = Function {
    name: "Sum",
    usage: "Sum[f, {i, min, max}] is the sum of the values of f for i from min to max; Sum[f, {i, max}], Sum[f, {i, min, \
            max, step}], Sum[f, {i, {v1, v2, ...}}] and several iterators are as for Table. Without numeric bounds it stays.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((2, usize::MAX)),
    evaluate: Some(|session, call| collect(session, call, Sym::Plus)),
    examples: &[("Sum[1/n, {n, 2, 10}]", "4861/2520"), ("Sum[x^i, {i, 0, 3}]", "1 + x + x^2 + x^3")],
    ..Function::NEW
};

pub(super) const PRODUCT: Function = Function {
    name: "Product",
    usage: "Product[f, {i, min, max}] is the product of the values of f for i from min to max; the iterators are as for \
            Sum. Without numeric bounds it stays.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((2, usize::MAX)),
    evaluate: Some(|session, call| collect(session, call, Sym::Times)),
    examples: &[("Product[i, {i, 5}]", "120"), ("Product[x + k, {k, 0, 1}]", "x (1 + x)")],
    ..Function::NEW
};

/// A call that stays, with what it sums evaluated, so that values of other variables are in it and not their names. Where that
/// has messages, as for a part that depends on the iterator, it is left as it is written.
fn with_values_inside(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let names = args[1..].iter().filter(|iterator| iterator.is_list() && !iterator.is_empty());
    let names: Vec<Expr> = names.map(|iterator| iterator.arg(0)).filter(Expr::is_symbol).collect();
    let local = Localisation::new(session, &names)?;
    let (inside, messages) = session.catch_messages(|session| {
        let mut inside = vec![session.evaluate(&args[0])?];
        for iterator in &args[1..] {
            inside.push(match iterator.args_of(Sym::List) {
                Some(parts) if !parts.is_empty() => {
                    let bounds = parts[1..].iter().map(|bound| session.evaluate(bound)).collect::<Result<Vec<_>, _>>()?;
                    Expr::list([parts[0].clone()].into_iter().chain(bounds))
                }
                _ => session.evaluate(iterator)?,
            });
        }
        Ok::<_, Flow>(Expr::normal(call.head().clone(), inside))
    });
    local.restore(session)?;
    Ok(Some(inside?).filter(|inside| messages.is_empty() && inside != call))
}

/// The values of a table, brought together by a head.
fn collect(session: &mut Session, call: &Expr, head: Sym) -> Eval {
    let args = call.args();
    for iterator in &args[1..] {
        // A bound that is not a number now, nor depends on an iterator before, has no table.
        let bounds = session.evaluate_call(Sym::ReplaceAll, [iterator.clone(), Expr::list([])])?;
        let last = bounds.args().last().cloned().unwrap_or(bounds);
        let depends = args[1..]
            .iter()
            .any(|other| other != iterator && other.is_list() && netform_expr::occurs(&last, &other.arg(0)));
        if !last.is_list() && !last.is_number() && !depends {
            return with_values_inside(session, call);
        }
    }
    let table = session.evaluate_call(Sym::Table, args.iter().cloned())?;
    if !table.is_list() {
        return with_values_inside(session, call);
    }
    let mut values = vec![table];
    for _ in 1..args.len() {
        values = values.iter().flat_map(|list| list.args().into_owned()).collect();
    }
    Ok(Some(Expr::call(head, values)))
}

//! `Sum` and `Product` over iterators with known bounds.

use netform_eval::{Eval, Function, Session};
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
            return Ok(None);
        }
    }
    let table = session.evaluate_call(Sym::Table, args.iter().cloned())?;
    if !table.is_list() {
        return Ok(None);
    }
    let mut values = vec![table];
    for _ in 1..args.len() {
        values = values.iter().flat_map(|list| list.args().into_owned()).collect();
    }
    Ok(Some(Expr::call(head, values)))
}

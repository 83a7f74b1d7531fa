//! Indexed variables: `Indexed[v, i]` or `v[i]`, whose positions may be symbols or be iterated over.
//!
//! `Indexed[v, i]` changes with `Indexed[v, j]` by `KroneckerDelta[i, j]`. A call `v[i]` of a symbol may be anything,
//! so that it is a variable of its own; but in a sum over i it may be `v[j]`, and the derivative stays.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym, occurs, postorder};

use super::iterated::iterated_head;

/// The positions of a component `Indexed[v, i]` or `Indexed[v, {i, j}]`.
fn positions(e: &Expr) -> Vec<Expr> {
    match e.arg(1).args_of(Sym::List) {
        Some(positions) => positions.into_owned(),
        None => vec![e.arg(1)],
    }
}

/// Whether two expressions are components of one array, or calls of one symbol with as many arguments.
fn are_alike(a: &Expr, b: &Expr) -> bool {
    if a.has_head(Sym::Indexed) && b.has_head(Sym::Indexed) {
        return a.len() == 2 && b.len() == 2 && a.arg(0) == b.arg(0) && positions(a).len() == positions(b).len();
    }
    is_call(b) && a.is_normal() && a.head() == b.head() && a.len() == b.len()
}

/// Whether an expression is `v[i, ...]`, or such a component.
fn is_call(e: &Expr) -> bool {
    e.is_normal() && !e.is_list() && e.head().is_symbol() && e.len() > 0
}

/// What the positions of a variable are positions of.
fn named(variable: &Expr) -> Expr {
    if variable.has_head(Sym::Indexed) { variable.arg(0) } else { variable.head().clone() }
}

/// What in an expression is alike to a variable, and another expression.
fn others(e: &Expr, variable: &Expr) -> Vec<Expr> {
    let classes = named(variable).symbol_classes();
    let mut found = Vec::new();
    let walk = postorder::<()>(
        e,
        |node| node.symbol_classes() & classes == classes,
        |node| {
            if node != variable && are_alike(node, variable) {
                found.push(node.clone());
            }
            Ok(())
        },
    );
    debug_assert!(walk.is_ok());
    found
}

/// The variable and the other components of its array that change with it, each with its change.
pub(super) fn directions(session: &mut Session, e: &Expr, variable: &Expr) -> Result<Vec<(Expr, Expr)>, Flow> {
    let mut all = vec![(variable.clone(), Expr::integer(1))];
    if variable.has_head(Sym::Indexed) && variable.len() == 2 {
        let places = positions(variable);
        for other in others(e, variable) {
            let mut change = Vec::with_capacity(places.len());
            for (a, b) in positions(&other).iter().zip(&places) {
                change.push(session.evaluate_call(Sym::KroneckerDelta, [a.clone(), b.clone()])?);
            }
            let change = session.evaluate_call(Sym::Times, change)?;
            if !change.is_integer(0) {
                all.push((other, change));
            }
        }
    }
    Ok(all)
}

/// Whether a derivative by an indexed variable is not known, since something that is iterated over may be that
/// variable: `v[i]` in a sum over i for the variable `v[j]`, or the iterator has the name of an index of the variable.
pub(super) fn is_iterated_over(e: &Expr, variable: &Expr) -> bool {
    if !is_call(variable) {
        return false;
    }
    let classes = named(variable).symbol_classes();
    let mut found = false;
    let walk = postorder::<()>(
        e,
        |node| node.symbol_classes() & classes == classes,
        |node| {
            if !found && iterated_head(node).is_some_and(|head| head != Sym::D) {
                let args = node.args();
                let names = args[1..].iter().filter_map(|iterator| match iterator.args_of(Sym::List) {
                    Some(parts) => parts.first().cloned(),
                    None => Some(iterator.clone()),
                });
                let names: Vec<Expr> = names.filter(Expr::is_symbol).collect();
                let takes = |e: &Expr| names.iter().any(|name| occurs(e, name));
                let alike = others(&args[0], variable);
                found = if variable.has_head(Sym::Indexed) {
                    takes(variable) && (!alike.is_empty() || occurs(&args[0], variable))
                } else {
                    alike.iter().any(|other| may_be_equal(other, variable, takes))
                        || takes(variable) && occurs(&args[0], variable)
                };
            }
            Ok(())
        },
    );
    debug_assert!(walk.is_ok());
    found
}

/// Whether a call is the other for some values of what it `takes`: arguments without them are equal already.
fn may_be_equal(call: &Expr, other: &Expr, takes: impl Fn(&Expr) -> bool) -> bool {
    takes(call) && call.args().iter().zip(other.args().iter()).all(|(a, b)| a == b || takes(a))
}

/// Whether reverse mode, which takes variables as they are, knows all that changes with each of them: one walk, so
/// that many variables are no more work than one. What it cannot tell apart is not known.
pub(super) fn are_by_themselves(e: &Expr, variables: &[Expr]) -> bool {
    let is_symbolic = |node: &Expr| {
        node.has_head(Sym::Indexed) && node.len() == 2 && positions(node).iter().any(|place| place.as_i64().is_none())
    };
    if !variables.iter().any(is_call) {
        return true;
    }
    let walk = postorder(
        e,
        |_| true,
        |node| {
            let is_iterated = iterated_head(node).is_some_and(|head| head != Sym::D);
            if is_iterated || is_symbolic(node) { Err(()) } else { Ok(()) }
        },
    );
    walk.is_ok() && !variables.iter().any(is_symbolic)
}

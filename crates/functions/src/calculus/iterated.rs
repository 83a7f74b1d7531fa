//! Derivatives of sums, products, tables and integrals: what is inside is differentiated with the local
//! variable held fast, and an integral changes with its bounds, too (Leibniz's rule).

use netform_eval::{Eval, Session};
use netform_expr::{Expr, NodeSet, Sym, occurs};

use super::dependence::Dependence;
use super::forward::Forward;
use crate::arithmetic::{product, sum};

/// Variables and their directions.
type Directions = [(Expr, Expr)];

/// The head of a call whose arguments behind the first name variables of the first: of a call that is
/// iterated over local variables, or of a derivative that stays.
/// `Inactive[Sum]`, as equations of nets have it, is a sum.
pub(super) fn iterated_head(e: &Expr) -> Option<Sym> {
    let is_iterated = |head: &Sym| matches!(head, Sym::Sum | Sym::Product | Sym::Table | Sym::Integrate | Sym::D);
    let head = if is_inactive(e) { e.head().arg(0).sym() } else { e.head_sym() };
    head.filter(|head| is_iterated(head) && e.len() >= 2)
}

fn is_inactive(e: &Expr) -> bool {
    e.head().has_head(Sym::Inactive) && e.head().len() == 1
}

/// A call that is iterated, with another body.
pub(super) fn with_body(node: &Expr, body: Expr) -> Expr {
    Expr::normal(node.head().clone(), [body].into_iter().chain(node.args()[1..].iter().cloned()))
}

/// Whether there is a sum, product or the like of what depends on a variable.
pub(super) fn is_iterated_in(e: &Expr, variable: &Expr) -> bool {
    let dependence = Dependence::on([variable]);
    let mut depends = NodeSet::default();
    for node in dependence.parts(e, |_| false) {
        let is_dependent =
            node == *variable || depends.contains(node.head()) || node.args().iter().any(|part| depends.contains(part));
        if is_dependent && iterated_head(&node).is_some() {
            return true;
        }
        if is_dependent {
            depends.insert(node);
        }
    }
    false
}

/// The derivative of such a call; `None` where there is no rule, as for a sum whose bounds change.
pub(super) fn derivative(session: &mut Session, head: Sym, call: &Expr, directions: &Directions) -> Eval {
    if head == Sym::D {
        return Ok(None);
    }
    let args = call.args();
    let Some(result) = of_iterators(session, head, &args[0], &args[1..], directions)? else { return Ok(None) };
    let result = if is_inactive(call) { with_inactive(result, head, args.len() - 1) } else { result };
    session.evaluate(&result).map(Some)
}

/// Nested calls of a head as inactive ones.
fn with_inactive(e: Expr, head: Sym, depth: usize) -> Expr {
    if depth == 0 || !e.has_head(head) {
        return e;
    }
    let inactive = Expr::call(Sym::Inactive, [head.into()]);
    let inner = with_inactive(e.arg(0), head, depth - 1);
    Expr::normal(inactive, [inner].into_iter().chain(e.args()[1..].iter().cloned()))
}

/// The derivative of `head[body, iterators...]`, the first iterator being the outermost.
fn of_iterators(session: &mut Session, head: Sym, body: &Expr, iterators: &[Expr], directions: &Directions) -> Eval {
    let [outer, rest @ ..] = iterators else { return along(session, body, directions) };
    let inner = if rest.is_empty() { body.clone() } else { call(head, body, rest) };
    let (name, bounds) = match outer.args_of(Sym::List) {
        Some(parts) if parts.len() >= 2 => (parts[0].clone(), parts[1..].to_vec()),
        None if head == Sym::Integrate => (outer.clone(), Vec::new()),
        _ => return Ok(None),
    };
    let (same, inside): (Vec<_>, Vec<_>) = directions.iter().cloned().partition(|(variable, _)| *variable == name);
    let Some(change) = of_iterators(session, head, body, rest, &inside)? else { return Ok(None) };
    let around =
        |change: Expr| if change.is_integer(0) { change } else { call(head, &change, std::slice::from_ref(outer)) };
    if bounds.is_empty() {
        // An integral without bounds is what its derivative by its own variable is the integrand of.
        let mut terms = vec![around(change)];
        for (_, direction) in same {
            terms.push(product(session, [inner.clone(), direction])?);
        }
        return sum(session, terms).map(Some);
    }
    let mut moves = Vec::with_capacity(bounds.len());
    for bound in &bounds {
        let Some(moved) = along(session, bound, directions)? else { return Ok(None) };
        moves.push(moved);
    }
    if head == Sym::Integrate {
        let ([low, high], [low_moves, high_moves]) = (&bounds[..], &moves[..]) else { return Ok(None) };
        let local = rest.iter().filter_map(|iterator| iterator.args().first().cloned());
        if local.into_iter().any(|name| occurs(low, &name) || occurs(high, &name)) {
            return Ok(None);
        }
        let mut terms = vec![around(change)];
        for (bound, moved, sign) in [(high, high_moves, 1), (low, low_moves, -1)] {
            if !moved.is_integer(0) {
                let rule = Expr::rule(name.clone(), bound.clone());
                let value = session.evaluate_call(Sym::ReplaceAll, [inner.clone(), rule])?;
                terms.push(product(session, [Expr::integer(sign), value, moved.clone()])?);
            }
        }
        return sum(session, terms).map(Some);
    }
    if !moves.iter().all(is_zero) {
        return Ok(None);
    }
    if head == Sym::Product && !change.is_integer(0) {
        let whole = call(head, &inner, std::slice::from_ref(outer));
        let inverse = Expr::call(Sym::Power, [inner, Expr::integer(-1)]);
        let relative = product(session, [change, inverse])?;
        return Ok(Some(Expr::call(Sym::Times, [whole, call(Sym::Sum, &relative, std::slice::from_ref(outer))])));
    }
    if head == Sym::Table {
        Ok(Some(call(head, &change, std::slice::from_ref(outer))))
    } else {
        Ok(Some(around(change)))
    }
}

fn along(session: &mut Session, e: &Expr, directions: &Directions) -> Eval {
    if directions.is_empty() {
        return Ok(Some(Expr::integer(0)));
    }
    Forward::along(directions.to_vec()).derivative(session, e)
}

fn call(head: Sym, body: &Expr, iterators: &[Expr]) -> Expr {
    Expr::call(head, [body].into_iter().chain(iterators).cloned())
}

/// Whether an expression is zero, or a list of zeros.
fn is_zero(e: &Expr) -> bool {
    e.is_integer(0) || e.is_list() && e.args().iter().all(is_zero)
}

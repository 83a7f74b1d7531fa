//! `Variables` and `PolynomialQ`: what an expression is a polynomial in, and whether it is one.

use netform_eval::{Eval, Function, Session, ShapeRule};
use netform_expr::{Expr, NodeMap, NodeSet, Sym, compare, postorder};

use super::coefficients::contains_any;
use crate::numbers::is_numeric;

pub(super) const VARIABLES: Function = Function {
    name: "Variables",
    usage: "Variables[e] is the sorted list of the variables of e: of everything in its sums, products and rational \
            powers that is no number or constant.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let variables = variables_of(session, &call.arg(0));
        Ok(Some(Expr::list(variables)))
    }),
    examples: &[
        ("Variables[(x + y)^2 + 3 z/w]", "{w, x, y, z}"),
        ("Variables[a Sin[x] + Sqrt[b] Pi]", "{a, b, Sin[x]}"),
    ],
    ..Function::NEW
};

pub(super) const POLYNOMIAL_Q: Function = Function {
    name: "PolynomialQ",
    usage: "PolynomialQ[e, x] gives True if e is a polynomial in x, and False otherwise; PolynomialQ[e, {x, y, ...}] \
            asks for several variables, PolynomialQ[e] for all.",
    arguments: Some((1, 2)),
    evaluate: Some(polynomial_q),
    shape: ShapeRule::Scalar,
    examples: &[
        ("PolynomialQ[x^2 + a x/b, x]", "True"),
        ("PolynomialQ[x + Sin[x], x]", "False"),
        ("PolynomialQ[1/x, x]", "False"),
        ("PolynomialQ[x y^2 + 1, {x, y}]", "True"),
    ],
    ..Function::NEW
};

fn is_rational(e: &Expr) -> bool {
    e.as_number().is_some_and(|n| n.is_exact() && n.is_real())
}

/// The variables of an expression, in canonical order.
pub(super) fn variables_of(session: &Session, e: &Expr) -> Vec<Expr> {
    let mut found = NodeSet::default();
    let mut seen = NodeSet::default();
    let mut stack = vec![e.clone()];
    while let Some(node) = stack.pop() {
        if !seen.insert(node.clone()) {
            continue;
        }
        let inside = match node.head_sym() {
            Some(Sym::Power) => node.len() == 2 && is_rational(&node.arg(1)),
            Some(head) => matches!(head, Sym::Plus | Sym::Times | Sym::List) || super::thread::is_container(&node),
            None => false,
        };
        if inside {
            stack.extend(node.args().iter().cloned());
        } else if !is_numeric(session, &node) && node.as_str().is_none() {
            found.insert(node);
        }
    }
    let mut variables: Vec<Expr> = found.into_iter().collect();
    variables.sort_by(compare);
    variables
}

fn polynomial_q(session: &mut Session, call: &Expr) -> Eval {
    let e = call.arg(0);
    let variables = match call.args().get(1) {
        None => variables_of(session, &e),
        Some(list) if list.is_list() => list.args().into_owned(),
        Some(variable) => vec![variable.clone()],
    };
    Ok(Some(Expr::boolean(is_polynomial(&e, &variables))))
}

/// Whether an expression is a polynomial in some variables.
pub(super) fn is_polynomial(e: &Expr, variables: &[Expr]) -> bool {
    let mut polynomial: NodeMap<bool> = NodeMap::default();
    let enters = |node: &Expr| {
        !variables.contains(node)
            && match node.head_sym() {
                Some(Sym::Plus | Sym::Times) => true,
                Some(Sym::Power) => node.len() == 2 && node.arg(1).as_usize().is_some(),
                _ => false,
            }
    };
    let walk = postorder::<()>(e, enters, |node| {
        let is = if enters(node) {
            node.args().iter().all(|arg| polynomial.get(arg) == Some(&true))
        } else {
            variables.contains(node) || !contains_any(node, variables)
        };
        polynomial.insert(node.clone(), is);
        Ok(())
    });
    walk.is_ok() && polynomial.get(e) == Some(&true)
}

//! `SameQ` and `UnsameQ`: identity of expressions.

use netform_eval::{Function, ShapeRule};
use netform_expr::{Expr, Number};
use rustc_hash::FxHashSet;

/// Whether two expressions are the same. Inexact numbers are, if they differ in their last bit at
/// most.
pub(crate) fn is_same(a: &Expr, b: &Expr) -> bool {
    if a == b {
        return true;
    }
    let mut seen: FxHashSet<(Expr, Expr)> = FxHashSet::default();
    let mut stack = vec![(a.clone(), b.clone())];
    while let Some((a, b)) = stack.pop() {
        if a == b {
            continue;
        }
        if let (Some(x), Some(y)) = (a.as_number(), b.as_number()) {
            if x.same(&y) {
                continue;
            }
            return false;
        }
        if a.is_atom() || b.is_atom() || a.len() != b.len() {
            return false;
        }
        if let (Some(x), Some(y)) = (a.as_array(), b.as_array()) {
            let agree = match (x.as_f64(), y.as_f64()) {
                (Some(left), Some(right)) => {
                    x.shape() == y.shape()
                        && left.iter().zip(right).all(|(l, r)| Number::Real(*l).same(&Number::Real(*r)))
                }
                _ => false,
            };
            if agree {
                continue;
            }
            return false;
        }
        if seen.insert((a.clone(), b.clone())) {
            stack.extend(a.args().iter().cloned().zip(b.args().iter().cloned()));
            stack.push((a.head().clone(), b.head().clone()));
        }
    }
    true
}

/// Identity of expressions.
pub(super) const SAME_Q: Function = Function {
    name: "SameQ",
    usage: "lhs === rhs gives True if lhs and rhs are the same expression, and False otherwise.",
    evaluate: Some(|_, call| Ok(Some(Expr::boolean(call.args().windows(2).all(|pair| is_same(&pair[0], &pair[1])))))),
    shape: ShapeRule::Scalar,
    examples: &[("a === a", "True"), ("1 === 1.", "False"), ("x === y", "False")],
    ..Function::NEW
};

/// Difference of expressions.
pub(super) const UNSAME_Q: Function = Function {
    name: "UnsameQ",
    usage: "lhs =!= rhs gives True if lhs and rhs are not the same expression, and False otherwise. With more operands no \
            two may be the same.",
    evaluate: Some(|_, call| {
        let args = call.args();
        let distinct = args.iter().enumerate().all(|(i, a)| args[i + 1..].iter().all(|b| !is_same(a, b)));
        Ok(Some(Expr::boolean(distinct)))
    }),
    shape: ShapeRule::Scalar,
    examples: &[("a =!= b", "True"), ("UnsameQ[a, b, a]", "False")],
    ..Function::NEW
};

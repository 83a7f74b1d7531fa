//! Functions in expressions: `Function[body]`, `Function[x, body]`, `Function[{x, ...}, body]`, or
//! anything else, which is applied to its arguments.

use netform_expr::{Expr, Sym};

use crate::scalar::{replace, slot_index};

/// The function applied to arguments, without evaluation.
pub(super) fn apply(function: &Expr, arguments: &[Expr]) -> Expr {
    let by_place = |place: Option<usize>| place.and_then(|place| arguments.get(place)).cloned();
    match (function.has_head(Sym::Function), function.len()) {
        (true, 1) => apply_slots(&function.arg(0), arguments),
        (true, 2..) => {
            let names = function.arg(0);
            let names = if names.is_list() { names.args().into_owned() } else { vec![names] };
            replace(&function.arg(1), |node| by_place(names.iter().position(|name| name == node)))
        }
        _ => Expr::normal(function.clone(), arguments.iter().cloned()),
    }
}

/// Slots replaced by arguments, except in inner functions with slots of their own.
fn apply_slots(body: &Expr, arguments: &[Expr]) -> Expr {
    replace(body, |node| {
        let inner = node.has_head(Sym::Function) && node.len() == 1;
        if inner { Some(node.clone()) } else { slot_index(node).and_then(|slot| arguments.get(slot - 1)).cloned() }
    })
}

//! Sums over the unit vectors of all elements.

use std::borrow::Cow;

use netform_eval::{Eval, Session};
use netform_expr::{Attributes, Expr, NodeSet, Sym, map_bottom_up, postorder};

use super::iterated::iterated_head;
use crate::arithmetic::product;

/// A sum over all elements of a vector, of numbers times the unit vector of each element, as the vector of these numbers: the sum
/// of `v_i e_i` is v. The numbers are elements of vectors at the place that is summed over, and functions of them.
pub(super) fn without_unit_vectors(session: &mut Session, sum: &Expr) -> Eval {
    if iterated_head(sum) != Some(Sym::Sum) || sum.len() != 2 {
        return Ok(None);
    }
    let Some(iterator) = sum.arg(1).args_of(Sym::List).map(Cow::into_owned) else { return Ok(None) };
    let (index, length) = match iterator.as_slice() {
        [index, length] => (index, length),
        [index, first, length] if first.is_integer(1) => (index, length),
        _ => return Ok(None),
    };
    let element = |e: &Expr| {
        let is_element = matches!(e.head_sym(), Some(Sym::Part | Sym::Indexed)) && e.len() == 2;
        let place = e.args().get(1).cloned()?;
        (is_element && (place == *index || place == Expr::list([index.clone()]))).then(|| e.arg(0))
    };
    let factors = if sum.arg(0).has_head(Sym::Times) { sum.arg(0).args().into_owned() } else { vec![sum.arg(0)] };
    let identity = Expr::call(Sym::SymbolicIdentityArray, [Expr::list([length.clone()])]);
    let Some(place) = factors.iter().position(|factor| element(factor).as_ref() == Some(&identity)) else {
        return Ok(None);
    };
    let numbers: Vec<Expr> = factors.iter().enumerate().filter(|(i, _)| *i != place).map(|(_, f)| f.clone()).collect();
    let numbers = product(session, numbers)?;
    if !is_elementwise(session, &numbers, index, |e| element(e).is_some()) {
        return Ok(None);
    }
    let vectors = map_bottom_up(&numbers, |node| element(&node).unwrap_or(node));
    let value = session.evaluate(&vectors)?;
    let is_vector = session.shape_of(&value)?.dimensions() == Some(std::slice::from_ref(length));
    Ok(is_vector.then_some(value))
}

/// Whether an index stands in an expression only in elements, of which listable functions are taken: then the vectors may stand in
/// the place of their elements.
fn is_elementwise(session: &Session, e: &Expr, index: &Expr, is_element: impl Fn(&Expr) -> bool) -> bool {
    let mut with_index = NodeSet::default();
    let walk = postorder(
        e,
        |node| !is_element(node),
        |node| {
            let holds = node == index
                || is_element(node)
                || with_index.contains(node.head())
                || node.args().iter().any(|part| with_index.contains(part));
            if !holds {
                return Ok(());
            }
            with_index.insert(node.clone());
            let is_listable = session.attributes_of(node.head()).contains(Attributes::LISTABLE);
            if is_element(node) || node.is_normal() && is_listable { Ok(()) } else { Err(()) }
        },
    );
    walk.is_ok()
}

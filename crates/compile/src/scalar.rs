//! Scalar functions as expressions with slots.

use std::cell::RefCell;
use std::convert::Infallible;

use netform_expr::{Expr, NodeMap, NodeSet, Sym, postorder, rebuild};
use rustc_hash::FxHashMap;

use crate::{Dim, ScalarFunction};

/// `Slot[k]`.
pub(crate) fn slot(place: usize) -> Expr {
    Expr::call(Sym::Slot, [Expr::integer(place as i64)])
}

/// `k` of `Slot[k]`, counted from 1.
pub(crate) fn slot_index(node: &Expr) -> Option<usize> {
    if node.has_head(Sym::Slot) && node.len() == 1 { node.arg(0).as_usize().filter(|&slot| slot > 0) } else { None }
}

/// The largest `k` of all `Slot[k]` in an expression; 0 if there is none.
pub fn slot_count(body: &Expr) -> usize {
    let mut count = 0;
    let walk = postorder::<Infallible>(
        body,
        |node| !node.has_head(Sym::Slot),
        |node| {
            count = count.max(slot_index(node).unwrap_or(0));
            Ok(())
        },
    );
    match walk {
        Ok(()) => count,
        Err(never) => match never {},
    }
}

/// The expression with some parts replaced, wholes before parts: what has been replaced is not
/// looked into.
pub(crate) fn replace(body: &Expr, replacement: impl Fn(&Expr) -> Option<Expr>) -> Expr {
    let done: RefCell<NodeMap<Expr>> = RefCell::default();
    let walk = postorder::<Infallible>(
        body,
        |node| match replacement(node) {
            Some(new) => {
                done.borrow_mut().insert(node.clone(), new);
                false
            }
            None => true,
        },
        |node| {
            let mut done = done.borrow_mut();
            if !done.contains_key(node) {
                let new = match node.is_atom() {
                    true => replacement(node).unwrap_or_else(|| node.clone()),
                    false => rebuild(node, |part| done.get(part).cloned().unwrap_or_else(|| part.clone())),
                };
                done.insert(node.clone(), new);
            }
            Ok(())
        },
    );
    match walk {
        Ok(()) => done.into_inner().remove(body).unwrap_or_else(|| body.clone()),
        Err(never) => match never {},
    }
}

/// The function with sizes as further arguments: the largest parts that are dimensions in symbols of sizes become slots behind
/// the first ones, of which there are `count`; and these dimensions, in the order of their slots.
pub fn with_sizes(
    function: &ScalarFunction,
    count: usize,
    is_size: impl Fn(&Expr) -> bool,
) -> (ScalarFunction, Vec<Dim>) {
    let dims: RefCell<Vec<Dim>> = RefCell::default();
    let body = replace(&function.body, |node| {
        let dim = Dim::from_expr(node).ok()?;
        let symbols = dim.symbols();
        if symbols.is_empty() || !symbols.iter().all(&is_size) {
            return None;
        }
        let mut dims = dims.borrow_mut();
        let place = dims.iter().position(|known| *known == dim).unwrap_or(dims.len());
        if place == dims.len() {
            dims.push(dim);
        }
        Some(slot(count + place + 1))
    });
    (ScalarFunction { body, element: function.element }, dims.into_inner())
}

/// `k` of all `Slot[k + 1]` in functions, in order of occurrence.
pub(crate) fn sources(bodies: &[Expr]) -> Vec<usize> {
    let mut seen = NodeSet::default();
    let mut sources = Vec::new();
    for body in bodies {
        let walk = postorder::<Infallible>(
            body,
            |node| slot_index(node).is_none() && !seen.contains(node),
            |node| {
                if let Some(place) = slot_index(node)
                    && !sources.contains(&(place - 1))
                {
                    sources.push(place - 1);
                }
                Ok(())
            },
        );
        let Ok(()) = walk;
        seen.insert(body.clone());
    }
    sources
}

/// The function with the slots of these sources numbered in their order.
pub(crate) fn numbered(body: &Expr, sources: &[usize]) -> Expr {
    let places: FxHashMap<usize, usize> = sources.iter().enumerate().map(|(place, &source)| (source, place)).collect();
    replace(body, |node| places.get(&(slot_index(node)? - 1)).map(|place| slot(place + 1)))
}

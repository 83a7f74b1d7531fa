//! Sizes that may vary: what follows from them for shapes that are open without it.
//!
//! Each stands for an unknown integer, so that what the relations of layers say of integers follows; what depends on one of
//! these in the end may vary itself.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeSet, occurs};

use super::{carry_to_ports, infer_as_given};
use crate::PartialShape;
use crate::net::Net;
use crate::shape::is_varying;

/// Completes the shapes that sizes which may vary have left open.
pub(super) fn complete(session: &mut Session, net: &mut Net, fixed: NodeSet) -> Result<(), Flow> {
    let mut shapes = net.leaves.iter().flat_map(|leaf| &leaf.shapes);
    if !shapes.any(|(_, shape)| is_open(shape))
        || !net.leaves.iter().flat_map(|leaf| &leaf.given_shapes).any(|(_, shape)| may_vary(shape))
    {
        return Ok(());
    }
    let mut symbols: Vec<Expr> = Vec::new();
    let mut trial = net.clone();
    for (_, shape) in trial.leaves.iter_mut().flat_map(|leaf| &mut leaf.given_shapes) {
        let PartialShape::Ranked(dimensions) = shape else { continue };
        for size in dimensions.iter_mut().flatten().filter(|size| is_varying(size)) {
            let symbol = Expr::symbol(&format!("Varying`size{}", symbols.len() + 1));
            symbols.push(symbol.clone());
            *size = symbol;
        }
    }
    if !infer_as_given(session, &mut trial, fixed)?.is_empty() {
        return Ok(());
    }
    let varying = Expr::string("Varying");
    let depends = |size: &Expr| occurs(size, &varying) || symbols.iter().any(|symbol| occurs(size, symbol));
    for (leaf, other) in net.leaves.iter_mut().zip(&trial.leaves) {
        for ((name, shape), (_, found)) in leaf.shapes.iter_mut().zip(&other.shapes) {
            let PartialShape::Ranked(dimensions) = found else { continue };
            // An array has one size, which is not known then.
            let instead = other.array(name).is_none().then_some(&varying);
            let told = |size: &Expr| if depends(size) { instead.cloned() } else { Some(size.clone()) };
            if is_open(shape) {
                *shape = PartialShape::Ranked(dimensions.iter().map(|size| told(size.as_ref()?)).collect());
            }
        }
    }
    carry_to_ports(net);
    Ok(())
}

fn may_vary(shape: &PartialShape) -> bool {
    matches!(shape, PartialShape::Ranked(dimensions) if dimensions.iter().flatten().any(is_varying))
}

/// Whether a size is unknown, or an expression in one that may vary.
fn is_open(shape: &PartialShape) -> bool {
    let PartialShape::Ranked(dimensions) = shape else { return true };
    let varying = Expr::string("Varying");
    let is_known = |size: &Option<Expr>| size.as_ref().is_some_and(|size| is_varying(size) || !occurs(size, &varying));
    !dimensions.iter().all(is_known)
}

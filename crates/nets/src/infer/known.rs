//! Values of variables, of which some dimensions may not be known yet: these are `Automatic`.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use netform_layers::{Definition, PortKind};

use super::sizes::Sizes;
use crate::net::Leaf;
use crate::shape::is_varying;

/// Whether a value of a variable has no dimensions that are not known yet.
pub(super) fn is_complete(value: &Expr) -> bool {
    let open = |d: &Expr| d.is(Sym::Automatic) || is_varying(d) || (d.is_list() && !is_complete(d));
    !value.is_list() || !value.args().iter().any(open)
}

/// For each group of ports of which each has dimensions of its own: that nothing is known of them.
pub(super) fn own_shapes(leaf: &Leaf, definition: &Definition) -> Vec<(Expr, Expr)> {
    let inner = leaf.nets.iter().flat_map(|inner| inner.inputs.iter().chain(&inner.outputs)).map(|(port, _)| port);
    let ports = leaf.inputs.iter().chain(&leaf.outputs).chain(inner);
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for port in ports {
        let (PortKind::Several(several), Some(index)) = (port.record.kind, port.index) else { continue };
        match counts.iter_mut().find(|(own, _)| *own == several.own) {
            Some((_, count)) => *count = (*count).max(index + 1),
            None => counts.push((several.own, index + 1)),
        }
    }
    let unknown = |count| Expr::list((0..count).map(|_| Expr::from(Sym::Automatic)));
    let shapes = counts.into_iter().filter(|(own, _)| !own.is_empty());
    shapes.map(|(own, count)| (definition.scope.symbol(own), unknown(count))).collect()
}

/// What two values of one variable say together; `None` if they contradict each other. Unknown
/// dimensions inside lists are `Automatic`.
pub(super) fn merge(session: &mut Session, sizes: &mut Sizes, old: &Expr, new: &Expr) -> Result<Option<Expr>, Flow> {
    if old == new {
        return Ok(Some(old.clone()));
    }
    if old.is(Sym::Automatic) {
        return Ok(Some(new.clone()));
    }
    if new.is(Sym::Automatic) {
        return Ok(Some(old.clone()));
    }
    if old.is_list() && new.is_list() {
        if old.len() != new.len() {
            return Ok(None);
        }
        let mut merged = Vec::with_capacity(old.len());
        for (a, b) in old.args().iter().zip(new.args().iter()) {
            match merge(session, sizes, a, b)? {
                Some(dimension) => merged.push(dimension),
                None => return Ok(None),
            }
        }
        return Ok(Some(Expr::list(merged)));
    }
    Ok(if sizes.agree(session, old, new)? { Some(sizes.better(old, new)) } else { None })
}

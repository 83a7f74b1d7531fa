//! What several parts of a step of a recurrence need, as quantities of its own.

use netform_eval::Session;
use netform_expr::{Expr, Kind, NodeMap, Sym, map_bottom_up, postorder};

use super::notation::is_elementwise;
use super::writer::{Writer, Written};

/// The values of a step with names in the place of parts.
pub(super) struct Named {
    /// What has a name, by its form with the names of its parts.
    names: NodeMap<Expr>,
}

impl Named {
    pub(super) fn apply(&self, e: &Expr) -> Expr {
        map_bottom_up(e, |node| self.names.get(&node).cloned().unwrap_or(node))
    }
}

impl Writer<'_> {
    /// Writes equations for what occurs several times in the values of a step; `define` writes the one for a part, and gives its name.
    pub(super) fn name_repeated(
        &mut self,
        session: &mut Session,
        values: &Expr,
        mut define: impl FnMut(&mut Self, &mut Session, &Expr, &Expr) -> Written<Expr>,
    ) -> Written<Named> {
        let mut named = Named { names: NodeMap::default() };
        if !self.settings.indices || !self.settings.intermediate {
            return Ok(named);
        }
        for part in repeated(session, values) {
            if self.rank(session, &part)? == 0 {
                continue;
            }
            let written = named.apply(&part);
            let value = session.evaluate(&written)?;
            let name = define(self, session, &part, &value)?;
            named.names.insert(written, name);
        }
        Ok(named)
    }
}

/// The parts that are computed and occur several times, each behind those that are in it.
fn repeated(session: &Session, values: &Expr) -> Vec<Expr> {
    let mut counts: NodeMap<usize> = NodeMap::default();
    let mut ordered = Vec::new();
    // A function has parameters, which have no values here.
    let enter = |node: &Expr| !node.has_head(Sym::Function);
    let walk = postorder::<std::convert::Infallible>(values, enter, |node| {
        if let Kind::Normal(_, args) = node.kind()
            && enter(node)
        {
            for arg in args.iter() {
                *counts.entry(arg.clone()).or_default() += 1;
            }
            ordered.push(node.clone());
        }
        Ok(())
    });
    match walk {
        Ok(()) => {}
        Err(never) => match never {},
    }
    ordered.retain(|node| counts.get(node).is_some_and(|count| *count > 1) && is_computed(session, node));
    ordered
}

/// Whether a node is a result of arithmetic, not only another arrangement of elements.
fn is_computed(session: &Session, node: &Expr) -> bool {
    let is_product = [Sym::Dot, Sym::ArrayContract, Sym::ArrayThread, Sym::ArrayReduce].into_iter();
    is_product.into_iter().any(|head| node.has_head(head)) || is_elementwise(session, node)
}

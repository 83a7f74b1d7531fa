//! Rewriting from the leaves on, each distinct part once.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Sym, postorder, rebuild};

/// Whether the parts of an expression are said, not meant: the bodies of functions, what stands behind `:>`, what is held,
/// what names an array.
/// Evaluated by themselves they would become something else, since slots and local variables stand for nothing there.
pub(crate) fn is_inert(node: &Expr) -> bool {
    node.is_array_symbol()
        || matches!(
            node.head_sym(),
            Some(
                Sym::Function
                    | Sym::Compile
                    | Sym::Module
                    | Sym::With
                    | Sym::Block
                    | Sym::RuleDelayed
                    | Sym::SetDelayed
                    | Sym::UpSetDelayed
                    | Sym::TagSetDelayed
                    | Sym::Condition
                    | Sym::Hold
                    | Sym::HoldForm
                    | Sym::HoldComplete
                    | Sym::HoldPattern
                    | Sym::Unevaluated
            )
        )
}

/// Gives every part to `step`, parts before wholes, each distinct one once: with its own parts rewritten, and evaluated
/// if that has changed it. What [`is_inert`] is left as it is.
pub(crate) fn rewrite_parts<E: From<Flow>>(
    session: &mut Session,
    e: &Expr,
    mut step: impl FnMut(&mut Session, Expr) -> Result<Expr, E>,
) -> Result<Expr, E> {
    let mut order = Vec::new();
    let walk = postorder::<std::convert::Infallible>(
        e,
        |node| !is_inert(node),
        |node| {
            order.push(node.clone());
            Ok(())
        },
    );
    let Ok(()) = walk;
    let mut done: NodeMap<Expr> = NodeMap::default();
    for node in order {
        session.tick()?;
        if is_inert(&node) {
            continue;
        }
        let mut current = rebuild(&node, |part| done.get(part).cloned().unwrap_or_else(|| part.clone()));
        if current != node {
            current = session.evaluate(&current)?;
        }
        let result = step(session, current)?;
        if result != node {
            done.insert(node, result);
        }
    }
    Ok(done.remove(e).unwrap_or_else(|| e.clone()))
}

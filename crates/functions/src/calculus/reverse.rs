//! Reverse mode over the scalar graph: one sweep for the derivatives by all variables.
//!
//! Speelpenning, Compiling fast partial derivatives of functions given by algorithms, 1980.

use netform_eval::{Derivative, Flow, Session};
use netform_expr::{Expr, Kind, NodeMap, NodeSet, Sym, postorder};

use super::iterated::iterated_head;
use super::partial::partial;
use super::products::{Factors, Products};

/// The derivatives of a scalar expression with respect to each variable; `None` where the graph
/// holds something that reverse mode does not know: lists, arrays, conditions.
pub(super) fn gradient(session: &mut Session, e: &Expr, variables: &[Expr]) -> Result<Option<Vec<Expr>>, Flow> {
    let wanted: NodeSet = variables.iter().cloned().collect();
    let classes = variables.iter().fold(0, |all, v| all | v.symbol_classes());
    let mut order = Vec::new();
    let mut dependent = NodeSet::default();
    let walk = postorder::<()>(
        e,
        |node| !wanted.contains(node) && node.symbol_classes() & classes != 0,
        |node| {
            let depends = match node.kind() {
                _ if wanted.contains(node) => true,
                Kind::Normal(_, args) => args.iter().any(|arg| dependent.contains(arg)),
                _ => false,
            };
            if depends {
                dependent.insert(node.clone());
                order.push(node.clone());
            }
            Ok(())
        },
    );
    debug_assert!(walk.is_ok());
    if !order.iter().all(|node| wanted.contains(node) || is_scalar_function(session, node)) {
        return Ok(None);
    }
    let mut products = Products::default();
    let mut adjoints: NodeMap<Vec<Factors>> = NodeMap::default();
    adjoints.insert(e.clone(), vec![Factors::one(Expr::integer(1))]);
    let mut wanted_adjoints: Vec<(Expr, Factors)> = Vec::new();
    for node in order.iter().rev() {
        session.tick()?;
        let Some(terms) = adjoints.remove(node) else { continue };
        let adjoint = products.total(session, &terms)?;
        if wanted.contains(node) {
            wanted_adjoints.push((node.clone(), adjoint));
            continue;
        }
        let Kind::Normal(_, args) = node.kind() else { continue };
        for (i, arg) in args.iter().enumerate().filter(|(_, arg)| dependent.contains(*arg)) {
            let outer = partial(session, node, i)?;
            let term = products.multiply(session, outer, adjoint.clone())?;
            adjoints.entry(arg.clone()).or_default().push(term);
        }
    }
    // Only now it is known which products are parts of several others.
    let mut results: NodeMap<Expr> = NodeMap::default();
    for (variable, adjoint) in wanted_adjoints {
        session.tick()?;
        results.insert(variable, products.form(session, &adjoint)?);
    }
    Ok(Some(variables.iter().map(|v| results.get(v).cloned().unwrap_or_else(|| Expr::integer(0))).collect()))
}

/// Whether a node is a call of a function of numbers with partial derivatives.
fn is_scalar_function(session: &Session, node: &Expr) -> bool {
    if node.may_hold_array_symbol()
        && node.args().iter().any(|arg| arg.may_hold_array_symbol() && !arg.has_head(Sym::Indexed))
    {
        // Components of array symbols are scalars; anything else may be an array.
        let scalar = |arg: &Expr| arg.has_head(Sym::Indexed) || !arg.is_list();
        if !node.args().iter().all(scalar) {
            return false;
        }
    }
    if iterated_head(node).is_some() {
        return false;
    }
    match session.function_of(node.head()).map(|f| f.derivative) {
        Some(Derivative::Partial(_) | Derivative::Rule(_) | Derivative::RuleAndDifferential(..)) => true,
        Some(Derivative::Differential(_)) => false,
        Some(Derivative::Unknown) => false,
        None => node.head().is_symbol() || node.head().head().has_head(Sym::Derivative),
    }
}

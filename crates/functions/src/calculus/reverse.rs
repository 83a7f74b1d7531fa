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
    // The nodes that depend on variables, and their places in this order.
    let mut order = Vec::new();
    let mut places: NodeMap<usize> = NodeMap::default();
    let walk = postorder::<()>(
        e,
        |node| !wanted.contains(node) && node.symbol_classes() & classes != 0,
        |node| {
            let depends = match node.kind() {
                _ if wanted.contains(node) => true,
                Kind::Normal(_, args) => args.iter().any(|arg| places.contains_key(arg)),
                _ => false,
            };
            if depends {
                places.insert(node.clone(), order.len());
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
    let mut adjoints: Vec<Vec<Factors>> = vec![vec![]; order.len()];
    if let Some(&root) = places.get(e) {
        adjoints[root].push(Factors::one(Expr::integer(1)));
    }
    let mut wanted_adjoints: Vec<(Expr, Factors)> = Vec::new();
    for (place, node) in order.iter().enumerate().rev() {
        session.tick()?;
        let terms = std::mem::take(&mut adjoints[place]);
        if terms.is_empty() {
            continue;
        }
        let adjoint = products.total(session, &terms)?;
        if wanted.contains(node) {
            wanted_adjoints.push((node.clone(), adjoint));
            continue;
        }
        let Kind::Normal(_, args) = node.kind() else { continue };
        for (i, arg) in args.iter().enumerate() {
            let Some(&place) = places.get(arg) else { continue };
            let term = if node.has_head(Sym::Plus) {
                adjoint.clone()
            } else if node.has_head(Sym::Times) && args.len() > 2 && !args[0].is_number() {
                // The other factors join the adjoint at once.
                let others = args.iter().enumerate().filter(|(other, _)| *other != i).map(|(_, other)| other.clone());
                products.multiply_all(session, others, adjoint.clone())?
            } else {
                let outer = partial(session, node, i)?;
                products.multiply(session, outer, adjoint.clone())?
            };
            adjoints[place].push(term);
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

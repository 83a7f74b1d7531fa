//! Linear functions read backwards: from cotangents of results to those of variables.
//!
//! Every node that depends on a variable gets a cotangent, an array of its own dimensions: the sum
//! over its elements of cotangent times change is the change of the result.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Kind, NodeMap, NodeSet, Sym, postorder};

use super::carry::Carry;
use crate::arithmetic;
use crate::arrays::bound::{self, occurring};
use crate::arrays::contraction as contract;
use crate::arrays::dimension;

/// The cotangents of the variables in which the expressions, given with their cotangents, are
/// linear; `None` where that is not known.
pub(crate) fn adjoints(
    session: &mut Session,
    results: &[(Expr, Expr)],
    variables: &[Expr],
) -> Result<Option<Vec<Expr>>, Flow> {
    let dependence = Dependence::of(results, variables);
    let mut cotangents: NodeMap<Vec<Expr>> = NodeMap::default();
    for (result, cotangent) in results {
        cotangents.entry(result.clone()).or_default().push(cotangent.clone());
    }
    for node in dependence.order.iter().rev() {
        session.tick()?;
        if variables.contains(node) {
            continue;
        }
        let Some(terms) = cotangents.remove(node) else { continue };
        let cotangent = arithmetic::sum(session, terms)?;
        let Some(shares) = shares(session, node, &dependence, variables, &cotangent)? else { return Ok(None) };
        for (part, share) in shares {
            cotangents.entry(part).or_default().push(share);
        }
    }
    let mut totals = Vec::with_capacity(variables.len());
    for variable in variables {
        totals.push(match cotangents.remove(variable) {
            Some(terms) => arithmetic::sum(session, terms)?,
            None => {
                let shape = session.shape_of(variable)?;
                Session::zeros(&shape)
            }
        });
    }
    Ok(Some(totals))
}

/// Which nodes depend on the variables.
struct Dependence {
    dependent: NodeSet,
    /// The dependent nodes, parts first.
    order: Vec<Expr>,
}

impl Dependence {
    fn of(results: &[(Expr, Expr)], variables: &[Expr]) -> Dependence {
        let masks: Vec<u64> = variables.iter().map(Expr::symbol_classes).collect();
        let may_depend = |node: &Expr| masks.iter().any(|mask| node.symbol_classes() & mask == *mask);
        let mut dependent: NodeSet = variables.iter().cloned().collect();
        let mut order = Vec::new();
        let roots = Expr::list(results.iter().map(|(result, _)| result.clone()).collect::<Vec<_>>());
        let walk = postorder::<()>(
            &roots,
            |node| may_depend(node) && !variables.contains(node) && !node.has_head(Sym::Function),
            |node| {
                let depends = match node.kind() {
                    _ if variables.contains(node) => true,
                    _ if node.has_head(Sym::Function) => may_depend(node) && occurring(node, variables).contains(&true),
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
        Dependence { dependent, order }
    }

    fn contains(&self, node: &Expr) -> bool {
        self.dependent.contains(node)
    }
}

/// What the cotangent of a node contributes to those of its parts.
fn shares(
    session: &mut Session,
    node: &Expr,
    dependence: &Dependence,
    variables: &[Expr],
    cotangent: &Expr,
) -> Result<Option<Vec<(Expr, Expr)>>, Flow> {
    let Kind::Normal(head, args) = node.kind() else { return Ok(None) };
    match head.sym() {
        Some(Sym::Plus) => {
            let rank = dimension::of(session, node)?.len();
            let mut shares = Vec::with_capacity(args.len());
            for arg in args.iter().filter(|arg| dependence.contains(arg)) {
                let own = dimension::of(session, arg)?.len();
                shares.push((arg.clone(), contract::summed_to(session, cotangent, own, rank)?));
            }
            return Ok(Some(shares));
        }
        Some(Sym::Times) => {
            let (varying, constant): (Vec<&Expr>, Vec<&Expr>) = args.iter().partition(|arg| dependence.contains(arg));
            let [varying] = varying[..] else { return Ok(None) };
            let constant = arithmetic::product(session, constant.into_iter().cloned())?;
            let own = dimension::of(session, varying)?.len();
            return Ok(Some(vec![(varying.clone(), contract::product_to(session, &constant, cotangent, own)?)]));
        }
        Some(Sym::List) => {
            let mut shares = Vec::new();
            for (i, arg) in args.iter().enumerate().filter(|(_, arg)| dependence.contains(arg)) {
                let part = session.evaluate_call(Sym::Part, [cotangent.clone(), Expr::integer(i as i64 + 1)])?;
                shares.push((arg.clone(), part));
            }
            return Ok(Some(shares));
        }
        _ => {}
    }
    if let Some(adjoint) = session.function_of(head).and_then(|f| f.linear.adjoint)
        && let Some(shares) = adjoint(session, node, &|part| dependence.contains(part), cotangent)?
    {
        return Ok(Some(shares));
    }
    by_contraction(session, node, dependence, variables, cotangent)
}

/// The cotangent times the derivatives of a call by its parts; by the variables themselves, where a
/// function among the arguments depends on them.
fn by_contraction(
    session: &mut Session,
    node: &Expr,
    dependence: &Dependence,
    variables: &[Expr],
    cotangent: &Expr,
) -> Result<Option<Vec<(Expr, Expr)>>, Flow> {
    let args = node.args();
    let direct = args.iter().any(|arg| arg.has_head(Sym::Function) && dependence.contains(arg));
    let mut parts: Vec<Expr> = Vec::new();
    if direct {
        parts.extend(variables.iter().cloned());
    } else {
        for arg in args.iter().filter(|arg| dependence.contains(arg)) {
            match arg.args_of(Sym::List) {
                Some(items) => parts.extend(items.iter().filter(|item| dependence.contains(item)).cloned()),
                None => parts.push(arg.clone()),
            }
        }
    }
    parts.sort_by_key(Expr::id);
    parts.dedup();
    if parts.iter().any(Expr::is_list) {
        return Ok(None);
    }
    // Parts may occur in each other: each is one variable of its own.
    let mut own: NodeMap<Expr> = NodeMap::default();
    if !direct {
        for part in &parts {
            let dimensions = dimension::of(session, part)?;
            own.insert(part.clone(), bound::variable(session, &dimensions));
        }
    }
    let replaced = |part: &Expr| own.get(part).cloned().unwrap_or_else(|| part.clone());
    let new_args = args.iter().map(|arg| match arg.args_of(Sym::List) {
        Some(items) if !direct && dependence.contains(arg) => {
            Expr::list(items.iter().map(replaced).collect::<Vec<_>>())
        }
        _ => replaced(arg),
    });
    let call = Expr::normal(node.head().clone(), new_args.collect::<Vec<_>>());
    let rank = dimension::of(session, node)?.len();
    let mut shares = Vec::with_capacity(parts.len());
    for part in parts {
        let dimensions = dimension::of(session, &part)?;
        let identity = match dimensions.len() {
            0 => Expr::integer(1),
            _ => Expr::call(Sym::SymbolicIdentityArray, [dimension::list(&dimensions)]),
        };
        let Some(derivative) = Carry::new(&dimensions, vec![(replaced(&part), identity)]).of(session, &call)? else {
            return Ok(None);
        };
        shares.push((part, contract::leading(session, cotangent, derivative, rank)?));
    }
    Ok(Some(shares))
}

//! Functions of functions: identity, composition, and application in other orders.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, Kind, Sym};

pub(super) const IDENTITY: Function = Function {
    name: "Identity",
    usage: "Identity[e] gives e.",
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| Ok(Some(call.arg(0)))),
    examples: &[("Identity[x]", "x"), ("Map[Identity, {a, b}]", "{a, b}")],
    ..Function::NEW
};

pub(super) const COMPOSITION: Function = Function {
    name: "Composition",
    usage: "Composition[f, g, h] or f @* g @* h is the function that gives f[g[h[x]]] for x.",
    attributes: Attributes::FLAT.with(Attributes::ONE_IDENTITY),
    evaluate: Some(simplify_composition),
    apply: Some(|_, call| Ok(apply_composition(call, Sym::Composition))),
    examples: &[
        ("Composition[f, g][x, y]", "f[g[x, y]]"),
        ("(f @* Identity @* g)[x]", "f[g[x]]"),
        ("Composition[]", "Identity"),
    ],
    ..Function::NEW
};

pub(super) const RIGHT_COMPOSITION: Function = Function {
    name: "RightComposition",
    usage: "RightComposition[f, g, h] or f /* g /* h is the function that gives h[g[f[x]]] for x.",
    attributes: Attributes::FLAT.with(Attributes::ONE_IDENTITY),
    evaluate: Some(simplify_composition),
    apply: Some(|_, call| Ok(apply_composition(call, Sym::RightComposition))),
    examples: &[("RightComposition[f, g][x]", "g[f[x]]"), ("(f /* g /* h)[x]", "h[g[f[x]]]")],
    ..Function::NEW
};

fn simplify_composition(_: &mut Session, call: &Expr) -> Eval {
    let functions = call.args();
    let mut rest = functions.iter().filter(|f| !f.is(Sym::Identity)).cloned();
    Ok(match (rest.clone().count(), functions.len()) {
        (0, _) => Some(Sym::Identity.into()),
        (1, _) => rest.next(),
        (left, all) if left < all => Some(Expr::normal(call.head().clone(), rest)),
        _ => None,
    })
}

fn apply_composition(call: &Expr, kind: Sym) -> Option<Expr> {
    let composition = call.head();
    if !composition.has_head(kind) {
        return None;
    }
    let mut functions: Vec<Expr> = composition.args().to_vec();
    if kind == Sym::Composition {
        functions.reverse();
    }
    let mut functions = functions.into_iter();
    let innermost = Expr::normal(functions.next()?, call.args().iter().cloned());
    Some(functions.fold(innermost, |inner, f| Expr::normal(f, [inner])))
}

pub(super) const THROUGH: Function = Function {
    name: "Through",
    usage: "Through[p[f, g, ...][x]] gives p[f[x], g[x], ...].\n\
            Through[e, h] does so only where p is h.",
    arguments: Some((1, 2)),
    evaluate: Some(evaluate_through),
    examples: &[("Through[{f, g, h}[x]]", "{f[x], g[x], h[x]}"), ("Through[(f + g)[x, y]]", "f[x, y] + g[x, y]")],
    ..Function::NEW
};

fn evaluate_through(_: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let e = &args[0];
    let (Kind::Normal(operators, parameters), Some(only)) = (e.kind(), Some(args.get(1))) else {
        return Ok(Some(e.clone()));
    };
    let applies = operators.is_normal() && only.is_none_or(|head| operators.head() == head);
    if !applies {
        return Ok(Some(e.clone()));
    }
    let applied =
        operators.args().iter().map(|f| Expr::normal(f.clone(), parameters.iter().cloned())).collect::<Vec<_>>();
    Ok(Some(Expr::normal(operators.head().clone(), applied)))
}

pub(super) const OPERATE: Function = Function {
    name: "Operate",
    usage: "Operate[p, f[x, y, ...]] gives p[f][x, y, ...].\n\
            Operate[p, e, n] puts p around the head at level n.",
    arguments: Some((2, 3)),
    evaluate: Some(evaluate_operate),
    messages: &[("intnn", "The level `1` is no non-negative integer.")],
    examples: &[
        ("Operate[p, f[x, y]]", "p[f][x, y]"),
        ("Operate[p, f[a][b][c], 2]", "p[f[a]][b][c]"),
        ("Operate[p, f[x], 0]", "p[f[x]]"),
    ],
    ..Function::NEW
};

fn evaluate_operate(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let levels = match args.get(2) {
        None => Some(1),
        Some(level) => level.as_usize(),
    };
    let Some(levels) = levels else {
        session.message(Sym::Operate, "intnn", &[args[2].clone()]);
        return Ok(None);
    };
    let mut head = args[1].clone();
    let mut applied: Vec<Vec<Expr>> = Vec::new();
    for _ in 0..levels {
        if !head.is_normal() {
            return Ok(Some(args[1].clone()));
        }
        applied.push(head.args().to_vec());
        head = head.head().clone();
    }
    let operated = Expr::normal(args[0].clone(), [head]);
    Ok(Some(applied.into_iter().rev().fold(operated, Expr::normal)))
}

//! `Element` and `NotElement`: membership in domains of numbers and truth values.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

use crate::arrays::dimension;

use super::decide::{is_real_valued, machine_value};
use crate::numbers::is_numeric;

/// Membership.
pub(super) const ELEMENT: Function = Function {
    name: "Element",
    usage: "Element[x, dom] asserts that x is an element of the domain dom, one of Integers, Rationals, Reals, Complexes, \
            Booleans, Vectors[n], Matrices[{m, n}] and Arrays[{n, ...}]; it is decided for numbers and arrays and stays for \
            symbols. Element[x | y | ..., dom] and Element[{x, y, ...}, \
            dom] assert it for each of them.",
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| membership(session, call, Sym::Element)),
    examples: &[
        ("Element[3, Integers]", "True"),
        ("Element[1/2, Integers]", "False"),
        ("Element[Pi, Reals]", "True"),
        ("Element[x | 2, Reals]", "x ∈ Reals"),
        (
            "{Element[{1, 2}, Vectors[2]], Element[{a, 2}, Matrices[2]], Element[VectorSymbol[\"v\", n], Vectors[n]]}",
            "{True, False, True}",
        ),
        ("Element[x, Vectors[n]]", "x ∈ Vectors[n]"),
    ],
    ..Function::NEW
};

/// Its negation.
pub(super) const NOT_ELEMENT: Function = Function {
    name: "NotElement",
    usage: "NotElement[x, dom] asserts that x is not an element of the domain dom.",
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| membership(session, call, Sym::NotElement)),
    examples: &[("NotElement[1/2, Integers]", "True")],
    ..Function::NEW
};

fn membership(session: &mut Session, call: &Expr, head: Sym) -> Eval {
    let (x, domain) = (call.arg(0), call.arg(1));
    let of_arrays = matches!(domain.head_sym(), Some(Sym::Vectors | Sym::Matrices | Sym::Arrays));
    let several = x.has_head(Sym::Alternatives) || x.is_list() && !of_arrays;
    let items = if several { x.args().to_vec() } else { vec![x] };
    let mut open = Vec::new();
    for item in &items {
        match is_element(session, item, &domain)? {
            Some(true) => {}
            Some(false) => return Ok(Some(Expr::boolean(head == Sym::NotElement))),
            None => open.push(item.clone()),
        }
    }
    if open.is_empty() {
        return Ok(Some(Expr::boolean(head == Sym::Element)));
    }
    if open.len() == items.len() && items.len() > 1 || !several {
        return Ok(None);
    }
    let rest = if open.len() == 1 { open.remove(0) } else { Expr::call(Sym::Alternatives, open) };
    Ok(Some(Expr::call(head, [rest, domain])))
}

/// Membership in `Vectors[n]`, `Matrices[{m, n}]`, `Arrays[{n, ...}]`, which dimensions decide.
fn is_array(session: &mut Session, x: &Expr, domain: &Expr) -> Result<Option<bool>, Flow> {
    if domain.is_empty() {
        return Ok(None);
    }
    let Some(mut stated) = dimension::stated(&domain.arg(0)) else { return Ok(None) };
    match domain.head_sym() {
        Some(Sym::Matrices) if stated.len() == 1 => {
            let size = stated[0].clone();
            stated.push(size);
        }
        Some(Sym::Vectors | Sym::Matrices | Sym::Arrays) => {}
        _ => return Ok(None),
    }
    let shape = session.shape_of(x)?;
    let Some(own) = shape.dimensions() else {
        return Ok((x.is_list() || x.as_str().is_some()).then_some(false));
    };
    if own.len() != stated.len() || own.iter().zip(&stated).any(|(a, b)| dimension::differ(a, b)) {
        return Ok(Some(false));
    }
    if own.iter().zip(&stated).any(|(a, b)| a != b) {
        return Ok(None);
    }
    let Some(elements) = domain.args().get(1).cloned() else { return Ok(Some(true)) };
    if !x.is_list() {
        return Ok(None);
    }
    let flat = session.evaluate_call(Sym::Flatten, [x.clone()])?;
    let mut all = Some(true);
    for item in flat.args().iter() {
        match is_element(session, item, &elements)? {
            Some(true) => {}
            Some(false) => return Ok(Some(false)),
            None => all = None,
        }
    }
    Ok(all)
}

fn is_element(session: &mut Session, x: &Expr, domain: &Expr) -> Result<Option<bool>, Flow> {
    let Some(domain) = domain.sym() else { return is_array(session, x, domain) };
    if domain == Sym::Booleans {
        let truth = matches!(x.sym(), Some(Sym::True | Sym::False));
        return Ok(if truth { Some(true) } else { (x.is_number() || x.as_str().is_some()).then_some(false) });
    }
    if !matches!(domain, Sym::Integers | Sym::Rationals | Sym::Reals | Sym::Complexes) {
        return Ok(None);
    }
    if let Some(number) = x.as_number() {
        return Ok(Some(match domain {
            Sym::Integers => number.is_integer(),
            Sym::Rationals => number.is_exact() && number.is_real(),
            Sym::Reals => number.is_real(),
            _ => true,
        }));
    }
    if x.as_str().is_some() || matches!(x.sym(), Some(Sym::True | Sym::False)) {
        return Ok(Some(false));
    }
    if !is_numeric(session, x) {
        return Ok(None);
    }
    match domain {
        Sym::Complexes => Ok(Some(true)),
        Sym::Reals => is_real_valued(session, x).map(Some),
        _ => {
            // A value that is not close to an integer decides; whether it is rational does not show.
            let value = machine_value(session, x)?;
            let far = value.is_some_and(|v| !v.is_real() || v.to_f64().is_some_and(|v| (v - v.round()).abs() > 1e-6));
            Ok((far && domain == Sym::Integers).then_some(false))
        }
    }
}

//! Infinite quantities: `DirectedInfinity` and the symbols that abbreviate it.

use netform_eval::{Eval, Form, Function, Session, ShapeRule};
use netform_expr::{Expr, Number, Sym};

pub(super) const INFINITY: Function = Function {
    name: "Infinity",
    usage: "Infinity is a positive infinite quantity: DirectedInfinity[1].",
    value: Some(|_| Ok(Some(Expr::call(Sym::DirectedInfinity, [Expr::integer(1)])))),
    forms: &[(Form::Tex, "\\infty"), (Form::C, "INFINITY")],
    messages: &[("indet", "Indeterminate expression `1` encountered.")],
    examples: &[("2 Infinity - 3", "Infinity"), ("Infinity === DirectedInfinity[1]", "True")],
    ..Function::NEW
};

pub(super) const COMPLEX_INFINITY: Function = Function {
    name: "ComplexInfinity",
    usage: "ComplexInfinity is an infinite quantity whose direction is unknown: DirectedInfinity[].",
    value: Some(|_| Ok(Some(Expr::call(Sym::DirectedInfinity, [])))),
    examples: &[("ComplexInfinity === DirectedInfinity[]", "True")],
    ..Function::NEW
};

pub(super) const DIRECTED_INFINITY: Function = Function {
    name: "DirectedInfinity",
    usage: "DirectedInfinity[z] is an infinite quantity in the direction of the complex number z. \
            DirectedInfinity[] has no known direction.",
    evaluate: Some(direct),
    arguments: Some((0, 1)),
    shape: ShapeRule::Scalar,
    examples: &[
        ("DirectedInfinity[-3]", "-Infinity"),
        ("DirectedInfinity[3 + 4 I]", "DirectedInfinity[3/5 + (4 I)/5]"),
    ],
    ..Function::NEW
};

/// Directions are made unit numbers.
fn direct(session: &mut Session, call: &Expr) -> Eval {
    let Some(direction) = call.args().first().and_then(Expr::as_number) else { return Ok(None) };
    if direction.is_zero() {
        return Ok(Some(Expr::call(Sym::DirectedInfinity, [])));
    }
    let unit = match direction.sign() {
        Some(sign) => Number::from(i64::from(sign)),
        None => return unit_of(session, call, &direction),
    };
    Ok((direction != unit).then(|| Expr::call(Sym::DirectedInfinity, [Expr::number(unit)])))
}

/// A complex direction divided by its size, which may be a square root.
fn unit_of(session: &mut Session, call: &Expr, direction: &Number) -> Eval {
    let direction = Expr::number(direction.clone());
    let size = session.evaluate_call(Sym::Abs, [direction.clone()])?;
    if size.is_integer(1) {
        return Ok(None);
    }
    let unit = session.evaluate_call(Sym::Divide, [direction, size])?;
    Ok(Some(Expr::call(Sym::DirectedInfinity, [unit])).filter(|made| made != call))
}

/// What kind of infinite or undetermined thing a term or factor is.
pub(super) enum InfinityClass {
    /// `DirectedInfinity[...]`.
    Directed,
    /// `Indeterminate`.
    Indeterminate,
}

/// The class of an infinite or undetermined expression; `None` for all others.
pub(super) fn infinity_class(e: &Expr) -> Option<InfinityClass> {
    if e.is(Sym::Indeterminate) {
        Some(InfinityClass::Indeterminate)
    } else if e.has_head(Sym::DirectedInfinity) {
        Some(InfinityClass::Directed)
    } else {
        None
    }
}

/// The infinite terms of a sum.
pub(super) enum Infinities {
    /// Some term is indeterminate.
    Indeterminate,
    /// All infinite terms are this one.
    One(Expr),
    /// There are infinite terms of several directions, or several of unknown direction.
    Conflicting,
}

impl Infinities {
    /// The infinities among terms; `None` if there are none.
    pub(super) fn of(terms: &[Expr]) -> Option<Infinities> {
        let mut found: Option<Infinities> = None;
        for term in terms {
            found = match (infinity_class(term), found) {
                (None, found) => found,
                (Some(InfinityClass::Indeterminate), _) => return Some(Infinities::Indeterminate),
                (Some(InfinityClass::Directed), None) => Some(Infinities::One(term.clone())),
                (Some(InfinityClass::Directed), Some(Infinities::One(first))) if first == *term && !term.is_empty() => {
                    Some(Infinities::One(first))
                }
                (Some(InfinityClass::Directed), Some(_)) => Some(Infinities::Conflicting),
            };
        }
        found
    }
}

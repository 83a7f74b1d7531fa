//! `Take` and `Drop`: runs of elements at the beginning, at the end, or between.

use super::levels::{NORMAL_MESSAGE, is_atomic_argument};
use crate::arrays::lowering::{lower_drop, lower_take};
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::dimension::sum;
use super::elements::{elements, select_arguments, with_elements};
use super::part::span;

const SEQUENCE_MESSAGE: (&str, &str) =
    ("seqs", "Sequence specification (+n, -n, {+n}, {-n}, {m, n}, or {m, n, s}) expected at position `1` in `2`.");

/// Runs of elements that stay.
pub(super) const TAKE: Function = Function {
    name: "Take",
    usage: "Take[list, n] gives the first n elements of list, Take[list, -n] the last n, Take[list, {m, n}] those from m \
            through n, Take[list, {m, n, s}] every s-th of these, and Take[list, UpTo[n]] n or as many as there are. \
            Take[list, seq1, seq2, ...] takes at each level.",
    messages: &[("take", "Cannot take positions `1` through `2` in `3`."), SEQUENCE_MESSAGE, NORMAL_MESSAGE],
    lowering: Lowering::Rewrite(lower_take),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: crate::arrays::linear::SELECTING,
    examples: &[
        ("Take[{a, b, c, d}, 2]", "{a, b}"),
        ("Take[{a, b, c, d}, -2]", "{c, d}"),
        ("Take[{a, b, c, d, e}, {2, -1, 2}]", "{b, d}"),
        ("Take[{a, b}, UpTo[4]]", "{a, b}"),
        ("Take[{{a, b}, {c, d}}, All, 1]", "{{a}, {c}}"),
    ],
    ..RUN
};

/// Runs of elements that go.
pub(super) const DROP: Function = Function {
    name: "Drop",
    usage: "Drop[list, n] gives list without its first n elements, Drop[list, -n] without the last n, Drop[list, {m, n}] \
            without those from m through n, and Drop[list, {m, n, s}] without every s-th of these. \
            Drop[list, seq1, seq2, ...] drops at each level.",
    messages: &[("drop", "Cannot drop positions `1` through `2` in `3`."), SEQUENCE_MESSAGE, NORMAL_MESSAGE],
    lowering: Lowering::Rewrite(lower_drop),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: crate::arrays::linear::SELECTING,
    examples: &[
        ("Drop[{a, b, c, d}, 2]", "{c, d}"),
        ("Drop[{a, b, c, d}, {2}]", "{a, c, d}"),
        ("Drop[{{a, b}, {c, d}}, None, 1]", "{{b}, {d}}"),
    ],
    ..RUN
};

const RUN: Function = Function {
    attributes: netform_expr::Attributes::N_HOLD_REST,
    arguments: Some((1, usize::MAX)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(of_array),
    evaluate: Some(evaluate),
    shape: ShapeRule::Rule(shape),
    ..Function::NEW
};

/// What is wrong with a specification of a run.
enum Fault {
    Form,
    Range(i64, i64),
}

/// The indices, counted from 0, of a run among `length` elements.
fn run(length: usize, specification: &Expr) -> Result<Vec<usize>, Fault> {
    let count = length as i64;
    let beyond = |from: i64, to: i64| Err(Fault::Range(from, to));
    if specification.is(Sym::All) {
        return Ok((0..length).collect());
    }
    if specification.is(Sym::None) {
        return Ok(Vec::new());
    }
    if specification.has_head(Sym::UpTo) && specification.len() == 1 {
        let most = specification.arg(0);
        let most = if super::levels::is_infinity(&most) { Some(count) } else { most.as_i64() };
        let most = most.filter(|n| *n >= 0).ok_or(Fault::Form)?.min(count);
        return Ok((0..most as usize).collect());
    }
    if let Some(n) = specification.as_i64() {
        return match n {
            n if n.abs() > count => {
                if n > 0 {
                    beyond(1, n)
                } else {
                    beyond(n, -1)
                }
            }
            n if n >= 0 => Ok((0..n as usize).collect()),
            n => Ok(((count + n) as usize..length).collect()),
        };
    }
    let specification = match specification.args_of(Sym::List).as_deref() {
        Some([n]) => Expr::call(Sym::Span, [n.clone(), n.clone()]),
        Some(bounds @ ([_, _] | [_, _, _])) => Expr::call(Sym::Span, bounds.to_vec()),
        _ if specification.has_head(Sym::Span) => specification.clone(),
        _ => return Err(Fault::Form),
    };
    span(length, &specification).map_err(|fault| match fault {
        super::part::PartFault::Span(from, to) => Fault::Range(from, to),
        _ => Fault::Form,
    })
}

/// The indices that `Take` or `Drop` keeps.
fn kept(dropping: bool, length: usize, specification: &Expr) -> Result<Vec<usize>, Fault> {
    let chosen = run(length, specification)?;
    if !dropping {
        return Ok(chosen);
    }
    let mut keep = vec![true; length];
    chosen.into_iter().for_each(|i| keep[i] = false);
    Ok((0..length).filter(|&i| keep[i]).collect())
}

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if args.len() == 1 {
        return Ok(Some(args[0].clone()));
    }
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    at_levels(session, call, &args[0], &args[1..], 2)
}

fn at_levels(session: &mut Session, call: &Expr, e: &Expr, runs: &[Expr], position: usize) -> Eval {
    let Some((first, rest)) = runs.split_first() else { return Ok(Some(e.clone())) };
    if session.is_symbolic_array(e)? {
        return Ok(Some(Expr::normal(call.head().clone(), [e.clone()].into_iter().chain(runs.iter().cloned()))));
    }
    session.tick()?;
    let indices = match kept(call.head().is(Sym::Drop), e.len(), first) {
        Ok(indices) => indices,
        Err(fault) => {
            report(session, call, e, &fault, position);
            return Ok(None);
        }
    };
    let selected = select_arguments(e, &indices);
    if rest.is_empty() {
        return Ok(Some(selected));
    }
    let mut parts = Vec::with_capacity(selected.len());
    for element in elements(&selected).iter() {
        let Some(part) = at_levels(session, call, element, rest, position + 1)? else { return Ok(None) };
        parts.push(part);
    }
    Ok(Some(with_elements(&selected, parts)))
}

fn report(session: &mut Session, call: &Expr, e: &Expr, fault: &Fault, position: usize) {
    match fault {
        Fault::Form => session.message_of(call.head(), "seqs", &[Expr::integer(position as i64), call.clone()]),
        Fault::Range(from, to) => {
            let tag = if call.head().is(Sym::Drop) { "drop" } else { "take" };
            session.message_of(call.head(), tag, &[Expr::integer(*from), Expr::integer(*to), e.clone()]);
        }
    }
}

/// A number of elements that can be gone through one by one; larger ones are treated like those that are not known.
pub(super) fn few(dimension: &Expr) -> Option<usize> {
    const MOST: usize = 1 << 20;
    dimension.as_usize().filter(|&length| length <= MOST)
}

/// Runs of a symbolic array stay; those that change nothing go.
fn of_array(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let shape = session.shape_of(&args[0])?;
    let Some(dimensions) = shape.dimensions() else { return Ok(None) };
    let dropping = call.head().is(Sym::Drop);
    // What is said of levels that there are not means nothing.
    let mut identity = args.len() - 1 <= dimensions.len();
    for (i, (specification, dimension)) in args[1..].iter().zip(dimensions).enumerate() {
        let whole = if dropping { Sym::None } else { Sym::All };
        identity &= match few(dimension) {
            _ if specification.is(whole) => true,
            None => false,
            Some(length) => match kept(dropping, length, specification) {
                Ok(indices) => indices.iter().copied().eq(0..length),
                Err(Fault::Form) => false,
                Err(fault) => {
                    report(session, call, &args[0], &fault, i + 2);
                    return Ok(None);
                }
            },
        };
    }
    Ok(identity.then(|| args[0].clone()))
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let args = call.args();
    let shape = session.shape_of(&args[0])?;
    let Some(dimensions) = shape.dimensions() else { return Ok(Shape::Unknown) };
    let mut result: Vec<Expr> = dimensions.to_vec();
    if args.len() - 1 > result.len() {
        return Ok(Shape::Unknown);
    }
    let dropping = call.head().is(Sym::Drop);
    for (specification, dimension) in args[1..].iter().zip(result.iter_mut()) {
        let Some(size) = run_size(session, dropping, specification, dimension)? else { return Ok(Shape::Unknown) };
        *dimension = size;
    }
    Ok(Shape::of(result))
}

fn run_size(session: &mut Session, dropping: bool, run: &Expr, dimension: &Expr) -> Result<Option<Expr>, Flow> {
    if let Some(length) = few(dimension) {
        return Ok(kept(dropping, length, run).ok().map(|indices| Expr::integer(indices.len() as i64)));
    }
    let taken = match (run.as_i64(), run.args_of(Sym::List).as_deref()) {
        (Some(n), _) => Expr::integer(n.abs()),
        (None, Some([_])) => Expr::integer(1),
        (None, Some([from, to])) => {
            let mut place = |bound: &Expr| match bound.as_i64() {
                Some(n) if n < 0 => sum(session, [dimension.clone(), Expr::integer(n + 1)]),
                _ => Ok(bound.clone()),
            };
            let (from, to) = (place(from)?, place(to)?);
            let before = Expr::call(Sym::Times, [Expr::integer(-1), from]);
            sum(session, [to, before, Expr::integer(1)])?
        }
        _ if run.is(Sym::All) => dimension.clone(),
        _ if run.is(Sym::None) => Expr::integer(0),
        (None, None) if !run.is_list() && !run.has_head(Sym::UpTo) && !run.has_head(Sym::Span) => run.clone(),
        _ => return Ok(None),
    };
    if !dropping {
        return Ok(Some(taken));
    }
    let negative = Expr::call(Sym::Times, [Expr::integer(-1), taken]);
    sum(session, [dimension.clone(), negative]).map(Some)
}

//! `Table`, `Array`, `ConstantArray`: lists made by evaluation at every place.

use crate::arrays::lowering::lower_constant_array;
use netform_array::{Array, item_count};
use netform_eval::{Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Attributes, Expr, Sym};

use super::dimension::nested;
use super::range::{is_too_long, subdivision};
use crate::iterators::{Iteration, Reading};

/// The values of an expression.
pub(super) const TABLE: Function = Function {
    name: "Table",
    usage: "Table[expr, n] gives a list of n values of expr. Table[expr, {i, imax}] lets i run from 1 to imax, \
            {i, imin, imax} from imin, {i, imin, imax, di} in steps of di, {i, {i1, i2, ...}} through the list. \
            Several iterators give nested lists, the first outermost. With symbolic bounds it stays.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, usize::MAX)),
    evaluate: Some(table),
    messages: &[("iterb", "Iterator `1` does not have appropriate bounds.")],
    examples: &[
        ("Table[i^2, {i, 4}]", "{1, 4, 9, 16}"),
        ("Table[x, 3]", "{x, x, x}"),
        ("Table[i + j, {i, 2}, {j, i}]", "{{2}, {3, 4}}"),
        ("Table[f[i], {i, {a, b}}]", "{f[a], f[b]}"),
    ],
    ..Function::NEW
};

fn table(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if args.len() == 1 {
        return session.evaluate(&args[0]).map(Some);
    }
    rows(session, call, &args[0], &args[1..], 1)
}

/// The lists of an iterator, of which there are at least so many.
fn rows(session: &mut Session, call: &Expr, body: &Expr, iterators: &[Expr], outer: u64) -> Eval {
    let Some((first, rest)) = iterators.split_first() else { return session.evaluate(body).map(Some) };
    let iteration = match Iteration::read(session, first)? {
        Reading::Done(iteration) => iteration,
        Reading::Symbolic(_) => return Ok(None),
        Reading::Malformed => {
            session.message_of(call.head(), "iterb", std::slice::from_ref(first));
            return Ok(None);
        }
    };
    let Some(count) = iteration.count() else {
        session.message_of(call.head(), "iterb", std::slice::from_ref(first));
        return Ok(None);
    };
    let all = outer.saturating_mul(count);
    if is_too_long(session, call, all)? {
        return Ok(None);
    }
    let mut elements = Vec::with_capacity(count.min(1 << 20) as usize);
    let mut complete = true;
    iteration.run(session, |session| {
        if complete {
            match rows(session, call, body, rest, all)? {
                Some(row) => elements.push(row),
                None => complete = false,
            }
        }
        Ok(())
    })?;
    Ok(complete.then(|| Expr::list(elements)))
}

/// The values of a function on a grid.
pub(super) const ARRAY: Function = Function {
    name: "Array",
    usage: "Array[f, n] gives {f[1], ..., f[n]}. Array[f, n, r] begins with f[r], Array[f, n, {a, b}] takes n points from \
            a to b. Array[f, {n1, n2, ...}, {r1, r2, ...}] gives nested lists of f[i1, i2, ...], and \
            Array[f, dims, origin, h] uses the head h for each level.",
    arguments: Some((2, 4)),
    evaluate: Some(array),
    messages: &[("plen", "`1` and `2` should have the same length.")],
    examples: &[
        ("Array[f, 3]", "{f[1], f[2], f[3]}"),
        ("Array[f, {2, 2}]", "{{f[1, 1], f[1, 2]}, {f[2, 1], f[2, 2]}}"),
        ("Array[f, 3, 0]", "{f[0], f[1], f[2]}"),
        ("Array[f, 2, 1, Plus]", "f[1] + f[2]"),
        ("Array[f, 3, {0, 1}]", "{f[0], f[1/2], f[1]}"),
    ],
    ..Function::NEW
};

fn array(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let sizes = if args[1].is_list() { args[1].args().to_vec() } else { vec![args[1].clone()] };
    let Some(sizes) = sizes.iter().map(Expr::as_usize).collect::<Option<Vec<usize>>>() else { return Ok(None) };
    if is_too_long(session, call, item_count(&sizes) as u64)? {
        return Ok(None);
    }
    let origins = match args.get(2) {
        None => vec![Expr::integer(1); sizes.len()],
        Some(origin) if args[1].is_list() && origin.is_list() => {
            if origin.len() != sizes.len() {
                session.message_of(call.head(), "plen", &[args[1].clone(), origin.clone()]);
                return Ok(None);
            }
            origin.args().to_vec()
        }
        Some(origin) => vec![origin.clone(); sizes.len()],
    };
    let mut axes = Vec::with_capacity(sizes.len());
    for (&size, origin) in sizes.iter().zip(&origins) {
        axes.push(axis(session, size, origin)?);
        if size == 0 {
            break; // The lists end here.
        }
    }
    let head = args.get(3).cloned().unwrap_or_else(|| Sym::List.into());
    grid(session, &args[0], &axes, &head, &mut Vec::new()).map(Some)
}

/// The indices along an axis: from an origin on, or between two ends.
fn axis(session: &mut Session, size: usize, origin: &Expr) -> Result<Vec<Expr>, Flow> {
    if let [min, max] = origin.args().as_ref()
        && origin.is_list()
    {
        return match size {
            0 => Ok(Vec::new()),
            1 => Ok(vec![min.clone()]),
            _ => subdivision(session, min, max, size - 1),
        };
    }
    (0..size).map(|k| session.evaluate_call(Sym::Plus, [origin.clone(), Expr::integer(k as i64)])).collect()
}

fn grid(session: &mut Session, f: &Expr, axes: &[Vec<Expr>], head: &Expr, place: &mut Vec<Expr>) -> Result<Expr, Flow> {
    let Some((axis, rest)) = axes.split_first() else {
        session.tick()?;
        return session.evaluate(&Expr::normal(f.clone(), place.iter().cloned()));
    };
    let mut parts = Vec::with_capacity(axis.len());
    for index in axis {
        place.push(index.clone());
        let part = grid(session, f, rest, head, place);
        place.pop();
        parts.push(part?);
    }
    Ok(Expr::normal(head.clone(), parts))
}

/// Arrays of equal elements.
pub(super) const CONSTANT_ARRAY: Function = Function {
    name: "ConstantArray",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "ConstantArray[c, n] gives a list of n copies of c. ConstantArray[c, {n1, n2, ...}] gives nested lists. With \
            symbolic sizes it stays, an array of these dimensions.",
    arguments: Some((2, 2)),
    evaluate: Some(constant_array),
    shape: ShapeRule::Rule(constant_array_shape),
    lowering: Lowering::Rewrite(lower_constant_array),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: crate::arrays::linear::SELECTING,
    examples: &[
        ("ConstantArray[x, 3]", "{x, x, x}"),
        ("ConstantArray[0, {2, 3}]", "{{0, 0, 0}, {0, 0, 0}}"),
        ("Dimensions[ConstantArray[0, {n, 2}]]", "{n, 2}"),
    ],
    ..Function::NEW
};

fn constant_array(session: &mut Session, call: &Expr) -> Eval {
    let (value, size) = (call.arg(0), call.arg(1));
    let sizes = if size.is_list() { size.args().to_vec() } else { vec![size] };
    let Some(sizes) = sizes.iter().map(Expr::as_usize).collect::<Option<Vec<usize>>>() else { return Ok(None) };
    let count = item_count(&sizes);
    if is_too_long(session, call, count as u64)? {
        return Ok(None);
    }
    let packed = match (value.as_i64(), value.as_real()) {
        _ if sizes.contains(&0) => None,
        (Some(n), _) => Array::from_i64(&sizes, vec![n; count]).ok(),
        (_, Some(x)) => Array::from_f64(&sizes, vec![x; count]).ok(),
        _ => None,
    };
    if let Some(array) = packed {
        return Ok(Some(Expr::array(array)));
    }
    let fill = |inner: Expr, &n: &usize| Expr::list(std::iter::repeat_n(inner, n));
    let end = sizes.iter().position(|&size| size == 0).map_or(sizes.len(), |last| last + 1);
    Ok(Some(sizes[..end].iter().rev().fold(value, fill)))
}

fn constant_array_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let size = call.arg(1);
    let outer = if size.is_list() { size.args().to_vec() } else { vec![size] };
    let inner = session.shape_of(&call.arg(0))?;
    Ok(nested(outer, &inner))
}

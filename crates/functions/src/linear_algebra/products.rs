//! `Cross`, `KroneckerProduct`, `Norm`, `Normalize`: other products, and lengths of vectors.

use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::explicit::{Elements, Explicit};
use super::lowering::{lower_cross, lower_kronecker_product, lower_norm, lower_normalize};
use super::singular_values::{spectral_norm, spectral_norm_of_pair};
use crate::arithmetic::{power, product, sum};
use crate::arrays::dimension;
use crate::lists::levels::is_infinity;

/// Vector products.
pub(super) const CROSS: Function = Function {
    name: "Cross",
    usage: "Cross[a, b] gives the vector product of the three-dimensional vectors a and b. Cross[{x, y}] gives {-y, x}, and \
            Cross[v1, ..., vn] the vector orthogonal to n vectors of n + 1 dimensions.",
    arguments: Some((1, usize::MAX)),
    arrays: ArrayPositions::All,
    evaluate: Some(cross),
    shape: ShapeRule::Rule(|session, call| session.shape_of(&call.arg(0))),
    messages: &[(
        "nonn1",
        "The arguments are expected to be vectors of equal length, and their number one less than that.",
    )],
    derivative: Derivative::Differential(crate::arrays::differentials::of_each_argument),
    linear: netform_eval::Linear { arguments: netform_eval::Linearity::Each, ..netform_eval::Linear::NEW },
    lowering: Lowering::Rewrite(lower_cross),
    examples: &[
        ("Cross[{a, b, c}, {x, y, z}]", "{-c y + b z, c x - a z, -b x + a y}"),
        ("Cross[{x, y}]", "{-y, x}"),
        ("Cross[{1, 0, 0}, {0, 1, 0}]", "{0, 0, 1}"),
    ],
    ..Function::NEW
};

fn cross(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if !args.iter().all(Expr::is_list) {
        return Ok(None);
    }
    let size = args.len() + 1;
    if args.iter().any(|v| v.len() != size || v.args().iter().any(Expr::is_list)) {
        session.message_of(call.head(), "nonn1", &[]);
        return Ok(None);
    }
    let mut components = Vec::with_capacity(size);
    for column in 0..size {
        let rows = args.iter().map(|v| {
            let others =
                v.args().iter().enumerate().filter(|(j, _)| *j != column).map(|(_, e)| e.clone()).collect::<Vec<_>>();
            Expr::list(others)
        });
        let minor = session.evaluate_call(Sym::Det, [Expr::list(rows.collect::<Vec<_>>())])?;
        let sign = if (size - 1 + column).is_multiple_of(2) { 1 } else { -1 };
        components.push(product(session, [Expr::integer(sign), minor])?);
    }
    Ok(Some(Expr::list(components)))
}

/// Products of all pairs of elements, as blocks.
pub(super) const KRONECKER_PRODUCT: Function = Function {
    name: "KroneckerProduct",
    usage: "KroneckerProduct[m1, m2, ...] gives the matrix in which each element of m1 is replaced by its product with m2, \
            and so on. Two vectors give the matrix of all products.",
    arguments: Some((1, usize::MAX)),
    arrays: ArrayPositions::All,
    evaluate: Some(kronecker_product),
    shape: ShapeRule::Rule(kronecker_shape),
    messages: &[("matrix", "The arguments of `1` are expected to be matrices, or vectors.")],
    derivative: Derivative::Differential(crate::arrays::differentials::of_each_argument),
    linear: netform_eval::Linear { arguments: netform_eval::Linearity::Each, ..netform_eval::Linear::NEW },
    lowering: Lowering::Rewrite(lower_kronecker_product),
    examples: &[
        ("KroneckerProduct[{{1, 2}}, {{a}, {b}}]", "{{a, 2 a}, {b, 2 b}}"),
        ("KroneckerProduct[{a, b}, {x, y}]", "{{a x, a y}, {b x, b y}}"),
    ],
    ..Function::NEW
};

/// The sizes multiplied: a vector is a column before another factor, and a row after one.
fn kronecker_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let mut sizes = [Expr::integer(1), Expr::integer(1)];
    for (i, arg) in call.args().iter().enumerate() {
        let own = session.shape_of(arg)?;
        let one = Expr::integer(1);
        let (rows, columns) = match own.dimensions() {
            Some([n]) if i + 1 == call.len() => (one, n.clone()),
            Some([n]) => (n.clone(), one),
            Some([rows, columns]) => (rows.clone(), columns.clone()),
            _ => return Ok(Shape::Unknown),
        };
        sizes = [dimension::multiply(session, &sizes[0], &rows)?, dimension::multiply(session, &sizes[1], &columns)?];
    }
    Ok(if call.len() > 1 { Shape::of(sizes) } else { Shape::Unknown })
}

fn kronecker_product(session: &mut Session, call: &Expr) -> Eval {
    let mut factors = Vec::with_capacity(call.len());
    for arg in call.args().iter() {
        match Explicit::of(session, arg)? {
            Some(explicit) if matches!(explicit.dimensions.len(), 1 | 2) => factors.push(explicit),
            None if !arg.is_list() => return Ok(None),
            _ => {
                session.message_of(call.head(), "matrix", std::slice::from_ref(call));
                return Ok(None);
            }
        }
    }
    if factors.len() == 1 {
        return Ok(Some(call.arg(0)));
    }
    // A vector is a column before another factor, and a row after one.
    let last = factors.len() - 1;
    let as_matrix = |(i, factor): (usize, Explicit)| {
        let size = factor.dimensions[0];
        let (rows, columns) = factor.matrix().unwrap_or(if i == last { (1, size) } else { (size, 1) });
        (rows, columns, factor.elements.into_expressions())
    };
    let mut matrices = factors.into_iter().enumerate().map(as_matrix);
    let Some(mut result) = matrices.next() else { return Ok(None) };
    for (rows, columns, elements) in matrices {
        let (m, n, left) = &result;
        let mut products = Vec::with_capacity(left.len() * elements.len());
        for i in 0..m * rows {
            for j in 0..n * columns {
                session.tick()?;
                let a = left[(i / rows) * n + j / columns].clone();
                let b = elements[(i % rows) * columns + j % columns].clone();
                products.push(product(session, [a, b])?);
            }
        }
        result = (m * rows, n * columns, products);
    }
    let (rows, columns, elements) = result;
    Ok(Some(Explicit { dimensions: vec![rows, columns], elements: Elements::Expressions(elements) }.into_expr()))
}

/// Norms.
pub(super) const NORM: Function = Function {
    name: "Norm",
    usage: "Norm[v] gives the Euclidean norm of a vector or number, or the largest singular value of a matrix of machine \
            numbers, or of exact ones with at most two rows or columns. Norm[v, p] gives the p-norm, p being at least 1 or Infinity, and Norm[m, \"Frobenius\"] the square \
            root of the sum of the squares of all elements.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(norm_of_array),
    evaluate: Some(norm),
    shape: ShapeRule::Scalar,
    lowering: Lowering::Rewrite(lower_norm),
    messages: &[
        ("nvm", "The first Norm argument should be a number, vector, or matrix."),
        (
            "ptype",
            "The second argument of Norm, `1`, should be a number of at least 1, Infinity, or \"Frobenius\" for matrices.",
        ),
    ],
    derivative: Derivative::Differential(super::differentials::of_norm),
    examples: &[
        ("Norm[{3, 4}]", "5"),
        ("Norm[{1, 2, 3}, 1]", "6"),
        ("Norm[{1, -5, 3}, Infinity]", "5"),
        ("Norm[-3]", "3"),
        ("Norm[{{1, 2}, {3, 4}}]", "Sqrt[15 + Sqrt[221]]"),
    ],
    ..Function::NEW
};

/// Norms that are maxima, and the spectral norm of a matrix of two rows or columns, are written as these; others stay.
fn norm_of_array(session: &mut Session, call: &Expr) -> Eval {
    let array = call.arg(0);
    let dimensions = dimension::of(session, &array)?;
    let p = call.args().get(1).cloned().unwrap_or_else(|| Expr::integer(2));
    let maximum = |session: &mut Session, level: Option<i64>| {
        let sizes = session.evaluate_call(Sym::Abs, [array.clone()])?;
        let sizes = match level {
            None => sizes,
            Some(level) => session.evaluate_call(Sym::Total, [sizes, Expr::list([Expr::integer(level)])])?,
        };
        session.evaluate_call(Sym::Max, [sizes]).map(Some)
    };
    match dimensions.len() {
        1 if is_infinity(&p) => maximum(session, None),
        2 if is_infinity(&p) => maximum(session, Some(2)),
        2 if p.is_integer(1) => maximum(session, Some(1)),
        2 if p.is_integer(2) => spectral_norm_of_pair(session, &array, &dimensions),
        _ => Ok(None),
    }
}

fn norm(session: &mut Session, call: &Expr) -> Eval {
    let e = call.arg(0);
    if e.is_number() {
        return Ok(Some(Expr::call(Sym::Abs, [e])));
    }
    let Some(array) = Explicit::of(session, &e)? else {
        if e.is_list() && !e.may_hold_array_symbol() || e.as_str().is_some() {
            session.message_of(call.head(), "nvm", &[]);
        }
        return Ok(None);
    };
    let p = call.args().get(1).cloned().unwrap_or_else(|| Expr::integer(2));
    if array.elements.len() == 0 || array.dimensions.len() > 2 {
        session.message_of(call.head(), "nvm", &[]);
        return Ok(None);
    }
    if array.dimensions.len() == 2 {
        return matrix_norm(session, call, array, &p);
    }
    let elements = array.elements.into_expressions();
    if p.as_str() == Some("Frobenius") {
        return p_norm(session, elements, &Expr::integer(2)).map(Some);
    }
    if !is_infinity(&p) && !p.is_symbol() && p.as_number().is_none_or(|p| p.to_f64().is_none_or(|p| p < 1.0)) {
        session.message_of(call.head(), "ptype", &[p]);
        return Ok(None);
    }
    p_norm(session, elements, &p).map(Some)
}

pub(super) fn p_norm(session: &mut Session, elements: Vec<Expr>, p: &Expr) -> Result<Expr, Flow> {
    let mut sizes = Vec::with_capacity(elements.len());
    for element in elements {
        sizes.push(session.evaluate_call(Sym::Abs, [element])?);
    }
    if is_infinity(p) {
        return session.evaluate_call(Sym::Max, sizes);
    }
    if p.is_integer(1) {
        return sum(session, sizes);
    }
    let mut powers = Vec::with_capacity(sizes.len());
    for size in sizes {
        powers.push(power(session, size, p.clone())?);
    }
    let total = sum(session, powers)?;
    let root = power(session, p.clone(), Expr::integer(-1))?;
    power(session, total, root)
}

fn matrix_norm(session: &mut Session, call: &Expr, matrix: Explicit, p: &Expr) -> Eval {
    let Some((rows, columns)) = matrix.matrix() else { return Ok(None) };
    if p.is_integer(2) {
        return spectral_norm(session, matrix.elements, rows, columns);
    }
    let elements = matrix.elements.into_expressions();
    if p.as_str() == Some("Frobenius") {
        return p_norm(session, elements, &Expr::integer(2)).map(Some);
    }
    let lines: Vec<Vec<Expr>> = if p.is_integer(1) {
        (0..columns).map(|j| (0..rows).map(|i| elements[i * columns + j].clone()).collect()).collect()
    } else if is_infinity(p) {
        elements.chunks(columns).map(<[Expr]>::to_vec).collect()
    } else {
        session.message_of(call.head(), "ptype", std::slice::from_ref(p));
        return Ok(None);
    };
    let mut sums = Vec::with_capacity(lines.len());
    for line in lines {
        sums.push(p_norm(session, line, &Expr::integer(1))?);
    }
    session.evaluate_call(Sym::Max, sums).map(Some)
}

/// Vectors of norm 1.
pub(super) const NORMALIZE: Function = Function {
    name: "Normalize",
    usage: "Normalize[v] gives the vector v divided by its norm, or v itself if that is 0. Normalize[v, f] divides by f[v].",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(normalize_array),
    evaluate: Some(|session, call| {
        let v = call.arg(0);
        if !v.is_list() && !v.is_number() || is_other_array(session, call)? {
            return Ok(None);
        }
        let f = call.args().get(1).cloned().unwrap_or_else(|| Sym::Norm.into());
        let norm = session.evaluate(&Expr::normal(f, [v.clone()]))?;
        if norm.as_number().is_some_and(|norm| norm.is_zero()) {
            return Ok(Some(v));
        }
        let inverse = power(session, norm, Expr::integer(-1))?;
        Ok(Some(Expr::call(Sym::Times, [inverse, v])))
    }),
    shape: ShapeRule::Rule(|session, call| session.shape_of(&call.arg(0))),
    messages: &[("nlnmt", "The first argument of `1` is expected to be a number or a vector, unless a norm is given.")],
    lowering: Lowering::Rewrite(lower_normalize),
    derivative: Derivative::Differential(super::differentials::of_normalize),
    examples: &[
        ("Normalize[{3, 4}]", "{3/5, 4/5}"),
        ("Normalize[{0, 0}]", "{0, 0}"),
        ("Normalize[{1, 3}, Total]", "{1/4, 3/4}"),
    ],
    ..Function::NEW
};

/// Whether the argument is an array with more than one level, for which no norm is given; with a message.
fn is_other_array(session: &mut Session, call: &Expr) -> Result<bool, Flow> {
    let is_other = call.len() == 1 && session.shape_of(&call.arg(0))?.rank().is_some_and(|rank| rank > 1);
    if is_other {
        session.message_of(call.head(), "nlnmt", std::slice::from_ref(call));
    }
    Ok(is_other)
}

/// An array divided by a norm that is given.
fn normalize_array(session: &mut Session, call: &Expr) -> Eval {
    if is_other_array(session, call)? || call.len() == 1 {
        return Ok(None);
    }
    let norm = session.evaluate(&Expr::normal(call.arg(1), [call.arg(0)]))?;
    let inverse = power(session, norm, Expr::integer(-1))?;
    product(session, [inverse, call.arg(0)]).map(Some)
}

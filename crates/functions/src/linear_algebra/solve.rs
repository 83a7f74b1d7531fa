//! `Det`, `Inverse`, `LinearSolve`, `MatrixPower`: square matrices and linear equations.

use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Form, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::elimination::{Expressions, Field, Reals, Reduced, expressions, reduce, rows_of};
use super::explicit::{Elements, Explicit, multiply};
use super::lowering::{lower_det, lower_inverse, lower_linear_solve, lower_matrix_power};
use super::structured::square_shape;
use crate::arrays::dimension;

const SQUARE_MESSAGE: (&str, &str) = ("matsq", "Argument `1` at position 1 is not a non-empty square matrix.");
const SINGULAR_MESSAGE: (&str, &str) = ("sing", "Matrix `1` is singular.");

/// A square matrix in the first argument; a message where there is another list.
fn square(session: &mut Session, call: &Expr) -> Result<Option<(Explicit, usize)>, Flow> {
    let m = call.arg(0);
    let explicit = Explicit::of(session, &m)?;
    let Some(size) = explicit.as_ref().and_then(Explicit::square) else {
        if m.is_list() && !m.may_hold_array_symbol() || m.is_number() {
            session.message_of(call.head(), "matsq", &[m]);
        }
        return Ok(None);
    };
    Ok(explicit.map(|explicit| (explicit, size)))
}

/// Determinants.
pub(super) const DET: Function = Function {
    name: "Det",
    usage: "Det[m] gives the determinant of the square matrix m.",
    arguments: Some((1, 1)),
    arrays: ArrayPositions::All,
    evaluate: Some(det),
    on_arrays: Some(|_, call| Ok(is_identity(&call.arg(0)).then(|| Expr::integer(1)))),
    shape: ShapeRule::Rule(|session, call| {
        let argument = session.shape_of(&call.arg(0))?;
        let square = square_shape(session, call)?;
        Ok(if square.rank() == argument.rank() { Shape::scalar() } else { Shape::Unknown })
    }),
    messages: &[SQUARE_MESSAGE],
    lowering: Lowering::Rewrite(lower_det),
    derivative: Derivative::Differential(super::differentials::of_det),
    forms: &[(Form::Tex, "\\det")],
    examples: &[
        ("Det[{{1, 2}, {3, 4}}]", "-2"),
        ("Det[{{a, b}, {c, d}}]", "-b c + a d"),
        ("Det[{{1, 2}, {2, 4}}]", "0"),
    ],
    ..Function::NEW
};

/// Whether a matrix is an identity that is not written out.
fn is_identity(e: &Expr) -> bool {
    e.has_head(Sym::SymbolicIdentityArray) && e.arg(0).len() == 1
}

/// Symbolic determinants up to this size are expanded by minors.
const EXPANDED_SIZE: usize = 10;

fn det(session: &mut Session, call: &Expr) -> Eval {
    let Some((matrix, size)) = square(session, call)? else { return Ok(None) };
    match &matrix.elements {
        Elements::Reals(values) => {
            let reduced = reduce(&mut Reals::default(), rows_of(values, size), size)?;
            Ok(Some(Expr::real(reduced.determinant)))
        }
        Elements::Expressions(elements) if size <= EXPANDED_SIZE => {
            let minors = minors(session, elements, size)?;
            Ok(Some(minors))
        }
        other => {
            let rows = rows_of(&other.clone().into_expressions(), size);
            let reduced = reduce(&mut Expressions(session), rows, size)?;
            Ok(Some(reduced.determinant))
        }
    }
}

/// The determinant as a sum of products: minors of the first rows for each set of columns.
fn minors(session: &mut Session, elements: &[Expr], size: usize) -> Result<Expr, Flow> {
    let mut known: Vec<Option<Expr>> = vec![None; 1 << size];
    known[0] = Some(Expr::integer(1));
    for set in 1_usize..1 << size {
        session.tick()?;
        let row = set.count_ones() as usize - 1;
        let mut terms = Vec::new();
        for column in (0..size).filter(|column| set & (1 << column) != 0) {
            let entry = &elements[row * size + column];
            let Some(minor) = known[set & !(1 << column)].clone() else { continue };
            if entry.is_integer(0) || minor.is_integer(0) {
                continue;
            }
            let after = (set >> (column + 1)).count_ones();
            let sign = if after % 2 == 0 { 1 } else { -1 };
            terms.push(Expr::call(Sym::Times, [Expr::integer(sign), entry.clone(), minor]));
        }
        let sum = session.evaluate_call(Sym::Plus, terms)?;
        known[set] = Some(session.evaluate_call(Sym::Expand, [sum])?);
    }
    Ok(known.pop().flatten().unwrap_or_else(|| Expr::integer(1)))
}

/// Inverses.
pub(super) const INVERSE: Function = Function {
    name: "Inverse",
    usage: "Inverse[m] gives the inverse of the square matrix m.",
    arguments: Some((1, 1)),
    arrays: ArrayPositions::All,
    on_arrays: Some(|_, call| Ok(Some(call.arg(0)).filter(is_identity))),
    evaluate: Some(|session, call| {
        let Some((matrix, size)) = square(session, call)? else { return Ok(None) };
        let inverse = inverse(session, &matrix, size)?;
        if inverse.is_none() {
            session.message_of(call.head(), "sing", &[call.arg(0)]);
        }
        Ok(inverse.map(Explicit::into_expr))
    }),
    shape: ShapeRule::Rule(square_shape),
    messages: &[SQUARE_MESSAGE, SINGULAR_MESSAGE],
    lowering: Lowering::Rewrite(lower_inverse),
    derivative: Derivative::Differential(super::differentials::of_inverse),
    examples: &[
        ("Inverse[{{1, 2}, {3, 4}}]", "{{-2, 1}, {3/2, -1/2}}"),
        ("Inverse[{{a, 0}, {0, b}}]", "{{1/a, 0}, {0, 1/b}}"),
    ],
    ..Function::NEW
};

fn inverse(session: &mut Session, matrix: &Explicit, size: usize) -> Result<Option<Explicit>, Flow> {
    fn beside_identity<F: Field>(field: &F, rows: Vec<Vec<F::Element>>) -> Vec<Vec<F::Element>> {
        let size = rows.len();
        let extend = |(i, mut row): (usize, Vec<F::Element>)| {
            row.extend((0..size).map(|j| if i == j { field.one() } else { field.zero() }));
            row
        };
        rows.into_iter().enumerate().map(extend).collect()
    }
    fn right_half<E: Clone>(reduced: &Reduced<E>, size: usize) -> Option<Vec<E>> {
        (reduced.pivots.len() == size).then(|| reduced.rows.iter().flat_map(|row| row[size..].to_vec()).collect())
    }
    let elements = match expressions(&matrix.elements) {
        Ok(values) => {
            let rows = beside_identity(&Reals::default(), rows_of(&values, size));
            right_half(&reduce(&mut Reals::default(), rows, size)?, size).map(Elements::Reals)
        }
        Err(elements) => {
            let mut field = Expressions(session);
            let rows = beside_identity(&field, rows_of(&elements, size));
            right_half(&reduce(&mut field, rows, size)?, size).map(Elements::Expressions)
        }
    };
    Ok(elements.map(|elements| Explicit { dimensions: vec![size, size], elements }))
}

/// Solutions of linear equations.
pub(super) const LINEAR_SOLVE: Function = Function {
    name: "LinearSolve",
    usage: "LinearSolve[m, b] finds an x with m . x == b, for a vector or a matrix b.",
    arguments: Some((2, 2)),
    arrays: ArrayPositions::All,
    evaluate: Some(linear_solve),
    shape: ShapeRule::Rule(|session, call| {
        let (m, b) = (session.shape_of(&call.arg(0))?, session.shape_of(&call.arg(1))?);
        Ok(match (m.dimensions(), b.dimensions()) {
            (Some([_, n]), Some([_, rest @ ..])) => Shape::of([n.clone()].into_iter().chain(rest.iter().cloned())),
            _ => Shape::Unknown,
        })
    }),
    messages: &[
        ("matrix", "Argument `1` at position 1 is not a non-empty rectangular matrix."),
        ("lslc", "Coefficient matrix and target vector(s) or matrix do not have the same dimensions."),
        ("nosol", "Linear equation encountered that has no solution."),
    ],
    lowering: Lowering::Rewrite(lower_linear_solve),
    derivative: Derivative::Differential(super::differentials::of_linear_solve),
    examples: &[
        ("LinearSolve[{{1, 2}, {3, 4}}, {5, 6}]", "{-4, 9/2}"),
        ("LinearSolve[{{2, 0}, {0, a}}, {1, 1}]", "{1/2, 1/a}"),
    ],
    ..Function::NEW
};

fn linear_solve(session: &mut Session, call: &Expr) -> Eval {
    let (Some(m), Some(b)) = (Explicit::of(session, &call.arg(0))?, Explicit::of(session, &call.arg(1))?) else {
        return Ok(None);
    };
    let Some((rows, columns)) = m.matrix().filter(|(rows, columns)| rows * columns > 0) else {
        session.message_of(call.head(), "matrix", &[call.arg(0)]);
        return Ok(None);
    };
    if b.dimensions.first() != Some(&rows) || b.dimensions.len() > 2 {
        session.message_of(call.head(), "lslc", &[]);
        return Ok(None);
    }
    let width = b.elements.len() / rows;
    let both_real = |m: &Elements, b: &Elements| {
        let reals = |e: &Elements| match e {
            Elements::Reals(values) => Some(values.clone()),
            Elements::Numbers(numbers) => numbers.iter().map(|n| n.to_f64()).collect(),
            Elements::Expressions(_) => None,
        };
        let some = matches!(m, Elements::Reals(_)) || matches!(b, Elements::Reals(_));
        if some { reals(m).zip(reals(b)) } else { None }
    };
    let solution = match both_real(&m.elements, &b.elements) {
        Some((m, b)) => {
            let rows = beside(&m, columns, &b, width);
            solved(&mut Reals::default(), rows, columns, width)?.map(Elements::Reals)
        }
        None => {
            let (m, b) = (m.elements.into_expressions(), b.elements.clone().into_expressions());
            let rows = beside(&m, columns, &b, width);
            solved(&mut Expressions(session), rows, columns, width)?.map(Elements::Expressions)
        }
    };
    let Some(elements) = solution else {
        session.message_of(call.head(), "nosol", &[]);
        return Ok(None);
    };
    let dimensions = [columns].into_iter().chain(b.dimensions[1..].iter().copied()).collect();
    Ok(Some(Explicit { dimensions, elements }.into_expr()))
}

fn beside<E: Clone>(m: &[E], columns: usize, b: &[E], width: usize) -> Vec<Vec<E>> {
    m.chunks(columns).zip(b.chunks(width.max(1))).map(|(m, b)| [m, b].concat()).collect()
}

/// The solution with zeros for free unknowns; `None` where there is none.
fn solved<F: Field>(
    field: &mut F,
    rows: Vec<Vec<F::Element>>,
    columns: usize,
    width: usize,
) -> Result<Option<Vec<F::Element>>, Flow> {
    let reduced = reduce(field, rows, columns)?;
    for row in &reduced.rows[reduced.pivots.len()..] {
        for rest in &row[columns..] {
            if field.pivot_quality(rest)? > 1e-12 {
                return Ok(None);
            }
        }
    }
    let mut solution = vec![field.zero(); columns * width];
    for (row, &pivot) in reduced.rows.iter().zip(&reduced.pivots) {
        solution[pivot * width..(pivot + 1) * width].clone_from_slice(&row[columns..]);
    }
    Ok(Some(solution))
}

/// Powers of matrices.
pub(super) const MATRIX_POWER: Function = Function {
    name: "MatrixPower",
    usage: "MatrixPower[m, n] gives the n-th power of the square matrix m as a product of matrices, of its inverse for a \
            negative n. MatrixPower[m, n, v] gives the power applied to the vector v.",
    arguments: Some((2, 3)),
    arrays: ArrayPositions::At(&[1, 3]),
    on_arrays: Some(matrix_power_of_array),
    evaluate: Some(matrix_power),
    shape: ShapeRule::Rule(|session, call| match call.len() {
        3 => session.shape_of(&call.arg(2)),
        _ => square_shape(session, call),
    }),
    messages: &[SQUARE_MESSAGE, SINGULAR_MESSAGE],
    lowering: Lowering::Rewrite(lower_matrix_power),
    derivative: Derivative::Differential(super::differentials::of_matrix_power),
    examples: &[
        ("MatrixPower[{{1, 1}, {0, 1}}, 5]", "{{1, 5}, {0, 1}}"),
        ("MatrixPower[{{2, 0}, {0, 4}}, -1]", "{{1/2, 0}, {0, 1/4}}"),
        ("MatrixPower[{{1, 1}, {1, 0}}, 10, {1, 0}]", "{89, 55}"),
    ],
    ..Function::NEW
};

/// Powers that are other functions: the identity, the matrix itself, its inverse, products with a vector.
fn matrix_power_of_array(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if let [matrix, exponent, vector] = args.as_ref() {
        let power = session.evaluate_call(Sym::MatrixPower, [matrix.clone(), exponent.clone()])?;
        return session.evaluate_call(Sym::Dot, [power, vector.clone()]).map(Some);
    }
    match args[1].as_i64() {
        Some(0) => {
            let dimensions = dimension::of(session, &args[0])?;
            let size = dimensions.first().filter(|_| dimensions.len() == 2);
            Ok(size.map(|size| Expr::call(Sym::SymbolicIdentityArray, [Expr::list([size.clone()])])))
        }
        Some(1) => Ok(Some(args[0].clone())),
        Some(exponent @ ..0) => {
            let inverse = session.evaluate_call(Sym::Inverse, [args[0].clone()])?;
            session.evaluate_call(Sym::MatrixPower, [inverse, Expr::integer(-exponent)]).map(Some)
        }
        _ => Ok(None),
    }
}

fn matrix_power(session: &mut Session, call: &Expr) -> Eval {
    let Some((mut base, size)) = square(session, call)? else { return Ok(None) };
    let Some(exponent) = call.arg(1).as_i64() else { return Ok(None) };
    if exponent < 0 {
        let Some(inverted) = inverse(session, &base, size)? else {
            session.message_of(call.head(), "sing", &[call.arg(0)]);
            return Ok(None);
        };
        base = inverted;
    }
    let mut rest = exponent.unsigned_abs();
    let mut result: Option<Elements> = None;
    let mut square = base.elements;
    let sizes = (size, size, size);
    while rest > 0 {
        if rest & 1 == 1 {
            result = Some(match result {
                Some(result) => multiply(session, &result, &square, sizes)?,
                None => square.clone(),
            });
        }
        rest >>= 1;
        if rest > 0 {
            square = multiply(session, &square, &square, sizes)?;
        }
    }
    let power = match result {
        Some(elements) => Explicit { dimensions: vec![size, size], elements }.into_expr(),
        None => session.evaluate_call(Sym::IdentityMatrix, [Expr::integer(size as i64)])?,
    };
    Ok(Some(match call.args().get(2) {
        Some(v) => Expr::call(Sym::Dot, [power, v.clone()]),
        None => power,
    }))
}

//! `RowReduce`, `MatrixRank`, `NullSpace`, `ConjugateTranspose`: what elimination tells of a matrix.

use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::elimination::{Expressions, Reals, Reduced, expressions, reduce, rows_of};
use super::explicit::{Elements, Explicit};
use super::structured::square_shape;

const MATRIX_MESSAGE: (&str, &str) = ("matrix", "Argument `1` at position 1 is not a non-empty rectangular matrix.");

const OF_MATRIX: Function =
    Function { arguments: Some((1, 1)), arrays: ArrayPositions::All, messages: &[MATRIX_MESSAGE], ..Function::NEW };

/// A matrix in reduced form, of machine reals or of expressions.
enum Echelon {
    Reals(Reduced<f64>),
    Expressions(Reduced<Expr>),
}

impl Echelon {
    /// The reduced form of the matrix in the first argument; a message where there is another list.
    fn of(session: &mut Session, call: &Expr) -> Result<Option<(Echelon, usize)>, Flow> {
        let m = call.arg(0);
        let Some(explicit) = Explicit::of(session, &m)? else { return Ok(None) };
        let Some((_, columns)) = explicit.matrix().filter(|(rows, columns)| rows * columns > 0) else {
            session.message_of(call.head(), MATRIX_MESSAGE.0, &[m]);
            return Ok(None);
        };
        let echelon = match expressions(&explicit.elements) {
            Ok(values) => {
                let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
                let field = &mut Reals { negligible: largest * f64::EPSILON * 16.0 * columns as f64 };
                Echelon::Reals(reduce(field, rows_of(&values, columns), columns)?)
            }
            Err(elements) => {
                Echelon::Expressions(reduce(&mut Expressions(session), rows_of(&elements, columns), columns)?)
            }
        };
        Ok(Some((echelon, columns)))
    }

    fn pivots(&self) -> &[usize] {
        match self {
            Echelon::Reals(reduced) => &reduced.pivots,
            Echelon::Expressions(reduced) => &reduced.pivots,
        }
    }

    fn rows(self) -> Vec<Vec<Expr>> {
        match self {
            Echelon::Reals(reduced) => {
                reduced.rows.into_iter().map(|row| row.into_iter().map(Expr::real).collect()).collect()
            }
            Echelon::Expressions(reduced) => reduced.rows,
        }
    }
}

/// Reduced row echelon forms.
pub(super) const ROW_REDUCE: Function = Function {
    name: "RowReduce",
    usage: "RowReduce[m] gives the reduced row echelon form of the matrix m.",
    evaluate: Some(|session, call| {
        let Some((echelon, columns)) = Echelon::of(session, call)? else { return Ok(None) };
        let rows = echelon.rows();
        let dimensions = vec![rows.len(), columns];
        Ok(Some(Explicit { dimensions, elements: Elements::Expressions(rows.concat()) }.into_expr()))
    }),
    shape: ShapeRule::Rule(square_shape),
    examples: &[
        ("RowReduce[{{1, 2}, {3, 4}}]", "{{1, 0}, {0, 1}}"),
        ("RowReduce[{{1, 2}, {2, 4}}]", "{{1, 2}, {0, 0}}"),
    ],
    ..OF_MATRIX
};

/// Ranks.
pub(super) const MATRIX_RANK: Function = Function {
    name: "MatrixRank",
    usage: "MatrixRank[m] gives the rank of the matrix m: the number of its rows that are linearly independent.",
    evaluate: Some(|session, call| {
        let Some((echelon, _)) = Echelon::of(session, call)? else { return Ok(None) };
        Ok(Some(Expr::integer(echelon.pivots().len() as i64)))
    }),
    shape: ShapeRule::Scalar,
    examples: &[("MatrixRank[{{1, 2}, {2, 4}}]", "1"), ("MatrixRank[{{1, 0}, {0, x}}]", "2")],
    ..OF_MATRIX
};

/// Vectors that a matrix annihilates.
pub(super) const NULL_SPACE: Function = Function {
    name: "NullSpace",
    usage: "NullSpace[m] gives a list of vectors that form a basis of the null space of the matrix m.",
    evaluate: Some(null_space),
    examples: &[("NullSpace[{{1, 2}, {2, 4}}]", "{{-2, 1}}"), ("NullSpace[{{1, 0}, {0, 1}}]", "{}")],
    ..OF_MATRIX
};

fn null_space(session: &mut Session, call: &Expr) -> Eval {
    let Some((echelon, columns)) = Echelon::of(session, call)? else { return Ok(None) };
    let pivots = echelon.pivots().to_vec();
    let rows = echelon.rows();
    let mut basis = Vec::new();
    for free in (0..columns).rev().filter(|column| !pivots.contains(column)) {
        let mut vector = vec![Expr::integer(0); columns];
        vector[free] = Expr::integer(1);
        for (row, &pivot) in rows.iter().zip(&pivots) {
            vector[pivot] = session.evaluate_call(Sym::Times, [Expr::integer(-1), row[free].clone()])?;
        }
        basis.push(Expr::list(vector));
    }
    Ok(Some(Expr::list(basis)))
}

/// Transposed matrices of conjugates.
pub(super) const CONJUGATE_TRANSPOSE: Function = Function {
    name: "ConjugateTranspose",
    usage: "ConjugateTranspose[m] gives the transpose of m with all elements conjugated. ConjugateTranspose[m, perm] \
            transposes as Transpose[m, perm].",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(|_, call| {
        if !call.arg(0).is_list() {
            return Ok(None);
        }
        Ok(Some(Expr::call(Sym::Conjugate, [Expr::call(Sym::Transpose, call.args().to_vec())])))
    }),
    shape: ShapeRule::Rule(|session, call| {
        let shape = session.shape_of(&call.arg(0))?;
        Ok(match shape.dimensions() {
            Some([rows, columns]) if call.len() == 1 => Shape::of([columns.clone(), rows.clone()]),
            _ => Shape::Unknown,
        })
    }),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    examples: &[("ConjugateTranspose[{{1, 2 I}, {3, 4}}]", "{{1, 3}, {-2 I, 4}}")],
    ..Function::NEW
};

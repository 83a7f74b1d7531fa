//! How functions of vectors and matrices are brought into programs: texts in the language, and calls of other functions.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym};

use crate::arrays::by_parts::by_components;
use crate::arrays::defined::applied;
use crate::arrays::dimension::{self, Dims, integer};
use crate::arrays::lowering::slice_axis;
use crate::lists::levels::is_infinity;

/// The size of a matrix that is square, as far as is known.
fn square_size(session: &mut Session, matrix: &Expr) -> Result<Option<Expr>, Flow> {
    let dimensions = dimension::of(session, matrix)?;
    Ok(match dimensions.as_slice() {
        [rows, columns] if !dimension::differ(rows, columns) => Some(rows.clone()),
        _ => None,
    })
}

/// Gauss-Jordan elimination in the first n columns of a matrix of n rows. Each step takes the largest element that is left as
/// pivot, in whatever row and column, clears the rest of its column, and divides its row by what `divisor` makes of it. Rows
/// stay where they are: the outputs are the places of pivots, as rows and columns of an identity, and the pivots.
macro_rules! elimination {
    ($divisor:literal) => {
        concat!(
            "ArrayFold[
                Function[{states, none},
                    Function[{a, rows, columns},
                        Function[{size},
                            Function[{row},
                                Function[{column},
                                    Function[{line, pivot},
                                        {{ArrayThread[If[#1 == 1, #4, #2 - #3*#4] &,
                                            {row, a, a[[All, 1 ;; n]] . column, line/",
            $divisor,
            "}, {{1}, {1, 2}, {1}, {2}}], rows + row, columns + column}, {row, column, pivot}}
                                    ] @@ {row . a, (row . a)[[1 ;; n]] . column}
                                ][ArrayThread[Boole[#1 == #2] &,
                                    {Range[n], ArrayReduce[ArgMax, row . size, 1]}, {{1}, {}}]]
                            ][ArrayThread[Boole[#1 == #2] &,
                                {Range[n], ArrayReduce[ArgMax, ArrayReduce[Max, size, 2], 1]}, {{1}, {}}]]
                        ][ArrayThread[If[#2 + #3 == 0, Abs[#1], -1] &, {a[[All, 1 ;; n]], rows, columns}, {{1, 2}, {1}, {2}}]]
                    ] @@ states],
                {augmented, ConstantArray[0, n], ConstantArray[0, n]}, n]"
        )
    };
}

/// The solution of m . x == b for a matrix b: the right sides that elimination leaves, each in the place of its unknown.
const SOLUTION: &str = concat!(
    "Function[{augmented, n}, Function[result,
        Transpose[result[[2, 2]]] . (result[[2, 1]] . result[[1, 1, All, n + 1 ;;]])][",
    elimination!("pivot"),
    "]]"
);

/// The product of the pivots, with the sign of the order in which rows and columns have had them. Where the largest element that
/// is left is 0, nothing is left to be cleared.
const DETERMINANT: &str = concat!(
    "Function[{augmented, n}, Function[result,
        ArrayReduce[Times, result[[2, 3]], 1]*ArrayReduce[Times,
            ArrayThread[If[#1 < #2, Sign[(#4 - #3)*(#6 - #5)], 1] &,
                Join @@ Map[{#, #} &, {Range[n], result[[2, 1]] . Range[n], result[[2, 2]] . Range[n]}],
                {{1}, {2}, {1}, {2}, {1}, {2}}], {1, 2}]][",
    elimination!("Program`Select[pivot == 0, 1, pivot]"),
    "]]"
);

fn solution(session: &mut Session, matrix: &Expr, right: Expr, size: Expr) -> Eval {
    let augmented = session.evaluate_call(Sym::Join, [matrix.clone(), right, integer(2)])?;
    applied(session, SOLUTION, [augmented, size]).map(Some)
}

/// `Inverse[m]`.
pub(super) fn lower_inverse(session: &mut Session, call: &Expr) -> Eval {
    let matrix = call.arg(0);
    let Some(size) = square_size(session, &matrix)? else { return Ok(None) };
    let identity = Expr::call(Sym::SymbolicIdentityArray, [Expr::list([size.clone()])]);
    solution(session, &matrix, identity, size)
}

/// `LinearSolve[m, b]` of a square matrix.
pub(super) fn lower_linear_solve(session: &mut Session, call: &Expr) -> Eval {
    let (matrix, right) = (call.arg(0), call.arg(1));
    let Some(size) = square_size(session, &matrix)? else { return Ok(None) };
    match dimension::of(session, &right)?.as_slice() {
        [length] => {
            let column = Expr::list([length.clone(), integer(1)]);
            let column = session.evaluate_call(Sym::ArrayReshape, [right, column])?;
            let Some(solved) = solution(session, &matrix, column, size.clone())? else { return Ok(None) };
            session.evaluate_call(Sym::ArrayReshape, [solved, Expr::list([size])]).map(Some)
        }
        [_, _] => solution(session, &matrix, right, size),
        _ => Ok(None),
    }
}

/// `Det[m]`.
pub(super) fn lower_det(session: &mut Session, call: &Expr) -> Eval {
    let matrix = call.arg(0);
    let Some(size) = square_size(session, &matrix)? else { return Ok(None) };
    applied(session, DETERMINANT, [matrix, size]).map(Some)
}

/// `MatrixPower[m, n]` with a positive n: products of squares.
pub(super) fn lower_matrix_power(_: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(exponent) = args[1].as_usize().filter(|&exponent| exponent > 0 && args.len() == 2) else {
        return Ok(None);
    };
    let dot = |a: Expr, b: Expr| Expr::call(Sym::Dot, [a, b]);
    let (mut rest, mut square, mut power) = (exponent, args[0].clone(), None);
    loop {
        if rest & 1 == 1 {
            power = Some(match power {
                Some(power) => dot(power, square.clone()),
                None => square.clone(),
            });
        }
        rest >>= 1;
        if rest == 0 {
            return Ok(power);
        }
        square = dot(square.clone(), square);
    }
}

/// `KroneckerProduct[a, b, ...]`: products of all elements, blocks by rows and columns. A vector is a column before another factor,
/// and a row after one.
pub(super) fn lower_kronecker_product(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let mut result: Option<(Expr, [Expr; 2])> = None;
    for (place, factor) in args.iter().enumerate() {
        let own = dimension::of(session, factor)?;
        let one = integer(1);
        let (matrix, sizes) = match own.as_slice() {
            [rows, columns] => (factor.clone(), [rows.clone(), columns.clone()]),
            [length] => {
                let sizes = if place + 1 == args.len() { [one, length.clone()] } else { [length.clone(), one] };
                (Expr::call(Sym::ProgramReshape, [factor.clone(), Expr::list(sizes.clone())]), sizes)
            }
            _ => return Ok(None),
        };
        result = Some(match result {
            None => (matrix, sizes),
            Some((left, before)) => {
                let labels = |labels: [i64; 2]| Expr::list(labels.map(Expr::integer));
                let blocks = Expr::list([1, 3, 2, 4].map(Expr::integer));
                let rule = Expr::rule(Expr::list([labels([1, 2]), labels([3, 4])]), blocks);
                let products = Expr::call(Sym::ProgramContract, [Expr::list([left, matrix]), rule]);
                let rows = dimension::multiply(session, &before[0], &sizes[0])?;
                let columns = dimension::multiply(session, &before[1], &sizes[1])?;
                let sizes = [rows, columns];
                (Expr::call(Sym::ProgramReshape, [products, Expr::list(sizes.clone())]), sizes)
            }
        });
    }
    Ok(result.filter(|_| args.len() > 1).map(|(matrix, _)| matrix))
}

/// `Cross[v, ...]`: vectors of as many components as there are arguments and one more.
pub(super) fn lower_cross(session: &mut Session, call: &Expr) -> Eval {
    match by_components(session, call)? {
        Some(of_lists) => session.evaluate(&of_lists).map(Some),
        None => Ok(None),
    }
}

/// `Diagonal[m]`, `Diagonal[m, k]`: of the square whose diagonal it is.
pub(super) fn lower_diagonal(session: &mut Session, call: &Expr) -> Eval {
    let matrix = call.arg(0);
    let dimensions = dimension::of(session, &matrix)?;
    let Some((offset, size)) = diagonal_size(session, call, &dimensions)? else { return Ok(None) };
    let (first_row, first_column) = (1 + (-offset).max(0), 1 + offset.max(0));
    let rows = slice_axis(matrix, 0, Expr::integer(first_row), size.clone());
    let square = slice_axis(rows, 1, Expr::integer(first_column), size);
    let label = |axis: usize| integer(axis.max(1));
    let own = Expr::list((0..dimensions.len()).map(label));
    let rule = Expr::rule(Expr::list([own]), Expr::list((1..dimensions.len()).map(label)));
    Ok(Some(Expr::call(Sym::ProgramContract, [Expr::list([square]), rule])))
}

/// How far above the main diagonal a diagonal is, and its length, where that is known.
pub(super) fn diagonal_size(
    session: &mut Session,
    call: &Expr,
    dimensions: &Dims,
) -> Result<Option<(i64, Expr)>, Flow> {
    let ([rows, columns, ..], Some(offset)) = (&dimensions[..], call.args().get(1).map_or(Some(0), Expr::as_i64))
    else {
        return Ok(None);
    };
    if rows == columns && offset == 0 {
        return Ok(Some((0, rows.clone())));
    }
    let rows = dimension::add(session, rows, &Expr::integer(offset.min(0)))?;
    let columns = dimension::add(session, columns, &Expr::integer(-offset.max(0)))?;
    Ok(match (rows.as_i64(), columns.as_i64()) {
        (Some(rows), Some(columns)) => Some((offset, Expr::integer(rows.min(columns).max(0)))),
        _ if rows == columns => Some((offset, rows)),
        _ => None,
    })
}

/// `DiagonalMatrix[v]`, `DiagonalMatrix[v, k]`: the vector times an identity, surrounded by zeros.
pub(super) fn lower_diagonal_matrix(session: &mut Session, call: &Expr) -> Eval {
    let dimensions = dimension::of(session, &call.arg(0))?;
    let ([size], Some(offset)) = (dimensions.as_slice(), call.args().get(1).map_or(Some(0), Expr::as_i64)) else {
        return Ok(None);
    };
    if call.len() > 2 {
        return Ok(None);
    }
    let identity = Expr::call(Sym::SymbolicIdentityArray, [Expr::list([size.clone()])]);
    let labels = |labels: &[i64]| Expr::list(labels.iter().copied().map(Expr::integer));
    let rule = Expr::rule(Expr::list([labels(&[1]), labels(&[1, 2])]), labels(&[1, 2]));
    let square = Expr::call(Sym::ProgramContract, [Expr::list([call.arg(0), identity]), rule]);
    if offset == 0 {
        return Ok(Some(square));
    }
    let (below, above) = ((-offset).max(0), offset.max(0));
    let margins = [labels(&[below, above]), labels(&[above, below])];
    Ok(Some(Expr::call(Sym::ProgramPad, [square, Expr::integer(0)].into_iter().chain(margins))))
}

/// `Norm[v]`, `Norm[v, p]`, `Norm[m, "Frobenius"]`.
pub(super) fn lower_norm(session: &mut Session, call: &Expr) -> Eval {
    let array = call.arg(0);
    let rank = dimension::of(session, &array)?.len();
    let frobenius = call.args().get(1).is_some_and(|p| p.as_str() == Some("Frobenius"));
    let p = call.args().get(1).filter(|_| !frobenius).cloned().unwrap_or_else(|| integer(2));
    if !(rank == 1 || rank == 2 && frobenius) || is_infinity(&p) {
        return Ok(None);
    }
    let levels = Expr::list((1..=rank).map(integer));
    let total = |terms: Expr| Expr::call(Sym::ProgramReduce, [Sym::Plus.into(), terms, levels]);
    if p.is_integer(2) {
        let squares = Expr::call(Sym::Power, [array, p]);
        return Ok(Some(Expr::call(Sym::ProgramRoot, [total(squares)])));
    }
    let sizes = Expr::call(Sym::Abs, [array]);
    if p.is_integer(1) {
        return Ok(Some(total(sizes)));
    }
    if !p.as_number().and_then(|p| p.to_f64()).is_some_and(|p| p > 1.0) {
        return Ok(None);
    }
    let root = session.evaluate_call(Sym::Power, [p.clone(), Expr::integer(-1)])?;
    Ok(Some(Expr::call(Sym::Power, [total(Expr::call(Sym::Power, [sizes, p])), root])))
}

/// `Normalize[v]`: divided by the norm.
pub(super) fn lower_normalize(session: &mut Session, call: &Expr) -> Eval {
    if call.len() > 1 || dimension::of(session, &call.arg(0))?.len() != 1 {
        return Ok(None);
    }
    // A vector of zeros stays as it is.
    let norm = Expr::call(Sym::Norm, [call.arg(0)]);
    let is_zero = Expr::call(Sym::Equal, [norm.clone(), Expr::integer(0)]);
    let divisor = Expr::call(Sym::Piecewise, [Expr::list([Expr::list([Expr::integer(1), is_zero])]), norm]);
    let inverse = Expr::call(Sym::Power, [divisor, Expr::integer(-1)]);
    Ok(Some(Expr::call(Sym::Times, [inverse, call.arg(0)])))
}

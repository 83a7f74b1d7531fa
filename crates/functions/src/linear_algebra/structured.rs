//! `IdentityMatrix`, `DiagonalMatrix`, `Diagonal`, `Tr`: matrices of special form, and diagonals.

use netform_eval::{
    ArrayPositions, Carrier, Derivative, Eval, Flow, Form, Function, Linear, Linearity, Lowering, Session, Shape,
    ShapeRule,
};
use netform_expr::{Expr, Sym};

use super::lowering::{diagonal_size, lower_diagonal, lower_diagonal_matrix};
use crate::arithmetic::product;
use crate::arrays::by_parts::explicit;
use crate::arrays::contraction::{labels, total};
use crate::arrays::differentials::of_first_argument;
use crate::arrays::dimension;
use crate::arrays::linear::Shares;
use crate::arrays::lowering::{lower_identity, lower_trace};
use crate::lists::dimension::list_dimensions;

/// Identity matrices.
pub(super) const IDENTITY_MATRIX: Function = Function {
    name: "IdentityMatrix",
    attributes: netform_expr::Attributes::N_HOLD_ALL,
    usage: "IdentityMatrix[n] gives the n by n identity matrix, IdentityMatrix[{m, n}] the m by n matrix with ones on its \
            diagonal. With symbolic sizes it stays, an array of these dimensions.",
    arguments: Some((1, 1)),
    evaluate: Some(identity_matrix),
    shape: ShapeRule::Rule(|_, call| {
        let size = call.arg(0);
        Ok(if size.is_list() { Shape::of(size.args().to_vec()) } else { Shape::of([size.clone(), size]) })
    }),
    lowering: Lowering::Rewrite(lower_identity),
    messages: &[("size", "The size `1` of a matrix is not a positive integer, or is too large.")],
    examples: &[
        ("IdentityMatrix[2]", "{{1, 0}, {0, 1}}"),
        ("IdentityMatrix[{1, 3}]", "{{1, 0, 0}}"),
        ("Dimensions[IdentityMatrix[n]]", "{n, n}"),
    ],
    ..Function::NEW
};

/// No matrix with more elements than this is made.
const GREATEST_SIZE: usize = 1 << 30;

fn identity_matrix(session: &mut Session, call: &Expr) -> Eval {
    let size = call.arg(0);
    let sizes = if size.is_list() && size.len() == 2 { size.args().to_vec() } else { vec![size.clone(), size.clone()] };
    let numeric = sizes.iter().any(Expr::is_number);
    let (Some(rows), Some(columns)) = (sizes[0].as_usize(), sizes[1].as_usize()) else {
        if numeric && sizes.iter().all(Expr::is_number) {
            session.message_of(call.head(), "size", &[size]);
        }
        return Ok(None);
    };
    if rows.checked_mul(columns).is_none_or(|count| count > GREATEST_SIZE) {
        session.message_of(call.head(), "size", &[size]);
        return Ok(None);
    }
    let row = |i: usize| Expr::list((0..columns).map(|j| Expr::integer(i64::from(i == j))));
    Ok(Some(Expr::list((0..rows).map(row).collect::<Vec<_>>())))
}

/// Matrices with given diagonals.
pub(super) const DIAGONAL_MATRIX: Function = Function {
    name: "DiagonalMatrix",
    usage: "DiagonalMatrix[list] gives the matrix with the elements of list on its diagonal. DiagonalMatrix[list, k] puts \
            them on the k-th diagonal above, or below for negative k, and DiagonalMatrix[list, k, n] gives an n by n matrix.",
    arguments: Some((1, 3)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(diagonal_matrix_of_array),
    evaluate: Some(diagonal_matrix),
    shape: ShapeRule::Rule(|session, call| {
        let dimensions = dimension::of(session, &call.arg(0))?;
        let offset = call.args().get(1).map_or(Some(0), Expr::as_i64);
        let ([length], Some(offset), 1 | 2) = (dimensions.as_slice(), offset, call.len()) else {
            return Ok(Shape::Unknown);
        };
        let size = dimension::add(session, length, &Expr::integer(offset.saturating_abs()))?;
        Ok(Shape::of([size.clone(), size]))
    }),
    lowering: Lowering::Rewrite(lower_diagonal_matrix),
    messages: &[("vec", "A vector is expected at position 1 in `1`.")],
    derivative: Derivative::Differential(of_first_argument),
    linear: Linear { arguments: Linearity::First, carry: Some(carry_diagonal_matrix), ..Linear::NEW },
    forms: &[(Form::Tex, "\\operatorname{diag}")],
    examples: &[
        ("DiagonalMatrix[{a, b}]", "{{a, 0}, {0, b}}"),
        ("DiagonalMatrix[{a}, 1]", "{{0, a}, {0, 0}}"),
        ("DiagonalMatrix[SymbolicOnesArray[{n}]]", "SymbolicIdentityArray[{n}]"),
        ("DiagonalMatrix[{a, b}, 0, 3]", "{{a, 0, 0}, {0, b, 0}, {0, 0, 0}}"),
    ],
    ..Function::NEW
};

/// A diagonal that is the same everywhere makes a multiple of an identity.
fn diagonal_matrix_of_array(session: &mut Session, call: &Expr) -> Eval {
    let dimensions = dimension::of(session, &call.arg(0))?;
    let [size] = dimensions.as_slice() else {
        session.message_of(call.head(), "vec", std::slice::from_ref(call));
        return Ok(None);
    };
    let Some(element) = session.uniform_element(&call.arg(0))?.filter(|_| call.len() == 1) else { return Ok(None) };
    let identity = Expr::call(Sym::SymbolicIdentityArray, [Expr::list([size.clone()])]);
    product(session, [element, identity]).map(Some)
}

/// The rows of an identity, each scaled by the elements that stand along the further levels.
fn carry_diagonal_matrix(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let dimensions = dimension::of(session, &call.arg(0))?;
    let [size] = dimensions.as_slice() else { return Ok(None) };
    if call.len() > 1 {
        return Ok(None);
    }
    let carried = carrier.carried(session, &call.arg(0))?;
    let identity = Expr::call(Sym::SymbolicIdentityArray, [Expr::list([size.clone()])]);
    let further = 2..2 + carrier.levels().len();
    let of_vector = labels([0].into_iter().chain(further.clone()));
    let rule = Expr::rule(Expr::list([of_vector, labels([0, 1])]), labels([0, 1].into_iter().chain(further)));
    session.evaluate_call(Sym::ArrayContract, [Expr::list([carried, identity]), rule]).map(Some)
}

fn diagonal_matrix(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let list = &args[0];
    if !list.is_list() || list.args().iter().any(Expr::is_list) {
        if !list.is_symbol() && list.is_atom() || list.is_list() {
            session.message_of(call.head(), "vec", std::slice::from_ref(call));
        }
        return Ok(None);
    }
    let Some(offset) = args.get(1).map_or(Some(0), Expr::as_i64) else { return Ok(None) };
    let natural = list.len() + offset.unsigned_abs() as usize;
    let sizes = match args.get(2) {
        None => Some((natural, natural)),
        Some(n) if n.is_list() && n.len() == 2 => n.arg(0).as_usize().zip(n.arg(1).as_usize()),
        Some(n) => n.as_usize().map(|n| (n, n)),
    };
    let Some((rows, columns)) = sizes.filter(|(r, c)| r.checked_mul(*c).is_some_and(|n| n <= GREATEST_SIZE)) else {
        return Ok(None);
    };
    let zero = match list.as_array().is_some_and(|array| array.is_real())
        || list.args().first().is_some_and(|e| e.as_real().is_some())
    {
        true => Expr::real(0.0),
        false => Expr::integer(0),
    };
    let items = list.args();
    let element = |i: usize, j: usize| {
        let on_diagonal = j as i64 - i as i64 == offset;
        on_diagonal.then(|| items.get(i.min(j))).flatten().cloned().unwrap_or_else(|| zero.clone())
    };
    Ok(Some(Expr::list((0..rows).map(|i| Expr::list((0..columns).map(|j| element(i, j)))).collect::<Vec<_>>())))
}

/// Diagonals of matrices.
pub(super) const DIAGONAL: Function = Function {
    name: "Diagonal",
    usage: "Diagonal[m] gives the list of the elements on the diagonal of the matrix m. Diagonal[m, k] gives the k-th \
            diagonal above, or below for negative k.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(|session, call| {
        let m = call.arg(0);
        let Some(offset) = call.args().get(1).map_or(Some(0), Expr::as_i64) else { return Ok(None) };
        if !m.is_list() || !m.args().iter().all(Expr::is_list) {
            if m.is_list() {
                session.message_of(call.head(), "matrix", std::slice::from_ref(call));
            }
            return Ok(None);
        }
        let rows = m.args();
        let element = |(i, row): (usize, &Expr)| {
            let j = usize::try_from(i as i64 + offset).ok()?;
            (j < row.len()).then(|| row.arg(j))
        };
        Ok(Some(Expr::list(rows.iter().enumerate().filter_map(element).collect::<Vec<_>>())))
    }),
    shape: ShapeRule::Rule(|session, call| {
        let dimensions = dimension::of(session, &call.arg(0))?;
        Ok(match diagonal_size(session, call, &dimensions)? {
            Some((_, size)) => Shape::of([size].into_iter().chain(dimensions[2..].iter().cloned())),
            None => Shape::Unknown,
        })
    }),
    lowering: Lowering::Rewrite(lower_diagonal),
    messages: &[("matrix", "A matrix is expected at position 1 in `1`.")],
    derivative: Derivative::Differential(of_first_argument),
    linear: Linear { arguments: Linearity::First, ..Linear::NEW },
    examples: &[("Diagonal[{{a, b}, {c, d}}]", "{a, d}"), ("Diagonal[{{a, b}, {c, d}}, 1]", "{b}")],
    ..Function::NEW
};

/// Traces.
pub(super) const TR: Function = Function {
    name: "Tr",
    usage: "Tr[m] gives the trace of a matrix, the sum of its diagonal, or of the generalised diagonal of an array. \
            Tr[m, f] applies f to the diagonal instead, and Tr[m, f, n] goes down to level n.",
    arguments: Some((1, 3)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(trace_of_array),
    evaluate: Some(trace),
    shape: ShapeRule::Rule(|_, call| Ok(if call.len() == 1 { Shape::scalar() } else { Shape::Unknown })),
    lowering: Lowering::Rewrite(lower_trace),
    derivative: Derivative::Differential(of_first_argument),
    linear: Linear {
        arguments: Linearity::First,
        carry: Some(carry_trace),
        adjoint: Some(adjoint_of_trace),
        ..Linear::NEW
    },
    forms: &[(Form::Tex, "\\operatorname{tr}")],
    examples: &[("Tr[{{a, b}, {c, d}}]", "a + d"), ("Tr[{1, 2, 3}]", "6"), ("Tr[{{a, b}, {c, d}}, List]", "{a, d}")],
    ..Function::NEW
};

/// Traces of identities, of matrices that are the same everywhere, of transposed ones; numbers come out.
fn trace_of_array(session: &mut Session, call: &Expr) -> Eval {
    let matrix = call.arg(0);
    let dimensions = dimension::of(session, &matrix)?;
    let [rows, columns] = dimensions.as_slice() else { return Ok(None) };
    if call.len() > 1 || rows != columns {
        return Ok(None);
    }
    if matrix.has_head(Sym::SymbolicIdentityArray) {
        return Ok(Some(rows.clone()));
    }
    if matrix.has_head(Sym::DiagonalMatrix) {
        return total(session, matrix.arg(0), &[0]).map(Some);
    }
    if let Some(element) = session.uniform_element(&matrix)? {
        return product(session, [rows.clone(), element]).map(Some);
    }
    if matrix.has_head(Sym::Transpose) && matrix.len() == 1 {
        return session.evaluate_call(Sym::Tr, [matrix.arg(0)]).map(Some);
    }
    match matrix.args_of(Sym::Times).as_deref() {
        Some([number, rest @ ..]) if number.is_number() => {
            let rest = product(session, rest.iter().cloned())?;
            let trace = session.evaluate_call(Sym::Tr, [rest])?;
            product(session, [number.clone(), trace]).map(Some)
        }
        _ => Ok(None),
    }
}

fn carry_trace(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    if call.len() > 1 || dimension::of(session, &call.arg(0))?.len() != 2 {
        return Ok(None);
    }
    let carried = carrier.carried(session, &call.arg(0))?;
    let further = 1..1 + carrier.levels().len();
    let own = [0, 0].into_iter().chain(further.clone());
    let rule = Expr::rule(Expr::list([labels(own)]), labels(further));
    session.evaluate_call(Sym::ArrayContract, [Expr::list([carried]), rule]).map(Some)
}

fn adjoint_of_trace(session: &mut Session, call: &Expr, _: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let matrix = call.arg(0);
    let dimensions = dimension::of(session, &matrix)?;
    match dimensions.as_slice() {
        [rows, columns] if rows == columns && call.len() == 1 => {
            let identity = Expr::call(Sym::SymbolicIdentityArray, [Expr::list([rows.clone()])]);
            Ok(Some(vec![(matrix, product(session, [cotangent.clone(), identity])?)]))
        }
        _ => Ok(None),
    }
}

fn trace(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(e) = &explicit(session, &args[0], usize::MAX)? else { return Ok(None) };
    if !e.is_list() {
        return Ok(if e.is_number() { Some(e.clone()) } else { None });
    }
    let most = match args.get(2) {
        None => usize::MAX,
        Some(n) => match n.as_usize() {
            Some(n) => n,
            None => return Ok(None),
        },
    };
    let dimensions = list_dimensions(e, most);
    let length = dimensions.iter().copied().min().unwrap_or(0);
    let element = |i: usize| (0..dimensions.len()).fold(e.clone(), |part, _| part.arg(i));
    let f = args.get(1).cloned().unwrap_or_else(|| Sym::Plus.into());
    Ok(Some(Expr::normal(f, (0..length).map(element).collect::<Vec<_>>())))
}

/// The shape of a square matrix, where a function needs one and gives one of the same size.
pub(super) fn square_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let shape = session.shape_of(&call.arg(0))?;
    let may_be_square = |dimensions: &[Expr]| match dimensions {
        [a, b] => a == b || !a.is_number() || !b.is_number(),
        _ => false,
    };
    Ok(if shape.dimensions().is_none_or(may_be_square) { shape } else { Shape::Unknown })
}

//! `VectorSymbol`, `MatrixSymbol`, `ArraySymbol`: arrays that have a name and dimensions.

use netform_eval::{Eval, Flow, Function, Session, Shape, ShapeRule};
use netform_expr::{Attributes, Expr, Sym, postorder};

use crate::arrays::dimension::{self, Dims};
use crate::arrays::messages::MESSAGES;

const SYMBOL: Function = Function {
    attributes: Attributes::N_HOLD_ALL,
    evaluate: Some(check),
    shape: ShapeRule::Rule(shape),
    messages: MESSAGES,
    ..Function::NEW
};

pub(super) const VECTOR_SYMBOL: Function = Function {
    name: "VectorSymbol",
    usage: "VectorSymbol[\"v\", n] is the vector of length n with the name v; n is an integer or a symbol for one. \
            VectorSymbol[\"v\", n, dom] has elements in the domain dom, Reals unless given. VectorSymbol[\"v\"] has a length that is \
            Subscript[\"n\", \"v\"].",
    arguments: Some((1, 3)),
    examples: &[
        ("D[VectorSymbol[\"v\"] . VectorSymbol[\"v\"], VectorSymbol[\"v\"]]", "2 v"),
        ("Dimensions[VectorSymbol[\"v\", n]]", "{n}"),
        ("Length[VectorSymbol[\"v\", 3]]", "3"),
        ("VectorSymbol[\"v\", 2] - VectorSymbol[\"v\", 2]", "SymbolicZerosArray[{2}]"),
    ],
    ..SYMBOL
};

pub(super) const MATRIX_SYMBOL: Function = Function {
    name: "MatrixSymbol",
    usage: "MatrixSymbol[\"m\", {r, c}] is the matrix of r rows and c columns with the name m, MatrixSymbol[\"m\", n] a square \
            one. MatrixSymbol[\"m\", dims, dom] has elements in the domain dom, Reals unless given; a symmetry may follow. \
            MatrixSymbol[\"m\"] has the dimensions Subscript[\"m\", \"m\"] and Subscript[\"n\", \"m\"].",
    arguments: Some((1, 4)),
    examples: &[
        ("Dimensions[MatrixSymbol[\"m\", {2, 3}] . VectorSymbol[\"v\", 3]]", "{2}"),
        ("TensorRank[MatrixSymbol[\"m\", n]]", "2"),
        ("Transpose[MatrixSymbol[\"m\", n, Reals, Symmetric[{1, 2}]]]", "m"),
    ],
    ..SYMBOL
};

pub(super) const ARRAY_SYMBOL: Function = Function {
    name: "ArraySymbol",
    usage: "ArraySymbol[\"a\", {n, m, ...}] is the array of dimensions n, m, ... with the name a. ArraySymbol[\"a\", dims, dom] \
            has elements in the domain dom, Reals unless given; a symmetry may follow.",
    arguments: Some((1, 4)),
    examples: &[("Dimensions[Tanh[ArraySymbol[\"a\", {2, n, 3}]]]", "{2, n, 3}")],
    ..SYMBOL
};

/// The dimensions of an array symbol.
pub(super) fn dimensions(symbol: &Expr) -> Option<Dims> {
    if !(2..=4).contains(&symbol.len()) {
        return None;
    }
    let stated = symbol.arg(1);
    let mut dimensions = dimension::stated(&stated)?;
    match symbol.head_sym()? {
        Sym::VectorSymbol => Some(dimensions).filter(|dimensions| dimensions.len() == 1),
        Sym::MatrixSymbol => {
            if !stated.is_list() {
                dimensions.push(stated);
            }
            Some(dimensions).filter(|dimensions| dimensions.len() == 2)
        }
        Sym::ArraySymbol => Some(dimensions),
        _ => None,
    }
}

/// Whether an expression is real because all that it is made of are array symbols with real
/// elements, their components, and numbers: sums, products, integer powers, totals.
pub(crate) fn is_real(e: &Expr) -> bool {
    if !e.may_hold_array_symbol() {
        return false;
    }
    let parts = postorder(
        e,
        |node| !node.is_array_symbol(),
        |node| {
            let real = match node.head_sym() {
                Some(Sym::VectorSymbol | Sym::MatrixSymbol | Sym::ArraySymbol) => match node.args().get(2) {
                    None => true,
                    Some(domain) => matches!(domain.sym(), Some(Sym::Reals | Sym::Rationals | Sym::Integers)),
                },
                Some(Sym::Power) => node.len() == 2 && node.arg(1).as_i64().is_some(),
                Some(head) => matches!(
                    head,
                    Sym::Plus
                        | Sym::Times
                        | Sym::Dot
                        | Sym::Total
                        | Sym::Mean
                        | Sym::Transpose
                        | Sym::Indexed
                        | Sym::List
                ),
                None => {
                    node.as_number().is_some_and(|number| number.is_real()) || node.is_atom() && node.sym().is_some()
                }
            };
            if real { Ok(()) } else { Err(()) }
        },
    );
    parts.is_ok()
}

/// Whether an array symbol is declared to be a symmetric matrix, or is an identity.
pub(crate) fn is_symmetric_matrix(e: &Expr) -> bool {
    match e.head_sym() {
        Some(Sym::MatrixSymbol) => e.args().get(3).is_some_and(|symmetry| {
            symmetry.head().is(Sym::Symmetric)
                && symmetry.len() == 1
                && symmetry.arg(0).args().iter().map(Expr::as_i64).eq([Some(1), Some(2)])
        }),
        Some(Sym::SymbolicIdentityArray) => e.len() == 1 && e.arg(0).len() == 1,
        Some(Sym::DiagonalMatrix) => e.len() == 1,
        _ => false,
    }
}

/// A vector or matrix without dimensions gets some of its own; of others something is told if it is wrong.
fn check(session: &mut Session, call: &Expr) -> Eval {
    if call.len() == 1
        && let Some(sizes) = own_sizes(call)
    {
        return Ok(Some(Expr::normal(call.head().clone(), [call.arg(0), sizes])));
    }
    if call.len() == 1 {
        session.message(Sym::ArraySymbol, "norank", std::slice::from_ref(call));
        return Ok(None);
    }
    if dimensions(call).is_none()
        && let Some(head) = call.head_sym()
    {
        session.message(head, "sym", std::slice::from_ref(call));
    }
    Ok(None)
}

/// Symbols for the sizes of an array that has only a name.
fn own_sizes(call: &Expr) -> Option<Expr> {
    let size = |letter: &str| Expr::call(Sym::Subscript, [Expr::string(letter), call.arg(0)]);
    match call.head_sym()? {
        Sym::VectorSymbol => Some(size("n")),
        Sym::MatrixSymbol => Some(Expr::list([size("m"), size("n")])),
        _ => None,
    }
}

fn shape(_: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    Ok(dimensions(call).map_or(Shape::Unknown, Shape::Known))
}

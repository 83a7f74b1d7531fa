//! `VectorSymbol`, `MatrixSymbol`, `ArraySymbol`: arrays that have a name and dimensions.

use netform_eval::{Eval, Flow, Function, Session, Shape, ShapeRule};
use netform_expr::{Attributes, Expr, Sym, compare, postorder};

use crate::arrays::dimension::{self, Dims};
use crate::arrays::messages::MESSAGES;

const SYMBOL: Function = Function {
    attributes: Attributes::N_HOLD_ALL.with(Attributes::NON_THREADABLE),
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
            one. MatrixSymbol[\"m\", dims, dom] has elements in the domain dom, Reals unless given; \
            MatrixSymbol[\"m\", n, dom, Symmetric[{1, 2}]] is symmetric. MatrixSymbol[\"m\"] has the dimensions Subscript[\"m\", \"m\"] and Subscript[\"n\", \"m\"].",
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
            has elements in the domain dom, Reals unless given, and with a symmetry Symmetric[{level, ...}] behind it these levels \
            may be exchanged.",
    arguments: Some((1, 4)),
    examples: &[
        ("Dimensions[Tanh[ArraySymbol[\"a\", {2, n, 3}]]]", "{2, n, 3}"),
        ("ArraySymbol[\"a\", {n, n, 3}, Reals, Symmetric[{1, 2}]][[2, 1, 3]]", "a[[1, 2, 3]]"),
    ],
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
        Some(Sym::SymbolicIdentityArray) => e.len() == 1 && e.arg(0).len() == 1,
        Some(Sym::DiagonalMatrix) => e.len() == 1,
        _ => symmetric_levels(e) == [0, 1] && dimensions(e).is_some_and(|dimensions| dimensions.len() == 2),
    }
}

/// The levels, counted from 0 and in order, that an array symbol says may be exchanged; none if it says nothing of that.
pub(crate) fn symmetric_levels(symbol: &Expr) -> Vec<usize> {
    let args = symbol.args();
    let (true, Some(symmetry)) = (symbol.is_array_symbol(), args.get(3)) else { return Vec::new() };
    dimensions(symbol).and_then(|dimensions| stated_symmetry(symmetry, &dimensions)).unwrap_or_default()
}

/// The levels, counted from 0 and in order, that `Symmetric[{level, ...}]` or `Symmetric[All]` names; `None` if that is no
/// symmetry of an array of these dimensions.
fn stated_symmetry(symmetry: &Expr, dimensions: &[Expr]) -> Option<Vec<usize>> {
    let levels = symmetry.args_of(Sym::Symmetric).filter(|args| args.len() == 1)?[0].clone();
    let mut levels: Vec<usize> = if levels.is(Sym::All) {
        (0..dimensions.len()).collect()
    } else {
        let levels = levels.args_of(Sym::List)?;
        levels.iter().map(|level| level.as_usize()?.checked_sub(1)).collect::<Option<_>>()?
    };
    levels.sort_unstable();
    let is_free = levels.windows(2).all(|pair| pair[0] < pair[1]);
    let sizes: Option<Vec<&Expr>> = levels.iter().map(|&level| dimensions.get(level)).collect();
    sizes.filter(|sizes| is_free && sizes.windows(2).all(|pair| pair[0] == pair[1]))?;
    Some(levels)
}

/// The positions of an element with those at levels that may be exchanged in order.
pub(super) fn in_order(symbol: &Expr, positions: &[Expr]) -> Vec<Expr> {
    let mut ordered = positions.to_vec();
    let levels = symmetric_levels(symbol);
    if levels.last().is_some_and(|last| *last < positions.len()) {
        let mut values: Vec<Expr> = levels.iter().map(|&level| positions[level].clone()).collect();
        values.sort_by(compare);
        levels.into_iter().zip(values).for_each(|(level, value)| ordered[level] = value);
    }
    ordered
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
        return Ok(None);
    }
    if let (Some(symmetry), Some(head)) = (call.args().get(3), call.head_sym())
        && let Some(sizes) = dimensions(call)
        && stated_symmetry(symmetry, &sizes).is_none()
    {
        session.message(head, "symmetry", &[symmetry.clone(), dimension::list(&sizes)]);
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

//! Functions of data that a text in the language defines, on lists and on arrays alike: scaling, and how columns vary together.

use netform_eval::{ArrayPositions, Eval, Function, Session};
use netform_expr::Expr;

use super::statistics::RECTANGLE_MESSAGE;
use crate::arrays::defined::applied;
use crate::arrays::dimension;

/// The elements on one side of a diagonal.
macro_rules! triangle {
    ($side:literal) => {
        concat!(
            "Function[{m, others}, With[{k = If[others === {}, 0, First[others]]},
                ArrayThread[If[#3 - #2 ",
            $side,
            " k, #1, 0] &, {m, Range[Dimensions[m][[1]]], Range[Dimensions[m][[2]]]}, {{1, 2}, {1}, {2}}]]]"
        )
    };
}

/// What the functions are, as functions of the first argument and the list of the others. The columns of a matrix are scaled by
/// values of their own.
const DEFINITIONS: &[(&str, &str)] = &[
    (
        "Standardize",
        "Function[{x, others}, With[
            {location = If[Length[others] > 0, First[others][x], Mean[x]],
             scale = If[Length[others] > 1, Last[others][x], StandardDeviation[x]],
             levels = Function[value, Range[2, 1 + Replace[TensorRank[value], Except[_Integer] -> 0]]]},
            ArrayThread[(#1 - #2)/#3 &, {x, location, scale}, {All, levels[location], levels[scale]}]]]",
    ),
    (
        "Rescale",
        "Function[{x, others}, With[
            {from = If[others === {}, {Min[x], Max[x]}, First[others]], to = If[Length[others] > 1, Last[others], {0, 1}]},
            to[[1]] + (x - from[[1]])*(to[[2]] - to[[1]])/(from[[2]] - from[[1]])]]",
    ),
    (
        "Covariance",
        "Function[{x, others}, With[
            {y = If[others === {}, x, First[others]], centred = Function[z, Standardize[z, Mean, 1 &]]},
            If[TensorRank[x] == 1, centred[x], Transpose[centred[x]]] .
                If[ListQ[y], Conjugate, Identity][centred[y]]/(Length[x] - 1)]]",
    ),
    (
        "Correlation",
        "Function[{x, others}, With[
            {y = If[others === {}, x, First[others]], levels = If[TensorRank[x] == 1, {{}, {}}, {{1}, {2}}]},
            ArrayThread[#1/(#2*#3) &, {Covariance[x, y], StandardDeviation[x], StandardDeviation[y]}, Prepend[levels, All]]]]",
    ),
    ("LowerTriangularize", triangle!("<=")),
    ("UpperTriangularize", triangle!(">=")),
];

/// A function of an array that is defined so.
const DEFINED: Function = Function {
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(defined),
    on_arrays: Some(defined),
    messages: &[
        RECTANGLE_MESSAGE,
        ("fit", "The arguments of `1` are expected to have elements, and the same number of them."),
        ("matrix", "The first argument of `1` is expected to be a matrix."),
    ],
    ..Function::NEW
};

pub(super) const STANDARDIZE: Function = Function {
    name: "Standardize",
    usage: "Standardize[data] subtracts the mean from the elements of data and divides by the standard deviation: of a matrix, \
            column by column. Standardize[data, f, g] subtracts f[data] and divides by g[data].",
    arguments: Some((1, 3)),
    examples: &[
        ("Standardize[{1, 2, 3}]", "{-1, 0, 1}"),
        ("Standardize[{1, 3}, Median, 1 &]", "{-1, 1}"),
        ("Standardize[{{1, 10}, {3, 30}}, Mean, Max /@ Transpose[#] &]", "{{-1/3, -1/3}, {1/3, 1/3}}"),
        ("Standardize[VectorSymbol[\"v\", 3]]", "(v - Mean[v])/StandardDeviation[v]"),
    ],
    ..DEFINED
};

pub(super) const RESCALE: Function = Function {
    name: "Rescale",
    usage: "Rescale[x, {a, b}] scales x so that a becomes 0 and b becomes 1. Rescale[x, {a, b}, {c, d}] makes c and d of them. \
            Rescale[list] is Rescale[list, {Min[list], Max[list]}].",
    arguments: Some((1, 3)),
    arrays: ArrayPositions::All,
    evaluate: Some(|session, call| {
        // A number by itself has no extrema.
        let is_pair = |e: &Expr| e.is_list() && e.len() == 2;
        let pairs = call.args()[1..].iter().all(is_pair);
        if pairs && (call.len() > 1 || call.arg(0).is_list() && !call.arg(0).is_empty()) {
            by_definition(session, call)
        } else {
            Ok(None)
        }
    }),
    on_arrays: Some(by_definition),
    examples: &[
        ("Rescale[{1, 2, 5}]", "{0, 1/4, 1}"),
        ("Rescale[3, {1, 5}]", "1/2"),
        ("Rescale[{0, 5, 10}, {0, 10}, {-1, 1}]", "{-1, 0, 1}"),
    ],
    ..DEFINED
};

pub(super) const COVARIANCE: Function = Function {
    name: "Covariance",
    usage: "Covariance[v, w] gives the unbiased estimate of the covariance of two lists of numbers. Covariance[m] gives the matrix \
            of the covariances of the columns of m, Covariance[m1, m2] those of the columns of m1 with the columns of m2.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::All,
    examples: &[
        ("Covariance[{1, 2, 3}, {2, 4, 9}]", "7/2"),
        ("Covariance[{{1, 2}, {2, 4}, {3, 9}}]", "{{1, 7/2}, {7/2, 13}}"),
    ],
    ..DEFINED
};

pub(super) const CORRELATION: Function = Function {
    name: "Correlation",
    usage: "Correlation[v, w] gives the correlation of two lists of numbers: their covariance divided by their standard deviations. \
            Correlation[m] gives the matrix of the correlations of the columns of m, Correlation[m1, m2] those of the columns of \
            m1 with the columns of m2.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::All,
    examples: &[
        ("Correlation[{1, 2, 3}, {2, 4, 6}]", "1"),
        ("Correlation[{{1, 2}, {2, 4}, {3, 0}}]", "{{1, -1/2}, {-1/2, 1}}"),
    ],
    ..DEFINED
};

pub(super) const LOWER_TRIANGULARIZE: Function = Function {
    name: "LowerTriangularize",
    usage: "LowerTriangularize[m] gives the matrix m with zeros above its diagonal, LowerTriangularize[m, k] above the k-th \
            diagonal above it, or below for negative k.",
    arguments: Some((1, 2)),
    evaluate: Some(of_matrix),
    on_arrays: Some(of_matrix),
    examples: &[
        ("LowerTriangularize[{{a, b}, {c, d}}]", "{{a, 0}, {c, d}}"),
        ("LowerTriangularize[{{a, b}, {c, d}}, -1]", "{{0, 0}, {c, 0}}"),
    ],
    ..DEFINED
};

pub(super) const UPPER_TRIANGULARIZE: Function = Function {
    name: "UpperTriangularize",
    usage: "UpperTriangularize[m] gives the matrix m with zeros below its diagonal, UpperTriangularize[m, k] below the k-th \
            diagonal above it, or below for negative k.",
    arguments: Some((1, 2)),
    evaluate: Some(of_matrix),
    on_arrays: Some(of_matrix),
    examples: &[("UpperTriangularize[{{a, b}, {c, d}}]", "{{a, b}, {0, d}}")],
    ..DEFINED
};

fn by_definition(session: &mut Session, call: &Expr) -> Eval {
    let name = call.head().as_symbol().map_or_else(String::new, |symbol| symbol.name().to_owned());
    let Some((_, text)) = DEFINITIONS.iter().find(|(known, _)| *known == name) else { return Ok(None) };
    let others = Expr::list(call.args()[1..].iter().cloned());
    applied(session, text, [call.arg(0), others]).map(Some)
}

/// The value of a function of arrays with the same number of rows, which has to be more than one where spreads are asked for.
fn defined(session: &mut Session, call: &Expr) -> Eval {
    let positions = session.function_of(call.head()).map_or(ArrayPositions::None, |function| function.arrays);
    let mut rows: Option<Expr> = None;
    for (place, array) in call.args().iter().enumerate().filter(|(place, _)| positions.contains(*place, call.len())) {
        let dimensions = dimension::of(session, array)?;
        let Some(length) = dimensions.first().filter(|_| dimensions.len() <= 2) else {
            if array.is_list() || array.is_number() || place == 0 && dimensions.len() > 2 {
                session.message_of(call.head(), RECTANGLE_MESSAGE.0, std::slice::from_ref(call));
            }
            return Ok(None);
        };
        if length.is_integer(0) || rows.as_ref().is_some_and(|rows| dimension::differ(rows, length)) {
            session.message_of(call.head(), "fit", std::slice::from_ref(call));
            return Ok(None);
        }
        rows.get_or_insert(length.clone());
    }
    by_definition(session, call)
}

/// The same of a matrix.
fn of_matrix(session: &mut Session, call: &Expr) -> Eval {
    let dimensions = dimension::of(session, &call.arg(0))?;
    if dimensions.len() == 2 {
        return by_definition(session, call);
    }
    if call.arg(0).is_list() || call.arg(0).is_number() || !dimensions.is_empty() {
        session.message_of(call.head(), "matrix", std::slice::from_ref(call));
    }
    Ok(None)
}

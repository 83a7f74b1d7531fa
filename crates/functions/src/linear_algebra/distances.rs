//! `EuclideanDistance`, `CosineDistance` and other distances of vectors: formulas in the language.
//!
//! Deza and Deza, Encyclopedia of Distances, 2016.

use netform_eval::{ArrayPositions, Eval, Function, Session, ShapeRule};
use netform_expr::Expr;

use crate::lists::dimension::list_dimensions;

/// A distance: its record, the formula for lists, whose elements may be complex, and that for arrays of real numbers. Both are
/// functions of two vectors.
struct Distance {
    record: Function,
    of_lists: &'static str,
    of_arrays: &'static str,
}

const fn distance(
    name: &'static str,
    usage: &'static str,
    of_lists: &'static str,
    of_arrays: &'static str,
    examples: &'static [(&'static str, &'static str)],
) -> Distance {
    let record = Function {
        name,
        usage,
        examples,
        arguments: Some((2, 2)),
        arrays: ArrayPositions::All,
        on_arrays: Some(of_arrays_by_formula),
        evaluate: Some(of_lists_by_formula),
        shape: ShapeRule::Scalar,
        messages: &[("dims", "The arguments `1` and `2` of a distance must have the same dimensions.")],
        ..Function::NEW
    };
    Distance { record, of_lists, of_arrays }
}

const DISTANCES: &[Distance] = &[
    distance(
        "EuclideanDistance",
        "EuclideanDistance[u, v] is the Euclidean distance of u and v, the norm of their difference.",
        "Norm[#1 - #2] &",
        "Norm[#1 - #2] &",
        &[
            ("EuclideanDistance[{1, 2}, {4, 6}]", "5"),
            ("EuclideanDistance[VectorSymbol[\"v\", n], VectorSymbol[\"w\", n]]", "Norm[v - w]"),
        ],
    ),
    distance(
        "SquaredEuclideanDistance",
        "SquaredEuclideanDistance[u, v] is the square of the Euclidean distance of u and v.",
        "Total[Abs[#1 - #2]^2] &",
        "Total[(#1 - #2)^2] &",
        &[
            ("SquaredEuclideanDistance[{a, b}, {c, d}]", "Abs[a - c]^2 + Abs[b - d]^2"),
            ("SquaredEuclideanDistance[VectorSymbol[\"v\", n], VectorSymbol[\"w\", n]]", "Total[(v - w)^2]"),
        ],
    ),
    distance(
        "NormalizedSquaredEuclideanDistance",
        "NormalizedSquaredEuclideanDistance[u, v] is half the square of the distance of the vectors u - Mean[u] and v - Mean[v], \
         over the sum of the squares of their norms.",
        "Total[Abs[#1 - Mean[#1] - #2 + Mean[#2]]^2]/(2 Total[Abs[#1 - Mean[#1]]^2 + Abs[#2 - Mean[#2]]^2]) &",
        "Total[(#1 - Mean[#1] - #2 + Mean[#2])^2]/(2 Total[(#1 - Mean[#1])^2 + (#2 - Mean[#2])^2]) &",
        &[("NormalizedSquaredEuclideanDistance[{0, 2}, {4, 0}]", "9/10")],
    ),
    distance(
        "ManhattanDistance",
        "ManhattanDistance[u, v] is the sum of the absolute values of the differences of the elements of u and v.",
        "Total[Abs[#1 - #2]] &",
        "Total[Abs[#1 - #2]] &",
        &[("ManhattanDistance[{a, b}, {c, d}]", "Abs[a - c] + Abs[b - d]"), ("ManhattanDistance[3, 5]", "2")],
    ),
    distance(
        "ChessboardDistance",
        "ChessboardDistance[u, v] is the greatest absolute value of the differences of the elements of u and v.",
        "Max[Abs[#1 - #2]] &",
        "Max[Abs[#1 - #2]] &",
        &[("ChessboardDistance[{1, 2}, {4, 9}]", "7")],
    ),
    distance(
        "BrayCurtisDistance",
        "BrayCurtisDistance[u, v] is Total[Abs[u - v]]/Total[Abs[u + v]].",
        "Total[Abs[#1 - #2]]/Total[Abs[#1 + #2]] &",
        "Total[Abs[#1 - #2]]/Total[Abs[#1 + #2]] &",
        &[("BrayCurtisDistance[{1, 2}, {4, 6}]", "7/13")],
    ),
    distance(
        "CanberraDistance",
        "CanberraDistance[u, v] is Total[Abs[u - v]/(Abs[u] + Abs[v])].",
        "Total[Abs[#1 - #2]/(Abs[#1] + Abs[#2])] &",
        "Total[Abs[#1 - #2]/(Abs[#1] + Abs[#2])] &",
        &[("CanberraDistance[{1, 2}, {3, 2}]", "1/2")],
    ),
    distance(
        "CosineDistance",
        "CosineDistance[u, v] is 1 less the cosine of the angle between the vectors u and v: 1 - u . v/(Norm[u] Norm[v]).",
        "1 - #1 . Conjugate[#2]/(Norm[#1] Norm[#2]) &",
        "1 - #1 . #2/(Norm[#1] Norm[#2]) &",
        &[
            ("CosineDistance[{1, 0}, {3, 4}]", "2/5"),
            ("CosineDistance[VectorSymbol[\"v\", n], VectorSymbol[\"w\", n]]", "1 - v . w/(Norm[v] Norm[w])"),
        ],
    ),
    distance(
        "CorrelationDistance",
        "CorrelationDistance[u, v] is the CosineDistance of the vectors u - Mean[u] and v - Mean[v].",
        "CosineDistance[#1 - Mean[#1], #2 - Mean[#2]] &",
        "CosineDistance[#1 - Mean[#1], #2 - Mean[#2]] &",
        &[("CorrelationDistance[{1, 2, 3}, {1, 0, -1}]", "2")],
    ),
];

/// The records of distances.
pub(crate) const RECORDS: [&Function; DISTANCES.len()] = {
    let mut records = [&DISTANCES[0].record; DISTANCES.len()];
    let mut i = 1;
    while i < records.len() {
        records[i] = &DISTANCES[i].record;
        i += 1;
    }
    records
};

/// The formula of a call, put in.
fn by_formula(session: &mut Session, call: &Expr, text: fn(&Distance) -> &'static str, args: [Expr; 2]) -> Eval {
    let Some(name) = call.head().as_symbol().map(|symbol| symbol.name().to_owned()) else { return Ok(None) };
    let Some(distance) = DISTANCES.iter().find(|distance| distance.record.name == name) else { return Ok(None) };
    let formula = session.parse_static(text(distance));
    session.evaluate(&Expr::normal(formula, args)).map(Some)
}

/// Of arrays with several levels the elements are a vector.
fn flat(session: &mut Session, e: &Expr, rank: usize) -> Eval {
    if rank < 2 {
        return Ok(Some(e.clone()));
    }
    session.evaluate_call(netform_expr::Sym::Flatten, [e.clone()]).map(Some)
}

fn of_arrays_by_formula(session: &mut Session, call: &Expr) -> Eval {
    let (u, v) = (call.arg(0), call.arg(1));
    let (Some(of_u), Some(of_v)) = (known_dimensions(session, &u)?, known_dimensions(session, &v)?) else {
        return Ok(None);
    };
    let differ =
        of_u.len() != of_v.len() || of_u.iter().zip(&of_v).any(|(a, b)| crate::arrays::dimension::differ(a, b));
    if differ {
        session.message_of(call.head(), "dims", &[u, v]);
        return Ok(None);
    }
    match (flat(session, &u, of_u.len())?, flat(session, &v, of_v.len())?) {
        (Some(u), Some(v)) => by_formula(session, call, |distance| distance.of_arrays, [u, v]),
        _ => Ok(None),
    }
}

fn known_dimensions(session: &mut Session, e: &Expr) -> Result<Option<Vec<Expr>>, netform_eval::Flow> {
    Ok(session.shape_of(e)?.dimensions().map(<[Expr]>::to_vec))
}

fn of_lists_by_formula(session: &mut Session, call: &Expr) -> Eval {
    let (u, v) = (call.arg(0), call.arg(1));
    if u.is_number() && v.is_number() {
        return by_formula(session, call, |distance| distance.of_lists, [Expr::list([u]), Expr::list([v])]);
    }
    if !u.is_list() && !v.is_list() {
        return Ok(None);
    }
    let (of_u, of_v) = (list_dimensions(&u, usize::MAX), list_dimensions(&v, usize::MAX));
    if of_u != of_v || of_u.contains(&0) {
        session.message_of(call.head(), "dims", &[u, v]);
        return Ok(None);
    }
    match (flat(session, &u, of_u.len())?, flat(session, &v, of_v.len())?) {
        (Some(u), Some(v)) => by_formula(session, call, |distance| distance.of_lists, [u, v]),
        _ => Ok(None),
    }
}

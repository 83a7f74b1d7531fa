//! `Median`, `Quantile`, `RankedMax`, `RankedMin`: elements by their places in numerical order.

use crate::arithmetic::{product, sum};
use crate::arrays::differentials::full;
use crate::arrays::dimension::{self, integer};
use netform_eval::{Derivative, Eval, Flow, Function, Lowering, Session, ShapeRule};
use netform_expr::{Expr, Number, Sym};

use super::elements::elements;
use super::statistics::{RECTANGLE_MESSAGE, SUMMARY, data, divided};
use super::unknown::decided_indices;

const NUMBERS_MESSAGE: (&str, &str) = ("rectn", "Rectangular array of real numbers is expected at position 1 in `1`.");
const RANK_MESSAGE: (&str, &str) =
    ("rank", "The rank `1` is not an integer from 1 to the length `2` of the list, or the negative of one.");

/// The middle element.
pub(super) const MEDIAN: Function = Function {
    name: "Median",
    usage: "Median[data] gives the middle one of the elements of data in numerical order, or the mean of the two middle \
            ones: of a matrix, the medians of its columns. It stays where their order is not known.",
    evaluate: Some(median_of_data),
    on_arrays: Some(by_columns),
    lowering: Lowering::Rewrite(|session, call| {
        let Some(places) = middle_places(session, &call.arg(0))? else { return Ok(None) };
        let ranked = places.map(|place| Expr::call(Sym::RankedMin, [call.arg(0), integer(place)]));
        Ok(Some(Expr::call(Sym::Mean, [Expr::list(ranked)])))
    }),
    derivative: Derivative::Differential(|session, call, differentials| {
        let Some(places) = middle_places(session, &call.arg(0))? else { return Ok(None) };
        let mut changes = Vec::with_capacity(2);
        for place in places {
            changes.push(change_at(session, &call.arg(0), &differentials[0], integer(place))?);
        }
        let sum = sum(session, changes)?;
        divided(session, sum, 2).map(Some)
    }),
    messages: &[RECTANGLE_MESSAGE, NUMBERS_MESSAGE],
    examples: &[
        ("Median[{5, 1, 3}]", "3"),
        ("Median[{1, 2, 3, 4}]", "5/2"),
        ("Median[{{1, 5}, {2, 4}, {9, 3}}]", "{2, 4}"),
        ("Median[{a, b}]", "Median[{a, b}]"),
    ],
    ..SUMMARY
};

/// Elements counted from the smallest.
pub(super) const RANKED_MIN: Function = Function {
    name: "RankedMin",
    usage: "RankedMin[list, k] gives the k-th smallest element of a list of real numbers, RankedMin[list, -k] the k-th largest. It \
            stays where the order of elements is not known.",
    examples: &[
        ("RankedMin[{5, 1, 3}, 2]", "3"),
        ("RankedMin[{5, 1, 3}, -1]", "5"),
        ("RankedMin[{a, 1}, 1]", "RankedMin[{a, 1}, 1]"),
    ],
    ..RANKED
};

/// Elements counted from the largest.
pub(super) const RANKED_MAX: Function = Function {
    name: "RankedMax",
    usage: "RankedMax[list, k] gives the k-th largest element of a list of real numbers, RankedMax[list, -k] the k-th smallest. It \
            stays where the order of elements is not known.",
    examples: &[("RankedMax[{5, 1, 3}, 2]", "3"), ("RankedMax[{5, 1, 3}, -1]", "1")],
    ..RANKED
};

const RANKED: Function = Function {
    arguments: Some((2, 2)),
    evaluate: Some(ranked),
    shape: ShapeRule::Scalar,
    lowering: Lowering::Rewrite(|_, call| {
        let order = Expr::call(Sym::ProgramOrder, [call.arg(0), integer(1)]);
        let sorted = Expr::call(Sym::ProgramGather, [call.arg(0), order, integer(1)]);
        Ok(place_in_order(call).map(|place| Expr::call(Sym::ProgramItem, [sorted, Expr::integer(place)])))
    }),
    derivative: Derivative::Differential(|session, call, differentials| match place_in_order(call) {
        Some(place) => change_at(session, &call.arg(0), &differentials[0], Expr::integer(place)).map(Some),
        None => Ok(None),
    }),
    messages: &[RECTANGLE_MESSAGE, NUMBERS_MESSAGE, RANK_MESSAGE],
    ..SUMMARY
};

/// Values below which a part of the data lies.
pub(super) const QUANTILE: Function = Function {
    name: "Quantile",
    usage: "Quantile[data, q] gives the smallest element of data below or at which the part q of the elements lies: of a matrix, \
            those of its columns. Quantile[data, {q1, q2, ...}] gives a list of quantiles. Quantile[data, q, {{a, b}, {c, d}}] \
            interpolates: with x = a + (n + b) q for n elements, it gives s + (t - s) (c + d (x - Floor[x])), where s and t are \
            the elements at the places Floor[x] and Ceiling[x] in numerical order.",
    arguments: Some((2, 3)),
    evaluate: Some(quantile),
    on_arrays: Some(quantile),
    shape: ShapeRule::Unknown,
    messages: &[
        RECTANGLE_MESSAGE,
        ("nquan", "The specification `1` is not a number from 0 to 1, or a list of such numbers."),
        ("param", "The parameters `1` are not of the form {{a, b}, {c, d}} with numbers."),
    ],
    examples: &[
        ("Quantile[{5, 1, 3, 8}, 1/4]", "1"),
        ("Quantile[{5, 1, 3, 8}, {1/2, 3/4}]", "{3, 5}"),
        ("Quantile[{{1, 5}, {2, 4}, {9, 3}}, 1/2]", "{2, 4}"),
        ("Quantile[{1, 2, 3, 4}, 1/3, {{1/2, 0}, {0, 1}}]", "11/6"),
        ("Quantile[VectorSymbol[\"v\", 4], 1/2]", "RankedMin[v, 2]"),
    ],
    ..SUMMARY
};

/// A function of a vector applied to the columns of an array with more levels; of a vector it stays.
fn by_columns(session: &mut Session, call: &Expr) -> Eval {
    let array = call.arg(0);
    if dimension::of(session, &array)?.len() < 2 {
        return Ok(None);
    }
    let mut parts = call.args().into_owned();
    parts[0] = Expr::call(Sym::Slot, [integer(1)]);
    let of_column = Expr::call(Sym::Function, [Expr::normal(call.head().clone(), parts)]);
    let columns = session.evaluate_call(Sym::Transpose, [array])?;
    session.evaluate_call(Sym::Map, [of_column, columns]).map(Some)
}

/// The places in order of the one or two elements in the middle of a vector, as two.
fn middle_places(session: &mut Session, vector: &Expr) -> Result<Option<[usize; 2]>, Flow> {
    let dimensions = dimension::of(session, vector)?;
    let length = dimensions.first().filter(|_| dimensions.len() == 1).and_then(Expr::as_usize);
    Ok(length.filter(|&length| length > 0).map(|length| [length.div_ceil(2), length / 2 + 1]))
}

/// The change of the element at a place in order.
fn change_at(session: &mut Session, vector: &Expr, differential: &Expr, place: Expr) -> Result<Expr, Flow> {
    let ordering = session.evaluate_call(Sym::ArrayOrdering, [vector.clone()])?;
    let place = session.evaluate_call(Sym::Indexed, [ordering, place])?;
    let change = full(session, vector, differential)?;
    session.evaluate_call(Sym::ArrayGather, [change, place, Expr::integer(1)])
}

/// The elements of a list in numerical order, where this is known. A message where an element cannot be a real number.
fn in_order(session: &mut Session, call: &Expr, items: &[Expr]) -> Result<Option<Vec<Expr>>, Flow> {
    let is_no_number = |item: &Expr| match item.as_number() {
        Some(number) => !number.is_real(),
        None => item.is_list() || item.as_str().is_some(),
    };
    if items.iter().any(is_no_number) {
        session.message_of(call.head(), NUMBERS_MESSAGE.0, std::slice::from_ref(call));
        return Ok(None);
    }
    let zero = Expr::integer(0);
    let alone = items.len() == 1 && decided_indices(session, &[items[0].clone(), zero], None)?.is_none();
    let indices = if alone { None } else { decided_indices(session, items, None)? };
    Ok(indices.map(|indices| indices.into_iter().map(|i| items[i].clone()).collect()))
}

fn median_of_data(session: &mut Session, call: &Expr) -> Eval {
    let Some(list) = data(session, call) else { return Ok(None) };
    let items = elements(&list);
    if session.shape_of(&list)?.rank().is_some_and(|rank| rank > 1) {
        return by_columns(session, &Expr::normal(call.head().clone(), [list]));
    }
    let Some(sorted) = in_order(session, call, &items)? else { return Ok(None) };
    let (low, high) = (&sorted[(sorted.len() - 1) / 2], &sorted[sorted.len() / 2]);
    if low == high || sorted.len() % 2 == 1 {
        return Ok(Some(low.clone()));
    }
    let sum = sum(session, [low.clone(), high.clone()])?;
    divided(session, sum, 2).map(Some)
}

/// The place in increasing order of a ranked element, from 1 or negative from the end.
fn place_in_order(call: &Expr) -> Option<i64> {
    let rank = call.arg(1).as_i64().filter(|&rank| rank != 0)?;
    Some(if call.has_head(Sym::RankedMax) { -rank } else { rank })
}

fn ranked(session: &mut Session, call: &Expr) -> Eval {
    let Some(list) = data(session, call) else { return Ok(None) };
    let items = elements(&list);
    let Some(place) = place_in_order(call).filter(|place| place.unsigned_abs() as usize <= items.len()) else {
        if call.arg(1).is_number() {
            session.message_of(call.head(), RANK_MESSAGE.0, &[call.arg(1), integer(items.len())]);
        }
        return Ok(None);
    };
    let Some(sorted) = in_order(session, call, &items)? else { return Ok(None) };
    let from_start = if place < 0 { sorted.len() as i64 + place } else { place - 1 };
    Ok(usize::try_from(from_start).ok().and_then(|place| sorted.get(place).cloned()))
}

fn quantile(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let array = if args[0].is_list() {
        match data(session, call) {
            Some(list) => list,
            None => return Ok(None),
        }
    } else {
        args[0].clone()
    };
    let shape = session.shape_of(&array)?;
    let length = match shape.dimensions() {
        Some([length]) => length.as_usize().filter(|&length| length > 0),
        Some([_, _, ..]) => return by_columns(session, call),
        _ => None,
    };
    let Some(length) = length else { return Ok(None) };
    if args[1].is_list() {
        let mut quantiles = Vec::with_capacity(args[1].len());
        for part in args[1].args().iter() {
            let mut parts = args.to_vec();
            parts[1] = part.clone();
            quantiles.push(session.evaluate(&Expr::normal(call.head().clone(), parts))?);
        }
        return Ok(Some(Expr::list(quantiles)));
    }
    let part = args[1].as_number();
    if part.as_ref().and_then(Number::to_f64).is_none_or(|part| !(0.0..=1.0).contains(&part)) {
        if args[1].is_number() {
            session.message_of(call.head(), "nquan", &[args[1].clone()]);
        }
        return Ok(None);
    }
    let parameters = match args.get(2).map(numbers_of_pairs) {
        None => [Number::from(0), Number::from(0), Number::from(1), Number::from(0)],
        Some(Some(parameters)) => parameters,
        Some(None) => {
            session.message_of(call.head(), "param", &[args[2].clone()]);
            return Ok(None);
        }
    };
    interpolated(session, &array, length, &args[1], parameters.map(Expr::number))
}

/// The numbers of `{{a, b}, {c, d}}`.
fn numbers_of_pairs(e: &Expr) -> Option<[Number; 4]> {
    let numbers: Vec<Number> = e
        .args_of(Sym::List)?
        .iter()
        .map(|pair| pair.args_of(Sym::List).filter(|pair| pair.len() == 2))
        .collect::<Option<Vec<_>>>()?
        .iter()
        .flat_map(|pair| pair.iter().map(Expr::as_number))
        .collect::<Option<_>>()?;
    numbers.try_into().ok()
}

/// Between the elements around the place a + (n + b) q, as c + d times its fraction says.
fn interpolated(session: &mut Session, array: &Expr, length: usize, part: &Expr, [a, b, c, d]: [Expr; 4]) -> Eval {
    let count = sum(session, [integer(length), b])?;
    let product_of = product(session, [count, part.clone()])?;
    let place = sum(session, [a, product_of])?;
    let mut element = |head: Sym| -> Result<(Expr, Expr), Flow> {
        let rounded = session.evaluate_call(head, [place.clone()])?;
        let within = rounded.as_i64().unwrap_or(1).clamp(1, length as i64);
        Ok((session.evaluate_call(Sym::RankedMin, [array.clone(), Expr::integer(within)])?, rounded))
    };
    let ((low, floor), (high, _)) = (element(Sym::Floor)?, element(Sym::Ceiling)?);
    let negative = product(session, [Expr::integer(-1), floor])?;
    let fraction = sum(session, [place, negative])?;
    if fraction.as_number().is_some_and(|fraction| fraction.is_zero()) || low == high {
        return Ok(Some(low));
    }
    let slope = product(session, [d, fraction])?;
    let weight = sum(session, [c, slope])?;
    let rest = product(session, [Expr::integer(-1), weight.clone()])?;
    let rest = sum(session, [Expr::integer(1), rest])?;
    let (low, high) = (product(session, [rest, low])?, product(session, [weight, high])?);
    sum(session, [low, high]).map(Some)
}

//! The laws of functions on intervals, for ends of any kind.

use std::cmp::Ordering;

use super::arithmetic::{angle, corners, fractional_part, power, quotient, remainder, root};
use super::{Break, Landmark, Law, Pieces, Relation, Toward};
use crate::Flow;

/// What the ends of intervals are, and how one function is computed with them.
pub trait Ends: Sized {
    /// An end: a real number, or infinite.
    type End: Clone;

    /// A bound of the function at a point; `None` where it is not real.
    ///
    /// # Errors
    /// What leaves the evaluation.
    fn value(&mut self, arguments: &[Self::End], toward: Toward) -> Result<Option<Self::End>, Flow>;

    /// The same ends with another function.
    fn inner(&mut self, code: fn(f64) -> f64, name: &'static str) -> Self;

    /// The order of two ends; `None` where they cannot be separated.
    ///
    /// # Errors
    /// What leaves the evaluation.
    fn order(&mut self, a: &Self::End, b: &Self::End) -> Result<Option<Ordering>, Flow>;

    /// A bound of a landmark.
    ///
    /// # Errors
    /// What leaves the evaluation.
    fn landmark(&mut self, landmark: Landmark, toward: Toward) -> Result<Self::End, Flow>;

    /// The integer that an end is.
    fn integer(&mut self, end: &Self::End) -> Option<i64>;

    /// A bound of the reciprocal of an end that is not zero.
    ///
    /// # Errors
    /// What leaves the evaluation.
    fn reciprocal(&mut self, end: &Self::End, toward: Toward) -> Result<Option<Self::End>, Flow>;

    /// A bound of the greatest integer that is not above `a/b`.
    ///
    /// # Errors
    /// What leaves the evaluation.
    fn quotient_floor(&mut self, a: &Self::End, b: &Self::End, toward: Toward) -> Result<Option<Self::End>, Flow>;

    /// The numbers `place + k period` between two ends, in order; `None` if they are as far apart as a whole period.
    ///
    /// # Errors
    /// What leaves the evaluation.
    fn turns(
        &mut self,
        place: Landmark,
        period: Landmark,
        bounds: [&Self::End; 2],
    ) -> Result<Option<Vec<Self::End>>, Flow>;
}

/// Intervals that together contain the values of a function; `None` where nothing is known of them, or not all of them
/// are real.
pub(super) type Found<E> = Result<Option<Vec<[E; 2]>>, Flow>;

/// The values of a function, given by its law and its ends, on one interval for each argument.
///
/// # Errors
/// What leaves the evaluation of values at ends.
pub fn enclose<A: Ends>(ends: &mut A, law: &Law, arguments: &[[A::End; 2]]) -> Found<A::End> {
    match (law, arguments) {
        (Law::Pieces(pieces), [argument]) => {
            in_pieces(ends, pieces, argument, |ends, x, toward| ends.value(&[x], toward))
        }
        (Law::Increasing, _) => monotone(ends, arguments, false),
        (Law::Decreasing, _) => monotone(ends, arguments, true),
        (Law::Product, [a, b]) => corners(ends, a, b),
        (Law::Power, [base, exponent]) => power(ends, base, exponent),
        (Law::Remainder, [a, b]) => remainder(ends, a, b),
        (Law::Angle, [x, y]) => angle(ends, x, y),
        (Law::Angle, [x]) => in_pieces(ends, &ARC_TAN, x, |ends, x, toward| ends.value(&[x], toward)),
        (Law::Quotient, [a, b]) => quotient(ends, a, b),
        (Law::FractionalPart, [a]) => fractional_part(ends, a),
        (Law::Root, [x, n]) => root(ends, x, n),
        (Law::Coincidence, all) => {
            let truth = coincide(ends, all)?;
            truth_values(ends, truth)
        }
        (Law::Relation(relation), [a, b]) => {
            let truth = related(ends, *relation, a, b)?;
            truth_values(ends, truth)
        }
        (Law::OfReciprocal { law, code, name }, [argument]) => {
            let inverse = in_pieces(ends, &RECIPROCAL, argument, |ends, x, toward| ends.reciprocal(&x, toward))?;
            let Some(inverse) = inverse else { return Ok(None) };
            let mut inner = ends.inner(*code, name);
            let mut all = Vec::new();
            for piece in inverse {
                match enclose(&mut inner, law, &[piece])? {
                    Some(found) => all.extend(found),
                    None => return Ok(None),
                }
            }
            Ok(Some(all))
        }
        _ => Ok(None),
    }
}

pub(super) const ZERO: Landmark = Landmark::Integer(0);
pub(super) const INFINITY: Landmark = Landmark::Infinity;
pub(super) const MINUS_INFINITY: Landmark = Landmark::MinusInfinity;

pub(super) const RECIPROCAL: Pieces = Pieces::LINE.broken(&[Break::jump(ZERO, MINUS_INFINITY, INFINITY)]);
const ARC_TAN: Pieces = Pieces::LINE.within(Landmark::RightAngles(-1), Landmark::RightAngles(1));

/// The bounds of an interval that contains two values, each with its own bounds.
pub(super) fn hull<A: Ends>(ends: &mut A, a: &[A::End; 2], b: &[A::End; 2]) -> Result<Option<[A::End; 2]>, Flow> {
    let low = match ends.order(&a[0], &b[0])? {
        Some(Ordering::Greater) => &b[0],
        Some(_) => &a[0],
        None => return Ok(None),
    };
    let high = match ends.order(&a[1], &b[1])? {
        Some(Ordering::Less) => &b[1],
        Some(_) => &a[1],
        None => return Ok(None),
    };
    Ok(Some([low.clone(), high.clone()]))
}

fn landmark<A: Ends>(ends: &mut A, landmark: Landmark) -> Result<[A::End; 2], Flow> {
    Ok([ends.landmark(landmark, Toward::Down)?, ends.landmark(landmark, Toward::Up)?])
}

pub(super) fn is_below<A: Ends>(ends: &mut A, a: &A::End, b: &A::End) -> Result<bool, Flow> {
    Ok(ends.order(a, b)? == Some(Ordering::Less))
}

/// The values of a function of one number on an interval, one interval for each monotone piece.
pub(super) fn in_pieces<A: Ends>(
    ends: &mut A,
    pieces: &Pieces,
    [a, b]: &[A::End; 2],
    value: impl Fn(&mut A, A::End, Toward) -> Result<Option<A::End>, Flow>,
) -> Found<A::End> {
    let least = ends.landmark(pieces.domain[0], Toward::Up)?;
    let greatest = ends.landmark(pieces.domain[1], Toward::Down)?;
    let inside = !matches!(ends.order(a, &least)?, Some(Ordering::Less) | None)
        && !matches!(ends.order(b, &greatest)?, Some(Ordering::Greater) | None);
    if !inside {
        return Ok(None);
    }
    let at = |ends: &mut A, x: &A::End| -> Result<Option<[A::End; 2]>, Flow> {
        let low = value(ends, x.clone(), Toward::Down)?;
        let high = value(ends, x.clone(), Toward::Up)?;
        Ok(low.zip(high).map(|(low, high)| [low, high]))
    };
    if ends.order(a, b)? == Some(Ordering::Equal) && !touches_pole(ends, pieces, a)? {
        return Ok(match at(ends, a)? {
            Some(found) => Some(vec![clamped(ends, pieces, found)?]),
            None => None,
        });
    }
    let Some(cuts) = cuts(ends, pieces, a, b)? else {
        let mut all: Option<[A::End; 2]> = None;
        for side in pieces.breaks.iter().flat_map(|entry| [entry.left, entry.right]) {
            let limit = landmark(ends, side)?;
            all = match all {
                Some(all) => hull(ends, &all, &limit)?,
                None => Some(limit),
            };
        }
        return Ok(all.map(|all| vec![all]));
    };
    let mut found = Vec::new();
    let mut start = None;
    let mut cuts = cuts.into_iter().peekable();
    if let Some((_, entry)) = cuts.next_if(|(place, _)| matches!(place, Place::First)) {
        start = Some(landmark(ends, entry.right)?);
    }
    let mut start = match start {
        Some(start) => start,
        None => match at(ends, a)? {
            Some(value) => value,
            None => return Ok(None),
        },
    };
    for (place, entry) in cuts {
        let end = landmark(ends, entry.left)?;
        let Some(piece) = hull(ends, &start, &end)? else { return Ok(None) };
        found.push(clamped(ends, pieces, piece)?);
        if matches!(place, Place::Last) {
            return Ok(Some(found));
        }
        start = landmark(ends, entry.right)?;
    }
    let Some(end) = at(ends, b)? else { return Ok(None) };
    let Some(piece) = hull(ends, &start, &end)? else { return Ok(None) };
    found.push(clamped(ends, pieces, piece)?);
    Ok(Some(found))
}

/// Whether a point is a break at which the function is infinite.
fn touches_pole<A: Ends>(ends: &mut A, pieces: &Pieces, a: &A::End) -> Result<bool, Flow> {
    for entry in pieces.breaks.iter().filter(|_| pieces.period.is_none()) {
        let place = ends.landmark(entry.place, Toward::Down)?;
        let infinite = |side: Landmark| matches!(side, INFINITY | MINUS_INFINITY);
        if infinite(entry.right) && ends.order(&place, a)? == Some(Ordering::Equal) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where a break is in an interval.
#[derive(Clone, Copy)]
enum Place {
    First,
    Inside,
    Last,
}

/// The breaks in an interval, in order; `None` if it is as long as a period.
fn cuts<A: Ends>(
    ends: &mut A,
    pieces: &Pieces,
    a: &A::End,
    b: &A::End,
) -> Result<Option<Vec<(Place, &'static Break)>>, Flow> {
    let mut cuts: Vec<(A::End, Place, &'static Break)> = Vec::new();
    for entry in pieces.breaks {
        let places = match pieces.period {
            None => vec![ends.landmark(entry.place, Toward::Down)?],
            Some(period) => match ends.turns(entry.place, period, [a, b])? {
                Some(places) => places,
                None => return Ok(None),
            },
        };
        for place in places {
            let where_ = match (ends.order(&place, a)?, ends.order(&place, b)?) {
                (Some(Ordering::Equal), _) => Place::First,
                (_, Some(Ordering::Equal)) => Place::Last,
                // Places of periodic functions were found within their doubt.
                (Some(Ordering::Less), _) | (_, Some(Ordering::Greater)) if pieces.period.is_none() => continue,
                _ => Place::Inside,
            };
            let mut position = cuts.len();
            while position > 0 && is_below(ends, &place, &cuts[position - 1].0)? {
                position -= 1;
            }
            cuts.insert(position, (place, where_, entry));
        }
    }
    Ok(Some(cuts.into_iter().map(|(_, place, entry)| (place, entry)).collect()))
}

/// An interval of values without what is outside of the range.
fn clamped<A: Ends>(ends: &mut A, pieces: &Pieces, [low, high]: [A::End; 2]) -> Result<[A::End; 2], Flow> {
    let least = ends.landmark(pieces.range[0], Toward::Down)?;
    let greatest = ends.landmark(pieces.range[1], Toward::Up)?;
    let low = if is_below(ends, &low, &least)? { least } else { low };
    let high = if is_below(ends, &greatest, &high)? { greatest } else { high };
    Ok([low, high])
}

fn monotone<A: Ends>(ends: &mut A, arguments: &[[A::End; 2]], falling: bool) -> Found<A::End> {
    let lows: Vec<A::End> = arguments.iter().map(|[low, _]| low.clone()).collect();
    let highs: Vec<A::End> = arguments.iter().map(|[_, high]| high.clone()).collect();
    let (lows, highs) = if falling { (highs, lows) } else { (lows, highs) };
    let low = ends.value(&lows, Toward::Down)?;
    let high = ends.value(&highs, Toward::Up)?;
    Ok(low.zip(high).map(|(low, high)| vec![[low, high]]))
}

/// Whether all numbers of some intervals are equal, or are 0 where there is one interval.
fn coincide<A: Ends>(ends: &mut A, all: &[[A::End; 2]]) -> Result<Option<bool>, Flow> {
    let mut truth = Some(true);
    if let [only] = all {
        let zero = landmark(ends, ZERO)?;
        return related(ends, Relation::Equal, only, &zero);
    }
    for (i, a) in all.iter().enumerate() {
        for b in &all[i + 1..] {
            match related(ends, Relation::Equal, a, b)? {
                Some(true) => {}
                Some(false) => return Ok(Some(false)),
                None => truth = None,
            }
        }
    }
    Ok(truth)
}

/// 1, 0, or both where it is not decided.
fn truth_values<A: Ends>(ends: &mut A, truth: Option<bool>) -> Found<A::End> {
    let [no, yes] = [Landmark::Integer(0), Landmark::Integer(1)];
    let low = ends.landmark(if truth == Some(true) { yes } else { no }, Toward::Down)?;
    let high = ends.landmark(if truth == Some(false) { no } else { yes }, Toward::Up)?;
    Ok(Some(vec![[low, high]]))
}

/// Whether a relation holds between all numbers of two intervals, or between none.
pub(crate) fn related<A: Ends>(
    ends: &mut A,
    relation: Relation,
    a: &[A::End; 2],
    b: &[A::End; 2],
) -> Result<Option<bool>, Flow> {
    let (first, second) = match relation {
        Relation::Greater | Relation::GreaterEqual => (b, a),
        _ => (a, b),
    };
    // The last of the first against the first of the second, and the other way round.
    let apart = ends.order(&first[1], &second[0])?;
    let across = ends.order(&first[0], &second[1])?;
    Ok(match relation {
        Relation::Less | Relation::Greater => match (apart, across) {
            (Some(Ordering::Less), _) => Some(true),
            (_, Some(Ordering::Equal | Ordering::Greater)) => Some(false),
            _ => None,
        },
        Relation::LessEqual | Relation::GreaterEqual => match (apart, across) {
            (Some(Ordering::Less | Ordering::Equal), _) => Some(true),
            (_, Some(Ordering::Greater)) => Some(false),
            _ => None,
        },
        Relation::Equal | Relation::Unequal => {
            let equal = match (apart, across) {
                (Some(Ordering::Less), _) | (_, Some(Ordering::Greater)) => Some(false),
                (Some(Ordering::Equal), Some(Ordering::Equal)) => Some(true),
                _ => None,
            };
            equal.map(|equal| equal == (relation == Relation::Equal))
        }
    })
}

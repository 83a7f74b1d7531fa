//! `Nest`, `NestList`, `NestWhile`, `NestWhileList`, `FixedPoint`, `FixedPointList`: functions applied
//! again and again.

use crate::lists::levels::is_infinity;
use crate::lists::range::is_too_long;
use netform_eval::{ArrayPositions, Flow, Function, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use crate::call_options::CallOptions;

const COUNT_MESSAGE: (&str, &str) = ("intnm", "Non-negative machine-sized integer expected at position `1` in `2`.");

/// A function applied n times.
pub(super) const NEST: Function = Function {
    name: "Nest",
    quantities: ArrayPositions::At(&[1, 2]),
    usage: "Nest[f, expr, n] applies f to expr n times. With a symbolic n it stays.",
    arguments: Some((3, 3)),
    evaluate: Some(|session, call| {
        let Some(count) = count(session, call, 3) else { return Ok(None) };
        let (f, mut e) = (call.arg(0), call.arg(1));
        for _ in 0..count {
            session.tick()?;
            e = session.evaluate(&Expr::normal(f.clone(), [e]))?;
        }
        Ok(Some(e))
    }),
    messages: &[COUNT_MESSAGE],
    examples: &[("Nest[f, x, 3]", "f[f[f[x]]]"), ("Nest[2 # &, 1, 10]", "1024")],
    ..Function::NEW
};

/// The values on the way of `Nest`.
pub(super) const NEST_LIST: Function = Function {
    name: "NestList",
    quantities: ArrayPositions::At(&[1, 2]),
    usage: "NestList[f, expr, n] gives the list of the results of applying f to expr 0 through n times.",
    arguments: Some((3, 3)),
    evaluate: Some(|session, call| {
        let Some(count) = count(session, call, 3) else { return Ok(None) };
        if is_too_long(session, call, count.saturating_add(1))? {
            return Ok(None);
        }
        let f = call.arg(0);
        let mut results = vec![call.arg(1)];
        for _ in 0..count {
            session.tick()?;
            let last = results[results.len() - 1].clone();
            results.push(session.evaluate(&Expr::normal(f.clone(), [last]))?);
        }
        Ok(Some(Expr::list(results)))
    }),
    messages: &[COUNT_MESSAGE],
    examples: &[("NestList[f, x, 2]", "{x, f[x], f[f[x]]}"), ("NestList[#^2 &, 2, 3]", "{2, 4, 16, 256}")],
    ..Function::NEW
};

/// The count at a position. A message where it is a number but no count.
fn count(session: &mut Session, call: &Expr, position: usize) -> Option<u64> {
    let n = call.arg(position - 1);
    let count = n.as_i64().and_then(|n| u64::try_from(n).ok());
    if count.is_none() && (n.is_number() || n.as_str().is_some() || n.is_list()) {
        session.message_of(call.head(), COUNT_MESSAGE.0, &[Expr::integer(position as i64), call.clone()]);
    }
    count
}

/// A function applied as long as a test holds.
pub(super) const NEST_WHILE: Function = Function {
    name: "NestWhile",
    usage: "NestWhile[f, expr, test] applies f to expr as long as test gives True. NestWhile[f, expr, test, m] supplies \
            the last m results to test, NestWhile[f, expr, test, All] all of them, NestWhile[f, expr, test, {min, m}] \
            between min and m, NestWhile[f, expr, test, m, max] applies f at most max times, and \
            NestWhile[f, expr, test, m, max, n] n times more; for a negative n it gives an earlier result.",
    arguments: Some((3, 6)),
    evaluate: Some(|session, call| Ok(nest_while(session, call)?.and_then(|mut results| results.pop()))),
    messages: &[COUNT_MESSAGE],
    examples: &[
        ("NestWhile[#/2 &, 12, EvenQ]", "3"),
        ("NestWhile[# + 1 &, 1, #2 < 5 &, 2]", "5"),
        ("NestWhile[# + 1 &, 1, # < 5 &, 1, Infinity, -1]", "4"),
    ],
    ..Function::NEW
};

/// The values on the way of `NestWhile`.
pub(super) const NEST_WHILE_LIST: Function = Function {
    name: "NestWhileList",
    usage: "NestWhileList[f, expr, test] gives the list of the results of applying f to expr as long as test gives True; \
            further arguments are as for NestWhile.",
    arguments: Some((3, 6)),
    evaluate: Some(|session, call| Ok(nest_while(session, call)?.map(Expr::list))),
    messages: &[COUNT_MESSAGE],
    examples: &[("NestWhileList[#/2 &, 12, EvenQ]", "{12, 6, 3}")],
    ..Function::NEW
};

fn nest_while(session: &mut Session, call: &Expr) -> Result<Option<Vec<Expr>>, Flow> {
    let args = call.args();
    let (f, test) = (&args[0], &args[2]);
    let all = |e: &Expr| if e.is(Sym::All) || is_infinity(e) { Some(usize::MAX) } else { e.as_usize() };
    let window = match args.get(3) {
        None => Some((1, 1)),
        Some(m) if m.is(Sym::All) => Some((1, usize::MAX)),
        Some(m) if m.is_list() && m.len() == 2 => m.arg(0).as_usize().zip(all(&m.arg(1))),
        Some(m) => m.as_usize().map(|m| (m, m)),
    };
    let most = args.get(4).map_or(Some(usize::MAX), all);
    let more = args.get(5).map_or(Some(0), Expr::as_i64);
    let (Some((fewest, window)), Some(most), Some(more)) = (window, most, more) else {
        let position = if window.is_none() { 4 } else { 5 };
        session.message_of(call.head(), COUNT_MESSAGE.0, &[Expr::integer(position), call.clone()]);
        return Ok(None);
    };
    let mut results = vec![args[1].clone()];
    let mut steps = 0;
    while steps < most {
        session.tick()?;
        if results.len() >= fewest {
            let supplied = results[results.len().saturating_sub(window)..].to_vec();
            if !session.is_true(&Expr::normal(test.clone(), supplied))? {
                break;
            }
        }
        let last = results[results.len() - 1].clone();
        results.push(session.evaluate(&Expr::normal(f.clone(), [last]))?);
        steps += 1;
    }
    for _ in 0..more.max(0) {
        session.tick()?;
        let last = results[results.len() - 1].clone();
        results.push(session.evaluate(&Expr::normal(f.clone(), [last]))?);
    }
    let kept = results.len().saturating_sub(more.min(0).unsigned_abs() as usize);
    results.truncate(kept.max(1));
    Ok(Some(results))
}

/// A function applied until nothing changes.
pub(super) const FIXED_POINT: Function = Function {
    name: "FixedPoint",
    usage: "FixedPoint[f, expr] applies f to expr until the result does not change any more. FixedPoint[f, expr, n] stops \
            after at most n steps. The option SameTest gives the test for two results to be the same.",
    evaluate: Some(|session, call| {
        let mut last = None;
        let done = fixed_point(session, call, &mut |result| last = Some(result))?;
        Ok(if done { last } else { None })
    }),
    // A function that comes to rest keeps the shape.
    shape: ShapeRule::Rule(|session, call| match call.len() {
        0 | 1 => Ok(Shape::Unknown),
        _ => session.shape_of(&call.arg(1)),
    }),
    options: &[("SameTest", "SameQ")],
    messages: &[COUNT_MESSAGE],
    examples: &[
        ("FixedPoint[Floor[#/2] &, 100]", "0"),
        ("FixedPoint[f, x, 2]", "f[f[x]]"),
        ("FixedPoint[(# + 2/#)/2 &, 1., SameTest -> (Abs[#1 - #2] < 1 &)]", "1.5"),
    ],
    ..Function::NEW
};

/// The values on the way of `FixedPoint`.
pub(super) const FIXED_POINT_LIST: Function = Function {
    name: "FixedPointList",
    usage: "FixedPointList[f, expr] gives the list of the results of applying f to expr until they do not change any more. \
            FixedPointList[f, expr, n] stops after at most n steps.",
    evaluate: Some(|session, call| {
        let mut results = Vec::new();
        let done = fixed_point(session, call, &mut |result| results.push(result))?;
        Ok(done.then(|| Expr::list(results)))
    }),
    options: &[("SameTest", "SameQ")],
    messages: &[COUNT_MESSAGE],
    examples: &[("FixedPointList[Floor[#/2] &, 4]", "{4, 2, 1, 0, 0}")],
    ..Function::NEW
};

/// Reports each result in turn; `false` where the call stays.
fn fixed_point(session: &mut Session, call: &Expr, report: &mut dyn FnMut(Expr)) -> Result<bool, Flow> {
    let Some(options) = CallOptions::split(session, call, 2, 3) else { return Ok(false) };
    let f = options.arguments[0].clone();
    let most = match options.arguments.get(2) {
        None => Some(usize::MAX),
        Some(n) if is_infinity(n) => Some(usize::MAX),
        Some(n) => n.as_usize(),
    };
    let Some(most) = most else {
        session.message_of(call.head(), COUNT_MESSAGE.0, &[Expr::integer(3), call.clone()]);
        return Ok(false);
    };
    let test = options.get(session, Sym::SameTest);
    let mut current = options.arguments[1].clone();
    // What is said of all arrays of a shape, or of their elements, need never be the same as what it was.
    if most == usize::MAX && current.may_hold_array_symbol() {
        return Ok(false);
    }
    report(current.clone());
    for _ in 0..most {
        session.tick()?;
        let next = session.evaluate(&Expr::normal(f.clone(), [current.clone()]))?;
        let same = match test.sym() {
            Some(Sym::SameQ | Sym::Automatic) => crate::comparison::same::is_same(&current, &next),
            _ => session.is_true(&Expr::normal(test.clone(), [current, next.clone()]))?,
        };
        current = next;
        report(current.clone());
        if same {
            break;
        }
    }
    Ok(true)
}

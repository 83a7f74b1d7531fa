//! `NetLinearRegions`: where a net of piecewise linear functions is affine, and what it is there.
//!
//! The symbolic result is split at one kink after the other, innermost first. A part is kept if its inequalities
//! leave room: variables are eliminated from them one by one (Fourier and Motzkin).

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym, map_bottom_up, postorder};

use crate::extract::view;
use crate::options::split_call;

pub(crate) const NET_LINEAR_REGIONS: Function = Function {
    name: "NetLinearRegions",
    usage: "NetLinearRegions[net, {x, y, ...}] gives the regions in which a net of piecewise linear functions (Ramp, Max, Min, \
            Abs, Clip) with numbers for its arrays is affine in its input {x, y, ...}, as rules from inequalities to the \
            result there. There are at most \"Limit\" -> 256 of them.",
    arguments: Some((2, 3)),
    evaluate: Some(net_linear_regions),
    options: &[("Limit", "256")],
    messages: &[
        ("arg1", "The first argument, `1`, is not a net."),
        ("variables", "A list of symbols for the elements of the input is expected, not `1`."),
        ("linear", "The part `1` of the result is not piecewise linear in the input."),
        ("limit", "There are more than `1` regions. The option \"Limit\" allows more of them."),
        ("optval", "`2` is not a value of the option `1`: a positive integer is expected."),
    ],
    examples: &[
        (
            "NetLinearRegions[NetChain[{LinearLayer[1, \"Weights\" -> {{1}}, \"Biases\" -> {-2}], Ramp}], {x}]",
            "{-2 + x > 0 -> {-2 + x}, -2 + x <= 0 -> {0}}",
        ),
        ("Length[NetLinearRegions[ElementwiseLayer[Ramp], {x, y, z}]]", "8"),
    ],
    ..Function::NEW
};

/// The regions unless the option says otherwise.
const REGION_LIMIT: usize = 256;

/// How many inequalities may come of an elimination before the region counts as one with room.
const INEQUALITY_LIMIT: usize = 4096;

/// A part of the input space.
struct Region {
    /// The result as far as it is split.
    result: Expr,
    /// The inequalities, as they are shown.
    conditions: Vec<Expr>,
    /// The same as `a . x + b > 0`: the coefficients, b last.
    rows: Vec<Vec<f64>>,
}

fn net_linear_regions(session: &mut Session, call: &Expr) -> Eval {
    let (positional, options) = split_call(session, call);
    let [net, variables] = &positional[..] else { return Ok(None) };
    let failed = Ok(Some(Sym::Failed.into()));
    let mut limit = REGION_LIMIT;
    for (name, value) in &options {
        match value.as_usize().filter(|n| *n > 0 && name == "Limit") {
            Some(n) => limit = n,
            None => {
                session.message(Sym::NetLinearRegions, "optval", &[Expr::string(name), value.clone()]);
                return failed;
            }
        }
    }
    if view(session, Sym::NetLinearRegions, net)?.is_none() {
        return failed;
    }
    if !variables.is_list() || variables.is_empty() {
        session.message(Sym::NetLinearRegions, "variables", std::slice::from_ref(variables));
        return failed;
    }
    let mut names: Vec<Expr> = Vec::new();
    if !leaves(variables, &mut names) {
        session.message(Sym::NetLinearRegions, "variables", std::slice::from_ref(variables));
        return failed;
    }
    let result = session.evaluate(&Expr::normal(net.clone(), [variables.clone()]))?;
    if result.is(Sym::Failed) {
        return failed;
    }
    match regions(session, result, &names, limit)? {
        Ok(regions) => {
            let rule = |region: Region| {
                let condition = match region.conditions.len() {
                    0 => Sym::True.into(),
                    1 => region.conditions[0].clone(),
                    _ => Expr::call(Sym::And, region.conditions),
                };
                Expr::rule(condition, region.result)
            };
            Ok(Some(Expr::list(regions.into_iter().map(rule).collect::<Vec<_>>())))
        }
        Err((tag, arg)) => {
            session.message(Sym::NetLinearRegions, tag, &[arg]);
            failed
        }
    }
}

/// The symbols in nested lists; `false` if something else stands there.
fn leaves(e: &Expr, names: &mut Vec<Expr>) -> bool {
    if e.is_list() {
        return e.args().iter().all(|item| leaves(item, names));
    }
    names.push(e.clone());
    e.is_symbol()
}

type Fault = (&'static str, Expr);

fn regions(
    session: &mut Session,
    result: Expr,
    names: &[Expr],
    limit: usize,
) -> Result<Result<Vec<Region>, Fault>, Flow> {
    let mut open = vec![Region { result, conditions: Vec::new(), rows: Vec::new() }];
    let mut done = Vec::new();
    while let Some(region) = open.pop() {
        session.check_limits()?;
        let Some(kink) = innermost_kink(&region.result) else {
            let result = session.evaluate_call(Sym::Expand, [region.result.clone()])?;
            if let Some(part) = not_affine(&result, names) {
                return Ok(Err(("linear", part)));
            }
            done.push(Region { result, ..region });
            if done.len() > limit {
                return Ok(Err(("limit", Expr::integer(limit as i64))));
            }
            continue;
        };
        let Some(difference) = difference(session, &kink)? else { return Ok(Err(("linear", kink))) };
        let Some(row) = row(&difference, names) else { return Ok(Err(("linear", kink))) };
        let zero = Expr::integer(0);
        let above = Expr::call(Sym::Greater, [difference.clone(), zero.clone()]);
        let below = Expr::call(Sym::LessEqual, [difference, zero]);
        let negative: Vec<f64> = row.iter().map(|a| -a).collect();
        let [upper, lower] = values(&kink);
        // The later one is looked at first.
        for (condition, row, value) in [(below, negative, lower), (above, row, upper)] {
            let mut rows = region.rows.clone();
            rows.push(row);
            if !has_room(&rows, names.len()) {
                continue;
            }
            let replaced = map_bottom_up(&region.result, |e| if e == kink { value.clone() } else { e });
            // An inequality that follows from the others is not worth saying.
            let is_new = {
                let mut opposite = region.rows.clone();
                opposite.push(rows[rows.len() - 1].iter().map(|a| -a).collect());
                has_room(&opposite, names.len())
            };
            let mut conditions = region.conditions.clone();
            if is_new {
                conditions.push(session.evaluate(&condition)?);
            }
            open.push(Region { result: session.evaluate(&replaced)?, conditions, rows });
        }
    }
    Ok(Ok(done))
}

/// A function with a kink, in whose arguments there is no other.
fn innermost_kink(e: &Expr) -> Option<Expr> {
    let mut found = None;
    let _ = postorder(
        e,
        |_| true,
        |node| match node.head_sym() {
            Some(Sym::Ramp | Sym::Abs | Sym::Max | Sym::Min) => {
                found = Some(node.clone());
                Err(())
            }
            Some(Sym::Clip) if node.len() <= 2 => {
                found = Some(node.clone());
                Err(())
            }
            _ => Ok(()),
        },
    );
    found
}

/// What is positive where the first of the two values of a function holds.
fn difference(session: &mut Session, kink: &Expr) -> Result<Option<Expr>, Flow> {
    let args = kink.args();
    let minus = |a: &Expr, b: &Expr| {
        let negative = Expr::call(Sym::Times, [Expr::integer(-1), b.clone()]);
        Expr::call(Sym::Expand, [Expr::call(Sym::Plus, [a.clone(), negative])])
    };
    let difference = match (kink.head_sym(), args.as_ref()) {
        (Some(Sym::Ramp | Sym::Abs), [u]) => Expr::call(Sym::Expand, [u.clone()]),
        (Some(Sym::Max), [a, b, ..]) => minus(a, b),
        (Some(Sym::Min), [a, b, ..]) => minus(b, a),
        (Some(Sym::Clip), [u, ..]) => minus(u, &limits(kink).1),
        _ => return Ok(None),
    };
    session.evaluate(&difference).map(Some)
}

/// The ends of a `Clip`.
fn limits(clip: &Expr) -> (Expr, Expr) {
    match clip.args().get(1).filter(|limits| limits.is_list() && limits.len() == 2) {
        Some(limits) => (limits.arg(0), limits.arg(1)),
        None => (Expr::integer(-1), Expr::integer(1)),
    }
}

/// What a function is on both sides of its kink, the side of the positive difference first.
fn values(kink: &Expr) -> [Expr; 2] {
    let args = kink.args();
    let with = |rest: Expr, head: Sym| {
        if args.len() == 2 { rest } else { Expr::call(head, [rest].into_iter().chain(args[2..].iter().cloned())) }
    };
    match (kink.head_sym(), args.as_ref()) {
        (Some(Sym::Ramp), [u]) => [u.clone(), Expr::integer(0)],
        (Some(Sym::Abs), [u]) => [u.clone(), Expr::call(Sym::Times, [Expr::integer(-1), u.clone()])],
        (Some(head @ (Sym::Max | Sym::Min)), [a, b, ..]) => [with(a.clone(), head), with(b.clone(), head)],
        (Some(Sym::Clip), [u, ..]) => {
            let (low, high) = limits(kink);
            [high, Expr::call(Sym::Max, [u.clone(), low])]
        }
        _ => [kink.clone(), kink.clone()],
    }
}

/// The coefficients of an affine expression, the constant last; `None` if it is none.
fn row(e: &Expr, names: &[Expr]) -> Option<Vec<f64>> {
    let mut row = vec![0.0; names.len() + 1];
    let terms = if e.has_head(Sym::Plus) { e.args().into_owned() } else { vec![e.clone()] };
    for term in terms {
        let factors = if term.has_head(Sym::Times) { term.args().into_owned() } else { vec![term.clone()] };
        let mut coefficient = 1.0;
        let mut place = names.len();
        for factor in &factors {
            match names.iter().position(|name| name == factor) {
                Some(i) if place == names.len() => place = i,
                Some(_) => return None,
                None => coefficient *= factor.as_number()?.to_f64()?,
            }
        }
        row[place] += coefficient;
    }
    Some(row)
}

/// A part of an expanded result that is not affine.
fn not_affine(result: &Expr, names: &[Expr]) -> Option<Expr> {
    if result.is_list() {
        return result.args().iter().find_map(|item| not_affine(item, names));
    }
    let constant = !names.iter().any(|name| netform_expr::occurs(result, name));
    (!constant && row(result, names).is_none()).then(|| result.clone())
}

/// Whether inequalities `a . x + b > 0` have a common solution.
fn has_room(rows: &[Vec<f64>], variables: usize) -> bool {
    const TINY: f64 = 1e-12;
    let mut rows: Vec<Vec<f64>> = rows.to_vec();
    for variable in 0..variables {
        let (mut positive, mut negative, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            let a = row[variable];
            if a.abs() <= TINY {
                rest.push(row);
                continue;
            }
            let scaled: Vec<f64> = row.iter().map(|c| c / a.abs()).collect();
            if a > 0.0 { positive.push(scaled) } else { negative.push(scaled) }
        }
        if positive.len() * negative.len() + rest.len() > INEQUALITY_LIMIT {
            return true;
        }
        for p in &positive {
            for n in &negative {
                let mut sum: Vec<f64> = p.iter().zip(n).map(|(a, b)| a + b).collect();
                sum[variable] = 0.0;
                rest.push(sum);
            }
        }
        rows = strictest(rest);
    }
    rows.iter().all(|row| row[variables] > TINY)
}

/// Of inequalities with the same coefficients, the one with the least constant.
fn strictest(rows: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let mut kept: Vec<Vec<f64>> = Vec::with_capacity(rows.len());
    let mut places: std::collections::BTreeMap<Vec<i64>, usize> = std::collections::BTreeMap::new();
    for row in rows {
        let (last, coefficients) = row.split_last().map_or((0.0, &[][..]), |(last, rest)| (*last, rest));
        let scale = coefficients.iter().fold(0.0_f64, |most, a| most.max(a.abs()));
        let scale = if scale > 0.0 { scale } else { 1.0 };
        // Equal up to rounding.
        let key: Vec<i64> = coefficients.iter().map(|a| (a / scale * 1e10).round() as i64).collect();
        let scaled: Vec<f64> = coefficients.iter().map(|a| a / scale).chain([last / scale]).collect();
        match places.get(&key) {
            Some(&place) => {
                let least = kept[place].last().copied().unwrap_or(0.0).min(last / scale);
                if let Some(slot) = kept[place].last_mut() {
                    *slot = least;
                }
            }
            None => {
                places.insert(key, kept.len());
                kept.push(scaled);
            }
        }
    }
    kept
}

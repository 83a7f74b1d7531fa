//! Random elements of lists.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

use super::generator::{next_below, next_real};
use super::variates::{dimensions, nest};

const MESSAGES: &[(&str, &str)] = &[
    ("lrwl", "`1` is not a list of elements, or a rule from weights to elements with one positive weight each."),
    ("array", "`1` is not a size of an array: a non-negative integer or a list of them is expected."),
    ("smplen", "A sample of `1` elements cannot be taken from `2`."),
];

pub(super) const RANDOM_CHOICE: Function = Function {
    name: "RandomChoice",
    usage: "RandomChoice[{e1, e2, ...}] is one of the elements at random; RandomChoice[{w1, w2, ...} -> {e1, e2, ...}] with \
            these weights; RandomChoice[list, n] a list of n, RandomChoice[list, {n1, n2, ...}] an array.",
    arguments: Some((1, 2)),
    evaluate: Some(random_choice),
    messages: MESSAGES,
    examples: &[("MemberQ[{a, b}, RandomChoice[{a, b}]]", "True"), ("RandomChoice[{0, 1} -> {a, b}]", "b")],
    ..Function::NEW
};

pub(super) const RANDOM_SAMPLE: Function = Function {
    name: "RandomSample",
    usage: "RandomSample[{e1, e2, ...}] is a random permutation of the elements; RandomSample[list, n] has n of them, none \
            twice.",
    arguments: Some((1, 2)),
    evaluate: Some(random_sample),
    messages: MESSAGES,
    examples: &[("Sort[RandomSample[{c, a, b}]]", "{a, b, c}")],
    ..Function::NEW
};

/// The elements, and the running totals of their weights if there are any.
fn elements(session: &mut Session, call: &Expr) -> Result<Option<(Vec<Expr>, Option<Vec<f64>>)>, Flow> {
    let arg = call.arg(0);
    if arg.is_list() && !arg.is_empty() {
        return Ok(Some((arg.args().into_owned(), None)));
    }
    if arg.has_head(Sym::Rule) && arg.arg(0).is_list() && arg.arg(1).is_list() && arg.arg(0).len() == arg.arg(1).len() {
        let mut totals = Vec::with_capacity(arg.arg(0).len());
        let mut total = 0.0;
        for weight in arg.arg(0).args().iter() {
            let weight = session.evaluate_call(Sym::N, [weight.clone()])?.as_number().and_then(|n| n.to_f64());
            match weight.filter(|w| *w >= 0.0) {
                Some(weight) => total += weight,
                None => total = f64::NAN,
            }
            totals.push(total);
        }
        if total > 0.0 {
            return Ok(Some((arg.arg(1).args().into_owned(), Some(totals))));
        }
    }
    session.message_of(call.head(), "lrwl", &[arg]);
    Ok(None)
}

fn draw(session: &mut Session, count: usize, totals: Option<&[f64]>) -> usize {
    match totals {
        None => next_below(session, count as u64) as usize,
        Some(totals) => {
            let total = totals.last().copied().unwrap_or(1.0);
            let at = next_real(session) * total;
            totals.partition_point(|&t| t <= at).min(count - 1)
        }
    }
}

fn random_choice(session: &mut Session, call: &Expr) -> Eval {
    let Some((items, totals)) = elements(session, call)? else { return Ok(None) };
    let Some(sizes) = dimensions(session, call, 1)? else { return Ok(None) };
    let mut chosen = Vec::with_capacity(sizes.iter().product());
    for _ in 0..sizes.iter().product() {
        session.tick()?;
        chosen.push(items[draw(session, items.len(), totals.as_deref())].clone());
    }
    Ok(Some(nest(chosen, &sizes)))
}

fn random_sample(session: &mut Session, call: &Expr) -> Eval {
    let Some((mut items, totals)) = elements(session, call)? else { return Ok(None) };
    let count = match call.args().get(1) {
        None => items.len(),
        Some(n) => match n.as_usize() {
            Some(n) if n <= items.len() => n,
            _ => {
                session.message(Sym::RandomSample, "smplen", &[n.clone(), Expr::integer(items.len() as i64)]);
                return Ok(None);
            }
        },
    };
    let mut weights: Option<Vec<f64>> =
        totals.map(|t| (0..t.len()).map(|i| if i == 0 { t[0] } else { t[i] - t[i - 1] }).collect());
    let mut sample = Vec::with_capacity(count);
    for _ in 0..count {
        session.tick()?;
        let totals: Option<Vec<f64>> = weights.as_ref().map(|w| {
            w.iter()
                .scan(0.0, |sum, x| {
                    *sum += x;
                    Some(*sum)
                })
                .collect()
        });
        let i = draw(session, items.len(), totals.as_deref());
        sample.push(items.remove(i));
        if let Some(weights) = &mut weights {
            weights.remove(i);
        }
    }
    Ok(Some(Expr::list(sample)))
}

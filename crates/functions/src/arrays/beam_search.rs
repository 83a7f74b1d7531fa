//! ``Program`BeamSearch``: the most probable sequences of labels behind a sequence of probabilities with blanks.

use std::collections::BTreeMap;

use netform_eval::{ArrayPositions, Eval, Function, Session};
use netform_expr::{Expr, Sym};

pub(super) const BEAM_SEARCH: Function = Function {
    name: "Program`BeamSearch",
    usage: "Program`BeamSearch[p, n] gives the most probable sequences of labels for the probabilities p, which are a vector \
            for each step, with that of a blank as the last element: a list of pairs of a sequence and the logarithm of \
            its probability. Equal labels that follow each other count once unless a blank stands between them. After \
            each step the n best beginnings are kept.",
    arguments: Some((2, 2)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(evaluate),
    examples: &[
        ("Map[First, Program`BeamSearch[{{0.6, 0.4}, {0.3, 0.7}}, 10]]", "{{1}, {}}"),
        ("Exp[Map[Last, Program`BeamSearch[{{0.5, 0.5}, {0.5, 0.5}}, 10]]]", "{0.75, 0.25}"),
    ],
    ..Function::NEW
};

/// The logarithms of the probabilities of a beginning that ends with a blank, and of one that ends with its last label.
#[derive(Clone, Copy)]
struct Ends {
    blank: f64,
    label: f64,
}

impl Ends {
    const NONE: Ends = Ends { blank: f64::NEG_INFINITY, label: f64::NEG_INFINITY };

    fn total(self) -> f64 {
        added(self.blank, self.label)
    }
}

/// The logarithm of the sum of two numbers, by their logarithms.
fn added(a: f64, b: f64) -> f64 {
    let (small, great) = if a < b { (a, b) } else { (b, a) };
    if small == f64::NEG_INFINITY { great } else { great + (small - great).exp().ln_1p() }
}

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let Some(width) = call.arg(1).as_usize().filter(|width| *width > 0) else { return Ok(None) };
    let numeric = session.evaluate_call(Sym::N, [call.arg(0)])?;
    let row = |row: &Expr| {
        let values: Option<Vec<f64>> = row.args().iter().map(|p| p.as_number()?.to_f64()).collect();
        values.filter(|values| row.is_list() && !values.is_empty() && values.iter().all(|p| *p >= 0.0))
    };
    let rows: Option<Vec<Vec<f64>>> = numeric.args().iter().map(row).collect();
    let Some(rows) = rows.filter(|_| numeric.is_list()) else { return Ok(None) };
    let mut beams = vec![(Vec::new(), Ends { blank: 0.0, label: f64::NEG_INFINITY })];
    for row in rows {
        session.tick()?;
        beams = step(&beams, &row, width);
    }
    let sequence = |labels: &[usize]| Expr::list(labels.iter().map(|label| Expr::integer(*label as i64 + 1)));
    let pairs = beams.iter().map(|(labels, ends)| Expr::list([sequence(labels), Expr::real(ends.total())]));
    Ok(Some(Expr::list(pairs.collect::<Vec<_>>())))
}

/// The best beginnings after one more step, the most probable first, equal ones in the order of their labels.
fn step(beams: &[(Vec<usize>, Ends)], probabilities: &[f64], width: usize) -> Vec<(Vec<usize>, Ends)> {
    let logarithms: Vec<f64> = probabilities.iter().map(|p| p.ln()).collect();
    let Some((blank, labels)) = logarithms.split_last() else { return beams.to_vec() };
    let mut next: BTreeMap<Vec<usize>, Ends> = BTreeMap::new();
    for (beginning, ends) in beams {
        let last = beginning.last().copied();
        let same = next.entry(beginning.clone()).or_insert(Ends::NONE);
        same.blank = added(same.blank, blank + ends.total());
        if let Some(p) = last.and_then(|last| labels.get(last)) {
            same.label = added(same.label, p + ends.label);
        }
        for (label, p) in labels.iter().enumerate().filter(|(_, p)| **p > f64::NEG_INFINITY) {
            let from = if last == Some(label) { ends.blank } else { ends.total() };
            if from == f64::NEG_INFINITY {
                continue;
            }
            let mut longer = beginning.clone();
            longer.push(label);
            let longer = next.entry(longer).or_insert(Ends::NONE);
            longer.label = added(longer.label, p + from);
        }
    }
    let mut all: Vec<(Vec<usize>, Ends)> = next.into_iter().collect();
    all.retain(|(_, ends)| ends.total() > f64::NEG_INFINITY);
    all.sort_by(|(_, a), (_, b)| b.total().total_cmp(&a.total()));
    all.truncate(width);
    all
}

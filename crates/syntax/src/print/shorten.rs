//! Large expressions cut down to what fits on a few lines.

use netform_expr::{Expr, Kind, NodeMap, Number, postorder};
use std::convert::Infallible;

/// The expression with at most about `budget` leaves; `Skeleton[n]` stands for n parts, or for a
/// part with n leaves, that are left out.
pub(in crate::print) fn shorten(e: &Expr, budget: usize) -> Expr {
    let mut leaves: NodeMap<f64> = NodeMap::default();
    let walk = postorder::<Infallible>(
        e,
        |_| true,
        |node| {
            let count = match node.kind() {
                Kind::Normal(head, args) => {
                    args.iter().chain([head]).map(|part| leaves.get(part).copied().unwrap_or(1.0)).sum()
                }
                Kind::Array(array) => array.len() as f64,
                _ => 1.0,
            };
            leaves.insert(node.clone(), count);
            Ok(())
        },
    );
    match walk {
        Ok(()) => cut(e, budget, &leaves),
        Err(never) => match never {},
    }
}

/// The recursion ends after at most `budget` levels, since every level takes from the budget.
fn cut(e: &Expr, budget: usize, leaves: &NodeMap<f64>) -> Expr {
    let count = leaves.get(e).copied().unwrap_or_else(|| netform_expr::size(e).leaves);
    if count <= budget as f64 {
        return e.clone();
    }
    if e.is_atom() {
        return e.clone();
    }
    if budget < 3 {
        return skeleton(count);
    }
    let args = e.args();
    let room = budget / 3;
    let share = |count: usize| (budget - 1) / count.max(1);
    let parts: Vec<Expr> = if args.len() <= room {
        args.iter().map(|arg| cut(arg, share(args.len()), leaves)).collect()
    } else {
        // The first ones, how many are left out, and the last.
        let (last, rest) = args.split_last().map_or((None, &[][..]), |(last, rest)| (Some(last), rest));
        let first = rest.len().min(room.saturating_sub(2).max(1));
        let shown = rest[..first].iter().map(|arg| cut(arg, share(room), leaves));
        let omitted = (rest.len() > first).then(|| skeleton((rest.len() - first) as f64));
        shown.chain(omitted).chain(last.map(|arg| cut(arg, share(room), leaves))).collect()
    };
    Expr::normal(cut(e.head(), budget - 1, leaves), parts)
}

fn skeleton(count: f64) -> Expr {
    let number = if count < 9e15 { Number::from(count as i64) } else { Number::real(count).unwrap_or(Number::ZERO) };
    Expr::normal(Expr::symbol("System`Skeleton"), [Expr::number(number)])
}

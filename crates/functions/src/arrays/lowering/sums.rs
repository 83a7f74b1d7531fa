//! Sums and products in programs.

use netform_eval::{Eval, Session};
use netform_expr::{Expr, Sym};

use super::array_dimensions;
use super::sizes::constant;
use crate::arithmetic;
use crate::arrays::dimension::{self, integer};
use crate::arrays::levels;

/// `Dot[a, b, ...]`.
pub(crate) fn lower_dot(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(first) = args.first() else { return Ok(None) };
    let mut product = first.clone();
    let mut rank = dimension::of(session, first)?.len();
    for factor in &args[1..] {
        let own = dimension::of(session, factor)?.len();
        if rank == 0 || own == 0 {
            return Ok(None);
        }
        let label = |n: usize| integer(n + 1);
        let left: Vec<Expr> = (0..rank).map(label).collect();
        let right: Vec<Expr> = (rank - 1..rank - 1 + own).map(label).collect();
        let result = left[..rank - 1].iter().chain(&right[1..]).cloned().collect::<Vec<_>>();
        let labels = Expr::rule(Expr::list([Expr::list(left), Expr::list(right)]), Expr::list(result));
        product = Expr::call(Sym::ProgramContract, [Expr::list([product, factor.clone()]), labels]);
        rank = rank + own - 2;
    }
    Ok(Some(product))
}

/// `Tr[m]`: the sum of the diagonal.
pub(crate) fn lower_trace(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    if call.len() != 1 || rank == 0 {
        return Ok(None);
    }
    let labels = Expr::list([Expr::list(std::iter::repeat_n(integer(1), rank))]);
    Ok(Some(Expr::call(Sym::ProgramContract, [Expr::list([call.arg(0)]), Expr::rule(labels, Expr::list([]))])))
}

/// The axes that the second argument of `Total` names.
fn total_axes(argument: Option<&Expr>, rank: usize) -> Option<Vec<usize>> {
    let depth = |e: &Expr| match e.as_usize() {
        Some(n) => Some(n.min(rank)),
        None => e.has_head(Sym::DirectedInfinity).then_some(rank),
    };
    match argument {
        None => Some(vec![0]),
        Some(argument) => match argument.args_of(Sym::List) {
            None => Some((0..depth(argument)?).collect()),
            Some(levels) => match levels.as_ref() {
                [one] => levels::axis(one, rank).map(|axis| vec![axis]),
                [first, last] => Some((levels::axis(first, rank)?..=levels::axis(last, rank)?).collect()),
                _ => None,
            },
        },
    }
}

/// `Total[a]`, `Total[a, n]`, `Total[a, {n}]`.
pub(crate) fn lower_total(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Some(axes) = total_axes(call.args().get(1), rank).filter(|_| rank > 0) else { return Ok(None) };
    Ok(Some(Expr::call(Sym::ProgramReduce, [Sym::Plus.into(), call.arg(0), levels::list(&axes)])))
}

/// `Mean[a]`: over the first level.
pub(crate) fn lower_mean(session: &mut Session, call: &Expr) -> Eval {
    let Some(dimensions) = array_dimensions(session, &call.arg(0))? else { return Ok(None) };
    let share = arithmetic::power(session, dimensions[0].clone(), Expr::integer(-1))?;
    let total = Expr::call(Sym::ProgramReduce, [Sym::Plus.into(), call.arg(0), levels::list(&[0])]);
    Ok(Some(Expr::call(Sym::Times, [share, total])))
}

/// `Norm[v]` of a real vector.
pub(crate) fn lower_norm(session: &mut Session, call: &Expr) -> Eval {
    if call.len() != 1 || array_dimensions(session, &call.arg(0))?.is_none_or(|dimensions| dimensions.len() != 1) {
        return Ok(None);
    }
    let squares = Expr::call(Sym::Power, [call.arg(0), integer(2)]);
    let total = Expr::call(Sym::ProgramReduce, [Sym::Plus.into(), squares, levels::list(&[0])]);
    Ok(Some(Expr::call(Sym::Power, [total, session.evaluate_call(Sym::Divide, [integer(1), integer(2)])?])))
}

/// `Accumulate[a]`: a scan whose state is the sum so far.
pub(crate) fn lower_accumulate(session: &mut Session, call: &Expr) -> Eval {
    let Some(dimensions) = array_dimensions(session, &call.arg(0))? else { return Ok(None) };
    let zero = constant(integer(0), &dimensions[1..]);
    let step = session.parse_static("{{#1 + #2}, {#1 + #2}} &");
    let scan = Expr::call(Sym::ProgramScan, [step, Expr::list([zero]), Expr::list([call.arg(0)])]);
    Ok(Some(Expr::call(Sym::ProgramItem, [scan, integer(2), integer(1)])))
}

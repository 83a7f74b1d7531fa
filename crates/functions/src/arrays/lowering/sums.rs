//! Sums and products in programs.

use netform_eval::{Eval, Session};
use netform_expr::{Expr, Sym};

use super::array_dimensions;
use super::sizes::constant;
use crate::arithmetic;
use crate::arrays::defined::applied;
use crate::arrays::dimension::{self, integer};
use crate::arrays::levels;

/// `Dot[a, b, ...]`, from the end if the last factor is a vector, as in evaluation: matrices are then
/// multiplied with vectors only.
pub(crate) fn lower_dot(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let mut factors = Vec::with_capacity(args.len());
    for factor in args.iter() {
        let rank = dimension::of(session, factor)?.len();
        if rank == 0 {
            return Ok(None);
        }
        factors.push((factor.clone(), rank));
    }
    let product = |left: (Expr, usize), right: (Expr, usize)| {
        let label = |n: usize| integer(n + 1);
        let labels_left: Vec<Expr> = (0..left.1).map(label).collect();
        let labels_right: Vec<Expr> = (left.1 - 1..left.1 - 1 + right.1).map(label).collect();
        let result: Vec<Expr> = labels_left[..left.1 - 1].iter().chain(&labels_right[1..]).cloned().collect();
        let labels = Expr::rule(Expr::list([Expr::list(labels_left), Expr::list(labels_right)]), Expr::list(result));
        (Expr::call(Sym::ProgramContract, [Expr::list([left.0, right.0]), labels]), left.1 + right.1 - 2)
    };
    let from_the_end = factors.last().is_some_and(|(_, rank)| *rank == 1);
    let mut rest = factors.into_iter();
    let Some(mut whole) = (if from_the_end { rest.next_back() } else { rest.next() }) else { return Ok(None) };
    while let Some(factor) = if from_the_end { rest.next_back() } else { rest.next() } {
        if whole.1 == 0 {
            return Ok(None);
        }
        whole = if from_the_end { product(factor, whole) } else { product(whole, factor) };
    }
    Ok(Some(whole.0))
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

/// `Variance[a]`: along the first level, of at least two elements.
pub(crate) fn lower_variance(session: &mut Session, call: &Expr) -> Eval {
    let Some(dimensions) = array_dimensions(session, &call.arg(0))? else { return Ok(None) };
    if dimensions[0].as_i64().is_some_and(|size| size < 2) {
        return Ok(None);
    }
    let text = "Function[{x, n, rest}, ArrayReduce[Total, \
                ArrayThread[Subtract, {x, ArrayReduce[Mean, x, 1]}, {All, rest}]^2, 1]/(n - 1)]";
    let rest = Expr::list((2..=dimensions.len()).map(integer));
    applied(session, text, [call.arg(0), dimensions[0].clone(), rest]).map(Some)
}

/// `StandardDeviation[a]`, as the length of what the elements are apart from their mean.
pub(crate) fn lower_standard_deviation(session: &mut Session, call: &Expr) -> Eval {
    Ok(lower_variance(session, call)?.map(|variance| Expr::call(Sym::ProgramRoot, [variance])))
}

/// `Accumulate[a]`: a scan whose state is the sum so far.
pub(crate) fn lower_accumulate(session: &mut Session, call: &Expr) -> Eval {
    let Some(dimensions) = array_dimensions(session, &call.arg(0))? else { return Ok(None) };
    let zero = constant(integer(0), &dimensions[1..]);
    let step = session.parse_static("{{#1 + #2}, {#1 + #2}} &");
    let scan = Expr::call(Sym::ProgramScan, [step, Expr::list([zero]), Expr::list([call.arg(0)])]);
    Ok(Some(Expr::call(Sym::ProgramItem, [scan, integer(2), integer(1)])))
}

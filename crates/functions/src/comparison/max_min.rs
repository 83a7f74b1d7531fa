//! `Max` and `Min`: the greatest and the least of numbers.

use std::cmp::Ordering;

use netform_eval::{
    Derivative, Eval, Flow, Form, Function, Intervals, Law, Lowering, RealCode, ResultType, Session, ShapeRule,
};
use netform_expr::{Attributes, Expr, NodeSet, Sym};
use netform_kernels::Code;

use super::decide::{infinity_sign, machine_value, numeric_order};
use crate::arithmetic::{power, product, sum};
use crate::arrays::contraction::{product_to, total};
use crate::arrays::differentials::is_still;
use crate::arrays::dimension;
use crate::arrays::lowering::lower_extremum;
use crate::intervals;
use crate::lists::elements::{elements, is_association};
use crate::numbers::is_numeric;

const EXTREMUM: Function = Function {
    attributes: Attributes::FLAT
        .with(Attributes::NUMERIC_FUNCTION)
        .with(Attributes::ONE_IDENTITY)
        .with(Attributes::ORDERLESS),
    shape: ShapeRule::Scalar,
    result: ResultType::Widest,
    lowering: Lowering::Rewrite(lower_extremum),
    messages: &[("nord", "Invalid comparison with `1` attempted.")],
    ..Function::NEW
};

/// The greatest.
pub(super) const MAX: Function = Function {
    name: "Max",
    usage: "Max[x1, x2, ...] gives the greatest of the xi, and Max[{x1, ...}, {y1, ...}, ...] the greatest element of all \
            lists. What cannot be compared stays.",
    evaluate: Some(|session, call| extremum(session, call, Sym::Max)),
    derivative: Derivative::RuleAndDifferential(derivative, differential),
    intervals: Intervals::exact(Law::Increasing),
    real: Some(RealCode::Variadic(|x| x.iter().copied().reduce(f64::max).unwrap_or(f64::NEG_INFINITY))),
    instruction: Some(Code::Larger),
    forms: &[(Form::Tex, "\\max"), (Form::C, "fmax")],
    examples: &[
        ("Max[3, 1, 2]", "3"),
        ("Max[{1, 5}, {{4}}]", "5"),
        ("Max[x, 2, 3, x]", "Max[3, x]"),
        ("Max[Pi, 3]", "Pi"),
        ("Max[]", "-Infinity"),
    ],
    ..EXTREMUM
};

/// The least.
pub(super) const MIN: Function = Function {
    name: "Min",
    usage: "Min[x1, x2, ...] gives the least of the xi, and Min[{x1, ...}, {y1, ...}, ...] the least element of all lists. \
            What cannot be compared stays.",
    evaluate: Some(|session, call| extremum(session, call, Sym::Min)),
    derivative: Derivative::RuleAndDifferential(derivative, differential),
    intervals: Intervals::exact(Law::Increasing),
    real: Some(RealCode::Variadic(|x| x.iter().copied().reduce(f64::min).unwrap_or(f64::INFINITY))),
    instruction: Some(Code::Smaller),
    forms: &[(Form::Tex, "\\min"), (Form::C, "fmin")],
    examples: &[("Min[3, 1, 2]", "1"), ("Min[x, Infinity]", "x"), ("Min[]", "Infinity")],
    ..EXTREMUM
};

fn extremum(session: &mut Session, call: &Expr, which: Sym) -> Eval {
    let mut items = Vec::new();
    collect(session, &call.args(), which, &mut items)?;
    if let Some(combined) = intervals::combined(session, which, &items)? {
        return if let [one] = combined.as_slice() {
            Ok(Some(one.clone()))
        } else {
            Ok(Some(Expr::call(which, combined)))
        };
    }
    let wins = if which == Sym::Max { Ordering::Greater } else { Ordering::Less };
    let least_of_all = if which == Sym::Max { -1 } else { 1 };
    let mut best: Option<Expr> = None;
    let mut others = Vec::new();
    let mut seen = NodeSet::default();
    for item in items {
        session.tick()?;
        if infinity_sign(&item) == Some(least_of_all) {
            continue;
        }
        if infinity_sign(&item) == Some(-least_of_all) {
            return Ok(Some(item));
        }
        if !is_numeric(session, &item) {
            if item.is(Sym::Indeterminate) {
                return Ok(Some(item));
            }
            if seen.insert(item.clone()) {
                others.push(item);
            }
            continue;
        }
        let Some(current) = &best else {
            if machine_value(session, &item)?.is_some_and(|value| !value.is_real()) {
                session.message_of(call.head(), "nord", &[item]);
                return Ok(None);
            }
            best = Some(item);
            continue;
        };
        match numeric_order(session, &item, current)? {
            Some(order) if order == wins => best = Some(item),
            Some(_) => {}
            None => {
                if machine_value(session, &item)?.is_some_and(|value| !value.is_real()) {
                    session.message_of(call.head(), "nord", &[item]);
                    return Ok(None);
                }
                others.push(item);
            }
        }
    }
    let kept: Vec<Expr> = best.into_iter().chain(others).collect();
    Ok(match kept.as_slice() {
        [] => Some(Expr::call(Sym::DirectedInfinity, [Expr::integer(least_of_all)])),
        [one] if !session.is_symbolic_array(one)? => Some(one.clone()),
        _ => {
            let simplified = Expr::call(which, kept);
            let sorted = simplified.len() == call.len() && simplified.args().iter().all(|e| call.args().contains(e));
            (!sorted).then_some(simplified)
        }
    })
}

/// The elements of all lists among the arguments; packed ones contribute their extremum only.
fn collect(session: &mut Session, args: &[Expr], which: Sym, items: &mut Vec<Expr>) -> Result<(), Flow> {
    for arg in args {
        if let Some(array) = arg.as_array() {
            let pick = |better: Ordering| if which == Sym::Max { better.is_gt() } else { better.is_lt() };
            if let Some(values) = array.as_f64() {
                let best = values.iter().copied().reduce(|a, b| if pick(b.total_cmp(&a)) { b } else { a });
                items.extend(best.map(Expr::real));
            } else if let Some(values) = array.as_i64() {
                let best = values.iter().copied().reduce(|a, b| if pick(b.cmp(&a)) { b } else { a });
                items.extend(best.map(Expr::integer));
            }
        } else if arg.is_list() || is_association(arg) {
            session.tick()?;
            collect(session, &elements(arg), which, items)?;
        } else if arg.has_head(which) && !arg.is_empty() {
            items.extend(arg.args().iter().cloned());
        } else {
            items.push(session.uniform_element(arg)?.unwrap_or_else(|| arg.clone()));
        }
    }
    Ok(())
}

/// 1 where the argument is the extremum, 0 where another is; equal ones share it.
fn derivative(session: &mut Session, call: &Expr, position: usize) -> Eval {
    let args = call.args();
    let Some(x) = args.get(position - 1) else { return Ok(None) };
    let others: Vec<Expr> =
        args.iter().enumerate().filter(|(i, _)| i + 1 != position).map(|(_, e)| e.clone()).collect();
    let share = match others.as_slice() {
        [] => return Ok(Some(Expr::integer(1))),
        [_] => power(session, Expr::integer(2), Expr::integer(-1))?,
        several => {
            let equal = |other: &Expr| Expr::call(Sym::Boole, [Expr::call(Sym::Equal, [x.clone(), other.clone()])]);
            let count = [Expr::integer(1)].into_iter().chain(several.iter().map(equal));
            session.evaluate(&Expr::call(Sym::Power, [Expr::call(Sym::Plus, count), Expr::integer(-1)]))?
        }
    };
    let rest = session.evaluate(&Expr::normal(call.head().clone(), others))?;
    let wins = if call.has_head(Sym::Max) { Sym::Greater } else { Sym::Less };
    let case = |value: Expr, relation: Sym| Expr::list([value, Expr::call(relation, [x.clone(), rest.clone()])]);
    let cases = Expr::list([case(Expr::integer(1), wins), case(share, Sym::Equal)]);
    session.evaluate_call(Sym::Piecewise, [cases, Expr::integer(0)]).map(Some)
}

/// The mean change of the elements of all arguments that are the extremum.
fn differential(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let (mut changes, mut counts) = (Vec::new(), Vec::new());
    for (arg, change) in call.args().iter().zip(differentials) {
        let axes: Vec<usize> = (0..dimension::of(session, arg)?.len()).collect();
        let hits = if axes.is_empty() {
            session.evaluate(&Expr::call(Sym::Boole, [Expr::call(Sym::Equal, [arg.clone(), call.clone()])]))?
        } else {
            let hit = session.parse_static("Boole[#1 == #2] &");
            session.evaluate_call(Sym::ArrayThread, [hit, Expr::list([arg.clone(), call.clone()])])?
        };
        if !is_still(change) {
            changes.push(product_to(session, &hits, change, 0)?);
        }
        counts.push(if axes.is_empty() { hits } else { total(session, hits, &axes)? });
    }
    let count = sum(session, counts)?;
    let share = power(session, count, Expr::integer(-1))?;
    let change = sum(session, changes)?;
    product(session, [share, change]).map(Some)
}

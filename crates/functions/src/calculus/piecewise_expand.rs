//! `PiecewiseExpand`: an expression as one choice between values, by regions.

use netform_eval::{Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym, map_bottom_up, postorder};

use crate::algebra::inequalities::{Inequality, System, Variables, irredundant, is_thin, may_hold, united};
use crate::algebra::linear_conditions::{Alternatives, alternatives, are_equal, both, to_condition};

pub(super) const PIECEWISE_EXPAND: Function = Function {
    name: "PiecewiseExpand",
    usage: "PiecewiseExpand[e] writes Ramp, Abs, Sign, UnitStep, Clip, Max, Min, If and Boole in e by Piecewise. Where all \
            conditions are linear inequalities, as in a net of Ramp and affine layers, it gives a single Piecewise: one value for \
            each region, without regions in which no point lies, regions of equal values being one. In lists it does so for each \
            element. Of more than 1000 regions it gives nested cases, after a message.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| of_expression(session, &call.arg(0)).map(Some)),
    messages: &[(
        "regions",
        "There are more than `1` regions in which the values differ: the cases stay nested. Fix some of the variables for fewer.",
    )],
    examples: &[
        ("PiecewiseExpand[Ramp[x]]", "Piecewise[{{x, x > 0}}, 0]"),
        ("PiecewiseExpand[Ramp[x] - Ramp[-x]]", "x"),
        ("PiecewiseExpand[Ramp[1 - Ramp[x]]]", "Piecewise[{{0, x >= 1}, {1, x <= 0}}, 1 - x]"),
        ("PiecewiseExpand[Max[x, y, 0]]", "Piecewise[{{0, x <= 0 && y <= 0}, {x, x > 0 && x - y >= 0}}, y]"),
    ],
    ..Function::NEW
};

/// The most regions that are looked at.
const MOST_REGIONS: usize = 1000;
/// So many regions of one value are brought together.
const MOST_UNITED: usize = 64;

fn of_expression(session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
    let mut failure = None;
    let cases = map_bottom_up(e, |node| {
        // Of an array the elements differ in their cases.
        let mut of_array = false;
        for arg in node.args().iter() {
            match session.is_symbolic_array(arg) {
                Ok(is_array) => of_array |= is_array,
                Err(flow) => {
                    failure.get_or_insert(flow);
                }
            }
        }
        if of_array { node } else { by_cases(&node).unwrap_or(node) }
    });
    if let Some(flow) = failure {
        return Err(flow);
    }
    let cases = session.evaluate(&cases)?;
    each_element(session, &cases)
}

/// Lists nest no deeper here than arrays have levels.
fn each_element(session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
    if e.is_list() && e.as_array().is_none() {
        let mut items = Vec::with_capacity(e.len());
        for item in e.args().iter() {
            items.push(stacker::maybe_grow(64 * 1024, 1024 * 1024, || each_element(session, item))?);
        }
        return Ok(Expr::list(items));
    }
    let mut variables = Variables::default();
    match regions(session, &mut variables, e)? {
        Some(regions) => written(session, &mut variables, regions),
        None => Ok(e.clone()),
    }
}

/// A call of a function by cases.
fn by_cases(node: &Expr) -> Option<Expr> {
    let pieces = |cases: &[(Expr, Expr)], otherwise: Expr| {
        let cases =
            cases.iter().map(|(value, condition)| Expr::list([value.clone(), condition.clone()])).collect::<Vec<_>>();
        Some(Expr::call(Sym::Piecewise, [Expr::list(cases), otherwise]))
    };
    let zero = || Expr::integer(0);
    let is = |test: Sym, x: &Expr| Expr::call(test, [x.clone(), Expr::integer(0)]);
    let negative = |x: &Expr| Expr::call(Sym::Times, [Expr::integer(-1), x.clone()]);
    match (node.head_sym()?, node.args().as_ref()) {
        (Sym::Ramp, [x]) => pieces(&[(x.clone(), is(Sym::Greater, x))], zero()),
        (Sym::Abs | Sym::RealAbs, [x]) => pieces(&[(negative(x), is(Sym::Less, x))], x.clone()),
        (Sym::Sign, [x]) => {
            pieces(&[(Expr::integer(-1), is(Sym::Less, x)), (Expr::integer(1), is(Sym::Greater, x))], zero())
        }
        (Sym::UnitStep, [x]) => pieces(&[(Expr::integer(1), is(Sym::GreaterEqual, x))], zero()),
        (head @ (Sym::Max | Sym::Min), [others @ .., last])
            if !others.is_empty() && !node.args().iter().any(Expr::is_list) =>
        {
            let relation = if head == Sym::Max { Sym::GreaterEqual } else { Sym::LessEqual };
            let case = |(place, x): (usize, &Expr)| {
                let rest = node.args()[place + 1..].to_vec();
                let holds = rest.into_iter().map(|y| Expr::call(relation, [x.clone(), y])).collect::<Vec<_>>();
                (x.clone(), if holds.len() == 1 { holds[0].clone() } else { Expr::call(Sym::And, holds) })
            };
            // Whatever comes before is no candidate any more, so a later one is compared with those behind it.
            pieces(&others.iter().enumerate().map(case).collect::<Vec<_>>(), last.clone())
        }
        (Sym::Boole, [c]) => pieces(&[(Expr::integer(1), c.clone())], zero()),
        (Sym::If, [c, yes, no]) => pieces(&[(yes.clone(), c.clone())], no.clone()),
        (Sym::Clip, [x]) => pieces(
            &[
                (Expr::integer(-1), Expr::call(Sym::Less, [x.clone(), Expr::integer(-1)])),
                (Expr::integer(1), Expr::call(Sym::Greater, [x.clone(), Expr::integer(1)])),
            ],
            x.clone(),
        ),
        (Sym::Clip, [x, bounds]) if bounds.is_list() && bounds.len() == 2 => {
            let (low, high) = (bounds.arg(0), bounds.arg(1));
            let below = Expr::call(Sym::Less, [x.clone(), low.clone()]);
            let above = Expr::call(Sym::Greater, [x.clone(), high.clone()]);
            pieces(&[(low, below), (high, above)], x.clone())
        }
        _ => None,
    }
}

/// Where a value holds: in one of some systems of inequalities.
type Region = (Alternatives, Expr);

/// The values of an expression with their regions. `None` where it has no cases, or conditions that are no linear inequalities, or
/// too many regions, which is told.
fn regions(session: &mut Session, variables: &mut Variables, e: &Expr) -> Result<Option<Vec<Region>>, Flow> {
    if innermost(session, e).is_none() {
        return Ok(None);
    }
    let mut found: Vec<Region> = Vec::new();
    let mut count = 0;
    let mut waiting: Vec<(System, Expr)> = vec![(Vec::new(), e.clone())];
    while let Some((system, e)) = waiting.pop() {
        session.tick()?;
        let Some(choice) = innermost(session, &e) else {
            count += 1;
            if count > MOST_REGIONS {
                session.message(Sym::PiecewiseExpand, "regions", &[Expr::integer(MOST_REGIONS as i64)]);
                return Ok(None);
            }
            let value = session.evaluate_call(Sym::Expand, [e])?;
            match found.iter_mut().find(|(_, known)| *known == value) {
                Some((systems, _)) => systems.push(system),
                None => found.push((vec![system], value)),
            }
            continue;
        };
        let Some(cases) = split(session, variables, &system, &choice)? else { return Ok(None) };
        for (system, value) in cases.into_iter().rev() {
            let replaced = map_bottom_up(&e, |node| if node == choice { value.clone() } else { node });
            waiting.push((system, session.evaluate(&replaced)?));
        }
    }
    Ok(Some(found))
}

/// The first `Piecewise` without another one inside. Those within sums, functions and the like, whose conditions may be about
/// variables of these, stay there.
fn innermost(session: &Session, e: &Expr) -> Option<Expr> {
    const TRANSPARENT: [Sym; 10] = [
        Sym::Piecewise,
        Sym::List,
        Sym::And,
        Sym::Or,
        Sym::Not,
        Sym::Equal,
        Sym::Less,
        Sym::LessEqual,
        Sym::Greater,
        Sym::GreaterEqual,
    ];
    let is_transparent = |node: &Expr| {
        node.head_sym().is_some_and(|head| TRANSPARENT.contains(&head))
            || session.attributes_of(node.head()).contains(Attributes::NUMERIC_FUNCTION)
    };
    let found = postorder::<Expr>(e, is_transparent, |node| {
        if node.has_head(Sym::Piecewise) && node.len() == 2 { Err(node.clone()) } else { Ok(()) }
    });
    found.err()
}

/// The cases of a choice within a system of inequalities, as far as points lie there.
fn split(
    session: &mut Session,
    variables: &mut Variables,
    system: &[Inequality],
    choice: &Expr,
) -> Result<Option<Vec<(System, Expr)>>, Flow> {
    let mut cases = Vec::new();
    let mut rest: Alternatives = vec![system.to_vec()];
    for case in choice.arg(0).args().iter() {
        let condition = case.arg(1);
        let holds = alternatives(session, variables, &condition, false)?;
        let fails = alternatives(session, variables, &condition, true)?;
        let (Some(holds), Some(fails)) = (holds, fails) else { return Ok(None) };
        cases.extend(possible(session, both(&rest, &holds))?.into_iter().map(|system| (system, case.arg(0))));
        rest = possible(session, both(&rest, &fails))?;
    }
    cases.extend(rest.into_iter().map(|system| (system, choice.arg(1))));
    Ok(Some(cases))
}

/// The systems in which points lie, without inequalities that follow from others.
fn possible(session: &mut Session, systems: Alternatives) -> Result<Alternatives, Flow> {
    let mut kept = Vec::with_capacity(systems.len());
    for system in systems {
        if may_hold(session, &system)? {
            kept.push(irredundant(session, system)?);
        }
    }
    Ok(kept)
}

/// Boundaries on which a value equals that of another region belong to that.
fn without_boundaries(
    session: &mut Session,
    variables: &mut Variables,
    regions: Vec<Region>,
) -> Result<Vec<Region>, Flow> {
    let (mut kept, mut thin): (Vec<Region>, Vec<(System, Expr)>) = (Vec::new(), Vec::new());
    for (systems, value) in regions {
        let mut thick = Vec::with_capacity(systems.len());
        for system in systems {
            if is_thin(session, &system)? { thin.push((system, value.clone())) } else { thick.push(system) }
        }
        kept.push((thick, value));
    }
    for (system, value) in thin {
        let mut place = None;
        for (i, (systems, other)) in kept.iter().enumerate() {
            if !systems.is_empty() && are_equal(session, variables, &system, (&value, other))? {
                place = Some(i);
                break;
            }
        }
        match place.or_else(|| kept.iter().position(|(_, other)| *other == value)) {
            Some(place) => kept[place].0.push(system),
            None => kept.push((vec![system], value)),
        }
    }
    kept.retain(|(systems, _)| !systems.is_empty());
    Ok(kept)
}

/// Regions as one choice: the value with the longest conditions is that of all other points.
fn written(session: &mut Session, variables: &mut Variables, regions: Vec<Region>) -> Result<Expr, Flow> {
    let regions = without_boundaries(session, variables, regions)?;
    let mut choices = Vec::with_capacity(regions.len());
    for (systems, value) in regions {
        let systems = brought_together(session, systems)?;
        choices.push((systems, value));
    }
    let length = |systems: &Alternatives| systems.iter().map(|system| 1 + system.len()).sum::<usize>();
    let longest = (0..choices.len()).max_by_key(|&i| length(&choices[i].0));
    let Some((_, otherwise)) = longest.map(|longest| choices.remove(longest)) else { return Ok(Expr::integer(0)) };
    let mut cases = Vec::with_capacity(choices.len());
    for (systems, value) in choices {
        let mut any = Vec::with_capacity(systems.len());
        for system in systems {
            any.push(to_condition(session, variables, &system)?);
        }
        let condition = session.evaluate_call(Sym::Or, any)?;
        cases.push(Expr::list([value, condition]));
    }
    session.evaluate_call(Sym::Piecewise, [Expr::list(cases), otherwise])
}

/// Systems of which two are one wherever that can be.
fn brought_together(session: &mut Session, mut systems: Alternatives) -> Result<Alternatives, Flow> {
    if systems.len() > MOST_UNITED {
        return Ok(systems);
    }
    'again: loop {
        for place in 0..systems.len() {
            for other in place + 1..systems.len() {
                if let Some(whole) = united(session, &systems[place], &systems[other])? {
                    systems[place] = whole;
                    systems.remove(other);
                    continue 'again;
                }
            }
        }
        return Ok(systems);
    }
}

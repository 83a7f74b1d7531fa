//! Conditions that are combinations of linear inequalities: taken apart into systems of these, and written again.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use super::inequalities::{Inequality, System, Variables, follows};

/// Systems of which one holds.
pub(crate) type Alternatives = Vec<System>;

/// A condition of more alternatives is not taken apart.
const MOST_ALTERNATIVES: usize = 64;

/// A condition, or its negation, as systems of which one holds. `None` where it is no combination of linear inequalities.
pub(crate) fn alternatives(
    session: &mut Session,
    variables: &mut Variables,
    condition: &Expr,
    negated: bool,
) -> Result<Option<Alternatives>, Flow> {
    session.tick()?;
    if condition.is_true() || condition.is(Sym::False) {
        return Ok(Some(if condition.is_true() != negated { vec![Vec::new()] } else { Vec::new() }));
    }
    let args = condition.args();
    let Some(head) = condition.head_sym() else { return Ok(None) };
    match (head, args.as_ref()) {
        (Sym::Not, [inner]) => return alternatives(session, variables, inner, !negated),
        (Sym::And | Sym::Or, parts) => {
            let all = (head == Sym::And) != negated;
            let mut found: Alternatives = if all { vec![Vec::new()] } else { Vec::new() };
            for part in parts {
                let Some(more) = alternatives(session, variables, part, negated)? else { return Ok(None) };
                found = if all { both(&found, &more) } else { [found, more].concat() };
                if found.len() > MOST_ALTERNATIVES {
                    return Ok(None);
                }
            }
            return Ok(Some(found));
        }
        (Sym::Positive | Sym::Negative | Sym::NonPositive | Sym::NonNegative, [x]) => {
            let relation = match head {
                Sym::Positive => Sym::Greater,
                Sym::Negative => Sym::Less,
                Sym::NonPositive => Sym::LessEqual,
                _ => Sym::GreaterEqual,
            };
            let comparison = Expr::call(relation, [x.clone(), Expr::integer(0)]);
            return alternatives(session, variables, &comparison, negated);
        }
        _ => {}
    }
    let mut found: Alternatives = if negated { Vec::new() } else { vec![Vec::new()] };
    for pair in args.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        let one = match head {
            Sym::Greater => [((a, b), true)].to_vec(),
            Sym::GreaterEqual => [((a, b), false)].to_vec(),
            Sym::Less => [((b, a), true)].to_vec(),
            Sym::LessEqual => [((b, a), false)].to_vec(),
            Sym::Equal if args.len() == 2 => [((a, b), false), ((b, a), false)].to_vec(),
            Sym::Unequal if args.len() == 2 => [((a, b), true), ((b, a), true)].to_vec(),
            _ => return Ok(None),
        };
        let mut sides = Vec::with_capacity(2);
        for (sides_of, strict) in one {
            let Some(side) = Inequality::of(session, variables, sides_of, strict)? else { return Ok(None) };
            sides.push(side);
        }
        // Two sides hold together for an equation, and one of them for its negation.
        let together = (head == Sym::Unequal) == negated;
        let sides: Vec<Inequality> = match (head == Sym::Unequal, negated) {
            (false, true) => sides.iter().map(Inequality::negation).collect(),
            (true, true) => sides.iter().map(Inequality::negation).collect(),
            _ => sides,
        };
        let systems = if together { vec![sides] } else { sides.into_iter().map(|side| vec![side]).collect() };
        found = if negated { [found, systems].concat() } else { both(&found, &systems) };
    }
    if args.len() < 2 { Ok(None) } else { Ok(Some(found)) }
}

/// The alternatives that one of each stands for.
pub(crate) fn both(left: &[System], right: &[System]) -> Alternatives {
    left.iter().flat_map(|a| right.iter().map(move |b| [a.as_slice(), b].concat())).collect()
}

/// A system as a condition.
pub(crate) fn to_condition(session: &mut Session, variables: &Variables, system: &[Inequality]) -> Result<Expr, Flow> {
    let mut all = Vec::with_capacity(system.len());
    for (place, inequality) in system.iter().enumerate() {
        let is_opposite = |other: &Inequality| inequality.is_opposite(other);
        if system[..place].iter().any(is_opposite) {
            continue;
        }
        let is_equation = system[place..].iter().any(is_opposite);
        all.push(inequality.to_expr(session, variables, is_equation)?);
    }
    session.evaluate_call(Sym::And, all)
}

/// Whether two values are equal wherever a system holds.
pub(crate) fn are_equal(
    session: &mut Session,
    variables: &mut Variables,
    system: &[Inequality],
    values: (&Expr, &Expr),
) -> Result<bool, Flow> {
    let Some(at_least) = Inequality::of(session, variables, values, false)? else { return Ok(false) };
    let at_most = at_least.negation().with_strictness(false);
    Ok(follows(session, system, &at_least)? && follows(session, system, &at_most)?)
}

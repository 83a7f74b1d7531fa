//! Simpler forms of combinations of truth values.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym};

/// More operands than this are not compared with each other.
const MOST_OPERANDS: usize = 12;

/// What a conjunction, disjunction or negation may be written as instead.
pub(super) fn candidates(session: &mut Session, e: &Expr, found: &mut Vec<Expr>) -> Result<(), Flow> {
    let other = |connective: Sym| if connective == Sym::And { Sym::Or } else { Sym::And };
    let negated = |session: &mut Session, e: &Expr| session.evaluate_call(Sym::Not, [e.clone()]);
    match e.head_sym() {
        Some(Sym::Not) if e.len() == 1 => {
            let inner = e.arg(0);
            let Some(connective @ (Sym::And | Sym::Or)) = inner.head_sym() else { return Ok(()) };
            let operands =
                inner.args().iter().map(|operand| negated(session, operand)).collect::<Result<Vec<_>, _>>()?;
            found.push(session.evaluate_call(other(connective), operands)?);
        }
        Some(connective @ (Sym::And | Sym::Or)) if e.len() <= MOST_OPERANDS => {
            let operands = e.args().iter().map(|operand| negated(session, operand)).collect::<Result<Vec<_>, _>>()?;
            let joined = session.evaluate_call(other(connective), operands)?;
            found.push(negated(session, &joined)?);
            found.extend(without_implied(session, connective, &e.args())?);
        }
        _ => {}
    }
    Ok(())
}

/// A conjunction without the operands that follow from the others, a disjunction without those that imply one of the others;
/// one truth value if the operands contradict each other, or exhaust all cases.
fn without_implied(session: &mut Session, connective: Sym, operands: &[Expr]) -> Eval {
    let mut kept = operands.to_vec();
    let mut place = 0;
    while place < kept.len() && kept.len() > 1 {
        let mut others = kept.clone();
        let operand = others.remove(place);
        let mut assumed = session.evaluate_call(connective, others)?;
        if connective == Sym::Or {
            assumed = session.evaluate_call(Sym::Not, [assumed])?;
        }
        let value = session.evaluate_call(Sym::Refine, [operand, assumed])?;
        match (value.sym(), connective) {
            (Some(Sym::True), Sym::And) | (Some(Sym::False), Sym::Or) => {
                kept.remove(place);
            }
            (Some(Sym::False), Sym::And) | (Some(Sym::True), Sym::Or) => return Ok(Some(value)),
            _ => place += 1,
        }
    }
    if kept.len() == operands.len() { Ok(None) } else { session.evaluate_call(connective, kept).map(Some) }
}

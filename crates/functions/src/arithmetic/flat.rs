//! Sums and products made of parts that are in normal form.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Kind, Number, Sym};

use super::inexact;

/// A sum or product.
pub(super) struct Flat {
    /// `Plus` or `Times`.
    pub(super) head: Sym,
    /// Adds up what belongs together among parts in order; `None` if there is nothing to do.
    pub(super) collect: fn(&mut Session, &[Expr]) -> Eval,
    /// Whether it is seen at once that there is nothing to do.
    pub(super) is_collected: fn(&[Expr]) -> bool,
    /// The sum or product of two numbers, if there is one.
    pub(super) joined: fn(&Number, &Number) -> Option<Number>,
}

/// The sum or product of these parts, in normal form if they are. Nested ones are flattened, parts put in order, and what belongs
/// together is added up.
///
/// # Errors
/// Where a definition of the user for the head is left by a [`Flow`].
pub(super) fn form(
    session: &mut Session,
    Flat { head, collect, is_collected, joined }: Flat,
    parts: impl IntoIterator<Item = Expr>,
) -> Result<Expr, Flow> {
    let parts = parts.into_iter();
    let mut flat: Vec<Expr> = Vec::with_capacity(2 * parts.size_hint().0 + 4);
    let mut ordered = 0..0;
    let mut threads = session.has_user_rules(head.expr());
    for part in parts {
        threads |= part.is_list();
        match part.args_of(head) {
            Some(inner) => {
                if inner.len() > ordered.len() {
                    ordered = flat.len()..flat.len() + inner.len();
                }
                flat.extend(inner.iter().cloned());
            }
            None => flat.push(part),
        }
    }
    if threads {
        return session.evaluate_call(head, flat);
    }
    session.order().sort_around(&mut flat, ordered);
    join_machine_numbers(&mut flat, joined);
    if is_collected(&flat) {
        return settled(session, head, flat);
    }
    if inexact::may_spread(&flat)
        && let Some(inexact) = inexact::spread(session, &Expr::call(head, flat.iter().cloned()))?
    {
        return session.evaluate(&inexact);
    }
    if let Some(collected) = collect(session, &flat)? {
        return Ok(collected);
    }
    settled(session, head, flat)
}

/// Makes one number of the first two of sorted parts if they and their sum or product are machine numbers: what comes of a walk
/// through a net has no more.
fn join_machine_numbers(parts: &mut Vec<Expr>, joined: fn(&Number, &Number) -> Option<Number>) {
    let is_machine = |e: &Expr| matches!(e.kind(), Kind::Integer(_) | Kind::Real(_));
    if let [first, second, ..] = &parts[..]
        && is_machine(first)
        && is_machine(second)
        && let (Some(a), Some(b)) = (first.as_number(), second.as_number())
        && let Some(both) = joined(&a, &b).map(Expr::number)
        && is_machine(&both)
    {
        parts.splice(..2, [both]);
    }
}

/// Whether a part is no number, and a scalar for all that is seen: no list, no constant array, nothing infinite, no interval.
pub(super) fn is_plain(part: &Expr) -> bool {
    !part.may_hold_interval()
        && match part.kind() {
            Kind::Normal(..) => !matches!(
                part.head_sym(),
                Some(Sym::List | Sym::DirectedInfinity | Sym::SymbolicZerosArray | Sym::SymbolicOnesArray)
            ),
            Kind::Symbol(_) => !part.is(Sym::Indeterminate),
            Kind::Integer(_) | Kind::Real(_) | Kind::Number(_) | Kind::String(_) | Kind::Array(_) => false,
        }
}

/// The number before sorted parts, if there is one, and the others. Nothing if one of them is not [plain](is_plain), or a constant
/// that an inexact number makes inexact.
pub(super) fn leading_number(parts: &[Expr]) -> Option<(Option<Leading>, &[Expr])> {
    let (first, rest) = parts.split_first()?;
    let (number, others) = match first.kind() {
        Kind::Integer(value) => (Some(Leading::Integer(value)), rest),
        Kind::Number(Number::Rational(_)) => (Some(Leading::Fraction), rest),
        Kind::Real(value) => (Some(Leading::Real(value)), rest),
        _ => (None, parts),
    };
    let is_inexact = matches!(number, Some(Leading::Real(_)));
    let stays = |part: &Expr| is_plain(part) && !(is_inexact && part.user_classes() == 0);
    others.iter().all(stays).then_some((number, others))
}

/// A number before the other parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Leading {
    Integer(i64),
    Fraction,
    Real(f64),
}

/// The call of `head` with parts that have been put in order and collected. It is in normal form unless there are rules of
/// the user, or arrays such as `SymbolicZerosArray[{n}]` among the parts, for which there are rules beside those of the head.
pub(super) fn settled(session: &mut Session, head: Sym, parts: Vec<Expr>) -> Result<Expr, Flow> {
    let is_constant = |part: &Expr| {
        part.may_hold_array_symbol() && session.function_of(part.head()).is_some_and(|f| f.written_out.is_some())
    };
    let has_constants = parts.iter().any(is_constant);
    let call = Expr::call(head, parts);
    if has_constants {
        return session.evaluate(&call);
    }
    if !session.has_user_rules(head.expr()) {
        session.mark_normal_form(&call);
    }
    Ok(call)
}

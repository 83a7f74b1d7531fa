//! Level specifications and walks over levels for functions: their messages, and interrupts.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Heads, LevelSpec, Position, Sym, Visit, map_levels, walk_levels};

/// Level 1 only.
pub(crate) const FIRST_LEVEL: LevelSpec = LevelSpec::exactly(1);
/// Level 0 only: the whole.
pub(crate) const WHOLE: LevelSpec = LevelSpec::exactly(0);

/// Reads a setting of the option `Heads`.
pub(crate) fn heads_setting(setting: &Expr) -> Heads {
    if setting.is_true() { Heads::Included } else { Heads::Excluded }
}

/// [`walk_levels`] with a visitor that may evaluate.
///
/// # Errors
/// Whatever leaves the visitor, and interrupts.
pub(crate) fn visit_levels(
    session: &mut Session,
    root: &Expr,
    levels: LevelSpec,
    heads: Heads,
    mut visit: impl FnMut(&mut Session, &Expr, &Position) -> Result<Visit, Flow>,
) -> Result<(), Flow> {
    walk_levels(root, levels, heads, |part, position| {
        session.tick()?;
        visit(session, part, position)
    })
}

/// [`map_levels`] with a change that may evaluate.
///
/// # Errors
/// Whatever leaves `change`, and interrupts.
pub(crate) fn change_at_levels(
    session: &mut Session,
    root: &Expr,
    levels: LevelSpec,
    heads: Heads,
    mut change: impl FnMut(&mut Session, Expr) -> Result<Expr, Flow>,
) -> Result<Expr, Flow> {
    map_levels(root, levels, heads, |part| {
        session.tick()?;
        change(session, part)
    })
}

/// The level specification in an argument, or the default where there is none; `None`, after a
/// message, where it is no level specification.
pub(crate) fn level_argument(
    session: &mut Session,
    call: &Expr,
    argument: Option<&Expr>,
    default: LevelSpec,
) -> Option<LevelSpec> {
    let Some(argument) = argument else { return Some(default) };
    let levels = LevelSpec::from_expr(argument);
    if levels.is_none() {
        session.message_of(call.head(), LEVEL_MESSAGE.0, std::slice::from_ref(argument));
    }
    levels
}

/// The text of the message that [`level_argument`] gives.
pub(crate) const LEVEL_MESSAGE: (&str, &str) =
    ("level", "Level specification `1` is not of the form n, {n}, or {m, n}.");

/// The text of the message for an atom where an expression with parts is needed.
pub(crate) const NORMAL_MESSAGE: (&str, &str) = ("normal", "Nonatomic expression expected at position `1` in `2`.");

/// Tells that the argument at a position, counted from 1, has no parts, if that is so or there is no such argument.
pub(crate) fn is_atomic_argument(session: &mut Session, call: &Expr, position: usize) -> bool {
    let atomic = call.args().get(position - 1).is_none_or(Expr::is_atom);
    if atomic {
        session.message_of(call.head(), NORMAL_MESSAGE.0, &[Expr::integer(position as i64), call.clone()]);
    }
    atomic
}

/// The option `Heads` with its usual default, as a row of a record's options.
pub(crate) const HEADS_OFF: (&str, &str) = ("Heads", "False");

/// Whether this is positive infinity.
pub(crate) fn is_infinity(e: &Expr) -> bool {
    e.is(Sym::Infinity) || e.has_head(Sym::DirectedInfinity) && e.len() == 1 && e.arg(0).is_integer(1)
}

//! Walks over the parts of an expression at given levels.

use std::ops::ControlFlow;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use rustc_hash::FxHashMap;

use super::elements::{elements, is_association, place_of, with_elements};
use super::level_spec::{Depths, LevelSpec};

/// Whether heads are visited as parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heads {
    /// Heads are parts, at position 0.
    Included,
    /// Only arguments are parts.
    Excluded,
}

impl Heads {
    /// Reads a setting of the option `Heads`.
    pub(crate) fn from_setting(setting: &Expr) -> Heads {
        if setting.is_true() { Heads::Included } else { Heads::Excluded }
    }
}

struct Frame {
    node: Expr,
    parts: Vec<Expr>,
    next: usize,
}

/// The parts of an expression with their numbers; number 0 is the head.
fn numbered_parts(e: &Expr, heads: Heads) -> (Vec<Expr>, usize) {
    let mut parts = Vec::with_capacity(e.len() + 1);
    if heads == Heads::Included && e.is_normal() {
        parts.push(e.head().clone());
    }
    let first = 1 - parts.len();
    parts.extend(elements(e).iter().cloned());
    (parts, first)
}

/// Visits every part at the levels, wholes after their parts, each as often as it occurs. The
/// visitor gets the numbers of the parts that lead to it, and may stop the walk.
///
/// # Errors
/// Whatever leaves the visitor.
pub(crate) fn visit_levels(
    session: &mut Session,
    root: &Expr,
    levels: LevelSpec,
    heads: Heads,
    mut visit: impl FnMut(&mut Session, &Expr, &[usize]) -> Result<ControlFlow<()>, Flow>,
) -> Result<(), Flow> {
    let mut depths = Depths::default();
    let mut path: Vec<usize> = Vec::new();
    let enter = |node: Expr, level: usize| {
        let (parts, _) = if levels.reaches_below(level) && node.is_normal() {
            numbered_parts(&node, heads)
        } else {
            (Vec::new(), 1)
        };
        Frame { node, parts, next: 0 }
    };
    let mut stack = vec![enter(root.clone(), 0)];
    while let Some(frame) = stack.last_mut() {
        if let Some(part) = frame.parts.get(frame.next).cloned() {
            let first = usize::from(heads == Heads::Excluded);
            path.push(frame.next + first);
            frame.next += 1;
            let level = stack.len();
            stack.push(enter(part, level));
            continue;
        }
        session.tick()?;
        let level = stack.len() - 1;
        if let Some(frame) = stack.pop() {
            let depth = if levels.counts_from_leaves() { depths.of(&frame.node) } else { 1 };
            if levels.contains(level, depth) && visit(session, &frame.node, &path)?.is_break() {
                return Ok(());
            }
        }
        path.pop();
    }
    Ok(())
}

/// The position of a part as the language writes it, from the numbers that lead to it.
pub(crate) fn position(root: &Expr, path: &[usize]) -> Expr {
    let mut node = root.clone();
    let mut places = Vec::with_capacity(path.len());
    for &number in path {
        if number == 0 {
            places.push(Expr::integer(0));
            node = node.head().clone();
        } else {
            places.push(place_of(&node, number - 1));
            node = if is_association(&node) { node.arg(number - 1).arg(1) } else { node.arg(number - 1) };
        }
    }
    Expr::list(places)
}

/// Rebuilds an expression from its leaves: every part at the levels, its own parts already changed,
/// is replaced by what `change` makes of it. Equal parts at equal levels are changed once.
///
/// # Errors
/// Whatever leaves `change`.
pub(crate) fn change_at_levels(
    session: &mut Session,
    root: &Expr,
    levels: LevelSpec,
    heads: Heads,
    mut change: impl FnMut(&mut Session, Expr) -> Result<Expr, Flow>,
) -> Result<Expr, Flow> {
    let horizon = levels.horizon();
    let mut depths = Depths::default();
    let mut done: FxHashMap<(Expr, usize), Expr> = FxHashMap::default();
    let mut stack = vec![(root.clone(), 0, false)];
    while let Some((node, level, parts_are_done)) = stack.pop() {
        let key = (node.clone(), level.min(horizon));
        if done.contains_key(&key) {
            continue;
        }
        session.tick()?;
        let descends = levels.reaches_below(level) && node.is_normal();
        if descends && !parts_are_done {
            stack.push((node.clone(), level, true));
            let (parts, _) = numbered_parts(&node, heads);
            stack.extend(parts.into_iter().rev().map(|part| (part, level + 1, false)));
            continue;
        }
        let rebuilt = if descends {
            let below = (level + 1).min(horizon);
            let changed = |part: &Expr| done.get(&(part.clone(), below)).cloned().unwrap_or_else(|| part.clone());
            rebuild(&node, heads, changed)
        } else {
            node.clone()
        };
        let depth = if levels.counts_from_leaves() { depths.of(&node) } else { 1 };
        let result = if levels.contains(level, depth) { change(session, rebuilt)? } else { rebuilt };
        done.insert(key, result);
    }
    Ok(done.remove(&(root.clone(), 0)).unwrap_or_else(|| root.clone()))
}

fn rebuild(node: &Expr, heads: Heads, changed: impl Fn(&Expr) -> Expr) -> Expr {
    let old = elements(node);
    let new: Vec<Expr> = old.iter().map(&changed).collect();
    let head = if heads == Heads::Included { changed(node.head()) } else { node.head().clone() };
    if head == *node.head() {
        if new.as_slice() == old.as_ref() {
            return node.clone();
        }
        return with_elements(node, new);
    }
    Expr::normal(head, new)
}

/// The level specification in an argument, or a message that it is none.
pub(crate) fn level_argument(session: &mut Session, call: &Expr, argument: &Expr) -> Option<LevelSpec> {
    let levels = LevelSpec::parse(argument);
    if levels.is_none() {
        session.message_of(call.head(), "level", &[argument.clone()]);
    }
    levels
}

/// The text of the message that [`level_argument`] gives.
pub(crate) const LEVEL_MESSAGE: (&str, &str) =
    ("level", "Level specification `1` is not of the form n, {n}, or {m, n}.");

/// The text of the message for an atom where an expression with parts is needed.
pub(crate) const NORMAL_MESSAGE: (&str, &str) = ("normal", "Nonatomic expression expected at position `1` in `2`.");

/// Tells that the argument at a position, counted from 1, has no parts, if that is so.
pub(crate) fn is_atomic_argument(session: &mut Session, call: &Expr, position: usize) -> bool {
    let atomic = call.arg(position - 1).is_atom();
    if atomic {
        session.message_of(call.head(), NORMAL_MESSAGE.0, &[Expr::integer(position as i64), call.clone()]);
    }
    atomic
}

/// The symbol `Heads` with its default, as a row of a record's options.
pub(crate) const HEADS_OFF: (&str, &str) = ("Heads", "False");

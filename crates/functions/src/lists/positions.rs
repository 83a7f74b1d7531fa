//! Sets of positions inside an expression, and edits at all of them at once.

use std::collections::BTreeMap;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use super::elements::{is_association, with_value};
use super::part::{PartFault, Selection, select};

/// Positions as a tree: below each number of a part those inside that part. Number 0 is the head.
#[derive(Default)]
pub(crate) struct Positions {
    /// How often this very place was given.
    count: usize,
    /// The label of the first position that is this place.
    label: usize,
    below: BTreeMap<usize, Positions>,
}

/// What a last number in a position may refer to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Places {
    /// Parts.
    Parts,
    /// Places before parts, and the one after the last.
    Gaps,
}

impl Positions {
    /// Adds a position, given as the specifications of one part at each level.
    pub(crate) fn add(&mut self, e: &Expr, path: &[Expr], label: usize, places: Places) -> Result<(), PartFault> {
        let Some((first, rest)) = path.split_first() else {
            if self.count == 0 {
                self.label = label;
            }
            self.count += 1;
            return Ok(());
        };
        if places == Places::Gaps
            && rest.is_empty()
            && let Some(place) = first.as_i64()
        {
            let length = e.len() as i64;
            let gap = if place > 0 { place } else { length + 2 + place };
            if place == 0 || !(1..=length + 1).contains(&gap) {
                return Err(PartFault::Position(first.clone()));
            }
            return self.child(gap as usize).add(e, rest, label, places);
        }
        if e.is_atom() {
            return Err(PartFault::Position(first.clone()));
        }
        let indices = match select(e, first)? {
            Selection::Head => return self.child(0).add(e.head(), rest, label, places),
            Selection::One(i) => vec![i],
            Selection::Many(indices) => indices,
            Selection::All => (0..e.len()).collect(),
        };
        for i in indices {
            let part = if is_association(e) { e.arg(i).arg(1) } else { e.arg(i) };
            self.child(i + 1).add(&part, rest, label, places)?;
        }
        Ok(())
    }

    fn child(&mut self, number: usize) -> &mut Positions {
        self.below.entry(number).or_default()
    }
}

/// What happens at the positions.
pub(crate) enum Edit<'a> {
    /// The parts go.
    Delete,
    /// This is put before the parts.
    Insert(&'a Expr),
    /// The part is replaced by the value with the label of the position.
    Replace(&'a [Expr]),
    /// The function is applied to the part, as often as the position was given.
    Apply(&'a Expr),
}

/// The expression after an edit at all positions.
///
/// # Errors
/// On an interrupt or a limit.
pub(crate) fn edited(session: &mut Session, e: &Expr, positions: &Positions, edit: &Edit<'_>) -> Result<Expr, Flow> {
    session.tick()?;
    let inner = if positions.below.is_empty() { e.clone() } else { edited_below(session, e, positions, edit)? };
    if positions.count == 0 {
        return Ok(inner);
    }
    Ok(match edit {
        Edit::Delete => Expr::call(Sym::Sequence, []),
        Edit::Insert(_) => inner,
        Edit::Replace(values) => values[positions.label].clone(),
        Edit::Apply(f) => (0..positions.count).fold(inner, |part, _| Expr::normal((*f).clone(), [part])),
    })
}

fn edited_below(session: &mut Session, e: &Expr, positions: &Positions, edit: &Edit<'_>) -> Result<Expr, Flow> {
    let head = match positions.below.get(&0) {
        Some(head) if head.count > 0 && matches!(edit, Edit::Delete) => Sym::Sequence.into(),
        Some(head) => edited(session, e.head(), head, edit)?,
        None => e.head().clone(),
    };
    let entries = is_association(e);
    let mut args = Vec::with_capacity(e.len());
    for (i, arg) in e.args().iter().enumerate() {
        let Some(place) = positions.below.get(&(i + 1)) else {
            args.push(arg.clone());
            continue;
        };
        if place.count > 0 {
            match edit {
                Edit::Delete => continue,
                Edit::Insert(new) => args.extend((0..place.count).map(|_| (*new).clone())),
                Edit::Replace(_) | Edit::Apply(_) => {}
            }
        }
        let part = if entries { arg.arg(1) } else { arg.clone() };
        let new = edited(session, &part, place, edit)?;
        args.push(if entries { with_value(arg, new) } else { new });
    }
    if let Edit::Insert(new) = edit
        && let Some(end) = positions.below.get(&(e.len() + 1))
    {
        args.extend((0..end.count).map(|_| (*new).clone()));
    }
    Ok(Expr::normal(head, args))
}

/// The positions in an argument: one as `n`, `Key[k]` or `{i, j, ...}`, several as a list of lists.
pub(crate) fn paths(argument: &Expr) -> Vec<Vec<Expr>> {
    if !argument.is_list() {
        return vec![vec![argument.clone()]];
    }
    let items = argument.args();
    if items.iter().all(Expr::is_list) {
        return items.iter().map(|path| path.args().to_vec()).collect();
    }
    vec![items.to_vec()]
}

/// Whether an argument gives several positions, so that the result is a list.
pub(crate) fn are_several(argument: &Expr) -> bool {
    argument.is_list() && argument.args().iter().all(Expr::is_list)
}

//! Elements of what is left of an array where elements at the ends of levels are left out.

use netform_eval::Session;
use netform_expr::{Expr, Sym};

use super::elements::sum;
use super::writer::{Writer, Written};

impl Writer<'_> {
    /// An element of `Rest`, `Most`, `Take` or `Drop`: one of the array, some places on.
    pub(super) fn of_slice(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let array = e.arg(0);
        let sizes = self.dimensions(session, &array)?;
        if at.len() < sliced_levels(e) {
            return self.of_any(session, e, at);
        }
        let Some(skipped) = skipped(e, &sizes) else { return self.of_any(session, e, at) };
        let mut places = at.to_vec();
        for (place, before) in places.iter_mut().zip(skipped) {
            if let Some(before) = before {
                *place = sum(session, [place.clone(), before])?;
            }
        }
        self.argument(session, &array, &places)
    }
}

/// Of how many leading levels elements may be left out.
pub(super) fn sliced_levels(e: &Expr) -> usize {
    if e.len() == 1 {
        return 1;
    }
    e.args()[1..].iter().rposition(|spec| !spec.is(Sym::All)).map_or(0, |last| last + 1)
}

/// How many elements are left out at the beginning of each level, if any are; nothing where that is not known.
fn skipped(e: &Expr, sizes: &[Expr]) -> Option<Vec<Option<Expr>>> {
    match e.head_sym()? {
        Sym::Rest => return Some(vec![Some(Expr::integer(1))]),
        Sym::Most => return Some(vec![None]),
        _ => {}
    }
    let is_drop = e.has_head(Sym::Drop);
    // A position from the end leaves out what is before it.
    let before = |size: &Expr, position: i64| Expr::call(Sym::Plus, [size.clone(), Expr::integer(position)]);
    let args = e.args();
    let skipped =
        args[1..].iter().zip(sizes).map(|(spec, size)| match (spec.as_i64(), spec.args_of(Sym::List).as_deref()) {
            _ if spec.is(Sym::All) => Some(None),
            (Some(count), _) if is_drop == (count > 0) && count != 0 => {
                Some(Some(if is_drop { Expr::integer(count) } else { before(size, count) }))
            }
            (Some(_), _) => Some(None),
            (None, Some([from] | [from, _])) if !is_drop => match from.as_i64()? {
                1 => Some(None),
                from if from > 0 => Some(Some(Expr::integer(from - 1))),
                from => Some(Some(before(size, from))),
            },
            _ => None,
        });
    skipped.collect()
}

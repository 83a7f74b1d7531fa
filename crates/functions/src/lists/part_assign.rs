//! The expression that results from an assignment to a part of it.

use netform_array::Array;
use netform_eval::{Eval, Session};
use netform_expr::{Expr, Sym};

use super::elements::{is_association, with_value};
use super::part::{PartFault, Selection, select};

/// The expression with the part that the specifications select replaced by a value.
///
/// Where they select several parts, a list of as many values is distributed over these, and any
/// other value goes to each of them. A new key of an association is added. `None`, after a message
/// of `Part`, where there is no such part.
///
/// # Errors
/// On an interrupt or a limit.
pub(crate) fn replace_part(session: &mut Session, e: &Expr, specifications: &[Expr], value: &Expr) -> Eval {
    match replaced(session, e, specifications, value)? {
        Ok(result) => Ok(Some(result)),
        Err(fault) => {
            let call = Expr::call(Sym::Part, [e.clone()].into_iter().chain(specifications.iter().cloned()));
            fault.report(session, Sym::Part.expr(), e, &call);
            Ok(None)
        }
    }
}

type Replaced = Result<Result<Expr, PartFault>, netform_eval::Flow>;

fn replaced(session: &mut Session, e: &Expr, specifications: &[Expr], value: &Expr) -> Replaced {
    let Some((first, rest)) = specifications.split_first() else { return Ok(Ok(value.clone())) };
    session.tick()?;
    if let Some(packed) = replaced_in_packed(e, specifications, value) {
        return Ok(Ok(packed));
    }
    if e.is_atom() {
        return Ok(Err(PartFault::Depth));
    }
    match select(e, first) {
        Err(PartFault::Key(key)) if rest.is_empty() && is_association(e) => {
            let entries = e.args().iter().cloned().chain([Expr::rule(key, value.clone())]).collect::<Vec<_>>();
            Ok(Ok(Expr::call(Sym::Association, entries)))
        }
        Err(fault) => Ok(Err(fault)),
        Ok(Selection::Head) => Ok(replaced(session, e.head(), rest, value)?.map(|head| Expr::normal(head, e.args().to_vec()))),
        Ok(Selection::One(i)) => replace_each(session, e, &[i], rest, |_| value.clone()),
        Ok(Selection::Many(indices)) => replace_several(session, e, &indices, rest, value),
        Ok(Selection::All) => replace_several(session, e, &(0..e.len()).collect::<Vec<_>>(), rest, value),
    }
}

fn replace_several(session: &mut Session, e: &Expr, indices: &[usize], rest: &[Expr], value: &Expr) -> Replaced {
    if value.is_list() && value.len() == indices.len() {
        let values = value.args().to_vec();
        return replace_each(session, e, indices, rest, |k| values[k].clone());
    }
    replace_each(session, e, indices, rest, |_| value.clone())
}

fn replace_each(
    session: &mut Session,
    e: &Expr,
    indices: &[usize],
    rest: &[Expr],
    value: impl Fn(usize) -> Expr,
) -> Replaced {
    let entries = is_association(e);
    let mut args = e.args().to_vec();
    for (k, &i) in indices.iter().enumerate() {
        let old = if entries { args[i].arg(1) } else { args[i].clone() };
        match replaced(session, &old, rest, &value(k))? {
            Ok(new) => args[i] = if entries { with_value(&args[i], new) } else { new },
            Err(fault) => return Ok(Err(fault)),
        }
    }
    Ok(Ok(Expr::normal(e.head().clone(), args)))
}

/// One number put into a packed array of its type.
fn replaced_in_packed(e: &Expr, specifications: &[Expr], value: &Expr) -> Option<Expr> {
    let array = e.as_array()?;
    if specifications.len() != array.rank() {
        return None;
    }
    let mut offset = 0;
    for (specification, &length) in specifications.iter().zip(array.shape()) {
        let place = specification.as_i64()?;
        let index = if place > 0 { place - 1 } else { length as i64 + place };
        if place == 0 || !(0..length as i64).contains(&index) {
            return None;
        }
        offset = offset * length + index as usize;
    }
    let shape = array.shape();
    if let (Some(values), Some(new)) = (array.as_f64(), value.as_real()) {
        let mut values = values.to_vec();
        values[offset] = new;
        return Array::from_f64(shape, values).ok().map(Expr::array);
    }
    if let (Some(values), Some(new)) = (array.as_i64(), value.as_i64()) {
        let mut values = values.to_vec();
        values[offset] = new;
        return Array::from_i64(shape, values).ok().map(Expr::array);
    }
    None
}

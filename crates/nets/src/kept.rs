//! Values that are computed once for as long as what they depend on stays the same.

use netform_eval::{Dependent, Flow, Session};
use netform_expr::{Expr, NodeMap};

use crate::Fault;

/// Values by what they are computed from, at most so many; of more all are forgotten.
pub(crate) struct Kept<T, const CAPACITY: usize>(NodeMap<Dependent<T>>);

impl<T, const CAPACITY: usize> Default for Kept<T, CAPACITY> {
    fn default() -> Self {
        Kept(NodeMap::default())
    }
}

/// The value for a key, found in the table of an extension of the session, or computed. What is computed depends on
/// definitions, and is found for as long as these do not change.
pub(crate) fn kept<X, T, E, const CAPACITY: usize>(
    session: &mut Session,
    table: impl Fn(&mut X) -> &mut Kept<T, CAPACITY>,
    key: &Expr,
    compute: impl FnOnce(&mut Session) -> Result<T, E>,
) -> Result<T, E>
where
    X: Default + Send + 'static,
    T: Clone,
{
    if let Some(found) = table(session.extension::<X>()).0.get(key).cloned()
        && let Some(value) = session.still(&found)
    {
        return Ok(value);
    }
    let found = session.depending(key, compute)?;
    let values = &mut table(session.extension::<X>()).0;
    if values.len() >= CAPACITY {
        values.clear();
    }
    values.insert(key.clone(), found.clone());
    Ok(found.into_value())
}

/// Why there is no value.
enum Without {
    Flow(Flow),
    Faults(Vec<Fault>),
}

/// The same for a value in whose place there may be faults, which are not kept.
pub(crate) fn kept_without_faults<X, T, const CAPACITY: usize>(
    session: &mut Session,
    table: impl Fn(&mut X) -> &mut Kept<T, CAPACITY>,
    key: &Expr,
    compute: impl FnOnce(&mut Session) -> Result<Result<T, Vec<Fault>>, Flow>,
) -> Result<Result<T, Vec<Fault>>, Flow>
where
    X: Default + Send + 'static,
    T: Clone,
{
    let found = kept(session, table, key, |session| match compute(session) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(faults)) => Err(Without::Faults(faults)),
        Err(flow) => Err(Without::Flow(flow)),
    });
    match found {
        Ok(value) => Ok(Ok(value)),
        Err(Without::Faults(faults)) => Ok(Err(faults)),
        Err(Without::Flow(flow)) => Err(flow),
    }
}

//! The option `"Bounds"` of formats that say what holds for all inputs within bounds.

use netform_eval::Enclosure;
use netform_expr::{Expr, Sym};

use crate::{Destination, FormatError};

/// For inputs with these names and dimensions the bounds of all elements, as the option gives them; nothing where it does not.
pub(crate) fn bounds<'p>(
    to: &Destination<'_>,
    inputs: impl Iterator<Item = (&'p str, &'p [usize])>,
) -> Result<Option<Vec<Vec<Enclosure>>>, FormatError> {
    let Some(given) = to.option("Bounds") else { return Ok(None) };
    let mut bounds = Vec::new();
    for (name, shape) in inputs {
        let own = match given.has_head(Sym::Association) {
            true => given.args().iter().find(|rule| rule.arg(0).as_str() == Some(name)).map(|rule| rule.arg(1)),
            false => Some(given.clone()),
        };
        let found = own.and_then(|own| intervals(&own, shape));
        let Some(found) = found.filter(|found| found.iter().all(|range| range.low <= range.high)) else {
            let dimensions: Vec<String> = shape.iter().map(usize::to_string).collect();
            let dimensions = if shape.is_empty() { "a number".to_owned() } else { dimensions.join(" x ") };
            return Err(FormatError::Value(format!(
                "the option \"Bounds\" is Interval[{{low, high}}] for all elements of inputs, such intervals in lists like the input, or an \
                 association from inputs to these; {name} is {dimensions}"
            )));
        };
        bounds.push(found);
    }
    Ok(Some(bounds))
}

/// Intervals for all elements of an array.
fn intervals(given: &Expr, shape: &[usize]) -> Option<Vec<Enclosure>> {
    if given.has_head(Sym::Interval) {
        let range = netform_compile::enclosure_of(given)?;
        return Some(vec![range; shape.iter().product()]);
    }
    let (&count, inner) = shape.split_first()?;
    if !given.is_list() || given.len() != count {
        return None;
    }
    let parts: Option<Vec<Vec<Enclosure>>> = given.args().iter().map(|part| intervals(part, inner)).collect();
    Some(parts?.concat())
}

//! Learned arrays in the function of a layer: each `NetArray[...]` in it is a net of the layer, a `NetArrayLayer`.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Sym, map_bottom_up, postorder};

use crate::data::dimensions;
use crate::net::{ArrayValue, Name};
use crate::parts::Part;
use crate::shared::{SharedArray, parse};

/// An array in a function: the key by which users reach it, and the ways in which it is written there.
struct Found {
    key: Name,
    forms: Vec<Expr>,
}

impl Found {
    /// The form that says most: a value, or else dimensions.
    fn fullest(&self) -> &Expr {
        let says = |form: &&Expr| match parse(form) {
            Some(SharedArray { value: ArrayValue::Given(_), .. }) => 2,
            Some(SharedArray { dimensions: Some(_), .. }) => 1,
            _ => 0,
        };
        // Of several the first one.
        self.forms.iter().rev().max_by_key(says).unwrap_or(&self.forms[0])
    }
}

/// The arrays in a function, in the order of their first occurrence. Those of one name are one; those without a name are
/// called `Array1`, `Array2` and so on.
fn arrays_in(function: &Expr) -> Vec<Found> {
    let mut forms = Vec::new();
    let walk = postorder::<std::convert::Infallible>(
        function,
        |node| !node.has_head(Sym::NetArray),
        |node| {
            if node.has_head(Sym::NetArray) {
                forms.push(node.clone());
            }
            Ok(())
        },
    );
    match walk {
        Ok(()) => {}
        Err(never) => match never {},
    }
    let mut found: Vec<Found> = Vec::new();
    let mut unnamed = 0;
    for form in forms {
        let name = parse(&form).and_then(|array| array.name).and_then(|name| name.as_str().map(Name::from));
        let key = name.unwrap_or_else(|| {
            unnamed += 1;
            format!("Array{unnamed}").into()
        });
        match found.iter_mut().find(|found| found.key == key) {
            Some(found) => found.forms.push(form),
            None => found.push(Found { key, forms: vec![form] }),
        }
    }
    found
}

/// The nets that the arrays in a function are.
pub(crate) fn nets_in(function: &Expr) -> Vec<(Name, Expr)> {
    let net = |found: Found| {
        let array = Expr::rule(Expr::string("Array"), found.fullest().clone());
        (found.key, Expr::call(Sym::NetArrayLayer, [array]))
    };
    arrays_in(function).into_iter().map(net).collect()
}

/// A pattern for each array in a function, in the order of [`nets_in`].
pub(crate) fn forms_in(function: &Expr) -> Expr {
    let pattern = |found: Found| {
        let any = match found.forms.as_slice() {
            [only] => only.clone(),
            several => Expr::call(Sym::Alternatives, several.iter().cloned()),
        };
        Expr::call(Sym::HoldPattern, [any])
    };
    Expr::list(arrays_in(function).into_iter().map(pattern))
}

/// The function with other nets in the place of arrays.
///
/// # Errors
/// As [`Session::evaluate`].
pub(crate) fn with_nets(session: &mut Session, function: &Expr, nets: &[Part]) -> Result<Expr, Flow> {
    let mut changed: NodeMap<Expr> = NodeMap::default();
    for found in arrays_in(function) {
        let Some((_, net)) = nets.iter().find(|(key, _)| key.as_str() == Some(&*found.key)) else { continue };
        let new = array_of(session, net, found.fullest())?;
        changed.extend(found.forms.into_iter().map(|form| (form, new.clone())));
    }
    Ok(map_bottom_up(function, |e| changed.get(&e).cloned().unwrap_or(e)))
}

/// What is written in a function for a `NetArrayLayer`, in the place of an array. One without values keeps the dimensions
/// that it had, since nothing else in the function tells them.
fn array_of(session: &mut Session, net: &Expr, old: &Expr) -> Result<Expr, Flow> {
    let option = |name: &str| {
        net.args().iter().find(|e| e.has_head(Sym::Rule) && e.arg(0).as_str() == Some(name)).map(|e| e.arg(1))
    };
    let value = option("Array").filter(|value| !value.is(Sym::Automatic));
    let new = match value {
        Some(value) if value.has_head(Sym::NetArray) => parse(&value),
        Some(value) => Some(SharedArray { name: None, value: ArrayValue::Given(value), dimensions: None }),
        None => Some(SharedArray { name: None, value: ArrayValue::Automatic, dimensions: option("Output") }),
    };
    let Some(mut new) = new else { return Ok(old.clone()) };
    if new.value == ArrayValue::Automatic && new.dimensions.is_none() {
        new.dimensions = match parse(old) {
            Some(SharedArray { dimensions: Some(known), .. }) => Some(known),
            Some(SharedArray { value: ArrayValue::Given(value), .. }) => {
                dimensions(session, &value)?.ok().map(Expr::list)
            }
            _ => None,
        };
    }
    Ok(new.written())
}

//! What is written in the function of a layer and belongs to the net: learned arrays, `NetArray[...]`, each of which is a
//! `NetArrayLayer`, and layers with arrays of their own.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, NodeSet, Sym, map_bottom_up};
use netform_layers::Written;

use crate::data::dimensions;
use crate::net::{ArrayValue, Name};
use crate::parts::{Part, is_container};
use crate::read::layer_of;
use crate::shared::{SharedArray, parse};

/// A net in a function: the key by which users reach it, and the ways in which it is written there.
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

/// The outermost arrays and nets in a function, each in the order of first occurrence.
fn outermost(session: &mut Session, function: &Expr) -> (Vec<Expr>, Vec<Expr>) {
    let (mut arrays, mut nets) = (Vec::new(), Vec::new());
    let mut seen = NodeSet::default();
    let mut open = vec![function.clone()];
    while let Some(node) = open.pop() {
        if !node.is_normal() || !seen.insert(node.clone()) {
            continue;
        }
        if node.has_head(Sym::NetArray) {
            arrays.push(node);
        } else if is_net(session, &node) {
            nets.push(node);
        } else {
            open.extend(node.args().iter().rev().cloned());
            open.push(node.head().clone());
        }
    }
    (arrays, nets)
}

/// Whether a part of a function is a net with arrays in which no argument of the function occurs.
fn is_net(session: &mut Session, part: &Expr) -> bool {
    let is_layer = |session: &mut Session, e: &Expr| is_container(e) || layer_of(session, e.head()).is_some();
    if !is_layer(session, part) || has_slots(part) {
        return false;
    }
    let mut open = vec![part.clone()];
    let mut seen = NodeSet::default();
    while let Some(node) = open.pop() {
        if !node.is_normal() || !seen.insert(node.clone()) {
            continue;
        }
        // What stands for a layer in a container may have arrays too.
        if is_container(&node) || layer_of(session, node.head()).is_some_and(|layer| !layer.arrays.is_empty()) {
            return true;
        }
        open.extend(node.args().iter().cloned());
    }
    false
}

/// Whether an expression has slots that are not those of a function in it.
fn has_slots(e: &Expr) -> bool {
    let mut open = vec![e.clone()];
    let mut seen = NodeSet::default();
    while let Some(node) = open.pop() {
        if node.has_head(Sym::Slot) || node.has_head(Sym::SlotSequence) {
            return true;
        }
        if node.is_normal() && !node.has_head(Sym::Function) && seen.insert(node.clone()) {
            open.extend(node.args().iter().cloned());
        }
    }
    false
}

/// What is written in a function as nets of one kind, in the order of its first occurrence. Arrays of one name are one; those
/// without a name are called `Array1`, `Array2` and so on, layers `Net1`, `Net2`. What is written in the same way is the same.
fn found_in(session: &mut Session, function: &Expr, written: Written) -> Vec<Found> {
    let (arrays, nets) = outermost(session, function);
    if written == Written::Nets {
        let numbered = |(i, net)| Found { key: format!("Net{}", i + 1).into(), forms: vec![net] };
        return nets.into_iter().enumerate().map(numbered).collect();
    }
    let mut found: Vec<Found> = Vec::new();
    let mut unnamed = 0;
    for form in arrays {
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

/// The nets of one kind that are written in a function.
pub(crate) fn nets_in(session: &mut Session, function: &Expr, written: Written) -> Vec<(Name, Expr)> {
    let net = |found: Found| match written {
        Written::Arrays => {
            let array = Expr::rule(Expr::string("Array"), found.fullest().clone());
            (found.key, Expr::call(Sym::NetArrayLayer, [array]))
        }
        Written::Nets => (found.key, found.forms[0].clone()),
    };
    found_in(session, function, written).into_iter().map(net).collect()
}

/// A pattern for each net of one kind in a function, in the order of [`nets_in`].
pub(crate) fn forms_in(session: &mut Session, function: &Expr, written: Written) -> Expr {
    let pattern = |found: Found| {
        let any = match found.forms.as_slice() {
            [only] => only.clone(),
            several => Expr::call(Sym::Alternatives, several.iter().cloned()),
        };
        Expr::call(Sym::HoldPattern, [any])
    };
    Expr::list(found_in(session, function, written).into_iter().map(pattern))
}

/// The function with other nets in the place of those that are written in it.
///
/// # Errors
/// As [`Session::evaluate`].
pub(crate) fn with_nets(session: &mut Session, function: &Expr, nets: &[Part]) -> Result<Expr, Flow> {
    let mut changed: NodeMap<Expr> = NodeMap::default();
    for written in [Written::Arrays, Written::Nets] {
        for found in found_in(session, function, written) {
            let Some((_, net)) = nets.iter().find(|(key, _)| key.as_str() == Some(&*found.key)) else { continue };
            let new = match written {
                Written::Arrays => array_of(session, net, found.fullest())?,
                Written::Nets => session.evaluate(net)?,
            };
            changed.extend(found.forms.into_iter().map(|form| (form, new.clone())));
        }
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

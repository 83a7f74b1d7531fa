//! Equations between plain symbols, and between elements, as equations between arrays.
//!
//! A symbol without a shape is a number, unless its dimensions are given. Equations for all elements of a quantity, such as
//! `NetEquations[..., "Notation" -> "Components"]` gives, are one for the quantity.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, NodeSet, Sym, map_bottom_up, postorder};

use super::net_from_equations::strong_components;
use super::notation::positions;
use crate::data::array_symbol;

/// What is wrong with equations: the tag of a message and its arguments.
pub(super) type Wrong = (&'static str, Vec<Expr>);

/// Dimensions of plain symbols by the symbol: those that are given, `x -> {3}`.
pub(super) fn given_dimensions(rules: &Expr) -> Option<NodeMap<Expr>> {
    let items = if rules.is_list() || rules.has_head(Sym::Association) {
        rules.args().into_owned()
    } else {
        vec![rules.clone()]
    };
    let dimensions = |rule: &Expr| {
        let sizes = (rule.has_head(Sym::Rule) && rule.len() == 2).then(|| rule.arg(1))?;
        let sizes = if sizes.is_list() { sizes } else { Expr::list([sizes]) };
        Some((plain_name(&rule.arg(0))?, sizes))
    };
    items.iter().map(dimensions).collect()
}

/// The name of a plain symbol, or a text.
pub(super) fn plain_name(e: &Expr) -> Option<Expr> {
    e.as_symbol().map(|symbol| Expr::string(symbol.name())).or_else(|| e.as_str().map(Expr::string))
}

/// Equations with array symbols in the place of plain ones; as they are if there are none.
pub(super) fn with_arrays(
    session: &mut Session,
    equations: &[Expr],
    given: &NodeMap<Expr>,
) -> Result<Result<Vec<Expr>, Wrong>, Flow> {
    let mut symbols = Vec::new();
    for equation in equations {
        for symbol in plain_symbols(equation) {
            if !symbols.contains(&symbol) {
                symbols.push(symbol);
            }
        }
    }
    let left = |equation: &Expr| {
        if equation.has_head(Sym::Equal) && equation.len() == 2 { Some(equation.arg(0)) } else { None }
    };
    let is_plain = |equation: &Expr| left(equation).is_some_and(|left| symbols.contains(&left));
    if !equations.iter().any(is_plain) {
        return Ok(Ok(equations.to_vec()));
    }
    let mut arrays: NodeMap<Expr> = NodeMap::default();
    let lefts: Vec<Option<Expr>> = equations.iter().map(left).collect();
    let is_defined = |symbol: &Expr| lefts.iter().flatten().any(|left| left == symbol);
    for symbol in symbols.iter().filter(|symbol| !is_defined(symbol)) {
        let name = plain_name(symbol).unwrap_or_else(|| symbol.clone());
        let dimensions = given.get(&name).map_or_else(Vec::new, |sizes| sizes.args().into_owned());
        arrays.insert(symbol.clone(), array_symbol(name, &dimensions));
    }
    // A quantity has the shape of what it is, which what it depends on has before.
    let needs: Vec<Vec<usize>> = equations
        .iter()
        .map(|equation| {
            let mentioned = plain_symbols(&equation.args().last().cloned().unwrap_or_else(|| equation.clone()));
            mentioned.iter().flat_map(|symbol| places(&lefts, symbol)).collect()
        })
        .collect();
    let mut results = equations.to_vec();
    for group in strong_components(&needs) {
        if group.len() > 1 || group.iter().any(|i| needs[*i].contains(i)) {
            let names: Vec<String> =
                group.iter().filter_map(|i| lefts[*i].as_ref()).map(|left| session.output_form(left)).collect();
            return Ok(Err(("cyclic", vec![Expr::string(&names.join(", "))])));
        }
        let i = group[0];
        let Some(left) = lefts[i].clone() else { continue };
        let right = put_in(&equations[i].arg(1), &arrays);
        let (right, messages) = session.catch_messages(|session| session.evaluate(&right));
        let right = right?;
        if let Some(message) = messages.into_iter().next() {
            return Ok(Err(("noshape", vec![left, Expr::string(&message.text)])));
        }
        let symbol = if symbols.contains(&left) {
            let Some(dimensions) = session.shape_of(&right)?.dimensions().map(<[Expr]>::to_vec) else {
                return Ok(Err(("noshape", vec![left, Expr::string("its right side has no shape that is known.")])));
            };
            let name = plain_name(&left).unwrap_or_else(|| left.clone());
            array_symbol(name, &dimensions)
        } else {
            left.clone()
        };
        arrays.insert(left, symbol.clone());
        results[i] = Expr::call(Sym::Equal, [symbol, right]);
    }
    Ok(Ok(results))
}

fn places(lefts: &[Option<Expr>], symbol: &Expr) -> Vec<usize> {
    (0..lefts.len()).filter(|i| lefts[*i].as_ref() == Some(symbol)).collect()
}

fn put_in(e: &Expr, arrays: &NodeMap<Expr>) -> Expr {
    map_bottom_up(e, |part| if part.is_symbol() { arrays.get(&part).cloned().unwrap_or(part) } else { part })
}

/// The symbols of the user's in an expression that stand for a number or array by themselves.
fn plain_symbols(e: &Expr) -> Vec<Expr> {
    let mut found = Vec::new();
    let mut names = NodeSet::default();
    let walk = postorder::<std::convert::Infallible>(
        e,
        // Names of array symbols, and indices, are no quantities.
        |node| !node.is_array_symbol() && !node.has_head(Sym::Indexed) && !node.head().has_head(Sym::Inactive),
        |node| {
            if node.as_symbol().is_some_and(|symbol| symbol.context() == "Global`") && names.insert(node.clone()) {
                found.push(node.clone());
            }
            Ok(())
        },
    );
    match walk {
        Ok(()) => found,
        Err(never) => match never {},
    }
}

/// Equations in which those for the elements of one quantity are one equation.
pub(super) fn joined(equations: &[Expr]) -> Result<Vec<Expr>, Wrong> {
    let mut joined: Vec<Expr> = Vec::with_capacity(equations.len());
    let mut elements: Vec<(Expr, NodeMap<Expr>)> = Vec::new();
    for equation in equations {
        let Some((symbol, place)) = element(equation) else {
            joined.push(equation.clone());
            continue;
        };
        let known = elements.iter().position(|(other, _)| *other == symbol).unwrap_or_else(|| {
            elements.push((symbol.clone(), NodeMap::default()));
            elements.len() - 1
        });
        if elements[known].1.insert(Expr::list(place), equation.arg(1)).is_some() {
            return Err(("twice", vec![equation.arg(0)]));
        }
    }
    for (symbol, values) in elements {
        let sizes: Option<Vec<usize>> = positions(&symbol.arg(1)).iter().map(Expr::as_usize).collect();
        let Some(sizes) = sizes else { return Err(("equations", vec![symbol])) };
        let whole = nested(&symbol, &sizes, &values, &mut Vec::new())?;
        joined.push(Expr::call(Sym::Equal, [symbol, whole]));
    }
    Ok(joined)
}

/// The array symbol and the positions of an equation for one element.
fn element(equation: &Expr) -> Option<(Expr, Vec<Expr>)> {
    let left = equation.args_of(Sym::Equal).filter(|sides| sides.len() == 2)?[0].clone();
    let args = left.args_of(Sym::Indexed)?;
    let place = positions(&args[1]);
    (args[0].is_array_symbol() && !place.is_empty() && place.iter().all(|i| i.as_i64().is_some()))
        .then(|| (args[0].clone(), place))
}

/// The elements of a quantity as nested lists.
fn nested(symbol: &Expr, sizes: &[usize], values: &NodeMap<Expr>, place: &mut Vec<Expr>) -> Result<Expr, Wrong> {
    let Some((&size, rest)) = sizes.split_first() else {
        let place = Expr::list(place.iter().cloned());
        let missing = || ("noelement", vec![Expr::call(Sym::Indexed, [symbol.clone(), place.clone()])]);
        return values.get(&place).cloned().ok_or_else(missing);
    };
    let mut items = Vec::with_capacity(size);
    for i in 1..=size {
        place.push(Expr::integer(i as i64));
        items.push(nested(symbol, rest, values, place)?);
        place.pop();
    }
    Ok(Expr::list(items))
}

//! Sizes that may vary, as symbols.

use std::sync::Arc;

use netform_eval::{Flow, Session};
use netform_expr::Expr;

use super::names::Names;
use crate::data::array_symbol;
use crate::inputs::{Inputs, fit};
use crate::net::Net;
use crate::shape::is_varying;

/// The net with a symbol in the place of each size of an input that may vary, so that its definitions say what they say of
/// inputs of a symbolic size: a symbol of its own where the net lets the size differ from others, else one in common.
pub(crate) fn with_sizes(session: &mut Session, net: &Arc<Net>) -> Result<Arc<Net>, Flow> {
    let shapes: Vec<Option<Vec<Expr>>> =
        net.inputs.iter().map(|port| port.shape.dimensions().filter(|_| !port.optional)).collect();
    let count = shapes.iter().flatten().flatten().filter(|size| is_varying(size)).count();
    if count == 0 {
        return Ok(net.clone());
    }
    let mut names = Names::default();
    names.avoid_sizes(net);
    let mut symbols = Vec::with_capacity(count);
    for _ in 0..count {
        symbols.push(free_symbol(session, &mut names, &["n"])?);
    }
    let fitted = |session: &mut Session, sizes: &[Expr]| {
        let mut sizes = sizes.iter();
        let mut size = |size: &Expr| if is_varying(size) { sizes.next() } else { None }.unwrap_or(size).clone();
        let mut data = Inputs::with_capacity(shapes.len());
        for (port, shape) in net.inputs.iter().zip(&shapes) {
            let dimensions = shape.as_ref().map(|shape| shape.iter().map(&mut size).collect::<Vec<_>>());
            data.push(dimensions.map(|dimensions| array_symbol(Expr::string(&port.name), &dimensions)));
        }
        Ok(fit(session, net, &data)?.ok())
    };
    if let Some(fitted) = fitted(session, &symbols)? {
        return Ok(fitted);
    }
    let mut sizes = vec![symbols[0].clone(); count];
    // What is not known even so is told where it is needed.
    let Some(mut best) = fitted(session, &sizes)? else { return Ok(net.clone()) };
    for place in 1..count {
        let common = std::mem::replace(&mut sizes[place], symbols[place].clone());
        match fitted(session, &sizes)? {
            Some(fitted) => best = fitted,
            None => sizes[place] = common,
        }
    }
    Ok(best)
}

/// A symbol that has no value and stands nowhere in the net: the first that is free, the first with a number behind it if
/// none is.
pub(super) fn free_symbol(session: &mut Session, names: &mut Names, letters: &[&str]) -> Result<Expr, Flow> {
    let free = letters.iter().find(|letter| !names.has(letter)).unwrap_or(&letters[0]);
    loop {
        let symbol = names.symbol(session, free);
        if session.evaluate(&symbol)? == symbol {
            return Ok(symbol);
        }
    }
}

//! Positions that a net computes itself: data is tested where it comes in, they are where a layer takes them.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym, map_bottom_up, occurs};

use crate::Fault;
use crate::evaluate::Arrays;
use crate::net::{Elements, Leaf, LeafPort, Source};

/// What a port of a layer gets: where it takes positions that other layers compute, with a test that they are such.
/// Equations show it as it is.
pub(crate) fn checked(leaf: &Leaf, port: &LeafPort, value: Expr, arrays: Arrays) -> Expr {
    let is_data = leaf.owner.is_none()
        && leaf.sources.iter().any(|(name, source)| *name == port.name && matches!(source, Source::Input(_)));
    match leaf.elements(&port.name) {
        Elements::Index(Some(greatest)) if !is_data && matches!(arrays, Arrays::Components | Arrays::Numbers) => {
            let label = Expr::string(&format!("{} of {}", port.name, leaf.label()));
            Expr::call(Sym::CheckedIndices, [value, greatest, label])
        }
        _ => value,
    }
}

/// A value without tests of positions: equations say what is computed.
pub(crate) fn untested(session: &mut Session, value: Expr) -> Result<Expr, Flow> {
    if !occurs(&value, Sym::CheckedIndices.expr()) {
        return Ok(value);
    }
    let plain = map_bottom_up(&value, |node| match node.args_of(Sym::CheckedIndices) {
        Some(args) => args[0].clone(),
        None => node,
    });
    session.evaluate(&plain)
}

/// The fault of a position that is none, given what holds it, what it is, and the greatest that there is.
pub(crate) fn fault(symbol: Expr, label: &str, found: String, greatest: String) -> Fault {
    Fault::new(symbol, "netindex", [label.to_owned(), found, greatest])
}

/// What is wrong with data that the definition of a layer met: a position that is none, an element that is compared; or with a
/// function that is a gradient.
pub(crate) fn caught(session: &Session, symbol: &Expr, flow: Flow) -> Result<Fault, Flow> {
    if let Flow::Throw { value, tag: Some(tag), .. } = &flow
        && tag.is(Sym::CheckedIndices)
        && let [label, found, greatest] = value.args().as_ref()
        && let Some(label) = label.as_str()
    {
        let texts = [found, greatest].map(|e| session.output_form(e));
        let [found, greatest] = texts;
        return Ok(fault(symbol.clone(), label, found, greatest));
    }
    if let Flow::Throw { value, tag: Some(tag), .. } = &flow
        && tag.is(Sym::ProgramDecided)
    {
        return Ok(Fault::new(symbol.clone(), "undecided", [session.output_form(value)]));
    }
    if let Flow::Throw { value, tag: Some(tag), .. } = &flow
        && tag.is(Sym::ProgramWithGradient)
        && let Some(reason) = value.as_str()
    {
        return Ok(Fault::new(symbol.clone(), "gradfunc", [reason.to_owned()]));
    }
    Err(flow)
}

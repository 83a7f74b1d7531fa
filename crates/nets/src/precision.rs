//! The precision in which a net computes: `WorkingPrecision`.
//!
//! `WorkingPrecision -> n` is the precision of the *result*: what goes in is taken as exact, and given
//! more digits than n, so that after all losses n are left; as `N[e, n]` does with an exact e.

use std::sync::Arc;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Number, Sym, map_bottom_up, postorder};

use crate::apply::symbol;
use crate::diagnostic::Fault;
use crate::inputs::Inputs;
use crate::net::{Elements, Net};

/// How a net computes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Precision {
    /// In machine numbers if there are any, else exactly.
    Automatic,
    /// In machine numbers of double precision.
    Double,
    /// In machine numbers of single precision.
    Single,
    /// Exactly.
    Exact,
    /// To so many decimal digits.
    Digits(f64),
}

impl Precision {
    /// What a setting of `WorkingPrecision` says.
    pub(crate) fn read(value: &Expr) -> Option<Precision> {
        if value.is(Sym::Automatic) {
            return Some(Precision::Automatic);
        }
        if value.is(Sym::MachinePrecision) {
            return Some(Precision::Double);
        }
        if value.has_head(Sym::DirectedInfinity) && value.len() == 1 && value.arg(0).is_integer(1) {
            return Some(Precision::Exact);
        }
        match value.as_str() {
            Some("Real64") => return Some(Precision::Double),
            Some("Real32") => return Some(Precision::Single),
            _ => {}
        }
        let digits = value.as_number()?.to_f64()?;
        (digits > 0.0 && digits < 1e6).then_some(Precision::Digits(digits))
    }
}

/// Digits that are given beyond those of the result.
const GUARD: f64 = 5.0;
/// How often more digits are tried before what is lost counts as lost by the mathematics: the
/// difference of equal numbers has no digits, however many they have.
const TRIALS: usize = 4;

/// The outputs that `compute` finds, in the precision that is asked for.
pub(crate) fn at_precision(
    session: &mut Session,
    net: &Arc<Net>,
    data: &Inputs,
    precision: Precision,
    compute: impl Fn(&mut Session, &Arc<Net>, &Inputs) -> Result<Vec<Expr>, Flow>,
) -> Result<Vec<Expr>, Flow> {
    let wanted = match precision {
        Precision::Automatic => return compute(session, net, data),
        Precision::Double | Precision::Single => {
            let outputs = compute(session, net, data)?;
            return outputs.iter().map(|output| in_machine_numbers(session, output, precision)).collect();
        }
        Precision::Exact => {
            let (net, data) = with_precision(session, net, data, f64::INFINITY)?;
            return compute(session, &net, &data);
        }
        Precision::Digits(wanted) => wanted,
    };
    let mut digits = wanted + GUARD;
    let mut trials = 1;
    loop {
        let (net, data) = with_precision(session, net, data, digits)?;
        let outputs = compute(session, &net, &data)?;
        let missing = outputs.iter().map(|output| wanted - least_precision(output)).fold(0.0, f64::max);
        if missing <= 0.0 || trials == TRIALS {
            let outputs: Result<Vec<Expr>, Flow> =
                outputs.iter().map(|output| rounded(session, output, wanted)).collect();
            return Ok(real_or_undefined(session, &net, &data, outputs?));
        }
        digits += missing + GUARD;
        trials += 1;
    }
}

/// The expression with machine numbers in the place of exact quantities, where a symbol or a constant such as `Pi` kept it from
/// being computed in machine numbers; rounded to single precision if that is asked for.
fn in_machine_numbers(session: &mut Session, e: &Expr, precision: Precision) -> Result<Expr, Flow> {
    if e.as_array().is_some_and(|array| array.is_real()) {
        return Ok(e.clone());
    }
    let numeric = session.evaluate_call(Sym::N, [e.clone()])?;
    if precision != Precision::Single {
        return Ok(numeric);
    }
    let single = map_bottom_up(&numeric, |node| match node.as_real() {
        Some(x) => Expr::real(f64::from(x as f32)),
        None => node,
    });
    session.evaluate(&single)
}

/// The least precision of the inexact numbers in an expression that are not zero; infinite if there
/// are none.
fn least_precision(e: &Expr) -> f64 {
    let mut least = f64::INFINITY;
    let walk = postorder::<std::convert::Infallible>(
        e,
        |_| true,
        |node| {
            if let Some(number) = inexact(node).filter(|number| !number.is_zero()) {
                least = least.min(number.precision());
            }
            Ok(())
        },
    );
    match walk {
        Ok(()) => least,
        Err(never) => match never {},
    }
}

/// The expression with no more digits in its inexact numbers than this, and exact quantities that are no numbers, such
/// as `Sqrt[2]`, to as many.
fn rounded(session: &mut Session, e: &Expr, digits: f64) -> Result<Expr, Flow> {
    if e.is_list() && e.as_array().is_none() {
        let mut items = Vec::with_capacity(e.len());
        for item in e.args().iter() {
            items.push(rounded(session, item, digits)?);
        }
        return Ok(Expr::list(items));
    }
    if e.is_normal() && session.evaluate_call(Sym::NumericQ, [e.clone()])?.is_true() {
        return session.evaluate_call(Sym::N, [e.clone(), Expr::real(digits)]);
    }
    let shorter = map_bottom_up(e, |node| match inexact(&node).map(|number| number.to_precision(digits)) {
        Some(Ok(number)) => Expr::number(number),
        _ => node,
    });
    session.evaluate(&shorter)
}

/// Results of real data that are not real are undefined, as they are in machine numbers.
fn real_or_undefined(session: &mut Session, net: &Net, data: &Inputs, outputs: Vec<Expr>) -> Vec<Expr> {
    let is_complex = |e: &Expr| e.as_number().is_some_and(|number| !number.is_real());
    let holds_complex =
        |e: &Expr| postorder(e, |_| true, |node| if is_complex(node) { Err(()) } else { Ok(()) }).is_err();
    if data.iter().flatten().any(holds_complex) || !outputs.iter().any(holds_complex) {
        return outputs;
    }
    Fault::new(symbol(net), "undefined", []).show(session);
    let defined = |node: Expr| if is_complex(&node) { Sym::Indeterminate.into() } else { node };
    outputs.iter().map(|output| map_bottom_up(output, defined)).collect()
}

/// The number of a node, if it is inexact.
fn inexact(node: &Expr) -> Option<Number> {
    node.as_number().filter(|number| !number.is_exact())
}

/// The net with exact numbers in the place of inexact parameters, so that what is computed of them before the data is
/// known is exact too.
pub(crate) fn with_exact_parameters(session: &mut Session, net: &Arc<Net>) -> Result<Arc<Net>, Flow> {
    let mut converted = Net::clone(net);
    convert_parameters(session, &mut converted, f64::INFINITY)?;
    Ok(Arc::new(converted))
}

/// Gives the inexact numbers of all parameters, within functions too, so many digits.
fn convert_parameters(session: &mut Session, net: &mut Net, digits: f64) -> Result<(), Flow> {
    let values = net.leaves.iter_mut().flat_map(|leaf| {
        let known = leaf.known.iter_mut().map(|(_, value)| value);
        leaf.parameters.iter_mut().map(|(_, value)| value).chain(known)
    });
    for value in values {
        *value = with_digits_within(session, value, digits)?;
    }
    Ok(())
}

/// The expression with so many digits in its inexact numbers. What is exact, such as an exponent, stays.
fn with_digits_within(session: &mut Session, e: &Expr, digits: f64) -> Result<Expr, Flow> {
    let mut failure = None;
    let changed = map_bottom_up(e, |node| {
        if let Some(number) = inexact(&node) {
            return number.set_precision(digits).map_or(node, Expr::number);
        }
        if node.as_array().is_none_or(|array| !array.is_real()) {
            return node;
        }
        with_digits(session, &node, digits).unwrap_or_else(|flow| {
            failure = Some(flow);
            node
        })
    });
    failure.map_or(Ok(changed), Err)
}

/// Numbers or an array of them with so many digits.
fn with_digits(session: &mut Session, e: &Expr, digits: f64) -> Result<Expr, Flow> {
    let digits = match digits.is_finite() {
        true => Expr::real(digits),
        false => Expr::call(Sym::DirectedInfinity, [Expr::integer(1)]),
    };
    session.evaluate_call(Sym::SetPrecision, [e.clone(), digits])
}

/// Arrays and data with so many digits: what they are is taken as exact.
fn with_precision(session: &mut Session, net: &Net, data: &Inputs, digits: f64) -> Result<(Arc<Net>, Inputs), Flow> {
    let mut converted = Net::clone(net);
    for (_, value) in converted.leaves.iter_mut().flat_map(|leaf| &mut leaf.arrays) {
        if let crate::ArrayValue::Given(array) = value {
            *array = with_digits(session, array, digits)?;
        }
    }
    convert_parameters(session, &mut converted, digits)?;
    let mut inputs = Vec::with_capacity(data.len());
    for (port, value) in net.inputs.iter().zip(data) {
        let is_real = net.elements(port) == Elements::Real;
        inputs.push(match value {
            Some(value) if is_real => Some(with_digits(session, value, digits)?),
            unchanged => unchanged.clone(),
        });
    }
    Ok((Arc::new(converted), inputs))
}

//! Whether a net goes step by step: it is tried on a sequence of two elements.

use std::sync::Arc;

use netform_eval::{Flow, Quiet, Session};
use netform_expr::{Expr, Sym};

use super::{Lengths, State, Stepped, is_final, step_graph, stepped, without_length};
use crate::check::{Drawn, Random, difference, draw_element, fill, numeric};
use crate::data::array_symbol;
use crate::evaluate::{Arrays, array_value};
use crate::extract::view;
use crate::net::{Elements, Net, NetPort};
use crate::parts::{Setting, is_container, parts, set_all, with_parts};

/// How far numbers may be apart for rounding, relative to the largest of them.
const TOLERANCE: f64 = 1e-9;

/// What the net is tried on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Data {
    /// Symbols for arrays: what is the same expression is the same for all values.
    Symbols,
    /// Random numbers, where expressions in symbols have not the same form.
    Numbers,
}

/// Whether steps one after the other give what the net gives on a sequence of two elements; the port whose elements have no known
/// shape, if there is one.
pub(super) fn are_steps(session: &mut Session, net: &Arc<Net>) -> Result<Result<bool, String>, Flow> {
    match try_steps(session, net, Data::Symbols)? {
        Ok(false) if has_known_sizes(net) => try_steps(session, net, Data::Numbers),
        decided => Ok(decided),
    }
}

fn has_known_sizes(net: &Net) -> bool {
    let missing = net.missing_arrays();
    missing.iter().all(|(leaf, name)| sizes(&net.leaves[*leaf].shape(name).dimensions().unwrap_or_default()).is_some())
}

fn sizes(dimensions: &[Expr]) -> Option<Vec<usize>> {
    dimensions.iter().map(Expr::as_usize).collect()
}

/// Values for one trial.
struct Values {
    data: Data,
    random: Random,
}

impl Values {
    /// An array for a name; `None` if numbers are wanted and its sizes are symbols.
    fn array(&mut self, name: &str, dimensions: &[Expr], elements: &Elements) -> Option<Expr> {
        match (self.data, dimensions) {
            (Data::Symbols, []) => Some(Expr::symbol(&format!("Layer`{name}"))),
            (Data::Symbols, _) => Some(array_symbol(Expr::string(name), dimensions)),
            (Data::Numbers, _) => {
                let random = &mut self.random;
                Some(fill(&sizes(dimensions)?, 0, &mut |place| draw_element(elements, place, random, Drawn::Signed)))
            }
        }
    }
}

/// A net with values for the arrays that have none, so that they are the same ones wherever their layers stand.
fn with_arrays(session: &mut Session, net: &Arc<Net>, values: &mut Values) -> Result<Arc<Net>, Flow> {
    let missing = net.missing_arrays();
    let settings = missing.into_iter().filter_map(|(leaf, name)| {
        let leaf = &net.leaves[leaf];
        let value = match values.data {
            Data::Symbols => array_value(leaf, name, Arrays::Whole)?,
            Data::Numbers => values.array(name, &leaf.shape(name).dimensions()?, &Elements::Real)?,
        };
        Some(Setting { path: leaf.path.clone(), name: name.to_owned(), value })
    });
    let expr = set_all(session, &net.expr, &settings.collect::<Vec<_>>());
    Ok(view(session, Sym::NetUnfold, &expr)?.unwrap_or_else(|| net.clone()))
}

fn try_steps(session: &mut Session, net: &Arc<Net>, data: Data) -> Result<Result<bool, String>, Flow> {
    let mut values = Values { data, random: Random::new(1) };
    let net = &with_arrays(session, net, &mut values)?;
    let stepped = stepped(session, net)?;
    let lengths = &Lengths::of(session, net, &stepped.states)?;
    let mut whole = Vec::new();
    let mut elements = [Vec::new(), Vec::new()];
    for input in net.inputs.iter().filter(|input| !input.optional) {
        let element = lengths.element(input);
        let shape = element.as_ref().unwrap_or(&input.shape);
        let Some(dimensions) = shape.dimensions() else { return Ok(Err(input.name.to_string())) };
        let mut value =
            |suffix: &str| values.array(&format!("{}{suffix}", input.name), &dimensions, &net.elements(input));
        let rule = |value: Expr| Expr::rule(Expr::string(&input.name), value);
        if element.is_some() {
            let (Some(one), Some(two)) = (value("1"), value("2")) else { return Ok(Ok(false)) };
            whole.push(rule(Expr::list([one.clone(), two.clone()])));
            elements.iter_mut().zip([one, two]).for_each(|(given, x)| given.push(rule(x)));
        } else {
            let Some(value) = value("") else { return Ok(Ok(false)) };
            elements.iter_mut().chain([&mut whole]).for_each(|given| given.push(rule(value.clone())));
        }
    }
    let outputs: Vec<&NetPort> = net.outputs.iter().filter(|output| !is_final(net, output)).collect();
    let names: Vec<&str> = outputs.iter().map(|output| &*output.name).collect();
    let step = step_graph(session, net, &stepped, lengths)?;
    let Some([one, two]) = two_steps(session, &step, &stepped, elements, &names)? else { return Ok(Ok(false)) };
    let free = without_lengths(session, &net.expr, lengths);
    let expected = applied(session, &free, whole, &names)?;
    if expected.len() != names.len() {
        return Ok(Ok(false));
    }
    for (output, (all, (one, two))) in outputs.iter().zip(expected.iter().zip(one.iter().zip(&two))) {
        let mut is_part = |place: i64, step: &Expr| {
            let part = Expr::call(Sym::Part, [all.clone(), Expr::integer(place)]);
            let part = session.quietly(Quiet::All, |session| session.evaluate(&part))?;
            is_same(session, data, &part, step)
        };
        let same = match lengths.element(output) {
            Some(_) => is_part(1, one)? && is_part(2, two)?,
            None => is_same(session, data, all, two)?,
        };
        if !same {
            return Ok(Ok(false));
        }
    }
    Ok(Ok(true))
}

/// The outputs after the first step and after the second one.
fn two_steps(
    session: &mut Session,
    step: &Expr,
    stepped: &Stepped,
    [mut first, mut second]: [Vec<Expr>; 2],
    names: &[&str],
) -> Result<Option<[Vec<Expr>; 2]>, Flow> {
    let states = stepped.states.iter().map(|state| state.name.as_str());
    let all: Vec<&str> = names.iter().copied().chain(states).collect();
    // What is collected begins empty, other states with zero.
    let empty = |state: &State| Expr::rule(Expr::string(&state.name), Expr::list([]));
    first.extend(stepped.states.iter().filter(|state| state.collects.is_some()).map(empty));
    let mut one = applied(session, step, first, &all)?;
    if one.len() != all.len() {
        return Ok(None);
    }
    let states = all.iter().zip(&one).skip(names.len());
    second.extend(states.map(|(name, value)| Expr::rule(Expr::string(name), value.clone())));
    let two = applied(session, step, second, names)?;
    one.truncate(names.len());
    Ok(Some([one, two]).filter(|[_, two]| two.len() == names.len()))
}

/// Some outputs of a net.
fn applied(session: &mut Session, net: &Expr, given: Vec<Expr>, names: &[&str]) -> Result<Vec<Expr>, Flow> {
    let names = Expr::list(names.iter().map(|name| Expr::string(name)).collect::<Vec<_>>());
    let call = Expr::normal(net.clone(), [Expr::call(Sym::Association, given), names]);
    let result = session.quietly(Quiet::All, |session| session.evaluate(&call))?;
    let rules = result.args_of(Sym::Association).map(|rules| rules.into_owned()).unwrap_or_default();
    Ok(rules.iter().map(|rule| rule.arg(1)).collect())
}

fn is_same(session: &mut Session, data: Data, a: &Expr, b: &Expr) -> Result<bool, Flow> {
    if data == Data::Symbols || a == b {
        return Ok(a == b);
    }
    Ok(match (numeric(session, a)?, numeric(session, b)?) {
        (Ok(a), Ok(b)) => difference(&a, &b) <= TOLERANCE,
        _ => false,
    })
}

/// A net without such options in it; nets nest to a limited depth.
fn without_lengths(session: &mut Session, net: &Expr, lengths: &Lengths) -> Expr {
    let free = without_length(net, lengths);
    match parts(session, &free) {
        Some(parts) if is_container(&free) => {
            let changed =
                parts.into_iter().map(|(key, part)| (key, without_lengths(session, &part, lengths))).collect();
            with_parts(session, &free, changed)
        }
        _ => free,
    }
}

//! How fast arrays learn beside each other: the option `LearningRateMultipliers` of layers and containers.
//!
//! It changes no result of a net; it is there for training, and `Information` shows it for each array.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::net::{Leaf, Net};
use crate::options::split_call;
use crate::parts::member;

pub(crate) const OPTION: &str = "LearningRateMultipliers";

/// What can be given.
pub(crate) const EXPECTED: &str = "Automatic, None, a number that is not negative, or a list of rules from arrays, layers or _ to \
                                   such values is expected";

/// Whether the option can have a value.
pub(crate) fn is_valid(value: &Expr) -> bool {
    let is_rule = |rule: &Expr| rule.has_head(Sym::Rule) && rule.len() == 2 && factor(&rule.arg(1)).is_some();
    factor(value).is_some() || value.is_list() && value.args().iter().all(is_rule)
}

/// The number that a value without rules is.
fn factor(value: &Expr) -> Option<Expr> {
    match value.sym() {
        Some(Sym::Automatic) => Some(Expr::integer(1)),
        Some(Sym::None) => Some(Expr::integer(0)),
        _ => value.as_number().filter(|number| number.to_f64().is_some_and(|x| x >= 0.0)).map(|_| value.clone()),
    }
}

/// What a value says of an array, by its keys below the net that has the option: the first rule for it.
fn said(value: &Expr, keys: &[Expr]) -> Option<Expr> {
    if !value.is_list() {
        return factor(value);
    }
    let is_meant = |key: &Expr| match key.is_list() {
        true => keys.starts_with(&key.args()),
        false => keys.first() == Some(key) || key.has_head(Sym::Blank) || key.is(Sym::All),
    };
    value.args().iter().find(|rule| is_meant(&rule.arg(0))).and_then(|rule| factor(&rule.arg(1)))
}

/// The multiplier of an array: the product of what its layer and the nets around it say.
pub(crate) fn of_array(session: &mut Session, net: &Net, leaf: &Leaf, name: &str) -> Result<Expr, Flow> {
    let keys: Vec<Expr> = leaf.path.iter().cloned().chain([Expr::string(name)]).collect();
    let mut factors = Vec::new();
    for depth in 0..=leaf.path.len() {
        let Some(part) = member(session, &net.expr, &leaf.path[..depth]) else { break };
        let (_, options) = split_call(session, &part);
        let value = options.iter().find(|(option, _)| option == OPTION).map(|(_, value)| value);
        factors.extend(value.and_then(|value| said(value, &keys[depth..])));
    }
    session.evaluate_call(Sym::Times, factors)
}

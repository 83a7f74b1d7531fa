//! Arguments and options of layers: their values and whether they are valid.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use netform_layers::{Parameter, ParameterType};

use crate::shape::is_symbolic_size;

/// The default of a parameter, if it has one.
pub(crate) fn default_of(session: &mut Session, parameter: &Parameter) -> Result<Option<Expr>, Flow> {
    let Some(text) = parameter.default else { return Ok(None) };
    let parsed = session.parse_static(text);
    session.evaluate(&parsed).map(Some)
}

/// What a value would have to be, in words, if it is not valid for a parameter.
pub(crate) fn objection(session: &mut Session, parameter: &Parameter, value: &Expr) -> Result<Option<String>, Flow> {
    if parameter.default.is_some_and(|default| value.as_symbol().is_some_and(|s| s.name() == default)) {
        return Ok(None);
    }
    let (valid, expected) = match parameter.kind {
        ParameterType::Size => (is_size(value), "a positive integer or a symbolic size"),
        ParameterType::Sizes => (is_size(value) || is_list_of(value, is_size), "a positive integer or a list of them"),
        ParameterType::Dimensions => {
            let one = |e: &Expr| is_size(e) || e.is(Sym::Automatic);
            (one(value) || value.is_list() && value.args().iter().all(one), "a size or a list of sizes")
        }
        ParameterType::Padding => {
            let pair = |e: &Expr| is_count(e) || e.is_list() && e.len() == 2 && e.args().iter().all(is_count);
            let valid = is_count(value) || value.as_str() == Some("Same") || is_list_of(value, pair);
            (valid, "a number of elements, a list of numbers or pairs, or \"Same\"")
        }
        ParameterType::Real => (
            value.as_number().is_some_and(|n| n.is_real()) || !value.is_number() && value.as_str().is_none(),
            "a real number",
        ),
        ParameterType::NonNegative => (
            value.as_number().is_some_and(|n| n.is_real() && !n.is_negative())
                || !value.is_number() && value.as_str().is_none(),
            "a real number that is not negative",
        ),
        ParameterType::Boolean => (value.is(Sym::True) || value.is(Sym::False), "True or False"),
        ParameterType::Function => {
            let named = value.is_list() && value.args().first().is_some_and(|name| name.as_str().is_some());
            (named || !value.is_number() && !value.is_list(), "a function, or the name of one")
        }
        ParameterType::Choice(choices) => {
            let valid = choices.iter().any(|choice| match choice.strip_prefix('"') {
                Some(quoted) => value.as_str() == Some(quoted.trim_end_matches('"')),
                None => value.as_symbol().is_some_and(|s| s.name() == *choice),
            });
            return Ok((!valid).then(|| format!("one of {} is expected", choices.join(", "))));
        }
        // Nets are read as such, and the relations of the record judge the rest.
        ParameterType::Net | ParameterType::Any => return Ok(None),
        ParameterType::Levels => {
            let named = matches!(value.as_str(), Some("Complement" | "Same"));
            let level = |e: &Expr| e.as_i64().is_some_and(|n| n != 0);
            let spanned = value.has_head(Sym::Span) || value.is(Sym::All) || value.is(Sym::None);
            (named || spanned || level(value) || is_list_of(value, level), "a level, a list of levels, a span or All")
        }
        ParameterType::Matching { form, expected } => {
            let form = session.parse_static(form);
            (session.evaluate_call(Sym::MatchQ, [value.clone(), form])?.is(Sym::True), expected)
        }
    };
    Ok((!valid).then(|| format!("{expected} is expected")))
}

fn is_size(value: &Expr) -> bool {
    match value.as_number() {
        Some(_) => value.as_i64().is_some_and(|n| n > 0),
        None => is_symbolic_size(value) && !is_special(value),
    }
}

fn is_count(value: &Expr) -> bool {
    match value.as_number() {
        Some(_) => value.as_usize().is_some(),
        None => is_symbolic_size(value) && !is_special(value),
    }
}

fn is_special(value: &Expr) -> bool {
    [Sym::Automatic, Sym::None, Sym::All, Sym::True, Sym::False].into_iter().any(|s| value.is(s))
}

fn is_list_of(value: &Expr, element: impl Fn(&Expr) -> bool) -> bool {
    value.is_list() && !value.is_empty() && value.args().iter().all(element)
}

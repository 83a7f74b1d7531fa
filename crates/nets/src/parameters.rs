//! Arguments and options of layers: their values and whether they are valid.

use netform_eval::{Flow, Session};
use netform_expr::{Attributes, Expr, Sym};
use netform_layers::{Parameter, ParameterType};

use crate::read::is_net;
use crate::shape::{first_part, is_structure, is_symbolic_size};

/// The default of a parameter, if it has one.
pub(crate) fn default_of(session: &mut Session, parameter: &Parameter) -> Result<Option<Expr>, Flow> {
    let Some(text) = parameter.default else { return Ok(None) };
    let parsed = session.parse_static(text);
    session.evaluate(&parsed).map(Some)
}

/// What a value would have to be, in words, if it is not valid for a parameter.
pub(crate) fn objection(session: &mut Session, parameter: &Parameter, value: &Expr) -> Result<Option<String>, Flow> {
    let real = |session: &mut Session, least: Option<i64>| -> Result<bool, Flow> {
        if value.is_list() || value.as_str().is_some() || session.is_symbolic_array(value)? {
            return Ok(false);
        }
        if holds_alien(session, value, &[]) {
            return Ok(false);
        }
        let number = session.evaluate_call(Sym::N, [value.clone()])?;
        let number = number.as_number();
        Ok(number.is_none_or(|number| number.is_real() && !(least.is_some() && number.is_negative())))
    };
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
        ParameterType::Real => (real(session, None)?, "a real number"),
        ParameterType::NonNegative => (real(session, Some(0))?, "a real number that is not negative"),
        ParameterType::Boolean => (value.is(Sym::True) || value.is(Sym::False), "True or False"),
        ParameterType::Function => {
            let named = value.is_list() && value.args().first().is_some_and(|name| name.as_str().is_some());
            let is_function =
                value.has_head(Sym::Function) || value.is_normal() && value.head().has_head(Sym::Derivative);
            let is_other = value.is_number() || value.is_list() || is_special(value) || is_structure(value);
            (named || is_function || !is_other, "a function, or the name of one")
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
        ParameterType::Matching { form, expected } | ParameterType::Stated { form, expected } => {
            let form = session.parse_static(form);
            let words = words_of(session, &form)?;
            let matches = session.evaluate_call(Sym::MatchQ, [value.clone(), form])?.is(Sym::True);
            (matches && !words.is_some_and(|words| holds_alien(session, value, &words)), expected)
        }
    };
    Ok((!valid).then(|| format!("{expected} is expected")))
}

/// The symbols and heads that a form mentions; `None` if it takes a sequence of anything.
fn words_of(session: &mut Session, form: &Expr) -> Result<Option<Vec<Expr>>, Flow> {
    let held = session.evaluate_call(Sym::HoldPattern, [form.clone()])?;
    let mut words = Vec::new();
    let anything = first_part(&held, |part| {
        words.push(if part.is_normal() { part.head().clone() } else { part.clone() });
        part.has_head(Sym::BlankSequence) && part.is_empty()
    });
    Ok(anything.is_none().then_some(words))
}

/// Whether a value holds what can be no number, and what its form does not mention. What stands in a function is judged
/// where that is used.
fn holds_alien(session: &mut Session, value: &Expr, words: &[Expr]) -> bool {
    let mut open = vec![value.clone()];
    while let Some(part) = open.pop() {
        if is_alien(session, &part, words) {
            return true;
        }
        if part.is_normal() && !part.has_head(Sym::Function) {
            open.extend(part.args().iter().cloned());
        }
    }
    false
}

/// Whether a part of a value can be no number: a net or function, a word of the language. What is mentioned can.
fn is_alien(session: &mut Session, part: &Expr, words: &[Expr]) -> bool {
    let infinity = Expr::from(Sym::Infinity);
    // ComplexInfinity is no number that any record takes.
    if part.has_head(Sym::DirectedInfinity) && part.is_empty() {
        return true;
    }
    if words.contains(part) || part.is_normal() && words.contains(part.head()) {
        return false;
    }
    // The entries of an association.
    if part.has_head(Sym::Rule) && words.contains(&Sym::Association.into()) {
        return false;
    }
    if part.has_head(Sym::DirectedInfinity) {
        return !words.contains(&infinity);
    }
    match part.as_symbol() {
        Some(_) if words.contains(&Sym::Symbol.into()) => false,
        Some(symbol) => symbol.context() == "System`" && !session.attributes_of(part).contains(Attributes::CONSTANT),
        None => is_structure(part) || is_net(session, part),
    }
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

//! What functions on strings have in common: arguments, options, lists of strings.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::definitions::options::{flat_rules, is_options, is_same_name, option_setting};
use crate::strings::pattern::StringPattern;

/// The arguments before the options, and whether the option `IgnoreCase` is set.
pub(super) fn read(session: &mut Session, call: &Expr, most: usize) -> Result<Option<(Vec<Expr>, bool)>, Flow> {
    let args = call.args();
    let is_setting =
        |e: &Expr| is_options(e) && flat_rules(e).iter().any(|r| is_same_name(&r.arg(0), Sym::IgnoreCase.expr()));
    let count = args.iter().position(is_setting).unwrap_or(args.len());
    if count > most {
        let least = call.len().min(most);
        session.message_argument_count(call, least, most);
        return Ok(None);
    }
    let ignore_case = option_setting(session, call, count, Sym::IgnoreCase)?;
    if !ignore_case.is(Sym::True) && !ignore_case.is(Sym::False) {
        session.message_of(call.head(), "opttf", &[Sym::IgnoreCase.into(), ignore_case]);
        return Ok(None);
    }
    Ok(Some((args[..count].to_vec(), ignore_case.is(Sym::True))))
}

/// The characters of the string in the first argument; anything else is told by the message `strse`.
pub(super) fn text(session: &mut Session, call: &Expr, e: &Expr) -> Option<Vec<char>> {
    let text = e.as_str().map(|text| text.chars().collect());
    if text.is_none() {
        session.message_of(call.head(), "strs", &[Expr::integer(1), call.clone()]);
    }
    text
}

/// A compiled pattern; what is none is told by the message `strse`.
pub(super) fn pattern(session: &mut Session, call: &Expr, e: &Expr, ignore_case: bool) -> Option<StringPattern> {
    let pattern = StringPattern::new(e, ignore_case);
    if pattern.is_none() {
        session.message_of(call.head(), "strse", &[Expr::integer(2), call.clone()]);
    }
    pattern
}

/// The call for each string of a list in the first argument.
pub(super) fn for_each(call: &Expr) -> Option<Expr> {
    let args = call.args();
    let source = args.first().filter(|source| source.is_list())?;
    let each = |e: &Expr| Expr::normal(call.head().clone(), [e.clone()].into_iter().chain(args[1..].iter().cloned()));
    Some(Expr::list(source.args().iter().map(each).collect::<Vec<_>>()))
}

/// The string of some characters.
pub(super) fn string(characters: &[char]) -> Expr {
    Expr::string(&characters.iter().collect::<String>())
}

/// A number of matches: a non-negative integer or `Infinity`.
pub(super) fn count(e: Option<&Expr>) -> Option<usize> {
    match e {
        None => Some(usize::MAX),
        Some(e) if e.has_head(Sym::DirectedInfinity) || e.is(Sym::Infinity) || e.is(Sym::All) => Some(usize::MAX),
        Some(e) => e.as_usize(),
    }
}

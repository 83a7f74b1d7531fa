//! Arguments that name symbols: a symbol, a string, or a string with wildcards.

use netform_eval::Session;
use netform_expr::{Attributes, Expr, Sym};

/// The symbols that an argument of `Clear` and its kin names: itself, or all that match a string.
/// Anything else is told by the message `ssym`.
pub(super) fn symbols_named(session: &mut Session, function: Sym, argument: &Expr) -> Option<Vec<Expr>> {
    if argument.is_symbol() {
        return Some(vec![argument.clone()]);
    }
    if let Some(pattern) = argument.as_str() {
        return Some(symbols_matching(session, pattern));
    }
    if argument.is_list() {
        let mut all = Vec::new();
        for item in argument.args().iter() {
            all.extend(symbols_named(session, function, item)?);
        }
        return Some(all);
    }
    session.message(function, "ssym", std::slice::from_ref(argument));
    None
}

/// One symbol, or the one that a string names. Anything else is told by the message `sym`.
pub(super) fn symbol_named(session: &mut Session, function: Sym, argument: &Expr) -> Option<Expr> {
    if argument.is_symbol() {
        return Some(argument.clone());
    }
    match argument.as_str().filter(|name| crate::control::unique::is_name(name)) {
        Some(name) => Some(session.resolve_name(name)),
        None => {
            session.message(function, "sym", &[argument.clone(), Expr::integer(1)]);
            None
        }
    }
}

/// The known symbols whose names match a text in which `*` stands for any characters and `@` for
/// any that are no capital letters. Without a context only those that short names can mean are
/// considered. A text without wildcards always names one symbol.
pub(super) fn symbols_matching(session: &mut Session, pattern: &str) -> Vec<Expr> {
    session.note_effect();
    if !pattern.contains(['*', '@']) {
        return vec![session.resolve_name(pattern)];
    }
    let names = names_matching(session, pattern);
    names.iter().map(|name| Expr::symbol(name)).collect()
}

/// Full names of the known symbols that match a text with wildcards, in alphabetical order.
pub(super) fn names_matching(session: &Session, pattern: &str) -> Vec<String> {
    let (context, name) = match pattern.rfind('`') {
        Some(i) => (Some(&pattern[..=i]), &pattern[i + 1..]),
        None => (None, pattern),
    };
    let in_context = |full: &str| match context {
        Some(wanted) => matches_wildcards(wanted, full),
        None => full == "System`" || full == session.context() || session.context_path().iter().any(|c| c == full),
    };
    let matches = |full_name: &String| {
        let split = full_name.rfind('`').map_or(0, |i| i + 1);
        in_context(&full_name[..split]) && matches_wildcards(name, &full_name[split..])
    };
    session.known_names().into_iter().filter(matches).collect()
}

/// Whether a text matches a pattern, in which `*` stands for any characters and `@` for one or more that are no upper
/// case letters.
pub(super) fn matches_wildcards(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to go back to: the last wildcard, and what it has taken so far.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, t));
                p += 1;
                continue;
            }
            Some('@') if !text[t].is_uppercase() => {
                retry = Some((p, t + 1));
                (p, t) = (p + 1, t + 1);
                continue;
            }
            Some(c) if *c == text[t] => {
                (p, t) = (p + 1, t + 1);
                continue;
            }
            _ => {}
        }
        match retry {
            Some((wildcard, taken)) if pattern[wildcard] == '*' || !text[taken].is_uppercase() => {
                retry = Some((wildcard, taken + 1));
                (p, t) = (wildcard + 1, taken + 1);
            }
            _ => return false,
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

/// Whether the definitions of a symbol must not be changed; tells so by the message `wrsym`.
pub(super) fn is_protected(session: &mut Session, function: Sym, symbol: &Expr) -> bool {
    let protected = session.attributes_of(symbol).contains(Attributes::PROTECTED);
    if protected {
        session.message(function, "wrsym", std::slice::from_ref(symbol));
    }
    protected
}

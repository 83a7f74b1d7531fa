//! What `?Name` says, from the records and the session's definitions.

use std::fmt::Write;

use netform::eval::{Function, Session};
use netform::expr::Expr;

/// The answer to `?name`; `*` in the name stands for any characters.
pub(crate) fn about(session: &mut Session, name: &str) -> String {
    if name.contains('*') {
        return matching(session, name);
    }
    let known = |full: String| session.known_names().contains(&full);
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '$' | '`')) {
        return format!("?Name explains a name, and ?Na* lists names; {name:?} is no name.");
    }
    let full_names = candidates(session, name);
    let Some(full_name) = full_names.into_iter().find(|full| known(full.clone())) else {
        return session.about_undefined(name);
    };
    let symbol = Expr::symbol(&full_name);
    match session.function_of(&symbol) {
        Some(function) => of_function(function),
        None => of_symbol(session, &symbol, name),
    }
}

/// The full names that a name may stand for, in the order in which they are looked up.
fn candidates(session: &Session, name: &str) -> Vec<String> {
    if name.contains('`') {
        return vec![name.to_owned()];
    }
    let contexts = ["System`"].into_iter().chain([session.context()]);
    contexts
        .chain(session.context_path().iter().map(String::as_str))
        .map(|context| format!("{context}{name}"))
        .collect()
}

fn of_function(function: &Function) -> String {
    let mut text = function.usage.to_owned();
    let attributes: Vec<&str> = function.attributes.symbols().map(|attribute| attribute.name()).collect();
    if !attributes.is_empty() {
        let _ = write!(text, "\n\nAttributes: {}", attributes.join(", "));
    }
    if !function.options.is_empty() {
        text.push_str("\n\nOptions:");
        for (option, default) in function.options {
            let _ = write!(text, "\n    {option} -> {default}");
        }
    }
    if !function.examples.is_empty() {
        text.push_str("\n\nExamples:");
        for (input, output) in function.examples {
            let _ = write!(text, "\n    {input}\n        {output}");
        }
    }
    text
}

fn of_symbol(session: &mut Session, symbol: &Expr, name: &str) -> String {
    let usage = session.message_text(symbol, "usage");
    let Some(definitions) = session.definitions_of(symbol) else {
        return usage.unwrap_or_else(|| session.about_undefined(name));
    };
    let rules: Vec<(Expr, Expr)> = [&definitions.own, &definitions.down, &definitions.sub, &definitions.up]
        .into_iter()
        .flat_map(|values| values.iter().map(|rule| (rule.left().clone(), rule.right().clone())))
        .collect();
    let printed =
        rules.iter().map(|(left, right)| format!("{} := {}", session.input_form(left), session.input_form(right)));
    let lines: Vec<String> = usage.into_iter().chain(printed).collect();
    if lines.is_empty() { session.about_undefined(name) } else { lines.join("\n\n") }
}

fn matching(session: &Session, pattern: &str) -> String {
    let names: Vec<String> = session
        .known_names()
        .into_iter()
        .map(|full| full.strip_prefix("System`").map(str::to_owned).unwrap_or(full))
        .filter(|name| matches_stars(pattern, name))
        .collect();
    if names.is_empty() { format!("No name fits {pattern}.") } else { in_columns(&names) }
}

/// Whether a name fits a pattern in which `*` stands for any characters.
fn matches_stars(pattern: &str, name: &str) -> bool {
    let pieces: Vec<&str> = pattern.split('*').collect();
    let (Some((first, rest)), true) = (pieces.split_first(), pieces.len() > 1) else { return pattern == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let Some((last, middle)) = rest.split_last() else { return false };
    for piece in middle {
        match name.find(piece) {
            Some(at) => name = &name[at + piece.len()..],
            None => return false,
        }
    }
    name.ends_with(last)
}

fn in_columns(names: &[String]) -> String {
    const WIDTH: usize = 80;
    let column = names.iter().map(String::len).max().unwrap_or_default() + 2;
    let count = (WIDTH / column).max(1);
    let rows = names.chunks(count).map(|row| {
        let cells: String = row.iter().map(|name| format!("{name:column$}")).collect();
        cells.trim_end().to_owned()
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::matches_stars;

    #[test]
    fn stars_stand_for_any_characters() {
        assert!(matches_stars("*Layer", "LinearLayer"));
        assert!(matches_stars("Net*ze", "NetInitialize"));
        assert!(matches_stars("*", ""));
        assert!(!matches_stars("*Layer", "LayerNet"));
        assert!(!matches_stars("Tan", "Tanh"));
    }
}

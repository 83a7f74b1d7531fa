//! What is known of a symbol, as text.

use netform_eval::{Eval, Function, Session};
use netform_expr::pattern::{Rule, RuleKind};
use netform_expr::{Attributes, Expr, NodeSet, Sym, postorder};

use crate::definitions::assignment::Purpose;
use crate::definitions::symbol_arguments::{names_matching, symbol_named};

const MESSAGES: &[(&str, &str)] = &[
    ("sym", "Argument `1` at position `2` is neither a symbol nor the name of one."),
    ("notfound", "Symbol `1` is not known."),
];

pub(super) const DEFINITION: Function = Function {
    name: "Definition",
    usage: "Definition[f] gives the definitions of f as a text that could be entered again.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let Some(symbol) = symbol_named(session, Sym::Definition, &call.arg(0)) else { return Ok(None) };
        session.note_dependence(&symbol);
        Ok(Some(Expr::string(&definition(session, &symbol))))
    }),
    messages: MESSAGES,
    examples: &[("f[x_] := x^2; Definition[f]", "f[x_] := x^2"), ("x = 5; Definition[x]", "x = 5")],
    ..Function::NEW
};

pub(super) const FULL_DEFINITION: Function = Function {
    name: "FullDefinition",
    usage: "FullDefinition[f] gives the definitions of f, and of all symbols that these depend on, as a text that could \
            be entered again.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 1)),
    evaluate: Some(evaluate_full_definition),
    messages: MESSAGES,
    examples: &[("a = 1; f[x_] := a x; FullDefinition[f]", "f[x_] := a*x\n \na = 1")],
    ..Function::NEW
};

fn evaluate_full_definition(session: &mut Session, call: &Expr) -> Eval {
    let Some(symbol) = symbol_named(session, Sym::FullDefinition, &call.arg(0)) else { return Ok(None) };
    session.note_effect();
    let mut known = NodeSet::default();
    known.insert(symbol.clone());
    let mut waiting = std::collections::VecDeque::from([symbol]);
    let mut texts = Vec::new();
    while let Some(symbol) = waiting.pop_front() {
        let text = definition(session, &symbol);
        if !text.is_empty() {
            texts.push(text);
        }
        for used in symbols_used(session, &symbol) {
            if known.insert(used.clone()) {
                waiting.push_back(used);
            }
        }
    }
    Ok(Some(Expr::string(&texts.join("\n \n"))))
}

/// The symbols of the user in the rules of a symbol.
fn symbols_used(session: &Session, symbol: &Expr) -> Vec<Expr> {
    let Some(definitions) = session.definitions_of(symbol) else { return Vec::new() };
    let mut used = Vec::new();
    let rules = PURPOSES.iter().flat_map(|purpose| purpose.of(definitions).iter());
    for side in rules.flat_map(|rule| [rule.left(), rule.right()]) {
        let Ok(()) = postorder::<std::convert::Infallible>(
            side,
            |_| true,
            |node| {
                if node.is_symbol() && session.function_of(node).is_none() {
                    used.push(node.clone());
                }
                Ok(())
            },
        );
    }
    used
}

const PURPOSES: [Purpose; 7] =
    [Purpose::Own, Purpose::Down, Purpose::Sub, Purpose::Up, Purpose::Numeric, Purpose::Default, Purpose::Format];

/// The definitions of a symbol, as text that reads back.
fn definition(session: &mut Session, symbol: &Expr) -> String {
    let attributes = session.attributes_of(symbol);
    let mut statements = Vec::new();
    if attributes != Attributes::NONE {
        let names = Expr::list(attributes.symbols().map(Expr::from));
        statements.push(Expr::call(Sym::Set, [Expr::call(Sym::Attributes, [symbol.clone()]), names]));
    }
    if attributes.contains(Attributes::READ_PROTECTED) {
        return statements.iter().map(|s| session.input_form(s)).collect();
    }
    if let Some(definitions) = session.definitions_of(symbol) {
        for purpose in PURPOSES {
            statements.extend(purpose.of(definitions).iter().map(|rule| statement(symbol, rule, purpose)));
        }
    }
    let options = session.options_of(symbol);
    if !options.is_empty() {
        statements.push(Expr::call(Sym::Set, [Expr::call(Sym::Options, [symbol.clone()]), options]));
    }
    let texts: Vec<String> = statements.iter().map(|s| session.input_form(s)).collect();
    texts.join("\n \n")
}

/// The assignment that makes a rule.
fn statement(symbol: &Expr, rule: &Rule, purpose: Purpose) -> Expr {
    let sides = [rule.left().clone(), rule.right().clone()];
    match (purpose, rule.kind()) {
        (Purpose::Up, RuleKind::Immediate) => Expr::call(Sym::TagSet, [symbol.clone()].into_iter().chain(sides)),
        (Purpose::Up, RuleKind::Delayed) => Expr::call(Sym::TagSetDelayed, [symbol.clone()].into_iter().chain(sides)),
        (_, RuleKind::Immediate) => Expr::call(Sym::Set, sides),
        (_, RuleKind::Delayed) => Expr::call(Sym::SetDelayed, sides),
    }
}

pub(super) const INFORMATION: Function = Function {
    name: "Information",
    usage: "Information[f] or ?f prints what f is and how it is defined, ??f its attributes and options too.\n\
            Information[\"form\"] or ?form prints the names of all symbols that match a text with wildcards. \
            Information[net] summarises a net, Information[net, \"property\"] gives one of its properties.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 2)),
    evaluate: Some(evaluate_information),
    options: &[("LongForm", "True")],
    messages: MESSAGES,
    examples: &[("Information[\"noSuchName*\"]", "Null")],
    ..Function::NEW
};

/// Longer lines are hard to read, and terminals break them within words.
const LINE: usize = 100;

/// The text with its lines broken between words.
fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut current = String::new();
        for word in line.split_inclusive(' ') {
            if !current.is_empty() && current.chars().count() + word.trim_end().chars().count() > LINE {
                lines.push(std::mem::take(&mut current).trim_end().to_string());
            }
            current.push_str(word);
        }
        lines.push(current);
    }
    lines.join("\n")
}

fn evaluate_information(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let subject = &args[0];
    if subject.as_str().is_none() {
        let object = session.evaluate(subject)?;
        if object.is_normal()
            && let Some(information) = session.function_of(object.head()).and_then(|f| f.information)
        {
            let property = args.get(1).map(|property| session.evaluate(property)).transpose()?;
            return information(session, &object, property.as_ref());
        }
    }
    let long = match args.get(1) {
        Some(rule) if rule.has_head(Sym::Rule) && rule.len() == 2 => !rule.arg(1).is(Sym::False),
        Some(_) => return Ok(None),
        None => true,
    };
    session.note_effect();
    if let Some(pattern) = subject.as_str().filter(|text| text.contains(['*', '@'])) {
        let names = names_matching(session, pattern);
        let short: Vec<String> = names.iter().filter_map(|name| session.short_name(&Expr::symbol(name))).collect();
        let text = if short.is_empty() { format!("No symbol matches {pattern}.") } else { short.join("  ") };
        session.host().print(&text);
        return Ok(Some(Sym::Null.into()));
    }
    let Some(symbol) = symbol_named(session, Sym::Information, subject) else { return Ok(None) };
    let mut text = wrapped(&session.message_text(&symbol, "usage").unwrap_or_default());
    if session.function_of(&symbol).is_none() || long {
        let definition = definition(session, &symbol);
        if !text.is_empty() && !definition.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&definition);
    }
    if text.is_empty() {
        let name = session.short_name(&symbol).unwrap_or_default();
        text = session.about_undefined(&name);
    }
    session.host().print(&text);
    Ok(Some(Sym::Null.into()))
}

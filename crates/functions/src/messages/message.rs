//! Messages: showing them, and their texts.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

use crate::definitions::options::is_rule;

const NAME_MESSAGES: &[(&str, &str)] =
    &[("name", "`1` is no name of a message, symbol::tag."), ("str", "The text `1` of a message is no string.")];

pub(super) const MESSAGE: Function = Function {
    name: "Message",
    usage: "Message[symbol::tag, a, b, ...] shows a message, with a, b, ... in the places `1`, `2`, ... of its text.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((1, usize::MAX)),
    evaluate: Some(evaluate_message),
    messages: NAME_MESSAGES,
    examples: &[("f::bad = \"Bad: `1`.\"; Check[Message[f::bad, x], seen]", "seen")],
    ..Function::NEW
};

fn evaluate_message(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some((symbol, tag)) = name_parts(&args[0]) else {
        session.message(Sym::Message, "name", &[args[0].clone()]);
        return Ok(None);
    };
    session.message_of(&symbol, &tag, &args[1..]);
    Ok(Some(Sym::Null.into()))
}

/// Symbol and tag of `symbol::tag`.
pub(super) fn name_parts(name: &Expr) -> Option<(Expr, String)> {
    let parts = name.args_of(Sym::MessageName)?;
    let [symbol, tag, ..] = &parts[..] else { return None };
    let tag = tag.as_str()?.to_owned();
    symbol.is_symbol().then(|| (symbol.clone(), tag))
}

pub(super) const MESSAGE_NAME: Function = Function {
    name: "MessageName",
    usage: "symbol::tag or MessageName[symbol, \"tag\"] is the text of a message, and its name. symbol::tag = \"text\" \
            defines it; the text of symbol::usage is what ?symbol shows.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((2, 3)),
    evaluate: Some(evaluate_message_name),
    assign: Some(assign_message),
    messages: NAME_MESSAGES,
    examples: &[("f::usage = \"f does it.\"; f::usage", "f does it."), ("f::unknown", "f::unknown")],
    ..Function::NEW
};

fn evaluate_message_name(session: &mut Session, call: &Expr) -> Eval {
    let Some((symbol, tag)) = name_parts(call) else { return Ok(None) };
    session.note_dependence(&symbol);
    if let Some(text) = session.definitions_of(&symbol).and_then(|d| d.message(&tag)) {
        return Ok(Some(Expr::string(&text)));
    }
    let of_record = session.function_of(&symbol).and_then(|f| {
        let text = f.messages.iter().find(|(t, _)| *t == tag).map(|(_, text)| *text);
        text.or_else(|| (tag == "usage" && !f.usage.is_empty()).then_some(f.usage))
    });
    Ok(of_record.map(Expr::string))
}

fn assign_message(session: &mut Session, left: &Expr, right: Option<&Expr>) -> Result<bool, Flow> {
    let Some((symbol, tag)) = name_parts(left) else {
        session.message(Sym::Message, "name", std::slice::from_ref(left));
        return Ok(false);
    };
    let text = match right {
        Some(right) => Some(session.evaluate(right)?),
        None => None,
    };
    if let Some(text) = text.as_ref().filter(|text| text.as_str().is_none()) {
        session.message(Sym::Message, "str", std::slice::from_ref(text));
        return Ok(false);
    }
    session.set_message(&symbol, &tag, text);
    Ok(true)
}

pub(super) const MESSAGES: Function = Function {
    name: "Messages",
    usage: "Messages[f] gives the texts of messages that were defined for f. It can be assigned to.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 1)),
    evaluate: Some(evaluate_messages),
    assign: Some(assign_messages),
    messages: &[("rules", "`1` is no list of rules for messages.")],
    examples: &[("f::tag = \"text\"; Messages[f]", "{HoldPattern[f::tag] :> text}")],
    ..Function::NEW
};

fn evaluate_messages(session: &mut Session, call: &Expr) -> Eval {
    let symbol = call.arg(0);
    if !symbol.is_symbol() {
        return Ok(None);
    }
    session.note_dependence(&symbol);
    let messages = session.definitions_of(&symbol).map(|d| d.messages().to_vec()).unwrap_or_default();
    let rules = messages.into_iter().map(|(tag, text)| {
        let name = Expr::call(Sym::MessageName, [symbol.clone(), Expr::string(&tag)]);
        Expr::call(Sym::RuleDelayed, [Expr::call(Sym::HoldPattern, [name]), text])
    });
    Ok(Some(Expr::list(rules.collect::<Vec<_>>())))
}

fn assign_messages(session: &mut Session, left: &Expr, right: Option<&Expr>) -> Result<bool, Flow> {
    let [symbol] = &left.args()[..] else { return Ok(false) };
    if !symbol.is_symbol() {
        return Ok(false);
    }
    let rules = match right {
        Some(right) => session.evaluate(right)?,
        None => Expr::list([]),
    };
    let entry = |rule: &Expr| {
        let left = is_rule(rule).then(|| rule.arg(0))?;
        let name = match left.args_of(Sym::HoldPattern) {
            Some(inner) if inner.len() == 1 => inner[0].clone(),
            _ => left,
        };
        name_parts(&name).filter(|(of, _)| of == symbol).map(|(_, tag)| (tag, rule.arg(1)))
    };
    let entries = rules.is_list().then(|| rules.args().iter().map(entry).collect::<Option<Vec<_>>>()).flatten();
    let Some(entries) = entries else {
        session.message(Sym::MessagesOf, "rules", &[rules]);
        return Ok(false);
    };
    let old: Vec<String> = session
        .definitions_of(symbol)
        .map(|d| d.messages().iter().map(|(tag, _)| tag.clone()).collect())
        .unwrap_or_default();
    old.iter().for_each(|tag| session.set_message(symbol, tag, None));
    entries.into_iter().for_each(|(tag, text)| session.set_message(symbol, &tag, Some(text)));
    Ok(true)
}

pub(super) const MESSAGE_LIST: Function = Function {
    name: "$MessageList",
    usage: "$MessageList is the list of the names of the messages that were shown for the current input.",
    value: Some(|session| {
        session.note_effect();
        let names: Vec<String> = session.emitted_messages().iter().map(|m| m.name.clone()).collect();
        let name = |name: String| {
            let (symbol, tag) = name.split_once("::")?;
            let symbol = session.resolve_name(symbol);
            let name = Expr::call(Sym::MessageName, [symbol, Expr::string(tag)]);
            Some(Expr::call(Sym::HoldForm, [name]))
        };
        let list: Vec<Expr> = names.into_iter().filter_map(name).collect();
        Ok(Some(Expr::list(list)))
    }),
    examples: &[("$MessageList", "{}")],
    ..Function::NEW
};

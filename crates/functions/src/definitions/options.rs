//! Options of functions.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::Pattern;
use netform_expr::{Attributes, Expr, Kind, Sym};

use crate::definitions::symbol_arguments::{is_protected, symbol_named};

const MESSAGES: &[(&str, &str)] = &[
    ("sym", "Argument `1` at position `2` is neither a symbol nor the name of one."),
    ("optnf", "`1` is not a known option of `2`."),
    ("rep", "`1` is no list of rules."),
    ("nodef", "`2` has no option `1`."),
    ("wrsym", "Symbol `1` is Protected."),
];

pub(super) const OPTIONS: Function = Function {
    name: "Options",
    usage: "Options[f] gives the options of f with their defaults, Options[f, name] or Options[f, {names}] some of \
            them.\nOptions[e] gives the options that stand in an expression, for a net those of its application.\n\
            Options[f] = {name -> default, ...} replaces them.",
    arguments: Some((1, 2)),
    evaluate: Some(evaluate_options),
    assign: Some(assign_options),
    messages: MESSAGES,
    examples: &[("Options[f] = {a -> 1, b -> 2}; Options[f, b]", "{b -> 2}"), ("Options[g[x, y, c -> 3]]", "{c -> 3}")],
    ..Function::NEW
};

fn evaluate_options(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let of_object = match args[0].kind() {
        Kind::Normal(head, _) => session.function_of(head).and_then(|record| record.declared_options),
        _ => None,
    };
    let all = match args[0].kind() {
        Kind::Normal(..) if of_object.is_some() => {
            of_object.map_or_else(Vec::new, |options| flat_rules(&options(session, &args[0])))
        }
        Kind::Normal(_, parts) if !args[0].is_list() => {
            let options = parts.iter().rev().take_while(|part| is_options(part));
            let mut rules: Vec<Expr> = options.flat_map(flat_rules).collect();
            rules.reverse();
            rules
        }
        _ => {
            let Some(symbol) = symbol_named(session, Sym::Options, &args[0]) else { return Ok(None) };
            session.note_dependence(&symbol);
            flat_rules(&session.options_of(&symbol))
        }
    };
    let Some(wanted) = args.get(1) else { return Ok(Some(Expr::list(all))) };
    let wanted = if wanted.is_list() { wanted.args().to_vec() } else { vec![wanted.clone()] };
    let mut found = Vec::new();
    for name in wanted {
        match all.iter().find(|rule| is_same_name(&rule.arg(0), &name)) {
            Some(rule) => found.push(rule.clone()),
            None => {
                session.message(Sym::Options, "optnf", &[name, args[0].clone()]);
                return Ok(None);
            }
        }
    }
    Ok(Some(Expr::list(found)))
}

fn assign_options(session: &mut Session, left: &Expr, right: Option<&Expr>) -> Result<bool, Flow> {
    let [argument] = &left.args()[..] else { return Ok(false) };
    let argument = if argument.is_symbol() { argument.clone() } else { session.evaluate(argument)? };
    let Some(symbol) = symbol_named(session, Sym::Options, &argument) else { return Ok(false) };
    if is_protected(session, Sym::Options, &symbol) {
        return Ok(false);
    }
    let rules = match right {
        Some(right) => session.evaluate(right)?,
        None => Expr::list([]),
    };
    if !is_options(&rules) {
        session.message(Sym::Options, "rep", &[rules]);
        return Ok(false);
    }
    let rules = flat_rules(&rules);
    session.set_options(&symbol, Expr::list(rules));
    Ok(true)
}

pub(super) const SET_OPTIONS: Function = Function {
    name: "SetOptions",
    usage: "SetOptions[f, name -> value, ...] changes defaults of options of f, and gives all of them.",
    arguments: Some((1, usize::MAX)),
    evaluate: Some(evaluate_set_options),
    messages: MESSAGES,
    examples: &[("Options[f] = {a -> 1, b -> 2}; SetOptions[f, b -> 7]", "{a -> 1, b -> 7}")],
    ..Function::NEW
};

fn evaluate_set_options(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(symbol) = symbol_named(session, Sym::SetOptions, &args[0]) else { return Ok(None) };
    if let Some(other) = args[1..].iter().find(|arg| !is_options(arg)) {
        session.message(Sym::SetOptions, "rep", std::slice::from_ref(other));
        return Ok(None);
    }
    let mut options = flat_rules(&session.options_of(&symbol));
    for setting in args[1..].iter().flat_map(flat_rules) {
        let name = setting.arg(0);
        match options.iter_mut().find(|rule| is_same_name(&rule.arg(0), &name)) {
            Some(rule) => *rule = Expr::normal(setting.head().clone(), [rule.arg(0), setting.arg(1)]),
            None => {
                session.message(Sym::SetOptions, "optnf", &[name, symbol]);
                return Ok(None);
            }
        }
    }
    let options = Expr::list(options);
    session.set_options(&symbol, options.clone());
    Ok(Some(options))
}

pub(super) const OPTION_VALUE: Function = Function {
    name: "OptionValue",
    usage: "OptionValue[name] on the right side of a rule with OptionsPattern[] is the value of an option in the call.\n\
            OptionValue[f, name] is the default of an option of f.\n\
            OptionValue[f, rules, name] is the value in these rules, or else the default.\n\
            OptionValue[f, rules, name, h] wraps h around the value, unevaluated.\n\
            A list of names gives a list of values; instead of f, a list of functions or rules may stand.",
    attributes: Attributes::HOLD_REST,
    arguments: Some((1, 4)),
    evaluate: Some(evaluate_option_value),
    messages: MESSAGES,
    examples: &[
        ("Options[f] = {a -> 1}; f[OptionsPattern[]] := OptionValue[a]; {f[], f[a -> 5]}", "{1, 5}"),
        ("OptionValue[{a -> 1, b -> 2}, {b -> 3}, {a, b}]", "{1, 3}"),
        ("OptionValue[{\"a\" -> x}, a]", "x"),
    ],
    ..Function::NEW
};

fn evaluate_option_value(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let none = Expr::list([]);
    let (functions, rules, names) = match &args[..] {
        [functions, names] => (functions, &none, names),
        [functions, rules, names] | [functions, rules, names, _] => (functions, rules, names),
        _ => return Ok(None),
    };
    let rules = session.evaluate(rules)?;
    let names = session.evaluate(names)?;
    let wrapper = args.get(3);
    let settings = flat_rules(&rules);
    if !names.is_list() {
        return option_value(session, functions, &settings, &names, wrapper).map(Some);
    }
    let mut values = Vec::with_capacity(names.len());
    for name in names.args().iter() {
        values.push(option_value(session, functions, &settings, name, wrapper)?);
    }
    Ok(Some(Expr::list(values)))
}

fn option_value(
    session: &mut Session,
    functions: &Expr,
    settings: &[Expr],
    name: &Expr,
    wrapper: Option<&Expr>,
) -> Result<Expr, Flow> {
    let defaults = defaults(session, functions);
    let find = |rules: &[Expr]| rules.iter().find(|rule| is_same_name(&rule.arg(0), name)).map(|rule| rule.arg(1));
    let default = find(&defaults);
    if default.is_none() {
        session.message(Sym::OptionValue, "nodef", &[name.clone(), functions.clone()]);
    }
    let value = find(settings).or(default).unwrap_or_else(|| name.clone());
    match wrapper {
        Some(wrapper) => session.evaluate(&Expr::normal(wrapper.clone(), [value])),
        None => session.evaluate(&value),
    }
}

/// The default options of a function, of several, or of a list of rules itself.
fn defaults(session: &mut Session, functions: &Expr) -> Vec<Expr> {
    let mut rules = Vec::new();
    let mut stack = vec![functions.clone()];
    while let Some(e) = stack.pop() {
        if is_rule(&e) {
            rules.push(e);
        } else if e.is_list() {
            stack.extend(e.args().iter().rev().cloned());
        } else if let Some(symbol) = symbol_in_front(&e) {
            session.note_dependence(&symbol);
            rules.extend(flat_rules(&session.options_of(&symbol)));
        }
    }
    rules
}

fn symbol_in_front(e: &Expr) -> Option<Expr> {
    let mut e = e;
    loop {
        match e.kind() {
            Kind::Symbol(_) => return Some(e.clone()),
            Kind::Normal(head, _) => e = head,
            _ => return None,
        }
    }
}

pub(super) const OPTIONS_PATTERN: Function = Function {
    name: "OptionsPattern",
    usage: "OptionsPattern[] in a pattern stands for any number of options, whose values OptionValue gives.\n\
            OptionsPattern[f] takes defaults from the options of f.",
    arguments: Some((0, 1)),
    examples: &[
        ("MatchQ[f[1, a -> 2, {b -> 3}], f[_, OptionsPattern[]]]", "True"),
        ("MatchQ[f[1, 2], f[_, OptionsPattern[]]]", "False"),
    ],
    ..Function::NEW
};

pub(super) const FILTER_RULES: Function = Function {
    name: "FilterRules",
    usage: "FilterRules[rules, form] gives the rules whose left sides match form, or one of several forms, or are left \
            sides of the rules in form.",
    arguments: Some((2, 2)),
    evaluate: Some(evaluate_filter_rules),
    messages: &[("rep", "`1` is no list of rules.")],
    examples: &[
        ("FilterRules[{a -> 1, b -> 2, c -> 3}, {a, c}]", "{a -> 1, c -> 3}"),
        ("Options[f] = {b -> 0}; FilterRules[{a -> 1, b -> 2}, Options[f]]", "{b -> 2}"),
    ],
    ..Function::NEW
};

fn evaluate_filter_rules(session: &mut Session, call: &Expr) -> Eval {
    let (rules, forms) = (call.arg(0), call.arg(1));
    if !is_options(&rules) {
        session.message(Sym::FilterRules, "rep", &[rules]);
        return Ok(None);
    }
    let forms = if forms.is_list() { forms.args().to_vec() } else { vec![forms] };
    let forms: Vec<Expr> = forms.iter().map(|form| if is_rule(form) { form.arg(0) } else { form.clone() }).collect();
    let patterns: Vec<Pattern> = forms.iter().map(Pattern::new).collect();
    let mut kept = Vec::new();
    for rule in flat_rules(&rules) {
        let name = rule.arg(0);
        let mut matches = forms.iter().any(|form| is_same_name(form, &name));
        for pattern in &patterns {
            matches = matches || pattern.is_match(&name, session)?;
        }
        if matches {
            kept.push(rule);
        }
    }
    Ok(Some(Expr::list(kept)))
}

/// Whether this is a rule.
pub(crate) fn is_rule(e: &Expr) -> bool {
    matches!(e.head_sym(), Some(Sym::Rule | Sym::RuleDelayed)) && e.len() == 2
}

/// Whether this is a rule, or a list or association of nothing but rules.
pub(crate) fn is_options(e: &Expr) -> bool {
    let mut stack = vec![e.clone()];
    while let Some(e) = stack.pop() {
        if is_rule(&e) {
            continue;
        }
        if !e.is_list() && !e.has_head(Sym::Association) {
            return false;
        }
        stack.extend(e.args().iter().cloned());
    }
    true
}

/// The rules of a rule, or of nested lists of rules, in order.
pub(crate) fn flat_rules(e: &Expr) -> Vec<Expr> {
    let mut rules = Vec::new();
    let mut stack = vec![e.clone()];
    while let Some(e) = stack.pop() {
        if is_rule(&e) {
            rules.push(e);
        } else if e.is_list() || e.has_head(Sym::Association) {
            stack.extend(e.args().iter().rev().cloned());
        }
    }
    rules
}

/// Whether two expressions name the same option: symbols by their names without contexts, strings
/// as they are.
pub(crate) fn is_same_name(a: &Expr, b: &Expr) -> bool {
    let name = |e: &Expr| e.as_str().map(str::to_owned).or_else(|| e.as_symbol().map(|s| s.name().to_owned()));
    a == b || name(a).is_some_and(|a| name(b) == Some(a))
}

/// The value of an option in the arguments of a call: the first setting, or else the default in the
/// record or in the session.
pub(crate) fn option_setting(session: &mut Session, call: &Expr, from: usize, name: Sym) -> Result<Expr, Flow> {
    let settings: Vec<Expr> = call.args().iter().skip(from).flat_map(flat_rules).collect();
    option_value(session, call.head(), &settings, name.expr(), None)
}

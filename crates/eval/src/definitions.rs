//! Definitions: the values, attributes, messages and options that a session gives to symbols.

use std::sync::Arc;

use netform_expr::pattern::{self, Rule, RuleKind};
use netform_expr::{Attributes, Expr, NodeMap};

use crate::{Eval, Session};

/// The rules of a symbol for one purpose, such as its down-values; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Values(Arc<pattern::Definitions>);

impl Values {
    /// Adds a rule, or replaces the one with the same left side.
    pub fn insert(&mut self, rule: Rule) {
        Arc::make_mut(&mut self.0).define(rule);
    }

    /// Removes the rules with this left side; whether there was one.
    pub fn remove(&mut self, left: &Expr) -> bool {
        Arc::make_mut(&mut self.0).remove(left)
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All rules, in the order in which they are tried.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.rules().into_iter()
    }

    /// The right side of the first rule that fits, with the parts of the expression put in.
    pub(crate) fn apply(&self, e: &Expr, session: &mut Session) -> Eval {
        self.0.apply(e, session)
    }
}

/// What a session knows of one symbol beyond its record.
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    /// The attributes, where they differ from those of the record.
    pub(crate) attributes: Option<Attributes>,
    /// Values of the symbol itself.
    pub own: Values,
    /// Values of calls `f[...]`.
    pub down: Values,
    /// Values of calls `f[...][...]`.
    pub sub: Values,
    /// Values of expressions in which the symbol is an argument.
    pub up: Values,
    /// Values for `N`.
    pub numeric: Values,
    /// Values of `Default[f, ...]`.
    pub default: Values,
    /// Values for printing.
    pub format: Values,
    /// Option settings, as a list of rules.
    pub(crate) options: Option<Expr>,
    messages: Vec<(String, Expr)>,
}

impl Definitions {
    /// The text of a message.
    pub fn message(&self, tag: &str) -> Option<String> {
        self.messages.iter().find(|(t, _)| t == tag).and_then(|(_, text)| text.as_str()).map(str::to_owned)
    }

    /// All messages: tags and texts.
    pub fn messages(&self) -> &[(String, Expr)] {
        &self.messages
    }

    fn is_empty(&self) -> bool {
        let values = [&self.own, &self.down, &self.sub, &self.up, &self.numeric, &self.default, &self.format];
        self.attributes.is_none()
            && values.iter().all(|v| v.is_empty())
            && self.options.is_none()
            && self.messages.is_empty()
    }
}

/// The definitions of all symbols of a session.
#[derive(Default)]
pub(crate) struct DefinitionTable {
    by_symbol: NodeMap<Box<Definitions>>,
    /// Whether any symbol was ever given an up-value: most sessions never pay for looking.
    up_values: bool,
    /// Whether any symbol was ever given a rule for printing.
    format_values: bool,
}

impl DefinitionTable {
    pub(crate) fn get(&self, symbol: &Expr) -> Option<&Definitions> {
        self.by_symbol.get(symbol).map(Box::as_ref)
    }

    pub(crate) fn any_up_values(&self) -> bool {
        self.up_values
    }

    pub(crate) fn any_format_values(&self) -> bool {
        self.format_values
    }
}

/// Local variables are swept out when the table has grown by this many symbols.
const SWEEP_INTERVAL: usize = 1 << 14;

impl Session {
    /// Changes the definitions of a symbol. Everything that depends on them is evaluated anew.
    pub fn change_definitions<T>(&mut self, symbol: &Expr, change: impl FnOnce(&mut Definitions) -> T) -> T {
        self.note_change(symbol);
        let table = &mut self.definitions.by_symbol;
        if !table.contains_key(symbol) && table.len() % SWEEP_INTERVAL == SWEEP_INTERVAL - 1 {
            table.retain(|symbol, d| {
                let temporary = d.attributes.is_some_and(|a| a.contains(Attributes::TEMPORARY));
                !(temporary && symbol.is_unique())
            });
        }
        let definitions = table.entry(symbol.clone()).or_default();
        let result = change(definitions);
        self.definitions.up_values |= !definitions.up.is_empty();
        self.definitions.format_values |= !definitions.format.is_empty();
        if definitions.is_empty() {
            self.definitions.by_symbol.remove(symbol);
        }
        result
    }

    /// The attributes of a symbol; none for other expressions.
    pub fn attributes_of(&self, symbol: &Expr) -> Attributes {
        if let Some(attributes) = self.definitions.get(symbol).and_then(|d| d.attributes) {
            return attributes;
        }
        self.registry.get(symbol).map_or(Attributes::NONE, |f| f.attributes.with(Attributes::PROTECTED))
    }

    /// Replaces the attributes of a symbol.
    pub fn set_attributes(&mut self, symbol: &Expr, attributes: Attributes) {
        let plain = attributes == Attributes::NONE && self.registry.get(symbol).is_none();
        self.change_definitions(symbol, |d| d.attributes = (!plain).then_some(attributes));
    }

    /// Whether the user has given rules for calls of this symbol, or values to it.
    pub fn has_user_rules(&self, symbol: &Expr) -> bool {
        self.definitions.get(symbol).is_some_and(|d| !d.down.is_empty() || !d.own.is_empty() || !d.up.is_empty())
    }

    /// Sets the text of a message, or removes it.
    pub fn set_message(&mut self, symbol: &Expr, tag: &str, text: Option<Expr>) {
        self.change_definitions(symbol, |d| {
            d.messages.retain(|(t, _)| t != tag);
            d.messages.extend(text.map(|text| (tag.to_owned(), text)));
        });
    }

    /// The option settings of a symbol, as a list of rules: the user's, or the record's.
    pub fn options_of(&mut self, symbol: &Expr) -> Expr {
        if let Some(options) = self.definitions.get(symbol).and_then(|d| d.options.clone()) {
            return options;
        }
        let defaults = self.registry.get(symbol).map_or(&[][..], |f| f.options);
        let rules: Vec<Expr> = defaults
            .iter()
            .map(|(name, default)| {
                let left = self.option_name(name);
                let default = self.parse_static(default);
                Expr::rule(left, default)
            })
            .collect();
        Expr::list(rules)
    }

    /// Options whose names are written with quotes in the record are strings, others symbols.
    fn option_name(&mut self, name: &'static str) -> Expr {
        match name.strip_prefix('"') {
            Some(quoted) => Expr::string(quoted.trim_end_matches('"')),
            None => self.resolve_name(name),
        }
    }

    /// Replaces the option settings of a symbol.
    pub fn set_options(&mut self, symbol: &Expr, options: Expr) {
        self.change_definitions(symbol, |d| d.options = Some(options));
    }

    /// Removes all definitions of a symbol; attributes, messages and options too if `everything`.
    pub fn clear_definitions(&mut self, symbol: &Expr, scope: ClearScope) {
        self.change_definitions(symbol, |d| {
            *d = match scope {
                ClearScope::Values => Definitions {
                    attributes: d.attributes,
                    options: d.options.take(),
                    messages: std::mem::take(&mut d.messages),
                    ..Definitions::default()
                },
                ClearScope::Everything => Definitions::default(),
            };
        });
    }

    /// The value of a symbol that was given by `symbol = value`, for scoping constructs to restore.
    pub fn take_own_values(&mut self, symbol: &Expr) -> Values {
        if self.definitions.get(symbol).is_none_or(|d| d.own.is_empty()) {
            return Values::default();
        }
        self.change_definitions(symbol, |d| std::mem::take(&mut d.own))
    }

    /// Puts back what [`Session::take_own_values`] took.
    pub fn restore_own_values(&mut self, symbol: &Expr, values: Values) {
        if values.is_empty() && self.definitions.get(symbol).is_none_or(|d| d.own.is_empty()) {
            return;
        }
        self.change_definitions(symbol, |d| d.own = values);
    }

    /// Gives a symbol a value, as `symbol = value` does, without looking at protection.
    pub fn set_own_value(&mut self, symbol: &Expr, value: Expr) {
        let rule = Rule::new(symbol, &value, RuleKind::Immediate);
        self.change_definitions(symbol, |d| d.own.insert(rule));
    }
}

/// How much [`Session::clear_definitions`] removes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClearScope {
    /// Values only, as `Clear` does.
    Values,
    /// Attributes, options and messages too, as `ClearAll` does.
    Everything,
}

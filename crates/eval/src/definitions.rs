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
pub(crate) struct DefinitionTable {
    by_symbol: NodeMap<Box<Definitions>>,
    /// Whether any symbol was ever given an up-value: most sessions never pay for looking.
    up_values: bool,
    /// Whether any symbol was ever given a rule for printing.
    format_values: bool,
    /// The classes of the symbols that were ever made constants or numeric functions.
    numeric: u64,
    /// The classes of the symbols that were ever given the attribute `NonThreadable`.
    pub(crate) non_threadable: u64,
    /// With so many symbols the local variables that nothing refers to are swept out.
    sweep_at: usize,
}

impl Default for DefinitionTable {
    fn default() -> DefinitionTable {
        let by_symbol = NodeMap::default();
        DefinitionTable {
            by_symbol,
            up_values: false,
            format_values: false,
            numeric: 0,
            non_threadable: 0,
            sweep_at: LEAST_SWEEP,
        }
    }
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

/// A smaller table is not worth a sweep.
const LEAST_SWEEP: usize = 1 << 12;

/// The rules of a local variable without the variable itself, which their left sides are or begin
/// with; so whether anything else refers to it can be seen from its node.
struct DetachedRules {
    own: Vec<(Expr, RuleKind)>,
    down: Vec<(Vec<Expr>, Expr, RuleKind)>,
}

impl DetachedRules {
    /// `None` for definitions of another form, which stay as long as the session.
    fn of(symbol: &Expr, d: &Definitions) -> Option<DetachedRules> {
        let others = [&d.sub, &d.up, &d.numeric, &d.default, &d.format];
        if others.iter().any(|values| !values.is_empty()) || d.options.is_some() || !d.messages.is_empty() {
            return None;
        }
        let own = d.own.iter().map(|rule| (rule.left() == symbol).then(|| (rule.right().clone(), rule.kind())));
        let down = d.down.iter().map(|rule| {
            let arguments = (rule.left().is_normal() && rule.left().head() == symbol).then(|| rule.left().args());
            Some((arguments?.into_owned(), rule.right().clone(), rule.kind()))
        });
        Some(DetachedRules { own: own.collect::<Option<_>>()?, down: down.collect::<Option<_>>()? })
    }

    fn attach(self, symbol: &Expr) -> Definitions {
        let mut definitions = Definitions { attributes: Some(Attributes::TEMPORARY), ..Definitions::default() };
        for (right, kind) in self.own {
            definitions.own.insert(Rule::new(symbol, &right, kind));
        }
        for (arguments, right, kind) in self.down {
            definitions.down.insert(Rule::new(&Expr::normal(symbol.clone(), arguments), &right, kind));
        }
        definitions
    }
}

impl Session {
    /// Changes the definitions of a symbol. Everything that depends on them is evaluated anew.
    pub fn change_definitions<T>(&mut self, symbol: &Expr, change: impl FnOnce(&mut Definitions) -> T) -> T {
        self.note_change(symbol, true);
        self.change_noted(symbol, change)
    }

    /// Changes the values of a symbol, which scopes put back; what else they find changed at their end remains.
    pub fn change_own_values<T>(&mut self, symbol: &Expr, change: impl FnOnce(&mut Values) -> T) -> T {
        self.note_change(symbol, false);
        self.change_noted(symbol, |d| change(&mut d.own))
    }

    fn change_noted<T>(&mut self, symbol: &Expr, change: impl FnOnce(&mut Definitions) -> T) -> T {
        if self.definitions.by_symbol.len() >= self.definitions.sweep_at {
            self.sweep_local_variables();
        }
        let definitions = self.definitions.by_symbol.entry(symbol.clone()).or_default();
        let result = change(definitions);
        self.definitions.up_values |= !definitions.up.is_empty();
        self.definitions.format_values |= !definitions.format.is_empty();
        if definitions.is_empty() {
            self.definitions.by_symbol.remove(symbol);
        }
        result
    }

    /// Removes the definitions of symbols with the attribute `Temporary` that nothing refers to.
    fn sweep_local_variables(&mut self) {
        self.sweep_results();
        let table = &mut self.definitions.by_symbol;
        let temporary: Vec<Expr> =
            table.iter().filter(|(_, d)| d.attributes == Some(Attributes::TEMPORARY)).map(|(e, _)| e.clone()).collect();
        for local in temporary {
            let Some((symbol, definitions)) = table.remove_entry(&local) else { continue };
            drop(local);
            let Some(rules) = DetachedRules::of(&symbol, &definitions) else {
                table.insert(symbol, definitions);
                continue;
            };
            drop(definitions);
            if !symbol.is_unique() {
                let definitions = rules.attach(&symbol);
                table.insert(symbol, Box::new(definitions));
            }
        }
        self.definitions.sweep_at = (2 * table.len()).max(LEAST_SWEEP);
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
        if attributes.intersects(Attributes::CONSTANT.with(Attributes::NUMERIC_FUNCTION)) {
            self.definitions.numeric |= symbol.symbol_classes();
        }
        if attributes.contains(Attributes::NON_THREADABLE) {
            self.definitions.non_threadable |= symbol.symbol_classes();
        }
        self.change_definitions(symbol, |d| d.attributes = (!plain).then_some(attributes));
    }

    /// Whether an expression may be numeric by its symbols: most that are not have a symbol of the
    /// user that was never made a constant or a numeric function.
    pub fn may_be_numeric(&self, e: &Expr) -> bool {
        e.user_classes() & !self.definitions.numeric == 0
    }

    /// Makes a new symbol a local variable, with an initial value if there is a rule for one.
    pub fn define_local(&mut self, symbol: &Expr, value: Option<Rule>) {
        if self.definitions.get(symbol).is_none() {
            self.note_birth(symbol);
        }
        self.change_definitions(symbol, |d| {
            d.attributes = Some(Attributes::TEMPORARY);
            value.into_iter().for_each(|rule| d.own.insert(rule));
        });
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
        self.declared_options(symbol)
    }

    /// Whether the options of a symbol are others than those of the record.
    pub fn has_own_options(&self, symbol: &Expr) -> bool {
        self.definitions.get(symbol).is_some_and(|d| d.options.is_some())
    }

    /// The options with their defaults that the record of a symbol states, as a list of rules.
    pub fn declared_options(&mut self, symbol: &Expr) -> Expr {
        let Some(record) = self.registry.get(symbol) else { return Expr::list([]) };
        if let Some(declared) = record.declared_options {
            return declared(self, symbol);
        }
        let rules: Vec<Expr> = record
            .options
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
        self.change_own_values(symbol, std::mem::take)
    }

    /// Puts back what [`Session::take_own_values`] took.
    pub fn restore_own_values(&mut self, symbol: &Expr, values: Values) {
        if values.is_empty() && self.definitions.get(symbol).is_none_or(|d| d.own.is_empty()) {
            return;
        }
        self.change_own_values(symbol, |own| *own = values);
    }

    /// Gives a symbol a value, as `symbol = value` does, without looking at protection.
    pub fn set_own_value(&mut self, symbol: &Expr, value: Expr) {
        let rule = Rule::new(symbol, &value, RuleKind::Immediate);
        self.change_own_values(symbol, |own| own.insert(rule));
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

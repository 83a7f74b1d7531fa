//! The option settings at the end of a call.

use netform_eval::Session;
use netform_expr::{Expr, Sym};

/// A call taken apart into its arguments by position and its option settings.
pub(crate) struct CallOptions {
    head: Expr,
    /// The arguments without the option settings.
    pub(crate) arguments: Vec<Expr>,
    settings: Vec<(Expr, Expr)>,
}

impl CallOptions {
    /// Takes a call apart whose function has between `least` and `most` arguments by position.
    ///
    /// `None`, after a message, where there are too few or too many of them, or where a setting is
    /// for an option that the function does not have.
    pub(crate) fn split(session: &mut Session, call: &Expr, least: usize, most: usize) -> Option<CallOptions> {
        CallOptions::split_by(session, call, least, most, false)
    }

    /// As [`CallOptions::split`], for a function none of whose arguments behind the first `least` can be a rule: all rules
    /// there are settings.
    pub(crate) fn split_rules(session: &mut Session, call: &Expr, least: usize, most: usize) -> Option<CallOptions> {
        CallOptions::split_by(session, call, least, most, true)
    }

    fn split_by(session: &mut Session, call: &Expr, least: usize, most: usize, all_rules: bool) -> Option<CallOptions> {
        let head = call.head().clone();
        let mut arguments = call.args().to_vec();
        let known = session.options_of(&head);
        let mut settings = Vec::new();
        while arguments.len() > least {
            let Some(last) = arguments.last() else { break };
            let Some(found) = settings_in(last) else { break };
            let unknown = found.iter().find(|(name, _)| lookup(&known, name).is_none());
            if let Some((name, _)) = unknown {
                if arguments.len() <= most && !all_rules {
                    break;
                }
                session.message_of(&head, "optx", &[name.clone(), call.clone()]);
                return None;
            }
            settings.splice(0..0, found);
            arguments.pop();
        }
        if !(least..=most).contains(&arguments.len()) {
            session.message_argument_count(&Expr::normal(head, arguments), least, most);
            return None;
        }
        Some(CallOptions { head, arguments, settings })
    }

    /// The setting of an option: the call's, or the default of the function.
    pub(crate) fn get(&self, session: &mut Session, option: Sym) -> Expr {
        let given = self.settings.iter().find(|(name, _)| name.is(option) || name.as_str() == Some(option.name()));
        if let Some((_, value)) = given {
            return value.clone();
        }
        let defaults = session.options_of(&self.head);
        lookup(&defaults, option.expr()).unwrap_or_else(|| Sym::Automatic.into())
    }
}

/// The settings that an argument consists of: a rule for a name, or a list of such rules.
fn settings_in(argument: &Expr) -> Option<Vec<(Expr, Expr)>> {
    if argument.is_list() && !argument.is_empty() && argument.as_array().is_none() {
        let nested: Option<Vec<_>> = argument.args().iter().map(settings_in).collect();
        return Some(nested?.into_iter().flatten().collect());
    }
    let is_setting = matches!(argument.head_sym(), Some(Sym::Rule | Sym::RuleDelayed)) && argument.len() == 2;
    let name = is_setting.then(|| argument.arg(0))?;
    (name.is_symbol() || name.as_str().is_some()).then(|| vec![(name, argument.arg(1))])
}

/// The setting for a name, which may be written as a string, in a list of rules.
fn lookup(rules: &Expr, name: &Expr) -> Option<Expr> {
    let same = |left: &Expr| {
        left == name
            || match (left.as_str(), name.as_symbol(), left.as_symbol(), name.as_str()) {
                (Some(text), Some(symbol), _, _) | (_, _, Some(symbol), Some(text)) => symbol.name() == text,
                _ => false,
            }
    };
    rules.args().iter().find(|rule| rule.len() == 2 && same(&rule.arg(0))).map(|rule| rule.arg(1))
}

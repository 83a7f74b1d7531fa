//! What the options of `NetSimplify` say.

use netform_eval::Session;
use netform_expr::{Expr, Sym};

use super::rules::{DROP_IDENTITY, DROP_UNUSED, FOLD_CONSTANTS, RULES};

/// What the options say.
pub(super) struct Settings {
    /// The names of the rules; all if there are none.
    pub(super) rules: Option<Vec<String>>,
    pub(super) inputs: Vec<(Expr, Expr)>,
    pub(super) threshold: Option<Expr>,
}

impl Settings {
    pub(super) fn uses(&self, name: &str) -> bool {
        self.rules.as_ref().is_none_or(|rules| rules.iter().any(|rule| rule == name))
    }
}

/// The settings by the options; `None` after a message.
pub(super) fn settings(session: &mut Session, options: &[(String, Expr)]) -> Option<Settings> {
    let mut settings = Settings { rules: None, inputs: Vec::new(), threshold: None };
    let mut names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    names.extend([DROP_IDENTITY, FOLD_CONSTANTS, DROP_UNUSED]);
    names.dedup();
    for (name, value) in options {
        let expected = match name.as_str() {
            "Rules" if value.is(Sym::All) => None,
            "Rules" => {
                let list = if value.is_list() { value.args().into_owned() } else { vec![value.clone()] };
                let chosen: Option<Vec<String>> = list
                    .iter()
                    .map(|name| name.as_str().filter(|name| names.contains(name)).map(str::to_owned))
                    .collect();
                let is_wrong = chosen.is_none();
                settings.rules = chosen;
                is_wrong.then(|| format!("All or a list of rules is expected; the rules are {}", names.join(", ")))
            }
            "Inputs" if value.has_head(Sym::Association) || value.is_list() => {
                settings.inputs = value.args().iter().map(|rule| (rule.arg(0), rule.arg(1))).collect();
                let is_rule = |rule: &Expr| rule.has_head(Sym::Rule) && rule.len() == 2;
                (!value.args().iter().all(is_rule)).then(|| "rules name -> value are expected".to_owned())
            }
            "Inputs" => Some("an association of inputs and their values is expected".to_owned()),
            "Threshold" if value.is_integer(0) => None,
            "Threshold" => {
                settings.threshold = Some(value.clone());
                let positive = value.as_number().is_some_and(|number| !number.is_negative());
                (!positive).then(|| "a non-negative number is expected".to_owned())
            }
            _ => {
                session.message(Sym::General, "optx", &[Expr::string(name), Sym::NetSimplify.into()]);
                return None;
            }
        };
        if let Some(expected) = expected {
            let args = [Expr::string(name), value.clone(), Expr::string(&expected)];
            session.message(Sym::NetSimplify, "optval", &args);
            return None;
        }
    }
    Some(settings)
}

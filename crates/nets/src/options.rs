//! Options and their defaults: of the constructor of a layer, which its record states, of the application of a net, and of
//! net functions; and what `SetOptions` has changed of them.

use netform_eval::Session;
use netform_expr::{Expr, Sym};
use netform_layers::PortKind;

use crate::multipliers;
use crate::read::{layer_of, split_options};

/// The options of an application: each with its default, and the values that it takes, in words.
pub(crate) const APPLICATION: &[(&str, &str, &str)] = &[
    ("BatchSize", "Automatic", "Automatic or a positive integer"),
    ("GradientCheckpointing", "None", "None, Automatic or a positive number of steps"),
    ("NetEvaluationMode", "\"Test\"", "\"Test\" or \"Train\""),
    ("RandomSeeding", "Inherited", "Inherited, Automatic, an integer or a string"),
    ("TargetDevice", "\"CPU\"", "\"CPU\", the only device on which nets are computed,"),
    (
        "WorkingPrecision",
        "Automatic",
        "Automatic, \"Real64\", \"Real32\", Infinity or a number of digits, but not \"Real16\" or \"Mixed\", as no half-precision \
         numbers are computed with,",
    ),
];

/// What `Options` says of a constructor or container: the options of a symbol, those of an application for a net.
pub(crate) fn options(session: &mut Session, e: &Expr) -> Expr {
    if e.is_symbol() {
        return constructor_options(session, e);
    }
    let rule = |(name, default, _): &(&'static str, &'static str, &'static str)| {
        Expr::rule(session.resolve_name(name), session.parse_static(default))
    };
    Expr::list(APPLICATION.iter().map(rule).collect::<Vec<_>>())
}

/// The options of a constructor with their defaults, in alphabetical order: parameters, arrays, the shapes of ports that have
/// fixed names, and how fast arrays learn.
fn constructor_options(session: &mut Session, symbol: &Expr) -> Expr {
    let Some(layer) = layer_of(session, symbol) else {
        let ports = ["Input", "Output"].map(|port| Expr::rule(Expr::string(port), Sym::Automatic.into()));
        let [input, output] = ports;
        return Expr::list([input, learning_rates(session), output]);
    };
    let mut options: Vec<(&'static str, Expr)> = Vec::new();
    if !layer.arrays.is_empty() || !layer.nets.is_empty() {
        options.push((multipliers::OPTION, learning_rates(session)));
    }
    for option in layer.options {
        let default = option.default.map_or_else(|| Sym::Automatic.into(), |text| session.parse_static(text));
        let name = if option.is_symbol() { session.resolve_name(option.name) } else { Expr::string(option.name) };
        options.push((option.name, Expr::rule(name, default)));
    }
    let ports = layer.ports().filter(|port| !matches!(port.kind, PortKind::Several(_))).map(|port| port.name);
    for name in layer.arrays.iter().map(|array| array.name).chain(ports) {
        options.push((name, Expr::rule(Expr::string(name), Sym::Automatic.into())));
    }
    options.sort_by_key(|(name, _)| *name);
    Expr::list(options.into_iter().map(|(_, rule)| rule).collect::<Vec<_>>())
}

/// The option for how fast arrays learn, with its default.
fn learning_rates(session: &mut Session) -> Expr {
    Expr::rule(session.resolve_name(multipliers::OPTION), Sym::Automatic.into())
}

/// A constructor with the options written down whose defaults `SetOptions` has changed and which it does not give;
/// `None` if there are none.
pub(crate) fn with_changed_defaults(session: &mut Session, call: &Expr) -> Option<Expr> {
    let changed = changed_defaults(session, call.head());
    if changed.is_empty() {
        return None;
    }
    let args = call.args();
    let given = split_options(&args).1;
    let missing = changed.iter().filter(|rule| {
        let name = split_options(std::slice::from_ref(*rule)).1;
        name.iter().all(|(name, _)| given.iter().all(|(other, _)| other != name))
    });
    let missing: Vec<Expr> = missing.cloned().collect();
    (!missing.is_empty()).then(|| Expr::normal(call.head().clone(), args.iter().cloned().chain(missing)))
}

/// The arguments of a call of a net function, and its options: after those that `SetOptions` has changed those that the
/// call gives, which replace them.
pub(crate) fn split_call(session: &mut Session, call: &Expr) -> (Vec<Expr>, Vec<(String, Expr)>) {
    let args = call.args();
    let (positional, given) = split_options(&args);
    let mut options = split_options(&changed_defaults(session, call.head())).1;
    options.extend(given);
    (positional.to_vec(), options)
}

/// The rules for options whose defaults are others than those of the record.
fn changed_defaults(session: &mut Session, symbol: &Expr) -> Vec<Expr> {
    if !session.has_own_options(symbol) {
        return Vec::new();
    }
    session.note_dependence(symbol);
    let declared = session.declared_options(symbol);
    let all = session.options_of(symbol);
    all.args().iter().filter(|rule| !declared.args().contains(rule)).cloned().collect()
}

//! The arguments of an application `net[data, ports, options]`.

use netform_expr::{Expr, Kind, Sym};

use crate::net::Net;
use crate::options::APPLICATION;
use crate::read::split_options;

/// The arguments in their places: data first, with lists for pairs, then ports, then options.
pub(crate) fn arranged(net: &Net, args: Vec<Expr>) -> Vec<Expr> {
    with_pairs(net, with_options_last(net, args))
}

/// The arguments of an application and its options. A rule behind the data is no option if it is one from an output to a
/// property.
pub(crate) fn split_arguments<'a>(net: &Net, args: &'a [Expr]) -> (&'a [Expr], Vec<(String, Expr)>) {
    match args {
        [_, rule, options @ ..] if asks_for_property(net, rule) => (&args[..2], split_options(options).1),
        _ => split_options(args),
    }
}

/// Whether a rule is one from an output to a property of its decoder.
fn asks_for_property(net: &Net, rule: &Expr) -> bool {
    rule.has_head(Sym::Rule) && net.outputs.iter().any(|port| rule.arg(0).as_str() == Some(&*port.name))
}

/// The arguments, those that are options behind the others; data is the first one.
fn with_options_last(net: &Net, mut args: Vec<Expr>) -> Vec<Expr> {
    let is_option = |e: &Expr| e.has_head(Sym::Rule) || e.has_head(Sym::RuleDelayed);
    if args.len() > 2 && !is_option(&args[0]) && !asks_for_property(net, &args[1]) {
        args[1..].sort_by_key(is_option);
    }
    args
}

/// The arguments with lists in the place of `a -> b`, which gives a net of two inputs its data, or of a list of such rules.
fn with_pairs(net: &Net, mut args: Vec<Expr>) -> Vec<Expr> {
    let is_option = |key: &Expr| {
        let name = key.as_str().or_else(|| key.as_symbol().map(|symbol| symbol.name()));
        name.is_some_and(|name| APPLICATION.iter().any(|(option, ..)| *option == name))
    };
    let is_pair = |e: &Expr| e.has_head(Sym::Rule) && e.len() == 2 && !is_option(&e.arg(0));
    let is_open = matches!(net.leaves.as_slice(), [leaf] if leaf.open && leaf.layer.parameter("InputPorts").is_some());
    if !is_open && net.inputs.iter().filter(|port| !port.optional).count() != 2 {
        return args;
    }
    let Some(data) = args.first_mut() else { return args };
    if is_pair(data) && !asks_for_property(net, data) {
        *data = Expr::list([data.arg(0), data.arg(1)]);
    } else if data.is_list() && !data.is_empty() && data.args().iter().all(is_pair) {
        let column = |i: usize| Expr::list(data.args().iter().map(|pair| pair.arg(i)).collect::<Vec<_>>());
        *data = Expr::list([column(0), column(1)]);
    }
    args
}

/// Data with the lists of numeric arrays, which may be all of it, that for a port, or an example.
pub(crate) fn as_lists(data: &Expr) -> Expr {
    let is_numeric = |e: &Expr| e.has_head(Sym::NumericArray) && !e.is_empty();
    match data.kind() {
        Kind::Normal(..) if is_numeric(data) => data.arg(0),
        Kind::Normal(_, rules) if data.has_head(Sym::Association) => {
            let rule = |rule: &Expr| {
                if rule.len() == 2 { Expr::rule(rule.arg(0), as_lists(&rule.arg(1))) } else { rule.clone() }
            };
            Expr::call(Sym::Association, rules.iter().map(rule).collect::<Vec<_>>())
        }
        Kind::Normal(_, items) if data.is_list() && items.iter().any(is_numeric) => {
            Expr::list(items.iter().map(as_lists).collect::<Vec<_>>())
        }
        _ => data.clone(),
    }
}

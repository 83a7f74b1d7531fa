//! Changes of a net's expression: settings of layers by path.

use netform_expr::{Expr, Sym};

use crate::read::chain_members;

/// The net with a setting of the layer at a path changed, or set for the first time.
pub(crate) fn set(net: &Expr, path: &[Expr], name: &str, value: &Expr) -> Expr {
    match path.split_first() {
        None => set_option(net, name, value),
        Some((key, rest)) => with_member(net, key, |member| set(member, rest, name, value)),
    }
}

/// The net with the part at a path replaced.
pub(crate) fn replace(net: &Expr, path: &[Expr], value: &Expr) -> Expr {
    match path.split_first() {
        None => value.clone(),
        Some((key, rest)) => with_member(net, key, |member| replace(member, rest, value)),
    }
}

/// The part of a net at a path.
pub(crate) fn member(net: &Expr, path: &[Expr]) -> Option<Expr> {
    let mut here = net.clone();
    for key in path {
        let members = here.args().first().and_then(chain_members)?;
        here = members.into_iter().find(|(k, _)| k == key)?.1;
    }
    Some(here)
}

fn with_member(net: &Expr, key: &Expr, change: impl FnOnce(&Expr) -> Expr) -> Expr {
    let args = net.args();
    let Some(members) = args.first().and_then(chain_members) else { return net.clone() };
    let mut change = Some(change);
    let changed = members.into_iter().map(|(k, member)| {
        let member =
            if k == *key { change.take().map_or_else(|| member.clone(), |change| change(&member)) } else { member };
        (k, member)
    });
    let list = if args[0].is_list() {
        Expr::list(changed.map(|(_, member)| member).collect::<Vec<_>>())
    } else {
        Expr::call(Sym::Association, changed.map(|(k, member)| Expr::rule(k, member)).collect::<Vec<_>>())
    };
    Expr::normal(net.head().clone(), [list].into_iter().chain(args[1..].iter().cloned()))
}

fn set_option(layer: &Expr, name: &str, value: &Expr) -> Expr {
    let is_it = |e: &Expr| {
        let key = |k: &Expr| k.as_str() == Some(name) || k.as_symbol().is_some_and(|s| s.name() == name);
        e.has_head(Sym::Rule) && key(&e.arg(0))
    };
    let mut args: Vec<Expr> = layer.args().into_owned();
    match args.iter().position(is_it) {
        Some(i) => args[i] = Expr::rule(args[i].arg(0), value.clone()),
        None => args.push(Expr::rule(Expr::string(name), value.clone())),
    }
    Expr::normal(layer.head().clone(), args)
}

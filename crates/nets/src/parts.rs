//! The nets that a net consists of: members of chains and graphs, and arguments that are nets.

use netform_eval::Session;
use netform_expr::{Expr, NodeMap, Sym};
use netform_layers::{Layer, NetRecord};

use crate::extract::value_of;
use crate::function_arrays::{nets_in, with_nets};
use crate::net::{ArrayValue, Leaf, Name};
use crate::read::{layer_of, split_options};
use crate::shared;
use crate::shorthand::shorthand;

/// A part that is a net: the key by which users reach it, and its expression.
pub(crate) type Part = (Expr, Expr);

/// Whether an expression is a chain or a graph.
pub(crate) fn is_container(e: &Expr) -> bool {
    e.has_head(Sym::NetChain) || e.has_head(Sym::NetGraph)
}

/// The members of a list or association with their keys: numbers or names.
pub(crate) fn members(list: &Expr) -> Option<Vec<Part>> {
    if list.is_list() {
        return Some((1..).map(Expr::integer).zip(list.args().iter().cloned()).collect());
    }
    if list.has_head(Sym::Association) {
        return list.args().iter().map(|rule| rule.has_head(Sym::Rule).then(|| (rule.arg(0), rule.arg(1)))).collect();
    }
    None
}

/// The parts of a net that are nets: the members of a container, the nets that are arguments of a
/// layer, given or by default.
pub(crate) fn parts(session: &mut Session, net: &Expr) -> Option<Vec<Part>> {
    if is_container(net) {
        return net.args().first().and_then(members);
    }
    let layer = layer_of(session, net.head()).filter(|layer| net.is_normal() && !layer.nets.is_empty())?;
    let mut parts = Vec::with_capacity(layer.nets.len());
    for record in layer.nets {
        let argument = given_argument(layer, net, record).or_else(|| {
            let argument = layer.arguments.iter().find(|argument| argument.name == record.argument)?;
            argument.default.map(|text| session.parse_static(text))
        });
        let found = argument.and_then(|argument| nets_of_argument(session, record, &argument)).unwrap_or_default();
        parts.extend(found.into_iter().map(|(name, part)| (Expr::string(&name), named_net(session, record, &part))));
    }
    Some(parts)
}

/// The parts of a net that are written in it.
pub(crate) fn written_parts(session: &mut Session, net: &Expr) -> Option<Vec<Part>> {
    if is_container(net) {
        return net.args().first().and_then(members);
    }
    let layer = layer_of(session, net.head()).filter(|layer| net.is_normal() && !layer.nets.is_empty())?;
    let of_record = |record: &'static NetRecord| {
        let found =
            given_argument(layer, net, record).and_then(|argument| nets_of_argument(session, record, &argument));
        // Where nets have names, a string is one of them.
        let written = found
            .unwrap_or_default()
            .into_iter()
            .filter(|(_, part)| record.named.is_empty() || part.as_str().is_none());
        written.map(|(name, part)| (Expr::string(&name), part))
    };
    Some(layer.nets.iter().flat_map(of_record).collect())
}

/// The argument of a layer that holds a net.
fn given_argument(layer: &Layer, net: &Expr, record: &NetRecord) -> Option<Expr> {
    let place = layer.arguments.iter().position(|argument| argument.name == record.argument)?;
    let args = net.args();
    split_options(&args).0.get(place).cloned()
}

/// The nets in an argument that a record means, with the names by which users reach them: one, or one by one those of a
/// list. `None` if the argument has no such nets.
pub(crate) fn nets_of_argument(
    session: &mut Session,
    record: &NetRecord,
    argument: &Expr,
) -> Option<Vec<(Name, Expr)>> {
    if let Some(written) = record.written {
        return Some(nets_in(session, argument, written));
    }
    if record.each {
        let numbered = |(i, net): (usize, &Expr)| (Name::from(format!("{}{}", record.name, i + 1)), net.clone());
        let nets = argument.is_list().then(|| argument.args().iter().enumerate().map(numbered).collect::<Vec<_>>());
        return nets.filter(|nets| !nets.is_empty());
    }
    let net = match record.part {
        Some(part) if argument.is_list() => argument.args().get(part).cloned()?,
        _ => argument.clone(),
    };
    Some(vec![(record.name.into(), net)])
}

/// The record of the net that users reach by a name, and its place in a list of nets.
fn record_of_name(layer: &'static Layer, name: &str) -> Option<(&'static NetRecord, Option<usize>)> {
    layer.nets.iter().find_map(|record| {
        if !record.each {
            return (record.name == name).then_some((record, record.part));
        }
        let number: usize = name.strip_prefix(record.name)?.parse().ok()?;
        number.checked_sub(1).map(|place| (record, Some(place)))
    })
}

/// The net that an argument is: one that has a name there, or what stands for a layer in a chain.
pub(crate) fn named_net(session: &mut Session, record: &NetRecord, argument: &Expr) -> Expr {
    let text = argument.as_str().and_then(|name| record.named.iter().find(|(known, _)| *known == name));
    match text {
        Some((_, text)) => session.parse_static(text),
        None => shorthand(session, argument).unwrap_or_else(|| argument.clone()),
    }
}

/// The net with other parts under some of its keys.
pub(crate) fn with_parts(session: &mut Session, net: &Expr, parts: Vec<Part>) -> Expr {
    let mut args = net.args().into_owned();
    if is_container(net) {
        args[0] = if args[0].is_list() {
            Expr::list(parts.into_iter().map(|(_, member)| member))
        } else {
            Expr::call(Sym::Association, parts.into_iter().map(|(key, member)| Expr::rule(key, member)))
        };
        return Expr::normal(net.head().clone(), args);
    }
    let Some(layer) = layer_of(session, net.head()) else { return net.clone() };
    let written_in = layer.nets.iter().find(|record| record.written.is_some()).map(|record| record.argument);
    if let Some(place) = layer.arguments.iter().position(|argument| Some(argument.name) == written_in) {
        if place >= args.len() {
            return net.clone();
        }
        // A limit that ends the evaluation of dimensions leaves the array as it is.
        args[place] = with_nets(session, &args[place], &parts).unwrap_or_else(|_| args[place].clone());
        return Expr::normal(net.head().clone(), args);
    }
    for (key, part) in parts {
        let Some((record, item)) = key.as_str().and_then(|name| record_of_name(layer, name)) else { continue };
        let Some(place) = layer.arguments.iter().position(|argument| argument.name == record.argument) else {
            continue;
        };
        // A net that is there by default is written behind the arguments before it.
        let given = split_options(&args).0.len();
        for missing in layer.arguments.iter().take(place + 1).skip(given) {
            let default = missing.default.map_or_else(|| Sym::Automatic.into(), |text| session.parse_static(text));
            let at = split_options(&args).0.len();
            args.insert(at, default);
        }
        let argument = &mut args[place];
        *argument = match item {
            None => part,
            Some(index) => {
                let count = layer.nets.iter().filter(|other| other.argument == record.argument).count();
                let mut list =
                    if argument.is_list() { argument.args().into_owned() } else { vec![argument.clone(); count] };
                if let Some(item) = list.get_mut(index) {
                    *item = part;
                }
                Expr::list(list)
            }
        };
    }
    Expr::normal(net.head().clone(), args)
}

/// The part at a path.
pub(crate) fn member(session: &mut Session, net: &Expr, path: &[Expr]) -> Option<Expr> {
    let mut here = net.clone();
    for key in path {
        here = parts(session, &here)?.into_iter().find(|(k, _)| k == key)?.1;
    }
    Some(here)
}

/// The net with a setting of the layer at a path changed, or set for the first time.
pub(crate) fn set(session: &mut Session, net: &Expr, path: &[Expr], name: &str, value: &Expr) -> Expr {
    change(session, net, path, &mut |session, part| set_option(session, part, name, value))
}

/// A setting of the layer at a path.
pub(crate) struct Setting {
    pub(crate) path: Vec<Expr>,
    pub(crate) name: String,
    pub(crate) value: Expr,
}

impl Setting {
    /// That an array of a layer is this one; of an array that layers share, its value.
    pub(crate) fn of_array(leaf: &Leaf, name: &str, value: &ArrayValue) -> Setting {
        let value = match leaf.shared_name(name) {
            Some(shared) => shared::written(shared, value),
            None => value_of(value),
        };
        Setting { path: leaf.path.clone(), name: name.to_owned(), value }
    }
}

/// The net with many settings changed, in their order. Each layer and container is built once.
pub(crate) fn set_all(session: &mut Session, net: &Expr, settings: &[Setting]) -> Expr {
    let all = settings.iter().map(|setting| (setting.path.as_slice(), setting)).collect();
    set_below(session, net, all)
}

/// The same for settings whose paths begin at this net; nets nest to a limited depth.
fn set_below(session: &mut Session, net: &Expr, settings: Vec<(&[Expr], &Setting)>) -> Expr {
    let mut whole = net.clone();
    let mut inside: NodeMap<Vec<(&[Expr], &Setting)>> = NodeMap::default();
    for (path, setting) in settings {
        match path.split_first() {
            None => whole = set_option(session, &whole, &setting.name, &setting.value),
            Some((key, rest)) => inside.entry(key.clone()).or_default().push((rest, setting)),
        }
    }
    if inside.is_empty() {
        return whole;
    }
    let Some(parts) = parts(session, &whole) else { return whole };
    let container = is_container(&whole);
    let mut changed = Vec::with_capacity(parts.len());
    for (key, part) in parts {
        match inside.remove(&key) {
            Some(settings) => changed.push((key, set_below(session, &part, settings))),
            // Nets that are there by default are written down where they change only.
            None if container => changed.push((key, part)),
            None => {}
        }
    }
    with_parts(session, &whole, changed)
}

/// The net with the part at a path replaced.
pub(crate) fn replace(session: &mut Session, net: &Expr, path: &[Expr], value: &Expr) -> Expr {
    change(session, net, path, &mut |_, _| value.clone())
}

/// The net with the part at a path changed.
pub(crate) fn change(
    session: &mut Session,
    net: &Expr,
    path: &[Expr],
    by: &mut dyn FnMut(&mut Session, &Expr) -> Expr,
) -> Expr {
    // From the whole to the part, and back again with the changed parts.
    let mut above = Vec::with_capacity(path.len());
    let mut here = net.clone();
    for key in path {
        let Some(parts) = parts(session, &here) else { return net.clone() };
        let Some(place) = parts.iter().position(|(k, _)| k == key) else { return net.clone() };
        let next = parts[place].1.clone();
        above.push((here, parts, place));
        here = next;
    }
    let mut changed = by(session, &here);
    while let Some((whole, mut parts, place)) = above.pop() {
        parts[place].1 = changed;
        let changed_parts = if is_container(&whole) { parts } else { vec![parts.swap_remove(place)] };
        changed = with_parts(session, &whole, changed_parts);
    }
    changed
}

/// The layer with a setting changed: an argument in its place, if all before it are given, else an option.
fn set_option(session: &mut Session, layer: &Expr, name: &str, value: &Expr) -> Expr {
    let mut args: Vec<Expr> = layer.args().into_owned();
    let positional = split_options(&args).0.len();
    let record = layer_of(session, layer.head());
    let parameter = record.and_then(|record| record.parameter_of_key(name).filter(|_| record.array(name).is_none()));
    let argument = record
        .zip(parameter)
        .and_then(|(record, parameter)| record.arguments.iter().position(|argument| argument.name == parameter.name));
    let key = record.zip(parameter).map_or_else(|| name.to_owned(), |(record, parameter)| record.key(parameter));
    let is_it = |e: &Expr| {
        let is_name = |text: &str| text == name || text == key || parameter.is_some_and(|p| p.name == text);
        e.has_head(Sym::Rule)
            && (e.arg(0).as_str().is_some_and(is_name) || e.arg(0).as_symbol().is_some_and(|s| is_name(s.name())))
    };
    match (args.iter().position(is_it), argument) {
        (_, Some(place)) if place < positional => args[place] = value.clone(),
        (Some(i), _) => args[i] = Expr::rule(args[i].arg(0), value.clone()),
        (None, Some(place)) if place == positional => args.insert(place, value.clone()),
        _ => args.push(Expr::rule(Expr::string(&key), value.clone())),
    }
    Expr::normal(layer.head().clone(), args)
}

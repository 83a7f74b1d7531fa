//! Chains and graphs taken apart and put together: parts taken, dropped, joined, renamed, replaced.

pub(crate) mod connections;
mod container;
mod flatten;
mod rename;
mod taking;

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, NodeSet, Sym};

use crate::diagnostic::instead;
use crate::extract::view;
use crate::parts::{Part, is_container, parts, with_parts};
use crate::read::{read, split_options};
use crate::resolve::resolve;
use crate::shorthand::shorthand;
use container::Container;
pub(crate) use flatten::flat_graph;
use flatten::flatten;
use rename::rename;
pub(crate) use taking::without;
use taking::{delete, part_of};

/// All records of this subject.
pub(crate) const FUNCTIONS: [&Function; 10] = [
    &NET_APPEND,
    &NET_DELETE,
    &NET_DROP,
    &NET_FLATTEN,
    &NET_INSERT,
    &NET_JOIN,
    &NET_PREPEND,
    &NET_RENAME,
    &NET_REPLACE,
    &NET_TAKE,
];

const MESSAGES: &[(&str, &str)] = &[
    ("arg1", "The first argument, `1`, is not a net."),
    ("container", "`1` is neither a chain nor a graph."),
    ("nopart", "`1` has no part `2`; it has `3`"),
    ("chain", "`1` is no chain: there is no place before or behind a layer."),
    ("spec", "`1` does not say which layers: a key, a number of layers, or a pair of keys is expected."),
    ("count", "`1` has only `3` layers, but `2` are asked for."),
    ("empty", "No layer would be left."),
    ("names", "The name `1` would occur twice."),
    ("portrule", "`1` is no rule for the shape of a port such as \"Input\" -> 3."),
];

const NET_TAKE: Function = Function {
    name: "NetTake",
    usage: "NetTake[chain, n] takes the first n layers, NetTake[chain, -n] the last n, NetTake[chain, {a, b}] those from a to b, \
            which are numbers or names; NetTake[chain, \"name\"] those up to the one of this name. Of a graph, \
            NetTake[graph, b] takes the layers on which b depends, and NetTake[graph, {a, b}] those of them that \
            depend on a. Rules such as \"Input\" -> shape that follow set the shapes of ports of what is left.",
    arguments: Some((2, usize::MAX)),
    evaluate: Some(|session, call| part_of(session, call, Sym::NetTake, true)),
    messages: MESSAGES,
    examples: &[
        ("NetTake[NetChain[{Tanh, Sin, Cos}], 2]", "NetChain[{ElementwiseLayer[Tanh], ElementwiseLayer[Sin]}]"),
        ("NetTake[NetChain[{Tanh, Sin, Cos}], {2, 3}][{x}]", "{Cos[Sin[x]]}"),
    ],
    ..Function::NEW
};

const NET_DROP: Function = Function {
    name: "NetDrop",
    usage: "NetDrop[chain, n] drops the first n layers, NetDrop[chain, -n] the last n, NetDrop[chain, {a, b}] those from a \
            to b. Of a graph, NetDrop drops what NetTake takes. Rules such as \"Input\" -> shape that follow set the shapes of \
            ports of what is left.",
    arguments: Some((2, usize::MAX)),
    evaluate: Some(|session, call| part_of(session, call, Sym::NetDrop, false)),
    messages: MESSAGES,
    examples: &[("NetDrop[NetChain[{Tanh, Sin, Cos}], -1][{x}]", "{Sin[Tanh[x]]}")],
    ..Function::NEW
};

const NET_APPEND: Function = Function {
    name: "NetAppend",
    usage: "NetAppend[net, layer] puts a layer behind a chain, or makes a chain of the net and the layer. \
            NetAppend[net, \"name\" -> layer] names it; NetAppend[net, {layer1, ...}] appends several.",
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| add(session, call, Sym::NetAppend, Some)),
    messages: MESSAGES,
    examples: &[("NetAppend[NetChain[{Tanh}], Sin]", "NetChain[{ElementwiseLayer[Tanh], ElementwiseLayer[Sin]}]")],
    ..Function::NEW
};

const NET_PREPEND: Function = Function {
    name: "NetPrepend",
    usage: "NetPrepend[net, layer] puts a layer before a chain, or makes a chain of the layer and the net. \
            NetPrepend[net, \"name\" -> layer] names it; NetPrepend[net, {layer1, ...}] prepends several.",
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| add(session, call, Sym::NetPrepend, |_| Some(0))),
    messages: MESSAGES,
    examples: &[("NetPrepend[NetChain[{Tanh}], Sin][{x}]", "{Tanh[Sin[x]]}")],
    ..Function::NEW
};

const NET_INSERT: Function = Function {
    name: "NetInsert",
    usage: "NetInsert[chain, layer, n] inserts a layer, which is then at place n; a negative n counts from the end. \
            NetInsert[chain, layer, \"name\"] inserts it before the layer of this name.",
    arguments: Some((3, 3)),
    evaluate: Some(insert),
    messages: MESSAGES,
    examples: &[("NetInsert[NetChain[{Tanh, Cos}], Sin, 2][{x}]", "{Cos[Sin[Tanh[x]]]}")],
    ..Function::NEW
};

const NET_DELETE: Function = Function {
    name: "NetDelete",
    usage: "NetDelete[net, key] deletes a layer of a chain, or a layer of a graph with its edges. NetDelete[net, {key1, ...}] \
            deletes several.",
    arguments: Some((2, 2)),
    evaluate: Some(delete),
    messages: MESSAGES,
    examples: &[("NetDelete[NetChain[{Tanh, Sin, Cos}], 2][{x}]", "{Cos[Tanh[x]]}")],
    ..Function::NEW
};

const NET_JOIN: Function = Function {
    name: "NetJoin",
    usage: "NetJoin[net1, net2, ...] is the chain of the layers of all chains; other nets, and what stands for a layer in a \
            chain, are one layer each.",
    arguments: Some((1, usize::MAX)),
    evaluate: Some(join),
    messages: MESSAGES,
    examples: &[("NetJoin[NetChain[{Tanh}], NetChain[{Sin, Cos}]][{x}]", "{Cos[Sin[Tanh[x]]]}")],
    ..Function::NEW
};

const NET_FLATTEN: Function = Function {
    name: "NetFlatten",
    usage: "NetFlatten[net] brings the layers of chains and graphs inside of a chain or graph to its level, also in the nets of \
            operators. \
            NetFlatten[net, n] does so to the depth n.",
    arguments: Some((1, 2)),
    evaluate: Some(flatten),
    messages: MESSAGES,
    examples: &[(
        "NetFlatten[NetChain[{Tanh, {Sin, Cos}}]]",
        "NetChain[{ElementwiseLayer[Tanh], ElementwiseLayer[Sin], ElementwiseLayer[Cos]}]",
    )],
    ..Function::NEW
};

const NET_RENAME: Function = Function {
    name: "NetRename",
    usage: "NetRename[net, key -> \"name\"] gives a layer of a chain or graph another name; NetRename[net, {key1 -> name1, ...}] \
            several of them. A path {key1, key2, ...} reaches a layer inside of another one.",
    arguments: Some((2, 2)),
    evaluate: Some(rename),
    messages: MESSAGES,
    examples: &[(
        "NetRename[NetChain[<|\"a\" -> Tanh|>], \"a\" -> \"b\"]",
        "NetChain[<|b -> ElementwiseLayer[Tanh]|>]",
    )],
    ..Function::NEW
};

const NET_REPLACE: Function = Function {
    name: "NetReplace",
    usage: "NetReplace[net, pattern -> layer] replaces all layers and inner nets that match the pattern; NetReplace[net, {rule1, ...}] \
            by the first rule that applies. Nothing in the place of a layer deletes it, as NetDelete does.",
    arguments: Some((2, 2)),
    evaluate: Some(replace),
    messages: MESSAGES,
    examples: &[(
        "NetReplace[NetChain[{Tanh, {Sin, Tanh}}], ElementwiseLayer[Tanh] -> Cos][{x}]",
        "{Cos[Sin[Cos[x]]]}",
    )],
    ..Function::NEW
};

fn failed() -> Expr {
    Sym::Failed.into()
}

/// The message that a container has no part of this key.
fn no_part(session: &mut Session, function: Sym, container: &Container, key: &Expr) {
    let keys: Vec<String> = container.parts.iter().map(|(key, _)| session.output_form(key)).collect();
    let known = instead(&session.output_form(key), &keys);
    session.message(function, "nopart", &[container.head.clone(), key.clone(), Expr::string(&known)]);
}

/// The layers that an argument says: one, or a list or association of them, with names.
fn layers(session: &mut Session, argument: &Expr) -> Vec<(Option<Expr>, Expr)> {
    let items = if argument.has_head(Sym::Association) || argument.is_list() {
        argument.args().into_owned()
    } else {
        vec![argument.clone()]
    };
    let layer = |item: Expr| {
        let (name, layer) = if item.has_head(Sym::Rule) { (Some(item.arg(0)), item.arg(1)) } else { (None, item) };
        (name, shorthand(session, &layer).unwrap_or(layer))
    };
    items.into_iter().map(layer).collect()
}

/// The net with layers in a chain before the one at a place.
fn with_layers(session: &mut Session, function: Sym, net: &Expr, argument: &Expr, place: usize) -> Result<Expr, Flow> {
    let mut chain = if net.has_head(Sym::NetChain) {
        Container::read(net)
    } else {
        Container {
            head: Sym::NetChain.into(),
            parts: vec![(Expr::integer(1), net.clone())],
            named: false,
            edges: Vec::new(),
            options: Vec::new(),
        }
    };
    let before = chain.parts.len();
    let place = place.min(before);
    let added = layers(session, argument);
    let named = chain.named || added.iter().any(|(name, _)| name.is_some());
    // What was said of a port that is one within the chain now is said of its layer.
    for (name, is_inside, inside) in [("Input", place == 0, 0), ("Output", place == before, before.wrapping_sub(1))] {
        let option = chain.options.iter().position(|option| option.arg(0).as_str() == Some(name));
        if let Some(option) = option.filter(|_| is_inside) {
            let option = chain.options.remove(option);
            state_port(session, chain.parts.get_mut(inside), Some(option))?;
        }
    }
    // Layers without a name are called by their places.
    let free = |name: Option<Expr>, number: usize| name.unwrap_or_else(|| Expr::string(&number.to_string()));
    let mut parts: Vec<(Option<Expr>, Expr)> =
        chain.parts.into_iter().map(|(key, part)| (chain.named.then_some(key), part)).collect();
    parts.splice(place..place, added);
    chain.parts = parts.into_iter().enumerate().map(|(i, (name, part))| (free(name, i + 1), part)).collect();
    chain.named = named;
    if let Some(twice) = repeated(&chain.parts).filter(|_| named) {
        session.message(function, "names", &[twice]);
        return Ok(failed());
    }
    let chain = chain.to_expr();
    // Shapes that do not fit are told.
    Ok(if view(session, function, &chain)?.is_some() { chain } else { failed() })
}

pub(super) fn repeated(parts: &[Part]) -> Option<Expr> {
    let mut seen = NodeSet::default();
    parts.iter().find(|(key, _)| !seen.insert(key.clone())).map(|(key, _)| key.clone())
}

/// `NetAppend` and `NetPrepend`; the place follows from the number of layers.
fn add(session: &mut Session, call: &Expr, function: Sym, place: fn(usize) -> Option<usize>) -> Eval {
    let net = call.arg(0);
    if view(session, function, &net)?.is_none() {
        return Ok(Some(failed()));
    }
    let count = if net.has_head(Sym::NetChain) { Container::read(&net).parts.len() } else { 1 };
    with_layers(session, function, &net, &call.arg(1), place(count).unwrap_or(count)).map(Some)
}

fn insert(session: &mut Session, call: &Expr) -> Eval {
    let [net, layer, spec] = [call.arg(0), call.arg(1), call.arg(2)];
    let Some(container) = Container::of(session, Sym::NetInsert, &net)? else { return Ok(Some(failed())) };
    let count = container.parts.len() as i64;
    let place = match spec.as_i64() {
        Some(n) if n > 0 && n <= count + 1 => Some(n - 1),
        Some(n) if n < 0 && -n <= count + 1 => Some(count + 1 + n),
        Some(_) => None,
        None => resolve(&container.parts, &spec).map(|place| place as i64),
    };
    let Some(place) = place.filter(|_| container.is_chain()) else {
        if container.is_chain() {
            no_part(session, Sym::NetInsert, &container, &spec);
        } else {
            session.message(Sym::NetInsert, "chain", std::slice::from_ref(&container.head));
        }
        return Ok(Some(failed()));
    };
    with_layers(session, Sym::NetInsert, &net, &layer, place as usize).map(Some)
}

fn join(session: &mut Session, call: &Expr) -> Eval {
    let nets = call.args();
    let mut all: Vec<(Option<Expr>, Expr)> = Vec::new();
    let mut options = [None, None];
    for (i, net) in nets.iter().enumerate() {
        let net = &shorthand(session, net).unwrap_or_else(|| net.clone());
        if view(session, Sym::NetJoin, net)?.is_none() {
            return Ok(Some(failed()));
        }
        if !net.has_head(Sym::NetChain) {
            all.push((None, net.clone()));
            continue;
        }
        let mut chain = Container::read(net);
        let option = |name: &str| chain.options.iter().find(|option| option.arg(0).as_str() == Some(name)).cloned();
        let [input, output] = ["Input", "Output"].map(option);
        let count = chain.parts.len();
        match i {
            0 => options[0] = input,
            // Between two nets a shape is that of a layer.
            _ => state_port(session, chain.parts.first_mut(), input)?,
        }
        match count {
            _ if i + 1 == nets.len() => options[1] = output,
            _ => state_port(session, chain.parts.last_mut(), output)?,
        }
        all.extend(chain.parts.into_iter().map(|(key, part)| (chain.named.then_some(key), part)));
    }
    let names: Option<Vec<Part>> = all.iter().map(|(name, part)| Some((name.clone()?, part.clone()))).collect();
    let named = names.filter(|parts| repeated(parts).is_none());
    let joined = Container {
        head: Sym::NetChain.into(),
        named: named.is_some(),
        parts: named.unwrap_or_else(|| all.into_iter().map(|(_, part)| (Sym::Null.into(), part)).collect()),
        edges: Vec::new(),
        options: options.into_iter().flatten().collect(),
    };
    let joined = joined.to_expr();
    // Shapes that do not fit are told.
    Ok(Some(if view(session, Sym::NetJoin, &joined)?.is_some() { joined } else { failed() }))
}

/// Gives a port of a layer what a chain said of its own port of the same name, unless the layer says something itself.
fn state_port(session: &mut Session, part: Option<&mut Part>, option: Option<Expr>) -> Result<(), Flow> {
    let (Some((_, layer)), Some(option)) = (part, option) else { return Ok(()) };
    let Some(name) = option.arg(0).as_str().map(str::to_owned) else { return Ok(()) };
    let is_stated = split_options(&layer.args()).1.iter().any(|(other, _)| *other == name);
    let Ok(net) = read(session, layer)? else { return Ok(()) };
    if !is_stated && net.inputs.iter().chain(&net.outputs).any(|port| *port.name == *name) {
        *layer = Expr::normal(layer.head().clone(), layer.args().iter().cloned().chain([option]));
    }
    Ok(())
}

fn replace(session: &mut Session, call: &Expr) -> Eval {
    let [net, rules] = [call.arg(0), call.arg(1)];
    if view(session, Sym::NetReplace, &net)?.is_none() {
        return Ok(Some(failed()));
    }
    replaced(session, &net, &rules).map(Some)
}

/// A net with the parts that match a rule replaced; nets nest to a limited depth.
fn replaced(session: &mut Session, net: &Expr, rules: &Expr) -> Result<Expr, Flow> {
    let new = session.evaluate_call(Sym::Replace, [net.clone(), rules.clone()])?;
    if new != *net {
        return Ok(shorthand(session, &new).unwrap_or(new));
    }
    let Some(inside) = parts(session, net) else { return Ok(net.clone()) };
    let mut changed = Vec::new();
    let container = is_container(net);
    let mut kept = Vec::with_capacity(inside.len());
    for (key, part) in inside {
        let new = replaced(session, &part, rules)?;
        kept.push(!(container && new.is(Sym::Nothing)));
        let new = if new.is(Sym::Nothing) && container { part.clone() } else { new };
        // Arguments that are nets by default are written down where they change only.
        if container || new != part {
            changed.push((key, new));
        }
    }
    let changed = with_parts(session, net, changed);
    if kept.contains(&false) {
        return Ok(without(session, Sym::NetReplace, &changed, &kept)?.unwrap_or_else(failed));
    }
    Ok(changed)
}

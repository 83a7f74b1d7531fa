//! The function records of layers, containers and net functions.

use netform_eval::{Eval, Function, Registry, Session};
use netform_expr::{Expr, Sym};
use netform_layers::Layer;
use netform_layers::library::LAYERS;

use crate::diagnostic::MESSAGES;
use crate::read::{chain_members, is_net, know_layer, read};
use crate::{Fault, apply, equations, extract, information, initialize, replace};

/// Adds all layers, containers and net functions to a registry.
pub fn register(registry: &mut Registry) {
    for function in &LAYER_FUNCTIONS {
        registry.register(&[function]);
    }
    registry.register(&[
        &NET_CHAIN,
        &initialize::NET_INITIALIZE,
        &extract::NET_EXTRACT,
        &replace::NET_REPLACE_PART,
        &equations::NET_EQUATIONS,
    ]);
}

/// The symbol of a layer's constructor: of the system for those of the library, else in the context ``Global` ``
/// unless the record names another.
pub fn layer_symbol(layer: &Layer) -> Expr {
    Expr::symbol(&full_name(layer))
}

fn full_name(layer: &Layer) -> String {
    if layer.name.contains('`') {
        return layer.name.to_owned();
    }
    let context = if LAYERS.iter().any(|known| known.name == layer.name) { "System`" } else { "Global`" };
    format!("{context}{}", layer.name)
}

/// Adds a layer that is not one of the library to a registry. Every session with this registry
/// must be given the layer by [`add_layer`] too.
///
/// # Panics
/// If the name is taken.
pub fn register_layer(registry: &mut Registry, layer: &'static Layer) {
    // Records are never freed: nodes, sessions and threads hold them without counting.
    let name: &'static str = Box::leak(full_name(layer).into_boxed_str());
    let function: &'static Function = Box::leak(Box::new(Function { name, ..function_of(layer) }));
    registry.register(&[function]);
}

/// Makes a session read calls of a registered layer as nets; see [`register_layer`].
pub fn add_layer(session: &mut Session, layer: &'static Layer) {
    know_layer(session, layer_symbol(layer), layer);
}

static LAYER_FUNCTIONS: [Function; LAYERS.len()] = {
    let mut functions = [Function::NEW; LAYERS.len()];
    let mut i = 0;
    while i < LAYERS.len() {
        functions[i] = function_of(LAYERS[i]);
        i += 1;
    }
    functions
};

/// The record of a layer's constructor.
const fn function_of(layer: &'static Layer) -> Function {
    Function {
        name: layer.name,
        usage: layer.usage,
        evaluate: Some(construct),
        apply: Some(apply::apply),
        information: Some(information::information),
        messages: MESSAGES,
        examples: layer.examples,
        ..Function::NEW
    }
}

const NET_CHAIN: Function = Function {
    name: "NetChain",
    usage: "NetChain[{layer1, layer2, ...}] is a net in which each layer takes its input from the one before. \
            NetChain[<|name1 -> layer1, ...|>] names the layers. A number stands for a LinearLayer of that size, a \
            function or the name of one such as \"ReLU\" for an ElementwiseLayer, a list for a chain. The options \"Input\" and \"Output\" give shapes.",
    evaluate: Some(construct_chain),
    apply: Some(apply::apply),
    information: Some(information::information),
    messages: MESSAGES,
    examples: &[
        ("NetChain[{Tanh, SummationLayer[]}][{x, y}]", "Tanh[x] + Tanh[y]"),
        ("NetChain[{2, Ramp}]", "NetChain[{LinearLayer[2], ElementwiseLayer[Ramp]}]"),
    ],
    ..Function::NEW
};

/// A constructor stays as it is if it is valid, and is `$Failed` after messages otherwise.
fn construct(session: &mut Session, call: &Expr) -> Eval {
    Ok(match read(session, call)? {
        Ok(net) if net.faults.is_empty() => None,
        Ok(net) => Some(Fault::fail(session, &net.faults)),
        Err(faults) => Some(Fault::fail(session, &faults)),
    })
}

/// Shorthands become layers; then as [`construct`].
fn construct_chain(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(members) = args.first().and_then(chain_members) else { return construct(session, call) };
    let mut changed = false;
    let mut layers = Vec::with_capacity(members.len());
    for (key, member) in members {
        if member.is(Sym::Failed) {
            return Ok(Some(member));
        }
        let layer = match shorthand(session, &member) {
            Some(layer) => {
                changed = true;
                layer
            }
            None => member,
        };
        layers.push((key, layer));
    }
    if !changed {
        return construct(session, call);
    }
    let members = if args[0].is_list() {
        Expr::list(layers.into_iter().map(|(_, layer)| layer))
    } else {
        Expr::call(Sym::Association, layers.into_iter().map(|(key, layer)| Expr::rule(key, layer)))
    };
    Ok(Some(Expr::call(Sym::NetChain, [members].into_iter().chain(args[1..].iter().cloned()))))
}

/// The layer that a number, function or list stands for.
fn shorthand(session: &mut Session, member: &Expr) -> Option<Expr> {
    if is_net(session, member) {
        return None;
    }
    if member.is_list() && !member.args().iter().all(Expr::is_number) {
        return Some(Expr::call(Sym::NetChain, [member.clone()]));
    }
    if member.is_list() || member.as_i64().is_some_and(|n| n > 0) {
        return Some(Expr::call(Sym::LinearLayer, [member.clone()]));
    }
    let is_function = member.has_head(Sym::Function)
        || member.as_str().is_some()
        || member.is_symbol() && session.has_user_rules(member)
        || session.function_of(member).is_some_and(|f| f.real.is_some());
    is_function.then(|| Expr::call(Sym::ElementwiseLayer, [member.clone()]))
}

//! The function records of layers, containers and net functions.

use netform_compile::Compiler;
use netform_eval::{Eval, Flow, Function, Registry, Session};
use netform_expr::{Attributes, Expr, NodeSet, Sym};
use netform_layers::Layer;
use netform_layers::library::LAYERS;

use crate::diagnostic::MESSAGES;
use crate::net::ArrayValue;
use crate::parts::{Part, Setting, is_container, members, set_all, with_parts, written_parts};
use crate::read::{is_net, know_layer, layer_of, read, split_options};
use crate::shorthand::shorthand;
use crate::{
    Fault, absent, apply, check, coder, equations, extract, information, initialize, measurements, multipliers,
    object_parts, obsolete, optimizer, options, program, replace, shared, simplify, states, surgery, unfold, words,
};

/// Adds all layers, containers and net functions to a registry.
pub fn register(registry: &mut Registry) {
    for function in &LAYER_FUNCTIONS {
        registry.register(&[function]);
    }
    registry.register(&[
        &NET_CHAIN,
        &NET_GRAPH,
        &NET_PORT,
        &NET_PORT_GRADIENT,
        &initialize::NET_INITIALIZE,
        &extract::NET_EXTRACT,
        &replace::NET_REPLACE_PART,
        &equations::NET_EQUATIONS,
        &check::NET_CHECK,
        &measurements::NET_MEASUREMENTS,
        &equations::NET_FROM_EQUATIONS,
        &simplify::NET_SIMPLIFY,
        &simplify::NET_LINEAR_REGIONS,
    ]);
    registry.register(&[&shared::NET_ARRAY, &shared::NET_INSERT_SHARED_ARRAYS]);
    registry.register(&[&states::NET_STATE_OBJECT, &unfold::NET_UNFOLD]);
    registry.register(&surgery::FUNCTIONS);
    registry.register(&coder::FUNCTIONS);
    registry.register(&[&optimizer::NET_OPTIMIZER]);
    registry.register(&obsolete::FUNCTIONS);
    registry.register(&absent::FUNCTIONS);
    registry.register(&words::FUNCTIONS);
    registry.offer(Compiler {
        compile: program::compile,
        define: program::define,
        differentiate: program::differentiate,
    });
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
        // Sizes and names are no quantities.
        attributes: Attributes::N_HOLD_ALL,
        evaluate: Some(if layer.nets.is_empty() { construct } else { construct_of_parts }),
        apply: Some(apply::apply),
        information: Some(information::information),
        normal: Some(extract::normal),
        parts: Some(object_parts::PARTS),
        numeric: Some(numeric),
        declared_options: Some(options::options),
        messages: MESSAGES,
        examples: layer.examples,
        ..Function::NEW
    }
}

const NET_CHAIN: Function = Function {
    name: "NetChain",
    usage: "NetChain[{layer1, layer2, ...}] is a net in which each layer takes its input from the one before. \
            NetChain[<|name1 -> layer1, ...|>] names the layers. A number stands for a LinearLayer of that size, a \
            function or the name of one such as \"ReLU\" for an ElementwiseLayer, a list for a chain. The options \
            \"Input\" and \"Output\" give shapes.",
    attributes: Attributes::N_HOLD_ALL,
    evaluate: Some(construct_of_parts),
    apply: Some(apply::apply),
    information: Some(information::information),
    normal: Some(extract::normal),
    parts: Some(object_parts::PARTS),
    numeric: Some(numeric),
    declared_options: Some(options::options),
    messages: MESSAGES,
    examples: &[
        ("NetChain[{Tanh, SummationLayer[]}][{x, y}]", "Tanh[x] + Tanh[y]"),
        ("NetChain[{2, Ramp}]", "NetChain[{LinearLayer[2], ElementwiseLayer[Ramp]}]"),
    ],
    ..Function::NEW
};

const NET_GRAPH: Function = Function {
    name: "NetGraph",
    usage: "NetGraph[{layer1, layer2, ...}, {1 -> 2, {1, 2} -> 3, ...}] is a net in which an edge a -> b gives what comes \
            out of layer a to layer b; NetGraph[<|name1 -> layer1, ...|>, {name1 -> name2, ...}] names the layers. \
            NetPort[\"name\"] stands for an input or output of the graph, NetPort[{layer, \"port\"}] for a port of a \
            layer, a -> b -> c for two edges, a -> None for an output that is no result. Inputs and outputs \
            without edges are those of the graph. A number, function or list stands for a layer as in NetChain, a \
            function of several numbers such as Plus for a ThreadingLayer. NetGraph[net] is a layer or chain as a graph.",
    attributes: Attributes::N_HOLD_ALL,
    evaluate: Some(construct_graph),
    apply: Some(apply::apply),
    information: Some(information::information),
    normal: Some(extract::normal),
    parts: Some(object_parts::PARTS),
    numeric: Some(numeric),
    declared_options: Some(options::options),
    messages: MESSAGES,
    examples: &[
        (
            "NetGraph[{Tanh, Ramp, Plus}, {{1, 2} -> 3}][<|\"Input1\" -> {x}, \"Input2\" -> {y}|>]",
            "{Ramp[y] + Tanh[x]}",
        ),
        ("NetGraph[{Tanh, Times}, {NetPort[\"x\"] -> 1, {1, NetPort[\"x\"]} -> 2}][{x, y}]", "{x Tanh[x], y Tanh[y]}"),
        ("NetGraph[NetChain[{2, Ramp}]]", "NetGraph[{LinearLayer[2], ElementwiseLayer[Ramp]}, {1 -> 2}]"),
    ],
    ..Function::NEW
};

const NET_PORT: Function = Function {
    name: "NetPort",
    usage: "NetPort[\"name\"] is a port of a net; NetPort[{layer, ..., \"name\"}] is a port of a layer in it. It stands in the \
            edges of a NetGraph, and net[data, NetPort[...]] gives the value at a port.",
    examples: &[("ElementwiseLayer[Tanh][{x}, NetPort[\"Output\"]]", "{Tanh[x]}")],
    ..Function::NEW
};

const NET_PORT_GRADIENT: Function = Function {
    name: "NetPortGradient",
    usage: "net[data, NetPortGradient[\"port\"]] is the gradient of the net's output by an input, and net[data, \
            NetPortGradient[{layer, ..., \"array\"}]] that by an array of a layer; for an output that is an array it is the \
            gradient of the sum of its elements. With <|..., NetPortGradient[\"Output\"] -> c|> as data it is the gradient \
            of the sum of c times the output. NetPortGradient[port, n] is the derivative of order n, NetPortGradient[port1, \
            port2, ...] a mixed one, whose levels are those of the ports one after the other; among them \"Output\" stands for \
            the cotangent c, so that NetPortGradient[\"Output\", \"Input\"] is the Jacobian and NetPortGradient[\"Output\", \
            \"Input\", 2] the Hessian of each element. For a batch those by arrays only are summed. With \
            \"GradientCheckpointing\" -> Automatic or a number of steps the states of recurrences are stored before segments of \
            so many steps, and computed once more inside.",
    examples: &[
        ("ElementwiseLayer[Tanh][{x}, NetPortGradient[\"Input\"]]", "{Sech[x]^2}"),
        ("ElementwiseLayer[#^2 &][{1., 2.}, NetPortGradient[\"Output\", \"Input\"]]", "{{2., 0.}, {0., 4.}}"),
        (
            "LinearLayer[1, \"Weights\" -> {{a, b}}, \"Biases\" -> {c}][{x, y}, NetPortGradient[\"Weights\"]]",
            "{{x, y}}",
        ),
    ],
    ..Function::NEW
};

/// A constructor without the options that are Automatic, as if they were not given, so that equal nets are one node; None if
/// there are none. An option that is given again is left: it replaces the first.
fn without_automatic(session: &mut Session, call: &Expr) -> Option<Expr> {
    let args = call.args();
    let (positional, options) = split_options(&args);
    let layer = layer_of(session, call.head());
    let is_left_out = |(name, value): &(String, Expr)| {
        let parameter = layer.and_then(|layer| layer.parameter(name));
        value.is(Sym::Automatic)
            && parameter.is_none_or(|parameter| parameter.default == Some("Automatic"))
            && options.iter().filter(|(other, _)| other == name).count() == 1
    };
    if !options.iter().any(is_left_out) {
        return None;
    }
    let rules = args[positional.len()..].iter().zip(&options);
    let kept = rules.filter(|(_, option)| !is_left_out(option)).map(|(rule, _)| rule.clone());
    Some(Expr::normal(call.head().clone(), positional.iter().cloned().chain(kept)))
}

/// A constructor stays as it is if it is valid, but for [`without_automatic`] and defaults that were changed, and is
/// `$Failed` after messages otherwise.
fn construct(session: &mut Session, call: &Expr) -> Eval {
    if is_pattern(session, call) {
        return Ok(None);
    }
    if let Some(complete) = options::with_changed_defaults(session, call) {
        return Ok(Some(complete));
    }
    Ok(match read(session, call)? {
        Ok(net) if net.faults.is_empty() => without_automatic(session, call),
        Ok(net) => Some(Fault::fail(session, &net.faults)),
        Err(faults) => Some(Fault::fail(session, &faults)),
    })
}

/// A net with numeric arrays: what else is in it, such as a size, is no quantity.
fn numeric(session: &mut Session, net: &Expr, digits: Option<f64>) -> Eval {
    let Ok(view) = read(session, net)? else { return Ok(None) };
    let mut settings = Vec::new();
    for leaf in &view.leaves {
        for (name, value) in &leaf.arrays {
            let ArrayValue::Given(array) = value else { continue };
            let arguments = [array.clone()].into_iter().chain(digits.map(Expr::real));
            let numeric = session.evaluate(&Expr::call(Sym::N, arguments.collect::<Vec<_>>()))?;
            if numeric == *array {
                continue;
            }
            settings.push(Setting::of_array(leaf, name, &ArrayValue::Given(numeric)));
        }
    }
    Ok((!settings.is_empty()).then(|| set_all(session, net, &settings)))
}

/// Whether a key is this name, as a symbol or a text.
fn is_named(key: &Expr, name: &str) -> bool {
    key.as_str() == Some(name) || key.as_symbol().is_some_and(|symbol| symbol.name() == name)
}

/// Whether a constructor is a pattern for nets, such as `LinearLayer[n_, ___]`: patterns stand for arguments, values of options,
/// or members; what stands in functions belongs to them.
pub(crate) fn is_pattern(session: &mut Session, call: &Expr) -> bool {
    let mut open = vec![call.clone()];
    let mut seen = NodeSet::default();
    while let Some(e) = open.pop() {
        match e.head_sym() {
            Some(
                Sym::Blank
                | Sym::BlankSequence
                | Sym::BlankNullSequence
                | Sym::Pattern
                | Sym::PatternTest
                | Sym::Alternatives
                | Sym::Except
                | Sym::HoldPattern
                | Sym::Optional
                | Sym::OptionsPattern,
            ) => return true,
            // Its keys are patterns for layers and arrays.
            Some(Sym::Rule) if is_named(&e.arg(0), multipliers::OPTION) => continue,
            Some(Sym::List | Sym::Rule | Sym::Association) => {}
            _ if is_net(session, &e) => {}
            _ => continue,
        }
        if e.as_array().is_none() && seen.insert(e.clone()) {
            open.extend(e.args().iter().filter(|part| !part.is_atom()).cloned());
        }
    }
    false
}

/// Shorthands become layers; then as [`construct`].
fn construct_of_parts(session: &mut Session, call: &Expr) -> Eval {
    if is_pattern(session, call) {
        return Ok(None);
    }
    let Some(parts) = written_parts(session, call) else { return construct(session, call) };
    if parts.iter().any(|(_, part)| part.is(Sym::Failed)) {
        return tell_failed(session, call, parts).map(Some);
    }
    let mut layers = Vec::with_capacity(parts.len());
    for (key, part) in parts {
        let layer = shorthand(session, &part).unwrap_or(part);
        // Arrays stand in a function, which holds them.
        let layer = if layer.has_head(Sym::NetArrayLayer) { session.evaluate(&layer)? } else { layer };
        if layer.is(Sym::Failed) {
            return Ok(Some(layer));
        }
        layers.push((key, layer));
    }
    let whole = with_parts(session, call, layers);
    if whole == *call { construct(session, call) } else { Ok(Some(whole)) }
}

/// Tells which parts of a net could not be made, and what else is wrong with a chain, whatever they are.
fn tell_failed(session: &mut Session, call: &Expr, parts: Vec<Part>) -> Result<Expr, Flow> {
    let kind = if is_container(call) { "layer" } else { "net" };
    for (key, _) in parts.iter().filter(|(_, part)| part.is(Sym::Failed)) {
        let label = Expr::string(&format!("{kind} {}", session.output_form(key)));
        session.message_of(call.head(), "failed", &[label]);
    }
    if call.has_head(Sym::NetChain) {
        let any = Expr::normal(Expr::symbol("System`PlaceholderLayer"), []);
        let rest = parts.into_iter().map(|(key, part)| (key, if part.is(Sym::Failed) { any.clone() } else { part }));
        let rest = with_parts(session, call, rest.collect());
        let faults = read(session, &rest)?.map_or_else(|faults| faults, |net| net.faults.clone());
        Fault::fail(session, &faults);
    }
    Ok(Sym::Failed.into())
}

/// A graph of one layer, or of a chain, is that of its members.
fn construct_graph(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(net) = args.first().filter(|net| !net.has_head(Sym::NetGraph) && is_net(session, net)) else {
        return match args.as_ref() {
            [graph] if graph.has_head(Sym::NetGraph) => Ok(Some(graph.clone())),
            _ => construct_of_parts(session, call),
        };
    };
    let (list, options) = if net.has_head(Sym::NetChain) {
        (net.arg(0), net.args()[1..].to_vec())
    } else {
        (Expr::list([net.clone()]), Vec::new())
    };
    let keys: Vec<Expr> = members(&list).unwrap_or_default().into_iter().map(|(key, _)| key).collect();
    let edges = Expr::list(keys.windows(2).map(|pair| Expr::rule(pair[0].clone(), pair[1].clone())));
    let rest = args[1..].iter().cloned();
    Ok(Some(Expr::call(Sym::NetGraph, [list, edges].into_iter().chain(options).chain(rest))))
}

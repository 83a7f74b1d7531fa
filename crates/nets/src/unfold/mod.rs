//! `NetUnfold`: the net of one step of a recurrent net.
//!
//! An element is a sequence of length 1, and what comes out of it the last of a sequence; the states become ports. Whether
//! steps one after the other are the net is not decided by the kinds of its layers: both are evaluated on a
//! sequence of two elements, and must give the same.

mod trial;

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, NodeSet, Sym};

use netform_layers::{definition_of, parse_in};

use crate::PartialShape;
use crate::environment::Environment;
use crate::extract::view;
use crate::infer::infer;
use crate::net::{Leaf, LeafPort, Net, NetPort, path_text};
use crate::parts::is_container;
use crate::surgery::connections::{Connections, connections};

pub(crate) const NET_UNFOLD: Function = Function {
    name: "NetUnfold",
    usage: "NetUnfold[net] is the net of one step of a recurrent layer, a NetFoldOperator, an AttentionLayer with a causal mask, or a \
            chain or graph with such layers: its states are inputs, and the next states outputs of the same names. Those of \
            attention, \"KeyState\" and \"ValueState\", are the keys and values so far, and begin empty, with {}. The net must be the same whether it gets a \
            sequence as a whole or step by step.",
    arguments: Some((1, 1)),
    evaluate: Some(unfold),
    messages: &[
        ("arg1", "The first argument, `1`, is not a net."),
        ("nostate", "`1` has no recurrent state that is not connected."),
        (
            "nfspec",
            "The shape of the elements of port `1` is not known. Give it with an option such as \"Input\" -> {\"Varying\", 3}.",
        ),
        (
            "nosteps",
            "`1` cannot go step by step: on a sequence of two elements it gives something else than two steps. Layers that look at \
             several elements of a sequence at once must stand before or behind the part that is unfolded.",
        ),
    ],
    examples: &[
        (
            "NetUnfold[BasicRecurrentLayer[1, \"InputWeights\" -> {{1}}, \"StateWeights\" -> {{2}}, \"Biases\" -> None]]\
             [<|\"Input\" -> {x}, \"State\" -> {s}|>]",
            "<|State -> {Tanh[2 s + x]}, Output -> {Tanh[2 s + x]}|>",
        ),
        (
            "NetUnfold[NetChain[{NetFoldOperator[ThreadingLayer[#Input + 2 #State &]], Sin}, \"Input\" -> {\"Varying\"}]]\
             [<|\"Input\" -> x, \"State\" -> s|>]",
            "<|State -> 2 s + x, Output -> Sin[2 s + x]|>",
        ),
    ],
    ..Function::NEW
};

fn unfold(session: &mut Session, call: &Expr) -> Eval {
    let net = call.arg(0);
    let Some(view) = view(session, Sym::NetUnfold, &net)? else { return Ok(Some(Sym::Failed.into())) };
    let stepped = stepped(session, &view)?;
    if stepped.states.is_empty() {
        session.message(Sym::NetUnfold, "nostate", &[net.head().clone()]);
        return Ok(Some(Sym::Failed.into()));
    }
    let lengths = Lengths::of(session, &view, &stepped.states)?;
    let step = step_graph(session, &view, &stepped, &lengths)?;
    // A single layer with a state is a recurrence by its record.
    if !is_container(&net) {
        return Ok(Some(step));
    }
    Ok(Some(match trial::are_steps(session, &view)? {
        Ok(true) => step,
        Ok(false) => {
            session.message(Sym::NetUnfold, "nosteps", &[net.head().clone()]);
            Sym::Failed.into()
        }
        Err(port) => {
            session.message(Sym::NetUnfold, "nfspec", &[Expr::string(&port)]);
            Sym::Failed.into()
        }
    }))
}

/// A state that nothing is connected to: its layer, its port there, and its name as a port of the step.
struct State {
    leaf: usize,
    port: String,
    name: String,
    /// The input whose elements it collects, if it does.
    collects: Option<&'static str>,
}

/// What goes step by step in a net.
struct Stepped {
    states: Vec<State>,
    /// The layers that other nets stand for in a step, with what makes these of them.
    steps: Vec<(usize, Expr)>,
}

fn stepped(session: &mut Session, net: &Net) -> Result<Stepped, Flow> {
    let mut states = Vec::new();
    let mut steps = Vec::new();
    for (i, leaf) in net.leaves.iter().enumerate().filter(|(_, leaf)| leaf.owner.is_none()) {
        let is_open = |port: &&LeafPort| {
            // The states of a single layer are inputs, and connected as such.
            port.is_state() && (leaf.path.is_empty() || !leaf.sources.iter().any(|(name, _)| *name == port.name))
        };
        states.extend(leaf.inputs.iter().filter(is_open).map(|port| {
            let port = port.name.to_string();
            State { leaf: i, name: port.clone(), port, collects: None }
        }));
        if let Some(unfolding) = leaf.layer.unfolding
            && let Some(step) = step_of(session, leaf, unfolding.step)?
        {
            steps.push((i, step));
            states.extend(unfolding.states.iter().map(|(port, input)| State {
                leaf: i,
                name: (*port).to_owned(),
                port: (*port).to_owned(),
                collects: Some(input),
            }));
        }
    }
    // Where several states have one name, the paths of their layers tell them apart.
    let names: Vec<String> = states.iter().map(|state| state.name.clone()).collect();
    for state in &mut states {
        if names.iter().filter(|name| **name == state.name).count() > 1 {
            state.name = format!("{}/{}", path_text(&net.leaves[state.leaf].path), state.port);
        }
    }
    Ok(Stepped { states, steps })
}

/// What makes the net of a step of a layer by the text of its record, if it has steps.
fn step_of(session: &mut Session, leaf: &Leaf, text: &str) -> Result<Option<Expr>, Flow> {
    let definition = definition_of(session, leaf.layer);
    let parsed = parse_in(session, &definition.scope, text);
    let made = session.evaluate(&Environment::new(leaf).put_into(&parsed))?;
    Ok(Some(made).filter(|made| !made.is(Sym::None)))
}

/// What in a net has the length of the sequences.
struct Lengths {
    /// The net with one symbol for the lengths.
    net: Net,
    /// What the length is: the symbol, a number, or `"Varying"`.
    length: Option<Expr>,
    /// The layers with states.
    stepped: Vec<usize>,
}

impl Lengths {
    fn of(session: &mut Session, net: &Net, states: &[State]) -> Result<Lengths, Flow> {
        let symbol = Expr::symbol("Layer`length");
        let mut named = net.clone();
        for state in states {
            let leaf = &mut named.leaves[state.leaf];
            let sequences = leaf.inputs.iter().filter(|port| is_sequence(leaf, port)).map(|port| port.name.clone());
            for port in sequences.collect::<Vec<_>>() {
                if let PartialShape::Ranked(mut dimensions) = leaf.shape(&port).clone()
                    && let Some(first) = dimensions.first_mut()
                {
                    *first = Some(symbol.clone());
                    leaf.given_shapes.insert(0, (port, PartialShape::Ranked(dimensions)));
                }
            }
        }
        let faults = infer(session, &mut named, NodeSet::default())?;
        let net = if faults.is_empty() { named } else { net.clone() };
        let leaf = &net.leaves[states[0].leaf];
        let sequence = leaf.inputs.iter().find(|port| is_sequence(leaf, port));
        let length = sequence.and_then(|port| first(leaf.shape(&port.name)));
        Ok(Lengths { length, net, stepped: states.iter().map(|state| state.leaf).collect() })
    }

    /// The shape of the elements of a port, if it is a sequence.
    fn element(&self, port: &NetPort) -> Option<PartialShape> {
        let place = port.places.first()?;
        let leaf = &self.net.leaves[place.leaf];
        let shape = leaf.shape(&place.port);
        let by_record =
            self.stepped.contains(&place.leaf) && leaf.port(&place.port).is_some_and(|port| is_sequence(leaf, port));
        if !by_record && (first(shape).is_none() || first(shape) != self.length) {
            return None;
        }
        Some(rest(shape))
    }
}

/// The shape of the elements of a sequence.
fn rest(shape: &PartialShape) -> PartialShape {
    match shape {
        PartialShape::Unknown => PartialShape::Unknown,
        PartialShape::Ranked(dimensions) => PartialShape::Ranked(dimensions.get(1..).unwrap_or_default().to_vec()),
    }
}

fn first(shape: &PartialShape) -> Option<Expr> {
    match shape {
        PartialShape::Unknown => None,
        PartialShape::Ranked(dimensions) => dimensions.first().cloned().flatten(),
    }
}

/// Whether a port of a layer with states carries a sequence.
fn is_sequence(leaf: &Leaf, port: &LeafPort) -> bool {
    match leaf.layer.unfolding {
        Some(unfolding) => unfolding.sequences.contains(&port.record.name),
        None => !port.is_state() && port.record.shape.starts_with("{t,"),
    }
}

fn step_graph(session: &mut Session, net: &Net, stepped: &Stepped, lengths: &Lengths) -> Result<Expr, Flow> {
    let outer = |name: &str| Expr::call(Sym::NetPort, [Expr::string(name)]);
    let name = |leaf: usize| match net.leaves[leaf].path.as_slice() {
        [] => "layer".to_owned(),
        path => path_text(path),
    };
    let Connections { parts: layers, inner, outputs } = connections(session, net, usize::MAX, &name)?;
    let mut layers: Vec<Expr> =
        layers.iter().map(|rule| Expr::rule(rule.arg(0), without_length(&rule.arg(1), lengths))).collect();
    let mut edges = Vec::new();
    let mut options = Vec::new();
    for (leaf, step) in &stepped.steps {
        let key = Expr::string(&name(*leaf));
        if let Some(layer) = layers.iter_mut().find(|rule| rule.arg(0) == key) {
            *layer = Expr::rule(key, session.evaluate(&Expr::normal(step.clone(), [layer.arg(1)]))?);
        }
    }
    let states = &stepped.states;
    for state in states {
        if let Some(input) = state.collects
            && let PartialShape::Ranked(element) = rest(lengths.net.leaves[state.leaf].shape(input))
        {
            let collected = [Some(Expr::string("Varying"))].into_iter().chain(element).collect();
            options.push(Expr::rule(Expr::string(&state.name), PartialShape::Ranked(collected).to_expr()));
        }
        let port = Expr::call(Sym::NetPort, [Expr::list([Expr::string(&name(state.leaf)), Expr::string(&state.port)])]);
        edges.push(Expr::rule(outer(&state.name), port.clone()));
        edges.push(Expr::rule(port, outer(&state.name)));
    }
    let mut sequences = NodeSet::default();
    let of_sequence = |name: &str| Expr::string(&format!("sequence of {name}"));
    for input in net.inputs.iter().filter(|input| !input.optional) {
        let element = lengths.element(input);
        let shape = element.as_ref().unwrap_or(&input.shape);
        if shape.dimensions().is_some_and(|dimensions| !dimensions.iter().any(crate::shape::is_varying)) {
            options.push(Expr::rule(Expr::string(&input.name), shape.to_expr()));
        }
        if element.is_some() {
            let key = of_sequence(&input.name);
            let replicate = Expr::normal(Expr::symbol("System`ReplicateLayer"), [Expr::integer(1)]);
            layers.push(Expr::rule(key.clone(), replicate));
            edges.push(Expr::rule(outer(&input.name), key));
            sequences.insert(outer(&input.name));
        }
    }
    edges.extend(inner.into_iter().map(|edge| match edge.arg(0) {
        from if sequences.contains(&from) => {
            Expr::rule(of_sequence(from.arg(0).as_str().unwrap_or_default()), edge.arg(1))
        }
        _ => edge,
    }));
    for (end, place) in outputs {
        let output = &net.outputs[place];
        if states.iter().any(|state| *output.name == *state.name) || is_final(net, output) {
            continue;
        }
        if lengths.element(output).is_none() {
            edges.push(Expr::rule(end, outer(&output.name)));
            continue;
        }
        let key = Expr::string(&format!("last of {}", output.name));
        layers.push(Expr::rule(key.clone(), Expr::call(Sym::SequenceLastLayer, [])));
        edges.push(Expr::rule(end, key.clone()));
        edges.push(Expr::rule(key, outer(&output.name)));
    }
    let parts = [Expr::call(Sym::Association, layers), Expr::list(edges)];
    Ok(Expr::call(Sym::NetGraph, parts.into_iter().chain(options)))
}

/// Whether an output is the final value of a state, which the step has under the name of the state.
fn is_final(net: &Net, output: &NetPort) -> bool {
    output.places.first().is_some_and(|place| {
        let inputs = &net.leaves[place.leaf].inputs;
        inputs.iter().filter_map(LeafPort::final_state).any(|last| last == place.port)
    })
}

/// A layer without options that say how long its sequences are.
fn without_length(layer: &Expr, lengths: &Lengths) -> Expr {
    let Some(length) = lengths.length.as_ref().filter(|length| length.is_number()) else { return layer.clone() };
    let says_length = |option: &Expr| {
        option.has_head(Sym::Rule)
            && matches!(option.arg(0).as_str(), Some("Input" | "Output"))
            && option.arg(1).is_list()
            && option.arg(1).args().first() == Some(length)
    };
    Expr::normal(layer.head().clone(), layer.args().iter().filter(|option| !says_length(option)).cloned())
}

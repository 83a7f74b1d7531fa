//! `NetUnfold`: the net of one step of a recurrent net.
//!
//! An element is a sequence of length 1, and what comes out of it the last of a sequence; the states become ports. Whether
//! steps one after the other are the net is not decided by the kinds of its layers: both are evaluated on a
//! sequence of two symbols, and must give the same.

use netform_eval::{Eval, Flow, Function, Quiet, Session};
use netform_expr::{Expr, NodeSet, Sym};

use crate::PartialShape;
use crate::data::array_symbol;
use crate::extract::view;
use crate::infer::infer;
use crate::net::{Leaf, LeafPort, Net, NetPort, path_text};
use crate::parts::{is_container, parts, with_parts};
use crate::surgery::connections::{Connections, connections};

pub(crate) const NET_UNFOLD: Function = Function {
    name: "NetUnfold",
    usage: "NetUnfold[net] is the net of one step of a recurrent layer, a NetFoldOperator, or a chain or graph with such layers: \
            its states are inputs, and the next states outputs of the same names. The net must be the same whether it gets a \
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
    let states = open_states(&view);
    if states.is_empty() {
        session.message(Sym::NetUnfold, "nostate", &[net.head().clone()]);
        return Ok(Some(Sym::Failed.into()));
    }
    let lengths = Lengths::of(session, &view, &states)?;
    let step = step_graph(session, &view, &states, &lengths)?;
    // A single layer with a state is a recurrence by its record.
    if !is_container(&net) {
        return Ok(Some(step));
    }
    Ok(Some(match are_steps(session, &view, &states, &lengths)? {
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

fn has_state(leaf: &Leaf) -> bool {
    leaf.inputs.iter().any(LeafPort::is_state)
}

/// A state that nothing is connected to: its layer, its port there, and its name as a port of the step.
struct State {
    leaf: usize,
    port: String,
    name: String,
}

fn open_states(net: &Net) -> Vec<State> {
    let mut states = Vec::new();
    for (i, leaf) in net.leaves.iter().enumerate().filter(|(_, leaf)| leaf.owner.is_none()) {
        let is_open = |port: &&LeafPort| {
            // The states of a single layer are inputs, and connected as such.
            port.is_state() && (leaf.path.is_empty() || !leaf.sources.iter().any(|(name, _)| *name == port.name))
        };
        states.extend(leaf.inputs.iter().filter(is_open).map(|port| {
            let port = port.name.to_string();
            State { leaf: i, name: port.clone(), port }
        }));
    }
    // Where several states have one name, the paths of their layers tell them apart.
    let names: Vec<String> = states.iter().map(|state| state.name.clone()).collect();
    for state in &mut states {
        if names.iter().filter(|name| **name == state.name).count() > 1 {
            state.name = format!("{}/{}", path_text(&net.leaves[state.leaf].path), state.port);
        }
    }
    states
}

/// What in a net has the length of the sequences.
struct Lengths {
    /// The net with one symbol for the lengths.
    net: Net,
    /// What the length is: the symbol, a number, or `"Varying"`.
    length: Option<Expr>,
}

impl Lengths {
    fn of(session: &mut Session, net: &Net, states: &[State]) -> Result<Lengths, Flow> {
        let symbol = Expr::symbol("Layer`length");
        let mut named = net.clone();
        for state in states {
            let leaf = &mut named.leaves[state.leaf];
            let sequences = leaf.inputs.iter().filter(|port| is_sequence(port)).map(|port| port.name.clone());
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
        let length = leaf.inputs.iter().find(|port| is_sequence(port)).and_then(|port| first(leaf.shape(&port.name)));
        Ok(Lengths { length, net })
    }

    /// The shape of the elements of a port, if it is a sequence.
    fn element(&self, port: &NetPort) -> Option<PartialShape> {
        let place = port.places.first()?;
        let leaf = &self.net.leaves[place.leaf];
        let shape = leaf.shape(&place.port);
        let by_record = has_state(leaf) && leaf.port(&place.port).is_some_and(is_sequence);
        if !by_record && (first(shape).is_none() || first(shape) != self.length) {
            return None;
        }
        Some(match shape {
            PartialShape::Unknown => PartialShape::Unknown,
            PartialShape::Ranked(dimensions) => PartialShape::Ranked(dimensions.get(1..).unwrap_or_default().to_vec()),
        })
    }
}

fn first(shape: &PartialShape) -> Option<Expr> {
    match shape {
        PartialShape::Unknown => None,
        PartialShape::Ranked(dimensions) => dimensions.first().cloned().flatten(),
    }
}

fn is_sequence(port: &LeafPort) -> bool {
    !port.is_state() && port.record.shape.starts_with("{t,")
}

fn step_graph(session: &mut Session, net: &Net, states: &[State], lengths: &Lengths) -> Result<Expr, Flow> {
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
    for state in states {
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

/// A net without such options in it; nets nest to a limited depth.
fn without_lengths(session: &mut Session, net: &Expr, lengths: &Lengths) -> Expr {
    let free = without_length(net, lengths);
    match parts(session, &free) {
        Some(parts) if is_container(&free) => {
            let changed =
                parts.into_iter().map(|(key, part)| (key, without_lengths(session, &part, lengths))).collect();
            with_parts(session, &free, changed)
        }
        _ => free,
    }
}

/// Whether the net, applied to one element after the other, gives what it gives on a sequence of two; the port whose elements have no
/// known shape, if there is one.
fn are_steps(
    session: &mut Session,
    net: &Net,
    states: &[State],
    lengths: &Lengths,
) -> Result<Result<bool, String>, Flow> {
    let free = without_lengths(session, &net.expr, lengths);
    let mut whole = Vec::new();
    let mut steps = [Vec::new(), Vec::new()];
    for input in net.inputs.iter().filter(|input| !input.optional) {
        let element = lengths.element(input);
        let shape = element.as_ref().unwrap_or(&input.shape);
        let Some(dimensions) = shape.dimensions() else { return Ok(Err(input.name.to_string())) };
        let symbol = |suffix: &str| match dimensions.as_slice() {
            [] => Expr::symbol(&format!("Layer`{}{suffix}", input.name)),
            sizes => array_symbol(Expr::string(&format!("{}{suffix}", input.name)), sizes),
        };
        let rule = |value: Expr| Expr::rule(Expr::string(&input.name), value);
        if element.is_some() {
            let elements = ["1", "2"].map(symbol);
            steps.iter_mut().zip(&elements).for_each(|(step, x)| step.push(rule(Expr::list([x.clone()]))));
            whole.push(rule(Expr::list(elements)));
        } else {
            steps.iter_mut().chain([&mut whole]).for_each(|given| given.push(rule(symbol(""))));
        }
    }
    let outputs: Vec<&NetPort> = net.outputs.iter().filter(|output| !is_final(net, output)).collect();
    let mut asked: Vec<Expr> =
        outputs.iter().map(|output| Expr::call(Sym::NetPort, [Expr::list([Expr::string(&output.name)])])).collect();
    asked.extend(states.iter().map(|state| {
        let path = net.leaves[state.leaf].path.iter().cloned();
        Expr::call(Sym::NetPort, [Expr::list(path.chain([Expr::string(&state.port)]).collect::<Vec<_>>())])
    }));
    let apply = |session: &mut Session, given: Vec<Expr>| {
        let call = [Expr::call(Sym::Association, given), Expr::list(asked.clone())];
        let result = session.quietly(Quiet::All, |session| session.evaluate(&Expr::normal(free.clone(), call)))?;
        let rules = result.args_of(Sym::Association).map(|rules| rules.into_owned()).unwrap_or_default();
        Ok::<_, Flow>(rules.iter().map(|rule| rule.arg(1)).collect::<Vec<Expr>>())
    };
    let expected = apply(session, whole)?;
    let [first, mut second] = steps;
    let after_one = apply(session, first)?;
    if expected.len() != asked.len() || after_one.len() != asked.len() {
        return Ok(Ok(false));
    }
    second.extend((outputs.len()..asked.len()).map(|i| Expr::rule(asked[i].clone(), after_one[i].clone())));
    let after_two = apply(session, second)?;
    for (output, (all, last)) in outputs.iter().zip(expected.iter().zip(&after_two)) {
        let part = |session: &mut Session, e: &Expr, place: i64| {
            let part = Expr::call(Sym::Part, [e.clone(), Expr::integer(place)]);
            session.quietly(Quiet::All, |session| session.evaluate(&part))
        };
        let same = match lengths.element(output) {
            Some(_) => part(session, all, 2)? == part(session, last, 1)?,
            None => all == last,
        };
        if !same {
            return Ok(Ok(false));
        }
    }
    Ok(Ok(!after_two.is_empty()))
}

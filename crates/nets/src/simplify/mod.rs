//! `NetSimplify`: a smaller net with the same results at evaluation.
//!
//! A chain or graph is made flat, and its layers are rewritten by the named [`rules`] until none applies. What a rule
//! needs to know of a layer is in the layer's record.

mod graph;
mod regions;
mod rules;
mod settings;

use netform_eval::{Eval, Flow, Function, Quiet, Session};
use netform_expr::{Expr, NodeMap, NodeSet, Sym};
use netform_layers::{Absent, definition_of};

use crate::Fault;
use crate::data::{array_symbol, filled};
use crate::evaluate::{Arrays, evaluate_net};
use crate::extract::view;
use crate::net::{ArrayValue, Leaf, Net, Place};
use crate::options::split_call;
use crate::parts::{is_container, parts, set, with_parts};
use crate::read::read;
use graph::{Graph, constant_of, vertex};
use rules::{COMPOSED, DROP_IDENTITY, DROP_UNUSED, FOLD_CONSTANTS, RULES, Rule, SAME_EXCHANGE, USED};
use settings::{Settings, settings};

pub(crate) use regions::NET_LINEAR_REGIONS;

pub(crate) const NET_SIMPLIFY: Function = Function {
    name: "NetSimplify",
    usage: "NetSimplify[net] gives a smaller net with the same results at evaluation: normalisation and scaling become part of \
            the layers before them (\"FoldNormalization\", \"FoldScaling\"), neighbouring affine layers one (\"MergeAffine\"), and \
            so do neighbouring maps (\"MergeMaps\"), reshapings (\"MergeReshapes\") and transposes (\"MergeTransposes\"); units that nothing leads to or that lead to nothing go (\"PruneUnits\"), and so do layers without an effect \
            (\"DropIdentity\") and without a use (\"DropUnused\"); what depends on no input is computed (\"FoldConstants\"). \
            Options: \"Rules\" -> {name, ...} takes some of these rules only; \"Inputs\" -> <|name -> value, ...|> fixes inputs; \
            \"Threshold\" -> dx first sets elements of arrays to zero whose magnitude is less than dx.",
    arguments: Some((1, usize::MAX)),
    evaluate: Some(net_simplify),
    options: &[("Rules", "All"), ("Inputs", "<||>"), ("Threshold", "0")],
    messages: &[
        ("arg1", "The first argument, `1`, is not a net."),
        ("optval", "`2` is not a value of the option `1`: `3`."),
        ("noinput", "There is no input `1`; the inputs are `2`."),
    ],
    examples: &[
        (
            "NetSimplify[NetChain[{LinearLayer[1, \"Weights\" -> {{1, 2}}, \"Biases\" -> {3}], 2 # &, DropoutLayer[]}]]",
            "NetChain[{LinearLayer[1, Weights -> {{2, 4}}, Biases -> {6}]}, Input -> {2}]",
        ),
        (
            "NetSimplify[NetGraph[{Plus, Tanh}, {{NetPort[\"a\"], NetPort[\"b\"]} -> 1 -> 2}, \"a\" -> 2], \
             \"Inputs\" -> <|\"b\" -> {1, 0}|>][{x, y}]",
            "{Tanh[1 + x], Tanh[y]}",
        ),
    ],
    ..Function::NEW
};

fn net_simplify(session: &mut Session, call: &Expr) -> Eval {
    let (positional, options) = split_call(session, call);
    let [net] = &positional[..] else { return Ok(None) };
    let failed = Ok(Some(Sym::Failed.into()));
    let Some(settings) = settings(session, &options) else { return failed };
    let Some(checked) = view(session, Sym::NetSimplify, net)? else { return failed };
    for (name, _) in &settings.inputs {
        if !checked.inputs.iter().any(|input| name.as_str() == Some(&*input.name)) {
            let known: Vec<&str> = checked.inputs.iter().map(|input| &*input.name).collect();
            session.message(Sym::NetSimplify, "noinput", &[name.clone(), Expr::string(&known.join(", "))]);
            return failed;
        }
    }
    let mut net = net.clone();
    if let Some(threshold) = &settings.threshold {
        for leaf in &checked.leaves {
            for (name, value) in &leaf.arrays {
                if let ArrayValue::Given(value) = value
                    && leaf.shared_name(name).is_none()
                {
                    let pruned = pruned(session, value, threshold)?;
                    net = set(session, &net, &leaf.path, name, &pruned);
                }
            }
        }
    }
    simplified(session, &net, &settings).map(Some)
}

/// An array with zeros for its small elements.
fn pruned(session: &mut Session, array: &Expr, threshold: &Expr) -> Result<Expr, Flow> {
    let zero = session.parse_static("Function[{e, dx}, If[Abs[e] < dx, 0 e, e, e]]");
    let e = Expr::call(Sym::Slot, [Expr::integer(1)]);
    let function = Expr::call(Sym::Function, [Expr::normal(zero, [e, threshold.clone()])]);
    session.evaluate_call(Sym::Map, [function, array.clone(), Expr::list([Expr::integer(-1)])])
}

/// Simplifies a net and the nets in it; nets nest to a limited depth.
fn simplified(session: &mut Session, net: &Expr, settings: &Settings) -> Result<Expr, Flow> {
    let mut net = net.clone();
    if !is_container(&net) {
        if settings.inputs.is_empty() {
            return simplified_inside(session, &net, settings);
        }
        net = session.evaluate_call(Sym::NetGraph, [net])?;
    }
    let is_chain = net.has_head(Sym::NetChain);
    let flat = session.evaluate_call(Sym::NetFlatten, [net.clone()])?;
    let named = is_chain && flat.arg(0).has_head(Sym::Association);
    // A graph with all edges written.
    let graph = session.evaluate_call(Sym::NetGraph, [flat])?;
    let Ok(view) = read(session, &graph)? else { return Ok(net) };
    let written = crate::surgery::flat_graph(session, &view, usize::MAX)?;
    let mut graph = Graph::of(&written, &view);
    for (name, value) in &settings.inputs {
        graph = graph.with_fixed(name, value);
    }
    let mut changed = !settings.inputs.is_empty();
    // Layers whose inner nets are as small as they get.
    let mut small = NodeSet::default();
    loop {
        for key in graph.keys() {
            let Some(layer) = graph.layer(&key).cloned().filter(|layer| !small.contains(layer)) else { continue };
            let inside = simplified_inside(session, &layer, settings)?;
            small.insert(inside.clone());
            if inside != layer {
                changed = true;
                graph.set_layer(&key, inside);
            }
        }
        if !rewritten(session, &mut graph, settings)? {
            break;
        }
        changed = true;
        while rewritten(session, &mut graph, settings)? {}
    }
    if !changed {
        return Ok(net);
    }
    let result = if is_chain { graph.to_chain(named) } else { None };
    session.evaluate(&result.unwrap_or_else(|| graph.to_expr()))
}

/// A layer whose inner nets are simplified.
fn simplified_inside(session: &mut Session, layer: &Expr, settings: &Settings) -> Result<Expr, Flow> {
    let inner = Settings { rules: settings.rules.clone(), inputs: Vec::new(), threshold: None };
    let mut changed = Vec::new();
    for (key, part) in parts(session, layer).unwrap_or_default() {
        let new = simplified(session, &part, &inner)?;
        if new != part {
            changed.push((key, new));
        }
    }
    Ok(if changed.is_empty() { layer.clone() } else { with_parts(session, layer, changed) })
}

/// One pass of all rules; whether something changed.
fn rewritten(session: &mut Session, graph: &mut Graph, settings: &Settings) -> Result<bool, Flow> {
    if settings.uses(DROP_UNUSED) && graph.drop_unused() {
        return Ok(true);
    }
    let expr = session.quietly(Quiet::All, |session| session.evaluate(&graph.to_expr()))?;
    if expr.is(Sym::Failed) {
        // The values of inputs do not fit; the graph says so where it is made.
        return Ok(false);
    }
    let net = match read(session, &expr)? {
        Ok(net) if net.faults.is_empty() => net,
        Ok(net) => {
            Fault::fail(session, &net.faults);
            return Ok(false);
        }
        Err(faults) => {
            Fault::fail(session, &faults);
            return Ok(false);
        }
    };
    let mut changed = false;
    // Layers that this pass has changed already; what is known of them is not true any more.
    let mut touched = NodeSet::default();
    let leaves = leaves_by_key(&net);
    for index in (0..net.leaves.len()).filter(|index| net.leaves[*index].owner.is_none()) {
        let [key] = &net.leaves[index].path[..] else { continue };
        if touched.contains(key) {
            continue;
        }
        if settings.uses(DROP_IDENTITY) && graph.can_bypass(key) && is_identity(session, &net, index)? {
            touched.insert(key.clone());
            graph.bypass(key);
            changed = true;
            continue;
        }
        if settings.uses(FOLD_CONSTANTS)
            && let Some(value) = constant_value(session, graph, &net, index)?
        {
            touched.insert(key.clone());
            graph.set_constant(key, &value);
            changed = true;
            continue;
        }
        for rule in RULES.iter().filter(|rule| settings.uses(rule.name)) {
            let Some(places) = matched(graph, &net, &leaves, rule, index) else { continue };
            let keys: Vec<Expr> = places.iter().map(|place| net.leaves[*place].path[0].clone()).collect();
            if keys.iter().any(|key| touched.contains(key)) {
                continue;
            }
            let leaves: Vec<&Leaf> = places.iter().map(|place| &net.leaves[*place]).collect();
            let Some(results) = applied(session, rule, &leaves)? else { continue };
            if keys.iter().zip(&results).any(|(key, result)| result.is(Sym::None) && !graph.can_bypass(key)) {
                continue;
            }
            for (key, result) in keys.iter().zip(&results) {
                if result.is(Sym::None) && graph.can_bypass(key) {
                    graph.bypass(key);
                    continue;
                }
                if result.is(Sym::None) {
                    // The layers before it went: an input must not become an output.
                    let identity = session.parse_static("ElementwiseLayer[# &]");
                    graph.set_layer(key, identity);
                    continue;
                }
                let Some(mut layer) = graph.layer(key).cloned() else { continue };
                for setting in result.args().iter() {
                    let name = setting.arg(0).as_str().unwrap_or_default().to_owned();
                    layer = set(session, &layer, &[], &name, &setting.arg(1));
                }
                graph.set_layer(key, layer);
            }
            touched.extend(keys);
            changed = true;
            break;
        }
    }
    Ok(changed)
}

/// The places of the layers of a flat graph by their names.
fn leaves_by_key(net: &Net) -> NodeMap<usize> {
    let own = net.leaves.iter().enumerate().filter(|(_, leaf)| leaf.owner.is_none() && leaf.path.len() == 1);
    own.map(|(place, leaf)| (leaf.path[0].clone(), place)).collect()
}

/// The layers from one on that a rule is about.
fn matched(graph: &Graph, net: &Net, leaves: &NodeMap<usize>, rule: &Rule, first: usize) -> Option<Vec<usize>> {
    let mut places = vec![first];
    let mut here = first;
    for (i, names) in rule.layers.iter().enumerate() {
        let leaf = &net.leaves[here];
        let shares = !leaf.shared.is_empty();
        if !names.contains(&leaf.layer.name) || shares {
            return None;
        }
        if i + 1 == rule.layers.len() {
            break;
        }
        let outgoing = graph.outgoing(&leaf.path[0]);
        let [(_, to)] = outgoing[..] else { return None };
        let next = vertex(to)?;
        if graph.incoming(&next).len() != 1 {
            return None;
        }
        here = *leaves.get(&next)?;
        places.push(here);
    }
    (graph.incoming(&net.leaves[first].path[0]).len() == 1).then_some(places)
}

/// What becomes of layers by a rule; `None` if it does not apply, or an array has no value.
fn applied(session: &mut Session, rule: &Rule, leaves: &[&Leaf]) -> Result<Option<Vec<Expr>>, Flow> {
    let mut facts = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        let Some(known) = known(leaf) else { return Ok(None) };
        facts.push(known);
    }
    let call = |session: &mut Session, text: &'static str| {
        let text = [USED, SAME_EXCHANGE, COMPOSED]
            .iter()
            .fold(text.to_owned(), |text, (name, meaning)| text.replace(name, meaning));
        let Ok(function) = session.parse_one(&text) else { return Ok(Sym::Failed.into()) };
        session.evaluate(&Expr::normal(function, facts.iter().cloned()))
    };
    let holds = session.quietly(Quiet::All, |session| call(session, rule.condition))?;
    if !holds.is_true() {
        return Ok(None);
    }
    let results = call(session, rule.result)?;
    let is_result = |e: &Expr| e.is(Sym::None) || e.has_head(Sym::Association);
    let fits = results.is_list() && results.len() == leaves.len() && results.args().iter().all(is_result);
    Ok(fits.then(|| results.args().into_owned()))
}

/// What is known of a layer, by name; `None` if an array has no value.
fn known(leaf: &Leaf) -> Option<Expr> {
    let mut rules = Vec::new();
    for (symbol, value) in &leaf.known {
        rules.push(Expr::rule(Expr::string(symbol.as_symbol()?.name()), value.clone()));
    }
    for (name, value) in &leaf.arrays {
        let value = match value {
            ArrayValue::Given(value) => value.clone(),
            ArrayValue::None => {
                let fill = i64::from(leaf.layer.array(name)?.absent == Some(Absent::Ones));
                filled(fill, leaf.shape(name), false)?
            }
            ArrayValue::Automatic => return None,
        };
        rules.push(Expr::rule(Expr::string(name), value));
    }
    Some(Expr::call(Sym::Association, rules))
}

/// Whether a layer gives what it gets, whatever that is.
fn is_identity(session: &mut Session, net: &Net, index: usize) -> Result<bool, Flow> {
    let leaf = &net.leaves[index];
    let [input] = &leaf.inputs[..] else { return Ok(false) };
    let mut results = leaf.results();
    let (Some(result), None) = (results.next(), results.next()) else { return Ok(false) };
    if !leaf.arrays.is_empty() || !leaf.nets.is_empty() {
        return Ok(false);
    }
    let (Some(from), Some(to)) = (leaf.shape(&input.name).dimensions(), leaf.shape(&result.name).dimensions()) else {
        return Ok(false);
    };
    if from != to {
        return Ok(false);
    }
    let symbol = array_symbol(Expr::string("x"), &from);
    let alone = net.of_leaf(index);
    let given: Vec<Option<Expr>> = vec![Some(symbol.clone())];
    let values = session.quietly(Quiet::All, |session| evaluate_net(session, &alone, &given, Arrays::Whole))?;
    Ok(values.get(&Place { leaf: 0, port: result.name.clone() }) == Some(&symbol))
}

/// The value of a layer all of whose inputs are constants.
fn constant_value(session: &mut Session, graph: &Graph, net: &Net, index: usize) -> Result<Option<Expr>, Flow> {
    let leaf = &net.leaves[index];
    let key = &leaf.path[0];
    let incoming = graph.incoming(key);
    let definition = definition_of(session, leaf.layer);
    let has_values = net.leaves[index..index + net.extent(index)]
        .iter()
        .all(|leaf| leaf.arrays.iter().all(|(_, value)| *value != ArrayValue::Automatic));
    if incoming.is_empty() || leaf.results().count() != 1 || definition.is_random(false) || !has_values {
        return Ok(None);
    }
    let mut data = Vec::with_capacity(incoming.len());
    for (from, to) in incoming {
        let layer = vertex(from).and_then(|source| graph.layer(&source).cloned());
        let Some(value) = layer.as_ref().and_then(constant_of) else { return Ok(None) };
        data.push(Expr::rule(crate::read::port_keys(to)[1].clone(), value));
    }
    let Some(layer) = graph.layer(key) else { return Ok(None) };
    let value = session.evaluate(&Expr::normal(layer.clone(), [Expr::call(Sym::Association, data)]))?;
    Ok((!value.is(Sym::Failed) && !value.has_head(Sym::Association)).then_some(value))
}

/// The nets on which the rules about neighbouring layers are tried, by rule.
pub fn samples() -> impl Iterator<Item = (&'static str, &'static str)> {
    RULES.iter().flat_map(|rule| rule.samples.iter().map(move |sample| (rule.name, *sample)))
}

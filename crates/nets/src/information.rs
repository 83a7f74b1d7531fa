//! `Information[net]` and `Information[net, property]`.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, NodeSet, Sym};

use crate::diagnostic::instead;
use crate::evaluate::{Arrays, array_value};
use crate::explain::{lowered_program, plan, plan_times, prepared_program};
use crate::extract::{port_value, value_of};
use crate::net::{ArrayValue, Elements, Net};
use crate::parts::member;
use crate::read::read;
use crate::summary::{layers_graph, summary, topology_hash};
use crate::{Fault, multipliers};

/// The properties, each with what computes it.
const PROPERTIES: &[(&str, fn(&mut Session, &Net) -> Result<Expr, Flow>)] = &[
    ("Arrays", |_, net| Ok(by_array(net, |_, _, value| value_of(value)))),
    ("ArraysByteCounts", |session, net| {
        let counts = by_array(net, |leaf, name, _| bytes(element_count(leaf, name)));
        session.evaluate(&counts)
    }),
    ("ArraysCount", |_, net| Ok(count(present(net).count()))),
    ("ArraysDimensions", |_, net| Ok(by_array(net, |leaf, name, _| leaf.shape(name).to_expr()))),
    ("ArraysElementCounts", |_, net| {
        Ok(by_array(net, |leaf, name, _| element_count(leaf, name).unwrap_or_else(|| Sym::Automatic.into())))
    }),
    ("ArraysLearningRateMultipliers", |session, net| {
        let mut rules = Vec::new();
        for (leaf, name, _) in present(net) {
            rules.push(Expr::rule(position(leaf, name), multipliers::of_array(session, net, leaf, name)?));
        }
        Ok(Expr::call(Sym::Association, rules))
    }),
    ("ArraysList", |_, net| {
        Ok(Expr::list(present(net).map(|(leaf, name, value)| value_or_symbol(leaf, name, value)).collect::<Vec<_>>()))
    }),
    ("ArraysPositionList", |_, net| {
        Ok(Expr::list(present(net).map(|(leaf, name, _)| position(leaf, name)).collect::<Vec<_>>()))
    }),
    ("ArraysTotalByteCount", |session, net| {
        let count = total_count(session, net)?;
        session.evaluate(&bytes(Some(count).filter(|count| !count.is(Sym::Automatic))))
    }),
    ("ArraysTotalElementCount", total_count),
    ("Constraints", |_, net| Ok(Expr::list(net.constraints.iter().cloned()))),
    ("InputForm", |_, net| Ok(Expr::call(Sym::InputForm, [net.expr.clone()]))),
    ("InputPortNames", |_, net| Ok(Expr::list(net.inputs.iter().map(|p| Expr::string(&p.name)).collect::<Vec<_>>()))),
    ("InputPorts", |_, net| Ok(ports(&net.inputs))),
    ("InputPortTypes", |_, net| Ok(input_types(net))),
    ("Layers", |session, net| {
        let paths = net.leaves.iter().map(|leaf| Expr::list(leaf.path.iter().cloned()));
        let rules: Vec<Expr> = paths.zip(layers(session, net)).map(|(path, layer)| Expr::rule(path, layer)).collect();
        Ok(Expr::call(Sym::Association, rules))
    }),
    ("LayersCount", |_, net| Ok(count(net.leaves.len()))),
    ("LayersGraph", |_, net| Ok(layers_graph(net))),
    ("LayersList", |session, net| Ok(Expr::list(layers(session, net)))),
    ("LayerTypeCounts", |session, net| Ok(type_counts(session, net))),
    ("OutputPortNames", |_, net| Ok(Expr::list(net.outputs.iter().map(|p| Expr::string(&p.name)).collect::<Vec<_>>()))),
    ("OutputPorts", |_, net| Ok(ports(&net.outputs))),
    ("Parameters", |_, net| Ok(parameters(net))),
    ("Plan", plan),
    ("PlanTimes", plan_times),
    ("PreparedProgram", prepared_program),
    ("Program", lowered_program),
    ("RecurrentStatesCount", |_, net| Ok(count(states(net).len()))),
    ("RecurrentStatesPositionList", |_, net| Ok(Expr::list(states(net)))),
    ("SharedArraysCount", |_, net| {
        let names = net.leaves.iter().flat_map(|leaf| &leaf.shared).map(|(_, name)| name.clone());
        Ok(count(names.collect::<NodeSet>().len()))
    }),
    ("Summary", |session, net| Ok(Expr::string(&summary(session, net)?))),
    ("TopologyHash", |session, net| Ok(Expr::string(&topology_hash(session, net)))),
];

/// Properties of the Wolfram Language that there are not, each with the reason.
const ABSENT: [(&str, &str); 6] = [
    ("ArraysSizes", "sizes are numbers of bytes, which \"ArraysByteCounts\" gives"),
    ("ArraysTotalSize", "the size is a number of bytes, which \"ArraysTotalByteCount\" gives"),
    ("FullSummaryGraphic", "there are no graphics; \"Summary\" is a text"),
    ("MXNetNodeGraph", "nets are not computed by MXNet; \"LayersGraph\" gives their layers and connections"),
    ("MXNetNodeGraphPlot", "nets are not computed by MXNet; \"LayersGraph\" gives their layers and connections"),
    ("SummaryGraphic", "there are no graphics; \"Summary\" is a text"),
];

/// The names of the properties, in alphabetical order.
fn property_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = PROPERTIES.iter().map(|(name, _)| *name).chain(["Properties"]).collect();
    names.sort_unstable();
    names
}

/// What `Information` shows of a net without a property.
const SUMMARY: [&str; 4] = ["InputPorts", "OutputPorts", "LayersCount", "ArraysTotalElementCount"];

/// The rule of nets for `Information`.
pub(crate) fn information(session: &mut Session, object: &Expr, property: Option<&Expr>) -> Eval {
    let net = match read(session, object)? {
        Ok(net) if net.faults.is_empty() => net,
        Ok(net) => return Ok(Some(Fault::fail(session, &net.faults))),
        Err(faults) => return Ok(Some(Fault::fail(session, &faults))),
    };
    let of_name = |session: &mut Session, name: &str| match PROPERTIES.iter().find(|(n, _)| *n == name) {
        Some((_, compute)) => compute(session, &net).map(Some),
        None if name == "Properties" => {
            Ok(Some(Expr::list(property_names().iter().map(|name| Expr::string(name)).collect::<Vec<_>>())))
        }
        None => Ok(None),
    };
    let Some(property) = property else {
        let mut rules = Vec::with_capacity(SUMMARY.len());
        for name in SUMMARY {
            if let Some(value) = of_name(session, name)? {
                rules.push(Expr::rule(Expr::string(name), value));
            }
        }
        return Ok(Some(Expr::call(Sym::Association, rules)));
    };
    if property.is_list() {
        let calls = property
            .args()
            .iter()
            .map(|p| Expr::call(Sym::Information, [object.clone(), p.clone()]))
            .collect::<Vec<_>>();
        return Ok(Some(Expr::list(calls)));
    }
    let value = match property.as_str() {
        Some(name) => of_name(session, name)?,
        None => None,
    };
    if value.is_some() {
        return Ok(value);
    }
    if let Some((_, reason)) = ABSENT.iter().find(|(name, _)| property.as_str() == Some(name)) {
        session.message_of(object.head(), "absprop", &[property.clone(), Expr::string(reason)]);
        return Ok(Some(Sym::Failed.into()));
    }
    let known = instead(property.as_str().unwrap_or_default(), &property_names());
    session.message_of(object.head(), "noprop", &[property.clone(), Expr::string(&known)]);
    Ok(Some(Sym::Failed.into()))
}

fn count(n: usize) -> Expr {
    Expr::integer(n as i64)
}

/// The number of elements of an array, if its shape is known.
fn element_count(leaf: &crate::Leaf, name: &str) -> Option<Expr> {
    leaf.shape(name).dimensions().map(|dimensions| Expr::call(Sym::Times, dimensions))
}

/// The number of elements of all arrays; one that is shared counts once.
fn total_count(session: &mut Session, net: &Net) -> Result<Expr, Flow> {
    let counts = net.distinct_arrays().map(|(leaf, array)| element_count(&net.leaves[leaf], array));
    match counts.collect::<Option<Vec<Expr>>>() {
        Some(counts) => session.evaluate_call(Sym::Plus, counts),
        None => Ok(Sym::Automatic.into()),
    }
}

/// The memory that so many machine numbers take.
fn bytes(count: Option<Expr>) -> Expr {
    const BYTES_OF_NUMBER: i64 = 8;
    count.map_or(Sym::Automatic.into(), |count| Expr::call(Sym::Times, [Expr::integer(BYTES_OF_NUMBER), count]))
}

/// The arrays that are not left out.
fn present(net: &Net) -> impl Iterator<Item = (&crate::Leaf, &'static str, &ArrayValue)> {
    net.leaves
        .iter()
        .flat_map(|leaf| leaf.arrays.iter().map(move |(name, value)| (leaf, *name, value)))
        .filter(|(_, _, value)| **value != ArrayValue::None)
}

/// The value of an array, or the array symbol that stands for it in results of the net.
fn value_or_symbol(leaf: &crate::Leaf, name: &'static str, value: &ArrayValue) -> Expr {
    match value {
        ArrayValue::Automatic => array_value(leaf, name, Arrays::Whole).unwrap_or_else(|| value_of(value)),
        ArrayValue::Given(_) | ArrayValue::None => value_of(value),
    }
}

fn position(leaf: &crate::Leaf, name: &str) -> Expr {
    Expr::list(leaf.path.iter().cloned().chain([Expr::string(name)]))
}

fn by_array(net: &Net, value: impl Fn(&crate::Leaf, &'static str, &ArrayValue) -> Expr) -> Expr {
    let rules = present(net).map(|(leaf, name, array)| Expr::rule(position(leaf, name), value(leaf, name, array)));
    Expr::call(Sym::Association, rules.collect::<Vec<_>>())
}

/// The arguments and options of all layers, by their paths.
fn parameters(net: &Net) -> Expr {
    let of_leaf = |leaf: &crate::Leaf| {
        let rules = leaf.keys().map(|(key, value)| Expr::rule(position(leaf, &key), value.clone()));
        rules.collect::<Vec<_>>()
    };
    Expr::call(Sym::Association, net.leaves.iter().flat_map(of_leaf).collect::<Vec<_>>())
}

fn ports(ports: &[crate::NetPort]) -> Expr {
    let rules = ports.iter().map(|p| Expr::rule(Expr::string(&p.name), port_value(p)));
    Expr::call(Sym::Association, rules.collect::<Vec<_>>())
}

/// The states of all recurrences, by their paths.
fn states(net: &Net) -> Vec<Expr> {
    let of_leaf = |leaf: &crate::Leaf| {
        let states = leaf.inputs.iter().filter(|port| port.is_state());
        states.map(|port| position(leaf, &port.name)).collect::<Vec<_>>()
    };
    net.leaves.iter().flat_map(of_leaf).collect()
}

/// What the elements of the inputs are: `"Real"`, `"Integer"`, `Restricted["Integer", ...]`, `"Boolean"`.
fn input_types(net: &Net) -> Expr {
    let of_port = |port: &crate::NetPort| match net.elements(port) {
        Elements::Real => net.integers(port).map_or_else(|| Expr::string("Real"), crate::Integers::to_expr),
        Elements::Truth => Expr::string("Boolean"),
        Elements::Index(None) => Expr::string("Integer"),
        Elements::Index(Some(greatest)) => Expr::call(Sym::Restricted, [Expr::string("Integer"), greatest]),
    };
    let rules = net.inputs.iter().map(|port| Expr::rule(Expr::string(&port.name), of_port(port)));
    Expr::call(Sym::Association, rules.collect::<Vec<_>>())
}

/// The expressions of all layers.
fn layers(session: &mut Session, net: &Net) -> Vec<Expr> {
    let member = |leaf: &crate::Leaf| member(session, &net.expr, &leaf.path).unwrap_or_else(|| net.expr.clone());
    net.leaves.iter().map(member).collect()
}

fn type_counts(session: &mut Session, net: &Net) -> Expr {
    let heads = layers(session, net).into_iter().map(|layer| layer.head().clone());
    let mut types: Vec<(&str, Expr)> = net.leaves.iter().map(|leaf| leaf.layer.name).zip(heads).collect();
    types.sort_unstable_by_key(|(name, _)| *name);
    let mut rules = Vec::new();
    for group in types.chunk_by(|a, b| a.1 == b.1) {
        rules.push(Expr::rule(group[0].1.clone(), count(group.len())));
    }
    Expr::call(Sym::Association, rules)
}

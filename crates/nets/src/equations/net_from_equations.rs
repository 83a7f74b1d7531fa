//! `NetFromEquations`: a net by its defining equations, the way back from `NetEquations`.
//!
//! Every quantity becomes a vertex of a graph: a `FunctionLayer` of what its equation mentions, and each array that
//! has no equation a `NetArrayLayer`. Quantities that depend on each other one step before are a recurrence.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Expr, NodeMap, Sym};

use super::elements::is_numeric_array;
use super::names::initial;
use super::notation::positions;
use super::plain::{given_dimensions, joined, plain_name, with_arrays};
use super::recurrence_terms::read_recurrence;
use super::symbols;
use super::terms::{Reader, Unread, dimensions_of};
use crate::PartialShape;
use crate::data::filled;
use crate::read::split_options;

pub(crate) const NET_FROM_EQUATIONS: Function = Function {
    name: "NetFromEquations",
    usage: "NetFromEquations[equations, {\"x\", ...}] is the net with these inputs that equations in the form of NetEquations \
            define. Quantities that have no equation are its inputs and its learned arrays; its outputs are the quantities \
            that no other equation needs. NetFromEquations[equations, inputs, outputs] names the outputs. Equations may also be \
            those of \"Notation\" -> \"Components\", or be between plain symbols, which are numbers unless \"Dimensions\" -> {x -> \
            {3}, w -> {2, 3}, ...} says otherwise.",
    arguments: Some((2, usize::MAX)),
    evaluate: Some(net_from_equations),
    options: &[("Dimensions", "{}")],
    messages: &[
        (
            "equations",
            "A list of equations left == right with an array symbol, or an element of one, at the left is expected, not `1`.",
        ),
        ("twice", "The quantity `1` has more than one equation."),
        ("notation", "The part `1` of the equation for `2` is not in the notation of NetEquations."),
        ("noinput", "No equation mentions the input `1`; the quantities without an equation are `2`."),
        ("nooutput", "The output `1` has no equation; the quantities with one are `2`."),
        ("noelement", "There are equations for some elements of a quantity, but none for `1`."),
        (
            "noshape",
            "The shape of `1` does not follow from its equation: `2` Symbols are numbers; give the dimensions of others, as in \
             \"Dimensions\" -> {x -> {3}, w -> {2, 3}}.",
        ),
        ("dimensions", "The value `1` of \"Dimensions\" is no list of rules such as {x -> {3}, w -> {2, 3}}."),
        ("cyclic", "The quantities `1` depend on each other, and not on values one step before."),
    ],
    examples: &[
        (
            "net = LinearLayer[1, \"Weights\" -> {{2, 3}}, \"Biases\" -> {5}]; \
             NetFromEquations[NetEquations[net, \"Values\" -> True], {\"x\"}][{a, b}] === net[{a, b}]",
            "True",
        ),
        (
            "x = VectorSymbol[\"x\", 2]; NetFromEquations[{VectorSymbol[\"y\", 2] == Tanh[x] + 1}, {\"x\"}][{a, b}]",
            "{1 + Tanh[a], 1 + Tanh[b]}",
        ),
        (
            "NetFromEquations[{h == Tanh[x], y == h . h}, x, \"Dimensions\" -> {x -> 2}][{a, b}]",
            "Tanh[a]^2 + Tanh[b]^2",
        ),
    ],
    ..Function::NEW
};

/// An equation for a quantity.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) symbol: Expr,
    pub(super) indices: Vec<Expr>,
    pub(super) right: Expr,
}

/// The definition that an equation is.
fn definition(equation: &Expr) -> Option<Definition> {
    let sides = equation.args_of(Sym::Equal)?;
    let [left, right] = sides.as_ref() else { return None };
    let (symbol, indices) = match left.args_of(Sym::Indexed) {
        Some(args) => (args[0].clone(), positions(&args[1])),
        None => (left.clone(), Vec::new()),
    };
    (symbol.is_array_symbol() && indices.iter().all(Expr::is_symbol)).then(|| Definition {
        symbol,
        indices,
        right: right.clone(),
    })
}

/// The name of a quantity as a text.
fn text(session: &Session, symbol: &Expr) -> String {
    session.output_form(symbol)
}

fn net_from_equations(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let (positional, options) = split_options(&args);
    let [equations, inputs, outputs @ ..] = positional else { return Ok(None) };
    if outputs.len() > 1 {
        return Ok(None);
    }
    let failed = Ok(Some(Sym::Failed.into()));
    let mut definitions = Vec::new();
    let list = if equations.is_list() { equations.args().into_owned() } else { vec![equations.clone()] };
    let mut dimensions = NodeMap::default();
    for (name, value) in &options {
        match given_dimensions(value).filter(|_| name == "Dimensions") {
            Some(given) => dimensions = given,
            None if name == "Dimensions" => {
                session.message(Sym::NetFromEquations, "dimensions", std::slice::from_ref(value));
                return failed;
            }
            None => {
                session.message(Sym::General, "optx", &[Expr::string(name), Sym::NetFromEquations.into()]);
                return failed;
            }
        }
    }
    let list = match with_arrays(session, &list, &dimensions)?.and_then(|list| joined(&list)) {
        Ok(list) => list,
        Err((tag, args)) => {
            session.message(Sym::NetFromEquations, tag, &args);
            return failed;
        }
    };
    for equation in &list {
        let Some(definition) = definition(equation) else {
            session.message(Sym::NetFromEquations, "equations", std::slice::from_ref(equation));
            return failed;
        };
        if definitions.iter().any(|other: &Definition| other.symbol == definition.symbol) {
            session.message(Sym::NetFromEquations, "twice", &[definition.symbol]);
            return failed;
        }
        definitions.push(definition);
    }
    let free: Vec<Expr> =
        symbols(&list).into_iter().filter(|symbol| !definitions.iter().any(|own| own.symbol == *symbol)).collect();
    let Some(inputs) = chosen(session, inputs, &free, "noinput") else { return failed };
    let defined: Vec<Expr> = definitions.iter().map(|definition| definition.symbol.clone()).collect();
    let outputs = match outputs.first() {
        Some(outputs) => match chosen(session, outputs, &defined, "nooutput") {
            Some(outputs) => outputs,
            None => return failed,
        },
        None => results(&definitions),
    };
    match graph(session, &definitions, &free, &inputs, &outputs) {
        Ok(Some(net)) => Ok(Some(net)),
        Ok(None) => failed,
        Err(flow) => Err(flow),
    }
}

/// The quantities that equations define as results, as [`NET_FROM_EQUATIONS`] finds them.
pub(super) fn results_of(equations: &[Expr]) -> Vec<Expr> {
    results(&equations.iter().filter_map(definition).collect::<Vec<_>>())
}

/// The quantities that no other equation needs: of those that depend on each other, the last one.
fn results(definitions: &[Definition]) -> Vec<Expr> {
    let needs = needs(definitions);
    let groups = strong_components(&needs);
    let is_needed = |group: &Vec<usize>| {
        let others = (0..definitions.len()).filter(|i| !group.contains(i));
        others.into_iter().any(|i| needs[i].iter().any(|needed| group.contains(needed)))
    };
    let mut last: Vec<usize> =
        groups.iter().filter(|group| !is_needed(group)).filter_map(|group| group.last().copied()).collect();
    last.sort_unstable();
    last.into_iter().map(|i| definitions[i].symbol.clone()).collect()
}

/// The quantities with these names; `None` after a message.
fn chosen(session: &mut Session, names: &Expr, among: &[Expr], tag: &'static str) -> Option<Vec<Expr>> {
    let names = if names.is_list() { names.args().into_owned() } else { vec![names.clone()] };
    let mut all = Vec::with_capacity(names.len());
    for name in names {
        let plain = plain_name(&name);
        let is_it = |symbol: &&Expr| {
            **symbol == name
                || plain.as_ref().is_some_and(|plain| symbol.arg(0) == *plain)
                || name.as_str() == Some(&*text(session, symbol))
        };
        match among.iter().find(is_it) {
            Some(symbol) => all.push(symbol.clone()),
            None => {
                let known: Vec<String> = among.iter().map(|symbol| text(session, symbol)).collect();
                session.message(Sym::NetFromEquations, tag, &[name, Expr::string(&known.join(", "))]);
                return None;
            }
        }
    }
    Some(all)
}

/// The graph of all quantities; `None` after a message.
fn graph(
    session: &mut Session,
    definitions: &[Definition],
    free: &[Expr],
    inputs: &[Expr],
    outputs: &[Expr],
) -> Result<Option<Expr>, netform_eval::Flow> {
    let mut vertices: Vec<(String, Expr)> = Vec::new();
    let mut edges: Vec<Expr> = Vec::new();
    let mut constants: NodeMap<Expr> = NodeMap::default();
    let layer = |name: &str, args: Vec<Expr>| Expr::normal(Expr::symbol(&format!("System`{name}")), args);
    for array in free.iter().filter(|symbol| !inputs.contains(symbol)) {
        let shape = Expr::rule(Expr::string("Output"), Expr::list(dimensions_of(array)));
        vertices.push((text(session, array), layer("NetArrayLayer", vec![shape])));
    }
    let mut found = Vec::with_capacity(definitions.len());
    for group in strong_components(&needs(definitions)) {
        let members: Vec<&Definition> = group.iter().map(|i| &definitions[*i]).collect();
        let (tag, args) = match values_of(session, definitions, &members) {
            Ok(Some(values)) => {
                found.extend(values);
                continue;
            }
            Ok(None) => {
                let names: Vec<String> = members.iter().map(|member| text(session, &member.symbol)).collect();
                ("cyclic", vec![Expr::string(&names.join(", "))])
            }
            Err(Unread::Flow(flow)) => return Err(flow),
            Err(Unread::Part(part)) => ("notation", vec![part, members[0].symbol.clone()]),
        };
        session.message(Sym::NetFromEquations, tag, &args);
        return Ok(None);
    }
    for (symbol, value) in found {
        let value = netform_expr::map_bottom_up(&value, |e| constants.get(&e).cloned().unwrap_or(e));
        let name = text(session, &symbol);
        let mut needed: Vec<Expr> = symbols(std::slice::from_ref(&value));
        let right = definitions.iter().find(|own| own.symbol == symbol).map(|own| own.right.clone());
        let is_literal = right.as_ref().is_some_and(is_numeric_array);
        if needed.is_empty() && !is_literal {
            // What is said of an array without elements may be said without it.
            needed = right.as_ref().map(|right| symbols(std::slice::from_ref(right))).unwrap_or_default();
            needed.retain(|other| inputs.contains(other));
        }
        if !is_literal && needed.is_empty() {
            // A layer of a function has an input; what needs none stands where it is used.
            let array = session.evaluate_call(Sym::ComponentExpand, [value.clone()])?;
            constants.insert(symbol.clone(), value);
            if outputs.contains(&symbol) {
                vertices.push((name, layer("NetArrayLayer", vec![Expr::rule(Expr::string("Array"), array)])));
            }
            continue;
        }
        if is_literal {
            let array = Expr::rule(Expr::string("Array"), value);
            vertices.push((name, layer("NetArrayLayer", vec![array])));
            continue;
        }
        let mut parameters = NodeMap::default();
        let mut variables = Vec::with_capacity(needed.len());
        let mut shapes = Vec::with_capacity(needed.len());
        for (i, other) in needed.iter().enumerate() {
            let variable = Expr::symbol(&format!("Global`q{}", i + 1));
            let port = Expr::string(&format!("q{}", i + 1));
            variables.push(variable.clone());
            parameters.insert(other.clone(), variable);
            shapes.push(Expr::rule(port.clone(), Expr::list(dimensions_of(other))));
            let source = text(session, other);
            let from = if inputs.contains(other) {
                Expr::call(Sym::NetPort, [Expr::string(&source)])
            } else {
                Expr::string(&source)
            };
            let to = Expr::call(Sym::NetPort, [Expr::list([Expr::string(&name), port])]);
            edges.push(Expr::rule(from, to));
        }
        let body = netform_expr::map_bottom_up(&value, |e| parameters.get(&e).cloned().unwrap_or(e));
        let function = Expr::call(Sym::Function, [Expr::list(variables), body]);
        vertices.push((name, layer("FunctionLayer", [function].into_iter().chain(shapes).collect())));
    }
    for output in outputs {
        let name = Expr::string(&text(session, output));
        let port = Expr::call(Sym::NetPort, [name.clone()]);
        if outputs.len() > 1 {
            edges.push(Expr::rule(name, port));
        }
    }
    let results: Vec<String> = outputs.iter().map(|output| text(session, output)).collect();
    let used: Vec<String> = edges.iter().filter_map(|edge| edge.arg(0).as_str().map(str::to_owned)).collect();
    for (name, _) in &vertices {
        if !used.contains(name) && !results.contains(name) {
            edges.push(Expr::rule(Expr::string(name), Sym::None.into()));
        }
    }
    let vertices = vertices.into_iter().map(|(name, layer)| Expr::rule(Expr::string(&name), layer));
    let vertices = Expr::call(Sym::Association, vertices.collect::<Vec<_>>());
    session.evaluate_call(Sym::NetGraph, [vertices, Expr::list(edges)]).map(Some)
}

/// What the quantities of a group are, as array expressions; `None` if they depend on each other in a circle.
pub(super) fn values_of(
    session: &mut Session,
    all: &[Definition],
    members: &[&Definition],
) -> Result<Option<Vec<(Expr, Expr)>>, Unread> {
    let depends = |member: &&Definition| members.iter().any(|own| netform_expr::occurs(&member.right, &own.symbol));
    if members.iter().any(depends) {
        return read_recurrence(session, all, members);
    }
    let Definition { symbol, indices, right } = members[0];
    let mut reader = Reader::default();
    reader.sizes.extend(indices.iter().cloned().zip(dimensions_of(symbol)));
    let right = &from_the_first(all, right);
    let term = reader.read(session, right)?;
    let value = session.evaluate(&reader.spread(term, indices))?;
    Ok(Some(vec![(symbol.clone(), value)]))
}

/// What an equation says of the values of recurrences one step before: of sequences that begin with the value before the
/// first step.
fn from_the_first(all: &[Definition], right: &Expr) -> Expr {
    netform_expr::map_bottom_up(right, |part| {
        let Some(args) = part.args_of(Sym::Indexed).filter(|args| args[0].is_array_symbol()) else { return part };
        let places = positions(&args[1]);
        let step = places.first().and_then(|place| match place.args_of(Sym::Plus).as_deref() {
            Some([one, step]) if one.is_integer(-1) && step.is_symbol() => Some(step.clone()),
            _ => None,
        });
        let name = initial(&args[0].arg(0));
        let first = all.iter().find(|other| other.symbol.arg(0) == name && other.indices.is_empty());
        let Some((step, first)) = step.zip(first) else { return part };
        // Zeros are written out, so that they can stand in a list with other values.
        let zeros =
            first.right.args_of(Sym::SymbolicZerosArray).map(|_| PartialShape::known(dimensions_of(&first.symbol)));
        let start = zeros.and_then(|shape| filled(0, &shape, false)).unwrap_or_else(|| first.symbol.clone());
        let sequence = Expr::call(Sym::Join, [Expr::list([start]), args[0].clone()]);
        let places = [step].into_iter().chain(places.into_iter().skip(1));
        Expr::call(Sym::Indexed, [sequence, Expr::list(places)])
    })
}

/// The quantities that each equation mentions, or whose first values it needs.
pub(super) fn needs(definitions: &[Definition]) -> Vec<Vec<usize>> {
    let place: NodeMap<usize> =
        definitions.iter().enumerate().map(|(i, definition)| (definition.symbol.clone(), i)).collect();
    let needs = |definition: &Definition| {
        let mentioned = symbols(std::slice::from_ref(&definition.right));
        // A value one step before begins with that before the first step.
        let firsts = mentioned.iter().filter_map(|symbol| {
            let name = initial(&symbol.arg(0));
            definitions.iter().position(|other| other.symbol.arg(0) == name)
        });
        mentioned.iter().filter_map(|symbol| place.get(symbol).copied()).chain(firsts).collect::<Vec<usize>>()
    };
    definitions.iter().map(needs).collect()
}

/// Tarjan's strongly connected components, each after those that it needs.
pub(super) fn strong_components(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let count = needs.len();
    let (mut order, mut low) = (vec![NEW; count], vec![0; count]);
    let (mut open, mut is_open) = (Vec::new(), vec![false; count]);
    let mut next = 0;
    let mut components = Vec::new();
    for root in 0..count {
        if order[root] != NEW {
            continue;
        }
        let mut walk = vec![(root, 0)];
        while let Some((vertex, edge)) = walk.pop() {
            if edge == 0 {
                order[vertex] = next;
                low[vertex] = next;
                next += 1;
                open.push(vertex);
                is_open[vertex] = true;
            }
            if let Some(&to) = needs[vertex].get(edge) {
                walk.push((vertex, edge + 1));
                if order[to] == NEW {
                    walk.push((to, 0));
                } else if is_open[to] {
                    low[vertex] = low[vertex].min(order[to]);
                }
                continue;
            }
            if let Some((parent, _)) = walk.last() {
                low[*parent] = low[*parent].min(low[vertex]);
            }
            if low[vertex] == order[vertex] {
                let from = open.iter().position(|other| *other == vertex).unwrap_or(0);
                let mut component = open.split_off(from);
                component.iter().for_each(|member| is_open[*member] = false);
                component.sort_unstable();
                components.push(component);
            }
        }
    }
    components
}

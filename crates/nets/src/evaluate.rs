//! The evaluation of a net's definitions on whatever stands for its ports and arrays.

use std::sync::Arc;

use netform_eval::{Flow, Session};
use netform_expr::pattern::Bindings;
use netform_expr::{Expr, NodeMap, Sym, substitute};
use netform_layers::{Absent, Definition, PortKind, Recurrence, Statement, definition_of};

use crate::data::{array_symbol, components, filled};
use crate::net::{ArrayValue, Leaf, Net, Source};
use crate::program::NetProgram;

/// How arrays without explicit numbers appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrays {
    /// As lists: of their numbers, or of the components of an array symbol.
    Components,
    /// Given ones as they are, the others as array symbols.
    Whole,
    /// All as array symbols.
    Symbols,
}

/// The outputs of all layers, by layer and port.
pub(crate) struct Values {
    by_leaf: Vec<Vec<(&'static str, Expr)>>,
}

impl Values {
    /// The value of an output port.
    pub(crate) fn get(&self, leaf: usize, port: &str) -> Option<&Expr> {
        self.by_leaf[leaf].iter().find(|(name, _)| *name == port).map(|(_, value)| value)
    }
}

/// Evaluates all layers of a net; `inputs` stand for its ports, `None` for states that are zero.
///
/// All shapes must be known.
pub(crate) fn evaluate_net(
    session: &mut Session,
    net: &Net,
    inputs: &[Option<Expr>],
    arrays: Arrays,
) -> Result<Values, Flow> {
    evaluate_layers(session, net, inputs, arrays, |_, _, value| value)
}

/// As [`evaluate_net`]; `passed` is what the following layers get for an output of a layer.
pub(crate) fn evaluate_layers(
    session: &mut Session,
    net: &Net,
    inputs: &[Option<Expr>],
    arrays: Arrays,
    mut passed: impl FnMut(&Leaf, &'static str, Expr) -> Expr,
) -> Result<Values, Flow> {
    let mut values = Values { by_leaf: Vec::with_capacity(net.leaves.len()) };
    for leaf in &net.leaves {
        let mut ports = Vec::with_capacity(leaf.sources.len());
        for (port, source) in &leaf.sources {
            let value = match source {
                Source::Input(i) => inputs[*i].clone(),
                Source::Leaf(from, from_port) => values.get(*from, from_port).cloned(),
            };
            ports.extend(value.map(|value| (*port, value)));
        }
        let outputs = evaluate_leaf(session, leaf, &ports, arrays)?;
        let outputs = outputs.into_iter().map(|(port, value)| (port, passed(leaf, port, value)));
        values.by_leaf.push(outputs.collect());
    }
    Ok(values)
}

/// What stands for an array of a leaf.
pub(crate) fn array_value(leaf: &Leaf, name: &'static str, arrays: Arrays) -> Option<Expr> {
    let shape = leaf.shape(name);
    match leaf.array(name)? {
        ArrayValue::Given(value) if arrays == Arrays::Components && !value.is_list() => {
            // An array symbol or expression among lists takes part with its components.
            let dimensions = shape.dimensions().unwrap_or_default();
            let sizes: Option<Vec<usize>> = dimensions.iter().map(Expr::as_usize).collect();
            Some(
                sizes
                    .filter(|sizes| !sizes.is_empty())
                    .map_or(value.clone(), |_| Expr::call(Sym::ComponentExpand, [value.clone()])),
            )
        }
        ArrayValue::Given(value) if arrays != Arrays::Symbols => Some(value.clone()),
        ArrayValue::None => {
            let fill = match leaf.layer.array(name)?.absent {
                Some(Absent::Ones) => 1,
                Some(Absent::Zeros) | None => 0,
            };
            filled(fill, shape, arrays != Arrays::Components)
        }
        ArrayValue::Given(_) | ArrayValue::Automatic => {
            let dimensions = shape.dimensions()?;
            let symbol = array_symbol(array_name(leaf, name), &dimensions);
            if arrays != Arrays::Components && !dimensions.is_empty() {
                return Some(symbol);
            }
            let sizes: Option<Vec<usize>> = dimensions.iter().map(Expr::as_usize).collect();
            Some(sizes.map_or(symbol.clone(), |sizes| components(&symbol, &sizes)))
        }
    }
}

/// The name of an array symbol: the array's name, with the path of its layer in a larger net.
pub(crate) fn array_name(leaf: &Leaf, name: &str) -> Expr {
    if leaf.path.is_empty() {
        Expr::string(name)
    } else {
        Expr::list(leaf.path.iter().cloned().chain([Expr::string(name)]))
    }
}

/// Evaluates the definition of one layer.
fn evaluate_leaf(
    session: &mut Session,
    leaf: &Leaf,
    ports: &[(&'static str, Expr)],
    arrays: Arrays,
) -> Result<Vec<(&'static str, Expr)>, Flow> {
    if arrays == Arrays::Components
        && leaf.shapes.iter().any(|(_, shape)| shape.is_empty())
        && let Some(outputs) = evaluate_empty(session, leaf, ports)?
    {
        return Ok(outputs);
    }
    let definition = definition_of(session, leaf.layer);
    let mut scope = Environment::new(leaf);
    for (name, value) in ports {
        scope.set(definition.scope.symbol(name), value.clone());
    }
    for port in leaf.layer.inputs {
        let is_state = matches!(port.kind, PortKind::State(_));
        if is_state
            && !ports.iter().any(|(name, _)| *name == port.name)
            && let Some(zeros) = filled(0, leaf.shape(port.name), arrays != Arrays::Components)
        {
            scope.set(definition.scope.symbol(port.name), zeros);
        }
    }
    for array in leaf.layer.arrays {
        if let Some(value) = array_value(leaf, array.name, arrays) {
            scope.set(definition.scope.symbol(array.name), value);
        }
    }
    for statement in &definition.statements {
        match statement {
            Statement::Is { left, right, .. } => {
                let value = session.evaluate(&scope.put_into(right))?;
                scope.set(left.clone(), value);
            }
            Statement::Recurrence(recurrence) => evaluate_recurrence(session, &mut scope, recurrence)?,
        }
    }
    Ok(leaf
        .layer
        .outputs
        .iter()
        .filter_map(|port| scope.get(&definition.scope.symbol(port.name)).map(|value| (port.name, value)))
        .collect())
}

/// Evaluates a layer with empty arrays by its program: lists do not show the dimensions that
/// follow a 0, values of programs do.
fn evaluate_empty(
    session: &mut Session,
    leaf: &Leaf,
    ports: &[(&'static str, Expr)],
) -> Result<Option<Vec<(&'static str, Expr)>>, Flow> {
    let Ok(program) = NetProgram::of_leaf(session, leaf, ports)? else { return Ok(None) };
    let given = leaf.layer.inputs.iter().filter_map(|port| ports.iter().find(|(name, _)| *name == port.name));
    let lists: Vec<Expr> = given.map(|(_, list)| list.clone()).collect();
    let Ok(results) = program.run(session, &lists)? else { return Ok(None) };
    Ok(Some(leaf.layer.outputs.iter().map(|port| port.name).zip(results).collect()))
}

/// The values of lexical names.
#[derive(Clone)]
pub(crate) struct Environment {
    values: NodeMap<Expr>,
}

impl Environment {
    /// The parameters and shapes of a leaf.
    pub(crate) fn new(leaf: &Leaf) -> Environment {
        Environment { values: leaf.known.iter().cloned().collect() }
    }

    pub(crate) fn set(&mut self, name: Expr, value: Expr) {
        self.values.insert(name, value);
    }

    pub(crate) fn get(&self, name: &Expr) -> Option<Expr> {
        self.values.get(name).cloned()
    }

    /// A text with the values put in for its names.
    pub(crate) fn put_into(&self, text: &Expr) -> Expr {
        let bindings: Bindings = self.values.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        substitute(text, &bindings)
    }
}

/// A recurrence is an `ArrayFold` of a pure function of the states and the elements.
fn evaluate_recurrence(session: &mut Session, scope: &mut Environment, recurrence: &Recurrence) -> Result<(), Flow> {
    let step = step_function(scope, recurrence);
    let initial = Expr::list(recurrence.states.iter().map(|(_, initial, _)| scope.put_into(initial)));
    let sequences = Expr::list(recurrence.sequences.iter().map(|(_, sequence)| scope.put_into(sequence)));
    let fold = session.evaluate_call(Sym::ArrayFold, [step, initial, sequences])?;
    let part = |session: &mut Session, group: i64, i: usize| {
        session.evaluate_call(Sym::Part, [fold.clone(), Expr::integer(group), Expr::integer(i as i64 + 1)])
    };
    for (i, (_, _, last)) in recurrence.states.iter().enumerate() {
        let value = part(session, 1, i)?;
        scope.set(last.clone(), value);
    }
    for (i, (sequence, _)) in recurrence.outputs.iter().enumerate() {
        let value = part(session, 2, i)?;
        scope.set(sequence.clone(), value);
    }
    Ok(())
}

/// The step as a pure function of the list of states and the list of elements: the equations are
/// put into each other, sharing what they share.
fn step_function(scope: &Environment, recurrence: &Recurrence) -> Expr {
    let slot_part = |slot: i64, i: usize| {
        let slot = Expr::call(Sym::Slot, [Expr::integer(slot)]);
        Expr::call(Sym::Part, [slot, Expr::integer(i as i64 + 1)])
    };
    let mut inner = Environment { values: scope.values.clone() };
    for (i, (state, _, _)) in recurrence.states.iter().enumerate() {
        inner.set(state.clone(), slot_part(1, i));
    }
    for (i, (element, _)) in recurrence.sequences.iter().enumerate() {
        inner.set(element.clone(), slot_part(2, i));
    }
    for (left, right, _) in &recurrence.step {
        let value = inner.put_into(right);
        inner.set(left.clone(), value);
    }
    let group =
        |names: &mut dyn Iterator<Item = &Expr>| Expr::list(names.map(|name| inner.put_into(name)).collect::<Vec<_>>());
    let states = group(&mut recurrence.next.iter());
    let outputs = group(&mut recurrence.outputs.iter().map(|(_, element)| element));
    Expr::call(Sym::Function, [Expr::list([states, outputs])])
}

/// The parsed definition of a leaf's layer.
pub(crate) fn definition(session: &mut Session, leaf: &Leaf) -> Arc<Definition> {
    definition_of(session, leaf.layer)
}

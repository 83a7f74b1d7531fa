//! What names in the texts of a layer stand for, and recurrences as folds of their steps.

use netform_eval::Session;
use netform_expr::pattern::Bindings;
use netform_expr::{Expr, NodeMap, Sym, substitute};
use netform_layers::{Definition, PortKind, Recurrence, definition_of};

use crate::data::filled;
use crate::draws;
use crate::evaluate::{Arrays, array_value, inner_function};
use crate::indices::checked;
use crate::net::{Leaf, LeafPort, Name, Net};

/// The values of lexical names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    values: NodeMap<Expr>,
}

impl Environment {
    /// The parameters and shapes of a leaf.
    pub(crate) fn new(leaf: &Leaf) -> Environment {
        Environment { values: leaf.known.iter().cloned().collect() }
    }

    /// All names of a leaf but those that its equations define.
    pub(crate) fn of_leaf(
        session: &mut Session,
        net: &Net,
        index: usize,
        ports: &[(Name, Expr)],
        arrays: Arrays,
    ) -> Environment {
        let leaf = &net.leaves[index];
        let mut scope = Environment::new(leaf);
        scope.set_nets(session, net, index, arrays);
        let definition = definition_of(session, leaf.layer);
        let value = |port: &LeafPort| {
            let given = ports.iter().find(|(name, _)| *name == port.name).map(|(_, value)| value.clone());
            let zeros = || filled(0, leaf.shape(&port.name), arrays != Arrays::Components);
            given.or_else(|| port.is_state().then(zeros).flatten())
        };
        scope.set_ports(&definition, &leaf.inputs, |port| value(port).map(|value| checked(leaf, port, value, arrays)));
        for array in leaf.layer.arrays {
            if let Some(value) = array_value(leaf, array.name, arrays) {
                scope.set(definition.scope.symbol(array.name), value);
            }
        }
        scope
    }

    /// The nets that are arguments of a leaf, as functions.
    pub(crate) fn set_nets(&mut self, session: &mut Session, net: &Net, index: usize, arrays: Arrays) {
        let leaf = &net.leaves[index];
        let functions = (0..leaf.nets.len()).map(|k| inner_function(session, net, index, k, arrays)).collect();
        self.set_functions(session, leaf, functions);
    }

    /// What stands for the nets that are arguments of a leaf, in their order: under the name of the record, those of a
    /// record of any number as a list.
    pub(crate) fn set_functions(&mut self, session: &mut Session, leaf: &Leaf, functions: Vec<Expr>) {
        let definition = definition_of(session, leaf.layer);
        let mut functions = functions.into_iter();
        for group in leaf.nets.chunk_by(|a, b| std::ptr::eq(a.record, b.record)) {
            let of_group: Vec<Expr> = functions.by_ref().take(group.len()).collect();
            let record = group[0].record;
            let value = match of_group.as_slice() {
                [single] if !record.each && record.written.is_none() => single.clone(),
                _ => Expr::list(of_group),
            };
            for (_, count) in definition.calls.iter().filter(|(name, _)| *name == record.name) {
                for call in 2..=*count {
                    let name = format!("{}{call}", record.name);
                    let again = draws::of_call(&value, leaf.path.len(), &name);
                    self.set(definition.scope.symbol(&name), again);
                }
            }
            self.set(definition.scope.symbol(record.name), value);
        }
        let absent =
            leaf.layer.nets.iter().filter(|record| !leaf.nets.iter().any(|net| std::ptr::eq(net.record, *record)));
        for record in absent {
            self.set(definition.scope.symbol(record.name), Expr::list([]));
        }
    }

    /// The values of ports: one by one under their names, several as a list under that of their record.
    pub(crate) fn set_ports(
        &mut self,
        definition: &Definition,
        ports: &[LeafPort],
        mut value: impl FnMut(&LeafPort) -> Option<Expr>,
    ) {
        for group in ports.chunk_by(|a, b| std::ptr::eq(a.record, b.record)) {
            let values: Option<Vec<Expr>> = group.iter().map(&mut value).collect();
            let Some(mut values) = values else { continue };
            let record = group[0].record;
            let value = if group[0].index.is_some() { Expr::list(values) } else { values.swap_remove(0) };
            self.set(definition.scope.symbol(record.name), value);
        }
        let empty = definition.layer.ports().filter(|record| matches!(record.kind, PortKind::Several(_)));
        for record in empty.filter(|record| !ports.iter().any(|port| std::ptr::eq(port.record, *record))) {
            self.set(definition.scope.symbol(record.name), Expr::list([]));
        }
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
pub(crate) fn fold_of(scope: &Environment, recurrence: &Recurrence) -> Expr {
    let step = step_function(scope, recurrence);
    let initial = Expr::list(recurrence.states.iter().map(|(_, initial, _)| scope.put_into(initial)));
    let sequences = Expr::list(recurrence.sequences.iter().map(|(_, sequence)| scope.put_into(sequence)));
    Expr::call(Sym::ArrayFold, [step, initial, sequences])
}

/// The names that a recurrence defines, and the parts of its fold that they stand for.
pub(crate) fn results_of(fold: &Expr, recurrence: &Recurrence) -> Vec<(Expr, Expr)> {
    let part =
        |group: i64, i: usize| Expr::call(Sym::Part, [fold.clone(), Expr::integer(group), Expr::integer(i as i64 + 1)]);
    let finals = recurrence.states.iter().enumerate().map(|(i, (_, _, last))| (last.clone(), part(1, i)));
    let outputs = recurrence.outputs.iter().enumerate().map(|(i, (sequence, _))| (sequence.clone(), part(2, i)));
    finals.chain(outputs).collect()
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

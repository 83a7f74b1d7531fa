//! The equations of a net, layer by layer.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Sym};
use netform_layers::{PortKind, Statement, definition_of};

use super::Settings;
use super::calls::call_of;
use super::draws::Draws;
use super::names::{Names, Naming, Printed, Use, has_own_name, input_tex, output_tex, port_tex};
use super::net_from_equations::results_of;
use super::notation::{indexed, positions};
use crate::data::{array_symbol, filled};
use crate::environment::Environment;
use crate::evaluate::{Arrays, array_value};
use crate::indices::untested;
use crate::net::{ArrayValue, Leaf, LeafPort, Name, Net, NetPort, Place, Source, needs_whole_batch};
use crate::reals::of_reals;
use crate::shape::{PartialShape, is_varying};

/// Why equations cannot be written.
#[derive(Debug)]
pub(super) enum Stop {
    /// The evaluation ends.
    Flow(Flow),
    /// The shape of this is not known.
    Shape(String),
    /// This layer takes all examples of a batch together.
    Batch(String),
    /// Arrays with these dimensions have no elements one by one.
    Sizes(Vec<Expr>),
    /// There would be so many elements.
    TooLarge(usize),
}

impl From<Flow> for Stop {
    fn from(flow: Flow) -> Stop {
        Stop::Flow(flow)
    }
}

pub(super) type Written<T> = Result<T, Stop>;

/// The equations that are written, and what is known of them.
pub(super) struct Writer<'a> {
    pub(super) net: &'a Net,
    pub(super) settings: &'a Settings,
    pub(super) equations: Vec<Expr>,
    pub(super) names: Names,
    /// The indices that may occur, and their greatest values.
    pub(super) scope: Vec<(Expr, Expr)>,
    /// The keys of the layer whose equations are written.
    pub(super) place: Vec<Expr>,
    /// The depths of expressions; see [`super::notation`].
    pub(super) depths: NodeMap<usize>,
    /// The elements that are written so far with the indices in scope, by `{array, index, ...}`.
    pub(super) elements: NodeMap<Expr>,
    /// Parts that have a name of their own.
    pub(super) named: NodeMap<Expr>,
    /// The outputs of calls of inner nets, and the results of recurrences.
    pub(super) results: NodeMap<Vec<Expr>>,
    /// The quantities that arrays are, by layer and name.
    arrays: Vec<((usize, &'static str), Expr)>,
    /// What arrays are after a step of training that changes them.
    pub(super) updated: Vec<Expr>,
    /// The index of the examples of a batch, and their number, where layers take all of them together.
    batch: Option<(Expr, Expr)>,
}

/// The values of output ports.
type Outputs = Vec<(Place, Expr)>;

impl<'a> Writer<'a> {
    pub(super) fn new(net: &'a Net, settings: &'a Settings) -> Writer<'a> {
        Writer {
            net,
            settings,
            equations: Vec::new(),
            names: Names::default(),
            scope: Vec::new(),
            place: Vec::new(),
            depths: NodeMap::default(),
            elements: NodeMap::default(),
            named: NodeMap::default(),
            results: NodeMap::default(),
            arrays: Vec::new(),
            updated: Vec::new(),
            batch: None,
        }
    }

    /// The quantities for the inputs of the net; `None` for states that begin with zero.
    pub(super) fn inputs(&mut self, session: &mut Session) -> Written<Vec<Option<Expr>>> {
        for leaf in &self.net.leaves {
            let sizes = leaf.shapes.iter().filter_map(|(_, shape)| shape.dimensions()).flatten();
            sizes.chain(leaf.parameters.iter().map(|(_, value)| value.clone())).for_each(|e| self.names.avoid(&e));
        }
        // The names that the user gave are taken, wherever they come to stand.
        for (_, name) in &self.settings.names {
            self.names.reserve(name);
        }
        self.enter_batch(session)?;
        let mut inputs = Vec::with_capacity(self.net.inputs.len());
        for (i, input) in self.net.inputs.iter().enumerate() {
            if input.optional {
                inputs.push(None);
                continue;
            }
            let Some(dimensions) = input.shape.dimensions() else {
                return Err(Stop::Shape(format!("the input {}", input.name)));
            };
            let name = match self.settings.name(&[], &input.name) {
                Some(name) => self.names.take(&name),
                None => self.names.fresh(input_tex(self.net, i), &[]),
            };
            inputs.push(Some(self.variable(name, &lengths(&dimensions))));
        }
        Ok(inputs)
    }

    /// Writes all equations of the net.
    pub(super) fn write(&mut self, session: &mut Session) -> Written<()> {
        let inputs = self.inputs(session)?;
        if self.settings.values {
            self.write_values()?;
        }
        let outputs = self.write_net(session, None, 0..self.net.leaves.len(), &inputs)?;
        let outputs = outputs.into_iter().map(|(place, value)| (place, self.of_all(&value).unwrap_or(value)));
        self.write_outputs(session, &outputs.collect())
    }

    /// Where a layer takes all examples of a batch together, every quantity has an index of the example.
    fn enter_batch(&mut self, session: &mut Session) -> Written<()> {
        let Some(leaf) = self.net.of_whole_batch().next() else { return Ok(()) };
        if leaf.owner.is_some() || !self.settings.indices || self.settings.components {
            return Err(Stop::Batch(leaf.label()));
        }
        let size = self.names.symbol(session, "B");
        let index = self.new_index(session, Use::Example, size.clone());
        self.batch = Some((index, size));
        Ok(())
    }

    /// The quantity for all examples of which a value is the part of one.
    fn of_all(&self, value: &Expr) -> Option<Expr> {
        let (index, _) = self.batch.as_ref()?;
        let args = value.args_of(Sym::Indexed)?;
        let is_of_one = args[0].is_array_symbol() && positions(&args[1]) == std::slice::from_ref(index);
        is_of_one.then(|| args[0].clone())
    }

    /// The equations of a layer that takes all examples together.
    fn write_for_all(
        &mut self,
        session: &mut Session,
        index: usize,
        ports: &[(Name, Expr)],
    ) -> Written<Vec<(Name, Expr)>> {
        let Some((example, _)) = self.batch.clone() else {
            return Err(Stop::Batch(self.net.leaves[index].label()));
        };
        let mut whole = Vec::with_capacity(ports.len());
        for (name, value) in ports {
            let value = match self.of_all(value) {
                Some(all) => all,
                None => {
                    let named = self.named(session, value, "a")?;
                    // What is the same for all examples is no batch.
                    self.of_all(&named).ok_or_else(|| Stop::Batch(self.net.leaves[index].label()))?
                }
            };
            whole.push((name.clone(), value));
        }
        let outer = std::mem::take(&mut self.scope);
        let values = self.write_statements(session, index, &whole)?;
        self.scope = outer;
        let of_one = |value: Expr| indexed(&value, std::slice::from_ref(&example));
        Ok(values.into_iter().map(|(name, value)| (name, of_one(value))).collect())
    }

    /// Equations for outputs that are no quantities of their own, or that another equation needs: the results of equations
    /// are the quantities that none needs.
    fn write_outputs(&mut self, session: &mut Session, outputs: &Outputs) -> Written<()> {
        let net = self.net;
        let mut ports: Vec<&NetPort> = Vec::new();
        let mut results: Vec<Expr> = Vec::new();
        for port in &net.outputs {
            let Some((_, value)) = outputs.iter().find(|(place, _)| port.places.first() == Some(place)) else {
                continue;
            };
            let is_defined = self.equations.iter().any(|equation| {
                let left = equation.arg(0);
                left == *value || left.has_head(Sym::Indexed) && left.arg(0) == *value
            });
            let is_own = is_defined && !results.contains(value) && !has_own_name(port);
            results.push(if is_own { value.clone() } else { self.restate(session, port, value)? });
            ports.push(port);
        }
        let needed: Vec<Expr> = results.iter().chain(&self.updated).cloned().collect();
        self.drop_unused(&needed);
        // What is stated anew is needed by that, and with it all that depend on each other with it.
        loop {
            let found = results_of(&self.equations);
            let Some(hidden) = results.iter().position(|result| !found.contains(result)) else { return Ok(()) };
            results[hidden] = self.restate(session, ports[hidden], &results[hidden].clone())?;
        }
    }

    /// A quantity of its own for the value of an output, by the name that the user gave it.
    fn restate(&mut self, session: &mut Session, output: &NetPort, value: &Expr) -> Written<Expr> {
        let name = match self.settings.name(&[], &output.name) {
            Some(name) => self.names.take(&name),
            None => self.names.fresh(output_tex(self.net, output), &[]),
        };
        let dimensions = self.dimensions(session, value)?;
        // The value is that for all examples, if it is one of a batch at all.
        let outer = if self.batch.is_some() && !self.is_of_one(value) {
            std::mem::take(&mut self.scope)
        } else {
            self.scope.clone()
        };
        let restated = self.define(session, Naming::Given(name), &dimensions, value)?;
        self.scope = outer;
        Ok(self.of_all(&restated).unwrap_or(restated))
    }

    /// Whether a value is that of one example of a batch.
    fn is_of_one(&self, value: &Expr) -> bool {
        self.batch.as_ref().is_some_and(|(index, _)| netform_expr::occurs(value, index))
    }

    /// Writes the layers of a net; `inputs` are its inputs, `None` for states that begin with zero.
    pub(super) fn write_net(
        &mut self,
        session: &mut Session,
        owner: Option<usize>,
        leaves: std::ops::Range<usize>,
        inputs: &[Option<Expr>],
    ) -> Written<Outputs> {
        let mut outputs = Outputs::new();
        for i in leaves.filter(|i| self.net.leaves[*i].owner == owner) {
            let leaf = &self.net.leaves[i];
            let value = |source: &Source| match source {
                Source::Input(input) => inputs.get(*input).cloned().flatten(),
                Source::Leaf(from) => outputs.iter().rfind(|(place, _)| place == from).map(|(_, value)| value.clone()),
            };
            let ports: Vec<(Name, Expr)> =
                leaf.sources.iter().filter_map(|(port, source)| Some((port.clone(), value(source)?))).collect();
            let outer = std::mem::replace(&mut self.place, leaf.path.clone());
            let values = self.write_leaf(session, i, &ports)?;
            self.place = outer;
            outputs.extend(values.into_iter().map(|(port, value)| (Place { leaf: i, port }, value)));
        }
        Ok(outputs)
    }

    /// Writes the equations of a layer; gives the values of its outputs.
    fn write_leaf(
        &mut self,
        session: &mut Session,
        index: usize,
        ports: &[(Name, Expr)],
    ) -> Written<Vec<(Name, Expr)>> {
        if self.net.training && needs_whole_batch(&self.net.leaves[index]) {
            return self.write_for_all(session, index, ports);
        }
        self.write_statements(session, index, ports)
    }

    /// Writes the statements of a layer's definition.
    fn write_statements(
        &mut self,
        session: &mut Session,
        index: usize,
        ports: &[(Name, Expr)],
    ) -> Written<Vec<(Name, Expr)>> {
        let net = self.net;
        let leaf = &net.leaves[index];
        let definition = definition_of(session, leaf.layer);
        let mut scope = Environment::new(leaf);
        if self.settings.indices {
            self.set_calls(session, &mut scope, index);
        } else {
            scope.set_nets(session, net, index, Arrays::Symbols);
        }
        for array in leaf.layer.arrays {
            if let Some(value) = self.array(index, array.name)? {
                scope.set(definition.scope.symbol(array.name), value);
            }
        }
        let mut missing = None;
        let value = |port: &LeafPort| {
            let given = ports.iter().find(|(name, _)| *name == port.name).map(|(_, value)| value.clone());
            let shape = lengths_of(leaf.shape(&port.name));
            let value = given.or_else(|| port.is_state().then(|| filled(0, &shape, true)).flatten());
            if value.is_none() {
                missing = Some(format!("{} of {}", port.name, leaf.label()));
            }
            value
        };
        scope.set_ports(&definition, &leaf.inputs, value);
        if let Some(missing) = missing {
            return Err(Stop::Shape(missing));
        }
        let mut outputs: Vec<(Name, Expr)> = Vec::new();
        let mut draws = Draws::default();
        for statement in definition.statements(net.training) {
            match statement {
                Statement::Is { left, right, tex } => {
                    let value = session.evaluate(&scope.put_into(right))?;
                    let value = of_reals(session, value, ports)?;
                    let value = untested(session, value)?;
                    let value = self.with_draws(session, leaf, &value, &mut draws)?;
                    let plain = definition.scope.name_of(left).unwrap_or_default();
                    let own: Vec<&LeafPort> = leaf.outputs.iter().filter(|port| port.record.name == plain).collect();
                    let is_updated =
                        leaf.layer.training.is_some_and(|training| training.updated().any(|array| array == plain));
                    if let Some(record) = leaf.layer.array(plain).filter(|_| is_updated) {
                        self.write_update(session, index, record, &value)?;
                        scope.set(left.clone(), value);
                        continue;
                    }
                    if own.is_empty() {
                        let value = if tex.is_empty() { value } else { self.quantity(session, tex, &value)? };
                        scope.set(left.clone(), value);
                        continue;
                    }
                    scope.set(left.clone(), value.clone());
                    for port in own {
                        if port.record.kind == PortKind::OnRequest && !self.is_used(index, &port.name) {
                            continue;
                        }
                        let value = match port.index {
                            Some(i) => {
                                session.evaluate_call(Sym::Part, [value.clone(), Expr::integer(i as i64 + 1)])?
                            }
                            None => value.clone(),
                        };
                        let value = self.output(session, leaf, port, value)?;
                        if port.index.is_none() {
                            scope.set(left.clone(), value.clone());
                        }
                        outputs.push((port.name.clone(), value));
                    }
                }
                Statement::Recurrence(recurrence) => {
                    let results = self.write_recurrence(session, leaf, &definition, &scope, recurrence)?;
                    for (name, value) in results {
                        let plain = definition.scope.name_of(&name).unwrap_or_default();
                        if let Some(port) = leaf.outputs.iter().find(|port| port.record.name == plain) {
                            outputs.push((port.name.clone(), value.clone()));
                        }
                        scope.set(name, value);
                    }
                }
            }
        }
        Ok(outputs)
    }

    /// An output of a layer, by its own name unless it is only another name.
    fn output(&mut self, session: &mut Session, leaf: &Leaf, port: &LeafPort, value: Expr) -> Written<Expr> {
        let value = if call_of(&value).is_some() {
            self.resolve(session, &value)?
        } else if is_call_or_fold(&value) {
            self.element(session, &value, &[])?
        } else {
            value
        };
        let inlined = !self.settings.intermediate && self.result(leaf, &port.name).is_none();
        if is_plain(&value) || inlined {
            return Ok(value);
        }
        let named = self.settings.name(&leaf.path, &port.name);
        let naming = match named.or_else(|| self.settings.name(&[], &self.result(leaf, &port.name)?.name)) {
            Some(name) => Naming::Given(self.names.take(&name)),
            None => Naming::New(port_tex(leaf, &port.name)),
        };
        let dimensions = self.dimensions(session, &value)?;
        self.define(session, naming, &dimensions, &value)
    }

    fn is_used(&self, index: usize, port: &Name) -> bool {
        let place = Place { leaf: index, port: port.clone() };
        let by_leaf = |leaf: &Leaf| leaf.sources.iter().any(|(_, source)| *source == Source::Leaf(place.clone()));
        let inner = self.net.leaves.iter().flat_map(|leaf| &leaf.nets).flat_map(|net| &net.outputs);
        self.net.leaves.iter().any(by_leaf)
            || self
                .net
                .outputs
                .iter()
                .any(|output| output.places.contains(&place) && !self.net.leaves[index].path.is_empty())
            || inner.into_iter().any(|(_, output)| output.places.contains(&place))
    }

    /// The output of the net that an output of a layer is.
    fn result(&self, leaf: &Leaf, port: &Name) -> Option<&'a NetPort> {
        let net = self.net;
        let is_it = |place: &Place| std::ptr::eq(&raw const net.leaves[place.leaf], leaf) && place.port == *port;
        net.outputs.iter().find(|output| output.places.iter().any(is_it))
    }

    /// What stands for an array of a layer.
    pub(super) fn array(&mut self, index: usize, array: &'static str) -> Written<Option<Expr>> {
        let leaf = &self.net.leaves[index];
        if leaf.array(array) == Some(&ArrayValue::None) {
            return Ok(array_value(leaf, array, Arrays::Whole));
        }
        let first = self.net.places_of(index, array).into_iter().next().unwrap_or((index, array));
        if let Some((_, known)) = self.arrays.iter().find(|(place, _)| *place == first) {
            return Ok(Some(known.clone()));
        }
        let Some(dimensions) = leaf.shape(array).dimensions() else {
            return Err(Stop::Shape(format!("{array} of {}", leaf.label())));
        };
        let tex = leaf.layer.array(array).map_or(array, |record| record.tex);
        let shared = leaf.shared_name(array).and_then(Expr::as_str).map(str::to_owned);
        let name = match (self.settings.name(&leaf.path, array), shared) {
            (Some(name), _) => self.names.take(&name),
            (None, Some(shared)) => self.names.fresh(Printed::word(&shared), &[]),
            (None, None) => {
                // An array that is written in a function belongs to the layer of the function.
                let owner = leaf.owner.map(|owner| &self.net.leaves[owner]);
                let owner = owner.filter(|owner| {
                    owner.layer.nets.iter().any(|record| record.written == Some(netform_layers::Written::Arrays))
                });
                self.names.fresh(tex, &owner.unwrap_or(leaf).path)
            }
        };
        let symbol = array_symbol(name, &lengths(&dimensions));
        self.arrays.push((first, symbol.clone()));
        Ok(Some(symbol))
    }

    /// An equation for each array that has a value.
    fn write_values(&mut self) -> Written<()> {
        for (i, leaf) in self.net.leaves.iter().enumerate() {
            for (array, value) in &leaf.arrays {
                let is_first = self.net.places_of(i, array).first() == Some(&(i, *array));
                if let (ArrayValue::Given(value), true) = (value, is_first)
                    && let Some(symbol) = self.array(i, array)?
                {
                    self.equations.push(Expr::call(Sym::Equal, [symbol, value.clone()]));
                }
            }
        }
        Ok(())
    }
}

pub(super) fn is_call_or_fold(e: &Expr) -> bool {
    call_of(e).is_some() || e.has_head(Sym::ArrayFold) && e.len() == 4
}

/// An equation for these would only rename something.
pub(super) fn is_plain(value: &Expr) -> bool {
    value.is_atom() && value.as_array().is_none()
        || call_of(value).is_none() && value.is_array_symbol()
        || value.has_head(Sym::Indexed) && value.arg(0).is_array_symbol()
}

/// Dimensions in which a length that may vary is a symbol.
pub(super) fn lengths(dimensions: &[Expr]) -> Vec<Expr> {
    dimensions.iter().map(|d| if is_varying(d) { Expr::symbol("Global`n") } else { d.clone() }).collect()
}

fn lengths_of(shape: &PartialShape) -> PartialShape {
    shape.dimensions().map_or_else(|| shape.clone(), |dimensions| PartialShape::known(lengths(&dimensions)))
}

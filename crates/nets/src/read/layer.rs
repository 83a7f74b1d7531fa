//! A layer: its arguments, options, ports and inner nets.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use netform_layers::{Layer, Port, PortKind, Several, definition_of};

use super::{Ends, Reader, ends_of, split_options};
use crate::arguments::as_lists;
use crate::diagnostic::instead;
use crate::environment::Environment;
use crate::net::{ArrayValue, Leaf, LeafPort, Name};
use crate::parameters::{default_of, objection};
use crate::parts::members;
use crate::{PartialShape, multipliers, shared};

impl Reader {
    pub(super) fn read_layer(
        &mut self,
        session: &mut Session,
        e: &Expr,
        layer: &'static Layer,
        path: &[Expr],
        connections: Option<usize>,
    ) -> Result<Option<Ends>, Flow> {
        let symbol = e.head().clone();
        let args = e.args();
        let (positional, mut options) = split_options(&args);
        for (name, _) in &mut options {
            if let Some(parameter) = layer.parameter_of_key(name).filter(|_| layer.array(name).is_none()) {
                parameter.name.clone_into(name);
            }
        }
        let faults_before = self.faults.len();
        let Some(parameters) = self.read_parameters(session, &symbol, layer, positional, &options)? else {
            return Ok(None);
        };
        let index = self.leaves.len();
        self.leaves.push(Leaf {
            path: path.to_vec(),
            layer,
            owner: None,
            parameters,
            arrays: layer.arrays.iter().map(|a| (a.name, ArrayValue::Automatic)).collect(),
            shared: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            open: false,
            nets: Vec::new(),
            sources: Vec::new(),
            given_shapes: Vec::new(),
            coders: Vec::new(),
            given_greatest: Vec::new(),
            integers: Vec::new(),
            known: Vec::new(),
            shapes: Vec::new(),
            greatest: Vec::new(),
        });
        for (name, value) in &options {
            self.read_setting(session, &symbol, index, name, value);
        }
        let values = self.leaves[index].parameters.clone();
        for (parameter, (_, value)) in layer.arguments.iter().chain(layer.options).zip(&values) {
            if let Some(expected) = objection(session, parameter, value)? {
                let text = session.output_form(value);
                self.fault(&symbol, "valfail", [parameter.name.to_owned(), text, expected]);
            }
        }
        if self.faults.len() > faults_before {
            return Ok(None);
        }
        let connections = connections.or_else(|| numbered(layer.inputs, &options));
        let mut scope = ParameterScope::new(session, &self.leaves[index]);
        let mut ends_of_nets = Vec::with_capacity(layer.nets.len());
        for record in layer.nets {
            for (name, net) in self.inner_nets(session, &symbol, record, index) {
                let first = self.leaves.len();
                let Some(ends) = self.read_inner(session, &symbol, record, &name, &net, index, connections)? else {
                    continue;
                };
                if ends_of_nets.is_empty() {
                    scope.set_ports(&ends);
                }
                ends_of_nets.push((record, name, ends, self.leaves.len() - first));
            }
        }
        if self.faults.len() > faults_before {
            return Ok(None);
        }
        for (is_input, records) in [(true, layer.inputs), (false, layer.outputs)] {
            let count = connections.filter(|_| is_input);
            let ports = self.expand(session, &symbol, &scope, records, count, index)?;
            let leaf = &mut self.leaves[index];
            if is_input { leaf.inputs = ports } else { leaf.outputs = ports }
        }
        for inner in ends_of_nets {
            self.connect_inner(session, &symbol, &scope, index, inner)?;
        }
        for (name, value) in &options {
            self.read_port_option(session, &symbol, index, name, value)?;
        }
        Ok((self.faults.len() == faults_before).then(|| ends_of(&self.leaves[index], index)))
    }

    /// The values of arguments and options, in the order of the record.
    fn read_parameters(
        &mut self,
        session: &mut Session,
        symbol: &Expr,
        layer: &'static Layer,
        positional: &[Expr],
        options: &[(String, Expr)],
    ) -> Result<Option<Vec<(&'static str, Expr)>>, Flow> {
        let names = || layer.arguments.iter().map(|a| a.name).collect::<Vec<_>>().join(", ");
        if positional.len() > layer.arguments.len() {
            let (count, form) = match layer.arguments.len() {
                0 => ("none is".to_owned(), format!("{}[options]", layer.name)),
                count => (format!("at most {count}"), names()),
            };
            let counts = [positional.len().to_string(), count, form];
            self.fault(symbol, "netnargs", counts);
            return Ok(None);
        }
        let mut parameters = Vec::new();
        for (i, parameter) in layer.arguments.iter().chain(layer.options).enumerate() {
            let value = match positional.get(i).filter(|_| i < layer.arguments.len()) {
                Some(value) => Some(value.clone()),
                None => default_of(session, parameter)?,
            };
            match value {
                Some(value) => parameters.push((parameter.name, value)),
                None if options.iter().any(|(name, _)| name == parameter.name) => {
                    parameters.push((parameter.name, Sym::Automatic.into()));
                }
                None => {
                    let least = layer.arguments.iter().filter(|a| a.default.is_none()).count();
                    let counts = [positional.len().to_string(), format!("at least {least}"), names()];
                    self.fault(symbol, "netnargs", counts);
                    return Ok(None);
                }
            }
        }
        Ok(Some(parameters))
    }

    /// An option that is a parameter or an array.
    fn read_setting(&mut self, session: &Session, symbol: &Expr, index: usize, name: &str, value: &Expr) {
        let leaf = &mut self.leaves[index];
        if let Some((_, slot)) = leaf.parameters.iter_mut().find(|(n, _)| *n == name) {
            *slot = value.clone();
            return;
        }
        let Some(array) = leaf.layer.array(name) else { return };
        let shared = if value.has_head(Sym::NetArray) { shared::parse(value) } else { None };
        if value.has_head(Sym::NetArray) && shared.is_none() {
            let text = session.output_form(value);
            return self.fault(symbol, "valfail", [name.to_owned(), text, shared::EXPECTED.into()]);
        }
        let setting = if let Some(said) = shared {
            leaf.shared.extend(said.name.map(|name| (array.name, name)));
            let shape = said.dimensions.as_ref().and_then(PartialShape::of_option);
            leaf.given_shapes.extend(shape.map(|shape| (array.name.into(), shape)));
            said.value
        } else if value.is(Sym::Automatic) {
            ArrayValue::Automatic
        } else if value.is(Sym::None) {
            ArrayValue::None
        } else {
            ArrayValue::Given(as_lists(value))
        };
        let forbidden = setting == ArrayValue::None && array.absent.is_none();
        for (n, slot) in &mut leaf.arrays {
            if *n == name {
                *slot = setting.clone();
            }
        }
        if forbidden {
            let text = session.output_form(value);
            self.fault(symbol, "valfail", [name.to_owned(), text, "this array cannot be left out".into()]);
        }
    }

    /// An option that is the shape of a port, or none at all.
    fn read_port_option(
        &mut self,
        session: &mut Session,
        symbol: &Expr,
        index: usize,
        name: &str,
        value: &Expr,
    ) -> Result<(), Flow> {
        let leaf = &self.leaves[index];
        if leaf.parameters.iter().any(|(n, _)| *n == name) || leaf.layer.array(name).is_some() {
            return Ok(());
        }
        if let Some(port) = leaf.port(name) {
            let name = port.name.clone();
            let is_input = leaf.inputs.iter().any(|input| input.name == name);
            let Some(setting) = self.port_setting(session, symbol, &name, is_input, value)? else { return Ok(()) };
            let leaf = &mut self.leaves[index];
            leaf.given_shapes.push((name.clone(), setting.shape.clone()));
            leaf.coders.extend(setting.coder.clone().map(|coder| (name.clone(), coder)));
            self.restrict(session, symbol, index, &name, value, &setting);
            return Ok(());
        }
        if name == multipliers::OPTION {
            self.check_multipliers(session, symbol, value);
            return Ok(());
        }
        let arrays = leaf.layer.arrays.iter().map(|a| a.name);
        let ports = leaf.inputs.iter().chain(&leaf.outputs).map(|p| &*p.name);
        let learns = !leaf.layer.arrays.is_empty() || !leaf.layer.nets.is_empty();
        let rates = Some(multipliers::OPTION).filter(|_| learns);
        let known: Vec<&str> =
            leaf.layer.options.iter().map(|o| o.name).chain(arrays).chain(ports).chain(rates).collect();
        let known = match leaf.layer.renamed.iter().find(|(old, _)| *old == name) {
            Some((old, new)) => format!("{}. {old} is called {new} now.", known.join(", ")),
            None => instead(name, &known),
        };
        self.fault(symbol, "optx", [name.to_owned(), known]);
        Ok(())
    }

    /// The ports that the records of a layer or of a net in it stand for.
    pub(super) fn expand(
        &mut self,
        session: &mut Session,
        symbol: &Expr,
        scope: &ParameterScope,
        records: &'static [Port],
        connections: Option<usize>,
        index: usize,
    ) -> Result<Vec<LeafPort>, Flow> {
        let mut ports = Vec::with_capacity(records.len());
        for record in records {
            let PortKind::Several(several) = record.kind else {
                ports.push(LeafPort { name: record.name.into(), record, index: None });
                continue;
            };
            let value = scope.value_of(session, several.names)?;
            match names_of(&several, &value, connections) {
                Some(Some(names)) => {
                    let port = |(i, name): (usize, Name)| LeafPort { name, record, index: Some(i) };
                    ports.extend(names.into_iter().enumerate().map(port));
                }
                Some(None) => self.leaves[index].open = true,
                None => {
                    let text = session.output_form(&value);
                    let expected = "a number of ports, a list of their names, or an association of names and shapes is \
                                    expected";
                    self.fault(symbol, "valfail", [record.name.to_owned(), text, expected.into()]);
                }
            }
            if value.has_head(Sym::Association) {
                for rule in value.args().iter() {
                    let name: Name = rule.arg(0).as_str().unwrap_or_default().into();
                    if let Some(shape) = self.shape_of_option(session, symbol, &name, &rule.arg(1)) {
                        self.leaves[index].given_shapes.push((name, shape));
                    }
                }
            }
        }
        Ok(ports)
    }
}

/// The number of ports whose shapes options give by numbered names, such as `"Input2"`.
fn numbered(records: &[Port], options: &[(String, Expr)]) -> Option<usize> {
    let bases = records.iter().filter_map(|record| match record.kind {
        PortKind::Several(several) => Some(several.base),
        _ => None,
    });
    let number = |base: &'static str| options.iter().filter_map(move |(name, _)| name.strip_prefix(base)?.parse().ok());
    bases.flat_map(number).max().filter(|&greatest| greatest <= options.len())
}

/// The names that the value of a [`Several::names`] says: `Some(None)` if they are open, `None` if it is no such value.
fn names_of(several: &Several, value: &Expr, connections: Option<usize>) -> Option<Option<Vec<Name>>> {
    let numbered = |count: usize| (1..=count).map(|i| Name::from(format!("{}{i}", several.base))).collect();
    if value.is(Sym::Automatic) {
        return Some(connections.map(numbered));
    }
    if let Some(count) = value.as_usize() {
        return Some(Some(numbered(count)));
    }
    let names: Vec<Expr> = if value.is_list() {
        value.args().into_owned()
    } else {
        value.has_head(Sym::Association).then(|| members(value))??.into_iter().map(|(key, _)| key).collect()
    };
    let names: Option<Vec<Name>> = names.iter().map(|name| name.as_str().map(Name::from)).collect();
    names.map(Some)
}

/// The parameters of a layer, for the texts that name its ports.
pub(super) struct ParameterScope {
    values: Environment,
    layer: &'static Layer,
    ports: Expr,
    output_ports: Expr,
}

impl ParameterScope {
    fn new(session: &mut Session, leaf: &Leaf) -> ParameterScope {
        let definition = definition_of(session, leaf.layer);
        let mut values = Environment::default();
        let ports = definition.scope.symbol("Ports");
        let output_ports = definition.scope.symbol("OutputPorts");
        for unknown in [&ports, &output_ports] {
            values.set(unknown.clone(), Expr::list([]));
        }
        for (name, value) in &leaf.parameters {
            values.set(definition.scope.symbol(name), value.clone());
        }
        ParameterScope { values, layer: leaf.layer, ports, output_ports }
    }

    /// The ports of the first net are the variables `Ports` and `OutputPorts`.
    fn set_ports(&mut self, ends: &Ends) {
        let required = ends.inputs.iter().filter(|end| !end.optional);
        let names = Expr::list(required.map(|end| Expr::string(&end.name)).collect::<Vec<_>>());
        self.values.set(self.ports.clone(), names);
        let names = Expr::list(ends.results().map(|end| Expr::string(&end.name)).collect::<Vec<_>>());
        self.values.set(self.output_ports.clone(), names);
    }

    fn value_of(&self, session: &mut Session, text: &str) -> Result<Expr, Flow> {
        let definition = definition_of(session, self.layer);
        let parsed = netform_layers::parse_in(session, &definition.scope, text);
        session.evaluate(&self.values.put_into(&parsed))
    }
}

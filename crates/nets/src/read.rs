//! From the expression of a net to its typed view.

use std::sync::Arc;

use netform_eval::{Dependent, Flow, Session};
use netform_expr::{Expr, NodeMap, Sym};
use netform_layers::library::LAYERS;
use netform_layers::{Layer, PortKind};

use crate::infer::infer;
use crate::net::{ArrayValue, Leaf, Net, NetPort, Source};
use crate::parameters::{default_of, objection};
use crate::records::layer_symbol;
use crate::{Fault, PartialShape};

/// Views of nets by node, and records of layers by symbol.
#[derive(Default)]
struct Views {
    nets: NodeMap<Dependent<Arc<Net>>>,
    layers: NodeMap<&'static Layer>,
}

/// So many views are kept; then all are forgotten.
const CAPACITY: usize = 256;

/// The record of the layer whose constructor is this symbol.
pub(crate) fn layer_of(session: &mut Session, symbol: &Expr) -> Option<&'static Layer> {
    layers(session).get(symbol).copied()
}

/// Makes `symbol` the constructor of a layer that is not one of the library.
pub(crate) fn know_layer(session: &mut Session, symbol: Expr, layer: &'static Layer) {
    layers(session).insert(symbol, layer);
}

/// The records of layers by symbol, at first those of the library.
fn layers(session: &mut Session) -> &mut NodeMap<&'static Layer> {
    let layers = &mut session.extension::<Views>().layers;
    if layers.is_empty() {
        layers.extend(LAYERS.iter().map(|layer| (layer_symbol(layer), *layer)));
    }
    layers
}

/// Whether an expression has the head of a net.
pub fn is_net(session: &mut Session, e: &Expr) -> bool {
    e.has_head(Sym::NetChain) || (e.is_normal() && layer_of(session, e.head()).is_some())
}

/// The view of a net. Inconsistent shapes are among its [`Net::faults`].
///
/// # Errors
/// The faults of its form: unknown options, invalid values.
pub(crate) fn read(session: &mut Session, e: &Expr) -> Result<Result<Arc<Net>, Vec<Fault>>, Flow> {
    if let Some(found) = session.extension::<Views>().nets.get(e).cloned()
        && let Some(net) = session.still(&found)
    {
        return Ok(Ok(net));
    }
    // A view depends on definitions: requirements may call a function that the user gave.
    let found = session.depending(e, |session| {
        let mut reader = Reader { leaves: Vec::new(), faults: Vec::new() };
        let ends = reader.read(session, e, &[]).map_err(Unread::Flow)?;
        match ends.filter(|_| reader.faults.is_empty()) {
            Some(ends) => reader.finish(session, e, ends).map(Arc::new).map_err(Unread::Flow),
            None => Err(Unread::Faults(reader.faults)),
        }
    });
    let found = match found {
        Ok(found) => found,
        Err(Unread::Flow(flow)) => return Err(flow),
        Err(Unread::Faults(faults)) => return Ok(Err(faults)),
    };
    let nets = &mut session.extension::<Views>().nets;
    if nets.len() >= CAPACITY {
        nets.clear();
    }
    nets.insert(e.clone(), found.clone());
    Ok(Ok(found.into_value()))
}

/// Why there is no view of a net.
enum Unread {
    Flow(Flow),
    Faults(Vec<Fault>),
}

/// An end of a part of a net: name, leaf, port there, whether it may stay open.
#[derive(Debug, Clone)]
struct End {
    name: String,
    leaf: usize,
    port: &'static str,
    optional: bool,
}

/// The open inputs and outputs of a part of a net.
struct Ends {
    inputs: Vec<End>,
    outputs: Vec<End>,
}

struct Reader {
    leaves: Vec<Leaf>,
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, symbol: &Expr, tag: &'static str, args: impl IntoIterator<Item = String>) {
        self.faults.push(Fault::new(symbol.clone(), tag, args));
    }

    fn read(&mut self, session: &mut Session, e: &Expr, path: &[Expr]) -> Result<Option<Ends>, Flow> {
        if e.has_head(Sym::NetChain) {
            return self.read_chain(session, e, path);
        }
        match layer_of(session, e.head()) {
            Some(layer) if e.is_normal() => self.read_layer(session, e, layer, path),
            _ => {
                let text = session.output_form(e);
                self.fault(Sym::NetChain.expr(), "notnet", [text]);
                Ok(None)
            }
        }
    }

    fn read_layer(
        &mut self,
        session: &mut Session,
        e: &Expr,
        layer: &'static Layer,
        path: &[Expr],
    ) -> Result<Option<Ends>, Flow> {
        let symbol = e.head().clone();
        let args = e.args();
        let (positional, options) = split_options(&args);
        let faults_before = self.faults.len();
        if positional.len() > layer.arguments.len() {
            let names: Vec<&str> = layer.arguments.iter().map(|a| a.name).collect();
            let counts = [positional.len().to_string(), format!("at most {}", layer.arguments.len()), names.join(", ")];
            self.fault(&symbol, "netnargs", counts);
            return Ok(None);
        }
        let mut leaf = Leaf {
            path: path.to_vec(),
            layer,
            parameters: Vec::new(),
            arrays: layer.arrays.iter().map(|a| (a.name, ArrayValue::Automatic)).collect(),
            sources: Vec::new(),
            given_shapes: Vec::new(),
            known: Vec::new(),
            shapes: Vec::new(),
            greatest: Vec::new(),
        };
        for (i, parameter) in layer.arguments.iter().chain(layer.options).enumerate() {
            let value = match positional.get(i).filter(|_| i < layer.arguments.len()) {
                Some(value) => Some(value.clone()),
                None => default_of(session, parameter)?,
            };
            match value {
                Some(value) => leaf.parameters.push((parameter.name, value)),
                None if options.iter().any(|(name, _)| name == parameter.name) => {
                    leaf.parameters.push((parameter.name, Sym::Automatic.into()));
                }
                None => {
                    let names: Vec<&str> = layer.arguments.iter().map(|a| a.name).collect();
                    let least = layer.arguments.iter().filter(|a| a.default.is_none()).count();
                    let counts = [positional.len().to_string(), format!("at least {least}"), names.join(", ")];
                    self.fault(&symbol, "netnargs", counts);
                    return Ok(None);
                }
            }
        }
        for (name, value) in &options {
            self.read_option(session, &symbol, &mut leaf, name, value);
        }
        for (parameter, (_, value)) in layer.arguments.iter().chain(layer.options).zip(&leaf.parameters) {
            if let Some(expected) = objection(session, parameter, value)? {
                let text = session.output_form(value);
                self.fault(&symbol, "valfail", [parameter.name.to_owned(), text, expected]);
            }
        }
        if self.faults.len() > faults_before {
            return Ok(None);
        }
        let index = self.leaves.len();
        self.leaves.push(leaf);
        Ok(Some(ends_of(layer, index)))
    }

    fn read_option(&mut self, session: &Session, symbol: &Expr, leaf: &mut Leaf, name: &str, value: &Expr) {
        let layer = leaf.layer;
        if let Some((_, slot)) = leaf.parameters.iter_mut().find(|(n, _)| *n == name) {
            *slot = value.clone();
        } else if let Some(array) = layer.array(name) {
            let value = if value.is(Sym::Automatic) {
                ArrayValue::Automatic
            } else if value.is(Sym::None) {
                if array.absent.is_none() {
                    self.fault(
                        symbol,
                        "valfail",
                        [name.to_owned(), "None".into(), "this array cannot be left out".into()],
                    );
                }
                ArrayValue::None
            } else {
                ArrayValue::Given(value.clone())
            };
            for (n, slot) in &mut leaf.arrays {
                if *n == name {
                    *slot = value.clone();
                }
            }
        } else if let Some(port) = layer.port(name) {
            match PartialShape::of_option(value) {
                Some(shape) => leaf.given_shapes.push((port.name, shape)),
                None => {
                    let text = session.output_form(value);
                    let expected = "a number, a list of dimensions, \"Real\" or Automatic is expected".to_owned();
                    self.fault(symbol, "valfail", [name.to_owned(), text, expected]);
                }
            }
        } else {
            let arrays = layer.arrays.iter().map(|a| a.name);
            let ports = layer.inputs.iter().chain(layer.outputs).map(|p| p.name);
            let known: Vec<&str> = layer.options.iter().map(|o| o.name).chain(arrays).chain(ports).collect();
            self.fault(symbol, "optx", [name.to_owned(), known.join(", ")]);
        }
    }

    fn read_chain(&mut self, session: &mut Session, e: &Expr, path: &[Expr]) -> Result<Option<Ends>, Flow> {
        let symbol = e.head().clone();
        let args = e.args();
        let (positional, options) = split_options(&args);
        let [members] = positional else {
            self.fault(&symbol, "netnargs", [positional.len().to_string(), "1".into(), "the list of layers".into()]);
            return Ok(None);
        };
        let Some(members) = chain_members(members) else {
            let text = session.output_form(members);
            self.fault(
                &symbol,
                "valfail",
                ["layers".into(), text, "a list or an association of layers is expected".into()],
            );
            return Ok(None);
        };
        let mut ends: Option<Ends> = None;
        let mut sound = true;
        for (key, member) in members {
            let mut inner = path.to_vec();
            inner.push(key);
            let Some(next) = self.read(session, &member, &inner)? else {
                sound = false;
                continue;
            };
            if next.inputs.iter().filter(|end| !end.optional).count() != 1 || next.outputs.len() != 1 {
                let text = session.output_form(member.head());
                self.fault(&symbol, "chainport", [text]);
                sound = false;
                continue;
            }
            if let Some(before) = &ends {
                let (from, to) = (&before.outputs[0], &next.inputs[0]);
                self.leaves[to.leaf].sources.push((to.port, Source::Leaf(from.leaf, from.port)));
            }
            let inputs = ends.take().map_or_else(|| next.inputs[..1].to_vec(), |before| before.inputs);
            ends = Some(Ends { inputs, outputs: next.outputs });
        }
        let Some(ends) = ends.filter(|_| sound) else {
            if sound {
                self.fault(&symbol, "valfail", ["layers".into(), "{}".into(), "at least one layer is expected".into()]);
            }
            return Ok(None);
        };
        for (name, value) in &options {
            let end = ends.inputs.iter().chain(&ends.outputs).find(|end| end.name == *name).cloned();
            match (end, PartialShape::of_option(value)) {
                (Some(end), Some(shape)) => self.leaves[end.leaf].given_shapes.push((end.port, shape)),
                (Some(_), None) => {
                    let text = session.output_form(value);
                    let expected = "a number, a list of dimensions, \"Real\" or Automatic is expected".to_owned();
                    self.fault(&symbol, "valfail", [name.clone(), text, expected]);
                }
                (None, _) => self.fault(&symbol, "optx", [name.clone(), "Input, Output".into()]),
            }
        }
        Ok(Some(ends))
    }

    fn finish(mut self, session: &mut Session, e: &Expr, ends: Ends) -> Result<Net, Flow> {
        for (i, end) in ends.inputs.iter().enumerate() {
            self.leaves[end.leaf].sources.push((end.port, Source::Input(i)));
        }
        let faults = infer(session, &mut self.leaves)?;
        let port = |end: &End| NetPort {
            name: end.name.clone(),
            leaf: end.leaf,
            port: end.port,
            shape: self.leaves[end.leaf].shape(end.port).clone(),
            optional: end.optional,
        };
        let inputs = ends.inputs.iter().map(port).collect();
        let outputs = ends.outputs.iter().map(port).collect();
        Ok(Net { expr: e.clone(), leaves: self.leaves, inputs, outputs, faults })
    }
}

/// All inputs of a layer, and those outputs that are its result.
fn ends_of(layer: &'static Layer, leaf: usize) -> Ends {
    let is_state = |port: &netform_layers::Port| matches!(port.kind, PortKind::State(_));
    let finals: Vec<&str> = layer
        .inputs
        .iter()
        .filter_map(|port| if let PortKind::State(last) = port.kind { Some(last) } else { None })
        .collect();
    let end = |port: &'static netform_layers::Port| End {
        name: port.name.to_owned(),
        leaf,
        port: port.name,
        optional: is_state(port),
    };
    Ends {
        inputs: layer.inputs.iter().map(end).collect(),
        outputs: layer.outputs.iter().filter(|port| !finals.contains(&port.name)).map(end).collect(),
    }
}

/// The members of a chain with their keys: numbers in a list, names in an association.
pub(crate) fn chain_members(members: &Expr) -> Option<Vec<(Expr, Expr)>> {
    if members.is_list() {
        return Some((1..).map(Expr::integer).zip(members.args().iter().cloned()).collect());
    }
    if members.has_head(Sym::Association) {
        return members
            .args()
            .iter()
            .map(|rule| rule.has_head(Sym::Rule).then(|| (rule.arg(0), rule.arg(1))))
            .collect();
    }
    None
}

/// The arguments before the first option, and the options with their names.
pub(crate) fn split_options(args: &[Expr]) -> (&[Expr], Vec<(String, Expr)>) {
    let is_option = |e: &Expr| matches!(e.head_sym(), Some(Sym::Rule | Sym::RuleDelayed)) && e.len() == 2;
    let first = args.iter().position(is_option).unwrap_or(args.len());
    let name = |key: &Expr| key.as_str().map(str::to_owned).or_else(|| key.as_symbol().map(|s| s.name().to_owned()));
    let options = args[first..]
        .iter()
        .map(|rule| {
            if is_option(rule) {
                (name(&rule.arg(0)).unwrap_or_else(|| format!("{:?}", rule.arg(0))), rule.arg(1))
            } else {
                (format!("{rule:?}"), Sym::Null.into())
            }
        })
        .collect();
    (&args[..first], options)
}

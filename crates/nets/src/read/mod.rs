//! From the expression of a net to its typed view.

mod container;
mod edges;
mod inner;
mod layer;

use std::sync::Arc;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, NodeSet, Sym};
use netform_layers::library::LAYERS;
use netform_layers::{Layer, PortKind};

pub(crate) use edges::port_keys;

use crate::diagnostic::{advice, instead};
use crate::infer::infer;
use crate::kept::{Kept, kept_without_faults};
use crate::net::{Examples, Leaf, LeafPort, Name, Net, NetPort, Place, Source};
use crate::parts::is_container;
use crate::records::layer_symbol;
use crate::shorthand::shorthand;
use crate::{Coder, Fault, Integers, PartialShape, coder};
use crate::{multipliers, shared};

/// Views of nets by node, and records of layers by symbol.
#[derive(Default)]
struct Views {
    nets: Kept<Arc<Net>, 256>,
    layers: NodeMap<&'static Layer>,
}

/// Nets may nest so deep; what follows may recurse.
const DEPTH_LIMIT: usize = 64;

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
    is_container(e) || (e.is_normal() && layer_of(session, e.head()).is_some())
}

/// The view of a net. Inconsistent shapes are among its [`Net::faults`].
///
/// # Errors
/// The faults of its form: unknown options, invalid values.
pub(crate) fn read(session: &mut Session, e: &Expr) -> Result<Result<Arc<Net>, Vec<Fault>>, Flow> {
    // A view depends on definitions: requirements may call a function that the user gave.
    kept_without_faults(
        session,
        |views: &mut Views| &mut views.nets,
        e,
        |session| {
            let mut reader = Reader { root: e.head().clone(), leaves: Vec::new(), faults: Vec::new() };
            let ends = reader.read(session, e, &[], None)?;
            match ends.filter(|_| reader.faults.is_empty()) {
                Some(ends) => Ok(Ok(Arc::new(reader.finish(session, e, ends)?))),
                None => Ok(Err(reader.faults)),
            }
        },
    )
}

/// An end of a part of a net.
#[derive(Debug, Clone)]
struct End {
    name: Name,
    /// The ports of layers that it stands for.
    places: Vec<Place>,
    /// Whether an input may stay open.
    optional: bool,
    /// The output that gives the final value, if this is a state.
    final_state: Option<Name>,
    /// Whether an output is part of the result only where it is asked for.
    on_request: bool,
    /// The encoder before it, or the decoder behind it.
    coder: Option<Arc<Coder>>,
}

/// The open inputs and outputs of a part of a net.
struct Ends {
    inputs: Vec<End>,
    outputs: Vec<End>,
}

impl Ends {
    fn results(&self) -> impl Iterator<Item = &End> {
        self.outputs.iter().filter(|end| !end.on_request)
    }
}

/// What the option of a port says.
struct PortSetting {
    shape: PartialShape,
    coder: Option<Arc<Coder>>,
    /// The greatest integer that the coder gives, if it gives integers from 1 on.
    greatest: Option<Expr>,
    /// The integers that the port takes, if the option says that it takes some.
    integers: Option<Integers>,
}

impl PortSetting {
    fn of_shape(shape: PartialShape) -> PortSetting {
        PortSetting { shape, coder: None, greatest: None, integers: None }
    }
}

struct Reader {
    /// The head of the whole net.
    root: Expr,
    leaves: Vec<Leaf>,
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, symbol: &Expr, tag: &'static str, args: impl IntoIterator<Item = String>) {
        self.faults.push(Fault::new(symbol.clone(), tag, args));
    }

    /// Reads a part of a net to which so many edges lead, if that is known.
    fn read(
        &mut self,
        session: &mut Session,
        e: &Expr,
        path: &[Expr],
        connections: Option<usize>,
    ) -> Result<Option<Ends>, Flow> {
        session.tick()?;
        if path.len() > DEPTH_LIMIT {
            self.fault(e.head(), "depth", [DEPTH_LIMIT.to_string()]);
            return Ok(None);
        }
        if is_container(e) {
            return self.read_container(session, e, path);
        }
        if let Some(layer) = layer_of(session, e.head()).filter(|_| e.is_normal()) {
            return self.read_layer(session, e, layer, path, connections);
        }
        if let Some(layer) = shorthand(session, e) {
            return self.read(session, &layer, path, connections);
        }
        let text = session.output_form(e);
        let name = if e.is_normal() { e.head() } else { e };
        let name = name.as_symbol().map_or_else(String::new, |symbol| symbol.name().to_owned());
        let layers = layers(session).values().map(|layer| layer.name);
        let meant = advice(&name, layers.chain(["NetChain", "NetGraph"]));
        self.fault(&self.root.clone(), "notnet", [text, meant]);
        Ok(None)
    }

    /// Tells of values that say nothing about how fast arrays learn.
    fn check_multipliers(&mut self, session: &Session, symbol: &Expr, value: &Expr) {
        if !multipliers::is_valid(value) {
            let text = session.output_form(value);
            self.fault(symbol, "valfail", [multipliers::OPTION.to_owned(), text, multipliers::EXPECTED.to_owned()]);
        }
    }

    /// Connects an input to a source.
    fn link(&mut self, input: &End, source: &Source) {
        for place in &input.places {
            self.leaves[place.leaf].sources.push((place.port.clone(), source.clone()));
        }
    }

    /// A shape that an option of a net gives to one of its ports.
    fn read_shape_option(
        &mut self,
        session: &mut Session,
        symbol: &Expr,
        ends: &mut Ends,
        name: &str,
        value: &Expr,
    ) -> Result<(), Flow> {
        if name == multipliers::OPTION {
            self.check_multipliers(session, symbol, value);
            return Ok(());
        }
        let is_input = ends.inputs.iter().any(|end| *end.name == *name);
        let Some(end) = ends.inputs.iter_mut().chain(&mut ends.outputs).find(|end| *end.name == *name) else {
            let ports = ends.inputs.iter().chain(&ends.outputs).map(|end| &*end.name);
            let known: Vec<&str> = ports.chain([multipliers::OPTION]).collect();
            let known = instead(name, &known);
            self.fault(symbol, "optx", [name.to_owned(), known]);
            return Ok(());
        };
        let Some(setting) = self.port_setting(session, symbol, name, is_input, value)? else { return Ok(()) };
        // The places of an input have one shape, so one of them is enough.
        if let Some(place) = end.places.first() {
            self.leaves[place.leaf].given_shapes.push((place.port.clone(), setting.shape.clone()));
        }
        // What the option says replaces the coders of the layers inside.
        if !value.is(Sym::Automatic) {
            end.coder = setting.coder.clone();
        }
        let places = end.places.clone();
        for place in &places {
            self.restrict(session, symbol, place.leaf, &place.port, value, &setting);
        }
        Ok(())
    }

    /// Notes which integers a port takes, which must be among those that the layer takes there if it takes integers only.
    fn restrict(
        &mut self,
        session: &Session,
        symbol: &Expr,
        leaf: usize,
        port: &Name,
        value: &Expr,
        setting: &PortSetting,
    ) {
        self.leaves[leaf].given_greatest.extend(setting.greatest.clone().map(|greatest| (port.clone(), greatest)));
        let Some(integers) = &setting.integers else { return };
        let layer = &self.leaves[leaf];
        let of_positions = layer.port(port).is_some_and(|port| matches!(port.record.kind, PortKind::Index(_)));
        let text = match layer.inputs.iter().find(|input| input.name == *port) {
            None => Some(format!("{port} of {} is what the layer gives", layer.label())),
            Some(input) if input.record.kind == PortKind::Truth => {
                Some(format!("{port} of {} takes truth values", layer.label()))
            }
            Some(_)
                if of_positions && integers.least.as_ref().and_then(Expr::as_i64).is_some_and(|least| least < 1) =>
            {
                Some(format!("{port} of {} takes integers from 1 on", layer.label()))
            }
            Some(_) => None,
        };
        if let Some(text) = text {
            self.fault(symbol, "valfail", [port.to_string(), session.output_form(value), text]);
            return;
        }
        let leaf = &mut self.leaves[leaf];
        // Positions from a later one on may be some of those that there are.
        if of_positions && integers.least.as_ref().is_none_or(|least| least.is_integer(1)) {
            leaf.given_greatest.extend(integers.greatest.clone().map(|greatest| (port.clone(), greatest)));
        }
        leaf.integers.push((port.clone(), integers.clone()));
    }

    /// What the option of a port says: a shape, or an encoder or decoder from which the shape follows. None takes a
    /// coder away.
    fn port_setting(
        &mut self,
        session: &mut Session,
        symbol: &Expr,
        name: &str,
        is_input: bool,
        value: &Expr,
    ) -> Result<Option<PortSetting>, Flow> {
        if value.is(Sym::None) {
            return Ok(Some(PortSetting::of_shape(PartialShape::Unknown)));
        }
        if let Some((dimensions, integers)) = Integers::of_option(value) {
            let shape = self.shape_of_option(session, symbol, name, &dimensions);
            return Ok(shape.map(|shape| PortSetting { integers: Some(integers), ..PortSetting::of_shape(shape) }));
        }
        let Some(written) = coder::of_option(value, is_input) else {
            let shape = self.shape_of_option(session, symbol, name, value);
            return Ok(shape.map(PortSetting::of_shape));
        };
        let coder = match coder::read(session, &written)? {
            Ok(coder) => coder,
            Err(faults) => {
                self.faults.extend(faults);
                return Ok(None);
            }
        };
        if coder.is_encoder() != is_input {
            let kinds = if is_input { ["an input", "NetEncoder"] } else { ["an output", "NetDecoder"] };
            self.fault(symbol, "codport", [name.to_owned(), kinds[0].to_owned(), kinds[1].to_owned()]);
            return Ok(None);
        }
        let greatest = coder.greatest.clone();
        Ok(Some(PortSetting { shape: coder.shape.clone(), coder: Some(coder), greatest, integers: None }))
    }

    /// The shape that the option of a port says.
    fn shape_of_option(&mut self, session: &Session, symbol: &Expr, name: &str, value: &Expr) -> Option<PartialShape> {
        let shape = PartialShape::of_option(value);
        if shape.is_none() {
            let text = session.output_form(value);
            let expected =
                "a number, \"Varying\", a list of these, \"Real\", \"Integer\", Restricted[\"Integer\", n] or Restricted[\"Integer\", \
                 {m, n}], also behind the dimensions in a list, an encoder or decoder, or Automatic is expected"
                    .to_owned();
            self.fault(symbol, "valfail", [name.to_owned(), text, expected]);
        }
        shape
    }

    fn finish(mut self, session: &mut Session, e: &Expr, ends: Ends) -> Result<Net, Flow> {
        for (i, end) in ends.inputs.iter().enumerate() {
            self.link(end, &Source::Input(i));
        }
        let mut faults = Vec::new();
        shared::unify(&mut self.leaves, &self.root, &mut faults);
        let ends_as_ports = |ends: Vec<End>| ends.into_iter().map(port_of).collect();
        let inputs = ends_as_ports(ends.inputs);
        let outputs = ends_as_ports(ends.outputs.into_iter().filter(|end| !end.on_request).collect());
        let mut net = Net {
            expr: e.clone(),
            leaves: self.leaves,
            inputs,
            outputs,
            constraints: Vec::new(),
            faults: Vec::new(),
            training: false,
            examples: Examples::One,
            differentiated: false,
        };
        faults.extend(infer(session, &mut net, NodeSet::default())?);
        net.faults = faults;
        Ok(net)
    }
}

/// The port of a net for an end; its shape is inferred later.
fn port_of(end: End) -> NetPort {
    NetPort {
        name: end.name,
        places: end.places,
        shape: PartialShape::Unknown,
        optional: end.optional,
        coder: end.coder,
    }
}

/// All ports of a layer, as ends.
fn ends_of(leaf: &Leaf, index: usize) -> Ends {
    let results: Vec<Name> = leaf.results().map(|port| port.name.clone()).collect();
    let end = |port: &LeafPort| End {
        name: port.name.clone(),
        places: vec![Place { leaf: index, port: port.name.clone() }],
        optional: port.is_state(),
        final_state: port.final_state(),
        on_request: !results.contains(&port.name),
        coder: leaf.coders.iter().find(|(name, _)| *name == port.name).map(|(_, coder)| coder.clone()),
    };
    Ends { inputs: leaf.inputs.iter().map(end).collect(), outputs: leaf.outputs.iter().map(end).collect() }
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

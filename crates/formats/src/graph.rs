//! A net of a file that is put together: layers, edges, and its value.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::FormatError;

/// Layers and edges.
#[derive(Debug, Default)]
pub(crate) struct Net {
    layers: Vec<(String, Expr)>,
    names: FxHashSet<String>,
    edges: Vec<Expr>,
    /// Names of inputs that layers use, and their dimensions where they are known.
    pub(crate) inputs: Vec<(String, Option<Vec<Expr>>)>,
}

/// `NetPort["name"]`, or `NetPort[{"layer", "name"}]`.
pub(crate) fn port(layer: Option<&str>, name: &str) -> Expr {
    let name = Expr::string(name);
    let place = match layer {
        Some(layer) => Expr::list([Expr::string(layer), name]),
        None => name,
    };
    Expr::call(Sym::NetPort, [place])
}

impl Net {
    /// Adds a layer under a name that no other has, and gives this.
    pub(crate) fn add(&mut self, name: &str, layer: Expr) -> String {
        let mut unique = if name.is_empty() { "layer".to_owned() } else { name.to_owned() };
        let mut count = 1;
        while !self.names.insert(unique.clone()) {
            count += 1;
            unique = format!("{name}.{count}");
        }
        self.layers.push((unique.clone(), layer));
        unique
    }

    pub(crate) fn connect(&mut self, from: Expr, to: Expr) {
        self.edges.push(Expr::rule(from, to));
    }

    /// Whether an edge begins there.
    pub(crate) fn has_edge_from(&self, from: &Expr) -> bool {
        self.edges.iter().any(|edge| edge.arg(0) == *from)
    }

    /// Brings edges from inputs to the front, in the order of inputs, which is that of the ports then.
    pub(crate) fn order_inputs(&mut self) {
        let places: FxHashMap<Expr, usize> =
            self.inputs.iter().enumerate().map(|(place, (name, _))| (port(None, name), place)).collect();
        self.edges.sort_by_key(|edge| places.get(&edge.arg(0)).copied().unwrap_or(usize::MAX));
    }

    /// The layers in their order, where each edge leads from a layer to the next one, and the first from the only input.
    pub(crate) fn as_chain(&self) -> Option<Expr> {
        let [(input, _)] = self.inputs.as_slice() else { return None };
        if self.edges.len() != self.layers.len() || self.layers.is_empty() {
            return None;
        }
        let sources = std::iter::once(port(None, input)).chain(self.layers.iter().map(|(name, _)| Expr::string(name)));
        let joined = self.edges.iter().zip(sources).zip(&self.layers);
        let mut chained =
            joined.map(|((edge, source), (name, _))| edge.arg(0) == source && edge.arg(1) == Expr::string(name));
        chained.all(|right| right).then(|| {
            let rule = |(name, layer): &(String, Expr)| Expr::rule(Expr::string(name), layer.clone());
            Expr::call(Sym::Association, self.layers.iter().map(rule))
        })
    }

    /// Takes away the layers on which no output depends, as what comes out of them would be an output too.
    fn prune(&mut self) {
        // The layer of an end of an edge, if it is one.
        let layer = |end: &Expr| match end.as_str() {
            Some(name) => Some(name.to_owned()),
            None => end.arg(0).is_list().then(|| end.arg(0).arg(0).as_str().map(str::to_owned)).flatten(),
        };
        let mut sources: FxHashMap<String, Vec<String>> = FxHashMap::default();
        let mut open = Vec::new();
        for edge in &self.edges {
            match (layer(&edge.arg(0)), layer(&edge.arg(1))) {
                (Some(from), Some(to)) => sources.entry(to).or_default().push(from),
                (Some(from), None) => open.push(from),
                (None, _) => {}
            }
        }
        let mut needed: FxHashSet<String> = FxHashSet::default();
        while let Some(name) = open.pop() {
            if needed.insert(name.clone()) {
                open.extend(sources.remove(&name).unwrap_or_default());
            }
        }
        self.layers.retain(|(name, _)| needed.contains(name));
        self.edges.retain(|edge| layer(&edge.arg(1)).is_none_or(|name| needed.contains(&name)));
    }

    /// The net as an expression.
    ///
    /// `advice` says what the user may do where the layers do not fit together.
    pub(crate) fn finish(mut self, session: &mut Session, advice: &str) -> Result<Result<Expr, FormatError>, Flow> {
        self.prune();
        let rule = |(name, layer): (String, Expr)| Expr::rule(Expr::string(&name), layer);
        let layers = Expr::call(Sym::Association, self.layers.into_iter().map(rule));
        // An input that no layer uses is none of the net.
        let mut used = FxHashSet::default();
        used.extend(self.edges.iter().map(|edge| edge.arg(0)));
        let inputs = self.inputs.into_iter().filter(|(name, _)| used.contains(&port(None, name)));
        let inputs =
            inputs.filter_map(|(name, dimensions)| Some(Expr::rule(Expr::string(&name), Expr::list(dimensions?))));
        let net = Expr::call(Sym::NetGraph, [layers, Expr::list(self.edges)].into_iter().chain(inputs));
        let (value, messages) = session.catch_messages(|session| session.evaluate(&net));
        let value = value?;
        if value.has_head(Sym::NetGraph) {
            return Ok(Ok(value));
        }
        let texts: Vec<&str> = messages.iter().map(|message| message.text.trim_end_matches('.')).collect();
        Ok(Err(FormatError::Malformed(format!("its layers make no net: {}{advice}", texts.join("; ")))))
    }
}

/// The ports of a layer: the names of its inputs, and its outputs with their dimensions.
#[derive(Debug)]
pub(crate) struct Ports {
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<(String, Vec<Expr>)>,
}

impl Ports {
    /// Those of a layer on arrays of these dimensions, or what is wrong; that is nothing where the dimensions of outputs do not
    /// follow.
    pub(crate) fn of(
        session: &mut Session,
        layer: &Expr,
        arrays: &[&[Expr]],
    ) -> Result<Result<Ports, Vec<String>>, Flow> {
        let (found, messages) = session.catch_messages(|session| {
            let [inputs, outputs] = Ports::names(session, layer)?;
            let key = |place: usize| format!("in{place}");
            let mut edges: Vec<Expr> = (0..arrays.len().min(inputs.len()))
                .map(|place| Expr::rule(port(None, &key(place)), port(Some("layer"), &inputs[place])))
                .collect();
            edges.extend(outputs.iter().map(|name| Expr::rule(port(Some("layer"), name), port(None, name))));
            let shapes = arrays
                .iter()
                .enumerate()
                .map(|(place, shape)| Expr::rule(Expr::string(&key(place)), Expr::list(shape.iter().cloned())));
            let layers = Expr::call(Sym::Association, [Expr::rule(Expr::string("layer"), layer.clone())]);
            let single = Expr::call(Sym::NetGraph, [layers, Expr::list(edges)].into_iter().chain(shapes));
            let single = session.evaluate(&single)?;
            let described = session.evaluate(&information(&single, "OutputPorts"))?;
            Ok::<_, Flow>((inputs, outputs, described))
        });
        let (inputs, outputs, described) = found?;
        let known = described.has_head(Sym::Association).then(|| described.args());
        let shapes: Vec<(String, Vec<Expr>)> = known
            .iter()
            .flat_map(|rules| rules.iter())
            .filter_map(|rule| Some((rule.arg(0).as_str()?.to_owned(), rule.arg(1))))
            .filter_map(|(name, shape)| shape.is_list().then(|| (name, shape.args().into_owned())))
            .collect();
        let complete = shapes.len() == outputs.len() && !shapes.is_empty() && inputs.len() >= arrays.len();
        if !complete {
            return Ok(Err(messages.iter().map(|message| message.text.trim_end_matches('.').to_owned()).collect()));
        }
        // In the order of the layer's own ports.
        let ordered =
            outputs.iter().filter_map(|name| shapes.iter().find(|(known, _)| known == name).cloned()).collect();
        Ok(Ok(Ports { inputs, outputs: ordered }))
    }

    /// The dimensions of the only input of a layer, if its arrays decide them.
    pub(crate) fn own_shape(session: &mut Session, layer: &Expr) -> Result<Option<Vec<Expr>>, Flow> {
        let inputs = session.evaluate(&information(layer, "InputPorts"))?;
        let shape = (inputs.has_head(Sym::Association) && inputs.len() == 1).then(|| inputs.arg(0).arg(1));
        let shape = shape.filter(Expr::is_list).map(|shape| shape.args().into_owned());
        Ok(shape.filter(|shape| shape.iter().all(|size| size.as_usize().is_some())))
    }

    /// The names of the inputs and outputs of a layer.
    pub(crate) fn names(session: &mut Session, layer: &Expr) -> Result<[Vec<String>; 2], Flow> {
        let inputs = session.evaluate(&information(layer, "InputPorts"))?;
        let outputs = session.evaluate(&information(layer, "OutputPorts"))?;
        Ok([keys(&inputs), keys(&outputs)])
    }
}

/// An output of a layer, as edges name it, of so many.
pub(crate) fn output_of(layer: &str, output: &str, count: usize) -> Expr {
    if count == 1 { Expr::string(layer) } else { port(Some(layer), output) }
}

fn information(net: &Expr, property: &str) -> Expr {
    Expr::normal(Expr::symbol("System`Information"), [net.clone(), Expr::string(property)])
}

/// The keys of an association.
fn keys(association: &Expr) -> Vec<String> {
    if !association.has_head(Sym::Association) {
        return Vec::new();
    }
    association.args().iter().filter_map(|rule| rule.arg(0).as_str().map(str::to_owned)).collect()
}

/// The dimensions of inputs by name, as an option gives them.
pub(crate) fn named_dimensions(value: &Expr) -> Result<Vec<(String, Vec<Expr>)>, FormatError> {
    let refused = || {
        FormatError::Value(
            "the option \"Dimensions\" must be an association from names of inputs to lists of sizes or symbols, without the batch"
                .to_owned(),
        )
    };
    let named = crate::safe_tensors::named_values(value).map_err(|_| refused())?;
    let sizes = |(name, list): (String, Expr)| {
        let right = list.is_list() && list.args().iter().all(|size| size.as_usize().is_some() || size.is_symbol());
        right.then(|| (name, list.args().into_owned())).ok_or_else(refused)
    };
    named.into_iter().map(sizes).collect()
}

/// A name that can be written: letters and digits, the first a letter.
pub(crate) fn identifier(name: &str) -> String {
    let mut written = String::new();
    let mut upper = false;
    for c in name.chars() {
        if c.is_alphanumeric() && !(written.is_empty() && c.is_numeric()) {
            if upper && !written.is_empty() {
                written.extend(c.to_uppercase());
            } else {
                written.push(c);
            }
            upper = false;
        } else {
            upper = true;
        }
    }
    if written.is_empty() { "n".to_owned() } else { written }
}

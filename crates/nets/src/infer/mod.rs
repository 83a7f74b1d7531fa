//! Shape inference: what is known of one port or array, carried to all others, in both directions.
//!
//! Each layer keeps a table of known variables: parameters, dimensions, sequences of dimensions.
//! Shape patterns of ports and arrays read known shapes into it, relations of the record extend
//! it, and connected ports exchange what they know, until nothing changes. What does not fit is
//! collected, so that all inconsistencies are reported together. Sizes that are symbols are unknown
//! integers, which follow where they meet other sizes ([`sizes`]). Sizes that may vary are taken for such in what
//! remains open ([`varying`]).

mod known;
mod premises;
mod relations;
mod sizes;
mod state;
mod varying;

use std::collections::{BTreeSet, VecDeque};

use netform_compile::Dim;
use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeSet, Sym};

use crate::net::{Leaf, LeafPort, Net, NetPort, Place, Source};
use crate::{Fault, PartialShape};
use sizes::Sizes;
use state::{Learned, State};

/// Infers the shapes of all ports and arrays of a net; returns what is inconsistent. The symbols of sizes in
/// `fixed` stand for themselves, others are to be found.
pub(crate) fn infer(session: &mut Session, net: &mut Net, fixed: NodeSet) -> Result<Vec<Fault>, Flow> {
    let faults = infer_as_given(session, net, fixed.clone())?;
    if faults.is_empty() {
        varying::complete(session, net, fixed)?;
    }
    Ok(faults)
}

/// The same, in which sizes that may vary agree with all others, and nothing follows from them.
fn infer_as_given(session: &mut Session, net: &mut Net, fixed: NodeSet) -> Result<Vec<Fault>, Flow> {
    let whole = net.expr.head().clone();
    let mut inference = Inference {
        whole,
        states: Vec::with_capacity(net.leaves.len()),
        links: Vec::new(),
        sizes: Sizes::new(fixed),
        news: 0,
        conflicts: BTreeSet::new(),
        faults: Vec::new(),
        faulty: BTreeSet::new(),
    };
    for leaf in &net.leaves {
        let state = inference.state(session, leaf)?;
        inference.states.push(state);
    }
    inference.links = links(net, &inference.states);
    let leaves = &net.leaves;
    inference.propagate(session, leaves, (0..leaves.len()).collect())?;
    for i in 0..leaves.len() {
        if inference.assume_defaults(session, leaves, i)? {
            inference.propagate(session, leaves, VecDeque::from([i]))?;
        }
    }
    // What is required of sizes may say them.
    loop {
        let mut settled = false;
        for i in 0..leaves.len() {
            if !inference.states[i].known.values().any(|value| inference.sizes.has_unknown(value)) {
                continue;
            }
            for (a, b) in inference.states[i].open_equations(session)? {
                settled |= inference.sizes.settle(&a, &b);
            }
        }
        if !settled {
            break;
        }
        inference.propagate(session, leaves, (0..leaves.len()).collect())?;
    }
    inference.tell_conflicts(session, leaves);
    let Inference { whole, states, mut sizes, mut faults, faulty, .. } = inference;
    for (a, b) in sizes.contradictions(session)? {
        let texts = [&a, &b].map(|size| session.output_form(size));
        add(&mut faults, Fault::new(whole.clone(), "tysize", texts));
    }
    net.constraints = sizes.constraints();
    net.constraints.extend(not_negative(session, net, &sizes, &mut faults)?);
    for (i, (leaf, state)) in net.leaves.iter_mut().zip(&states).enumerate() {
        // What is wrong with a layer whose shapes contradict each other follows from that, or from a layer before it that gives sizes
        // which there are not.
        let is_negative = |size: &Expr| size.as_i64().is_some_and(|size| size < 0);
        let gets_negative = leaf
            .inputs
            .iter()
            .any(|port| state.port_shape(&port.name).dimensions().is_some_and(|sizes| sizes.iter().any(is_negative)));
        if (faults.is_empty() || !gets_negative) && !faulty.contains(&i) {
            let open = state.check_requirements(session, leaf, &mut faults)?;
            net.constraints.extend(open);
        }
        leaf.greatest = state.greatest(session)?;
        let own = state.patterns.iter().filter(|pattern| pattern.net.is_none());
        leaf.shapes = own.map(|pattern| (pattern.name.clone(), state.shape(&pattern.parts))).collect();
        leaf.known = state.known.iter().map(|(variable, value)| (variable.clone(), value.clone())).collect();
        leaf.known.sort_by(|a, b| netform_expr::compare(&a.0, &b.0));
    }
    tell_coders(session, net, &mut faults);
    carry_to_ports(net);
    Ok(faults)
}

/// A sentence with the shapes of ports that are given to a layer, or to the one that it is a part of, where these are several: one
/// of them says what another one does not fit to.
fn given_ports(session: &Session, net: &Net, label: &Expr) -> String {
    let Some(mut place) = net.leaves.iter().position(|leaf| label.as_str() == Some(&leaf.label())) else {
        return String::new();
    };
    while let Some(owner) = net.leaves[place].owner {
        place = owner;
    }
    let leaf = &net.leaves[place];
    let shape = |port: &LeafPort| leaf.given_shapes.iter().find(|(name, _)| *name == port.name);
    let given = leaf.inputs.iter().chain(&leaf.outputs).filter_map(shape);
    let given: Vec<String> = given.map(|(port, shape)| format!("port {port} is {}", shape.describe(session))).collect();
    if given.len() < 2 { String::new() } else { format!(" Given for {}: {}.", leaf.label(), given.join(", ")) }
}

/// What must hold of sizes that options give to ports, such as `n - 5`, so that they are not negative.
fn not_negative(session: &mut Session, net: &Net, sizes: &Sizes, faults: &mut Vec<Fault>) -> Result<Vec<Expr>, Flow> {
    let mut constraints = Vec::new();
    for leaf in &net.leaves {
        for (port, shape) in &leaf.given_shapes {
            for size in shape.dimensions().unwrap_or_default().iter().filter(|size| size.is_normal()) {
                let value = sizes.value(session, size)?;
                let Ok(dimension) = Dim::from_expr(&value) else { continue };
                match Dim::integer(0).at_most(&dimension) {
                    Some(true) => {}
                    Some(false) => {
                        let [size, value] = [size, &value].map(|size| session.output_form(size));
                        let is = if size == value { String::new() } else { format!(", which is {value}") };
                        let text = format!("a size of port {port} is {size}{is}, but sizes are not negative");
                        add(faults, Fault::new(net.expr.head().clone(), "cstfail", [leaf.label(), text]));
                    }
                    None => constraints.push(Expr::call(Sym::GreaterEqual, [value, Expr::integer(0)])),
                }
            }
        }
    }
    let mut seen = NodeSet::default();
    constraints.retain(|constraint| seen.insert(constraint.clone()));
    Ok(constraints)
}

/// Tells what the encoders and decoders of layers want that shapes do not fit to.
fn tell_coders(session: &Session, net: &Net, faults: &mut [Fault]) {
    for fault in faults.iter_mut() {
        let labels = match fault.tag {
            "tyfail1" => vec![0],
            "tyinc" => vec![0, 3],
            _ => continue,
        };
        let mut text = given_ports(session, net, &fault.args[0]);
        for (ports, what) in [(&net.inputs, "encoder"), (&net.outputs, "decoder")] {
            for port in ports {
                let (Some(coder), Some(place)) = (&port.coder, port.places.first()) else { continue };
                let label = Expr::string(&net.leaves[place.leaf].label());
                if labels.iter().any(|i| fault.args.get(*i) == Some(&label)) && coder.shape != PartialShape::Unknown {
                    let verb = if what == "encoder" { "gives" } else { "takes" };
                    text += &format!(" The {what} of port {} {verb} {}.", port.name, coder.shape.describe(session));
                }
            }
        }
        fault.args.push(Expr::string(&text));
    }
}

/// The ports of the net, and of nets in layers, have the shapes of the ports of layers that they stand for.
fn carry_to_ports(net: &mut Net) {
    let leaves = &net.leaves;
    let shape_at = |place: &Place| leaves[place.leaf].shape(&place.port).clone();
    let shape_of = |port: &NetPort| port.places.first().map(shape_at).unwrap_or_default();
    for port in net.inputs.iter_mut().chain(&mut net.outputs) {
        port.shape = shape_of(port);
    }
    let mut inner_shapes = Vec::new();
    for inner in leaves.iter().flat_map(|leaf| &leaf.nets) {
        inner_shapes.extend(inner.inputs.iter().chain(&inner.outputs).map(|(_, port)| shape_of(port)));
    }
    let inner_ports = net
        .leaves
        .iter_mut()
        .flat_map(|leaf| &mut leaf.nets)
        .flat_map(|inner| inner.inputs.iter_mut().chain(&mut inner.outputs));
    for ((_, port), shape) in inner_ports.zip(inner_shapes) {
        port.shape = shape;
    }
}

/// A pattern of a leaf, by the places of both.
type Spot = (usize, usize);

/// Two patterns that have one shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    from: Spot,
    to: Spot,
    /// Whether they stand for the same array, or take the same input, and not the one what the other gives.
    shared: bool,
}

/// What has one shape because it is connected, for each leaf that takes part in it.
fn links(net: &Net, states: &[State]) -> Vec<Vec<Link>> {
    let own = |place: &Place| {
        let patterns = states[place.leaf].patterns.iter();
        let at = patterns.into_iter().position(|p| p.net.is_none() && p.name == place.port);
        at.map(|pattern| (place.leaf, pattern))
    };
    let mut all: Vec<Link> = Vec::new();
    let mut join = |from: Option<Spot>, to: Option<Spot>, shared: bool| {
        all.extend(from.zip(to).map(|(from, to)| Link { from, to, shared }));
    };
    for (i, leaf) in net.leaves.iter().enumerate() {
        for (port, source) in &leaf.sources {
            if let Source::Leaf(from) = source {
                join(own(from), own(&Place { leaf: i, port: port.clone() }), false);
            }
        }
        for (k, inner) in leaf.nets.iter().enumerate() {
            let outside = |port: &LeafPort| {
                let patterns = states[i].patterns.iter();
                patterns.into_iter().position(|p| p.net == Some(k) && p.name == port.name).map(|pattern| (i, pattern))
            };
            for (port, inside) in &inner.inputs {
                inside.places.iter().for_each(|place| join(outside(port), own(place), false));
            }
            for (port, inside) in &inner.outputs {
                inside.places.iter().for_each(|place| join(own(place), outside(port), false));
            }
        }
    }
    // Arrays that are shared have one shape.
    for (i, leaf) in net.leaves.iter().enumerate() {
        for (array, _) in &leaf.shared {
            let spot = |(leaf, array): (usize, &'static str)| own(&Place { leaf, port: array.into() });
            let first = net.places_of(i, array).first().copied();
            if first != Some((i, *array)) {
                join(first.and_then(spot), spot((i, *array)), true);
            }
        }
    }
    for input in &net.inputs {
        let Some((first, others)) = input.places.split_first() else { continue };
        others.iter().for_each(|place| join(own(first), own(place), true));
    }
    let mut by_leaf = vec![Vec::new(); net.leaves.len()];
    for link in all {
        by_leaf[link.from.0].push(link);
        if link.to.0 != link.from.0 {
            by_leaf[link.to.0].push(link);
        }
    }
    by_leaf
}

/// The inference for one net.
struct Inference {
    /// The head of the net, whose messages tell what is wrong.
    whole: Expr,
    states: Vec<State>,
    links: Vec<Vec<Link>>,
    /// The symbolic sizes, and how much of what was found of them is in the states.
    sizes: Sizes,
    news: usize,
    /// The connections whose ends contradict each other.
    conflicts: BTreeSet<Link>,
    faults: Vec<Fault>,
    /// The leaves that these are about.
    faulty: BTreeSet<usize>,
}

impl Inference {
    fn shape(&self, spot: Spot) -> PartialShape {
        self.states[spot.0].shape(&self.states[spot.0].patterns[spot.1].parts)
    }

    /// Exchanges shapes along the connections until nothing changes, beginning with the leaves in a
    /// queue.
    fn propagate(&mut self, session: &mut Session, leaves: &[Leaf], mut queue: VecDeque<usize>) -> Result<(), Flow> {
        let mut waiting = vec![false; leaves.len()];
        queue.iter().for_each(|&leaf| waiting[leaf] = true);
        loop {
            if self.news != self.sizes.news {
                self.news = self.sizes.news;
                for (i, state) in self.states.iter_mut().enumerate() {
                    if state.put_in(session, &self.sizes)? && !std::mem::replace(&mut waiting[i], true) {
                        queue.push_back(i);
                    }
                }
            }
            let Some(here) = queue.pop_front() else { break };
            session.tick()?;
            waiting[here] = false;
            self.about(here, |all| all.states[here].solve(session, &leaves[here], &mut all.sizes, &mut all.faults))?;
            for i in 0..self.links[here].len() {
                let link = self.links[here][i];
                let Link { from, to, .. } = link;
                let (given, taken) = (self.shape(from), self.shape(to));
                for (receiver, shape) in [(to, &given), (from, &taken)] {
                    match self.states[receiver.0].learn_at(session, &mut self.sizes, receiver.1, shape)? {
                        Learned::Nothing => {}
                        Learned::Something => {
                            if !std::mem::replace(&mut waiting[receiver.0], true) {
                                queue.push_back(receiver.0);
                            }
                        }
                        Learned::Conflict => {
                            self.conflicts.insert(link);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The shape at an end of a connection in words.
    fn described(&self, session: &Session, (leaf, place): Spot) -> String {
        let state = &self.states[leaf];
        state.describe(session, &state.patterns[place].parts)
    }

    /// Tells each connection whose ends contradict each other, with all that is known of them in the end.
    fn tell_conflicts(&mut self, session: &Session, leaves: &[Leaf]) {
        for Link { from, to, shared } in std::mem::take(&mut self.conflicts) {
            self.faulty.extend([from.0, to.0]);
            let name = |(leaf, place): Spot| {
                let name = self.states[leaf].patterns[place].label(&leaves[leaf]);
                match shared {
                    true if leaves[leaf].array(&name).is_some() => format!("array {name}"),
                    true => format!("port {name}"),
                    false => name,
                }
            };
            let args = [
                leaves[from.0].label(),
                name(from),
                self.described(session, from),
                leaves[to.0].label(),
                name(to),
                self.described(session, to),
            ];
            let tag = if shared { "tyshare" } else { "tyinc" };
            let fault = Fault::new(self.whole.clone(), tag, args);
            add(&mut self.faults, fault);
        }
    }

    /// Applies the defaults of a leaf for what nothing has determined; whether that said something new.
    fn assume_defaults(&mut self, session: &mut Session, leaves: &[Leaf], i: usize) -> Result<bool, Flow> {
        self.about(i, |all| all.states[i].assume_defaults(session, &leaves[i], &mut all.sizes, &mut all.faults))
    }

    fn state(&mut self, session: &mut Session, leaf: &Leaf) -> Result<State, Flow> {
        let place = self.states.len();
        self.about(place, |all| State::new(session, leaf, &all.whole, &mut all.sizes, &mut all.faults))
    }

    /// Keeps in mind that faults which are found now are about a leaf.
    fn about<T>(&mut self, leaf: usize, step: impl FnOnce(&mut Inference) -> T) -> T {
        let before = self.faults.len();
        let result = step(self);
        if self.faults.len() > before {
            self.faulty.insert(leaf);
        }
        result
    }
}

fn add(faults: &mut Vec<Fault>, fault: Fault) {
    if !faults.contains(&fault) {
        faults.push(fault);
    }
}

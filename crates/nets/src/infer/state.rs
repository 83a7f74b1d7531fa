//! What inference knows of one layer: the variables of its scope.

use std::sync::Arc;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, NodeSet, Sym};
use netform_layers::{Definition, ParameterType, PortKind, definition_of};

use super::add;
use super::known::{merge, own_shapes};
use super::sizes::Sizes;
use crate::data::{array_symbol, dimensions, truth_value};
use crate::function_arrays::forms_in;
use crate::net::{ArrayValue, Leaf, Name};
use crate::shape::{PatternPart, port_pattern, shape_pattern};
use crate::{Fault, PartialShape};

/// What an attempt to learn something has led to.
pub(super) enum Learned {
    Nothing,
    Something,
    Conflict,
}

/// The shape pattern of a port or array.
pub(super) struct Pattern {
    /// The net of the layer that has the port, if it is not the layer itself.
    pub(super) net: Option<usize>,
    pub(super) name: Name,
    pub(super) parts: Vec<PatternPart>,
}

impl Pattern {
    /// How messages call it.
    pub(super) fn label(&self, leaf: &Leaf) -> String {
        match self.net.and_then(|net| leaf.nets.get(net)) {
            Some(inner) => format!("{} of {}", self.name, inner.name),
            None => self.name.to_string(),
        }
    }
}

/// What is known of one layer.
pub(super) struct State {
    /// The head of the net, whose messages tell what is wrong.
    pub(super) whole: Expr,
    pub(super) definition: Arc<Definition>,
    pub(super) patterns: Vec<Pattern>,
    pub(super) known: NodeMap<Expr>,
    /// Whether a premise of the record is false: nothing follows then.
    pub(super) broken: bool,
    /// Parameters in whose lists `Automatic` means what the layer says, and is not merely unknown.
    pub(super) literal: NodeSet,
    /// The relations of the record, then the partial ones and the defaults, with what was known when they were last used.
    pub(super) evaluated: Vec<Option<Expr>>,
}

impl State {
    pub(super) fn new(
        session: &mut Session,
        leaf: &Leaf,
        whole: &Expr,
        sizes: &mut Sizes,
        faults: &mut Vec<Fault>,
    ) -> Result<State, Flow> {
        let definition = definition_of(session, leaf.layer);
        let mut patterns = Vec::new();
        for port in leaf.inputs.iter().chain(&leaf.outputs) {
            let parts = port_pattern(session, &definition, port);
            patterns.push(Pattern { net: None, name: port.name.clone(), parts });
        }
        for array in leaf.layer.arrays {
            let parts = shape_pattern(session, &definition, array.shape);
            patterns.push(Pattern { net: None, name: array.name.into(), parts });
        }
        for (i, inner) in leaf.nets.iter().enumerate() {
            for (port, _) in inner.inputs.iter().chain(&inner.outputs) {
                let parts = port_pattern(session, &definition, port);
                patterns.push(Pattern { net: Some(i), name: port.name.clone(), parts });
            }
        }
        let mut known = NodeMap::default();
        let records = leaf.layer.arguments.iter().chain(leaf.layer.options);
        for (record, (name, value)) in records.zip(&leaf.parameters) {
            if !value.is(Sym::Automatic) || matches!(record.kind, ParameterType::Any | ParameterType::Stated { .. }) {
                let value = if is_of_sizes(record.kind) { sizes.value(session, value)? } else { value.clone() };
                known.insert(definition.scope.symbol(name), value);
            }
        }
        let parameters = leaf.layer.arguments.iter().chain(leaf.layer.options);
        let literal = parameters
            .filter(|parameter| {
                use ParameterType::{Any, Matching, Stated};
                matches!(parameter.kind, Matching { .. } | Stated { .. } | Any)
            })
            .map(|parameter| definition.scope.symbol(parameter.name))
            .collect();
        known.extend(own_shapes(leaf, &definition));
        for record in leaf.layer.nets {
            let Some(written) = record.written else { continue };
            let function = leaf.parameters.iter().find(|(name, _)| *name == record.argument);
            let Some((_, function)) = function else { continue };
            known.insert(definition.scope.symbol(written.forms()), forms_in(session, function, written));
            // Where there are none, so much is known of their shapes.
            for port in record.inputs.iter().chain(record.outputs) {
                if let PortKind::Several(several) = port.kind {
                    known.entry(definition.scope.symbol(several.own)).or_insert_with(|| Expr::list([]));
                }
            }
        }
        if let Some(inner) = leaf.nets.first() {
            for (variable, ports) in [("Ports", &inner.inputs), ("OutputPorts", &inner.outputs)] {
                let names = Expr::list(ports.iter().map(|(port, _)| Expr::string(&port.name)).collect::<Vec<_>>());
                known.insert(definition.scope.symbol(variable), names);
            }
        }
        let mut state =
            State { whole: whole.clone(), definition, patterns, known, broken: false, literal, evaluated: Vec::new() };
        for (name, shape) in &leaf.given_shapes {
            state.solve(session, leaf, sizes, faults)?;
            if let Learned::Conflict = state.learn(session, sizes, name, shape)? {
                let texts = [state.describe_port(session, name), shape.describe(session)];
                let [expected, found] = texts;
                let tag = if leaf.array(name).is_some() { "tyarr" } else { "tyfail1" };
                add(faults, Fault::new(whole.clone(), tag, [leaf.label(), name.to_string(), expected, found]));
            }
        }
        state.learn_greatest(session, leaf, sizes, faults)?;
        state.solve(session, leaf, sizes, faults)?;
        if state.broken {
            return Ok(state);
        }
        for (name, value) in &leaf.arrays {
            let ArrayValue::Given(array) = value else { continue };
            let mut no_array = |session: &Session, what: &str| {
                let text = [(*name).to_owned(), session.output_form(array), what.to_owned(), leaf.label()];
                add(faults, Fault::new(whole.clone(), "arrfail", text));
            };
            let shape = match dimensions(session, array)? {
                Ok(dimensions) => {
                    // Lists without elements do not show all of their dimensions.
                    let expected = state.port_shape(name);
                    let is_empty = array.is_list() && dimensions.last().is_some_and(|last| last.is_integer(0));
                    if is_empty && expected.rank().is_none() && state.has_single_levels(name) {
                        continue;
                    }
                    let completed = expected.completed(dimensions.clone());
                    let fits = expected.rank() == Some(completed.len());
                    let hidden = expected.behind(dimensions.len());
                    match hidden.filter(|_| !fits && is_empty) {
                        Some(hidden) => PartialShape::Ranked(dimensions.into_iter().map(Some).chain(hidden).collect()),
                        None => PartialShape::known(if fits { completed } else { dimensions }),
                    }
                }
                Err(what) => {
                    no_array(session, &what);
                    continue;
                }
            };
            if truth_value(array).is_some() {
                no_array(session, "it holds a truth value");
            }
            if let Learned::Conflict = state.learn(session, sizes, name, &shape)? {
                let fault = state.array_fault(session, leaf, name, array, &shape);
                add(faults, fault);
            }
        }
        Ok(state)
    }

    /// Whether some levels of an array or port have a meaning of their own.
    fn has_single_levels(&self, name: &str) -> bool {
        let parts = self.place(name).map(|place| &self.patterns[place].parts);
        parts.into_iter().flatten().any(|part| matches!(part, PatternPart::One(_)))
    }

    /// Learns the greatest index of a port, where that is a variable, from the encoder before it.
    fn learn_greatest(
        &mut self,
        session: &mut Session,
        leaf: &Leaf,
        sizes: &mut Sizes,
        faults: &mut Vec<Fault>,
    ) -> Result<(), Flow> {
        let definition = self.definition.clone();
        for (name, greatest) in &leaf.given_greatest {
            let index = definition.indices.iter().find(|index| *index.port == **name);
            let Some(index) = index.filter(|index| index.greatest.is_symbol()) else { continue };
            if let Learned::Conflict = self.bind(session, sizes, &index.greatest, greatest)? {
                let [known, given] =
                    [self.known.get(&index.greatest).unwrap_or(greatest), greatest].map(|e| session.output_form(e));
                let source = if leaf.integers.iter().any(|(port, _)| port == name) { "option" } else { "encoder" };
                let text = format!(
                    "port {name} takes integers up to {known}, but its {source} gives them up to {given}. Change one of the two"
                );
                add(faults, Fault::new(self.whole.clone(), "cstfail", [leaf.label(), text]));
            }
        }
        Ok(())
    }

    pub(super) fn port_shape(&self, name: &str) -> PartialShape {
        self.place(name).map_or(PartialShape::Unknown, |place| self.shape(&self.patterns[place].parts))
    }

    /// The place of the pattern of a port or array.
    fn place(&self, name: &str) -> Option<usize> {
        self.patterns.iter().position(|pattern| pattern.net.is_none() && *pattern.name == *name)
    }

    /// The shape that a pattern stands for, as far as its variables are known.
    pub(super) fn shape(&self, pattern: &[PatternPart]) -> PartialShape {
        let mut dimensions = Vec::new();
        for part in pattern {
            match part {
                PatternPart::One(variable) if variable.is_symbol() => {
                    dimensions.push(self.known.get(variable).cloned())
                }
                PatternPart::One(constant) => dimensions.push(Some(constant.clone())),
                PatternPart::Many(variable) => match self.known.get(variable) {
                    Some(list) => {
                        dimensions.extend(list.args().iter().map(|d| (!d.is(Sym::Automatic)).then(|| d.clone())))
                    }
                    None => return PartialShape::Unknown,
                },
                PatternPart::Own(variable, place) => match self.own(variable, *place) {
                    Some(list) => {
                        dimensions.extend(list.args().iter().map(|d| (!d.is(Sym::Automatic)).then(|| d.clone())))
                    }
                    None => return PartialShape::Unknown,
                },
            }
        }
        PartialShape::Ranked(dimensions)
    }

    /// The shape of a pattern in words, also where it is not known how many levels there are: those that it names.
    pub(super) fn describe(&self, session: &Session, pattern: &[PatternPart]) -> String {
        let whole = self.shape(pattern);
        let is_open = |part: &PatternPart| self.width(part).is_none();
        if whole != PartialShape::Unknown || pattern.iter().all(is_open) {
            return whole.describe(session);
        }
        let text = |part: &PatternPart| match self.shape(std::slice::from_ref(part)) {
            PartialShape::Unknown => "...".to_owned(),
            PartialShape::Ranked(dimensions) => {
                let size = |d: &Option<Expr>| d.as_ref().map_or("?".to_owned(), |d| session.output_form(d));
                dimensions.iter().map(size).collect::<Vec<_>>().join(", ")
            }
        };
        let texts: Vec<String> = pattern.iter().map(text).filter(|text| !text.is_empty()).collect();
        format!("an array of dimensions {{{}}}", texts.join(", "))
    }

    /// The shape of a port or array in words.
    fn describe_port(&self, session: &Session, name: &str) -> String {
        self.place(name).map_or_else(
            || PartialShape::Unknown.describe(session),
            |place| self.describe(session, &self.patterns[place].parts),
        )
    }

    /// The dimensions that one of several ports has of its own.
    fn own(&self, variable: &Expr, place: usize) -> Option<Expr> {
        self.known.get(variable)?.args().get(place).filter(|own| own.is_list()).cloned()
    }

    /// Reads a shape into the variables of the pattern of a port or array.
    fn learn(
        &mut self,
        session: &mut Session,
        sizes: &mut Sizes,
        name: &str,
        shape: &PartialShape,
    ) -> Result<Learned, Flow> {
        match self.place(name) {
            Some(place) => self.learn_at(session, sizes, place, shape),
            None => Ok(Learned::Nothing),
        }
    }

    /// Reads a shape into the variables of a pattern.
    pub(super) fn learn_at(
        &mut self,
        session: &mut Session,
        sizes: &mut Sizes,
        place: usize,
        shape: &PartialShape,
    ) -> Result<Learned, Flow> {
        let PartialShape::Ranked(dimensions) = shape else { return Ok(Learned::Nothing) };
        let pattern = self.patterns[place].parts.clone();
        let fixed: usize = pattern.iter().map(|part| self.width(part).unwrap_or(0)).sum();
        let open = pattern.iter().filter(|part| self.width(part).is_none()).count();
        if fixed > dimensions.len() || (open == 0 && fixed != dimensions.len()) {
            return Ok(Learned::Conflict);
        }
        if open > 1 {
            return Ok(Learned::Nothing);
        }
        let mut rest = dimensions.as_slice();
        let mut result = Learned::Nothing;
        for part in &pattern {
            let width = self.width(part).unwrap_or(dimensions.len() - fixed);
            let (here, after) = rest.split_at(width);
            rest = after;
            let learned = match part {
                PatternPart::One(e) => match &here[0] {
                    Some(dimension) => self.bind(session, sizes, e, dimension)?,
                    None => Learned::Nothing,
                },
                PatternPart::Many(variable) => {
                    let list = Expr::list(here.iter().map(|d| d.clone().unwrap_or_else(|| Sym::Automatic.into())));
                    self.bind(session, sizes, variable, &list)?
                }
                PatternPart::Own(variable, place) => {
                    let list = Expr::list(here.iter().map(|d| d.clone().unwrap_or_else(|| Sym::Automatic.into())));
                    let count = self.known.get(variable).map_or(place + 1, Expr::len);
                    let others = |i| if i == *place { list.clone() } else { Sym::Automatic.into() };
                    self.bind(session, sizes, variable, &Expr::list((0..count).map(others)))?
                }
            };
            match learned {
                Learned::Conflict => return Ok(Learned::Conflict),
                Learned::Something => result = Learned::Something,
                Learned::Nothing => {}
            }
        }
        Ok(result)
    }

    /// How many dimensions a part of a pattern takes, if that is known.
    fn width(&self, part: &PatternPart) -> Option<usize> {
        match part {
            PatternPart::One(_) => Some(1),
            PatternPart::Many(variable) => self.known.get(variable).map(Expr::len),
            PatternPart::Own(variable, place) => self.own(variable, *place).map(|own| own.len()),
        }
    }

    /// Puts what is known of symbolic sizes into the values of variables; whether that changed one.
    pub(super) fn put_in(&mut self, session: &mut Session, sizes: &Sizes) -> Result<bool, Flow> {
        let mut changed = false;
        for value in self.known.values_mut() {
            let new = sizes.value(session, value)?;
            changed |= new != *value;
            *value = new;
        }
        Ok(changed)
    }

    /// Gives a variable a value, or compares it with the one that it has.
    pub(super) fn bind(
        &mut self,
        session: &mut Session,
        sizes: &mut Sizes,
        variable: &Expr,
        value: &Expr,
    ) -> Result<Learned, Flow> {
        let value = &sizes.value(session, value)?;
        if !variable.is_symbol() {
            return Ok(if sizes.agree(session, variable, value)? { Learned::Nothing } else { Learned::Conflict });
        }
        let Some(old) = self.known.get(variable).cloned() else {
            self.known.insert(variable.clone(), value.clone());
            return Ok(Learned::Something);
        };
        match merge(session, sizes, &old, value)? {
            None => Ok(Learned::Conflict),
            Some(merged) if merged == old => Ok(Learned::Nothing),
            Some(merged) => {
                self.known.insert(variable.clone(), merged);
                Ok(Learned::Something)
            }
        }
    }

    /// The fault of an array that has another shape than the rest of the net wants. A symbol is a scalar, but may be meant for
    /// a whole array.
    fn array_fault(&self, session: &Session, leaf: &Leaf, name: &str, array: &Expr, found: &PartialShape) -> Fault {
        let expected = self.describe_port(session, name);
        let found = match (array.as_symbol(), self.port_shape(name).rank()) {
            (Some(symbol), Some(1..)) => {
                let symbol = symbol.name();
                let whole = match self.port_shape(name).dimensions() {
                    Some(dimensions) => session.input_form(&array_symbol(Expr::string(symbol), &dimensions)),
                    None => format!("ArraySymbol[\"{symbol}\", dimensions]"),
                };
                format!("the scalar {symbol}, not the array symbol {whole},")
            }
            _ => found.describe(session),
        };
        Fault::new(self.whole.clone(), "tyarr", [leaf.label(), name.to_owned(), expected, found])
    }
}

/// Whether the values of parameters of a type are sizes.
fn is_of_sizes(kind: ParameterType) -> bool {
    matches!(kind, ParameterType::Size | ParameterType::Sizes | ParameterType::Dimensions | ParameterType::Padding)
}

//! What inference knows of one layer: the variables of its scope.

use std::sync::Arc;

use netform_compile::Dim;
use netform_eval::{Flow, Quiet, Session};
use netform_expr::{Expr, NodeMap, NodeSet, Sym};
use netform_layers::{Definition, ParameterType, ParsedRelation, definition_of};

use super::add;
use super::known::{is_complete, merge, own_shapes};
use super::sizes::Sizes;
use crate::data::{dimensions, truth_value};
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
    broken: bool,
    /// Parameters in whose lists `Automatic` means what the layer says, and is not merely unknown.
    literal: NodeSet,
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
            if !value.is(Sym::Automatic) || record.kind == ParameterType::Any {
                let value = if is_of_sizes(record.kind) { sizes.value(session, value)? } else { value.clone() };
                known.insert(definition.scope.symbol(name), value);
            }
        }
        let parameters = leaf.layer.arguments.iter().chain(leaf.layer.options);
        let literal = parameters
            .filter(|parameter| matches!(parameter.kind, ParameterType::Matching { .. } | ParameterType::Any))
            .map(|parameter| definition.scope.symbol(parameter.name))
            .collect();
        known.extend(own_shapes(leaf, &definition));
        if let Some(inner) = leaf.nets.first() {
            for (variable, ports) in [("Ports", &inner.inputs), ("OutputPorts", &inner.outputs)] {
                let names = Expr::list(ports.iter().map(|(port, _)| Expr::string(&port.name)).collect::<Vec<_>>());
                known.insert(definition.scope.symbol(variable), names);
            }
        }
        let mut state = State { whole: whole.clone(), definition, patterns, known, broken: false, literal };
        for (name, shape) in &leaf.given_shapes {
            state.solve(session, leaf, sizes, faults)?;
            if let Learned::Conflict = state.learn(session, sizes, name, shape)? {
                let texts = [state.port_shape(name).describe(session), shape.describe(session)];
                let [expected, found] = texts;
                add(faults, Fault::new(whole.clone(), "tyfail1", [leaf.label(), name.to_string(), expected, found]));
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
                Ok(dimensions) => PartialShape::known(dimensions),
                Err(what) => {
                    no_array(session, &what);
                    continue;
                }
            };
            if truth_value(array).is_some() {
                no_array(session, "it holds a truth value");
            }
            if let Learned::Conflict = state.learn(session, sizes, name, &shape)? {
                let fault = state.array_fault(session, leaf, name, &shape);
                add(faults, fault);
            }
        }
        Ok(state)
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
                let text = format!("{name} takes integers up to {known}, but its encoder gives {given}");
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
    fn bind(
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

    /// Applies the relations of the record until they say nothing new.
    pub(super) fn solve(
        &mut self,
        session: &mut Session,
        leaf: &Leaf,
        sizes: &mut Sizes,
        faults: &mut Vec<Fault>,
    ) -> Result<bool, Flow> {
        let definition = self.definition.clone();
        let mut changed = false;
        'again: loop {
            if self.broken || self.refutes_premise(session, leaf, faults)? {
                self.broken = true;
                return Ok(false);
            }
            let mut again = false;
            for relation in &definition.relations {
                let learned = self.relate(session, leaf, sizes, relation, faults)?;
                again |= learned;
                if learned && definition.premises.iter().any(|premise| premise.mentions(&relation.variable)) {
                    changed = true;
                    continue 'again;
                }
            }
            for relation in &definition.partial {
                let value = self.value_so_far(session, relation)?;
                again |= self.bind_value(session, leaf, sizes, &relation.variable, &value, faults)?;
            }
            if !again {
                return Ok(changed);
            }
            changed = true;
        }
    }

    fn relate(
        &mut self,
        session: &mut Session,
        leaf: &Leaf,
        sizes: &mut Sizes,
        relation: &ParsedRelation,
        faults: &mut Vec<Fault>,
    ) -> Result<bool, Flow> {
        let Some(value) = self.value_of(session, &relation.value, &relation.needs)? else { return Ok(false) };
        self.bind_value(session, leaf, sizes, &relation.variable, &value, faults)
    }

    /// The value of a relation with what is known so far.
    fn value_so_far(&self, session: &mut Session, relation: &ParsedRelation) -> Result<Expr, Flow> {
        let value = |variable: &Expr| self.known.get(variable).cloned().unwrap_or_else(|| Sym::Automatic.into());
        let bindings = relation.needs.iter().map(|variable| (variable.clone(), value(variable))).collect();
        let put_in = netform_expr::substitute(&relation.value, &bindings);
        session.quietly(Quiet::All, |session| session.evaluate(&put_in))
    }

    /// Learns the value that a relation gives to a variable; whether that said something new.
    fn bind_value(
        &mut self,
        session: &mut Session,
        leaf: &Leaf,
        sizes: &mut Sizes,
        variable: &Expr,
        value: &Expr,
        faults: &mut Vec<Fault>,
    ) -> Result<bool, Flow> {
        if value.is(Sym::Automatic) {
            return Ok(false);
        }
        Ok(match self.bind(session, sizes, variable, value)? {
            Learned::Nothing => false,
            Learned::Something => true,
            Learned::Conflict => {
                let fault = self.relation_fault(session, leaf, variable, value);
                add(faults, fault);
                false
            }
        })
    }

    /// The fault of an array that has another shape than the rest of the net wants.
    fn array_fault(&self, session: &Session, leaf: &Leaf, name: &str, found: &PartialShape) -> Fault {
        let texts = [self.port_shape(name).describe(session), found.describe(session)];
        let [expected, found] = texts;
        Fault::new(self.whole.clone(), "tyarr", [leaf.label(), name.to_owned(), expected, found])
    }

    /// The fault of a variable that would need two values, told by what users know: an array that
    /// was given, or a port; else by the name of the variable.
    fn relation_fault(&mut self, session: &Session, leaf: &Leaf, variable: &Expr, value: &Expr) -> Fault {
        let mentions = |pattern: &[PatternPart]| {
            let is_it = |part: &PatternPart| match part {
                PatternPart::One(v) | PatternPart::Many(v) | PatternPart::Own(v, _) => v == variable,
            };
            pattern.iter().any(is_it)
        };
        let own = self.patterns.iter().filter(|pattern| pattern.net.is_none() && mentions(&pattern.parts));
        let names: Vec<Name> = own.map(|pattern| pattern.name.clone()).collect();
        let given = names.iter().find(|name| matches!(leaf.array(name), Some(ArrayValue::Given(_))));
        let port = names.iter().find(|name| leaf.port(name).is_some());
        let Some(known) = self.known.get(variable).cloned() else { unreachable!("what conflicts has a value already") };
        let Some(name) = given.or(port) else {
            let name = self.definition.scope.name_of(variable).unwrap_or_default().to_owned();
            let [known, value] = [&known, value].map(|e| session.output_form(e));
            let text = format!("{name} would have to be both {known} and {value}{}", self.inputs(session, leaf));
            return Fault::new(self.whole.clone(), "cstfail", [leaf.label(), text]);
        };
        let found = self.port_shape(name);
        self.known.insert(variable.clone(), value.clone());
        let expected = self.port_shape(name);
        self.known.insert(variable.clone(), known);
        let [expected_text, found_text] = [&expected, &found].map(|shape| shape.describe(session));
        let tag = if given.is_some() { "tyarr" } else { "tyfail1" };
        Fault::new(self.whole.clone(), tag, [leaf.label(), name.to_string(), expected_text, found_text])
    }

    /// The value of a text whose variables are known; `None` if one is not.
    pub(super) fn value_of(&self, session: &mut Session, text: &Expr, needs: &[Expr]) -> Result<Option<Expr>, Flow> {
        let complete = needs.iter().all(|variable| {
            self.known.get(variable).is_some_and(|v| self.literal.contains(variable) || is_complete(v))
        });
        if !complete {
            return Ok(None);
        }
        let bindings = needs.iter().filter_map(|v| self.known.get(v).map(|value| (v.clone(), value.clone()))).collect();
        let put_in = netform_expr::substitute(text, &bindings);
        session.quietly(Quiet::All, |session| session.evaluate(&put_in)).map(Some)
    }

    /// Applies the defaults of the record for what nothing has determined; whether that said
    /// something new.
    pub(super) fn assume_defaults(
        &mut self,
        session: &mut Session,
        leaf: &Leaf,
        sizes: &mut Sizes,
        faults: &mut Vec<Fault>,
    ) -> Result<bool, Flow> {
        let definition = self.definition.clone();
        let mut changed = false;
        for relation in &definition.defaults {
            if self.known.get(&relation.variable).is_some_and(is_complete) {
                continue;
            }
            // A default may fill what is not known yet of a variable.
            changed |= if relation.needs.contains(&relation.variable) {
                let value = self.value_so_far(session, relation)?;
                self.bind_value(session, leaf, sizes, &relation.variable, &value, faults)?
            } else {
                self.relate(session, leaf, sizes, relation, faults)?
            };
            changed |= self.solve(session, leaf, sizes, faults)?;
        }
        Ok(changed)
    }

    /// The greatest indices of ports, as far as they are known.
    pub(super) fn greatest(&self, session: &mut Session) -> Result<Vec<(&'static str, Expr)>, Flow> {
        let mut greatest = Vec::with_capacity(self.definition.indices.len());
        for index in &self.definition.indices {
            if let Some(value) = self.value_of(session, &index.greatest, &index.needs)? {
                greatest.push((index.port, value));
            }
        }
        Ok(greatest)
    }

    /// The shapes of the inputs as far as they are known, for the end of a sentence.
    fn inputs(&self, session: &Session, leaf: &Leaf) -> String {
        let known = leaf.inputs.iter().map(|port| (&port.name, self.port_shape(&port.name)));
        let known = known.filter(|(_, shape)| *shape != PartialShape::Unknown);
        known.map(|(name, shape)| format!("; {name} is {}", shape.describe(session))).collect()
    }

    /// Tests the requirements of the record; those that depend on symbolic sizes are the result.
    pub(super) fn check_requirements(
        &self,
        session: &mut Session,
        leaf: &Leaf,
        faults: &mut Vec<Fault>,
    ) -> Result<Vec<Expr>, Flow> {
        let mut open = Vec::new();
        for requirement in &self.definition.requirements {
            let Some(test) = self.value_of(session, &requirement.test, &requirement.needs)? else { continue };
            match decided(&test) {
                Some(true) => {}
                Some(false) => {
                    let text = format!("{}{}", requirement.text, self.inputs(session, leaf));
                    add(faults, Fault::new(self.whole.clone(), "cstfail", [leaf.label(), text]));
                }
                None => open.push(test),
            }
        }
        Ok(open)
    }
}

/// Whether a test holds for all sizes, or for none.
fn decided(test: &Expr) -> Option<bool> {
    if test.is_true() || test.is(Sym::False) {
        return Some(test.is_true());
    }
    let sides: Vec<Dim> = test.args().iter().map(Dim::from_expr).collect::<Result<_, _>>().ok()?;
    let [a, b] = sides.as_slice() else { return None };
    match test.head_sym()? {
        Sym::LessEqual => a.at_most(b),
        Sym::GreaterEqual => b.at_most(a),
        Sym::Less => b.at_most(a).map(|holds| !holds),
        Sym::Greater => a.at_most(b).map(|holds| !holds),
        Sym::Equal => a.equals(b),
        _ => None,
    }
}

/// Whether the values of parameters of a type are sizes.
fn is_of_sizes(kind: ParameterType) -> bool {
    matches!(kind, ParameterType::Size | ParameterType::Sizes | ParameterType::Dimensions | ParameterType::Padding)
}

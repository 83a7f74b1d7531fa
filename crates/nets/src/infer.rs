//! Shape inference: what is known of one port or array, carried to all others, in both directions.
//!
//! Each layer keeps a table of known variables: parameters, dimensions, sequences of dimensions.
//! Shape patterns of ports and arrays read known shapes into it, relations of the record extend
//! it, and connected ports exchange what they know, until nothing changes. What does not fit is
//! collected, so that all inconsistencies are reported together.

use netform_eval::{Flow, Quiet, Session};
use netform_expr::{Expr, NodeMap, NodeSet, Sym};
use netform_layers::{Definition, ParameterType, definition_of};

use crate::data::{dimensions, truth_value};
use crate::net::{ArrayValue, Leaf, Source};
use crate::records::layer_symbol;
use crate::shape::{PatternPart, dimensions_agree, is_varying, shape_pattern};
use crate::{Fault, PartialShape};

/// Infers the shapes of all ports and arrays; returns what is inconsistent.
pub(crate) fn infer(session: &mut Session, leaves: &mut [Leaf]) -> Result<Vec<Fault>, Flow> {
    let mut states = Vec::with_capacity(leaves.len());
    let mut faults = Vec::new();
    for leaf in leaves.iter() {
        states.push(State::new(session, leaf, &mut faults)?);
    }
    propagate(session, leaves, &mut states, &mut faults)?;
    for i in 0..states.len() {
        if states[i].assume_defaults(session, &leaves[i], &mut faults)? {
            propagate(session, leaves, &mut states, &mut faults)?;
        }
    }
    for (leaf, state) in leaves.iter_mut().zip(&states) {
        if faults.is_empty() {
            state.check_requirements(session, leaf, &mut faults)?;
        }
        leaf.greatest = state.greatest(session)?;
        leaf.shapes = state.patterns.iter().map(|(name, pattern)| (*name, state.shape(pattern))).collect();
        leaf.known = state.known.iter().map(|(variable, value)| (variable.clone(), value.clone())).collect();
        leaf.known.sort_by(|a, b| netform_expr::compare(&a.0, &b.0));
    }
    Ok(faults)
}

/// Exchanges shapes along the connections until nothing changes.
fn propagate(
    session: &mut Session,
    leaves: &[Leaf],
    states: &mut [State],
    faults: &mut Vec<Fault>,
) -> Result<(), Flow> {
    loop {
        let mut changed = false;
        for (leaf, state) in leaves.iter().zip(states.iter_mut()) {
            changed |= state.solve(session, leaf, faults)?;
        }
        for (to, leaf) in leaves.iter().enumerate() {
            for (to_port, source) in &leaf.sources {
                let Source::Leaf(from, from_port) = source else { continue };
                let given = states[*from].port_shape(from_port);
                let taken = states[to].port_shape(to_port);
                for (receiver, port, shape) in [(to, *to_port, &given), (*from, *from_port, &taken)] {
                    match states[receiver].learn(session, port, shape)? {
                        Learned::Nothing => {}
                        Learned::Something => changed = true,
                        Learned::Conflict => {
                            let texts = [given.describe(session), taken.describe(session)];
                            let [gives, takes] = texts;
                            let args = [
                                leaves[*from].label(),
                                (*from_port).to_owned(),
                                gives,
                                leaf.label(),
                                (*to_port).to_owned(),
                                takes,
                            ];
                            add(faults, Fault::new(message_symbol(leaf), "tyinc", args));
                        }
                    }
                }
            }
        }
        if !changed {
            return Ok(());
        }
    }
}

fn add(faults: &mut Vec<Fault>, fault: Fault) {
    if !faults.contains(&fault) {
        faults.push(fault);
    }
}

/// Faults within a container are messages of the container.
fn message_symbol(leaf: &Leaf) -> Expr {
    if leaf.path.is_empty() { layer_symbol(leaf.layer) } else { Sym::NetChain.into() }
}

enum Learned {
    Nothing,
    Something,
    Conflict,
}

/// What is known of one layer.
struct State {
    definition: std::sync::Arc<Definition>,
    patterns: Vec<(&'static str, Vec<PatternPart>)>,
    known: NodeMap<Expr>,
    /// Parameters in whose lists `Automatic` means what the layer says, and is not merely unknown.
    literal: NodeSet,
}

impl State {
    fn new(session: &mut Session, leaf: &Leaf, faults: &mut Vec<Fault>) -> Result<State, Flow> {
        let definition = definition_of(session, leaf.layer);
        let ports = leaf.layer.inputs.iter().chain(leaf.layer.outputs).map(|p| (p.name, p.shape));
        let arrays = leaf.layer.arrays.iter().map(|a| (a.name, a.shape));
        let texts: Vec<_> = ports.chain(arrays).collect();
        let patterns =
            texts.into_iter().map(|(name, text)| (name, shape_pattern(session, &definition, text))).collect();
        let mut known = NodeMap::default();
        for (name, value) in &leaf.parameters {
            if !value.is(Sym::Automatic) {
                known.insert(definition.scope.symbol(name), value.clone());
            }
        }
        let parameters = leaf.layer.arguments.iter().chain(leaf.layer.options);
        let literal = parameters
            .filter(|parameter| matches!(parameter.kind, ParameterType::Matching { .. }))
            .map(|parameter| definition.scope.symbol(parameter.name))
            .collect();
        let mut state = State { definition, patterns, known, literal };
        for (name, shape) in &leaf.given_shapes {
            state.solve(session, leaf, faults)?;
            if let Learned::Conflict = state.learn(session, name, shape)? {
                let texts = [state.port_shape(name).describe(session), shape.describe(session)];
                let [expected, found] = texts;
                add(
                    faults,
                    Fault::new(message_symbol(leaf), "tyfail1", [leaf.label(), (*name).to_owned(), expected, found]),
                );
            }
        }
        state.solve(session, leaf, faults)?;
        for (name, value) in &leaf.arrays {
            let ArrayValue::Given(array) = value else { continue };
            let shape = match dimensions(session, name, &message_symbol(leaf), array)? {
                Ok(dimensions) => PartialShape::known(dimensions),
                Err(fault) => {
                    let [_, what] = fault.args.as_slice() else { continue };
                    let text = [(*name).to_owned(), session.output_form(array), session.output_form(what)];
                    add(faults, Fault::new(message_symbol(leaf), "arrfail", text));
                    continue;
                }
            };
            if truth_value(array).is_some() {
                let text = [(*name).to_owned(), session.output_form(array), "it holds a truth value".to_owned()];
                add(faults, Fault::new(message_symbol(leaf), "arrfail", text));
            }
            if let Learned::Conflict = state.learn(session, name, &shape)? {
                let fault = state.array_fault(session, leaf, name, &shape);
                add(faults, fault);
            }
        }
        Ok(state)
    }

    fn port_shape(&self, name: &str) -> PartialShape {
        self.patterns.iter().find(|(n, _)| *n == name).map_or(PartialShape::Unknown, |(_, pattern)| self.shape(pattern))
    }

    /// The shape that a pattern stands for, as far as its variables are known.
    fn shape(&self, pattern: &[PatternPart]) -> PartialShape {
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
            }
        }
        PartialShape::Ranked(dimensions)
    }

    /// Reads a shape into the variables of a port's pattern.
    fn learn(&mut self, session: &mut Session, name: &str, shape: &PartialShape) -> Result<Learned, Flow> {
        let PartialShape::Ranked(dimensions) = shape else { return Ok(Learned::Nothing) };
        let Some((_, pattern)) = self.patterns.iter().find(|(n, _)| *n == name) else { return Ok(Learned::Nothing) };
        let pattern = pattern.clone();
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
                    Some(dimension) => self.bind(session, e, dimension)?,
                    None => Learned::Nothing,
                },
                PatternPart::Many(variable) => {
                    let list = Expr::list(here.iter().map(|d| d.clone().unwrap_or_else(|| Sym::Automatic.into())));
                    self.bind(session, variable, &list)?
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
        }
    }

    /// Gives a variable a value, or compares it with the one that it has.
    fn bind(&mut self, session: &mut Session, variable: &Expr, value: &Expr) -> Result<Learned, Flow> {
        if !variable.is_symbol() {
            return Ok(if dimensions_agree(session, variable, value)? { Learned::Nothing } else { Learned::Conflict });
        }
        let Some(old) = self.known.get(variable).cloned() else {
            self.known.insert(variable.clone(), value.clone());
            return Ok(Learned::Something);
        };
        match merge(session, &old, value)? {
            None => Ok(Learned::Conflict),
            Some(merged) if merged == old => Ok(Learned::Nothing),
            Some(merged) => {
                self.known.insert(variable.clone(), merged);
                Ok(Learned::Something)
            }
        }
    }

    /// Applies the relations of the record until they say nothing new.
    fn solve(&mut self, session: &mut Session, leaf: &Leaf, faults: &mut Vec<Fault>) -> Result<bool, Flow> {
        let definition = self.definition.clone();
        let mut changed = false;
        loop {
            let mut again = false;
            for relation in &definition.relations {
                again |= self.relate(session, leaf, relation, faults)?;
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
        relation: &netform_layers::ParsedRelation,
        faults: &mut Vec<Fault>,
    ) -> Result<bool, Flow> {
        let Some(value) = self.value_of(session, &relation.value, &relation.needs)? else { return Ok(false) };
        if value.is(Sym::Automatic) {
            return Ok(false);
        }
        Ok(match self.bind(session, &relation.variable, &value)? {
            Learned::Nothing => false,
            Learned::Something => true,
            Learned::Conflict => {
                let fault = self.relation_fault(session, leaf, &relation.variable, &value);
                add(faults, fault);
                false
            }
        })
    }

    /// The fault of an array that has another shape than the rest of the net wants.
    fn array_fault(&self, session: &Session, leaf: &Leaf, name: &str, found: &PartialShape) -> Fault {
        let texts = [self.port_shape(name).describe(session), found.describe(session)];
        let [expected, found] = texts;
        Fault::new(message_symbol(leaf), "tyarr", [leaf.label(), name.to_owned(), expected, found])
    }

    /// The fault of a variable that would need two values, told by what users know: an array that
    /// was given, or a port; else by the name of the variable.
    fn relation_fault(&mut self, session: &Session, leaf: &Leaf, variable: &Expr, value: &Expr) -> Fault {
        let mentions = |pattern: &[PatternPart]| {
            pattern.iter().any(|part| matches!(part, PatternPart::One(v) | PatternPart::Many(v) if v == variable))
        };
        let names: Vec<&str> = self.patterns.iter().filter(|(_, p)| mentions(p)).map(|(name, _)| *name).collect();
        let given = names.iter().find(|name| matches!(leaf.array(name), Some(ArrayValue::Given(_))));
        let port = names.iter().find(|name| leaf.layer.port(name).is_some());
        let Some(known) = self.known.get(variable).cloned() else { unreachable!("what conflicts has a value already") };
        let Some(&name) = given.or(port) else {
            let name = self.definition.scope.name_of(variable).unwrap_or_default().to_owned();
            let [known, value] = [&known, value].map(|e| session.output_form(e));
            let text = format!("{name} would have to be both {known} and {value}");
            return Fault::new(message_symbol(leaf), "cstfail", [leaf.label(), text]);
        };
        let found = self.port_shape(name);
        self.known.insert(variable.clone(), value.clone());
        let expected = self.port_shape(name);
        self.known.insert(variable.clone(), known);
        let [expected_text, found_text] = [&expected, &found].map(|shape| shape.describe(session));
        let tag = if given.is_some() { "tyarr" } else { "tyfail1" };
        Fault::new(message_symbol(leaf), tag, [leaf.label(), name.to_owned(), expected_text, found_text])
    }

    /// The value of a text whose variables are known; `None` if one is not.
    fn value_of(&self, session: &mut Session, text: &Expr, needs: &[Expr]) -> Result<Option<Expr>, Flow> {
        let is_open = |list: &Expr| list.is_list() && list.args().iter().any(|d| d.is(Sym::Automatic) || is_varying(d));
        let complete = needs
            .iter()
            .all(|variable| self.known.get(variable).is_some_and(|v| self.literal.contains(variable) || !is_open(v)));
        if !complete {
            return Ok(None);
        }
        let bindings = needs.iter().filter_map(|v| self.known.get(v).map(|value| (v.clone(), value.clone()))).collect();
        let put_in = netform_expr::substitute(text, &bindings);
        session.quietly(Quiet::All, |session| session.evaluate(&put_in)).map(Some)
    }

    /// Applies the defaults of the record for what nothing has determined; whether that said
    /// something new.
    fn assume_defaults(&mut self, session: &mut Session, leaf: &Leaf, faults: &mut Vec<Fault>) -> Result<bool, Flow> {
        let definition = self.definition.clone();
        let mut changed = false;
        for relation in definition.defaults.iter().filter(|r| !self.known.contains_key(&r.variable)).collect::<Vec<_>>()
        {
            changed |= self.relate(session, leaf, relation, faults)?;
            changed |= self.solve(session, leaf, faults)?;
        }
        Ok(changed)
    }

    /// The greatest indices of ports, as far as they are known.
    fn greatest(&self, session: &mut Session) -> Result<Vec<(&'static str, Expr)>, Flow> {
        let mut greatest = Vec::with_capacity(self.definition.indices.len());
        for index in &self.definition.indices {
            if let Some(value) = self.value_of(session, &index.greatest, &index.needs)? {
                greatest.push((index.port, value));
            }
        }
        Ok(greatest)
    }

    fn check_requirements(&self, session: &mut Session, leaf: &Leaf, faults: &mut Vec<Fault>) -> Result<(), Flow> {
        for requirement in &self.definition.requirements {
            let Some(holds) = self.value_of(session, &requirement.test, &requirement.needs)? else { continue };
            if holds.is(Sym::False) {
                add(faults, Fault::new(message_symbol(leaf), "cstfail", [leaf.label(), requirement.text.to_owned()]));
            }
        }
        Ok(())
    }
}

/// What two values of one variable say together; `None` if they contradict each other. Unknown
/// dimensions inside lists are `Automatic`.
fn merge(session: &mut Session, old: &Expr, new: &Expr) -> Result<Option<Expr>, Flow> {
    if old == new {
        return Ok(Some(old.clone()));
    }
    if old.is(Sym::Automatic) {
        return Ok(Some(new.clone()));
    }
    if new.is(Sym::Automatic) {
        return Ok(Some(old.clone()));
    }
    if old.is_list() && new.is_list() {
        if old.len() != new.len() {
            return Ok(None);
        }
        let mut merged = Vec::with_capacity(old.len());
        for (a, b) in old.args().iter().zip(new.args().iter()) {
            match merge(session, a, b)? {
                Some(dimension) => merged.push(dimension),
                None => return Ok(None),
            }
        }
        return Ok(Some(Expr::list(merged)));
    }
    Ok(dimensions_agree(session, old, new)?.then(|| if is_varying(old) { new.clone() } else { old.clone() }))
}

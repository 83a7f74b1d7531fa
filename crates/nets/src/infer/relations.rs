//! What the record of a layer says about its variables: relations, defaults, requirements.

use netform_compile::Dim;
use netform_eval::{Flow, Quiet, Session};
use netform_expr::{Expr, Sym, occurs};
use netform_layers::{ParameterType, ParsedRelation, parse_in};

use super::add;
use super::known::is_complete;
use super::sizes::Sizes;
use super::state::{Learned, State};
use crate::net::{ArrayValue, Leaf, Name};
use crate::shape::PatternPart;
use crate::{Fault, PartialShape};

impl State {
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
            for (place, relation) in definition.relations.iter().enumerate() {
                let learned = self.relate(session, leaf, sizes, (relation, place), faults)?;
                again |= learned;
                if learned && definition.premises.iter().any(|premise| premise.mentions(&relation.variable)) {
                    changed = true;
                    continue 'again;
                }
            }
            for (place, relation) in definition.partial.iter().enumerate() {
                let put_in = self.with_what_is_known(relation);
                let Some(value) = self.news(session, definition.relations.len() + place, put_in)? else { continue };
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
        (relation, place): (&ParsedRelation, usize),
        faults: &mut Vec<Fault>,
    ) -> Result<bool, Flow> {
        let Some(put_in) = self.put_into(&relation.value, &relation.needs) else { return Ok(false) };
        let Some(value) = self.news(session, place, put_in)? else { return Ok(false) };
        self.bind_value(session, leaf, sizes, &relation.variable, &value, faults)
    }

    /// The value of the relation at a place, unless it was found before.
    fn news(&mut self, session: &mut Session, place: usize, put_in: Expr) -> Result<Option<Expr>, Flow> {
        if self.evaluated.len() <= place {
            self.evaluated.resize(place + 1, None);
        }
        if self.evaluated[place].as_ref() == Some(&put_in) {
            return Ok(None);
        }
        let value = session.quietly(Quiet::All, |session| session.evaluate(&put_in))?;
        self.evaluated[place] = Some(put_in);
        Ok(Some(value))
    }

    /// The text of a relation with what is known so far.
    fn with_what_is_known(&self, relation: &ParsedRelation) -> Expr {
        let value = |variable: &Expr| self.known.get(variable).cloned().unwrap_or_else(|| Sym::Automatic.into());
        let bindings = relation.needs.iter().map(|variable| (variable.clone(), value(variable))).collect();
        netform_expr::substitute(&relation.value, &bindings)
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
            let (name, known, value) = self.two_values(session, leaf, variable, &known, value, mentions);
            let shapes = self.inputs(session, leaf);
            let text = format!(
                "{name} would have to be both {known} and {value}.{shapes} Change what the one or the other follows from"
            );
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

    /// A variable and two values of it, as the port of a net in the layer and two shapes if there is one that it is about.
    fn two_values(
        &mut self,
        session: &Session,
        leaf: &Leaf,
        variable: &Expr,
        known: &Expr,
        value: &Expr,
        mentions: impl Fn(&[PatternPart]) -> bool,
    ) -> (String, String, String) {
        let Some(place) = self.patterns.iter().position(|pattern| mentions(&pattern.parts)) else {
            let name = self.definition.scope.name_of(variable).unwrap_or_default().to_owned();
            return (name, session.output_form(known), session.output_form(value));
        };
        let parts = self.patterns[place].parts.clone();
        let found = self.describe(session, &parts);
        self.known.insert(variable.clone(), value.clone());
        let expected = self.describe(session, &parts);
        self.known.insert(variable.clone(), known.clone());
        (format!("port {}", self.patterns[place].label(leaf)), found, expected)
    }

    /// The value of a text whose variables are known; `None` if one is not.
    pub(super) fn value_of(&self, session: &mut Session, text: &Expr, needs: &[Expr]) -> Result<Option<Expr>, Flow> {
        let Some(put_in) = self.put_into(text, needs) else { return Ok(None) };
        session.quietly(Quiet::All, |session| session.evaluate(&put_in)).map(Some)
    }

    /// The value of a text of the record, to be shown.
    fn shown(&self, session: &mut Session, text: &str) -> Result<String, Flow> {
        let parsed = parse_in(session, &self.definition.scope, text);
        let value = self.value_of(session, &parsed, &self.definition.scope.names_in(&parsed))?;
        Ok(session.output_form(&value.unwrap_or(parsed)))
    }

    /// A text with the values of its variables; `None` if one is not known.
    fn put_into(&self, text: &Expr, needs: &[Expr]) -> Option<Expr> {
        let complete = needs.iter().all(|variable| {
            self.known.get(variable).is_some_and(|v| self.literal.contains(variable) || is_complete(v))
        });
        let bindings = needs.iter().filter_map(|v| self.known.get(v).map(|value| (v.clone(), value.clone()))).collect();
        complete.then(|| netform_expr::substitute(text, &bindings))
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
        let others = definition.relations.len() + definition.partial.len();
        for (place, relation) in definition.defaults.iter().enumerate() {
            if self.known.get(&relation.variable).is_some_and(is_complete) {
                continue;
            }
            // A default may fill what is not known yet of a variable.
            changed |= if relation.needs.contains(&relation.variable) {
                let put_in = self.with_what_is_known(relation);
                match self.news(session, others + place, put_in)? {
                    Some(value) => self.bind_value(session, leaf, sizes, &relation.variable, &value, faults)?,
                    None => false,
                }
            } else {
                self.relate(session, leaf, sizes, (relation, others + place), faults)?
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

    /// A sentence with the shapes of the inputs as far as they are known.
    fn inputs(&self, session: &Session, leaf: &Leaf) -> String {
        let known = leaf.inputs.iter().map(|port| (&port.name, self.port_shape(&port.name)));
        let known = known.filter(|(_, shape)| *shape != PartialShape::Unknown);
        let shapes: Vec<String> =
            known.map(|(name, shape)| format!("port {name} is {}", shape.describe(session))).collect();
        if shapes.is_empty() { String::new() } else { format!(" Here {}.", shapes.join(", ")) }
    }

    /// The equations of sizes among the requirements of the record that are not decided yet.
    pub(super) fn open_equations(&self, session: &mut Session) -> Result<Vec<(Dim, Dim)>, Flow> {
        let mut equations = Vec::new();
        for requirement in &self.definition.requirements {
            let Some(test) = self.value_of(session, &requirement.test, &requirement.needs)? else { continue };
            if let Some([a, b]) = test.args_of(Sym::Equal).as_deref()
                && decided(&test).is_none()
                && let (Ok(a), Ok(b)) = (Dim::from_expr(a), Dim::from_expr(b))
            {
                equations.push((a, b));
            }
        }
        Ok(equations)
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
                    // Once more aloud: what the user's own functions say explains it.
                    let mut parameters = leaf.layer.arguments.iter().chain(leaf.layer.options);
                    if parameters.any(|parameter| parameter.kind == ParameterType::Function)
                        && let Some(put_in) = self.put_into(&requirement.test, &requirement.needs)
                    {
                        session.evaluate(&put_in)?;
                    }
                    let requirement = requirement.requirement;
                    let [wrong, remedy] = [requirement.fault, requirement.remedy]
                        .map(|sentence| requirement.sentence(sentence, |text| self.shown(session, text)));
                    let text = format!("{}.{} {}", wrong?, self.inputs(session, leaf), remedy?);
                    add(faults, Fault::new(self.whole.clone(), "cstfail", [leaf.label(), text]));
                }
                // Of sizes that are others each time nothing more can be said.
                None if occurs(&test, &Expr::string("Varying")) => {}
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
        Sym::Equal => a.equals(b).or_else(|| {
            let (_, roots) = a.subtract(b).ok()?.roots()?;
            roots.is_empty().then_some(false)
        }),
        _ => None,
    }
}

//! From arrays to things.

use netform_eval::{Flow, Session, Shape};
use netform_expr::{Expr, Sym};
use netform_layers::{Coder as Record, Decoding, Direction, Property};

use super::{Coder, shown};
use crate::data::dimensions;
use crate::diagnostic::instead;
use crate::net::NetPort;
use crate::{Fault, Net, PartialShape};

/// What is asked of a decoder.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    /// The array itself.
    Array,
    /// The names of all properties.
    Properties,
    /// A property with its argument, and the expression that asks for it.
    Property { property: &'static Property, argument: Option<Expr>, written: Option<Expr> },
}

/// Whether the second argument of an application asks the decoders of a net, and not for ports.
pub(crate) fn is_property(net: &Net, asked: &Expr) -> bool {
    if asked.is(Sym::None) || asked.has_head(Sym::Rule) || asked.has_head(Sym::Association) {
        return true;
    }
    let name = name_of(asked);
    let is_port = |port: &NetPort| name.as_str() == Some(&*port.name);
    net.outputs.iter().any(|port| port.coder.is_some()) && name.as_str().is_some() && !net.outputs.iter().any(is_port)
}

/// The name in `"name"` or `{"name", argument}`.
fn name_of(asked: &Expr) -> Expr {
    if asked.is_list() && asked.len() == 2 { asked.arg(0) } else { asked.clone() }
}

/// Brings the values of the outputs of a net through their decoders, each of a batch by itself.
///
/// `asked` is a property for all outputs with a decoder, or rules from outputs to properties.
pub(crate) fn decode_outputs(
    session: &mut Session,
    net: &Net,
    values: Vec<Expr>,
    is_batch: bool,
    asked: Option<&Expr>,
) -> Result<Result<Vec<Expr>, Vec<Fault>>, Flow> {
    let rules: Option<Vec<Expr>> = asked.and_then(|asked| {
        let rules = asked.has_head(Sym::Association) || asked.has_head(Sym::Rule);
        rules.then(|| if asked.has_head(Sym::Rule) { vec![asked.clone()] } else { asked.args().into_owned() })
    });
    let mut faults = Vec::new();
    for rule in rules.iter().flatten() {
        if !net.outputs.iter().any(|port| rule.arg(0).as_str() == Some(&*port.name)) {
            let known: Vec<&str> = net.outputs.iter().map(|port| &*port.name).collect();
            let name = session.output_form(&rule.arg(0));
            let args = [name.clone(), instead(&name, &known)];
            faults.push(Fault::new(net.expr.head().clone(), "nooutput", args));
        }
    }
    let mut decoded = Vec::with_capacity(values.len());
    for (port, value) in net.outputs.iter().zip(values) {
        let asked = match &rules {
            Some(rules) => rules.iter().find(|rule| rule.arg(0).as_str() == Some(&*port.name)).map(|rule| rule.arg(1)),
            None => asked.cloned(),
        };
        let Some(coder) = &port.coder else {
            if rules.is_some() && asked.as_ref().is_some_and(|asked| !asked.is(Sym::None)) {
                faults.push(Fault::new(net.expr.head().clone(), "nodecoder", [port.name.to_string()]));
            }
            decoded.push(value);
            continue;
        };
        match coder.asked(session, asked.as_ref()) {
            Ok(asked) => match coder.decode_all(session, &asked, &value, is_batch)? {
                Ok(value) => decoded.push(value),
                Err(fault) => faults.push(fault),
            },
            Err(fault) => faults.push(fault),
        }
    }
    Ok(if faults.is_empty() { Ok(decoded) } else { Err(faults) })
}

impl Coder {
    fn decoding(&self) -> Decoding {
        match self.record.direction {
            Direction::Decode(decoding) => decoding,
            Direction::Encode(_) => unreachable!("it is asked of decoders only"),
        }
    }

    /// How many leading levels of the array it goes through to find the probabilities of classes; `None` if it looks for none.
    pub(crate) fn class_levels(&self, session: &mut Session) -> Result<Option<usize>, Flow> {
        if self.value(session, self.decoding().classes, &[])?.is(Sym::None) {
            return Ok(None);
        }
        Ok(self.value(session, self.decoding().levels, &[])?.as_usize())
    }

    /// The probabilities of all classes, by a part of the array.
    pub(crate) fn probabilities(&self, session: &mut Session, part: &Expr) -> Result<Expr, Flow> {
        self.value(session, self.decoding().probabilities, &[(Record::INPUT, part)])
    }

    /// The classes, of which there are so many: their numbers if they have no names.
    pub(crate) fn classes(&self, session: &mut Session, count: usize) -> Result<Vec<Expr>, Flow> {
        let classes = self.value(session, self.decoding().classes, &[])?;
        let numbers = || (1..=count as i64).map(Expr::integer).collect();
        Ok(if classes.is_list() { classes.args().into_owned() } else { numbers() })
    }

    /// What an expression asks of the decoder.
    pub(super) fn asked(&self, session: &Session, asked: Option<&Expr>) -> Result<Asked, Fault> {
        let decoding = self.decoding();
        let Some(asked) = asked else {
            let property = &decoding.properties[0];
            return Ok(Asked::Property { property, argument: None, written: None });
        };
        if asked.is(Sym::None) {
            return Ok(Asked::Array);
        }
        if asked.as_str() == Some("Properties") {
            return Ok(Asked::Properties);
        }
        let name = name_of(asked);
        let argument = (asked != &name).then(|| asked.arg(1));
        let property = decoding.properties.iter().find(|property| name.as_str() == Some(property.name));
        match property {
            Some(property) if argument.is_none() || property.argument.is_some() => {
                Ok(Asked::Property { property, argument, written: Some(asked.clone()) })
            }
            _ => {
                let known: Vec<&str> = decoding.properties.iter().map(|property| property.name).collect();
                let name = session.output_form(&name);
                Err(self.fault("noprop", [name.clone(), instead(&name, &known)]))
            }
        }
    }

    /// What is asked of an array, or of each array of a batch.
    pub(super) fn decode_all(
        &self,
        session: &mut Session,
        asked: &Asked,
        value: &Expr,
        is_batch: bool,
    ) -> Result<Result<Expr, Fault>, Flow> {
        if !is_batch {
            return self.decode(session, asked, value);
        }
        let mut items = Vec::with_capacity(value.len());
        for item in value.args().iter() {
            session.tick()?;
            match self.decode(session, asked, item)? {
                Ok(item) => items.push(item),
                Err(fault) => return Ok(Err(fault)),
            }
        }
        Ok(Ok(Expr::list(items)))
    }

    /// Whether data is a batch of arrays; a fault if it is neither that nor an array.
    pub(super) fn is_batch(&self, session: &mut Session, data: &Expr) -> Result<Result<bool, Fault>, Flow> {
        let PartialShape::Ranked(expected) = &self.shape else { return Ok(Ok(false)) };
        let symbolic = session.is_symbolic_array(data)? || !data.is_list();
        if symbolic && !data.is_number() && data.as_str().is_none() {
            return Ok(Ok(false));
        }
        // Sequences of a batch may have different lengths.
        let ragged = data.is_list() && session.shape_of(data)? == Shape::Unknown;
        let examples = if ragged { data.args().into_owned() } else { vec![data.clone()] };
        for example in examples {
            let found = match dimensions(session, &example)? {
                Ok(found) => PartialShape::known(self.shape.completed(found)),
                Err(what) => {
                    let args = ["Input".to_owned(), what, self.shape.describe(session), String::new()];
                    return Ok(Err(self.fault("invindata1", args)));
                }
            };
            if self.shape.accepts(&found) {
                continue;
            }
            let inner = match &found {
                PartialShape::Ranked(found) if found.len() == expected.len() + 1 => {
                    PartialShape::Ranked(found[1..].to_vec())
                }
                _ => found.clone(),
            };
            if !ragged && inner != found && self.shape.accepts(&inner) {
                return Ok(Ok(true));
            }
            let args = [
                "Input".to_owned(),
                found.describe(session),
                self.shape.describe(session),
                String::new(),
                String::new(),
            ];
            return Ok(Err(self.fault("invindata2", args)));
        }
        Ok(Ok(ragged))
    }

    /// What is asked of an array, part by part if the decoder goes through levels of it.
    fn decode(&self, session: &mut Session, asked: &Asked, array: &Expr) -> Result<Result<Expr, Fault>, Flow> {
        match asked {
            Asked::Array => Ok(Ok(array.clone())),
            Asked::Properties => Ok(Ok(names(&self.decoding()))),
            Asked::Property { property, argument, written } => {
                let levels = self.value(session, self.decoding().levels, &[])?.as_usize().unwrap_or(0);
                let argument = match self.argument(session, property, argument.as_ref(), array)? {
                    Ok(argument) => argument,
                    Err(fault) => return Ok(Err(fault)),
                };
                let inside = innermost(array, levels);
                let mut decided = true;
                for part in inside.iter().flatten() {
                    decided = decided && self.holds(session, property.decided, &[(Record::INPUT, part)])?;
                }
                let Some(parts) = inside.filter(|_| decided) else {
                    let arguments = [array.clone()].into_iter().chain(written.clone());
                    return Ok(Ok(Expr::normal(self.expr.clone(), arguments)));
                };
                let mut values = Vec::with_capacity(parts.len());
                for part in &parts {
                    session.tick()?;
                    let bindings = [(Record::INPUT, part), (Record::ARGUMENT, &argument)];
                    values.push(self.value(session, property.value, &bindings)?);
                }
                Ok(Ok(rebuilt(array, levels, &mut values.into_iter())))
            }
        }
    }

    /// The argument of a property, or its default.
    fn argument(
        &self,
        session: &mut Session,
        property: &Property,
        given: Option<&Expr>,
        array: &Expr,
    ) -> Result<Result<Expr, Fault>, Flow> {
        let Some(record) = property.argument else { return Ok(Ok(Sym::None.into())) };
        let argument = match (given, record.default) {
            (Some(given), _) => given.clone(),
            (None, Some(default)) => session.parse_static(default),
            (None, None) => {
                let args = [property.name.to_owned(), record.expected.to_owned()];
                return Ok(Err(self.fault("propneeds", args)));
            }
        };
        let bindings = [(Record::INPUT, array), (Record::ARGUMENT, &argument)];
        if self.holds(session, record.valid, &bindings)? {
            return Ok(Ok(argument));
        }
        let args = [property.name.to_owned(), shown(session, &argument), format!("{} is expected", record.expected)];
        Ok(Err(self.fault("valfail", args)))
    }
}

/// The parts of a nested list below some levels; `None` if it has not so many.
fn innermost(array: &Expr, levels: usize) -> Option<Vec<Expr>> {
    let mut parts = vec![array.clone()];
    for _ in 0..levels {
        if !parts.iter().all(Expr::is_list) {
            return None;
        }
        parts = parts.iter().flat_map(|part| part.args().into_owned()).collect();
    }
    Some(parts)
}

/// A nested list with other parts below some levels.
fn rebuilt(array: &Expr, levels: usize, parts: &mut impl Iterator<Item = Expr>) -> Expr {
    if levels == 0 {
        return parts.next().unwrap_or_else(|| Sym::Failed.into());
    }
    Expr::list(array.args().iter().map(|part| rebuilt(part, levels - 1, parts)).collect::<Vec<_>>())
}

fn names(decoding: &Decoding) -> Expr {
    Expr::list(decoding.properties.iter().map(|property| Expr::string(property.name)).collect::<Vec<_>>())
}

//! Encoders and decoders: what stands at the ports of a net between its arrays and labels, texts or
//! images.
//!
//! `NetEncoder[{"Class", {a, b}}]` is an ordinary expression. It can be applied by itself, or stands in
//! the options of a net: `"Input" -> NetEncoder[...]`. Then the shape of the port follows from it, and what
//! is given for the port goes through it.

mod decode;
mod encode;
mod functions;

use std::sync::Arc;

use netform_eval::{Flow, Quiet, Session};
use netform_expr::{Expr, Sym};
use netform_layers::coders::{DECODERS, ENCODERS};
use netform_layers::{Coder as Record, Direction, Scope, parse_in};
use rustc_hash::FxHashMap;

use crate::environment::Environment;
use crate::kept::{Kept, kept_without_faults};
use crate::named::{Form, parameters, record_of, unmet, value_with};
use crate::{Fault, PartialShape};

pub(crate) use decode::{decode_outputs, is_property};
pub(crate) use encode::encode_inputs;
pub(crate) use functions::FUNCTIONS;

/// An encoder or decoder, read from its expression.
#[derive(Debug)]
pub struct Coder {
    /// The expression.
    pub(crate) expr: Expr,
    /// What is known of its kind.
    pub(crate) record: &'static Record,
    /// The dimensions of the array.
    pub(crate) shape: PartialShape,
    /// The greatest integer in the array, if it has integers from 1 on.
    pub(crate) greatest: Option<Expr>,
    /// Parameters and values.
    known: Environment,
    /// Its names.
    scope: Scope,
    /// The texts of the record that are asked for each thing, with parameters and values put in.
    texts: FxHashMap<&'static str, Expr>,
}

/// Views of coders by node.
#[derive(Default)]
struct Views(Kept<Arc<Coder>, 256>);

/// Whether an expression has the head of a coder.
pub(crate) fn is_coder(e: &Expr) -> bool {
    e.has_head(Sym::NetEncoder) || e.has_head(Sym::NetDecoder)
}

/// The coder that stands for an option of a port: one, or the name of one.
pub(crate) fn of_option(value: &Expr, is_input: bool) -> Option<Expr> {
    if is_coder(value) {
        return Some(value.clone());
    }
    let (records, head) = if is_input { (ENCODERS, Sym::NetEncoder) } else { (DECODERS, Sym::NetDecoder) };
    let name = value.as_str()?;
    records.iter().any(|record| record.name == name).then(|| Expr::call(head, [value.clone()]))
}

/// The view of a coder.
///
/// # Errors
/// The faults of its form.
pub(crate) fn read(session: &mut Session, e: &Expr) -> Result<Result<Arc<Coder>, Vec<Fault>>, Flow> {
    // A view depends on definitions: a function of the user may be a parameter.
    kept_without_faults(session, |Views(coders): &mut Views| coders, e, |session| Ok(parse(session, e)?.map(Arc::new)))
}

fn parse(session: &mut Session, e: &Expr) -> Result<Result<Coder, Vec<Fault>>, Flow> {
    let records = if e.has_head(Sym::NetEncoder) { ENCODERS } else { DECODERS };
    let (record, written) = match record_of(session, e, records, |record| record.name) {
        Ok(named) => named,
        Err(fault) => return Ok(Err(vec![fault])),
    };
    let form = Form { name: record.name, arguments: record.arguments, options: record.options };
    let scope = Scope::with_names(record.names());
    let known = match parameters(session, e.head(), &form, &written, &scope)? {
        Ok(known) => known,
        Err(faults) => return Ok(Err(faults)),
    };
    let faults = unmet(session, e.head(), &form, record.requirements, &known, &scope)?;
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let greatest = match record.direction {
        Direction::Encode(encoding) => encoding.greatest,
        Direction::Decode(_) => "None",
    };
    let mut coder = Coder {
        expr: e.clone(),
        record,
        shape: PartialShape::Unknown,
        greatest: None,
        known,
        scope,
        texts: FxHashMap::default(),
    };
    for relation in record.values {
        let value = coder.value(session, relation.value, &[])?;
        coder.known.set(coder.scope.symbol(relation.variable), value);
    }
    let shape = coder.value(session, record.shape, &[])?;
    coder.shape = PartialShape::of_option(&shape).unwrap_or_default();
    coder.greatest = Some(coder.value(session, greatest, &[])?).filter(|greatest| !greatest.is(Sym::None));
    for text in record.direction.texts() {
        let parsed = parse_in(session, &coder.scope, text);
        coder.texts.insert(text, coder.known.put_into(&parsed));
    }
    Ok(Ok(coder))
}

impl Coder {
    /// Whether it makes arrays.
    pub(crate) fn is_encoder(&self) -> bool {
        matches!(self.record.direction, Direction::Encode(_))
    }

    /// The value of a text of the record, with what some more of its names stand for.
    fn value(&self, session: &mut Session, text: &str, bindings: &[(&str, &Expr)]) -> Result<Expr, Flow> {
        let prepared = match self.texts.get(text) {
            Some(prepared) => prepared.clone(),
            None => self.known.put_into(&parse_in(session, &self.scope, text)),
        };
        value_with(session, &self.scope, &prepared, bindings)
    }

    /// Whether a text holds; what it says on the way to an answer of no is not told.
    fn holds(&self, session: &mut Session, text: &str, bindings: &[(&str, &Expr)]) -> Result<bool, Flow> {
        session.quietly(Quiet::All, |session| self.value(session, text, bindings)).map(|value| value.is(Sym::True))
    }

    fn fault(&self, tag: &'static str, args: impl IntoIterator<Item = String>) -> Fault {
        Fault::new(self.expr.head().clone(), tag, args)
    }
}

/// The beginning of the form of data for a message.
fn shown(session: &Session, data: &Expr) -> String {
    const LIMIT: usize = 80;
    let text = session.output_form(data);
    if text.chars().count() <= LIMIT {
        return text;
    }
    text.chars().take(LIMIT).chain("...".chars()).collect()
}

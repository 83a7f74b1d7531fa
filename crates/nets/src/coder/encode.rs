//! From things to arrays.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym, substitute};
use netform_layers::{Coder as Record, Direction, Encoding};

use super::{Coder, shown};
use crate::data::{dimensions, unfit_element};
use crate::inputs::Inputs;
use crate::{Elements, Fault, Net, PartialShape};

/// What an encoder makes of data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Encoded {
    /// The array of one thing.
    One(Expr),
    /// The arrays of several things.
    Batch(Vec<Expr>),
}

impl Encoded {
    pub(crate) fn into_expr(self) -> Expr {
        match self {
            Encoded::One(array) => array,
            Encoded::Batch(arrays) => Expr::list(arrays),
        }
    }
}

/// The data of a net in which things have become arrays, and for each input with an encoder whether that is a batch.
pub(crate) type Coded = (Inputs, Vec<Option<bool>>);

/// Brings the data for each input through its encoder.
pub(crate) fn encode_inputs(
    session: &mut Session,
    net: &Net,
    data: &Inputs,
) -> Result<Result<Coded, Vec<Fault>>, Flow> {
    let mut arrays = Vec::with_capacity(data.len());
    let mut batches = Vec::with_capacity(data.len());
    let mut faults = Vec::new();
    for (port, value) in net.inputs.iter().zip(data) {
        let (Some(coder), Some(value)) = (&port.coder, value) else {
            arrays.push(value.clone());
            batches.push(None);
            continue;
        };
        match coder.encode(session, value)? {
            Ok(encoded) => {
                batches.push(Some(matches!(encoded, Encoded::Batch(_))));
                arrays.push(Some(encoded.into_expr()));
            }
            Err(fault) => faults.push(fault),
        }
    }
    Ok(if faults.is_empty() { Ok((arrays, batches)) } else { Err(faults) })
}

impl Coder {
    /// The array of a thing; of a list of things, which is not one thing itself, the arrays.
    pub(crate) fn encode(&self, session: &mut Session, data: &Expr) -> Result<Result<Encoded, Fault>, Flow> {
        let Direction::Encode(encoding) = self.record.direction else { unreachable!("it is asked of encoders only") };
        if self.accepts(session, &encoding, data)? {
            let array = self.value(session, encoding.array, &[(Record::INPUT, data)])?;
            return Ok(Ok(Encoded::One(array)));
        }
        if data.is_list() {
            let mut any = data.is_empty();
            for item in data.args().iter() {
                session.tick()?;
                any = any || self.accepts(session, &encoding, item)?;
            }
            if !any && self.is_array(session, data)? {
                return Ok(Ok(Encoded::One(data.clone())));
            }
            let mut arrays = Vec::with_capacity(data.len());
            for item in data.args().iter() {
                session.tick()?;
                match self.encode_one(session, &encoding, item)? {
                    Ok(array) => arrays.push(array),
                    Err(fault) => return Ok(Err(fault)),
                }
            }
            return Ok(Ok(Encoded::Batch(arrays)));
        }
        Ok(self.encode_one(session, &encoding, data)?.map(Encoded::One))
    }

    fn accepts(&self, session: &mut Session, encoding: &Encoding, data: &Expr) -> Result<bool, Flow> {
        self.holds(session, encoding.accepts, &[(Record::INPUT, data)])
    }

    /// The array of one thing.
    fn encode_one(&self, session: &mut Session, encoding: &Encoding, data: &Expr) -> Result<Result<Expr, Fault>, Flow> {
        if self.accepts(session, encoding, data)? {
            return self.value(session, encoding.array, &[(Record::INPUT, data)]).map(Ok);
        }
        if data.is_list() && self.is_array(session, data)? {
            return Ok(Ok(data.clone()));
        }
        let fault =
            |session: &mut Session| Ok(Err(self.fault("invenc", [shown(session, data), encoding.expected.to_owned()])));
        if is_settled(data) {
            return fault(session);
        }
        // The application to what is symbolic is a normal form, which must not be evaluated again: its name stands for it.
        let undecided = Expr::normal(self.expr.clone(), [data.clone()]);
        let array = self.value(session, encoding.symbolic, &[(Record::INPUT, data)])?;
        if array.is(Sym::Failed) {
            return fault(session);
        }
        let bindings = [(self.scope.symbol(Record::UNDECIDED), undecided)].into_iter().collect();
        Ok(Ok(substitute(&array, &bindings)))
    }

    /// Whether data is an array as the encoder gives them.
    fn is_array(&self, session: &mut Session, data: &Expr) -> Result<bool, Flow> {
        let Ok(found) = dimensions(session, data)? else { return Ok(false) };
        let found = PartialShape::known(found);
        if self.shape == PartialShape::Unknown || !self.shape.accepts(&found) {
            return Ok(false);
        }
        let elements = match &self.greatest {
            Some(greatest) => Elements::Index(Some(greatest.clone())),
            None => Elements::Real,
        };
        Ok(unfit_element("", self.expr.head(), data, &elements).is_none())
    }
}

/// Whether an expression is what it is, whatever symbols come to stand for.
fn is_settled(data: &Expr) -> bool {
    data.is_number()
        || data.as_str().is_some()
        || data.is_list()
        || data.has_head(Sym::Association)
        || data.has_head(Sym::Rule)
        || [Sym::True, Sym::False, Sym::None, Sym::Automatic, Sym::All, Sym::Null, Sym::Failed]
            .iter()
            .any(|word| data.is(*word))
}

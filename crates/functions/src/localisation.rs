//! Local values of symbols: what `Block` and iterators set aside and put back.

use netform_eval::{Definitions, Flow, Scope, Session, Values};
use netform_expr::Expr;
use smallvec::SmallVec;

/// The values that symbols had before they became local.
///
/// [`Localisation::restore`] must be called however the scope is left; nothing of what happened to
/// the symbols in between remains.
#[must_use]
pub(crate) struct Localisation {
    saved: SmallVec<[(Expr, Scope, Saved); 2]>,
}

enum Saved {
    /// The symbol has at most a value of its own: the case of nearly all variables.
    OwnValue(Values),
    /// Rules, options or messages.
    Everything(Box<Definitions>),
    /// A system variable, whose record keeps the value.
    System(Expr),
}

impl Localisation {
    /// Takes the values of these symbols away, attributes excepted.
    ///
    /// # Errors
    /// Where the value of a system variable cannot be asked for.
    pub(crate) fn new(session: &mut Session, symbols: &[Expr]) -> Result<Localisation, Flow> {
        let mut saved = SmallVec::new();
        for symbol in symbols {
            let system = system_value(session, symbol)?;
            let scope = session.begin_scope(symbol);
            let state = match system {
                Some(value) => Saved::System(value),
                None if has_rules(session, symbol) => {
                    let attributes = session.attributes_of(symbol);
                    let all = session.change_definitions(symbol, std::mem::take);
                    session.set_attributes(symbol, attributes);
                    Saved::Everything(Box::new(all))
                }
                None => Saved::OwnValue(session.take_own_values(symbol)),
            };
            saved.push((symbol.clone(), scope, state));
        }
        Ok(Localisation { saved })
    }

    /// Puts all values back.
    ///
    /// # Errors
    /// Where a system variable does not take its old value back.
    pub(crate) fn restore(self, session: &mut Session) -> Result<(), Flow> {
        let mut result = Ok(());
        for (symbol, scope, state) in self.saved.into_iter().rev() {
            match state {
                Saved::OwnValue(values) => {
                    if has_rules(session, &symbol) {
                        session.change_definitions(&symbol, |d| *d = Definitions::default());
                    }
                    session.restore_own_values(&symbol, values);
                }
                Saved::Everything(all) => session.change_definitions(&symbol, |d| *d = *all),
                Saved::System(value) => result = result.and(set(session, &symbol, value)),
            }
            session.end_scope(&symbol, scope);
        }
        result
    }
}

/// Gives a local symbol a value: a system variable by its record, any other directly.
///
/// # Errors
/// Where a system variable refuses the value by a [`Flow`].
pub(crate) fn set(session: &mut Session, symbol: &Expr, value: Expr) -> Result<(), Flow> {
    match session.function_of(symbol).and_then(|f| f.assign) {
        Some(assign) => assign(session, symbol, Some(&value)).map(drop),
        None => {
            session.set_own_value(symbol, value);
            Ok(())
        }
    }
}

fn system_value(session: &mut Session, symbol: &Expr) -> Result<Option<Expr>, Flow> {
    let Some(function) = session.function_of(symbol) else { return Ok(None) };
    match (function.value, function.assign) {
        (Some(value), Some(_)) => value(session),
        _ => Ok(None),
    }
}

fn has_rules(session: &Session, symbol: &Expr) -> bool {
    session.definitions_of(symbol).is_some_and(|d| {
        let values = [&d.down, &d.sub, &d.up, &d.numeric, &d.default, &d.format];
        values.iter().any(|v| !v.is_empty()) || !d.messages().is_empty()
    })
}

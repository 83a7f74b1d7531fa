//! Calls in which assumptions, `$Assumptions` or an option, declare symbols to be arrays.

use std::ops::ControlFlow;

use netform_eval::{Declared, Flow, Session};
use netform_expr::{Expr, Sym};

use crate::call_options::CallOptions;

/// The option of functions that take assumptions, with its default.
pub(crate) const ASSUMPTIONS: &[(&str, &str)] = &[("Assumptions", "$Assumptions")];

/// A call that assumptions give a value, or that stays in spite of them; or to be continued with.
pub(crate) type Assumed = ControlFlow<Option<Expr>>;

/// The value of a call whose assumptions, `$Assumptions` or the option of the call, declare symbols in
/// it to be arrays, or which has options. It continues if there is nothing of that.
///
/// `least` arguments are no options. After a message about options the call stays.
pub(crate) fn assuming(session: &mut Session, call: &Expr, least: usize, most: usize) -> Result<Assumed, Flow> {
    let has_options = call.len() > least
        && call.args().last().is_some_and(|last| {
            let first = last.args_of(Sym::List).and_then(|items| items.first().cloned());
            matches!(first.as_ref().unwrap_or(last).head_sym(), Some(Sym::Rule | Sym::RuleDelayed))
        });
    let (assumptions, plain) = if has_options {
        let Some(options) = CallOptions::split(session, call, least, most) else {
            return Ok(ControlFlow::Break(None));
        };
        let setting = options.get(session, Sym::AssumptionsOption);
        (setting, Expr::normal(call.head().clone(), options.arguments))
    } else {
        (Sym::Assumptions.into(), call.clone())
    };
    let assumptions = session.evaluate(&assumptions)?;
    let declared = Declared::by(&assumptions);
    if declared.is_empty() {
        if plain != *call {
            return session.evaluate(&plain).map(|value| ControlFlow::Break(Some(value)));
        }
        return Ok(ControlFlow::Continue(()));
    }
    let with_arrays = declared.with_arrays(&plain);
    if with_arrays == *call {
        return Ok(ControlFlow::Continue(()));
    }
    let value = session.evaluate(&with_arrays)?;
    let value = declared.with_symbols(&value);
    Ok(ControlFlow::Break(Some(value).filter(|value| value != call)))
}

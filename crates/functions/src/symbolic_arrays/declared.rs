//! Symbols that are declared to be arrays: `Element[x, Vectors[n]]` among assumptions.
//!
//! Where such assumptions hold, an expression is evaluated with array symbols in the places of the
//! symbols, and the symbols are put back into what comes out.

use std::ops::ControlFlow;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Sym, map_bottom_up};

use crate::call_options::CallOptions;

/// The option of functions that take assumptions, with its default.
pub(crate) const ASSUMPTIONS: &[(&str, &str)] = &[("Assumptions", "$Assumptions")];

/// Declared symbols and the array symbols that stand for them.
pub(crate) struct Declared {
    pairs: Vec<(Expr, Expr)>,
}

impl Declared {
    /// What assumptions, a conjunction or a list of statements, declare.
    pub(crate) fn by(assumptions: &Expr) -> Declared {
        let mut pairs = Vec::new();
        let mut waiting = vec![assumptions.clone()];
        while let Some(statement) = waiting.pop() {
            match (statement.head_sym(), statement.args().as_ref()) {
                (Some(Sym::And | Sym::List), parts) => waiting.extend(parts.iter().cloned()),
                (Some(Sym::Element), [members, domain]) => {
                    let members = match members.head_sym() {
                        Some(Sym::Alternatives | Sym::List) => members.args().into_owned(),
                        _ => vec![members.clone()],
                    };
                    for member in members.into_iter().filter(Expr::is_symbol) {
                        pairs.extend(array_symbol(&member, domain).map(|array| (member, array)));
                    }
                }
                _ => {}
            }
        }
        Declared { pairs }
    }

    /// An expression with the array symbols for the symbols.
    pub(crate) fn with_arrays(&self, e: &Expr) -> Expr {
        let arrays: NodeMap<Expr> = self.pairs.iter().cloned().collect();
        map_bottom_up(e, |node| arrays.get(&node).cloned().unwrap_or(node))
    }

    /// An expression with the symbols again.
    pub(crate) fn with_symbols(&self, e: &Expr) -> Expr {
        let symbols: NodeMap<Expr> = self.pairs.iter().map(|(symbol, array)| (array.clone(), symbol.clone())).collect();
        map_bottom_up(e, |node| symbols.get(&node).cloned().unwrap_or(node))
    }
}

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
    if declared.pairs.is_empty() {
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

/// The array symbol for a symbol that is an element of `Vectors[n, dom]`, `Matrices[{r, c}, dom]` or
/// `Arrays[{n, ...}, dom]`. Its name is the symbol's, as text: so nothing in it is evaluated.
fn array_symbol(symbol: &Expr, domain: &Expr) -> Option<Expr> {
    let args = domain.args();
    let head = match domain.head_sym()? {
        Sym::Vectors => Sym::VectorSymbol,
        Sym::Matrices => Sym::MatrixSymbol,
        Sym::Arrays => Sym::ArraySymbol,
        _ => return None,
    };
    if args.is_empty() {
        return None;
    }
    let name = Expr::string(symbol.as_symbol()?.full_name());
    Some(Expr::call(head, [name].into_iter().chain(args.iter().take(3).cloned())))
}

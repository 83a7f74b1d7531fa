//! Expressions in printed programs and error messages.

use std::borrow::Cow;

use netform_expr::{Expr, Symbol, size};
use netform_syntax::{Forms, Holds, default_holds, input_form};

/// Expressions with more distinct nodes are only counted.
const NODE_LIMIT: usize = 400;

/// The expression as one would type it, or its size.
pub(crate) fn text(expression: &Expr) -> String {
    let nodes = size(expression).nodes;
    if nodes > NODE_LIMIT {
        return format!("(an expression of {nodes} nodes)");
    }
    input_form(expression, &ShortNames)
}

/// Symbols without their contexts: the text is read by people only.
struct ShortNames;

impl Forms for ShortNames {
    fn name<'a>(&'a self, symbol: &'a Symbol) -> Cow<'a, str> {
        Cow::Borrowed(symbol.name())
    }

    fn holds(&self, symbol: &Symbol) -> Holds {
        default_holds(symbol.name())
    }

    fn tex<'a>(&'a self, _: &'a Symbol) -> Option<Cow<'a, str>> {
        None
    }
}

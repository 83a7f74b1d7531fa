//! Printing: the forms of the syntax crate with the names and records of a session.

use std::borrow::Cow;

use netform_expr::{Attributes, Expr, Symbol};
use netform_syntax::{Forms, Holds};

use crate::{Form, Session};

impl Forms for Session {
    fn name<'a>(&'a self, symbol: &'a Symbol) -> Cow<'a, str> {
        Cow::Borrowed(self.visible_name(symbol))
    }

    fn holds(&self, symbol: &Symbol) -> Holds {
        let attributes = self.attributes_of(&Expr::symbol(symbol.full_name()));
        if attributes.intersects(Attributes::HOLD_ALL.with(Attributes::HOLD_ALL_COMPLETE)) {
            netform_syntax::default_holds(symbol.name())
        } else if attributes.contains(Attributes::HOLD_FIRST) {
            Holds::First
        } else if attributes.contains(Attributes::HOLD_REST) {
            Holds::Rest
        } else {
            Holds::None
        }
    }

    fn tex<'a>(&'a self, symbol: &'a Symbol) -> Option<Cow<'a, str>> {
        let symbol = Expr::symbol(symbol.full_name());
        self.registry.get(&symbol)?.form(Form::Tex).map(Cow::Borrowed)
    }
}

impl Session {
    /// The text of an expression as a terminal shows it. Large ones are shortened.
    pub fn output_form(&self, e: &Expr) -> String {
        netform_syntax::output_form(e, self)
    }

    /// The text of an expression that reads back as the same expression.
    pub fn input_form(&self, e: &Expr) -> String {
        netform_syntax::input_form(e, self)
    }

    /// The text of an expression for TeX.
    pub fn tex_form(&self, e: &Expr) -> String {
        netform_syntax::tex_form(e, self)
    }

    /// The text of an expression without operators.
    pub fn full_form(&self, e: &Expr) -> String {
        netform_syntax::full_form(e, self)
    }
}

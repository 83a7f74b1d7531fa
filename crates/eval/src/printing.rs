//! Printing: the forms of the syntax crate with the names and records of a session.

use netform_expr::Expr;
use netform_syntax::Forms;

use crate::{Form, Session};

impl Forms for Session {
    fn symbol(&self, symbol: &Expr) -> String {
        self.short_name(symbol).unwrap_or_default()
    }

    fn tex(&self, symbol: &Expr) -> Option<&str> {
        self.registry.get(symbol)?.form(Form::Tex)
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

    /// The text of an expression without operators.
    pub fn full_form(&self, e: &Expr) -> String {
        netform_syntax::full_form(e, self)
    }

    /// The text of an expression for TeX.
    pub fn tex_form(&self, e: &Expr) -> String {
        netform_syntax::tex_form(e, self)
    }
}

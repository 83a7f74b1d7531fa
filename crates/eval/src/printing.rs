//! Printing: the forms of the syntax crate with the names and records of a session.

use std::borrow::Cow;

use netform_expr::{Attributes, Expr, Kind, NodeMap, Sym, Symbol};
use netform_syntax::{Forms, Holds};

use crate::evaluate::{STACK_RED_ZONE, STACK_SEGMENT};
use crate::{Eval, Flow, Form, Session};

impl Forms for Session {
    fn name<'a>(&'a self, symbol: &'a Symbol) -> Cow<'a, str> {
        Cow::Borrowed(self.visible_name(symbol))
    }

    fn holds(&self, symbol: &Symbol) -> Holds {
        let attributes = self.attributes_of(&Expr::symbol(symbol.full_name()));
        if attributes.intersects(Attributes::HOLD_ALL.with(Attributes::HOLD_ALL_COMPLETE)) {
            // Some heads of the language hold their arguments only to evaluate them one by one.
            if symbol.context() == "System`" { netform_syntax::default_holds(symbol.name()) } else { Holds::All }
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
    /// The text of an expression as a terminal shows it, by the user's `Format` definitions. Large
    /// ones are shortened.
    ///
    /// # Errors
    /// What leaves the evaluation of a `Format` definition.
    pub fn output_text(&mut self, e: &Expr) -> Result<String, Flow> {
        let formatted = self.formatted(e, Sym::OutputForm)?;
        Ok(self.output_form(&formatted))
    }

    /// The expression with the user's `Format` definitions for a form applied to its parts.
    ///
    /// # Errors
    /// What leaves the evaluation of a definition.
    pub fn formatted(&mut self, e: &Expr, form: Sym) -> Result<Expr, Flow> {
        if !self.definitions.any_format_values() {
            return Ok(e.clone());
        }
        let mut done = NodeMap::default();
        self.format_parts(e, form, &mut done)
    }

    /// As [`Session::formatted`], for a front that prints a value when the evaluation has ended: where the
    /// definitions do not come to an end the expression is as it is.
    pub fn formatted_value(&mut self, e: &Expr, form: Sym) -> Expr {
        if !self.definitions.any_format_values() {
            return e.clone();
        }
        self.interrupt.clear();
        match self.formatted(e, form) {
            Ok(formatted) => formatted,
            Err(_) => {
                self.leave_all();
                e.clone()
            }
        }
    }

    fn format_parts(&mut self, e: &Expr, form: Sym, done: &mut NodeMap<Expr>) -> Result<Expr, Flow> {
        if let Some(formatted) = done.get(e) {
            return Ok(formatted.clone());
        }
        self.tick()?;
        let formatted = stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, || match self.format_rule(e, form)? {
            Some(formatted) => {
                let nested = self.enter_definition().and_then(|()| self.format_parts(&formatted, form, done));
                self.leave_definition();
                nested
            }
            // What is shown as it is typed is not to be dressed.
            None if matches!(e.head_sym(), Some(Sym::InputForm | Sym::FullForm)) => Ok(e.clone()),
            None => {
                let Kind::Normal(head, args) = e.kind() else { return Ok(e.clone()) };
                let head = self.format_parts(head, form, done)?;
                let args = args.iter().map(|arg| self.format_parts(arg, form, done)).collect::<Result<Vec<_>, _>>()?;
                Ok(Expr::normal(head, args))
            }
        })?;
        done.insert(e.clone(), formatted.clone());
        Ok(formatted)
    }

    fn format_rule(&mut self, e: &Expr, form: Sym) -> Eval {
        let symbol = if e.is_symbol() { e } else { e.head() };
        let Some(rules) = self.definitions.get(symbol).map(|d| d.format.clone()).filter(|rules| !rules.is_empty())
        else {
            return Ok(None);
        };
        for asked in [Expr::call(Sym::Format, [e.clone(), form.into()]), Expr::call(Sym::Format, [e.clone()])] {
            if let Some(formatted) = self.apply_values(&rules, &asked)? {
                return self.evaluate(&formatted).map(Some);
            }
        }
        Ok(None)
    }

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

    /// The body of a TeX document with an expression, in lines that fit the page.
    pub fn tex_document(&self, e: &Expr) -> String {
        netform_syntax::tex_document(e, self)
    }

    /// How many leaves the text of an expression in TeX has, if it is too many for a text that is whole.
    pub fn too_many_leaves(&self, e: &Expr) -> Option<f64> {
        netform_syntax::too_many_leaves(e, self)
    }

    /// The text of an expression as MathML.
    pub fn mathml_form(&self, e: &Expr) -> String {
        netform_syntax::mathml_form(e, self)
    }

    /// The text of an expression as Markdown with TeX.
    pub fn markdown_form(&self, e: &Expr) -> String {
        netform_syntax::markdown_form(e, self)
    }
}

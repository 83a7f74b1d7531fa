//! Expressions to text.

mod forms;
mod fraction;
mod full_form;
mod input_form;
mod linear;
mod markdown;
mod mathml;
mod output_form;
mod pieces;
mod sharing;
mod shorten;
mod tex;
mod text;

#[cfg(test)]
mod tests;

use netform_expr::{Expr, Number, Sym};

pub use forms::{DefaultForms, Forms, Holds, default_holds};
pub use full_form::full_form;
pub use input_form::input_form;
pub use markdown::markdown_form;
pub use mathml::mathml_form;
pub use output_form::{output_form, output_form_within};
pub use sharing::{Definition, NamedParts, SHARING_THRESHOLD, name_shared_parts};
pub use tex::{TEXT_LIMIT, tex_document, tex_form, too_many_leaves};

/// The number that a call of `Rational` or `Complex` denotes when it is written with literals.
pub(crate) fn number_of_call(head: &Expr, args: &[Expr]) -> Option<Number> {
    let [first, second] = args else { return None };
    if !(head.is(Sym::Rational) || head.is(Sym::Complex)) {
        return None;
    }
    let [first, second] = [first.as_number()?, second.as_number()?];
    if head.is(Sym::Rational) {
        let (numerator, denominator) = (first.as_integer()?, second.as_integer()?);
        let value = Number::rational(numerator, denominator).ok()?;
        let in_lowest_terms = value.numerator().as_ref() == Some(numerator)
            && value.denominator().as_ref() == Some(denominator)
            && !value.is_integer();
        return in_lowest_terms.then_some(value);
    }
    if !(first.is_real() && second.is_real()) {
        return None;
    }
    let value = Number::complex(&first, &second);
    (!value.is_real() && value.re() == first && value.im() == second).then_some(value)
}

/// Whether a call would be read as a number if it were written plainly.
fn looks_like_number(head: &Expr, args: &[Expr]) -> bool {
    number_of_call(head, args).is_some()
}

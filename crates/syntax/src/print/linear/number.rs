//! Numbers in InputForm and OutputForm.

use netform_expr::number::Integer;
use netform_expr::{Expr, Kind, Number};

use super::{Linear, Out, Place, text};
use crate::operator::precedence;

impl Linear<'_> {
    pub(super) fn number(&self, e: &Expr, place: Place, out: Out<'_>) {
        let (text, own) = match e.as_number() {
            Some(number) => self.number_text(&number, place),
            None => (String::new(), precedence::ATOM),
        };
        self.wrap(own, place, out, |out| out.text(text));
    }

    /// The text of a number and how tightly it binds.
    fn number_text(&self, number: &Number, place: Place) -> (String, u16) {
        if place.is_held && self.is_input() && matches!(number, Number::Rational(_) | Number::Complex(_)) {
            return (full(number), precedence::CALL);
        }
        match number {
            Number::Rational(q) => (format!("{}/{}", q.numerator(), q.denominator()), precedence::QUOTIENT),
            Number::Complex(z) => self.complex_text(z.re(), z.im(), place),
            real => {
                let own = if real.is_negative() { precedence::NEGATION } else { precedence::ATOM };
                (self.real_text(real, place), own)
            }
        }
    }

    pub(super) fn real_text(&self, number: &Number, place: Place) -> String {
        let inexact = if self.is_input() { number.input_text() } else { number.output_text(place.digits.into()) };
        inexact.map_or_else(|| number.to_string(), |text| text.to_string())
    }

    fn complex_text(&self, re: &Number, im: &Number, place: Place) -> (String, u16) {
        if self.is_input() && (re.is_exact(), re.is_machine()) != (im.is_exact(), im.is_machine()) {
            // Evaluated as a sum, the more precise part would lose.
            return (full(&Number::complex(re, im)), precedence::CALL);
        }
        let (imaginary, own) = self.imaginary_text(im, place);
        if re.is_exact_zero() {
            return (imaginary, own);
        }
        let real = self.number_text(re, place).0;
        let text = match imaginary.strip_prefix('-') {
            Some(positive) => format!("{real} - {positive}"),
            None => format!("{real} + {imaginary}"),
        };
        (text, precedence::SUM)
    }

    fn imaginary_text(&self, im: &Number, place: Place) -> (String, u16) {
        let times = if self.is_input() { "*" } else { " " };
        if let (Some(numerator), Some(denominator)) = (im.numerator(), im.denominator()) {
            let unit = match numerator.as_i64() {
                Some(1) => "I".to_string(),
                Some(-1) => "-I".to_string(),
                _ => format!("{numerator}{times}I"),
            };
            return match (denominator == Integer::ONE, numerator.abs() == Integer::ONE) {
                (true, true) if numerator.sign() < 0 => (unit, precedence::NEGATION),
                (true, true) => (unit, precedence::ATOM),
                (true, false) => (unit, precedence::PRODUCT),
                (false, true) => (format!("{unit}/{denominator}"), precedence::PRODUCT),
                (false, false) if numerator.sign() < 0 => {
                    (format!("-({}{times}I)/{denominator}", numerator.abs()), precedence::PRODUCT)
                }
                (false, false) => (format!("({unit})/{denominator}"), precedence::PRODUCT),
            };
        }
        (format!("{}{times}I", self.real_text(im, place)), precedence::PRODUCT)
    }
}

/// A rational or complex number as a call with literal arguments, which is a literal itself.
fn full(number: &Number) -> String {
    match number {
        Number::Rational(q) => format!("Rational[{}, {}]", q.numerator(), q.denominator()),
        Number::Complex(z) => format!("Complex[{}, {}]", full(z.re()), full(z.im())),
        other => other.to_string(),
    }
}

/// Whether a term of a sum is best written after a minus sign: a negative number or infinity, or a
/// product that begins with a negative number.
pub(super) fn is_negative_term(e: &Expr) -> bool {
    match e.kind() {
        Kind::Normal(head, args) if head.is(netform_expr::Sym::Times) && args.len() > 1 => is_negative_number(&args[0]),
        Kind::Normal(head, [direction]) if head.is(netform_expr::Sym::DirectedInfinity) => direction.is_integer(-1),
        _ => is_negative_number(e),
    }
}

fn is_negative_number(e: &Expr) -> bool {
    match e.kind() {
        Kind::Number(Number::Complex(z)) => z.re().is_exact_zero() && z.im().is_negative(),
        _ => text::is_negative(e),
    }
}

//! Sums and powers.

use netform_expr::{Expr, Kind, Sym};

use super::super::fraction::{is_half, negated_product, reciprocal};
use super::number::is_negative_term;
use super::{Linear, Out, Place, is_call, text};
use crate::operator::precedence;

impl Linear<'_> {
    pub(super) fn sum(&self, terms: &[Expr], place: Place, out: Out<'_>) {
        let term = place.min(precedence::SUM + 1);
        self.wrap(precedence::SUM, place, out, |out| {
            out.node(&terms[0], term);
            for e in &terms[1..] {
                match self.subtracted(e, place) {
                    Some(positive) => {
                        out.text(" - ");
                        // The factors of a product that is one factor must stay together.
                        let together = is_call(e, Sym::Times, 2) && e.args()[1] == positive;
                        out.node(&positive, if together { term.min(precedence::PRODUCT + 1) } else { term });
                    }
                    None => {
                        out.text(" + ");
                        out.node(e, self.added(e, term));
                    }
                }
            }
        });
    }

    /// What is subtracted instead of adding a negative term, if `a - b` reads back the same.
    fn subtracted(&self, e: &Expr, place: Place) -> Option<Expr> {
        if !is_negative_term(e) {
            return None;
        }
        let is_exact = place.is_held && self.is_input();
        match e.kind() {
            Kind::Normal(head, _) if head.is(Sym::DirectedInfinity) => {
                (!is_exact).then(|| Expr::call(Sym::DirectedInfinity, [Expr::integer(1)]))
            }
            Kind::Normal(_, factors) => {
                // A sign before a number would become the number's.
                let number_follows = factors[1].is_number();
                let is_minus_one = factors[0].is_integer(-1);
                if is_exact && ((is_minus_one && number_follows) || text::literal_number(&factors[0]).is_none()) {
                    return None;
                }
                negated_product(e).or_else(|| negated_complex_product(factors))
            }
            _ if is_exact && text::literal_number(e).is_none() => None,
            _ => text::negated(e),
        }
    }

    /// A term after a plus sign must not begin with a minus sign that it needs.
    fn added(&self, e: &Expr, term: Place) -> Place {
        if is_negative_term(e) { term.min(precedence::NEGATION + 1) } else { term }
    }

    pub(super) fn power(&self, base: &Expr, exponent: &Expr, place: Place, out: Out<'_>) {
        let is_exact = place.is_held && self.is_input();
        if !is_exact {
            if is_half(exponent) {
                return self.wrap(precedence::CALL, place, out, |out| {
                    out.text("Sqrt[");
                    out.node(base, place.free());
                    out.text("]");
                });
            }
            let is_root = text::negated(exponent).is_some_and(|e| is_half(&e));
            let below = reciprocal(&Expr::call(Sym::Power, [base.clone(), exponent.clone()]));
            let as_quotient = is_root || (!self.is_input() && text::is_negative(exponent));
            if let Some(below) = below.filter(|_| as_quotient) {
                return self.wrap(precedence::QUOTIENT, place, out, |out| {
                    out.text("1/");
                    out.node(&below, place.min(precedence::QUOTIENT + 1));
                });
            }
        }
        self.wrap(precedence::POWER, place, out, |out| {
            out.node(base, place.min(precedence::POWER + 1));
            out.text("^");
            out.node(exponent, place.min(precedence::POWER));
        });
    }
}

/// The negative of a product that begins with an imaginary number.
fn negated_complex_product(factors: &[Expr]) -> Option<Expr> {
    let coefficient = text::negated(&factors[0])?;
    Some(Expr::call(Sym::Times, [coefficient].into_iter().chain(factors[1..].iter().cloned())))
}

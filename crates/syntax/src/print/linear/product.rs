//! Products: factor by factor where the text must denote the node as it is, else as fractions.

use netform_expr::{Expr, Kind, Sym};

use super::super::fraction::Fraction;
use super::{Linear, Out, Place, text};
use crate::operator::precedence;

/// What a factor must bind as tightly as: quotients bind more tightly than products.
const FACTOR: u16 = precedence::QUOTIENT + 1;

impl Linear<'_> {
    pub(super) fn product(&self, factors: &[Expr], place: Place, out: Out<'_>) {
        // Evaluation leaves one number, in front.
        let is_evaluated = !place.is_held && !factors[1..].iter().any(Expr::is_number);
        if self.is_input() && !is_evaluated {
            self.exact_product(factors, place, out);
        } else {
            self.fraction(factors, place, out);
        }
    }

    fn times(&self) -> &'static str {
        if self.is_input() { "*" } else { " " }
    }

    /// A product that reads back factor by factor: `-a*b/c` is `Times[-1, a, b, Power[c, -1]]`.
    fn exact_product(&self, factors: &[Expr], place: Place, out: Out<'_>) {
        let factor = place.min(FACTOR);
        let (first, mut rest) = (&factors[0], &factors[1..]);
        self.wrap(precedence::PRODUCT, place, out, |out| {
            if first.is_integer(-1) && !rest[0].is_number() {
                out.text("-");
                out.node(&rest[0], place.min(precedence::NEGATION));
                rest = &rest[1..];
            } else if first.is_integer(-1) {
                // `-2` would be a literal.
                out.text("(-1)");
            } else if text::literal_number(first).is_some() {
                // A literal may keep its sign at the front.
                out.node(first, place.min(precedence::NEGATION));
            } else {
                out.node(first, factor);
            }
            for e in rest {
                match divisor(e) {
                    Some(divisor) => {
                        out.text("/");
                        out.node(&divisor, factor);
                    }
                    None => {
                        out.text("*");
                        out.node(e, place.min(precedence::NEGATION + 1));
                    }
                }
            }
        });
    }

    fn fraction(&self, factors: &[Expr], place: Place, out: Out<'_>) {
        let fraction = Fraction::of(factors);
        let above = fraction.above();
        if !fraction.has_denominator() {
            return self.wrap(precedence::PRODUCT, place, out, |out| {
                if fraction.is_negative {
                    out.text("-");
                }
                self.factors(&above, place, out);
            });
        }
        // A whole fraction with a sign: `-(a/b)`, `-1/2*x`, `(-2*a)/b`.
        let own = if fraction.is_negative { precedence::PRODUCT } else { precedence::QUOTIENT };
        self.wrap(own, place, out, |out| {
            if !fraction.is_negative {
                return self.quotient(&above, &fraction.below(), place, out);
            }
            if !self.is_input() {
                out.text("-");
                return self.quotient(&above, &fraction.below(), place, out);
            }
            match (&fraction.coefficient, &fraction.divisor) {
                (None, Some(divisor)) if !fraction.numerator.is_empty() => {
                    out.text("-1/");
                    out.node(divisor, place.min(FACTOR));
                    out.text("*");
                    if fraction.denominator.is_empty() {
                        self.factors(&fraction.numerator, place, out);
                    } else {
                        self.quotient(&fraction.numerator, &fraction.denominator, place, out);
                    }
                }
                (None, _) if above.is_empty() && fraction.below().len() == 1 && fraction.divisor.is_none() => {
                    out.text("-");
                    out.node(&factors[1], place.min(precedence::NEGATION));
                }
                (None, Some(_)) => {
                    out.text("-");
                    self.quotient(&above, &fraction.below(), place, out);
                }
                (None, None) => {
                    out.text("-(");
                    self.quotient(&above, &fraction.below(), place, out);
                    out.text(")");
                }
                (Some(_), _) => {
                    out.text("(-");
                    self.factors(&above, place, out);
                    out.text(")/");
                    self.below(&fraction.below(), place, out);
                }
            }
        });
    }

    fn quotient(&self, above: &[Expr], below: &[Expr], place: Place, out: Out<'_>) {
        match above {
            [] => out.text("1"),
            [single] => out.node(single, place.min(FACTOR)),
            several => {
                out.text("(");
                self.factors(several, place, out);
                out.text(")");
            }
        }
        out.text("/");
        self.below(below, place, out);
    }

    fn below(&self, below: &[Expr], place: Place, out: Out<'_>) {
        if let [single] = below {
            out.node(single, place.min(FACTOR));
        } else {
            out.text("(");
            self.factors(below, place, out);
            out.text(")");
        }
    }

    /// Factors side by side; numbers with a sign only at the front.
    fn factors(&self, factors: &[Expr], place: Place, out: Out<'_>) {
        for (i, e) in factors.iter().enumerate() {
            if i > 0 {
                out.text(self.times());
            }
            out.node(e, place.min(precedence::NEGATION + 1));
        }
    }
}

/// What is divided by instead of multiplying by a power with the exponent -1.
fn divisor(e: &Expr) -> Option<Expr> {
    match e.kind() {
        Kind::Normal(head, [base, exponent]) if head.is(Sym::Power) && exponent.is_integer(-1) => Some(base.clone()),
        _ => None,
    }
}

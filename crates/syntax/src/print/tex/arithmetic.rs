//! Sums, products as fractions, powers and roots.

use netform_expr::number::Integer;
use netform_expr::{Expr, Kind, Number, Sym};

use super::super::fraction::{Fraction, negated_product, reciprocal};
use super::{Out, Tex, arrays, is_negative_term, text};
use crate::operator::precedence;

impl Tex<'_> {
    pub(super) fn sum(&self, terms: &[Expr], min: u16, out: Out<'_>) {
        let terms = &arrays::ordered_terms(terms, is_negative_term);
        self.wrap(precedence::SUM, min, terms, out, |out| {
            out.node(&terms[0], precedence::SUM + 1);
            for e in &terms[1..] {
                let negated = if e.is_number() { text::negated(e) } else { negated_product(e) };
                match negated.filter(|_| is_negative_term(e)) {
                    Some(positive) => {
                        out.text("-");
                        out.node(&positive, precedence::SUM + 1);
                    }
                    None => {
                        out.text("+");
                        out.node(e, precedence::SUM + 1);
                    }
                }
            }
        });
    }

    pub(super) fn product(&self, factors: &[Expr], min: u16, out: Out<'_>) {
        let fraction = Fraction::of(factors);
        let own = if fraction.is_negative || !fraction.has_denominator() {
            precedence::PRODUCT
        } else {
            precedence::QUOTIENT
        };
        self.wrap(own, min, factors, out, |out| {
            if fraction.is_negative {
                out.text("-");
            }
            let above = fraction.above();
            if fraction.has_denominator() && above.last().is_some_and(|e| e.head().has_head(Sym::Inactive)) {
                // The large sign stands beside the fraction.
                self.quotient(&above[..above.len() - 1], &fraction.below(), out);
                out.text(" ");
                out.node(&above[above.len() - 1], precedence::PRODUCT);
            } else if fraction.has_denominator() {
                self.quotient(&fraction.above(), &fraction.below(), out);
            } else {
                self.factors(&fraction.above(), out);
            }
        });
    }

    fn quotient(&self, above: &[Expr], below: &[Expr], out: Out<'_>) {
        out.text(r"\frac{");
        self.part_of_fraction(above, out);
        out.text("}{");
        self.part_of_fraction(below, out);
        out.text("}");
    }

    fn part_of_fraction(&self, factors: &[Expr], out: Out<'_>) {
        match factors {
            [] => out.text("1"),
            [single] => out.node(single, precedence::NONE),
            several => self.factors(several, out),
        }
    }

    fn factors(&self, factors: &[Expr], out: Out<'_>) {
        let (arrays, scalars): (Vec<&Expr>, Vec<&Expr>) = factors.iter().partition(|e| arrays::rank(e) > 0);
        if arrays.len() > 1 {
            return self.elementwise_product(&scalars, &arrays, out);
        }
        let last = factors.len().saturating_sub(1);
        for (i, e) in factors.iter().enumerate() {
            if i > 0 {
                // Two numbers side by side would be read as one.
                out.text(if begins_with_digit(e) && ends_with_digit(&factors[i - 1]) { r"\times " } else { " " });
            }
            let ends_with_sign = i == last && e.head().has_head(Sym::Inactive);
            out.node(e, if ends_with_sign { precedence::PRODUCT } else { precedence::PRODUCT + 1 });
        }
    }

    /// Scalars, then arrays that are multiplied element by element.
    fn elementwise_product(&self, scalars: &[&Expr], arrays: &[&Expr], out: Out<'_>) {
        for e in scalars {
            out.node(e, precedence::PRODUCT + 1);
            out.text(" ");
        }
        for (i, e) in arrays.iter().enumerate() {
            if i > 0 {
                out.text(r" \odot ");
            }
            out.node(e, precedence::PRODUCT + 1);
        }
    }

    pub(super) fn power(&self, base: &Expr, exponent: &Expr, min: u16, out: Out<'_>) {
        if let Some(degree) = root_degree(exponent) {
            return self.root(base, degree, out);
        }
        let power = Expr::call(Sym::Power, [base.clone(), exponent.clone()]);
        if text::is_negative(exponent)
            && let Some(below) = reciprocal(&power)
        {
            return self.wrap(precedence::QUOTIENT, min, &[power], out, |out| self.quotient(&[], &[below], out));
        }
        self.wrap(precedence::POWER, min, &[base.clone(), exponent.clone()], out, |out| {
            if let Kind::Normal(head, args) = base.kind()
                && self.is_named_function(head)
                && !args.is_empty()
            {
                // `\sin ^{2}(x)`.
                out.node(head, precedence::ATOM);
                out.text(" ^{");
                out.node(exponent, precedence::NONE);
                out.text("}");
                return self.arguments(args, out);
            }
            // A script stands beside another one, not above it.
            let has_script = has_superscript(base);
            out.text(if has_script { "{" } else { "" });
            out.node(base, precedence::POWER + 1);
            out.text(if has_script { "}" } else { "" });
            if arrays::rank(base) > 0 {
                out.text(r"^{\odot ");
                out.node(exponent, precedence::NONE);
                out.text("}");
            } else if is_short(exponent) {
                out.text("^");
                out.node(exponent, precedence::NONE);
            } else {
                out.text("^{");
                out.node(exponent, precedence::NONE);
                out.text("}");
            }
        });
    }

    pub(super) fn root(&self, base: &Expr, degree: i64, out: Out<'_>) {
        out.text(if degree == 2 { r"\sqrt{".to_string() } else { format!(r"\sqrt[{degree}]{{") });
        out.node(base, precedence::NONE);
        out.text("}");
    }

    /// Whether the head is a function with a TeX command, such as `\sin`.
    fn is_named_function(&self, head: &Expr) -> bool {
        let tex = head.as_symbol().and_then(|symbol| self.forms.tex(symbol));
        tex.is_some_and(|tex| tex.starts_with('\\'))
    }
}

/// The degree of the root that a power with this exponent is.
fn root_degree(exponent: &Expr) -> Option<i64> {
    match exponent.kind() {
        Kind::Number(number @ Number::Rational(_)) if number.numerator() == Some(Integer::ONE) => {
            number.denominator()?.as_i64()
        }
        _ => None,
    }
}

/// Whether an exponent is a single character.
fn is_short(e: &Expr) -> bool {
    match e.kind() {
        Kind::Integer(value) => (0..10).contains(&value),
        Kind::Symbol(symbol) => symbol.name().len() == 1 && symbol.context() != "System`",
        _ => false,
    }
}

fn begins_with_digit(e: &Expr) -> bool {
    match e.kind() {
        Kind::Normal(head, args) if head.is(Sym::Power) => args.first().is_some_and(begins_with_digit),
        _ => e.is_number() && !text::is_negative(e),
    }
}

fn ends_with_digit(e: &Expr) -> bool {
    e.is_number()
}

/// Whether what is printed ends with a superscript: a name that has one, an element of such an array, a transposed matrix.
fn has_superscript(e: &Expr) -> bool {
    let mut e = e.clone();
    loop {
        match e.head_sym() {
            Some(Sym::Superscript | Sym::Subsuperscript | Sym::Transpose | Sym::Inverse) => return true,
            Some(Sym::VectorSymbol | Sym::MatrixSymbol | Sym::ArraySymbol | Sym::Indexed) if !e.is_empty() => {
                e = e.arg(0)
            }
            _ => return false,
        }
    }
}

//! `Apart`, and division of polynomials: `PolynomialQuotient`, `PolynomialRemainder`.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, Number, Sym};

use super::fraction::{Fraction, Generators};
use super::polynomial::{Polynomial, Stop, factor};
use super::thread::over_parts;
use crate::arithmetic::{power, product, sum};

pub(super) const APART: Function = Function {
    name: "Apart",
    usage: "Apart[e, x] writes a quotient of polynomials as a sum of partial fractions in x: fractions whose denominators are \
            powers of irreducible polynomials. Apart[e] takes the only variable, or the first one.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 2)),
    evaluate: Some(apart),
    examples: &[
        ("Apart[1/(x^2 - 1)]", "1/(2 (-1 + x)) - 1/(2 (1 + x))"),
        ("Apart[x^3/(1 + x)]", "1 - x + x^2 - 1/(1 + x)"),
        ("Apart[1/(x (1 + x)^2)]", "1/x - 1/(1 + x)^2 - 1/(1 + x)"),
        ("Apart[y/((x + y) x), x]", "1/x - 1/(x + y)"),
    ],
    ..Function::NEW
};

pub(super) const POLYNOMIAL_QUOTIENT: Function = Function {
    name: "PolynomialQuotient",
    usage: "PolynomialQuotient[p, q, x] is the quotient of p divided by q as polynomials in x.",
    arguments: Some((3, 3)),
    evaluate: Some(|session, call| division(session, call, Side::Quotient)),
    examples: &[("PolynomialQuotient[x^3 + 1, x - 2, x]", "4 + 2 x + x^2")],
    ..Function::NEW
};

pub(super) const POLYNOMIAL_REMAINDER: Function = Function {
    name: "PolynomialRemainder",
    usage: "PolynomialRemainder[p, q, x] is the remainder of p divided by q as polynomials in x.",
    arguments: Some((3, 3)),
    evaluate: Some(|session, call| division(session, call, Side::Remainder)),
    examples: &[("PolynomialRemainder[x^3 + 1, x - 2, x]", "9"), ("PolynomialRemainder[x^2 + a, x - b, x]", "a + b^2")],
    ..Function::NEW
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Quotient,
    Remainder,
}

/// A polynomial in the chosen variable over the field of fractions in the others: coefficients from
/// 0 up, the last not zero.
type Dense = Vec<Fraction>;

struct Field {
    variable: usize,
    variables: usize,
}

impl Field {
    fn dense(&self, p: &Polynomial) -> Dense {
        p.coefficients(self.variable).iter().map(Fraction::of_polynomial).collect()
    }

    fn subtract(&self, session: &mut Session, a: &Fraction, b: &Fraction) -> Result<Fraction, Stop> {
        let mut negative = b.clone();
        negative.coefficient = negative.coefficient.neg();
        Fraction::add_two(session, a, &negative, self.variables)
    }

    fn multiply(&self, session: &mut Session, a: &Dense, b: &Dense) -> Result<Dense, Stop> {
        if a.is_empty() || b.is_empty() {
            return Ok(Vec::new());
        }
        let mut result = vec![Fraction::number(Number::ZERO); a.len() + b.len() - 1];
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate() {
                let product = x.multiply(session, y)?;
                result[i + j] = Fraction::add_two(session, &result[i + j], &product, self.variables)?;
            }
        }
        Ok(trimmed(result))
    }

    fn difference(&self, session: &mut Session, a: &Dense, b: &Dense) -> Result<Dense, Stop> {
        let zero = Fraction::number(Number::ZERO);
        let part = |p: &Dense, i: usize| p.get(i).cloned().unwrap_or_else(|| zero.clone());
        let parts: Result<Dense, Stop> =
            (0..a.len().max(b.len())).map(|i| self.subtract(session, &part(a, i), &part(b, i))).collect();
        Ok(trimmed(parts?))
    }

    fn divide(&self, session: &mut Session, a: &Dense, b: &Dense) -> Result<(Dense, Dense), Stop> {
        let lead = b.last().ok_or(Stop::TooHard)?.power(-1)?;
        let mut rest = a.clone();
        let mut quotient = vec![Fraction::number(Number::ZERO); (a.len() + 1).saturating_sub(b.len())];
        while rest.len() >= b.len() {
            let ratio = rest[rest.len() - 1].multiply(session, &lead)?;
            let offset = rest.len() - b.len();
            for (i, c) in b.iter().enumerate() {
                let product = ratio.multiply(session, c)?;
                rest[offset + i] = self.subtract(session, &rest[offset + i], &product)?;
            }
            // The first term vanishes by construction.
            rest.pop();
            quotient[offset] = ratio;
            rest = trimmed(rest);
        }
        Ok((trimmed(quotient), rest))
    }

    /// The inverse of `a` modulo a coprime `m`.
    fn inverse(&self, session: &mut Session, a: &Dense, m: &Dense) -> Result<Dense, Stop> {
        let (mut r0, mut r1) = (m.clone(), self.divide(session, a, m)?.1);
        let (mut t0, mut t1): (Dense, Dense) = (Vec::new(), vec![Fraction::number(Number::ONE)]);
        while r1.len() > 1 {
            let (q, r) = self.divide(session, &r0, &r1)?;
            let product = self.multiply(session, &q, &t1)?;
            let t = self.difference(session, &t0, &product)?;
            (r0, r1, t0, t1) = (r1, r, t1, t);
        }
        let unit = r1.first().ok_or(Stop::TooHard)?.power(-1)?;
        self.multiply(session, &t1, &vec![unit])
    }
}

fn trimmed(mut p: Dense) -> Dense {
    while p.last().is_some_and(Fraction::is_zero) {
        p.pop();
    }
    p
}

fn apart(session: &mut Session, call: &Expr) -> Eval {
    if let Some(result) = over_parts(session, call)? {
        return Ok(Some(result));
    }
    let e = call.arg(0);
    let variable = match call.args().get(1) {
        Some(variable) => variable.clone(),
        None => match super::variables::variables_of(session, &e).first() {
            Some(variable) => variable.clone(),
            None => return Ok(Some(e)),
        },
    };
    match partial_fractions(session, &e, &variable) {
        Ok(result) => Ok(Some(result)),
        Err(Stop::TooHard) => Ok(Some(e)),
        Err(Stop::Flow(flow)) => Err(flow),
    }
}

fn partial_fractions(session: &mut Session, e: &Expr, variable: &Expr) -> Result<Expr, Stop> {
    let generators = Generators::of(session, &[e.clone(), variable.clone()])?;
    let place = generators.expressions().iter().position(|g| g == variable).ok_or(Stop::TooHard)?;
    let field = Field { variable: place, variables: generators.len() };
    let fraction = generators.fraction(session, e)?;
    let (numerator, denominator) = fraction.expanded_sides(session, generators.len())?;
    let mut outside = Polynomial::one(generators.len());
    let mut powers = Vec::new();
    for (p, n) in fraction.factors.iter().filter(|(_, n)| *n < 0) {
        for (part, count) in factor(session, p)? {
            if part.degree(place) == 0 {
                let power = part.power(session, count * n.unsigned_abs())?;
                outside = outside.multiply(session, &power)?;
            } else {
                powers.push((part, count * n.unsigned_abs()));
            }
        }
    }
    let mut whole = Polynomial::one(generators.len());
    for (p, n) in &powers {
        let power = p.power(session, *n)?;
        whole = whole.multiply(session, &power)?;
    }
    let known = outside.multiply(session, &whole)?;
    let number = denominator.divide_exactly(session, &known)?.ok_or(Stop::TooHard)?;
    let outside = outside.multiply(session, &number)?;
    let scale = Fraction::of_polynomial(&outside).power(-1)?;
    let top = field.multiply(session, &field.dense(&numerator), &vec![scale])?;
    let (quotient, rest) = field.divide(session, &top, &field.dense(&whole))?;
    let mut terms = vec![expression(session, &generators, &quotient, variable)?];
    for (p, n) in &powers {
        session.tick()?;
        let own = field.dense(&p.power(session, *n)?);
        let others = field.divide(session, &field.dense(&whole), &own)?.0;
        let inverse = field.inverse(session, &others, &own)?;
        let part = field.multiply(session, &rest, &inverse)?;
        let mut part = field.divide(session, &part, &own)?.1;
        let base = field.dense(p);
        let denominator = generators.expression(session, p)?;
        for exponent in (1..=*n).rev() {
            let (next, digit) = field.divide(session, &part, &base)?;
            part = next;
            if digit.is_empty() {
                continue;
            }
            let top = expression(session, &generators, &digit, variable)?;
            // Numbers are brought out, so that 1/2 over 1 + x is 1/(2 (1 + x)).
            let top = super::together::together(session, &top)?;
            let below = power(session, denominator.clone(), Expr::integer(-i64::from(exponent)))?;
            terms.push(product(session, [top, below])?);
        }
    }
    Ok(sum(session, terms)?)
}

fn expression(
    session: &mut Session,
    generators: &Generators,
    p: &Dense,
    variable: &Expr,
) -> Result<Expr, netform_eval::Flow> {
    let mut terms = Vec::with_capacity(p.len());
    for (i, coefficient) in p.iter().enumerate() {
        let coefficient = generators.quotient(session, coefficient)?;
        let raised = if i == 0 { Expr::integer(1) } else { power(session, variable.clone(), Expr::integer(i as i64))? };
        terms.push(product(session, [coefficient, raised])?);
    }
    sum(session, terms)
}

fn division(session: &mut Session, call: &Expr, side: Side) -> Eval {
    let (p, q, variable) = (call.arg(0), call.arg(1), call.arg(2));
    let result = (|| -> Result<Expr, Stop> {
        let generators = Generators::of(session, &[p.clone(), q.clone(), variable.clone()])?;
        let place = generators.expressions().iter().position(|g| *g == variable).ok_or(Stop::TooHard)?;
        let field = Field { variable: place, variables: generators.len() };
        let mut sides = Vec::with_capacity(2);
        for e in [&p, &q] {
            let (numerator, denominator) =
                generators.fraction(session, e)?.expanded_sides(session, generators.len())?;
            if denominator.degree(place) > 0 {
                return Err(Stop::TooHard);
            }
            let scale = Fraction::of_polynomial(&denominator).power(-1)?;
            sides.push(field.multiply(session, &field.dense(&numerator), &vec![scale])?);
        }
        let (quotient, rest) = field.divide(session, &sides[0], &sides[1])?;
        let chosen = if side == Side::Quotient { quotient } else { rest };
        Ok(expression(session, &generators, &chosen, &variable)?)
    })();
    match result {
        Ok(result) => session.evaluate_call(Sym::Collect, [result, variable]).map(Some),
        Err(Stop::TooHard) => Ok(None),
        Err(Stop::Flow(flow)) => Err(flow),
    }
}

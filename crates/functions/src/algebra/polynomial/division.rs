//! Division of polynomials.

use std::collections::BTreeMap;

use netform_eval::{Flow, Session};
use netform_expr::number::Integer;

use super::{Exponents, Polynomial};

impl Polynomial {
    /// The quotient, where the division leaves no remainder.
    pub(in super::super) fn divide_exactly(
        &self,
        session: &mut Session,
        divisor: &Polynomial,
    ) -> Result<Option<Polynomial>, Flow> {
        if let Some(integer) = divisor.as_constant() {
            if integer.is_zero() || self.terms.iter().any(|(_, c)| !divides(&integer, c)) {
                return Ok(None);
            }
            return Ok(Some(self.divide_integer(&integer)));
        }
        if (0..self.variables).any(|v| divisor.degree(v) > self.degree(v)) && !self.is_zero() {
            return Ok(None);
        }
        let Some((lead, lead_coefficient)) = divisor.terms.first() else { return Ok(None) };
        let mut rest: BTreeMap<Exponents, Integer> = self.terms.iter().cloned().collect();
        let mut quotient = Vec::new();
        while let Some((exponents, coefficient)) = rest.pop_last() {
            session.tick()?;
            let division = coefficient.div_rem_floor(lead_coefficient);
            let Some((ratio, _)) = division.filter(|(_, remainder)| remainder.is_zero()) else { return Ok(None) };
            if exponents.iter().zip(lead).any(|(a, b)| a < b) {
                return Ok(None);
            }
            let shift: Exponents = exponents.iter().zip(lead).map(|(a, b)| a - b).collect();
            for (n, c) in &divisor.terms[1..] {
                let place: Exponents = n.iter().zip(&shift).map(|(a, b)| a + b).collect();
                let entry = rest.entry(place.clone()).or_insert(Integer::ZERO);
                *entry = &*entry - &(c * &ratio);
                if entry.is_zero() {
                    rest.remove(&place);
                }
            }
            quotient.push((shift, ratio));
        }
        Ok(Some(Polynomial { variables: self.variables, terms: quotient }))
    }

    /// The remainder of `lead(divisor)^k self` by the divisor, as polynomials in one variable.
    pub(super) fn pseudo_remainder(
        &self,
        session: &mut Session,
        divisor: &Polynomial,
        variable: usize,
    ) -> Result<Polynomial, Flow> {
        let degree = divisor.degree(variable);
        let lead = divisor.coefficients(variable).pop().unwrap_or_else(|| Polynomial::zero(self.variables));
        let mut rest = self.clone();
        while !rest.is_zero() && rest.degree(variable) >= degree {
            let shift = rest.degree(variable) - degree;
            let first = rest.coefficients(variable).pop().unwrap_or_else(|| Polynomial::zero(self.variables));
            let mut monomial: Exponents = smallvec::SmallVec::from_elem(0, self.variables);
            monomial[variable] = shift;
            let subtrahend = divisor.multiply(session, &first)?.multiply(session, &Polynomial::monomial(monomial))?;
            rest = rest.multiply(session, &lead)?.subtract(&subtrahend);
            if degree == 0 {
                break;
            }
        }
        Ok(rest)
    }
}

fn divides(divisor: &Integer, value: &Integer) -> bool {
    value.div_rem_floor(divisor).is_some_and(|(_, r)| r.is_zero())
}

//! Equations between dimensions: values put in for symbols, and what an equation says about a symbol.

use netform_expr::{Expr, NodeMap};

use super::polynomial::{Atom, Monomial, Name, Polynomial};
use super::{Dim, DimError, Form};

/// Candidates for a root are tried up to this size.
const ROOT_LIMIT: i64 = 1 << 20;

impl Dim {
    /// The dimension with others in the place of symbols.
    ///
    /// # Errors
    /// [`DimError::Overflow`].
    ///
    /// ```
    /// use netform_compile::Dim;
    /// use netform_expr::Expr;
    ///
    /// let (n, m) = (Expr::symbol("Global`n"), Expr::symbol("Global`m"));
    /// let half = Dim::symbol(n.clone()).add(&Dim::from(1))?.floor_div(2)?;
    /// let twice = Dim::symbol(m).multiply(&Dim::from(2))?;
    /// assert_eq!(half.substitute(&[(n, twice)].into_iter().collect())?.to_string(), "m");
    /// # Ok::<(), netform_compile::DimError>(())
    /// ```
    pub fn substitute(&self, values: &NodeMap<Dim>) -> Result<Dim, DimError> {
        match &self.0 {
            Form::Integer(_) => Ok(self.clone()),
            Form::Polynomial(polynomial) => polynomial.substitute(values).map(Dim::from_polynomial),
        }
    }

    /// The value of a symbol for which this dimension is 0, if the dimension is a multiple of the symbol
    /// plus something without it, and the value has whole coefficients.
    pub fn root(&self, symbol: &Expr) -> Option<Dim> {
        let (coefficient, rest) = self.linear_in(symbol)?;
        let divisor = coefficient.checked_neg()?;
        let exact = rest.terms.values().all(|c| c % divisor == 0);
        let terms = rest.terms.into_iter().map(|(monomial, c)| (monomial, c / divisor)).collect();
        exact.then(|| Dim::from_polynomial(Polynomial { terms }))
    }

    /// All non-negative integers for which this dimension is 0, if it is a polynomial in one symbol without `Floor`
    /// and `Max`, and they can be found by trial; the symbol is the other value.
    pub fn roots(&self) -> Option<(Expr, Vec<i64>)> {
        let Form::Polynomial(polynomial) = &self.0 else { return None };
        let [symbol] = <[Expr; 1]>::try_from(self.symbols()).ok()?;
        let is_symbol = |atom: &Atom| matches!(atom, Atom::Symbol(_));
        if !polynomial.terms.keys().flat_map(Monomial::keys).all(is_symbol) {
            return None;
        }
        // A root that is not 0 divides the last coefficient that is not 0.
        let least = polynomial.terms.iter().min_by_key(|(monomial, _)| monomial.values().sum::<u32>())?;
        let constant = least.1.checked_abs()?;
        let mut candidates = vec![0];
        let mut divisor = 1;
        while divisor <= constant / divisor {
            if divisor > ROOT_LIMIT {
                return None;
            }
            if constant % divisor == 0 {
                candidates.extend([divisor, constant / divisor]);
            }
            divisor += 1;
        }
        candidates.sort_unstable();
        candidates.dedup();
        let mut roots = Vec::new();
        for candidate in candidates {
            let size = [(symbol.clone(), usize::try_from(candidate).ok()?)].into_iter().collect();
            if self.value(&size).ok()? == 0 {
                roots.push(candidate);
            }
        }
        Some((symbol, roots))
    }

    /// The coefficient of a symbol that occurs in one term and by itself, and the other terms.
    fn linear_in(&self, symbol: &Expr) -> Option<(i64, Polynomial)> {
        let Form::Polynomial(polynomial) = &self.0 else { return None };
        let mut rest = (**polynomial).clone();
        let coefficient = rest.terms.remove(&Monomial::from([(Atom::Symbol(Name(symbol.clone())), 1)]))?;
        let mut elsewhere = false;
        rest.visit_symbols(&mut |other| elsewhere |= other == symbol);
        (!elsewhere).then_some((coefficient, rest))
    }
}

impl Polynomial {
    fn substitute(&self, values: &NodeMap<Dim>) -> Result<Polynomial, DimError> {
        let mut sum = Polynomial::constant(0);
        for (monomial, &coefficient) in &self.terms {
            let mut term = Polynomial::constant(coefficient);
            for (atom, &exponent) in monomial {
                term = term.multiply(&atom.substitute(values)?.power(exponent)?)?;
            }
            sum = sum.add(&term)?;
        }
        Ok(sum)
    }
}

impl Atom {
    fn substitute(&self, values: &NodeMap<Dim>) -> Result<Polynomial, DimError> {
        Ok(match self {
            Atom::Symbol(Name(symbol)) => match values.get(symbol) {
                Some(value) => value.polynomial(),
                None => Polynomial::symbol(symbol.clone()),
            },
            Atom::Floor(inner, divisor) => inner.substitute(values)?.floor_div(*divisor)?,
            Atom::Max(items) => {
                let mut max: Option<Dim> = None;
                for item in items {
                    let item = Dim::from_polynomial(item.substitute(values)?);
                    max = Some(match max {
                        Some(max) => max.max(&item)?,
                        None => item,
                    });
                }
                max.map_or_else(|| Polynomial::constant(0), |max| max.polynomial())
            }
        })
    }
}

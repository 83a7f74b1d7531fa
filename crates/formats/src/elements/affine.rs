//! Affine functions of variables with bounds.

use std::collections::BTreeMap;

use netform_eval::Enclosure;

/// A variable by its place.
pub(super) type Variable = usize;

/// What a variable is.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) range: Enclosure,
    pub(super) kind: Kind,
}

/// Which numbers a variable may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Real,
    Integer,
    /// 0 or 1.
    Binary,
}

/// A constant and multiples of variables.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Affine {
    pub(super) constant: f64,
    pub(super) terms: BTreeMap<Variable, f64>,
}

impl Affine {
    pub(super) fn number(constant: f64) -> Affine {
        Affine { constant, terms: BTreeMap::new() }
    }

    pub(super) fn variable(variable: Variable) -> Affine {
        Affine { constant: 0.0, terms: BTreeMap::from([(variable, 1.0)]) }
    }

    /// The number that it is, if no variable is in it.
    pub(super) fn constant(&self) -> Option<f64> {
        self.terms.is_empty().then_some(self.constant)
    }

    /// Adds a multiple of another one.
    pub(super) fn add(&mut self, factor: f64, other: &Affine) {
        self.constant += factor * other.constant;
        for (&variable, &coefficient) in &other.terms {
            let sum = self.terms.entry(variable).or_insert(0.0);
            *sum += factor * coefficient;
            if *sum == 0.0 {
                self.terms.remove(&variable);
            }
        }
    }

    /// The sum of this and a multiple of another one.
    pub(super) fn plus(&self, factor: f64, other: &Affine) -> Affine {
        let mut sum = self.clone();
        sum.add(factor, other);
        sum
    }

    /// All values within the bounds of the variables.
    pub(super) fn range(&self, variables: &[Declared]) -> Enclosure {
        let start = Enclosure::point(self.constant);
        self.terms.iter().fold(start, |sum, (&variable, &coefficient)| {
            sum.plus(variables[variable].range.multiply(Enclosure::point(coefficient)))
        })
    }

    /// The factor by which it is a multiple of another one that is no constant.
    pub(super) fn multiple_of(&self, other: &Affine) -> Option<f64> {
        let (variable, coefficient) = other.terms.iter().next()?;
        let factor = self.terms.get(variable)? / coefficient;
        let is_near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * a.abs().max(b.abs());
        let same = self.terms.len() == other.terms.len()
            && self.terms.iter().zip(&other.terms).all(|((a, x), (b, y))| a == b && is_near(*x, factor * y))
            && is_near(self.constant, factor * other.constant);
        same.then_some(factor)
    }
}

#[cfg(test)]
mod tests {
    use netform_eval::Enclosure;

    use super::{Affine, Declared, Kind};

    #[test]
    fn affine_functions_are_sums_with_ranges() {
        let range = Enclosure { low: -1.0, high: 2.0 };
        let declared = |name: &str| Declared { name: name.to_owned(), range, kind: Kind::Real };
        let variables = [declared("x"), declared("y")];
        let (x, y) = (Affine::variable(0), Affine::variable(1));
        let sum = Affine::number(1.0).plus(2.0, &x).plus(-1.0, &y);
        let found = sum.range(&variables);
        assert!(found.low <= -3.0 && found.low > -3.001 && found.high >= 6.0 && found.high < 6.001, "{found:?}");
        assert_eq!(sum.plus(-2.0, &x).plus(1.0, &y).constant(), Some(1.0));
        assert_eq!(Affine::number(-0.5).plus(-1.0, &x).plus(0.5, &y).multiple_of(&sum), Some(-0.5));
        assert_eq!(x.multiple_of(&y), None);
    }
}

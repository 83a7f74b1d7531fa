//! Random numbers as a function of seed, label and position: no state, so neither the order of
//! computation nor its division among threads changes them.

use netform_array::ElementType;
use netform_eval::Session;
use netform_expr::{Expr, Sym};

use super::domain::indices;
use super::error::InterpretError;
use super::law::Law;
use crate::program::Distribution;
use crate::text::text;

/// The random elements of one array.
pub struct Draws<'a> {
    /// The name.
    pub label: &'a Expr,
    /// How the elements are distributed.
    pub distribution: &'a Distribution,
    /// The type of the elements.
    pub element: ElementType,
    /// The steps of the enclosing scans, and the numbers of steps of these, outermost first.
    pub path: &'a [(usize, usize)],
    /// The dimensions.
    pub shape: &'a [usize],
}

impl Draws<'_> {
    /// The elements as machine numbers; `constant` knows the values of parameters.
    pub(crate) fn machine_numbers(
        &self,
        seed: u64,
        mut constant: impl FnMut(&Expr) -> Option<f64>,
    ) -> Result<Vec<f64>, InterpretError> {
        let mut parameters = Vec::with_capacity(self.distribution.parameters.len());
        for parameter in &self.distribution.parameters {
            let value = parameter.as_number().and_then(|number| number.to_f64()).or_else(|| constant(parameter));
            parameters.push(value.ok_or_else(|| InterpretError::NoCode(parameter.clone()))?);
        }
        let law = Law::new(self.distribution.family, &parameters);
        let law = law.ok_or(InterpretError::Invalid("a distribution with parameters that it cannot have"))?;
        let named = text(self.label).bytes().fold(mix(seed), |state, byte| mix(state ^ u64::from(byte)));
        let here = self.path.iter().fold(named, |state, (step, _)| at(state, *step));
        let draw = |index: Vec<usize>| {
            let mut state = index.iter().fold(here, |state, &i| at(state, i));
            law.draw(&mut || {
                let number = uniform(state);
                state = mix(state);
                number
            })
        };
        Ok(indices(self.shape)?.map(draw).collect())
    }

    /// The components of the array symbol with the name of the draw, whose leading levels are the steps of
    /// the enclosing scans.
    pub(super) fn symbols(&self) -> Result<impl Iterator<Item = Expr>, InterpretError> {
        let dimensions = self.path.iter().map(|(_, count)| count).chain(self.shape);
        let dimensions: Vec<Expr> = dimensions.map(|&size| Expr::integer(size as i64)).collect();
        let symbol = Session::array_symbol(self.label.clone(), &dimensions);
        let steps: Vec<usize> = self.path.iter().map(|(step, _)| *step).collect();
        Ok(indices(self.shape)?.map(move |index| {
            let position: Vec<Expr> = steps.iter().chain(&index).map(|&i| Expr::integer(i as i64 + 1)).collect();
            if position.is_empty() {
                return symbol.clone();
            }
            Expr::call(Sym::Indexed, [symbol.clone(), Expr::list(position)])
        }))
    }
}

/// The state at a place along one more level.
fn at(state: u64, place: usize) -> u64 {
    mix(state.rotate_left(23) ^ place as u64)
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014), after its increment.
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The upper 53 bits as a number `0 <= x < 1`.
fn uniform(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use netform_array::ElementType;
    use netform_expr::Expr;

    use super::Draws;
    use crate::program::{Distribution, Family};

    fn draws(seed: u64, label: &str, family: Family, path: &[(usize, usize)], shape: &[usize]) -> Vec<f64> {
        let label = Expr::string(label);
        let distribution = &Distribution { family, parameters: vec![] };
        let draws = Draws { label: &label, distribution, element: ElementType::F64, path, shape };
        draws.machine_numbers(seed, |_| None).unwrap_or_default()
    }

    #[test]
    fn draws_have_the_moments_of_their_distribution() {
        for (family, mean, variance) in [(Family::Uniform, 0.5, 1.0 / 12.0), (Family::Normal, 0.0, 1.0)] {
            let values = draws(1, "Mask", family, &[], &[3000, 7]);
            let count = values.len() as f64;
            let found = values.iter().sum::<f64>() / count;
            let spread = values.iter().map(|x| (x - found).powi(2)).sum::<f64>() / count;
            assert!((found - mean).abs() < 0.03 && (spread - variance).abs() < 0.05, "{family:?} {found} {spread}");
        }
    }

    #[test]
    fn seed_label_and_position_determine_a_draw() {
        let of = |seed, label, step| draws(seed, label, Family::Uniform, &[(step, 3)], &[4]);
        let x = of(1, "a", 1);
        assert_eq!(x, of(1, "a", 1));
        assert_eq!(x[2..3], draws(1, "a", Family::Uniform, &[(1, 3), (2, 4)], &[]));
        assert!([of(2, "a", 1), of(1, "b", 1), of(1, "a", 2)].iter().all(|other| *other != x));
    }
}

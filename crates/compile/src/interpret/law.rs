//! Random numbers of a distribution from uniform ones, the same on every machine.

use std::f64::consts::TAU;

use crate::program::Family;

/// A distribution with numbers for its parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    family: Family,
    parameters: [f64; 2],
}

impl Law {
    /// The distribution of a family; `None` if there is none with these parameters.
    pub fn new(family: Family, parameters: &[f64]) -> Option<Law> {
        let probability = |p: &f64| (0.0..=1.0).contains(p);
        let count = |n: &f64| n.fract() == 0.0 && (0.0..1e15).contains(n);
        let valid = match (family, parameters) {
            (Family::Uniform | Family::Normal, []) => true,
            (Family::Bernoulli, [p]) => probability(p),
            (Family::Gamma, [k]) => *k > 0.0 && k.is_finite(),
            (Family::Poisson, [m]) => (0.0..1e15).contains(m),
            (Family::Binomial, [n, p]) => count(n) && probability(p),
            (Family::NegativeBinomial, [n, p]) => *n > 0.0 && n.is_finite() && *p > 0.0 && *p <= 1.0,
            _ => false,
        };
        let at = |place: usize| parameters.get(place).copied().unwrap_or(0.0);
        valid.then(|| Law { family, parameters: [at(0), at(1)] })
    }

    /// A number by numbers that are uniform on `0 <= u < 1`, of which it takes as many as it needs.
    pub fn draw(&self, uniform: &mut dyn FnMut() -> f64) -> f64 {
        let [a, b] = self.parameters;
        match self.family {
            Family::Uniform => uniform(),
            Family::Normal => normal(uniform),
            Family::Bernoulli => f64::from(u8::from(uniform() < a)),
            Family::Gamma => gamma(a, uniform),
            Family::Poisson => poisson(a, uniform),
            Family::Binomial => binomial(a, b, uniform),
            Family::NegativeBinomial => {
                let mean = gamma(a, uniform) * (1.0 - b) / b;
                poisson(mean, uniform)
            }
        }
    }
}

/// The method of Box and Muller (1958).
fn normal(uniform: &mut dyn FnMut() -> f64) -> f64 {
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - uniform()));
    radius * libm::cos(TAU * uniform())
}

/// The method of Marsaglia and Tsang (2000), for a shape k below 1 by one above.
fn gamma(k: f64, uniform: &mut dyn FnMut() -> f64) -> f64 {
    if k < 1.0 {
        let above = gamma(k + 1.0, uniform);
        return above * libm::pow(1.0 - uniform(), 1.0 / k);
    }
    let d = k - 1.0 / 3.0;
    let c = 1.0 / libm::sqrt(9.0 * d);
    loop {
        let x = normal(uniform);
        let v = (1.0 + c * x) * (1.0 + c * x) * (1.0 + c * x);
        if v > 0.0 && libm::log(1.0 - uniform()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
            return d * v;
        }
    }
}

/// Below this mean, counts are found by the waiting times between events.
const FEW: f64 = 16.0;

/// The method of Ahrens and Dieter (1974): many events are halved by the time of one in their middle, which is of a
/// gamma distribution.
fn poisson(mean: f64, uniform: &mut dyn FnMut() -> f64) -> f64 {
    let mut mean = mean;
    let mut events = 0.0;
    while mean > FEW {
        let half = libm::floor(0.875 * mean);
        let time = gamma(half, uniform);
        if time > mean {
            return events + binomial(half - 1.0, mean / time, uniform);
        }
        events += half;
        mean -= time;
    }
    let mut time = 0.0;
    loop {
        time -= libm::log(1.0 - uniform());
        if time > mean {
            return events;
        }
        events += 1.0;
    }
}

/// Trials one by one, after many of them have been halved by the order statistic in their middle, which is of a beta
/// distribution (Devroye, Non-uniform random variate generation, 1986, sec. X.4.3).
fn binomial(n: f64, p: f64, uniform: &mut dyn FnMut() -> f64) -> f64 {
    let (mut n, mut p, mut successes) = (n, p, 0.0);
    while n > FEW && p > 0.0 && p < 1.0 {
        let middle = libm::floor((n + 1.0) / 2.0);
        let (below, above) = (gamma(middle, uniform), gamma(n + 1.0 - middle, uniform));
        let place = below / (below + above);
        if place <= p {
            successes += middle;
            n -= middle;
            p = (p - place) / (1.0 - place);
        } else {
            n = middle - 1.0;
            p /= place;
        }
    }
    while n > 0.0 {
        if p >= 1.0 {
            return successes + n;
        }
        if p <= 0.0 {
            break;
        }
        successes += f64::from(u8::from(uniform() < p));
        n -= 1.0;
    }
    successes
}

#[cfg(test)]
mod tests {
    use super::Law;
    use crate::program::Family;

    /// The middle square of Weyl sequences (Widynski, 2017), good enough for moments.
    fn uniform() -> impl FnMut() -> f64 {
        let (mut x, mut w) = (0u64, 0u64);
        move || {
            w = w.wrapping_add(0xb5ad_4ece_da1c_e2a9);
            x = x.wrapping_mul(x).wrapping_add(w).rotate_left(32);
            (x as u32) as f64 / 4_294_967_296.0
        }
    }

    #[test]
    fn moments() {
        let mut uniform = uniform();
        for (family, parameters, mean, variance) in [
            (Family::Normal, vec![], 0.0, 1.0),
            (Family::Gamma, vec![0.5], 0.5, 0.5),
            (Family::Gamma, vec![7.0], 7.0, 7.0),
            (Family::Poisson, vec![3.0], 3.0, 3.0),
            (Family::Poisson, vec![50.0], 50.0, 50.0),
            (Family::Binomial, vec![10.0, 0.3], 3.0, 2.1),
            (Family::Binomial, vec![100.0, 0.9], 90.0, 9.0),
            (Family::NegativeBinomial, vec![4.0, 0.4], 6.0, 15.0),
        ] {
            const COUNT: usize = 40_000;
            let Some(law) = Law::new(family, &parameters) else { panic!("{family:?} {parameters:?}") };
            let values: Vec<f64> = (0..COUNT).map(|_| law.draw(&mut uniform)).collect();
            let found = values.iter().sum::<f64>() / COUNT as f64;
            let spread = values.iter().map(|x| (x - found).powi(2)).sum::<f64>() / COUNT as f64;
            let error = f64::sqrt(variance / COUNT as f64);
            assert!((found - mean).abs() < 5.0 * error, "{family:?} {parameters:?}: mean {found}");
            assert!((spread / variance - 1.0).abs() < 0.08, "{family:?} {parameters:?}: variance {spread}");
        }
    }
}

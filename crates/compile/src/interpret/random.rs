//! Random numbers as a function of seed, label and position: no state, so neither the order of
//! computation nor its division among threads changes them.

use std::f64::consts::TAU;

use crate::program::Distribution;

/// The draw with a name at a position.
pub(super) fn draw(seed: u64, label: &str, distribution: Distribution, position: &[usize]) -> f64 {
    let mut state = label.bytes().fold(mix(seed), |state, byte| mix(state ^ u64::from(byte)));
    for &index in position {
        state = mix(state.rotate_left(23) ^ index as u64);
    }
    match distribution {
        Distribution::Uniform => uniform(state),
        Distribution::Normal => {
            let radius = (-2.0 * (1.0 - uniform(state)).ln()).sqrt();
            radius * (TAU * uniform(mix(state))).cos()
        }
    }
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
    use super::draw;
    use crate::program::Distribution::{self, Normal, Uniform};

    fn moments(distribution: Distribution) -> (f64, f64) {
        const COUNT: usize = 20_000;
        let values: Vec<f64> = (0..COUNT).map(|i| draw(1, "Mask", distribution, &[i / 7, i % 7])).collect();
        let mean = values.iter().sum::<f64>() / COUNT as f64;
        (mean, values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / COUNT as f64)
    }

    #[test]
    fn draws_have_the_moments_of_their_distribution() {
        let (mean, variance) = moments(Uniform);
        assert!((mean - 0.5).abs() < 0.01 && (variance - 1.0 / 12.0).abs() < 0.005, "{mean} {variance}");
        let (mean, variance) = moments(Normal);
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }

    #[test]
    fn seed_label_and_position_determine_a_draw() {
        let x = draw(1, "a", Uniform, &[1, 2]);
        assert_eq!(x, draw(1, "a", Uniform, &[1, 2]));
        for other in [draw(2, "a", Uniform, &[1, 2]), draw(1, "b", Uniform, &[1, 2]), draw(1, "a", Uniform, &[2, 1])] {
            assert_ne!(x, other);
        }
    }
}

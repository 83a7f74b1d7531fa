//! The errors of elementary functions at all numbers of single precision, in units of the last place.
//!
//! `cargo bench -p netform-kernels --bench accuracy` takes some minutes for each function; a number behind `--` tries only one of
//! so many numbers, and names behind that only these functions. It ends with a failure where an error is larger than 2 units, 2.2
//! for the logarithm of 1 + e^x and the complementary error function, 2.5 for the hyperbolic tangent.

use std::process::ExitCode;

use netform_kernels::{Code, Tape};

/// A function with its value in double precision, which is exact for single precision.
type Function = (&'static str, Code, fn(f64) -> f64);

const FUNCTIONS: &[Function] = &[
    ("exp", Code::Exponential, f64::exp),
    ("expm1", Code::ExponentialMinusOne, f64::exp_m1),
    ("tanh", Code::HyperbolicTangent, f64::tanh),
    ("sech", Code::HyperbolicSecant, |x| 2.0 * (-x.abs()).exp() / (1.0 + (-2.0 * x.abs()).exp())),
    ("sigmoid", Code::LogisticSigmoid, |x| if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) }),
    ("log", Code::Logarithm, f64::ln),
    ("log1p", Code::LogarithmOfOnePlus, f64::ln_1p),
    ("softplus", Code::Softplus, |x| x.max(0.0) + (-x.abs()).exp().ln_1p()),
    ("sin", Code::Sine, f64::sin),
    ("cos", Code::Cosine, f64::cos),
    ("tan", Code::Tangent, f64::tan),
    ("atan", Code::ArcTangent, f64::atan),
    ("erf", Code::ErrorFunction, libm::erf),
    ("erfc", Code::ComplementaryErrorFunction, libm::erfc),
];

/// So many numbers are computed at once.
const BLOCK: usize = 1 << 12;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let step = words.first().and_then(|word| word.parse().ok()).unwrap_or(1usize).max(1);
    let named = |name: &str| words.iter().all(|word| word.parse::<usize>().is_ok()) || words.iter().any(|w| w == name);
    let mut status = ExitCode::SUCCESS;
    for (name, code, exact) in FUNCTIONS.iter().filter(|(name, ..)| named(name)) {
        let (units, place) = worst(*code, *exact, step);
        let limit = match code {
            Code::HyperbolicTangent => 2.5,
            Code::Softplus | Code::ComplementaryErrorFunction => 2.2,
            _ => 2.0,
        };
        println!("{name:10} {units:.3} units at {place:e}");
        if units > limit {
            status = ExitCode::FAILURE;
        }
    }
    status
}

/// The largest error, and where it is.
fn worst(code: Code, exact: fn(f64) -> f64, step: usize) -> (f64, f32) {
    let tape = Tape::<f32>::new(1, vec![], [(code, vec![0])], &[1]);
    let (mut numbers, mut values) = (vec![0.0; BLOCK], vec![0.0; BLOCK]);
    let mut worst = (0.0, 0.0);
    for first in (0..=u32::MAX as usize).step_by(step * BLOCK) {
        // The last block may begin again with the first number.
        numbers.iter_mut().enumerate().for_each(|(k, x)| *x = f32::from_bits((first + k * step) as u32));
        tape.apply(&[&numbers], &mut [&mut values]);
        for (&x, &value) in numbers.iter().zip(&values) {
            let units = distance(value, exact(f64::from(x)));
            if units > worst.0 {
                worst = (units, x);
            }
        }
    }
    worst
}

/// The distance in units of the last place of the number nearest to the exact value.
fn distance(found: f32, expected: f64) -> f64 {
    let nearest = expected as f32;
    let is_special = |x: f32| !x.is_finite() || x == 0.0;
    if is_special(nearest) && is_special(found) {
        let same = nearest.to_bits() == found.to_bits() || nearest.is_nan() && found.is_nan();
        return if same { 0.0 } else { f64::INFINITY };
    }
    if !nearest.is_finite() || !found.is_finite() {
        return f64::INFINITY;
    }
    let size = nearest.abs();
    let unit = f64::from(f32::from_bits(size.to_bits() + 1)) - f64::from(size);
    (f64::from(found) - expected).abs() / unit
}

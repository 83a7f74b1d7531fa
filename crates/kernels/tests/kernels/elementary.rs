//! Elementary functions are near their exact values.

use dashu_float::FBig;
use dashu_float::round::mode::HalfEven;

use netform_kernels::{Code, Real, Tape};

/// A function of one number.
#[derive(Clone, Copy, Debug)]
enum Function {
    Of(Code),
    /// To a fixed power.
    Power(f64),
}

use Function::{Of, Power};

/// The powers that are tried at numbers of all sizes.
const POWERS: [f64; 6] = [1.5, -0.3, 7.0, -2.0, 1.0 / 1024.0, 40.5];

/// Numbers at which functions behave in a way of their own.
const ENDS: [f64; 16] = [
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    0.0,
    -0.0,
    1e308,
    -1e308,
    5e-324,
    -5e-324,
    709.0,
    -740.0,
    1.0,
    -1.0,
    -2.5,
    1e-310,
    27.2,
];

/// Powers like these numbers.
const POWERS_AT_ENDS: [f64; 13] = [
    0.0,
    -0.0,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    1.0,
    3.0,
    -3.0,
    0.5,
    -0.5,
    1e300,
    -1e-300,
    9_007_199_254_740_992.0,
];

fn all() -> impl Iterator<Item = Function> {
    Code::ELEMENTARY.map(Of).into_iter().chain(POWERS.map(Power))
}

/// The tape of a function.
fn tape<T: Real>(f: Function) -> Tape<T> {
    match f {
        Of(code) => Tape::new(1, vec![], [(code, vec![0])], &[1]),
        Power(y) => Tape::new(1, vec![T::from_double(y)], [(Code::Power, vec![0, 1])], &[2]),
    }
}

/// The values at numbers.
fn values<T: Real>(f: Function, x: &[T]) -> Vec<T> {
    let mut values = vec![T::ZERO; x.len()];
    tape(f).apply(&[x], &mut [&mut values]);
    values
}

/// The value in double precision, which is exact for single precision.
fn reference(f: Function, x: f64) -> f64 {
    match f {
        Of(Code::Exponential) => x.exp(),
        Of(Code::ExponentialMinusOne) => x.exp_m1(),
        Of(Code::HyperbolicTangent) => x.tanh(),
        Of(Code::HyperbolicSecant) => 2.0 * (-x.abs()).exp() / (1.0 + (-2.0 * x.abs()).exp()),
        Of(Code::LogisticSigmoid) if x < 0.0 => x.exp() / (1.0 + x.exp()),
        Of(Code::LogisticSigmoid) => 1.0 / (1.0 + (-x).exp()),
        Of(Code::Logarithm) => x.ln(),
        Of(Code::LogarithmOfOnePlus) => x.ln_1p(),
        Of(Code::Softplus) => x.max(0.0) + (-x.abs()).exp().ln_1p(),
        Of(Code::Sine) => x.sin(),
        Of(Code::Cosine) => x.cos(),
        Of(Code::Tangent) => x.tan(),
        Of(Code::ArcTangent) => x.atan(),
        Of(Code::ErrorFunction) => libm::erf(x),
        Of(Code::ComplementaryErrorFunction) => libm::erfc(x),
        Power(y) => x.powf(y),
        Of(other) => unreachable!("{other:?} is no elementary function"),
    }
}

/// How many units of the last place a value may be away.
fn limit(f: Function) -> f64 {
    if matches!(f, Of(Code::HyperbolicTangent)) { 2.5 } else { 2.0 }
}

/// The distance in units of the last place of the reference.
fn distance_single(found: f32, expected: f64) -> f64 {
    let nearest = expected as f32;
    if nearest.is_nan() || nearest.is_infinite() || found.is_nan() || found.is_infinite() {
        let same = nearest == found || nearest.is_nan() && found.is_nan();
        return if same { 0.0 } else { f64::INFINITY };
    }
    if nearest == 0.0 && found == 0.0 {
        let same = nearest.is_sign_negative() == found.is_sign_negative();
        return if same { 0.0 } else { f64::INFINITY };
    }
    let size = nearest.abs();
    let unit = f64::from(f32::from_bits(size.to_bits() + 1)) - f64::from(size);
    (f64::from(found) - expected).abs() / unit
}

/// At numbers whose bits are this far apart; the benchmark `accuracy` tries all of them.
const STEP: usize = 40_009;

#[test]
fn single_precision_is_accurate() {
    for f in all() {
        let f = if let Power(y) = f { Power(f64::from(y as f32)) } else { f };
        let mut worst = (0.0, 0.0);
        // All exponents and signs, and as many fractions of each.
        let samples: Vec<f32> = (0..=u32::MAX).step_by(STEP).map(f32::from_bits).collect();
        for (found, x) in values(f, &samples).into_iter().zip(samples) {
            let distance = distance_single(found, reference(f, f64::from(x)));
            if distance > worst.0 {
                worst = (distance, x);
            }
        }
        assert!(worst.0 <= limit(f), "{f:?} is {} units away at {:e}", worst.0, worst.1);
    }
}

type Precise = FBig<HalfEven, 2>;

/// A number with so many binary digits.
fn exact(x: f64, digits: usize) -> Precise {
    Precise::try_from(x).expect("a finite number").with_precision(digits).value()
}

/// The value to 50 digits at a finite number, if there is one.
fn precise(f: Function, x: f64) -> Precise {
    // The digits before the point of large angles, and the small differences of tiny numbers, need room.
    let digits = if matches!(f, Of(Code::Sine | Code::Cosine | Code::Tangent)) {
        1400
    } else {
        200 + x.abs().log2().abs() as usize
    };
    let (one, zero, big) = (exact(1.0, digits), exact(0.0, digits), exact(x, digits));
    match f {
        Of(Code::Exponential) => big.exp(),
        Of(Code::ExponentialMinusOne) => big.exp() - one,
        Of(Code::HyperbolicTangent) => {
            let e = (big.clone() + big).exp();
            (e.clone() - one.clone()) / (e + one)
        }
        Of(Code::HyperbolicSecant) => {
            let e = big.exp();
            (e.clone() + e.clone()) / (e.clone() * e + one)
        }
        Of(Code::LogisticSigmoid) => one.clone() / (one + (zero - big).exp()),
        Of(Code::Logarithm) => big.ln(),
        Of(Code::LogarithmOfOnePlus) => (one + big).ln(),
        Of(Code::Softplus) => (one + big.exp()).ln(),
        Of(Code::Sine) => big.sin_cos().0,
        Of(Code::Cosine) => big.sin_cos().1,
        Of(Code::Tangent) => {
            let (sine, cosine) = big.sin_cos();
            sine / cosine
        }
        Of(Code::ArcTangent) => big.atan2(&one),
        Of(Code::ErrorFunction) => error_series(x),
        Of(Code::ComplementaryErrorFunction) => exact(1.0, 1500) - error_series(x),
        Power(y) => (exact(y, digits) * big.ln()).exp(),
        Of(other) => unreachable!("{other:?} is no elementary function"),
    }
}

/// The error function by a series in which all terms have one sign: `2/Sqrt[Pi] e^(-x^2) Sum[2^k x^(2 k + 1)/(2 k + 1)!!]`.
fn error_series(x: f64) -> Precise {
    let digits = 1500;
    let x = exact(x, digits);
    let square = x.clone() * x.clone();
    let twice = square.clone() + square.clone();
    let (mut term, mut sum, mut k) = (x.clone(), x, 1.0);
    let end = exact(2f64.powi(-1000), digits) * exact(2f64.powi(-400), digits);
    let size = |x: &Precise| if *x < exact(0.0, digits) { -x.clone() } else { x.clone() };
    while size(&term) > end.clone() * size(&sum) {
        k += 2.0;
        term = term * twice.clone() / exact(k, digits);
        sum += term.clone();
    }
    let one = exact(1.0, digits);
    let pi = exact(4.0, digits) * one.atan2(&one);
    exact(2.0, digits) / pi.sqrt() * (-square).exp() * sum
}

/// The distance in units of the last place of the nearest number.
fn distance_double(found: f64, expected: &Precise) -> f64 {
    let nearest = expected.to_f64().value();
    if nearest.is_infinite() || found.is_infinite() || found.is_nan() {
        return if nearest == found { 0.0 } else { f64::INFINITY };
    }
    let unit = f64::from_bits(nearest.abs().to_bits() + 1) - nearest.abs();
    // Differences of the smallest numbers, which have few digits, are multiples of the smallest one.
    let raise = if unit < 1e-290 { 2f64.powi(200) } else { 1.0 };
    let difference = exact(found, 2000) - expected.clone();
    (difference * exact(raise, 2000)).to_f64().value().abs() / (unit * raise)
}

/// Numbers of all sizes that matter to a function.
fn samples(f: Function) -> Vec<f64> {
    let mut samples = vec![];
    let mut spread = |from: f64, to: f64, count: u32| {
        samples
            .extend((0..count).map(|k| 10f64.powf(from + (to - from) * f64::from(k) / f64::from(count)) * 1.000_123));
    };
    match f {
        Of(Code::Sine | Code::Cosine | Code::Tangent) => {
            spread(-5.0, 3.0, 600);
            spread(3.0, 300.0, 150);
            spread(-310.0, -5.0, 20);
        }
        Of(Code::ErrorFunction | Code::ComplementaryErrorFunction) => {
            spread(-3.0, 1.44, 160);
            spread(-310.0, -3.0, 10);
        }
        Power(_) => spread(-300.0, 300.0, 400),
        Of(Code::ArcTangent) => {
            spread(-5.0, 3.0, 400);
            spread(-310.0, 300.0, 40);
        }
        _ => spread(-5.0, 1.5, 900),
    }
    if matches!(f, Of(Code::Sine | Code::Cosine | Code::Tangent)) {
        // Near multiples of a right angle, and the double nearest to one of all.
        samples.extend((1..150).map(|k| f64::from(k * k * k) * std::f64::consts::FRAC_PI_2));
        samples.push(6_381_956_970_095_103.0 * 2f64.powi(797));
    }
    let mut all = vec![];
    for (place, x) in samples.into_iter().enumerate() {
        all.push(match f {
            Of(Code::Logarithm) | Power(_) => x,
            Of(Code::LogarithmOfOnePlus) if x > 0.9 => x,
            _ if place % 2 == 0 => -x,
            _ => x,
        });
    }
    all
}

#[test]
fn double_precision_is_accurate() {
    for f in all() {
        let mut worst = (0.0, 0.0);
        let samples = samples(f);
        for (found, x) in values(f, &samples).into_iter().zip(samples) {
            let distance = distance_double(found, &precise(f, x));
            if distance > worst.0 {
                worst = (distance, x);
            }
        }
        assert!(worst.0 <= limit(f), "{f:?} is {} units away at {:e}", worst.0, worst.1);
    }
}

#[test]
fn values_at_the_ends_are_those_of_the_library() {
    for f in all().chain(POWERS_AT_ENDS.map(Power)) {
        for (x, found) in ENDS.into_iter().zip(values(f, &ENDS)) {
            let expected = reference(f, x);
            let near = (found - expected).abs() <= 1e-15 * expected.abs() + 5e-324;
            let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
            let signed = found.is_sign_negative() == expected.is_sign_negative();
            assert!(same || near && signed, "{f:?} of {x:e} is {found:e}, not {expected:e}");
        }
    }
}

/// Large angles, of all sizes.
fn large_angles() -> Vec<f64> {
    let mut state = 1u64;
    let angle = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let exponent = (state >> 33) % 1000 + 1040;
        f64::from_bits((state & !(0x7ff << 52)) | (exponent << 52))
    };
    (0..320_000).map(angle).collect()
}

/// Those of the system's library are exact to a unit.
#[test]
fn large_angles_have_their_digits() {
    let angles = large_angles();
    for f in [Code::Sine, Code::Cosine, Code::Tangent].map(Of) {
        for (found, &x) in values(f, &angles).into_iter().zip(&angles) {
            let expected = reference(f, x);
            let units = (found - expected).abs() / (expected.abs() * f64::EPSILON / 2.0);
            assert!(units <= 5.0, "{f:?} of {x:e} is {found:e}, not {expected:e}");
        }
    }
}

/// A line for each function and precision: its name, and a digest of the bits of its values at numbers of all sizes.
pub(crate) fn digests() -> Vec<String> {
    let single: Vec<f32> = (0..=u32::MAX).step_by(STEP).map(f32::from_bits).collect();
    let large = large_angles();
    let mut lines = vec![];
    for f in all().chain(POWERS_AT_ENDS.map(Power)) {
        let double = [&ENDS, &samples(f)[..], &large].concat();
        // What is no number has bits of many kinds.
        let double = values(f, &double).into_iter().map(|x| if x.is_nan() { f64::NAN } else { x }.to_bits());
        lines.push(format!("{f:?} of double precision: {:x}", digest(double)));
        let single = values(f, &single).into_iter().map(|x| if x.is_nan() { f32::NAN } else { x }.to_bits());
        lines.push(format!("{f:?} of single precision: {:x}", digest(single.map(u64::from))));
    }
    lines
}

/// The digest of Fowler, Noll and Vo, of whole words.
fn digest(words: impl Iterator<Item = u64>) -> u64 {
    words.fold(0xcbf2_9ce4_8422_2325, |digest, word| (digest ^ word).wrapping_mul(0x0100_0000_01b3))
}

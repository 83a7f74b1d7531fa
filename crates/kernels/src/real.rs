//! The floating-point types that kernels compute in.

use std::fmt::Debug;
use std::ops::{AddAssign, Mul};

#[cfg(target_arch = "x86_64")]
use crate::lanes::{Double256, Double512, Single256, Single512};
use crate::lanes::{Lanes, Plain, dispatch};
use crate::{fused, product, reduce, tape};

/// A floating-point type that kernels compute in: `f32` and `f64`.
pub trait Real:
    Copy
    + Debug
    + Default
    + PartialOrd
    + AddAssign
    + Mul<Output = Self>
    + sealed::Numbers
    + sealed::Kernels
    + Send
    + Sync
    + 'static
{
    /// The sum of nothing.
    const ZERO: Self;
    /// The product of nothing.
    const ONE: Self;
    /// More than all numbers.
    const INFINITY: Self;
    /// Less than all numbers.
    const NEGATIVE_INFINITY: Self;

    /// The nearest number of this type.
    fn from_double(value: f64) -> Self;

    /// The same number in double precision.
    fn to_double(self) -> f64;

    /// Memory of single and of double precision, of which one is the slice and the other has nothing.
    fn memory(own: &mut [Self]) -> (&mut [f32], &mut [f64]);
}

pub(crate) mod sealed {
    use super::Lanes;
    use crate::{fused, product, reduce, tape};

    /// Kernels in the best instruction set, compiled here for each type.
    pub trait Kernels: Sized {
        /// Applies a tape.
        fn tape(work: tape::Run<'_, Self>);
        /// Multiplies matrices.
        fn product(work: product::Multiply<'_, Self>);
        /// Makes fused calls in turns.
        fn turns(work: fused::Turns<'_, Self>);
        /// Packs a matrix.
        fn pack(work: product::Pack<'_, Self>);
        /// Combines a run.
        fn combine(work: reduce::Run<'_, Self>) -> Self;
        /// Combines runs.
        fn combine_each(work: reduce::Each<'_, Self>);
    }

    /// The vectors of a type, and the coefficients of its approximations.
    ///
    /// Coefficients interpolate at Chebyshev nodes, computed with 60 digits.
    pub trait Numbers: Sized + 'static {
        /// Numbers one by one.
        type Plain: Lanes<Real = Self>;
        /// Vectors of 256 bits.
        #[cfg(target_arch = "x86_64")]
        type Avx2: Lanes<Real = Self>;
        /// Vectors of 512 bits.
        #[cfg(target_arch = "x86_64")]
        type Avx512: Lanes<Real = Self>;

        /// `(e^r - 1 - r)/r^2` in powers of r, where `2 |r| <= log 2`.
        const EXPONENTIAL: &'static [Self];
        /// `(log((1 + s)/(1 - s)) - 2 s)/s^3` in powers of `s^2`, where `(1 + s)/(1 - s)` lies between
        /// `sqrt(1/2)` and `sqrt 2`.
        const LOGARITHM: &'static [Self];
        /// The logarithm of 2, of few digits, so that products with exponents are exact.
        const LN_2_HIGH: Self;
        /// What is missing.
        const LN_2_LOW: Self;
        /// The logarithm of e to the base 2.
        const LOG_2_E: Self;
        /// The square root of 2.
        const SQRT_2: Self;
        /// Exponentials of larger numbers are infinite.
        const EXPONENTIAL_LARGEST: Self;
        /// Exponentials of smaller numbers are 0.
        const EXPONENTIAL_SMALLEST: Self;
        /// The smallest positive number with all digits.
        const SMALLEST_NORMAL: Self;
        /// The power of two by which smaller numbers are multiplied to have all digits.
        const RAISE: Self;
        /// Its exponent.
        const RAISE_EXPONENT: Self;
        /// 2
        const TWO: Self;
        /// 1/2
        const HALF: Self;
        /// 1/4
        const QUARTER: Self;
        /// -1
        const MINUS_ONE: Self;
        /// -2
        const MINUS_TWO: Self;
    }
}

impl Real for f32 {
    const ZERO: f32 = 0.0;
    const ONE: f32 = 1.0;
    const INFINITY: f32 = f32::INFINITY;
    const NEGATIVE_INFINITY: f32 = f32::NEG_INFINITY;

    #[inline(always)]
    fn from_double(value: f64) -> f32 {
        value as f32
    }

    #[inline(always)]
    fn to_double(self) -> f64 {
        f64::from(self)
    }

    fn memory(own: &mut [f32]) -> (&mut [f32], &mut [f64]) {
        (own, &mut [])
    }
}

impl Real for f64 {
    const ZERO: f64 = 0.0;
    const ONE: f64 = 1.0;
    const INFINITY: f64 = f64::INFINITY;
    const NEGATIVE_INFINITY: f64 = f64::NEG_INFINITY;

    #[inline(always)]
    fn from_double(value: f64) -> f64 {
        value
    }

    #[inline(always)]
    fn to_double(self) -> f64 {
        self
    }

    fn memory(own: &mut [f64]) -> (&mut [f32], &mut [f64]) {
        (&mut [], own)
    }
}

impl sealed::Numbers for f32 {
    type Plain = Plain<f32>;
    #[cfg(target_arch = "x86_64")]
    type Avx2 = Single256;
    #[cfg(target_arch = "x86_64")]
    type Avx512 = Single512;

    const EXPONENTIAL: &'static [f32] = &[0.5, 0.166_665_76, 0.041_666_556, 0.008_363_179, 0.001_392_618_4];
    const LOGARITHM: &'static [f32] = &[0.666_666_7, 0.400_001_23, 0.285_507_8, 0.233_316_14];
    const LN_2_HIGH: f32 = 0.693_145_75;
    const LN_2_LOW: f32 = 1.428_606_8e-6;
    const LOG_2_E: f32 = std::f32::consts::LOG2_E;
    const SQRT_2: f32 = std::f32::consts::SQRT_2;
    const EXPONENTIAL_LARGEST: f32 = 89.0;
    const EXPONENTIAL_SMALLEST: f32 = -104.0;
    const SMALLEST_NORMAL: f32 = f32::MIN_POSITIVE;
    const RAISE: f32 = 16_777_216.0;
    const RAISE_EXPONENT: f32 = 24.0;
    const TWO: f32 = 2.0;
    const HALF: f32 = 0.5;
    const QUARTER: f32 = 0.25;
    const MINUS_ONE: f32 = -1.0;
    const MINUS_TWO: f32 = -2.0;
}

impl sealed::Numbers for f64 {
    type Plain = Plain<f64>;
    #[cfg(target_arch = "x86_64")]
    type Avx2 = Double256;
    #[cfg(target_arch = "x86_64")]
    type Avx512 = Double512;

    const EXPONENTIAL: &'static [f64] = &[
        0.5,
        0.166_666_666_666_666_7,
        0.041_666_666_666_666_67,
        0.008_333_333_333_326_136,
        0.001_388_888_888_888_374_8,
        0.000_198_412_698_748_206_27,
        2.480_158_732_554_774_3e-5,
        2.755_725_540_020_642_2e-6,
        2.755_727_364_311_03e-7,
        2.510_521_700_472_074_5e-8,
        2.091_468_696_808_687_6e-9,
    ];
    const LOGARITHM: &'static [f64] = &[
        0.666_666_666_666_666_6,
        0.400_000_000_000_008_85,
        0.285_714_285_707_997_84,
        0.222_222_223_925_810_45,
        0.181_817_955_475_211_37,
        0.153_862_447_376_216_65,
        0.132_686_383_692_668_25,
        0.130_880_348_509_275_55,
    ];
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const LOG_2_E: f64 = std::f64::consts::LOG2_E;
    const SQRT_2: f64 = std::f64::consts::SQRT_2;
    const EXPONENTIAL_LARGEST: f64 = 710.0;
    const EXPONENTIAL_SMALLEST: f64 = -746.0;
    const SMALLEST_NORMAL: f64 = f64::MIN_POSITIVE;
    const RAISE: f64 = 18_014_398_509_481_984.0;
    const RAISE_EXPONENT: f64 = 54.0;
    const TWO: f64 = 2.0;
    const HALF: f64 = 0.5;
    const QUARTER: f64 = 0.25;
    const MINUS_ONE: f64 = -1.0;
    const MINUS_TWO: f64 = -2.0;
}

macro_rules! kernels {
    ($($real:ty),*) => {
        $(impl sealed::Kernels for $real {
            fn tape(work: tape::Run<'_, $real>) {
                dispatch(work);
            }

            fn product(work: product::Multiply<'_, $real>) {
                dispatch(work);
            }

            fn turns(work: fused::Turns<'_, $real>) {
                dispatch(work);
            }

            fn pack(work: product::Pack<'_, $real>) {
                dispatch(work);
            }

            fn combine(work: reduce::Run<'_, $real>) -> $real {
                dispatch(work)
            }

            fn combine_each(work: reduce::Each<'_, $real>) {
                dispatch(work);
            }
        })*
    };
}

kernels!(f32, f64);

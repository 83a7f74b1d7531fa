//! The floating-point types that kernels compute in.

use std::fmt::Debug;
use std::ops::{AddAssign, Mul};

use crate::elementary::Coefficients;
#[cfg(target_arch = "x86_64")]
use crate::lanes::{Double256, Double512, Single256, Single512};
use crate::lanes::{Lanes, Plain, dispatch};
use crate::{fused, product, reduce, rows, tape, windows};

/// A floating-point type that kernels compute in: `f32` and `f64`.
pub trait Real:
    Copy
    + Debug
    + Default
    + PartialOrd
    + AddAssign
    + Mul<Output = Self>
    + sealed::Numbers
    + Coefficients
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
    use crate::{fused, product, reduce, rows, tape, windows};

    /// Kernels in the best instruction set, compiled here for each type.
    pub trait Kernels: Sized {
        /// Applies a tape.
        fn tape(work: tape::Run<'_, Self>);
        /// Multiplies matrices.
        fn product(work: product::Multiply<'_, Self>);
        /// Makes fused calls in turns.
        fn turns(work: fused::Turns<'_, Self>);
        /// Makes passes over rows.
        fn rows(work: rows::Run<'_, Self>);
        /// Packs a matrix.
        fn pack(work: product::Pack<'_, Self>);
        /// Combines a run.
        fn combine(work: reduce::Run<'_, Self>) -> Self;
        /// Combines runs.
        fn combine_each(work: reduce::Each<'_, Self>);
        /// Combines the elements of windows.
        fn combine_windows(work: windows::Members<'_, Self>);
    }

    /// The vectors of a type.
    pub trait Numbers: Sized + 'static {
        /// Numbers one by one.
        type Plain: Lanes<Real = Self>;
        /// Vectors of 256 bits.
        #[cfg(target_arch = "x86_64")]
        type Avx2: Lanes<Real = Self>;
        /// Vectors of 512 bits.
        #[cfg(target_arch = "x86_64")]
        type Avx512: Lanes<Real = Self>;
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
}

impl sealed::Numbers for f64 {
    type Plain = Plain<f64>;
    #[cfg(target_arch = "x86_64")]
    type Avx2 = Double256;
    #[cfg(target_arch = "x86_64")]
    type Avx512 = Double512;
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

            fn rows(work: rows::Run<'_, $real>) {
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

            fn combine_windows(work: windows::Members<'_, $real>) {
                dispatch(work);
            }
        })*
    };
}

kernels!(f32, f64);

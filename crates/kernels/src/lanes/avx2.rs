//! Vectors of 256 bits.

use std::arch::x86_64::{
    __m256, __m256d, _CMP_EQ_OQ, _CMP_LE_OQ, _CMP_LT_OQ, _mm256_add_epi32, _mm256_add_epi64, _mm256_add_pd,
    _mm256_add_ps, _mm256_and_pd, _mm256_and_ps, _mm256_andnot_pd, _mm256_andnot_ps, _mm256_blendv_pd,
    _mm256_blendv_ps, _mm256_castpd_si256, _mm256_castps_si256, _mm256_castsi256_pd, _mm256_castsi256_ps,
    _mm256_cmp_pd, _mm256_cmp_ps, _mm256_div_pd, _mm256_div_ps, _mm256_fmadd_pd, _mm256_fmadd_ps, _mm256_fnmadd_pd,
    _mm256_fnmadd_ps, _mm256_loadu_pd, _mm256_loadu_ps, _mm256_max_pd, _mm256_max_ps, _mm256_min_pd, _mm256_min_ps,
    _mm256_movemask_pd, _mm256_movemask_ps, _mm256_mul_pd, _mm256_mul_ps, _mm256_or_pd, _mm256_or_ps,
    _mm256_permute2f128_pd, _mm256_permute2f128_ps, _mm256_round_pd, _mm256_round_ps, _mm256_set1_pd, _mm256_set1_ps,
    _mm256_shuffle_ps, _mm256_slli_epi32, _mm256_slli_epi64, _mm256_sqrt_pd, _mm256_sqrt_ps, _mm256_srli_epi32,
    _mm256_srli_epi64, _mm256_storeu_pd, _mm256_storeu_ps, _mm256_sub_pd, _mm256_sub_ps, _mm256_unpackhi_pd,
    _mm256_unpackhi_ps, _mm256_unpacklo_pd, _mm256_unpacklo_ps, _mm256_xor_pd, _mm256_xor_ps,
};

use super::{Lanes, Work};
use crate::real::Real;

/// Does work with vectors of 256 bits.
///
/// # Safety
/// The processor has the features.
#[target_feature(enable = "avx2,fma")]
pub(crate) unsafe fn run<T: Real, W: Work<T>>(work: W) -> W::Output {
    // SAFETY: the caller says that the processor has the features.
    unsafe { work.run::<T::Avx2>() }
}

/// Eight numbers of single precision.
#[derive(Clone, Copy)]
pub struct Single256(__m256);

/// Four numbers of double precision.
#[derive(Clone, Copy)]
pub struct Double256(__m256d);

/// # Safety
/// The processor has the instructions.
#[inline(always)]
unsafe fn interleave_single(a: __m256, b: __m256) -> (__m256, __m256) {
    // SAFETY: the caller's promise.
    unsafe {
        let (low, high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
        (_mm256_permute2f128_ps::<0x20>(low, high), _mm256_permute2f128_ps::<0x31>(low, high))
    }
}

/// # Safety
/// The processor has the instructions.
#[inline(always)]
unsafe fn interleave_double(a: __m256d, b: __m256d) -> (__m256d, __m256d) {
    // SAFETY: the caller's promise.
    unsafe {
        let (low, high) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
        (_mm256_permute2f128_pd::<0x20>(low, high), _mm256_permute2f128_pd::<0x31>(low, high))
    }
}

/// # Safety
/// The processor has the instructions.
#[inline(always)]
unsafe fn part_single(a: __m256, b: __m256) -> (__m256, __m256) {
    // SAFETY: the caller's promise.
    unsafe {
        let (low, high) = (_mm256_permute2f128_ps::<0x20>(a, b), _mm256_permute2f128_ps::<0x31>(a, b));
        (_mm256_shuffle_ps::<0x88>(low, high), _mm256_shuffle_ps::<0xdd>(low, high))
    }
}

/// # Safety
/// The processor has the instructions.
#[inline(always)]
unsafe fn part_double(a: __m256d, b: __m256d) -> (__m256d, __m256d) {
    // SAFETY: the caller's promise.
    unsafe {
        let (low, high) = (_mm256_permute2f128_pd::<0x20>(a, b), _mm256_permute2f128_pd::<0x31>(a, b));
        (_mm256_unpacklo_pd(low, high), _mm256_unpackhi_pd(low, high))
    }
}

macro_rules! lanes {
    ($name:ident $real:ty, $vector:ty, $width:literal, $mantissa:literal, $bias:literal, $whole:literal;
        $set:ident $load:ident $store:ident $add:ident $sub:ident $mul:ident $div:ident $fmadd:ident $fnmadd:ident $sqrt:ident
        $max:ident $min:ident $round:ident $cmp:ident $blend:ident $and:ident $andnot:ident $or:ident
        $xor:ident $movemask:ident $to_bits:ident $from_bits:ident $left:ident $right:ident $add_bits:ident
        $interleave:ident $part:ident) => {
        impl Lanes for $name {
            type Real = $real;
            type Mask = $vector;
            const WIDTH: usize = $width;
            const PANEL: usize = 2;

            unsafe fn enter<W: Work<$real>>(work: W) -> W::Output {
                // SAFETY: the caller says that the processor has the instructions.
                unsafe { run::<$real, W>(work) }
            }
            #[inline(always)]
            unsafe fn splat(value: $real) -> Self {
                // SAFETY: the caller says that the processor has the instruction.
                unsafe { $name($set(value)) }
            }
            #[inline(always)]
            unsafe fn load(from: *const $real) -> Self {
                // SAFETY: the caller says that the numbers can be read.
                unsafe { $name($load(from)) }
            }
            #[inline(always)]
            unsafe fn load_first(from: *const $real, count: usize) -> Self {
                let mut all = [0.0; $width];
                // SAFETY: the caller says that `count` numbers can be read, fewer than a vector holds.
                unsafe {
                    std::ptr::copy_nonoverlapping(from, all.as_mut_ptr(), count);
                    $name($load(all.as_ptr()))
                }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $real) {
                // SAFETY: the caller says that the numbers can be written.
                unsafe { $store(to, self.0) }
            }
            #[inline(always)]
            unsafe fn store_first(self, to: *mut $real, count: usize) {
                let mut all = [0.0; $width];
                // SAFETY: the caller says that `count` numbers can be written, fewer than a vector holds.
                unsafe {
                    $store(all.as_mut_ptr(), self.0);
                    std::ptr::copy_nonoverlapping(all.as_ptr(), to, count);
                }
            }
            lanes!(@binary add $add, subtract $sub, multiply $mul, divide $div, larger $max, smaller $min);
            lanes!(@round $round floor 9, ceiling 10, round 8, truncate 11);
            lanes!(@compare $cmp is_less _CMP_LT_OQ, is_at_most _CMP_LE_OQ, is_equal _CMP_EQ_OQ);
            #[inline(always)]
            fn square_root(self) -> Self {
                // SAFETY: a vector exists, so the processor has the instruction.
                unsafe { $name($sqrt(self.0)) }
            }
            #[inline(always)]
            fn absolute(self) -> Self {
                // SAFETY: a vector exists, so the processor has the instructions.
                unsafe { $name($andnot($set(-0.0), self.0)) }
            }
            #[inline(always)]
            fn multiply_add(self, factor: Self, summand: Self) -> Self {
                // SAFETY: a vector exists, so the processor has the instruction.
                unsafe { $name($fmadd(self.0, factor.0, summand.0)) }
            }
            #[inline(always)]
            fn fused(self, factor: Self, summand: Self) -> Self {
                self.multiply_add(factor, summand)
            }
            #[inline(always)]
            fn fused_from(self, factor: Self, summand: Self) -> Self {
                // SAFETY: a vector exists, so the processor has the instruction.
                unsafe { $name($fnmadd(self.0, factor.0, summand.0)) }
            }
            #[inline(always)]
            fn power_of_raised(self) -> Self {
                // SAFETY: a vector exists, so the processor has the instructions.
                unsafe {
                    let raised = $left::<$mantissa>($to_bits(self.0));
                    $name($from_bits($add_bits(raised, $to_bits($set(1.0)))))
                }
            }
            #[inline(always)]
            fn all(mask: $vector) -> bool {
                // SAFETY: a vector exists, so the processor has the instruction.
                unsafe { $movemask(mask) == (1 << $width) - 1 }
            }
            #[inline(always)]
            fn copy_sign(self, other: Self) -> Self {
                // SAFETY: a vector exists, so the processor has the instructions.
                unsafe { $name($or($andnot($set(-0.0), self.0), $and($set(-0.0), other.0))) }
            }
            /// A number to which 3/2 of `$whole` is added has its integer in the lowest bits.
            #[inline(always)]
            fn negate_odd(self, integer: Self) -> Self {
                // SAFETY: a vector exists, so the processor has the instructions.
                unsafe {
                    let raised = $add(integer.0, $set(1.5 * $whole));
                    $name($xor(self.0, $from_bits($left::<{ 8 * size_of::<$real>() as i32 - 1 }>($to_bits(raised)))))
                }
            }
            #[inline(always)]
            fn select(mask: $vector, yes: Self, no: Self) -> Self {
                // SAFETY: a vector exists, so the processor has the instruction.
                unsafe { $name($blend(no.0, yes.0, mask)) }
            }
            /// In two halves, each of which is a normal power of two. A number to which `$whole` is
            /// added has its integer in the lowest bits.
            #[inline(always)]
            fn scale(self, exponent: Self) -> Self {
                let half = exponent.multiply(self.constant(0.5)).floor();
                let power = |exponent: Self| {
                    let shifted = exponent.add(self.constant($whole + $bias));
                    // SAFETY: a vector exists, so the processor has the instructions.
                    unsafe { $name($from_bits($left::<$mantissa>($to_bits(shifted.0)))) }
                };
                self.multiply(power(half)).multiply(power(exponent.subtract(half)))
            }
            #[inline(always)]
            fn interleave(self, other: Self) -> (Self, Self) {
                // SAFETY: a vector exists, so the processor has the instructions.
                let (low, high) = unsafe { $interleave(self.0, other.0) };
                ($name(low), $name(high))
            }
            #[inline(always)]
            fn part(self, other: Self) -> (Self, Self) {
                // SAFETY: a vector exists, so the processor has the instructions.
                let (even, odd) = unsafe { $part(self.0, other.0) };
                ($name(even), $name(odd))
            }
            #[inline(always)]
            fn split(self) -> (Self, Self) {
                // SAFETY: a vector exists, so the processor has the instructions.
                unsafe {
                    let raised = $from_bits($right::<$mantissa>($to_bits(self.0)));
                    let exponent = $sub($or(raised, $set($whole)), $set($whole + $bias));
                    let fraction = $andnot($set(<$real>::INFINITY), self.0);
                    ($name(exponent), $name($or(fraction, $and($set(1.0), $set(<$real>::INFINITY)))))
                }
            }
        }
    };
    (@binary $($method:ident $instruction:ident),*) => {
        $(#[inline(always)]
        fn $method(self, other: Self) -> Self {
            // SAFETY: a vector exists, so the processor has the instruction.
            unsafe { Self($instruction(self.0, other.0)) }
        })*
    };
    (@round $instruction:ident $($method:ident $mode:literal),*) => {
        $(#[inline(always)]
        fn $method(self) -> Self {
            // SAFETY: a vector exists, so the processor has the instruction.
            unsafe { Self($instruction::<$mode>(self.0)) }
        })*
    };
    (@compare $instruction:ident $($method:ident $relation:ident),*) => {
        $(#[inline(always)]
        fn $method(self, other: Self) -> Self::Mask {
            // SAFETY: a vector exists, so the processor has the instruction.
            unsafe { $instruction::<$relation>(self.0, other.0) }
        })*
    };
}

lanes!(Single256 f32, __m256, 8, 23, 127.0, 8_388_608.0;
    _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_add_ps _mm256_sub_ps _mm256_mul_ps _mm256_div_ps
    _mm256_fmadd_ps _mm256_fnmadd_ps _mm256_sqrt_ps _mm256_max_ps _mm256_min_ps _mm256_round_ps _mm256_cmp_ps _mm256_blendv_ps
    _mm256_and_ps _mm256_andnot_ps _mm256_or_ps _mm256_xor_ps _mm256_movemask_ps _mm256_castps_si256 _mm256_castsi256_ps _mm256_slli_epi32
    _mm256_srli_epi32 _mm256_add_epi32 interleave_single part_single);
lanes!(Double256 f64, __m256d, 4, 52, 1023.0, 4_503_599_627_370_496.0;
    _mm256_set1_pd _mm256_loadu_pd _mm256_storeu_pd _mm256_add_pd _mm256_sub_pd _mm256_mul_pd _mm256_div_pd
    _mm256_fmadd_pd _mm256_fnmadd_pd _mm256_sqrt_pd _mm256_max_pd _mm256_min_pd _mm256_round_pd _mm256_cmp_pd _mm256_blendv_pd
    _mm256_and_pd _mm256_andnot_pd _mm256_or_pd _mm256_xor_pd _mm256_movemask_pd _mm256_castpd_si256 _mm256_castsi256_pd _mm256_slli_epi64
    _mm256_srli_epi64 _mm256_add_epi64 interleave_double part_double);

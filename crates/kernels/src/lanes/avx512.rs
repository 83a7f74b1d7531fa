//! Vectors of 512 bits, and of 128 bits by the same instructions.

use std::arch::x86_64::{
    __m128d, __m128i, __m512, __m512d, __mmask8, __mmask16, _CMP_EQ_OQ, _CMP_LE_OQ, _CMP_LT_OQ, _MM_MANT_NORM_1_2,
    _MM_MANT_SIGN_SRC, _mm_add_epi64, _mm_add_pd, _mm_and_pd, _mm_andnot_pd, _mm_castpd_si128, _mm_castsi128_pd,
    _mm_cmp_pd_mask, _mm_cvtsi32_si128, _mm_div_pd, _mm_fmadd_pd, _mm_fnmadd_pd, _mm_getexp_pd, _mm_getmant_pd,
    _mm_loadu_pd, _mm_mask_blend_pd, _mm_mask_storeu_pd, _mm_maskz_loadu_pd, _mm_max_pd, _mm_min_pd, _mm_mul_pd,
    _mm_or_pd, _mm_roundscale_pd, _mm_scalef_pd, _mm_set1_pd, _mm_sll_epi64, _mm_sqrt_pd, _mm_storeu_pd, _mm_sub_pd,
    _mm_unpackhi_pd, _mm_unpacklo_pd, _mm_xor_pd, _mm512_abs_pd, _mm512_abs_ps, _mm512_add_epi32, _mm512_add_epi64,
    _mm512_add_pd, _mm512_add_ps, _mm512_and_pd, _mm512_and_ps, _mm512_andnot_pd, _mm512_andnot_ps,
    _mm512_castpd_si512, _mm512_castps_si512, _mm512_castsi512_pd, _mm512_castsi512_ps, _mm512_cmp_pd_mask,
    _mm512_cmp_ps_mask, _mm512_div_pd, _mm512_div_ps, _mm512_fmadd_pd, _mm512_fmadd_ps, _mm512_fnmadd_pd,
    _mm512_fnmadd_ps, _mm512_getexp_pd, _mm512_getexp_ps, _mm512_getmant_pd, _mm512_getmant_ps, _mm512_loadu_pd,
    _mm512_loadu_ps, _mm512_mask_blend_pd, _mm512_mask_blend_ps, _mm512_mask_storeu_pd, _mm512_mask_storeu_ps,
    _mm512_maskz_loadu_pd, _mm512_maskz_loadu_ps, _mm512_max_pd, _mm512_max_ps, _mm512_min_pd, _mm512_min_ps,
    _mm512_mul_pd, _mm512_mul_ps, _mm512_or_pd, _mm512_or_ps, _mm512_permutex2var_pd, _mm512_permutex2var_ps,
    _mm512_roundscale_pd, _mm512_roundscale_ps, _mm512_scalef_pd, _mm512_scalef_ps, _mm512_set1_pd, _mm512_set1_ps,
    _mm512_setr_epi32, _mm512_setr_epi64, _mm512_slli_epi32, _mm512_slli_epi64, _mm512_sqrt_pd, _mm512_sqrt_ps,
    _mm512_storeu_pd, _mm512_storeu_ps, _mm512_sub_pd, _mm512_sub_ps, _mm512_xor_pd, _mm512_xor_ps,
};

use super::{Lanes, Work};
use crate::real::Real;

/// Does work with vectors of 512 bits.
///
/// # Safety
/// The processor has the features.
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")]
pub(crate) unsafe fn run<T: Real, W: Work<T>>(work: W) -> W::Output {
    // SAFETY: the caller says that the processor has the features.
    unsafe { work.run::<T::Avx512>() }
}

/// Sixteen numbers of single precision.
#[derive(Clone, Copy)]
pub struct Single512(__m512);

/// Eight numbers of double precision.
#[derive(Clone, Copy)]
pub struct Double512(__m512d);

/// Two numbers of double precision, by the instructions that do the same on 512 bits: single numbers have the same values as
/// those in long vectors, and take less time.
#[derive(Clone, Copy)]
pub(crate) struct Double128(__m128d);

/// The absolute values, for which there is no instruction of 128 bits.
///
/// # Safety
/// Every processor of this architecture has the instructions.
#[inline(always)]
unsafe fn absolute_128(x: __m128d) -> __m128d {
    // SAFETY: as above.
    unsafe { _mm_andnot_pd(_mm_set1_pd(-0.0), x) }
}

/// Shifts to the left, with the parameter that the other widths have.
///
/// # Safety
/// Every processor of this architecture has the instruction.
#[inline(always)]
unsafe fn shift_128<const BY: u32>(x: __m128i) -> __m128i {
    // SAFETY: as above.
    unsafe { _mm_sll_epi64(x, _mm_cvtsi32_si128(BY as i32)) }
}

/// Numbers of two vectors in another order, each result by the places of its numbers in both.
macro_rules! permutations {
    ($($name:ident $vector:ty, $permute:ident, $set:ident, $low:tt, $high:tt;)*) => {
        $(/// # Safety
        /// The processor has the instructions.
        #[inline(always)]
        unsafe fn $name(a: $vector, b: $vector) -> ($vector, $vector) {
            // SAFETY: the caller's promise.
            unsafe { ($permute(a, $set $low, b), $permute(a, $set $high, b)) }
        })*
    };
}

permutations!(
    interleave_single __m512, _mm512_permutex2var_ps, _mm512_setr_epi32,
        (0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
        (8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    part_single __m512, _mm512_permutex2var_ps, _mm512_setr_epi32,
        (0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30),
        (1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    interleave_double __m512d, _mm512_permutex2var_pd, _mm512_setr_epi64,
        (0, 8, 1, 9, 2, 10, 3, 11), (4, 12, 5, 13, 6, 14, 7, 15);
    part_double __m512d, _mm512_permutex2var_pd, _mm512_setr_epi64,
        (0, 2, 4, 6, 8, 10, 12, 14), (1, 3, 5, 7, 9, 11, 13, 15);
);

/// Of pairs, both orders are the same.
///
/// # Safety
/// Every processor of this architecture has the instructions.
#[inline(always)]
unsafe fn turn_128(a: __m128d, b: __m128d) -> (__m128d, __m128d) {
    // SAFETY: as above.
    unsafe { (_mm_unpacklo_pd(a, b), _mm_unpackhi_pd(a, b)) }
}

macro_rules! lanes {
    ($name:ident $real:ty, $mask:ty, $width:literal;
        $set:ident $load:ident $load_first:ident $store:ident $store_first:ident
        $add:ident $sub:ident $mul:ident $div:ident $fmadd:ident $fnmadd:ident $sqrt:ident $abs:ident $max:ident $min:ident
        $round:ident $cmp:ident $blend:ident $scalef:ident $getexp:ident $getmant:ident
        $and:ident $andnot:ident $or:ident $xor:ident $to_bits:ident $from_bits:ident $left:ident
        $add_bits:ident $interleave:ident $part:ident) => {
        impl Lanes for $name {
            type Real = $real;
            type Mask = $mask;
            const WIDTH: usize = $width;
            const PANEL: usize = 4;

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
                // SAFETY: the caller says that `count` numbers can be read; no others are touched.
                unsafe { $name($load_first(first(count) as $mask, from)) }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $real) {
                // SAFETY: the caller says that the numbers can be written.
                unsafe { $store(to, self.0) }
            }
            #[inline(always)]
            unsafe fn store_first(self, to: *mut $real, count: usize) {
                // SAFETY: the caller says that `count` numbers can be written; no others are touched.
                unsafe { $store_first(to, first(count) as $mask, self.0) }
            }
            lanes!(@binary add $add, subtract $sub, multiply $mul, divide $div, larger $max, smaller $min,
                scale $scalef);
            lanes!(@unary square_root $sqrt, absolute $abs);
            lanes!(@round $round floor 9, ceiling 10, round 8, truncate 11);
            lanes!(@compare $cmp is_less _CMP_LT_OQ, is_at_most _CMP_LE_OQ, is_equal _CMP_EQ_OQ);
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
                    let raised = $left::<{ <$real>::MANTISSA_DIGITS - 1 }>($to_bits(self.0));
                    $name($from_bits($add_bits(raised, $to_bits($set(1.0)))))
                }
            }
            #[inline(always)]
            fn all(mask: $mask) -> bool {
                u32::from(mask) == first($width)
            }
            #[inline(always)]
            fn copy_sign(self, other: Self) -> Self {
                // SAFETY: a vector exists, so the processor has the instructions.
                unsafe { $name($or($andnot($set(-0.0), self.0), $and($set(-0.0), other.0))) }
            }
            /// A number to which 3/2 of a power of two is added that fills its digits has its integer in the lowest bits.
            #[inline(always)]
            fn negate_odd(self, integer: Self) -> Self {
                // SAFETY: a vector exists, so the processor has the instructions.
                unsafe {
                    let raised = $add(integer.0, $set(1.5 / <$real>::EPSILON));
                    $name($xor(self.0, $from_bits($left::<{ 8 * size_of::<$real>() as u32 - 1 }>($to_bits(raised)))))
                }
            }
            #[inline(always)]
            fn select(mask: $mask, yes: Self, no: Self) -> Self {
                // SAFETY: a vector exists, so the processor has the instruction.
                unsafe { $name($blend(mask, no.0, yes.0)) }
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
                unsafe { ($name($getexp(self.0)), $name($getmant::<_MM_MANT_NORM_1_2, _MM_MANT_SIGN_SRC>(self.0))) }
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
    (@unary $($method:ident $instruction:ident),*) => {
        $(#[inline(always)]
        fn $method(self) -> Self {
            // SAFETY: a vector exists, so the processor has the instruction.
            unsafe { Self($instruction(self.0)) }
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

/// The mask of the first so many places.
#[inline(always)]
fn first(count: usize) -> u32 {
    (1u32 << count) - 1
}

lanes!(Single512 f32, __mmask16, 16;
    _mm512_set1_ps _mm512_loadu_ps _mm512_maskz_loadu_ps _mm512_storeu_ps _mm512_mask_storeu_ps
    _mm512_add_ps _mm512_sub_ps _mm512_mul_ps _mm512_div_ps _mm512_fmadd_ps _mm512_fnmadd_ps _mm512_sqrt_ps _mm512_abs_ps
    _mm512_max_ps _mm512_min_ps _mm512_roundscale_ps _mm512_cmp_ps_mask _mm512_mask_blend_ps _mm512_scalef_ps
    _mm512_getexp_ps _mm512_getmant_ps _mm512_and_ps _mm512_andnot_ps _mm512_or_ps _mm512_xor_ps _mm512_castps_si512
    _mm512_castsi512_ps _mm512_slli_epi32 _mm512_add_epi32 interleave_single part_single);
lanes!(Double512 f64, __mmask8, 8;
    _mm512_set1_pd _mm512_loadu_pd _mm512_maskz_loadu_pd _mm512_storeu_pd _mm512_mask_storeu_pd
    _mm512_add_pd _mm512_sub_pd _mm512_mul_pd _mm512_div_pd _mm512_fmadd_pd _mm512_fnmadd_pd _mm512_sqrt_pd _mm512_abs_pd
    _mm512_max_pd _mm512_min_pd _mm512_roundscale_pd _mm512_cmp_pd_mask _mm512_mask_blend_pd _mm512_scalef_pd
    _mm512_getexp_pd _mm512_getmant_pd _mm512_and_pd _mm512_andnot_pd _mm512_or_pd _mm512_xor_pd _mm512_castpd_si512
    _mm512_castsi512_pd _mm512_slli_epi64 _mm512_add_epi64 interleave_double part_double);
lanes!(Double128 f64, __mmask8, 2;
    _mm_set1_pd _mm_loadu_pd _mm_maskz_loadu_pd _mm_storeu_pd _mm_mask_storeu_pd
    _mm_add_pd _mm_sub_pd _mm_mul_pd _mm_div_pd _mm_fmadd_pd _mm_fnmadd_pd _mm_sqrt_pd absolute_128 _mm_max_pd _mm_min_pd
    _mm_roundscale_pd _mm_cmp_pd_mask _mm_mask_blend_pd _mm_scalef_pd _mm_getexp_pd _mm_getmant_pd
    _mm_and_pd _mm_andnot_pd _mm_or_pd _mm_xor_pd _mm_castpd_si128 _mm_castsi128_pd shift_128 _mm_add_epi64 turn_128 turn_128);

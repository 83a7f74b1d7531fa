//! Large angles without multiples of a right angle, with as many digits of `2/Pi` as that needs.
//!
//! M. Payne, R. Hanek: Radian reduction for trigonometric functions, SIGNUM Newsletter 18 (1983).

use crate::real::Real;

/// What is taken from angles: multiples of a right angle, an even or an odd number of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Multiples {
    /// Right angles: at most half of one is left.
    All,
    /// Half turns: at most a right angle is left.
    Even,
    /// Half turns of the angle after a right angle was added to it.
    Odd,
}

/// Of large angles and of what is no number: the multiples, up to full turns, and what is left of the angle as a sum of two
/// numbers.
#[cold]
#[inline(never)]
pub(crate) fn reduce<T: Real>(angles: &[T], counts: &mut [T], [rests, lows]: [&mut [T]; 2], multiples: Multiples) {
    for (((&angle, count), rest), low) in angles.iter().zip(counts).zip(rests).zip(lows) {
        let angle = angle.to_double();
        if angle.abs() <= T::LARGE_ANGLE.to_double() {
            continue;
        }
        let (taken, [high, lost]) = match angle.is_finite() {
            true => taken(angle, multiples),
            false => (0, [f64::NAN; 2]),
        };
        *count = T::from_double(f64::from(taken));
        *rest = T::from_double(high);
        *low = T::from_double(high - rest.to_double() + lost);
    }
}

/// The multiples of a number whose size is larger than 1, up to full turns, and what is left of it.
fn taken(angle: f64, multiples: Multiples) -> (i32, [f64; 2]) {
    let (count, [high, low]) = nearest(angle.abs());
    let is_wanted = match multiples {
        Multiples::All => true,
        Multiples::Even => count % 2 == 0,
        Multiples::Odd => count % 2 == 1,
    };
    // Near a maximum of the wave a rounded angle has a small influence.
    let (count, high) = match (is_wanted, high > 0.0) {
        (true, _) => (count, high),
        (false, true) => (count + 1, high - std::f64::consts::FRAC_PI_2),
        (false, false) => (count - 1, high + std::f64::consts::FRAC_PI_2),
    };
    // The sign of the angle is that of all.
    let (count, rest) = if angle < 0.0 { (-count, [-high, -low]) } else { (count, [high, low]) };
    match multiples {
        Multiples::All => (count, rest),
        Multiples::Even => (count / 2, rest),
        Multiples::Odd => ((count + 1) / 2, rest),
    }
}

/// The binary digits of `2/Pi` behind the point.
const TWO_OVER_PI: [u64; 20] = [
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
    0xf0cf_bc20_9af4_361d,
];

/// `Pi/2` times 2 to the power of 63.
const RIGHT_ANGLE: u64 = 0xc90f_daa2_2168_c235;

/// The nearest multiple of a right angle, up to multiples of 4, and the difference from it.
fn nearest(angle: f64) -> (i32, [f64; 2]) {
    let bits = angle.to_bits();
    let exponent = (bits >> 52) as i64 - 1075;
    let mantissa = (bits & ((1 << 52) - 1)) | (1 << 52);
    // Digits that give multiples of 4 are left out; 192 digits are enough for the rest.
    let skipped = (exponent - 2).max(0) as usize;
    let word = |k: usize| {
        let (place, offset) = ((skipped + 64 * k) / 64, skipped % 64);
        let next = if offset == 0 { 0 } else { TWO_OVER_PI[place + 1] >> (64 - offset) };
        (TWO_OVER_PI[place] << offset) | next
    };
    // The product, lowest word first, in which the last digit stands for 2 to the power of exponent - skipped - 192.
    let mut product = [0u64; 4];
    let mut carry = 0u128;
    for (k, place) in product[..3].iter_mut().enumerate() {
        let sum = u128::from(mantissa) * u128::from(word(2 - k)) + carry;
        *place = sum as u64;
        carry = sum >> 64;
    }
    product[3] = carry as u64;
    // In which it stands for 2^-190: then the first two digits of 192 are the number modulo 4.
    let shift = (2 - exponent).max(0) as u32;
    if shift > 0 {
        for k in 0..4 {
            let above = if k < 3 { product[k + 1] } else { 0 };
            product[k] = (product[k] >> shift) | (above << (64 - shift));
        }
    }
    let [low, middle, high, _] = product;
    let mut count = (high >> 62) as i32;
    // As a signed fraction between -1/2 and 1/2 of 2^190: its size and its sign.
    let mut fraction = [high & (u64::MAX >> 2), middle, low];
    let above = fraction[0] >> 61 == 1;
    if above {
        count += 1;
        let mut borrow = 1u128;
        for (place, limit) in fraction.iter_mut().zip([u64::MAX >> 2, u64::MAX, u64::MAX]).rev() {
            let sum = u128::from(!*place & limit) + borrow;
            *place = sum as u64 & limit;
            borrow = u128::from(sum > u128::from(limit));
        }
    }
    let zeros = match fraction {
        [0, 0, low] => 128 + low.leading_zeros(),
        [0, middle, _] => 64 + middle.leading_zeros(),
        [high, ..] => high.leading_zeros(),
    };
    let (first, offset) = ((zeros / 64) as usize, zeros % 64);
    let at = |k: usize| fraction.get(k).copied().unwrap_or(0);
    let next = if offset == 0 { 0 } else { at(first + 1) >> (64 - offset) };
    let leading = (at(first).checked_shl(offset).unwrap_or(0)) | next;
    // Times Pi/2, in units of 2 to the power of -61 - zeros.
    let size = ((u128::from(leading) * u128::from(RIGHT_ANGLE)) >> 64) as u64;
    let rounded = size as f64;
    let lost = (i128::from(size) - rounded as i128) as f64;
    let unit = if above { -1.0 } else { 1.0 } * power_of_two(-61 - i64::from(zeros));
    (count & 3, [rounded * unit, lost * unit])
}

fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

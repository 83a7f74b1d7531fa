//! Exact integers of any size, without allocation as long as they fit a machine word.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};
use std::sync::Arc;

use dashu_base::{BitTest, Sign, UnsignedAbs};
use dashu_int::{IBig, UBig};

/// An exact integer of any size. Those that fit an `i64` are always held as one.
///
/// ```
/// use netform_expr::number::Integer;
///
/// let large = &Integer::from(i64::MAX) + &Integer::from(1);
/// assert_eq!(large.to_string(), "9223372036854775808");
/// assert_eq!((&large - &Integer::from(1)).as_i64(), Some(i64::MAX));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Integer(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Small(i64),
    /// Never a value that fits an `i64`.
    Big(Arc<IBig>),
}

/// The largest number of bits of an integer that a product, a power, a factorial or a shift may produce: 10 million digits.
/// Operations on such integers take a second or a few, so that time limits and Ctrl-C are heeded.
pub(crate) const MAX_INTEGER_BITS: usize = 1 << 25;

impl Integer {
    /// The integer 0.
    pub const ZERO: Integer = Integer(Repr::Small(0));
    /// The integer 1.
    pub const ONE: Integer = Integer(Repr::Small(1));
    /// The integer -1.
    pub const MINUS_ONE: Integer = Integer(Repr::Small(-1));

    /// The non-negative integer with these digits to the base 2^64, the lowest first.
    pub fn from_words(words: &[u64]) -> Integer {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        Integer::from(UBig::from_le_bytes(&bytes))
    }

    /// The value as a machine word, if it fits.
    #[inline]
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(n) => Some(*n),
            Repr::Big(_) => None,
        }
    }

    /// The value as an integer of any size, borrowed if it does not fit a machine word.
    pub fn as_ibig(&self) -> Cow<'_, IBig> {
        match &self.0 {
            Repr::Small(n) => Cow::Owned(IBig::from(*n)),
            Repr::Big(n) => Cow::Borrowed(n),
        }
    }

    /// The value as an integer of any size.
    pub fn to_ibig(&self) -> IBig {
        self.as_ibig().into_owned()
    }

    /// The absolute value.
    pub fn unsigned_abs(&self) -> UBig {
        match &self.0 {
            Repr::Small(n) => UBig::from(n.unsigned_abs()),
            Repr::Big(n) => (**n).clone().unsigned_abs(),
        }
    }

    /// The absolute value.
    pub fn abs(&self) -> Integer {
        if self.sign() < 0 { -self } else { self.clone() }
    }

    /// -1, 0 or 1.
    pub fn sign(&self) -> i8 {
        match &self.0 {
            Repr::Small(n) => n.signum() as i8,
            Repr::Big(n) if n.sign() == Sign::Negative => -1,
            Repr::Big(_) => 1,
        }
    }

    /// Whether the value is 0.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small(0))
    }

    /// Whether the value is 1.
    pub fn is_one(&self) -> bool {
        matches!(self.0, Repr::Small(1))
    }

    /// Whether the value is a multiple of 2.
    pub fn is_even(&self) -> bool {
        match &self.0 {
            Repr::Small(n) => n % 2 == 0,
            Repr::Big(n) => !n.bit(0),
        }
    }

    /// The number of binary digits of the absolute value, 0 for 0.
    pub fn bit_length(&self) -> usize {
        match &self.0 {
            Repr::Small(n) => (64 - n.unsigned_abs().leading_zeros()) as usize,
            Repr::Big(n) => n.bit_len(),
        }
    }

    /// The machine words that it keeps on the heap.
    pub(crate) fn heap_words(&self) -> usize {
        match &self.0 {
            Repr::Small(_) => 0,
            Repr::Big(n) => n.as_sign_words().1.len(),
        }
    }

    /// The nearest machine real, ties to even; infinite beyond the range of machine reals.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Small(n) => *n as f64,
            Repr::Big(n) => n.to_f64().value(),
        }
    }

    /// The product, if it is not absurdly large.
    pub fn checked_mul(&self, other: &Integer) -> Option<Integer> {
        if let (Repr::Big(a), Repr::Big(b)) = (&self.0, &other.0)
            && a.bit_len() + b.bit_len() > MAX_INTEGER_BITS
        {
            return None;
        }
        Some(self * other)
    }

    /// The power with an exponent that is a machine word, if it is not absurdly large.
    pub fn pow(&self, exponent: u64) -> Option<Integer> {
        if let Repr::Small(n) = self.0 {
            match n {
                0 => return Some(Integer::from(i64::from(exponent == 0))),
                1 => return Some(Integer::ONE),
                -1 => return Some(Integer::from(if exponent.is_multiple_of(2) { 1 } else { -1 })),
                _ => {}
            }
            if let Some(value) = u32::try_from(exponent).ok().and_then(|e| n.checked_pow(e)) {
                return Some(Integer::from(value));
            }
        }
        let exponent = usize::try_from(exponent).ok()?;
        let bits = exponent.checked_mul(self.bit_length().saturating_sub(1).max(1))?;
        (bits <= MAX_INTEGER_BITS).then(|| Integer::from(self.as_ibig().pow(exponent)))
    }

    /// How often this number can be divided by a factor of at least 2, and what is left then.
    pub fn remove(&self, factor: &Integer) -> (Integer, u64) {
        if self.is_zero() || factor.sign() <= 0 || factor.is_one() {
            return (self.clone(), 0);
        }
        let mut rest = self.unsigned_abs();
        let times = rest.remove(&factor.unsigned_abs()).unwrap_or(0) as u64;
        let rest = IBig::from(rest);
        (Integer::from(if self.sign() < 0 { -rest } else { rest }), times)
    }

    /// The quotient rounded towards negative infinity and the remainder, which has the sign of the
    /// divisor; nothing for the divisor 0.
    pub fn div_rem_floor(&self, divisor: &Integer) -> Option<(Integer, Integer)> {
        if divisor.is_zero() {
            return None;
        }
        if let (Some(a), Some(b)) = (self.as_i64(), divisor.as_i64())
            && let (Some(q), Some(r)) = (a.checked_div(b), a.checked_rem(b))
        {
            return Some(if r != 0 && (r < 0) != (b < 0) {
                (Integer::from(q - 1), Integer::from(r + b))
            } else {
                (Integer::from(q), Integer::from(r))
            });
        }
        let (a, b) = (self.as_ibig(), divisor.as_ibig());
        let (q, r) = (a.as_ref() / b.as_ref(), a.as_ref() % b.as_ref());
        Some(if !r.is_zero() && r.sign() != b.sign() {
            (Integer::from(q - IBig::ONE), Integer::from(r + b.as_ref()))
        } else {
            (Integer::from(q), Integer::from(r))
        })
    }
}

impl From<i64> for Integer {
    fn from(value: i64) -> Integer {
        Integer(Repr::Small(value))
    }
}

impl From<IBig> for Integer {
    fn from(value: IBig) -> Integer {
        match i64::try_from(&value) {
            Ok(small) => Integer(Repr::Small(small)),
            Err(_) => Integer(Repr::Big(Arc::new(value))),
        }
    }
}

impl From<UBig> for Integer {
    fn from(value: UBig) -> Integer {
        Integer::from(IBig::from(value))
    }
}

/// Takes over a shared large integer without copying it.
impl From<Arc<IBig>> for Integer {
    fn from(value: Arc<IBig>) -> Integer {
        match i64::try_from(&*value) {
            Ok(small) => Integer(Repr::Small(small)),
            Err(_) => Integer(Repr::Big(value)),
        }
    }
}

impl Add for &Integer {
    type Output = Integer;

    #[inline]
    fn add(self, other: &Integer) -> Integer {
        if let (Some(a), Some(b)) = (self.as_i64(), other.as_i64())
            && let Some(sum) = a.checked_add(b)
        {
            return Integer::from(sum);
        }
        Integer::from(self.as_ibig().as_ref() + other.as_ibig().as_ref())
    }
}

impl Sub for &Integer {
    type Output = Integer;

    #[inline]
    fn sub(self, other: &Integer) -> Integer {
        if let (Some(a), Some(b)) = (self.as_i64(), other.as_i64())
            && let Some(difference) = a.checked_sub(b)
        {
            return Integer::from(difference);
        }
        Integer::from(self.as_ibig().as_ref() - other.as_ibig().as_ref())
    }
}

impl Mul for &Integer {
    type Output = Integer;

    #[inline]
    fn mul(self, other: &Integer) -> Integer {
        if let (Some(a), Some(b)) = (self.as_i64(), other.as_i64())
            && let Some(product) = a.checked_mul(b)
        {
            return Integer::from(product);
        }
        Integer::from(self.as_ibig().as_ref() * other.as_ibig().as_ref())
    }
}

impl Neg for &Integer {
    type Output = Integer;

    fn neg(self) -> Integer {
        match &self.0 {
            Repr::Small(n) => match n.checked_neg() {
                Some(negated) => Integer::from(negated),
                None => Integer::from(-IBig::from(*n)),
            },
            Repr::Big(n) => Integer::from(-&**n),
        }
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Integer) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Integer) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Small(a), Repr::Small(b)) => a.cmp(b),
            (Repr::Big(a), Repr::Big(b)) => a.cmp(b),
            (Repr::Small(_), Repr::Big(_)) => 0.cmp(&other.sign()),
            (Repr::Big(_), Repr::Small(_)) => self.sign().cmp(&0),
        }
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(n) => write!(f, "{n}"),
            Repr::Big(n) => write!(f, "{n}"),
        }
    }
}

impl fmt::Debug for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

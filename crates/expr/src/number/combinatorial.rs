//! Functions of integers that count: greatest common divisors, factorials, binomials, modular
//! powers and digits.

use dashu_base::{BitTest, DivRem, Gcd};
use dashu_int::UBig;
use dashu_int::fast_div::ConstDivisor;

use super::integer::MAX_INTEGER_BITS;
use super::{Exception, Integer, Number};

impl Integer {
    /// The greatest common divisor, not negative; that of zeros is 0.
    ///
    /// ```
    /// use netform_expr::number::Integer;
    /// assert_eq!(Integer::from(-12).gcd(&Integer::from(18)), Integer::from(6));
    /// ```
    pub fn gcd(&self, other: &Integer) -> Integer {
        if self.is_zero() {
            return other.abs();
        }
        if other.is_zero() {
            return self.abs();
        }
        if let (Some(a), Some(b)) = (self.as_i64(), other.as_i64()) {
            let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
            while b != 0 {
                (a, b) = (b, a % b);
            }
            return Integer::from(UBig::from(a));
        }
        Integer::from(self.unsigned_abs().gcd(&other.unsigned_abs()))
    }

    /// The least common multiple, not negative.
    pub fn lcm(&self, other: &Integer) -> Integer {
        if self.is_zero() || other.is_zero() {
            return Integer::ZERO;
        }
        let divisor = self.gcd(other);
        match self.div_rem_floor(&divisor) {
            Some((quotient, _)) => (&quotient * other).abs(),
            None => Integer::ZERO,
        }
    }

    /// The factorial of a natural number, if it is not absurdly large.
    ///
    /// ```
    /// use netform_expr::number::Integer;
    /// assert_eq!(Integer::factorial(25).unwrap().to_string(), "15511210043330985984000000");
    /// ```
    pub fn factorial(n: u64) -> Option<Integer> {
        let bits = n as f64 * (n as f64).log2().max(1.0);
        (bits <= MAX_INTEGER_BITS as f64).then(|| Integer::from(product(1, n)))
    }

    /// `Binomial[n, k]` for integers of any sign.
    pub fn binomial(n: &Integer, k: &Integer) -> Result<Integer, Exception> {
        if k.sign() < 0 {
            // Only both negative with k <= n leaves something: (-1)^(n-k) Binomial[-k-1, n-k].
            let rest = n - k;
            if n.sign() >= 0 || rest.sign() < 0 {
                return Ok(Integer::ZERO);
            }
            let value = Integer::binomial(&(&Integer::MINUS_ONE - k), &rest)?;
            return Ok(if rest.is_even() { value } else { -&value });
        }
        if n.sign() < 0 {
            let value = Integer::binomial(&(&(k - n) - &Integer::ONE), k)?;
            return Ok(if k.is_even() { value } else { -&value });
        }
        if k > n {
            return Ok(Integer::ZERO);
        }
        let other = n - k;
        let k = if *k < other { k } else { &other };
        let count = k.as_i64().ok_or(Exception::Overflow)? as u64;
        if count as f64 * n.bit_length() as f64 > MAX_INTEGER_BITS as f64 {
            return Err(Exception::Overflow);
        }
        let top = n.unsigned_abs();
        let falling = falling_product(&(&top - UBig::from(count)), 1, count);
        Ok(Integer::from(falling / product(1, count)))
    }

    /// `PowerMod[base, exponent, modulus]`: the power with the sign of the modulus, by the inverse
    /// if the exponent is negative; an exception if there is none or the modulus is 0.
    ///
    /// ```
    /// use netform_expr::number::Integer;
    /// let power = Integer::power_mod(&Integer::from(3), &Integer::from(-1), &Integer::from(7));
    /// assert_eq!(power, Ok(Integer::from(5)));
    /// ```
    pub fn power_mod(base: &Integer, exponent: &Integer, modulus: &Integer) -> Result<Integer, Exception> {
        if modulus.is_zero() {
            return Err(Exception::Indeterminate);
        }
        let magnitude = modulus.unsigned_abs();
        if magnitude == UBig::ONE {
            return Ok(Integer::ZERO);
        }
        let ring = ConstDivisor::new(magnitude);
        let base = ring.reduce(base.to_ibig());
        let base = if exponent.sign() < 0 { base.inv().ok_or(Exception::Symbolic)? } else { base };
        let power = Integer::from(base.pow(&exponent.unsigned_abs()).residue());
        Ok(if modulus.sign() < 0 && !power.is_zero() { &power + modulus } else { power })
    }

    /// The digits of the absolute value in a base of at least 2, the first not 0; none for 0.
    ///
    /// ```
    /// use netform_expr::number::Integer;
    /// let digits = Integer::from(-18).digits(&Integer::from(3)).unwrap();
    /// assert_eq!(digits, [2, 0, 0].map(Integer::from));
    /// ```
    pub fn digits(&self, base: &Integer) -> Option<Vec<Integer>> {
        if *base <= Integer::ONE {
            return None;
        }
        if self.is_zero() {
            return Some(Vec::new());
        }
        // base, base^2, base^4, ..., below the square root of the integer.
        let number = self.unsigned_abs();
        let mut powers = vec![base.unsigned_abs()];
        while let Some(last) = powers.last()
            && 2 * last.bit_len() <= number.bit_len() + 1
        {
            powers.push(last.sqr());
        }
        let mut digits = Vec::new();
        push_digits(&number, &powers, false, &mut digits);
        Some(digits)
    }

    /// The integer with these digits in a base, the most significant first; digits may be negative or larger than the base.
    ///
    /// ```
    /// use netform_expr::number::Integer;
    /// assert_eq!(Integer::from_digits(&[2, 0, 0].map(Integer::from), &Integer::from(3)), Integer::from(18));
    /// ```
    pub fn from_digits(digits: &[Integer], base: &Integer) -> Integer {
        // Neighbours become one digit in the base's square, until one is left.
        let (mut digits, mut base) = (digits.to_vec(), base.clone());
        while digits.len() > 1 {
            let lone = digits.len() % 2;
            let pairs = digits[lone..].chunks(2).map(|pair| &(&pair[0] * &base) + &pair[1]);
            digits = digits[..lone].iter().cloned().chain(pairs).collect();
            base = &base * &base;
        }
        digits.pop().unwrap_or(Integer::ZERO)
    }
}

/// The digits of a number below the square of the last of the powers `b, b^2, b^4, ...`: those of the quotient and of the
/// remainder by this power, which halves the number of digits (Knuth, The Art of Computer Programming, 4.4). All that there is
/// room for are wanted if `full`, else zeros at the beginning are left out.
fn push_digits(number: &UBig, powers: &[UBig], full: bool, digits: &mut Vec<Integer>) {
    let Some((power, smaller)) = powers.split_last() else {
        if full || !number.is_zero() {
            digits.push(Integer::from(number.clone()));
        }
        return;
    };
    let (high, low) = number.div_rem(power);
    let begun = digits.len();
    push_digits(&high, smaller, full, digits);
    push_digits(&low, smaller, full || digits.len() > begun, digits);
}

impl Number {
    /// `GCD` of two rational numbers: the largest rational of which both are integer multiples;
    /// nothing for inexact and complex numbers.
    pub fn gcd(&self, other: &Number) -> Option<Number> {
        let numerator = self.numerator()?.gcd(&other.numerator()?);
        let denominator = self.denominator()?.lcm(&other.denominator()?);
        Number::rational(&numerator, &denominator).ok()
    }

    /// `LCM` of two rational numbers: the smallest positive rational that is an integer multiple
    /// of both; nothing for inexact and complex numbers.
    pub fn lcm(&self, other: &Number) -> Option<Number> {
        let numerator = self.numerator()?.lcm(&other.numerator()?);
        let denominator = self.denominator()?.gcd(&other.denominator()?);
        Number::rational(&numerator, &denominator).ok()
    }
}

/// The product of the integers from `low` to `high`, halved so that the factors have equal sizes.
fn product(low: u64, high: u64) -> UBig {
    falling_product(&UBig::ZERO, low, high)
}

/// The product of `base + i` for `i` from `low` to `high`.
fn falling_product(base: &UBig, low: u64, high: u64) -> UBig {
    if low > high {
        return UBig::ONE;
    }
    if high - low < 16 {
        return (low..=high).fold(UBig::ONE, |product, i| product * (base + UBig::from(i)));
    }
    let middle = low + (high - low) / 2;
    falling_product(base, low, middle) * falling_product(base, middle + 1, high)
}

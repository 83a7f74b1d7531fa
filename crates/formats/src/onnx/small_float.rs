//! Real numbers of at most 8 bits.
//!
//! <https://onnx.ai/onnx/technical/float8.html>, <https://onnx.ai/onnx/technical/float4.html>

use netform_expr::{Expr, Sym};

/// A type of numbers: a sign, an exponent and a mantissa.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SmallFloat {
    /// Its number in the format.
    pub(super) code: i64,
    pub(super) name: &'static str,
    pub(super) bits: u32,
    mantissa: u32,
    /// What is added to exponents.
    bias: i32,
    special: Special,
}

/// Which bits are no finite number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Special {
    None,
    /// The largest exponent has infinity and what is not a number.
    Infinity,
    /// All ones but for the sign are not a number.
    Ones,
    /// What would be the negative zero is not a number.
    NegativeZero,
}

const TYPES: &[SmallFloat] = &[
    SmallFloat { code: 17, name: "FLOAT8E4M3FN", bits: 8, mantissa: 3, bias: 7, special: Special::Ones },
    SmallFloat { code: 18, name: "FLOAT8E4M3FNUZ", bits: 8, mantissa: 3, bias: 8, special: Special::NegativeZero },
    SmallFloat { code: 19, name: "FLOAT8E5M2", bits: 8, mantissa: 2, bias: 15, special: Special::Infinity },
    SmallFloat { code: 20, name: "FLOAT8E5M2FNUZ", bits: 8, mantissa: 2, bias: 16, special: Special::NegativeZero },
    SmallFloat { code: 23, name: "FLOAT4E2M1", bits: 4, mantissa: 1, bias: 1, special: Special::None },
];

impl SmallFloat {
    /// The type with this number in the format.
    pub(super) fn of(code: i64) -> Option<&'static SmallFloat> {
        TYPES.iter().find(|small| small.code == code)
    }

    /// The number with these bits.
    pub(super) fn value(&self, bits: u8) -> f64 {
        let sign = bits >> (self.bits - 1) & 1;
        let size = bits & ((1 << (self.bits - 1)) - 1);
        let (exponent, part) = (size >> self.mantissa, size & ((1 << self.mantissa) - 1));
        let ones = (1 << (self.bits - 1 - self.mantissa)) - 1;
        match self.special {
            Special::NegativeZero if sign == 1 && size == 0 => return f64::NAN,
            Special::Ones if exponent == ones && part == (1 << self.mantissa) - 1 => return f64::NAN,
            Special::Infinity if exponent == ones && part != 0 => return f64::NAN,
            Special::Infinity if exponent == ones => return if sign == 1 { -f64::INFINITY } else { f64::INFINITY },
            _ => {}
        }
        let unit = 2_f64.powi(i32::from(exponent.max(1)) - self.bias - self.mantissa as i32);
        let whole = if exponent == 0 { 0 } else { 1_u32 << self.mantissa };
        let value = f64::from(whole + u32::from(part)) * unit;
        if sign == 1 { -value } else { value }
    }

    /// What rounding to the type needs: the bits of the mantissa, the least exponent, the greatest number, and what is
    /// beyond it; 0 if nothing is.
    pub(super) fn rounding(&self) -> Expr {
        let codes = 0..1_u8 << (self.bits - 1);
        let greatest = codes.map(|code| self.value(code)).filter(|value| value.is_finite()).fold(0.0, f64::max);
        let beyond = match self.special {
            Special::Infinity => Expr::symbol("System`Infinity"),
            Special::None => Expr::integer(0),
            Special::Ones | Special::NegativeZero => Sym::Indeterminate.into(),
        };
        Expr::list([
            Expr::integer(i64::from(self.mantissa)),
            Expr::integer(i64::from(1 - self.bias)),
            Expr::integer(greatest as i64),
            beyond,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::SmallFloat;

    #[test]
    fn bits_are_numbers() {
        let of = |code| SmallFloat::of(code).expect("a known type");
        assert_eq!([0x00, 0x01, 0x38, 0x7e, 0xb8].map(|bits| of(17).value(bits)), [0.0, 0.001953125, 1.0, 448.0, -1.0]);
        assert!(of(17).value(0x7f).is_nan() && of(18).value(0x80).is_nan() && of(19).value(0x7d).is_nan());
        assert_eq!([0x7b, 0x7c, 0xfc].map(|bits| of(19).value(bits)), [57344.0, f64::INFINITY, -f64::INFINITY]);
        assert_eq!([0x7f, 0x40].map(|bits| of(18).value(bits)), [240.0, 1.0]);
        assert_eq!([0x7f, 0x01].map(|bits| of(20).value(bits)), [57344.0, 2_f64.powi(-17)]);
        let all: Vec<f64> = (0..8).map(|bits| of(23).value(bits)).collect();
        assert_eq!(all, [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0]);
    }
}

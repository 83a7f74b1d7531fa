//! The element types of arrays.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::buffer::Buffer;

/// The type of an array's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ElementType {
    /// Truth values.
    Bool,
    /// Signed integers of 64 bits.
    I64,
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary64.
    F64,
    /// Pairs of binary64: real and imaginary part.
    Complex,
}

impl ElementType {
    /// The size of one element in bytes.
    pub const fn size_in_bytes(self) -> usize {
        match self {
            ElementType::Bool => size_of::<bool>(),
            ElementType::I64 => size_of::<i64>(),
            ElementType::F32 => size_of::<f32>(),
            ElementType::F64 => size_of::<f64>(),
            ElementType::Complex => size_of::<Complex>(),
        }
    }
}

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ElementType::Bool => "bool",
            ElementType::I64 => "i64",
            ElementType::F32 => "f32",
            ElementType::F64 => "f64",
            ElementType::Complex => "complex",
        })
    }
}

/// A complex number of two binary64 parts. It carries no arithmetic.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

/// One element of an array, with its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    /// A truth value.
    Bool(bool),
    /// An integer.
    I64(i64),
    /// A single-precision real.
    F32(f32),
    /// A double-precision real.
    F64(f64),
    /// A complex number.
    Complex(Complex),
}

/// A Rust type that arrays hold. The trait is sealed: its implementors are the variants of
/// [`ElementType`].
pub trait Element: sealed::Element {}

impl<T: sealed::Element> Element for T {}

pub(crate) mod sealed {
    use super::{Arc, Buffer, ElementType, Hasher, Scalar};

    pub trait Element: Copy + Send + Sync + 'static {
        const TYPE: ElementType;
        fn into_buffer(elements: Arc<[Self]>) -> Buffer;
        fn from_buffer(buffer: &Buffer) -> Option<&Arc<[Self]>>;
        fn into_scalar(self) -> Scalar;
        /// Equality of bits, so that it is an equivalence also for NaN and signed zeros.
        fn same_bits(self, other: Self) -> bool;
        fn hash_bits<H: Hasher>(self, state: &mut H);
    }
}

macro_rules! element {
    ($type:ty, $variant:ident, |$value:ident| $bits:expr $(, or $other:pat => $widened:expr)?) => {
        impl sealed::Element for $type {
            const TYPE: ElementType = ElementType::$variant;

            fn into_buffer(elements: Arc<[Self]>) -> Buffer {
                Buffer::$variant(elements)
            }

            fn from_buffer(buffer: &Buffer) -> Option<&Arc<[Self]>> {
                match buffer {
                    Buffer::$variant(elements) => Some(elements),
                    $($other => Some($widened),)?
                    _ => None,
                }
            }

            fn into_scalar(self) -> Scalar {
                Scalar::$variant(self)
            }

            fn same_bits(self, other: Self) -> bool {
                let bits = |$value: Self| $bits;
                bits(self) == bits(other)
            }

            fn hash_bits<H: Hasher>(self, state: &mut H) {
                let $value = self;
                $bits.hash(state);
            }
        }
    };
}

element!(bool, Bool, |value| value);
element!(i64, I64, |value| value);
element!(f32, F32, |value| value.to_bits());
element!(f64, F64, |value| value.to_bits(), or Buffer::Singles(singles) => singles.widened());
element!(Complex, Complex, |value| (value.re.to_bits(), value.im.to_bits()));

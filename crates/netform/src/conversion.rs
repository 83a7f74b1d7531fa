//! Rust values as expressions, and expressions as Rust values.

use netform_array::{Array, ElementType};
use netform_expr::Number;

use crate::Expr;
use crate::error::ConversionError;

type Node = netform_expr::Expr;

macro_rules! from_integers {
    ($($type:ty)*) => {
        $(
            impl From<$type> for Expr {
                fn from(value: $type) -> Expr {
                    Node::integer(i64::from(value)).into()
                }
            }
        )*
    };
}

from_integers!(i8 i16 i32 i64 u8 u16 u32);

impl From<u64> for Expr {
    fn from(value: u64) -> Expr {
        let half = |bits: u64| Number::from((bits & u64::from(u32::MAX)) as i64);
        match half(value >> 32).mul(&Number::from(1_i64 << 32)) {
            Ok(high) => Node::number(high.add(&half(value))).into(),
            Err(_) => unreachable!("a number of 64 bits is not too large"),
        }
    }
}

impl From<usize> for Expr {
    fn from(value: usize) -> Expr {
        (value as u64).into()
    }
}

/// What is not finite becomes the symbol for it.
impl From<f64> for Expr {
    fn from(value: f64) -> Expr {
        Node::real(value).into()
    }
}

/// The same number in double precision.
impl From<f32> for Expr {
    fn from(value: f32) -> Expr {
        f64::from(value).into()
    }
}

/// `True` or `False`.
impl From<bool> for Expr {
    fn from(value: bool) -> Expr {
        Node::boolean(value).into()
    }
}

/// A string; for a symbol there is [`symbol`](crate::symbol).
impl From<&str> for Expr {
    fn from(value: &str) -> Expr {
        Node::string(value).into()
    }
}

/// A string.
impl From<String> for Expr {
    fn from(value: String) -> Expr {
        value.as_str().into()
    }
}

/// A list.
impl<T: Into<Expr>> From<Vec<T>> for Expr {
    fn from(items: Vec<T>) -> Expr {
        Expr::list(items)
    }
}

/// A list.
impl<T: Into<Expr>, const N: usize> From<[T; N]> for Expr {
    fn from(items: [T; N]) -> Expr {
        Expr::list(items)
    }
}

/// A list.
impl<T: Clone + Into<Expr>> From<&[T]> for Expr {
    fn from(items: &[T]) -> Expr {
        Expr::list(items.iter().cloned())
    }
}

/// The list of the elements, nested as deep as the array has dimensions. The elements are not
/// copied where the array is large.
impl From<Array> for Expr {
    fn from(array: Array) -> Expr {
        Node::array(array).into()
    }
}

/// The arguments of a call: an array or `Vec` of one type, or a tuple of several.
///
/// ```
/// use netform::{call, symbol};
///
/// let x = symbol("x");
/// assert_eq!(call("Sin", [&x]).to_string(), "Sin[x]");
/// assert_eq!(call("f", (1, "a", &x)).to_string(), "f[1, \"a\", x]");
/// assert_eq!(call("f", ()).to_string(), "f[]");
/// ```
pub trait Arguments {
    /// The arguments, in order.
    fn into_arguments(self) -> Vec<Expr>;
}

impl<T: Into<Expr>> Arguments for Vec<T> {
    fn into_arguments(self) -> Vec<Expr> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<T: Into<Expr>, const N: usize> Arguments for [T; N] {
    fn into_arguments(self) -> Vec<Expr> {
        self.into_iter().map(Into::into).collect()
    }
}

impl Arguments for () {
    fn into_arguments(self) -> Vec<Expr> {
        Vec::new()
    }
}

/// The empty list.
impl From<()> for Expr {
    fn from((): ()) -> Expr {
        Expr::list(().into_arguments())
    }
}

macro_rules! tuples {
    ($(($($item:ident: $type:ident),+))*) => {
        $(
            impl<$($type: Into<Expr>),+> Arguments for ($($type,)+) {
                fn into_arguments(self) -> Vec<Expr> {
                    let ($($item,)+) = self;
                    vec![$($item.into()),+]
                }
            }

            /// A list of items of several types.
            impl<$($type: Into<Expr>),+> From<($($type,)+)> for Expr {
                fn from(items: ($($type,)+)) -> Expr {
                    Expr::list(items.into_arguments())
                }
            }
        )*
    };
}

tuples! {
    (a: A)
    (a: A, b: B)
    (a: A, b: B, c: C)
    (a: A, b: B, c: C, d: D)
    (a: A, b: B, c: C, d: D, e: E)
    (a: A, b: B, c: C, d: D, e: E, f: F)
}

/// Conversions from an expression, by value and by reference.
macro_rules! try_from {
    ($($(#[$doc:meta])* $type:ty, $what:literal, $convert:expr;)*) => {
        $(
            $(#[$doc])*
            ///
            /// # Errors
            /// If the expression is anything else.
            impl TryFrom<&Expr> for $type {
                type Error = ConversionError;

                fn try_from(e: &Expr) -> Result<$type, ConversionError> {
                    let convert: fn(&Expr) -> Option<$type> = $convert;
                    convert(e).ok_or_else(|| ConversionError::new(e, $what))
                }
            }

            $(#[$doc])*
            ///
            /// # Errors
            /// If the expression is anything else.
            impl TryFrom<Expr> for $type {
                type Error = ConversionError;

                fn try_from(e: Expr) -> Result<$type, ConversionError> {
                    <$type>::try_from(&e)
                }
            }
        )*
    };
}

try_from! {
    /// The value of an integer.
    i64, "an integer of 64 bits", Expr::as_i64;
    /// The value of a non-negative integer.
    usize, "a non-negative integer", |e| e.as_i64().and_then(|value| usize::try_from(value).ok());
    /// The value of a real number; exact numbers are rounded.
    f64, "a real number", Expr::as_f64;
    /// The value of `True` or `False`.
    bool, "True or False", truth;
    /// The text of a string.
    String, "a string", |e| e.as_str().map(str::to_owned);
    /// The elements of a rectangular list of real numbers, in double precision.
    Array, "a rectangular list of real numbers", real_array;
}

/// The items of a list.
///
/// # Errors
/// If the expression is no list, or an item cannot be converted.
impl<T: TryFrom<Expr, Error = ConversionError>> TryFrom<&Expr> for Vec<T> {
    type Error = ConversionError;

    fn try_from(e: &Expr) -> Result<Vec<T>, ConversionError> {
        if !e.is_list() {
            return Err(ConversionError::new(e, "a list"));
        }
        e.args().into_iter().map(T::try_from).collect()
    }
}

/// The items of a list.
///
/// # Errors
/// If the expression is no list, or an item cannot be converted.
impl<T: TryFrom<Expr, Error = ConversionError>> TryFrom<Expr> for Vec<T> {
    type Error = ConversionError;

    fn try_from(e: Expr) -> Result<Vec<T>, ConversionError> {
        Vec::try_from(&e)
    }
}

fn truth(e: &Expr) -> Option<bool> {
    [true, false].into_iter().find(|value| *e == Expr::from(*value))
}

fn real_array(e: &Expr) -> Option<Array> {
    if let Some(array) = e.node().to_array() {
        return match array.element_type() {
            ElementType::F64 => Some(array),
            _ => {
                let values = array.as_i64()?.iter().map(|&value| value as f64).collect();
                Array::from_f64(array.shape(), values).ok()
            }
        };
    }
    let mut shape = Vec::new();
    let mut level = e.clone();
    while level.is_list() {
        shape.push(level.len());
        let Some(first) = level.args().into_iter().next() else { break };
        level = first;
    }
    let mut values = Vec::new();
    push_reals(e, &shape, &mut values)?;
    Array::from_f64(shape, values).ok()
}

/// The numbers of a nested list of this shape; `None` where it has another or holds anything else.
fn push_reals(e: &Expr, shape: &[usize], values: &mut Vec<f64>) -> Option<()> {
    let Some((&size, inner)) = shape.split_first() else {
        values.push(e.as_f64()?);
        return Some(());
    };
    if !e.is_list() || e.len() != size {
        return None;
    }
    e.args().iter().try_for_each(|item| push_reals(item, inner, values))
}

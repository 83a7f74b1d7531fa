//! Constructors: every expression is made here, and packing is decided here.

use netform_array::{Array, ElementType, Scalar};
use smallvec::SmallVec;

use crate::number::Number;
use crate::{Expr, Kind, Sym};

/// Rectangular lists of machine numbers with at least this many elements are packed.
pub const PACKING_THRESHOLD: usize = 64;

/// Lists with more levels are not packed: those of machine numbers too may be made of few parts that
/// occur many times, and 60 levels of pairs would be 2^60 numbers.
const MOST_LEVELS: usize = 16;

/// Flags of small lists that could be rows of a packed array.
const ROW_OF_REALS: u8 = 1;
const ROW_OF_INTEGERS: u8 = 2;

impl Expr {
    /// An exact integer.
    pub fn integer(value: i64) -> Expr {
        Expr::intern_integer(value)
    }

    /// A machine real. What is not finite becomes the symbol for it.
    pub fn real(value: f64) -> Expr {
        if value.is_finite() {
            // Adding zero takes the sign off a negative zero and changes nothing else.
            Expr::intern_real(value + 0.0)
        } else if value.is_nan() {
            Sym::Indeterminate.into()
        } else {
            Expr::call(Sym::DirectedInfinity, [Expr::integer(value.signum() as i64)])
        }
    }

    /// Any number.
    pub fn number(value: Number) -> Expr {
        match value.as_i64() {
            Some(small) => Expr::intern_integer(small),
            None => match value {
                Number::Real(real) => Expr::real(real),
                other => Expr::intern_number(other),
            },
        }
    }

    /// A string.
    pub fn string(value: &str) -> Expr {
        Expr::intern_string(value)
    }

    /// The symbol `True` or `False`.
    pub fn boolean(value: bool) -> Expr {
        if value { Sym::True.into() } else { Sym::False.into() }
    }

    /// `head[args...]` as it stands: nothing is evaluated. A rectangular list of machine numbers
    /// of some size is packed, whoever makes it.
    pub fn normal(head: Expr, args: impl IntoIterator<Item = Expr>) -> Expr {
        let args = args.into_iter();
        let mut parts: SmallVec<[Expr; 6]> = SmallVec::with_capacity(args.size_hint().0 + 1);
        parts.push(head);
        parts.extend(args);
        if parts[0].is(Sym::List) {
            return list(parts);
        }
        Expr::intern_normal(parts, 0)
    }

    /// `head[args...]` for a symbol that the Rust code names.
    pub fn call(head: Sym, args: impl IntoIterator<Item = Expr>) -> Expr {
        Expr::normal(head.into(), args)
    }

    /// `{items...}`.
    pub fn list(items: impl IntoIterator<Item = Expr>) -> Expr {
        Expr::call(Sym::List, items)
    }

    /// `left -> right`.
    pub fn rule(left: Expr, right: Expr) -> Expr {
        Expr::call(Sym::Rule, [left, right])
    }

    /// The list that holds the array's elements: packed if it is large enough. Truth values become
    /// the symbols, single precision is widened, numbers that are not finite their symbols.
    pub fn array(array: Array) -> Expr {
        let packable = (1..=MOST_LEVELS).contains(&array.rank())
            && match array.element_type() {
                ElementType::I64 => true,
                ElementType::F64 => match array.as_singles() {
                    Some(singles) => singles.iter().all(|v| is_plain(f64::from(*v))),
                    None => array.as_f64().is_some_and(|values| values.iter().all(|v| is_plain(*v))),
                },
                _ => false,
            };
        if packable && array.len() >= PACKING_THRESHOLD {
            return Expr::intern_array(array);
        }
        if array.rank() == 0 {
            Expr::scalar(&array)
        } else {
            Expr::list((0..array.shape()[0]).map(|i| Expr::array(array.row(i))))
        }
    }

    /// Element `index` of the first level of an array.
    pub(crate) fn array_element(array: &Array, index: usize) -> Expr {
        Expr::array(array.row(index))
    }

    fn scalar(array: &Array) -> Expr {
        match array.get(0) {
            Some(Scalar::F64(value)) => Expr::real(value),
            Some(Scalar::F32(value)) => Expr::real(f64::from(value)),
            Some(Scalar::I64(value)) => Expr::integer(value),
            Some(Scalar::Bool(value)) => Expr::boolean(value),
            Some(Scalar::Complex(value)) => match (Number::real(value.re), Number::real(value.im)) {
                (Ok(re), Ok(im)) => Expr::number(Number::complex(&re, &im)),
                _ => Sym::Indeterminate.into(),
            },
            None => Sym::Indeterminate.into(),
        }
    }

    /// The elements of a list of machine numbers as an array, whether packed or not; `None` where
    /// the list is ragged, empty at some level, of mixed types, or holds anything else.
    pub fn to_array(&self) -> Option<Array> {
        match self.kind() {
            Kind::Array(array) => Some(array.clone()),
            Kind::Normal(..) if self.flags() != 0 => {
                let mut shape = Vec::new();
                row_shape(self, &mut shape);
                Some(pack(self, &shape))
            }
            _ => None,
        }
    }
}

/// Whether a value is the bits of a machine real of the language: finite, zero without a sign.
fn is_plain(value: f64) -> bool {
    value.is_finite() && !(value == 0.0 && value.is_sign_negative())
}

fn list(parts: SmallVec<[Expr; 6]>) -> Expr {
    let items = &parts[1..];
    let Some(first) = items.first() else { return Expr::intern_normal(parts, 0) };
    match first.kind() {
        Kind::Real(_) => {
            if !items.iter().all(|e| matches!(e.kind(), Kind::Real(_))) {
                return Expr::intern_normal(parts, 0);
            }
            if items.len() < PACKING_THRESHOLD {
                return Expr::intern_normal(parts, ROW_OF_REALS);
            }
            let values = items.iter().filter_map(Expr::as_real).collect();
            Expr::intern_array(rectangular(Array::from_f64(vec![items.len()], values)))
        }
        Kind::Integer(_) => {
            if !items.iter().all(|e| matches!(e.kind(), Kind::Integer(_))) {
                return Expr::intern_normal(parts, 0);
            }
            if items.len() < PACKING_THRESHOLD {
                return Expr::intern_normal(parts, ROW_OF_INTEGERS);
            }
            let values = items.iter().filter_map(Expr::as_i64).collect();
            Expr::intern_array(rectangular(Array::from_i64(vec![items.len()], values)))
        }
        Kind::Array(row) => {
            if row.rank() == MOST_LEVELS {
                return Expr::intern_normal(parts, 0);
            }
            let alike = |e: &Expr| {
                e.as_array().is_some_and(|a| a.shape() == row.shape() && a.element_type() == row.element_type())
            };
            if !items.iter().all(alike) {
                return Expr::intern_normal(parts, 0);
            }
            let mut shape = vec![items.len()];
            shape.extend_from_slice(row.shape());
            Expr::intern_array(pack_rows(items, &shape, row.element_type()))
        }
        Kind::Normal(..) if first.flags() != 0 => {
            let mut row = Vec::new();
            row_shape(first, &mut row);
            let flags = first.flags();
            if row.len() == MOST_LEVELS || !items.iter().all(|e| e.flags() == flags && has_row_shape(e, &row)) {
                return Expr::intern_normal(parts, 0);
            }
            let mut shape = vec![items.len()];
            shape.extend(row);
            if shape.iter().product::<usize>() < PACKING_THRESHOLD {
                return Expr::intern_normal(parts, flags);
            }
            let element_type = if flags == ROW_OF_REALS { ElementType::F64 } else { ElementType::I64 };
            Expr::intern_array(pack_rows(items, &shape, element_type))
        }
        _ => Expr::intern_normal(parts, 0),
    }
}

/// The dimensions of a small list that its flag says is rectangular.
fn row_shape(list: &Expr, shape: &mut Vec<usize>) {
    if let Kind::Normal(_, items) = list.kind() {
        shape.push(items.len());
        row_shape(&items[0], shape);
    }
}

fn has_row_shape(list: &Expr, shape: &[usize]) -> bool {
    let mut found = Vec::new();
    row_shape(list, &mut found);
    found == shape
}

fn pack(list: &Expr, shape: &[usize]) -> Array {
    let element_type = if list.flags() == ROW_OF_REALS { ElementType::F64 } else { ElementType::I64 };
    pack_rows(&list.args(), shape, element_type)
}

fn pack_rows(rows: &[Expr], shape: &[usize], element_type: ElementType) -> Array {
    let size = shape.iter().product();
    if element_type == ElementType::F64 {
        let mut values = Vec::with_capacity(size);
        rows.iter().for_each(|row| push_reals(row, &mut values));
        rectangular(Array::from_f64(shape, values))
    } else {
        let mut values = Vec::with_capacity(size);
        rows.iter().for_each(|row| push_integers(row, &mut values));
        rectangular(Array::from_i64(shape, values))
    }
}

fn push_reals(e: &Expr, values: &mut Vec<f64>) {
    match e.kind() {
        Kind::Real(value) => values.push(value),
        Kind::Array(array) => values.extend_from_slice(&array.doubles().unwrap_or_default()),
        Kind::Normal(_, items) => items.iter().for_each(|item| push_reals(item, values)),
        _ => {}
    }
}

fn push_integers(e: &Expr, values: &mut Vec<i64>) {
    match e.kind() {
        Kind::Integer(value) => values.push(value),
        Kind::Array(array) => values.extend_from_slice(array.as_i64().unwrap_or(&[])),
        Kind::Normal(_, items) => items.iter().for_each(|item| push_integers(item, values)),
        _ => {}
    }
}

fn rectangular<E: std::fmt::Debug>(array: Result<Array, E>) -> Array {
    array.expect("the elements of a rectangular list fill its shape")
}

#[cfg(test)]
mod tests {
    use super::PACKING_THRESHOLD;
    use crate::{Expr, Kind};

    fn reals(n: usize) -> Vec<Expr> {
        (0..n).map(|i| Expr::real(i as f64)).collect()
    }

    #[test]
    fn packing_does_not_depend_on_who_builds_the_list() {
        let flat = Expr::list(reals(PACKING_THRESHOLD));
        assert!(matches!(flat.kind(), Kind::Array(_)));
        assert_eq!(flat.args().to_vec(), reals(PACKING_THRESHOLD));

        let rows: Vec<Expr> = reals(PACKING_THRESHOLD).chunks(4).map(|row| Expr::list(row.to_vec())).collect();
        assert!(matches!(rows[0].kind(), Kind::Normal(..)));
        let matrix = Expr::list(rows.clone());
        assert_eq!(matrix.as_array().map(|a| a.shape().to_vec()), Some(vec![PACKING_THRESHOLD / 4, 4]));
        assert_eq!(matrix.args().to_vec(), rows);
        assert_eq!(Expr::list(matrix.args().to_vec()), matrix);
    }

    #[test]
    fn mixed_and_ragged_lists_stay_lists() {
        let mut mixed = reals(PACKING_THRESHOLD);
        mixed[3] = Expr::integer(1);
        assert!(matches!(Expr::list(mixed).kind(), Kind::Normal(..)));
        let ragged = [Expr::list(reals(PACKING_THRESHOLD)), Expr::list(reals(PACKING_THRESHOLD + 1))];
        assert!(matches!(Expr::list(ragged).kind(), Kind::Normal(..)));
    }

    #[test]
    fn what_is_not_finite_has_its_symbol() {
        assert!(Expr::real(f64::NAN).is(crate::Sym::Indeterminate));
        assert_eq!(Expr::real(f64::NEG_INFINITY).args().to_vec(), [Expr::integer(-1)]);
    }
}

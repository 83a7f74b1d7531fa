//! Arrays between expressions and bytes, little-endian and row-major.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use half::{bf16, f16};
use netform_array::{Array, Buffer, Element, Scalar, element_count, item_count};
use netform_expr::number::Integer;
use netform_expr::{Expr, Kind, Number, Sym};

use crate::FormatError;

/// The largest array that is read, in bytes of machine numbers of 8 bytes each.
const LIMIT: u64 = 1 << 33;

/// What a list without elements counts for, of which few bytes of a file may announce many.
const LIST_BYTES: u64 = 1 << 12;

/// So many bytes are asked for at a time.
const PIECE: usize = 1 << 20;

/// What elements are in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored {
    /// Truth values, a byte each.
    Bool,
    /// Signed integers of so many bytes.
    Int(usize),
    /// Unsigned integers of so many bytes.
    UInt(usize),
    /// IEEE numbers of 2, 4 or 8 bytes.
    Float(usize),
    /// The upper half of IEEE single precision.
    BFloat16,
}

impl Stored {
    /// The bytes of one element.
    pub(crate) fn size(self) -> usize {
        match self {
            Stored::Bool => 1,
            Stored::BFloat16 => 2,
            Stored::Int(size) | Stored::UInt(size) | Stored::Float(size) => size,
        }
    }
}

/// The number of bytes that an array takes in a file.
///
/// # Errors
/// Where that is more than is allowed, here or in memory.
pub(crate) fn byte_count(stored: Stored, shape: &[usize]) -> Result<usize, FormatError> {
    let too_large = |bytes: u64| FormatError::TooLarge { bytes, limit: LIMIT };
    let count = element_count(shape).map_err(|_| too_large(u64::MAX))?;
    // Lists without elements take room as well, and much more than an element.
    let bytes = (item_count(shape) as u64).saturating_mul(if count == 0 { LIST_BYTES } else { 8 });
    if bytes > LIMIT {
        return Err(too_large(bytes));
    }
    Ok(count * stored.size())
}

/// The array of the given elements as an expression: machine reals, integers, or a list of truth
/// values.
pub(crate) fn read(stored: Stored, shape: &[usize], bytes: &[u8]) -> Result<Expr, FormatError> {
    let is_large = stored == Stored::UInt(8) && bytes.iter().skip(7).step_by(8).any(|byte| byte & 0x80 != 0);
    if is_large && bytes.len() == byte_count(stored, shape)? {
        let words = bytes.chunks_exact(8).filter_map(|chunk| chunk.try_into().ok()).map(u64::from_le_bytes);
        return Ok(nested(shape, &mut words.map(|word| Expr::number(Number::Integer(Integer::from_words(&[word]))))));
    }
    read_pieces(stored, shape, bytes.len(), &mut |range| Ok(Cow::Borrowed(&bytes[range])))
}

/// The array whose elements take so many bytes, which are asked for piece by piece, so that they are never all in memory
/// beside the array.
pub(crate) fn read_pieces<'b>(
    stored: Stored,
    shape: &[usize],
    count: usize,
    piece: &mut dyn FnMut(Range<usize>) -> Result<Cow<'b, [u8]>, FormatError>,
) -> Result<Expr, FormatError> {
    let expected = byte_count(stored, shape)?;
    if count != expected {
        let text = format!("{expected} bytes of elements were announced, but there are {count}");
        return Err(FormatError::Malformed(text));
    }
    match stored {
        Stored::Bool => {
            let bytes = piece(0..count)?;
            Ok(nested(shape, &mut bytes.iter().map(|byte| Expr::boolean(*byte != 0))))
        }
        Stored::Float(8) => {
            let elements = elements(stored, count, piece, 0.0, |chunk| Some(real(stored, chunk)))?;
            as_expression(shape, elements, Expr::real)
        }
        // All shorter ones are numbers of single precision.
        Stored::Float(_) | Stored::BFloat16 => {
            let elements = elements(stored, count, piece, 0.0, |chunk| Some(real(stored, chunk) as f32))?;
            match (shape, &*elements) {
                ([], [single]) => Ok(Expr::real(f64::from(*single))),
                _ => Ok(Expr::array(Array::from_singles(shape, elements)?)),
            }
        }
        Stored::Int(_) | Stored::UInt(_) => {
            let elements = elements(stored, count, piece, 0, |chunk| integer(stored, chunk))?;
            as_expression(shape, elements, Expr::integer)
        }
    }
}

/// The elements that stand in so many bytes.
fn elements<'b, T: Copy>(
    stored: Stored,
    count: usize,
    piece: &mut dyn FnMut(Range<usize>) -> Result<Cow<'b, [u8]>, FormatError>,
    zero: T,
    element: impl Fn(&[u8]) -> Option<T>,
) -> Result<Arc<[T]>, FormatError> {
    let size = stored.size();
    let mut elements: Arc<[T]> = std::iter::repeat_n(zero, count / size).collect();
    let room = Arc::make_mut(&mut elements);
    for (index, places) in room.chunks_mut(PIECE / size).enumerate() {
        let start = index * (PIECE / size) * size;
        let bytes = piece(start..start + places.len() * size)?;
        for (place, chunk) in places.iter_mut().zip(bytes.chunks_exact(size)) {
            *place = element(chunk).ok_or_else(|| FormatError::Unsupported("an integer of 2^63 or more".to_owned()))?;
        }
    }
    Ok(elements)
}

/// Arrays of rank 0 are numbers.
fn as_expression<T: Element + Copy>(
    shape: &[usize],
    elements: Arc<[T]>,
    scalar: fn(T) -> Expr,
) -> Result<Expr, FormatError> {
    match (shape, &*elements) {
        ([], [single]) => Ok(scalar(*single)),
        _ => Ok(Expr::array(Array::from_buffer(Buffer::new(elements), 0, shape)?)),
    }
}

/// Nested lists of elements in row-major order.
pub(crate) fn nested(shape: &[usize], elements: &mut dyn Iterator<Item = Expr>) -> Expr {
    match shape.split_first() {
        None => elements.next().unwrap_or_else(|| Sym::Null.into()),
        Some((&count, rest)) => {
            let items: Vec<Expr> = (0..count).map(|_| nested(rest, elements)).collect();
            Expr::list(items)
        }
    }
}

fn real(stored: Stored, chunk: &[u8]) -> f64 {
    match (stored, chunk) {
        (Stored::BFloat16, &[a, b]) => bf16::from_le_bytes([a, b]).to_f64(),
        (_, &[a, b]) => f16::from_le_bytes([a, b]).to_f64(),
        (_, &[a, b, c, d]) => f64::from(f32::from_le_bytes([a, b, c, d])),
        (_, &[a, b, c, d, e, f, g, h]) => f64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => f64::NAN,
    }
}

/// A machine number in double precision.
pub(crate) fn real_number(scalar: Scalar) -> Option<f64> {
    match scalar {
        Scalar::Bool(truth) => Some(f64::from(u8::from(truth))),
        Scalar::I64(value) => Some(value as f64),
        Scalar::F32(value) => Some(f64::from(value)),
        Scalar::F64(value) => Some(value),
        Scalar::Complex(_) => None,
    }
}

fn integer(stored: Stored, chunk: &[u8]) -> Option<i64> {
    let mut bytes = [0; 8];
    let signed = matches!(stored, Stored::Int(_));
    if signed && chunk.last().is_some_and(|last| last & 0x80 != 0) {
        bytes = [0xff; 8];
    }
    bytes[..chunk.len()].copy_from_slice(chunk);
    if signed { Some(i64::from_le_bytes(bytes)) } else { i64::try_from(u64::from_le_bytes(bytes)).ok() }
}

/// The elements of a nested list, with what they are and its dimensions, ready to be written.
pub(crate) fn write(value: &Expr) -> Result<(Stored, Vec<usize>, Vec<u8>), FormatError> {
    if let Some(array) = value.as_array() {
        let shape = array.shape().to_vec();
        if let Some(reals) = array.doubles() {
            return Ok((Stored::Float(8), shape, reals.iter().flat_map(|x| x.to_le_bytes()).collect()));
        }
        if let Some(integers) = array.as_i64() {
            return Ok((Stored::Int(8), shape, integers.iter().flat_map(|x| x.to_le_bytes()).collect()));
        }
    }
    let mut shape = Vec::new();
    let mut level = value.clone();
    while level.is_list() {
        shape.push(level.len());
        if level.is_empty() {
            break;
        }
        level = level.arg(0);
    }
    let mut elements = Vec::new();
    collect(value, &shape, &mut elements)?;
    let truth = |e: &Expr| if e.is(Sym::True) { Some(1) } else { e.is(Sym::False).then_some(0) };
    if let Some(bytes) = elements.iter().map(truth).collect::<Option<Vec<u8>>>().filter(|bytes| !bytes.is_empty()) {
        return Ok((Stored::Bool, shape, bytes));
    }
    if !elements.is_empty()
        && let Some(integers) = elements.iter().map(Expr::as_i64).collect::<Option<Vec<i64>>>()
    {
        return Ok((Stored::Int(8), shape, integers.iter().flat_map(|x| x.to_le_bytes()).collect()));
    }
    let reals: Result<Vec<f64>, FormatError> = elements.iter().map(machine_number).collect();
    Ok((Stored::Float(8), shape, reals?.iter().flat_map(|x| x.to_le_bytes()).collect()))
}

/// The numbers in nested lists, in order; truth values are 1 and 0. What is no number is left out.
pub(crate) fn machine_numbers(value: &Expr, found: &mut Vec<f64>) {
    if let Some(reals) = value.as_array().and_then(Array::doubles) {
        found.extend(reals.iter());
    } else if let Some(number) = value.as_number().and_then(|number| number.to_f64()) {
        found.push(number);
    } else if value.is(Sym::True) || value.is(Sym::False) {
        found.push(f64::from(u8::from(value.is_true())));
    } else if value.is_list() {
        value.args().iter().for_each(|item| machine_numbers(item, found));
    }
}

fn machine_number(e: &Expr) -> Result<f64, FormatError> {
    if e.is(Sym::Indeterminate) {
        return Ok(f64::NAN);
    }
    if e.has_head(Sym::DirectedInfinity) && e.len() == 1 && (e.arg(0).is_integer(1) || e.arg(0).is_integer(-1)) {
        return Ok(if e.arg(0).is_integer(1) { f64::INFINITY } else { f64::NEG_INFINITY });
    }
    let number = e.as_number().filter(|n| n.is_real()).and_then(|n: Number| n.to_f64());
    number.ok_or_else(|| FormatError::Value("an array of real numbers, integers or truth values is needed".to_owned()))
}

fn collect(value: &Expr, shape: &[usize], elements: &mut Vec<Expr>) -> Result<(), FormatError> {
    match shape.split_first() {
        None if matches!(value.kind(), Kind::Normal(..)) && value.is_list() => Err(ragged()),
        None => {
            elements.push(value.clone());
            Ok(())
        }
        Some((&count, rest)) if value.is_list() && value.len() == count => {
            value.args().iter().try_for_each(|item| collect(item, rest, elements))
        }
        Some(_) => Err(ragged()),
    }
}

fn ragged() -> FormatError {
    FormatError::Value("the list is ragged; an array is needed".to_owned())
}

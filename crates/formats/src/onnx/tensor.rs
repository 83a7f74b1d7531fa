//! Arrays as they are stored in a model, and files with one array.

use std::ops::Range;

use netform_expr::{Expr, Sym};

use super::model::Tensor;
use super::small_float::SmallFloat;
use super::wire::Message;
use crate::FormatError;
use crate::arrays::{self, Stored};

/// The types of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Bool,
    /// Bits, and whether there are negative ones.
    Integer(u32, bool),
    /// Bits.
    Float(u32),
    BFloat16,
    /// Real numbers of at most 8 bits.
    Small(&'static SmallFloat),
    /// What nothing here computes with: its number in the format.
    Other(i64),
}

impl Element {
    pub(super) const FLOAT: Element = Element::Float(32);
    pub(super) const INT64: Element = Element::Integer(64, true);

    /// The type with this number in the format.
    pub(super) fn of(code: i64) -> Element {
        match code {
            1 => Element::FLOAT,
            2 => Element::Integer(8, false),
            3 => Element::Integer(8, true),
            4 => Element::Integer(16, false),
            5 => Element::Integer(16, true),
            6 => Element::Integer(32, true),
            7 => Element::INT64,
            9 => Element::Bool,
            10 => Element::Float(16),
            11 => Element::Float(64),
            12 => Element::Integer(32, false),
            13 => Element::Integer(64, false),
            16 => Element::BFloat16,
            21 => Element::Integer(4, false),
            22 => Element::Integer(4, true),
            25 => Element::Integer(2, false),
            26 => Element::Integer(2, true),
            other => SmallFloat::of(other).map_or(Element::Other(other), Element::Small),
        }
    }

    /// Whether the elements are real numbers that need not be integers.
    pub(super) fn is_real(self) -> bool {
        matches!(self, Element::Float(_) | Element::BFloat16 | Element::Small(_))
    }

    /// How definitions of operators call it.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Element::Bool => "Boolean",
            Element::Integer(..) => "Integer",
            Element::Float(_) | Element::BFloat16 | Element::Small(_) => "Real",
            Element::Other(_) => "Other",
        }
    }

    /// The name in the format.
    pub(super) fn name(self) -> String {
        match self {
            Element::Bool => "BOOL".to_owned(),
            Element::Integer(bits, signed) => format!("{}INT{bits}", if signed { "" } else { "U" }),
            Element::Float(64) => "DOUBLE".to_owned(),
            Element::Float(32) => "FLOAT".to_owned(),
            Element::Float(bits) => format!("FLOAT{bits}"),
            Element::BFloat16 => "BFLOAT16".to_owned(),
            Element::Small(small) => small.name.to_owned(),
            Element::Other(code) => match code {
                0 => "UNDEFINED".to_owned(),
                8 => "STRING".to_owned(),
                14 | 15 => "COMPLEX".to_owned(),
                _ => format!("type {code}"),
            },
        }
    }

    /// How the elements are stored; those smaller than a byte once they are [unpacked].
    fn stored(self) -> Option<Stored> {
        Some(match self {
            Element::Integer(2 | 4, true) => Stored::Int(1),
            Element::Integer(2 | 4, false) => Stored::UInt(1),
            Element::Bool => Stored::Bool,
            Element::Integer(bits, true) => Stored::Int(bits as usize / 8),
            Element::Integer(bits, false) => Stored::UInt(bits as usize / 8),
            Element::Float(bits) => Stored::Float(bits as usize / 8),
            Element::BFloat16 => Stored::BFloat16,
            Element::Small(_) => Stored::UInt(1),
            Element::Other(_) => return None,
        })
    }
}

/// The dimensions of a stored array.
fn shape(tensor: &Tensor<'_>) -> Result<Vec<usize>, FormatError> {
    let size = |d: &i64| {
        usize::try_from(*d)
            .map_err(|_| FormatError::Malformed(format!("the array {:?} has a dimension {d}", tensor.name)))
    };
    tensor.dimensions.iter().map(size).collect()
}

/// The elements of a stored array; truth values are `True` and `False`.
pub(super) fn read(tensor: &Tensor<'_>, file: &mut dyn FileAccess) -> Result<Expr, FormatError> {
    let element = Element::of(tensor.element_type);
    let in_array = |error: FormatError| FormatError::Malformed(format!("the array {:?}: {error}", tensor.name));
    let Some(stored) = element.stored() else {
        let text = format!("the element type {} of the array {:?}", element.name(), tensor.name);
        return Err(FormatError::Unsupported(text));
    };
    let shape = shape(tensor)?;
    let count = arrays::byte_count(stored, &shape)?;
    let expected = match element {
        Element::Integer(bits @ (2 | 4), _) => (count * bits as usize).div_ceil(8),
        Element::Small(small) => (count * small.bits as usize).div_ceil(8),
        _ => count,
    };
    if tensor.is_external {
        let place = external(tensor, expected).map_err(in_array)?;
        return read_place(element, stored, &shape, &place, file).map_err(in_array);
    }
    if let Some((offset, length)) = tensor.elsewhere {
        let place = Place { beside: None, offset, length };
        return read_place(element, stored, &shape, &place, file).map_err(in_array);
    }
    if let Some(raw) = tensor.raw {
        return read_raw(element, stored, &shape, raw).map_err(in_array);
    }
    listed(tensor, element, stored, shape).map_err(in_array)
}

/// Where the bytes of an array stand: in a file by its path relative to the model, or in the file of the model itself.
struct Place<'a> {
    beside: Option<&'a str>,
    offset: u64,
    length: usize,
}

impl Place<'_> {
    /// Some of the bytes.
    fn part(&self, range: Range<usize>, file: &mut dyn FileAccess) -> Result<Vec<u8>, FormatError> {
        let bytes = file.part(self.beside, self.offset.saturating_add(range.start as u64), range.len())?;
        if bytes.len() == range.len() {
            return Ok(bytes);
        }
        let location = self.beside.map_or("the file".to_owned(), |location| format!("{location:?}"));
        let (needed, found) = (self.length, range.start + bytes.len());
        let text = format!("{needed} bytes of {location} from {} on are needed, where it has {found}", self.offset);
        Err(FormatError::Malformed(text))
    }
}

fn read_place(
    element: Element,
    stored: Stored,
    shape: &[usize],
    place: &Place<'_>,
    file: &mut dyn FileAccess,
) -> Result<Expr, FormatError> {
    match element {
        Element::Bool | Element::Integer(2 | 4, _) | Element::Integer(64, false) | Element::Small(_) => {
            read_raw(element, stored, shape, &place.part(0..place.length, file)?)
        }
        _ => arrays::read_pieces(stored, shape, place.length, &mut |range| Ok(place.part(range, file)?.into())),
    }
}

fn read_raw(element: Element, stored: Stored, shape: &[usize], bytes: &[u8]) -> Result<Expr, FormatError> {
    if let Element::Integer(bits @ (2 | 4), signed) = element {
        return arrays::read(stored, shape, &unpacked(bits, signed, arrays::byte_count(stored, shape)?, bytes)?);
    }
    if let Element::Small(small) = element {
        let codes = unpacked(small.bits, false, arrays::byte_count(stored, shape)?, bytes)?;
        let numbers: Vec<u8> = codes.into_iter().flat_map(|code| small.value(code).to_le_bytes()).collect();
        return arrays::read(Stored::Float(8), shape, &numbers);
    }
    arrays::read(stored, shape, bytes)
}

/// Integers of at most 8 bits, the lowest bits first, as bytes.
fn unpacked(bits: u32, signed: bool, count: usize, packed: &[u8]) -> Result<Vec<u8>, FormatError> {
    let each = 8 / bits as usize;
    if packed.len() != count.div_ceil(each) {
        let (needed, found) = (count.div_ceil(each), packed.len());
        let text = format!("{needed} bytes of elements of {bits} bits were announced, but there are {found}");
        return Err(FormatError::Malformed(text));
    }
    let element = |place: usize| {
        let value = packed[place / each] >> (place % each * bits as usize) & (u8::MAX >> (8 - bits));
        let is_negative = signed && value >> (bits - 1) == 1;
        if is_negative { value | u8::MAX << bits } else { value }
    };
    Ok((0..count).map(element).collect())
}

/// An array whose elements are listed in fields for their type.
fn listed(tensor: &Tensor<'_>, element: Element, stored: Stored, shape: Vec<usize>) -> Result<Expr, FormatError> {
    // Small types are listed as integers; those of 16 bits by their bits.
    let width = stored.size(); // A byte of several small elements is one entry.
    let bytes: Vec<u8> = match element {
        Element::Float(64) => tensor.doubles.iter().flat_map(|x| x.to_le_bytes()).collect(),
        Element::Float(32) => tensor.floats.iter().flat_map(|x| x.to_le_bytes()).collect(),
        _ => tensor.integers.iter().flat_map(|x| x.to_le_bytes().into_iter().take(width)).collect(),
    };
    read_raw(element, stored, &shape, &bytes)
}

/// What reads the file of a model, and those beside it.
pub(super) trait FileAccess {
    /// Bytes from a position on, so many or as many as there are, of a file by its path relative to the model, or of the
    /// file of the model itself.
    fn part(&mut self, beside: Option<&str>, offset: u64, length: usize) -> Result<Vec<u8>, FormatError>;
}

/// No other files.
pub(super) struct Alone;

impl FileAccess for Alone {
    fn part(&mut self, beside: Option<&str>, _: u64, _: usize) -> Result<Vec<u8>, FormatError> {
        let place = beside.map_or("another place".to_owned(), |location| format!("another file, {location:?}"));
        Err(FormatError::Unsupported(format!("data in {place}, here")))
    }
}

/// Where the bytes of an array stand that are in another file.
fn external<'t>(tensor: &Tensor<'t>, expected: usize) -> Result<Place<'t>, FormatError> {
    let entry = |key: &str| tensor.external.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    let number = |key: &str| match entry(key) {
        None => Ok(None),
        Some(text) => text
            .parse::<usize>()
            .map(Some)
            .map_err(|_| FormatError::Malformed(format!("the {key} {text:?} of external data is no size"))),
    };
    let location =
        entry("location").ok_or_else(|| FormatError::Malformed("external data has no location".to_owned()))?;
    // A model must not reach files outside of its folder.
    let inside = !location.is_empty()
        && !location.starts_with(['/', '\\'])
        && !location.contains(':')
        && location.split(['/', '\\']).all(|part| part != "..");
    if !inside {
        let text = format!("external data is said to be in {location:?}, which is not in the folder of the model");
        return Err(FormatError::Malformed(text));
    }
    let (offset, length) = (number("offset")?.unwrap_or(0), number("length")?.unwrap_or(expected));
    Ok(Place { beside: Some(location), offset: offset as u64, length })
}

/// Truth values as the numbers 1 and 0, as which they stand in nets.
pub(super) fn truth_as_numbers(value: &Expr) -> Expr {
    netform_expr::map_bottom_up(value, |e| {
        if e.is(Sym::True) {
            Expr::integer(1)
        } else if e.is(Sym::False) {
            Expr::integer(0)
        } else {
            e
        }
    })
}

/// A file with one array; truth values are `True` and `False`.
pub(super) fn read_file(bytes: &[u8]) -> Result<Expr, FormatError> {
    read(&Tensor::read(Message::new(bytes))?, &mut Alone)
}

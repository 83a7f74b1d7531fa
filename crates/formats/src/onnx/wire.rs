//! The wire format of protocol buffers: fields with numbers, read in place.
//!
//! <https://protobuf.dev/programming-guides/encoding/>

use crate::FormatError;

/// A field of a message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field<'a> {
    /// An integer of variable length.
    Varint(u64),
    /// Four bytes.
    Fixed32(u32),
    /// Eight bytes.
    Fixed64(u64),
    /// A text, bytes, a packed list or a message.
    Bytes(&'a [u8]),
}

/// The fields of a message that have not been read yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message<'a> {
    rest: &'a [u8],
}

/// What a message ends with too early.
pub(super) fn cut() -> FormatError {
    FormatError::Malformed("the file ends in the middle of a field; it may not be complete".to_owned())
}

impl<'a> Message<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Message<'a> {
        Message { rest: bytes }
    }

    /// The next field and its number.
    pub(super) fn next(&mut self) -> Result<Option<(u32, Field<'a>)>, FormatError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = varint(&mut self.rest)?;
        let number = u32::try_from(key >> 3).ok().filter(|number| *number > 0);
        let number = number.ok_or_else(|| FormatError::Malformed(format!("a field has the number {}", key >> 3)))?;
        let field = match key & 7 {
            0 => Field::Varint(varint(&mut self.rest)?),
            1 => Field::Fixed64(u64::from_le_bytes(self.take_array()?)),
            2 => {
                let length = varint(&mut self.rest)?;
                let length = usize::try_from(length).map_err(|_| cut())?;
                Field::Bytes(self.take(length)?)
            }
            5 => Field::Fixed32(u32::from_le_bytes(self.take_array()?)),
            other => {
                let text = format!("field {number} has the wire type {other}, which no protocol buffer has here");
                return Err(FormatError::Malformed(text));
            }
        };
        Ok(Some((number, field)))
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], FormatError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(cut)?;
        self.rest = rest;
        Ok(taken)
    }

    fn take_array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or_else(cut)?;
        self.rest = rest;
        Ok(*taken)
    }
}

/// An integer of at most ten bytes of seven bits, the lowest first.
pub(super) fn varint(rest: &mut &[u8]) -> Result<u64, FormatError> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first().ok_or_else(cut)?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(FormatError::Malformed("an integer has more than ten bytes".to_owned()))
}

impl<'a> Field<'a> {
    /// The bytes of a text, list or message.
    pub(super) fn bytes(self) -> Result<&'a [u8], FormatError> {
        match self {
            Field::Bytes(bytes) => Ok(bytes),
            _ => Err(FormatError::Malformed("a number stands where a text or a message is expected".to_owned())),
        }
    }

    pub(super) fn message(self) -> Result<Message<'a>, FormatError> {
        self.bytes().map(Message::new)
    }

    pub(super) fn text(self) -> Result<&'a str, FormatError> {
        std::str::from_utf8(self.bytes()?)
            .map_err(|_| FormatError::Malformed("a name or text is not in UTF-8".to_owned()))
    }

    /// An integer; negative ones are in two's complement.
    pub(super) fn integer(self) -> Result<i64, FormatError> {
        match self {
            Field::Varint(value) => Ok(value as i64),
            _ => Err(FormatError::Malformed("no integer stands where one is expected".to_owned())),
        }
    }

    pub(super) fn float(self) -> Result<f32, FormatError> {
        match self {
            Field::Fixed32(bits) => Ok(f32::from_bits(bits)),
            _ => Err(FormatError::Malformed("no number of four bytes stands where one is expected".to_owned())),
        }
    }

    /// Appends one integer, or a packed list of them.
    pub(super) fn push_integers(self, list: &mut Vec<i64>) -> Result<(), FormatError> {
        match self {
            Field::Bytes(mut packed) => {
                while !packed.is_empty() {
                    list.push(varint(&mut packed)? as i64);
                }
                Ok(())
            }
            single => single.integer().map(|value| list.push(value)),
        }
    }

    /// Appends one number of four bytes, or a packed list of them.
    pub(super) fn push_floats(self, list: &mut Vec<f32>) -> Result<(), FormatError> {
        match self {
            Field::Bytes(packed) => {
                let chunks = packed.chunks_exact(4);
                if !chunks.remainder().is_empty() {
                    return Err(cut());
                }
                list.extend(chunks.filter_map(|chunk| chunk.try_into().ok()).map(f32::from_le_bytes));
                Ok(())
            }
            single => single.float().map(|value| list.push(value)),
        }
    }

    /// Appends one number of eight bytes, or a packed list of them.
    pub(super) fn push_doubles(self, list: &mut Vec<f64>) -> Result<(), FormatError> {
        match self {
            Field::Bytes(packed) => {
                let chunks = packed.chunks_exact(8);
                if !chunks.remainder().is_empty() {
                    return Err(cut());
                }
                list.extend(chunks.filter_map(|chunk| chunk.try_into().ok()).map(f64::from_le_bytes));
                Ok(())
            }
            Field::Fixed64(bits) => {
                list.push(f64::from_bits(bits));
                Ok(())
            }
            _ => Err(FormatError::Malformed("no number of eight bytes stands where one is expected".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Message};

    #[test]
    fn fields_are_read_in_order_and_cut_ones_are_told() {
        let mut message = Message::new(&[0x08, 0x96, 0x01, 0x12, 0x02, b'o', b'k']);
        assert!(matches!(message.next(), Ok(Some((1, Field::Varint(150))))));
        assert!(matches!(message.next(), Ok(Some((2, Field::Bytes(b"ok"))))));
        assert!(matches!(message.next(), Ok(None)));
        for bytes in [&[0x08, 0x80][..], &[0x12, 0x05, b'x'], &[0x0d, 1, 2], &[0x0b], &[0x00], &[0xff; 12]] {
            assert!(Message::new(bytes).next().is_err(), "{bytes:?}");
        }
    }
}

//! WXF: expressions as bytes, as the Wolfram Language exchanges them with other programs.
//!
//! A file is a header, `8:`, or `8C:` before what zlib compresses, and one expression, written from the head on: a byte for the
//! kind of each part, then what belongs to it.
//! <https://reference.wolfram.com/language/tutorial/WXFFormatDescription.html>
//!
//! | byte | part | what follows |
//! |---|---|---|
//! | `f` | a call | the number of arguments; the head; the arguments |
//! | `s` `S` `B` | a symbol, a string, bytes | their length; the bytes |
//! | `C` `j` `i` `L` | an integer | 1, 2, 4 or 8 bytes |
//! | `I` `R` | an integer of any size, a real number of its own precision | their length; the text |
//! | `r` | a machine real | 8 bytes |
//! | `0xC1` `0xC2` | a packed array, a numeric array | the type of elements; the rank; the dimensions; the elements |
//! | `A` | an association | the number of rules; for each `-` or `:`, its key and its value |
//!
//! Numbers are little-endian; lengths and counts take 7 bits a byte, the lowest first.

mod read;
mod write;

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::zipped::most_unpacked;
use crate::{Destination, Format, FormatError, Reader, Source, Writer, guest};

pub(crate) const FORMAT: Format = Format {
    name: "WXF",
    extensions: &["wxf"],
    summary: "any expression, as the Wolfram Language exchanges them; numeric arrays are read as lists",
    read: Reader::File { read, options: &[], parts: &[HELD], whole: true },
    write: Some(Writer::File { write, options: &[GOAL] }),
};

/// The part that is the expression without evaluation.
const HELD: &str = "HeldExpression";

/// The option whose value `"Size"` asks for compression.
const GOAL: &str = "PerformanceGoal";

const HEADER: &[u8] = b"8:";
const COMPRESSED: &[u8] = b"8C:";

/// The kinds of parts.
mod token {
    pub(super) const CALL: u8 = b'f';
    pub(super) const SYMBOL: u8 = b's';
    pub(super) const STRING: u8 = b'S';
    pub(super) const BYTES: u8 = b'B';
    pub(super) const INTEGER_8: u8 = b'C';
    pub(super) const INTEGER_16: u8 = b'j';
    pub(super) const INTEGER_32: u8 = b'i';
    pub(super) const INTEGER_64: u8 = b'L';
    pub(super) const LARGE_INTEGER: u8 = b'I';
    pub(super) const LARGE_REAL: u8 = b'R';
    pub(super) const REAL: u8 = b'r';
    pub(super) const PACKED_ARRAY: u8 = 0xc1;
    pub(super) const NUMERIC_ARRAY: u8 = 0xc2;
    pub(super) const ASSOCIATION: u8 = b'A';
    pub(super) const RULE: u8 = b'-';
    pub(super) const RULE_DELAYED: u8 = b':';
}

/// The types of elements that are written.
mod element {
    pub(super) const INTEGER_64: u8 = 3;
    pub(super) const REAL_64: u8 = 35;
}

fn read(session: &mut Session, source: &Source<'_>) -> Result<Result<Expr, FormatError>, Flow> {
    let value = match unpacked(source.whole()) {
        Ok(bytes) => read::decode(session, &bytes)?,
        Err(error) => Err(error),
    };
    Ok(value.and_then(|value| match source.part {
        Some(HELD) => Ok(Expr::call(Sym::HoldComplete, [value])),
        _ => guest::check(session, &value).map(|()| value),
    }))
}

/// What follows the header.
fn unpacked(bytes: &[u8]) -> Result<std::borrow::Cow<'_, [u8]>, FormatError> {
    if let Some(packed) = bytes.strip_prefix(COMPRESSED) {
        let most = most_unpacked(packed.len());
        let mut contents = Vec::new();
        ZlibDecoder::new(packed)
            .take(most.saturating_add(1))
            .read_to_end(&mut contents)
            .map_err(|error| FormatError::Malformed(format!("what is compressed: {error}")))?;
        if contents.len() as u64 > most {
            return Err(FormatError::Malformed(format!("it has more than {most} bytes when it is unpacked")));
        }
        return Ok(contents.into());
    }
    let rest = bytes.strip_prefix(HEADER);
    rest.map(Into::into)
        .ok_or_else(|| FormatError::Malformed("it does not begin with 8: or 8C:, as WXF does".to_owned()))
}

fn write(session: &mut Session, destination: &Destination<'_>) -> Result<Result<Vec<u8>, FormatError>, Flow> {
    let goal = destination.option(GOAL).map(|goal| goal.as_str().map(str::to_owned).ok_or(goal));
    let compressed = match goal {
        None => false,
        Some(Ok(goal)) if goal == "Size" || goal == "Speed" => goal == "Size",
        Some(_) => {
            return Ok(Err(FormatError::Value(format!("the option {GOAL} is \"Speed\" or \"Size\""))));
        }
    };
    let body = match write::encode(session, destination.value)? {
        Ok(body) => body,
        Err(error) => return Ok(Err(error)),
    };
    if !compressed {
        return Ok(Ok([HEADER, &body].concat()));
    }
    let mut encoder = ZlibEncoder::new(COMPRESSED.to_vec(), Compression::default());
    let packed = encoder.write_all(&body).and_then(|()| encoder.finish());
    Ok(packed.map_err(|error| FormatError::Value(error.to_string())))
}

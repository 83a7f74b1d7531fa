//! NPY and NPZ: arrays as NumPy stores them, single or as members of an archive.
//!
//! <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>

use std::io::{Cursor, Read, Write};

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::arrays::{self, Stored};
use crate::zipped::most_unpacked;
use crate::{Destination, Format, FormatError, Reader, Source, Writer, onto};

pub(crate) const NPY: Format = Format {
    name: "NPY",
    extensions: &["npy"],
    summary: "one array",
    read: Reader::File { read: read_single, options: onto::READER_OPTIONS, parts: &[], whole: true },
    write: Some(Writer::Bytes(write_array)),
};

pub(crate) const NPZ: Format = Format {
    name: "NPZ",
    extensions: &["npz"],
    summary: "an association from names to arrays, or the arrays of a net",
    read: Reader::File { read: read_named, options: onto::READER_OPTIONS, parts: &[], whole: true },
    write: Some(Writer::File { write: write_named, options: onto::WRITER_OPTIONS }),
};

const MAGIC: &[u8] = b"\x93NUMPY";

fn malformed(text: &str) -> FormatError {
    FormatError::Malformed(text.to_owned())
}

/// Reads an array, or the net of the option with it.
fn read_single(session: &mut Session, source: &Source<'_>) -> Result<Result<Expr, FormatError>, Flow> {
    onto::read_single_onto(session, source, read_array(source.whole()))
}

/// Reads named arrays, or the net of the option with them.
fn read_named(session: &mut Session, source: &Source<'_>) -> Result<Result<Expr, FormatError>, Flow> {
    onto::read_onto(session, source, read_archive(source.whole()))
}

/// Writes the arrays of an association, or of a net.
fn write_named(session: &mut Session, destination: &Destination<'_>) -> Result<Result<Vec<u8>, FormatError>, Flow> {
    let named = onto::named_arrays(session, destination.value, destination.option("Names"))?;
    Ok(named.and_then(write_archive))
}

fn read_array(bytes: &[u8]) -> Result<Expr, FormatError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| malformed("it does not begin as NPY files do"))?;
    let (length, rest) = match rest {
        [1, _, a, b, rest @ ..] => (usize::from(u16::from_le_bytes([*a, *b])), rest),
        [2 | 3, _, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, rest),
        _ => return Err(malformed("its version is not known")),
    };
    if length > rest.len() {
        return Err(malformed("its header is longer than the file"));
    }
    let (header, data) = rest.split_at(length);
    let header = Header::parse(&String::from_utf8_lossy(header))?;
    let size = arrays::byte_count(header.stored, &header.shape)?;
    let data = data.get(..size).ok_or_else(|| malformed("it ends within its elements"))?;
    let mut data = data.to_vec();
    if header.big_endian {
        data.chunks_exact_mut(header.stored.size()).for_each(<[u8]>::reverse);
    }
    if header.columns_first && header.shape.len() > 1 {
        data = row_major(&data, header.stored.size(), &header.shape);
    }
    arrays::read(header.stored, &header.shape, &data)
}

/// The elements of an array, stored with the first index running fastest, in row-major order.
fn row_major(data: &[u8], size: usize, shape: &[usize]) -> Vec<u8> {
    let strides: Vec<usize> = shape
        .iter()
        .scan(size, |stride, &n| {
            let this = *stride;
            *stride *= n;
            Some(this)
        })
        .collect();
    let mut index = vec![0; shape.len()];
    let mut ordered = Vec::with_capacity(data.len());
    for _ in 0..data.len() / size.max(1) {
        let start: usize = index.iter().zip(&strides).map(|(i, stride)| i * stride).sum();
        ordered.extend_from_slice(&data[start..start + size]);
        for (place, &n) in index.iter_mut().zip(shape).rev() {
            *place += 1;
            if *place < n {
                break;
            }
            *place = 0;
        }
    }
    ordered
}

struct Header {
    stored: Stored,
    big_endian: bool,
    columns_first: bool,
    shape: Vec<usize>,
}

impl Header {
    /// Reads the literal of a dictionary with the keys `descr`, `fortran_order` and `shape`.
    fn parse(text: &str) -> Result<Header, FormatError> {
        let value = |key: &str| {
            let after = text.split_once(&format!("'{key}':")).map(|(_, after)| after.trim_start());
            after.ok_or_else(|| FormatError::Malformed(format!("its header has no {key}")))
        };
        let descr = value("descr")?;
        let code = descr.strip_prefix('\'').and_then(|rest| rest.split_once('\'')).map(|(code, _)| code);
        let code = code.ok_or_else(|| FormatError::Unsupported("a record of several fields".to_owned()))?;
        let (order, kind) = match code.chars().next() {
            Some(order @ ('<' | '>' | '|' | '=')) => (order, &code[1..]),
            _ => ('=', code),
        };
        let stored = match kind {
            "b1" => Stored::Bool,
            "i1" | "i2" | "i4" | "i8" => Stored::Int(usize::from(kind.as_bytes()[1] - b'0')),
            "u1" | "u2" | "u4" | "u8" => Stored::UInt(usize::from(kind.as_bytes()[1] - b'0')),
            "f2" | "f4" | "f8" => Stored::Float(usize::from(kind.as_bytes()[1] - b'0')),
            _ => return Err(FormatError::Unsupported(format!("the element type {code}"))),
        };
        let shape = value("shape")?;
        let inside = shape.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(inside, _)| inside);
        let inside = inside.ok_or_else(|| malformed("its shape is no tuple"))?;
        let sizes = inside.split(',').map(str::trim).filter(|size| !size.is_empty());
        let sizes: Result<Vec<usize>, _> = sizes.map(str::parse).collect();
        Ok(Header {
            stored,
            big_endian: order == '>',
            columns_first: value("fortran_order")?.starts_with("True"),
            shape: sizes.map_err(|_| malformed("its shape is not made of sizes"))?,
        })
    }
}

fn write_array(value: &Expr) -> Result<Vec<u8>, FormatError> {
    let (stored, shape, data) = arrays::write(value)?;
    let code = match stored {
        Stored::Bool => "|b1",
        Stored::Int(_) | Stored::UInt(_) => "<i8",
        Stored::Float(_) | Stored::BFloat16 => "<f8",
    };
    let sizes: Vec<String> = shape.iter().map(ToString::to_string).collect();
    let comma = if sizes.len() == 1 { "," } else { "" };
    let mut header = format!("{{'descr': '{code}', 'fortran_order': False, 'shape': ({}{comma}), }}", sizes.join(", "));
    // The elements begin at a multiple of 64, after a line break.
    const FIXED: usize = 10;
    let padding = 63 - (FIXED + header.len()) % 64;
    header.extend(std::iter::repeat_n(' ', padding));
    header.push('\n');
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    let length = u16::try_from(header.len()).map_err(|_| FormatError::Value("the rank is too high".to_owned()))?;
    bytes.extend(length.to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    Ok(bytes)
}

fn read_archive(bytes: &[u8]) -> Result<Expr, FormatError> {
    let error = |error: zip::result::ZipError| FormatError::Malformed(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(error)?;
    let mut rules = Vec::with_capacity(archive.len());
    let limit = most_unpacked(bytes.len());
    let mut total = 0;
    for place in 0..archive.len() {
        let mut member = archive.by_index(place).map_err(error)?;
        let name = member.name().map_err(error)?.into_owned();
        let Some(name) = name.strip_suffix(".npy") else { continue };
        let mut contents = Vec::new();
        // What a member says of its size may be a lie: what comes out is counted.
        let read = member.by_ref().take(limit - total + 1).read_to_end(&mut contents);
        read.map_err(|error| FormatError::Malformed(format!("{name}: {error}")))?;
        total += contents.len() as u64;
        if total > limit {
            return Err(FormatError::TooLarge { bytes: total, limit });
        }
        let array = read_array(&contents).map_err(|error| FormatError::Malformed(format!("{name}: {error}")))?;
        rules.push(Expr::rule(Expr::string(name), array));
    }
    Ok(Expr::call(Sym::Association, rules))
}

fn write_archive(named: Vec<(String, Expr)>) -> Result<Vec<u8>, FormatError> {
    let failed = |error: &dyn std::fmt::Display| FormatError::Value(error.to_string());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, array) in named {
        let contents = write_array(&array).map_err(|error| FormatError::Value(format!("{name}: {error}")))?;
        let options = SimpleFileOptions::default();
        archive.start_file(format!("{name}.npy"), options).map_err(|error| failed(&error))?;
        archive.write_all(&contents).map_err(|error| failed(&error))?;
    }
    archive.finish().map(Cursor::into_inner).map_err(|error| failed(&error))
}

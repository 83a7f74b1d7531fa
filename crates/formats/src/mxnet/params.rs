//! The arrays of a model: files that MXNet writes with `mx.nd.save`, with the extension `.params`.
//!
//! A file is a magic number, a reserved word, the arrays, and their names; all numbers are little-endian.
//! <https://github.com/apache/mxnet/blob/master/src/ndarray/ndarray.cc>

use netform_expr::Expr;

use crate::FormatError;
use crate::arrays::{self, Stored};

/// The number with which files begin.
pub(super) const MAGIC: u64 = 0x112;

/// Arrays begin with one of these, or, in the earliest version, with their rank.
const VERSION_1: u32 = 0xf993_fac8;
const VERSION_2: u32 = 0xf993_fac9;
const VERSION_3: u32 = 0xf993_faca;

/// Ranks are no larger than this; a file that says so is no file of this kind.
const MOST_LEVELS: u32 = 32;

/// The arrays with their names; arrays without elements that were never given a shape are left out.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<(String, Expr)>, FormatError> {
    let mut bytes = Bytes { all: bytes, rest: bytes };
    let named = bytes.file();
    named.map_err(|error| match error {
        FormatError::Malformed(text) => FormatError::Malformed(format!("at byte {}: {text}", bytes.position())),
        other => other,
    })
}

/// What is left of the bytes.
struct Bytes<'a> {
    all: &'a [u8],
    rest: &'a [u8],
}

fn malformed(text: String) -> FormatError {
    FormatError::Malformed(text)
}

impl<'a> Bytes<'a> {
    fn position(&self) -> usize {
        self.all.len() - self.rest.len()
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], FormatError> {
        let (taken, rest) =
            self.rest.split_at_checked(count).ok_or_else(|| malformed("the file ends too early".to_owned()))?;
        self.rest = rest;
        Ok(taken)
    }

    fn word<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        self.take(N)?.try_into().map_err(|_| malformed("the file ends too early".to_owned()))
    }

    fn u32(&mut self) -> Result<u32, FormatError> {
        self.word().map(u32::from_le_bytes)
    }

    /// A count of things of at least so many bytes each, all of which are still to come.
    fn count(&mut self, each: usize) -> Result<usize, FormatError> {
        let count = u64::from_le_bytes(self.word()?);
        let fits = usize::try_from(count).ok().filter(|count| count.saturating_mul(each) <= self.rest.len());
        fits.ok_or_else(|| malformed(format!("{count} items are announced, but {} bytes are left", self.rest.len())))
    }

    fn file(&mut self) -> Result<Vec<(String, Expr)>, FormatError> {
        if u64::from_le_bytes(self.word()?) != MAGIC {
            return Err(malformed("it does not begin as files of arrays do".to_owned()));
        }
        self.take(8)?;
        let count = self.count(4)?;
        let arrays = (0..count).map(|_| self.array()).collect::<Result<Vec<_>, _>>()?;
        let names = self.count(8)?;
        if names != count {
            let text = if names == 0 {
                "its arrays have no names; those of a model have".to_owned()
            } else {
                format!("it has {count} arrays, but {names} names")
            };
            return Err(malformed(text));
        }
        let mut named = Vec::with_capacity(count);
        for array in arrays {
            let length = self.count(1)?;
            let name = std::str::from_utf8(self.take(length)?).map_err(|error| malformed(error.to_string()))?;
            named.extend(array.map(|array| (name.to_owned(), array)));
        }
        Ok(named)
    }

    fn array(&mut self) -> Result<Option<Expr>, FormatError> {
        let first = self.u32()?;
        if first == VERSION_2 || first == VERSION_3 {
            let storage = self.u32()?;
            if storage != 0 {
                return Err(FormatError::Unsupported("an array that is stored as a sparse one".to_owned()));
            }
        }
        let (rank, is_wide) = match first {
            VERSION_1 | VERSION_2 | VERSION_3 => (self.u32()?, true),
            rank => (rank, false),
        };
        if rank > MOST_LEVELS && rank != u32::MAX {
            return Err(malformed(format!("an array has {rank} levels")));
        }
        // Without levels an array is none, but for the latest version, where one of unknown shape has -1.
        if rank == u32::MAX || (rank == 0 && first != VERSION_3) {
            return Ok(None);
        }
        let size = |bytes: &mut Self| match is_wide {
            true => i64::from_le_bytes(bytes.word()?)
                .try_into()
                .map_err(|_| malformed("an array has a dimension that is no size".to_owned())),
            false => bytes.u32().map(|size| size as usize),
        };
        let shape = (0..rank).map(|_| size(self)).collect::<Result<Vec<usize>, _>>()?;
        // The device on which it was.
        self.take(8)?;
        let code = self.u32()?;
        let stored = match code {
            0 => Stored::Float(4),
            1 => Stored::Float(8),
            2 => Stored::Float(2),
            3 => Stored::UInt(1),
            4 => Stored::Int(4),
            5 => Stored::Int(1),
            6 => Stored::Int(8),
            7 => Stored::Bool,
            8 => Stored::Int(2),
            9 => Stored::UInt(2),
            10 => Stored::UInt(4),
            11 => Stored::UInt(8),
            12 => Stored::BFloat16,
            other => return Err(FormatError::Unsupported(format!("the element type {other} of an array"))),
        };
        let length = arrays::byte_count(stored, &shape)?;
        arrays::read(stored, &shape, self.take(length)?).map(Some)
    }
}

//! HDF5 files: arrays and attributes by their paths.
//!
//! <https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html>

use hdf5_pure::{AttrValue, DType, File};
use netform_expr::Expr;

use crate::FormatError;
use crate::arrays::{self, Stored};

/// A file in memory.
pub(crate) struct Hdf5 {
    file: File,
}

impl Hdf5 {
    /// # Errors
    /// Where the bytes are no HDF5 file.
    pub(crate) fn open(bytes: Vec<u8>) -> Result<Hdf5, FormatError> {
        let file = File::from_bytes(bytes).map_err(|error| FormatError::Malformed(format!("HDF5: {error}")))?;
        Ok(Hdf5 { file })
    }

    /// An array, or `None` if there is none of this path.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(crate) fn array(&self, path: &str) -> Result<Option<Expr>, FormatError> {
        let failed = |error: hdf5_pure::Error| FormatError::Malformed(format!("{path}: {error}"));
        let Ok(dataset) = self.file.dataset(path) else { return Ok(None) };
        let sizes = dataset.shape().map_err(failed)?;
        let too_large = || FormatError::TooLarge { bytes: u64::MAX, limit: u64::from(u32::MAX) };
        let shape: Result<Vec<usize>, _> = sizes.iter().map(|&n| usize::try_from(n).map_err(|_| too_large())).collect();
        let shape = shape?;
        let kind = dataset.dtype().map_err(failed)?;
        let size = usize::try_from(dataset.element_size().map_err(failed)?).map_err(|_| too_large())?;
        let stored = match kind {
            DType::F32 | DType::F64 => Stored::Float(size),
            DType::I8 | DType::I16 | DType::I32 | DType::I64 => Stored::Int(size),
            DType::U8 | DType::U16 | DType::U32 | DType::U64 => Stored::UInt(size),
            // The type of half precision has no name there.
            DType::Other(_) if size == 2 => Stored::Float(2),
            other => return Err(FormatError::Unsupported(format!("{path}: the element type {other}"))),
        };
        // What is announced is compared with what the file can hold before memory is taken; compression makes
        // at most a thousandth of it.
        let bytes = arrays::byte_count(stored, &shape)?;
        if bytes as u64 / 1024 > self.file.file_size() {
            return Err(FormatError::Malformed(format!("{path}: an array of {bytes} bytes cannot be in this file")));
        }
        let data = dataset.read_raw().map_err(failed)?;
        arrays::read(stored, &shape, &data).map(Some)
    }

    /// The attribute of a group, as texts.
    pub(crate) fn texts(&self, path: &str, name: &str) -> Option<Vec<String>> {
        let group = if path.is_empty() { self.file.root() } else { self.file.group(path).ok()? };
        match group.attrs().ok()?.remove(name)? {
            AttrValue::String(text)
            | AttrValue::AsciiString(text)
            | AttrValue::StringSized { value: text, .. }
            | AttrValue::AsciiStringSized { value: text, .. }
            | AttrValue::VarLenString(text)
            | AttrValue::VarLenAsciiString(text) => Some(vec![text]),
            AttrValue::StringArray(texts)
            | AttrValue::AsciiStringArray(texts)
            | AttrValue::StringArraySized { values: texts, .. }
            | AttrValue::AsciiStringArraySized { values: texts, .. }
            | AttrValue::VarLenStringArray(texts)
            | AttrValue::VarLenAsciiStringArray(texts) => Some(texts),
            _ => None,
        }
    }
}

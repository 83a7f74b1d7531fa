//! Members of zip archives that nobody vouches for.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::FormatError;

/// So many bytes may all that a reader wants of an archive have when it is unpacked: much where little was packed is no file
/// of a net, whose numbers do not become much shorter, but meant to fill the memory.
pub(crate) fn most_unpacked(packed: usize) -> u64 {
    const ALWAYS: u64 = 1 << 28;
    const RATIO: u64 = 8;
    (packed as u64).saturating_mul(RATIO).max(ALWAYS)
}

/// An archive that is read.
pub(crate) struct Zip<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    largest: u64,
}

impl<'a> Zip<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Zip<'a>, FormatError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| FormatError::Malformed(error.to_string()))?;
        Ok(Zip { archive, largest: most_unpacked(bytes.len()) })
    }

    /// The contents of a member of at most so many bytes. What the archive says of its size may be a lie: what comes out is
    /// counted.
    pub(crate) fn member(&mut self, name: &str, limit: u64) -> Result<Vec<u8>, FormatError> {
        let failed = |error: &dyn std::fmt::Display| FormatError::Malformed(format!("{name}: {error}"));
        let limit = limit.min(self.largest);
        let file = self.archive.by_name(name).map_err(|error| failed(&error))?;
        let mut contents = Vec::new();
        file.take(limit.saturating_add(1)).read_to_end(&mut contents).map_err(|error| failed(&error))?;
        if contents.len() as u64 > limit {
            return Err(failed(&format!("it is larger than {limit} bytes when it is unpacked")));
        }
        Ok(contents)
    }
}

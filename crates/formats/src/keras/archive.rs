//! The two containers: `.keras` archives, and single HDF5 files.

use std::io::{Cursor, Read};

use serde_json::Value as Json;
use zip::ZipArchive;

use crate::FormatError;
use crate::hdf5::Hdf5;

/// So large may the description of a model be.
const DESCRIPTION_LIMIT: u64 = 1 << 28;

/// So many bytes may the arrays of a model have.
const ARRAYS_LIMIT: u64 = 1 << 33;

/// A member of an archive may be so many times as large as what it is unpacked from.
const RATIO_LIMIT: u64 = 1100;

/// A model of a file: its description, and its arrays.
pub(super) struct Archive {
    pub(super) description: Json,
    pub(super) arrays: Hdf5,
    /// Whether the arrays have the names of layers, in lists, as in HDF5 files; else they lie by the structure of the model.
    pub(super) listed: bool,
    version: i64,
}

impl Archive {
    /// # Errors
    /// Where the file is none of both, or damaged.
    pub(super) fn open(bytes: &[u8]) -> Result<Archive, FormatError> {
        if bytes.starts_with(b"PK") { Archive::of_zip(bytes) } else { Archive::of_hdf5(bytes) }
    }

    /// The version of Keras, by its first number.
    pub(super) fn version(&self) -> i64 {
        self.version
    }

    /// The backend with which an HDF5 file was written.
    pub(super) fn backend(&self) -> Option<String> {
        self.arrays.texts("", "backend")?.into_iter().next()
    }

    fn of_zip(bytes: &[u8]) -> Result<Archive, FormatError> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| FormatError::Malformed(error.to_string()))?;
        let limit = (bytes.len() as u64).saturating_mul(RATIO_LIMIT);
        let description = member(&mut zip, "config.json", DESCRIPTION_LIMIT.min(limit))?;
        let arrays = member(&mut zip, "model.weights.h5", ARRAYS_LIMIT.min(limit))?;
        let description = json("config.json", &description)?;
        Ok(Archive { description, arrays: Hdf5::open(arrays)?, listed: false, version: 3 })
    }

    fn of_hdf5(bytes: &[u8]) -> Result<Archive, FormatError> {
        let arrays = Hdf5::open(bytes.to_vec())?;
        let text = arrays.texts("", "model_config").and_then(|texts| texts.into_iter().next());
        let text = text.ok_or_else(|| {
            FormatError::Malformed(
                "it has no attribute \"model_config\", so it holds arrays without a model; save the whole model"
                    .to_owned(),
            )
        })?;
        let version = arrays.texts("", "keras_version").or_else(|| arrays.texts("model_weights", "keras_version"));
        let version = version.and_then(|texts| texts.first()?.split('.').next()?.parse().ok()).unwrap_or(2);
        Ok(Archive { description: json("model_config", text.as_bytes())?, arrays, listed: true, version })
    }
}

/// The contents of a member. What the archive says of its size may be a lie: what comes out is counted.
fn member(zip: &mut ZipArchive<Cursor<&[u8]>>, name: &str, limit: u64) -> Result<Vec<u8>, FormatError> {
    let failed = |error: &dyn std::fmt::Display| FormatError::Malformed(format!("{name}: {error}"));
    let file = zip.by_name(name).map_err(|error| failed(&error))?;
    let mut contents = Vec::new();
    file.take(limit + 1).read_to_end(&mut contents).map_err(|error| failed(&error))?;
    if contents.len() as u64 > limit {
        return Err(failed(&format!("it is larger than {limit} bytes when it is unpacked")));
    }
    Ok(contents)
}

fn json(name: &str, text: &[u8]) -> Result<Json, FormatError> {
    serde_json::from_slice(text).map_err(|error| FormatError::Malformed(format!("{name}: {error}")))
}

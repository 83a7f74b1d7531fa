//! The two containers: `.keras` archives, and single HDF5 files.

use serde_json::Value as Json;

use super::functions;
use crate::FormatError;
use crate::hdf5::Hdf5;
use crate::zipped::Zip;

/// So large may the description of a model be.
const DESCRIPTION_LIMIT: u64 = 1 << 28;

/// So many bytes may the arrays of a model have.
const ARRAYS_LIMIT: u64 = 1 << 33;

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
        let mut zip = Zip::open(bytes)?;
        let description = zip.member("config.json", DESCRIPTION_LIMIT)?;
        let arrays = zip.member("model.weights.h5", ARRAYS_LIMIT)?;
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
        let description = functions::as_operations(json("model_config", text.as_bytes())?);
        Ok(Archive { description, arrays, listed: true, version })
    }
}

fn json(name: &str, text: &[u8]) -> Result<Json, FormatError> {
    serde_json::from_slice(&with_infinities_as_texts(text))
        .map_err(|error| FormatError::Malformed(format!("{name}: {error}")))
}

/// The words that Python writes for what JSON has no numbers for.
const WORDS: [&str; 3] = ["-Infinity", "Infinity", "NaN"];

/// A description in which infinite numbers, and what is no number, are objects of the class `__number__`.
fn with_infinities_as_texts(text: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(text.len());
    let mut quoted = false;
    let mut place = 0;
    while let Some(&byte) = text.get(place) {
        let rest = &text[place..];
        let word = WORDS.iter().find(|word| !quoted && rest.starts_with(word.as_bytes()));
        if let Some(word) = word {
            written.extend_from_slice(format!("{{\"class_name\":\"__number__\",\"config\":\"{word}\"}}").as_bytes());
            place += word.len();
            continue;
        }
        if quoted && byte == b'\\' {
            written.extend_from_slice(&rest[..rest.len().min(2)]);
            place += 2;
            continue;
        }
        quoted ^= byte == b'"';
        written.push(byte);
        place += 1;
    }
    written
}

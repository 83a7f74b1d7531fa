//! Files in other systems' formats, as expressions: `Import` and `Export`.
//!
//! A format is a record ([`Format`]): how bytes become a value, and a value bytes. Files are
//! untrusted: every reader checks sizes before it takes memory, and no content is executed.
//!
//! ```
//! use netform_expr::Expr;
//! use netform_formats::FORMATS;
//!
//! let npy = FORMATS.iter().find(|format| format.name == "NPY").expect("a known format");
//! let value = Expr::list([Expr::real(1.5), Expr::real(2.0)]);
//! let bytes = (npy.write.expect("it can be written"))(&value)?;
//! assert_eq!((npy.read)(&bytes)?, value);
//! # Ok::<(), netform_formats::FormatError>(())
//! ```

mod arrays;
mod call;
mod error;
mod jpeg;
mod json;
mod npy;
mod pixels;
mod png;
mod safe_tensors;
mod text;

use netform_eval::Registry;
use netform_expr::Expr;

pub use error::FormatError;

/// What reads and writes files of one format.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// The name that users write.
    pub name: &'static str,
    /// The extensions of files, without the dot.
    pub extensions: &'static [&'static str],
    /// What a file is, in a few words.
    pub summary: &'static str,
    /// From the contents of a file to its value.
    pub read: fn(&[u8]) -> Result<Expr, FormatError>,
    /// From a value to the contents of a file.
    pub write: Option<fn(&Expr) -> Result<Vec<u8>, FormatError>>,
}

/// All formats.
pub const FORMATS: &[Format] =
    &[safe_tensors::FORMAT, npy::NPY, npy::NPZ, json::FORMAT, png::FORMAT, jpeg::FORMAT, text::TEXT, text::LINES];

/// Adds `Import`, `Export` and `File` to a registry.
pub fn register(registry: &mut Registry) {
    registry.register(&[&call::IMPORT, &call::EXPORT, &call::FILE]);
}

/// The format with this name, or for files with this extension.
fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name.eq_ignore_ascii_case(name))
}

fn of_path(path: &str) -> Option<&'static Format> {
    let extension = path.rsplit_once('.')?.1;
    FORMATS.iter().find(|format| format.extensions.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

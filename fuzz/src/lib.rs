//! What the fuzz targets of readers have in common.

use std::io;

use netform::Host;
use netform::eval::Session;
use netform::expr::Expr;

/// A host on which every file has the same contents.
struct OneFile(Vec<u8>);

impl Host for OneFile {
    fn read_file(&mut self, _: &str) -> io::Result<Vec<u8>> {
        Ok(self.0.clone())
    }
}

/// What `Import` makes of these bytes as the contents of a file of this name.
///
/// # Panics
/// When the evaluation does not end with a value.
pub fn import(name: &str, data: &[u8]) -> Expr {
    evaluate_with(&format!("Import[\"{name}\"]"), data)
}

/// The value of a text where all files have these contents.
///
/// # Panics
/// When the evaluation does not end with a value.
pub fn evaluate_with(text: &str, data: &[u8]) -> Expr {
    let mut session = Session::with_host(netform::registry(), Box::new(OneFile(data.to_vec())));
    let value = session.evaluate_source(text);
    value.expect("the evaluation ends").expect("it is an input")
}

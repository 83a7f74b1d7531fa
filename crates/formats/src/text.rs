//! Plain text, whole or by lines.

use netform_expr::Expr;

use crate::{Format, FormatError, Reader, Writer};

pub(crate) const TEXT: Format = Format {
    name: "Text",
    extensions: &["txt"],
    summary: "a string",
    read: Reader::Bytes(read),
    write: Some(Writer::Bytes(write)),
};

pub(crate) const LINES: Format = Format {
    name: "Lines",
    extensions: &[],
    summary: "a list of strings",
    read: Reader::Bytes(read_lines),
    write: Some(Writer::Bytes(write_lines)),
};

pub(crate) fn decode(bytes: &[u8]) -> Result<&str, FormatError> {
    std::str::from_utf8(bytes).map_err(|error| FormatError::Malformed(format!("it is not UTF-8: {error}")))
}

pub(crate) fn read(bytes: &[u8]) -> Result<Expr, FormatError> {
    decode(bytes).map(Expr::string)
}

fn read_lines(bytes: &[u8]) -> Result<Expr, FormatError> {
    Ok(Expr::list(decode(bytes)?.lines().map(Expr::string)))
}

fn write(value: &Expr) -> Result<Vec<u8>, FormatError> {
    match value.as_str() {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => Err(FormatError::Value("a string is needed".to_owned())),
    }
}

fn write_lines(value: &Expr) -> Result<Vec<u8>, FormatError> {
    let items = value.args();
    let lines: Option<Vec<&str>> = items.iter().map(Expr::as_str).collect();
    let lines = lines.filter(|_| value.is_list());
    let lines = lines.ok_or_else(|| FormatError::Value("a list of strings is needed".to_owned()))?;
    Ok(lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect())
}

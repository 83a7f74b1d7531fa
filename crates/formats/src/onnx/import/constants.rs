//! Arrays of the file, and files beside it.

use netform_eval::{Flow, Session};
use netform_expr::Expr;

use super::value::{Content, Value};
use crate::onnx::model::Tensor;
use crate::onnx::sparse::Sparse;
use crate::onnx::tensor::{self, Element, FileAccess};
use crate::{FormatError, Source};

/// Files in the folder of a model.
pub(super) struct Beside<'a> {
    pub(super) session: &'a mut Session,
    pub(super) path: &'a str,
}

impl FileAccess for Beside<'_> {
    fn part(&mut self, beside: Option<&str>, offset: u64, length: usize) -> Result<Vec<u8>, FormatError> {
        let folder = self.path.rfind(['/', '\\']).map_or("", |end| &self.path[..=end]);
        let path = beside.map_or(self.path.to_owned(), |location| format!("{folder}{location}"));
        let read = self.session.host().read_file_part(&path, offset, length);
        read.map_err(|error| FormatError::Malformed(format!("its elements are in {path:?}: {error}")))
    }
}

/// A stored array as a constant.
pub(super) fn constant(
    session: &mut Session,
    source: &Source<'_>,
    stored: &Tensor<'_>,
) -> Result<Result<Value, FormatError>, Flow> {
    let read = tensor::read(stored, &mut Beside { session, path: source.path });
    let element = Element::of(stored.element_type);
    match read {
        Ok(value) => Ok(Ok(of_value(value, element, stored.dimensions.iter().map(|d| Expr::integer(*d)).collect()))),
        Err(error) => Ok(Err(error)),
    }
}

/// A known value; truth values become numbers.
pub(super) fn of_value(value: Expr, element: Element, dimensions: Vec<Expr>) -> Value {
    let value = if element == Element::Bool { tensor::truth_as_numbers(&value) } else { value };
    Value { content: Content::Constant(value), element, dimensions }
}

/// An array of which some elements are stored, as a constant.
pub(super) fn sparse(
    session: &mut Session,
    source: &Source<'_>,
    stored: &Sparse<'_>,
) -> Result<Result<Value, FormatError>, Flow> {
    let element = Element::of(stored.values.element_type);
    let read = stored.dense(&mut Beside { session, path: source.path });
    let dimensions = stored.dimensions.iter().map(|d| Expr::integer(*d)).collect();
    Ok(read.map(|value| of_value(value, element, dimensions)))
}

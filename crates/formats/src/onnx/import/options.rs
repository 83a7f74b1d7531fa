//! The options of the reader.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::onnx::tensor::truth_as_numbers;
use crate::{FormatError, Source};

/// What the user says about a model.
#[derive(Debug, Default)]
pub(super) struct Options {
    /// Values of inputs that are no inputs of the net then.
    pub(super) constants: Vec<(String, Expr)>,
    /// Sizes of named dimensions, or dimensions of inputs.
    pub(super) dimensions: Vec<(String, Expr)>,
}

impl Options {
    pub(super) fn read(session: &mut Session, source: &Source<'_>) -> Result<Result<Options, FormatError>, Flow> {
        let named = |name: &str| match source.option(name) {
            None => Ok(Vec::new()),
            Some(value) => crate::safe_tensors::named_values(value).map_err(|_| {
                FormatError::Value(format!("the option {name:?} must be an association from names to values"))
            }),
        };
        let (constants, dimensions) = match (named("Constants"), named("Dimensions")) {
            (Ok(constants), Ok(dimensions)) => (constants, dimensions),
            (Err(error), _) | (_, Err(error)) => return Ok(Err(error)),
        };
        let constants: Vec<(String, Expr)> =
            constants.into_iter().map(|(name, value)| (name, truth_as_numbers(&value))).collect();
        for (name, value) in &constants {
            if !value.is_number() && session.shape_of(value)?.dimensions().is_none() {
                return Ok(Err(FormatError::Value(format!("the value for {name:?} in \"Constants\" is no array"))));
            }
        }
        for (name, value) in &dimensions {
            let sizes = if value.is_list() { value.args().into_owned() } else { vec![value.clone()] };
            if !sizes.iter().all(|size| size.as_usize().is_some() || size.is_symbol()) || value.has_head(Sym::Rule) {
                let text = format!("{name:?} in \"Dimensions\" must be a size, a symbol, or a list of them");
                return Ok(Err(FormatError::Value(text)));
            }
        }
        Ok(Ok(Options { constants, dimensions }))
    }

    pub(super) fn constant(&self, name: &str) -> Option<&Expr> {
        self.constants.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(super) fn dimension(&self, name: &str) -> Option<&Expr> {
        self.dimensions.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

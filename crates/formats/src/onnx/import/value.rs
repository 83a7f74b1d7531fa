//! Values of a graph while it is imported.

use netform_expr::Expr;
use rustc_hash::FxHashMap;

use crate::onnx::tensor::Element;

/// A value.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) content: Content,
    pub(super) element: Element,
    /// Integers, or expressions in the symbols of dimensions.
    pub(super) dimensions: Vec<Expr>,
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// It is known; symbols of dimensions may be in it.
    Constant(Expr),
    /// An input of the net or the output of a layer, as edges name it, and an input of the net on which it depends.
    Port(Expr, String),
    /// Several values.
    Sequence(Vec<Value>),
    /// A value that may be there or not.
    Optional(Option<Box<Value>>),
    /// An error has been told about it.
    Failed,
}

impl Value {
    /// A value about which an error has been told.
    pub(super) fn failed() -> Value {
        Value { content: Content::Failed, element: Element::Other(0), dimensions: Vec::new() }
    }

    pub(super) fn is_failed(&self) -> bool {
        matches!(self.content, Content::Failed)
    }

    pub(super) fn constant(&self) -> Option<&Expr> {
        match &self.content {
            Content::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The number of elements, if it is known.
    pub(super) fn count(&self) -> Option<usize> {
        self.dimensions.iter().try_fold(1_usize, |count, d| count.checked_mul(d.as_usize()?))
    }
}

/// The values of a graph by their names; those of the graph around it can be seen.
#[derive(Debug, Default)]
pub(super) struct Scope<'p> {
    pub(super) outer: Option<&'p Scope<'p>>,
    pub(super) values: FxHashMap<String, Value>,
}

impl<'p> Scope<'p> {
    pub(super) fn inside(outer: &'p Scope<'p>) -> Scope<'p> {
        Scope { outer: Some(outer), values: FxHashMap::default() }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let mut scope = Some(self);
        while let Some(current) = scope {
            if let Some(value) = current.values.get(name) {
                return Some(value);
            }
            scope = current.outer;
        }
        None
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
    }
}

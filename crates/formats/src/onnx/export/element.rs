//! What the elements of arrays are in a model.

use crate::onnx::tensor;

/// What elements of arrays of a model that is written are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Element {
    Float,
    Double,
    /// Integers of 64 bits.
    Integer,
    /// Integers of 32 bits, at ports only.
    Short,
    Truth,
}

impl Element {
    /// The number of the type in the format.
    pub(super) fn code(self) -> i64 {
        match self {
            Element::Float => 1,
            Element::Double => 11,
            Element::Integer => 7,
            Element::Short => 6,
            Element::Truth => 9,
        }
    }

    const ALL: [Element; 5] = [Element::Float, Element::Double, Element::Integer, Element::Short, Element::Truth];

    /// The element with a name of the format.
    pub(super) fn named(name: &str) -> Option<Element> {
        Element::ALL.into_iter().find(|element| tensor::Element::of(element.code()).name() == name)
    }

    /// Elements as bytes.
    pub(super) fn bytes(self, elements: &[f64]) -> Vec<u8> {
        match self {
            Element::Float => elements.iter().flat_map(|x| (*x as f32).to_le_bytes()).collect(),
            Element::Double => elements.iter().flat_map(|x| x.to_le_bytes()).collect(),
            Element::Integer => elements.iter().flat_map(|x| (*x as i64).to_le_bytes()).collect(),
            Element::Short => elements.iter().flat_map(|x| (*x as i32).to_le_bytes()).collect(),
            Element::Truth => elements.iter().map(|x| u8::from(*x != 0.0)).collect(),
        }
    }
}

//! What the elements of arrays are in a model.

/// What elements are.
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

    /// The element with a name of the format.
    pub(super) fn named(name: &str) -> Option<Element> {
        match name {
            "FLOAT" => Some(Element::Float),
            "DOUBLE" => Some(Element::Double),
            "INT64" => Some(Element::Integer),
            "INT32" => Some(Element::Short),
            "BOOL" => Some(Element::Truth),
            _ => None,
        }
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

//! Arrays of known numbers.

use netform_compile::Constant;

use super::language::Notation;
use super::memory::Kind;
use super::program::Written;
use crate::arrays::real_number;
use crate::scalar::Scalars;
use crate::scalar::bare;

/// An array of known numbers.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) shape: Vec<usize>,
    pub(super) elements: Vec<f64>,
    /// The path of an array of the net, with dots between its parts.
    pub(super) path: Option<String>,
}

/// Arrays of fewer elements are not worth another type.
const FEW: usize = 8;

impl Known {
    /// Whether all elements are numbers of single precision too, as those of most nets in files are.
    pub(super) fn is_narrow(&self) -> bool {
        let is_single = |x: &f64| f64::from(*x as f32).to_bits() == x.to_bits();
        self.kind == Kind::Real && self.elements.len() >= FEW && self.elements.iter().all(is_single)
    }
}

/// A name that no array has yet.
pub(super) fn free_name(constants: &[Known], own: String) -> String {
    let is_taken = |name: &str| constants.iter().any(|known| known.name == name);
    let numbered = (2..).map(|number| format!("{own}_{number}"));
    std::iter::once(own.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
}

/// The elements of a constant.
pub(super) fn known_numbers(constant: &Constant, scalars: &mut Scalars<'_>) -> Written<Vec<f64>> {
    let elements: Option<Vec<f64>> = match constant {
        Constant::Array(array) => array.scalars().map(real_number).collect(),
        Constant::Exact { elements, .. } => elements.iter().map(|element| scalars.number(element)).collect(),
    };
    elements.ok_or_else(|| "a constant is no machine number".to_owned())
}

/// Elements of an array, several to a line.
pub(super) fn list(language: &dyn Notation, kind: Kind, elements: &[f64]) -> String {
    const LINE: usize = 110;
    let mut text = String::new();
    let mut width = 0;
    for &element in elements {
        let item = language.number(element, kind.into());
        let item = bare(&item);
        if width == 0 || width + item.len() + 2 > LINE {
            text.push_str(if width == 0 { "    " } else { ",\n    " });
            width = 4;
        } else {
            text.push_str(", ");
        }
        width += item.len() + 2;
        text.push_str(item);
    }
    text
}

//! What elements are while a program runs, and how they are computed with.

use netform_array::{ElementType, Layout};
use netform_expr::Expr;

use super::error::InterpretError;
use super::random::Draws;
use super::tensor::Tensor;
use crate::dim::Sizes;
use crate::program::{Constant, Contraction, Label, ReductionKind, ScalarFunction};

/// What the elements of all values are while a program is interpreted: machine numbers
/// ([`Machine`](super::Machine)), expressions ([`Symbolic`](super::Symbolic)), and whatever else
/// gives these operations a meaning.
///
/// A domain has one kind of element for all element types; integers and truth values are special
/// elements of it.
pub trait Domain {
    /// An element.
    type Element: Clone;

    /// A scalar function, prepared for being applied many times.
    type Function;

    /// Prepares a scalar function for given sizes.
    ///
    /// # Errors
    /// When the function cannot be computed in this domain.
    fn prepare(&mut self, function: &ScalarFunction, sizes: &Sizes) -> Result<Self::Function, InterpretError>;

    /// The value of a scalar function.
    ///
    /// # Errors
    /// When there is none.
    fn apply(
        &mut self,
        function: &mut Self::Function,
        arguments: &[Self::Element],
    ) -> Result<Self::Element, InterpretError>;

    /// The elements of a constant in row-major order.
    ///
    /// # Errors
    /// When an element does not belong to the domain.
    fn constant(&mut self, constant: &Constant) -> Result<Vec<Self::Element>, InterpretError>;

    /// The element that stands for an integer.
    fn integer(&mut self, value: usize) -> Self::Element;

    /// Combines elements in order.
    ///
    /// # Errors
    /// When that has no value.
    fn reduce(
        &mut self,
        kind: ReductionKind,
        element: ElementType,
        elements: Vec<Self::Element>,
    ) -> Result<Self::Element, InterpretError>;

    /// The integer that an element stands for, if it is one.
    fn as_integer(&self, element: &Self::Element) -> Option<i64>;

    /// What an element is in the language.
    fn expression(&self, element: &Self::Element) -> Expr;

    /// Whether an element that is no integer may stand for one.
    fn is_open(&self, element: &Self::Element) -> bool;

    /// An element as an integer from 1 to `greatest`.
    ///
    /// # Errors
    /// [`InterpretError::NoIndex`] where it is none.
    fn index(
        &mut self,
        label: &Expr,
        element: &Self::Element,
        greatest: &Self::Element,
    ) -> Result<Self::Element, InterpretError> {
        let limit = self.as_integer(greatest);
        match self.as_integer(element) {
            Some(value) if value >= 1 && limit.is_none_or(|limit| value <= limit) => Ok(self.integer(value as usize)),
            None if self.is_open(element) => Ok(element.clone()),
            _ => Err(InterpretError::NoIndex {
                label: label.clone(),
                found: self.expression(element),
                greatest: self.expression(greatest),
            }),
        }
    }

    /// The choice at a position, from 1, that is not a known integer.
    ///
    /// # Errors
    /// When the domain has no such elements.
    fn pick(&mut self, position: &Self::Element, choices: Vec<Self::Element>) -> Result<Self::Element, InterpretError>;

    /// One of two elements, by a truth value.
    ///
    /// # Errors
    /// When the domain cannot express the choice.
    fn select(
        &mut self,
        condition: &Self::Element,
        yes: &Self::Element,
        no: &Self::Element,
    ) -> Result<Self::Element, InterpretError>;

    /// Whether `a < b`.
    ///
    /// # Errors
    /// [`InterpretError::Undecided`].
    fn is_less(&mut self, a: &Self::Element, b: &Self::Element) -> Result<bool, InterpretError>;

    /// The same number as an element of another type.
    ///
    /// # Errors
    /// When there is none.
    fn convert(
        &mut self,
        element: &Self::Element,
        from: ElementType,
        to: ElementType,
    ) -> Result<Self::Element, InterpretError>;

    /// Random elements in row-major order.
    ///
    /// # Errors
    /// When the domain has none of this distribution.
    fn random(&mut self, draws: &Draws<'_>) -> Result<Vec<Self::Element>, InterpretError>;

    /// Called before every instruction: the place to stop a long computation.
    ///
    /// # Errors
    /// [`InterpretError::Stopped`].
    fn checkpoint(&mut self) -> Result<(), InterpretError> {
        Ok(())
    }

    /// A sum of products; by default just that, product by product and sum by sum.
    ///
    /// # Errors
    /// When a sum or product has no value.
    fn contract(
        &mut self,
        contraction: &Contraction,
        element: ElementType,
        operands: &[Tensor<Self::Element>],
    ) -> Result<Vec<Self::Element>, InterpretError>
    where
        Self: Sized,
    {
        contract_by_definition(self, contraction, element, operands)
    }
}

/// The sum over all labels not in the result, in lexicographic order of their first occurrences,
/// of the product of the operands.
pub(super) fn contract_by_definition<D: Domain>(
    domain: &mut D,
    contraction: &Contraction,
    element: ElementType,
    operands: &[Tensor<D::Element>],
) -> Result<Vec<D::Element>, InterpretError> {
    let mut labels: Vec<Label> = contraction.result.to_vec();
    let mut sizes: Vec<usize> = vec![0; labels.len()];
    for (names, operand) in contraction.operands.iter().zip(operands) {
        for (label, &size) in names.iter().zip(operand.shape()) {
            match labels.iter().position(|other| other == label) {
                Some(place) => sizes[place] = size,
                None => {
                    labels.push(*label);
                    sizes.push(size);
                }
            }
        }
    }
    let (kept, summed) = sizes.split_at(contraction.result.len());
    let mut results = Vec::new();
    for outer in indices(kept)? {
        let mut products = Vec::new();
        for inner in indices(summed)? {
            let mut factors = Vec::with_capacity(operands.len());
            for (names, operand) in contraction.operands.iter().zip(operands) {
                let index: Vec<usize> = names
                    .iter()
                    .filter_map(|label| labels.iter().position(|other| other == label))
                    .map(|place| if place < outer.len() { outer[place] } else { inner[place - outer.len()] })
                    .collect();
                let factor =
                    operand.get(&index).ok_or(InterpretError::Invalid("operands of one label differ in size"))?;
                factors.push(factor.clone());
            }
            products.push(domain.reduce(ReductionKind::Product, element, factors)?);
        }
        results.push(domain.reduce(ReductionKind::Sum, element, products)?);
    }
    Ok(results)
}

/// All indices of a shape in row-major order.
pub(super) fn indices(shape: &[usize]) -> Result<impl Iterator<Item = Vec<usize>>, InterpretError> {
    let count = Layout::row_major(shape)?.len();
    let shape = shape.to_vec();
    Ok((0..count).map(move |mut rest| {
        let mut index = vec![0; shape.len()];
        for (place, &size) in index.iter_mut().zip(&shape).rev() {
            *place = rest % size;
            rest /= size;
        }
        index
    }))
}

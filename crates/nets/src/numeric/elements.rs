//! Lists of numbers as tensors, and back.

use netform_array::{Array, ElementType, element_count, item_count};
use netform_compile::{Dim, ELEMENT_LIMIT, InterpretError, Machine, Tensor};
use netform_expr::{Expr, Sym};

use crate::data::limit_of;

/// An array of ones, or why there is none.
pub(super) fn ones(shape: &[Dim]) -> Result<Tensor<f64>, InterpretError> {
    let shape = known_sizes(shape);
    if item_count(&shape) > ELEMENT_LIMIT {
        return Err(InterpretError::TooLarge { shape, limit: ELEMENT_LIMIT });
    }
    Ok(Tensor::new(&shape, vec![1.0; element_count(&shape)?])?)
}

pub(super) fn known_sizes(shape: &[Dim]) -> Vec<usize> {
    shape.iter().filter_map(Dim::as_integer).filter_map(|n| usize::try_from(n).ok()).collect()
}

/// The elements of a list of real numbers or truth values, or a single one, as machine numbers.
pub(super) fn machine_tensor(value: &Expr, shape: &[Dim]) -> Tensor<f64> {
    let sizes = known_sizes(shape);
    let mut elements = Vec::new();
    push_machine_numbers(value, &mut elements);
    Tensor::new(&sizes, elements).unwrap_or_else(|_| unreachable!("a list fills the shape that it was fitted to"))
}

/// The elements of several lists of one shape, one list after the other.
pub(super) fn machine_tensors(values: impl Iterator<Item = Expr>, count: usize, shape: &[Dim]) -> Tensor<f64> {
    let sizes: Vec<usize> = std::iter::once(count).chain(known_sizes(shape)).collect();
    let mut elements = Vec::new();
    values.for_each(|value| push_machine_numbers(&value, &mut elements));
    Tensor::new(&sizes, elements).unwrap_or_else(|_| unreachable!("lists fill the shape that they were fitted to"))
}

/// Adds the elements of a list, or a single one.
pub(super) fn push_machine_numbers(value: &Expr, elements: &mut Vec<f64>) {
    if let Some(array) = value.as_array() {
        match (array.doubles(), array.as_i64()) {
            (Some(reals), _) => elements.extend_from_slice(&reals),
            (_, Some(integers)) => elements.extend(integers.iter().map(|&i| i as f64)),
            _ => {}
        }
    } else if value.is_list() {
        value.args().iter().for_each(|item| push_machine_numbers(item, elements));
    } else {
        let number = value.as_number().and_then(|n| n.to_f64());
        let truth = || [(Sym::True, 1.0), (Sym::False, 0.0)].into_iter().find(|(symbol, _)| value.is(*symbol));
        let other = || truth().map(|(_, number)| number).or_else(|| limit_of(value));
        elements.push(number.or_else(other).unwrap_or(f64::NAN));
    }
}

pub(super) fn round_to_single(tensor: &Tensor<f64>) -> Tensor<f64> {
    let rounded = tensor.to_vec().into_iter().map(|x| f64::from(x as f32)).collect();
    Tensor::new(tensor.shape(), rounded).unwrap_or_else(|_| unreachable!("rounding keeps the shape"))
}

/// The list of a result: integers where the program states them, else reals.
pub(super) fn to_expr(tensor: &Tensor<f64>, element: ElementType) -> Expr {
    if element == ElementType::I64
        && let Ok(array) = Machine::array(tensor, element)
    {
        return Expr::array(array);
    }
    match Array::from_f64(tensor.shape(), tensor.to_vec()) {
        Ok(array) => Expr::array(array),
        Err(_) => unreachable!("a tensor's elements fill its shape"),
    }
}

//! Dimensions and the arithmetic on them that can overflow.

use smallvec::SmallVec;

use crate::error::ArrayError;

/// The dimensions of an array, outermost first; empty for a scalar.
pub type Shape = SmallVec<[usize; 4]>;

/// The number of elements of an array of the given dimensions: their product, 1 for rank 0.
///
/// # Errors
/// [`ArrayError::ShapeOverflow`] when the product exceeds `isize::MAX`. A shape with a dimension
/// 0 has no elements, whatever its other dimensions are.
///
/// ```
/// use netform_array::element_count;
/// assert_eq!(element_count(&[2, 3]), Ok(6));
/// assert_eq!(element_count(&[]), Ok(1));
/// assert!(element_count(&[usize::MAX, 2]).is_err());
/// ```
pub fn element_count(shape: &[usize]) -> Result<usize, ArrayError> {
    if shape.contains(&0) {
        return Ok(0);
    }
    shape
        .iter()
        .try_fold(1usize, |product, &dimension| product.checked_mul(dimension))
        .filter(|&product| isize::try_from(product).is_ok())
        .ok_or_else(|| ArrayError::ShapeOverflow { shape: shape.into() })
}

/// The number of items of the lists that write an array of the given dimensions: its elements, or
/// where it has none the empty lists, which a dimension 0 ends. More than there can be is `usize::MAX`.
///
/// ```
/// use netform_array::item_count;
/// assert_eq!(item_count(&[2, 3]), 6);
/// assert_eq!(item_count(&[2, 3, 0, 5]), 6);
/// assert_eq!(item_count(&[usize::MAX, 2]), usize::MAX);
/// ```
pub fn item_count(shape: &[usize]) -> usize {
    let shown = shape.iter().take_while(|&&dimension| dimension != 0);
    shown.fold(1, |product: usize, &dimension| product.saturating_mul(dimension))
}

/// The distance between neighbours along each axis of a row-major array, in elements.
///
/// The strides of an array without elements are zero.
///
/// ```
/// use netform_array::row_major_strides;
/// assert_eq!(row_major_strides(&[2, 3, 4]).as_slice(), &[12, 4, 1]);
/// ```
pub fn row_major_strides(shape: &[usize]) -> SmallVec<[isize; 4]> {
    let mut strides = SmallVec::from_elem(0, shape.len());
    if shape.contains(&0) {
        return strides;
    }
    let mut step = 1isize;
    for (axis, &dimension) in shape.iter().enumerate().rev() {
        strides[axis] = step;
        step = step.saturating_mul(isize::try_from(dimension).unwrap_or(isize::MAX));
    }
    strides
}

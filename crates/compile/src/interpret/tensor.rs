//! The values of an interpreted program: shared elements read through a layout.

use std::sync::Arc;

use netform_array::{ArrayError, Layout, View};

/// An array of any kind of elements. Views of it share the elements.
///
/// ```
/// use netform_compile::Tensor;
/// let tensor = Tensor::new(&[2, 2], vec!["a", "b", "c", "d"])?;
/// let column = tensor.relayout(|layout| layout.index(1, 0))?;
/// assert_eq!(column.to_vec(), ["a", "c"]);
/// # Ok::<(), netform_array::ArrayError>(())
/// ```
#[derive(Debug)]
pub struct Tensor<T> {
    elements: Arc<Vec<T>>,
    layout: Layout,
}

impl<T> Clone for Tensor<T> {
    fn clone(&self) -> Self {
        Tensor { elements: self.elements.clone(), layout: self.layout.clone() }
    }
}

impl<T> Tensor<T> {
    /// A tensor of the given shape with elements in row-major order.
    ///
    /// # Errors
    /// [`ArrayError::SizeMismatch`] or [`ArrayError::ShapeOverflow`].
    pub fn new(shape: &[usize], elements: Vec<T>) -> Result<Tensor<T>, ArrayError> {
        let layout = View::contiguous(&elements, shape)?.layout().clone();
        Ok(Tensor { elements: elements.into(), layout })
    }

    /// A tensor of rank 0.
    pub fn scalar(element: T) -> Tensor<T> {
        Tensor { elements: vec![element].into(), layout: Layout::scalar() }
    }

    /// The dimensions, outermost first.
    pub fn shape(&self) -> &[usize] {
        self.layout.shape()
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.layout.len()
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.layout.is_empty()
    }

    /// The elements in row-major order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.layout.offsets().map(|offset| &self.elements[offset])
    }

    /// The element at an index, if the index lies inside the shape.
    pub fn get(&self, index: &[usize]) -> Option<&T> {
        self.layout.position(index).and_then(|position| self.elements.get(position))
    }

    /// The elements that are stored, and the layout through which they are read.
    pub(crate) fn stored(&self) -> (&[T], &Layout) {
        (&self.elements, &self.layout)
    }

    /// The elements in row-major order, where they are stored so.
    pub(crate) fn as_slice(&self) -> Option<&[T]> {
        if !self.layout.is_contiguous() {
            return None;
        }
        self.elements.get(self.layout.offset()..self.layout.offset() + self.len())
    }

    /// A view of the tensor.
    ///
    /// # Errors
    /// None for layouts that come from the tensor's own.
    pub fn view(&self) -> Result<View<'_, T>, ArrayError> {
        View::new(&self.elements, self.layout.clone())
    }

    /// The same elements through another layout, made from the present one.
    ///
    /// # Errors
    /// Those of `change`; [`ArrayError::OutOfBounds`] when the layout leaves the elements.
    pub fn relayout(
        &self,
        change: impl FnOnce(&Layout) -> Result<Layout, ArrayError>,
    ) -> Result<Tensor<T>, ArrayError> {
        let layout = change(&self.layout)?;
        View::new(&self.elements, layout.clone())?;
        Ok(Tensor { elements: self.elements.clone(), layout })
    }
}

impl Tensor<f64> {
    /// The element that all elements are, without being stored several times.
    pub(crate) fn uniform(&self) -> Option<f64> {
        let same = self.layout.shape().iter().zip(self.layout.strides()).all(|(&size, &step)| size == 1 || step == 0);
        if same && !self.is_empty() { self.elements.get(self.layout.offset()).copied() } else { None }
    }
}

impl<T: Clone> Tensor<T> {
    /// The elements in row-major order, copied.
    pub fn to_vec(&self) -> Vec<T> {
        self.iter().cloned().collect()
    }

    /// The same elements in row-major order under another shape; shared where they lie in order.
    ///
    /// # Errors
    /// [`ArrayError::SizeMismatch`] or [`ArrayError::ShapeOverflow`].
    pub fn reshape(&self, shape: &[usize]) -> Result<Tensor<T>, ArrayError> {
        let natural = Layout::row_major(shape)?;
        if self.layout.is_contiguous() && self.layout.offset() == 0 && self.elements.len() == self.len() {
            View::contiguous(&self.elements, shape)?;
            return Ok(Tensor { elements: self.elements.clone(), layout: natural });
        }
        Tensor::new(shape, self.to_vec())
    }
}

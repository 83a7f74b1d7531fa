//! Read-only views: a slice read through a layout.

use std::iter::repeat_n;
use std::sync::Arc;

use crate::error::ArrayError;
use crate::layout::{Layout, Offsets};
use crate::{Array, Buffer, Element};

/// A read-only view of a slice through a [`Layout`].
///
/// Every constructor checks that all indices stay inside the slice. The operations return new
/// views and copy no elements.
///
/// ```
/// use netform_array::View;
/// let signal = [1, 2, 3, 4, 5];
/// let windows = View::contiguous(&signal, &[5])?.window(0, 3, 1, 1)?;
/// assert_eq!(windows.shape(), &[3, 3]);
/// assert_eq!(windows.to_vec(), [1, 2, 3, 2, 3, 4, 3, 4, 5]);
/// # Ok::<(), netform_array::ArrayError>(())
/// ```
#[derive(Debug)]
pub struct View<'a, T> {
    data: &'a [T],
    layout: Layout,
}

impl<T> Clone for View<'_, T> {
    fn clone(&self) -> Self {
        View { data: self.data, layout: self.layout.clone() }
    }
}

/// Operations of [`Layout`] on views.
macro_rules! delegate {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {
        $(
            #[doc = concat!("See [`Layout::", stringify!($name), "`].")]
            ///
            /// # Errors
            /// As there.
            pub fn $name(&self, $($argument: $type),*) -> Result<Self, ArrayError> {
                Ok(View { data: self.data, layout: self.layout.$name($($argument),*)? })
            }
        )*
    };
}

impl<'a, T> View<'a, T> {
    /// The slice `data` read through a layout.
    ///
    /// # Errors
    /// [`ArrayError::OutOfBounds`] when an index would leave `data`.
    pub fn new(data: &'a [T], layout: Layout) -> Result<Self, ArrayError> {
        if !layout.fits(data.len()) {
            return Err(ArrayError::OutOfBounds { len: data.len() });
        }
        Ok(View { data, layout })
    }

    /// The row-major view of a whole slice.
    ///
    /// # Errors
    /// [`ArrayError::SizeMismatch`] unless the shape has as many elements as the slice.
    pub fn contiguous(data: &'a [T], shape: &[usize]) -> Result<Self, ArrayError> {
        let layout = Layout::row_major(shape)?;
        let expected = layout.len();
        if expected != data.len() {
            return Err(ArrayError::SizeMismatch { shape: shape.into(), expected, found: data.len() });
        }
        Ok(View { data, layout })
    }

    /// Where each index leads.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The dimensions, outermost first.
    pub fn shape(&self) -> &[usize] {
        self.layout.shape()
    }

    /// The distance between neighbours along each axis, in elements.
    pub fn strides(&self) -> &[isize] {
        self.layout.strides()
    }

    /// The position of the first element in [`View::data`].
    pub fn offset(&self) -> usize {
        self.layout.offset()
    }

    /// The slice that the view reads.
    pub fn data(&self) -> &'a [T] {
        self.data
    }

    /// The number of dimensions.
    pub fn rank(&self) -> usize {
        self.layout.rank()
    }

    /// The number of elements of the view. Elements of the slice may count more than once.
    pub fn len(&self) -> usize {
        self.layout.len()
    }

    /// Whether the view has no elements.
    pub fn is_empty(&self) -> bool {
        self.layout.is_empty()
    }

    /// The elements as a slice, if the view reads them in order without gaps.
    pub fn as_slice(&self) -> Option<&'a [T]> {
        let len = self.len();
        if len == 0 {
            return Some(&[]);
        }
        self.layout.is_contiguous().then(|| &self.data[self.offset()..self.offset() + len])
    }

    /// The element at an index, if the index lies inside the shape.
    pub fn get(&self, index: &[usize]) -> Option<&'a T> {
        self.data.get(self.layout.position(index)?)
    }

    /// The positions in [`View::data`] of all elements in row-major order of the view.
    pub fn offsets(&self) -> Offsets {
        self.layout.offsets()
    }

    /// The elements in row-major order of the view.
    pub fn iter(&self) -> impl Iterator<Item = &'a T> + use<'a, T> {
        let data = self.data;
        self.offsets().map(move |offset| &data[offset])
    }

    /// The elements in row-major order, copied.
    pub fn to_vec(&self) -> Vec<T>
    where
        T: Clone,
    {
        match self.as_slice() {
            Some(elements) => elements.to_vec(),
            None => self.iter().cloned().collect(),
        }
    }

    /// The elements in row-major order, copied into an array.
    ///
    /// # Errors
    /// [`ArrayError::ShapeOverflow`] when their number does not fit the address space.
    pub fn to_array(&self) -> Result<Array, ArrayError>
    where
        T: Element,
    {
        // A shared slice of known length is filled where it is: a vector would be copied into it.
        let first = self.iter().next();
        let mut elements: Arc<[T]> = first.map_or_else(|| [].into(), |&first| repeat_n(first, self.len()).collect());
        let room = Arc::make_mut(&mut elements);
        match self.as_slice() {
            Some(source) => room.copy_from_slice(source),
            None => room.iter_mut().zip(self.iter()).for_each(|(place, &element)| *place = element),
        }
        Array::from_buffer(Buffer::new(elements), 0, self.shape())
    }

    delegate! {
        transpose(axes: &[usize]);
        replicate(axis: usize, size: usize);
        extend(axis: usize, size: usize);
        slice(axis: usize, start: usize, step: usize, count: usize);
        index(axis: usize, index: usize);
        reverse(axis: usize);
        window(axis: usize, size: usize, stride: usize, dilation: usize);
        diagonal(axis: usize, other: usize);
    }
}

//! The dense row-major array.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::buffer::{Buffer, Singles, each_type};
use crate::element::sealed::Element as _;
use crate::element::{Complex, Element, ElementType, Scalar, sealed};
use crate::error::ArrayError;
use crate::shape::{Shape, element_count};
use crate::view::View;

/// A dense row-major array: a contiguous window of a shared [`Buffer`] with a shape.
///
/// Cloning and taking rows copies no elements. Two arrays are equal when element type, shape and
/// the *bits* of the elements are equal: NaN equals itself and `0.0` differs from `-0.0`, so
/// arrays can be keys.
#[derive(Clone)]
pub struct Array {
    buffer: Buffer,
    offset: usize,
    len: usize,
    shape: Shape,
}

macro_rules! typed_access {
    ($($from:ident $as:ident $type:ty, $what:literal;)*) => {
        $(
            #[doc = concat!("An array of ", $what, " in row-major order.")]
            ///
            /// # Errors
            /// As [`Array::new`].
            pub fn $from(shape: impl AsRef<[usize]>, elements: Vec<$type>) -> Result<Array, ArrayError> {
                Array::new(shape, elements)
            }

            #[doc = concat!("The elements in row-major order, if they are ", $what, ".")]
            pub fn $as(&self) -> Option<&[$type]> {
                self.elements::<$type>()
            }
        )*
    };
}

impl Array {
    /// An array of the given shape with the given elements in row-major order.
    ///
    /// # Errors
    /// [`ArrayError::SizeMismatch`] or [`ArrayError::ShapeOverflow`].
    ///
    /// ```
    /// use netform_array::Array;
    /// assert_eq!(Array::new([2, 2], vec![1i64, 2, 3, 4])?.shape(), &[2, 2]);
    /// assert!(Array::new([2, 2], vec![1i64, 2, 3]).is_err());
    /// # Ok::<(), netform_array::ArrayError>(())
    /// ```
    pub fn new<T: Element>(shape: impl AsRef<[usize]>, elements: Vec<T>) -> Result<Array, ArrayError> {
        let shape = shape.as_ref();
        let len = fitting_count(shape, elements.len())?;
        Ok(Array { buffer: Buffer::new(elements), offset: 0, len, shape: shape.into() })
    }

    typed_access! {
        from_bool as_bool bool, "truth values";
        from_i64 as_i64 i64, "integers of 64 bits";
        from_f32 as_f32 f32, "single-precision reals";
        from_f64 as_f64 f64, "double-precision reals";
        from_complex as_complex Complex, "complex numbers";
    }

    /// An array of double-precision reals that are numbers of single precision, and lie in memory as these.
    ///
    /// # Errors
    /// As [`Array::new`].
    ///
    /// ```
    /// use netform_array::Array;
    /// let narrow = Array::from_singles([2], vec![0.5, 0.1])?;
    /// assert_eq!(narrow, Array::from_f64([2], vec![0.5, f64::from(0.1_f32)])?);
    /// # Ok::<(), netform_array::ArrayError>(())
    /// ```
    pub fn from_singles(shape: impl AsRef<[usize]>, elements: impl Into<Arc<[f32]>>) -> Result<Array, ArrayError> {
        let buffer = Buffer::Singles(Arc::new(Singles::new(elements)));
        let shape = shape.as_ref();
        let len = fitting_count(shape, buffer.len())?;
        Ok(Array { buffer, offset: 0, len, shape: shape.into() })
    }

    /// The elements in row-major order as they lie in memory, if they are double-precision reals that lie there in single precision.
    pub fn as_singles(&self) -> Option<&[f32]> {
        match &self.buffer {
            Buffer::Singles(singles) => Some(&singles.stored()[self.offset..self.offset + self.len]),
            _ => None,
        }
    }

    /// The elements in row-major order, if they are double-precision reals, for being read once: those in single precision are
    /// widened and not kept so.
    pub fn doubles(&self) -> Option<Cow<'_, [f64]>> {
        match self.as_singles() {
            Some(singles) => Some(singles.iter().map(|&single| f64::from(single)).collect()),
            None => self.as_f64().map(Cow::Borrowed),
        }
    }

    /// Whether the elements are double-precision reals.
    pub fn is_real(&self) -> bool {
        self.element_type() == ElementType::F64
    }

    /// An array of rank 0.
    pub fn scalar<T: Element>(element: T) -> Array {
        Array { buffer: Buffer::new(vec![element]), offset: 0, len: 1, shape: Shape::new() }
    }

    /// The window of a shared buffer that starts at `offset` and has the given shape.
    ///
    /// # Errors
    /// [`ArrayError::OutOfBounds`] when the window exceeds the buffer,
    /// [`ArrayError::ShapeOverflow`].
    pub fn from_buffer(buffer: Buffer, offset: usize, shape: impl AsRef<[usize]>) -> Result<Array, ArrayError> {
        let shape = shape.as_ref();
        let len = element_count(shape)?;
        if offset.checked_add(len).is_none_or(|end| end > buffer.len()) {
            return Err(ArrayError::OutOfBounds { len: buffer.len() });
        }
        Ok(Array { buffer, offset, len, shape: shape.into() })
    }

    /// The dimensions, outermost first; empty for rank 0.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The number of dimensions.
    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    /// The number of elements: the product of the dimensions.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The type of the elements.
    pub fn element_type(&self) -> ElementType {
        self.buffer.element_type()
    }

    /// The storage, of which the array may be a part.
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Where in its storage the array begins, in elements.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The elements in row-major order, if they are of type `T`.
    pub fn elements<T: Element>(&self) -> Option<&[T]> {
        self.buffer.elements().map(|elements| &elements[self.offset..self.offset + self.len])
    }

    /// A view of the whole array, if its elements are of type `T`.
    pub fn view<T: Element>(&self) -> Option<View<'_, T>> {
        View::contiguous(self.elements()?, self.shape()).ok()
    }

    /// The elements one by one in row-major order, each with its type.
    ///
    /// ```
    /// use netform_array::{Array, Scalar};
    /// let array = Array::from_i64([2], vec![7, 8])?;
    /// assert!(array.scalars().eq([Scalar::I64(7), Scalar::I64(8)]));
    /// # Ok::<(), netform_array::ArrayError>(())
    /// ```
    pub fn scalars(&self) -> impl ExactSizeIterator<Item = Scalar> + '_ {
        (self.offset..self.offset + self.len)
            .map(|index| self.buffer.get(index).expect("the window lies within its buffer"))
    }

    /// The element at a row-major position, if there is one.
    pub fn get(&self, position: usize) -> Option<Scalar> {
        if position < self.len { self.buffer.get(self.offset + position) } else { None }
    }

    /// The sub-array at an index of the first dimension. It shares the buffer.
    ///
    /// # Panics
    /// When the rank is 0 or the index is not less than the first dimension.
    pub fn row(&self, index: usize) -> Array {
        assert!(index < self.shape[0], "row {index} of an array with {} rows", self.shape[0]);
        let len = self.len / self.shape[0];
        Array { buffer: self.buffer.clone(), offset: self.offset + index * len, len, shape: self.shape[1..].into() }
    }

    /// The sub-arrays along the first dimension, in order; none for rank 0.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Array> + '_ {
        (0..self.shape.first().copied().unwrap_or(0)).map(|index| self.row(index))
    }

    /// The rows `start .. start + count` as one array. It shares the buffer.
    ///
    /// # Errors
    /// [`ArrayError::NoSuchAxis`] for rank 0, [`ArrayError::OutOfBounds`] when there are not
    /// that many rows.
    pub fn row_range(&self, start: usize, count: usize) -> Result<Array, ArrayError> {
        let Some(&rows) = self.shape.first() else {
            return Err(ArrayError::NoSuchAxis { axis: 0, rank: 0 });
        };
        if start.checked_add(count).is_none_or(|end| end > rows) {
            return Err(ArrayError::OutOfBounds { len: self.len });
        }
        let row_len = self.len.checked_div(rows).unwrap_or(0);
        let mut shape = self.shape.clone();
        shape[0] = count;
        Ok(Array { buffer: self.buffer.clone(), offset: self.offset + start * row_len, len: count * row_len, shape })
    }

    /// The same elements in row-major order under another shape. It shares the buffer.
    ///
    /// # Errors
    /// [`ArrayError::SizeMismatch`] unless the shape has exactly as many elements.
    pub fn reshape(&self, shape: impl AsRef<[usize]>) -> Result<Array, ArrayError> {
        let shape = shape.as_ref();
        fitting_count(shape, self.len)?;
        Ok(Array { shape: shape.into(), ..self.clone() })
    }
}

/// The number of elements of `shape`, which must be `found`.
fn fitting_count(shape: &[usize], found: usize) -> Result<usize, ArrayError> {
    let expected = element_count(shape)?;
    if expected != found {
        return Err(ArrayError::SizeMismatch { shape: shape.into(), expected, found });
    }
    Ok(expected)
}

impl PartialEq for Array {
    fn eq(&self, other: &Array) -> bool {
        fn same<T: sealed::Element>(_: &[T], a: &Array, b: &Array) -> bool {
            match (a.elements::<T>(), b.elements::<T>()) {
                (Some(a), Some(b)) => a.iter().zip(b).all(|(&a, &b)| a.same_bits(b)),
                _ => false,
            }
        }
        if self.shape != other.shape {
            return false;
        }
        match (self.as_singles(), other.as_singles()) {
            (None, None) => each_type!(&self.buffer, e => same(e, self, other)),
            (Some(a), Some(b)) => a.iter().zip(b).all(|(a, b)| a.same_bits(*b)),
            (Some(singles), None) => same_numbers(other, singles),
            (None, Some(singles)) => same_numbers(self, singles),
        }
    }
}

/// Whether an array has these elements as double-precision reals.
fn same_numbers(array: &Array, singles: &[f32]) -> bool {
    let doubles = array.as_f64();
    doubles.is_some_and(|doubles| doubles.iter().zip(singles).all(|(&a, &b)| a.same_bits(f64::from(b))))
}

impl Eq for Array {}

impl Hash for Array {
    fn hash<H: Hasher>(&self, state: &mut H) {
        fn hash_elements<T: sealed::Element, H: Hasher>(elements: &[T], state: &mut H) {
            for &element in elements {
                element.hash_bits(state);
            }
        }
        self.element_type().hash(state);
        self.shape.hash(state);
        match self.as_singles() {
            Some(singles) => singles.iter().for_each(|&single| f64::from(single).hash_bits(state)),
            None => each_type!(&self.buffer, e => hash_elements(&e[self.offset..self.offset + self.len], state)),
        }
    }
}

/// Prints element type and shape, and the elements when they are few.
impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 16;
        write!(f, "{}{:?}", self.element_type(), self.shape())?;
        if self.len <= SHOWN {
            each_type!(&self.buffer, e => write!(f, "{:?}", &e[self.offset..self.offset + self.len]))?;
        }
        Ok(())
    }
}

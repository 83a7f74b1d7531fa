//! Strided read-only views: one affine map from a result index to a source index.

use smallvec::SmallVec;

use crate::error::ArrayError;
use crate::shape::{Shape, element_count, row_major_strides};

/// The signed distance between neighbours along each axis, in elements.
pub type Strides = SmallVec<[isize; 4]>;

/// A read-only view of a slice: the element at index `(i, j, ...)` is
/// `data[offset + i strides[0] + j strides[1] + ...]`.
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
    offset: usize,
    shape: Shape,
    strides: Strides,
}

impl<T> Clone for View<'_, T> {
    fn clone(&self) -> Self {
        View { shape: self.shape.clone(), strides: self.strides.clone(), ..*self }
    }
}

impl<'a, T> View<'a, T> {
    /// A view with the given offset and strides.
    ///
    /// # Errors
    /// [`ArrayError::OutOfBounds`] when an index would leave `data`,
    /// [`ArrayError::UnequalAxes`] when shape and strides differ in length,
    /// [`ArrayError::ShapeOverflow`].
    pub fn new(data: &'a [T], offset: usize, shape: &[usize], strides: &[isize]) -> Result<Self, ArrayError> {
        if shape.len() != strides.len() {
            return Err(ArrayError::UnequalAxes { first: shape.len(), second: strides.len() });
        }
        if element_count(shape)? > 0 && !stays_within(data.len(), offset, shape, strides) {
            return Err(ArrayError::OutOfBounds { len: data.len() });
        }
        Ok(View { data, offset, shape: shape.into(), strides: strides.into() })
    }

    /// The row-major view of a whole slice.
    ///
    /// # Errors
    /// [`ArrayError::SizeMismatch`] unless the shape has as many elements as the slice.
    pub fn contiguous(data: &'a [T], shape: &[usize]) -> Result<Self, ArrayError> {
        let expected = element_count(shape)?;
        if expected != data.len() {
            return Err(ArrayError::SizeMismatch { shape: shape.into(), expected, found: data.len() });
        }
        Ok(View { data, offset: 0, shape: shape.into(), strides: row_major_strides(shape) })
    }

    /// The dimensions, outermost first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The distance between neighbours along each axis, in elements.
    pub fn strides(&self) -> &[isize] {
        &self.strides
    }

    /// The position of the first element in [`View::data`].
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The slice that the view reads.
    pub fn data(&self) -> &'a [T] {
        self.data
    }

    /// The number of dimensions.
    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    /// The number of elements of the view. Elements of the slice may count more than once.
    pub fn len(&self) -> usize {
        element_count(&self.shape).expect("constructors check the number of elements")
    }

    /// Whether the view has no elements.
    pub fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    /// Whether the view reads its slice in order without gaps.
    pub fn is_contiguous(&self) -> bool {
        let natural = row_major_strides(&self.shape);
        self.is_empty() || (0..self.rank()).all(|a| self.shape[a] == 1 || self.strides[a] == natural[a])
    }

    /// The elements as a slice, if the view reads them in order without gaps.
    pub fn as_slice(&self) -> Option<&'a [T]> {
        let len = self.len();
        if len == 0 {
            return Some(&[]);
        }
        self.is_contiguous().then(|| &self.data[self.offset..self.offset + len])
    }

    /// The element at an index, if the index lies inside the shape.
    pub fn get(&self, index: &[usize]) -> Option<&'a T> {
        if index.len() != self.rank() || index.iter().zip(&self.shape).any(|(i, d)| i >= d) {
            return None;
        }
        let step: isize = index.iter().zip(&self.strides).map(|(&i, &s)| i as isize * s).sum();
        self.data.get(self.offset.checked_add_signed(step)?)
    }

    /// The positions in [`View::data`] of all elements in row-major order of the view.
    pub fn offsets(&self) -> Offsets {
        Offsets::new(self.offset, &self.shape, &self.strides)
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

    /// The view whose axis `k` is axis `axes[k]` of this one.
    ///
    /// # Errors
    /// [`ArrayError::NotAPermutation`].
    pub fn transpose(&self, axes: &[usize]) -> Result<Self, ArrayError> {
        let rank = self.rank();
        if axes.len() != rank || (0..rank).any(|axis| !axes.contains(&axis)) {
            return Err(ArrayError::NotAPermutation { axes: axes.into(), rank });
        }
        Ok(View {
            shape: axes.iter().map(|&axis| self.shape[axis]).collect(),
            strides: axes.iter().map(|&axis| self.strides[axis]).collect(),
            ..*self
        })
    }

    /// The view with a new axis of the given size before position `axis`, along which nothing
    /// changes.
    ///
    /// # Errors
    /// [`ArrayError::NoSuchAxis`] when `axis` exceeds the rank, [`ArrayError::ShapeOverflow`].
    pub fn replicate(&self, axis: usize, size: usize) -> Result<Self, ArrayError> {
        if axis > self.rank() {
            return Err(ArrayError::NoSuchAxis { axis, rank: self.rank() });
        }
        let mut view = self.clone();
        view.shape.insert(axis, size);
        view.strides.insert(axis, 0);
        element_count(&view.shape)?;
        Ok(view)
    }

    /// The view that reads `count` elements along an axis, from `start` in steps of `step`.
    ///
    /// # Errors
    /// [`ArrayError::NoSuchAxis`]; [`ArrayError::OutOfBounds`] when it leaves the axis;
    /// [`ArrayError::ZeroStep`].
    pub fn slice(&self, axis: usize, start: usize, step: usize, count: usize) -> Result<Self, ArrayError> {
        self.check_axis(axis)?;
        if step == 0 {
            return Err(ArrayError::ZeroStep);
        }
        let mut view = self.clone();
        view.shape[axis] = count;
        if count == 0 {
            return Ok(view);
        }
        let last = (count - 1).checked_mul(step).and_then(|length| length.checked_add(start));
        if last.is_none_or(|last| last >= self.shape[axis]) {
            return Err(ArrayError::OutOfBounds { len: self.data.len() });
        }
        if !self.is_empty() {
            view.offset = moved(self.offset, start, self.strides[axis]);
            view.strides[axis] = if count > 1 { self.strides[axis] * step as isize } else { 0 };
        }
        Ok(view)
    }

    /// The view without an axis, at one index of it.
    ///
    /// # Errors
    /// [`ArrayError::NoSuchAxis`], [`ArrayError::OutOfBounds`].
    pub fn index(&self, axis: usize, index: usize) -> Result<Self, ArrayError> {
        let mut view = self.slice(axis, index, 1, 1)?;
        view.shape.remove(axis);
        view.strides.remove(axis);
        Ok(view)
    }

    /// The view that reads an axis from its end to its beginning.
    ///
    /// # Errors
    /// [`ArrayError::NoSuchAxis`].
    pub fn reverse(&self, axis: usize) -> Result<Self, ArrayError> {
        self.check_axis(axis)?;
        let mut view = self.clone();
        if !self.is_empty() {
            view.offset = moved(self.offset, self.shape[axis] - 1, self.strides[axis]);
            view.strides[axis] = -self.strides[axis];
        }
        Ok(view)
    }

    /// The view of all windows along an axis: the axis becomes the window's position, and a new
    /// last axis the offset within it. Position `i`, offset `u` reads `stride i + dilation u`.
    ///
    /// # Errors
    /// [`ArrayError::NoSuchAxis`], [`ArrayError::ZeroStep`]. An axis shorter than the window has
    /// no position.
    pub fn window(&self, axis: usize, size: usize, stride: usize, dilation: usize) -> Result<Self, ArrayError> {
        self.check_axis(axis)?;
        if size == 0 || stride == 0 || dilation == 0 {
            return Err(ArrayError::ZeroStep);
        }
        let reach = (size - 1).checked_mul(dilation).and_then(|length| length.checked_add(1));
        let positions = match reach {
            Some(reach) if reach <= self.shape[axis] => (self.shape[axis] - reach) / stride + 1,
            _ => 0,
        };
        let mut view = self.clone();
        view.shape[axis] = positions;
        view.shape.push(size);
        element_count(&view.shape)?;
        let step = |by: usize, count: usize| match count {
            0 | 1 => 0,
            _ => self.strides[axis] * by as isize,
        };
        view.strides[axis] = step(stride, positions);
        view.strides.push(if positions == 0 { 0 } else { step(dilation, size) });
        Ok(view)
    }

    /// The view in which two axes of equal size have one index: `axis` stays, `other` vanishes.
    ///
    /// # Errors
    /// [`ArrayError::NoSuchAxis`], [`ArrayError::NotAPermutation`] when the axes are the same,
    /// [`ArrayError::UnequalAxes`].
    pub fn diagonal(&self, axis: usize, other: usize) -> Result<Self, ArrayError> {
        self.check_axis(axis)?;
        self.check_axis(other)?;
        if axis == other {
            let axes = Shape::from_slice(&[axis, other]);
            return Err(ArrayError::NotAPermutation { axes, rank: self.rank() });
        }
        let (first, second) = (self.shape[axis], self.shape[other]);
        if first != second {
            return Err(ArrayError::UnequalAxes { first, second });
        }
        let mut view = self.clone();
        view.strides[axis] += self.strides[other];
        view.shape.remove(other);
        view.strides.remove(other);
        Ok(view)
    }

    fn check_axis(&self, axis: usize) -> Result<(), ArrayError> {
        if axis < self.rank() { Ok(()) } else { Err(ArrayError::NoSuchAxis { axis, rank: self.rank() }) }
    }
}

/// `offset + count stride`, known to lie inside the slice.
fn moved(offset: usize, count: usize, stride: isize) -> usize {
    offset.wrapping_add_signed((count as isize).wrapping_mul(stride))
}

/// Whether all indices of a non-empty strided shape fall into `0 .. len`.
fn stays_within(len: usize, offset: usize, shape: &[usize], strides: &[isize]) -> bool {
    let (mut low, mut high) = (offset as i128, offset as i128);
    for (&dimension, &stride) in shape.iter().zip(strides) {
        let reach = (dimension as i128 - 1) * stride as i128;
        if reach < 0 { low += reach } else { high += reach }
    }
    low >= 0 && high < len as i128
}

/// The positions of a view's elements in row-major order. See [`View::offsets`].
#[derive(Clone, Debug)]
pub struct Offsets {
    offset: usize,
    left: usize,
    index: Shape,
    shape: Shape,
    strides: Strides,
}

impl Offsets {
    fn new(offset: usize, shape: &[usize], strides: &[isize]) -> Offsets {
        Offsets {
            offset,
            left: element_count(shape).expect("constructors check the number of elements"),
            index: Shape::from_elem(0, shape.len()),
            shape: shape.into(),
            strides: strides.into(),
        }
    }
}

impl Iterator for Offsets {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let here = self.offset;
        for axis in (0..self.shape.len()).rev() {
            self.index[axis] += 1;
            if self.index[axis] < self.shape[axis] {
                self.offset = moved(self.offset, 1, self.strides[axis]);
                break;
            }
            self.index[axis] = 0;
            self.offset = moved(self.offset, self.shape[axis] - 1, self.strides[axis].wrapping_neg());
        }
        Some(here)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Offsets {}

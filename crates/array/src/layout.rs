//! The affine map from an index to a position in row-major storage, and the operations that
//! change only this map.

use smallvec::SmallVec;

use crate::error::ArrayError;
use crate::shape::{Shape, element_count, row_major_strides};

/// The signed distance between neighbours along each axis, in elements.
pub type Strides = SmallVec<[isize; 4]>;

/// Where the element at an index lies: `offset + i strides[0] + j strides[1] + ...`.
///
/// Transposing, slicing, reversing, replicating, windows and diagonals give another layout of the
/// same storage, and never one that reaches outside of what the first one reached.
///
/// ```
/// use netform_array::Layout;
/// let matrix = Layout::row_major(&[2, 3])?;
/// let column = matrix.index(1, 2)?.reverse(0)?;
/// assert!(column.offsets().eq([5, 2]));
/// # Ok::<(), netform_array::ArrayError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    offset: usize,
    shape: Shape,
    strides: Strides,
}

impl Layout {
    /// A layout with the given offset and strides.
    ///
    /// # Errors
    /// [`ArrayError::UnequalAxes`] when shape and strides differ in length,
    /// [`ArrayError::ShapeOverflow`].
    pub fn new(offset: usize, shape: &[usize], strides: &[isize]) -> Result<Layout, ArrayError> {
        if shape.len() != strides.len() {
            return Err(ArrayError::UnequalAxes { first: shape.len(), second: strides.len() });
        }
        element_count(shape)?;
        Ok(Layout { offset, shape: shape.into(), strides: strides.into() })
    }

    /// The layout of a row-major array of the given shape.
    ///
    /// # Errors
    /// [`ArrayError::ShapeOverflow`].
    pub fn row_major(shape: &[usize]) -> Result<Layout, ArrayError> {
        Layout::new(0, shape, &row_major_strides(shape))
    }

    /// The layout of an array of rank 0.
    pub fn scalar() -> Layout {
        Layout { offset: 0, shape: Shape::new(), strides: Strides::new() }
    }

    /// The dimensions, outermost first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The distance between neighbours along each axis, in elements.
    pub fn strides(&self) -> &[isize] {
        &self.strides
    }

    /// The position of the first element.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The number of dimensions.
    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    /// The number of indices. Several of them may lead to one position.
    pub fn len(&self) -> usize {
        element_count(&self.shape).expect("constructors check the number of elements")
    }

    /// Whether there is no index.
    pub fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    /// Whether the positions follow each other in row-major order without gaps.
    pub fn is_contiguous(&self) -> bool {
        let natural = row_major_strides(&self.shape);
        self.is_empty() || (0..self.rank()).all(|a| self.shape[a] == 1 || self.strides[a] == natural[a])
    }

    /// Whether all positions lie in `0 .. len`.
    pub fn fits(&self, len: usize) -> bool {
        if self.is_empty() {
            return true;
        }
        let (mut low, mut high) = (self.offset as i128, self.offset as i128);
        for (&dimension, &stride) in self.shape.iter().zip(&self.strides) {
            let reach = (dimension as i128 - 1) * stride as i128;
            if reach < 0 { low += reach } else { high += reach }
        }
        low >= 0 && high < len as i128
    }

    /// The position of an index, if the index lies inside the shape.
    pub fn position(&self, index: &[usize]) -> Option<usize> {
        if index.len() != self.rank() || index.iter().zip(&self.shape).any(|(i, d)| i >= d) {
            return None;
        }
        let step: isize = index.iter().zip(&self.strides).map(|(&i, &s)| i as isize * s).sum();
        self.offset.checked_add_signed(step)
    }

    /// The positions of all indices in row-major order.
    pub fn offsets(&self) -> Offsets {
        Offsets {
            offset: self.offset,
            left: self.len(),
            index: Shape::from_elem(0, self.rank()),
            shape: self.shape.clone(),
            strides: self.strides.clone(),
        }
    }

    /// The layout whose axis `k` is axis `axes[k]` of this one.
    ///
    /// # Errors
    /// [`ArrayError::NotAPermutation`].
    pub fn transpose(&self, axes: &[usize]) -> Result<Self, ArrayError> {
        let rank = self.rank();
        if axes.len() != rank || (0..rank).any(|axis| !axes.contains(&axis)) {
            return Err(ArrayError::NotAPermutation { axes: axes.into(), rank });
        }
        Ok(Layout {
            shape: axes.iter().map(|&axis| self.shape[axis]).collect(),
            strides: axes.iter().map(|&axis| self.strides[axis]).collect(),
            offset: self.offset,
        })
    }

    /// The layout with a new axis of the given size before position `axis`, along which nothing
    /// changes.
    ///
    /// # Errors
    /// [`ArrayError::NoSuchAxis`] when `axis` exceeds the rank, [`ArrayError::ShapeOverflow`].
    pub fn replicate(&self, axis: usize, size: usize) -> Result<Self, ArrayError> {
        if axis > self.rank() {
            return Err(ArrayError::NoSuchAxis { axis, rank: self.rank() });
        }
        let mut layout = self.clone();
        layout.shape.insert(axis, size);
        layout.strides.insert(axis, 0);
        element_count(&layout.shape)?;
        Ok(layout)
    }

    /// The layout in which an axis of size 1 has the given size, all along which nothing changes.
    ///
    /// # Errors
    /// [`ArrayError::NoSuchAxis`], [`ArrayError::UnequalAxes`] when the axis has neither size 1
    /// nor the size asked for, [`ArrayError::ShapeOverflow`].
    pub fn extend(&self, axis: usize, size: usize) -> Result<Self, ArrayError> {
        self.check_axis(axis)?;
        match self.shape[axis] {
            found if found == size => Ok(self.clone()),
            1 => self.index(axis, 0)?.replicate(axis, size),
            found => Err(ArrayError::UnequalAxes { first: found, second: size }),
        }
    }

    /// The layout that reads `count` elements along an axis, from `start` in steps of `step`.
    ///
    /// # Errors
    /// [`ArrayError::NoSuchAxis`]; [`ArrayError::OutOfBounds`] when it leaves the axis;
    /// [`ArrayError::ZeroStep`].
    pub fn slice(&self, axis: usize, start: usize, step: usize, count: usize) -> Result<Self, ArrayError> {
        self.check_axis(axis)?;
        if step == 0 {
            return Err(ArrayError::ZeroStep);
        }
        let mut layout = self.clone();
        layout.shape[axis] = count;
        if count == 0 {
            return Ok(layout);
        }
        let last = (count - 1).checked_mul(step).and_then(|length| length.checked_add(start));
        if last.is_none_or(|last| last >= self.shape[axis]) {
            return Err(ArrayError::OutOfBounds { len: self.shape[axis] });
        }
        if !self.is_empty() {
            layout.offset = moved(self.offset, start, self.strides[axis]);
            layout.strides[axis] = if count > 1 { self.strides[axis] * step as isize } else { 0 };
        }
        Ok(layout)
    }

    /// The layout without an axis, at one index of it.
    ///
    /// # Errors
    /// [`ArrayError::NoSuchAxis`], [`ArrayError::OutOfBounds`].
    pub fn index(&self, axis: usize, index: usize) -> Result<Self, ArrayError> {
        let mut layout = self.slice(axis, index, 1, 1)?;
        layout.shape.remove(axis);
        layout.strides.remove(axis);
        Ok(layout)
    }

    /// The layout that reads an axis from its end to its beginning.
    ///
    /// # Errors
    /// [`ArrayError::NoSuchAxis`].
    pub fn reverse(&self, axis: usize) -> Result<Self, ArrayError> {
        self.check_axis(axis)?;
        let mut layout = self.clone();
        if !self.is_empty() {
            layout.offset = moved(self.offset, self.shape[axis] - 1, self.strides[axis]);
            layout.strides[axis] = -self.strides[axis];
        }
        Ok(layout)
    }

    /// The layout of all windows along an axis: the axis becomes the window's position, and a new
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
        let mut layout = self.clone();
        layout.shape[axis] = positions;
        layout.shape.push(size);
        element_count(&layout.shape)?;
        let step = |by: usize, count: usize| match count {
            0 | 1 => 0,
            _ => self.strides[axis] * by as isize,
        };
        layout.strides[axis] = step(stride, positions);
        layout.strides.push(if positions == 0 { 0 } else { step(dilation, size) });
        Ok(layout)
    }

    /// The layout in which two axes of equal size have one index: `axis` stays, `other` vanishes.
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
        let mut layout = self.clone();
        layout.strides[axis] += self.strides[other];
        layout.shape.remove(other);
        layout.strides.remove(other);
        Ok(layout)
    }

    fn check_axis(&self, axis: usize) -> Result<(), ArrayError> {
        if axis < self.rank() { Ok(()) } else { Err(ArrayError::NoSuchAxis { axis, rank: self.rank() }) }
    }
}

/// `offset + count stride`, known to lie inside the slice.
fn moved(offset: usize, count: usize, stride: isize) -> usize {
    offset.wrapping_add_signed((count as isize).wrapping_mul(stride))
}

/// The positions of a layout in row-major order of its indices. See [`Layout::offsets`].
#[derive(Clone, Debug)]
pub struct Offsets {
    offset: usize,
    left: usize,
    index: Shape,
    shape: Shape,
    strides: Strides,
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

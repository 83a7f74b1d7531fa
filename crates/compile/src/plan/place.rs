//! Where the elements of values lie.

use netform_array::{ArrayError, Layout, Shape};
use netform_kernels::{Stream, Walk};

use super::memory::Workspace;
use crate::interpret::Tensor;

/// A part of memory whose place is known when the plan is complete, or while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct BufferId(pub(super) u32);

impl BufferId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The elements of a buffer, read through a layout.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) buffer: BufferId,
    /// Whether the buffer lies in the memory of double precision.
    pub(super) double: bool,
    pub(super) layout: Layout,
}

impl Place {
    /// The same elements through another layout, made from the present one.
    pub(super) fn relayout(
        &self,
        change: impl FnOnce(&Layout) -> Result<Layout, ArrayError>,
    ) -> Result<Place, ArrayError> {
        Ok(Place { layout: change(&self.layout)?, ..*self })
    }

    /// The dimensions.
    pub(super) fn shape(&self) -> &[usize] {
        self.layout.shape()
    }

    /// What steps need to go through the elements.
    pub(super) fn region(&self) -> Region {
        Region { buffer: self.buffer, double: self.double, offset: self.layout.offset(), walk: Walk::new(&self.layout) }
    }
}

/// The elements of a place in row-major order.
#[derive(Clone, Debug)]
pub(super) struct Region {
    pub(super) buffer: BufferId,
    pub(super) double: bool,
    pub(super) offset: usize,
    pub(super) walk: Walk,
}

impl Region {
    /// The place of the first element at present.
    pub(super) fn start(&self, workspace: &Workspace) -> usize {
        workspace.base(self.buffer) + self.offset
    }

    /// The bytes of its elements; of those that are all the same one only that.
    pub(super) fn bytes(&self) -> usize {
        let size = if self.double { size_of::<f64>() } else { size_of::<f32>() };
        size * if self.walk.is_uniform() { self.walk.len().min(1) } else { self.walk.len() }
    }

    /// The region as an input or output of a tape.
    pub(super) fn stream(&self, workspace: &Workspace) -> Stream<'_> {
        Stream { double: self.double, start: self.start(workspace), walk: &self.walk }
    }
}

/// What is known of a value when the plan is written.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Its elements.
    Known(Tensor<f64>),
    /// Where they will be.
    At(Place),
}

/// The layout in which the elements of another one have a new shape, unless they must be moved for that.
pub(super) fn reshaped(layout: &Layout, shape: &[usize]) -> Result<Option<Layout>, ArrayError> {
    if layout.is_contiguous() {
        let natural = Layout::row_major(shape)?;
        return Layout::new(layout.offset(), shape, natural.strides()).map(Some);
    }
    if layout.strides().iter().all(|&stride| stride == 0) {
        return Layout::new(layout.offset(), shape, &vec![0; shape.len()]).map(Some);
    }
    // Axes of size 1 come and go.
    let kept = |shape: &[usize]| shape.iter().copied().filter(|&size| size != 1).collect::<Shape>();
    if kept(layout.shape()) != kept(shape) {
        return Ok(None);
    }
    let mut strides =
        layout.shape().iter().zip(layout.strides()).filter(|(size, _)| **size != 1).map(|(_, &step)| step);
    let steps: Vec<isize> = shape.iter().map(|&size| if size == 1 { 0 } else { strides.next().unwrap_or(0) }).collect();
    Layout::new(layout.offset(), shape, &steps).map(Some)
}

//! Shared storage of elements.

use std::sync::Arc;

use crate::element::{Complex, Element, ElementType, Scalar, sealed};

/// Elements of one type that any number of arrays may share.
#[derive(Clone, Debug)]
pub enum Buffer {
    /// Truth values.
    Bool(Arc<[bool]>),
    /// Integers.
    I64(Arc<[i64]>),
    /// Single-precision reals.
    F32(Arc<[f32]>),
    /// Double-precision reals.
    F64(Arc<[f64]>),
    /// Complex numbers.
    Complex(Arc<[Complex]>),
}

/// Runs one expression with `$elements` bound to the shared slice, whatever its type.
macro_rules! each_type {
    ($buffer:expr, $elements:ident => $body:expr) => {
        match $buffer {
            $crate::Buffer::Bool($elements) => $body,
            $crate::Buffer::I64($elements) => $body,
            $crate::Buffer::F32($elements) => $body,
            $crate::Buffer::F64($elements) => $body,
            $crate::Buffer::Complex($elements) => $body,
        }
    };
}
pub(crate) use each_type;

impl Buffer {
    /// A buffer that owns the given elements.
    pub fn new<T: Element>(elements: impl Into<Arc<[T]>>) -> Buffer {
        T::into_buffer(elements.into())
    }

    /// The type of the elements.
    pub fn element_type(&self) -> ElementType {
        fn of<T: sealed::Element>(_: &[T]) -> ElementType {
            T::TYPE
        }
        each_type!(self, elements => of(elements))
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        each_type!(self, elements => elements.len())
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements, if they are of type `T`.
    pub fn elements<T: Element>(&self) -> Option<&[T]> {
        T::from_buffer(self).map(AsRef::as_ref)
    }

    /// The element at an index, if there is one.
    pub fn get(&self, index: usize) -> Option<Scalar> {
        each_type!(self, elements => elements.get(index).map(|&element| sealed::Element::into_scalar(element)))
    }

    /// Whether two buffers are the same storage (not merely equal).
    pub fn is_same_storage(&self, other: &Buffer) -> bool {
        fn same<T: sealed::Element>(a: &Arc<[T]>, other: &Buffer) -> bool {
            T::from_buffer(other).is_some_and(|b| Arc::ptr_eq(a, b))
        }
        each_type!(self, elements => same(elements, other))
    }
}

//! Shared storage of elements.

use std::sync::{Arc, OnceLock};

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
    /// Double-precision reals that are all numbers of single precision, and lie in memory as these.
    Singles(Arc<Singles>),
    /// Complex numbers.
    Complex(Arc<[Complex]>),
}

/// Double-precision reals that lie in memory as numbers of single precision, which take half as much: those of most files of
/// nets. They are widened when someone wants a slice of them, and kept so from then on.
#[derive(Debug)]
pub struct Singles {
    stored: Arc<[f32]>,
    widened: OnceLock<Arc<[f64]>>,
}

impl Singles {
    /// Numbers of double precision that are these.
    pub fn new(stored: impl Into<Arc<[f32]>>) -> Singles {
        Singles { stored: stored.into(), widened: OnceLock::new() }
    }

    /// The numbers as they are stored.
    pub fn stored(&self) -> &[f32] {
        &self.stored
    }

    pub(crate) fn widened(&self) -> &Arc<[f64]> {
        self.widened.get_or_init(|| self.stored.iter().map(|&single| f64::from(single)).collect())
    }
}

/// Runs one expression with `$elements` bound to the shared slice, whatever its type.
macro_rules! each_type {
    ($buffer:expr, $elements:ident => $body:expr) => {
        match $buffer {
            $crate::Buffer::Bool($elements) => $body,
            $crate::Buffer::I64($elements) => $body,
            $crate::Buffer::F32($elements) => $body,
            $crate::Buffer::F64($elements) => $body,
            $crate::Buffer::Singles(singles) => {
                let $elements = singles.widened();
                $body
            }
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
        match self {
            Buffer::Singles(_) => ElementType::F64,
            buffer => each_type!(buffer, elements => of(elements)),
        }
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        match self {
            Buffer::Singles(singles) => singles.stored.len(),
            buffer => each_type!(buffer, elements => elements.len()),
        }
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
        match self {
            Buffer::Singles(singles) => singles.stored.get(index).map(|&single| Scalar::F64(f64::from(single))),
            buffer => {
                each_type!(buffer, elements => elements.get(index).map(|&element| sealed::Element::into_scalar(element)))
            }
        }
    }

    /// Whether two buffers are the same storage (not merely equal).
    pub fn is_same_storage(&self, other: &Buffer) -> bool {
        fn same<T: sealed::Element>(a: &Arc<[T]>, other: &Buffer) -> bool {
            T::from_buffer(other).is_some_and(|b| Arc::ptr_eq(a, b))
        }
        match (self, other) {
            (Buffer::Singles(a), Buffer::Singles(b)) => Arc::ptr_eq(a, b),
            (Buffer::Singles(_), _) | (_, Buffer::Singles(_)) => false,
            (buffer, _) => each_type!(buffer, elements => same(elements, other)),
        }
    }
}

//! Dense row-major arrays: element type, shape, shared buffer, views; no mathematics.
//!
//! An [`Array`] is a contiguous window of a reference-counted [`Buffer`], so copying an array or
//! taking its rows copies no elements. A [`View`] reads any slice through a [`Layout`], an offset
//! and strides; transposes, windows, diagonals and the like change only the layout.
//!
//! ```
//! use netform_array::Array;
//!
//! let matrix = Array::from_f64([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
//! assert_eq!(matrix.row(1).as_f64(), Some(&[4.0, 5.0, 6.0][..]));
//!
//! let columns = matrix.view::<f64>().unwrap().transpose(&[1, 0])?;
//! assert_eq!(columns.to_vec(), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
//! # Ok::<(), netform_array::ArrayError>(())
//! ```

mod array;
mod buffer;
mod element;
mod error;
mod layout;
mod shape;
mod view;

pub use array::Array;
pub use buffer::{Buffer, Singles};
pub use element::{Complex, Element, ElementType, Scalar};
pub use error::ArrayError;
pub use layout::{Layout, Offsets, Strides};
pub use shape::{Shape, element_count, item_count, row_major_strides};
pub use view::View;

//! Products of a known matrix with windows that slide over an array, as those of convolutions: read where they lie.

use netform_array::{ElementType, Shape, element_count};
use netform_kernels::{Fused, Places, Walk};

use super::Writer;
use super::contract::{Factor, Roles, part, windows};
use super::fuse::identity;
use crate::interpret::InterpretError;
use crate::plan::memory::Stored;
use crate::plan::place::Value;
use crate::plan::steps::{Lattice, Stage};
use crate::program::Label;

/// With fewer columns than this it is rather a product of a matrix by a few vectors.
const FEWEST: usize = 8;

impl Writer<'_> {
    /// The product, if its left factor is known and the right one is not.
    pub(super) fn sliding_product<T: Stored>(
        &mut self,
        left: &Factor,
        right: &Factor,
        roles: &Roles,
        result: &[Label],
        element: ElementType,
    ) -> Result<Option<Factor>, InterpretError> {
        let (Value::Known(_), Value::At(_), true) = (&left.value, &right.value, roles.batch.is_empty()) else {
            return Ok(None);
        };
        // Columns that the result has before the rows, such as the examples of a batch, are matrices of their own.
        let first_row = result.iter().position(|label| roles.rows.contains(label)).unwrap_or(0);
        let is_outer = |label: &Label| result[..first_row].contains(label);
        let (outer, columns): (Vec<Label>, Vec<Label>) = roles.columns.iter().copied().partition(is_outer);
        let right = right.ordered(&[outer.as_slice(), &roles.depth, &columns].concat())?;
        let Value::At(place) = &right.value else { return Ok(None) };
        let layout = &place.layout;
        let depth = outer.len() + roles.depth.len();
        let count = layout.shape()[depth..].iter().fold(1, |count: usize, &size| count.saturating_mul(size));
        let turn_step = Walk::new(&part(layout, 0, 0, outer.len())?).single_step();
        let (Some(turn_step), true) = (turn_step, count >= FEWEST) else { return Ok(None) };
        let places = Places::new(&Walk::new(&part(layout, 0, outer.len(), depth)?));
        let windows = windows(layout, depth, places)?;
        let labels = [outer.as_slice(), &roles.rows, &columns].concat();
        let size = |label: &Label| if left.labels.contains(label) { left.size(*label) } else { right.size(*label) };
        let count = |labels: &[Label]| element_count(&labels.iter().map(size).collect::<Shape>());
        let (turns, rows, columns) = (count(&outer)?, count(&roles.rows)?, count(&columns)?);
        let known = left.ordered(&[roles.rows.as_slice(), &roles.depth].concat())?;
        let Value::Known(matrix) = known.value else { return Ok(None) };
        let (elements, deep) = (matrix.to_vec(), windows.depth.len());
        let fused = Fused::sliding(rows, |row, k| T::from_double(elements[row * deep + k]), windows, identity());
        let to = self.room(element, &labels.iter().map(size).collect::<Shape>())?;
        let start = Lattice { buffer: place.buffer, offset: layout.offset(), steps: [turn_step, 0, 1] };
        let size = (rows * columns) as isize;
        let output = Lattice { buffer: to.buffer, offset: 0, steps: [size, columns as isize, 1] };
        let step = Stage { fused, turns, left: start, inputs: vec![], outputs: vec![output] };
        self.push(Box::new(step), [place.buffer, to.buffer]);
        Ok(Some(Factor { value: Value::At(to), labels }))
    }
}

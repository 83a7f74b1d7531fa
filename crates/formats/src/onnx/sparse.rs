//! Arrays of which a file holds some elements and their positions; the others are zero.

use netform_expr::Expr;

use super::model::{Tensor, fields};
use super::tensor::{self, FileAccess};
use super::wire::Message;
use crate::{FormatError, arrays};

/// No such array has more elements.
const MOST: usize = 1 << 26;

/// An array as it is stored.
#[derive(Debug, Default, Clone)]
pub(super) struct Sparse<'a> {
    /// The elements; their name is that of the array.
    pub(super) values: Tensor<'a>,
    /// A position in row-major order for each element, or one along each level.
    positions: Tensor<'a>,
    pub(super) dimensions: Vec<i64>,
}

impl<'a> Sparse<'a> {
    pub(super) fn read(message: Message<'a>) -> Result<Sparse<'a>, FormatError> {
        let mut sparse = Sparse::default();
        fields(message, |number, field| {
            match number {
                1 => sparse.values = Tensor::read(field.message()?)?,
                2 => sparse.positions = Tensor::read(field.message()?)?,
                3 => field.push_integers(&mut sparse.dimensions)?,
                _ => {}
            }
            Ok(())
        })?;
        Ok(sparse)
    }

    /// The whole array.
    pub(super) fn dense(&self, file: &mut dyn FileAccess) -> Result<Expr, FormatError> {
        let wrong = |why: String| FormatError::Malformed(format!("the sparse array {:?}: {why}", self.values.name));
        let shape: Option<Vec<usize>> = self.dimensions.iter().map(|size| usize::try_from(*size).ok()).collect();
        let shape = shape.ok_or_else(|| wrong(format!("its dimensions are {:?}", self.dimensions)))?;
        let count = shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size));
        let Some(count) = count.filter(|count| *count <= MOST) else {
            return Err(wrong(format!("its dimensions are {shape:?}; at most {MOST} elements are read")));
        };
        let values = tensor::truth_as_numbers(&tensor::read(&self.values, file)?);
        let (stored, _, elements) = arrays::write(&values)?;
        let width = stored.size();
        let places = self.places(&shape, count, elements.len() / width, file)?.map_err(wrong)?;
        let mut bytes = vec![0; count * width];
        for (place, element) in places.into_iter().zip(elements.chunks_exact(width)) {
            bytes[place * width..][..width].copy_from_slice(element);
        }
        arrays::read(stored, &shape, &bytes)
    }

    /// Where the elements stand in row-major order, or what is wrong with it.
    fn places(
        &self,
        shape: &[usize],
        count: usize,
        elements: usize,
        file: &mut dyn FileAccess,
    ) -> Result<Result<Vec<usize>, String>, FormatError> {
        if elements == 0 {
            return Ok(Ok(vec![]));
        }
        let positions = tensor::read(&self.positions, file)?;
        let (_, own, bytes) = arrays::write(&positions)?;
        let integers = bytes.chunks_exact(8).map(|chunk| chunk.try_into().map_or(-1, i64::from_le_bytes));
        let integers: Vec<i64> = integers.collect();
        let inside = |position: i64, size: usize| usize::try_from(position).ok().filter(|place| *place < size);
        let row_major = |row: &[i64]| {
            row.iter().zip(shape).try_fold(0, |place, (position, size)| Some(place * size + inside(*position, *size)?))
        };
        let places: Option<Vec<usize>> = match own.as_slice() {
            [each] if *each == elements => integers.iter().map(|position| inside(*position, count)).collect(),
            [each, levels] if *each == elements && *levels == shape.len() && *levels > 0 => {
                integers.chunks_exact(*levels).map(row_major).collect()
            }
            _ => {
                let rank = shape.len();
                return Ok(Err(format!(
                    "it has {elements} elements, so its positions are {elements} integers or {elements} times {rank}; they have the dimensions {own:?}"
                )));
            }
        };
        Ok(places.ok_or_else(|| format!("a position is not in an array of the dimensions {shape:?}")))
    }
}

//! The adjoint of a contraction: for each operand the contraction of the cotangent with all other
//! operands.

use netform_array::ElementType;
use netform_expr::{Expr, Sym};
use smallvec::SmallVec;

use super::{Done, GradientError, Sweep};
use crate::dim::Dim;
use crate::program::{Contraction, Instruction, Label, ValueId};
use crate::scalar::slot;

impl Sweep<'_> {
    pub(super) fn contract(
        &mut self,
        instruction: &Instruction,
        contraction: &Contraction,
        cotangent: ValueId,
    ) -> Done {
        for (place, &operand) in instruction.operands.iter().enumerate() {
            if !self.active[operand.index()] {
                continue;
            }
            let labels = &contraction.operands[place];
            let mut distinct: SmallVec<[Label; 4]> = SmallVec::new();
            let mut sizes: Vec<Dim> = Vec::new();
            for (label, size) in labels.iter().zip(&self.program.type_of(operand).shape) {
                if !distinct.contains(label) {
                    distinct.push(*label);
                    sizes.push(size.clone());
                }
            }
            let mut factors = vec![cotangent];
            let mut names = vec![contraction.result.clone()];
            for (other, &factor) in instruction.operands.iter().enumerate().filter(|(other, _)| *other != place) {
                factors.push(self.places[factor.index()]);
                names.push(contraction.operands[other].clone());
            }
            // What no other factor has was summed alone: the cotangent is the same all along it.
            let shared = |label: &Label| names.iter().any(|labels| labels.contains(label));
            let places: Vec<usize> = (0..distinct.len()).filter(|&i| shared(&distinct[i])).collect();
            let kept = places.iter().map(|&i| distinct[i]).collect();
            let product = self.builder.contract(Contraction { operands: names, result: kept }, &factors)?;
            let whole = if places.len() == distinct.len() {
                product
            } else {
                self.builder.broadcast(sizes, &places, product)?
            };
            let spread = self.onto_diagonals(whole, &distinct, labels)?;
            self.add(operand, spread)?;
        }
        Ok(())
    }

    /// An array with the axes `distinct` as one with the axes `labels`, in which some are repeated: its
    /// elements are on the diagonals, and zeros elsewhere.
    fn onto_diagonals(
        &mut self,
        array: ValueId,
        distinct: &[Label],
        labels: &[Label],
    ) -> Result<ValueId, GradientError> {
        if distinct.len() == labels.len() {
            return Ok(array);
        }
        let fresh = labels.iter().map(|label| label.0).max().unwrap_or(0) + 1;
        let mut operands = vec![distinct.iter().copied().collect()];
        let mut factors = vec![array];
        let mut result: SmallVec<[Label; 4]> = SmallVec::new();
        for (axis, label) in labels.iter().enumerate() {
            if !result.contains(label) {
                result.push(*label);
                continue;
            }
            let other = Label(fresh + axis as u16);
            let value_type = self.builder.type_of(array).clone();
            let place = distinct.iter().position(|known| known == label).unwrap_or_default();
            factors.push(self.identity(&value_type.shape[place], value_type.element)?);
            operands.push(SmallVec::from_slice(&[*label, other]));
            result.push(other);
        }
        Ok(self.builder.contract(Contraction { operands, result }, &factors)?)
    }

    fn identity(&mut self, size: &Dim, element: ElementType) -> Result<ValueId, GradientError> {
        let shape = [size.clone(), size.clone()];
        let rows = self.builder.iota(shape.clone(), 0)?;
        let columns = self.builder.iota(shape, 1)?;
        let equal = Expr::call(Sym::Equal, [slot(1), slot(2)]);
        let one_or_zero = Expr::call(Sym::ProgramSelect, [equal, Expr::integer(1), Expr::integer(0)]);
        Ok(self.builder.map(one_or_zero, element, &[rows, columns])?)
    }
}

//! The adjoints of reductions.

use netform_array::ElementType;
use netform_expr::{Expr, Sym};

use super::{Done, GradientError, Sweep};
use crate::dim::{Dim, Dims};
use crate::program::{
    BuildError, Builder, Direction, Instruction, Reduction, ReductionKind, Scan, Ties, Type, ValueId,
};
use crate::scalar::slot;

impl Sweep<'_> {
    pub(super) fn reduce(&mut self, instruction: &Instruction, reduction: &Reduction, cotangent: ValueId) -> Done {
        let operand = instruction.operands[0];
        let source = self.places[operand.index()];
        let result = self.places[instruction.results[0].index()];
        let value_type = self.program.type_of(operand).clone();
        let kept: Vec<usize> = (0..value_type.rank()).filter(|axis| !reduction.axes.contains(axis)).collect();
        let spread = |sweep: &mut Self, value| sweep.builder.broadcast(value_type.shape.iter().cloned(), &kept, value);
        let gradient = match (reduction.kind, reduction.ties) {
            (ReductionKind::Sum, _) => spread(self, cotangent)?,
            (ReductionKind::Product, _) => {
                let others = self.products_of_others(source, &reduction.axes, &kept)?;
                let cotangent = spread(self, cotangent)?;
                let product = Expr::call(Sym::Times, [slot(1), slot(2)]);
                self.builder.map(product, value_type.element, &[others, cotangent])?
            }
            (ReductionKind::Max | ReductionKind::Min, Ties::First) => {
                let first = self.first_extremum(source, reduction)?;
                let first = spread(self, first)?;
                let here = self.places_within(&value_type, &reduction.axes)?;
                let cotangent = spread(self, cotangent)?;
                let chosen = Expr::call(
                    Sym::ProgramSelect,
                    [Expr::call(Sym::Equal, [slot(1), slot(2)]), slot(3), Expr::integer(0)],
                );
                self.builder.map(chosen, value_type.element, &[first, here, cotangent])?
            }
            (ReductionKind::Max | ReductionKind::Min, Ties::Shared) => {
                let extremum = spread(self, result)?;
                let equal = Expr::call(Sym::Equal, [slot(1), slot(2)]);
                let one_or_zero = Expr::call(Sym::ProgramSelect, [equal, Expr::integer(1), Expr::integer(0)]);
                let mask = self.builder.map(one_or_zero, value_type.element, &[source, extremum])?;
                let count = self.builder.reduce(ReductionKind::Sum, &reduction.axes, mask)?;
                let count = spread(self, count)?;
                let cotangent = spread(self, cotangent)?;
                let reciprocal = Expr::call(Sym::Power, [slot(3), Expr::integer(-1)]);
                let share = Expr::call(Sym::Times, [slot(1), slot(2), reciprocal]);
                self.builder.map(share, value_type.element, &[mask, cotangent, count])?
            }
            (ReductionKind::And | ReductionKind::Or | ReductionKind::ArgMax | ReductionKind::Shift, _) => {
                return Ok(());
            }
        };
        self.add(operand, gradient)
    }

    /// The place, from 1, of the first largest or smallest element within the reduced axes.
    fn first_extremum(&mut self, source: ValueId, reduction: &Reduction) -> Result<ValueId, BuildError> {
        let ordered = if reduction.kind == ReductionKind::Min {
            let element = self.builder.type_of(source).element;
            let negative = Expr::call(Sym::Times, [Expr::integer(-1), slot(1)]);
            self.builder.map(negative, element, &[source])?
        } else {
            source
        };
        self.builder.reduce(ReductionKind::ArgMax, &reduction.axes, ordered)
    }

    /// The row-major place, from 1, of every element within some axes.
    fn places_within(&mut self, value_type: &Type, axes: &[usize]) -> Result<ValueId, BuildError> {
        let mut terms = vec![Expr::integer(1)];
        let mut positions = Vec::with_capacity(axes.len());
        for (k, &axis) in axes.iter().enumerate() {
            let stride = Dim::product(axes[k + 1..].iter().map(|&axis| &value_type.shape[axis]))?;
            positions.push(self.builder.iota(value_type.shape.iter().cloned(), axis)?);
            let from_zero = Expr::call(Sym::Plus, [Expr::integer(-1), slot(k + 1)]);
            terms.push(Expr::call(Sym::Times, [stride.to_expr(), from_zero]));
        }
        if axes.is_empty() {
            positions.push(self.builder.constant(netform_array::Array::scalar(1_i64))?);
            let shape = value_type.shape.iter().cloned();
            return self.builder.broadcast(shape, &[], positions[0]);
        }
        self.builder.map(Expr::call(Sym::Plus, terms), ElementType::I64, &positions)
    }

    /// For each element the product of all others along some axes: of those before it, in one
    /// scan, and of those after it, in another. So zeros among them do no harm.
    fn products_of_others(
        &mut self,
        source: ValueId,
        axes: &[usize],
        kept: &[usize],
    ) -> Result<ValueId, GradientError> {
        let value_type = self.builder.type_of(source).clone();
        let order: Vec<usize> = axes.iter().chain(kept).copied().collect();
        let rest: Dims = kept.iter().map(|&axis| value_type.shape[axis].clone()).collect();
        let length = Dim::product(axes.iter().map(|&axis| &value_type.shape[axis])).map_err(BuildError::from)?;
        let moved = self.builder.transpose(&order, source)?;
        let moved_shape = self.builder.type_of(moved).shape.clone();
        let sequence = self.builder.reshape([length.clone()].into_iter().chain(rest.iter().cloned()), moved)?;
        let row = Type { element: value_type.element, shape: rest };
        let ones = self.filled(1.0, &row)?;
        let mut sides = Vec::with_capacity(2);
        for direction in [Direction::Forward, Direction::Backward] {
            let scan =
                Scan { body: running_product(&row)?, states: 1, sequences: 1, length: length.clone(), direction };
            sides.push(self.builder.scan(scan, &[ones, sequence])?[1]);
        }
        let product = Expr::call(Sym::Times, [slot(1), slot(2)]);
        let others = self.builder.map(product, value_type.element, &sides)?;
        let others = self.builder.reshape(moved_shape, others)?;
        let back: Vec<usize> = (0..order.len()).filter_map(|axis| order.iter().position(|&o| o == axis)).collect();
        Ok(self.builder.transpose(&back, others)?)
    }
}

/// One step: the product so far is put out, and multiplied by the element.
fn running_product(row: &Type) -> Result<crate::program::Program, BuildError> {
    let mut body = Builder::new();
    let so_far = body.input("product", row.clone())?;
    let element = body.input("element", row.clone())?;
    let next = body.map(Expr::call(Sym::Times, [slot(1), slot(2)]), row.element, &[so_far, element])?;
    body.output("next", next)?;
    body.output("product", so_far)?;
    Ok(body.finish())
}

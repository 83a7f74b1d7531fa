//! The adjoints of operations that say where elements stand.

use netform_expr::{Expr, Sym};

use super::{Done, Sweep, constant};
use crate::dim::{Dim, Dims};
use crate::program::{BuildError, Instruction, Padding, ReductionKind, Slicing, Type, ValueId, Windows};
use crate::scalar::slot;

impl Sweep<'_> {
    /// The type of an operand in the original program.
    fn operand_type(&self, instruction: &Instruction, place: usize) -> Type {
        self.program.type_of(instruction.operands[place]).clone()
    }

    pub(super) fn reshape(&mut self, instruction: &Instruction, cotangent: ValueId) -> Done {
        let shape = self.operand_type(instruction, 0).shape;
        let back = self.builder.reshape(shape, cotangent)?;
        self.add(instruction.operands[0], back)
    }

    pub(super) fn transpose(&mut self, instruction: &Instruction, axes: &[usize], cotangent: ValueId) -> Done {
        let back: Vec<usize> = (0..axes.len()).filter_map(|axis| axes.iter().position(|&a| a == axis)).collect();
        let back = self.builder.transpose(&back, cotangent)?;
        self.add(instruction.operands[0], back)
    }

    /// What was repeated is summed.
    pub(super) fn broadcast(&mut self, instruction: &Instruction, axes: &[usize], cotangent: ValueId) -> Done {
        let source = self.operand_type(instruction, 0);
        let shape = self.builder.type_of(cotangent).shape.clone();
        let extended = |axis: usize| match axes.iter().position(|&a| a == axis) {
            None => true,
            Some(place) => source.shape[place] != shape[axis],
        };
        let summed: Vec<usize> = (0..shape.len()).filter(|&axis| extended(axis)).collect();
        let mut sum = cotangent;
        if !summed.is_empty() {
            sum = self.builder.reduce(ReductionKind::Sum, &summed, cotangent)?;
        }
        if self.builder.type_of(sum).shape != source.shape {
            sum = self.builder.reshape(source.shape, sum)?;
        }
        self.add(instruction.operands[0], sum)
    }

    /// Elements go back to their places between zeros.
    pub(super) fn slice(&mut self, instruction: &Instruction, slicing: &Slicing, cotangent: ValueId) -> Done {
        let source = self.operand_type(instruction, 0);
        if slicing.size.iter().any(|size| size.as_integer() == Some(0)) {
            return Ok(());
        }
        let mut padding = Padding {
            low: slicing.start.clone(),
            high: Dims::new(),
            interior: slicing.step.iter().map(|step| step - 1).collect(),
        };
        for axis in 0..source.rank() {
            let before =
                slicing.start[axis].add(&reach(&slicing.size[axis], slicing.step[axis])?).map_err(BuildError::from)?;
            padding.high.push(source.shape[axis].subtract(&before).map_err(BuildError::from)?);
        }
        let zero = self.builder.constant(constant(0.0, source.element))?;
        let placed = self.builder.pad(padding, cotangent, zero)?;
        self.add(instruction.operands[0], placed)
    }

    /// The operand's elements are read back; all others belong to the scalar.
    pub(super) fn pad(&mut self, instruction: &Instruction, padding: &Padding, cotangent: ValueId) -> Done {
        let source = self.operand_type(instruction, 0);
        let slicing = Slicing {
            start: padding.low.clone(),
            step: padding.interior.iter().map(|interior| interior + 1).collect(),
            size: source.shape.clone(),
        };
        let inside = self.builder.slice(slicing, cotangent)?;
        self.add(instruction.operands[0], inside)?;
        if self.active[instruction.operands[1].index()] {
            let all: Vec<usize> = (0..source.rank()).collect();
            let total = self.builder.reduce(ReductionKind::Sum, &all, cotangent)?;
            let of_operand = self.builder.reduce(ReductionKind::Sum, &all, inside)?;
            let negative = Expr::call(Sym::Times, [Expr::integer(-1), slot(2)]);
            let difference = Expr::call(Sym::Plus, [slot(1), negative]);
            let outside = self.builder.map(difference, source.element, &[total, of_operand])?;
            self.add(instruction.operands[1], outside)?;
        }
        Ok(())
    }

    pub(super) fn concatenate(&mut self, instruction: &Instruction, axis: usize, cotangent: ValueId) -> Done {
        let mut start = Dim::from(0);
        for &operand in &instruction.operands {
            let size = self.program.type_of(operand).shape[axis].clone();
            if self.active[operand.index()] {
                let part = self.builder.slice_axis(axis, start.clone(), size.clone(), cotangent)?;
                self.add(operand, part)?;
            }
            start = start.add(&size).map_err(BuildError::from)?;
        }
        Ok(())
    }

    pub(super) fn gather(&mut self, instruction: &Instruction, axis: usize, cotangent: ValueId) -> Done {
        let zeros = self.filled(0.0, &self.operand_type(instruction, 0))?;
        let positions = self.places[instruction.operands[1].index()];
        let scattered = self.builder.scatter_add(axis, zeros, positions, cotangent)?;
        self.add(instruction.operands[0], scattered)
    }

    pub(super) fn scatter_add(&mut self, instruction: &Instruction, axis: usize, cotangent: ValueId) -> Done {
        self.add(instruction.operands[0], cotangent)?;
        if self.active[instruction.operands[2].index()] {
            let positions = self.places[instruction.operands[1].index()];
            let updates = self.builder.gather(axis, cotangent, positions)?;
            self.add(instruction.operands[2], updates)?;
        }
        Ok(())
    }

    /// Windows are added where they overlap; what no window reaches gets zeros.
    pub(super) fn window(&mut self, instruction: &Instruction, windows: &Windows, cotangent: ValueId) -> Done {
        let source = self.operand_type(instruction, 0);
        let mut sum = self.builder.overlap_add(windows.clone(), cotangent)?;
        let covered = self.builder.type_of(sum).shape.clone();
        if covered != source.shape {
            let high = source.shape.iter().zip(&covered).map(|(all, part)| all.subtract(part));
            let padding = Padding {
                low: covered.iter().map(|_| Dim::from(0)).collect(),
                high: high.collect::<Result<_, _>>().map_err(BuildError::from)?,
                interior: covered.iter().map(|_| 0).collect(),
            };
            let zero = self.builder.constant(constant(0.0, source.element))?;
            sum = self.builder.pad(padding, sum, zero)?;
        }
        self.add(instruction.operands[0], sum)
    }
}

/// From the first to the last of `count` elements at distance `step`, both included.
fn reach(count: &Dim, step: usize) -> Result<Dim, BuildError> {
    Ok(count.subtract(&Dim::from(1))?.multiply(&Dim::from(step))?.add(&Dim::from(1))?)
}

//! Products and the functions of their elements become one step; recurrences of such steps one kernel.

use std::any::Any;

use netform_kernels::{Fused, GATES, Sizes, Tape};

use super::{Writer, Written};
use crate::plan::memory::Stored;
use crate::plan::place::Region;
use crate::plan::steps::{Lattice, Map, Product, Recurrence, Right, Scan, Stage, Step};

impl Writer<'_> {
    /// The steps that have been written, with one in the place of a product and the map behind it, where nothing else
    /// reads the product.
    pub(super) fn fuse(&mut self, steps: Vec<Written>) -> Vec<Written> {
        let mut fused: Vec<Written> = Vec::with_capacity(steps.len());
        for mut next in steps {
            self.feed(&mut fused, &mut next);
            let pair = fused
                .last()
                .and_then(|before| self.stage::<f32>(before, &next).or_else(|| self.stage::<f64>(before, &next)));
            match pair {
                Some(step) => {
                    fused.pop();
                    fused.push(Written { step, time: next.time });
                }
                None => fused.push(next),
            }
        }
        fused
    }

    /// One step that does what a product and a map do.
    fn stage<T: Stored>(&mut self, before: &Written, next: &Written) -> Option<Box<dyn Step>> {
        let map = (&*next.step as &dyn Any).downcast_ref::<Map<T>>()?;
        let before_step = &*before.step as &dyn Any;
        let (stage, left) = match before_step.downcast_ref::<Product<T>>() {
            Some(product) => {
                let stage = self.product_and_map(product, map, [before.time, next.time])?;
                self.buffers.discard(product.to.buffer);
                (stage, product.left.buffer)
            }
            None => {
                let stage = before_step.downcast_ref::<Stage<T>>()?;
                let fused = self.stage_and_map(stage, map, [before.time, next.time])?;
                stage.outputs.iter().for_each(|output| self.buffers.discard(output.buffer));
                (fused, stage.left.buffer)
            }
        };
        // What the product reads is needed as long as the map writes.
        self.buffers.keep(left, next.time);
        Some(Box::new(stage))
    }

    /// A product whose function is that of a map which reads it as a whole.
    fn stage_and_map<T: Stored>(&self, stage: &Stage<T>, map: &Map<T>, times: [usize; 2]) -> Option<Stage<T>> {
        let Sizes { rows, columns, .. } = stage.fused.sizes();
        let sizes = [stage.turns, rows, columns];
        let ([result], [], true) = (stage.outputs.as_slice(), stage.inputs.as_slice(), is_identity(stage.fused.tape()))
        else {
            return None;
        };
        if self.buffers.uses(result.buffer) != times || map.count != sizes.iter().product::<usize>() {
            return None;
        }
        let mut others: Vec<Lattice> = vec![];
        let mut places: Vec<usize> = vec![];
        for input in &map.inputs {
            let lattice = lattice::<T>(input, sizes)?;
            if input.buffer == result.buffer {
                let same = |axis: usize| sizes[axis] == 1 || lattice.steps[axis] == result.steps[axis];
                if lattice.offset != result.offset || !(0..3).all(same) {
                    return None;
                }
                places.push(0);
            } else {
                others.push(lattice);
                places.push(others.len());
            }
        }
        if !places.contains(&0) {
            return None;
        }
        let outputs = map.outputs.iter().map(|output| lattice::<T>(output, sizes)).collect::<Option<_>>()?;
        let fused = stage.fused.with_tape(map.tape.with_inputs(&places, 1 + others.len()));
        Some(Stage { fused, turns: stage.turns, left: stage.left, inputs: others, outputs })
    }

    /// Products with parts of a known matrix, whose function is that of a map which reads these parts.
    fn product_and_map<T: Stored>(&self, product: &Product<T>, map: &Map<T>, times: [usize; 2]) -> Option<Stage<T>> {
        let Sizes { rows, depth, columns } = product.sizes;
        let (result, matrix) = (&product.to, weights(product)?);
        if self.buffers.uses(result.buffer) != times || rows == 0 || !map.count.is_multiple_of(rows) {
            return None;
        }
        let units = map.count / rows;
        let mut gates: Vec<usize> = vec![];
        let mut others: Vec<Lattice> = vec![];
        // The places of the inputs of the map, those of products and those of others.
        let mut places: Vec<Result<usize, usize>> = vec![];
        for input in &map.inputs {
            let lattice = lattice::<T>(input, [1, rows, units])?;
            if input.buffer != result.buffer {
                places.push(Err(others.len()));
                others.push(lattice);
                continue;
            }
            let column = lattice.offset.checked_sub(result.offset)?;
            let [_, down, across] = lattice.steps;
            let is_part = (across == 1 || units == 1) && (down == columns as isize || rows == 1);
            if !is_part || column + units > columns {
                return None;
            }
            let gate = gates.iter().position(|&known| known == column).unwrap_or(gates.len());
            if gate == gates.len() {
                gates.push(column);
            }
            places.push(Ok(gate));
        }
        if gates.is_empty() || gates.len() > GATES || (rows > 1 && !map.tape.is_vector()) {
            return None;
        }
        let places: Vec<usize> =
            places.into_iter().map(|place| place.unwrap_or_else(|other| gates.len() + other)).collect();
        let tape = map.tape.with_inputs(&places, gates.len() + others.len());
        let sizes = Sizes { rows, depth, columns: units };
        let outputs = map.outputs.iter().map(|output| lattice::<T>(output, [1, rows, units])).collect::<Option<_>>()?;
        let fused = Fused::new(sizes, gates.len(), |gate, k, n| matrix.element(k, gates[gate] + n), tape);
        Some(Stage { fused, turns: 1, left: left(product), inputs: others, outputs })
    }

    /// A recurrence, as one kernel if its body has only products and maps of one type.
    pub(super) fn recurrence(&mut self, scan: Scan) -> Box<dyn Step> {
        let scan = match Self::recurrence_of::<f32>(scan) {
            Ok(step) => return step,
            Err(scan) => scan,
        };
        match Self::recurrence_of::<f64>(scan) {
            Ok(step) => step,
            Err(scan) => Box::new(scan),
        }
    }

    fn recurrence_of<T: Stored>(mut scan: Scan) -> Result<Box<dyn Step>, Scan> {
        let alone: Vec<Option<Box<dyn Step>>> = scan.body.iter().map(|step| lone_stage::<T>(step.as_ref())).collect();
        let is_stage = |step: &dyn Step| (step as &dyn Any).is::<Stage<T>>();
        if !scan.body.iter().zip(&alone).all(|(step, lone)| lone.is_some() || is_stage(step.as_ref())) {
            return Err(scan);
        }
        for (step, lone) in scan.body.iter_mut().zip(alone) {
            if let Some(lone) = lone {
                *step = lone;
            }
        }
        Recurrence::<T>::new(scan).map(|step| Box::new(step) as Box<dyn Step>)
    }
}

/// A product or a map that stands alone as a stage.
fn lone_stage<T: Stored>(step: &dyn Step) -> Option<Box<dyn Step>> {
    if let Some(map) = (step as &dyn Any).downcast_ref::<Map<T>>() {
        // The longest rows that all operands have: a single one if each of them lies in one direction.
        let (columns, inputs, outputs) = divisors(map.count).find_map(|columns| {
            let each = |region: &Region| lattice::<T>(region, [1, map.count / columns, columns]);
            let inputs = map.inputs.iter().map(each).collect::<Option<Vec<Lattice>>>()?;
            let outputs = map.outputs.iter().map(each).collect::<Option<Vec<Lattice>>>()?;
            let fits = columns == map.count || map.tape.is_vector();
            (fits && outputs.iter().all(|output| output.steps[2] == 1)).then_some((columns, inputs, outputs))
        })?;
        let sizes = Sizes { rows: map.count / columns, depth: 0, columns };
        let fused = Fused::new(sizes, 0, |_, _, _| T::ZERO, map.tape.clone());
        let left = *inputs.first()?;
        return Some(Box::new(Stage { fused, turns: 1, left, inputs, outputs }));
    }
    let product = (step as &dyn Any).downcast_ref::<Product<T>>()?;
    Some(Box::new(product_stage(product)?))
}

/// The divisors of a number, the largest first.
fn divisors(number: usize) -> impl Iterator<Item = usize> {
    let small = (1..).take_while(move |d| d * d <= number).filter(move |d| number.is_multiple_of(*d));
    let small: Vec<usize> = small.collect();
    let large: Vec<usize> = small.iter().map(|d| number / d).collect();
    let others = small.into_iter().rev().filter(move |d| d * d < number);
    large.into_iter().chain(others)
}

/// A product as a stage.
pub(super) fn product_stage<T: Stored>(product: &Product<T>) -> Option<Stage<T>> {
    let Sizes { rows, columns, .. } = product.sizes;
    let matrix = weights(product)?;
    let outputs = vec![lattice::<T>(&product.to, [1, rows, columns])?];
    let fused = Fused::new(product.sizes, 1, |_, k, n| matrix.element(k, n), identity());
    Some(Stage { fused, turns: 1, left: left(product), inputs: vec![], outputs })
}

/// The known matrix of a single product.
fn weights<T: Stored>(product: &Product<T>) -> Option<&netform_kernels::Packed<T>> {
    match &product.right {
        Right::Packed(matrices) if matrices.len() == 1 && product.left.walk.len() == 1 => Some(&matrices[0]),
        _ => None,
    }
}

fn left<T>(product: &Product<T>) -> Lattice {
    let Region { buffer, offset, .. } = product.left;
    Lattice { buffer, offset, steps: [0, product.row_step, product.depth_step] }
}

/// The function that leaves a product as it is.
pub(super) fn identity<T: Stored>() -> Tape<T> {
    Tape::new(1, vec![], [], &[0])
}

fn is_identity<T: Stored>(tape: &Tape<T>) -> bool {
    (tape.inputs(), tape.results(), tape.codes().count()) == (1, 1, 0)
}

/// A region of the own type as so many matrices of rows and columns.
fn lattice<T: Stored>(region: &Region, sizes: [usize; 3]) -> Option<Lattice> {
    let steps = region.walk.as_axes(sizes).filter(|_| region.double == T::DOUBLE)?;
    Some(Lattice { buffer: region.buffer, offset: region.offset, steps })
}

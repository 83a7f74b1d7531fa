//! Recurrences in segments, of which the walk back stores few states.
//!
//! A scan of n steps becomes a scan over segments, whose step is a scan over the steps of a segment. The adjoint of the outer
//! one stores the states before each segment only; its step back goes through the segment once more and stores the states in
//! it. With segments of about the square root of n steps both are so many, for one more pass through the recurrence.
//!
//! Griewank and Walther, Algorithm 799: revolve, 2000, tells what is possible with several levels of it.

use super::lift::draws;
use super::rebuild::{Results, rebuild};
use crate::dim::Dim;
use crate::program::{BuildError, Builder, Direction, Operation, Program, Scan, Type, ValueId};

/// How many steps a segment has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Segments {
    /// The square root of the number of steps, rounded up.
    Root,
    /// So many.
    Of(usize),
}

impl Segments {
    fn steps(self, length: usize) -> usize {
        match self {
            Segments::Root => {
                let root = length.isqrt();
                if root * root < length { root + 1 } else { root }
            }
            Segments::Of(steps) => steps.max(1),
        }
    }
}

/// The program with all its recurrences in segments. Recurrences of unknown length stay, and those that draw random numbers,
/// which depend on the steps at which they are drawn.
///
/// # Errors
/// None for valid programs.
pub fn checkpointed(program: &Program, segments: Segments) -> Result<Program, BuildError> {
    let inner = |body: &Program| checkpointed(body, segments);
    rebuild(program, inner, |builder, instruction, operands| {
        let Operation::Scan(scan) = &instruction.operation else { return Ok(None) };
        let Some(length) = scan.length.as_size().filter(|_| !draws(&instruction.operation)) else { return Ok(None) };
        let steps = segments.steps(length);
        if scan.states == 0 || steps < 2 || steps >= length {
            return Ok(None);
        }
        let scan = Scan { body: inner(&scan.body)?, ..Scan::clone(scan) };
        in_segments(builder, &scan, operands, length, steps).map(Some)
    })
}

/// The results of a scan: of one over segments, and of one over the steps that are left.
fn in_segments(
    builder: &mut Builder,
    scan: &Scan,
    operands: &[ValueId],
    length: usize,
    steps: usize,
) -> Result<Results, BuildError> {
    let (count, left) = (length / steps, length % steps);
    // The steps that are left come last, which are the first ones of a scan from the end.
    let (head, tail) = match scan.direction {
        Direction::Forward => (0, count * steps),
        Direction::Backward => (left, 0),
    };
    let (states, rest) = operands.split_at(scan.states);
    let (sequences, constants) = rest.split_at(scan.sequences);
    let part = |builder: &mut Builder, value: ValueId, start: usize, size: usize| match left {
        0 => Ok(value),
        _ => builder.slice_axis(0, Dim::from(start), Dim::from(size), value),
    };
    let mut arguments = states.to_vec();
    for &sequence in sequences {
        let whole = part(builder, sequence, head, count * steps)?;
        let item = builder.type_of(whole).shape[1..].to_vec();
        arguments.push(builder.reshape([Dim::from(count), Dim::from(steps)].into_iter().chain(item), whole)?);
    }
    arguments.extend(constants);
    let outer = Scan { body: segment(scan, steps)?, length: Dim::from(count), ..scan.clone() };
    let mut results = builder.scan(outer, &arguments)?;
    for result in &mut results[scan.states..] {
        let item = builder.type_of(*result).shape[2..].to_vec();
        *result = builder.reshape([Dim::from(count * steps)].into_iter().chain(item), *result)?;
    }
    if left == 0 {
        return Ok(results);
    }
    let mut arguments = results[..scan.states].to_vec();
    for &sequence in sequences {
        arguments.push(part(builder, sequence, tail, left)?);
    }
    arguments.extend(constants);
    let mut last = builder.scan(Scan { length: Dim::from(left), ..scan.clone() }, &arguments)?;
    for (place, result) in last.iter_mut().enumerate().skip(scan.states) {
        let parts = match scan.direction {
            Direction::Forward => [results[place], *result],
            Direction::Backward => [*result, results[place]],
        };
        *result = builder.concatenate(0, &parts)?;
    }
    Ok(last)
}

/// The step of the scan over segments: a scan over the steps of one.
fn segment(scan: &Scan, steps: usize) -> Result<Program, BuildError> {
    let mut builder = Builder::new();
    let sequences = scan.states..scan.states + scan.sequences;
    let mut arguments = Vec::with_capacity(scan.body.inputs().len());
    for (place, &input) in scan.body.inputs().iter().enumerate() {
        let value_type = scan.body.type_of(input);
        let value_type = if sequences.contains(&place) {
            Type::new(value_type.element, [Dim::from(steps)].into_iter().chain(value_type.shape.iter().cloned()))
        } else {
            value_type.clone()
        };
        arguments.push(builder.input(&format!("{place}"), value_type)?);
    }
    let results = builder.scan(Scan { length: Dim::from(steps), ..scan.clone() }, &arguments)?;
    for (place, &result) in results.iter().enumerate() {
        builder.output(&format!("{place}"), result)?;
    }
    Ok(builder.finish())
}

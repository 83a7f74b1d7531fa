//! Programs as text, one instruction a line:
//!
//! ```text
//! %2: f64[2] = contract ab,b->a %0 %1
//! %3: f64[2] = map Tanh[#1] of %2
//! ```

use std::fmt;

use netform_array::{Array, Scalar};

use super::{Constant, Direction, Instruction, Operation, Padding, Program, ScalarFunction, Slicing, Ties, Windows};
use crate::dim::Dim;
use crate::text::text;

/// Constants with at most this many elements are printed in full.
const SHOWN_ELEMENTS: usize = 8;

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_program(self, 0, f)
    }
}

fn write_program(program: &Program, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let indent = "  ".repeat(depth);
    for instruction in program.instructions() {
        f.write_str(&indent)?;
        write_instruction(program, instruction, depth, f)?;
        writeln!(f)?;
    }
    for requirement in program.requirements() {
        writeln!(f, "{indent}require {requirement}")?;
    }
    write!(f, "{indent}return")?;
    for (position, output) in program.outputs().iter().enumerate() {
        let comma = if position > 0 { "," } else { "" };
        write!(f, "{comma} {} = {}", output.name, output.value)?;
    }
    writeln!(f)
}

fn write_instruction(
    program: &Program,
    instruction: &Instruction,
    depth: usize,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    for (position, &result) in instruction.results.iter().enumerate() {
        let comma = if position > 0 { ", " } else { "" };
        write!(f, "{comma}{result}: {}", program.type_of(result))?;
    }
    write!(f, " = {}", instruction.operation.name())?;
    write_attributes(&instruction.operation, f)?;
    if let Operation::Scan(scan) = &instruction.operation {
        let (states, rest) = instruction.operands.split_at(scan.states.min(instruction.operands.len()));
        let (sequences, constants) = rest.split_at(scan.sequences.min(rest.len()));
        for (name, values) in [("from", states), ("over", sequences), ("with", constants)] {
            if !values.is_empty() {
                write!(f, " {name}")?;
            }
            values.iter().try_for_each(|value| write!(f, " {value}"))?;
        }
        writeln!(f, " {{")?;
        write_program(&scan.body, depth + 1, f)?;
        return write!(f, "{}}}", "  ".repeat(depth));
    }
    if matches!(instruction.operation, Operation::Map { .. }) && !instruction.operands.is_empty() {
        f.write_str(" of")?;
    }
    instruction.operands.iter().try_for_each(|operand| write!(f, " {operand}"))
}

fn write_attributes(operation: &Operation, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match operation {
        Operation::Input { name, .. } | Operation::Parameter { name, .. } => write!(f, " {name}"),
        Operation::Constant(Constant::Array(array)) => write_array(array, f),
        Operation::Constant(Constant::Exact { elements, .. }) => {
            write!(f, " exact")?;
            write_few(elements.len(), elements.iter().map(text), f)
        }
        Operation::Iota { axis, .. } => write!(f, " axis {axis}"),
        Operation::Map { functions } => write_functions(functions, f),
        Operation::Contract(contraction) => {
            f.write_str(" ")?;
            for (position, labels) in contraction.operands.iter().enumerate() {
                f.write_str(if position > 0 { "," } else { "" })?;
                labels.iter().try_for_each(|label| write!(f, "{label}"))?;
            }
            f.write_str("->")?;
            contraction.result.iter().try_for_each(|label| write!(f, "{label}"))
        }
        Operation::Reduce(reduction) => {
            write!(f, " {} axes {:?}", reduction.kind.name(), reduction.axes.as_slice())?;
            f.write_str(if reduction.ties == Ties::Shared { " shared" } else { "" })
        }
        Operation::Transpose { axes } | Operation::Reverse { axes } | Operation::Broadcast { axes, .. } => {
            write!(f, " axes {:?}", axes.as_slice())
        }
        Operation::Slice(Slicing { start, step, .. }) => {
            write!(f, " start ")?;
            write_dims(start, f)?;
            write_unless(" step ", step, 1, f)
        }
        Operation::Pad(Padding { low, high, interior }) => {
            write!(f, " low ")?;
            write_dims(low, f)?;
            write!(f, " high ")?;
            write_dims(high, f)?;
            write_unless(" interior ", interior, 0, f)
        }
        Operation::Concatenate { axis }
        | Operation::Gather { axis }
        | Operation::ScatterAdd { axis }
        | Operation::Order { axis } => write!(f, " axis {axis}"),
        Operation::Window(windows) | Operation::OverlapAdd(windows) => write_windows(windows, f),
        Operation::Scan(scan) => {
            let backward = if scan.direction == Direction::Backward { " backward" } else { "" };
            write!(f, "{backward} {} steps", scan.length)
        }
        Operation::Index { label } => write!(f, " {}", text(label)),
        Operation::Random { label, distribution, .. } => write!(f, " {} {distribution}", text(label)),
        Operation::Reshape { .. } | Operation::Select | Operation::Convert { .. } => Ok(()),
    }
}

fn write_functions(functions: &[ScalarFunction], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let bodies: Vec<String> = functions.iter().map(|function| text(&function.body)).collect();
    match bodies.as_slice() {
        [single] => write!(f, " {single}"),
        several => write!(f, " {{{}}}", several.join(", ")),
    }
}

fn write_windows(windows: &Windows, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, " axes {:?} sizes ", windows.axes.as_slice())?;
    write_dims(&windows.sizes, f)?;
    write_unless(" strides ", &windows.strides, 1, f)?;
    write_unless(" dilations ", &windows.dilations, 1, f)
}

fn write_dims(dims: &[Dim], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("[")?;
    for (position, dim) in dims.iter().enumerate() {
        write!(f, "{}{dim}", if position > 0 { ", " } else { "" })?;
    }
    f.write_str("]")
}

fn write_unless(name: &str, values: &[usize], natural: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if values.iter().all(|&value| value == natural) { Ok(()) } else { write!(f, "{name}{values:?}") }
}

fn write_array(array: &Array, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write_few(array.len(), array.scalars().map(scalar_text), f)
}

fn write_few(count: usize, elements: impl Iterator<Item = String>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if count > SHOWN_ELEMENTS {
        return write!(f, " ({count} elements)");
    }
    for element in elements {
        write!(f, " {element}")?;
    }
    Ok(())
}

fn scalar_text(scalar: Scalar) -> String {
    match scalar {
        Scalar::Bool(value) => value.to_string(),
        Scalar::I64(value) => value.to_string(),
        Scalar::F32(value) => format!("{value:?}"),
        Scalar::F64(value) => format!("{value:?}"),
        Scalar::Complex(value) => format!("{:?}{:+?}I", value.re, value.im),
    }
}

//! The statements of a program on arrays.

use netform_array::ElementType;
use netform_compile::{
    Constant, Dim, Direction, Instruction, Label, Operation, Output, Program, Reduction, ReductionKind, ScalarFunction,
    Scan, Type, Windows,
};

use super::super::constants::{Known, free_name, known_numbers};
use super::super::identifier;
use super::super::language::{Notation, Number};
use super::super::memory::Kind;
use super::super::program::{Written, size, sizes};
use super::super::scalar::{Block, Piece};
use super::{Library, NumPy, tuple};
use crate::scalar::Scalars;
use crate::scalar::bare;

/// An array in the code.
#[derive(Clone)]
struct Array {
    text: String,
    kind: Kind,
    shape: Vec<usize>,
}

/// Writes the statements of a program on arrays.
pub(in crate::code) struct Arrays<'s> {
    language: &'s NumPy,
    pub(in crate::code) scalars: Scalars<'s>,
    pub(in crate::code) constants: Vec<Known>,
    pub(in crate::code) text: String,
    depth: usize,
    names: usize,
}

impl<'s> Arrays<'s> {
    pub(in crate::code) fn new(language: &'s NumPy, scalars: Scalars<'s>) -> Arrays<'s> {
        Arrays { language, scalars, constants: vec![], text: String::new(), depth: 0, names: 0 }
    }

    /// An array of known numbers; a name for it.
    pub(in crate::code) fn known(&mut self, label: &str, kind: Kind, shape: &[usize], elements: Vec<f64>) -> String {
        let name = free_name(&self.constants, identifier(label).to_uppercase());
        self.constants.push(Known { name: name.clone(), kind, shape: shape.to_vec(), elements });
        name
    }

    pub(in crate::code) fn line(&mut self, text: &str) {
        for _ in 0..=self.depth {
            self.text.push_str("    ");
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    /// Gives a value a name.
    fn named(&mut self, value: &str) -> String {
        let name = self.fresh("a");
        self.line(&format!("{name} = {}", bare(value)));
        name
    }

    /// Writes a program on names of arrays for its inputs; the names of its results.
    pub(in crate::code) fn program(&mut self, program: &Program, inputs: &[String]) -> Written<Vec<String>> {
        let mut values: Vec<Option<Array>> = vec![None; program.value_count()];
        let array = |value, text: String| -> Written<Array> {
            let value_type: &Type = program.type_of(value);
            Ok(Array { text, kind: kind(value_type.element)?, shape: sizes(&value_type.shape)? })
        };
        for (value, text) in program.inputs().iter().zip(inputs) {
            values[value.index()] = Some(array(*value, text.clone())?);
        }
        for instruction in program.instructions() {
            if matches!(instruction.operation, Operation::Input { .. } | Operation::Parameter { .. }) {
                continue;
            }
            let operands: Vec<Array> = instruction.operands.iter().filter_map(|v| values[v.index()].clone()).collect();
            let results: Written<Vec<Array>> =
                instruction.results.iter().map(|value| array(*value, String::new())).collect();
            let texts = self.instruction(instruction, &operands, &results?)?;
            for (value, text) in instruction.results.iter().zip(texts) {
                values[value.index()] = Some(array(*value, text)?);
            }
        }
        let result = |output: &Output| values[output.value.index()].clone().map(|array| array.text);
        let results: Option<Vec<String>> = program.outputs().iter().map(result).collect();
        results.ok_or_else(|| "a result is not there".to_owned())
    }

    fn instruction(
        &mut self,
        instruction: &Instruction,
        operands: &[Array],
        results: &[Array],
    ) -> Written<Vec<String>> {
        let value = match &instruction.operation {
            Operation::Map { functions } => return self.map(functions, operands, results),
            Operation::Scan(scan) => return self.scan(scan, operands, results),
            Operation::Constant(constant) => return Ok(vec![self.constant(constant)?]),
            operation => self.expression(operation, operands, &results[0])?,
        };
        Ok(vec![self.named(&value)])
    }

    fn expression(&mut self, operation: &Operation, operands: &[Array], result: &Array) -> Written<String> {
        let a = operands.first().map_or("", |operand| &*operand.text);
        Ok(match operation {
            Operation::Iota { axis, .. } => {
                let mut row = vec![1; result.shape.len()];
                row[*axis] = result.shape[*axis];
                let row = tuple(&row);
                let count = result.shape[*axis] + 1;
                format!("np.broadcast_to(np.arange(1, {count}).reshape({row}), {})", tuple(&result.shape))
            }
            Operation::Contract(contraction) => {
                let letter = |label: &Label| {
                    let letter = ('a'..='z').chain('A'..='Z').nth(usize::from(label.0));
                    letter.ok_or_else(|| "a product of arrays has more than 52 levels".to_owned())
                };
                let word = |labels: &[Label]| labels.iter().map(letter).collect::<Written<String>>();
                if operands.is_empty() {
                    return Ok(format!("np.ones({})", tuple(&result.shape)));
                }
                let terms: Written<Vec<String>> = contraction.operands.iter().map(|labels| word(labels)).collect();
                let texts: Vec<&str> = operands.iter().map(|operand| &*operand.text).collect();
                let equation = format!("{}->{}", terms?.join(","), word(&contraction.result)?);
                format!("np.einsum(\"{equation}\", {}, optimize=True)", texts.join(", "))
            }
            Operation::Reduce(reduction) => reduced(reduction, &operands[0]),
            Operation::Reshape { .. } => format!("np.reshape({a}, {})", tuple(&result.shape)),
            Operation::Transpose { axes } => format!("np.transpose({a}, {})", tuple(axes)),
            Operation::Broadcast { axes, .. } => {
                let mut row = vec![1; result.shape.len()];
                for (own, &axis) in axes.iter().enumerate() {
                    row[axis] = operands[0].shape[own];
                }
                format!("np.broadcast_to(np.reshape({a}, {}), {})", tuple(&row), tuple(&result.shape))
            }
            Operation::Slice(slicing) => {
                let starts = sizes(&slicing.start)?;
                let parts = starts.iter().zip(&result.shape).zip(&slicing.step).map(|((start, count), step)| {
                    let end = if *count == 0 { *start } else { start + step * (count - 1) + 1 };
                    if *step == 1 { format!("{start}:{end}") } else { format!("{start}:{end}:{step}") }
                });
                let parts: Vec<String> = parts.collect();
                if parts.is_empty() { a.to_owned() } else { format!("{a}[{}]", parts.join(", ")) }
            }
            Operation::Reverse { axes } => format!("np.flip({a}, {})", tuple(axes)),
            Operation::Pad(padding) => {
                let (low, high) = (integers(&padding.low)?, integers(&padding.high)?);
                if low.iter().chain(&high).any(|size| *size < 0) {
                    return Err(format!("padding by a negative number has no code in {}", self.language.name()));
                }
                let interior = tuple(&padding.interior);
                format!("_pad({a}, {}, {}, {}, {interior})", operands[1].text, tuple(&low), tuple(&high))
            }
            Operation::Concatenate { axis } => {
                let texts: Vec<&str> = operands.iter().map(|operand| &*operand.text).collect();
                format!("np.concatenate([{}], axis={axis})", texts.join(", "))
            }
            Operation::Gather { axis } => {
                let places = format!("_places({}, {})", operands[1].text, operands[0].shape[*axis]);
                format!("np.take({a}, {places}, axis={axis})")
            }
            Operation::ScatterAdd { axis } => {
                let places = format!("_places({}, {})", operands[1].text, operands[0].shape[*axis]);
                format!("_scatter_add({a}, {axis}, {places}, {})", operands[2].text)
            }
            Operation::Window(windows) => {
                let counts: Vec<usize> = windows.axes.iter().map(|&axis| result.shape[axis]).collect();
                let (axes, sizes, strides, dilations) = of_windows(windows)?;
                match result.shape.contains(&0) {
                    true => format!("np.zeros({}, dtype={a}.dtype)", tuple(&result.shape)),
                    false => format!("_windows({a}, {axes}, {}, {sizes}, {strides}, {dilations})", tuple(&counts)),
                }
            }
            Operation::OverlapAdd(windows) => {
                let (axes, _, strides, dilations) = of_windows(windows)?;
                match operands[0].shape.contains(&0) {
                    true => format!("np.zeros({}, dtype={a}.dtype)", tuple(&result.shape)),
                    false => format!("_overlap_add({a}, {}, {axes}, {strides}, {dilations})", tuple(&result.shape)),
                }
            }
            Operation::Select => format!("np.where({a}, {}, {})", operands[1].text, operands[2].text),
            Operation::Order { axis } => {
                let stable = match self.language.library {
                    Library::NumPy => "kind=\"stable\"",
                    Library::Jax => "stable=True",
                };
                format!("np.argsort({a}, axis={axis}, {stable}) + 1")
            }
            Operation::Convert { .. } | Operation::Index { .. } => {
                let (from, to) = (Number::from(operands[0].kind), Number::from(result.kind));
                self.language.convert(a, from, to)
            }
            Operation::Random { .. } => {
                let library = self.language.name();
                return Err(format!(
                    "it draws random numbers, which has no code in {library}; apply it outside of training"
                ));
            }
            other => return Err(format!("{} has no code in {}", other.name(), self.language.name())),
        })
    }

    fn map(&mut self, functions: &[ScalarFunction], operands: &[Array], results: &[Array]) -> Written<Vec<String>> {
        let has_index = operands.iter().chain(results).any(|array| array.kind == Kind::Index);
        let number = if has_index { Number::Wide } else { Number::Real };
        let language = self.language;
        let load = |operand: &Array| {
            let text = language.convert(&operand.text, operand.kind.into(), number);
            Piece::atom(text)
        };
        let pieces: Vec<Piece> = operands.iter().map(load).collect();
        let mut texts = Vec::with_capacity(functions.len());
        for (function, result) in functions.iter().zip(results) {
            let mut block = Block::of(language, number);
            let value = self.scalars.write(function, &pieces, &mut block)?;
            let value = block.stored(&value, result.kind.into());
            for statement in &block.statements {
                self.line(statement);
            }
            // A function of no arguments, or a constant one, is the same everywhere.
            let full = match operands.is_empty() || !operands.iter().any(|operand| value.contains(&operand.text)) {
                true if !result.shape.is_empty() && block.statements.is_empty() => {
                    let dtype = language.dtype(result.kind.into());
                    format!("np.full({}, {}, dtype={dtype})", tuple(&result.shape), bare(&value))
                }
                _ => value,
            };
            texts.push(self.named(&full));
        }
        Ok(texts)
    }

    fn constant(&mut self, constant: &Constant) -> Written<String> {
        let kind = kind(constant.value_type().element)?;
        let elements = known_numbers(constant, &mut self.scalars)?;
        if constant.shape().is_empty()
            && let [single] = elements.as_slice()
        {
            let number = self.language.number(*single, kind.into());
            let dtype = self.language.dtype(kind.into());
            return Ok(format!("{dtype}({})", bare(&number)));
        }
        Ok(self.known("constant", kind, constant.shape(), elements))
    }

    /// A loop over steps; outputs are collected.
    fn scan(&mut self, scan: &Scan, operands: &[Array], results: &[Array]) -> Written<Vec<String>> {
        let length = size(&scan.length)?;
        let (initial, rest) = operands.split_at(scan.states);
        let (sequences, constants) = rest.split_at(scan.sequences);
        let states: Vec<String> = initial.iter().map(|state| self.named(&state.text)).collect();
        let stacked: Vec<String> = results[scan.states..]
            .iter()
            .map(|result| {
                let dtype = self.language.dtype(result.kind.into());
                self.named(&format!("np.empty({}, dtype={dtype})", tuple(&result.shape)))
            })
            .collect();
        if length > 0 {
            let step = self.fresh("t");
            let range = match scan.direction {
                Direction::Forward => format!("range({length})"),
                Direction::Backward => format!("range({}, -1, -1)", length - 1),
            };
            self.line(&format!("for {step} in {range}:"));
            self.depth += 1;
            let rows = sequences.iter().map(|sequence| format!("{}[{step}]", sequence.text));
            let inputs: Vec<String> = states
                .iter()
                .cloned()
                .chain(rows)
                .chain(constants.iter().map(|constant| constant.text.clone()))
                .collect();
            let next = self.program(&scan.body, &inputs)?;
            for (place, whole) in stacked.iter().enumerate() {
                let row = &next[scan.states + place];
                self.line(&match self.language.library {
                    Library::NumPy => format!("{whole}[{step}] = {row}"),
                    Library::Jax => format!("{whole} = {whole}.at[{step}].set({row})"),
                });
            }
            if !states.is_empty() {
                self.line(&format!("{} = {}", states.join(", "), next[..scan.states].join(", ")));
            }
            self.depth -= 1;
        }
        Ok(states.into_iter().chain(stacked).collect())
    }
}

fn kind(element: ElementType) -> Written<Kind> {
    Kind::of(element).ok_or_else(|| "complex numbers have no code".to_owned())
}

fn integers(dims: &[Dim]) -> Written<Vec<i64>> {
    dims.iter().map(|dim| dim.as_integer().ok_or_else(|| format!("the size {dim} is not known"))).collect()
}

/// Axes, sizes, strides and dilations as tuples.
fn of_windows(windows: &Windows) -> Written<(String, String, String, String)> {
    let (strides, dilations) = (tuple(&windows.strides), tuple(&windows.dilations));
    Ok((tuple(&windows.axes), tuple(&sizes(&windows.sizes)?), strides, dilations))
}

fn reduced(reduction: &Reduction, a: &Array) -> String {
    let (text, axes) = (&a.text, tuple(&reduction.axes));
    let ends = match a.kind {
        Kind::Real => ("-np.inf", "np.inf"),
        Kind::Index => ("np.iinfo(np.int64).min", "np.iinfo(np.int64).max"),
        Kind::Truth => ("False", "True"),
    };
    match reduction.kind {
        ReductionKind::Sum => format!("np.sum({text}, axis={axes})"),
        ReductionKind::Product => format!("np.prod({text}, axis={axes})"),
        ReductionKind::Max => format!("np.max({text}, axis={axes}, initial={})", ends.0),
        ReductionKind::Min => format!("np.min({text}, axis={axes}, initial={})", ends.1),
        ReductionKind::And => format!("np.all({text}, axis={axes})"),
        ReductionKind::Or => format!("np.any({text}, axis={axes})"),
        ReductionKind::Shift => format!("_shift({text}, {axes})"),
        ReductionKind::ArgMax => format!("_place_of_largest({text}, {axes})"),
    }
}

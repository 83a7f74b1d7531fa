//! The statements of a program on arrays.

use netform_array::ElementType;
use netform_compile::{
    Constant, Dim, Instruction, Label, Operation, Output, Program, Reduction, ReductionKind, ScalarFunction, Type,
    Windows,
};

use super::super::constants::{Known, free_name, known_numbers};
use super::super::language::{Notation, Number};
use super::super::memory::Kind;
use super::super::names::identifier;
use super::super::program::{Written, sizes};
use super::super::scalar::{Block, Piece};
use super::library::filled;
use super::{Python, tuple};
use crate::scalar::Scalars;
use crate::scalar::bare;

/// An array in the code.
#[derive(Clone)]
pub(super) struct Array {
    pub(super) text: String,
    pub(super) kind: Kind,
    pub(super) shape: Vec<usize>,
}

/// Writes the statements of a program on arrays.
pub(in crate::code) struct Arrays<'s> {
    pub(super) language: &'s Python,
    pub(in crate::code) scalars: Scalars<'s>,
    pub(in crate::code) constants: Vec<Known>,
    pub(in crate::code) text: String,
    pub(super) depth: usize,
    names: usize,
}

impl<'s> Arrays<'s> {
    pub(in crate::code) fn new(language: &'s Python, scalars: Scalars<'s>) -> Arrays<'s> {
        Arrays { language, scalars, constants: vec![], text: String::new(), depth: 0, names: 0 }
    }

    /// Whether arrays of the net are kept under their paths.
    pub(in crate::code) fn has_paths(&self) -> bool {
        self.language.library.is_class
    }

    /// An array of known numbers, in the net if it has a path there; a name for it.
    pub(in crate::code) fn known(
        &mut self,
        label: &str,
        kind: Kind,
        shape: &[usize],
        elements: Vec<f64>,
        path: Option<String>,
    ) -> String {
        let name = free_name(&self.constants, identifier(path.as_deref().unwrap_or(label)).to_uppercase());
        self.constants.push(Known { name: name.clone(), kind, shape: shape.to_vec(), elements, path });
        name
    }

    pub(in crate::code) fn line(&mut self, text: &str) {
        for _ in 0..=self.depth {
            self.text.push_str("    ");
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    pub(super) fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    /// Gives a value a name.
    pub(super) fn named(&mut self, value: &str) -> String {
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
        let phrases = &self.language.library.phrases;
        let a = operands.first().map_or("", |operand| &*operand.text);
        let shape = tuple(&result.shape);
        Ok(match operation {
            Operation::Iota { axis, .. } => {
                let mut row = vec![1; result.shape.len()];
                row[*axis] = result.shape[*axis];
                let end = (result.shape[*axis] + 1).to_string();
                filled(phrases.iota, &[("end", &end), ("row", &tuple(&row)), ("shape", &shape)])
            }
            Operation::Contract(_) if operands.is_empty() => self.full("1", result),
            Operation::Contract(contraction) => {
                let letter = |label: &Label| {
                    let letter = ('a'..='z').chain('A'..='Z').nth(usize::from(label.0));
                    letter.ok_or_else(|| "a product of arrays has more than 52 levels".to_owned())
                };
                let word = |labels: &[Label]| labels.iter().map(letter).collect::<Written<String>>();
                let terms: Written<Vec<String>> = contraction.operands.iter().map(|labels| word(labels)).collect();
                let equation = format!("{}->{}", terms?.join(","), word(&contraction.result)?);
                filled(phrases.contract, &[("equation", &equation), ("factors", &texts(operands))])
            }
            Operation::Reduce(reduction) => self.reduced(reduction, &operands[0], result),
            Operation::Reshape { .. } => filled(phrases.reshape, &[("a", a), ("shape", &shape)]),
            Operation::Transpose { axes } => filled(phrases.transpose, &[("a", a), ("axes", &tuple(axes))]),
            Operation::Broadcast { axes, .. } => {
                let mut row = vec![1; result.shape.len()];
                for (own, &axis) in axes.iter().enumerate() {
                    row[axis] = operands[0].shape[own];
                }
                filled(phrases.broadcast, &[("a", a), ("row", &tuple(&row)), ("shape", &shape)])
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
            Operation::Reverse { axes } => filled(phrases.reverse, &[("a", a), ("axes", &tuple(axes))]),
            Operation::Pad(padding) => {
                let (low, high) = (integers(&padding.low)?, integers(&padding.high)?);
                if low.iter().chain(&high).any(|size| *size < 0) {
                    return Err(format!("padding by a negative number has no code in {}", self.language.name()));
                }
                let (low, high, interior) = (tuple(&low), tuple(&high), tuple(&padding.interior));
                let fill = &operands[1].text;
                let parts = [("a", a), ("fill", fill), ("low", &low), ("high", &high), ("interior", &interior)];
                filled(phrases.pad, &parts)
            }
            Operation::Concatenate { axis } => {
                filled(phrases.concatenate, &[("parts", &texts(operands)), ("axis", &axis.to_string())])
            }
            Operation::Gather { axis } | Operation::ScatterAdd { axis } => {
                let phrase = match operation {
                    Operation::Gather { .. } => phrases.gather,
                    _ => phrases.scatter_add,
                };
                let (size, axis) = (operands[0].shape[*axis].to_string(), axis.to_string());
                let updates = operands.get(2).map_or("", |updates| &*updates.text);
                let positions = &operands[1].text;
                let parts =
                    [("a", a), ("positions", positions), ("size", &size), ("axis", &axis), ("updates", updates)];
                filled(phrase, &parts)
            }
            Operation::Window(_) | Operation::OverlapAdd(_)
                if result.shape.contains(&0) || operands[0].shape.contains(&0) =>
            {
                self.full("0", result)
            }
            Operation::Window(windows) => {
                let counts: Vec<usize> = windows.axes.iter().map(|&axis| result.shape[axis]).collect();
                windowed(phrases.window, windows, &[("a", a), ("counts", &tuple(&counts))])?
            }
            Operation::OverlapAdd(windows) => windowed(phrases.overlap_add, windows, &[("a", a), ("shape", &shape)])?,
            Operation::Select => {
                filled(phrases.select, &[("condition", a), ("yes", &operands[1].text), ("no", &operands[2].text)])
            }
            Operation::Order { axis } => filled(phrases.order, &[("a", a), ("axis", &axis.to_string())]),
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

    /// An array of one number.
    pub(super) fn full(&self, value: &str, result: &Array) -> String {
        let (phrase, dtype) = (self.language.library.phrases.full, self.language.dtype(result.kind.into()));
        filled(phrase, &[("shape", &tuple(&result.shape)), ("value", value), ("dtype", &dtype)])
    }

    fn reduced(&self, reduction: &Reduction, a: &Array, result: &Array) -> String {
        let phrases = &self.language.library.phrases;
        let phrase = match (reduction.kind, a.kind) {
            (ReductionKind::Sum, _) => phrases.sum,
            (ReductionKind::Product, _) => phrases.product,
            (ReductionKind::Or, _) | (ReductionKind::Max, Kind::Truth) => phrases.any,
            (ReductionKind::And, _) | (ReductionKind::Min, Kind::Truth) => phrases.all,
            (ReductionKind::Max, _) => phrases.largest,
            (ReductionKind::Min, _) => phrases.least,
            (ReductionKind::Shift, _) => phrases.shift,
            (ReductionKind::ArgMax, _) => phrases.place_of_largest,
        };
        let is_empty = reduction.axes.iter().any(|&axis| a.shape[axis] == 0);
        let infinity = phrases.infinity;
        let of_none = match (reduction.kind, a.kind) {
            (ReductionKind::Max, Kind::Real) => Some(format!("-{infinity}")),
            (ReductionKind::Min, Kind::Real) => Some(infinity.to_owned()),
            (ReductionKind::Max, Kind::Index) => Some(i64::MIN.to_string()),
            (ReductionKind::Min, Kind::Index) => Some(i64::MAX.to_string()),
            (ReductionKind::Shift, _) => Some("0".to_owned()),
            _ => None,
        };
        match of_none.filter(|_| is_empty) {
            Some(value) => self.full(&value, result),
            None => filled(phrase, &[("a", &a.text), ("axes", &tuple(&reduction.axes))]),
        }
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
                true if !result.shape.is_empty() && block.statements.is_empty() => self.full(bare(&value), result),
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
            return Ok(filled(self.language.library.phrases.scalar, &[("value", bare(&number)), ("dtype", &dtype)]));
        }
        Ok(self.known("constant", kind, constant.shape(), elements, None))
    }
}

fn kind(element: ElementType) -> Written<Kind> {
    Kind::of(element).ok_or_else(|| "complex numbers have no code".to_owned())
}

fn integers(dims: &[Dim]) -> Written<Vec<i64>> {
    dims.iter().map(|dim| dim.as_integer().ok_or_else(|| format!("the size {dim} is not known"))).collect()
}

/// A phrase about windows with its parts.
fn windowed(phrase: &str, windows: &Windows, more: &[(&str, &str)]) -> Written<String> {
    let (axes, sizes) = (tuple(&windows.axes), tuple(&sizes(&windows.sizes)?));
    let (strides, dilations) = (tuple(&windows.strides), tuple(&windows.dilations));
    let own = [("axes", &*axes), ("sizes", &*sizes), ("strides", &*strides), ("dilations", &*dilations)];
    Ok(filled(phrase, &[more, own.as_slice()].concat()))
}

/// The texts of arrays, one after the other.
fn texts(arrays: &[Array]) -> String {
    let texts: Vec<&str> = arrays.iter().map(|array| &*array.text).collect();
    texts.join(", ")
}

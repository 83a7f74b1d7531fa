//! Programs as loops.

use std::rc::Rc;

use netform_compile::{Constant, Dim, Instruction, Operation, Program, Type, ValueId};

use super::constants::{Known, free_name, known_numbers};
use super::language::{Language, Number};
use super::memory::{Kind, Memory};
use super::names::identifier;
use super::view::{View, broadcast, merged, row_major, window};
use crate::scalar::Scalars;
use crate::scalar::bare;

/// A variable of a loop; nothing where the only index is 0.
pub(super) type Index = Option<Rc<str>>;

/// Writes the statements of a program.
pub(super) struct Code<'s> {
    pub(super) language: &'s dyn Language,
    pub(super) scalars: Scalars<'s>,
    pub(super) memory: Memory,
    /// Arrays of known numbers.
    pub(super) constants: Vec<Known>,
    /// Whether a position that is data may be outside of an array.
    pub(super) may_fail: bool,
    /// What all names begin with.
    prefix: String,
    text: String,
    pub(super) depth: usize,
}

const COMPLEX: &str = "complex numbers have no code";

/// Why a program cannot be written.
pub(super) type Written<T> = Result<T, String>;

impl<'s> Code<'s> {
    pub(super) fn new(language: &'s dyn Language, scalars: Scalars<'s>, prefix: &str) -> Code<'s> {
        Code {
            language,
            scalars,
            memory: Memory::default(),
            constants: Vec::new(),
            may_fail: false,
            prefix: prefix.to_owned(),
            text: String::new(),
            depth: 0,
        }
    }

    /// The statements.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Writes a program on arrays for its inputs. A result is written to its target if there is one, unless it is a view
    /// of something else.
    pub(super) fn program(
        &mut self,
        program: &Program,
        inputs: &[View],
        targets: &[Option<View>],
    ) -> Written<Vec<View>> {
        let mut last = vec![0; program.value_count()];
        for (place, instruction) in program.instructions().iter().enumerate() {
            for operand in &instruction.operands {
                last[operand.index()] = place;
            }
        }
        for output in program.outputs() {
            last[output.value.index()] = usize::MAX;
        }
        let mut values: Vec<Option<View>> = vec![None; program.value_count()];
        for (value, view) in program.inputs().iter().zip(inputs) {
            values[value.index()] = Some(view.clone());
        }
        for (place, instruction) in program.instructions().iter().enumerate() {
            if matches!(instruction.operation, Operation::Input { .. } | Operation::Parameter { .. }) {
                continue;
            }
            let operands: Vec<View> =
                instruction.operands.iter().filter_map(|operand| values[operand.index()].clone()).collect();
            let wanted = |value: ValueId| {
                let place = program.outputs().iter().position(|output| output.value == value)?;
                targets.get(place).cloned().flatten()
            };
            let results = self.instruction(program, instruction, operands, &wanted)?;
            for (value, view) in instruction.results.iter().zip(results) {
                values[value.index()] = Some(view);
            }
            for value in instruction.operands.iter().chain(&instruction.results) {
                if last[value.index()] <= place {
                    values[value.index()] = None;
                }
            }
        }
        let result = |value: ValueId| values[value.index()].clone().ok_or_else(|| "a result is not there".to_owned());
        program.outputs().iter().map(|output| result(output.value)).collect()
    }

    fn instruction(
        &mut self,
        program: &Program,
        instruction: &Instruction,
        mut operands: Vec<View>,
        wanted: &dyn Fn(ValueId) -> Option<View>,
    ) -> Written<Vec<View>> {
        let value_type = |k: usize| program.type_of(instruction.results[k]);
        let views = match &instruction.operation {
            Operation::Input { .. } | Operation::Parameter { .. } => return Ok(Vec::new()),
            Operation::Constant(constant) => self.constant(constant)?,
            Operation::Transpose { axes } => {
                let a = &operands[0];
                a.with_axes(axes.iter().map(|&axis| (a.shape[axis], a.strides[axis])))
            }
            Operation::Broadcast { shape, axes } => broadcast(&operands[0], &sizes(shape)?, axes),
            Operation::Slice(slicing) => {
                let a = &operands[0];
                let (starts, counts) = (sizes(&slicing.start)?, sizes(&slicing.size)?);
                let steps = a.strides.iter().zip(&slicing.step).map(|(stride, step)| stride * *step as i64);
                let mut view = a.with_axes(counts.into_iter().zip(steps));
                for (start, stride) in starts.iter().zip(&a.strides) {
                    view.start.add(*start as i64 * stride);
                }
                view
            }
            Operation::Reverse { axes } => {
                let mut view = operands[0].clone();
                for &axis in axes {
                    view.start.add(view.strides[axis] * (view.shape[axis] as i64 - 1).max(0));
                    view.strides[axis] = -view.strides[axis];
                }
                view
            }
            Operation::Window(windows) => window(&operands[0], windows, &sizes(&windows.sizes)?),
            Operation::Reshape { shape } => {
                let a = self.contiguous(operands.swap_remove(0));
                let shape = sizes(shape)?;
                View { strides: row_major(&shape), shape, ..a }
            }
            Operation::Map { functions } => {
                let mut results = Vec::with_capacity(functions.len());
                for &value in &instruction.results {
                    results.push(self.target(program.type_of(value), wanted(value))?);
                }
                self.map(functions, &operands, &results)?;
                return Ok(results);
            }
            Operation::Scan(scan) => {
                let stacked = instruction.results[scan.states..].iter();
                let targets = stacked.map(|&value| self.target(program.type_of(value), wanted(value)));
                let stacked = targets.collect::<Written<Vec<View>>>()?;
                return self.scan(scan, &operands, stacked);
            }
            operation => {
                let result = self.target(value_type(0), wanted(instruction.results[0]))?;
                self.computed(operation, &operands, &result)?;
                result
            }
        };
        Ok(vec![views])
    }

    /// What needs loops of its own, and has one result.
    fn computed(&mut self, operation: &Operation, operands: &[View], result: &View) -> Written<()> {
        match operation {
            Operation::Iota { axis, .. } => {
                let axis = *axis;
                self.each(&result.shape, |code, at| {
                    let index = at[axis].as_deref().unwrap_or("0").to_owned();
                    code.assign(result, at, &format!("{index} + 1"));
                });
            }
            Operation::Contract(contraction) => self.contract(contraction, operands, result),
            Operation::Reduce(reduction) => self.reduce(reduction, &operands[0], result),
            Operation::Pad(padding) => {
                let (low, high) = (signed(&padding.low)?, signed(&padding.high)?);
                if low.iter().chain(&high).any(|size| *size < 0) {
                    return Err(format!("padding by a negative number has no code in {}", self.language.name()));
                }
                let fill = self.at(&operands[1], &[]);
                self.each(&result.shape, |code, at| code.assign(result, at, &fill));
                let steps = result.strides.iter().zip(&padding.interior).map(|(s, inner)| s * (*inner as i64 + 1));
                let mut inside = result.with_axes(operands[0].shape.iter().copied().zip(steps));
                for (low, stride) in low.iter().zip(&result.strides) {
                    inside.start.add(low * stride);
                }
                self.copy(&operands[0], &inside);
            }
            Operation::Concatenate { axis } => {
                let mut done = 0;
                for operand in operands {
                    let mut part = result.with_axes(operand.shape.iter().copied().zip(result.strides.iter().copied()));
                    part.start.add(done * result.strides[*axis]);
                    done += operand.shape[*axis] as i64;
                    self.copy(operand, &part);
                }
            }
            Operation::Gather { axis } => self.gather(*axis, &operands[0], &operands[1], result),
            Operation::ScatterAdd { axis } => {
                self.copy(&operands[0], result);
                self.scatter_add(*axis, &operands[1], &operands[2], result);
            }
            Operation::OverlapAdd(windows) => {
                let zero = self.number(0.0, result.kind);
                self.each(&result.shape, |code, at| code.assign(result, at, &zero));
                let places = window(result, windows, &sizes(&windows.sizes)?);
                let a = &operands[0];
                self.each(&a.shape, |code, at| {
                    code.line(&format!("{} += {};", code.at(&places, at), code.at(a, at)));
                });
            }
            Operation::Select => {
                let [c, a, b] = operands else { return Err("a choice has three operands".to_owned()) };
                self.each(&result.shape, |code, at| {
                    let condition = code.language.holds(&code.at(c, at), c.kind.into());
                    let value = code.language.choice(&condition, &code.at(a, at), &code.at(b, at));
                    code.assign(result, at, &value);
                });
            }
            Operation::Order { axis } => self.order(*axis, &operands[0], result),
            Operation::Convert { .. } | Operation::Index { .. } => {
                let from = &operands[0];
                self.each(&result.shape, |code, at| {
                    let value = code.converted(&code.at(from, at), from.kind.into(), result.kind.into());
                    code.assign(result, at, &value);
                });
            }
            Operation::Random { .. } => {
                let language = self.language.name();
                return Err(format!(
                    "it draws random numbers, which has no code in {language}; apply it outside of training"
                ));
            }
            other => return Err(format!("{} has no code in {}", other.name(), self.language.name())),
        }
        Ok(())
    }

    // --------------------------------------------------------------------------------------------
    // Places

    /// Where a result is written.
    fn target(&mut self, value_type: &Type, wanted: Option<View>) -> Written<View> {
        match wanted {
            Some(view) => Ok(view),
            None => {
                let kind = Kind::of(value_type.element).ok_or(COMPLEX)?;
                Ok(self.allocate(kind, &sizes(&value_type.shape)?))
            }
        }
    }

    pub(super) fn allocate(&self, kind: Kind, shape: &[usize]) -> View {
        let slot = self.memory.take(kind, shape.iter().product());
        let mut view = View::whole(kind, &self.language.memory(kind), shape);
        view.start.add(slot.start() as i64);
        view.slot = Some(slot);
        view
    }

    /// The value with its elements in row-major order, copied if they are not.
    fn contiguous(&mut self, view: View) -> View {
        if view.is_contiguous() {
            let strides = row_major(&view.shape);
            return View { strides, ..view };
        }
        let copy = self.allocate(view.kind, &view.shape);
        self.copy(&view, &copy);
        copy
    }

    fn constant(&mut self, constant: &Constant) -> Written<View> {
        let kind = Kind::of(constant.value_type().element).ok_or(COMPLEX)?;
        let elements = known_numbers(constant, &mut self.scalars)?;
        Ok(self.known(kind, constant.shape(), elements))
    }

    /// An array of a net, under its name.
    pub(super) fn parameter(&mut self, label: &str, shape: &[usize], elements: Vec<f64>) -> View {
        let own = self.language.constant_name(&format!("{}_{}", self.prefix, identifier(label)));
        let name = free_name(&self.constants, own);
        let (kind, shape) = (Kind::Real, shape.to_vec());
        self.constants.push(Known { name, kind, shape: shape.clone(), elements, path: None });
        View::whole(kind, &self.reading(self.constants.len() - 1), &shape)
    }

    /// The text that reads a known array.
    fn reading(&self, place: usize) -> String {
        let known = &self.constants[place];
        let narrow = known.is_narrow().then(|| self.language.narrow(&known.name)).flatten();
        narrow.unwrap_or_else(|| known.name.clone())
    }

    /// An array of known numbers, one for all with the same elements.
    fn known(&mut self, kind: Kind, shape: &[usize], elements: Vec<f64>) -> View {
        let same = |known: &Known| {
            known.kind == kind
                && known.elements.len() == elements.len()
                && known.elements.iter().zip(&elements).all(|(a, b)| a.to_bits() == b.to_bits())
        };
        let place = self.constants.iter().position(same).unwrap_or_else(|| {
            let name = format!("{}_constant{}", self.prefix, self.constants.len());
            let name = self.language.constant_name(&name);
            self.constants.push(Known { name, kind, shape: shape.to_vec(), elements: elements.clone(), path: None });
            self.constants.len() - 1
        });
        View::whole(kind, &self.reading(place), shape)
    }

    // --------------------------------------------------------------------------------------------
    // Lines and loops

    /// An element of an array.
    pub(super) fn at(&self, view: &View, indices: &[Index]) -> String {
        self.language.element(&view.array, &view.place(indices))
    }

    /// Gives an element of an array a value.
    pub(super) fn assign(&mut self, view: &View, indices: &[Index], value: &str) {
        self.line(&format!("{} = {};", self.at(view, indices), bare(value)));
    }

    pub(super) fn number(&self, value: f64, kind: Kind) -> String {
        self.language.number(value, kind.into())
    }

    /// A number as one of another kind.
    pub(super) fn converted(&self, value: &str, from: Number, to: Number) -> String {
        if from == to { value.to_owned() } else { self.language.convert(value, from, to) }
    }

    pub(super) fn line(&mut self, text: &str) {
        for _ in 0..=self.depth {
            self.text.push_str("    ");
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Opens loops over a shape; `close` closes so many.
    pub(super) fn open(&mut self, shape: &[usize]) -> (Vec<Index>, usize) {
        let mut opened = 0;
        let mut indices = Vec::with_capacity(shape.len());
        for &size in shape {
            if size == 1 {
                indices.push(None);
                continue;
            }
            let name: Rc<str> = format!("i{}", self.depth).into();
            self.line(&self.language.begin_loop(&name, size));
            self.depth += 1;
            opened += 1;
            indices.push(Some(name));
        }
        (indices, opened)
    }

    pub(super) fn close(&mut self, count: usize) {
        for _ in 0..count {
            self.depth -= 1;
            self.line("}");
        }
    }

    /// Loops over all indices of a shape; none where it is empty.
    pub(super) fn each(&mut self, shape: &[usize], body: impl FnOnce(&mut Self, &[Index])) {
        if shape.contains(&0) {
            return;
        }
        let (indices, opened) = self.open(shape);
        if opened == 0 {
            // Names inside of a block do not meet those of others.
            self.line("{");
            self.depth += 1;
        }
        body(self, &indices);
        self.close(opened.max(1));
    }

    /// Copies elements between views of one shape.
    pub(super) fn copy(&mut self, from: &View, to: &View) {
        if from.is_same(to) {
            return;
        }
        let (shape, views) = merged(&from.shape, &[from.clone(), to.clone()]);
        let [from, to] = views.as_slice() else { unreachable!("there are two views") };
        self.each(&shape, |code, at| {
            code.assign(to, at, &code.converted(&code.at(from, at), from.kind.into(), to.kind.into()));
        });
    }
}

/// A size, which must be known.
pub(super) fn size(dim: &Dim) -> Written<usize> {
    dim.as_integer().and_then(|size| usize::try_from(size).ok()).ok_or_else(|| format!("the size {dim} is not known"))
}

/// Sizes, which must be known.
pub(super) fn sizes(dims: &[Dim]) -> Written<Vec<usize>> {
    dims.iter().map(size).collect()
}

fn signed(dims: &[Dim]) -> Written<Vec<i64>> {
    dims.iter().map(|dim| dim.as_integer().ok_or_else(|| format!("the size {dim} is not known"))).collect()
}

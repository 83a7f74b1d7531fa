//! Programs as loops in C.

use std::rc::Rc;

use netform_array::Scalar;
use netform_compile::{Constant, Dim, Instruction, Operation, Program, Type, ValueId, Windows};

use super::identifier;
use super::memory::{Kind, Memory};
use super::scalar::{Scalars, bare, number};
use super::view::{View, row_major};

/// A variable of a loop; nothing where the only index is 0.
pub(super) type Index = Option<Rc<str>>;

/// Writes the statements of a program.
pub(super) struct Code<'s> {
    pub(super) scalars: Scalars<'s>,
    pub(super) single: bool,
    pub(super) memory: Memory,
    /// Arrays of known numbers: name, elements.
    pub(super) constants: Vec<(String, Kind, Vec<f64>)>,
    /// Whether a position that is data may be outside of an array.
    pub(super) may_fail: bool,
    /// What all names begin with.
    prefix: String,
    text: String,
    pub(super) depth: usize,
}

/// Why a program cannot be written.
pub(super) type Written<T> = Result<T, String>;

impl<'s> Code<'s> {
    pub(super) fn new(scalars: Scalars<'s>, single: bool, prefix: &str) -> Code<'s> {
        Code {
            scalars,
            single,
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
            Operation::Window(windows) => window(&operands[0], windows)?,
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
                    code.line(&format!("{} = {index} + 1;", result.at(at)));
                });
            }
            Operation::Contract(contraction) => self.contract(contraction, operands, result),
            Operation::Reduce(reduction) => self.reduce(reduction, &operands[0], result),
            Operation::Pad(padding) => {
                let (low, high) = (signed(&padding.low)?, signed(&padding.high)?);
                if low.iter().chain(&high).any(|size| *size < 0) {
                    return Err("padding by a negative number has no code in C".to_owned());
                }
                let fill = operands[1].at(&[]);
                self.each(&result.shape, |code, at| code.line(&format!("{} = {fill};", result.at(at))));
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
                self.each(&result.shape, |code, at| code.line(&format!("{} = 0;", result.at(at))));
                let places = window(result, windows)?;
                let a = &operands[0];
                self.each(&a.shape, |code, at| code.line(&format!("{} += {};", places.at(at), a.at(at))));
            }
            Operation::Select => {
                let [c, a, b] = operands else { return Err("a choice has three operands".to_owned()) };
                self.each(&result.shape, |code, at| {
                    code.line(&format!("{} = {} ? {} : {};", result.at(at), c.at(at), a.at(at), b.at(at)));
                });
            }
            Operation::Order { axis } => self.order(*axis, &operands[0], result),
            Operation::Convert { .. } | Operation::Index { .. } => {
                let target = result.kind.c_type(self.single);
                let from = &operands[0];
                let is_truth = result.kind == Kind::Truth;
                self.each(&result.shape, |code, at| {
                    let value = from.at(at);
                    let value = if is_truth { format!("{value} != 0") } else { format!("({target}){value}") };
                    code.line(&format!("{} = {value};", result.at(at)));
                });
            }
            Operation::Random { .. } => {
                return Err("it draws random numbers, which has no code in C; apply it outside of training".to_owned());
            }
            other => return Err(format!("{} has no code in C", other.name())),
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
                let kind = Kind::of(value_type.element).ok_or("complex numbers have no code in C")?;
                Ok(self.allocate(kind, &sizes(&value_type.shape)?))
            }
        }
    }

    pub(super) fn allocate(&self, kind: Kind, shape: &[usize]) -> View {
        let slot = self.memory.take(kind, shape.iter().product());
        let mut view = View::whole(kind, &format!("memory->{}", kind.member()), shape);
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
        let kind = Kind::of(constant.value_type().element).ok_or("complex numbers have no code in C")?;
        let elements: Option<Vec<f64>> = match constant {
            Constant::Array(array) => array.scalars().map(real_number).collect(),
            Constant::Exact { elements, .. } => elements.iter().map(|element| self.scalars.number(element)).collect(),
        };
        let elements = elements.ok_or("a constant is no machine number")?;
        Ok(self.known(kind, constant.shape(), elements))
    }

    /// An array of a net, under its name.
    pub(super) fn parameter(&mut self, label: &str, shape: &[usize], elements: Vec<f64>) -> View {
        let own = format!("{}_{}", self.prefix, identifier(label));
        let is_taken = |name: &str| self.constants.iter().any(|(known, _, _)| known == name);
        let numbered = (2..).map(|number| format!("{own}_{number}"));
        let name = std::iter::once(own.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(own.clone());
        self.constants.push((name.clone(), Kind::Real, elements));
        View::whole(Kind::Real, &name, shape)
    }

    /// An array of known numbers, one for all with the same elements.
    fn known(&mut self, kind: Kind, shape: &[usize], elements: Vec<f64>) -> View {
        let same = |(_, other, values): &(String, Kind, Vec<f64>)| {
            *other == kind
                && values.len() == elements.len()
                && values.iter().zip(&elements).all(|(a, b)| a.to_bits() == b.to_bits())
        };
        let place = self.constants.iter().position(same).unwrap_or_else(|| {
            let name = format!("{}_constant{}", self.prefix, self.constants.len());
            self.constants.push((name, kind, elements.clone()));
            self.constants.len() - 1
        });
        View::whole(kind, &self.constants[place].0, shape)
    }

    // --------------------------------------------------------------------------------------------
    // Lines and loops

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
            self.line(&format!("for (long {name} = 0; {name} < {size}; ++{name}) {{"));
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
        self.each(&shape, |code, at| code.line(&format!("{} = {};", to.at(at), from.at(at))));
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

fn broadcast(a: &View, shape: &[usize], axes: &[usize]) -> View {
    let stride = |axis: usize| match axes.iter().position(|&place| place == axis) {
        Some(own) if a.shape[own] > 1 || shape[axis] == 1 => a.strides[own],
        _ => 0,
    };
    a.with_axes((0..shape.len()).map(|axis| (shape[axis], stride(axis))))
}

/// Windows that slide along axes: their positions in the places of the axes, their own axes last.
fn window(a: &View, windows: &Windows) -> Written<View> {
    let counts = sizes(&windows.sizes)?;
    let mut axes: Vec<(usize, i64)> = a.shape.iter().copied().zip(a.strides.iter().copied()).collect();
    for (k, &axis) in windows.axes.iter().enumerate() {
        let reach = windows.dilations[k] * counts[k].saturating_sub(1) + 1;
        let positions = if a.shape[axis] < reach { 0 } else { (a.shape[axis] - reach) / windows.strides[k] + 1 };
        axes[axis] = (positions, a.strides[axis] * windows.strides[k] as i64);
    }
    for (k, &axis) in windows.axes.iter().enumerate() {
        axes.push((counts[k], a.strides[axis] * windows.dilations[k] as i64));
    }
    Ok(a.with_axes(axes))
}

/// Axes that follow each other in all views become one.
pub(super) fn merged(shape: &[usize], views: &[View]) -> (Vec<usize>, Vec<View>) {
    let mut axes: Vec<(usize, Vec<i64>)> = Vec::new();
    for (axis, &size) in shape.iter().enumerate() {
        if size == 1 {
            continue;
        }
        let strides: Vec<i64> = views.iter().map(|view| view.strides[axis]).collect();
        match axes.last_mut() {
            Some((before, outer)) if outer.iter().zip(&strides).all(|(outer, inner)| *outer == inner * size as i64) => {
                *before *= size;
                *outer = strides;
            }
            _ => axes.push((size, strides)),
        }
    }
    let shape = axes.iter().map(|(size, _)| *size).collect();
    let views = views.iter().enumerate();
    let views = views.map(|(k, view)| view.with_axes(axes.iter().map(|(size, strides)| (*size, strides[k]))));
    (shape, views.collect())
}

/// A machine number in double precision.
fn real_number(scalar: Scalar) -> Option<f64> {
    match scalar {
        Scalar::Bool(truth) => Some(f64::from(u8::from(truth))),
        Scalar::I64(value) => Some(value as f64),
        Scalar::F32(value) => Some(f64::from(value)),
        Scalar::F64(value) => Some(value),
        Scalar::Complex(_) => None,
    }
}

/// Elements of an array as C, several to a line.
pub(super) fn list(kind: Kind, elements: &[f64], single: bool) -> String {
    const LINE: usize = 110;
    let mut text = String::new();
    let mut width = 0;
    for &element in elements {
        let item = match kind {
            Kind::Real => bare(&number(element, single)).to_owned(),
            Kind::Index | Kind::Truth => format!("{}", element as i64),
        };
        if width == 0 || width + item.len() + 2 > LINE {
            text.push_str(if width == 0 { "    " } else { ",\n    " });
            width = 4;
        } else {
            text.push_str(", ");
        }
        width += item.len() + 2;
        text.push_str(&item);
    }
    text
}

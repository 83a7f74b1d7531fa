//! Calls of the heads of primitives become instructions.

use netform_array::ElementType;
use netform_expr::{Expr, Sym};
use smallvec::{SmallVec, smallvec};

use super::attributes::{arguments, axes, axis, contraction, dims, items, reduction_kind, sizes};
use super::error::LowerError;
use super::frame::Lowered;
use super::{Lowerer, scan};
use crate::dim::{Dim, Dims};
use crate::program::{Distribution, Operation, Padding, Reduction, Slicing, Ties, Type, ValueId, Windows};

const PRIMITIVES: &[Sym] = &[
    Sym::ProgramMap,
    Sym::ProgramContract,
    Sym::ProgramReduce,
    Sym::ProgramReshape,
    Sym::ProgramTranspose,
    Sym::ProgramBroadcast,
    Sym::ProgramSlice,
    Sym::ProgramPad,
    Sym::ProgramConcatenate,
    Sym::ProgramReverse,
    Sym::ProgramGather,
    Sym::ProgramScatterAdd,
    Sym::ProgramWindow,
    Sym::ProgramOverlapAdd,
    Sym::ProgramScan,
    Sym::ProgramSelect,
    Sym::ProgramOrder,
    Sym::ProgramRandom,
    Sym::ProgramIota,
    Sym::ProgramConvert,
    Sym::ProgramIndex,
    Sym::ProgramItem,
];

pub(super) fn is_primitive(head: Sym) -> bool {
    PRIMITIVES.contains(&head)
}

/// The parts of a list or of a call of a primitive that are values; `None` for other calls.
pub(super) fn operands(node: &Expr) -> Result<Option<Vec<Expr>>, LowerError> {
    let Some(head) = node.head_sym() else { return Ok(None) };
    let first = |count: usize| -> Result<Option<Vec<Expr>>, LowerError> {
        let args = node.args();
        match args.get(..count) {
            Some(args) => Ok(Some(args.to_vec())),
            None => Err(LowerError::form(node, "arguments are missing")),
        }
    };
    match head {
        Sym::List => first(node.len()),
        Sym::ProgramMap | Sym::ProgramConcatenate => {
            let all = first(node.len().max(2))?;
            Ok(all.map(|all| all[1..].to_vec()))
        }
        Sym::ProgramReduce => Ok(Some(vec![arguments(node, 3, 4)?[1].clone()])),
        Sym::ProgramContract => Ok(Some(items(node, &arguments(node, 2, 2)?[0])?)),
        Sym::ProgramScan => {
            let parts = scan::parts(node)?;
            Ok(Some([parts.states, parts.sequences].concat()))
        }
        Sym::ProgramRandom | Sym::ProgramIota => Ok(Some(vec![])),
        Sym::ProgramGather | Sym::ProgramPad | Sym::ProgramIndex => first(2),
        Sym::ProgramScatterAdd | Sym::ProgramSelect => first(3),
        other if is_primitive(other) => first(1),
        _ => Ok(None),
    }
}

impl Lowerer<'_> {
    /// The call of a primitive, whose operands are lowered. Scans are opened and closed elsewhere.
    pub(super) fn primitive(&mut self, frame: usize, head: Sym, node: &Expr) -> Result<Lowered, LowerError> {
        let args = node.args().into_owned();
        match head {
            Sym::ProgramMap => self.map_primitive(frame, node),
            Sym::ProgramItem => self.item(frame, node, &args),
            Sym::ProgramContract => self.contract(frame, node, &args),
            Sym::ProgramSelect => self.select(frame, node, &args),
            Sym::ProgramConcatenate => self.concatenate(frame, node, &args),
            Sym::ProgramPad => self.pad(frame, node, &args),
            Sym::ProgramGather | Sym::ProgramScatterAdd => self.indexing(frame, head, node, &args),
            Sym::ProgramIndex => {
                let args = arguments(node, 3, 3)?;
                let (operand, greatest) = (self.value_of(frame, &args[0])?, self.value_of(frame, &args[1])?);
                self.index(frame, node, operand, greatest, args[2].clone()).map(Lowered::Value)
            }
            Sym::ProgramReduce => self.reduce(frame, node, &args),
            Sym::ProgramRandom => self.random(frame, node, &args),
            Sym::ProgramIota => {
                let args = arguments(node, 2, 2)?;
                let shape = dims(node, &args[0])?;
                let axis = axis(node, &args[1], shape.len())?;
                self.emit(frame, node, Operation::Iota { shape, axis }, &[])
            }
            _ => {
                let operand = self.value_of(frame, &args[0])?;
                let operation = self.unary(node, head, &args, self.type_of(frame, operand))?;
                self.emit(frame, node, operation, &[operand])
            }
        }
    }

    fn emit(
        &mut self,
        frame: usize,
        node: &Expr,
        operation: Operation,
        operands: &[ValueId],
    ) -> Result<Lowered, LowerError> {
        let results = self.frames[frame].builder.emit(operation, operands.iter().copied());
        Ok(Lowered::Value(results.map_err(LowerError::build(node))?[0]))
    }

    /// Operations on one array that only need its type.
    fn unary(&self, node: &Expr, head: Sym, args: &[Expr], operand: &Type) -> Result<Operation, LowerError> {
        let rank = operand.rank();
        Ok(match head {
            Sym::ProgramReshape => Operation::Reshape { shape: dims(node, &arguments(node, 2, 2)?[1])? },
            Sym::ProgramTranspose => {
                let places = axes(node, &arguments(node, 2, 2)?[1], rank)?;
                let mut inverse = SmallVec::from_elem(rank, rank);
                for (axis, &place) in places.iter().enumerate() {
                    inverse[place] = axis;
                }
                Operation::Transpose { axes: inverse }
            }
            Sym::ProgramBroadcast => {
                let shape = dims(node, &arguments(node, 3, 3)?[1])?;
                let axes = axes(node, &args[2], shape.len())?;
                Operation::Broadcast { shape, axes }
            }
            Sym::ProgramReverse => Operation::Reverse { axes: axes(node, &arguments(node, 2, 2)?[1], rank)? },
            Sym::ProgramOrder => Operation::Order { axis: axis(node, &arguments(node, 2, 2)?[1], rank)? },
            Sym::ProgramConvert => {
                Operation::Convert { element: self.element_named(node, &arguments(node, 2, 2)?[1])? }
            }
            Sym::ProgramSlice => Operation::Slice(slicing(node, &arguments(node, 3, 4)?, operand)?),
            Sym::ProgramWindow => {
                let args = arguments(node, 5, 5)?;
                let axes = axes(node, &args[4], rank)?;
                let (strides, dilations) = (sizes(node, &args[2], axes.len())?, sizes(node, &args[3], axes.len())?);
                Operation::Window(Windows { sizes: dims(node, &args[1])?, axes, strides, dilations })
            }
            Sym::ProgramOverlapAdd => {
                let args = arguments(node, 4, 4)?;
                let count = if args[3].is_list() { args[3].len() } else { 1 };
                let Some(outer) = rank.checked_sub(count) else {
                    return Err(LowerError::form(node, "the array has too few levels"));
                };
                let axes = axes(node, &args[3], outer)?;
                let (strides, dilations) = (sizes(node, &args[1], count)?, sizes(node, &args[2], count)?);
                Operation::OverlapAdd(Windows { sizes: operand.shape[outer..].into(), axes, strides, dilations })
            }
            _ => return Err(LowerError::NoLowering(node.clone())),
        })
    }

    fn element_named(&self, node: &Expr, name: &Expr) -> Result<ElementType, LowerError> {
        match name.sym() {
            Some(Sym::Booleans) => Ok(ElementType::Bool),
            Some(Sym::Integers) => Ok(ElementType::I64),
            Some(Sym::Reals) => Ok(self.real),
            _ => Err(LowerError::form(node, "the type is Booleans, Integers or Reals")),
        }
    }

    /// Truth values as integers; numbers as they are.
    fn number(&mut self, frame: usize, node: &Expr, value: ValueId) -> Result<ValueId, LowerError> {
        match self.type_of(frame, value).element {
            ElementType::Bool => self.converted(frame, node, value, ElementType::I64),
            _ => Ok(value),
        }
    }

    fn contract(&mut self, frame: usize, node: &Expr, args: &[Expr]) -> Result<Lowered, LowerError> {
        let labels = contraction(node, &args[1])?;
        let mut values = Vec::new();
        for operand in items(node, &args[0])? {
            let value = self.value_of(frame, &operand)?;
            values.push(self.number(frame, node, value)?);
        }
        let values = self.in_one_type(frame, node, &values)?;
        self.emit(frame, node, Operation::Contract(labels), &values)
    }

    fn reduce(&mut self, frame: usize, node: &Expr, args: &[Expr]) -> Result<Lowered, LowerError> {
        let kind = reduction_kind(node, &args[0])?;
        let mut value = self.value_of(frame, &args[1])?;
        if matches!(args[0].sym(), Some(Sym::Plus | Sym::Times)) {
            value = self.number(frame, node, value)?;
        }
        let mut axes = axes(node, &args[2], self.type_of(frame, value).rank())?;
        axes.sort_unstable();
        let ties = match args.get(3) {
            None => Ties::First,
            Some(ties) if ties.is(Sym::First) => Ties::First,
            Some(ties) if ties.is(Sym::All) => Ties::Shared,
            Some(_) => return Err(LowerError::form(node, "ties are First or All")),
        };
        self.emit(frame, node, Operation::Reduce(Reduction { kind, axes, ties }), &[value])
    }

    fn select(&mut self, frame: usize, node: &Expr, args: &[Expr]) -> Result<Lowered, LowerError> {
        let condition = self.value_of(frame, &args[0])?;
        let branches = [self.value_of(frame, &args[1])?, self.value_of(frame, &args[2])?];
        let branches = self.in_one_type(frame, node, &branches)?;
        let operands = self.aligned(frame, node, &[condition, branches[0], branches[1]])?;
        self.emit(frame, node, Operation::Select, &operands)
    }

    fn concatenate(&mut self, frame: usize, node: &Expr, args: &[Expr]) -> Result<Lowered, LowerError> {
        let values: Result<Vec<ValueId>, _> = args[1..].iter().map(|arg| self.value_of(frame, arg)).collect();
        let values = self.in_one_type(frame, node, &values?)?;
        let axis = axis(node, &args[0], self.type_of(frame, values[0]).rank())?;
        self.emit(frame, node, Operation::Concatenate { axis }, &values)
    }

    fn pad(&mut self, frame: usize, node: &Expr, args: &[Expr]) -> Result<Lowered, LowerError> {
        let args = match args.len() {
            4 | 5 => args,
            _ => return Err(LowerError::form(node, "the number of arguments is wrong")),
        };
        let values = [self.value_of(frame, &args[0])?, self.value_of(frame, &args[1])?];
        let values = self.in_one_type(frame, node, &values)?;
        let rank = self.type_of(frame, values[0]).rank();
        let (mut low, mut high) = (dims(node, &args[2])?, dims(node, &args[3])?);
        let mut interior = match args.get(4) {
            Some(interior) => sizes(node, interior, low.len())?,
            None => smallvec![0; low.len()],
        };
        if low.len() > rank || high.len() > rank || interior.len() > rank {
            return Err(LowerError::form(node, "there are more amounts than levels"));
        }
        low.resize(rank, Dim::from(0));
        high.resize(rank, Dim::from(0));
        interior.resize(rank, 0);
        self.emit(frame, node, Operation::Pad(Padding { low, high, interior }), &values)
    }

    /// Integers from 1 to others, which may be fewer: a list along the last level, or one number.
    fn index(
        &mut self,
        frame: usize,
        node: &Expr,
        operand: ValueId,
        greatest: ValueId,
        label: Expr,
    ) -> Result<ValueId, LowerError> {
        let operand = self.number(frame, node, operand)?;
        let mut greatest = self.converted(frame, node, greatest, ElementType::I64)?;
        let shape = self.type_of(frame, operand).shape.clone();
        let rank = self.type_of(frame, greatest).rank();
        let builder = &mut self.frames[frame].builder;
        if rank < shape.len() {
            let axes: Vec<usize> = (shape.len() - rank..shape.len()).collect();
            greatest = builder.broadcast(shape, &axes, greatest).map_err(LowerError::build(node))?;
        }
        builder.index(label, operand, greatest).map_err(LowerError::build(node))
    }

    /// Positions at an axis of an array, which are integers already, or numbers that must be such.
    fn positions(
        &mut self,
        frame: usize,
        node: &Expr,
        positions: ValueId,
        (array, axis): (ValueId, usize),
    ) -> Result<ValueId, LowerError> {
        if self.type_of(frame, positions).element == ElementType::I64 {
            return Ok(positions);
        }
        let size = self.type_of(frame, array).shape[axis].to_expr();
        let greatest = self.array(frame, node, &Lowered::Literal(size))?;
        self.index(frame, node, positions, greatest, Expr::string("An array of positions"))
    }

    fn indexing(&mut self, frame: usize, head: Sym, node: &Expr, args: &[Expr]) -> Result<Lowered, LowerError> {
        let Some((level, operands)) = args.split_last() else { return Err(LowerError::NoLowering(node.clone())) };
        let mut values = Vec::new();
        for operand in operands {
            values.push(self.value_of(frame, operand)?);
        }
        let axis = axis(node, level, self.type_of(frame, values[0]).rank())?;
        match (head, values.as_mut_slice()) {
            (Sym::ProgramGather, [array, positions]) => {
                *positions = self.positions(frame, node, *positions, (*array, axis))?;
                self.emit(frame, node, Operation::Gather { axis }, &values)
            }
            (Sym::ProgramScatterAdd, [base, positions, updates]) => {
                *positions = self.positions(frame, node, *positions, (*base, axis))?;
                let summands = self.in_one_type(frame, node, &[*base, *updates])?;
                let operands = [summands[0], *positions, summands[1]];
                self.emit(frame, node, Operation::ScatterAdd { axis }, &operands)
            }
            _ => Err(LowerError::form(node, "the number of arguments is wrong")),
        }
    }

    fn random(&mut self, frame: usize, node: &Expr, args: &[Expr]) -> Result<Lowered, LowerError> {
        let [label, distribution, shape] = args else {
            return Err(LowerError::form(node, "the number of arguments is wrong"));
        };
        let distribution = Distribution::from_expr(distribution)
            .ok_or_else(|| LowerError::form(node, "the distribution is unknown"))?;
        if distribution.parameters.iter().any(|parameter| self.has_variables(frame, parameter)) {
            return Err(LowerError::form(node, "the parameter of the distribution is not constant"));
        }
        let label = label.clone();
        let value_type = Type { element: self.real, shape: dims(node, shape)? };
        self.emit(frame, node, Operation::Random { label, distribution, value_type }, &[])
    }

    /// Parts of a list by number, parts of an array along its leading levels.
    fn item(&mut self, frame: usize, node: &Expr, args: &[Expr]) -> Result<Lowered, LowerError> {
        let mut lowered = self.lowered(frame, &args[0])?;
        for position in &args[1..] {
            lowered = match &lowered {
                Lowered::List(items) => items[axis(node, position, items.len())?].clone(),
                Lowered::Literal(_) => return Err(LowerError::form(node, "a scalar has no parts")),
                Lowered::Value(value) => self.row(frame, node, *value, position)?,
            };
        }
        Ok(lowered)
    }

    fn row(&mut self, frame: usize, node: &Expr, value: ValueId, position: &Expr) -> Result<Lowered, LowerError> {
        let value_type = self.type_of(frame, value).clone();
        let Some((length, rest)) = value_type.shape.split_first() else {
            return Err(LowerError::form(node, "a scalar has no parts"));
        };
        let start = start_of(node, position, length)?;
        let builder = &mut self.frames[frame].builder;
        let slice = builder.slice_axis(0, start, Dim::from(1), value).map_err(LowerError::build(node))?;
        let row = builder.reshape(rest.iter().cloned(), slice).map_err(LowerError::build(node))?;
        Ok(Lowered::Value(row))
    }
}

/// A position, from 1 or negative from the end, as a start that counts from 0.
fn start_of(node: &Expr, position: &Expr, length: &Dim) -> Result<Dim, LowerError> {
    let position = Dim::from_expr(position).map_err(LowerError::dim(node))?;
    let start = match position.as_integer() {
        Some(0) => return Err(LowerError::form(node, "there is no position 0")),
        Some(negative) if negative < 0 => length.add(&position),
        _ => position.subtract(&Dim::from(1)),
    };
    start.map_err(LowerError::dim(node))
}

fn slicing(node: &Expr, args: &[Expr], operand: &Type) -> Result<Slicing, LowerError> {
    let (starts, counts) = (items(node, &args[1])?, items(node, &args[2])?);
    let steps = match args.get(3) {
        Some(steps) => sizes(node, steps, starts.len())?,
        None => smallvec![1; starts.len()],
    };
    if starts.len() > operand.rank() || counts.len() != starts.len() || steps.len() != starts.len() {
        return Err(LowerError::form(node, "the parts do not fit the levels of the array"));
    }
    let mut start = Dims::new();
    let mut size = Dims::new();
    for ((first, count), (&step, length)) in starts.iter().zip(&counts).zip(steps.iter().zip(&operand.shape)) {
        let first = start_of(node, first, length)?;
        let count = if count.is(Sym::All) {
            let last = length.subtract(&first).and_then(|rest| rest.subtract(&Dim::from(1)));
            let count = last.and_then(|last| last.floor_div(step as i64)).and_then(|steps| steps.add(&Dim::from(1)));
            count.map_err(LowerError::dim(node))?
        } else {
            Dim::from_expr(count).map_err(LowerError::dim(node))?
        };
        start.push(first);
        size.push(count);
    }
    let rest = &operand.shape[starts.len()..];
    start.extend(rest.iter().map(|_| Dim::from(0)));
    size.extend(rest.iter().cloned());
    let mut step = steps;
    step.resize(operand.rank(), 1);
    Ok(Slicing { start, step, size })
}

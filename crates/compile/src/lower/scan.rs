//! Recurrences: the body of a scan is lowered in a frame of its own.

use netform_expr::{Expr, Sym};

use super::attributes::{arguments, items};
use super::error::LowerError;
use super::frame::{Frame, Lowered, NESTING_LIMIT};
use super::function::apply;
use super::literal::widest;
use super::{Lowerer, Task};
use crate::dim::Dim;
use crate::program::{Direction, Scan, Type, ValueId};

/// A scan whose body is being lowered.
pub(super) struct OpenScan {
    node: Expr,
    /// The frame of the scan, and that of its body.
    frame: usize,
    inner: usize,
    /// The function applied to the variables of the body.
    body: Expr,
    parts: Parts,
    states: Vec<ValueId>,
    sequences: Vec<ValueId>,
    length: Dim,
}

/// The parts of a call ``Program`Scan[f, {s, ...}, {x, ...}, n, Reverse]``.
pub(super) struct Parts {
    function: Expr,
    pub(super) states: Vec<Expr>,
    pub(super) sequences: Vec<Expr>,
    length: Expr,
    direction: Direction,
}

pub(super) fn parts(node: &Expr) -> Result<Parts, LowerError> {
    let args = arguments(node, 3, 5)?;
    let direction = match args.get(4) {
        None => Direction::Forward,
        Some(direction) if direction.is(Sym::Reverse) => Direction::Backward,
        Some(_) => return Err(LowerError::form(node, "the direction is Reverse or missing")),
    };
    Ok(Parts {
        function: args[0].clone(),
        states: items(node, &args[1])?,
        sequences: items(node, &args[2])?,
        length: args.get(3).cloned().unwrap_or_else(|| Sym::Automatic.into()),
        direction,
    })
}

impl Lowerer<'_> {
    pub(super) fn open_scan(&mut self, frame: usize, node: Expr) -> Result<(), LowerError> {
        let parts = parts(&node)?;
        let values = |lowerer: &mut Self, nodes: &[Expr]| -> Result<Vec<ValueId>, LowerError> {
            nodes.iter().map(|operand| lowerer.value_of(frame, operand)).collect()
        };
        let states = values(self, &parts.states)?;
        let sequences = values(self, &parts.sequences)?;
        let length = if parts.length.is(Sym::Automatic) {
            let first = sequences.first().and_then(|&value| self.type_of(frame, value).shape.first().cloned());
            first.ok_or_else(|| LowerError::form(&node, "the number of steps is unknown"))?
        } else {
            Dim::from_expr(&parts.length).map_err(LowerError::dim(&node))?
        };
        let body = parts.function.clone();
        self.open_body(OpenScan { node, frame, inner: frame, body, parts, states, sequences, length })
    }

    /// Binds the variables of the body, and plans to lower it.
    fn open_body(&mut self, mut scan: OpenScan) -> Result<(), LowerError> {
        let depth = self.frames[scan.frame].depth + 1;
        if depth > NESTING_LIMIT {
            return Err(LowerError::form(&scan.node, "recurrences nest too deep"));
        }
        let mut inner = Frame::new(Some(scan.frame), depth);
        let mut variables = Vec::new();
        for (place, &state) in scan.states.iter().enumerate() {
            let value_type = self.type_of(scan.frame, state).clone();
            variables.push(self.bind(&mut inner, &scan.node, &format!("state{}", place + 1), value_type)?);
        }
        for (place, &sequence) in scan.sequences.iter().enumerate() {
            let Type { element, shape } = self.type_of(scan.frame, sequence).clone();
            let Some((_, rest)) = shape.split_first() else {
                return Err(LowerError::form(&scan.node, "a sequence is a scalar"));
            };
            let value_type = Type::new(element, rest.iter().cloned());
            variables.push(self.bind(&mut inner, &scan.node, &format!("element{}", place + 1), value_type)?);
        }
        scan.body = self.stable(&apply(&scan.parts.function, &variables))?;
        scan.inner = self.frames.len();
        self.frames.push(inner);
        let results = explicit_results(&scan.body);
        let frame = scan.inner;
        let body = scan.body.clone();
        self.tasks.push(Task::CloseScan(Box::new(scan)));
        match results {
            Some((states, outputs)) => self.visit_all(frame, states.into_iter().chain(outputs)),
            None => self.visit_all(frame, std::iter::once(body)),
        }
        Ok(())
    }

    fn bind(&mut self, inner: &mut Frame, node: &Expr, name: &str, value_type: Type) -> Result<Expr, LowerError> {
        self.variables += 1;
        let variable = self.table.variable(self.variables, &value_type);
        inner.bind(name, &variable, value_type).map_err(LowerError::build(node))?;
        Ok(variable)
    }

    pub(super) fn close_scan(&mut self, mut scan: OpenScan) -> Result<(), LowerError> {
        let (states, outputs) = self.step_results(&scan)?;
        if states.len() != scan.states.len() {
            return Err(LowerError::form(&scan.node, "the function gives another number of states"));
        }
        let mut next = Vec::with_capacity(states.len());
        let mut widened = false;
        for (state, value) in scan.states.iter_mut().zip(states) {
            let before = self.type_of(scan.frame, *state).element;
            let element = widest(before, self.type_of(scan.inner, value).element);
            if element == before {
                next.push(self.converted(scan.inner, &scan.node, value, element)?);
            } else {
                *state = self.converted(scan.frame, &scan.node, *state, element)?;
                widened = true;
            }
        }
        if widened {
            self.frames[scan.inner] = Frame::new(None, 0);
            return self.open_body(scan);
        }
        let build = LowerError::build(&scan.node);
        let inner = std::mem::replace(&mut self.frames[scan.inner], Frame::new(None, 0));
        let mut body = inner.builder;
        for (place, &state) in next.iter().enumerate() {
            body.output(&format!("state{}", place + 1), state).map_err(&build)?;
        }
        for (place, &output) in outputs.iter().enumerate() {
            body.output(&format!("output{}", place + 1), output).map_err(&build)?;
        }
        let operands: Vec<ValueId> = scan
            .states
            .iter()
            .chain(&scan.sequences)
            .copied()
            .chain(inner.captures.iter().map(|(outer, _)| *outer))
            .collect();
        let operation = Scan {
            body: body.finish(),
            states: scan.states.len(),
            sequences: scan.sequences.len(),
            length: scan.length,
            direction: scan.parts.direction,
        };
        let results = self.frames[scan.frame].builder.scan(operation, &operands).map_err(build)?;
        let list = |values: &[ValueId]| Lowered::List(values.iter().map(|&value| Lowered::Value(value)).collect());
        let (finals, stacked) = results.split_at(next.len());
        let lowered = Lowered::List([list(finals), list(stacked)].into());
        self.finish(scan.frame, scan.node, lowered);
        Ok(())
    }

    /// The next states and the outputs, as arrays of the body.
    fn step_results(&mut self, scan: &OpenScan) -> Result<(Vec<ValueId>, Vec<ValueId>), LowerError> {
        let form = || LowerError::form(&scan.node, "the function must give {{states}, {outputs}}");
        if let Some((states, outputs)) = explicit_results(&scan.body) {
            let mut arrays = |nodes: &[Expr]| -> Result<Vec<ValueId>, LowerError> {
                nodes.iter().map(|node| self.value_of(scan.inner, node)).collect()
            };
            return Ok((arrays(&states)?, arrays(&outputs)?));
        }
        let Lowered::List(lists) = self.lowered(scan.inner, &scan.body)? else { return Err(form()) };
        let [Lowered::List(states), Lowered::List(outputs)] = &lists[..] else { return Err(form()) };
        let mut arrays = |items: &[Lowered]| -> Result<Vec<ValueId>, LowerError> {
            items.iter().map(|item| self.array(scan.inner, &scan.body, item)).collect()
        };
        Ok((arrays(states)?, arrays(outputs)?))
    }
}

/// The items of `{{...}, {...}}`.
fn explicit_results(body: &Expr) -> Option<(Vec<Expr>, Vec<Expr>)> {
    let args = body.is_list().then(|| body.args())?;
    match args.as_ref() {
        [states, outputs] if states.is_list() && outputs.is_list() => {
            Some((states.args().into_owned(), outputs.args().into_owned()))
        }
        _ => None,
    }
}

//! Scalar functions of arrays: alignment of levels, and the function of the `map`.

use std::collections::HashMap;
use std::convert::Infallible;

use netform_array::ElementType;
use netform_eval::ResultType;
use netform_expr::{Expr, Kind, NodeMap, Sym, postorder};

use super::Lowerer;
use super::error::LowerError;
use super::frame::Lowered;
use super::function::apply;
use super::literal::widest;
use super::table::LoweringRule;
use crate::dim::{Dim, Dims};
use crate::program::{Operation, ScalarFunction, ValueId};
use crate::scalar::{replace, slot, slot_index};

/// A call as a function of its operands: the arguments, and the items of lists that are notation.
pub(super) fn scalar_function(call: &Expr, lists: &[(usize, usize)]) -> (Expr, Vec<Expr>) {
    fn with_slots(part: &Expr, depth: usize, operands: &mut Vec<Expr>) -> Expr {
        if depth > 0 && part.is_list() {
            return Expr::list(
                part.args().iter().map(|item| with_slots(item, depth - 1, operands)).collect::<Vec<_>>(),
            );
        }
        operands.push(part.clone());
        slot(operands.len())
    }
    let mut operands = Vec::new();
    let mut args = Vec::with_capacity(call.len());
    for (place, arg) in call.args().iter().enumerate() {
        let depth = lists.iter().find(|(list, _)| *list == place).map_or(0, |(_, depth)| *depth);
        args.push(with_slots(arg, depth, &mut operands));
    }
    (Expr::call(Sym::Function, [Expr::normal(call.head().clone(), args)]), operands)
}

impl Lowerer<'_> {
    /// A call of a function that acts element by element.
    pub(super) fn elementwise(&mut self, frame: usize, node: &Expr) -> Result<Lowered, LowerError> {
        let (function, operands) = match self.table.rule(node.head()) {
            Some(LoweringRule::Scalar(lists)) => scalar_function(node, lists),
            _ => (node.head().clone(), node.args().into_owned()),
        };
        let arguments: Result<Vec<Lowered>, _> = operands.iter().map(|arg| self.lowered(frame, arg)).collect();
        self.map(frame, node, &function, &arguments?)
    }

    /// The call ``Program`Map[f, a, ...]``.
    pub(super) fn map_primitive(&mut self, frame: usize, node: &Expr) -> Result<Lowered, LowerError> {
        let args = node.args();
        let captured = self.captured_parts(frame, node);
        let mut arguments = Vec::with_capacity(node.len() + captured.len());
        for operand in args[1..].iter().chain(&captured) {
            arguments.push(self.lowered(frame, operand)?);
        }
        let slots: Vec<Expr> = (1..node.len()).map(slot).collect();
        let body = apply(&args[0], &slots);
        let body = replace(&body, |part| {
            captured.iter().position(|other| other == part).map(|place| slot(node.len() + place))
        });
        self.map(frame, node, &Expr::call(Sym::Function, [body]), &arguments)
    }

    /// The parts of a mapped function that are values of the program: the largest ones without a
    /// slot in which a variable occurs.
    pub(super) fn captured_parts(&mut self, frame: usize, node: &Expr) -> Vec<Expr> {
        if !node.has_head(Sym::ProgramMap) || node.is_empty() {
            return vec![];
        }
        let slots: Vec<Expr> = (1..node.len()).map(slot).collect();
        let body = apply(&node.arg(0), &slots);
        let mut free: NodeMap<bool> = NodeMap::default();
        let walk = postorder::<Infallible>(
            &body,
            |part| slot_index(part).is_none(),
            |part| {
                let inside = match part.kind() {
                    Kind::Normal(head, args) => {
                        args.iter().chain([head]).all(|part| free.get(part).copied().unwrap_or(true))
                    }
                    _ => true,
                };
                free.insert(part.clone(), inside && slot_index(part).is_none());
                Ok(())
            },
        );
        let Ok(()) = walk;
        let mut captured: Vec<Expr> = Vec::new();
        let mut stack = vec![body];
        let mut seen = netform_expr::NodeSet::default();
        while let Some(part) = stack.pop() {
            if !seen.insert(part.clone()) || !self.has_variables(frame, &part) {
                continue;
            }
            if free.get(&part).copied().unwrap_or(false) && !part.is_list() {
                captured.push(part);
            } else if let Kind::Normal(_, args) = part.kind() {
                stack.extend(args.iter().rev().cloned());
            }
        }
        captured
    }

    pub(super) fn has_variables(&mut self, frame: usize, node: &Expr) -> bool {
        let mut next = Some(frame);
        while let Some(frame) = next {
            if self.frames[frame].depends_on_variables(node) {
                return true;
            }
            next = self.frames[frame].parent;
        }
        false
    }

    /// The function applied to corresponding elements. Numbers become part of the function, equal
    /// operands one operand.
    fn map(
        &mut self,
        frame: usize,
        node: &Expr,
        function: &Expr,
        arguments: &[Lowered],
    ) -> Result<Lowered, LowerError> {
        let mut operands: Vec<ValueId> = Vec::new();
        let mut places: HashMap<ValueId, usize> = HashMap::new();
        let mut parts = Vec::with_capacity(arguments.len());
        for argument in arguments {
            if let Lowered::Literal(literal) = argument {
                parts.push(literal.clone());
                continue;
            }
            let value = self.array(frame, node, argument)?;
            let place = *places.entry(value).or_insert_with(|| {
                operands.push(value);
                operands.len()
            });
            parts.push(slot(place));
        }
        let body = apply(function, &parts);
        let bodies = if body.is_list() { body.args().into_owned() } else { vec![body.clone()] };
        if operands.is_empty() && !body.is_list() {
            return Ok(Lowered::Literal(body));
        }
        let elements: Vec<ElementType> = operands.iter().map(|&value| self.type_of(frame, value).element).collect();
        let functions = bodies
            .into_iter()
            .map(|body| ScalarFunction { element: self.element_of(&body, &elements), body })
            .collect();
        let operands = self.aligned(frame, node, &operands)?;
        let results = self.frames[frame].builder.emit(Operation::Map { functions }, operands);
        let results = results.map_err(LowerError::build(node))?;
        match (body.is_list(), results.as_slice()) {
            (false, [single]) => Ok(Lowered::Value(*single)),
            (_, several) => Ok(Lowered::List(several.iter().map(|&value| Lowered::Value(value)).collect())),
        }
    }

    /// The type of the values of a scalar function.
    fn element_of(&mut self, body: &Expr, operands: &[ElementType]) -> ElementType {
        let mut known: NodeMap<ElementType> = NodeMap::default();
        let walk = postorder::<Infallible>(
            body,
            |node| slot_index(node).is_none(),
            |node| {
                let element = match slot_index(node) {
                    Some(place) => operands.get(place - 1).copied().unwrap_or(self.real),
                    None if node.is_atom() => self.element_of_literal(node),
                    None => {
                        let args = node.args();
                        let args = if node.has_head(Sym::ProgramSelect) {
                            args.get(1..).unwrap_or_default()
                        } else {
                            &args[..]
                        };
                        let of_parts = args.iter().filter_map(|part| known.get(part).copied());
                        match self.table.result_type(node.head()) {
                            _ if node.is_list() || node.has_head(Sym::ProgramSelect) => {
                                of_parts.reduce(widest).unwrap_or(self.real)
                            }
                            ResultType::Widest => of_parts.reduce(widest).unwrap_or(self.real),
                            ResultType::Real => match of_parts.reduce(widest) {
                                Some(ElementType::Complex) => ElementType::Complex,
                                _ => self.real,
                            },
                            ResultType::Integer => ElementType::I64,
                            ResultType::Truth => ElementType::Bool,
                        }
                    }
                };
                known.insert(node.clone(), element);
                Ok(())
            },
        );
        let Ok(()) = walk;
        known.get(body).copied().unwrap_or(self.real)
    }

    /// Values extended to the shape of the longest: leading levels stay, size 1 extends.
    pub(super) fn aligned(
        &mut self,
        frame: usize,
        node: &Expr,
        values: &[ValueId],
    ) -> Result<Vec<ValueId>, LowerError> {
        let mut shape = Dims::new();
        for &value in values {
            for (axis, dim) in self.type_of(frame, value).shape.iter().enumerate() {
                match shape.get(axis) {
                    None => shape.push(dim.clone()),
                    Some(found) if *found == Dim::from(1) => shape[axis] = dim.clone(),
                    Some(_) => {}
                }
            }
        }
        let builder = &mut self.frames[frame].builder;
        values
            .iter()
            .map(|&value| {
                if builder.type_of(value).shape == shape {
                    return Ok(value);
                }
                let axes: Vec<usize> = (0..builder.type_of(value).rank()).collect();
                builder.broadcast(shape.iter().cloned(), &axes, value).map_err(LowerError::build(node))
            })
            .collect()
    }
}

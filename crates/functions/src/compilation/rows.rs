//! Functions of scalars: one tape for all results, run for one row or many.

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{InterpretError, Tables, row_tape};
use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Sym, map_bottom_up, postorder};
use netform_jit::Function;

use super::code::Prepared;
use super::signature::Argument;
use super::typing::types;
use super::values::{self, Template};

/// Scalar functions of the same arguments.
pub(super) struct Rows {
    function: Arc<Function>,
    template: Template,
    /// How many results are values; those behind them are integers on the way, which must be small enough to be exact.
    values: usize,
}

/// So many rows are computed between two looks at limits of time.
const ROWS: usize = 1 << 14;

impl Rows {
    /// The code of a value in which leaves stand for the arguments.
    ///
    /// # Errors
    /// What leaves the evaluation of parts.
    pub(super) fn make(
        session: &mut Session,
        prepared: &Prepared,
        leaves: &[Expr],
        value: &Expr,
    ) -> Result<Made, Flow> {
        let arguments = &prepared.arguments;
        // Slots stand for arguments in tapes; those that the body leaves over are arguments of nothing.
        if occurs(value, Sym::Slot) {
            let names: NodeMap<Expr> =
                leaves.iter().cloned().zip(arguments.iter().map(|argument| argument.name.clone())).collect();
            return Ok(Made::Misfit(map_bottom_up(value, |node| names.get(&node).cloned().unwrap_or(node))));
        }
        let slot = |place: usize| Expr::call(Sym::Slot, [Expr::integer(place as i64 + 1)]);
        let places: NodeMap<usize> = leaves.iter().cloned().zip(0..).collect();
        let body = map_bottom_up(value, |node| places.get(&node).map_or(node, |&place| slot(place)));
        let types = match types(session, arguments, &body) {
            Ok(types) => types,
            Err(part) => return Ok(Made::Misfit(named(&part, arguments))),
        };
        let mut bodies = Vec::new();
        let Some(template) = template(&body, &types, &mut bodies, NESTING) else {
            return Ok(Made::NoCode(value.clone()));
        };
        let template = template.in_one_type();
        let values = bodies.len();
        if prepared.arguments.iter().any(|argument| argument.element == ElementType::I64) {
            let calls = types.into_iter().filter(|(node, element)| *element == ElementType::I64 && node.is_normal());
            let mut calls: Vec<Expr> = calls.map(|(node, _)| node).filter(|node| !node.has_head(Sym::Slot)).collect();
            calls.sort_by_key(Expr::id);
            bodies.extend(calls);
        }
        let mut tables = Tables::new(session);
        let made = row_tape(prepared.arguments.len(), &bodies, &mut tables);
        if let (Some(flow), Err(_)) = (tables.flow(), &made) {
            return Err(flow);
        }
        Ok(match made {
            Ok(tape) => Made::Code(Rows { function: Arc::new(Function::new(tape)), template, values }),
            Err(InterpretError::NoCode(part)) => Made::NoCode(named(&part, arguments)),
            Err(_) => Made::NoCode(value.clone()),
        })
    }

    /// The function, whose first results are the values.
    pub(super) fn function(&self) -> Arc<Function> {
        Arc::clone(&self.function)
    }

    /// The results for some rows, one after the other for each result; each input has one element for each row, or one for
    /// all.
    pub(super) fn call(&self, session: &mut Session, inputs: &[&[f64]], rows: usize) -> Result<Option<Vec<f64>>, Flow> {
        let count = self.function.tape().results();
        let mut results = vec![0.0; count * rows];
        if rows == 1 {
            let inputs: Vec<f64> = inputs.iter().map(|input| input[0]).collect();
            self.function.call(&inputs, &mut results);
            return Ok(self.are_exact(&results, 1).then_some(results));
        }
        let mut repeated: Vec<Vec<f64>> = Vec::new();
        for input in inputs {
            repeated.push(if input.len() == rows { vec![] } else { vec![input[0]; rows.min(ROWS)] });
        }
        for start in (0..rows).step_by(ROWS) {
            session.tick()?;
            let block = start..rows.min(start + ROWS);
            let columns = inputs.iter().zip(&repeated);
            let columns: Vec<&[f64]> = columns
                .map(|(input, same)| if same.is_empty() { &input[block.clone()] } else { &same[..block.len()] })
                .collect();
            let mut outputs: Vec<&mut [f64]> = results.chunks_mut(rows).map(|all| &mut all[block.clone()]).collect();
            self.function.apply(&columns, &mut outputs);
        }
        Ok(self.are_exact(&results, rows).then_some(results))
    }

    /// Whether the integers on the way are small enough to be exact.
    fn are_exact(&self, results: &[f64], rows: usize) -> bool {
        results[self.values * rows..].iter().all(|x| x.abs() <= values::EXACT as f64)
    }

    /// The value of one of some rows.
    pub(super) fn value(&self, results: &[f64], rows: usize, row: usize) -> Option<Expr> {
        self.template.fill(&mut results.chunks(rows).map(|column| column[row]))
    }

    /// Whether the value of a row is one real number.
    pub(super) fn is_real(&self) -> bool {
        self.template == Template::Element(ElementType::F64)
    }
}

/// What comes of a value that should be a function of scalars.
pub(super) enum Made {
    /// Its code.
    Code(Rows),
    /// A part that has no code for scalars; it may be one of arrays.
    NoCode(Expr),
    /// A part that means something else than code of it would compute.
    Misfit(Expr),
}

/// Whether a call with this head is in an expression.
fn occurs(e: &Expr, head: Sym) -> bool {
    postorder(e, |_| true, |node| if node.has_head(head) { Err(()) } else { Ok(()) }).is_err()
}

/// A part of a body with the names of the arguments in the place of slots.
fn named(part: &Expr, arguments: &[Argument]) -> Expr {
    map_bottom_up(part, |node| {
        let slot = if node.has_head(Sym::Slot) { node.arg(0).as_usize() } else { None };
        let argument = slot.and_then(|slot| arguments.get(slot.checked_sub(1)?));
        argument.map_or(node, |argument| argument.name.clone())
    })
}

/// Lists that are nested deeper are no results of compiled code.
const NESTING: usize = 32;

/// How results stand in a value; they are added to `bodies`.
fn template(value: &Expr, types: &NodeMap<ElementType>, bodies: &mut Vec<Expr>, deepest: usize) -> Option<Template> {
    if !value.is_list() {
        bodies.push(value.clone());
        return Some(Template::Element(types.get(value).copied().unwrap_or(ElementType::F64)));
    }
    let deepest = deepest.checked_sub(1)?;
    let parts: Option<Vec<Template>> = value.args().iter().map(|part| template(part, types, bodies, deepest)).collect();
    parts.map(Template::List)
}

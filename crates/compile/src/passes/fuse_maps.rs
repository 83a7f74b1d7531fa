//! Makes one `map` of several: fusion is substitution.

use netform_array::ElementType;
use netform_expr::Expr;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::rebuild::{finished, with_body};
use crate::program::{BuildError, Builder, Instruction, Operation, Program, ScalarFunction, Type, ValueId};
use crate::scalar::{numbered, replace, slot, slot_index, sources};

/// Puts a `map` whose results only one other `map` of the same shape uses into that one. Sums and
/// products of single precision stay apart from those of other types, which round differently.
///
/// Linear in the size of the program and its functions.
///
/// # Errors
/// None for valid programs.
pub fn fuse_maps(program: &Program) -> Result<Program, BuildError> {
    let absorbed = absorbed(program);
    let mut builder = Builder::new();
    let mut places: Vec<Option<ValueId>> = vec![None; program.value_count()];
    let mut bodies: FxHashMap<ValueId, Absorbed> = FxHashMap::default();
    for (place, instruction) in program.instructions.iter().enumerate() {
        let results = match &instruction.operation {
            Operation::Map { functions } => {
                let full: Vec<Expr> =
                    functions.iter().map(|function| in_values(&function.body, instruction, &bodies)).collect();
                if absorbed[place] {
                    let anchor = anchor(instruction, &bodies);
                    let absorbed = full.into_iter().map(|body| Absorbed { body, anchor });
                    bodies.extend(instruction.results.iter().copied().zip(absorbed));
                    continue;
                }
                let mut sources = sources(&full);
                if sources.is_empty() {
                    sources.extend(anchor(instruction, &bodies));
                }
                let functions = functions
                    .iter()
                    .zip(full)
                    .map(|(function, body)| ScalarFunction {
                        body: numbered(&body, &sources),
                        element: function.element,
                    })
                    .collect();
                let operands = sources.iter().filter_map(|source| places[*source]);
                builder.emit(Operation::Map { functions }, operands.collect::<Vec<_>>())?
            }
            operation => {
                let operands: SmallVec<[ValueId; 4]> =
                    instruction.operands.iter().filter_map(|operand| places[operand.index()]).collect();
                builder.emit(with_body(operation, fuse_maps)?, operands)?
            }
        };
        for (old, new) in instruction.results.iter().zip(results) {
            places[old.index()] = Some(new);
        }
    }
    finished(builder, program, &places)
}

/// A result of a map that its user absorbs.
struct Absorbed {
    /// The function, in which `Slot[k + 1]` is value k of the old program.
    body: Expr,
    /// A value of the same shape that stays; none for scalars that depend on nothing.
    anchor: Option<usize>,
}

/// A value that stays and has the shape of a map's operands.
fn anchor(instruction: &Instruction, bodies: &FxHashMap<ValueId, Absorbed>) -> Option<usize> {
    let first = instruction.operands.first()?;
    bodies.get(first).map_or(Some(first.index()), |absorbed| absorbed.anchor)
}

/// For each instruction, whether it is a map that its only user can absorb.
fn absorbed(program: &Program) -> Vec<bool> {
    let mut users: Vec<Users> = vec![Users::None; program.value_count()];
    for (place, instruction) in program.instructions.iter().enumerate() {
        for operand in &instruction.operands {
            users[operand.index()] = match users[operand.index()] {
                Users::None => Users::One(place),
                Users::One(other) if other == place => Users::One(place),
                _ => Users::Many,
            };
        }
    }
    for output in &program.outputs {
        users[output.value.index()] = Users::Many;
    }
    let of_instruction = |instruction: &Instruction| {
        let mut common = None;
        for result in &instruction.results {
            match (users[result.index()], common) {
                (Users::None, _) => {}
                (Users::One(place), None) => common = Some(place),
                (Users::One(place), Some(other)) if place == other => {}
                _ => return false,
            }
        }
        common.is_some_and(|user| fits(program, instruction, &program.instructions[user]))
    };
    program.instructions.iter().map(of_instruction).collect()
}

/// The instructions that use a value.
#[derive(Clone, Copy)]
enum Users {
    None,
    One(usize),
    Many,
}

fn fits(program: &Program, inner: &Instruction, outer: &Instruction) -> bool {
    let (Operation::Map { functions: inside }, Operation::Map { functions: outside }) =
        (&inner.operation, &outer.operation)
    else {
        return false;
    };
    let shape = |instruction: &Instruction| -> &Type { program.type_of(instruction.results[0]) };
    let single = |functions: &[ScalarFunction]| {
        let count = functions.iter().filter(|function| function.element == ElementType::F32).count();
        (count == functions.len(), count == 0)
    };
    let (all_inside, none_inside) = single(inside);
    let (all_outside, none_outside) = single(outside);
    shape(inner).shape == shape(outer).shape && ((all_inside && all_outside) || (none_inside && none_outside))
}

/// The function with values of the program in the place of operands.
fn in_values(body: &Expr, instruction: &Instruction, bodies: &FxHashMap<ValueId, Absorbed>) -> Expr {
    replace(body, |node| {
        let operand = instruction.operands.get(slot_index(node)? - 1)?;
        Some(bodies.get(operand).map_or_else(|| slot(operand.index() + 1), |absorbed| absorbed.body.clone()))
    })
}

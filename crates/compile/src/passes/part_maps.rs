//! Takes maps of recurrences apart by what depends on states.

use std::convert::Infallible;

use netform_array::ElementType;
use netform_expr::{Expr, NodeMap, Sym, postorder, rebuild};

use super::lift::draws;
use super::rebuild::{Results, rebuild as copied, with_body};
use crate::program::{BuildError, Builder, Operation, Program, ScalarFunction, Scan, ValueId};
use crate::scalar::{numbered, slot, slot_index, sources};

/// In the bodies of recurrences, terms of sums and factors of products that do not depend on states become maps of their
/// own, which [`hoist`](super::hoist) can take out: of `Tanh[W . x + b + U . s]` the bias is added to the products of all
/// elements of the sequence at once.
///
/// Linear in the size of the program and its functions. Sums are added in another order.
///
/// # Errors
/// None for valid programs.
pub fn part_maps(program: &Program) -> Result<Program, BuildError> {
    copied(program, part_maps, |builder, instruction, operands| {
        let Operation::Scan(scan) = with_body(&instruction.operation, part_maps)? else { return Ok(None) };
        let body = parted(&scan)?;
        builder.emit(Operation::Scan(Box::new(Scan { body, ..*scan })), operands.iter().copied()).map(Some)
    })
}

/// What a value in the body of a recurrence depends on, at most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Dependence {
    /// Numbers alone.
    Nothing,
    /// What is the same in all steps.
    Constants,
    /// The elements of sequences.
    Sequences,
    /// The states.
    States,
}

/// The body of a recurrence with its maps parted.
fn parted(scan: &Scan) -> Result<Program, BuildError> {
    let mut of_values: Vec<Dependence> = Vec::with_capacity(scan.body.value_count());
    let mut inputs = 0;
    copied(
        &scan.body,
        |body| Ok(body.clone()),
        |builder, instruction, operands| {
            let known = instruction.operands.iter().map(|operand| of_values[operand.index()]);
            let dependence = match &instruction.operation {
                Operation::Input { .. } | Operation::Parameter { .. } => {
                    inputs += 1;
                    match inputs {
                        k if k <= scan.states => Dependence::States,
                        k if k <= scan.states + scan.sequences => Dependence::Sequences,
                        _ => Dependence::Constants,
                    }
                }
                operation if draws(operation) => known.clone().max().unwrap_or(Dependence::Sequences),
                _ => known.clone().max().unwrap_or(Dependence::Constants),
            };
            let of_operands: Vec<Dependence> = known.collect();
            of_values.extend(instruction.results.iter().map(|_| dependence));
            let Operation::Map { functions } = &instruction.operation else { return Ok(None) };
            // Integers and truth values are not converted before their time.
            let float = functions[0].element;
            let uniform = matches!(float, ElementType::F32 | ElementType::F64)
                && functions.iter().all(|function| function.element == float)
                && instruction.operands.iter().all(|&operand| scan.body.type_of(operand).element == float);
            if dependence != Dependence::States || !uniform {
                return Ok(None);
            }
            let mut parts = Parts { of_operands: &of_operands, groups: vec![], places: NodeMap::default() };
            let bodies: Vec<Expr> = functions.iter().map(|function| parts.without_groups(&function.body)).collect();
            if parts.groups.is_empty() { Ok(None) } else { parts.emit(builder, &bodies, float, operands).map(Some) }
        },
    )
}

/// The parts of the functions of a map that become maps of their own.
struct Parts<'a> {
    of_operands: &'a [Dependence],
    groups: Vec<(Expr, Dependence)>,
    /// The places of groups.
    places: NodeMap<usize>,
}

/// A part of a function with groups replaced, and what the part depended on.
type Part = (Expr, Dependence);

impl Parts<'_> {
    /// The function with slots behind those of the operands in the place of groups.
    fn without_groups(&mut self, body: &Expr) -> Expr {
        let mut done: NodeMap<Part> = NodeMap::default();
        let walk = postorder::<Infallible>(
            body,
            |node| slot_index(node).is_none(),
            |node| {
                let part = self.part(node, &done);
                done.insert(node.clone(), part);
                Ok(())
            },
        );
        let Ok(()) = walk;
        done.remove(body).map_or_else(|| body.clone(), |(new, _)| new)
    }

    /// The part that a node becomes, of the parts of its arguments.
    fn part(&mut self, node: &Expr, done: &NodeMap<Part>) -> Part {
        if let Some(place) = slot_index(node) {
            return (node.clone(), self.of_operands[place - 1]);
        }
        let of = |part: &Expr| done.get(part).map_or(Dependence::Nothing, |(_, dependence)| *dependence);
        let new = |part: &Expr| done.get(part).map_or_else(|| part.clone(), |(new, _)| new.clone());
        let args = node.args();
        let dependence = args.iter().map(of).max().unwrap_or(Dependence::Nothing);
        if dependence != Dependence::States {
            return (node.clone(), dependence);
        }
        if !node.has_head(Sym::Plus) && !node.has_head(Sym::Times) {
            return (rebuild(node, new), dependence);
        }
        let (states, rest): (Vec<&Expr>, Vec<&Expr>) = args.iter().partition(|part| of(part) == Dependence::States);
        let of_rest = rest.iter().map(|part| of(part)).max().unwrap_or(Dependence::Nothing);
        let group = match rest.as_slice() {
            _ if of_rest == Dependence::Nothing => None,
            [single] => slot_index(single).is_none().then(|| (*single).clone()),
            several => Some(Expr::normal(node.head().clone(), several.iter().map(|&part| part.clone()))),
        };
        let changed = match group {
            Some(group) => {
                let group = self.place(group, of_rest);
                Expr::normal(node.head().clone(), std::iter::once(group).chain(states.into_iter().map(new)))
            }
            None => rebuild(node, new),
        };
        (changed, dependence)
    }

    /// The slot that stands for a group.
    fn place(&mut self, group: Expr, dependence: Dependence) -> Expr {
        let place = match self.places.get(&group) {
            Some(&place) => place,
            None => {
                self.places.insert(group.clone(), self.groups.len());
                self.groups.push((group, dependence));
                self.groups.len() - 1
            }
        };
        slot(self.of_operands.len() + place + 1)
    }

    /// The maps of the groups, those for all steps and those for each, and the map that is left.
    fn emit(
        self,
        builder: &mut Builder,
        bodies: &[Expr],
        element: ElementType,
        operands: &[ValueId],
    ) -> Result<Results, BuildError> {
        let mut values: Vec<ValueId> = operands.to_vec();
        values.resize(operands.len() + self.groups.len(), operands[0]);
        let map = |builder: &mut Builder, bodies: &[Expr], values: &[ValueId]| {
            let sources = sources(bodies);
            let function = |body| ScalarFunction { body: numbered(body, &sources), element };
            let functions = bodies.iter().map(function).collect();
            builder.emit(Operation::Map { functions }, sources.iter().map(|&source| values[source]))
        };
        for dependence in [Dependence::Constants, Dependence::Sequences] {
            let (places, groups): (Vec<usize>, Vec<Expr>) = self
                .groups
                .iter()
                .enumerate()
                .filter(|(_, (_, own))| *own == dependence)
                .map(|(place, (group, _))| (place, group.clone()))
                .unzip();
            if groups.is_empty() {
                continue;
            }
            let results = map(builder, &groups, &values)?;
            for (place, result) in places.into_iter().zip(results) {
                values[operands.len() + place] = result;
            }
        }
        map(builder, bodies, &values)
    }
}

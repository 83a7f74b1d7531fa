//! Scalar functions for enclosures: where a choice is not decided, each branch is looked at on the part of the argument
//! for which it is taken.

use std::convert::Infallible;

use netform_eval::{Enclosure, Intervals, Law, RealCode, Relation};
use netform_expr::{Expr, NodeMap, NodeSet, Sym, postorder};

use super::error::InterpretError;
use super::tape::{ScalarFunctions, expand};
use crate::dim::Sizes;
use crate::scalar::{replace, slot, slot_count, slot_index};

/// A scalar function as steps on enclosures.
#[derive(Clone, Debug)]
pub struct Branches {
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    Argument(usize),
    Constant(Enclosure),
    Call {
        call: Expr,
        code: RealCode,
        intervals: Intervals,
        sources: Vec<usize>,
    },
    /// A choice whose branches are functions of the same arguments, and of the values that the condition compares.
    Choice {
        condition: usize,
        compared: Vec<usize>,
        limits: Vec<Limit>,
        branches: Box<[Branches; 2]>,
    },
    /// A choice between two values that are computed in any case.
    Hull {
        condition: usize,
        sources: [usize; 2],
    },
}

/// A relation of an argument to a constant that holds where a condition does.
#[derive(Clone, Copy, Debug)]
struct Limit {
    argument: usize,
    relation: Relation,
    bound: Enclosure,
    /// Whether the condition says nothing else, so that its opposite holds where it does not.
    whole: bool,
}

/// So deep choices have branches of their own, which repeat what they have in common.
const DEPTH: usize = 12;

impl Branches {
    /// Compiles the function; `sizes` are the values of symbols of dimensions.
    pub(super) fn compile(
        body: &Expr,
        functions: &mut dyn ScalarFunctions,
        sizes: &Sizes,
    ) -> Result<Branches, InterpretError> {
        let body = expand(body, functions);
        write(&body, functions, sizes, slot_count(&body), 0)
    }

    /// The enclosure of the values at the given arguments.
    pub(super) fn apply(&self, arguments: &[Enclosure]) -> Result<Enclosure, InterpretError> {
        let mut values: Vec<Enclosure> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let value = match step {
                Step::Argument(place) => {
                    *arguments.get(*place).ok_or(InterpretError::Invalid("a map with too few operands"))?
                }
                Step::Constant(value) => *value,
                Step::Call { call, code, intervals, sources } => {
                    let operands: Vec<Enclosure> = sources.iter().map(|&source| values[source]).collect();
                    let value = Enclosure::of(*code, *intervals, &operands);
                    value.ok_or_else(|| InterpretError::NotEnclosed {
                        call: call.clone(),
                        arguments: texts(&operands),
                    })?
                }
                Step::Choice { condition, compared, limits, branches } => {
                    let mut arguments = arguments.to_vec();
                    arguments.extend(compared.iter().map(|&step| values[step]));
                    match values[*condition].truth() {
                        Some(truth) => branches[usize::from(!truth)].apply(&arguments)?,
                        None => either(limits, branches, &arguments)?,
                    }
                }
                Step::Hull { condition, sources: [yes, no] } => match values[*condition].truth() {
                    Some(truth) => values[if truth { *yes } else { *no }],
                    None => values[*yes].hull(values[*no]),
                },
            };
            values.push(value);
        }
        values.pop().ok_or(InterpretError::Invalid("a function without steps"))
    }
}

/// The values of both branches, each on the arguments for which it may be taken.
fn either(limits: &[Limit], branches: &[Branches; 2], arguments: &[Enclosure]) -> Result<Enclosure, InterpretError> {
    let mut hull: Option<Enclosure> = None;
    for (branch, truth) in branches.iter().zip([true, false]) {
        let mut limited = arguments.to_vec();
        let mut possible = true;
        for limit in limits.iter().filter(|limit| truth || limit.whole) {
            let allowed = limit.allowed(truth);
            match limited[limit.argument].intersection(allowed) {
                Some(common) => limited[limit.argument] = common,
                None => possible = false,
            }
        }
        if possible {
            let value = branch.apply(&limited)?;
            hull = Some(hull.map_or(value, |hull| hull.hull(value)));
        }
    }
    hull.ok_or(InterpretError::Invalid("a condition that neither holds nor does not"))
}

impl Limit {
    /// Where the relation holds or does not; closed, so a little more than that.
    fn allowed(&self, truth: bool) -> Enclosure {
        let below = Enclosure { low: f64::NEG_INFINITY, high: self.bound.high };
        let above = Enclosure { low: self.bound.low, high: f64::INFINITY };
        match (self.relation, truth) {
            (Relation::Less | Relation::LessEqual, true) | (Relation::Greater | Relation::GreaterEqual, false) => below,
            (Relation::Greater | Relation::GreaterEqual, true) | (Relation::Less | Relation::LessEqual, false) => above,
            (Relation::Equal, true) | (Relation::Unequal, false) => self.bound,
            (Relation::Equal, false) | (Relation::Unequal, true) => Enclosure::LINE,
        }
    }
}

fn texts(operands: &[Enclosure]) -> String {
    operands.iter().map(|operand| format!("{{{}, {}}}", operand.low, operand.high)).collect::<Vec<_>>().join(", ")
}

fn write(
    body: &Expr,
    functions: &mut dyn ScalarFunctions,
    sizes: &Sizes,
    arguments: usize,
    depth: usize,
) -> Result<Branches, InterpretError> {
    let constants = constants_of(body, sizes);
    let mut steps: Vec<Step> = Vec::new();
    let mut known: NodeMap<usize> = NodeMap::default();
    let own_branches = |node: &Expr| node.has_head(Sym::ProgramSelect) && node.len() == 3 && depth < DEPTH;
    // Of a choice with branches of their own only the condition is a step.
    let mut order = Vec::new();
    let mut stack = vec![(body.clone(), false)];
    let mut seen = NodeSet::default();
    while let Some((node, entered)) = stack.pop() {
        if entered {
            order.push(node);
            continue;
        }
        if !seen.insert(node.clone()) {
            continue;
        }
        stack.push((node.clone(), true));
        if !node.is_normal() || slot_index(&node).is_some() || constants.contains(&node) {
            continue;
        }
        let parts = if own_branches(&node) { 1 } else { node.len() };
        stack.extend(node.args().iter().take(parts).map(|part| (part.clone(), false)));
    }
    for node in order {
        let at = |part: &Expr| known.get(part).copied().ok_or_else(|| InterpretError::NoCode(part.clone()));
        let step = if let Some(slot) = slot_index(&node) {
            Step::Argument(slot - 1)
        } else if let Some(&size) = sizes.get(&node) {
            Step::Constant(Enclosure::point(size as f64))
        } else if !node.is_normal() || constants.contains(&node) {
            Step::Constant(functions.enclosure(&node).ok_or_else(|| InterpretError::NoCode(node.clone()))?)
        } else if own_branches(&node) {
            let condition = at(&node.arg(0))?;
            let (limits, values) = limits(&node.arg(0), arguments, functions, &constants);
            let compared = values.iter().map(at).collect::<Result<_, _>>()?;
            let count = arguments + values.len();
            let mut branch = |place: usize| {
                let of_values =
                    |part: &Expr| values.iter().position(|value| value == part).map(|k| slot(arguments + k + 1));
                write(&replace(&node.arg(place), of_values), functions, sizes, count, depth + 1)
            };
            Step::Choice { condition, compared, limits, branches: Box::new([branch(1)?, branch(2)?]) }
        } else if node.has_head(Sym::ProgramSelect) && node.len() == 3 {
            Step::Hull { condition: at(&node.arg(0))?, sources: [at(&node.arg(1))?, at(&node.arg(2))?] }
        } else {
            let code = functions.code(node.head());
            let intervals = functions.intervals(node.head());
            let (Some(code), Some(intervals)) = (code, intervals) else {
                return Err(InterpretError::NoEnclosures(node.clone()));
            };
            let sources = node.args().iter().map(at).collect::<Result<_, _>>()?;
            Step::Call { call: node.clone(), code, intervals, sources }
        };
        known.insert(node, steps.len());
        steps.push(step);
    }
    Ok(Branches { steps })
}

/// The parts that have neither arguments nor choices nor sizes in them: they are enclosed as wholes.
fn constants_of(body: &Expr, sizes: &Sizes) -> NodeSet {
    let mut constants = NodeSet::default();
    let walk = postorder::<Infallible>(
        body,
        |part| !part.has_head(Sym::Slot),
        |part| {
            let open = part.has_head(Sym::Slot) || part.has_head(Sym::ProgramSelect) || sizes.contains_key(part);
            let parts = part.is_atom() || part.args().iter().all(|inner| constants.contains(inner));
            if !open && parts {
                constants.insert(part.clone());
            }
            Ok(())
        },
    );
    match walk {
        Ok(()) => constants,
        Err(never) => match never {},
    }
}

/// What a condition says of single values, and these values where they are no arguments: they become further ones.
fn limits(
    condition: &Expr,
    arguments: usize,
    functions: &mut dyn ScalarFunctions,
    constants: &NodeSet,
) -> (Vec<Limit>, Vec<Expr>) {
    let (mut found, mut values) = (Vec::new(), Vec::new());
    let Some(Law::Relation(relation)) = functions.intervals(condition.head()).map(|intervals| intervals.law) else {
        return (found, values);
    };
    let args = condition.args();
    for pair in args.windows(2) {
        let (value, other, relation) = match (constants.contains(&pair[0]), constants.contains(&pair[1])) {
            (false, true) => (&pair[0], &pair[1], relation),
            (true, false) => (&pair[1], &pair[0], turned(relation)),
            _ => continue,
        };
        let Some(bound) = functions.enclosure(other) else { continue };
        let argument = match (slot_index(value), values.iter().position(|known| known == value)) {
            (Some(slot), _) => slot - 1,
            (None, Some(place)) => arguments + place,
            (None, None) => {
                values.push(value.clone());
                arguments + values.len() - 1
            }
        };
        found.push(Limit { argument, relation, bound, whole: args.len() == 2 });
    }
    (found, values)
}

/// The relation of the second number to the first.
fn turned(relation: Relation) -> Relation {
    match relation {
        Relation::Less => Relation::Greater,
        Relation::LessEqual => Relation::GreaterEqual,
        Relation::Greater => Relation::Less,
        Relation::GreaterEqual => Relation::LessEqual,
        Relation::Equal | Relation::Unequal => relation,
    }
}

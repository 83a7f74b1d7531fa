//! Takes sums over all steps out of recurrences, as those of the gradients of weights are: one product for all steps.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::hoist::{LIMIT, is_of_segments};
use super::rebuild::{Results, rebuild, with_body};
use crate::dim::Dim;
use crate::program::{
    BuildError, Builder, Contraction, Instruction, Label, Operation, Program, ReductionKind, Scan, Type, ValueId,
};
use crate::scalar::slot;
use netform_expr::{Expr, Sym};

/// States to which each step of a scan but adds a product or a sum that does not depend on them become one product or sum over
/// all steps behind the scan. Segments keep theirs: what they save in memory would be lost.
///
/// # Errors
/// None for valid programs.
pub(crate) fn sum_out(program: &Program) -> Result<Program, BuildError> {
    let zeros = zeros(program);
    rebuild(program, sum_out, |builder, instruction, operands| {
        let operation = with_body(&instruction.operation, sum_out)?;
        let Operation::Scan(scan) = &operation else { return Ok(None) };
        let terms = if is_of_segments(scan) { vec![] } else { terms(scan) };
        if terms.is_empty() {
            return builder.emit(operation, operands.iter().copied()).map(Some);
        }
        let is_zero = |state: usize| zeros[instruction.operands[state].index()];
        taken_out(builder, scan, operands, &terms, is_zero).map(Some)
    })
}

/// Which values are zeros everywhere.
fn zeros(program: &Program) -> Vec<bool> {
    let mut zeros = vec![false; program.value_count()];
    for instruction in program.instructions() {
        let is_zero = match &instruction.operation {
            Operation::Constant(constant) => constant.is_zero(),
            Operation::Broadcast { .. } | Operation::Reshape { .. } => zeros[instruction.operands[0].index()],
            _ => false,
        };
        if let (true, [result]) = (is_zero, instruction.results.as_slice()) {
            zeros[result.index()] = true;
        }
    }
    zeros
}

/// A state that is a sum.
struct Term {
    state: usize,
    /// The instructions of the body that make what is added, and that add it.
    term: usize,
    sum: usize,
}

fn terms(scan: &Scan) -> Vec<Term> {
    let body = &scan.body;
    let Some(length) = scan.length.as_integer() else { return vec![] };
    let mut uses = vec![0usize; body.value_count()];
    let mut makers = vec![None; body.value_count()];
    for (place, instruction) in body.instructions().iter().enumerate() {
        instruction.operands.iter().for_each(|operand| uses[operand.index()] += 1);
        instruction.results.iter().for_each(|result| makers[result.index()] = Some(place));
    }
    body.outputs().iter().for_each(|output| uses[output.value.index()] += 1);
    let made_once = |value: ValueId| makers[value.index()].filter(|_| uses[value.index()] == 1);
    let fits = |instruction: &Instruction| {
        instruction.operands.iter().all(|&operand| {
            let size = Dim::product(&body.type_of(operand).shape).ok().and_then(|size| size.as_integer());
            size.is_some_and(|size| size.saturating_mul(length) <= LIMIT)
        })
    };
    let term = |state: usize| {
        let sum = made_once(body.outputs()[state].value)?;
        let added = addend(&body.instructions()[sum], body.inputs()[state])?;
        let term = made_once(added)?;
        let instruction = &body.instructions()[term];
        let is_sum = match &instruction.operation {
            Operation::Contract(_) => true,
            Operation::Reduce(reduction) => reduction.kind == ReductionKind::Sum,
            _ => false,
        };
        (is_sum && uses[body.inputs()[state].index()] == 1 && fits(instruction)).then_some(Term { state, term, sum })
    };
    (0..scan.states).filter_map(term).collect()
}

/// What an instruction adds to a value, if it does nothing else.
fn addend(instruction: &Instruction, to: ValueId) -> Option<ValueId> {
    let Operation::Map { functions } = &instruction.operation else { return None };
    let ([function], [first, second]) = (functions.as_slice(), instruction.operands.as_slice()) else { return None };
    if function.body != Expr::call(Sym::Plus, [slot(1), slot(2)]) {
        return None;
    }
    if *first == to { Some(*second) } else { Some(*first).filter(|_| *second == to) }
}

/// The results of the scan without these states, and of the sums behind it.
fn taken_out(
    builder: &mut Builder,
    scan: &Scan,
    operands: &[ValueId],
    terms: &[Term],
    is_zero: impl Fn(usize) -> bool,
) -> Result<Results, BuildError> {
    let body = &scan.body;
    let fixed = scan.states + scan.sequences;
    let is_sum = |state: usize| terms.iter().any(|term| term.state == state);
    let mut new = Builder::new();
    let mut places: FxHashMap<ValueId, ValueId> = FxHashMap::default();
    let mut input = 0;
    for (place, instruction) in body.instructions().iter().enumerate() {
        let is_input = matches!(instruction.operation, Operation::Input { .. } | Operation::Parameter { .. });
        input += usize::from(is_input);
        let gone = terms.iter().any(|term| term.term == place || term.sum == place);
        if gone || is_input && input <= scan.states && is_sum(input - 1) {
            continue;
        }
        let own: SmallVec<[ValueId; 4]> = instruction.operands.iter().map(|operand| places[operand]).collect();
        let results = new.emit(instruction.operation.clone(), own)?;
        places.extend(instruction.results.iter().copied().zip(results));
    }
    for (place, output) in
        body.outputs().iter().enumerate().filter(|(place, _)| *place >= scan.states || !is_sum(*place))
    {
        let name = if place < scan.states { format!("state {place}") } else { output.name.to_string() };
        new.output(&name, places[&output.value])?;
    }
    // What is multiplied or added: sequences, constants, or what the body makes of them, which becomes a sequence.
    let mut made: Vec<ValueId> = vec![];
    let before = body.outputs().len() - terms.len();
    for operand in terms.iter().flat_map(|term| &body.instructions()[term.term].operands) {
        let is_outside = body.inputs()[scan.states..].contains(operand);
        if !is_outside && !made.contains(operand) {
            new.output(&format!("term {}", made.len()), places[operand])?;
            made.push(*operand);
        }
    }
    let kept: Vec<ValueId> =
        operands.iter().enumerate().filter(|(place, _)| !is_sum(*place)).map(|(_, operand)| *operand).collect();
    let states = scan.states - terms.len();
    let all = if before + made.len() > 0 {
        let rest = Scan { body: new.finish(), states, length: scan.length.clone(), ..*scan };
        builder.scan(rest, &kept)?
    } else {
        Results::new()
    };
    // A value of the body for all steps, and whether it is the same in all of them.
    let outside = |value: ValueId| match body.inputs()[scan.states..].iter().position(|input| *input == value) {
        Some(place) => (operands[scan.states + place], scan.states + place >= fixed),
        None => (all[before + made.iter().position(|other| *other == value).unwrap_or_default()], false),
    };
    let mut sums: FxHashMap<usize, ValueId> = FxHashMap::default();
    for term in terms {
        let instruction = &body.instructions()[term.term];
        let values: Vec<(ValueId, bool)> = instruction.operands.iter().map(|&operand| outside(operand)).collect();
        let total = match &instruction.operation {
            Operation::Contract(contraction) => over_steps(builder, contraction, &values, &scan.length)?,
            Operation::Reduce(reduction) => {
                let (value, fixed) = values[0];
                let value = if fixed { repeated(builder, value, &scan.length)? } else { value };
                let axes: Vec<usize> = [0].into_iter().chain(reduction.axes.iter().map(|axis| axis + 1)).collect();
                builder.reduce(ReductionKind::Sum, &axes, value)?
            }
            _ => return Err(BuildError::NoSuchValue(instruction.results[0])),
        };
        let total = if is_zero(term.state) {
            total
        } else {
            let element = builder.type_of(total).element;
            let sum = Expr::call(Sym::Plus, [slot(1), slot(2)]);
            builder.map(sum, element, &[operands[term.state], total])?
        };
        sums.insert(term.state, total);
    }
    let mut rest = all.iter().copied();
    let results = (0..body.outputs().len()).map(|place| match sums.get(&place) {
        Some(sum) => Ok(*sum),
        None => rest.next().ok_or(BuildError::NoSuchValue(body.outputs()[place].value)),
    });
    results.collect()
}

/// A contraction of values for all steps, added up over these.
fn over_steps(
    builder: &mut Builder,
    contraction: &Contraction,
    values: &[(ValueId, bool)],
    length: &Dim,
) -> Result<ValueId, BuildError> {
    let label = Label(contraction.operands.iter().flatten().map(|label| label.0 + 1).max().unwrap_or(0));
    let mut operands = vec![];
    let mut labels = contraction.operands.clone();
    let all_fixed = values.iter().all(|(_, fixed)| *fixed);
    for (place, (value, fixed)) in values.iter().enumerate() {
        let along = !fixed || all_fixed && place == 0;
        operands.push(if along && *fixed { repeated(builder, *value, length)? } else { *value });
        if along {
            labels[place].insert(0, label);
        }
    }
    builder.contract(Contraction { operands: labels, result: contraction.result.clone() }, &operands)
}

/// The same value for all steps.
fn repeated(builder: &mut Builder, value: ValueId, length: &Dim) -> Result<ValueId, BuildError> {
    let Type { shape, .. } = builder.type_of(value).clone();
    let axes: Vec<usize> = (1..=shape.len()).collect();
    builder.broadcast([length.clone()].into_iter().chain(shape), &axes, value)
}

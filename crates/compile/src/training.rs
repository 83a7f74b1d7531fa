//! Steps of training: the loss of a batch, its gradients, and what an optimiser makes of them, as one program.

use std::sync::Arc;

use netform_array::ElementType;
use netform_expr::{Expr, Sym};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::gradient::{GradientError, ScalarDerivatives, constant, is_real, pullback};
use crate::passes::{common_subexpressions, dead_values};
use crate::plan::Update;
use crate::program::{Builder, Operation, Program, ReductionKind, Type, ValueId};
use crate::scalar::slot;

/// An input that an optimiser changes.
#[derive(Clone, Debug)]
pub struct Trained {
    /// Its place.
    pub input: usize,
    /// By what the learning rate is multiplied for it.
    pub multiplier: f64,
    /// What a step makes of it. The inputs are the array, its gradient, the factors as scalars of their type, and then states of
    /// the optimiser; the outputs the array and the states.
    pub update: Arc<Program>,
}

/// The program of a step.
#[derive(Clone, Debug)]
pub struct TrainingStep {
    /// Its inputs are those of the program that it trains, the number of steps made so far, the learning rate, and then for each
    /// trained input the states of the optimiser. Its first output is the loss.
    pub program: Program,
    /// The inputs that hold outputs behind each run: all that is learnt, the number of steps, the states, and parameters that stay.
    pub updates: Vec<Update>,
}

/// The program of a step that makes the mean of all elements of the first output of `program` smaller. `kept` are updates of
/// inputs by other outputs, such as moving averages.
///
/// The inputs of `factors` are the number of the step, from 1, and the learning rate, its outputs any scalars of these that the
/// optimiser needs; all are of double precision.
///
/// # Errors
/// [`GradientError`].
///
/// ```
/// use std::sync::Arc;
/// use netform_array::ElementType::F64;
/// use netform_compile::{Builder, Tables, Trained, Type, training_step};
/// use netform_eval::{Registry, Session};
///
/// // A program without functions, and an optimiser that takes over the gradient.
/// let mut builder = Builder::new();
/// let x = builder.input("x", Type::of_shape(F64, &[8, 3]))?;
/// let w = builder.parameter("w", Type::of_shape(F64, &[3]))?;
/// let y = builder.einsum("ab,b->a", &[x, w])?;
/// builder.output("y", y)?;
/// let program = builder.finish();
///
/// let mut factors = Builder::new();
/// let inputs = ["step", "rate"].map(|name| factors.input(name, Type::of_shape(F64, &[])));
/// factors.output("rate", inputs[1].clone()?)?;
///
/// let mut update = Builder::new();
/// update.input("array", Type::of_shape(F64, &[3]))?;
/// let gradient = update.input("gradient", Type::of_shape(F64, &[3]))?;
/// update.input("rate", Type::of_shape(F64, &[]))?;
/// update.output("array", gradient)?;
///
/// let trained = [Trained { input: 1, multiplier: 1.0, update: Arc::new(update.finish()) }];
/// let mut session = Session::new(Registry::new().share());
/// let step = training_step(&program, &factors.finish(), &trained, &[], &mut Tables::new(&mut session))?;
/// let names: Vec<_> = step.program.outputs().iter().map(|output| &*output.name).collect();
/// assert_eq!(names, ["loss", "w", "steps"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn training_step(
    program: &Program,
    factors: &Program,
    trained: &[Trained],
    kept: &[Update],
    derivatives: &mut dyn ScalarDerivatives,
) -> Result<TrainingStep, GradientError> {
    let missing = || GradientError::NoSuchValue(ValueId(u32::MAX));
    let with_loss = with_mean(program)?;
    let wanted: Vec<ValueId> = trained
        .iter()
        .map(|trained| with_loss.inputs().get(trained.input).copied())
        .collect::<Option<_>>()
        .ok_or_else(missing)?;
    let gradients = pullback(&with_loss, &wanted, &[0], derivatives)?;
    let mut builder = Builder::new();
    let mut names = Names::default();
    let inputs = copied_inputs(&mut builder, program, &mut names)?;
    let mut arguments = inputs.clone();
    let loss_type = with_loss.type_of(with_loss.outputs()[0].value).clone();
    arguments.push(builder.constant(constant(1.0, loss_type.element))?);
    let results = builder.splice(&gradients, &arguments)?;
    let (own, slopes) = results.split_at(with_loss.outputs().len());
    let scalar = Type::of_shape(ElementType::F64, &[]);
    let steps_input = inputs.len();
    let steps = builder.input(&names.free("steps"), scalar.clone())?;
    let rate = builder.input(&names.free("learning rate"), scalar)?;
    let next = Expr::call(Sym::Plus, [slot(1), Expr::integer(1)]);
    let number = builder.map(next, ElementType::F64, &[steps])?;
    builder.output("loss", own[0])?;
    let mut updates = Vec::new();
    let mut known: FxHashMap<(u64, ElementType), Vec<ValueId>> = FxHashMap::default();
    let mut states = Vec::new();
    for (trained, &slope) in trained.iter().zip(slopes) {
        let element = builder.type_of(inputs[trained.input]).element;
        let key = (trained.multiplier.to_bits(), element);
        let of_step = match known.get(&key) {
            Some(found) => found.clone(),
            None => {
                let own_rate = scaled(&mut builder, rate, trained.multiplier)?;
                let found = builder.splice(factors, &[number, own_rate])?;
                let found: Vec<ValueId> =
                    found.into_iter().map(|factor| builder.convert(element, factor)).collect::<Result<_, _>>()?;
                known.insert(key, found.clone());
                found
            }
        };
        let mut arguments = vec![inputs[trained.input], slope];
        arguments.extend(of_step);
        let array = &names.of_inputs[trained.input].clone();
        let mut own_states = Vec::new();
        for &state in trained.update.inputs().get(arguments.len()..).unwrap_or_default() {
            let label = trained.update.input_name(state).map_or("state", |name| name);
            let name = names.free(&format!("{label} of {array}"));
            let value_type = trained.update.type_of(state).clone();
            own_states.push((builder.inputs().len(), name.clone()));
            arguments.push(builder.input(&name, value_type)?);
        }
        let mut made = builder.splice(&trained.update, &arguments)?.into_iter();
        let changed = made.next().ok_or_else(missing)?;
        updates.push(Update { output: builder.output_count(), input: trained.input });
        builder.output(array, changed)?;
        states.extend(own_states.into_iter().zip(made));
    }
    updates.push(Update { output: builder.output_count(), input: steps_input });
    builder.output("steps", number)?;
    for ((input, name), value) in states {
        updates.push(Update { output: builder.output_count(), input });
        builder.output(&name, value)?;
    }
    for update in kept {
        updates.push(Update { output: builder.output_count(), input: update.input });
        let output = program.outputs().get(update.output).ok_or_else(missing)?;
        builder.output(&output.name, own[update.output + 1])?;
    }
    // Parameters that do not learn stay in their memory.
    for (input, &value) in inputs.iter().enumerate().filter(|(input, _)| names.parameters[*input]) {
        if updates.iter().all(|update| update.input != input) {
            updates.push(Update { output: builder.output_count(), input });
            builder.output(&names.of_inputs[input].clone(), value)?;
        }
    }
    let mut whole = builder.finish();
    whole.requirements.clone_from(&gradients.requirements);
    let program = dead_values(&common_subexpressions(&whole)?)?;
    Ok(TrainingStep { program, updates })
}

/// The program with the mean of its first output before all outputs.
fn with_mean(program: &Program) -> Result<Program, GradientError> {
    let mut builder = Builder::continuing(program);
    let losses = program.outputs().first().map(|output| output.value);
    let losses = losses.filter(|&losses| is_real(program.type_of(losses)));
    let losses = losses.ok_or(GradientError::NoSuchValue(ValueId(u32::MAX)))?;
    let Type { element, shape } = program.type_of(losses).clone();
    let axes: Vec<usize> = (0..shape.len()).collect();
    let mut loss = builder.reduce(ReductionKind::Sum, &axes, losses)?;
    let sizes: Option<Vec<i64>> = shape.iter().map(|dim| dim.as_integer()).collect();
    let count: i64 = sizes.ok_or(GradientError::NoSuchValue(losses))?.iter().product();
    if count != 1 {
        let share = Expr::call(Sym::Power, [Expr::integer(count), Expr::integer(-1)]);
        loss = builder.map(Expr::call(Sym::Times, [share, slot(1)]), element, &[loss])?;
    }
    builder.output("loss", loss)?;
    for output in program.outputs() {
        builder.output(&output.name, output.value)?;
    }
    Ok(builder.finish())
}

/// Names of inputs, each of them once.
#[derive(Default)]
struct Names {
    of_inputs: Vec<Arc<str>>,
    /// Whether each input is an array of a net, and no data.
    parameters: Vec<bool>,
    taken: FxHashSet<String>,
}

impl Names {
    /// A name that is not taken yet: the given one, if it is free.
    fn free(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        while !self.taken.insert(free.clone()) {
            free.push('\'');
        }
        free
    }
}

/// The inputs of a program.
fn copied_inputs(builder: &mut Builder, program: &Program, names: &mut Names) -> Result<Vec<ValueId>, GradientError> {
    let mut inputs = Vec::with_capacity(program.inputs().len());
    for instruction in program.instructions() {
        if let Operation::Input { name, .. } | Operation::Parameter { name, .. } = &instruction.operation {
            names.taken.insert(name.to_string());
            names.of_inputs.push(name.clone());
            names.parameters.push(matches!(instruction.operation, Operation::Parameter { .. }));
            inputs.extend(builder.emit(instruction.operation.clone(), [])?);
        }
    }
    Ok(inputs)
}

/// A scalar times a number.
fn scaled(builder: &mut Builder, value: ValueId, factor: f64) -> Result<ValueId, GradientError> {
    if factor == 1.0 {
        return Ok(value);
    }
    let product = Expr::call(Sym::Times, [Expr::real(factor), slot(1)]);
    Ok(builder.map(product, ElementType::F64, &[value])?)
}

//! Steps of training as one program: the loss of a batch, its gradients, and the optimiser's update of all arrays.

use std::sync::Arc;

use netform_array::{Array, ElementType};
use netform_compile::{
    InterpretError, Plan, Program, Segments, Tables, Tensor, Trained, Update, ValueId, Workspace, checkpointed, hoist,
    optimize, training_step,
};
use netform_eval::{Flow, Session};
use netform_expr::Expr;

use crate::apply::symbol;
use crate::gradient::without_program;
use crate::lowered::Lowered;
use crate::net::{Examples, Net, NetPort};
use crate::numeric::machine_numbers;
use crate::optimizer::{self, Optimizer};
use crate::parts::{Setting, set_all};
use crate::program::{array_without_numbers, sizes_missing};
use crate::read::read;
use crate::{ArrayValue, Fault, multipliers};

/// How a net is trained.
#[derive(Debug, Clone)]
pub struct TrainingOptions {
    /// The optimiser: `NetOptimizer[...]`.
    pub optimizer: Expr,
    /// The type of real numbers: `F32` or `F64`.
    pub real: ElementType,
    /// The number of examples of a batch.
    pub examples: usize,
    /// How recurrences are cut where states are to be computed again in the walk back instead of being stored.
    pub segments: Option<Segments>,
    /// The seed of what layers such as `DropoutLayer` draw.
    pub seed: u64,
}

/// Why a step was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// Other numbers of inputs or of their elements were given than a batch has.
    #[error("a batch has {expected}, but {found} were given")]
    Data {
        /// What is expected: the inputs, or the elements of one of them.
        expected: String,
        /// How many there are.
        found: usize,
    },
    /// The data made the program fail.
    #[error(transparent)]
    Failed(#[from] InterpretError),
}

/// The program of a training step of a net.
#[derive(Debug)]
pub struct TrainingProgram {
    /// Its first inputs are the data, its first output is the loss.
    pub program: Program,
    /// The inputs that hold outputs behind each step.
    pub updates: Vec<Update>,
    net: Arc<Net>,
    /// The number of inputs that are data.
    data: usize,
    arrays: Vec<Learnt>,
    /// The inputs that are states of the optimiser, and the number that fills each of them before the first step.
    states: Vec<(usize, f64)>,
    rate: f64,
    seed: u64,
}

/// An array of the net.
#[derive(Debug)]
struct Learnt {
    leaf: usize,
    name: &'static str,
    /// The input that it is, and its value before the first step.
    input: usize,
    value: Vec<f64>,
    shape: Vec<usize>,
}

/// A net that learns: its arrays and what the optimiser keeps of them lie in the memory of a plan, where each step changes
/// them. Nothing is allocated in a step but for random numbers.
#[derive(Debug)]
pub struct TrainingStep {
    parts: TrainingProgram,
    plan: Plan,
    workspace: Workspace,
    steps: u64,
}

impl TrainingProgram {
    /// The program for an expression that is a net whose arrays have numbers. Its loss is the output `Loss`, or the only
    /// output, in the mean of all examples and elements.
    ///
    /// # Errors
    /// What is wrong with the net or the options, or why there is no program.
    pub fn new(
        session: &mut Session,
        net: &Expr,
        options: &TrainingOptions,
    ) -> Result<Result<TrainingProgram, Vec<Fault>>, Flow> {
        let net = match read(session, net)? {
            Ok(net) if net.faults.is_empty() => net,
            Ok(net) => return Ok(Err(net.faults.clone())),
            Err(faults) => return Ok(Err(faults)),
        };
        let optimizer = match optimizer::read(session, &options.optimizer)? {
            Ok(optimizer) => optimizer,
            Err(faults) => return Ok(Err(faults)),
        };
        let fail = |net: &Net, tag, texts: Vec<String>| Ok(Err(vec![Fault::new(symbol(net), tag, texts)]));
        if options.examples == 0 {
            return fail(&net, "emptybatch", vec![]);
        }
        if let Some(missing) = sizes_missing(session, &net) {
            return fail(&net, "notrain", vec![missing]);
        }
        let Some(loss) = loss_of(&net) else {
            let outputs: Vec<&str> = net.outputs.iter().map(|port| &*port.name).collect();
            return fail(&net, "noloss", vec![outputs.join(", ")]);
        };
        if let Some(fault) = without_program(&net) {
            return Ok(Err(vec![fault]));
        }
        let net = Net { training: true, examples: Examples::All(options.examples), ..Net::clone(&net) };
        if let Some(leaf) = net.of_whole_batch().find(|leaf| leaf.owner.is_some()) {
            return fail(&net, "innerbatch", vec![leaf.label()]);
        }
        let net = Arc::new(net);
        let parts = Parts { session, net: &net, loss, optimizer: &optimizer, options };
        match parts.joined()? {
            Ok(program) => Ok(Ok(program)),
            Err(reason) => fail(&net, "notrain", vec![reason]),
        }
    }
}

impl TrainingProgram {
    /// All inputs before the first step, with this data.
    pub fn initial(&self, data: &[Vec<f64>]) -> Vec<Tensor<f64>> {
        let filled = |(place, &input): (usize, &ValueId)| {
            let shape: Vec<usize> =
                self.program.type_of(input).shape.iter().map(|dim| dim.as_size().unwrap_or_default()).collect();
            let count = shape.iter().product();
            let steps = self.data + self.arrays.len();
            let elements = match place {
                _ if place < self.data => data[place].clone(),
                _ if place < steps => self.arrays[place - self.data].value.clone(),
                _ if place == steps => vec![0.0],
                _ if place == steps + 1 => vec![self.rate],
                _ => {
                    let state = self.states.iter().find(|(input, _)| *input == place);
                    vec![state.map_or(0.0, |(_, initial)| *initial); count]
                }
            };
            Tensor::new(&shape, elements).unwrap_or_else(|_| unreachable!("the elements of an input fill its shape"))
        };
        self.program.inputs().iter().enumerate().map(filled).collect()
    }

    /// The elements of the net's arrays among those of all inputs.
    pub fn arrays(&self, inputs: &[Tensor<f64>]) -> Vec<Vec<f64>> {
        self.arrays.iter().map(|array| inputs[array.input].to_vec()).collect()
    }

    /// The seed of what is drawn in a step: each step draws numbers of its own.
    pub fn seed_of(&self, step: u64) -> u64 {
        self.seed.wrapping_add(step.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}

/// The output that is the loss.
fn loss_of(net: &Net) -> Option<&NetPort> {
    let named = net.outputs.iter().find(|port| &*port.name == "Loss");
    named.or(Some(&net.outputs).filter(|outputs| outputs.len() == 1).and_then(|outputs| outputs.first()))
}

/// What a training step is made of.
struct Parts<'a> {
    session: &'a mut Session,
    net: &'a Arc<Net>,
    loss: &'a NetPort,
    optimizer: &'a Optimizer,
    options: &'a TrainingOptions,
}

impl Parts<'_> {
    /// The program, or why there is none.
    fn joined(self) -> Result<Result<TrainingProgram, String>, Flow> {
        let Parts { session, net, loss, optimizer, options } = self;
        let given: Vec<bool> = net.inputs.iter().map(|port| !port.optional).collect();
        let data = given.iter().filter(|given| **given).count();
        let (lowered, updated) = match Lowered::of_loss(session, net, &given, options.real, loss)? {
            Ok(lowered) => lowered,
            Err(fault) => return Ok(Err(fault.text(session))),
        };
        let Lowered { program, parameters, arrays: names } = lowered;
        if let Some(name) = array_without_numbers(&program, &parameters) {
            return Ok(Err(format!("its array {name} has no machine numbers; NetInitialize gives numbers to it")));
        }
        let mut arrays = Vec::with_capacity(names.len());
        for (place, ((leaf, name), value)) in names.iter().zip(&parameters).enumerate() {
            let shape = program.type_of(program.inputs()[data + place]).shape.iter();
            let shape: Option<Vec<usize>> = shape.map(|dim| dim.as_size()).collect();
            let Some(shape) = shape else { return Ok(Err("a size is not known".to_owned())) };
            arrays.push(Learnt { leaf: *leaf, name, input: data + place, value: machine_numbers(value), shape });
        }
        let input_of = |array: &(usize, &'static str)| names.iter().position(|name| name == array).map(|k| data + k);
        // Outputs of the program behind the loss.
        let kept: Option<Vec<Update>> = updated
            .iter()
            .enumerate()
            .map(|(place, array)| input_of(array).map(|input| Update { output: place + 1, input }))
            .collect();
        let Some(kept) = kept else { return Ok(Err("an array that a layer changes is not there".to_owned())) };
        let mut trained = Vec::new();
        for array in arrays.iter().filter(|array| kept.iter().all(|update| update.input != array.input)) {
            let multiplier = multipliers::of_array(session, net, &net.leaves[array.leaf], array.name)?;
            let multiplier = machine_numbers(&multiplier)[0];
            if multiplier == 0.0 {
                continue;
            }
            match optimizer.update_program(session, options.real, &array.shape)? {
                Ok(update) => trained.push(Trained { input: array.input, multiplier, update: Arc::new(update) }),
                Err(reason) => return Ok(Err(reason)),
            }
        }
        let factors = match optimizer.factors_program(session)? {
            Ok(factors) => factors,
            Err(reason) => return Ok(Err(reason)),
        };
        let states: Vec<f64> = optimizer.states.iter().map(|(_, initial)| machine_numbers(initial)[0]).collect();
        let rate = machine_numbers(&optimizer.rate)[0];
        if !states.iter().chain([&rate]).all(|number| number.is_finite()) {
            return Ok(Err("an option of the optimiser is no number".to_owned()));
        }
        let mut tables = Tables::new(session);
        let step = joined(&program, options.segments, &factors, &trained, &kept, &mut tables);
        match (tables.flow(), step) {
            (Some(flow), Err(_)) => Err(flow),
            (_, Err(error)) => Ok(Err(error)),
            (_, Ok((program, updates))) => {
                // The states of all trained arrays, in their order, are the last inputs.
                let first = data + arrays.len() + 2;
                let states = states.iter().cycle().zip(first..program.inputs().len());
                let states = states.map(|(initial, input)| (input, *initial)).collect();
                let (net, seed) = (net.clone(), options.seed);
                Ok(Ok(TrainingProgram { program, updates, net, data, arrays, states, rate, seed }))
            }
        }
    }
}

/// The whole step and its updates, or why there is none. The batch vanishes before the walk back, which then has products of
/// whole matrices.
fn joined(
    program: &Program,
    segments: Option<Segments>,
    factors: &Program,
    trained: &[Trained],
    kept: &[Update],
    tables: &mut Tables<'_>,
) -> Result<(Program, Vec<Update>), String> {
    let segmented = match segments {
        Some(segments) => checkpointed(program, segments).map_err(|error| error.to_string())?,
        None => program.clone(),
    };
    // Maps are fused behind the walk back, which reads what each of them gives.
    let together = hoist(&segmented).map_err(|error| error.to_string())?;
    let step = training_step(&together, factors, trained, kept, tables).map_err(|error| error.to_string())?;
    let program = optimize(&step.program).map_err(|error| error.to_string())?;
    Ok((program, step.updates))
}

impl TrainingStep {
    /// Makes a net ready to learn; see [`TrainingProgram::new`].
    ///
    /// # Errors
    /// As there.
    pub fn new(
        session: &mut Session,
        net: &Expr,
        options: &TrainingOptions,
    ) -> Result<Result<TrainingStep, Vec<Fault>>, Flow> {
        let parts = match TrainingProgram::new(session, net, options)? {
            Ok(parts) => parts,
            Err(faults) => return Ok(Err(faults)),
        };
        let known = vec![None; parts.program.inputs().len()];
        let mut tables = Tables::new(session);
        let plan = Plan::updating(&parts.program, &known, &parts.updates, &mut tables);
        let plan = match (tables.flow(), plan) {
            (Some(flow), Err(_)) => return Err(flow),
            (_, Err(error)) => {
                return Ok(Err(vec![Fault::new(symbol(&parts.net), "notrain", [error.to_string()])]));
            }
            (_, Ok(plan)) => plan,
        };
        let mut workspace = plan.workspace();
        let data: Vec<Vec<f64>> = (0..parts.data).map(|input| vec![0.0; plan.input_len(input)]).collect();
        for (input, tensor) in parts.initial(&data).iter().enumerate() {
            plan.set_input(&mut workspace, input, &tensor.to_vec());
        }
        Ok(Ok(TrainingStep { parts, plan, workspace, steps: 0 }))
    }

    /// The plan: what is done, step by step.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The number of inputs that a step takes.
    pub fn input_count(&self) -> usize {
        self.parts.data
    }

    /// The number of elements of an input, for all examples.
    pub fn input_len(&self, input: usize) -> usize {
        self.plan.input_len(input)
    }

    /// The number of steps made so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The learning rate of the following steps, which begins as that of the optimiser.
    ///
    /// # Panics
    /// When it is negative or no number.
    pub fn set_learning_rate(&mut self, rate: f64) {
        assert!(rate >= 0.0, "the learning rate is {rate}");
        self.parts.rate = rate;
    }

    /// Makes a step on a batch: for each input all elements, example after example. Gives the loss before the step.
    ///
    /// # Errors
    /// [`StepError::Data`] before anything has changed; [`StepError::Failed`] when an index is out of range.
    pub fn step(&mut self, inputs: &[&[f64]]) -> Result<f64, StepError> {
        self.check(inputs.iter().map(|input| input.len()))?;
        for (place, input) in inputs.iter().enumerate() {
            self.plan.set_input(&mut self.workspace, place, input);
        }
        self.run()
    }

    /// The same with data of single precision.
    ///
    /// # Errors
    /// As [`TrainingStep::step`].
    pub fn step_single(&mut self, inputs: &[&[f32]]) -> Result<f64, StepError> {
        self.check(inputs.iter().map(|input| input.len()))?;
        for (place, input) in inputs.iter().enumerate() {
            self.plan.set_single_input(&mut self.workspace, place, input);
        }
        self.run()
    }

    /// That each input has as many elements as it needs.
    fn check(&self, given: impl ExactSizeIterator<Item = usize>) -> Result<(), StepError> {
        let names = self.parts.net.inputs.iter().filter(|port| !port.optional).map(|port| &*port.name);
        if given.len() != self.parts.data {
            let expected = format!("{} inputs ({})", self.parts.data, names.collect::<Vec<_>>().join(", "));
            return Err(StepError::Data { expected, found: given.len() });
        }
        for ((place, name), found) in names.enumerate().zip(given) {
            if found != self.plan.input_len(place) {
                let expected = format!("{} elements for {name}", self.plan.input_len(place));
                return Err(StepError::Data { expected, found });
            }
        }
        Ok(())
    }

    fn run(&mut self) -> Result<f64, StepError> {
        let rate = self.parts.data + self.parts.arrays.len() + 1;
        self.plan.set_input(&mut self.workspace, rate, &[self.parts.rate]);
        self.plan.run(&mut self.workspace, self.parts.seed_of(self.steps), &[], &mut || true)?;
        self.steps += 1;
        let mut loss = [0.0];
        self.plan.output(&mut self.workspace, 0, &mut loss);
        Ok(loss[0])
    }

    /// The net with the arrays as they are now.
    pub fn net(&self, session: &mut Session) -> Expr {
        let net = &self.parts.net;
        let mut settings = Vec::new();
        for array in &self.parts.arrays {
            let mut elements = vec![0.0; self.plan.input_len(array.input)];
            self.plan.input(&self.workspace, array.input, &mut elements);
            let value = Array::from_f64(&array.shape, elements).map(Expr::array);
            let value = value.unwrap_or_else(|_| unreachable!("the elements of an array fill its shape"));
            for (leaf, name) in net.places_of(array.leaf, array.name) {
                settings.push(Setting::of_array(&net.leaves[leaf], name, &ArrayValue::Given(value.clone())));
            }
        }
        set_all(session, &net.expr, &settings)
    }
}

//! Steps of training are what gradients and optimisers say one by one, and what the interpreter says of their programs.

use netform::array::ElementType::{F32, F64};
use netform::layers::optimizers::OPTIMIZERS;
use netform::nets::{TrainingOptions, TrainingProgram};
use netform::prelude::*;
use netform::{Checkpointing, Message, TrainingStep};
use netform_compile::{Machine, Tables, Tensor, interpret};

/// A net whose output is a loss, and what its inputs are.
struct Case {
    name: &'static str,
    net: &'static str,
    inputs: &'static [Data],
}

/// An input: so many numbers for an example, or so many classes.
enum Data {
    Real(usize),
    Class(usize),
}

const CASES: &[Case] = &[
    Case {
        name: "perceptron",
        net: "NetGraph[{NetChain[{5, Tanh, 3}, \"Input\" -> 4], CrossEntropyLossLayer[\"Index\", \"FromLogits\" -> True]}, \
              {1 -> NetPort[{2, \"Input\"}]}]",
        inputs: &[Data::Real(4), Data::Class(3)],
    },
    Case {
        name: "probabilities",
        net: "NetGraph[{NetChain[{4, Ramp, 3, SoftmaxLayer[]}, \"Input\" -> 2], CrossEntropyLossLayer[\"Index\"]}, \
              {1 -> NetPort[{2, \"Input\"}]}]",
        inputs: &[Data::Real(2), Data::Class(3)],
    },
    Case {
        name: "recurrent",
        net: "NetGraph[{NetChain[{LongShortTermMemoryLayer[3], SequenceLastLayer[], 2}, \"Input\" -> {5, 2}], \
              MeanSquaredLossLayer[]}, {1 -> NetPort[{2, \"Input\"}]}]",
        inputs: &[Data::Real(10), Data::Real(2)],
    },
    Case {
        name: "gated",
        net: "NetChain[{GatedRecurrentUnitLayer[2], ElementwiseLayer[#^2 &], SummationLayer[]}, \"Input\" -> {4, 3}]",
        inputs: &[Data::Real(12)],
    },
    Case {
        name: "convolution",
        net: "NetGraph[{NetChain[{ConvolutionLayer[2, 3], Ramp, PoolingLayer[2, 2], FlattenLayer[], 1}, \"Input\" -> {1, 6, 6}], \
              MeanSquaredLossLayer[]}, {1 -> NetPort[{2, \"Input\"}]}]",
        inputs: &[Data::Real(36), Data::Real(1)],
    },
    Case {
        name: "batch normalization",
        // Biases before it would have no gradient but errors of rounding.
        net: "NetGraph[{NetChain[{LinearLayer[3, \"Biases\" -> None], BatchNormalizationLayer[], Tanh}, \"Input\" -> 2], MeanAbsoluteLossLayer[]}, \
              {1 -> NetPort[{2, \"Input\"}]}]",
        inputs: &[Data::Real(2), Data::Real(3)],
    },
    Case {
        name: "attention",
        net: "NetGraph[{\"k\" -> NetMapOperator[3], \"v\" -> NetMapOperator[2], \"a\" -> AttentionLayer[\"Dot\"], \"l\" -> \
              SummationLayer[]} // Association, {NetPort[\"Input\"] -> \"k\", NetPort[\"Input\"] -> \"v\", \
              \"k\" -> NetPort[{\"a\", \"Key\"}], \"v\" -> NetPort[{\"a\", \"Value\"}], \"k\" -> NetPort[{\"a\", \"Query\"}], \
              \"a\" -> \"l\"}, \"Input\" -> {4, 3}]",
        inputs: &[Data::Real(12)],
    },
    Case {
        name: "parts that do not learn",
        net: "NetGraph[{NetChain[{LinearLayer[3, LearningRateMultipliers -> None], Tanh, LinearLayer[2, \
              LearningRateMultipliers -> {\"Biases\" -> 3, _ -> 1/2}]}, \"Input\" -> 2], MeanSquaredLossLayer[]}, \
              {1 -> NetPort[{2, \"Input\"}]}]",
        inputs: &[Data::Real(2), Data::Real(2)],
    },
];

const EXAMPLES: usize = 4;
const STEPS: usize = 3;

/// Numbers that look random.
fn numbers(count: usize, seed: usize) -> Vec<f64> {
    (0..count).map(|k| (1.7 * (k + 1) as f64 + 2.3 * seed as f64).sin() + 0.01 * k as f64 % 0.3).collect()
}

fn batch(case: &Case, seed: usize) -> Vec<Vec<f64>> {
    let of_input = |(place, data): (usize, &Data)| match data {
        Data::Real(size) => numbers(EXAMPLES * size, 7 * seed + place),
        Data::Class(count) => (0..EXAMPLES).map(|example| ((example + seed) % count + 1) as f64).collect(),
    };
    case.inputs.iter().enumerate().map(of_input).collect()
}

fn initialized(session: &mut Session, text: &str) -> Net {
    let net = session.evaluate_text(text).expect("a net");
    let net = Net::from_expr(session, net).expect("a net");
    net.initialize(session, &Initialization::seeded(5)).expect("an initialised net")
}

fn losses_of(step: &mut TrainingStep, case: &Case) -> Vec<f64> {
    let mut one = |seed: usize| {
        let data = batch(case, seed);
        step.step(&data.iter().map(Vec::as_slice).collect::<Vec<_>>()).expect("a loss")
    };
    (0..STEPS).map(&mut one).collect()
}

/// All numbers of a net's arrays, in their order.
fn learnt(session: &mut Session, net: &Net) -> Vec<f64> {
    let arrays = net.arrays(session).expect("arrays");
    let value = |array: netform::NetArray| Vec::<f64>::from_flat(session, array.value.expect("numbers"));
    arrays.into_iter().flat_map(value).collect()
}

/// The elements of a list of any depth.
trait FromFlat {
    fn from_flat(session: &mut Session, list: Expr) -> Self;
}

impl FromFlat for Vec<f64> {
    fn from_flat(session: &mut Session, list: Expr) -> Self {
        let flat = session.evaluate(call("Flatten", (call("List", (list,)),))).expect("a list");
        flat.try_into().expect("numbers")
    }
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let size = expected.iter().fold(1.0, |size: f64, x| size.max(x.abs()));
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        let near = (found - expected).abs() <= tolerance * size;
        assert!(near, "{what}: number {place} is {found}, not {expected}");
    }
}

/// The same steps by `NetPortGradient` and `NetOptimizer`.
const BY_HAND: &str = "Module[{net = NETTEXT, losses = {}, kept, io, names, n, loss, gradients, updated, train = NetEvaluationMode -> \"Train\"}, \
    names = Keys[Information[net, \"Arrays\"]]; kept = Association[Map[# -> <||> &, names]]; \
    moving = Select[names, MemberQ[{\"MovingMean\", \"MovingVariance\"}, If[ListQ[#], Last[#], #]] &]; \
    rates = Information[net, \"ArraysLearningRateMultipliers\"]; \
    Do[io = batch[[t]]; loss = net[io, train]; n = Length[Flatten[{loss}]]; \
    AppendTo[losses, Total[Flatten[{loss}]]/n]; \
    gradients = net[io, Map[NetPortGradient, names], train]; \
    updated = If[moving === {}, <||>, net[io, Map[NetPort, moving], train]]; \
    kept = Association[Map[# -> If[rates[#] == 0, <|\"Array\" -> NetExtract[net, #]|>, \
        NetOptimizer[Insert[OPTIMIZER, \"LearningRate\" -> rate rates[#], -1]][Join[kept[#], \
            <|\"Array\" -> NetExtract[net, #], \"Gradient\" -> gradients[NetPortGradient[#]]/n|>]]] &, names]]; \
    net = NetReplacePart[net, Map[# -> If[MemberQ[moving, #], updated[NetPort[#]], kept[#][\"Array\"]] &, names]], \
    {t, Length[batch]}]; {losses, net}]";

#[test]
fn steps_are_what_gradients_and_optimisers_say() {
    let samples: Vec<&str> = OPTIMIZERS.iter().flat_map(|optimizer| optimizer.samples).copied().collect();
    for (place, case) in CASES.iter().enumerate() {
        // Each net by some of the optimisers, all of them by some net.
        for sample in samples.iter().skip(place % 3).step_by(3) {
            let mut session = Session::new();
            let net = initialized(&mut session, case.net);
            let what = format!("{} by {sample}", case.name);
            let form = session.evaluate_text(&format!("{{{sample}, \"LearningRate\" -> 0.05}}")).expect("an optimiser");
            let without: Vec<Expr> = form.args();
            let own = without.iter().filter(|rule| !rule.to_string().contains("LearningRate")).cloned();
            let form = Expr::list(own.chain([Expr::rule("LearningRate", 0.05)]).collect::<Vec<_>>());
            let mut step = net.training_step(&mut session, &Training::new(form.clone(), EXAMPLES)).expect("a step");
            let losses = losses_of(&mut step, case);
            let trained = step.net(&mut session).expect("a net");
            let found = learnt(&mut session, &trained);

            let rest = Expr::list(
                form.args().into_iter().filter(|rule| !rule.to_string().contains("LearningRate")).collect::<Vec<_>>(),
            );
            let batches: Vec<Expr> = (0..STEPS).map(|seed| as_data(&mut session, &net, &batch(case, seed))).collect();
            session.evaluate(call("Set", (symbol("batch"), call("List", batches)))).expect("data");
            session.evaluate_text("rate = 0.05;").expect("a number");
            let text = BY_HAND.replace("NETTEXT", &session.input_form(net.expr()));
            let text = text.replace("OPTIMIZER", &session.input_form(&rest));
            let by_hand = session.evaluate_text(&text).unwrap_or_else(|error| panic!("{what}: {error}"));
            let [expected_losses, expected] = by_hand.args().try_into().expect("losses and a net");
            let expected_losses = Vec::<f64>::from_flat(&mut session, expected_losses);
            assert_close(&losses, &expected_losses, 1e-12, &format!("{what}, losses"));
            let expected = Net::from_expr(&mut session, expected).expect("a net");
            let expected = learnt(&mut session, &expected);
            assert_ne!(learnt(&mut session, &net), expected, "{what} changes nothing");
            assert_close(&found, &expected, 1e-9, &what);
        }
    }
}

/// The data of a batch as an association of the net's inputs.
fn as_data(session: &mut Session, net: &Net, batch: &[Vec<f64>]) -> Expr {
    let ports = net.ports(session).expect("ports").inputs;
    let of_port = |(port, elements): (&netform::Port, &Vec<f64>)| {
        let dimensions = port.dimensions.clone().expect("a shape");
        let all = Expr::list([Expr::from(EXAMPLES as i64)].into_iter().chain(dimensions).collect::<Vec<_>>());
        let elements: Expr = match port.name.as_str() {
            "Target" if elements.len() == EXAMPLES && elements.iter().all(|x| x.fract() == 0.0) => {
                elements.iter().map(|&x| x as i64).collect::<Vec<_>>().into()
            }
            _ => elements.clone().into(),
        };
        (port.name.clone(), call("ArrayReshape", (elements, all)))
    };
    let data = Expr::association(ports.iter().zip(batch).map(of_port));
    session.evaluate(data).expect("data")
}

#[test]
fn plans_are_what_the_interpreter_says() {
    let dropout = Case {
        name: "dropout",
        net: "NetGraph[{NetChain[{6, DropoutLayer[0.5], Tanh, 1}, \"Input\" -> 3], MeanSquaredLossLayer[]}, \
              {1 -> NetPort[{2, \"Input\"}]}]",
        inputs: &[Data::Real(3), Data::Real(1)],
    };
    for case in CASES.iter().chain([&dropout]) {
        let mut session = Session::new();
        let net = initialized(&mut session, case.net);
        let training = Training { seed: 9, ..Training::new(("ADAM", Expr::rule("WeightDecay", 0.1)), EXAMPLES) };
        let mut step = net.training_step(&mut session, &training).expect("a step");
        let optimizer = session.evaluate_text("NetOptimizer[{\"ADAM\", \"WeightDecay\" -> 0.1}]").expect("one");
        let options = TrainingOptions {
            optimizer: optimizer.node().clone(),
            real: F64,
            examples: EXAMPLES,
            segments: None,
            seed: 9,
        };
        let made = TrainingProgram::new(session.evaluator_mut(), net.expr().node(), &options);
        let made = made.expect("no interruption").expect("a program");
        let program = &made.program;
        let mut inputs = made.initial(&batch(case, 0));
        for number in 0..STEPS {
            for (input, elements) in inputs.iter_mut().zip(batch(case, number)) {
                *input = Tensor::new(input.shape(), elements).expect("data");
            }
            let mut tables = Tables::new(session.evaluator_mut());
            let mut machine = Machine::new(&mut tables).with_seed(made.seed_of(number as u64));
            let results = interpret(program, &mut machine, &inputs).expect("results");
            let data = batch(case, number);
            let loss = step.step(&data.iter().map(Vec::as_slice).collect::<Vec<_>>()).expect("a loss");
            assert_close(&[loss], &results[0].to_vec(), 1e-12, case.name);
            for update in &made.updates {
                inputs[update.input] = results[update.output].clone();
            }
        }
        let trained = step.net(&mut session).expect("a net");
        let expected: Vec<f64> = made.arrays(&inputs).concat();
        assert_close(&learnt(&mut session, &trained), &expected, 1e-9, case.name);
    }
}

#[test]
fn dropout_draws_anew_in_each_step_and_the_same_with_the_same_seed() {
    let mut session = Session::new();
    let net = initialized(&mut session, "NetChain[{DropoutLayer[0.5], SummationLayer[]}, \"Input\" -> 64]");
    let mut losses = |seed: u64| {
        let training = Training { seed, ..Training::new("SGD", 1) };
        let mut step = net.training_step(&mut session, &training).expect("a step");
        [0, 1].map(|_| step.step(&[&[1.0; 64]]).expect("a loss"))
    };
    let first = losses(1);
    assert_ne!(first[0].to_bits(), first[1].to_bits());
    assert_eq!(first, losses(1));
    assert_ne!(first, losses(2));
}

#[test]
fn checkpoints_save_memory_and_change_nothing() {
    let net = "NetChain[{LongShortTermMemoryLayer[16], SequenceLastLayer[], ElementwiseLayer[#^2 &], SummationLayer[]}, \
               \"Input\" -> {144, 4}]";
    let case = Case { name: "long", net, inputs: &[Data::Real(576)] };
    let mut session = Session::new();
    let net = initialized(&mut session, case.net);
    let mut trained = |checkpointing: Checkpointing| {
        let training = Training { checkpointing, ..Training::new(("SGD", Expr::rule("LearningRate", 0.1)), EXAMPLES) };
        let mut step = net.training_step(&mut session, &training).expect("a step");
        let losses = losses_of(&mut step, &case);
        let trained = step.net(&mut session).expect("a net");
        (losses, learnt(&mut session, &trained), step.memory())
    };
    let (losses, arrays, memory) = trained(Checkpointing::None);
    for checkpointing in [Checkpointing::Root, Checkpointing::Segments(9)] {
        let (other_losses, other_arrays, less) = trained(checkpointing);
        assert_close(&other_losses, &losses, 1e-13, "losses");
        assert_close(&other_arrays, &arrays, 1e-12, "arrays");
        assert!(3 * less < memory, "{less} bytes instead of {memory} with {checkpointing:?}");
    }
}

#[test]
fn single_precision_is_near_double() {
    for case in CASES {
        let mut session = Session::new();
        let net = initialized(&mut session, case.net);
        let mut losses = [F64, F32].map(|real| {
            let training = Training { real, ..Training::new(("SGD", Expr::rule("LearningRate", 0.01)), EXAMPLES) };
            let mut step = net.training_step(&mut session, &training).expect("a step");
            losses_of(&mut step, case)
        });
        let double = std::mem::take(&mut losses[0]);
        assert_close(&losses[1], &double, 1e-5, case.name);
    }
}

#[test]
fn what_cannot_be_trained_is_told() {
    let mut session = Session::new();
    let error = |session: &mut Session, text: &str, training: &Training| -> String {
        let net = session.evaluate_text(text).and_then(|net| Net::from_expr(session, net)).expect("a net");
        let error = net.training_step(session, training).expect_err("no step");
        error.messages().iter().map(|message: &Message| format!("{}: {}", message.name, message.text)).collect()
    };
    let sgd = Training::new("SGD", 2);
    let text = error(&mut session, "LinearLayer[1, \"Input\" -> 2]", &sgd);
    assert!(text.contains("NetInitialize"), "{text}");
    let text = error(&mut session, "NetInitialize[LongShortTermMemoryLayer[1, \"Input\" -> {\"Varying\", 2}]]", &sgd);
    assert!(text.contains("all sizes must be known"), "{text}");
    let text = error(&mut session, "ElementwiseLayer[Tanh, \"Input\" -> 2]", &Training::new("SGD", 0));
    assert!(text.contains("emptybatch"), "{text}");
    let text = error(
        &mut session,
        "NetGraph[{Tanh, Tanh}, {NetPort[\"Input\"] -> 1, NetPort[\"Input\"] -> 2}, \"Input\" -> 2]",
        &sgd,
    );
    assert!(text.contains("noloss"), "{text}");
    let text = error(
        &mut session,
        "ElementwiseLayer[Tanh, \"Input\" -> 2]",
        &Training::new(("SGD", Expr::rule("Momentum", "a")), 2),
    );
    assert!(text.contains("Momentum"), "{text}");

    let net = initialized(&mut session, "LinearLayer[1, \"Input\" -> 2]");
    let mut step = net.training_step(&mut session, &sgd).expect("a step");
    let error = step.step(&[&[1.0, 2.0]]).expect_err("no step").to_string();
    assert_eq!(error, "a batch has 4 elements for Input, but 2 were given");
    let error = step.step(&[]).expect_err("no step").to_string();
    assert_eq!(error, "a batch has 1 inputs (Input), but 0 were given");
    assert_eq!(step.steps(), 0);
}

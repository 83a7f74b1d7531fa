//! How long steps of training take, called from Rust in single precision.
//!
//! `cargo bench -p netform --bench training` prints, for each row, the median and the minimum of the time of a step and the time of making
//! the net ready. Arguments are those of the benchmark `inference`; the output that is compared is the loss before each of the first
//! steps.

mod common;
mod singles;

use common::{Bench, print_head, seconds};
use netform::prelude::Training;
use netform::{Expr, Net, array::ElementType};
use serde_json::json;
use singles::{filled, singles};

/// Training that is measured.
struct Row {
    name: &'static str,
    /// The net as text, whose output is the loss; its weights are those of the benchmark `inference`.
    net: &'static str,
    /// The name of an optimiser, and its learning rate.
    optimizer: (&'static str, f64),
    /// The examples of a step.
    examples: usize,
    /// The elements of an example, and what the target of the example of a number is.
    inputs: usize,
    targets: Targets,
}

enum Targets {
    /// A class of so many, which follow each other.
    Classes(usize),
    /// So many zeros.
    Zeros(usize),
}

const MLP: &str = "NetGraph[{NetChain[{LinearLayer[256], Ramp, LinearLayer[128], Ramp, LinearLayer[10]}, \"Input\" -> 784], \
    CrossEntropyLossLayer[\"Index\", \"FromLogits\" -> True]}, {1 -> NetPort[{2, \"Input\"}]}]";
const LSTM: &str = "NetGraph[{NetChain[{LongShortTermMemoryLayer[128], SequenceLastLayer[]}, \"Input\" -> {100, 64}], \
    MeanSquaredLossLayer[]}, {1 -> NetPort[{2, \"Input\"}]}]";

const ROWS: &[Row] = &[
    Row {
        name: "train mlp sgd",
        net: MLP,
        optimizer: ("SGD", 0.1),
        examples: 64,
        inputs: 784,
        targets: Targets::Classes(10),
    },
    Row {
        name: "train mlp adam",
        net: MLP,
        optimizer: ("ADAM", 0.001),
        examples: 64,
        inputs: 784,
        targets: Targets::Classes(10),
    },
    Row {
        name: "train lstm sgd",
        net: LSTM,
        optimizer: ("SGD", 1.0),
        examples: 32,
        inputs: 6400,
        targets: Targets::Zeros(128),
    },
];

/// The losses of so many steps are compared.
const COMPARED: usize = 5;

fn main() {
    let mut bench = Bench::from_arguments();
    print_head();
    ROWS.iter().for_each(|row| measure(&mut bench, row));
    bench.finish();
}

fn measure(bench: &mut Bench, row: &Row) {
    if !bench.is_asked(row.name) {
        return;
    }
    let (mut session, net) = filled(row.net);
    let net = Net::from_expr(&mut session, net).expect("a net");
    let (optimizer, rate) = row.optimizer;
    let training = Training::new((optimizer, Expr::rule("LearningRate", rate)), row.examples);
    let training = Training { real: ElementType::F32, ..training };
    let (step, ready) = seconds(|| net.training_step(&mut session, &training));
    let mut step = step.expect("a net that can be trained");
    if bench.plans {
        println!("{}", step.plan());
    }
    let inputs: Vec<f32> = singles(row.examples * row.inputs);
    let targets: Vec<f32> = match row.targets {
        Targets::Classes(count) => (0..row.examples).map(|example| (example % count + 1) as f32).collect(),
        Targets::Zeros(count) => vec![0.0; row.examples * count],
    };
    let mut call = || step.step_single(&[&inputs, &targets]).expect("a loss");
    let losses: Vec<f64> = (0..COMPARED).map(|_| call()).collect();
    let times = bench.samples(|| _ = call());
    bench.put(row.name, times, &[("ready", json!(ready)), ("output", json!(losses))]);
}

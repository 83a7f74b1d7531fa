//! How long steps of training take, called from Rust in single precision.
//!
//! `cargo bench -p netform --bench training` prints, for each row, the median and the minimum of the time of a step and the time of making
//! the net ready. Arguments are those of the benchmark `inference`; the output that is compared is the loss before each of the first
//! steps.

use std::fmt::Write as _;
use std::time::Instant;

use netform::prelude::{Session, Training};
use netform::{Expr, Net, array::ElementType};

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

/// As in the benchmark `inference`: `Sin[k]`, k = 1, 2, ... over all arrays in their order, over the root of the last dimension.
const FILLED: &str = "Module[{net = NetInitialize[NETTEXT], k = 0}, NetReplacePart[net, \
    (# -> With[{d = Dimensions[Information[net, \"Arrays\"][#]]}, \
    Module[{n = Times @@ d, a}, a = N[Sin[Range[k + 1, k + n]]]/Sqrt[N[Last[d]]]; k += n; ArrayReshape[a, d]]]) & /@ \
    Keys[Information[net, \"Arrays\"]]]]";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let plans = arguments.iter().any(|argument| argument == "--plan");
    let json = arguments.iter().position(|argument| argument == "--json").and_then(|place| arguments.get(place + 1));
    let names: Vec<&String> =
        arguments.iter().filter(|argument| !argument.starts_with("--") && Some(*argument) != json).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let mut lines = String::new();
    println!("{:15} {:>12} {:>12} {:>12}", "row", "median us", "minimum us", "ready ms");
    for row in ROWS {
        if !names.is_empty() && !names.iter().any(|name| row.name.starts_with(name.as_str())) {
            continue;
        }
        let measured = measure(row, plans, quick);
        let Measured { median, minimum, ready, .. } = measured;
        println!("{:15} {:12.3} {:12.3} {:12.2}", row.name, median * 1e6, minimum * 1e6, ready * 1e3);
        let _ = writeln!(lines, "{}", measured.json(row));
    }
    if let Some(path) = json {
        std::fs::write(path, lines).expect("the file can be written");
    }
}

struct Measured {
    median: f64,
    minimum: f64,
    ready: f64,
    losses: Vec<f64>,
}

impl Measured {
    fn json(&self, row: &Row) -> serde_json::Value {
        serde_json::json!({
            "row": row.name, "peer": "netform", "median": self.median, "minimum": self.minimum, "ready": self.ready,
            "output": self.losses,
        })
    }
}

fn measure(row: &Row, plans: bool, quick: bool) -> Measured {
    let threads = std::env::var("NETFORM_THREADS").ok().and_then(|threads| threads.parse().ok()).unwrap_or(1);
    let mut session = Session::builder().threads(threads).build().expect("a session");
    let net = session.evaluate_text(&FILLED.replace("NETTEXT", row.net)).expect("a net");
    let net = Net::from_expr(&mut session, net).expect("a net");
    let (optimizer, rate) = row.optimizer;
    let training = Training::new((optimizer, Expr::rule("LearningRate", rate)), row.examples);
    let training = Training { real: ElementType::F32, ..training };
    let start = Instant::now();
    let mut step = net.training_step(&mut session, &training).expect("a net that can be trained");
    let ready = start.elapsed().as_secs_f64();
    if plans {
        println!("{}", step.plan());
    }
    let inputs: Vec<f32> = (0..row.examples * row.inputs).map(|k| ((k + 1) as f32 * 0.7).sin()).collect();
    let targets: Vec<f32> = match row.targets {
        Targets::Classes(count) => (0..row.examples).map(|example| (example % count + 1) as f32).collect(),
        Targets::Zeros(count) => vec![0.0; row.examples * count],
    };
    let mut call = || step.step_single(&[&inputs, &targets]).expect("a loss");
    let losses = (0..COMPARED).map(|_| call()).collect();
    // Samples long enough for the clock, and short enough to fall between the work of others.
    let single = (0..5).map(|_| seconds(|| _ = call())).fold(f64::INFINITY, f64::min);
    let inner = ((7e-4 / single) as usize).max(1);
    let samples = if quick || single * inner as f64 > 0.01 { 21 } else { 301 };
    let mut times: Vec<f64> = (0..samples)
        .map(|_| {
            seconds(|| {
                for _ in 0..inner {
                    call();
                }
            }) / inner as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    Measured { median: times[times.len() / 2], minimum: times[0], ready, losses }
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

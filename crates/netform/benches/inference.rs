//! How long nets take, called from Rust in single precision.
//!
//! `cargo bench -p netform --bench inference` prints, for each row, the median and the minimum of the time of a call and
//! of making the net ready. Arguments: beginnings of the names of rows; `--json FILE` writes inputs, outputs and times;
//! `--plan` shows the plans, `--quick` takes few samples, NETFORM_THREADS is the number of threads. `cargo xtask bench` puts them beside what others reach on the same nets.

mod weights;

use std::fmt::Write as _;
use std::time::Instant;

use netform::array::ElementType;
use netform::expr::Expr;
use netform::nets::CompiledNet;
use netform::prelude::Session;
use weights::FILLED;

/// A net that is measured.
struct Row {
    name: &'static str,
    /// The net as text; weights are those of `Sin[k]` for the elements in their order, divided by the root of the number
    /// of columns.
    net: &'static str,
    /// The examples that are computed together.
    examples: Option<usize>,
}

const MLP: &str = "NetChain[{LinearLayer[256], Ramp, LinearLayer[128], Ramp, LinearLayer[10]}, \"Input\" -> 784]";
const LENET: &str = "NetChain[{ConvolutionLayer[6, 5, PaddingSize -> 2], Ramp, PoolingLayer[2, 2], ConvolutionLayer[16, 5], \
    Ramp, PoolingLayer[2, 2], FlattenLayer[], LinearLayer[120], Ramp, LinearLayer[84], Ramp, LinearLayer[10]}, \
    \"Input\" -> {1, 28, 28}]";
const LSTM: &str = "LongShortTermMemoryLayer[128, \"Input\" -> {100, 64}]";
const GRU: &str = "GatedRecurrentUnitLayer[128, \"Input\" -> {100, 64}]";
const RNN: &str = "BasicRecurrentLayer[128, \"Input\" -> {100, 64}]";

/// A transformer block: 64 vectors of 128, 4 heads, 512 units in between.
const TRANSFORMER: &str = "With[{linear = NetMapOperator[LinearLayer[#]] &, heads = ReshapeLayer[{64, 4, 32}], \
    norm = NormalizationLayer[2, \"Same\", \"Epsilon\" -> 1/100000]}, \
    NetGraph[<|\"q\" -> linear[128], \"k\" -> linear[128], \"v\" -> linear[128], \"qh\" -> heads, \"kh\" -> heads, \"vh\" -> heads, \
    \"attention\" -> AttentionLayer[\"Dot\", \"MultiHead\" -> True, \"ScoreRescaling\" -> \"DimensionSqrt\"], \
    \"joined\" -> ReshapeLayer[{64, 128}], \"o\" -> linear[128], \"plus\" -> ThreadingLayer[Plus], \"norm\" -> norm, \
    \"up\" -> linear[512], \"ramp\" -> Ramp, \"down\" -> linear[128], \"sum\" -> ThreadingLayer[Plus], \"last\" -> norm|>, \
    {NetPort[\"Input\"] -> \"q\" -> \"qh\" -> NetPort[\"attention\", \"Query\"], \
    NetPort[\"Input\"] -> \"k\" -> \"kh\" -> NetPort[\"attention\", \"Key\"], \
    NetPort[\"Input\"] -> \"v\" -> \"vh\" -> NetPort[\"attention\", \"Value\"], \
    \"attention\" -> \"joined\" -> \"o\", {NetPort[\"Input\"], \"o\"} -> \"plus\" -> \"norm\" -> \"up\" -> \"ramp\" -> \"down\", \
    {\"norm\", \"down\"} -> \"sum\" -> \"last\"}, \"Input\" -> {64, 128}]]";

const ROWS: &[Row] = &[
    Row { name: "lin3-2", net: "LinearLayer[2, \"Input\" -> 3]", examples: None },
    Row { name: "mlp b1", net: MLP, examples: None },
    Row { name: "mlp b256", net: MLP, examples: Some(256) },
    Row { name: "lstm b1", net: LSTM, examples: None },
    Row { name: "lstm b32", net: LSTM, examples: Some(32) },
    Row { name: "gru b1", net: GRU, examples: None },
    Row { name: "gru b32", net: GRU, examples: Some(32) },
    Row { name: "rnn b1", net: RNN, examples: None },
    Row { name: "rnn b32", net: RNN, examples: Some(32) },
    Row { name: "slstm", net: "LongShortTermMemoryLayer[4, \"Input\" -> {20, 3}]", examples: None },
    Row { name: "lenet b1", net: LENET, examples: None },
    Row { name: "lenet b64", net: LENET, examples: Some(64) },
    Row { name: "tf b1", net: TRANSFORMER, examples: None },
    Row { name: "tf b8", net: TRANSFORMER, examples: Some(8) },
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let plans = arguments.iter().any(|argument| argument == "--plan");
    let json = arguments.iter().position(|argument| argument == "--json").and_then(|place| arguments.get(place + 1));
    let names: Vec<&String> =
        arguments.iter().filter(|argument| !argument.starts_with("--") && Some(*argument) != json).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let mut lines = String::new();
    println!("{:10} {:>12} {:>12} {:>12}", "row", "median us", "minimum us", "ready ms");
    for row in ROWS {
        if !names.is_empty() && !names.iter().any(|name| row.name.starts_with(name.as_str())) {
            continue;
        }
        let measured = measure(row, plans, quick);
        let Measured { median, minimum, ready, .. } = measured;
        println!("{:10} {:12.3} {:12.3} {:12.2}", row.name, median * 1e6, minimum * 1e6, ready * 1e3);
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
    input: Vec<f32>,
    output: Vec<f32>,
}

impl Measured {
    fn json(&self, row: &Row) -> serde_json::Value {
        serde_json::json!({
            "row": row.name, "peer": "netform", "median": self.median, "minimum": self.minimum, "ready": self.ready,
            "input": self.input, "output": self.output,
        })
    }
}

fn measure(row: &Row, plans: bool, quick: bool) -> Measured {
    let threads = std::env::var("NETFORM_THREADS").ok().and_then(|threads| threads.parse().ok()).unwrap_or(1);
    let mut session = Session::builder().threads(threads).build().expect("a session");
    let net = session.evaluate_text(&FILLED.replace("NETTEXT", row.net)).expect("a net");
    let net: &Expr = net.node();
    let start = Instant::now();
    let compiled = CompiledNet::new(session.evaluator_mut(), net, ElementType::F32, row.examples);
    let mut compiled = compiled.expect("no interruption").expect("a net that can be compiled");
    let ready = start.elapsed().as_secs_f64();
    if plans {
        println!("{}", compiled.plan());
    }
    let input: Vec<f32> = (0..compiled.plan().input_len(0)).map(|k| ((k + 1) as f32 * 0.7).sin()).collect();
    let mut output = vec![0.0; compiled.plan().output_len(0)];
    let mut call = || compiled.run_single(&[&input], &mut [&mut output]).expect("results");
    call();
    // Samples long enough for the clock, and short enough to fall between the work of others.
    let single = (0..5).map(|_| seconds(&mut call)).fold(f64::INFINITY, f64::min);
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
    Measured { median: times[times.len() / 2], minimum: times[0], ready, input, output }
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

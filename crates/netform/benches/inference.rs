//! How long nets take, called from Rust in single precision.
//!
//! `cargo bench -p netform --bench inference` prints, for each row, the median and the minimum of the time of a call and
//! of making the net ready. Arguments: beginnings of the names of rows; `--json FILE` writes inputs, outputs and times;
//! `--plan` shows the plans, `--quick` takes few samples, NETFORM_THREADS is the number of threads. `cargo xtask bench` puts them beside what others reach on the same nets.

mod common;
mod singles;

use common::{Bench, print_head, seconds};
use netform::array::ElementType;
use netform::expr::Expr;
use netform::nets::CompiledNet;
use serde_json::json;
use singles::{filled, singles};

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
    let net: &Expr = net.node();
    let (compiled, ready) = seconds(|| CompiledNet::new(session.evaluator_mut(), net, ElementType::F32, row.examples));
    let mut compiled = compiled.expect("no interruption").expect("a net that can be compiled");
    if bench.plans {
        println!("{}", compiled.plan());
    }
    let input: Vec<f32> = singles(compiled.plan().input_len(0));
    let mut output = vec![0.0; compiled.plan().output_len(0)];
    let mut call = || compiled.run_single(&[&input], &mut [&mut output]).expect("results");
    call();
    let times = bench.samples(&mut call);
    bench.put(row.name, times, &[("ready", json!(ready)), ("input", json!(input)), ("output", json!(output))]);
}

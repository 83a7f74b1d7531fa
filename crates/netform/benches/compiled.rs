//! Symbolic work, and functions of real numbers that were compiled from expressions.
//!
//! `cargo bench -p netform --bench compiled` prints, for each row, the median and the minimum of its time. Arguments: beginnings of
//! the names of rows; `--json FILE` writes times and outputs; `--plan` shows the plans of functions of arrays, `--quick` takes few
//! samples. `cargo xtask bench` puts them beside what others reach on the same expressions.
//!
//! Symbolic rows begin without any result of before: the session has forgotten them, and their nodes are freed. "Ready" is the
//! time from the text to the end of the first call: evaluation, derivatives, and code.

mod common;

use std::hint::black_box;
use std::time::{Duration, Instant};

use common::{Bench, FILLED, print_head, seconds};
use netform::prelude::*;
use netform::{CompiledFunction, Expr as Expression};
use serde_json::json;

/// A text that is evaluated after others.
struct Symbolic {
    name: &'static str,
    /// Inputs evaluated before the clock starts, `NET` being the net.
    setup: &'static str,
    net: &'static str,
    /// The net has symbols for weights.
    weights: bool,
    input: &'static str,
}

/// A function that is made of a text and called.
struct Callable {
    name: &'static str,
    /// Inputs evaluated before the clock starts.
    setup: &'static str,
    net: &'static str,
    /// The list of arguments: symbols, elements of arrays, or array symbols.
    arguments: &'static str,
    body: &'static str,
    /// So many rows are computed together as well, if any.
    rows: usize,
}

const EXPRESSION: &str = "Sin[x y + z]^2 Exp[-x^2/(1 + y^2)] + Tanh[x - y z] Sqrt[1 + x^2 y^2 z^2] + \
    Log[2 + Cos[x + y + z]] (x^3 - 3 x y^2 + z)/(1 + Exp[-(x + 2 y - z)]) + ArcTan[x z/(1 + y^2)]";

const LSTM: &str = "LongShortTermMemoryLayer[4, \"Input\" -> {10, 3}]";
const MLP: &str = "NetChain[{32, Tanh, 32, Tanh, 3}, \"Input\" -> 10]";
const ENERGY: &str = "NetChain[{32, Tanh, 32, Tanh, LinearLayer[{}]}, \"Input\" -> 4]";
const LAST: &str = "NetChain[{LongShortTermMemoryLayer[8, \"Input\" -> {50, 3}], SequenceLastLayer[]}]";

const SYMBOLIC: &[Symbolic] = &[
    Symbolic {
        name: "symbols lstm",
        setup: "net = NET; xs = Array[x, {10, 3}]",
        net: LSTM,
        weights: true,
        input: "net[xs]",
    },
    Symbolic {
        name: "symbols lstm gradient",
        setup: "net = NET; xs = Array[x, {10, 3}]; total = Total[Last[net[xs]]]; \
            elements[a_] := Flatten[Array[Indexed[a, {##}] &, Dimensions[a]]]; \
            all = Join[Flatten[xs], Flatten[elements /@ Information[net, \"ArraysList\"]]]",
        net: LSTM,
        weights: true,
        input: "D[total, {all}]",
    },
    Symbolic {
        name: "symbols mlp jacobian",
        setup: "net = NET; xs = Array[x, 10]; ys = net[xs]",
        net: MLP,
        weights: false,
        input: "D[ys, {xs}]",
    },
];

const CALLABLE: &[Callable] = &[
    Callable { name: "expression", setup: "", net: "", arguments: "{x, y, z}", body: EXPRESSION, rows: 1_000_000 },
    Callable {
        name: "jacobian",
        setup: "net = NET; xs = Array[x, 10]",
        net: MLP,
        arguments: "xs",
        body: "D[net[xs], {xs}]",
        rows: 10_000,
    },
    Callable {
        name: "jacobian arrays",
        setup: "net = NET; xs = VectorSymbol[\"x\", 10]",
        net: MLP,
        arguments: "{xs}",
        body: "D[net[xs], xs]",
        rows: 0,
    },
    Callable {
        name: "hessian",
        setup: "net = NET; xs = Array[x, 4]",
        net: ENERGY,
        arguments: "xs",
        body: "With[{y = net[xs]}, With[{g = D[y, {xs}]}, {y, g, D[g, {xs}]}]]",
        rows: 10_000,
    },
    Callable {
        name: "hessian arrays",
        setup: "net = NET; xs = VectorSymbol[\"x\", 4]",
        net: ENERGY,
        arguments: "{xs}",
        body: "With[{y = net[xs]}, With[{g = D[y, xs]}, {y, g, D[g, xs]}]]",
        rows: 0,
    },
    Callable {
        name: "lstm jacobian arrays",
        setup: "net = NET; xs = MatrixSymbol[\"x\", {50, 3}]",
        net: LAST,
        arguments: "{xs}",
        body: "With[{y = net[xs]}, {y, D[y, xs]}]",
        rows: 0,
    },
];

fn main() {
    let mut bench = Bench::from_arguments();
    print_head();
    SYMBOLIC.iter().for_each(|row| symbolic(&mut bench, row));
    CALLABLE.iter().for_each(|row| callable(&mut bench, row));
    bench.finish();
}

fn symbolic(bench: &mut Bench, row: &Symbolic) {
    if !bench.is_asked(row.name) {
        return;
    }
    let mut session = session(row.setup, row.net, row.weights);
    let input = session.parse(row.input).expect("the input of a row");
    let times = (0..if bench.quick { 11 } else { 51 }).map(|_| {
        session.evaluator_mut().forget_results();
        let (result, time) = seconds(|| session.evaluate(input.clone()).expect("a value"));
        drop(result);
        time
    });
    let times = times.collect();
    bench.put(row.name, times, &[]);
}

fn callable(bench: &mut Bench, row: &Callable) {
    if !bench.is_asked(row.name) {
        return;
    }
    let mut made = None;
    let mut ready = Vec::new();
    for _ in 0..if bench.quick { 1 } else { 5 } {
        let (function, time) = make(row);
        ready.push(time);
        made = Some(function);
    }
    let function = made.expect("at least one round");
    let begin = Instant::now();
    if bench.plans
        && let Some(plan) = function.measured_plan(1001, &mut || begin.elapsed())
    {
        println!("{plan}");
    }
    bench.put(&format!("{} ready", row.name), ready, &[]);
    let inputs = inputs(function.inputs());
    let mut results = vec![0.0; function.results()];
    let mut caller = function.caller();
    // Until it is as fast as it gets: optimised code is made in another thread.
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(1000) {
        (0..100).for_each(|_| caller.call(black_box(&inputs), &mut results));
    }
    let times = bench.samples(|| caller.call(black_box(&inputs), &mut results));
    let output = results.clone();
    bench.put(&format!("{} run", row.name), times, &[("output", json!(output))]);
    if row.rows > 0 {
        let columns: Vec<Vec<f64>> =
            inputs.iter().map(|x| (0..row.rows).map(|row| x + 0.1 * (row as f64).cos()).collect()).collect();
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let mut table = vec![0.0; row.rows * function.results()];
        let times = (0..if bench.quick { 3 } else { 9 }).map(|_| {
            let mut outputs: Vec<&mut [f64]> = table.chunks_mut(row.rows).collect();
            seconds(|| function.call_rows(black_box(&columns), &mut outputs)).1 / row.rows as f64
        });
        let times = times.collect();
        let output: Vec<f64> = table.chunks(row.rows).map(|column| column[0]).collect();
        bench.put(&format!("{} of many", row.name), times, &[("output", json!(output))]);
    }
}

/// A session in which the inputs of a row have been evaluated.
fn session(setup: &str, net: &str, symbols: bool) -> Session {
    let mut session = Session::new();
    let filled = if symbols { net.to_owned() } else { FILLED.replace("NETTEXT", net) };
    session.evaluate_text(&setup.replace("NET", &filled)).expect("the setup of a row");
    session
}

/// The function of a row, and the seconds until its first call has returned.
fn make(row: &Callable) -> (CompiledFunction, f64) {
    let mut session = session(row.setup, row.net, false);
    let arguments = session.evaluate_text(row.arguments).expect("arguments");
    let values: Vec<Expression> = arguments.node().args().iter().map(|e| e.clone().into()).collect();
    // Arguments are names: what stands for elements of an array is renamed.
    let is_name = |value: &Expression| value.node().is_symbol() || value.node().is_array_symbol();
    let names = values.iter().enumerate();
    let names = names.map(|(k, value)| if is_name(value) { value.clone() } else { symbol(&format!("v{k}")) });
    let names: Vec<Expression> = names.collect();
    seconds(|| {
        let body = session.evaluate_text(row.body).expect("the body of a row");
        let body = session.replace(body, values.iter().zip(&names)).expect("names");
        let function = session.compile(&names, body).unwrap_or_else(|error| panic!("{}: {error}", row.name));
        let mut results = vec![0.0; function.results()];
        function.call(&inputs(function.inputs()), &mut results);
        function
    })
}

/// Inputs that others can compute.
fn inputs(count: usize) -> Vec<f64> {
    (0..count).map(|k| (0.7 * (k + 1) as f64).sin()).collect()
}

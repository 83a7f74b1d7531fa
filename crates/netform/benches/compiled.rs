//! How long functions of real numbers take that were compiled from expressions.
//!
//! `cargo bench -p netform --bench compiled` prints for each row the time to make the function of its text, the minimum of the
//! time of a call of one row, by the tape at first and by machine code when it is hot, and of one row among 10^6.

use std::hint::black_box;
use std::time::{Duration, Instant};

use netform::prelude::*;
use netform::{CompiledFunction, Expr as Expression};

struct Row {
    name: &'static str,
    /// Inputs evaluated before the clock starts.
    setup: &'static str,
    arguments: &'static str,
    body: &'static str,
    rows: usize,
}

const EXPRESSION: &str = "Sin[x y + z]^2 Exp[-x^2/(1 + y^2)] + Tanh[x - y z] Sqrt[1 + x^2 y^2 z^2] + \
    Log[2 + Cos[x + y + z]] (x^3 - 3 x y^2 + z)/(1 + Exp[-(x + 2 y - z)]) + ArcTan[x z/(1 + y^2)]";

const ROWS: &[Row] = &[
    Row { name: "46 nodes", setup: "", arguments: "{x, y, z}", body: EXPRESSION, rows: 1_000_000 },
    Row {
        name: "MLP 10-32-32-3, Jacobian",
        setup: "SeedRandom[1]; net = NetInitialize[NetChain[{32, Tanh, 32, Tanh, 3}, \"Input\" -> 10]]; xs = Array[x, 10]",
        arguments: "xs",
        body: "With[{y = net[xs]}, {y, D[y, {xs}]}]",
        rows: 10_000,
    },
    Row {
        name: "MLP 4-32-32-1, value, gradient, Hessian",
        setup: "SeedRandom[1]; net = NetInitialize[NetChain[{32, Tanh, 32, Tanh, LinearLayer[{}]}, \"Input\" -> 4]]; xs = Array[x, 4]",
        arguments: "xs",
        body: "With[{y = net[xs]}, With[{g = D[y, {xs}]}, {y, g, D[g, {xs}]}]]",
        rows: 10_000,
    },
];

fn main() {
    println!("| function | results | ready, ms | one row at first, ns | hot, ns | among many, ns |");
    println!("|---|--:|--:|--:|--:|--:|");
    for row in ROWS {
        let mut session = Session::new();
        session.evaluate_text(row.setup).expect("the setup of a row");
        let arguments = session.evaluate_text(row.arguments).expect("arguments");
        let values: Vec<Expression> = arguments.node().args().iter().map(|e| e.clone().into()).collect();
        // Arguments are names: what stands for elements of an array is renamed.
        let names: Vec<Expression> = (1..=values.len()).map(|k| symbol(&format!("v{k}"))).collect();
        let start = Instant::now();
        let body = session.evaluate_text(row.body).expect("the body of a row");
        let body = session.replace(body, values.iter().zip(&names)).expect("names");
        let function = session.compile(&names, body).unwrap_or_else(|error| panic!("{}: {error}", row.name));
        let ready = start.elapsed();
        let [first, hot, many] = measure(&function, row.rows);
        println!(
            "| {} | {} | {:.1} | {first:.0} | {hot:.0} | {many:.2} |",
            row.name,
            function.results(),
            ready.as_secs_f64() * 1e3
        );
    }
}

/// Nanoseconds of the first call, of a call when it is hot, and of a row among many.
fn measure(function: &CompiledFunction, rows: usize) -> [f64; 3] {
    let inputs: Vec<f64> = (0..function.inputs()).map(|k| 0.3 + 0.4 * (k as f64).sin()).collect();
    let mut results = vec![0.0; function.results()];
    let start = Instant::now();
    function.call(&inputs, &mut results);
    let first = start.elapsed();
    // Until it is as fast as it gets: optimised code is made in another thread.
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(1) {
        (0..100).for_each(|_| function.call(black_box(&inputs), &mut results));
    }
    let calls = (20_000_000 / (1000 * function.results())).clamp(100, 20_000);
    let hot = minimum(50, || (0..calls).for_each(|_| function.call(black_box(&inputs), &mut results))) / calls as f64;
    let columns: Vec<Vec<f64>> =
        inputs.iter().map(|x| (0..rows).map(|row| x + 0.1 * (row as f64).cos()).collect()).collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let mut table = vec![0.0; rows * function.results()];
    let many = minimum(7, || {
        let mut outputs: Vec<&mut [f64]> = table.chunks_mut(rows).collect();
        function.call_rows(black_box(&columns), &mut outputs);
    });
    [first.as_nanos() as f64, hot, many / rows as f64]
}

/// The least nanoseconds of some repetitions.
fn minimum(repetitions: usize, mut work: impl FnMut()) -> f64 {
    let times = (0..repetitions).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_nanos() as f64
    });
    times.fold(f64::INFINITY, f64::min)
}

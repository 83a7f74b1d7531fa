//! The expression core: building and finding nodes, canonical order, evaluation, derivatives.
//!
//! `cargo bench -p netform --bench expressions`

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use netform::eval::Session;
use netform::expr::{Expr, Order, Sym};

/// Symbols of the user's context.
fn symbols(count: usize) -> Vec<Expr> {
    (0..count).map(|i| Expr::symbol(&format!("Global`x{i}"))).collect()
}

/// A chain of calls over a pair of symbols: `count` nodes that share all that is below them.
fn chain(head: &Expr, leaves: &[Expr], count: usize) -> Expr {
    (0..count).fold(leaves[0].clone(), |e, i| Expr::normal(head.clone(), [e, leaves[i % leaves.len()].clone()]))
}

fn nodes(c: &mut Criterion) {
    const COUNT: usize = 10_000;
    let leaves = symbols(64);
    let f = Expr::symbol("Global`f");
    let mut group = c.benchmark_group("nodes");
    group.throughput(Throughput::Elements(COUNT as u64));
    group.bench_function("build and free", |b| b.iter(|| chain(&f, &leaves, COUNT)));
    let kept = chain(&f, &leaves, COUNT);
    group.bench_function("find again", |b| b.iter(|| black_box(chain(&f, &leaves, COUNT) == kept)));
    let terms: Vec<Expr> = (0..COUNT)
        .map(|i| {
            Expr::call(Sym::Times, [Expr::integer(i as i64), leaves[(7 * i) % 64].clone(), leaves[i % 64].clone()])
        })
        .collect();
    group.bench_function("sort terms", |b| {
        b.iter_batched(|| terms.clone(), |mut terms| Order::default().sort(&mut terms), BatchSize::LargeInput);
    });
    group.finish();
}

/// A session with these inputs evaluated.
fn session(inputs: &[&str]) -> Session {
    let mut session = Session::new(netform::registry());
    for input in inputs {
        let parsed = session.parse_one(input).expect("an input of a benchmark is in the language");
        session.submit(&parsed);
    }
    session
}

fn language(c: &mut Criterion) {
    let cases: [(&str, &[&str], &str); 5] = [
        ("recursion, 2000 applications", &["f[0] = 0", "f[n_] := f[n - 1] + k[n]"], "Do[f[200], 10]"),
        ("a loop of 10000 sums", &[], "s = 0; Do[s += i, {i, 10000}]"),
        (
            "LSTM 3 to 4, 10 steps, all symbolic",
            &["net = LongShortTermMemoryLayer[4, \"Input\" -> {10, 3}]", "xs = Array[x, {10, 3}]"],
            "net[xs]",
        ),
        (
            "its derivative by one input",
            &["r = LongShortTermMemoryLayer[4, \"Input\" -> {10, 3}][Array[x, {10, 3}]]"],
            "D[r, x[1, 1]]",
        ),
        (
            "the gradient of one output by 30 inputs",
            &[
                "r = Total[Last[LongShortTermMemoryLayer[4, \"Input\" -> {10, 3}][Array[x, {10, 3}]]]]",
                "xs = Flatten[Array[x, {10, 3}]]",
            ],
            "D[r, {xs}]",
        ),
    ];
    let mut group = c.benchmark_group("language");
    group.sample_size(20);
    for (name, setup, input) in cases {
        let mut session = session(setup);
        let parsed = session.parse_one(input).expect("an input of a benchmark is in the language");
        group.bench_function(name, |b| {
            b.iter(|| {
                session.forget_results();
                session.evaluate(&parsed)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, nodes, language);
criterion_main!(benches);

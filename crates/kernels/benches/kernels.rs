//! Kernels beside plain loops: nanoseconds for an element, and billions of operations in a second.
//!
//! `cargo bench -p netform-kernels --bench kernels`

use std::hint::black_box;
use std::time::Instant;

use netform_kernels::{Begin, Code, Level, Matrix, Order, Packed, Scratch, Sizes, Stream, Tape, Walk, multiply};

fn main() {
    println!("instructions: {:?}", Level::best());
    println!("{:34} {:>10} {:>10}", "elements, single precision", "kernel ns", "plain ns");
    let functions: [(&str, Code, fn(f32) -> f32); 4] = [
        ("e^x", Code::Exponential, f32::exp),
        ("tanh", Code::HyperbolicTangent, f32::tanh),
        ("sigmoid", Code::LogisticSigmoid, |x| 1.0 / (1.0 + (-x).exp())),
        ("log", Code::Logarithm, f32::ln),
    ];
    for (name, code, plain) in functions {
        for count in [128, 4096, 1_000_000] {
            elements(name, code, plain, count);
        }
    }
    println!("{:34} {:>10} {:>10}", "products, single precision", "GFLOP/s", "plain");
    for (rows, depth, columns) in [(1, 128, 512), (1, 784, 256), (100, 64, 512), (32, 128, 512), (256, 784, 256)] {
        product(rows, depth, columns);
    }
    for size in [64, 256, 1024] {
        product(size, size, size);
    }
}

/// The least time of a call in seconds.
fn least(mut call: impl FnMut()) -> f64 {
    let mut time = |count: usize| {
        let start = Instant::now();
        (0..count).for_each(|_| call());
        start.elapsed().as_secs_f64() / count as f64
    };
    let count = ((3e-4 / time(1)) as usize).max(1);
    (0..60).map(|_| time(count)).fold(f64::INFINITY, f64::min)
}

fn elements(name: &str, code: Code, plain: fn(f32) -> f32, count: usize) {
    let mut memory: Vec<f32> = (0..2 * count).map(|k| (k as f32 * 0.37).sin() * 4.0 + 4.5).collect();
    let tape = Tape::<f32>::new(1, vec![], [(code, vec![0])], &[1]);
    let walk = Walk::contiguous(count);
    let stream = |start: usize| Stream { double: false, start, walk: &walk };
    let mut scratch = Scratch::default();
    let kernel = least(|| tape.run(&mut scratch, (&mut memory, &mut []), &[stream(0)], &[stream(count)], count));
    let (from, to) = memory.split_at_mut(count);
    let loops = least(|| {
        to.iter_mut().zip(&*from).for_each(|(to, from)| *to = plain(*from));
        black_box(&to);
    });
    let each = |seconds: f64| seconds / count as f64 * 1e9;
    println!("{:34} {:10.3} {:10.3}", format!("{name} of {count}"), each(kernel), each(loops));
}

fn product(rows: usize, depth: usize, columns: usize) {
    let numbers = |count: usize| -> Vec<f32> { (0..count).map(|k| (k as f32 * 0.37).sin()).collect() };
    let (left, right) = (numbers(rows * depth), numbers(depth * columns));
    let packed = Packed::new(depth, columns, |k, n| right[k * columns + n]);
    let mut result = vec![0.0f32; rows * columns];
    let matrix = |row_step: usize| Matrix { start: 0, row_step: row_step as isize, column_step: 1 };
    let sizes = Sizes { rows, depth, columns };
    let kernel = least(|| {
        multiply(
            sizes,
            (&left, matrix(depth)),
            packed.panels(),
            (&mut result, matrix(columns)),
            Begin::Zero,
            Order::Forward,
        );
    });
    let loops = match rows * depth * columns < 1 << 22 {
        false => f64::NAN,
        true => least(|| {
            for m in 0..rows {
                let row = &mut result[m * columns..(m + 1) * columns];
                row.fill(0.0);
                for k in 0..depth {
                    let factor = left[m * depth + k];
                    row.iter_mut().zip(&right[k * columns..]).for_each(|(sum, b)| *sum += factor * b);
                }
            }
            black_box(&result);
        }),
    };
    let rate = |seconds: f64| 2e-9 * (rows * depth * columns) as f64 / seconds;
    println!("{:34} {:10.1} {:10.1}", format!("{rows} x {depth} x {columns}"), rate(kernel), rate(loops));
}

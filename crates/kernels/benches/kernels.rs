//! Kernels beside plain loops: nanoseconds for an element, and billions of operations in a second.
//!
//! `cargo bench -p netform-kernels --bench kernels`; arguments are the beginnings of the names of groups, such as `conv`.

use std::hint::black_box;
use std::time::Instant;

use netform_array::Layout;
use netform_kernels::{
    Begin, Call, Code, Combine, Fused, Level, Matrix, Operand, Order, Packed, Places, Scratch, Sizes, Stream, Tape,
    Track, Walk, Windows, combine_windows, multiply, run_turns,
};

fn main() {
    println!("instructions: {:?}", Level::best());
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let groups: [(&str, [&str; 2], fn()); 4] = [
        ("elements", ["kernel ns", "plain ns"], all_elements),
        ("recurrences", ["us a turn", "GB/s"], recurrences),
        ("convolutions", ["us", "GFLOP/s"], convolutions),
        ("products", ["GFLOP/s", "plain"], products),
    ];
    for (name, [first, second], group) in groups {
        if wanted.is_empty() || wanted.iter().any(|wanted| name.starts_with(wanted)) {
            println!("{:34} {first:>10} {second:>10}", format!("{name}, single precision"));
            group();
        }
    }
}

fn all_elements() {
    let functions: [(&str, Code, fn(f32) -> f32); 8] = [
        ("e^x", Code::Exponential, f32::exp),
        ("tanh", Code::HyperbolicTangent, f32::tanh),
        ("sigmoid", Code::LogisticSigmoid, |x| 1.0 / (1.0 + (-x).exp())),
        ("log", Code::Logarithm, f32::ln),
        ("sine", Code::Sine, f32::sin),
        ("tangent", Code::Tangent, f32::tan),
        ("arc tangent", Code::ArcTangent, f32::atan),
        ("error function", Code::ErrorFunction, libm::erff),
    ];
    for (name, code, plain) in functions {
        for count in [128, 4096, 1_000_000] {
            elements(name, code, plain, count);
        }
    }
}

fn recurrences() {
    for (rows, units, gates) in
        [(1, 4, 4), (1, 128, 4), (1, 128, 3), (1, 128, 1), (1, 100, 4), (1, 130, 4), (32, 128, 4)]
    {
        recurrence(rows, units, gates);
    }
}

fn convolutions() {
    for (lines, across) in [(84, 14), (80, 5), (1024, 28)] {
        pooling(lines, across);
    }
    let all = [(6, 1, 32, 5), (6, 1, 34, 5), (16, 6, 14, 5), (16, 6, 15, 5), (32, 32, 30, 3), (64, 64, 58, 3)];
    for (rows, channels, size, kernel) in all {
        convolution(rows, channels, size, kernel);
    }
}

fn products() {
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

/// A cell like a long short-term memory, as far as there are gates for it.
fn recurrence(rows: usize, units: usize, gates: usize) {
    use Code::{Add, HyperbolicTangent, LogisticSigmoid, Multiply};
    const TURNS: usize = 100;
    // Products, what is there for each step and gate, the second state.
    let mut steps: Vec<(Code, Vec<u32>)> = vec![];
    let (g, inputs) = (gates as u32, 2 * gates as u32 + 1);
    for gate in 0..g {
        steps.push((Add, vec![gate, g + gate]));
        let code = if gate == 0 { HyperbolicTangent } else { LogisticSigmoid };
        steps.push((code, vec![inputs + 2 * gate]));
    }
    let value = |gate: u32| inputs + 2 * gate.min(g - 1) + 1;
    let next = inputs + 2 * g;
    steps.push((Multiply, vec![value(0), value(1)]));
    steps.push((Multiply, vec![value(2), 2 * g]));
    steps.push((Add, vec![next, next + 1]));
    steps.push((HyperbolicTangent, vec![next + 2]));
    steps.push((Multiply, vec![next + 3, value(3)]));
    let results = if gates == 1 { vec![value(0), value(0)] } else { vec![next + 4, next + 2] };
    let steps = if gates == 1 { steps[..2].to_vec() } else { steps };
    let tape = Tape::<f32>::new(inputs as usize, vec![], steps, &results);
    let sizes = Sizes { rows, depth: units, columns: units };
    let fused = Fused::new(sizes, gates, |gate, k, n| ((gate * 7919 + k * 31 + n) as f32).sin() * 0.1, tape);
    let all = rows * units;
    let size = (units as isize, 1);
    let mut memory = vec![0.1f32; TURNS * all * (gates + 1) + 3 * all];
    let operand = |track: Track| Operand { track, row_step: size.0, column_step: size.1 };
    let row = |start: usize, step: usize| Track { first: None, rooms: [start; 2], step: step as isize };
    let (states, second) = (TURNS * all * gates, TURNS * all * (gates + 1));
    let mut inputs: Vec<Operand> = (0..gates)
        .map(|gate| Operand { row_step: size.0 * gates as isize, ..operand(row(gate * units, gates * all)) })
        .collect();
    let second = Track { first: Some(second + 2 * all), rooms: [second, second + all], step: 0 };
    inputs.push(operand(second));
    let outputs = [operand(row(states, all)), operand(Track { first: None, ..second })];
    let left = operand(Track { first: Some(second.rooms[0]), ..row(states, all) });
    let call = Call { fused: &fused, left, inputs: &inputs, outputs: &outputs };
    let mut scratch = Scratch::default();
    let seconds = least(|| run_turns(&[call], 0..TURNS, &mut memory, &mut scratch)) / TURNS as f64;
    let bytes = (gates * units * units * size_of::<f32>()) as f64;
    let name = format!("{rows} rows, {gates} gates of {units}");
    println!("{name:34} {:10.3} {:10.1}", seconds * 1e6, bytes / seconds / 1e9);
}

/// The largest elements of squares of 2 by 2.
fn pooling(lines: usize, across: usize) {
    let places =
        |shape: &[usize], steps: &[isize]| Places::new(&Walk::new(&Layout::new(0, shape, steps).expect("a layout")));
    let line = 2 * across as isize;
    let (depth, lines) = (places(&[2, 2], &[line, 1]), places(&[lines], &[2 * line]));
    let windows = Windows { depth, lines, across, step: 2 };
    let start = windows.len();
    let mut memory: Vec<f32> = (0..5 * start + 16).map(|k| (k as f32).sin()).collect();
    let seconds = least(|| combine_windows(Combine::Largest, &mut memory, (start, &windows), 0));
    let name = format!("{} x {across} windows of 2 x 2", windows.lines.len());
    println!("{name:34} {:10.3} {:10.1}", seconds * 1e6, 3.0 * start as f64 / seconds / 1e9);
}

/// An image under a square kernel, with a number for each channel and a ramp.
fn convolution(rows: usize, channels: usize, size: usize, kernel: usize) {
    let result = size - kernel + 1;
    let places =
        |shape: &[usize], steps: &[isize]| Places::new(&Walk::new(&Layout::new(0, shape, steps).expect("a layout")));
    let (plane, line) = ((size * size) as isize, size as isize);
    let (depth, lines) = (places(&[channels, kernel, kernel], &[plane, line, 1]), places(&[result], &[line]));
    let products = 2 * rows * depth.len() * result * result;
    let windows = Windows { depth, lines, across: result, step: 1 };
    let tape = Tape::<f32>::new(2, vec![], [(Code::Add, vec![0, 1]), (Code::PositivePart, vec![2])], &[3]);
    let fused = Fused::sliding(rows, |row, k| ((row * 31 + k) as f32).sin(), windows, tape);
    let (bias, to) = (channels * size * size, channels * size * size + rows);
    let mut memory = vec![0.1f32; to + rows * result * result + 16];
    let operand = |start: usize, row_step: usize, column_step: isize| Operand {
        track: Track::fixed(start),
        row_step: row_step as isize,
        column_step,
    };
    let (inputs, outputs) = ([operand(bias, 1, 0)], [operand(to, result * result, 1)]);
    let call = Call { fused: &fused, left: operand(0, 0, 1), inputs: &inputs, outputs: &outputs };
    let mut scratch = Scratch::default();
    let seconds = least(|| run_turns(&[call], 0..1, &mut memory, &mut scratch));
    let name = format!("{rows} x {channels} channels, {size}, kernel {kernel}");
    println!("{name:34} {:10.3} {:10.1}", seconds * 1e6, products as f64 / seconds / 1e9);
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

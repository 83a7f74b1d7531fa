//! One row at a time by a tape, by quick and by optimised machine code: the time to make it, and the time of a call.
//!
//! `cargo bench -p netform-jit --bench code`, or with `-- NAME` those rows whose names contain it.

use std::hint::black_box;
use std::time::Instant;

use netform_jit::{Effort, MachineCode, Workspace};
use netform_kernels::{Code, Register, Scratch, Stream, Tape, Walk};

fn main() {
    println!(
        "{:34} {:>10} {:>10} {:>12} {:>12} {:>12} {:>12}",
        "call in ns, make in ms", "tape", "of many", "quick: make", "call", "optimised:", "call"
    );
    measure("expression of 46 nodes", &expression());
    measure("net 10-32-32-3 and its Jacobian", &jacobian([10, 32, 32, 3]));
    for (kind, calls) in [("arithmetic", 0), ("a tenth elementary functions", 10)] {
        for steps in [1_100, 11_000, 110_000] {
            measure(&format!("{steps} {kind}"), &random(steps, calls));
        }
    }
}

fn measure(name: &str, tape: &Tape<f64>) {
    if std::env::args().skip(1).any(|wanted| !wanted.starts_with('-') && !name.contains(&wanted)) {
        return;
    }
    let inputs: Vec<f64> = (0..tape.inputs()).map(|k| (k as f64 * 0.7 + 0.3).sin()).collect();
    let mut results = vec![0.0; tape.results()];
    let (row, many) = (by_tape(tape, &inputs, 1), by_tape(tape, &inputs, ROWS));
    let mut figures = vec![];
    for effort in [Effort::Quick, Effort::Optimized] {
        let begin = Instant::now();
        let mut make = f64::INFINITY;
        while begin.elapsed().as_secs_f64() < 2.0 {
            let start = Instant::now();
            black_box(MachineCode::new(tape, effort).expect("machine code"));
            make = make.min(start.elapsed().as_secs_f64());
        }
        let code = MachineCode::new(tape, effort).expect("machine code");
        let mut workspace = Workspace::default();
        let call = least(|| {
            code.call_in(&mut workspace, black_box(&inputs), &mut results);
            black_box(&results);
        });
        figures.extend([make * 1e3, call * 1e9]);
    }
    println!(
        "{name:34} {:10.0} {:10.1} {:12.2} {:12.1} {:12.2} {:12.1}",
        row * 1e9,
        many * 1e9,
        figures[0],
        figures[1],
        figures[2],
        figures[3]
    );
}

/// So many rows are many.
const ROWS: usize = 4096;

/// The time of a row by the tape, of one or of many, with nothing allocated.
fn by_tape(tape: &Tape<f64>, inputs: &[f64], rows: usize) -> f64 {
    let walk = Walk::contiguous(rows);
    let mut memory: Vec<f64> = inputs.iter().flat_map(|&x| (0..rows).map(move |row| x + 1e-6 * row as f64)).collect();
    memory.resize(memory.len() + rows * tape.results(), 0.0);
    let stream = |k: usize| Stream { double: true, start: k * rows, walk: &walk };
    let streams: Vec<Stream<'_>> = (0..inputs.len() + tape.results()).map(stream).collect();
    let (read, written) = streams.split_at(inputs.len());
    let mut scratch = Scratch::default();
    let time = least(|| {
        tape.run(&mut scratch, (&mut [], black_box(&mut memory)), read, written, rows);
    });
    time / rows as f64
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

/// `sin(x y + z)^2 exp(-x^2/(1 + y^2)) + tanh(x - y z) sqrt(1 + (x y z)^2) + log(2 + cos(x + y + z)) (x^3 - 3 x y^2 +
/// z)/(1 + exp(z - x - 2 y)) + atan(x z/(1 + y^2))`
fn expression() -> Tape<f64> {
    let (x, y, z, one, two, three) = (0, 1, 2, 3, 4, 5);
    let mut steps: Vec<(Code, Vec<Register>)> = vec![];
    let mut step = |code: Code, sources: &[Register]| {
        steps.push((code, sources.to_vec()));
        (5 + steps.len()) as Register
    };
    let xy = step(Code::Multiply, &[x, y]);
    let angle = step(Code::Add, &[xy, z]);
    let sine = step(Code::Sine, &[angle]);
    let sine = step(Code::Square, &[sine]);
    let xx = step(Code::Square, &[x]);
    let yy = step(Code::Square, &[y]);
    let below = step(Code::Add, &[one, yy]);
    let exponent = step(Code::Negate, &[xx]);
    let exponent = step(Code::Divide, &[exponent, below]);
    let power = step(Code::Exponential, &[exponent]);
    let first = step(Code::Multiply, &[sine, power]);
    let yz = step(Code::Multiply, &[y, z]);
    let difference = step(Code::Subtract, &[x, yz]);
    let tangent = step(Code::HyperbolicTangent, &[difference]);
    let xyz = step(Code::Multiply, &[xy, z]);
    let square = step(Code::Square, &[xyz]);
    let square = step(Code::Add, &[one, square]);
    let root = step(Code::SquareRoot, &[square]);
    let second = step(Code::Multiply, &[tangent, root]);
    let sum = step(Code::Add, &[x, y]);
    let sum = step(Code::Add, &[sum, z]);
    let cosine = step(Code::Cosine, &[sum]);
    let shifted = step(Code::Add, &[two, cosine]);
    let logarithm = step(Code::Logarithm, &[shifted]);
    let cube = step(Code::Multiply, &[xx, x]);
    let xyy = step(Code::Multiply, &[x, yy]);
    let thrice = step(Code::Multiply, &[three, xyy]);
    let cubic = step(Code::Subtract, &[cube, thrice]);
    let cubic = step(Code::Add, &[cubic, z]);
    let third = step(Code::Multiply, &[logarithm, cubic]);
    let twice = step(Code::Multiply, &[two, y]);
    let inner = step(Code::Add, &[x, twice]);
    let inner = step(Code::Subtract, &[inner, z]);
    let sigmoid = step(Code::LogisticSigmoid, &[inner]);
    let third = step(Code::Multiply, &[third, sigmoid]);
    let xz = step(Code::Multiply, &[x, z]);
    let quotient = step(Code::Divide, &[xz, below]);
    let arc = step(Code::ArcTangent, &[quotient]);
    let sum = step(Code::Add, &[first, second]);
    let sum = step(Code::Add, &[sum, third]);
    let sum = step(Code::Add, &[sum, arc]);
    Tape::new(3, vec![1.0, 2.0, 3.0], steps, &[sum])
}

/// A sum of products of constants, by their places, with registers, and the function that is applied to it.
struct Sum {
    factors: Vec<(usize, Register)>,
    function: Option<Code>,
}

/// The values of a net with two layers of hyperbolic tangents, and their derivatives by its inputs, row by row: as linear
/// functions of values, backwards from each result.
fn jacobian(sizes: [usize; 4]) -> Tape<f64> {
    let weight = |layer: usize, row: usize, column: usize| {
        ((layer * 5000 + row * sizes[layer] + column) as f64).sin() / (sizes[layer] as f64).sqrt()
    };
    let [inputs, .., results] = sizes;
    let mut constants: Vec<f64> = vec![];
    let mut sums: Vec<Sum> = vec![];
    // Registers are numbered as if there were no constants, whose number is known at the end only.
    let mut values = inputs as Register;
    let mut put = |sum: Vec<(f64, Register)>, function: Option<Code>| {
        let mut place = |constant: f64| {
            constants.push(constant);
            constants.len() - 1
        };
        let factors = sum.into_iter().map(|(constant, value)| (place(constant), value)).collect();
        sums.push(Sum { factors, function });
        values += if function.is_some() { 2 } else { 1 };
        values - 1
    };
    let mut layers: Vec<Vec<Register>> = vec![(0..inputs as Register).collect()];
    for layer in 0..3 {
        let before = layers[layer].clone();
        let sum = |row: usize| before.iter().enumerate().map(|(k, &x)| (weight(layer, row, k), x)).collect();
        let function = (layer < 2).then_some(Code::HyperbolicTangent);
        layers.push((0..sizes[layer + 1]).map(|row| put(sum(row), function)).collect());
    }
    // What a hyperbolic tangent is multiplied with in derivatives stands for its own derivative.
    let mut all = layers[3].clone();
    for result in 0..results {
        let second: Vec<Register> =
            (0..sizes[2]).map(|k| put(vec![(weight(2, result, k), layers[2][k])], Some(Code::Square))).collect();
        let first = |k: usize| second.iter().enumerate().map(|(row, &x)| (weight(1, row, k), x)).collect();
        let first: Vec<Register> = (0..sizes[1]).map(|k| put(first(k), Some(Code::Square))).collect();
        let input = |k: usize| first.iter().enumerate().map(|(row, &x)| (weight(0, row, k), x)).collect();
        all.extend((0..inputs).map(|k| put(input(k), None)));
    }
    let (own, count) = (inputs as Register, constants.len() as Register);
    let register = |value: Register| if value < own { value } else { value + count };
    let mut steps = vec![];
    let mut last = own + count - 1;
    for Sum { factors, function } in sums {
        let factors = factors.into_iter().flat_map(|(constant, value)| [own + constant as Register, register(value)]);
        steps.push((Code::Dot, factors.collect()));
        last += 1;
        if let Some(function) = function {
            steps.push((function, vec![last]));
            last += 1;
        }
    }
    let results: Vec<Register> = all.into_iter().map(register).collect();
    Tape::new(inputs, constants, steps, &results)
}

/// A tape of so many steps, of which so many of a hundred are elementary functions. It ends with the sum of what is not
/// used before, which makes values live long: gradients look like this.
fn random(count: usize, elementary: u64) -> Tape<f64> {
    let constants: Vec<f64> = (0..16).map(|k| f64::from(k) * 0.25 - 1.9).collect();
    let inputs = 16;
    let fixed = inputs + constants.len();
    let mut seed = 1u64;
    let mut draw = |limit: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % limit
    };
    let mut steps: Vec<(Code, Vec<Register>)> = vec![];
    let mut used = vec![false; fixed + count];
    let mut open = 0;
    while steps.len() + open < count {
        let known = fixed + steps.len();
        let kind = draw(100);
        let code = match kind {
            _ if kind < elementary => {
                [Code::HyperbolicTangent, Code::LogisticSigmoid, Code::Exponential][draw(3) as usize]
            }
            _ if kind < 50 => Code::Multiply,
            _ if kind < 75 => Code::Add,
            _ if kind < 98 => Code::Subtract,
            _ => Code::Square,
        };
        let sources: Vec<Register> = (0..code.operands().unwrap_or(1))
            .map(|_| {
                let back = if draw(4) == 0 { known as u64 } else { 60.min(known as u64) };
                (known as u64 - 1 - draw(back)) as Register
            })
            .collect();
        for &source in &sources {
            if source as usize >= fixed && !std::mem::replace(&mut used[source as usize], true) {
                open -= 1;
            }
        }
        open += 1;
        steps.push((code, sources));
    }
    let unused: Vec<usize> = (fixed..fixed + steps.len()).filter(|&value| !used[value]).collect();
    let mut sum = unused[0] as Register;
    for &value in &unused[1..] {
        steps.push((Code::Add, vec![sum, value as Register]));
        sum = (fixed + steps.len() - 1) as Register;
    }
    Tape::new(inputs, constants, steps, &[sum])
}

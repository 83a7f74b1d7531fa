//! How long plans of programs take, in single precision: convolutions with pooling and dense layers, attention, and recurrent
//! cells. Without the language these are made ready in a minute, whole nets in ten: see the benchmark `inference` of `netform` for those.
//!
//! `cargo bench -p netform-compile --bench programs` prints microseconds with one thread and with two; `--plan` shows the plans,
//! other arguments are the beginnings of names.

use std::sync::Arc;
use std::time::Instant;

use netform_array::ElementType::F32;
use netform_compile::{
    Builder, Dim, Direction, Padding, Plan, Program, ReductionKind, ScalarFunctions, Scan, Tensor, Type, ValueId,
    Windows,
};
use netform_eval::RealCode;
use netform_expr::{Expr, Sym};
use netform_kernels::{Code, Pool};

/// The few functions that the programs need, and the threads.
struct Functions(Option<Arc<Pool>>);

impl ScalarFunctions for Functions {
    fn code(&mut self, head: &Expr) -> Option<RealCode> {
        Some(match head.sym()? {
            Sym::Plus => RealCode::Variadic(|x| x.iter().sum()),
            Sym::Times => RealCode::Variadic(|x| x.iter().product()),
            Sym::Ramp => RealCode::Unary(|x| x.max(0.0)),
            Sym::Exp => RealCode::Unary(f64::exp),
            Sym::Tanh => RealCode::Unary(f64::tanh),
            Sym::LogisticSigmoid => RealCode::Unary(|x| 1.0 / (1.0 + (-x).exp())),
            _ => return None,
        })
    }

    fn instruction(&mut self, head: &Expr) -> Option<Code> {
        Some(match head.sym()? {
            Sym::Plus => Code::Add,
            Sym::Times => Code::Multiply,
            Sym::Ramp => Code::PositivePart,
            Sym::Exp => Code::Exponential,
            Sym::Tanh => Code::HyperbolicTangent,
            Sym::LogisticSigmoid => Code::LogisticSigmoid,
            _ => return None,
        })
    }

    fn constant(&mut self, _: &Expr) -> Option<f64> {
        None
    }

    fn rewrite(&mut self, _: &Expr) -> Option<Expr> {
        None
    }

    fn pool(&self) -> Option<Arc<Pool>> {
        self.0.clone()
    }
}

fn slot(k: i64) -> Expr {
    Expr::call(Sym::Slot, [Expr::integer(k)])
}

/// A program whose inputs but the first are known.
struct Net {
    builder: Builder,
    known: Vec<Option<Tensor<f64>>>,
}

impl Net {
    fn new(shape: &[usize]) -> (Net, ValueId) {
        let mut builder = Builder::new();
        let input = builder.input("Input", Type::of_shape(F32, shape)).expect("an input");
        (Net { builder, known: vec![None] }, input)
    }

    fn weights(&mut self, shape: &[usize]) -> ValueId {
        let count: usize = shape.iter().product();
        let scale = 1.0 / (shape.iter().skip(1).product::<usize>() as f64).sqrt();
        let elements = (0..count).map(|k| (k as f64 + self.known.len() as f64).sin() * scale).collect();
        self.known.push(Some(Tensor::new(shape, elements).expect("the shape fits")));
        let name = format!("w{}", self.known.len());
        self.builder.input(&name, Type::of_shape(F32, shape)).expect("an input")
    }

    /// A number for each row is added, and what is negative becomes 0.
    fn ramp(&mut self, product: ValueId, shape: &[usize]) -> ValueId {
        let bias = self.weights(&shape[..1]);
        let shape = shape.iter().copied().map(Dim::from).collect::<Vec<_>>();
        let bias = self.builder.broadcast(shape, &[0], bias).expect("a broadcast");
        let sum = Expr::call(Sym::Ramp, [Expr::call(Sym::Plus, [slot(1), slot(2)])]);
        self.builder.map(sum, F32, &[product, bias]).expect("a map")
    }

    fn windows(&mut self, x: ValueId, size: usize, stride: usize) -> ValueId {
        let windows = Windows {
            axes: [1, 2].into_iter().collect(),
            sizes: [size; 2].map(Dim::from).into_iter().collect(),
            strides: [stride; 2].into_iter().collect(),
            dilations: [1; 2].into_iter().collect(),
        };
        self.builder.window(windows, x).expect("windows")
    }

    fn convolution(&mut self, x: ValueId, [rows, channels, size, kernel]: [usize; 4]) -> ValueId {
        let weights = self.weights(&[rows, channels, kernel, kernel]);
        let slid = self.windows(x, kernel, 1);
        let product = self.builder.einsum("oikl,iyxkl->oyx", &[weights, slid]).expect("a contraction");
        self.ramp(product, &[rows, size - kernel + 1, size - kernel + 1])
    }

    fn pooling(&mut self, x: ValueId) -> ValueId {
        let slid = self.windows(x, 2, 2);
        self.builder.reduce(ReductionKind::Max, &[3, 4], slid).expect("a reduction")
    }

    fn dense(&mut self, x: ValueId, units: usize, inputs: usize) -> ValueId {
        let weights = self.weights(&[units, inputs]);
        let product = self.builder.einsum("oi,i->o", &[weights, x]).expect("a contraction");
        self.ramp(product, &[units])
    }

    fn finish(mut self, output: ValueId) -> (Program, Vec<Option<Tensor<f64>>>) {
        self.builder.output("Output", output).expect("an output");
        (self.builder.finish(), self.known)
    }
}

/// Two convolutions with pooling and three dense layers, on images of a size that is divisible by 4.
fn images(size: usize) -> (Program, Vec<Option<Tensor<f64>>>) {
    let (mut net, input) = Net::new(&[1, size, size]);
    let zero = net.weights(&[1]);
    let zero = net.builder.reshape([], zero).expect("a scalar");
    let sides = || [0, 2, 2].map(Dim::from).into_iter().collect();
    let padding = Padding { low: sides(), high: sides(), interior: [0; 3].into_iter().collect() };
    let padded = net.builder.pad(padding, input, zero).expect("padding");
    let x = net.convolution(padded, [6, 1, size + 4, 5]);
    let x = net.pooling(x);
    let x = net.convolution(x, [16, 6, size / 2, 5]);
    let x = net.pooling(x);
    let left = (size / 2 - 4) / 2;
    let x = net.builder.reshape([Dim::from(16 * left * left)], x).expect("a vector");
    let x = net.dense(x, 120, 16 * left * left);
    let x = net.dense(x, 84, 120);
    let x = net.dense(x, 10, 84);
    net.finish(x)
}

/// Vectors that look at each other with several heads.
fn attention(steps: usize, heads: usize, size: usize) -> (Program, Vec<Option<Tensor<f64>>>) {
    let units = heads * size;
    let (mut net, input) = Net::new(&[steps, units]);
    let mut part = || {
        let weights = net.weights(&[heads, size, units]);
        net.builder.einsum("hdi,ti->htd", &[weights, input]).expect("a contraction")
    };
    let [query, key, value] = [part(), part(), part()];
    let scores = net.builder.einsum("htd,hsd->hts", &[query, key]).expect("a contraction");
    let powers = net.builder.map(Expr::call(Sym::Exp, [slot(1)]), F32, &[scores]).expect("a map");
    let joined = net.builder.einsum("hts,hsd->thd", &[powers, value]).expect("a contraction");
    let weights = net.weights(&[units, heads, size]);
    let result = net.builder.einsum("ohd,thd->to", &[weights, joined]).expect("a contraction");
    net.finish(result)
}

/// A long short-term memory, or with one gate a cell `s = tanh(W x + U s + b)`.
fn cell(steps: usize, features: usize, units: usize, gates: usize) -> (Program, Vec<Option<Tensor<f64>>>) {
    let of = |shape: &[usize]| Type::of_shape(F32, shape);
    let call = |head: Sym, arguments: &[Expr]| Expr::call(head, arguments.to_vec());
    let (mut net, input) = Net::new(&[steps, features]);
    let mut operands = vec![];
    for _ in 0..2 {
        let zeros = Tensor::new(&[units], vec![0.0; units]).expect("a state");
        net.known.push(Some(zeros));
        operands.push(net.builder.input(&format!("s{}", net.known.len()), of(&[units])).expect("a state"));
    }
    operands.push(input);
    let mut body = Builder::new();
    let s = body.input("s", of(&[units])).expect("a state");
    let c = body.input("c", of(&[units])).expect("a state");
    let x = body.input("x", of(&[features])).expect("an element");
    let mut values = vec![];
    for gate in 0..gates {
        let mut weights = |shape: &[usize]| {
            operands.push(net.weights(shape));
            body.input(&format!("w{}", operands.len()), of(shape)).expect("weights")
        };
        let [w, u, b] = [weights(&[units, features]), weights(&[units, units]), weights(&[units])];
        let of_x = body.einsum("ij,j->i", &[w, x]).expect("a product");
        let of_s = body.einsum("ij,j->i", &[u, s]).expect("a product");
        let head = if gate == 0 { Sym::Tanh } else { Sym::LogisticSigmoid };
        let sum = call(head, &[call(Sym::Plus, &[slot(1), slot(2), slot(3)])]);
        values.push(body.map(sum, F32, &[of_x, of_s, b]).expect("a map"));
    }
    let (next, next_c) = match values[..] {
        [m, i, f, o] => {
            let kept = call(Sym::Times, &[slot(3), slot(4)]);
            let sum = call(Sym::Plus, &[call(Sym::Times, &[slot(1), slot(2)]), kept]);
            let next_c = body.map(sum, F32, &[m, i, f, c]).expect("a map");
            let product = call(Sym::Times, &[call(Sym::Tanh, &[slot(1)]), slot(2)]);
            (body.map(product, F32, &[next_c, o]).expect("a map"), next_c)
        }
        _ => (values[0], values[0]),
    };
    body.output("s", next).expect("a state");
    body.output("c", next_c).expect("a state");
    body.output("y", next).expect("an output");
    let direction = Direction::Forward;
    let scan = Scan { body: body.finish(), states: 2, sequences: 1, length: steps.into(), direction };
    let results = net.builder.scan(scan, &operands).expect("a recurrence");
    net.finish(results[2])
}

fn main() {
    let names: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let plans = std::env::args().any(|argument| argument == "--plan");
    println!("{:24} {:>12} {:>12}", "microseconds, least", "1 thread", "2 threads");
    for (name, (program, known), examples) in [
        ("images of 28, 1", images(28), 1),
        ("images of 32, 1", images(32), 1),
        ("images of 28, 64", images(28), 64),
        ("images of 32, 64", images(32), 64),
        ("attention, 1", attention(64, 4, 32), 1),
        ("attention, 8", attention(64, 4, 32), 8),
        ("4 gates of 4, 1", cell(20, 3, 4, 4), 1),
        ("4 gates of 128, 1", cell(100, 64, 128, 4), 1),
        ("4 gates of 128, 32", cell(100, 64, 128, 4), 32),
        ("1 gate of 128, 1", cell(100, 64, 128, 1), 1),
        ("1 gate of 128, 32", cell(100, 64, 128, 1), 32),
        ("4 gates of 100, 32", cell(100, 50, 100, 4), 32),
    ] {
        if !names.is_empty() && !names.iter().any(|start| name.starts_with(start.as_str())) {
            continue;
        }
        let mut results: Vec<Vec<f32>> = vec![];
        let mut times = vec![];
        let calls: Vec<Plan> = [None, Some(Arc::new(Pool::new(2)))]
            .into_iter()
            .map(|pool| {
                let functions = &mut Functions(pool);
                match examples {
                    1 => Plan::new(&program, &known, functions),
                    _ => Plan::for_examples(&program, examples, &known, functions),
                }
                .expect("a plan")
            })
            .collect();
        for plan in &calls {
            let mut workspace = plan.workspace();
            let input: Vec<f32> = (0..plan.input_len(0)).map(|k| (k as f32 * 0.7).sin()).collect();
            let mut output = vec![0.0f32; plan.output_len(0)];
            times.push(least(|| {
                plan.set_single_input(&mut workspace, 0, &input);
                plan.run(&mut workspace, 0, &[], &mut || true).expect("results");
                plan.single_output(&mut workspace, 0, &mut output);
            }));
            results.push(output);
        }
        assert!(results[0] == results[1], "two threads give other results");
        println!("{name:24} {:12.2} {:12.2}", times[0] * 1e6, times[1] * 1e6);
        if plans {
            println!("{}", calls[0]);
        }
    }
}

/// The least time of a call in seconds.
fn least(mut call: impl FnMut()) -> f64 {
    let mut time = |count: usize| {
        let start = Instant::now();
        (0..count).for_each(|_| call());
        start.elapsed().as_secs_f64() / count as f64
    };
    time(2);
    let count = ((5e-4 / time(2)) as usize).max(1);
    (0..400).map(|_| time(count)).fold(f64::INFINITY, f64::min)
}

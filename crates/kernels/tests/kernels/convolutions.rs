//! Convolutions are those of plain loops, whatever their sizes.

use std::sync::Arc;

use netform_array::Layout;
use netform_kernels::{
    Call, Code, Crew, Fused, Operand, Places, Pool, Real, Scratch, Tape, Track, Walk, Windows, run_apart, run_turns,
};
use proptest::prelude::{Strategy as _, any, prop_oneof, proptest};

fn number(k: usize) -> f64 {
    ((k * 7919 + 13) % 1009) as f64 / 1009.0 - 0.5
}

/// What becomes of a product.
#[derive(Clone, Copy, Debug)]
enum Function {
    /// A number for each row is added.
    Bias,
    /// The negative part of a number for each row less the product, times 2.
    Chain,
    /// A matrix is added.
    Matrix,
    /// The square is added, and a number for each row.
    Squares,
}

impl Function {
    fn tape<T: Real>(self) -> Tape<T> {
        let two = vec![T::from_double(2.0)];
        match self {
            Function::Bias | Function::Matrix => Tape::new(2, vec![], [(Code::Add, vec![0, 1])], &[2]),
            Function::Chain => {
                let steps = [
                    (Code::Subtract, vec![1, 0]),
                    (Code::Negate, vec![3]),
                    (Code::PositivePart, vec![4]),
                    (Code::Multiply, vec![5, 2]),
                ];
                Tape::new(2, two, steps, &[6])
            }
            Function::Squares => {
                let steps = [(Code::Square, vec![0]), (Code::Add, vec![2, 0]), (Code::Add, vec![3, 1])];
                Tape::new(2, vec![], steps, &[4])
            }
        }
    }

    fn of(self, product: f64, other: f64) -> f64 {
        match self {
            Function::Bias | Function::Matrix => product + other,
            Function::Chain => 2.0 * (product - other).max(0.0),
            Function::Squares => product * product + product + other,
        }
    }
}

/// A convolution of several images, beside plain loops.
#[derive(Clone, Copy, Debug)]
struct Convolution {
    images: usize,
    rows: usize,
    channels: usize,
    /// The height and width of the kernel, and the distance of its elements.
    kernel: [usize; 2],
    dilation: usize,
    /// The height and width of the result, and the distance of the windows.
    result: [usize; 2],
    stride: usize,
    function: Function,
}

impl Convolution {
    fn check<T: Real>(self) {
        let Convolution { images, rows, channels, kernel, dilation, result, stride, function } = self;
        let [lines, across] = result;
        let reach = |axis: usize| (result[axis] - 1) * stride + (kernel[axis] - 1) * dilation + 1;
        let [high, wide] = [reach(0), reach(1)];
        let image = channels * high * wide;
        let places = |shape: &[usize], steps: &[usize]| {
            let steps: Vec<isize> = steps.iter().map(|&step| step as isize).collect();
            Places::new(&Walk::new(&Layout::new(0, shape, &steps).expect("a layout")))
        };
        let depth = places(&[channels, kernel[0], kernel[1]], &[high * wide, dilation * wide, dilation]);
        let windows = Windows { depth, lines: places(&[lines], &[stride * wide]), across, step: stride as isize };
        let deep = windows.depth.len();
        let weights = |row: usize, k: usize| number(row * 101 + k * 3);
        let element = |row: usize, k: usize| T::from_double(weights(row, k));
        let fused = Fused::sliding(rows, element, windows, function.tape());
        let columns = lines * across;
        let size = rows * columns;
        // Images, other operands, results, and what is behind them.
        let (other, to) = (images * image, images * image + images * size);
        let mut memory: Vec<T> = (0..to + images * size + 16).map(|k| T::from_double(number(k))).collect();
        let operand = |start: usize, step: usize, row_step: usize, column_step: isize| Operand {
            track: Track { first: None, rooms: [start; 2], step: step as isize },
            row_step: row_step as isize,
            column_step,
        };
        let is_matrix = matches!(function, Function::Matrix);
        let input = if is_matrix { operand(other, size, columns, 1) } else { operand(other, 0, 1, 0) };
        let call = Call {
            fused: &fused,
            left: operand(0, image, 0, 1),
            inputs: &[input],
            outputs: &[operand(to, size, columns, 1)],
        };
        let given = memory.clone();
        run_turns(&[call], 0..images, &mut memory, &mut Scratch::default());
        for threads in [2, 3] {
            let mut several = given.clone();
            run_apart(call, 0..images, &mut several, &mut Crew::new(Arc::new(Pool::new(threads))));
            assert!(several == memory, "{threads} threads, {self:?}");
        }
        let at = |place: usize| memory[place].to_double();
        for place in 0..images * size {
            let (n, row, y, x) = (place / size, place / columns % rows, place / across % lines, place % across);
            let mut sum = 0.0;
            for k in 0..deep {
                let (c, dy, dx) = (k / (kernel[0] * kernel[1]), k / kernel[1] % kernel[0], k % kernel[1]);
                let (y, x) = (y * stride + dy * dilation, x * stride + dx * dilation);
                sum += weights(row, k) * at(n * image + (c * high + y) * wide + x);
            }
            let wanted = function.of(sum, at(if is_matrix { other + place } else { other + row }));
            let tolerance = if size_of::<T>() == 4 { 4e-6 } else { 4e-14 } * (deep + 1) as f64 * (1.0 + sum.abs());
            assert!((at(to + place) - wanted).abs() <= tolerance, "{} is not {wanted} at {place}", at(to + place));
        }
        let behind = to + images * size;
        assert_eq!(at(behind), T::from_double(number(behind)).to_double(), "something is written behind the result");
    }
}

proptest! {
    #[test]
    fn convolutions_are_those_of_plain_loops(
        (images, rows, channels) in (1usize..4, prop_oneof![1usize..15, 15usize..70], 1usize..4),
        kernel in [1usize..4, 1usize..6],
        (dilation, stride) in (1usize..3, prop_oneof![1usize..2, 1usize..4]),
        (lines, across) in (1usize..8, prop_oneof![1usize..40, 100usize..150]),
        function in prop_oneof![
            any::<bool>().prop_map(|bias| if bias { Function::Bias } else { Function::Chain }),
            any::<bool>().prop_map(|matrix| if matrix { Function::Matrix } else { Function::Squares }),
        ],
    ) {
        let convolution =
            Convolution { images, rows, channels, kernel, dilation, result: [lines, across], stride, function };
        convolution.check::<f32>();
        convolution.check::<f64>();
    }
}

/// What is no number, and infinities, are found where plain loops have them.
#[test]
fn steps_of_chains_keep_what_is_no_number() {
    for rows in [3, 16] {
        let places = |size: usize| Places::new(&Walk::contiguous(size));
        let windows = Windows { depth: places(1), lines: places(1), across: 20, step: 1 };
        let steps = [(Code::Add, vec![0, 1]), (Code::PositivePart, vec![2]), (Code::Smaller, vec![3, 1])];
        let fused = Fused::<f32>::sliding(rows, |_, _| 1.0, windows, Tape::new(2, vec![], steps, &[4]));
        let mut memory = vec![1.0; 64 + 20 * rows];
        memory[..5].copy_from_slice(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.5, 3.0]);
        memory[40] = 2.0;
        let operand = |start: usize, steps: (isize, isize)| Operand {
            track: Track::fixed(start),
            row_step: steps.0,
            column_step: steps.1,
        };
        let (inputs, outputs) = ([operand(40, (0, 0))], [operand(64, (20, 1))]);
        let call = Call { fused: &fused, left: operand(0, (0, 1)), inputs: &inputs, outputs: &outputs };
        run_turns(&[call], 0..1, &mut memory, &mut Scratch::default());
        for row in 0..rows {
            assert_eq!(memory[64 + 20 * row..][..5], [2.0, 2.0, 0.0, 1.5, 2.0], "row {row}");
        }
    }
}

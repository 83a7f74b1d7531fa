//! Tapes do to each element what their steps say, wherever the elements lie.

use netform_array::Layout;
use netform_kernels::{Code, Position, Scratch, Stream, Tape, Walk, gather};

#[test]
fn streams_may_be_strided_uniform_and_of_other_precision() {
    // a - b c, where a is a transposed matrix, b a single number, c of single precision.
    let (rows, columns) = (37, 23);
    let count = rows * columns;
    let tape = Tape::<f64>::new(3, vec![], [(Code::Multiply, vec![1, 2]), (Code::Subtract, vec![0, 3])], &[4, 3]);
    let mut double: Vec<f64> = (0..count).map(|i| i as f64).collect();
    double.push(0.5);
    double.resize(count + 1 + count, f64::NAN);
    let mut single: Vec<f32> = (0..count).map(|i| i as f32 * 2.0).collect();
    single.resize(2 * count, f32::NAN);
    let walk = |shape: &[usize], steps: &[isize]| Walk::new(&Layout::new(0, shape, steps).expect("a layout"));
    let transposed = walk(&[columns, rows], &[1, columns as isize]);
    let uniform = walk(&[columns, rows], &[0, 0]);
    let straight = Walk::contiguous(count);
    let inputs = [
        Stream { double: true, start: 0, walk: &transposed },
        Stream { double: true, start: count, walk: &uniform },
        Stream { double: false, start: 0, walk: &straight },
    ];
    let outputs = [
        Stream { double: true, start: count + 1, walk: &straight },
        Stream { double: false, start: count, walk: &straight },
    ];
    tape.run(&mut Scratch::default(), (&mut single, &mut double), &inputs, &outputs, count);
    for i in 0..count {
        let a = (i % rows * columns + i / rows) as f64;
        assert_eq!(double[count + 1 + i], a - i as f64, "at {i}");
        assert_eq!(single[count + i], i as f32);
    }
}

#[test]
fn constants_inputs_and_repeated_results_are_results() {
    let tape = Tape::<f32>::new(1, vec![7.0], [(Code::Unary(|x| x + 1.0), vec![0])], &[1, 0, 2, 2]);
    let mut results = vec![vec![0.0; 3]; 4];
    let mut slices: Vec<&mut [f32]> = results.iter_mut().map(Vec::as_mut_slice).collect();
    tape.apply(&[&[1.0, 2.0, 3.0]], &mut slices);
    assert_eq!(results, [vec![7.0; 3], vec![1.0, 2.0, 3.0], vec![2.0, 3.0, 4.0], vec![2.0, 3.0, 4.0]]);
}

#[test]
fn truth_values_and_choices() {
    let nan = f64::NAN;
    let (a, b) = ([1.0, 2.0, nan, 0.0, -3.0], [2.0, 1.0, 1.0, nan, -3.0]);
    let of = |code: Code| {
        let mut result = [9.0; 5];
        Tape::new(2, vec![], [(code, vec![0, 1])], &[2]).apply(&[&a, &b], &mut [&mut result]);
        result
    };
    assert_eq!(of(Code::Less), [1.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(of(Code::AtLeast), [0.0, 1.0, 0.0, 0.0, 1.0]);
    assert_eq!(of(Code::Unequal), [1.0, 1.0, 1.0, 1.0, 0.0]);
    assert_eq!(of(Code::And), [1.0, 1.0, 1.0, 0.0, 1.0]);
    assert_eq!(of(Code::Larger), [2.0, 2.0, 1.0, 0.0, -3.0]);
    assert_eq!(of(Code::Smaller), [1.0, 1.0, 1.0, 0.0, -3.0]);
    let mut chosen = [0.0; 5];
    let tape = Tape::new(3, vec![], [(Code::Select, vec![0, 1, 2])], &[3]);
    tape.apply(&[&[1.0, 0.0, nan, 2.0, -0.0], &a, &b], &mut [&mut chosen]);
    assert_eq!(chosen[..2], [1.0, 1.0]);
    assert!(chosen[2].is_nan());
    assert_eq!(chosen[3..], [0.0, -3.0]);
}

#[test]
fn walks_go_through_their_layout() {
    let layout = Layout::new(17, &[2, 3, 2], &[-6, 2, 1]).expect("a layout");
    let from: Vec<usize> = (0..30).collect();
    let expected: Vec<usize> = layout.offsets().collect();
    let mut found = vec![0; 12];
    gather(&from, 17, &Walk::new(&layout), &mut Position::default(), &mut found);
    assert_eq!(found, expected);
}

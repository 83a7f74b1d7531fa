//! Sums of products with constants: those of plain loops, bit for bit, by themselves and as steps of tapes.

use netform_kernels::{Code, Linear, Register, Tape};

fn numbers(count: usize, seed: f64) -> Vec<f64> {
    (0..count).map(|k| (seed + 1.7 * k as f64).sin()).collect()
}

/// The sums one by one.
fn plainly(starts: Option<&[f64]>, factors: &[f64], arguments: &[f64], results: usize) -> Vec<f64> {
    let sum = |result: usize| {
        let row = &factors[result * arguments.len()..][..arguments.len()];
        let products = row.iter().zip(arguments).map(|(a, b)| a * b);
        let summands: Vec<f64> = starts.map(|starts| starts[result]).into_iter().chain(products).collect();
        summands[1..].iter().fold(summands[0], |sum, summand| sum + summand)
    };
    (0..results).map(sum).collect()
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn all_sizes() {
    for results in [0, 1, 2, 7, 8, 9, 16, 31, 32, 33, 63, 70] {
        for count in [0, 1, 2, 3, 10, 33] {
            let (factors, arguments) = (numbers(results * count, 0.3), numbers(count, 0.8));
            let starts = numbers(results, 2.0);
            for starts in [None, Some(starts.as_slice())] {
                if results > 0 && (count > 0 || starts.is_some()) {
                    let linear = Linear::new(results, starts, &factors);
                    assert_eq!([linear.results(), linear.arguments()], [results, count]);
                    let mut found = vec![7.0; results];
                    linear.apply(&arguments, &mut found);
                    assert_eq!(
                        bits(&found),
                        bits(&plainly(starts, &factors, &arguments, results)),
                        "{results} {count}"
                    );
                }
            }
        }
    }
}

#[test]
fn zeros_keep_their_signs_and_infinities_are_not_hidden() {
    let linear = Linear::new(2, None, &[1.0, 0.0, -1.0, 1.0]);
    let mut results = [7.0; 2];
    linear.apply(&[0.0, -0.0], &mut results);
    assert_eq!(bits(&results), bits(&[0.0, -0.0]));
    linear.apply(&[1.0, f64::INFINITY], &mut results);
    assert!(results[0].is_nan() && results[1] == f64::INFINITY);
}

#[test]
#[should_panic(expected = "not the numbers of the function")]
fn other_numbers_of_arguments_are_refused() {
    Linear::new(1, None, &[1.0, 2.0]).apply(&[1.0], &mut [0.0]);
}

#[test]
fn steps_of_tapes() {
    // The sum of the products of five inputs and a constant, two by two, and that of a single product.
    let steps = [(Code::Dot, vec![0, 1, 2, 3, 4, 5]), (Code::Dot, vec![6, 0])];
    let tape = Tape::new(5, vec![0.1], steps, &[6, 7]);
    for rows in [1, 5, 8, 31, 32, 100, 1000] {
        let columns: Vec<Vec<f64>> = (0..5).map(|k| numbers(rows, k as f64)).collect();
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let (mut first, mut second) = (vec![0.0; rows], vec![0.0; rows]);
        tape.apply(&columns, &mut [&mut first, &mut second]);
        for row in 0..rows {
            let x = |k: usize| columns[k][row];
            let sum = x(0) * x(1) + x(2) * x(3) + x(4) * 0.1;
            assert_eq!([first[row], second[row]], [sum, sum * x(0)], "row {row} of {rows}");
        }
    }
}

#[test]
#[should_panic(expected = "Dot has wrong operands")]
fn factors_come_in_pairs() {
    Tape::<f64>::new(3, vec![], [(Code::Dot, (0..3).collect::<Vec<Register>>())], &[3]);
}

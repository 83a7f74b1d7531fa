//! Passes over rows give what plain loops give, however many rows are made together.

use std::sync::Arc;

use netform_array::Layout;
use netform_kernels::{Code, Combine, Crew, Pass, Pool, RowInput, Rows, Scratch, Starts, Tape, Term, Walk};

/// `(x_ij b_j - m_i) s_i` with the sum m of `x_ij b_j` and the largest x as s, all kept.
fn rows(count: usize, columns: usize, step: isize) -> Rows<f32> {
    let walk = |steps: [isize; 1]| Walk::new(&Layout::new(0, &[count], &steps).expect("a layout"));
    let reach = if step == 1 { columns as isize } else { 1 };
    let inputs = vec![
        RowInput { first: walk([reach]), step },
        RowInput { first: walk([0]), step: 1 },
        RowInput { first: walk([1]), step: 0 },
    ];
    let product = Tape::new(2, vec![], [(Code::Multiply, vec![0, 1])], &[2]);
    let result = Tape::new(
        3,
        vec![0.5],
        [(Code::Subtract, vec![0, 1]), (Code::Multiply, vec![4, 2]), (Code::Multiply, vec![5, 3])],
        &[6, 3],
    );
    let passes = vec![
        Pass::Elements { tape: product, terms: vec![Term::Input(0), Term::Input(1)], to: vec![0] },
        Pass::Fold { kind: Combine::Sum, finite: true, of: Term::Row(0), to: 0 },
        Pass::Fold { kind: Combine::Largest, finite: false, of: Term::Input(0), to: 1 },
        Pass::Scalars {
            tape: Tape::new(3, vec![], [(Code::Multiply, vec![0, 1]), (Code::Add, vec![3, 2])], &[4]),
            terms: vec![Term::Scalar(0), Term::Input(2), Term::Scalar(1)],
            to: vec![2],
        },
        Pass::Elements { tape: result, terms: vec![Term::Row(0), Term::Scalar(2), Term::Scalar(1)], to: vec![1, 2] },
    ];
    Rows::new(count, columns, inputs, [3, 3], passes)
}

#[test]
fn rows_of_all_lengths_and_directions() {
    for count in [0, 1, 2, 3, 7, 40] {
        for columns in [1, 2, 15, 16, 17, 33, 64, 100, 255, 256, 257, 700] {
            for step in [1, count as isize] {
                let all = count * columns;
                let mut memory: Vec<f32> =
                    (0..all + columns + count).map(|k| ((k * 37 % 101) as f32 - 50.0) / 8.0).collect();
                let inputs = [0, all, all + columns];
                let start = memory.len();
                memory.resize(start + 2 * all + 2 * count, f32::NAN);
                let given = memory.clone();
                let rows = rows(count, columns, step);
                let places = (
                    [None, Some(start), Some(start + all)],
                    [Some(start + 2 * all), None, Some(start + 2 * all + count)],
                );
                let mut scratch = Scratch::default();
                let mut apart = memory.clone();
                let bits = |all: &[f32]| all.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                let starts = Starts { inputs: &inputs, rows: &places.0, scalars: &places.1 };
                rows.run(0..count, &mut memory, starts, &mut scratch);
                for threads in [1, 2, 3] {
                    let mut several = apart.clone();
                    rows.run_apart(&mut several, starts, &mut Crew::new(Arc::new(Pool::new(threads))));
                    assert_eq!(bits(&several), bits(&memory), "{count} rows of {columns} by {threads} threads");
                }
                for row in (0..count).rev() {
                    rows.run(row..row + 1, &mut apart, starts, &mut scratch);
                }
                assert_eq!(bits(&memory), bits(&apart), "{count} rows of {columns} together and apart");
                for row in 0..count {
                    let x = |j: usize| given[if step == 1 { row * columns + j } else { j * count + row }];
                    let products: Vec<f32> = (0..columns).map(|j| x(j) * given[all + j]).collect();
                    let sum: f32 = products.iter().sum();
                    let largest = (0..columns).map(x).fold(f32::NEG_INFINITY, f32::max);
                    assert!((memory[start + 2 * all + row] - sum).abs() < 1e-3 * (1.0 + sum.abs()), "a sum");
                    let shift = memory[start + 2 * all + row] * given[all + columns + row] + largest;
                    assert_eq!(memory[start + 2 * all + count + row], shift, "a scalar");
                    for (j, product) in products.iter().enumerate() {
                        let place = start + row * columns + j;
                        assert_eq!(memory[place], (product - shift) * largest * 0.5, "row {row}, column {j}");
                        assert_eq!(memory[place + all], 0.5, "a constant");
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_no_number_stays_within_its_row() {
    let walk = Walk::new(&Layout::new(0, &[3], &[20]).expect("a layout"));
    let input = || vec![RowInput { first: walk.clone(), step: 1 }];
    let fold = |kind, finite| Pass::<f64>::Fold { kind, finite, of: Term::Input(0), to: 0 };
    let run = |kind, finite| {
        let mut memory: Vec<f64> = (0..63).map(f64::from).collect();
        memory[25] = f64::NAN;
        memory[45] = f64::INFINITY;
        let rows = Rows::new(3, 20, input(), [0, 1], vec![fold(kind, finite)]);
        let starts = Starts { inputs: &[0], rows: &[], scalars: &[Some(60)] };
        rows.run(0..3, &mut memory, starts, &mut Scratch::default());
        [memory[60], memory[61], memory[62]]
    };
    assert_eq!(run(Combine::Largest, true), [19.0, 0.0, 0.0]);
    let sums = run(Combine::Sum, false);
    assert_eq!((sums[0], sums[1].is_nan(), sums[2]), (190.0, true, f64::INFINITY));
}

#[test]
#[should_panic(expected = "an input leaves the memory")]
fn rows_stay_within_the_memory() {
    let walk = Walk::new(&Layout::new(0, &[2], &[4]).expect("a layout"));
    let fold = Pass::Fold { kind: Combine::Sum, finite: false, of: Term::Input(0), to: 0 };
    let rows = Rows::<f64>::new(2, 4, vec![RowInput { first: walk, step: 1 }], [0, 1], vec![fold]);
    let starts = Starts { inputs: &[0], rows: &[], scalars: &[None] };
    rows.run(0..1, &mut [0.0; 7], starts, &mut Scratch::default());
}

#[test]
#[should_panic(expected = "results overlap")]
fn results_of_several_threads_do_not_overlap() {
    let walk = Walk::new(&Layout::new(0, &[2], &[4]).expect("a layout"));
    let fold = Pass::Fold { kind: Combine::Sum, finite: false, of: Term::Input(0), to: 0 };
    let rows = Rows::<f64>::new(2, 4, vec![RowInput { first: walk, step: 1 }], [0, 1], vec![fold]);
    let starts = Starts { inputs: &[0], rows: &[], scalars: &[Some(7)] };
    rows.run_apart(&mut [0.0; 9], starts, &mut Crew::new(Arc::new(Pool::new(2))));
}

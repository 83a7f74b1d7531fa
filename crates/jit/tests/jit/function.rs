//! Functions go from their tapes to machine code, and their results stay the same.

use std::time::{Duration, Instant};

use netform_jit::{Effort, Function, Tier, Workspace};
use netform_kernels::{Code, Tape};

/// `tanh(a) + a b`
fn function() -> Function {
    let steps = [(Code::HyperbolicTangent, vec![0]), (Code::Multiply, vec![0, 1]), (Code::Add, vec![2, 3])];
    Function::new(Tape::new(2, vec![], steps, &[4]))
}

#[test]
fn functions_become_faster() {
    let function = function();
    let mut workspace = Workspace::default();
    let mut expected = [0.0];
    function.tape().apply(&[&[0.3], &[2.0]], &mut [&mut expected]);
    let mut call = || {
        let mut found = [0.0];
        function.call_in(&mut workspace, &[0.3, 2.0], &mut found);
        assert_eq!(found, expected);
        function.tier()
    };
    assert_eq!(call(), Tier::Tape);
    assert_eq!(call(), Tier::Code(Effort::Quick));
    let start = Instant::now();
    while call() != Tier::Code(Effort::Optimized) {
        assert!(start.elapsed() < Duration::from_secs(60), "no optimised code after a minute of calls");
    }
    assert_eq!(call(), Tier::Code(Effort::Optimized));
}

#[test]
fn many_rows_are_left_to_the_tape() {
    let function = function();
    let rows: Vec<f64> = (0..100).map(f64::from).collect();
    let mut found = vec![0.0; 100];
    function.apply(&[&rows, &rows], &mut [&mut found]);
    assert_eq!(function.tier(), Tier::Tape);
    for (row, found) in rows.iter().zip(found) {
        let mut expected = [0.0];
        function.call(&[*row, *row], &mut expected);
        assert_eq!([found], expected);
    }
}

#[test]
fn a_function_is_called_by_several_threads() {
    let function = function();
    let mut expected = [0.0];
    function.call(&[0.5, -1.0], &mut expected);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    let mut found = [0.0];
                    function.call(&[0.5, -1.0], &mut found);
                    assert_eq!(found, expected);
                }
            });
        }
    });
}

#[test]
#[should_panic(expected = "there are 1 inputs instead of 2")]
fn other_numbers_of_inputs_are_refused() {
    let function = function();
    for _ in 0..2 {
        function.call(&[1.0, 2.0], &mut [0.0]);
    }
    function.call(&[1.0], &mut [0.0]);
}

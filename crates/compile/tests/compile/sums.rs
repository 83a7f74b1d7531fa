//! Sums are single steps of the tapes of scalar functions, with the values that they have step by step.

use netform_compile::row_tape;
use netform_expr::{Expr, Sym};
use netform_kernels::Code;

use crate::table::{Table, slot};

fn sum(summands: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::call(Sym::Plus, summands)
}

fn product(factors: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::call(Sym::Times, factors)
}

/// The number of steps of each kind, sums first, and the values of functions of three numbers.
fn tape(bodies: &[Expr], row: [f64; 3]) -> ([usize; 3], Vec<f64>) {
    let tape = row_tape(3, bodies, &mut Table).expect("a tape");
    let count = |wanted: fn(Code) -> bool| tape.codes().filter(|code| wanted(*code)).count();
    let counts = [
        count(|code| matches!(code, Code::Dot)),
        count(|code| matches!(code, Code::Add | Code::Subtract)),
        count(|code| matches!(code, Code::Multiply)),
    ];
    let mut results = vec![0.0; bodies.len()];
    let inputs: Vec<&[f64]> = row.iter().map(std::slice::from_ref).collect();
    tape.apply(&inputs, &mut results.chunks_mut(1).collect::<Vec<_>>());
    (counts, results)
}

#[test]
fn products_and_signs_are_parts_of_sums() {
    let [x, y, z] = [1, 2, 3].map(slot);
    let negative = product([Expr::integer(-1), y.clone()]);
    let tripled = product([Expr::real(-0.3), z.clone()]);
    let body = sum([Expr::real(0.1), product([x.clone(), y.clone()]), negative, tripled, x.clone()]);
    let (a, b, c) = (1.7, -0.4, 1e8);
    let (counts, values) = tape(&[body], [a, b, c]);
    assert_eq!(counts, [1, 0, 0]);
    assert_eq!(values, [(((0.1 + a * b) - b) + -0.3 * c) + a]);
}

#[test]
fn what_others_need_is_a_step_of_its_own() {
    let [x, y, z] = [1, 2, 3].map(slot);
    let shared = product([x.clone(), y.clone()]);
    let inner = sum([shared.clone(), z.clone()]);
    let bodies = [sum([shared, x.clone(), z.clone()]), product([inner.clone(), x]), sum([inner, y.clone(), y])];
    let (a, b, c) = (0.1, 0.7, -3.3);
    let (counts, values) = tape(&bodies, [a, b, c]);
    // The product is read by two sums, one of which is read twice.
    assert_eq!(counts, [2, 1, 2]);
    assert_eq!(values, [a * b + a + c, (a * b + c) * a, ((a * b + c) + b) + b]);
}

#[test]
fn products_that_differ_by_a_constant_share_their_other_factors() {
    let [x, y, z] = [1, 2, 3].map(slot);
    let row = |constants: [f64; 2]| {
        sum(constants.into_iter().zip([&y, &z]).map(|(c, other)| product([Expr::real(c), x.clone(), other.clone()])))
    };
    let bodies = [row([0.2, 0.3]), row([0.4, 0.5]), row([0.6, 0.7])];
    let (a, b, c) = (1.1, 2.2, 3.3);
    let (counts, values) = tape(&bodies, [a, b, c]);
    assert_eq!(counts, [3, 0, 2]);
    assert_eq!(values, [[0.2, 0.3], [0.4, 0.5], [0.6, 0.7]].map(|[k, l]| k * (a * b) + l * (a * c)));
}

#[test]
fn zeros_keep_their_signs() {
    let [x, y, z] = [1, 2, 3].map(slot);
    let (counts, values) = tape(&[sum([x, y, z])], [-0.0, -0.0, -0.0]);
    assert_eq!(counts, [1, 0, 0]);
    assert!(values[0] == 0.0 && values[0].is_sign_negative());
}

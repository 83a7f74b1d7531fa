//! Routines that machine code calls give the values of tapes.

use netform_kernels::{Code, Routine, Tape};

type One = unsafe extern "C" fn(f64) -> f64;
type Two = unsafe extern "C" fn(f64, f64) -> f64;
type Several = unsafe extern "C" fn(f64, f64, f64, f64, f64, f64, f64, f64, &mut [f64; Routine::WIDTH]);

/// Numbers of some sizes, and ends of what there is; as many as several routines take.
fn numbers() -> Vec<f64> {
    let ends = [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 0.0, -0.0, 5e-324, 709.5, -744.0];
    ends.into_iter().chain((0..400).map(|k| (f64::from(k) - 200.0) * 0.137)).collect()
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

#[test]
fn numbers_alone_and_among_several_have_the_values_of_tapes() {
    let numbers = numbers();
    for code in Code::ELEMENTARY {
        let routine = Routine::of(code).expect("an elementary function");
        // SAFETY: these are the addresses of such functions, for instructions that the processor has.
        let (one, several) = unsafe {
            (std::mem::transmute::<usize, One>(routine.one()), std::mem::transmute::<usize, Several>(routine.several()))
        };
        let mut values = vec![0.0; numbers.len()];
        Tape::new(1, vec![], [(code, vec![0])], &[1]).apply(&[&numbers], &mut [&mut values]);
        for (numbers, values) in numbers.chunks_exact(Routine::WIDTH).zip(values.chunks_exact(Routine::WIDTH)) {
            let &[a, b, c, d, e, f, g, h] = numbers else { unreachable!("chunks of the width") };
            let mut found = [0.0; Routine::WIDTH];
            // SAFETY: as above.
            unsafe { several(a, b, c, d, e, f, g, h, &mut found) };
            for ((&x, found), &value) in numbers.iter().zip(found).zip(values) {
                // SAFETY: as above.
                let alone = unsafe { one(x) };
                assert!(same(found, value), "{code:?} of {x:e} is {value:e}, among several {found:e}");
                assert!(same(alone, value), "{code:?} of {x:e} is {value:e}, alone {alone:e}");
            }
        }
    }
}

#[test]
fn powers_are_those_of_tapes() {
    // SAFETY: this is the address of such a function, for instructions that the processor has.
    let power = unsafe { std::mem::transmute::<usize, Two>(Routine::power()) };
    let numbers = numbers();
    let exponents: Vec<f64> = numbers.iter().rev().copied().collect();
    let mut values = vec![0.0; numbers.len()];
    Tape::new(2, vec![], [(Code::Power, vec![0, 1])], &[2]).apply(&[&numbers, &exponents], &mut [&mut values]);
    for ((&x, &y), value) in numbers.iter().zip(&exponents).zip(values) {
        // SAFETY: as above.
        let found = unsafe { power(x, y) };
        assert!(same(found, value), "{x:e} to the power {y:e} is {value:e}, alone {found:e}");
    }
}

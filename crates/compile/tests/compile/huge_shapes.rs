//! Dimensions whose product exceeds every memory: an empty array may have them, and everything else is an error.

use netform_array::ElementType::F64;
use netform_compile::{
    BuildError, Builder, Dim, InterpretError, Operation, Padding, Program, ReductionKind, Slicing, Tensor, Type,
    ValueId, Windows,
};
use smallvec::smallvec;

use crate::table::run;

const HUGE: usize = 1 << 40;
const LARGEST: usize = 1 << 62;

type Make = fn(&mut Builder, &[ValueId]) -> Result<ValueId, BuildError>;

fn emit(builder: &mut Builder, operation: Operation, operands: &[ValueId]) -> Result<ValueId, BuildError> {
    Ok(builder.emit(operation, operands.iter().copied())?[0])
}

fn program(shapes: &[&[usize]], make: Make) -> Result<Program, BuildError> {
    let mut builder = Builder::new();
    let inputs: Result<Vec<ValueId>, _> = shapes
        .iter()
        .enumerate()
        .map(|(k, shape)| builder.input(&format!("x{k}"), Type::of_shape(F64, shape)))
        .collect();
    let result = make(&mut builder, &inputs?)?;
    builder.output("y", result)?;
    Ok(builder.finish())
}

/// The shape of the result on empty arrays.
fn result(shapes: &[&[usize]], make: Make) -> Result<Vec<usize>, InterpretError> {
    let inputs: Vec<Tensor<f64>> = shapes.iter().map(|shape| Tensor::new(shape, vec![]).expect("empty")).collect();
    let program = program(shapes, make).expect("a program");
    run(&program, &inputs).map(|results| results[0].shape().to_vec())
}

#[test]
fn empty_arrays_have_any_dimensions() {
    let empty: &[usize] = &[0, HUGE, HUGE];
    assert_eq!(result(&[empty], |b, x| b.reduce(ReductionKind::Sum, &[1, 2], x[0])), Ok(vec![0]));
    assert_eq!(result(&[empty], |b, x| b.reduce(ReductionKind::Max, &[0, 1, 2], x[0])), Ok(vec![]));
    assert_eq!(result(&[&[0, LARGEST]], |b, x| b.reduce(ReductionKind::Max, &[1], x[0])), Ok(vec![0]));
    let last: &[usize] = &[HUGE, HUGE, 0];
    assert_eq!(result(&[last, last], |b, x| b.concatenate(2, x)), Ok(last.to_vec()));
    assert_eq!(result(&[empty, empty], |b, x| b.concatenate(0, x)), Ok(empty.to_vec()));
    assert_eq!(result(&[empty, empty], |b, x| b.einsum("abc,abd->acd", x)), Ok(empty.to_vec()));
    assert_eq!(result(&[empty], |b, x| b.transpose(&[2, 0, 1], x[0])), Ok(vec![HUGE, 0, HUGE]));
    assert_eq!(result(&[empty], |b, x| b.reshape([Dim::from(LARGEST), Dim::from(0)], x[0])), Ok(vec![LARGEST, 0]));
    assert_eq!(result(&[empty], |b, x| emit(b, Operation::Order { axis: 1 }, x)), Ok(empty.to_vec()));
    assert_eq!(result(&[empty], |b, x| emit(b, Operation::Reverse { axes: smallvec![0, 1] }, x)), Ok(empty.to_vec()));
    let slicing = |b: &mut Builder, x: &[ValueId]| {
        let slicing = Slicing {
            start: [0, 1].map(Dim::from).into_iter().collect(),
            step: smallvec![1, 2],
            size: [0, 5].map(Dim::from).into_iter().collect(),
        };
        emit(b, Operation::Slice(slicing), x)
    };
    assert_eq!(result(&[&[0, LARGEST]], slicing), Ok(vec![0, 5]));
    let window = |b: &mut Builder, x: &[ValueId]| {
        let windows = Windows {
            sizes: [3].map(Dim::from).into_iter().collect(),
            axes: smallvec![1],
            strides: smallvec![1],
            dilations: smallvec![1],
        };
        emit(b, Operation::Window(windows), x)
    };
    assert_eq!(result(&[&[0, LARGEST]], window), Ok(vec![0, LARGEST - 2, 3]));
}

#[test]
fn too_many_elements_are_an_error() {
    let too_large = |outcome: Result<Vec<usize>, InterpretError>| {
        assert!(
            matches!(outcome, Err(InterpretError::TooLarge { .. } | InterpretError::Array(_) | InterpretError::Dim(_))),
            "{outcome:?}"
        );
    };
    too_large(result(&[&[0, HUGE, HUGE]], |b, x| b.reduce(ReductionKind::Sum, &[0], x[0])));
    too_large(result(&[&[0, LARGEST]], |b, x| b.reduce(ReductionKind::Sum, &[0], x[0])));
    too_large(result(&[&[0, HUGE], &[0, HUGE]], |b, x| b.einsum("ab,ac->bc", x)));
    let iota = |b: &mut Builder, _: &[ValueId]| {
        emit(b, Operation::Iota { shape: [HUGE, HUGE].map(Dim::from).into_iter().collect(), axis: 0 }, &[])
    };
    too_large(result(&[], iota));
    assert!(Tensor::new(&[HUGE, HUGE], vec![0.0]).is_err());
}

#[test]
fn dimensions_that_overflow_are_an_error() {
    let pad = |b: &mut Builder, x: &[ValueId]| {
        let most = |_: usize| Dim::from(usize::MAX / 2);
        let padding = Padding {
            low: [0, 1].map(most).into_iter().collect(),
            high: [0, 1].map(most).into_iter().collect(),
            interior: smallvec![0, 0],
        };
        let zero = b.constant(netform_array::Array::scalar(0.0))?;
        emit(b, Operation::Pad(padding), &[x[0], zero])
    };
    assert!(program(&[&[0, LARGEST]], pad).is_err());
    assert!(program(&[&[0, LARGEST], &[0, LARGEST]], |b, x| b.concatenate(1, x)).is_err());
    assert!(program(&[&[LARGEST, LARGEST]], |b, x| b.reshape([Dim::from(LARGEST)], x[0])).is_err());
}

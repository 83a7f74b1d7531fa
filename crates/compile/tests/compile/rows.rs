//! Reductions of rows and the functions around them are one step, which gives what the interpreter gives.

use netform_array::ElementType::{F32, F64};
use netform_compile::{Builder, Plan, Program, ReductionKind, Tensor, Type, ValueId};
use netform_expr::{Expr, Sym};
use proptest::prelude::{Just, any, prop, prop_oneof, proptest};

use crate::table::{Table, numbers, run, slot};

fn call(head: Sym, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::call(head, arguments)
}

/// `Exp[#1 - #2]`.
fn exponential_of_difference() -> Expr {
    call(Sym::Exp, [call(Sym::Plus, [slot(1), call(Sym::Times, [Expr::integer(-1), slot(2)])])])
}

/// Numbers of the precision, some of which are none if they are `odd`.
fn input(shape: &[usize], seed: usize, single: bool, odd: bool) -> Tensor<f64> {
    let strange = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 0.0];
    let elements = numbers(shape, seed).to_vec().into_iter().enumerate().map(|(k, x)| match odd {
        true if (k + seed).is_multiple_of(23) => strange[(k * 7 + seed) % 5],
        _ if single => f64::from(x as f32),
        _ => x,
    });
    Tensor::new(shape, elements.collect()).expect("the shape fits")
}

proptest! {
    /// Rows and numbers for each row, of which some are made of others, and some are results.
    #[test]
    fn reductions_and_functions_of_rows(
        (outer, count) in (prop_oneof![Just(1), Just(2), Just(5)], prop_oneof![Just(0), Just(1), Just(3), Just(20)]),
        columns in prop_oneof![Just(0), Just(1), Just(2), Just(17), Just(40), Just(300)],
        changes in prop::collection::vec((0usize..7, 0usize..100, 0usize..100, any::<bool>()), 1..9),
        (seed, single, odd, turned) in (0usize..1000, any::<bool>(), any::<bool>(), any::<bool>()),
    ) {
        let element = if single { F32 } else { F64 };
        let of = |shape: &[usize]| Type::of_shape(element, shape);
        let shape = [outer, count, columns];
        let mut builder = Builder::new();
        let given = if turned { [outer, columns, count] } else { shape };
        let x = builder.input("x", of(&given)).expect("an input");
        let scale = builder.input("scale", of(&[columns])).expect("an input");
        let shift = builder.input("shift", of(&[count])).expect("an input");
        let x = if turned { builder.transpose(&[0, 2, 1], x).expect("a transpose") } else { x };
        let wide = |builder: &mut Builder, value: ValueId, axes: &[usize]| {
            builder.broadcast(shape.map(Into::into), axes, value).expect("a broadcast")
        };
        let scale = wide(&mut builder, scale, &[2]);
        let shift = builder.broadcast([outer, count].map(Into::into), &[1], shift).expect("a broadcast");
        let (mut rows, mut scalars) = (vec![x, scale], vec![shift]);
        let product = |a: Expr, b: Expr| call(Sym::Times, [call(Sym::Tanh, [a]), b]);
        for (place, (kind, a, b, is_result)) in changes.into_iter().enumerate() {
            let (row, scalar) = (rows[a % rows.len()], scalars[b % scalars.len()]);
            let map = |builder: &mut Builder, body: Expr, operands: &[ValueId]| {
                builder.map(body, element, operands).expect("a map")
            };
            let made = match kind {
                0..3 => {
                    let kind = [ReductionKind::Sum, ReductionKind::Max, ReductionKind::Shift][kind];
                    let folded = builder.reduce(kind, &[2], row).expect("a reduction");
                    // It remains small, so that rounding does.
                    let made = map(&mut builder, call(Sym::Times, [Expr::real(0.015625), slot(1)]), &[folded]);
                    scalars.push(made);
                    made
                }
                3 => {
                    let made = map(&mut builder, product(slot(1), slot(2)), &[scalar, scalars[a % scalars.len()]]);
                    scalars.push(made);
                    made
                }
                4 => {
                    let made = map(&mut builder, product(slot(1), slot(2)), &[row, rows[b % rows.len()]]);
                    rows.push(made);
                    made
                }
                _ => {
                    let scalar = wide(&mut builder, scalar, &[0, 1]);
                    let sum = call(Sym::Plus, [slot(1), slot(2)]);
                    let body = if kind == 5 { call(Sym::Tanh, [sum]) } else { product(slot(1), sum) };
                    let made = map(&mut builder, body, &[row, scalar]);
                    rows.push(made);
                    made
                }
            };
            if is_result {
                builder.output(&place.to_string(), made).expect("an output");
            }
        }
        builder.output("last row", *rows.last().expect("a row")).expect("an output");
        builder.output("last scalar", *scalars.last().expect("a scalar")).expect("an output");
        let tensors = [(given.as_slice(), 0), (&[columns], 1), (&[count], 2)];
        let tensors = tensors.map(|(shape, k)| input(shape, seed + k, single, odd && k == 0));
        run(&builder.finish(), &tensors).expect("results");
    }
}

/// `Exp[x - shift]/Total[Exp[x - shift]]` along the last axis.
fn softmax(shape: &[usize]) -> Program {
    let last = shape.len() - 1;
    let axes: Vec<usize> = (0..last).collect();
    let dims: Vec<_> = shape.iter().map(|&size| size.into()).collect();
    let mut builder = Builder::new();
    let x = builder.input("x", Type::of_shape(F32, shape)).expect("an input");
    let shift = builder.reduce(ReductionKind::Shift, &[last], x).expect("a reduction");
    let shift = builder.broadcast(dims.clone(), &axes, shift).expect("a broadcast");
    let powers = builder.map(exponential_of_difference(), F32, &[x, shift]).expect("a map");
    let sum = builder.reduce(ReductionKind::Sum, &[last], powers).expect("a reduction");
    let sum = builder.broadcast(dims.clone(), &axes, sum).expect("a broadcast");
    let quotient = call(Sym::Times, [slot(1), call(Sym::Power, [slot(2), Expr::integer(-1)])]);
    let result = builder.map(quotient, F32, &[powers, sum]).expect("a map");
    builder.output("y", result).expect("an output");
    builder.finish()
}

#[test]
fn softmax_is_one_step() {
    for shape in [&[10][..], &[1, 10], &[6, 17], &[2, 3, 64], &[2, 5, 1000]] {
        let program = softmax(shape);
        let plan = Plan::new(&program, &[None], &mut Table).expect("a plan");
        let report = plan.report();
        assert_eq!(report.lines.len(), 1, "{plan}");
        // Memory holds the input and the result, and what vectors may reach beyond.
        let elements: usize = shape.iter().product();
        assert!(plan.memory() <= 4 * 2 * elements.next_multiple_of(16), "{plan}");
        run(&program, &[input(shape, 1, true, true)]).expect("results");
    }
}

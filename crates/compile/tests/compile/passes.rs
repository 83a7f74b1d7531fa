//! Every pass keeps the meaning of programs, and does what it is for.

use std::sync::Arc;

use netform_array::Array;
use netform_array::ElementType::{F32, F64};
use netform_compile::{
    Binding, Builder, Dim, Direction, PIPELINE, Program, Scan, Source, Type, lower, optimize, simplify, verify,
};
use netform_expr::{Expr, Sym};
use proptest::prelude::{Just, Strategy, prop_oneof, proptest};

use crate::table::{Table, numbers, run, slot};

fn call(head: Sym, args: &[Expr]) -> Expr {
    Expr::call(head, args.iter().cloned())
}

/// Random expressions in two vectors of length 3.
fn expression() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        Just(Expr::symbol("Global`x")),
        Just(Expr::symbol("Global`y")),
        (-3i64..4).prop_map(Expr::integer),
        Just(Expr::list([Expr::real(0.5), Expr::real(-1.5), Expr::real(2.0)])),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        let three = Expr::list([Expr::integer(3)]);
        prop_oneof![
            pair.clone().prop_map(|(a, b)| call(Sym::Plus, &[a, b])),
            pair.prop_map(|(a, b)| call(Sym::Times, &[Expr::real(0.125), a, b])),
            inner.clone().prop_map(|a| call(Sym::Tanh, &[a])),
            inner.clone().prop_map(|a| call(Sym::Total, &[call(Sym::Plus, &[a, Expr::symbol("Global`x")])])),
            inner.clone().prop_map(move |a| {
                let vector = call(Sym::Plus, &[a, Expr::symbol("Global`y")]);
                call(Sym::ProgramReshape, &[vector, three.clone()])
            }),
            inner.prop_map(|a| {
                let vector = call(Sym::Plus, &[a, Expr::symbol("Global`y")]);
                let step = call(Sym::Plus, &[call(Sym::Times, &[Expr::real(0.5), slot(1)]), slot(2)]);
                let body = Expr::list([
                    Expr::list([step.clone()]),
                    Expr::list([call(Sym::Times, &[step, Expr::symbol("Global`x")])]),
                ]);
                let function = call(Sym::Function, &[body]);
                let states = Expr::list([Expr::symbol("Global`x")]);
                let scan = call(Sym::ProgramScan, &[function, states, Expr::list([vector])]);
                call(Sym::ProgramItem, &[scan, Expr::integer(1), Expr::integer(1)])
            }),
        ]
    })
}

fn vector(name: &str) -> Binding {
    let leaf = Expr::symbol(&format!("Global`{name}"));
    Binding { leaf, name: name.into(), source: Source::Input, value_type: Type::of_shape(F64, &[3]) }
}

proptest! {
    #[test]
    fn passes_keep_the_meaning(e in expression()) {
        let program = lower(&[(Arc::from("r"), e)], &[vector("x"), vector("y")], F64, &mut Table).unwrap();
        let inputs = [numbers(&[3], 1), numbers(&[3], 2)];
        let expected = run(&program, &inputs).unwrap().remove(0);
        let mut changed = program.clone();
        for (name, pass) in PIPELINE {
            changed = pass(&changed).unwrap();
            assert_eq!(verify(&changed), Ok(()), "{name}: {changed}");
            let found = run(&changed, &inputs).unwrap().remove(0);
            assert_eq!((found.shape(), found.to_vec()), (expected.shape(), expected.to_vec()), "{name}: {program}{changed}");
        }
        let optimized = optimize(&program).unwrap();
        assert_eq!(optimized, changed);
        assert!(optimized.instructions().len() <= program.instructions().len());
    }
}

fn optimized_text(make: impl FnOnce(&mut Builder)) -> String {
    let mut builder = Builder::new();
    make(&mut builder);
    optimize(&builder.finish()).unwrap().to_string()
}

#[test]
fn maps_become_one_map() {
    let text = optimized_text(|builder| {
        let x = builder.input("x", Type::of_shape(F64, &[3])).unwrap();
        let square = builder.map(call(Sym::Times, &[slot(1), slot(1)]), F64, &[x]).unwrap();
        let again = builder.map(call(Sym::Times, &[slot(1), slot(1)]), F64, &[x]).unwrap();
        let sum = builder.map(call(Sym::Plus, &[slot(1), slot(2)]), F64, &[square, again]).unwrap();
        builder.output("y", sum).unwrap();
    });
    let expected = "\
%0: f64[3] = input x
%1: f64[3] = map #1*#1 + #1*#1 of %0
return y = %1
";
    assert_eq!(text, expected);
}

#[test]
fn maps_of_different_precision_stay_apart() {
    let text = optimized_text(|builder| {
        let x = builder.input("x", Type::of_shape(F64, &[3])).unwrap();
        let narrow = builder.map(call(Sym::Exp, &[slot(1)]), F32, &[x]).unwrap();
        let wide = builder.map(call(Sym::Exp, &[slot(1)]), F64, &[narrow]).unwrap();
        builder.output("y", wide).unwrap();
    });
    assert_eq!(text.matches("map").count(), 2, "{text}");
}

#[test]
fn a_constant_function_keeps_its_shape() {
    let text = optimized_text(|builder| {
        let x = builder.input("x", Type::of_shape(F64, &[3])).unwrap();
        let one = builder.map(Expr::integer(1), F64, &[x]).unwrap();
        let two = builder.map(call(Sym::Plus, &[slot(1), slot(1)]), F64, &[one]).unwrap();
        builder.output("y", two).unwrap();
    });
    assert!(text.contains("%1: f64[3] = map 1 + 1 of %0"), "{text}");
}

#[test]
fn what_changes_nothing_vanishes() {
    let text = optimized_text(|builder| {
        let x = builder.input("x", Type::of_shape(F64, &[2, 3])).unwrap();
        let shape = |sizes: [usize; 2]| sizes.map(Dim::from);
        let flat = builder.reshape([Dim::from(6)], x).unwrap();
        let back = builder.reshape(shape([2, 3]), flat).unwrap();
        let turned = builder.transpose(&[1, 0], back).unwrap();
        let turned = builder.transpose(&[1, 0], turned).unwrap();
        let same = builder.broadcast(shape([2, 3]), &[0, 1], turned).unwrap();
        let whole = builder.slice_axis(1, Dim::from(0), Dim::from(3), same).unwrap();
        let one = builder.concatenate(0, &[whole]).unwrap();
        let einsum = builder.einsum("ij->ij", &[one]).unwrap();
        let mapped = builder.map(slot(1), F64, &[einsum]).unwrap();
        builder.constant(Array::scalar(1.0f64)).unwrap();
        builder.output("y", mapped).unwrap();
    });
    assert_eq!(text, "%0: f64[2, 3] = input x\nreturn y = %0\n");
}

/// A scan with an output and a constant that may be unused.
fn scan_program(use_output: bool) -> Program {
    let vector = || Type::of_shape(F64, &[2]);
    let mut body = Builder::new();
    let s = body.input("s", vector()).unwrap();
    let c = body.input("c", vector()).unwrap();
    let d = body.input("d", vector()).unwrap();
    let next = body.map(call(Sym::Plus, &[slot(1), slot(2)]), F64, &[s, c]).unwrap();
    let extra = body.map(call(Sym::Times, &[slot(1), slot(2)]), F64, &[next, d]).unwrap();
    body.output("s", next).unwrap();
    body.output("e", extra).unwrap();
    let scan =
        Scan { body: body.finish(), states: 1, sequences: 0, length: Dim::from(3), direction: Direction::Forward };
    let mut builder = Builder::new();
    let inputs = ["s", "c", "d"].map(|name| builder.input(name, vector()).unwrap());
    let results = builder.scan(scan, &inputs).unwrap();
    builder.output("y", results[usize::from(use_output)]).unwrap();
    builder.finish()
}

#[test]
fn scans_lose_what_nobody_needs() {
    let trimmed = optimize(&scan_program(false)).unwrap().to_string();
    assert!(trimmed.contains("%3: f64[2] = scan 3 steps from %0 with %1 {"), "{trimmed}");
    let whole = optimize(&scan_program(true)).unwrap().to_string();
    assert!(whole.contains("%3: f64[2], %4: f64[3, 2] = scan 3 steps from %0 with %1 %2 {"), "{whole}");
    let inputs = [numbers(&[2], 1), numbers(&[2], 2), numbers(&[2], 3)];
    for program in [scan_program(false), scan_program(true)] {
        let (before, after) = (run(&program, &inputs).unwrap(), run(&optimize(&program).unwrap(), &inputs).unwrap());
        assert_eq!(before[0].to_vec(), after[0].to_vec());
    }
}

#[test]
fn requirements_outlive_the_instructions_that_made_them() {
    let n = Dim::symbol(Expr::symbol("Global`n"));
    let mut builder = Builder::new();
    let x = builder.input("x", Type::new(F64, [n])).unwrap();
    builder.slice_axis(0, Dim::from(0), Dim::from(3), x).unwrap();
    builder.output("y", x).unwrap();
    let program = optimize(&builder.finish()).unwrap();
    assert_eq!((program.instructions().len(), program.requirements().len()), (1, 1));
    assert_eq!(simplify(&program).unwrap(), program);
}

#[test]
fn long_chains_fuse_in_linear_time() {
    let x = Expr::symbol("Global`x");
    let chain = (0..20_000).fold(x, |e, _| call(Sym::Tanh, &[e]));
    let program = lower(&[(Arc::from("r"), chain)], &[vector("x")], F64, &mut Table).unwrap();
    let fused = optimize(&program).unwrap();
    assert_eq!(fused.instructions().len(), 2);
    let inputs = [numbers(&[3], 1)];
    assert_eq!(run(&fused, &inputs).unwrap()[0].to_vec(), run(&program, &inputs).unwrap()[0].to_vec());
}

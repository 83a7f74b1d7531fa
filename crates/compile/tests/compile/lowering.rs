//! Expressions over primitives and functions become programs that compute the same.

use std::sync::Arc;

use netform_array::ElementType::{self, F32, F64, I64};
use netform_compile::{Binding, Dim, LowerError, Operation, Program, Source, Tensor, Type, lower, verify};
use netform_expr::{Expr, Sym};

use crate::table::{Table, numbers, run, slot};

fn symbol(name: &str) -> Expr {
    Expr::symbol(&format!("Global`{name}"))
}

fn integers(values: &[i64]) -> Expr {
    Expr::list(values.iter().map(|&value| Expr::integer(value)))
}

fn call(head: Sym, args: &[Expr]) -> Expr {
    Expr::call(head, args.iter().cloned())
}

fn binding(name: &str, element: ElementType, shape: &[usize]) -> Binding {
    let source = if name.starts_with('W') { Source::Parameter } else { Source::Input };
    Binding { leaf: symbol(name), name: name.into(), source, value_type: Type::of_shape(element, shape) }
}

fn lower_one(expression: &Expr, bindings: &[Binding]) -> Result<Program, LowerError> {
    let program = lower(&[(Arc::from("Output"), expression.clone())], bindings, F64, &mut Table)?;
    assert_eq!(verify(&program), Ok(()), "{program}");
    Ok(program)
}

/// The text of the lowered program.
fn text(expression: &Expr, bindings: &[Binding]) -> String {
    lower_one(expression, bindings).map_or_else(|error| format!("{error}\n"), |program| program.to_string())
}

#[test]
fn a_linear_layer() {
    let expression = call(Sym::Plus, &[call(Sym::Dot, &[symbol("W"), symbol("x")]), symbol("Wb")]);
    let bindings = [binding("x", F64, &[3]), binding("W", F64, &[2, 3]), binding("Wb", F64, &[2])];
    assert_eq!(
        text(&expression, &bindings),
        "\
%0: f64[3] = input x
%1: f64[2, 3] = parameter W
%2: f64[2] = parameter Wb
%3: f64[2] = contract ab,b->a %1 %0
%4: f64[2] = map #1 + #2 of %3 %2
return Output = %4
"
    );
    let program = lower_one(&expression, &bindings).unwrap();
    let (x, w, b) = (numbers(&[3], 1), numbers(&[2, 3], 2), numbers(&[2], 3));
    let result = run(&program, &[x.clone(), w.clone(), b.clone()]).unwrap().remove(0);
    let expected =
        |i: usize| (0..3).map(|j| w.get(&[i, j]).unwrap() * x.get(&[j]).unwrap()).sum::<f64>() + b.to_vec()[i];
    assert_eq!(result.to_vec(), [expected(0), expected(1)]);
}

#[test]
fn elementwise_calls_align_leading_levels_and_embed_numbers() {
    let scaled = call(Sym::Times, &[Expr::integer(2), symbol("a"), Sym::Pi.into(), symbol("b"), symbol("a")]);
    let program = text(&scaled, &[binding("a", F64, &[2, 3]), binding("b", I64, &[2])]);
    assert_eq!(
        program,
        "\
%0: f64[2, 3] = input a
%1: i64[2] = input b
%2: i64[2, 3] = broadcast axes [0] %1
%3: f64[2, 3] = map 2*#1*Pi*#2*#1 of %0 %2
return Output = %3
"
    );
}

#[test]
fn lists_become_arrays() {
    let x = binding("x", F64, &[2]);
    let list = Expr::list([symbol("x"), integers(&[1, 2]), Expr::list([Expr::real(0.5), symbol("y")])]);
    let bindings = [x, binding("y", F64, &[])];
    let program = lower_one(&list, &bindings).unwrap();
    let inputs = [Tensor::new(&[2], vec![7.0, 8.0]).unwrap(), Tensor::scalar(9.0)];
    let result = run(&program, &inputs).unwrap().remove(0);
    assert_eq!((result.shape(), result.to_vec()), (&[3, 2][..], vec![7.0, 8.0, 1.0, 2.0, 0.5, 9.0]));
}

#[test]
fn functions_of_a_map_may_mention_values() {
    // Map[If[# < Total[x], # + c, -Infinity] &, x]
    let condition = call(Sym::Less, &[slot(1), call(Sym::Total, &[symbol("x")])]);
    let infinity = call(Sym::DirectedInfinity, &[Expr::integer(-1)]);
    let body = call(Sym::If, &[condition, call(Sym::Plus, &[slot(1), symbol("c")]), infinity]);
    let mapped = call(Sym::ProgramMap, &[call(Sym::Function, &[body]), symbol("x")]);
    let program = lower_one(&mapped, &[binding("x", F64, &[3]), binding("c", F64, &[])]).unwrap();
    let inputs = [Tensor::new(&[3], vec![1.0, 5.0, -4.0]).unwrap(), Tensor::scalar(10.0)];
    assert_eq!(run(&program, &inputs).unwrap()[0].to_vec(), [11.0, f64::NEG_INFINITY, 6.0]);
}

#[test]
fn a_map_with_several_results_gives_a_list() {
    let body = Expr::list([call(Sym::Exp, &[slot(1)]), call(Sym::Plus, &[slot(1), slot(2)])]);
    let mapped = call(Sym::ProgramMap, &[call(Sym::Function, &[body]), symbol("x"), symbol("y")]);
    let second = call(Sym::ProgramItem, &[mapped, Expr::integer(-1)]);
    let program = lower_one(&second, &[binding("x", F64, &[2]), binding("y", F64, &[])]).unwrap();
    let inputs = [Tensor::new(&[2], vec![1.0, 2.0]).unwrap(), Tensor::scalar(0.5)];
    assert_eq!(run(&program, &inputs).unwrap()[0].to_vec(), [1.5, 2.5]);
}

/// `s' = Tanh[W . s + x + d . d]`, of which `d . d` does not change from step to step.
fn recurrence(length: Expr) -> Expr {
    let square = call(Sym::Total, &[call(Sym::Times, &[symbol("d"), symbol("d")])]);
    let sum = call(Sym::Plus, &[call(Sym::Dot, &[symbol("W"), slot(1)]), slot(2), square]);
    let next = call(Sym::Tanh, &[sum]);
    let body = Expr::list([Expr::list([next.clone()]), Expr::list([next])]);
    let states = Expr::list([integers(&[0, 0])]);
    call(Sym::ProgramScan, &[call(Sym::Function, &[body]), states, Expr::list([symbol("x")]), length])
}

#[test]
fn recurrences_carry_what_does_not_change() {
    let bindings = [binding("x", F64, &[4, 2]), binding("W", F64, &[2, 2]), binding("d", F64, &[3])];
    let outputs = call(Sym::Part, &[recurrence(Sym::Automatic.into()), Expr::integer(2), Expr::integer(1)]);
    let program = lower_one(&outputs, &bindings).unwrap();
    assert_eq!(
        program.to_string(),
        "\
%0: f64[4, 2] = input x
%1: f64[2, 2] = parameter W
%2: f64[3] = input d
%3: i64[2] = constant 0 0
%4: f64[3] = map #1*#1 of %2
%5: f64[] = reduce sum axes [0] %4
%6: f64[2] = convert %3
%7: f64[2], %8: f64[4, 2] = scan 4 steps from %6 over %0 with %1 %5 {
  %0: f64[2] = input state1
  %1: f64[2] = input element1
  %2: f64[2, 2] = input W
  %3: f64[2] = contract ab,b->a %2 %0
  %4: f64[] = input constant1
  %5: f64[2] = broadcast axes [] %4
  %6: f64[2] = map #1 + #2 + #3 of %3 %1 %5
  %7: f64[2] = map Tanh[#1] of %6
  return state1 = %7, output1 = %7
}
return Output = %8
"
    );
    let (x, w, d) = (numbers(&[4, 2], 1), numbers(&[2, 2], 2), numbers(&[3], 3));
    let square: f64 = d.iter().map(|d| d * d).sum();
    let mut state = [0.0; 2];
    let mut expected = vec![];
    for t in 0..4 {
        let next = |i: usize| {
            let product: f64 = (0..2).map(|j| w.get(&[i, j]).unwrap() * state[j]).sum();
            (product + x.get(&[t, i]).unwrap() + square).tanh()
        };
        state = [next(0), next(1)];
        expected.extend(state);
    }
    assert_eq!(run(&program, &[x, w, d]).unwrap()[0].to_vec(), expected);
}

#[test]
fn the_length_of_a_recurrence_may_be_a_symbol() {
    let n = symbol("n");
    let x = Binding {
        leaf: symbol("x"),
        name: "x".into(),
        source: Source::Input,
        value_type: Type::new(F64, [Dim::symbol(n.clone()), Dim::from(2)]),
    };
    let bindings = [x, binding("W", F64, &[2, 2]), binding("d", F64, &[3])];
    let finals = call(Sym::Part, &[recurrence(n), Expr::integer(1), Expr::integer(1)]);
    let program = lower_one(&finals, &bindings).unwrap();
    for length in [1, 5] {
        let inputs = [numbers(&[length, 2], 1), numbers(&[2, 2], 2), numbers(&[3], 3)];
        assert_eq!(run(&program, &inputs).unwrap()[0].shape(), [2]);
    }
}

#[test]
fn recurrences_nest() {
    // The outer state is added to in an inner loop of named variables over the rows of x.
    let inner_step = |s: Expr, row: Expr, outer: Expr| {
        let next = call(Sym::Plus, &[s, call(Sym::Times, &[row, outer])]);
        Expr::list([Expr::list([next]), Expr::list([])])
    };
    let (s, r, t) = (symbol("s"), symbol("r"), symbol("t"));
    let inner = call(
        Sym::ProgramScan,
        &[
            call(Sym::Function, &[Expr::list([s.clone(), r.clone()]), inner_step(s, r, t.clone())]),
            Expr::list([Expr::real(0.0)]),
            Expr::list([symbol("x")]),
            Sym::Automatic.into(),
        ],
    );
    let total = call(Sym::Part, &[inner, Expr::integer(1), Expr::integer(1)]);
    let outer_body = Expr::list([Expr::list([call(Sym::Plus, &[t.clone(), total])]), Expr::list([])]);
    let outer = call(
        Sym::ProgramScan,
        &[
            call(Sym::Function, &[Expr::list([t]), outer_body]),
            Expr::list([Expr::integer(1)]),
            Expr::list([]),
            Expr::integer(3),
        ],
    );
    let result = call(Sym::Part, &[outer, Expr::integer(1), Expr::integer(1)]);
    let program = lower_one(&result, &[binding("x", F64, &[2])]).unwrap();
    let inputs = [Tensor::new(&[2], vec![0.5, 1.5]).unwrap()];
    assert!(lower_one(&nested_recurrences(10), &[binding("x", F64, &[2])]).is_ok());
    // t' = t + t (0.5 + 1.5) = 3 t
    assert_eq!(run(&program, &inputs).unwrap()[0].to_vec(), [27.0]);
}

#[test]
fn convolution_is_a_contraction_of_windows() {
    let i = Expr::integer;
    let padded = call(Sym::ProgramPad, &[symbol("x"), i(0), integers(&[0, 1]), integers(&[0, 1])]);
    let windows = call(Sym::ProgramWindow, &[padded, i(3), i(1), i(1), i(2)]);
    let label = Expr::string;
    let labels = Expr::rule(
        Expr::list([
            Expr::list([label("n"), label("c"), label("u")]),
            Expr::list([label("c"), label("o"), label("u")]),
        ]),
        Expr::list([label("n"), label("o")]),
    );
    let convolution = call(Sym::ProgramContract, &[Expr::list([symbol("W"), windows]), labels]);
    let program = lower_one(&convolution, &[binding("x", F64, &[2, 5]), binding("W", F64, &[4, 2, 3])]).unwrap();
    let (x, w) = (numbers(&[2, 5], 1), numbers(&[4, 2, 3], 2));
    let result = run(&program, &[x.clone(), w.clone()]).unwrap().remove(0);
    assert_eq!(result.shape(), [4, 5]);
    let expected: f64 = (0..2)
        .flat_map(|c| (0..3).map(move |u| (c, u)))
        .filter(|&(_, u)| (1..=5).contains(&u))
        .map(|(c, u)| w.get(&[3, c, u]).unwrap() * x.get(&[c, u - 1]).unwrap())
        .sum();
    assert!((result.get(&[3, 0]).unwrap() - expected).abs() < 1e-12);
}

#[test]
fn single_precision_programs_have_single_precision_constants() {
    let expression = call(Sym::Plus, &[symbol("x"), Expr::list([Expr::real(0.5), Expr::real(1.5)])]);
    let outputs = [(Arc::from("Output"), expression)];
    let program = lower(&outputs, &[binding("x", F32, &[2])], F32, &mut Table).unwrap();
    assert!(program.to_string().contains("f32[2] = constant 0.5 1.5"), "{program}");
}

/// Recurrences within each other, each beginning with the state of the one around it.
fn nested_recurrences(depth: usize) -> Expr {
    let state = |k: usize| if k == 0 { symbol("x") } else { symbol(&format!("s{k}")) };
    (1..=depth).rev().fold(symbol("x"), |inner, k| {
        let next = Expr::list([call(Sym::Plus, &[state(k), inner])]);
        let function = call(Sym::Function, &[state(k), Expr::list([next, Expr::list([])])]);
        let states = Expr::list([state(k - 1)]);
        let scan = call(Sym::ProgramScan, &[function, states, Expr::list([]), Expr::integer(2)]);
        call(Sym::ProgramItem, &[scan, Expr::integer(1), Expr::integer(1)])
    })
}

#[test]
fn errors_name_the_part_that_is_to_blame() {
    let x = [binding("x", F64, &[3])];
    let unknown = Expr::normal(symbol("f"), [symbol("x")]);
    let inside = call(Sym::Plus, &[symbol("x"), unknown.clone()]);
    assert_eq!(lower_one(&inside, &x), Err(LowerError::NoLowering(unknown)));
    assert_eq!(lower_one(&symbol("q"), &x), Err(LowerError::Unbound(symbol("q"))));
    let circle = call(Sym::Fold, &[symbol("x")]);
    assert_eq!(lower_one(&circle, &x), Err(LowerError::NoLowering(circle)));
    let wrong = call(Sym::ProgramReshape, &[symbol("x"), integers(&[2, 2])]);
    let error = lower_one(&wrong, &x).unwrap_err().to_string();
    assert!(error.contains("f64[3] has 3 elements, the new shape 4"), "{error}");
    for malformed in [
        call(Sym::ProgramReduce, &[Sym::Plus.into(), symbol("x"), Expr::integer(2)]),
        call(Sym::ProgramReduce, &[Sym::Tanh.into(), symbol("x"), Expr::integer(1)]),
        call(Sym::ProgramMap, &[]),
        call(Sym::ProgramPad, &[symbol("x")]),
        call(Sym::ProgramScan, &[symbol("f")]),
        call(Sym::ProgramItem, &[symbol("x"), Expr::integer(0)]),
        call(Sym::ProgramContract, &[symbol("x"), symbol("x")]),
        (0..100_000).fold(symbol("x"), |e, _| Expr::list([e])),
        nested_recurrences(100),
    ] {
        assert!(lower_one(&malformed, &x).is_err());
    }
}

#[test]
fn depth_is_not_limited() {
    let deep = (0..100_000).fold(symbol("x"), |e, _| call(Sym::Tanh, &[e]));
    let program = lower_one(&deep, &[binding("x", F64, &[1])]).unwrap();
    assert_eq!(program.instructions().len(), 100_001);
    assert!(matches!(program.instructions()[5].operation, Operation::Map { .. }));
}

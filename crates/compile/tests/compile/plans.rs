//! Plans give what the interpreter gives, on odd shapes and odd numbers, and do it with little.
//!
//! `table::run` compares plans with the interpreter; the other tests of this crate run their programs by it too.

use netform_array::ElementType::{F32, F64};
use netform_compile::{
    Builder, Contraction, Dim, Direction, InterpretError, Label, Machine, Plan, Program, ReductionKind, Scan, Slicing,
    Tensor, Type, ValueId, hoist, interpret, part_maps, verify,
};
use netform_expr::{Expr, Sym};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

use crate::table::{Table, numbers, run, slot};

/// Numbers among which are those that are none.
fn odd_numbers(shape: &[usize], seed: usize, odd: bool) -> Tensor<f64> {
    let strange = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 0.0, 1e300];
    let elements = numbers(shape, seed).to_vec().into_iter().enumerate();
    let elements =
        elements.map(|(k, x)| if odd && (k + seed).is_multiple_of(5) { strange[(k * 7 + seed) % 6] } else { x });
    Tensor::new(shape, elements.collect()).expect("the shape fits")
}

/// The sizes of the labels a, b, c, d.
fn sizes() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop_oneof![Just(0), Just(1), Just(2), Just(3), Just(7), Just(17)], 4)
}

proptest! {
    #[test]
    fn contractions_of_any_labels(
        sizes in sizes(),
        operands in prop::collection::vec(prop::collection::vec(0u16..4, 0..4), 1..4),
        result in any::<[bool; 4]>(),
        rotation in 0usize..4,
        (seed, odd, single) in (0usize..1000, any::<bool>(), any::<bool>()),
    ) {
        let element = if single { F32 } else { F64 };
        // Sums over labels of one factor are taken first, which infinite factors would tell.
        let lone = |label: u16| operands.iter().filter(|labels| labels.contains(&label)).count() == 1;
        let odd = odd && !single && operands.len() <= 2 && (0..4).all(|label| result[usize::from(label)] || !lone(label));
        let mut builder = Builder::new();
        let mut tensors = vec![];
        let mut values = vec![];
        for (place, labels) in operands.iter().enumerate() {
            let shape: Vec<usize> = labels.iter().map(|&label| sizes[usize::from(label)]).collect();
            values.push(builder.input(&format!("x{place}"), Type::of_shape(element, &shape)).expect("an input"));
            tensors.push(single_precision(odd_numbers(&shape, seed + place, odd), single));
        }
        let mut result: Vec<Label> = (0..4u16)
            .filter(|&label| result[usize::from(label)] && operands.iter().flatten().any(|&other| other == label))
            .map(Label)
            .collect();
        if !result.is_empty() {
            let places = result.len();
            result.rotate_left(rotation % places);
        }
        let labels = operands.iter().map(|labels| labels.iter().map(|&label| Label(label)).collect()).collect();
        let contraction = Contraction { operands: labels, result: result.into_iter().collect() };
        let sum = builder.contract(contraction, &values).expect("a contraction");
        builder.output("y", sum).expect("an output");
        run(&builder.finish(), &tensors).expect("a result");
    }

    #[test]
    fn reductions_of_views(
        shape in prop::collection::vec(0usize..5, 3),
        axes in prop::collection::vec(0usize..3, 0..4),
        kind in prop_oneof![
            Just(ReductionKind::Sum), Just(ReductionKind::Product), Just(ReductionKind::Max), Just(ReductionKind::Min),
            Just(ReductionKind::Shift),
        ],
        changes in prop::collection::vec(0usize..4, 0..4),
        (seed, odd, wide) in (0usize..1000, any::<bool>(), any::<bool>()),
    ) {
        let mut shape = shape;
        shape[2] *= if wide { 13 } else { 1 };
        let mut builder = Builder::new();
        let input = builder.input("x", Type::of_shape(F64, &shape)).expect("an input");
        let value = changes.iter().fold(input, |value, change| view(&mut builder, value, *change));
        let mut axes = axes;
        axes.sort_unstable();
        axes.dedup();
        let value = builder.reduce(kind, &axes, value).expect("a reduction");
        let value = builder.map(Expr::call(Sym::Plus, [slot(1), Expr::real(0.5)]), F64, &[value]).expect("a map");
        builder.output("y", value).expect("an output");
        // Products of very large numbers overflow in an order of their own.
        let odd = odd && kind != ReductionKind::Product;
        run(&builder.finish(), &[odd_numbers(&shape, seed, odd)]).expect("a result");
    }
}

proptest! {
    /// Cells whose gates are products with known matrices, in all turns, alone and for several examples.
    #[test]
    fn recurrences_of_gates(
        (units, features, length) in (prop_oneof![Just(1), Just(3), Just(17), Just(40)], 0usize..4, 0usize..5),
        (gates, kind, examples) in (1usize..6, 0usize..4, 0usize..4),
        (single, backward) in (any::<bool>(), any::<bool>()),
    ) {
        let program = gated_cell(units, features, length, gates, kind, single, backward);
        let shape = |k: usize| match k {
            0 | 1 => vec![units],
            2 => vec![length, features],
            k if k % 2 == 1 => vec![units, features],
            _ => vec![units, units],
        };
        let tensors: Vec<Tensor<f64>> = (0..3 + 2 * gates)
            .map(|k| {
                let scale = if k < 3 { 1.0 } else { 20.0 * units as f64 };
                let elements = numbers(&shape(k), k).iter().map(|x| x / scale).collect();
                single_precision(Tensor::new(&shape(k), elements).expect("the shape"), single)
            })
            .collect();
        let expected = run(&program, &tensors).expect("results");
        let known: Vec<Option<Tensor<f64>>> =
            tensors.iter().enumerate().map(|(k, tensor)| (k > 2).then(|| tensor.clone())).collect();
        if examples > 0 {
            let plan = Plan::for_examples(&program, examples, &known, &mut Table).expect("a plan");
            let several = |tensor: &Tensor<f64>| {
                let elements = (0..examples).flat_map(|_| tensor.to_vec()).collect();
                Tensor::new(&[&[examples], tensor.shape()].concat(), elements).expect("the shape")
            };
            let found = plan.apply(&tensors[..3].iter().map(several).collect::<Vec<_>>(), 0, &[], &mut || true);
            let tolerance = if single { 1e-4 } else { 1e-12 };
            for (found, expected) in found.expect("results").iter().zip(&expected) {
                let expected = several(expected).to_vec();
                assert_eq!(found.to_vec().len(), expected.len());
                for (a, b) in found.to_vec().iter().zip(&expected) {
                    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{a} is not {b}: {plan}");
                }
            }
        }
    }
}

/// A cell `s = tanh(a_1) + c`, `c = c + a_2 a_3 ...`, where `a_k = W_k x + U_k s`; the other kinds change the state of a
/// gate before its product, give the old state, or have a state that stays.
fn gated_cell(
    units: usize,
    features: usize,
    length: usize,
    gates: usize,
    kind: usize,
    single: bool,
    backward: bool,
) -> Program {
    let element = if single { F32 } else { F64 };
    let of = |shape: &[usize]| Type::of_shape(element, shape);
    let call = |head: Sym, arguments: Vec<Expr>| Expr::call(head, arguments);
    let mut body = Builder::new();
    let s = body.input("s", of(&[units])).expect("a state");
    let c = body.input("c", of(&[units])).expect("a state");
    let x = body.input("x", of(&[features])).expect("an element");
    let weights: Vec<[ValueId; 2]> = (0..gates)
        .map(|k| {
            let w = body.input(&format!("W{k}"), of(&[units, features])).expect("weights");
            [w, body.input(&format!("U{k}"), of(&[units, units])).expect("weights")]
        })
        .collect();
    let mut values = vec![];
    for &[w, u] in &weights {
        let of_x = body.einsum("ij,j->i", &[w, x]).expect("a product");
        let state = match (kind, values.last()) {
            (1, Some(&gate)) => body.map(call(Sym::Times, vec![slot(1), slot(2)]), element, &[s, gate]).expect("a map"),
            _ => s,
        };
        let of_s = body.einsum("ij,j->i", &[u, state]).expect("a product");
        values.push(body.map(call(Sym::Plus, vec![slot(1), slot(2)]), element, &[of_x, of_s]).expect("a map"));
    }
    let all: Vec<Expr> = (1..gates as i64).map(|k| slot(k + 1)).chain([Expr::real(0.5)]).collect();
    let sum = call(Sym::Plus, vec![slot(gates as i64 + 1), call(Sym::Times, all)]);
    let next_c = body.map(sum, element, &[values.as_slice(), &[c]].concat()).expect("a map");
    let sum = call(Sym::Plus, vec![call(Sym::Tanh, vec![slot(1)]), slot(2)]);
    let next = body.map(sum, element, &[values[0], next_c]).expect("a map");
    body.output("s", next).expect("a state");
    body.output("c", if kind == 3 { c } else { next_c }).expect("a state");
    body.output("y", if kind == 2 { s } else { next }).expect("an output");
    let direction = if backward { Direction::Backward } else { Direction::Forward };
    let scan = Scan { body: body.finish(), states: 2, sequences: 1, length: length.into(), direction };
    let mut builder = Builder::new();
    let mut operands = vec![builder.input("s", of(&[units])).expect("an input")];
    operands.push(builder.input("c", of(&[units])).expect("an input"));
    operands.push(builder.input("x", of(&[length, features])).expect("an input"));
    for k in 0..gates {
        operands.push(builder.parameter(&format!("W{k}"), of(&[units, features])).expect("weights"));
        operands.push(builder.parameter(&format!("U{k}"), of(&[units, units])).expect("weights"));
    }
    let results = builder.scan(scan, &operands).expect("a recurrence");
    for (name, result) in ["s", "c", "y"].iter().zip(results) {
        builder.output(name, result).expect("an output");
    }
    builder.finish()
}

#[test]
fn a_cell_with_known_weights_is_one_kernel() {
    for kind in [0, 1, 2, 3] {
        let known = |k: usize| (k > 2).then(|| numbers(&if k % 2 == 1 { [17, 3] } else { [17, 17] }, k));
        let known: Vec<Option<Tensor<f64>>> = (0..9).map(known).collect();
        let plan = Plan::new(&gated_cell(17, 3, 5, 3, kind, true, false), &known, &mut Table).expect("a plan");
        assert_eq!(plan.to_string().contains("in one kernel"), kind != 3, "{plan}");
    }
}

#[test]
fn many_examples_make_the_products_of_a_turn_in_it() {
    let (units, features, length, gates, examples) = (17, 3, 4, 3, 19);
    let known = |k: usize| {
        let shape = if k % 2 == 1 { [units, features] } else { [units, units] };
        Tensor::new(&shape, numbers(&shape, k).iter().map(|x| x / 100.0).collect()).expect("weights")
    };
    let weights: Vec<Tensor<f64>> = (3..3 + 2 * gates).map(known).collect();
    let shapes: [&[usize]; 3] = [&[units], &[units], &[length, features]];
    let several: Vec<Tensor<f64>> =
        shapes.iter().enumerate().map(|(k, shape)| numbers(&[&[examples], *shape].concat(), k)).collect();
    for (kind, single, backward) in [(0, true, false), (0, false, true), (1, false, false), (1, true, true)] {
        let program = gated_cell(units, features, length, gates, kind, single, backward);
        let all = (0..3).map(|_| None).chain(weights.iter().cloned().map(Some)).collect::<Vec<_>>();
        let plan = Plan::for_examples(&program, examples, &all, &mut Table).expect("a plan");
        let text = plan.to_string();
        let within = text.split("in one kernel").nth(1).expect(&text);
        assert_eq!(text.matches("product").count(), within.matches("product").count(), "{text}");
        assert!(within.contains("product 19x3 by"), "{text}");
        let found = plan.apply(&several, 0, &[], &mut || true).expect("results");
        for example in 0..examples {
            let part = |tensor: &Tensor<f64>, shape: &[usize]| {
                let count: usize = shape.iter().product();
                let all = tensor.to_vec();
                single_precision(Tensor::new(shape, all[example * count..][..count].to_vec()).expect("a part"), single)
            };
            let inputs = shapes.iter().zip(&several).map(|(shape, tensor)| part(tensor, shape)).chain(weights.clone());
            let inputs: Vec<Tensor<f64>> = inputs.collect();
            let expected = interpret(&program, &mut Machine::new(&mut Table), &inputs).expect("results");
            let tolerance = if single { 1e-4 } else { 1e-12 };
            for (found, expected) in found.iter().zip(&expected) {
                let found = part(found, expected.shape());
                for (a, b) in found.iter().zip(expected.iter()) {
                    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{a} is not {b}: {text}");
                }
            }
        }
    }
}

/// Numbers of single precision, if they are to be.
fn single_precision(tensor: Tensor<f64>, single: bool) -> Tensor<f64> {
    if !single {
        return tensor;
    }
    let rounded = tensor.iter().map(|&x| f64::from(x as f32)).collect();
    Tensor::new(tensor.shape(), rounded).expect("the same shape")
}

/// Another way to read an array with three axes.
fn view(builder: &mut Builder, value: ValueId, change: usize) -> ValueId {
    let shape = builder.type_of(value).shape.clone();
    match change {
        0 => builder.transpose(&[2, 0, 1], value).expect("a transpose"),
        1 => builder.reverse(&[1], value).expect("a reversal"),
        2 if shape[0].as_size().is_some_and(|size| size > 1) => {
            let rest = Dim::from(shape[0].as_size().expect("a size") / 2);
            let mut size = shape.clone();
            size[0] = rest;
            let start = [1usize, 0, 0].iter().map(|&k| Dim::from(k)).collect();
            let step = [if shape[0].as_size().expect("a size") > 3 { 2 } else { 1 }, 1, 1].into_iter().collect();
            builder.slice(Slicing { start, step, size }, value).expect("a slice")
        }
        _ => value,
    }
}

/// A recurrent cell: `s = tanh(W x + U s)`, for a sequence of 5 vectors.
fn cell() -> Program {
    let of = |shape: &[usize]| Type::of_shape(F64, shape);
    let mut body = Builder::new();
    let state = body.input("s", of(&[4])).expect("a state");
    let element = body.input("x", of(&[3])).expect("an element");
    let (w, u) = (body.input("W", of(&[4, 3])).expect("weights"), body.input("U", of(&[4, 4])).expect("weights"));
    let input = body.einsum("ij,j->i", &[w, element]).expect("a product");
    let recurrent = body.einsum("ij,j->i", &[u, state]).expect("a product");
    let sum = Expr::call(Sym::Tanh, [Expr::call(Sym::Plus, [slot(1), slot(2)])]);
    let next = body.map(sum, F64, &[input, recurrent]).expect("a map");
    body.output("s", next).expect("a state");
    body.output("y", next).expect("an output");
    let scan = Scan { body: body.finish(), states: 1, sequences: 1, length: 5.into(), direction: Direction::Backward };
    let mut builder = Builder::new();
    let sequence = builder.input("x", of(&[5, 3])).expect("an input");
    let start = builder.input("s", of(&[4])).expect("an input");
    let (w, u) = (builder.parameter("W", of(&[4, 3])), builder.parameter("U", of(&[4, 4])));
    let operands = [start, sequence, w.expect("weights"), u.expect("weights")];
    let results = builder.scan(scan, &operands).expect("a recurrence");
    builder.output("last", results[0]).expect("an output");
    builder.output("all", results[1]).expect("an output");
    builder.finish()
}

#[test]
fn what_does_not_depend_on_states_leaves_a_recurrence() {
    let program = cell();
    let hoisted = hoist(&program).expect("a program");
    assert_eq!(verify(&hoisted), Ok(()));
    assert_eq!(
        hoisted.to_string(),
        "%0: f64[5, 3] = input x\n\
         %1: f64[4] = input s\n\
         %2: f64[4, 3] = parameter W\n\
         %3: f64[4, 4] = parameter U\n\
         %4: f64[5, 4] = contract ab,cb->ca %2 %0\n\
         %5: f64[4], %6: f64[5, 4] = scan backward 5 steps from %1 over %4 with %3 {\n\
         \x20 %0: f64[4] = input state1\n\
         \x20 %1: f64[4] = input element1\n\
         \x20 %2: f64[4, 4] = input constant1\n\
         \x20 %3: f64[4] = contract ab,b->a %2 %0\n\
         \x20 %4: f64[4] = map Tanh[#1 + #2] of %1 %3\n\
         \x20 return s = %4, y = %4\n\
         }\n\
         return last = %5, all = %6\n"
    );
    let inputs = [numbers(&[5, 3], 1), numbers(&[4], 2), numbers(&[4, 3], 3), numbers(&[4, 4], 4)];
    run(&program, &inputs).expect("results");
}

/// `s = tanh(x + b + 2 s x b) c b`, for a sequence of 5 vectors.
#[test]
fn what_maps_compute_without_states_leaves_them() {
    let of = |shape: &[usize]| Type::of_shape(F64, shape);
    let mut body = Builder::new();
    let [s, x, b, c] = ["s", "x", "b", "c"].map(|name| body.input(name, of(&[4])).expect("an input"));
    let product = Expr::call(Sym::Times, [Expr::integer(2), slot(1), slot(2), slot(3)]);
    let sum = Expr::call(Sym::Plus, [slot(2), slot(3), product]);
    let function = Expr::call(Sym::Times, [Expr::call(Sym::Tanh, [sum]), slot(4), slot(3)]);
    let next = body.map(function, F64, &[s, x, b, c]).expect("a map");
    body.output("s", next).expect("a state");
    let scan = Scan { body: body.finish(), states: 1, sequences: 1, length: 5.into(), direction: Direction::Forward };
    let mut builder = Builder::new();
    let operands = [("s", vec![4]), ("x", vec![5, 4]), ("b", vec![4]), ("c", vec![4])]
        .map(|(name, shape)| builder.input(name, of(&shape)).expect("an input"));
    let results = builder.scan(scan, &operands).expect("a recurrence");
    builder.output("last", results[0]).expect("an output");
    let program = builder.finish();
    let parted = part_maps(&program).expect("a program");
    assert_eq!(verify(&parted), Ok(()));
    let lines = parted.to_string();
    let maps: Vec<&str> = lines.lines().map(str::trim).filter(|line| line.contains("map")).collect();
    assert_eq!(
        maps,
        [
            "%4: f64[4] = map #1*#2 of %3 %2",
            "%5: f64[4], %6: f64[4] = map {2*#1*#2, #1 + #2} of %1 %2",
            "%7: f64[4] = map #1*Tanh[#2 + #3*#4] of %4 %6 %5 %0",
        ]
    );
    run(&program, &[numbers(&[4], 1), numbers(&[5, 4], 2), numbers(&[4], 3), numbers(&[4], 4)]).expect("results");
}

#[test]
fn products_with_one_factor_are_one_product() {
    let mut builder = Builder::new();
    let of = |shape: &[usize]| Type::of_shape(F64, shape);
    let x = builder.input("x", of(&[3])).expect("an input");
    let mut sum = x;
    for (name, rows) in [("A", 3), ("B", 3), ("C", 3)] {
        let weights = builder.parameter(name, of(&[rows, 3])).expect("weights");
        let product = builder.einsum("ij,j->i", &[weights, x]).expect("a product");
        sum = builder.map(Expr::call(Sym::Plus, [slot(1), slot(2)]), F64, &[sum, product]).expect("a sum");
    }
    builder.output("y", sum).expect("an output");
    let program = builder.finish();
    let known: Vec<Option<Tensor<f64>>> = (0..4).map(|k| (k > 0).then(|| numbers(&[3, 3], k))).collect();
    let plan = Plan::new(&program, &known, &mut Table).expect("a plan");
    assert_eq!(plan.to_string().matches("product").count(), 1, "{plan}");
}

#[test]
fn memory_is_used_again() {
    let mut builder = Builder::new();
    let mut value = builder.input("x", Type::of_shape(F64, &[100, 100])).expect("an input");
    for _ in 0..20 {
        value = builder.einsum("ij,kj->ik", &[value, value]).expect("a product");
    }
    builder.output("y", value).expect("an output");
    let plan = Plan::new(&builder.finish(), &[None], &mut Table).expect("a plan");
    // Two matrices and the panels of one.
    assert!(plan.memory() <= 8 * (2 * 100 * 100 + 100 * 128) + 4096, "{plan}");
}

#[test]
fn batches_of_recurrences_are_recurrences_on_matrices() {
    let program = cell();
    let known = [None, None, Some(numbers(&[4, 3], 3)), Some(numbers(&[4, 4], 4))];
    let plan = Plan::for_examples(&program, 6, &known, &mut Table).expect("a plan");
    let text = plan.to_string();
    assert!(text.contains("product 6x4 by weights 4x4"), "{plan}");
    assert_eq!(text.matches("steps with").count(), 1, "{plan}");
}

#[test]
fn a_run_that_is_stopped_says_so() {
    let inputs = [numbers(&[5, 3], 1), numbers(&[4], 2), numbers(&[4, 3], 3), numbers(&[4, 4], 4)];
    let plan = Plan::new(&cell(), &[None, None, None, None], &mut Table).expect("a plan");
    let mut asked = 0;
    let stopped = plan.apply(&inputs, 0, &[], &mut || {
        asked += 1;
        false
    });
    assert!(matches!(stopped, Err(InterpretError::Stopped)), "{stopped:?}");
    assert_eq!(asked, 1);
    let missing = plan.apply(&inputs[1..], 0, &[], &mut || true);
    assert!(matches!(missing, Err(InterpretError::InputCount { expected: 4, found: 3 })), "{missing:?}");
}

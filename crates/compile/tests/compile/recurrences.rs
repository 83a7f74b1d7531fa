//! Recurrences: those that go through the same states are one, and what they store they compute once.

use netform_array::ElementType::F64;
use netform_compile::{
    Builder, Dim, Direction, Operation, Plan, Program, Scan, Type, ValueId, join_scans, optimize, verify,
};
use netform_expr::{Expr, Sym};
use proptest::prelude::{any, proptest};

use crate::table::{Table, numbers, run, slot};

fn call(head: Sym, args: &[Expr]) -> Expr {
    Expr::call(head, args.iter().cloned())
}

const STEPS: usize = 5;
const SIZE: usize = 3;

/// What the second of two recurrences does differently.
#[derive(Clone, Copy, Debug, Default)]
struct Difference {
    first: bool,
    step: bool,
    direction: bool,
    /// It reads what the first one gives.
    after: bool,
}

fn body(step: Sym, more: bool) -> Program {
    let vector = || Type::of_shape(F64, &[SIZE]);
    let mut body = Builder::new();
    let state = body.input("state", vector()).unwrap();
    let element = body.input("element", vector()).unwrap();
    let other = more.then(|| body.input("other", vector()).unwrap());
    let matrix = body.input("matrix", Type::of_shape(F64, &[SIZE, SIZE])).unwrap();
    let product = body.einsum("ij,j->i", &[matrix, state]).unwrap();
    let next = call(Sym::Tanh, &[call(step, &[slot(1), slot(2)])]);
    let next = body.map(next, F64, &[product, element]).unwrap();
    body.output("next", next).unwrap();
    if let Some(other) = other {
        // The state before, and something else of the step.
        let scaled = body.map(call(Sym::Times, &[slot(1), slot(2)]), F64, &[next, other]).unwrap();
        body.output("before", state).unwrap();
        body.output("scaled", scaled).unwrap();
    } else {
        body.output("behind", next).unwrap();
    }
    body.finish()
}

/// Two recurrences, the results of which are those of the program.
fn two(direction: Direction, difference: Difference) -> Program {
    let mut builder = Builder::new();
    let rows = || Type::of_shape(F64, &[STEPS, SIZE]);
    let first = builder.input("first", Type::of_shape(F64, &[SIZE])).unwrap();
    let another = builder.input("another", Type::of_shape(F64, &[SIZE])).unwrap();
    let [sequence, other] = ["sequence", "other"].map(|name| builder.input(name, rows()).unwrap());
    let matrix = builder.input("matrix", Type::of_shape(F64, &[SIZE, SIZE])).unwrap();
    let scan = |body, sequences, direction| Scan { body, states: 1, sequences, length: Dim::from(STEPS), direction };
    let one = scan(body(Sym::Plus, false), 1, direction);
    let one = builder.scan(one, &[first, sequence, matrix]).unwrap();
    let turned = match direction {
        Direction::Forward => Direction::Backward,
        Direction::Backward => Direction::Forward,
    };
    let body = body(if difference.step { Sym::Times } else { Sym::Plus }, true);
    let two = scan(body, 2, if difference.direction { turned } else { direction });
    let begin = if difference.first { another } else { first };
    let read: ValueId = if difference.after { one[1] } else { other };
    let two = builder.scan(two, &[begin, sequence, read, matrix]).unwrap();
    for (place, value) in one.into_iter().chain(two).enumerate() {
        builder.output(&format!("result {place}"), value).unwrap();
    }
    builder.finish()
}

fn scans(program: &Program) -> usize {
    program.instructions().iter().filter(|instruction| matches!(instruction.operation, Operation::Scan(_))).count()
}

fn inputs() -> Vec<netform_compile::Tensor<f64>> {
    let shapes: [&[usize]; 5] = [&[SIZE], &[SIZE], &[STEPS, SIZE], &[STEPS, SIZE], &[SIZE, SIZE]];
    shapes.iter().zip(1..).map(|(shape, seed)| numbers(shape, seed)).collect()
}

#[test]
fn recurrences_through_the_same_states_are_one() {
    for direction in [Direction::Forward, Direction::Backward] {
        let program = two(direction, Difference::default());
        assert_eq!(scans(&program), 2);
        let joined = join_scans(&program).unwrap();
        assert_eq!((scans(&joined), verify(&joined)), (1, Ok(())), "{joined}");
        assert_eq!(scans(&optimize(&program).unwrap()), 1);
    }
}

#[test]
fn recurrences_through_other_states_stay_apart() {
    let differences = [
        Difference { first: true, ..Difference::default() },
        Difference { step: true, ..Difference::default() },
        Difference { direction: true, ..Difference::default() },
        Difference { after: true, ..Difference::default() },
    ];
    for difference in differences {
        let joined = join_scans(&two(Direction::Forward, difference)).unwrap();
        assert_eq!(scans(&joined), 2, "{difference:?}");
    }
}

proptest! {
    #[test]
    fn results_are_what_they_were(backward in any::<bool>(), differences in any::<[bool; 4]>()) {
        let direction = if backward { Direction::Backward } else { Direction::Forward };
        let [first, step, direction_differs, after] = differences;
        let program = two(direction, Difference { first, step, direction: direction_differs, after });
        let expected = run(&program, &inputs()).unwrap();
        let found = run(&join_scans(&program).unwrap(), &inputs()).unwrap();
        for (a, b) in expected.iter().zip(&found) {
            assert_eq!((a.shape(), a.to_vec()), (b.shape(), b.to_vec()));
        }
    }
}

#[test]
fn states_before_steps_are_not_copied_in_them() {
    let program = two(Direction::Forward, Difference::default());
    let mut known = vec![None; program.inputs().len()];
    known[4] = Some(inputs().swap_remove(4));
    let plan = Plan::new(&program, &known, &mut Table).unwrap();
    let steps: Vec<String> = plan.report().lines.into_iter().map(|line| line.step).collect();
    assert!(steps.iter().any(|step| step.contains("in one kernel")), "{steps:?}");
}

#[test]
fn functions_of_what_is_repeated_are_applied_once() {
    let mut builder = Builder::new();
    let x = builder.input("x", Type::of_shape(F64, &[4])).unwrap();
    let y = builder.input("y", Type::of_shape(F64, &[1, 4])).unwrap();
    let shape = || [2, 4, 50].map(Dim::from);
    let wide = [builder.broadcast(shape(), &[1], x).unwrap(), builder.broadcast(shape(), &[0, 1], y).unwrap()];
    let function = call(Sym::Tanh, &[call(Sym::Plus, &[slot(1), slot(2)])]);
    let mapped = builder.map(function, F64, &wide).unwrap();
    builder.output("mapped", mapped).unwrap();
    let program = builder.finish();
    run(&program, &[numbers(&[4], 1), numbers(&[1, 4], 2)]).unwrap();
    let plan = Plan::new(&program, &[None, None], &mut Table).unwrap();
    assert!(plan.to_string().contains("map of 8 elements"), "{plan}");
}

#[test]
fn maps_of_a_turn_are_one_step() {
    let vector = || Type::of_shape(F64, &[SIZE]);
    let mut body = Builder::new();
    let [state, element] = ["state", "element"].map(|name| body.input(name, vector()).unwrap());
    let matrix = body.input("matrix", Type::of_shape(F64, &[SIZE, SIZE])).unwrap();
    let scaled = body.map(call(Sym::Times, &[slot(1), slot(2)]), F64, &[state, element]).unwrap();
    let product = body.einsum("ij,j->i", &[matrix, scaled]).unwrap();
    let other = body.map(call(Sym::Tanh, &[slot(1)]), F64, &[state]).unwrap();
    let next = body.map(call(Sym::Plus, &[slot(1), slot(2)]), F64, &[product, other]).unwrap();
    body.output("next", next).unwrap();
    body.output("other", other).unwrap();
    let scan =
        Scan { body: body.finish(), states: 1, sequences: 1, length: Dim::from(STEPS), direction: Direction::Forward };
    let mut builder = Builder::new();
    let first = builder.input("first", vector()).unwrap();
    let sequence = builder.input("sequence", Type::of_shape(F64, &[STEPS, SIZE])).unwrap();
    let matrix = builder.input("matrix", Type::of_shape(F64, &[SIZE, SIZE])).unwrap();
    for (place, value) in builder.scan(scan, &[first, sequence, matrix]).unwrap().into_iter().enumerate() {
        builder.output(&format!("result {place}"), value).unwrap();
    }
    let program = builder.finish();
    let small = |shape: &[usize]| {
        let elements = numbers(shape, 1).iter().map(|x| x / 10.0).collect();
        netform_compile::Tensor::new(shape, elements).unwrap()
    };
    let inputs = [small(&[SIZE]), small(&[STEPS, SIZE]), small(&[SIZE, SIZE])];
    run(&program, &inputs).unwrap();
    let plan = Plan::new(&program, &[None, None, Some(inputs[2].clone())], &mut Table).unwrap();
    assert!(plan.to_string().contains("map of 3 elements: Multiply HyperbolicTangent"), "{plan}");
}

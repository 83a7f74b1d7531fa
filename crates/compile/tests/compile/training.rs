//! Steps of training are what the interpreter and the formulas say, and change inputs where they lie.

use std::sync::Arc;

use netform_array::ElementType::{F32, F64};
use netform_compile::{
    Builder, Machine, Plan, Program, ScalarDerivatives, Tensor, Trained, TrainingStep, Type, Update, interpret,
    training_step, verify,
};
use netform_expr::{Expr, Sym};
use proptest::prelude::{Just, any, prop_oneof, proptest};

use crate::table::{Table, numbers, slot};

/// Derivatives of sums and products.
struct Slopes;

impl ScalarDerivatives for Slopes {
    fn derivative(&mut self, body: &Expr, place: usize) -> Option<Expr> {
        if *body == slot(place as i64) {
            return Some(Expr::integer(1));
        }
        let args = body.args();
        if body.has_head(Sym::Plus) {
            let terms: Option<Vec<Expr>> = args.iter().map(|term| self.derivative(term, place)).collect();
            let terms: Vec<Expr> = terms?.into_iter().filter(|term| !term.is_integer(0)).collect();
            return Some(match terms.as_slice() {
                [] => Expr::integer(0),
                [single] => single.clone(),
                _ => Expr::call(Sym::Plus, terms),
            });
        }
        if body.has_head(Sym::Times) {
            let mut terms = vec![];
            for k in 0..args.len() {
                let slope = self.derivative(&args[k], place)?;
                if !slope.is_integer(0) {
                    let others = args.iter().enumerate().filter(|(other, _)| *other != k).map(|(_, arg)| arg.clone());
                    terms.push(Expr::call(Sym::Times, std::iter::once(slope).chain(others)));
                }
            }
            return Some(match terms.as_slice() {
                [] => Expr::integer(0),
                [single] => single.clone(),
                _ => Expr::call(Sym::Plus, terms),
            });
        }
        Some(Expr::integer(0))
    }
}

fn difference() -> Expr {
    Expr::call(Sym::Plus, [slot(1), Expr::call(Sym::Times, [Expr::integer(-1), slot(2)])])
}

/// Half the squares of `w x - t` for a batch.
fn squares(batch: usize, features: usize, units: usize, single: bool) -> Program {
    let element = if single { F32 } else { F64 };
    let mut builder = Builder::new();
    let x = builder.input("x", Type::of_shape(element, &[batch, features])).expect("an input");
    let t = builder.input("t", Type::of_shape(element, &[batch, units])).expect("an input");
    let w = builder.parameter("w", Type::of_shape(element, &[units, features])).expect("a parameter");
    let y = builder.einsum("ab,cb->ac", &[x, w]).expect("a product");
    let error = builder.map(difference(), element, &[y, t]).expect("a map");
    let square = builder.einsum("ab,ab->a", &[error, error]).expect("a product");
    let half = Expr::call(Sym::Times, [Expr::real(0.5), slot(1)]);
    let loss = builder.map(half, element, &[square]).expect("a map");
    builder.output("Loss", loss).expect("an output");
    builder.finish()
}

/// `v = momentum v + g`, `w = w - rate v`; the factor is the rate over the number of the step.
fn momentum(units: usize, features: usize, single: bool) -> (Program, Program) {
    let element = if single { F32 } else { F64 };
    let mut factors = Builder::new();
    let step = factors.input("step", Type::of_shape(F64, &[])).expect("an input");
    let rate = factors.input("rate", Type::of_shape(F64, &[])).expect("an input");
    let quotient = Expr::call(Sym::Times, [slot(1), Expr::call(Sym::Power, [slot(2), Expr::integer(-1)])]);
    let rate = factors.map(quotient, F64, &[rate, step]).expect("a map");
    factors.output("rate", rate).expect("an output");
    let mut update = Builder::new();
    let shape = [units, features];
    let w = update.input("array", Type::of_shape(element, &shape)).expect("an input");
    let g = update.input("gradient", Type::of_shape(element, &shape)).expect("an input");
    let rate = update.input("rate", Type::of_shape(element, &[])).expect("an input");
    let v = update.input("velocity", Type::of_shape(element, &shape)).expect("an input");
    let sum = Expr::call(Sym::Plus, [Expr::call(Sym::Times, [Expr::real(0.5), slot(1)]), slot(2)]);
    let v = update.map(sum, element, &[v, g]).expect("a map");
    let dims = shape.map(netform_compile::Dim::from);
    let rate = update.broadcast(dims, &[], rate).expect("a broadcast");
    let product = Expr::call(Sym::Times, [Expr::integer(-1), slot(2), slot(3)]);
    let next = update.map(Expr::call(Sym::Plus, [slot(1), product]), element, &[w, rate, v]).expect("a map");
    update.output("array", next).expect("an output");
    update.output("velocity", v).expect("an output");
    (factors.finish(), update.finish())
}

fn step_of(batch: usize, features: usize, units: usize, single: bool, multiplier: f64) -> TrainingStep {
    let (factors, update) = momentum(units, features, single);
    let trained = [Trained { input: 2, multiplier, update: Arc::new(update) }];
    let step = training_step(&squares(batch, features, units, single), &factors, &trained, &[], &mut Slopes);
    let step = step.expect("a step");
    assert_eq!(verify(&step.program), Ok(()), "{}", step.program);
    step
}

proptest! {
    #[test]
    fn steps_are_what_interpreter_and_formulas_say(
        batch in prop_oneof![Just(1usize), Just(2), Just(5), Just(33)],
        features in prop_oneof![Just(1usize), Just(3), Just(17)],
        units in prop_oneof![Just(1usize), Just(4), Just(16)],
        (seed, single, half) in (0usize..1000, any::<bool>(), any::<bool>()),
    ) {
        let multiplier = if half { 0.5 } else { 1.0 };
        let step = step_of(batch, features, units, single, multiplier);
        let small = |tensor: Tensor<f64>| {
            let elements = tensor.iter().map(|x| f64::from((x * 0.1) as f32)).collect();
            Tensor::new(tensor.shape(), elements).expect("the same shape")
        };
        let x = small(numbers(&[batch, features], seed));
        let t = small(numbers(&[batch, units], seed + 1));
        let w = small(numbers(&[units, features], seed + 2));
        let rate = 0.01;
        let scalar = |x: f64| Tensor::new(&[], vec![x]).expect("a scalar");
        let zeros = Tensor::new(&[units, features], vec![0.0; units * features]).expect("zeros");
        let mut values = vec![x.clone(), t.clone(), w.clone(), scalar(0.0), scalar(rate), zeros];

        let known = vec![None; values.len()];
        let plan = Plan::updating(&step.program, &known, &step.updates, &mut Table).expect("a plan");
        let mut workspace = plan.workspace();
        for (place, value) in values.iter().enumerate() {
            plan.set_input(&mut workspace, place, &value.to_vec());
        }
        let (mut weights, mut velocity) = (w.to_vec(), vec![0.0; units * features]);
        let (x, t) = (x.to_vec(), t.to_vec());
        let tolerance = if single { 1e-4 } else { 1e-11 };
        let close = |a: f64, b: f64| (a - b).abs() <= tolerance * (1.0 + b.abs());
        for number in 1..=3 {
            // By the formulas.
            let mut gradient = vec![0.0; units * features];
            let mut loss = 0.0;
            for b in 0..batch {
                for u in 0..units {
                    let y: f64 = (0..features).map(|f| x[b * features + f] * weights[u * features + f]).sum();
                    let error = y - t[b * units + u];
                    loss += 0.5 * error * error / batch as f64;
                    for f in 0..features {
                        gradient[u * features + f] += error * x[b * features + f] / batch as f64;
                    }
                }
            }
            for ((w, v), g) in weights.iter_mut().zip(&mut velocity).zip(&gradient) {
                *v = 0.5 * *v + g;
                *w -= multiplier * rate / f64::from(number) * *v;
            }
            // By the interpreter.
            let results = interpret(&step.program, &mut Machine::new(&mut Table), &values).expect("results");
            for update in &step.updates {
                values[update.input] = results[update.output].clone();
            }
            // By the plan; data is set anew.
            plan.set_input(&mut workspace, 0, &x);
            plan.set_input(&mut workspace, 1, &t);
            plan.set_input(&mut workspace, 4, &[rate]);
            plan.run(&mut workspace, 0, &[], &mut || true).expect("a run");
            let mut found = [0.0];
            plan.output(&mut workspace, 0, &mut found);
            assert!(close(found[0], loss) && close(results[0].to_vec()[0], loss), "{found:?} {loss}");
            for (input, expected) in [(2, &weights), (5, &velocity)] {
                let mut found = vec![0.0; units * features];
                plan.input(&workspace, input, &mut found);
                let known = values[input].to_vec();
                assert!(found.iter().zip(expected).all(|(a, b)| close(*a, *b)), "{found:?} {expected:?}\n{plan}");
                assert!(known.iter().zip(expected).all(|(a, b)| close(*a, *b)), "{known:?} {expected:?}");
            }
            let mut steps = [0.0];
            plan.input(&workspace, 3, &mut steps);
            assert_eq!(steps[0], f64::from(number));
        }
    }
}

#[test]
fn arrays_are_changed_where_they_lie() {
    let step = step_of(8, 40, 30, true, 1.0);
    let plan = Plan::updating(&step.program, &[const { None }; 6], &step.updates, &mut Table).expect("a plan");
    assert!(!plan.to_string().contains("copy 1200"), "{plan}");
}

#[test]
fn inputs_that_change_places_do_so_at_once() {
    // a, b, c = b, a, the transpose of c, and the sum of what a and b were.
    let mut builder = Builder::new();
    let shape = Type::of_shape(F64, &[2, 2]);
    let [a, b, c] = ["a", "b", "c"].map(|name| builder.input(name, shape.clone()).expect("an input"));
    let sum = builder.map(Expr::call(Sym::Plus, [slot(1), slot(2)]), F64, &[a, b]).expect("a map");
    let turned = builder.transpose(&[1, 0], c).expect("a transpose");
    for (name, value) in [("b", b), ("a", a), ("c", turned), ("sum", sum), ("old", a)] {
        builder.output(name, value).expect("an output");
    }
    let updates = [0, 1, 2].map(|place| Update { output: place, input: place });
    let plan = Plan::updating(&builder.finish(), &[None, None, None], &updates, &mut Table).expect("a plan");
    let mut workspace = plan.workspace();
    for (place, elements) in [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0]].iter().enumerate() {
        plan.set_input(&mut workspace, place, elements);
    }
    plan.run(&mut workspace, 0, &[], &mut || true).expect("a run");
    let mut found = [0.0; 4];
    for (place, expected) in [[5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0]].iter().enumerate() {
        plan.input(&workspace, place, &mut found);
        assert_eq!(found, *expected);
    }
    for (place, expected) in [[6.0, 8.0, 10.0, 12.0], [1.0, 2.0, 3.0, 4.0]].iter().enumerate() {
        plan.output(&mut workspace, place, &mut found);
        assert_eq!(found, *expected);
    }
}

#[test]
fn updates_that_do_not_fit_are_refused() {
    let program = squares(2, 3, 4, false);
    let wrong = [Update { output: 0, input: 2 }];
    assert!(Plan::updating(&program, &[None, None, None], &wrong, &mut Table).is_err());
    let absent = [Update { output: 1, input: 2 }];
    assert!(Plan::updating(&program, &[None, None, None], &absent, &mut Table).is_err());
}

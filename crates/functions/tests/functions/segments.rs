//! The gradient of a long recurrence in segments is the same, and takes a part of the memory.

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{Binding, Plan, Program, Segments, Source, Tables, Tensor, Type, checkpointed, lower, pullback};
use netform_eval::Session;
use netform_expr::Expr;

use crate::session;

const UNITS: usize = 16;
const FEATURES: usize = 4;
const STEPS: usize = 400;

/// The outputs of an LSTM: weights `wi`, `wf`, `wo`, `wm` for the inputs `x`, and `ui`, ... for the states.
fn recurrence(session: &mut Session) -> Program {
    let gate = |name: &str, function: &str| format!("{function}[w{name} . #2[[1]] + u{name} . #1[[1]]]");
    let [i, f, o] = ["i", "f", "o"].map(|name| gate(name, "LogisticSigmoid"));
    let cell = format!("({f} #1[[2]] + {i} {})", gate("m", "Tanh"));
    let state = format!("{o} Tanh[{cell}]");
    let text = format!("ArrayFold[{{{{{state}, {cell}}}, {{{state}}}}} &, {{s, c}}, {{x}}][[2, 1]]");
    let mut shapes =
        vec![("x".to_owned(), vec![STEPS, FEATURES]), ("s".to_owned(), vec![UNITS]), ("c".to_owned(), vec![UNITS])];
    for name in ["i", "f", "o", "m"] {
        shapes.push((format!("w{name}"), vec![UNITS, FEATURES]));
        shapes.push((format!("u{name}"), vec![UNITS, UNITS]));
    }
    let mut bindings = Vec::new();
    let mut symbols = Vec::new();
    for (name, shape) in &shapes {
        let sizes: Vec<Expr> = shape.iter().map(|&size| Expr::integer(size as i64)).collect();
        let leaf = Session::array_symbol(Expr::string(name), &sizes);
        let value_type = Type::of_shape(ElementType::F64, shape);
        symbols.push(format!("{name} = {}", session.input_form(&leaf)));
        bindings.push(Binding { leaf, name: name.as_str().into(), source: Source::Input, value_type });
    }
    let text = format!("Block[{{{}}}, {text}]", symbols.join(", "));
    let call = session.parse_one(&text).expect("the text is right");
    let value = session.evaluate(&call).expect("it is evaluated");
    lower(&[(Arc::from("Output"), value)], &bindings, ElementType::F64, &mut Tables::new(session)).expect("a program")
}

/// The gradients by all but the sequence for ones as cotangents, and the bytes that they take.
fn gradients(session: &mut Session, program: &Program) -> (Vec<Tensor<f64>>, usize) {
    let wanted = program.inputs()[1..].to_vec();
    let gradient = pullback(program, &wanted, &[0], &mut Tables::new(session)).expect("a gradient");
    let known = vec![None; gradient.inputs().len()];
    let plan = Plan::new(&gradient, &known, &mut Tables::new(session)).expect("a plan");
    let inputs: Vec<Tensor<f64>> = gradient
        .inputs()
        .iter()
        .enumerate()
        .map(|(place, &input)| {
            let shape: Vec<usize> = gradient.type_of(input).shape.iter().filter_map(|size| size.as_size()).collect();
            let count: usize = shape.iter().product();
            let elements = (0..count).map(|i| ((i * 7919 + place * 104_729) % 1009) as f64 / 2000.0 - 0.25).collect();
            Tensor::new(&shape, elements).expect("the elements fill the shape")
        })
        .collect();
    let results = plan.apply(&inputs, 0, &[], &mut || true).expect("results");
    (results[program.outputs().len()..].to_vec(), plan.memory())
}

#[test]
fn segments_give_the_same_gradients_in_less_memory() {
    let mut session = session();
    let program = recurrence(&mut session);
    let (stored, most) = gradients(&mut session, &program);
    for segments in [Segments::Root, Segments::Of(7), Segments::Of(399)] {
        let cut = checkpointed(&program, segments).expect("segments");
        let (again, memory) = gradients(&mut session, &cut);
        for (a, b) in stored.iter().zip(&again) {
            assert!(a.iter().zip(b.iter()).all(|(a, b)| (a - b).abs() < 1e-11 * (1.0 + a.abs())), "{segments:?}");
        }
        println!("{segments:?}: {memory} bytes instead of {most}");
        if segments == Segments::Root {
            assert!(memory * 3 < most, "{memory} bytes instead of {most}");
        }
    }
}

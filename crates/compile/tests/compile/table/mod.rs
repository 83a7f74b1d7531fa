//! A small table of functions, in the place of the records of the system.

use netform_array::ElementType;
use netform_compile::{
    Dim, Domain, Evaluate, InterpretError, LoweringRule, LoweringTable, Machine, Operation, Plan, Program,
    ScalarFunctions, Stopped, Tensor, Type, ValueId, interpret, verify,
};
use netform_eval::{RealCode, ResultType};
use netform_expr::{Expr, Sym};
use netform_kernels::Code;

/// Sums, products, powers and a few others.
pub(crate) struct Table;

impl ScalarFunctions for Table {
    fn code(&mut self, head: &Expr) -> Option<RealCode> {
        Some(match head.sym()? {
            Sym::Plus => RealCode::Variadic(|x| x.iter().sum()),
            Sym::Times => RealCode::Variadic(|x| x.iter().product()),
            Sym::Power => RealCode::Binary(f64::powf),
            Sym::Max => RealCode::Variadic(|x| x.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
            Sym::Min => RealCode::Variadic(|x| x.iter().copied().fold(f64::INFINITY, f64::min)),
            Sym::Tanh => RealCode::Unary(f64::tanh),
            Sym::Exp => RealCode::Unary(f64::exp),
            Sym::Sqrt => RealCode::Unary(f64::sqrt),
            Sym::Less => RealCode::Binary(|a, b| f64::from(u8::from(a < b))),
            _ => return None,
        })
    }

    fn instruction(&mut self, head: &Expr) -> Option<Code> {
        Some(match head.sym()? {
            Sym::Plus => Code::Add,
            Sym::Times => Code::Multiply,
            Sym::Power => Code::Power,
            Sym::Max => Code::Larger,
            Sym::Tanh => Code::HyperbolicTangent,
            Sym::Exp => Code::Exponential,
            Sym::Less => Code::Less,
            _ => return None,
        })
    }

    fn constant(&mut self, expression: &Expr) -> Option<f64> {
        match expression.sym() {
            Some(Sym::Pi) => Some(std::f64::consts::PI),
            None if expression.has_head(Sym::DirectedInfinity) => {
                expression.arg(0).as_i64().map(|sign| f64::INFINITY * sign as f64)
            }
            _ => None,
        }
    }

    fn rewrite(&mut self, call: &Expr) -> Option<Expr> {
        let args = call.args();
        match call.head_sym()? {
            Sym::If => Some(Expr::call(Sym::ProgramSelect, args.iter().cloned())),
            Sym::Ramp => Some(Expr::call(Sym::Max, [args[0].clone(), Expr::integer(0)])),
            _ => None,
        }
    }
}

impl LoweringTable for Table {
    fn rule(&mut self, head: &Expr) -> Option<LoweringRule> {
        match head.sym()? {
            Sym::Dot | Sym::Total | Sym::Part | Sym::Fold => Some(LoweringRule::Rewrite),
            Sym::Plus | Sym::Times | Sym::Power | Sym::Max | Sym::Tanh | Sym::Exp | Sym::Ramp | Sym::Less => {
                Some(LoweringRule::Elementwise)
            }
            _ => None,
        }
    }

    fn result_type(&mut self, head: &Expr) -> ResultType {
        match head.sym() {
            Some(Sym::Plus | Sym::Times | Sym::Max | Sym::If) => ResultType::Widest,
            Some(Sym::Less) => ResultType::Truth,
            _ => ResultType::Real,
        }
    }

    fn rewrite(&mut self, call: &Expr) -> Result<Option<Expr>, Stopped> {
        let args = call.args();
        Ok(match call.head_sym() {
            Some(Sym::Dot) => {
                let label = |k: i64| Expr::integer(k);
                let labels = Expr::rule(
                    Expr::list([Expr::list([label(1), label(2)]), Expr::list([label(2)])]),
                    Expr::list([label(1)]),
                );
                Some(Expr::call(Sym::ProgramContract, [Expr::list(args.iter().cloned()), labels]))
            }
            Some(Sym::Total) => {
                Some(Expr::call(Sym::ProgramReduce, [Sym::Plus.into(), args[0].clone(), Expr::integer(1)]))
            }
            Some(Sym::Part) => Some(Expr::call(Sym::ProgramItem, args.iter().cloned())),
            Some(Sym::Fold) => Some(call.clone()),
            _ => None,
        })
    }

    fn is_constant(&mut self, expression: &Expr) -> bool {
        ScalarFunctions::constant(self, expression).is_some()
    }

    fn variable(&mut self, place: usize, value_type: &Type) -> Expr {
        let dims = Expr::list(value_type.shape.iter().map(Dim::to_expr));
        Expr::call(Sym::ArrayVariable, [Expr::integer(place as i64), dims])
    }
}

/// An evaluator that leaves everything as it stands.
pub(crate) struct Unevaluated;

impl Evaluate for Unevaluated {
    fn evaluate(&mut self, expression: &Expr) -> Option<Expr> {
        Some(expression.clone())
    }
}

/// `Slot[k]`.
pub(crate) fn slot(k: i64) -> Expr {
    Expr::call(Sym::Slot, [Expr::integer(k)])
}

/// A tensor of different, irregular numbers.
pub(crate) fn numbers(shape: &[usize], seed: usize) -> Tensor<f64> {
    let count: usize = shape.iter().product();
    Tensor::new(shape, (0..count).map(|i| ((i * 7919 + seed * 104_729 + 13) % 1009) as f64 / 97.0 - 5.0).collect())
        .expect("the shape fits")
}

/// Runs a valid program on machine numbers, by the interpreter; plans must agree with it.
pub(crate) fn run(program: &Program, inputs: &[Tensor<f64>]) -> Result<Vec<Tensor<f64>>, InterpretError> {
    assert_eq!(verify(program), Ok(()), "{program}");
    let results = interpret(program, &mut Machine::new(&mut Table), inputs);
    let fits = |(input, tensor): (&ValueId, &Tensor<f64>)| {
        program.type_of(*input).shape.iter().map(Dim::as_size).eq(tensor.shape().iter().map(|&size| Some(size)))
    };
    if inputs.len() == program.inputs().len() && program.inputs().iter().zip(inputs).all(fits) {
        // With nothing known, every other input, and all of them.
        for known in [0, 1, 2] {
            compare_with_plan(program, inputs, |place| known == 2 || known == 1 && place % 2 == 0, &results);
        }
        if let Ok(results) = &results {
            compare_examples(program, inputs, results);
        }
    }
    results
}

/// The plan for several examples must give what each of them gives by the interpreter.
fn compare_examples(program: &Program, inputs: &[Tensor<f64>], expected: &[Tensor<f64>]) {
    let is_known = |place: usize| place % 2 == 1;
    let known: Vec<Option<Tensor<f64>>> =
        inputs.iter().enumerate().map(|(place, input)| is_known(place).then(|| input.clone())).collect();
    let given = inputs.iter().enumerate().filter(|(place, _)| !is_known(*place)).map(|(_, input)| input);
    // The example itself, its elements in reverse order, and again.
    let reversed = |input: &Tensor<f64>| Tensor::new(input.shape(), input.to_vec().into_iter().rev().collect());
    let mirrored: Vec<Tensor<f64>> = inputs
        .iter()
        .enumerate()
        .map(|(place, input)| if is_known(place) { input.clone() } else { reversed(input).expect("the same shape") })
        .collect();
    let Ok(other) = interpret(program, &mut Machine::new(&mut Table), &mirrored) else { return };
    let stacked: Vec<Tensor<f64>> = given
        .map(|input| {
            let elements = [input.to_vec(), input.to_vec().into_iter().rev().collect(), input.to_vec()].concat();
            Tensor::new(&[&[3], input.shape()].concat(), elements).expect("three examples")
        })
        .collect();
    let plan = Plan::for_examples(program, 3, &known, &mut Table).expect("a plan");
    let found = plan.apply(&stacked, 0, &[], &mut || true).expect("results");
    for (place, output) in program.outputs().iter().enumerate() {
        let all = [expected[place].to_vec(), other[place].to_vec(), expected[place].to_vec()].concat();
        let single = program.type_of(output.value).element == ElementType::F32;
        let magnitudes = [inputs, &mirrored].map(|inputs| sums_of_magnitudes(program, inputs));
        let sizes = all.iter().chain(magnitudes.iter().flatten().flat_map(|all| all[place].iter()));
        let size = sizes.filter(|x| x.is_finite()).fold(1.0, |size: f64, x| size.max(x.abs()));
        for (a, b) in all.iter().zip(found[place].iter()) {
            let same = a == b || a.is_nan() && b.is_nan() || (a - b).abs() <= if single { 1e-5 } else { 1e-13 } * size;
            assert!(same, "{a} is {b} by the plan for examples of\n{program}\n{plan}");
        }
    }
}

/// What errors of sums are relative to, for a program that only adds and multiplies: its results on the sizes of its inputs.
fn sums_of_magnitudes(program: &Program, inputs: &[Tensor<f64>]) -> Option<Vec<Tensor<f64>>> {
    let is_function = |operation: &Operation| matches!(operation, Operation::Map { .. } | Operation::Scan(_));
    if program.instructions().iter().any(|instruction| is_function(&instruction.operation)) {
        return None;
    }
    let sizes = inputs.iter().map(|input| {
        let elements = input.iter().map(|x| if x.is_finite() { x.abs() } else { 0.0 }).collect();
        Tensor::new(input.shape(), elements).expect("the same shape")
    });
    interpret(program, &mut Machine::new(&mut Table), &sizes.collect::<Vec<_>>()).ok()
}

/// A plan for which some inputs are known must give what the interpreter gives, twice.
pub(crate) fn compare_with_plan(
    program: &Program,
    inputs: &[Tensor<f64>],
    is_known: impl Fn(usize) -> bool,
    expected: &Result<Vec<Tensor<f64>>, InterpretError>,
) {
    let known: Vec<Option<Tensor<f64>>> =
        inputs.iter().enumerate().map(|(place, input)| is_known(place).then(|| input.clone())).collect();
    let given: Vec<Tensor<f64>> =
        inputs.iter().enumerate().filter(|(place, _)| !is_known(*place)).map(|(_, input)| input.clone()).collect();
    let plan = Plan::new(program, &known, &mut Table);
    let magnitudes = sums_of_magnitudes(program, inputs);
    for _ in 0..2 {
        let found = plan.as_ref().map_err(Clone::clone).and_then(|plan| plan.apply(&given, 0, &[], &mut || true));
        match (expected, &found) {
            (Ok(expected), Ok(found)) => {
                for (place, ((expected, found), output)) in
                    expected.iter().zip(found).zip(program.outputs()).enumerate()
                {
                    let single = program.type_of(output.value).element == ElementType::F32;
                    let tolerance = if single { 1e-5 } else { 1e-13 };
                    assert_eq!(expected.shape(), found.shape(), "{program}");
                    let sizes = expected.iter().chain(magnitudes.iter().flat_map(|all| all[place].iter()));
                    let size = sizes.filter(|x| x.is_finite()).fold(1.0, |size: f64, x| size.max(x.abs()));
                    for (a, b) in expected.iter().zip(found.iter()) {
                        let same = a == b || a.is_nan() && b.is_nan() || (a - b).abs() <= tolerance * size;
                        assert!(same, "{a} is {b} by the plan of\n{program}\n{}", plan.as_ref().expect("a plan"));
                    }
                }
            }
            (Err(expected), Err(found)) => assert_eq!(expected, found, "{program}"),
            (expected, found) => panic!("{expected:?} is {found:?} by the plan of\n{program}"),
        }
    }
}

/// Runs a valid program in any domain.
pub(crate) fn run_in<D: Domain>(
    program: &Program,
    domain: &mut D,
    inputs: &[Tensor<D::Element>],
) -> Vec<Tensor<D::Element>> {
    assert_eq!(verify(program), Ok(()), "{program}");
    interpret(program, domain, inputs).expect("the program runs")
}

/// All indices of a shape in row-major order.
pub(crate) fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    shape.iter().fold(vec![vec![]], |all, &size| {
        all.iter().flat_map(|index| (0..size).map(move |i| [index.as_slice(), &[i]].concat())).collect()
    })
}

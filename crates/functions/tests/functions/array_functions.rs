//! Every array function agrees with itself: on components and on numbers, on array symbols and on
//! their components, and as a program.

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{
    Binding, Machine, Program, Source, Tables, Tensor, Type, interpret, lower, optimize, pullback, verify,
};
use netform_eval::Session;
use netform_expr::{Expr, Sym, map_bottom_up};

use crate::session;

/// A call in terms of the arrays `A`, `B`, `C`, and their dimensions.
struct Case(&'static str, &'static [&'static [usize]]);

const CASES: &[Case] = &[
    Case("ArrayThread[#1 #2 + #1 &, {A, B}, {All, {2}}]", &[&[2, 3], &[3]]),
    Case("ArrayThread[#1^2 - #2 &, {A, B}]", &[&[2, 3], &[2]]),
    Case("ArrayThread[#1 - #2 &, {A, B}, {{2}, {1}}]", &[&[2], &[3]]),
    Case("ArrayThread[Max[#1, 0] + 2 Min[#1, 0] &, {A}]", &[&[2, 3]]),
    Case("ArrayThread[#1 #2 &, {A, B}]", &[&[2, 1], &[1, 3]]),
    Case("ArrayReduce[Total, A, {1, 3}]", &[&[2, 3, 2]]),
    Case("ArrayReduce[Mean, A, -1]", &[&[2, 3]]),
    Case("ArrayReduce[Max, A, {1}]", &[&[3, 2]]),
    Case("ArrayReduce[Min, A, All]", &[&[2, 2]]),
    Case("ArrayReduce[Times, A, {2}]", &[&[2, 3]]),
    Case("ArrayReduce[Total[#^2] &, A, {2}]", &[&[2, 3]]),
    Case("ArrayContract[{A, B}, {{1, 2}, {2, 3}} -> {3, 1}]", &[&[2, 3], &[3, 2]]),
    Case("ArrayContract[{A, B}, {{1, 2}, {1, 2}} -> {1}]", &[&[2, 3], &[2, 3]]),
    Case("ArrayContract[{A}, {{1, 1}} -> {}]", &[&[3, 3]]),
    Case("ArrayContract[{A, B, C}, {{1}, {1, 2}, {2}} -> {}]", &[&[2], &[2, 3], &[3]]),
    Case("ArrayWindow[A, {2}, {1}, {2}, {2}]", &[&[2, 4]]),
    Case("ArrayWindow[A, {2, 2}, {1, 2}, 1, {1, 2}]", &[&[3, 4]]),
    Case("ArrayOverlapAdd[A, {2}, {1}, {1}]", &[&[3, 2]]),
    Case("ArrayOverlapAdd[A, {1}, {2}, {2}]", &[&[2, 3, 2]]),
    Case("ArrayPad[A, {{1, 0}, {-1, 2}}]", &[&[2, 3]]),
    Case("ArrayPad[A, {{0, 0}, {2, 1}}, \"Reflected\"]", &[&[2, 3]]),
    Case("ArrayPad[A, 1, \"Fixed\"]", &[&[2, 2]]),
    Case("ArrayReshape[A, {3, 2}]", &[&[2, 3]]),
    Case("ArrayReplicate[A, {2, 2}, {1, 3}]", &[&[3]]),
    Case("ArrayGather[A, {2, 1, 2}, 2]", &[&[2, 3]]),
    Case("ArrayScatterAdd[A, {2, 2}, B, 1]", &[&[3, 2], &[2, 2]]),
    Case("ArraySoftmax[A, {1}]", &[&[2, 2]]),
    Case("ArraySoftmax[A, All]", &[&[2, 2]]),
    Case("ArrayLogSumExp[A]", &[&[2, 3]]),
    Case("ArrayFold[{{#1[[1]] + 2 #2[[1]]}, {#1[[1]] #2[[1]]}} &, {B}, {A}][[2, 1]]", &[&[3, 2], &[2]]),
    Case("ArrayFold[{{#1[[2]], #1[[1]] + #2[[1]]}, {}} &, {B, B}, {A}][[1, 2]]", &[&[3, 2], &[2]]),
    Case("ArrayFold[{{C . #1[[1]] + #2[[1]]}, {#1[[1]]}} &, {B}, {A}][[2, 1]]", &[&[3, 2], &[2], &[2, 2]]),
    Case("Map[Total[#^2] &, A]", &[&[2, 3]]),
    Case("Map[# . B &, A]", &[&[2, 3], &[3]]),
    Case("Map[q |-> Map[k |-> q . k, B], A]", &[&[2, 3], &[4, 3]]),
    Case("MapThread[#1 #2 + Total[#2] &, {A, B}]", &[&[2, 3], &[2, 3]]),
    Case("FoldList[2 #1 + #2 &, B, A]", &[&[3, 2], &[2]]),
    Case("Fold[#1 #2 &, A]", &[&[3, 2]]),
    Case("A . B", &[&[2, 3], &[3, 2]]),
    Case("A . B . C", &[&[3], &[3, 2], &[2]]),
    Case("A B + 2 A - 1", &[&[2, 3], &[2]]),
    Case("Total[A] + Mean[B]", &[&[2, 3], &[2, 3]]),
    Case("Total[A, {2}]", &[&[2, 3]]),
    Case("Transpose[A]", &[&[2, 3]]),
    Case("Transpose[A, {3, 1, 2}]", &[&[2, 3, 4]]),
    Case("A[[2]] + A[[-1]]", &[&[3, 2]]),
    Case("A[[All, 2]]", &[&[3, 2]]),
    Case("A[[2 ;; 3, -1]]", &[&[3, 2]]),
    Case("A[[{3, 1}]]", &[&[3, 2]]),
    Case("First[A] - Last[A]", &[&[3, 2]]),
    Case("Join[Rest[A], Most[B]]", &[&[3, 2], &[2, 2]]),
    Case("Join[A, B, 2]", &[&[2, 1], &[2, 3]]),
    Case("Take[A, -2] + Drop[A, 1]", &[&[3, 2]]),
    Case("Reverse[A]", &[&[3, 2]]),
    Case("Flatten[A]", &[&[2, 3]]),
    Case("Accumulate[A]", &[&[3, 2]]),
    Case("{A, 2 A}", &[&[3]]),
    Case("ConstantArray[A, 2] + IdentityMatrix[2]", &[&[2]]),
    Case("Range[3] A", &[&[3]]),
];

const NAMES: [&str; 3] = ["A", "B", "C"];

fn evaluate(session: &mut Session, e: &Expr) -> Expr {
    session.evaluate(e).expect("nothing leaves the evaluation")
}

/// The call with arrays in the places of its names.
fn with(call: &Expr, arrays: &[Expr]) -> Expr {
    map_bottom_up(call, |e| {
        let place = NAMES.iter().position(|name| e == Expr::symbol(&format!("Global`{name}")));
        place.and_then(|place| arrays.get(place)).cloned().unwrap_or(e)
    })
}

fn array_symbol(name: &str, dimensions: &[usize]) -> Expr {
    let dimensions = Expr::list(dimensions.iter().map(|&n| Expr::integer(n as i64)));
    Expr::call(Sym::ArraySymbol, [Expr::string(name), dimensions])
}

/// Small integers that follow no pattern.
fn number(name: usize, offset: usize) -> i64 {
    let state = (name as u64 * 1000 + offset as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (state >> 60) as i64 - 7
}

fn numbers(name: usize, dimensions: &[usize]) -> Vec<i64> {
    (0..dimensions.iter().product()).map(|offset| number(name, offset)).collect()
}

fn nested(elements: &[i64], dimensions: &[usize]) -> Expr {
    match dimensions.split_first() {
        None => Expr::integer(elements[0]),
        Some((&n, rest)) => {
            let size = elements.len() / n.max(1);
            Expr::list((0..n).map(|i| nested(&elements[i * size..(i + 1) * size], rest)))
        }
    }
}

/// A component of an array symbol as the number that stands there.
fn with_numbers(e: Expr, values: &Values) -> Expr {
    let component = e.has_head(Sym::Indexed) && e.arg(0).has_head(Sym::ArraySymbol);
    match component.then(|| values.symbols.iter().position(|symbol| *symbol == e.arg(0))).flatten() {
        Some(place) => e
            .arg(1)
            .args()
            .iter()
            .fold(values.numbers[place].clone(), |array, index| array.arg(index.as_usize().expect("an index") - 1)),
        None => e,
    }
}

struct Values {
    symbols: Vec<Expr>,
    components: Vec<Expr>,
    numbers: Vec<Expr>,
}

fn values(session: &mut Session, Case(_, shapes): &Case) -> Values {
    let symbols: Vec<Expr> = NAMES.iter().zip(*shapes).map(|(name, shape)| array_symbol(name, shape)).collect();
    let expand = |symbol: &Expr| evaluate(session, &Expr::call(Sym::ComponentExpand, [symbol.clone()]));
    let components = symbols.iter().map(expand).collect();
    let numbers = shapes.iter().enumerate().map(|(i, shape)| nested(&numbers(i, shape), shape)).collect();
    Values { symbols, components, numbers }
}

fn each_case(mut check: impl FnMut(&mut Session, &Case, &Expr, &Values) -> Result<(), String>) {
    let mut session = session();
    let mut failures = Vec::new();
    for case in CASES {
        let call = session.parse_one(case.0).expect("the call is in the language");
        let values = values(&mut session, case);
        if let Err(failure) = check(&mut session, case, &call, &values) {
            failures.push(format!("{}: {failure}", case.0));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The lengths of nested lists.
fn dimensions(e: &Expr) -> Expr {
    let mut lengths = Vec::new();
    let mut part = e.clone();
    while part.is_list() {
        lengths.push(Expr::integer(part.len() as i64));
        part = part.arg(0);
    }
    Expr::list(lengths)
}

fn same(session: &Session, left: &Expr, right: &Expr) -> Result<(), String> {
    if left == right {
        return Ok(());
    }
    Err(format!("\n  {}\n  {}", session.input_form(left), session.input_form(right)))
}

#[test]
fn on_components_with_numbers_put_in_as_on_numbers() {
    each_case(|session, _, call, values| {
        let symbolic = evaluate(session, &with(call, &values.components));
        let put_in = map_bottom_up(&symbolic, |e| with_numbers(e, values));
        let left = evaluate(session, &put_in);
        let right = evaluate(session, &with(call, &values.numbers));
        same(session, &left, &right)
    });
}

#[test]
fn on_array_symbols_and_expanded_as_on_components() {
    each_case(|session, _, call, values| {
        let kept = evaluate(session, &with(call, &values.symbols));
        let expanded = evaluate(session, &Expr::call(Sym::ComponentExpand, [kept.clone()]));
        let explicit = evaluate(session, &with(call, &values.components));
        same(session, &expanded, &explicit)?;
        let declared = session.shape_of(&kept).expect("a shape").to_list().unwrap_or_else(|| Expr::list([]));
        let actual = dimensions(&explicit);
        same(session, &declared, &actual)
    });
}

/// The derivative on array symbols, expanded, is the derivative on components.
#[test]
fn derivatives_by_a_parameter_agree() {
    each_case(|session, case, call, values| {
        if case.0.contains("Max") || case.0.contains("Min") {
            return Ok(());
        }
        let t = Expr::symbol("Global`t");
        let moved = |arrays: &[Expr]| -> Vec<Expr> {
            let power = |i: usize| Expr::call(Sym::Power, [t.clone(), Expr::integer(i as i64 + 1)]);
            arrays.iter().enumerate().map(|(i, array)| Expr::call(Sym::Times, [power(i), array.clone()])).collect()
        };
        let derivative = |session: &mut Session, arrays: &[Expr]| {
            let value = evaluate(session, &with(call, &moved(arrays)));
            let slope = evaluate(session, &Expr::call(Sym::D, [value, t.clone()]));
            let expanded = evaluate(session, &Expr::call(Sym::ComponentExpand, [slope]));
            let put_in = map_bottom_up(&expanded, |e| with_numbers(e, values));
            let at = map_bottom_up(&put_in, |e| if e == t { Expr::integer(2) } else { e });
            let value = evaluate(session, &at);
            evaluate(session, &Expr::call(Sym::N, [Expr::call(Sym::Flatten, [Expr::list([value])])]))
        };
        let kept = derivative(session, &values.symbols);
        let explicit = derivative(session, &values.components);
        let reals = |e: &Expr| e.args().iter().map(Expr::as_real).collect::<Option<Vec<f64>>>();
        match (reals(&kept), reals(&explicit)) {
            (Some(a), Some(b))
                if a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| (a - b).abs() <= 1e-9 * (1.0 + b.abs())) =>
            {
                Ok(())
            }
            _ => same(session, &kept, &explicit),
        }
    });
}

/// The call on array symbols as a program of its arrays.
fn program_of(session: &mut Session, Case(_, shapes): &Case, call: &Expr, values: &Values) -> Result<Program, String> {
    let kept = evaluate(session, &with(call, &values.symbols));
    let bindings: Vec<Binding> = values
        .symbols
        .iter()
        .zip(*shapes)
        .zip(NAMES)
        .map(|((symbol, shape), name)| Binding {
            leaf: symbol.clone(),
            name: name.into(),
            source: Source::Input,
            value_type: Type::of_shape(ElementType::F64, shape),
        })
        .collect();
    let outputs = [(Arc::from("Output"), kept)];
    lower(&outputs, &bindings, ElementType::F64, &mut Tables::new(session)).map_err(|error| error.to_string())
}

fn run(session: &mut Session, program: &Program, inputs: &[Tensor<f64>]) -> Result<Vec<Tensor<f64>>, String> {
    verify(program).map_err(|errors| format!("{errors:?}\n{program}"))?;
    let mut tables = Tables::new(session);
    interpret(program, &mut Machine::new(&mut tables), inputs).map_err(|error| format!("{error}\n{program}"))
}

#[test]
fn as_a_program_as_on_numbers() {
    each_case(|session, case, call, values| {
        let program = program_of(session, case, call, values)?;
        let inputs: Vec<Tensor<f64>> = case
            .1
            .iter()
            .enumerate()
            .map(|(i, shape)| {
                let elements = numbers(i, shape).into_iter().map(|n| n as f64).collect();
                Tensor::new(shape, elements).expect("the elements fill the shape")
            })
            .collect();
        let found: Vec<f64> = run(session, &program, &inputs)?[0].to_vec();
        let expected = evaluate(session, &with(call, &values.numbers));
        let expected = evaluate(session, &Expr::call(Sym::N, [Expr::call(Sym::Flatten, [Expr::list([expected])])]));
        let expected: Vec<f64> = expected.args().iter().filter_map(Expr::as_real).collect();
        let close = found.len() == expected.len()
            && found.iter().zip(&expected).all(|(a, b)| (a - b).abs() <= 1e-12 * (1.0 + b.abs()));
        if close { Ok(()) } else { Err(format!("\n  {found:?}\n  {expected:?}\n{program}")) }
    });
}

/// Irregular numbers near 1, so that no two are equal and no power is far off.
fn irregular(shape: &[usize], seed: usize) -> Tensor<f64> {
    let count: usize = shape.iter().product();
    let elements = (0..count).map(|i| 0.4 + ((i * 7919 + seed * 104_729 + 13) % 1009) as f64 / 800.0).collect();
    Tensor::new(shape, elements).expect("the elements fill the shape")
}

fn inner(a: &Tensor<f64>, b: &Tensor<f64>) -> f64 {
    a.iter().zip(b.iter()).map(|(a, b)| a * b).sum()
}

/// The gradient program of a program that is to be multiplied with a given cotangent, its
/// arguments beyond `inputs`, and its value in a direction by finite differences.
fn gradient_agrees(
    session: &mut Session,
    program: &Program,
    inputs: &[Tensor<f64>],
    output: usize,
) -> Result<(Program, Vec<Tensor<f64>>), String> {
    let wanted: Vec<_> = program.inputs()[..inputs.len()].to_vec();
    let gradient = pullback(program, &wanted, &[output], &mut Tables::new(session)).map_err(|e| e.to_string())?;
    let value = run(session, program, inputs)?[output].clone();
    let cotangent = irregular(value.shape(), 77);
    let mut arguments = inputs.to_vec();
    arguments.push(cotangent.clone());
    let results = run(session, &gradient, &arguments)?;
    let gradients = &results[program.outputs().len()..];
    let mut along = 0.0;
    let mut ends = [1e-5, -1e-5].map(|_| inputs.to_vec());
    for (i, gradient) in gradients.iter().enumerate() {
        let direction = irregular(inputs[i].shape(), 5 + i);
        along += inner(gradient, &direction);
        for (end, step) in ends.iter_mut().zip([1e-5, -1e-5]) {
            let moved = inputs[i].iter().zip(direction.iter()).map(|(x, d)| x + step * d).collect();
            end[i] = Tensor::new(inputs[i].shape(), moved).expect("the same shape");
        }
    }
    let mut sides = Vec::new();
    for end in &ends {
        sides.push(inner(&run(session, program, end)?[output], &cotangent));
    }
    let slope = (sides[0] - sides[1]) / 2e-5;
    if (along - slope).abs() <= 1e-6 * (1.0 + slope.abs()) {
        Ok((gradient, arguments))
    } else {
        Err(format!("{along} by reverse mode, {slope} by differences\n{program}\n{gradient}"))
    }
}

#[test]
fn reverse_mode_agrees_with_finite_differences() {
    each_case(|session, case, call, values| {
        let program = program_of(session, case, call, values)?;
        let inputs: Vec<Tensor<f64>> = case.1.iter().enumerate().map(|(i, shape)| irregular(shape, i)).collect();
        let (gradient, arguments) = gradient_agrees(session, &program, &inputs, 0)?;
        let optimized = optimize(&gradient).map_err(|error| error.to_string())?;
        let [plain, faster] = [&gradient, &optimized].map(|program| run(session, program, &arguments));
        let close = plain?.iter().zip(&faster?).all(|(a, b)| {
            a.shape() == b.shape() && a.iter().zip(b.iter()).all(|(a, b)| (a - b).abs() <= 1e-9 * (1.0 + a.abs()))
        });
        if close { Ok(()) } else { Err(format!("the passes change the gradient\n{gradient}\n{optimized}")) }
    });
}

#[test]
fn reverse_mode_of_reverse_mode_agrees_with_finite_differences() {
    each_case(|session, case, call, values| {
        let program = program_of(session, case, call, values)?;
        let inputs: Vec<Tensor<f64>> = case.1.iter().enumerate().map(|(i, shape)| irregular(shape, i)).collect();
        let (gradient, arguments) = gradient_agrees(session, &program, &inputs, 0)?;
        gradient_agrees(session, &gradient, &arguments, 1).map(|_| ())
    });
}

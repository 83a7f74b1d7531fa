//! Machine code against tapes: the same results, bit for bit.

use netform_jit::{Effort, MachineCode, Workspace};
use netform_kernels::{Code, Register, Tape};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};

/// All codes but elementary functions. Functions that are called are such that the order of their operands matters.
const OTHERS: &[Code] = &[
    Code::Add,
    Code::Subtract,
    Code::Multiply,
    Code::Divide,
    Code::Larger,
    Code::Smaller,
    Code::Largest,
    Code::Smallest,
    Code::Less,
    Code::AtMost,
    Code::Greater,
    Code::AtLeast,
    Code::Equal,
    Code::Unequal,
    Code::And,
    Code::Or,
    Code::Power,
    Code::Copy,
    Code::Negate,
    Code::Reciprocal,
    Code::Square,
    Code::Absolute,
    Code::SquareRoot,
    Code::PositivePart,
    Code::Sign,
    Code::Floor,
    Code::Ceiling,
    Code::Round,
    Code::Truncate,
    Code::Not,
    Code::Select,
    Code::Dot,
    Code::Unary(f64::sin),
    Code::Binary(f64::atan2),
    Code::Variadic(weighted),
];

/// All codes.
fn codes() -> Vec<Code> {
    [OTHERS, &Code::ELEMENTARY].concat()
}

fn weighted(numbers: &[f64]) -> f64 {
    numbers.iter().enumerate().map(|(place, number)| (place + 1) as f64 * number).sum()
}

/// Numbers at which functions change, and others.
fn number() -> impl Strategy<Value = f64> {
    const SPECIAL: &[f64] =
        &[0.0, -0.0, 1.0, -1.0, 0.5, 2.5, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324, 1e300];
    prop_oneof![(0..SPECIAL.len()).prop_map(|place| SPECIAL[place]), -3.0..3.0, any::<f64>()]
}

/// A tape in which steps read what was defined lately, and sometimes what was defined long ago.
#[derive(Clone, Debug)]
struct Recipe {
    inputs: Vec<f64>,
    constants: Vec<f64>,
    /// Code, number of operands of a function of any number, and where operands are.
    steps: Vec<(usize, usize, u64)>,
    results: Vec<u64>,
}

fn recipe(codes: usize, steps: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Recipe> {
    let step = (0..codes, 0..20usize, any::<u64>());
    (
        proptest::collection::vec(number(), 0..6),
        proptest::collection::vec(number(), 1..6),
        proptest::collection::vec(step, steps),
        proptest::collection::vec(any::<u64>(), 0..40),
    )
        .prop_map(|(inputs, constants, steps, results)| Recipe { inputs, constants, steps, results })
}

impl Recipe {
    fn tape(&self, codes: &[Code]) -> Tape<f64> {
        let fixed = self.inputs.len() + self.constants.len();
        let steps = self.steps.iter().enumerate().map(|(place, &(code, many, mut seed))| {
            let code = codes[code];
            let count = code.operands().unwrap_or(if matches!(code, Code::Dot) { 2 + many / 2 * 2 } else { many });
            let mut draw = |limit: usize| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (seed >> 33) as usize % limit
            };
            let sources = (0..count).map(|_| {
                let known = fixed + place;
                let back = if draw(4) == 0 { known } else { known.min(12) };
                (known - 1 - draw(back)) as Register
            });
            (code, sources.collect())
        });
        let known = fixed + self.steps.len();
        let mut results: Vec<Register> = self.results.iter().map(|place| (*place % known as u64) as Register).collect();
        results.push((known - 1) as Register);
        Tape::new(self.inputs.len(), self.constants.clone(), steps, &results)
    }

    fn compare(&self, codes: &[Code]) {
        let tape = self.tape(codes);
        let expected = of_tape(&tape, &self.inputs);
        let mut workspace = Workspace::default();
        for effort in [Effort::Quick, Effort::Optimized] {
            let code = MachineCode::new(&tape, effort).expect("machine code");
            let mut found = vec![7.0; tape.results()];
            code.call(&self.inputs, &mut found);
            assert_eq!(bits(&found), bits(&expected), "{effort:?}: {found:?} instead of {expected:?}");
            found.fill(7.0);
            code.call_in(&mut workspace, &self.inputs, &mut found);
            assert_eq!(bits(&found), bits(&expected), "{effort:?} in a workspace");
        }
    }
}

fn of_tape(tape: &Tape<f64>, inputs: &[f64]) -> Vec<f64> {
    let inputs: Vec<&[f64]> = inputs.iter().map(std::slice::from_ref).collect();
    let mut results = vec![0.0; tape.results()];
    tape.apply(&inputs, &mut results.chunks_mut(1).collect::<Vec<_>>());
    results
}

/// What is compared: numbers by their bits, and what is no number as one.
fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }).collect()
}

/// The codes without what makes most numbers be no numbers after a few steps.
fn tame() -> Vec<Code> {
    let wild = |code: &Code| {
        matches!(code, Code::Logarithm | Code::LogarithmOfOnePlus | Code::SquareRoot | Code::Power | Code::Divide)
    };
    codes().into_iter().filter(|code| !wild(code)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn short_tapes(recipe in recipe(codes().len(), 1..=30)) {
        recipe.compare(&codes());
    }

    #[test]
    fn short_tapes_of_finite_numbers(recipe in recipe(tame().len(), 1..=200)) {
        recipe.compare(&tame());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn long_tapes(recipe in prop_oneof![Just(1000..=1001), Just(1..=5000)].prop_flat_map(|steps| recipe(tame().len(), steps))) {
        recipe.compare(&tame());
    }
}

#[test]
fn code_goes_from_thread_to_thread() {
    let tape = Tape::new(1, vec![], [(Code::HyperbolicTangent, vec![0]), (Code::Unary(f64::sin), vec![1])], &[2]);
    let code = MachineCode::new(&tape, Effort::Quick).expect("machine code");
    let expected = of_tape(&tape, &[0.25]);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut results = [0.0];
                code.call(&[0.25], &mut results);
                assert_eq!(bits(&results), bits(&expected));
            });
        }
    });
    std::thread::spawn(move || drop(code)).join().expect("code is dropped");
}

#[test]
#[should_panic(expected = "not for negative numbers")]
fn a_panic_of_a_function_goes_to_the_caller() {
    fn positive(x: f64) -> f64 {
        assert!(x >= 0.0, "not for negative numbers");
        x
    }
    let tape = Tape::new(1, vec![], [(Code::Unary(positive), vec![0]), (Code::Unary(positive), vec![1])], &[2]);
    let code = MachineCode::new(&tape, Effort::Quick).expect("machine code");
    let mut results = [0.0];
    code.call(&[2.0], &mut results);
    assert_eq!(results, [2.0]);
    code.call(&[-2.0], &mut results);
}

#[test]
fn each_code_at_numbers_where_it_changes() {
    let numbers = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        1.5,
        2.5,
        -2.5,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        5e-324,
        1e300,
        -745.2,
        709.9,
    ];
    for code in codes() {
        let count = code.operands().unwrap_or(if matches!(code, Code::Dot) { 4 } else { 3 });
        let tape = Tape::new(count, vec![], [(code, (0..count as Register).collect())], &[count as Register]);
        for effort in [Effort::Quick, Effort::Optimized] {
            let machine = MachineCode::new(&tape, effort).expect("machine code");
            for row in 0..numbers.len().pow(count as u32) {
                let inputs: Vec<f64> =
                    (0..count).map(|k| numbers[row / numbers.len().pow(k as u32) % numbers.len()]).collect();
                let mut found = [0.0];
                machine.call(&inputs, &mut found);
                let expected = of_tape(&tape, &inputs);
                assert_eq!(bits(&found), bits(&expected), "{code:?} of {inputs:?}: {found:?} instead of {expected:?}");
            }
        }
    }
}

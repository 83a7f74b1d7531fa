//! Sums with the same factors, as those of layers: machine code gives what tapes give, bit for bit.

use netform_jit::{Effort, MachineCode};
use netform_kernels::{Code, Register, Tape};
use proptest::prelude::{ProptestConfig, Strategy, any, prop_oneof, proptest};

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -2.0..2.0,
        1 => prop_oneof![0.0..1.0, any::<f64>()],
        1 => proptest::sample::select(vec![0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NAN, 1e300, 5e-324]),
    ]
}

/// Sums of some of the values before them, and a function of each.
#[derive(Clone, Debug)]
struct Layer {
    sums: usize,
    /// How many values they have, and how far back these begin.
    factors: usize,
    back: usize,
    starts: bool,
    /// Whether the last sum leaves the last value out.
    ragged: bool,
    function: Option<Code>,
    constants: Vec<f64>,
}

fn layer() -> impl Strategy<Value = Layer> {
    let functions = vec![None, Some(Code::HyperbolicTangent), Some(Code::Square), Some(Code::Sine)];
    (
        1..40usize,
        1..40usize,
        0..60usize,
        any::<bool>(),
        any::<bool>(),
        proptest::sample::select(functions),
        proptest::collection::vec(number(), 7..60),
    )
        .prop_map(|(sums, factors, back, starts, ragged, function, constants)| Layer {
            sums,
            factors,
            back,
            starts,
            ragged,
            function,
            constants,
        })
}

/// The tape of layers; results are some neighbours, and some others.
fn tape(inputs: usize, layers: &[Layer], results: &[u64]) -> Tape<f64> {
    let mut constants = vec![1.0];
    layers.iter().for_each(|layer| constants.extend(&layer.constants));
    let (mut steps, mut values) = (vec![], (0..inputs as Register).collect::<Vec<_>>());
    let mut next = (inputs + constants.len()) as Register;
    let mut first = inputs as Register + 1;
    let mut push = |steps: &mut Vec<(Code, Vec<Register>)>, code, operands| {
        steps.push((code, operands));
        next += 1;
        next - 1
    };
    for layer in layers {
        let count = layer.factors.min(values.len());
        let begin = values.len() - count - layer.back.min(values.len() - count);
        let factors = values[begin..begin + count].to_vec();
        for sum in 0..layer.sums {
            let constant = |k: usize| first + ((sum * (count + 1) + k) % layer.constants.len()) as Register;
            let mut operands = if layer.starts { vec![constant(count), inputs as Register] } else { vec![] };
            let left_out = usize::from(layer.ragged && sum + 1 == layer.sums && count > 1);
            for (k, &factor) in factors[..count - left_out].iter().enumerate() {
                operands.extend([constant(k), factor]);
            }
            values.push(push(&mut steps, Code::Dot, operands));
        }
        if let Some(function) = layer.function {
            for place in values.len() - layer.sums..values.len() {
                values.push(push(&mut steps, function, vec![values[place]]));
            }
        }
        first += layer.constants.len() as Register;
    }
    let neighbours = values.len() - layers.last().map_or(0, |layer| layer.sums);
    let mut registers = values[neighbours..].to_vec();
    registers.extend(results.iter().map(|place| values[*place as usize % values.len()]));
    Tape::new(inputs, constants, steps, &registers)
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn layers(
        inputs in proptest::collection::vec(number(), 1..12),
        layers in proptest::collection::vec(layer(), 1..6),
        results in proptest::collection::vec(any::<u64>(), 0..20),
    ) {
        let tape = tape(inputs.len(), &layers, &results);
        let columns: Vec<&[f64]> = inputs.iter().map(std::slice::from_ref).collect();
        let mut expected = vec![0.0; tape.results()];
        tape.apply(&columns, &mut expected.chunks_mut(1).collect::<Vec<_>>());
        for effort in [Effort::Quick, Effort::Optimized] {
            let code = MachineCode::new(&tape, effort).expect("machine code");
            let mut found = vec![7.0; tape.results()];
            code.call(&inputs, &mut found);
            assert_eq!(bits(&found), bits(&expected), "{effort:?}: {found:?} instead of {expected:?}");
        }
    }
}

//! Products with functions, and recurrences of them, are those of plain loops.

use std::sync::Arc;

use netform_kernels::{
    Call, Code, Crew, Fused, GATES, Operand, Pool, Real, Scratch, Sizes, Tape, Track, run_apart, run_turns,
};
use proptest::prelude::{any, prop, prop_oneof, proptest};

/// Irregular numbers.
fn number(k: usize) -> f64 {
    ((k * 7919 + 13) % 1009) as f64 / 1009.0 - 0.5
}

/// A recurrence `s = f(s, x) = bias + x (s W1 + s W2 + ...)`, of which each turn leaves s and 2 s behind, beside plain
/// loops. The states are rows of what is left behind; x is another matrix in each turn, the bias one row.
fn recurrence<T: Real>(sizes: Sizes, gates: usize, turns: usize, backward: bool) {
    let Sizes { rows, columns, .. } = sizes;
    let (all, g) = (rows * columns, gates as u32);
    let mut steps: Vec<(Code, Vec<u32>)> = vec![];
    let (x, bias, two) = (g, g + 1, g + 2);
    let mut sum = 0;
    let mut next = two + 1;
    let mut step = |code: Code, sources: Vec<u32>| {
        steps.push((code, sources));
        next += 1;
        next - 1
    };
    for gate in 1..g {
        sum = step(Code::Add, vec![sum, gate]);
    }
    let product = if gates == 0 { x } else { step(Code::Multiply, vec![sum, x]) };
    let state = step(Code::Add, vec![product, bias]);
    let double = step(Code::Multiply, vec![state, two]);
    let tape = Tape::<T>::new(gates + 2, vec![T::from_double(2.0)], steps, &[state, double]);
    let weights = |gate: usize, k: usize, n: usize| number(gate * 31 + k * 17 + n) / sizes.depth.max(1) as f64;
    let fused = Fused::new(sizes, gates, |gate, k, n| T::from_double(weights(gate, k, n)), tape);

    // The first state, the bias, all x, all states, and two rooms for doubled states.
    let starts = [0, all, all + columns, all + columns + turns * all, all + columns + 2 * turns * all];
    let mut memory: Vec<T> = (0..starts[4] + 2 * all).map(|k| T::from_double(number(k))).collect();
    let begin: Vec<f64> = memory.iter().map(|x| x.to_double()).collect();
    let size = |track: Track| Operand { track, row_step: columns as isize, column_step: 1 };
    let last = turns.saturating_sub(1) * all;
    let (offset, step) = if backward { (last, -(all as isize)) } else { (0, all as isize) };
    let row = |start: usize| Track { first: None, rooms: [start + offset; 2], step };
    let call = Call {
        fused: &fused,
        left: size(Track { first: Some(starts[0]), ..row(starts[3]) }),
        inputs: &[size(row(starts[2])), Operand { row_step: 0, ..size(Track::fixed(starts[1])) }],
        outputs: &[size(row(starts[3])), size(Track { first: None, rooms: [starts[4], starts[4] + all], step: 0 })],
    };
    run_turns(&[call], 0..turns, &mut memory, &mut Scratch::default());

    let mut state = begin[..all].to_vec();
    let tolerance = if size_of::<T>() == 4 { 1e-5 } else { 1e-13 };
    for turn in 0..turns {
        let at = if backward { turns - 1 - turn } else { turn } * all;
        let mut new = vec![0.0; all];
        for (place, new) in new.iter_mut().enumerate() {
            let (row, n) = (place / columns, place % columns);
            let product =
                |gate: usize| -> f64 { (0..sizes.depth).map(|k| state[row * columns + k] * weights(gate, k, n)).sum() };
            let sum = if gates == 0 { 1.0 } else { (0..gates).map(product).sum() };
            *new = begin[starts[1] + n] + begin[starts[2] + at + place] * sum;
        }
        for (place, new) in new.iter().enumerate() {
            let found = memory[starts[3] + at + place].to_double();
            assert!((found - new).abs() <= tolerance, "{found} is not {new} at {place} in turn {turn}");
            if turn + 2 >= turns {
                let found = memory[starts[4] + turn % 2 * all + place].to_double();
                assert!((found - 2.0 * new).abs() <= 2.0 * tolerance, "{found} is not twice {new}");
            }
        }
        state = new;
    }
}

proptest! {
    #[test]
    fn recurrences_are_those_of_plain_loops(
        rows in prop_oneof![1usize..2, 2usize..15],
        columns in prop_oneof![1usize..20, 20usize..150, prop::sample::select(vec![32, 64, 128, 129])],
        part in 0usize..20,
        gates in 0..=GATES,
        (turns, backward) in (0usize..5, any::<bool>()),
    ) {
        // The depth is at most the columns of the state.
        let sizes = Sizes { rows, depth: columns.saturating_sub(part), columns };
        recurrence::<f32>(sizes, gates, turns, backward);
        recurrence::<f64>(sizes, gates, turns, backward);
    }
}

/// `x W + b`, and the same where the result is read, which no two threads may do at once.
fn layer<T: Real>(sizes: Sizes, gates: usize, threads: usize) {
    let Sizes { rows, depth, columns } = sizes;
    let sum = (1..gates)
        .map(|gate| (Code::Multiply, vec![if gate == 1 { 0 } else { (gates + gate) as u32 - 1 }, gate as u32]));
    let steps: Vec<_> = sum.collect();
    let last = if gates == 1 { 0 } else { (2 * gates - 1) as u32 };
    let with_bias = [steps, vec![(Code::Add, vec![last, gates as u32])]].concat();
    let tape = Tape::<T>::new(gates + 1, vec![], with_bias, &[(2 * gates) as u32]);
    let fused = Fused::new(sizes, gates, |gate, k, n| T::from_double(number(gate * 31 + k * 17 + n)), tape);
    let operand = |start: usize, row_step: usize| Operand {
        track: Track::fixed(start),
        row_step: row_step as isize,
        column_step: 1,
    };
    let (bias, to) = (rows * depth, rows * depth + columns);
    let memory: Vec<T> = (0..to + rows * columns).map(|k| T::from_double(number(k))).collect();
    for (left, end) in [(0, memory.len()), (to, to + rows * depth.max(columns))] {
        let mut alone = memory.clone();
        alone.resize(end.max(memory.len()), T::ONE);
        let mut several = alone.clone();
        let (inputs, outputs) = ([operand(bias, 0)], [operand(to, columns)]);
        let call = Call { fused: &fused, left: operand(left, depth), inputs: &inputs, outputs: &outputs };
        run_turns(&[call], 0..1, &mut alone, &mut Scratch::default());
        run_apart(call, 0..1, &mut several, &mut Crew::new(Arc::new(Pool::new(threads))));
        assert!(alone == several, "{threads} threads, {sizes:?}, {gates} products");
    }
}

proptest! {
    #[test]
    fn threads_give_the_same_bits(
        rows in prop_oneof![1usize..3, 3usize..40],
        (depth, columns) in (0usize..40, prop_oneof![1usize..20, 20usize..150]),
        (gates, threads) in (1..=GATES, 1usize..5),
    ) {
        layer::<f32>(Sizes { rows, depth, columns }, gates, threads);
        layer::<f64>(Sizes { rows, depth, columns }, gates, threads);
    }
}

#[test]
#[should_panic(expected = "leaves its memory")]
fn operands_stay_in_memory() {
    let sizes = Sizes { rows: 1, depth: 0, columns: 4 };
    let fused = Fused::new(sizes, 0, |_, _, _| 0.0f32, Tape::new(1, vec![], [(Code::Square, vec![0])], &[1]));
    let operand = |start: usize, step: isize| Operand {
        track: Track { first: None, rooms: [start; 2], step },
        row_step: 0,
        column_step: 1,
    };
    let left = operand(0, 0);
    let call = Call { fused: &fused, left, inputs: &[operand(0, 0)], outputs: &[operand(4, 4)] };
    run_turns(&[call], 0..4, &mut [0.0; 19], &mut Scratch::default());
}

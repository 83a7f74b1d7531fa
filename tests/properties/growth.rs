//! The cost of symbolic algorithms on a recurrence: four times the steps may not cost much more than four times the work.
//!
//! An unrolled recurrence is a graph whose nodes grow as its length does, while its tree grows beyond all bounds. An
//! algorithm that walks over the whole rest of the graph at each node is right on it and of no use.

use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};

use crate::session::TestSession;

/// Steps of the two recurrences that are compared.
const STEPS: [usize; 2] = [50, 200];
/// How much more work the longer recurrence may be: linear is 4, what the caches cost is below 2, and a square is 16.
const GROWTH: f64 = 9.0;
/// Times below this are noise.
const FLOOR: Duration = Duration::from_millis(20);
/// The least of so many tries counts.
const TRIES: usize = 3;

/// An algorithm, applied to the outputs `r` of an LSTM on the symbols `x[t, i]`, their derivative `d` by one of the first
/// step, and its gates' weights `w`.
struct Algorithm {
    name: &'static str,
    input: &'static str,
}

const ALGORITHMS: &[Algorithm] = &[
    Algorithm { name: "evaluate", input: "net[Array[y, {n, 2}]]" },
    Algorithm { name: "differentiate", input: "D[r, x[1, 2]]" },
    Algorithm { name: "gradient", input: "D[Total[Last[r]], {Flatten[xs]}]" },
    Algorithm { name: "second-derivative", input: "D[First[Last[d]], x[n, 1]]" },
    Algorithm { name: "substitute-a-symbol", input: "d /. x[1, 1] -> z" },
    Algorithm { name: "substitute-by-a-pattern", input: "d /. x[i_, j_] :> 1/(i + j)" },
    Algorithm { name: "substitute-numbers", input: "r /. x[i_, j_] :> 0.1 (i + j)" },
    Algorithm { name: "leaf-count", input: "LeafCount[d]" },
    Algorithm { name: "byte-count", input: "ByteCount[d]" },
    Algorithm { name: "depth", input: "Depth[d]" },
    Algorithm { name: "free-of", input: "FreeQ[d, z]" },
    Algorithm { name: "count-without-a-match", input: "Count[d, z, Infinity]" },
    Algorithm { name: "count", input: "Count[d, _Tanh, Infinity]" },
    Algorithm { name: "expand-functions", input: "FunctionExpand[r]" },
    Algorithm { name: "replace-to-the-end", input: "r //. LogisticSigmoid[z_] :> 1/(1 + Exp[-z])" },
    Algorithm { name: "read-the-text", input: "ToExpression[ToString[r, InputForm]]" },
    Algorithm { name: "evaluate-again", input: "Block[{z = 1}, d]" },
    Algorithm { name: "approximate", input: "N[d]" },
    Algorithm { name: "sort", input: "Sort[Flatten[d]]" },
    Algorithm { name: "text", input: "StringLength[ToString[d, InputForm]]" },
    Algorithm { name: "whole-arrays", input: "net[MatrixSymbol[\"X\", {n, 2}]]" },
    Algorithm { name: "numbers", input: "net[Array[0.1 (#1 + #2) &, {n, 2}]]" },
];

const SETUP: &str = "SeedRandom[1]; net = NetInitialize[LongShortTermMemoryLayer[3, \"Input\" -> {n, 2}]]; \
                     xs = Array[x, {n, 2}]; r = net[xs]; d = D[r, x[1, 1]];";

/// The tests, one an algorithm.
pub(super) fn trials() -> Vec<Trial> {
    let trial = |algorithm: &'static Algorithm| {
        Trial::test(format!("properties::growth::{}", algorithm.name), move || {
            grows_as_the_length_does(algorithm.input)
        })
    };
    ALGORITHMS.iter().map(trial).collect()
}

fn grows_as_the_length_does(input: &str) -> Result<(), Failed> {
    let mut growth = f64::INFINITY;
    for _ in 0..TRIES {
        let [short, long] = [work(STEPS[0], input)?, work(STEPS[1], input)?];
        growth = growth.min(long.as_secs_f64() / short.max(FLOOR).as_secs_f64());
        if growth <= GROWTH {
            return Ok(());
        }
    }
    Err(format!("{input}: {} times the steps take {growth:.1} times the work", STEPS[1] / STEPS[0]).into())
}

/// The time that an input takes for a recurrence of so many steps.
fn work(steps: usize, input: &str) -> Result<Duration, Failed> {
    let mut session = TestSession::new();
    session.value(&format!("n = {steps}; {SETUP}"))?;
    let stopwatch = Stopwatch::start();
    session.value(&format!("{input};"))?;
    Ok(stopwatch.elapsed())
}

/// Measures the time for which this thread has a processor, where the system tells; otherwise what the clock says, which
/// counts other programs too.
struct Stopwatch {
    clock: Instant,
    processor: Option<Duration>,
}

impl Stopwatch {
    fn start() -> Stopwatch {
        Stopwatch { clock: Instant::now(), processor: processor_time() }
    }

    fn elapsed(&self) -> Duration {
        match (processor_time(), self.processor) {
            (Some(now), Some(start)) => now.saturating_sub(start),
            _ => self.clock.elapsed(),
        }
    }
}

fn processor_time() -> Option<Duration> {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    schedule.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

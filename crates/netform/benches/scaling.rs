//! How symbolic work grows with the length of a recurrence.
//!
//! `cargo bench -p netform --bench scaling` prints one table for each recurrence: the time of every
//! phase, the distinct nodes of the derivative, and the peak memory of the process, in which nothing
//! else ran. The sizes are measured in turn, several times over, and the table shows the median of
//! each figure. The last row is the growth of the largest size over the smallest, with the least and
//! the greatest of the rounds for the sum; where it is more than that of the sizes, the note below
//! the table says why. `-- --rounds N` sets the rounds.

use std::process::{Command, ExitCode};
use std::time::Instant;

use netform::eval::Session;
use netform::expr::{Expr, Sym, size};

/// A recurrence, as inputs in which `n` stands for the number of steps.
struct Case {
    name: &'static str,
    note: &'static str,
    /// Inputs evaluated before the clock starts.
    setup: &'static str,
    /// What is evaluated on symbols.
    build: &'static str,
    /// The variable of the derivative of all results.
    variable: &'static str,
    /// Rules that put a number in the place of every symbol.
    numbers: &'static str,
}

const CASES: &[Case] = &[
    Case {
        name: "LongShortTermMemoryLayer[8, \"Input\" -> {n, 4}] with symbolic weights",
        note: "Linear in nodes; the number of leaves has as many digits as there are steps.",
        setup: "net = LongShortTermMemoryLayer[8, \"Input\" -> {n, 4}]; xs = Array[x, {n, 4}]",
        build: "net[xs]",
        variable: "x[1, 1]",
        numbers: "Join[(# -> Array[0.3 Sin[1. {##} . {1, 2, 3}[[;; Length[{##}]]]] &, Dimensions[#]]) & /@ \
                  Information[net, \"ArraysList\"], {x[i_, j_] :> 0.01 i + 0.1 j}]",
    },
    Case {
        name: "chain h = Tanh[a h + b h], elementwise, of 4 units",
        note: "Linear.",
        setup: "start = Array[x, 4]; a = Array[u, 4]; b = Array[v, 4]",
        build: "Nest[Tanh[a # + b RotateLeft[#]] &, start, n]",
        variable: "x[1]",
        numbers: "{x[i_] :> 0.1 i, u[i_] :> 0.2 i, v[i_] :> -0.1 i}",
    },
    Case {
        name: "residual chain x += Tanh[W . x] of 4 units",
        note: "Sums are flat: that of step t has t + 1 terms, so their lengths add up to a square.",
        setup: "start = Array[x, 4]; w = Array[u, {4, 4}]",
        build: "Nest[# + Tanh[w . #] &, start, n]",
        variable: "x[1]",
        numbers: "{x[i_] :> 0.1 i, u[i_, j_] :> 0.1 (i - j)}",
    },
    Case {
        name: "Accumulate of n symbols",
        note: "The result itself is a square: sum t has t terms.",
        setup: "xs = Array[x, n]",
        build: "Accumulate[xs]",
        variable: "x[1]",
        numbers: "{x[i_] :> 0.1 i}",
    },
];

const SIZES: [usize; 4] = [50, 100, 200, 400];
const PHASES: [&str; 4] = ["evaluate", "D", "LeafCount", "substitute"];
/// The column of the sum of all phases.
const SUM: usize = PHASES.len();
const ROUNDS: usize = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.as_slice() {
        [_, flag, case, size] if flag == "--one" => {
            measure(&CASES[case.parse::<usize>().expect("a case")], size.parse().expect("a size"));
            ExitCode::SUCCESS
        }
        _ => {
            let rounds = arguments.iter().position(|argument| argument == "--rounds").map_or(ROUNDS, |flag| {
                arguments.get(flag + 1).and_then(|n| n.parse().ok()).filter(|&n| n > 0).expect("--rounds N, at least 1")
            });
            for index in 0..CASES.len() {
                if let Err(error) = report(index, rounds) {
                    eprintln!("{error}");
                    return ExitCode::FAILURE;
                }
            }
            ExitCode::SUCCESS
        }
    }
}

/// Prints the table of a case. Each measurement is a process of its own, and a round measures every
/// size once, so that whatever else the machine does meets them all.
fn report(index: usize, rounds: usize) -> Result<(), String> {
    let case = &CASES[index];
    let mut figures = vec![Vec::with_capacity(rounds); SIZES.len()];
    for _ in 0..rounds {
        for (figures, size) in figures.iter_mut().zip(SIZES) {
            figures.push(measure_apart(index, size)?);
        }
    }
    println!("\n### {}\n", case.name);
    println!("| n | {} | all | nodes of D | peak MiB |", PHASES.map(|phase| format!("{phase}, ms")).join(" | "));
    println!("|--:|{}", "--:|".repeat(PHASES.len() + 3));
    let rows: Vec<Vec<f64>> = figures.iter().map(|rounds| medians(rounds)).collect();
    for (size, row) in SIZES.iter().zip(&rows) {
        println!("| {size} | {} |", row.iter().map(|x| format!("{x:.1}")).collect::<Vec<_>>().join(" | "));
    }
    let (first, last) = (0, SIZES.len() - 1);
    let growth = rows[last].iter().zip(&rows[first]).map(|(last, first)| format!("x{:.1}", last / first));
    println!("| x{} | {} |\n", SIZES[last] / SIZES[first], growth.collect::<Vec<_>>().join(" | "));
    let mut sums: Vec<f64> = figures[last].iter().zip(&figures[first]).map(|(l, f)| l[SUM] / f[SUM]).collect();
    sums.sort_by(f64::total_cmp);
    println!("Of {rounds} rounds: x{:.1} to x{:.1}. {}", sums[0], sums[rounds - 1], case.note);
    Ok(())
}

/// The figures of one size, measured in a new process.
fn measure_apart(index: usize, size: usize) -> Result<Vec<f64>, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program)
        .args(["--one", &index.to_string(), &size.to_string()])
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let row: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    if row.len() == PHASES.len() + 3 {
        return Ok(row);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("{} of size {size} failed: {text}{errors}", CASES[index].name))
}

/// The median of each column.
fn medians(rows: &[Vec<f64>]) -> Vec<f64> {
    let median = |column: usize| {
        let mut values: Vec<f64> = rows.iter().map(|row| row[column]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    (0..rows[0].len()).map(median).collect()
}

/// Measures one size and prints the figures of its row.
fn measure(case: &Case, steps: usize) {
    let mut session = Session::new(netform::registry());
    let mut run = |text: &str| {
        let parsed = session.parse_one(text).expect("the inputs of a case are in the language");
        let start = Instant::now();
        let value = session.submit(&parsed).value;
        (value, start.elapsed().as_secs_f64() * 1e3)
    };
    run(&format!("n = {steps}"));
    run(case.setup);
    let (_, build) = run(&format!("r = {}", case.build));
    let (derivative, d) = run(&format!("d = D[r, {}]", case.variable));
    let (_, leaf_count) = run("LeafCount[d]");
    run(&format!("rules = {}", case.numbers));
    let (numbers, substitute) = run("d /. rules");
    assert!(all_numbers(&numbers), "the derivative with numbers put in: {numbers:?}");
    let times = [build, d, leaf_count, substitute];
    let all: f64 = times.iter().sum();
    let nodes = size(&derivative).nodes;
    println!("{} {all} {nodes} {}", times.map(|time| time.to_string()).join(" "), peak_mebibytes());
}

fn all_numbers(e: &Expr) -> bool {
    if e.has_head(Sym::List) { e.args().iter().all(all_numbers) } else { e.is_number() }
}

/// The most memory that this process has had, where the system tells.
fn peak_mebibytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<f64>().ok());
    kibibytes.map_or(f64::NAN, |kibibytes| kibibytes / 1024.0)
}

//! What the benchmarks beside others share: arguments, times, the file with all figures, and weights that every program can compute.

use std::fmt::Write as _;
use std::time::Instant;

use serde_json::Value;

/// A text in which `NETTEXT` stands for a net: gives every array elements that both sides of a comparison can compute: `Sin[k]`,
/// k = 1, 2, ... over all arrays in their order, over the root of the last dimension.
pub(crate) const FILLED: &str = "Module[{net = NetInitialize[NETTEXT], k = 0}, NetReplacePart[net, \
    (# -> With[{d = Dimensions[Information[net, \"Arrays\"][#]]}, \
    Module[{n = Times @@ d, a}, a = N[Sin[Range[k + 1, k + n]]]/Sqrt[N[Last[d]]]; k += n; ArrayReshape[a, d]]]) & /@ \
    Keys[Information[net, \"Arrays\"]]]]";

/// What is asked for, and what has been measured.
///
/// Arguments are beginnings of the names of rows, `--json FILE` for a file with all figures, `--plan` to show plans, and `--quick` for
/// few samples.
pub(crate) struct Bench {
    names: Vec<String>,
    json: Option<String>,
    pub(crate) quick: bool,
    pub(crate) plans: bool,
    lines: String,
}

impl Bench {
    /// What the arguments of the program ask for.
    pub(crate) fn from_arguments() -> Bench {
        let mut bench = Bench { names: vec![], json: None, quick: false, plans: false, lines: String::new() };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--bench" => {}
                "--json" => bench.json = Some(arguments.next().expect("a file behind --json")),
                "--quick" => bench.quick = true,
                "--plan" => bench.plans = true,
                flag if flag.starts_with("--") => {
                    panic!("there is no argument {flag}: --json FILE, --plan, --quick, or rows")
                }
                _ => bench.names.push(argument),
            }
        }
        bench
    }

    /// Whether a row is to be measured.
    pub(crate) fn is_asked(&self, row: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| row.starts_with(name.as_str()))
    }

    /// Prints the median and the least of some times, in seconds, and keeps them with other figures; of these, "ready" is a time that
    /// is printed too.
    pub(crate) fn put(&mut self, row: &str, mut times: Vec<f64>, others: &[(&str, Value)]) {
        times.sort_by(f64::total_cmp);
        let (median, minimum) = (times[times.len() / 2], times[0]);
        print!("{row:28} {:12.3} {:12.3}", median * 1e6, minimum * 1e6);
        match others.iter().find(|(name, _)| *name == "ready").and_then(|(_, ready)| ready.as_f64()) {
            Some(ready) => println!(" {:12.2}", ready * 1e3),
            None => println!(),
        }
        let mut line = serde_json::json!({ "row": row, "peer": "netform", "median": median, "minimum": minimum });
        for (name, value) in others {
            line[*name] = value.clone();
        }
        let _ = writeln!(self.lines, "{line}");
    }

    /// Writes the file.
    pub(crate) fn finish(self) {
        if let Some(path) = self.json {
            std::fs::write(path, self.lines).expect("the file can be written");
        }
    }

    /// Samples of the time of a call, long enough for the clock and short enough to fall between the work of others.
    pub(crate) fn samples(&self, mut call: impl FnMut()) -> Vec<f64> {
        let single = (0..5).map(|_| seconds(&mut call).1).fold(f64::INFINITY, f64::min);
        let inner = ((5e-4 / single) as usize).max(1);
        let count = if self.quick || single * inner as f64 > 0.01 { 21 } else { 301 };
        (0..count).map(|_| seconds(|| (0..inner).for_each(|_| call())).1 / inner as f64).collect()
    }
}

/// Prints the head of the table.
pub(crate) fn print_head() {
    println!("{:28} {:>12} {:>12} {:>12}", "row", "median us", "minimum us", "ready ms");
}

/// What comes of some work, and how many seconds it takes.
pub(crate) fn seconds<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let value = work();
    (value, start.elapsed().as_secs_f64())
}

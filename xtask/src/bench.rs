//! `cargo xtask bench`: how long nets and expressions take, beside what others reach on the same ones with the same weights.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::picture::{Bars, picture};
use crate::tools::{execute, install};
use crate::workspace_root;

/// What is asked for.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only rows whose names begin so, such as "train mlp".
    #[arg(long, value_name = "ROW")]
    rows: Vec<String>,
    /// How often everything is measured in turn; the least times count.
    #[arg(long, default_value_t = 2)]
    rounds: usize,
    /// Write all figures as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draw the times and their ratios as SVG.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// The number of threads of all programs.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Measure each row once and for a short time.
    #[arg(long)]
    quick: bool,
    /// The Python environment of the peers [default: target/peers].
    #[arg(long, value_name = "DIR")]
    venv: Option<PathBuf>,
    /// Make this environment first.
    #[arg(long)]
    install: bool,
}

/// A line that a measuring program writes.
#[derive(Deserialize)]
struct Line {
    row: String,
    peer: String,
    median: f64,
    minimum: f64,
    output: Vec<f64>,
}

/// The figures of one row and peer over all rounds.
struct Figures {
    medians: Vec<f64>,
    minimum: f64,
    output: Vec<f64>,
}

/// A program that measures others.
struct Peer {
    name: &'static str,
    script: &'static str,
    /// The module of Python without which it is left out.
    module: &'static str,
}

/// A benchmark of ours, and the peers that have the same rows.
struct Benchmark {
    name: &'static str,
    peers: &'static [Peer],
}

const BENCHMARKS: &[Benchmark] = &[
    Benchmark {
        name: "inference",
        peers: &[Peer { name: "onnxruntime", script: "xtask/peers/onnx_runtime.py", module: "onnxruntime" }],
    },
    Benchmark {
        name: "training",
        peers: &[
            Peer { name: "jax", script: "xtask/peers/jax_training.py", module: "jax" },
            Peer { name: "torch", script: "xtask/peers/torch_training.py", module: "torch" },
        ],
    },
    Benchmark {
        name: "compiled",
        peers: &[Peer { name: "casadi", script: "xtask/peers/casadi_expressions.py", module: "casadi" }],
    },
];

/// The variable that tells programs how many threads they may use.
const THREADS: &str = "NETFORM_THREADS";

/// Outputs agree if they differ by no more than this, relative to the largest.
const TOLERANCE: f64 = 1e-3;

pub(crate) fn run(options: &Options) -> Result<(), String> {
    let root = workspace_root();
    let venv = options.venv.clone().unwrap_or_else(|| root.join("target/peers"));
    let python = venv.join("bin/python");
    if options.install {
        install(&venv, &root.join("xtask/peers/requirements.txt"))?;
    }
    let peers = python.exists();
    if !peers {
        println!("no peers are measured: `cargo xtask bench --install` installs them into {}\n", venv.display());
    }
    let folder = root.join("target/bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut order: Vec<String> = Vec::new();
    let mut all: BTreeMap<(String, String), Figures> = BTreeMap::new();
    let quick: &[&str] = if options.quick { &["--quick"] } else { &[] };
    let threads = options.threads.to_string();
    for benchmark in BENCHMARKS {
        let has = |peer: &&Peer| peers && imports(&python, peer.module);
        let there: Vec<&Peer> = benchmark.peers.iter().filter(has).collect();
        for _ in 0..if options.quick { 1 } else { options.rounds.max(1) } {
            let path = folder.join(format!("{}.jsonl", benchmark.name));
            let mut ours = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            ours.args(["bench", "-q", "-p", "netform", "--bench", benchmark.name, "--", "--json"]).arg(&path);
            execute(ours.args(quick).args(&options.rows).env(THREADS, &threads).current_dir(root))?;
            let rows = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            collect(&path, &mut order, &mut all)?;
            for Peer { name, script, .. } in there.iter().filter(|_| !rows.is_empty()) {
                let path = folder.join(format!("{name}.jsonl"));
                let mut peer = Command::new(&python);
                peer.arg(root.join(script)).arg(&path).args(quick).args(&options.rows);
                execute(peer.env(THREADS, &threads).env("PYTHONDONTWRITEBYTECODE", "1"))?;
                collect(&path, &mut order, &mut all)?;
            }
        }
    }
    print_table(&order, &all)?;
    if let Some(path) = &options.json {
        write_json(path, &all)?;
    }
    match &options.svg {
        Some(path) => {
            let rows: Vec<Bars> = order.iter().filter_map(|row| bars(row, &all)).collect();
            std::fs::write(path, picture(&rows)).map_err(|error| format!("{}: {error}", path.display()))
        }
        None => Ok(()),
    }
}

/// Whether a module of Python is installed.
fn imports(python: &Path, module: &str) -> bool {
    let found = Command::new(python).args(["-c", &format!("import {module}")]).stderr(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

/// The least times of a row, ours and of the fastest peer.
fn bars(row: &str, all: &BTreeMap<(String, String), Figures>) -> Option<Bars> {
    let ours = all.get(&(row.to_owned(), "netform".to_owned()))?.minimum;
    let theirs =
        all.iter().filter(|((of, peer), _)| of == row && peer != "netform").map(|(_, figures)| figures.minimum);
    Some(Bars { row: row.to_owned(), ours, theirs: theirs.min_by(f64::total_cmp) })
}

/// Adds the figures of a file.
fn collect(path: &Path, order: &mut Vec<String>, all: &mut BTreeMap<(String, String), Figures>) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    for line in text.lines() {
        let line: Line = serde_json::from_str(line).map_err(|error| format!("{}: {error}", path.display()))?;
        if !order.contains(&line.row) {
            order.push(line.row.clone());
        }
        let figures = all.entry((line.row, line.peer)).or_insert_with(|| Figures {
            medians: vec![],
            minimum: f64::INFINITY,
            output: line.output,
        });
        figures.medians.push(line.median);
        figures.minimum = figures.minimum.min(line.minimum);
    }
    Ok(())
}

impl Figures {
    fn median(&self) -> f64 {
        self.medians.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

/// The table of times in microseconds and of their ratios; an error where outputs disagree.
fn print_table(order: &[String], all: &BTreeMap<(String, String), Figures>) -> Result<(), String> {
    println!("| row | netform median | minimum | fastest peer | median | minimum | ratio of medians | of minima |");
    println!("|---|---|---|---|---|---|---|---|");
    let mut wrong = Vec::new();
    for row in order {
        let Some(ours) = all.get(&(row.clone(), "netform".to_owned())) else { continue };
        let peers = all.iter().filter(|((of, peer), _)| of == row && peer != "netform");
        let fastest = peers.clone().min_by(|a, b| a.1.minimum.total_cmp(&b.1.minimum));
        for ((_, peer), figures) in peers {
            let size = figures.output.iter().fold(1e-6, |size: f64, x| size.max(x.abs()));
            let differs = |(a, b): (&f64, &f64)| (a - b).abs().is_nan() || (a - b).abs() > TOLERANCE * size;
            if figures.output.len() != ours.output.len() || ours.output.iter().zip(&figures.output).any(differs) {
                wrong.push(format!("{row}: the outputs differ from those of {peer}"));
            }
        }
        let us = |seconds: f64| format!("{:.3}", seconds * 1e6);
        let (median, minimum) = (ours.median(), ours.minimum);
        match fastest {
            Some(((_, peer), theirs)) => println!(
                "| {row} | {} | {} | {peer} | {} | {} | {:.2} | {:.2} |",
                us(median),
                us(minimum),
                us(theirs.median()),
                us(theirs.minimum),
                median / theirs.median(),
                minimum / theirs.minimum
            ),
            None => println!("| {row} | {} | {} | | | | | |", us(median), us(minimum)),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

fn write_json(path: &Path, all: &BTreeMap<(String, String), Figures>) -> Result<(), String> {
    let rows: Vec<serde_json::Value> = all
        .iter()
        .map(|((row, peer), figures)| {
            serde_json::json!({"row": row, "peer": peer, "median": figures.median(), "minimum": figures.minimum})
        })
        .collect();
    let text = serde_json::to_string_pretty(&rows).map_err(|error| error.to_string())?;
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

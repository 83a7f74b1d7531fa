//! What is too much for a session, or no text at all: the command says so in few words, and ends in time.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Runs the command with a file, which is removed afterwards.
fn run(name: &str, contents: &[u8]) -> Output {
    let path: PathBuf = std::env::temp_dir().join(format!("netform-{}-{name}", std::process::id()));
    std::fs::File::create(&path).and_then(|mut file| file.write_all(contents)).expect("a temporary file");
    let output =
        Command::new(env!("CARGO_BIN_EXE_netform")).arg("run").arg(&path).output().expect("the command starts");
    std::fs::remove_file(&path).expect("the file is there");
    output
}

/// The output of an evaluation: standard output and messages.
fn eval(input: &str) -> (Option<i32>, String, String) {
    let command = Command::new(env!("CARGO_BIN_EXE_netform"))
        .args(["eval", input])
        .stdin(Stdio::null())
        .output()
        .expect("the command starts");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (command.status.code(), text(&command.stdout), text(&command.stderr))
}

/// Syntax errors of a text of any size are a few short lines.
fn assert_short_report(output: &Output, code: &str) {
    let errors = std::str::from_utf8(&output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1));
    assert!(errors.contains(code), "{}", &errors[..errors.len().min(500)]);
    assert!(errors.len() < 40_000, "{} bytes", errors.len());
    assert!(errors.lines().all(|line| line.chars().count() < 300), "a long line");
}

#[test]
fn a_recursion_without_end_is_stopped_at_the_limit() {
    let (status, out, messages) = eval("f[n_] := 1 + f[n - 1]; f[1]");
    assert_eq!(out, "TerminatedEvaluation[RecursionLimit]\n");
    assert!(messages.contains("$RecursionLimit::reclim") && messages.contains("1024"), "{messages}");
    assert_eq!(status, Some(1));
    let (_, out, messages) = eval("$RecursionLimit = Infinity; f[n_] := 1 + f[n - 1]; f[1]");
    assert_eq!(out, "TerminatedEvaluation[DepthLimit]\n");
    assert!(messages.contains("200000"), "{messages}");
    let (_, out, messages) = eval("f[n_] := f[n - 1]; f[1]");
    assert_eq!(out, "TerminatedEvaluation[IterationLimit]\n");
    assert!(messages.contains("4096"), "{messages}");
}

#[test]
fn a_recursion_may_be_as_deep_as_the_user_says() {
    let (status, out, messages) = eval("Block[{$RecursionLimit = 10^5}, f[0] = 0; f[n_] := 1 + f[n - 1]; f[20000]]");
    assert_eq!((status, out.as_str(), messages.as_str()), (Some(0), "20000\n", ""));
}

#[test]
fn time_limits_hold_inside_of_long_functions() {
    for work in [
        "While[True]",
        "Do[Plus @@ Range[10^5], 10^6]",
        "Table[i^j, {i, 10^4}, {j, 10^4}]",
        "Expand[(a + b + c + d)^200]",
        "Nest[# + y &, x, 10^9]",
        "FixedPoint[# + 1 &, 0]",
        "Factor[x^1000 - 1]",
        "Factor[Expand[(x^12 + y^11 + 3) (x^9 y^8 + 7 x + 5)]]",
        "Factor[x^1000 + x + 1, Modulus -> 10007]",
        "Factor[x^200 + x^7 + 1, GaussianIntegers -> True]",
        "PolynomialGCD[Expand[(x + y + z)^30], Expand[(x + y + z + 1)^30]]",
        "Cancel[Expand[(x + y + z)^25]/Expand[(x + y + z + 1)^25]]",
        "Together[Sum[1/(x + i y + i^2 z + i^3 w), {i, 30}]]",
    ] {
        let start = Instant::now();
        let (_, out, _) = eval(&format!("TimeConstrained[{work}, 0.5, late]"));
        // A fast machine may be done with some of it in time.
        let in_time = start.elapsed() < Duration::from_secs(1);
        assert!(out == "late\n" || in_time, "{work} gives {out}");
        assert!(start.elapsed() < Duration::from_secs(20), "{work} took {:?}", start.elapsed());
    }
}

#[test]
fn a_million_evaluations_leave_nothing_behind() {
    let (_, out, _) = eval(
        "count = 0; fact[0] = 1; fact[n_] := (count++; n fact[n - 1]); Do[fact[50], {2000}]; Do[g[i], {i, 10^5}]; \
         before = MemoryInUse[]; Do[fact[50], {2000}]; Do[g[i], {i, 10^5, 2 10^5}]; \
         {count, MemoryInUse[] - before < 10^8, before < 10^9}",
    );
    assert_eq!(out, "{200000, True, True}\n");
}

#[test]
fn a_large_result_is_shown_by_its_equations_and_size() {
    let (status, out, _) = eval("Nest[p[#, #] &, x, 200]");
    assert_eq!(status, Some(0));
    assert!(out.contains("t1 = ") && out.contains("202 distinct nodes") && out.contains("InputForm"), "{out}");
    assert!(out.len() < 5000);
}

#[test]
fn what_is_no_text_is_refused() {
    let bytes: Vec<u8> = (0..100_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let output = run("rubbish.wl", &bytes);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("not UTF-8 text"));
    let ascii: Vec<u8> = bytes.iter().map(|byte| byte & 0x7f).collect();
    let output = run("ascii.wl", &ascii);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!errors.contains('\x1b') && errors.len() < 40_000, "{} bytes", errors.len());
}

#[test]
fn errors_in_a_large_source_are_told_shortly() {
    const MANY: usize = 1_000_000;
    assert_short_report(&run("open.wl", "[".repeat(MANY).as_bytes()), "missing-operand");
    assert_short_report(&run("close.wl", "] ) }".repeat(MANY).as_bytes()), "mismatched-bracket");
    assert_short_report(&run("comment.wl", "(*".repeat(MANY).as_bytes()), "unterminated-comment");
    let late = format!("{{{}}} + )", "x, ".repeat(MANY));
    assert_short_report(&run("late.wl", late.as_bytes()), "mismatched-bracket");
}

#[test]
fn a_large_source_is_evaluated() {
    let sum = format!("Length[{{{}0}}]\n", "f[x] + 1.5 y^2, ".repeat(50_000));
    let output = run("large.wl", sum.as_bytes());
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("Out[1]= 50001\n\n"));
    let nested = format!("{}x{}\n", "(".repeat(300_000), ")".repeat(300_000));
    let output = run("nested.wl", nested.as_bytes());
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("Out[1]= x\n\n"));
    let deep = format!("{}x{}\n", "{".repeat(300_000), "}".repeat(300_000));
    let output = run("deep.wl", deep.as_bytes());
    assert!(String::from_utf8_lossy(&output.stdout).contains("Out[1]= {"));
    // What does not evaluate to itself is followed to a limit.
    let deep = format!("f[y_] := y + 1; {}x{}\n", "f[".repeat(300_000), "]".repeat(300_000));
    let output = run("calls.wl", deep.as_bytes());
    assert!(String::from_utf8_lossy(&output.stdout).contains("nested deeper than 200000 levels"));
}

#[test]
fn limits_stand_before_or_behind_the_command() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_netform"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("the command starts");
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    for arguments in [
        ["--time-limit", "0.2", "eval", "While[True]"],
        ["eval", "--time-limit", "0.2", "While[True]"],
        ["eval", "While[True]", "--time-limit", "0.2"],
    ] {
        assert_eq!(run(&arguments), (Some(1), "$Aborted\n".to_owned()), "{arguments:?}");
    }
    let (status, out) = run(&["--sandbox", "--time-limit", "60", "eval", "--time-limit", "0.2", "While[True]"]);
    assert_eq!((status, out.as_str()), (Some(1), "$Aborted\n"));
    assert_eq!(run(&["--sandbox", "completions", "bash"]).0, Some(2));
}

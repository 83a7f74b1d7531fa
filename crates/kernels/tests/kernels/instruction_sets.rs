//! What other instruction sets compute than the best one: the tests are run once more in each, by processes of their own.

use std::process::Command;

use netform_kernels::Level;

use crate::elementary;

/// What a process that this test starts shall write: the digests of the values of functions.
const DIGESTS: &str = "NETFORM_TEST_DIGESTS";

/// Runs tests of this program in an instruction set, and returns what they write.
fn run(level: Level, arguments: &[&str]) -> String {
    let program = std::env::current_exe().expect("the path of this program");
    let mut command = Command::new(program);
    command.args(arguments).env(Level::VARIABLE, level.name());
    let output = command.env(DIGESTS, "1").output().expect("this program starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{} with {}: {text}", arguments.join(" "), level.name());
    text
}

/// The other instruction sets that the processor has.
fn others() -> impl Iterator<Item = Level> {
    Level::available().filter(|level| *level != Level::best())
}

#[test]
fn functions_have_the_same_bits() {
    const NAME: &str = "instruction_sets::functions_have_the_same_bits";
    let own = elementary::digests();
    if std::env::var_os(DIGESTS).is_some() {
        own.iter().for_each(|line| println!("digest {line}"));
        return;
    }
    for level in others() {
        let text = run(level, &[NAME, "--exact", "--nocapture"]);
        let digests: Vec<&str> = text.lines().filter_map(|line| line.split_once("digest ")).map(|(_, d)| d).collect();
        assert_eq!(digests, own, "{} and {}", level.name(), Level::best().name());
    }
}

#[test]
fn kernels_are_those_of_plain_loops() {
    if std::env::var_os(DIGESTS).is_some() {
        return;
    }
    for level in others() {
        let kernels = ["convolutions::", "product::", "recurrences::", "routine::", "rows::", "tape::", "windows::"];
        let text = run(level, &kernels);
        assert!(!text.contains(" 0 passed"), "no test ran: {text}");
    }
}

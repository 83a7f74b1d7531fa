//! What other instruction sets compute than the best one: the tests are run once more in each, by processes of their own.

use std::process::Command;

use netform_kernels::Level;

use crate::elementary;

/// The name of the instruction set in which a process that a test starts runs its own.
const INSTRUCTIONS: &str = "NETFORM_TEST_INSTRUCTIONS";

/// Before any test, since kernels stay in the instruction set in which the first one ran.
#[ctor::ctor(unsafe)]
fn choose() {
    if let Ok(name) = std::env::var(INSTRUCTIONS) {
        let level =
            Level::available().find(|level| level.name() == name).expect("an instruction set of this processor");
        level.choose().expect("nothing is computed before");
    }
}

/// Whether this process was started by a test.
fn is_started() -> bool {
    std::env::var_os(INSTRUCTIONS).is_some()
}

/// Runs tests of this program in an instruction set, and returns what they write.
fn run(level: Level, arguments: &[&str]) -> String {
    let program = std::env::current_exe().expect("the path of this program");
    let output = Command::new(program).args(arguments).env(INSTRUCTIONS, level.name()).output();
    let output = output.expect("this program starts");
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
    if is_started() {
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
    if is_started() {
        return;
    }
    for level in others() {
        // Functions are compared bit by bit above; these are all other tests.
        let text = run(level, &["--skip", "elementary::", "--skip", "instruction_sets::"]);
        assert!(!text.contains(" 0 passed"), "no test ran: {text}");
    }
}

#[test]
fn one_instruction_set_is_chosen_for_all_kernels() {
    let used = Level::best();
    assert_eq!(used.choose(), Ok(()));
    for level in Level::available().filter(|level| *level != used) {
        assert_eq!(level.choose(), Err(used));
    }
}

//! The programs in `examples` run, and print what they should.

use std::path::PathBuf;
use std::process::Command;

/// Runs an example, which Cargo has built beside the tests, and gives what it printed.
fn output_of(name: &str) -> String {
    let tests = std::env::current_exe().expect("a test runs from a file");
    let profile = tests.parent().and_then(|deps| deps.parent()).expect("tests lie in `deps` of a profile");
    let program: PathBuf = profile.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let output = Command::new(&program)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo test -p netform` builds the examples", program.display()));
    assert!(output.status.success(), "{name} failed: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("examples print text")
}

/// The rest of the line that begins with a word.
fn line<'a>(output: &'a str, word: &str) -> &'a str {
    let found = output.lines().find_map(|line| line.strip_prefix(word));
    found.unwrap_or_else(|| panic!("no line begins with {word}:\n{output}")).trim()
}

#[test]
fn apply() {
    let output = output_of("apply");
    let numbers = |text: &str| text.trim_matches(['[', ']', '{', '}']).parse::<f64>().expect("one number");
    assert!((numbers(line(&output, "numbers")) - numbers(line(&output, "then"))).abs() < 1e-15, "{output}");
    assert!(line(&output, "symbols").contains("Tanh"), "{output}");
    assert_eq!(line(&output, "array"), "Biases + Weights . v");
    assert!(line(&output, "error").starts_with("NetChain::invindata2"), "{output}");
}

#[test]
fn differentiate() {
    let output = output_of("differentiate");
    assert!(output.contains(r"\sigma"), "{output}");
    let (exact, quotient) = line(&output, "exact").split_once(", by differences ").expect("two numbers are compared");
    let [exact, quotient]: [f64; 2] = [exact, quotient].map(|text| text.parse().expect("a number"));
    assert!((exact - quotient).abs() < 1e-7, "{output}");
}

#[test]
fn own_layer() {
    let output = output_of("own_layer");
    assert_eq!(line(&output, "function"), "{x Tanh[2 x], y Tanh[3 y]}");
    assert!(line(&output, "equation").contains(r"\tanh"), "{output}");
    assert!(line(&output, "derivative").contains("Sech"), "{output}");
    assert!(line(&output, "error").starts_with("SmoothLayer::"), "{output}");
    assert!(!output.contains("Message text not found"), "{output}");
}

#[test]
fn train() {
    let output = output_of("train");
    let [first, last]: [f64; 2] = ["first", "last"].map(|word| line(&output, word).parse().expect("a number"));
    assert!(last < 0.3 * first, "{output}");
    assert_eq!((line(&output, "inside"), line(&output, "outside")), ("true", "false"), "{output}");
}

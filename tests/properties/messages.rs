//! Messages about shapes, as the transcripts show them: each names a layer, a port or array, both shapes, and what to do.

use libtest_mimic::{Failed, Trial};

/// The file with nets whose shapes do not fit.
const TRANSCRIPT: &str = include_str!("../suite/nets/wrong_shapes.md");

/// Tags of messages about shapes.
const TAGS: [&str; 6] = ["tyinc", "tyfail1", "tyarr", "tyshare", "invindata2", "cstfail"];
/// How many of them there are at least.
const LEAST: usize = 80;
/// How sentences begin that say what to do.
const ADVICE: [&str; 6] = ["Change ", "Give ", "Name ", "Take ", "Aggregate ", "Put "];

pub(super) fn trials() -> Vec<Trial> {
    vec![Trial::test("properties::messages::shapes", || {
        let messages: Vec<&str> =
            TRANSCRIPT.lines().filter(|line| TAGS.iter().any(|tag| line.contains(&format!("::{tag}: ")))).collect();
        if messages.len() < LEAST {
            return Err(Failed::from(format!("there are only {} messages about shapes", messages.len())));
        }
        let faults: Vec<String> =
            messages.iter().filter_map(|message| Some(format!("{}: {message}", lacking(message)?))).collect();
        if faults.is_empty() { Ok(()) } else { Err(Failed::from(faults.join("\n"))) }
    })]
}

/// What a message does not say.
fn lacking(message: &str) -> Option<&'static str> {
    let (name, text) = message.split_once(": ")?;
    let (head, _) = name.split_once("::")?;
    let shapes = ["vector", "matrix", "a number", "a scalar", "array of dimensions", "array of unknown rank"];
    let count: usize = shapes.iter().map(|shape| text.matches(shape).count()).sum();
    // A condition shows what does not fit, and the shapes that it follows from.
    let needed = if name.ends_with("::cstfail") { 1 } else { 2 };
    let is_container = ["NetChain", "NetGraph"].contains(&head);
    // A layer by itself is named by its head, and before its message about data.
    let alone = !is_container && (text.contains(head) || text.starts_with("Data "));
    let names_layer = alone || text.contains("layer ");
    let advises = text.split(". ").skip(1).any(|sentence| ADVICE.iter().any(|advice| sentence.starts_with(advice)));
    let names_port = ["port ", "Port ", "array "].iter().any(|word| text.contains(word));
    match (names_layer, names_port, count >= needed, advises) {
        (false, ..) => Some("no layer"),
        (_, false, ..) => Some("no port or array"),
        (_, _, false, _) => Some("not both shapes"),
        (.., false) => Some("no advice"),
        _ => None,
    }
}

//! Properties of every record of an encoder or decoder: its examples hold, and what is decoded from unit vectors is what was
//! encoded.

use libtest_mimic::Trial;
use netform::layers::Coder;
use netform::layers::coders::{DECODERS, ENCODERS};

use crate::session::TestSession;

/// The tests of all records.
pub(super) fn trials() -> Vec<Trial> {
    let of = |head: &'static str, coder: &'static Coder| {
        [
            Trial::test(format!("properties::coders::{head}::{}::examples", coder.name), move || Ok(examples(coder)?)),
            Trial::test(format!("properties::coders::{head}::{}::names", coder.name), move || Ok(names(head, coder)?)),
        ]
    };
    let encoders = ENCODERS.iter().flat_map(|coder| of("NetEncoder", coder));
    let decoders = DECODERS.iter().flat_map(|coder| of("NetDecoder", coder));
    let round_trips = ROUND_TRIPS.iter().enumerate().map(|(i, (encoder, things))| {
        Trial::test(format!("properties::coders::round-trip-{}", i + 1), move || Ok(round_trip(encoder, things)?))
    });
    encoders.chain(decoders).chain(round_trips).collect()
}

/// Encoders that give arrays for which there is a decoder, and the list of things that come back.
const ROUND_TRIPS: [(&str, &str); 5] = [
    ("{\"Class\", {1, x, \"a\", {2}}, \"UnitVector\"}", "{x, \"a\", {2}, 1, x}"),
    ("{\"Characters\", Automatic, \"UnitVector\"}", "{\"Hello, world!\\n\", \"\\t~\"}"),
    ("{\"Characters\", {\"ba\", EndOfString}, \"UnitVector\", \"TargetLength\" -> 7}", "{\"abba\", \"\"}"),
    ("\"Boolean\"", "{True, False}"),
    ("\"Scalar\"", "{1/2, x, 3.5}"),
];

/// The output form of the value of a text.
fn evaluated(text: &str) -> Result<String, String> {
    let mut session = TestSession::new();
    let value = session.value(text)?;
    Ok(session.session().output_form(&value))
}

fn examples(coder: &Coder) -> Result<(), String> {
    if coder.examples.is_empty() {
        return Err("it has no examples".into());
    }
    for (input, expected) in coder.examples {
        let found = evaluated(input)?;
        if found != *expected {
            return Err(format!("{input} is {found}, not {expected}"));
        }
    }
    Ok(())
}

/// The help of the function names every kind.
fn names(head: &str, coder: &Coder) -> Result<(), String> {
    let usage = evaluated(&format!("{head}::usage"))?;
    let named = usage.split(|c: char| !c.is_alphanumeric()).any(|word| word == coder.name);
    if named { Ok(()) } else { Err(format!("?{head} does not name it")) }
}

fn round_trip(encoder: &str, things: &str) -> Result<(), String> {
    let text = format!("NetDecoder[NetEncoder[{encoder}]][NetEncoder[{encoder}][{things}]] === {things}");
    match evaluated(&text)?.as_str() {
        "True" => Ok(()),
        other => Err(format!("{text} is {other}")),
    }
}

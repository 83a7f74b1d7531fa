//! Properties of every record of an optimiser: its examples hold, its help is found, and what it keeps is what its result has.

use libtest_mimic::Trial;
use netform::layers::Optimizer;
use netform::layers::optimizers::OPTIMIZERS;

use crate::session::TestSession;

/// The tests of all records.
pub(super) fn trials() -> Vec<Trial> {
    let of = |optimizer: &'static Optimizer| {
        let name = |what: &str| format!("properties::optimizers::{}::{what}", optimizer.name);
        [
            Trial::test(name("examples"), move || Ok(examples(optimizer)?)),
            Trial::test(name("symbols-and-numbers"), move || Ok(symbols_and_numbers(optimizer)?)),
            Trial::test(name("options"), move || Ok(options(optimizer)?)),
        ]
    };
    OPTIMIZERS.iter().flat_map(|optimizer| of(optimizer)).collect()
}

/// The output form of the value of a text.
fn evaluated(text: &str) -> Result<String, String> {
    let mut session = TestSession::new();
    let value = session.value(text)?;
    Ok(session.session().output_form(&value))
}

fn examples(optimizer: &Optimizer) -> Result<(), String> {
    if optimizer.examples.is_empty() {
        return Err("it has no examples".into());
    }
    for (input, expected) in optimizer.examples {
        let found = evaluated(input)?;
        if found != *expected {
            return Err(format!("{input} is {found}, not {expected}"));
        }
    }
    let usage = evaluated("NetOptimizer::usage")?;
    let named = usage.split(|c: char| !c.is_alphanumeric()).any(|word| word == optimizer.name);
    if named { Ok(()) } else { Err("?NetOptimizer does not name it".to_owned()) }
}

/// Two steps on symbols, into which numbers are put, are two steps on the numbers; on lists each element is changed as it is alone.
fn symbols_and_numbers(optimizer: &Optimizer) -> Result<(), String> {
    for sample in optimizer.samples {
        let steps = |array: &str, first: &str, second: &str| {
            format!(
                "With[{{step = NetOptimizer[{{{sample}}}]}}, \
                 step[Append[step[<|\"Array\" -> {array}, \"Gradient\" -> {first}|>], \"Gradient\" -> {second}]]]"
            )
        };
        let numbers = steps("{0.5, -1.5}", "{0.3, 2.}", "{-0.7, 0.1}");
        let put = "{w -> 0.5, g -> 0.3, h -> -0.7}";
        let test = format!(
            "With[{{numbers = {numbers}, closed = {} /. {put}}}, \
             Keys[numbers] === Keys[closed] && Max[Abs[N[Map[If[ListQ[#], First[#], #] &, Values[numbers]] - Values[closed]]]] < 10^-12]",
            steps("w", "g", "h")
        );
        if evaluated(&test)? != "True" {
            return Err(format!("{{{sample}}}: {test} is {}", evaluated(&test)?));
        }
    }
    Ok(())
}

/// Every option makes a difference in a sample.
fn options(optimizer: &Optimizer) -> Result<(), String> {
    let all: String = optimizer.samples.concat();
    // The learning rate and the small numbers that keep quotients finite are tried by examples as well.
    let given: String = optimizer.examples.iter().map(|(input, _)| *input).collect();
    for option in optimizer.options {
        let name = format!("\"{}\"", option.name);
        if !all.contains(&name) && !given.contains(&name) {
            return Err(format!("no sample gives {name}"));
        }
    }
    for sample in optimizer.samples.iter().filter(|sample| sample.contains("->")) {
        let plain = format!("\"{}\"", optimizer.name);
        let step = |form: &str| {
            evaluated(&format!(
                "With[{{step = NetOptimizer[{{{form}}}]}}, \
                 step[Append[step[<|\"Array\" -> {{2., 1.}}, \"Gradient\" -> {{0.5, 3.}}|>], \"Gradient\" -> {{-1., 0.1}}]][\"Array\"]]"
            ))
        };
        if step(sample)? == step(&plain)? {
            return Err(format!("{{{sample}}} does what {{{plain}}} does"));
        }
    }
    Ok(())
}

//! Every argument and option refuses what it cannot mean, with a message that names it.

use libtest_mimic::{Failed, Trial};
use netform::layers::{Layer, Parameter, ParameterType};

use super::options::{Setting, samples, settings, with_value};
use crate::session::TestSession;

/// What is no number, whatever kind of number is expected.
const NO_NUMBER: &[&str] = &[
    "Tanh",
    "(#^2 &)",
    "LinearLayer[2]",
    "Infinity",
    "ComplexInfinity",
    "\"word\"",
    "<|\"a\" -> 1|>",
    "a -> 1",
    "True",
    "Tanh'",
];
/// What is no size.
const NO_SIZE: &[&str] = &["-1", "1/2", "0.5", "2. + I", "Pi", "{-1}", "{2, Tanh}", "{{2}}"];

/// The test of a record.
pub(super) fn trial(layer: &'static Layer) -> Trial {
    Trial::test(format!("properties::layers::{}::wrong-values", layer.name), move || {
        let samples = samples(layer)?;
        let Some(given) = samples.first() else { return Err(Failed::from("there is no sample")) };
        let mut faults = Vec::new();
        for Setting { name, before, .. } in settings(layer, &samples)? {
            let Some(parameter) = layer.parameter(name) else { continue };
            // A rule among the arguments is an option.
            let is_argument = before.is_some();
            for text in
                wrong(parameter).into_iter().filter(|text| !is_argument || !text.contains("->") || text.contains('|'))
            {
                let value = TestSession::new().value(text)?;
                let setting = Setting { name, before: before.clone(), values: Vec::new() };
                let Some(call) = with_value(&given.net, &setting, &value) else { continue };
                let mut session = TestSession::new();
                let text = session.session().input_form(&call);
                let mut names = vec![name.to_owned()];
                if parameter.kind == ParameterType::Net {
                    // What is no net is shown, or tried as the name of an elementwise function.
                    names.push(session.session().output_form(&value));
                    names.push("there is no elementwise function of this name".to_owned());
                }
                faults.extend(fault_of(layer, &names, &text, &mut session)?);
            }
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(Failed::from(faults.join("\n"))),
        }
    })
}

/// Values that a parameter of this type cannot have.
fn wrong(parameter: &Parameter) -> Vec<&'static str> {
    let of = |lists: &[&[&'static str]]| lists.concat();
    match parameter.kind {
        ParameterType::Size | ParameterType::Sizes => of(&[NO_NUMBER, NO_SIZE, &["0"]]),
        ParameterType::Dimensions => of(&[NO_NUMBER, NO_SIZE]),
        ParameterType::Padding => of(&[NO_NUMBER, &["-1", "1/2", "{-1}", "{{1, 2, 3}}", "Pi"]]),
        ParameterType::Real => of(&[NO_NUMBER, &["{1}", "{}", "2 + I", "VectorSymbol[\"v\", 2]"]]),
        ParameterType::NonNegative => of(&[NO_NUMBER, &["-1", "-1/2", "-0.5", "-Pi", "{1}", "2 + I"]]),
        ParameterType::Boolean => of(&[NO_NUMBER, &["1", "a"]]).into_iter().filter(|text| *text != "True").collect(),
        ParameterType::Choice(_) => of(&[NO_NUMBER, &["1", "{}"]]),
        ParameterType::Levels => {
            of(&[&["Tanh", "LinearLayer[2]", "(#^2 &)", "0", "1/2", "0.5", "\"word\"", "Infinity"]])
        }
        ParameterType::Function => vec!["LinearLayer[2]", "1", "Infinity", "True", "<|\"a\" -> 1|>", "\"word\"", "{1}"],
        // What is a function in some record is one by its form.
        ParameterType::Matching { form, .. } if form.contains("Function") || form.contains("Symbol") => {
            vec!["LinearLayer[2]", "0.5", "\"word\""]
        }
        ParameterType::Matching { form, .. } => {
            of(&[NO_NUMBER]).into_iter().filter(|text| !form.contains(text.trim_matches('"'))).collect()
        }
        ParameterType::Net | ParameterType::Any | ParameterType::Stated { .. } => {
            vec!["1/2", "Infinity", "\"word\"", "a -> 1"]
        }
    }
}

/// What is wrong with what is said to a call, if anything is.
fn fault_of(layer: &Layer, names: &[String], call: &str, session: &mut TestSession) -> Result<Option<String>, String> {
    let shown = session.transcript(&format!("net = {call};")).join("\n");
    let failed = session.value("net === $Failed")?.is_true();
    // A name in the place of a net is that of an elementwise function.
    let known = [format!("{}::", layer.name), "General::stop".to_owned(), "ElementwiseLayer::cstfail".to_owned()];
    let own = |line: &str| known.iter().any(|start| line.starts_with(start.as_str()));
    let foreign = shown.lines().find(|line| line.contains("::") && !own(line));
    Ok(if !failed {
        Some(format!("{call} is taken"))
    } else if let Some(foreign) = foreign {
        Some(format!("{call}: {foreign}"))
    } else if !names.iter().any(|name| shown.contains(name)) {
        Some(format!("{call}: the message does not name {}: {shown}", names[0]))
    } else {
        None
    })
}

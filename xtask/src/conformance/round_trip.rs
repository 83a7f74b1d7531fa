//! Every text of a suite that is in the language: read, printed as InputForm, and read back as the same expression.

use super::case::{Answer, Case};

/// Compares the held input with what is read back from its InputForm.
pub(super) fn input(case: &Case) -> String {
    let texts: Vec<&str> = case.setup.iter().map(String::as_str).chain([case.input.as_str()]).collect();
    let held = texts.iter().map(|text| format!("Hold[\n{text}\n]")).collect::<Vec<_>>().join(", ");
    format!("(ToExpression[ToString[#, InputForm]] === #) & /@ {{{held}}}")
}

/// All must be the same; a text of the area `parse-error` is no expression and must be refused.
pub(super) fn judge(case: &Case, answer: &Answer) -> Result<(), String> {
    let out = answer.out.as_deref().unwrap_or_default();
    match &answer.error {
        _ if case.area == "parse-error" => {
            let refused = answer.error.is_some() || out == "$Failed";
            if refused { Ok(()) } else { Err(format!("must be refused, gave {out}")) }
        }
        Some(error) => Err(error.clone()),
        None if !out.is_empty() && out.trim_matches(['{', '}']).split(", ").all(|same| same == "True") => Ok(()),
        None => Err(format!("read back: {out}")),
    }
}

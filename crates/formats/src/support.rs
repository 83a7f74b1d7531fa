//! What is read and written, as the tables of the documentation.

use crate::{FORMATS, Reader, keras, mxnet, onnx};

/// The tables of formats, of the layers of Keras, and of the operators of MXNet and ONNX, as Markdown.
pub fn support_tables() -> String {
    let mut text = "| format | extensions | read | written |\n|---|---|---|---|\n".to_owned();
    for format in FORMATS {
        let read = if matches!(format.read, Reader::None) { "" } else { "yes" };
        let written = if format.write.is_some() { "yes" } else { "" };
        let extensions: Vec<String> = format
            .extensions
            .iter()
            .map(|end| format!("`{}{end}`", if end.starts_with('-') { "" } else { "." }))
            .collect();
        text.push_str(&format!(
            "| `\"{}\"`: {} | {} | {read} | {written} |\n",
            format.name,
            format.summary,
            extensions.join(", ")
        ));
    }
    text.push_str("\n| Keras | classes |\n|---|---|\n");
    for (theme, classes) in keras::classes() {
        text.push_str(&format!("| {theme} | {} |\n", classes.join(", ")));
    }
    text.push_str("\n| MXNet | operators |\n|---|---|\n");
    for (theme, operators) in mxnet::operator_names() {
        text.push_str(&format!("| {theme} | {} |\n", operators.join(", ")));
    }
    text.push_str("\n| ONNX | operators |\n|---|---|\n");
    let mut operators = onnx::operators();
    operators.sort_unstable();
    operators.dedup();
    let letters: Vec<char> = ('A'..='Z').collect();
    for letter in letters {
        let names: Vec<&str> = operators.iter().copied().filter(|name| name.starts_with(letter)).collect();
        if !names.is_empty() {
            text.push_str(&format!("| {letter} | {} |\n", names.join(", ")));
        }
    }
    for (domain, operators) in onnx::operators_of_domains() {
        text.push_str(&format!("| `{domain}` | {} |\n", operators.join(", ")));
    }
    text
}

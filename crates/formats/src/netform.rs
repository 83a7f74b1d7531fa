//! The project's own files: an expression as text, and its arrays beside it.
//!
//! A `.nf` file is a zip archive of three members: `netform.json` says that it is one and its version, `expression.wl` is the
//! expression in InputForm, a part a line, and `arrays.safetensors` holds its arrays of machine numbers under names, for which
//! ``Netform`Array["name"]`` stands in the text. The same expression gives the same bytes, and what is read back is the same
//! node: a writer tries it. Nothing in a file is run when it is read, and functions in it may only be such that act on
//! numbers and arrays.

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Write};

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Sym, map_bottom_up, postorder, rebuild};
use serde_json::{Value as Json, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::zipped::Zip;
use crate::{Destination, Format, FormatError, Reader, Source, Writer, arrays, guest, safe_tensors};

pub(crate) const FORMAT: Format = Format {
    name: "Netform",
    extensions: &["nf"],
    summary: "a net or another expression with its arrays, as this program stores it",
    read: Reader::File { read: |session, from| Ok(read(session, from)), options: &[], parts: &[], whole: true },
    write: Some(Writer::File { write, options: &[] }),
};

/// The version that is written; later ones are not read.
const VERSION: u64 = 1;

const ABOUT: &str = "netform.json";
const TEXT: &str = "expression.wl";
const ARRAYS: &str = "arrays.safetensors";

/// So large may the members be when they are unpacked.
const ABOUT_LIMIT: u64 = 1 << 16;
const TEXT_LIMIT: u64 = 1 << 28;
const ARRAYS_LIMIT: u64 = 1 << 33;

/// Parts of expressions at most so deep have lines of their own.
const LINE_DEPTH: usize = 3;

/// What stands in brackets of at most so many bytes is not broken.
const SHORT: usize = 72;

/// What stands in the text for an array.
const ARRAY: &str = "Netform`Array";

fn malformed(text: String) -> FormatError {
    FormatError::Malformed(text)
}

/// How the text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As a person types it. Fractions in it are numbers.
    Input,
    /// As expressions are stored: where functions have arithmetic in them that is not evaluated.
    Full,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Form::Input => "InputForm",
            Form::Full => "FullForm",
        }
    }
}

// ------------------------------------------------------------------------------------------------
// Writing

fn write(session: &mut Session, to: &Destination<'_>) -> Result<Result<Vec<u8>, FormatError>, Flow> {
    Ok(written(session, to.value))
}

fn written(session: &mut Session, value: &Expr) -> Result<Vec<u8>, FormatError> {
    let names = array_names(value);
    let mut arrays: Vec<(&String, &Expr)> = names.iter().map(|(array, name)| (name, array)).collect();
    arrays.sort_by_key(|(name, _)| *name);
    let arrays = arrays.into_iter().map(|(name, array)| Expr::rule(Expr::string(name), array.clone()));
    let arrays = safe_tensors::write(&Expr::call(Sym::Association, arrays))?;
    let outline = without_arrays(value, &names);
    let mut fault = FormatError::Value("its text is not read back as it is".to_owned());
    for form in [Form::Input, Form::Full] {
        let text = match form {
            Form::Input => session.input_form(&outline),
            Form::Full => session.full_form(&outline),
        };
        let text = lines(&text);
        match parsed(session, form, &text, &arrays) {
            Ok(back) if back == *value => return packed(form, &text, &arrays),
            Ok(_) => {}
            Err(error) => fault = error,
        }
    }
    Err(fault)
}

/// The expression with calls of a name in the place of arrays.
fn without_arrays(value: &Expr, names: &NodeMap<String>) -> Expr {
    let symbol = Expr::symbol(ARRAY);
    let mut done: NodeMap<Expr> = NodeMap::default();
    let walk = postorder::<std::convert::Infallible>(
        value,
        |node| !names.contains_key(node),
        |node| {
            let new = match names.get(node) {
                Some(name) => Expr::normal(symbol.clone(), [Expr::string(name)]),
                None if node.is_normal() => {
                    rebuild(node, |part| done.get(part).cloned().unwrap_or_else(|| part.clone()))
                }
                None => node.clone(),
            };
            done.insert(node.clone(), new);
            Ok(())
        },
    );
    match walk {
        Ok(()) => done.remove(value).unwrap_or_else(|| value.clone()),
        Err(never) => match never {},
    }
}

/// The arrays of machine numbers in an expression, each with a name by the keys that lead to it.
fn array_names(value: &Expr) -> NodeMap<String> {
    let mut names: NodeMap<String> = NodeMap::default();
    let mut taken = HashSet::new();
    let mut seen: NodeMap<()> = NodeMap::default();
    let mut pending = vec![(value.clone(), String::new())];
    while let Some((node, path)) = pending.pop() {
        if seen.insert(node.clone(), ()).is_some() {
            continue;
        }
        if is_array(&node) {
            let own = if path.is_empty() { "Array" } else { path.as_str() };
            let numbered = (2..).map(|number| format!("{own}_{number}"));
            let name = std::iter::once(own.to_owned()).chain(numbered).find(|name| taken.insert(name.clone()));
            names.insert(node, name.unwrap_or_default());
            continue;
        }
        if !node.is_normal() {
            continue;
        }
        let args = node.args();
        let under = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        // The first part is looked at first.
        for (place, part) in args.iter().enumerate().rev() {
            let key = (part.has_head(Sym::Rule) && part.len() == 2).then(|| part.arg(0));
            let path = match key.as_ref().map(Expr::as_str) {
                Some(Some(key)) => under(key),
                None if node.is_list() => under(&(place + 1).to_string()),
                _ => path.clone(),
            };
            pending.push((part.clone(), path));
        }
        pending.push((node.head().clone(), path));
    }
    names
}

/// Whether an expression is an array of machine reals, or one that is stored as integers.
fn is_array(node: &Expr) -> bool {
    if let Some(array) = node.as_array() {
        return array.is_real() || array.as_i64().is_some();
    }
    let is_element = |part: &Expr| part.as_real().is_some() || part.is_list() && is_array(part);
    node.is_list() && !node.is_empty() && node.args().iter().all(is_element) && arrays::write(node).is_ok()
}

/// The text with a line for each part that is not deep and stands in something long.
fn lines(text: &str) -> String {
    let bytes = text.as_bytes();
    // How long each pair of brackets is, by the place of the first one; the places of commas that are no text.
    let (mut lengths, mut open) = (HashMap::new(), Vec::new());
    let (mut in_string, mut escaped) = (false, false);
    let mut is_text = vec![false; bytes.len()];
    for (place, &byte) in bytes.iter().enumerate() {
        is_text[place] = in_string || byte == b'"';
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' | b'(' => open.push(place),
            b']' | b'}' | b')' => {
                if let Some(start) = open.pop() {
                    lengths.insert(start, place - start);
                }
            }
            _ => {}
        }
    }
    let mut broken = String::with_capacity(text.len() + text.len() / 16);
    let mut around: Vec<bool> = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((place, c)) = characters.next() {
        broken.push(c);
        match c {
            _ if is_text[place] => {}
            '[' | '{' | '(' => around.push(lengths.get(&place).is_some_and(|length| *length > SHORT)),
            ']' | '}' | ')' => {
                around.pop();
            }
            ',' if around.len() <= LINE_DEPTH && around.last() == Some(&true) => {
                while characters.next_if(|(_, c)| *c == ' ').is_some() {}
                broken.push('\n');
                (0..around.len()).for_each(|_| broken.push_str("  "));
            }
            _ => {}
        }
    }
    broken.push('\n');
    broken
}

fn packed(form: Form, text: &str, arrays: &[u8]) -> Result<Vec<u8>, FormatError> {
    let failed = |error: &dyn std::fmt::Display| FormatError::Value(error.to_string());
    let about = format!("{:#}\n", json!({"format": "Netform", "version": VERSION, "form": form.name()}));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, contents) in [(ABOUT, about.as_bytes()), (TEXT, text.as_bytes()), (ARRAYS, arrays)] {
        archive.start_file(name, SimpleFileOptions::default()).map_err(|error| failed(&error))?;
        archive.write_all(contents).map_err(|error| failed(&error))?;
    }
    archive.finish().map(Cursor::into_inner).map_err(|error| failed(&error))
}

// ------------------------------------------------------------------------------------------------
// Reading

fn read(session: &mut Session, from: &Source<'_>) -> Result<Expr, FormatError> {
    let mut zip = Zip::open(from.whole())?;
    let about = zip.member(ABOUT, ABOUT_LIMIT)?;
    let about: Json = serde_json::from_slice(&about).map_err(|error| malformed(format!("{ABOUT}: {error}")))?;
    match about["version"].as_u64() {
        Some(1..=VERSION) => {}
        Some(version) => {
            return Err(FormatError::Unsupported(format!("version {version} of the format, later than {VERSION},")));
        }
        None => return Err(malformed(format!("{ABOUT}: it says no version"))),
    }
    let form = [Form::Input, Form::Full].into_iter().find(|form| about["form"].as_str() == Some(form.name()));
    let form = form.ok_or_else(|| malformed(format!("{ABOUT}: the form is \"InputForm\" or \"FullForm\"")))?;
    let text =
        String::from_utf8(zip.member(TEXT, TEXT_LIMIT)?).map_err(|error| malformed(format!("{TEXT}: {error}")))?;
    let arrays = zip.member(ARRAYS, ARRAYS_LIMIT)?;
    let value = parsed(session, form, &text, &arrays)?;
    guest::check(session, &value)?;
    Ok(value)
}

/// The expression of a text and arrays. It is not evaluated.
fn parsed(session: &mut Session, form: Form, text: &str, arrays: &[u8]) -> Result<Expr, FormatError> {
    let outline = session.parse_one(text).map_err(|found| {
        let first = found.first().map_or(String::new(), |diagnostic| diagnostic.message.clone());
        malformed(format!("{TEXT}: {first}"))
    })?;
    let arrays = safe_tensors::read(arrays)?;
    let arrays: HashMap<Expr, Expr> = arrays.args().iter().map(|rule| (rule.arg(0), rule.arg(1))).collect();
    let symbol = Expr::symbol(ARRAY);
    let mut missing = None;
    let value = map_bottom_up(&outline, |node| {
        if !node.is_normal() {
            return if form == Form::Input && node.is(Sym::Infinity) { infinity() } else { node };
        }
        if *node.head() == symbol {
            let array = (node.len() == 1).then(|| arrays.get(&node.arg(0)).cloned()).flatten();
            return array.unwrap_or_else(|| {
                missing = Some(session.input_form(&node));
                node
            });
        }
        number(session, form, &node).unwrap_or(node)
    });
    match missing {
        None => Ok(value),
        Some(name) => Err(malformed(format!("{TEXT} mentions {name}, which {ARRAYS} does not hold"))),
    }
}

fn infinity() -> Expr {
    Expr::call(Sym::DirectedInfinity, [Expr::integer(1)])
}

/// The number that is written as a call, quotient or negative infinity.
fn number(session: &mut Session, form: Form, node: &Expr) -> Option<Expr> {
    let args = node.args();
    let [a, b] = args.as_ref() else { return None };
    if node.has_head(Sym::Rational) || node.has_head(Sym::Complex) {
        let are_numbers = a.as_number().is_some() && b.as_number().is_some();
        return are_numbers.then(|| session.evaluate(node).ok()).flatten();
    }
    if form == Form::Full || !node.has_head(Sym::Times) {
        return None;
    }
    if a.is_integer(-1) && *b == infinity() {
        return Some(Expr::call(Sym::DirectedInfinity, [Expr::integer(-1)]));
    }
    if !b.has_head(Sym::Power) || b.len() != 2 || !b.arg(1).is_integer(-1) {
        return None;
    }
    let exact = |e: &Expr| e.as_number().filter(|number| number.is_exact() && number.is_real());
    let (p, q) = (exact(a)?, exact(&b.arg(0))?);
    p.div(&q).ok().map(Expr::number)
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn parts_have_lines_and_texts_stay() {
        let long = "x".repeat(80);
        let text = format!("f[a, {{1, 2}}, \"x, \\\", y\", {long}]");
        assert_eq!(lines(&text), format!("f[a,\n  {{1, 2}},\n  \"x, \\\", y\",\n  {long}]\n"));
        assert_eq!(lines("f[a, {1, 2}]"), "f[a, {1, 2}]\n");
    }
}

//! `Import` and `Export`.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

use crate::{Destination, FORMATS, Format, Reader, Source, Writer, culprit, find, of_path};

const MESSAGES: &[(&str, &str)] = &[
    ("noopen", "`1` cannot be opened: `2`."),
    ("fmterr", "`1` cannot be read as `2`: `3`."),
    ("fmtval", "The value cannot be written as `1`: `2`."),
    ("nowrite", "Files in the format `1` are read, but not written."),
    ("format", "There is no format `1`; the formats are `2`."),
    ("infer", "The format of `1` does not follow from its name; the formats are `2`."),
    ("noelem", "`1` has no element `2`; it has `3`."),
    ("string", "`1` is no name of a file."),
    ("notext", "Files in the format `1` are no text; write one with Export."),
    ("option", "`1` is no option for files in the format `2`; it has `3`."),
];

pub(crate) const IMPORT: Function = Function {
    name: "Import",
    usage: "Import[\"file\"] is the contents of a file, in the format that its extension says: arrays of .npy, .npz and \
            .safetensors files, values of .json files, images of .png and .jpg files, nets of .nf and .onnx files, text.\nImport[\"file\", \"format\"] says which format.\n\
            Import[\"file\", {\"format\", \"name\"}] is one named part of it.\n\
            Import[\"weights\", \"Net\" -> net] gives a net that is described the arrays of a .npy, .npz, .safetensors, .pt or \
            .pth file: by the paths of its arrays, such as \"1.Weights\", or by the names of PyTorch; \"Names\" -> <|{1, \
            \"Weights\"} -> \"fc\", ...|> gives others, and {\"fc\", Transpose} applies a function.\n\
            Import[\"file.onnx\", \"Dimensions\" -> <|name -> size, ...|>] gives the named dimensions of a model, or the \
            dimensions of inputs; \"Constants\" -> <|input -> value, ...|> makes inputs constants.",
    arguments: Some((1, usize::MAX)),
    evaluate: Some(import),
    messages: MESSAGES,
    examples: &[("Quiet[Import[\"no such file.npy\"]]", "$Failed")],
    ..Function::NEW
};

pub(crate) const EXPORT: Function = Function {
    name: "Export",
    usage: "Export[\"file\", value] writes a value to a file, in the format that its extension says, and gives the name \
            of the file: arrays as .npy, .npz or .safetensors, values as .json, nets as .nf, .onnx, .c, .mjs, .rs or .py, for solvers as .smt2 or .lp, equations as .tex, .md or .mml.\n\
            Export[\"file\", value, \"format\"] says which format. The arrays of a net are written to .npz and .safetensors files \
            by their paths, or as \"Names\" -> <|{1, \"Weights\"} -> \"fc\", ...|> says.",
    arguments: Some((2, usize::MAX)),
    evaluate: Some(export),
    messages: MESSAGES,
    examples: &[("Quiet[Export[\"/no/such/folder/a.npy\", {1, 2}]]", "$Failed")],
    ..Function::NEW
};

/// A file by its name, where a function takes data or a file of it.
pub(crate) const FILE: Function = Function {
    name: "File",
    usage: "File[\"name\"] stands for a file where data is expected, such as an image for NetEncoder[\"Image\"].",
    arguments: Some((1, 1)),
    examples: &[("File[\"photo.png\"]", "File[photo.png]")],
    ..Function::NEW
};

/// The names of the formats that a function reads or writes.
fn format_names(function: Sym) -> Expr {
    let is_known = |format: &&Format| match function {
        Sym::Import => !matches!(format.read, Reader::None),
        _ => format.write.is_some(),
    };
    Expr::string(&FORMATS.iter().filter(is_known).map(|format| format.name).collect::<Vec<_>>().join(", "))
}

fn fail(session: &mut Session, function: Sym, tag: &'static str, args: &[Expr]) -> Eval {
    session.message(function, tag, args);
    Ok(Some(Sym::Failed.into()))
}

/// The format that an argument names, or the extension of the file; a message otherwise.
fn format_of(session: &mut Session, function: Sym, path: &str, given: Option<&Expr>) -> Option<&'static Format> {
    let (found, tag, shown) = match given {
        Some(name) => (name.as_str().and_then(find), "format", name.clone()),
        None => (of_path(path), "infer", Expr::string(path)),
    };
    if found.is_none() {
        session.message(function, tag, &[shown, format_names(function)]);
    }
    found
}

/// Options by name, which strings and symbols are, of those that a format knows; the first rule that is none of them is the
/// error.
fn options_of(known: &[&str], rules: &[Expr]) -> Result<Vec<(String, Expr)>, Expr> {
    let option = |rule: &Expr| {
        let given = rule.arg(0);
        let name = given.as_str().map(str::to_owned).or_else(|| Some(given.as_symbol()?.name().to_owned()));
        let name = name.filter(|name| known.contains(&name.as_str()));
        name.map(|name| (name, rule.arg(1))).ok_or_else(|| rule.clone())
    };
    rules.iter().map(option).collect()
}

/// The arguments before the options, and the options.
fn split_options(args: &[Expr]) -> Option<(&[Expr], &[Expr])> {
    let positional = args.iter().take_while(|arg| !arg.has_head(Sym::Rule)).count();
    let (given, rules) = args.split_at(positional);
    rules.iter().all(|rule| rule.has_head(Sym::Rule) && rule.len() == 2).then_some((given, rules))
}

/// Tells of a rule that is no option of a format.
fn no_option(session: &mut Session, function: Sym, rule: Expr, format: &Format, known: &[&str]) -> Eval {
    let known = if known.is_empty() { "no options".to_owned() } else { known.join(", ") };
    fail(session, function, "option", &[rule, Expr::string(format.name), Expr::string(&known)])
}

fn import(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(path) = args[0].as_str() else {
        session.message(Sym::Import, "string", &args[..1]);
        return Ok(None);
    };
    let Some((given, rules)) = split_options(&args).filter(|(given, _)| given.len() <= 2) else { return Ok(None) };
    let (format, part) = match given.get(1) {
        Some(list) if list.is_list() && list.len() == 2 => (Some(list.arg(0)), Some(list.arg(1))),
        other => (other.cloned(), None),
    };
    let Some(format) = format_of(session, Sym::Import, path, format.as_ref()) else {
        return Ok(Some(Sym::Failed.into()));
    };
    let options = match options_of(format.reader_options(), rules) {
        Ok(options) => options,
        Err(rule) => return no_option(session, Sym::Import, rule, format, format.reader_options()),
    };
    session.note_effect();
    let by_parts = matches!(format.read, Reader::File { whole: false, .. });
    let read = if by_parts { session.host().read_file_part(path, 0, 0) } else { session.host().read_file(path) };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(error) => {
            return fail(session, Sym::Import, "noopen", &[args[0].clone(), Expr::string(&error.to_string())]);
        }
    };
    let asked = part.clone();
    let asked = asked.as_ref().and_then(Expr::as_str).filter(|part| format.reader_parts().contains(part));
    let read = match format.read {
        Reader::None => Err(crate::FormatError::Unsupported(format!("reading {}", format.summary))),
        Reader::Bytes(read) => read(&bytes),
        Reader::File { read, whole, .. } => {
            let bytes = whole.then_some(&*bytes);
            read(session, &Source { bytes, path, options: &options, part: asked })?
        }
    };
    let value = match read {
        Ok(value) => value,
        Err(error) => {
            let texts = [args[0].clone(), Expr::string(format.name), Expr::string(&error.to_string())];
            return fail(session, Sym::Import, "fmterr", &texts);
        }
    };
    let Some(part) = part.filter(|_| asked.is_none()) else { return Ok(Some(value)) };
    let named = value.has_head(Sym::Association);
    match value.args().iter().find(|rule| named && rule.arg(0) == part) {
        Some(rule) => Ok(Some(rule.arg(1))),
        None => {
            let mut names: Vec<String> = format.reader_parts().iter().map(|&name| name.to_owned()).collect();
            let keys = value.args();
            names.extend(keys.iter().filter(|_| named).filter_map(|rule| rule.arg(0).as_str().map(str::to_owned)));
            let known = if names.is_empty() { "no named parts".to_owned() } else { names.join(", ") };
            fail(session, Sym::Import, "noelem", &[args[0].clone(), part, Expr::string(&known)])
        }
    }
}

/// What is written, or `$Failed` after a message.
fn contents(
    session: &mut Session,
    function: Sym,
    path: &str,
    value: &Expr,
    format: Option<&Expr>,
    rules: &[Expr],
) -> Result<Result<Vec<u8>, Expr>, Flow> {
    let failed = Ok(Err(Sym::Failed.into()));
    let Some(format) = format_of(session, function, path, format) else { return failed };
    let Some(write) = format.write else {
        session.message(function, "nowrite", &[Expr::string(format.name)]);
        return failed;
    };
    let options = match options_of(format.writer_options(), rules) {
        Ok(options) => options,
        Err(rule) => {
            no_option(session, function, rule, format, format.writer_options())?;
            return failed;
        }
    };
    let written = match write {
        Writer::Bytes(write) => write(value),
        Writer::File { write, .. } => {
            let to = Destination { value, path, options: &options };
            match write(session, &to)? {
                Ok(bytes) => Ok(bytes),
                Err(error) => Err(culprit::located(session, write, &to, error)?),
            }
        }
    };
    if let Err(error) = &written {
        session.message(
            function,
            "fmtval",
            &[Expr::string(format.name), Expr::string(error.to_string().trim_end_matches('.'))],
        );
    }
    Ok(written.map_err(|_| Sym::Failed.into()))
}

fn export(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(path) = args[0].as_str() else {
        session.message(Sym::Export, "string", &args[..1]);
        return Ok(None);
    };
    let Some((given, rules)) = split_options(&args[1..]).filter(|(given, _)| matches!(given.len(), 1 | 2)) else {
        return Ok(None);
    };
    let bytes = match contents(session, Sym::Export, path, &given[0], given.get(1), rules)? {
        Ok(bytes) => bytes,
        Err(failed) => return Ok(Some(failed)),
    };
    session.note_effect();
    match session.host().write_file(path, &bytes) {
        Ok(()) => Ok(Some(args[0].clone())),
        Err(error) => fail(session, Sym::Export, "noopen", &[args[0].clone(), Expr::string(&error.to_string())]),
    }
}

/// What a file would hold, as a string.
pub(crate) const EXPORT_STRING: Function = Function {
    name: "ExportString",
    usage: "ExportString[value, \"format\"] is the text that a file of the value in a format would hold.",
    arguments: Some((2, usize::MAX)),
    evaluate: Some(export_string),
    messages: MESSAGES,
    examples: &[("ExportString[\"a text\", \"Text\"]", "a text")],
    ..Function::NEW
};

fn export_string(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some((given, rules)) = split_options(&args).filter(|(given, _)| given.len() == 2) else { return Ok(None) };
    let bytes = match contents(session, Sym::ExportString, "net", &given[0], Some(&given[1]), rules)? {
        Ok(bytes) => bytes,
        Err(failed) => return Ok(Some(failed)),
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(Expr::string(&text))),
        Err(_) => fail(session, Sym::ExportString, "notext", &[given[1].clone()]),
    }
}

//! Source files: `Get`, `Put`, `Needs`.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

const MESSAGES: &[(&str, &str)] = &[
    ("noopen", "`1` cannot be opened: `2`"),
    ("string", "`1` is no name of a file."),
    ("sntx", "`1` cannot be read as source: `2`"),
    ("nocont", "Context `1` was not made by loading `2`."),
];

pub(super) const GET: Function = Function {
    name: "Get",
    usage: "<<file or Get[\"file\"] evaluates the expressions in a file and gives the value of the last one.\n\
            Get[\"context`\"] looks for the file context.wl or context.m.",
    arguments: Some((1, 1)),
    evaluate: Some(evaluate_get),
    messages: MESSAGES,
    examples: &[("Quiet[Get[\"no such file\"]]", "$Failed")],
    ..Function::NEW
};

fn evaluate_get(session: &mut Session, call: &Expr) -> Eval {
    let argument = call.arg(0);
    let Some(name) = argument.as_str() else {
        session.message(Sym::Get, "string", &[argument]);
        return Ok(None);
    };
    session.note_effect();
    let mut failure = String::new();
    for path in candidates(name) {
        match session.host().read_file(&path) {
            Ok(bytes) => return evaluate_source(session, &path, &String::from_utf8_lossy(&bytes)).map(Some),
            Err(error) if failure.is_empty() => failure = error.to_string(),
            Err(_) => {}
        }
    }
    session.message(Sym::Get, "noopen", &[argument, Expr::string(&failure)]);
    Ok(Some(Sym::Failed.into()))
}

fn candidates(name: &str) -> Vec<String> {
    match name.strip_suffix('`') {
        Some(context) => {
            let path = context.replace('`', "/");
            vec![format!("{path}.wl"), format!("{path}.m"), format!("{path}/init.wl"), format!("{path}/init.m")]
        }
        None => vec![name.to_owned()],
    }
}

/// Reads and evaluates one expression after the other, so that each is read in the context that
/// those before have left; the context is as before in the end.
fn evaluate_source(session: &mut Session, path: &str, source: &str) -> Result<Expr, Flow> {
    let context = session.context().to_owned();
    let result = session.evaluate_source(source);
    session.set_context(context);
    match result? {
        Ok(value) => Ok(value),
        Err(diagnostics) => {
            let text = diagnostics.first().map(|d| d.message.to_string()).unwrap_or_default();
            session.message(Sym::Get, "sntx", &[Expr::string(path), Expr::string(&text)]);
            Ok(Sym::Failed.into())
        }
    }
}

pub(super) const PUT: Function = Function {
    name: "Put",
    usage: "e >> \"file\" or Put[e, \"file\"] writes e to a file in input form.\n\
            Put[e1, e2, ..., \"file\"] writes several expressions, one a line.",
    arguments: Some((1, usize::MAX)),
    evaluate: Some(|session, call| write(session, call, Sym::Put)),
    messages: MESSAGES,
    examples: &[("Quiet[Put[x, \"/no/such/folder/file\"]]", "$Failed")],
    ..Function::NEW
};

pub(super) const PUT_APPEND: Function = Function {
    name: "PutAppend",
    usage: "e >>> \"file\" or PutAppend[e, \"file\"] adds e to a file in input form.",
    arguments: Some((1, usize::MAX)),
    evaluate: Some(|session, call| write(session, call, Sym::PutAppend)),
    messages: MESSAGES,
    examples: &[("Quiet[PutAppend[x, \"/no/such/folder/file\"]]", "$Failed")],
    ..Function::NEW
};

fn write(session: &mut Session, call: &Expr, function: Sym) -> Eval {
    let args = call.args();
    let Some((path, expressions)) = args.split_last() else { return Ok(None) };
    let Some(name) = path.as_str() else {
        session.message(function, "string", std::slice::from_ref(path));
        return Ok(None);
    };
    session.note_effect();
    let mut contents = match function {
        Sym::PutAppend => session.host().read_file(name).unwrap_or_default(),
        _ => Vec::new(),
    };
    for e in expressions {
        contents.extend_from_slice(session.input_form(e).as_bytes());
        contents.push(b'\n');
    }
    match session.host().write_file(name, &contents) {
        Ok(()) => Ok(Some(Sym::Null.into())),
        Err(error) => {
            session.message(function, "noopen", &[path.clone(), Expr::string(&error.to_string())]);
            Ok(Some(Sym::Failed.into()))
        }
    }
}

pub(super) const NEEDS: Function = Function {
    name: "Needs",
    usage: "Needs[\"context`\"] loads the file of a package unless its context is searched already.\n\
            Needs[\"context`\", \"file\"] says which file that is.",
    attributes: Attributes::NONE,
    arguments: Some((1, 2)),
    evaluate: Some(evaluate_needs),
    messages: MESSAGES,
    examples: &[("Needs[\"Global`\"]", "Null"), ("Quiet[Needs[\"no`such`package`\"]]", "$Failed")],
    ..Function::NEW
};

fn evaluate_needs(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(context) = args[0].as_str().filter(|name| name.ends_with('`')) else {
        session.message(Sym::Needs, "string", &[args[0].clone()]);
        return Ok(None);
    };
    let is_searched = |session: &Session| context == "System`" || session.context_path().iter().any(|c| c == context);
    session.note_effect();
    if is_searched(session) {
        return Ok(Some(Sym::Null.into()));
    }
    let file = args.get(1).unwrap_or(&args[0]).clone();
    let loaded = session.evaluate_call(Sym::Get, [file.clone()])?;
    if is_searched(session) {
        return Ok(Some(Sym::Null.into()));
    }
    if !loaded.is(Sym::Failed) {
        session.message(Sym::Needs, "nocont", &[args[0].clone(), file]);
    }
    Ok(Some(Sym::Failed.into()))
}

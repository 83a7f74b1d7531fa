//! Expressions as they are printed: TeX, MathML and Markdown. Of a net the equations are written. What is a string already is
//! written as it is.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::text::read;
use crate::{Destination, Format, FormatError, Reader, Writer};

pub(crate) const TEX: Format = Format {
    name: "TeX",
    extensions: &["tex"],
    summary: "a document with an expression, a list of equations or those of a net, as TeXForm prints them; read as a string",
    read: Reader::Bytes(read),
    write: Some(Writer::File { write: document, options: &["Document"] }),
};

pub(crate) const MATH_ML: Format = Format {
    name: "MathML",
    extensions: &["mml", "mathml"],
    summary: "an expression, or the equations of a net, as MathMLForm prints them, for web pages; read as a string",
    read: Reader::Bytes(read),
    write: Some(Writer::File {
        write: |session, to| written(session, to.value, Sym::MathMLForm, Session::mathml_form),
        options: &[],
    }),
};

pub(crate) const MARKDOWN: Format = Format {
    name: "Markdown",
    extensions: &["md"],
    summary: "an expression, or the equations of a net, as MarkdownForm prints them, or a string; read as a string",
    read: Reader::Bytes(read),
    write: Some(Writer::File {
        write: |session, to| written(session, to.value, Sym::TeXForm, Session::markdown_form),
        options: &[],
    }),
};

/// What is before and behind the formulas of a document.
const DOCUMENT: [&str; 2] = [
    "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\usepackage[margin=2cm]{geometry}\n\\allowdisplaybreaks\n\
     \\begin{document}\n",
    "\n\\end{document}\n",
];
type Bytes = Result<Vec<u8>, FormatError>;

/// A document that compiles as it stands, or the formulas alone.
fn document(session: &mut Session, to: &Destination<'_>) -> Result<Bytes, Flow> {
    let whole = match to.option("Document") {
        None => true,
        Some(value) if value.is(Sym::True) || value.is(Sym::False) => value.is(Sym::True),
        Some(_) => return Ok(Err(FormatError::Value("the option \"Document\" is True or False".to_owned()))),
    };
    let is_text = to.value.as_str().is_some();
    let print = if whole && !is_text { Session::tex_document } else { Session::tex_form };
    let body = written(session, to.value, Sym::TeXForm, print)?;
    Ok(body.map(|body| match whole && !is_text {
        true => [DOCUMENT[0].as_bytes(), &body, DOCUMENT[1].as_bytes()].concat(),
        false => body,
    }))
}

/// The text of a value, or of its equations, if it is a net.
fn written(
    session: &mut Session,
    value: &Expr,
    form: Sym,
    print: fn(&Session, &Expr) -> String,
) -> Result<Bytes, Flow> {
    if let Some(text) = value.as_str() {
        return Ok(Ok(text.as_bytes().to_vec()));
    }
    let mut value = value.clone();
    let count = Expr::normal(Expr::symbol("System`Information"), [value.clone(), Expr::string("LayersCount")]);
    if session.evaluate_call(Sym::Quiet, [count])?.as_i64().is_some() {
        value = session.evaluate(&Expr::normal(Expr::symbol("System`NetEquations"), [value]))?;
        if !value.is_list() {
            return Ok(Err(FormatError::Value("there are no equations of the net".to_owned())));
        }
    }
    let value = session.formatted(&value, form)?;
    if let Some(leaves) = session.too_many_leaves(&value) {
        let leaves = if leaves < 1e9 { format!("{leaves:.0} leaves") } else { format!("{leaves:.1e} leaves") };
        let what = match value.is_list() {
            true => format!("{} equations or elements with {leaves}", value.len()),
            false => leaves,
        };
        return Ok(Err(FormatError::Value(format!(
            "it has {what}, which nobody reads; write a part of it, such as a layer of a net (NetExtract, NetTake, or --layer on \
             the command line), or the expression itself as \"Package\""
        ))));
    }
    Ok(Ok(print(session, &value).into_bytes()))
}

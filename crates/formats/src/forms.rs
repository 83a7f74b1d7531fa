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
    write: Some(Writer::File { write: |session, to| printed(session, to.value, Sym::MathMLForm), options: &[] }),
};

pub(crate) const MARKDOWN: Format = Format {
    name: "Markdown",
    extensions: &["md"],
    summary: "an expression, or the equations of a net, as MarkdownForm prints them, or a string; read as a string",
    read: Reader::Bytes(read),
    write: Some(Writer::File { write: |session, to| printed(session, to.value, Sym::MarkdownForm), options: &[] }),
};

/// What is before and behind the formulas of a document.
const DOCUMENT: [&str; 2] = [
    "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\usepackage[margin=2cm]{geometry}\n\\allowdisplaybreaks\n\
     \\begin{document}\n",
    "\n\\end{document}\n",
];
/// Equations below each other, as they stand within a formula, and as they are one that may go on on the next page.
const ALIGNED: [&str; 2] = ["\\begin{aligned} ", " \\end{aligned}"];
const ALIGN: [&str; 2] = ["\\begin{align*}\n", "\n\\end{align*}"];

type Bytes = Result<Vec<u8>, FormatError>;

/// A document that compiles as it stands, or the formulas alone.
fn document(session: &mut Session, to: &Destination<'_>) -> Result<Bytes, Flow> {
    let whole = match to.option("Document") {
        None => true,
        Some(value) if value.is(Sym::True) || value.is(Sym::False) => value.is(Sym::True),
        Some(_) => return Ok(Err(FormatError::Value("the option \"Document\" is True or False".to_owned()))),
    };
    let formulas = match text(session, to.value, Sym::TeXForm)? {
        Ok(text) => text,
        Err(error) => return Ok(Err(error)),
    };
    if !whole || to.value.as_str().is_some() {
        return Ok(Ok(formulas.into_bytes()));
    }
    let inner = formulas.strip_prefix(ALIGNED[0]).and_then(|rest| rest.strip_suffix(ALIGNED[1]));
    let body = match inner {
        Some(lines) => format!("{}{}{}", ALIGN[0], lines.replace(" \\\\ ", " \\\\\n"), ALIGN[1]),
        None => format!("\\[\n{formulas}\n\\]"),
    };
    Ok(Ok(format!("{}{body}{}", DOCUMENT[0], DOCUMENT[1]).into_bytes()))
}

fn printed(session: &mut Session, value: &Expr, form: Sym) -> Result<Bytes, Flow> {
    Ok(text(session, value, form)?.map(String::into_bytes))
}

/// The text of a value in a form; that of its equations, if it is a net.
fn text(session: &mut Session, value: &Expr, form: Sym) -> Result<Result<String, FormatError>, Flow> {
    if let Some(text) = value.as_str() {
        return Ok(Ok(text.to_owned()));
    }
    let mut value = value.clone();
    let count = Expr::normal(Expr::symbol("System`Information"), [value.clone(), Expr::string("LayersCount")]);
    if session.evaluate_call(Sym::Quiet, [count])?.as_i64().is_some() {
        value = session.evaluate(&Expr::normal(Expr::symbol("System`NetEquations"), [value]))?;
        if !value.is_list() {
            return Ok(Err(FormatError::Value("there are no equations of the net".to_owned())));
        }
    }
    let text = session.evaluate_call(Sym::ToString, [Expr::call(form, [value])])?;
    let text = text.as_str().map(str::to_owned);
    Ok(text.ok_or_else(|| FormatError::Value("an expression that can be printed is needed".to_owned())))
}

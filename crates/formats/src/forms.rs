//! Expressions as they are printed: TeX, MathML and Markdown. What is a string already is written as it is.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::text::read;
use crate::{Destination, Format, FormatError, Reader, Writer};

pub(crate) const TEX: Format = Format {
    name: "TeX",
    extensions: &["tex"],
    summary: "an expression, such as a list of equations, as TeXForm prints it; read as a string",
    read: Reader::Bytes(read),
    write: Some(Writer::File { write: |session, to| printed(session, to, Sym::TeXForm), options: &[] }),
};

pub(crate) const MATH_ML: Format = Format {
    name: "MathML",
    extensions: &["mml", "mathml"],
    summary: "an expression as MathMLForm prints it, for web pages; read as a string",
    read: Reader::Bytes(read),
    write: Some(Writer::File { write: |session, to| printed(session, to, Sym::MathMLForm), options: &[] }),
};

pub(crate) const MARKDOWN: Format = Format {
    name: "Markdown",
    extensions: &["md"],
    summary: "an expression as MarkdownForm prints it, or a string; read as a string",
    read: Reader::Bytes(read),
    write: Some(Writer::File { write: |session, to| printed(session, to, Sym::MarkdownForm), options: &[] }),
};

fn printed(session: &mut Session, to: &Destination<'_>, form: Sym) -> Result<Result<Vec<u8>, FormatError>, Flow> {
    let text = match to.value.as_str() {
        Some(_) => to.value.clone(),
        None => {
            let form = Expr::call(form, [to.value.clone()]);
            session.evaluate_call(Sym::ToString, [form])?
        }
    };
    let bytes = text.as_str().map(|text| text.as_bytes().to_vec());
    Ok(bytes.ok_or_else(|| FormatError::Value("an expression that can be printed is needed".to_owned())))
}

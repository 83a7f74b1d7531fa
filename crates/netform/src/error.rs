//! What can go wrong, as types.

use std::fmt;
use std::time::Duration;

use netform_eval::EmittedMessage;
use netform_layers::RecordError;
use netform_syntax::{Diagnostic, Span};

use crate::Expr;

/// Why there is no value.
///
/// ```
/// use netform::prelude::*;
///
/// let mut session = Session::new();
/// let error = session.evaluate_text("LinearLayer[2, \"Input\" -> 3][{1, 2}]").unwrap_err();
/// assert_eq!(error.messages()[0].name, "LinearLayer::invindata2");
/// println!("{error}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text is not in the language.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The value is `$Failed`; the messages say why.
    #[error("{}", text_of(messages, "the evaluation failed"))]
    Failed {
        /// The messages of the evaluation, in their order.
        messages: Vec<EmittedMessage>,
    },
    /// The evaluation was aborted, by `Abort[]` or an [`Interrupt`](crate::Interrupt).
    #[error("the evaluation was aborted")]
    Aborted,
    /// The evaluation took longer than the session allows.
    #[error("the evaluation took longer than {0:?}")]
    TimedOut(Duration),
    /// The evaluation reached a limit of the session, such as `RecursionLimit`.
    #[error("the evaluation reached the limit {limit}")]
    LimitReached {
        /// The name of the limit.
        limit: String,
        /// The messages of the evaluation, in their order.
        messages: Vec<EmittedMessage>,
    },
    /// The evaluation asked the session to end, by `Quit[]`.
    #[error("the session was asked to end with the exit code {0}")]
    Quit(i32),
    /// A net is wanted, and this is none.
    #[error("{} is not a net", .0.output_form())]
    NotANet(Expr),
    /// A part of an expression is no function of machine numbers that could be compiled.
    #[error("{} has no code for machine numbers", .0.output_form())]
    NotCompiled(Expr),
    /// A step of training was not made.
    #[error(transparent)]
    Step(#[from] netform_nets::StepError),
    /// An expression is not the Rust value that is wanted.
    #[error(transparent)]
    Conversion(#[from] ConversionError),
    /// The record of a layer or function cannot be used.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl Error {
    /// The messages of the evaluation that failed.
    pub fn messages(&self) -> &[EmittedMessage] {
        match self {
            Error::Failed { messages } | Error::LimitReached { messages, .. } => messages,
            _ => &[],
        }
    }
}

fn text_of(messages: &[EmittedMessage], otherwise: &str) -> String {
    let lines: Vec<String> = messages.iter().map(EmittedMessage::to_string).collect();
    if lines.is_empty() { otherwise.to_owned() } else { lines.join("\n") }
}

/// What is wrong with a text.
///
/// ```
/// use netform::{Error, Expr};
///
/// let Err(Error::Syntax(error)) = "f[1, 2".parse::<Expr>() else { panic!("a bracket is open") };
/// assert_eq!(error.diagnostics()[0].code.to_string(), "unclosed-bracket");
/// assert_eq!(&error.text()[error.diagnostics()[0].span.range()], "[");
/// assert!(error.is_incomplete());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    text: String,
    diagnostics: Vec<Diagnostic>,
}

impl SyntaxError {
    pub(crate) fn new(text: &str, mut diagnostics: Vec<Diagnostic>) -> SyntaxError {
        if diagnostics.is_empty() {
            let all = Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX));
            let code = netform_syntax::Code::UNEXPECTED_TOKEN;
            diagnostics.push(Diagnostic::error(all, code, "one expression is expected"));
        }
        SyntaxError { text: text.to_owned(), diagnostics }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong, each with its place in the text; there is at least one.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether more text could still mend it.
    pub fn is_incomplete(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_incomplete)
    }

    /// The line and column of a place in the text, counted from 1; columns are characters.
    pub fn line_and_column(&self, span: Span) -> (usize, usize) {
        let before = self.text.get(..span.range().start).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

impl fmt::Display for SyntaxError {
    /// One line for each diagnostic: `line:column: what is wrong [code]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            let (line, column) = self.line_and_column(diagnostic.span);
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{line}:{column}: {diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SyntaxError {}

/// An expression is not the Rust value that is wanted.
///
/// ```
/// use netform::symbol;
///
/// let error = f64::try_from(symbol("x")).unwrap_err();
/// assert_eq!(error.to_string(), "x is not a real number");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is not {expected}", expression.output_form())]
pub struct ConversionError {
    expression: Expr,
    expected: &'static str,
}

impl ConversionError {
    pub(crate) fn new(expression: &Expr, expected: &'static str) -> ConversionError {
        ConversionError { expression: expression.clone(), expected }
    }

    /// The expression.
    pub fn expression(&self) -> &Expr {
        &self.expression
    }

    /// What is wanted, in words.
    pub fn expected(&self) -> &'static str {
        self.expected
    }
}

//! Tokens to expressions: an operator-precedence parser driven by the operator table.
//!
//! The parser keeps its own stack of unfinished constructs ([`Frame`]) instead of recursing, so
//! the nesting of a source is limited by memory alone. It reads every token once. Nothing is
//! evaluated: `a - b` becomes `Plus[a, Times[-1, b]]` and stays so.

mod build;
mod frame;
mod operand;
mod operators;
mod stream;

#[cfg(test)]
mod tests;

use netform_expr::{Expr, Sym};

use crate::operator::Bracket;
use crate::{Code, Diagnostic, Lexer, Names, Span, TokenKind};
use frame::Frame;
use operand::Operand;
use stream::{Peeked, Stream};

/// The expressions of a source, and what is to be said about it.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The expressions, in order, with their places. Those with errors are left out.
    pub expressions: Vec<(Expr, Span)>,
    /// Errors and warnings, in order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether there is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Whether more input could make this good: the first error is that something does not end.
    pub fn is_incomplete(&self) -> bool {
        self.diagnostics.iter().find(|d| d.is_error()).is_some_and(Diagnostic::is_incomplete)
    }
}

/// Reads a program: a sequence of expressions, each of which ends with the line on which it is
/// complete.
///
/// ```
/// use netform_syntax::{parse_program, DefaultNames};
///
/// let source = "f[x_] := x^2;\nf[3] +\n  1";
/// let parsed = parse_program(source, &mut DefaultNames::new(&[]));
/// assert_eq!(parsed.expressions.len(), 2);
/// assert_eq!(&source[parsed.expressions[1].1.range()], "f[3] +\n  1");
///
/// assert!(parse_program("f[1,", &mut DefaultNames::new(&[])).is_incomplete());
/// assert!(!parse_program("f[1)", &mut DefaultNames::new(&[])).is_incomplete());
/// ```
pub fn parse_program(source: &str, names: &mut impl Names) -> Parsed {
    let mut program = Program::new(source);
    let mut parsed = Parsed::default();
    while let Some(statement) = program.next(names) {
        parsed.diagnostics.extend(statement.diagnostics);
        parsed.expressions.extend(statement.expression.map(|e| (e, statement.span)));
    }
    parsed
}

/// Reads a source that is one expression, whose lines may be broken anywhere.
///
/// ```
/// use netform_syntax::{full_form, parse_expression, DefaultForms, DefaultNames};
///
/// let e = parse_expression("a - b/2", &mut DefaultNames::new(&[])).unwrap();
/// assert_eq!(full_form(&e, &DefaultForms::default()), "Plus[a, Times[-1, b, Power[2, -1]]]");
/// ```
///
/// # Errors
/// All diagnostics, if the source has an error or is not exactly one expression.
pub fn parse_expression(source: &str, names: &mut impl Names) -> Result<Expr, Vec<Diagnostic>> {
    let mut program = Program::new(source);
    program.lines_end_expressions = false;
    let Some(statement) = program.next(names) else {
        let nothing = Span::new(0, 0);
        return Err(vec![Diagnostic::error(nothing, Code::INCOMPLETE, "there is no expression here")]);
    };
    let mut diagnostics = statement.diagnostics;
    if let Some(more) = program.next(names) {
        diagnostics.extend(more.diagnostics);
        if !diagnostics.iter().any(Diagnostic::is_error) {
            let message = "a second expression begins here, where one was expected";
            diagnostics.push(Diagnostic::error(more.span, Code::UNEXPECTED_TOKEN, message));
        }
    }
    match statement.expression {
        Some(expression) if !diagnostics.iter().any(Diagnostic::is_error) => Ok(expression),
        _ => Err(diagnostics),
    }
}

/// One expression of a program, or the remarks on what should have been one.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The expression, if it has no error.
    pub expression: Option<Expr>,
    /// Its place.
    pub span: Span,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a program expression by expression, so that each can be evaluated, and change what names
/// mean, before the next is read.
pub struct Program<'s> {
    stream: Stream<'s>,
    lines_end_expressions: bool,
    too_large: bool,
}

impl<'s> Program<'s> {
    /// A reader at the start of a source.
    pub fn new(source: &'s str) -> Program<'s> {
        Program {
            stream: Stream::new(source),
            lines_end_expressions: true,
            too_large: source.len() > Lexer::MAX_SOURCE,
        }
    }

    /// The next expression; `None` at the end.
    pub fn next(&mut self, names: &mut dyn Names) -> Option<Statement> {
        let mut diagnostics = Vec::new();
        if std::mem::take(&mut self.too_large) {
            let message = "the source is larger than 4 GiB; the rest is not read";
            diagnostics.push(Diagnostic::error(Span::new(0, 0), Code::SOURCE_TOO_LARGE, message));
        }
        let mut parser = Parser {
            stream: &mut self.stream,
            names,
            frames: Vec::new(),
            open_brackets: 0,
            lines_end_expressions: self.lines_end_expressions,
            diagnostics,
        };
        let outcome = parser.expression();
        let mut diagnostics = parser.diagnostics;
        match outcome {
            Ok(None) if diagnostics.is_empty() => None,
            Ok(None) => Some(Statement { expression: None, span: Span::new(0, 0), diagnostics }),
            Ok(Some((expression, span))) => {
                let expression = (!diagnostics.iter().any(Diagnostic::is_error)).then_some(expression);
                Some(Statement { expression, span, diagnostics })
            }
            Err(Failed(error)) => {
                let span = error.span;
                diagnostics.push(*error);
                Some(Statement { expression: None, span, diagnostics })
            }
        }
    }
}

/// Why an expression could not be read; the parser has moved on to where the next may begin.
struct Failed(Box<Diagnostic>);

type Outcome<T> = Result<T, Failed>;

/// What comes after the parser has looked at a token.
enum Next {
    /// An operand has been read; an operator may follow.
    Operator(Operand),
    /// An operand must follow.
    Operand,
    /// The expression has ended.
    End(Operand),
}

struct Parser<'p, 's> {
    stream: &'p mut Stream<'s>,
    names: &'p mut dyn Names,
    frames: Vec<Frame>,
    /// How many of the frames are brackets.
    open_brackets: usize,
    lines_end_expressions: bool,
    diagnostics: Vec<Diagnostic>,
}

impl Parser<'_, '_> {
    /// Reads one expression; `None` if nothing is left.
    fn expression(&mut self) -> Outcome<Option<(Expr, Span)>> {
        let Some(first) = self.stream.peek() else { return Ok(None) };
        if self.lines_end_expressions
            && let Some(question) = self.question(first)
        {
            return Ok(Some(question));
        }
        let result = self.whole_expression();
        if result.is_err() {
            self.recover(first.span.start);
        }
        result.map(Some)
    }

    /// `?name`, `??name` and `?form*`: a question about names, which has a line of its own.
    fn question(&mut self, first: Peeked) -> Option<(Expr, Span)> {
        let line = self.stream.line_from(first.span.start);
        let rest = line.strip_prefix('?')?;
        let (name, long) = match rest.strip_prefix('?') {
            Some(name) => (name.trim_start(), true),
            None => (rest.trim_start(), false),
        };
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '$' | '`' | '*' | '@');
        if name.is_empty() || !name.chars().all(is_name) {
            return None;
        }
        let span = Span::new(first.span.start, first.span.start + line.len() as u32);
        while self.stream.peek().is_some_and(|token| token.span.start < span.end) {
            self.stream.advance();
        }
        let form = Expr::rule(Expr::symbol("System`LongForm"), Expr::boolean(long));
        Some((Expr::call(Sym::Information, [Expr::string(name), form]), span))
    }

    fn whole_expression(&mut self) -> Outcome<(Expr, Span)> {
        let mut next = Next::Operand;
        loop {
            next = match next {
                Next::Operand => self.operand()?,
                Next::Operator(operand) => self.operator(operand)?,
                Next::End(operand) => {
                    let operand = self.reduce_all(operand)?;
                    return match self.frames.pop() {
                        None => Ok((operand.value.into_expr(), operand.span)),
                        Some(frame) => {
                            let error = self.unfinished(&frame);
                            self.fail(error)
                        }
                    };
                }
            };
        }
    }

    /// The error of a construct that ends too early.
    fn unfinished(&mut self, frame: &Frame) -> Diagnostic {
        let end = self.stream.end();
        let at_end = self.stream.peek().is_none();
        let code = if at_end { Code::INCOMPLETE } else { Code::MISSING_OPERAND };
        match frame {
            Frame::Group(group) => {
                let message = format!("`{}` is not closed", group.bracket.opening());
                let hint = format!("close it with `{}`", group.bracket.closing());
                Diagnostic::error(group.open, Code::UNCLOSED_BRACKET, message).with_hint(hint)
            }
            Frame::InfixApplication(infix) => {
                Diagnostic::error(infix.tilde, code, "a second `~` and an operand are missing")
                    .with_hint("write `a ~f~ b` for `f[a, b]`")
            }
            Frame::Tag(tag) => Diagnostic::error(tag.span, code, "`/:` needs an assignment behind it")
                .with_hint("write `t /: f[t] = value`"),
            _ => Diagnostic::error(Span::new(end, end), code, "an operand is missing"),
        }
    }

    fn fail<T>(&self, diagnostic: Diagnostic) -> Outcome<T> {
        Err(Failed(Box::new(diagnostic)))
    }

    /// After an error in the expression that began at `start`: skips to the first line end
    /// outside all brackets, those opened before the error included.
    fn recover(&mut self, start: u32) {
        self.frames.clear();
        let mut depth = std::mem::take(&mut self.open_brackets);
        while let Some(token) = self.stream.peek() {
            if depth == 0 && token.line_before && token.span.start > start {
                return;
            }
            match token.kind {
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.stream.advance();
        }
    }

    /// Whether the token begins a new line that ends the expression before it.
    fn ends_expression(&self, token: Peeked) -> bool {
        token.line_before && self.lines_end_expressions && self.open_brackets == 0
    }

    /// The innermost open bracket.
    fn innermost_bracket(&self) -> Option<(Bracket, Span)> {
        self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Group(group) => Some((group.bracket, group.open)),
            _ => None,
        })
    }
}

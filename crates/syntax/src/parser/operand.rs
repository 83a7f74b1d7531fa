//! Operands: atoms, prefix operators, opening brackets, and operands that may be missing.

use std::borrow::Cow;
use std::collections::VecDeque;

use netform_expr::{Expr, Sym};

use super::frame::{Frame, Group};
use super::stream::Peeked;
use super::{Next, Outcome, Parser};
use crate::lexer::LexicalError;
use crate::operator::{Bracket, Meaning, OperatorId};
use crate::{Code, Diagnostic, Span, TokenKind, character, literal};

/// A finished operand with what later operators must know of how it was written.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) value: Value,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Anything that operators take as it is.
    Plain(Expr),
    /// A symbol without parentheses: `name : pattern` gives a name to a pattern.
    Name(Expr),
    /// A literal number, which takes up a minus sign.
    Number(Expr),
    /// The factors of a product written without parentheses, such as `-a` or `a/b`: a product
    /// around it takes them up.
    /// Signs come to its front one after the other.
    Product(VecDeque<Expr>),
    /// `+a` without parentheses: a sum takes up the term.
    Positive(Expr),
    /// Nothing, where that has a meaning: before or behind `;` and `;;`.
    Missing,
}

impl Value {
    /// The expression by itself; what is missing is `Null`.
    pub(super) fn into_expr(self) -> Expr {
        match self {
            Value::Plain(e) | Value::Name(e) | Value::Number(e) => e,
            Value::Product(factors) => Expr::call(Sym::Times, factors),
            Value::Positive(e) => Expr::call(Sym::Plus, [e]),
            Value::Missing => Sym::Null.into(),
        }
    }
}

impl Operand {
    pub(super) fn plain(e: Expr, span: Span) -> Operand {
        Operand { value: Value::Plain(e), span }
    }

    pub(super) fn into_expr(self) -> Expr {
        self.value.into_expr()
    }
}

impl Parser<'_, '_> {
    /// Reads what stands where an operand should.
    pub(super) fn operand(&mut self) -> Outcome<Next> {
        let Some(token) = self.stream.peek() else { return self.absent(None) };
        if self.may_be_absent() && self.ends_expression(token) {
            return self.absent(Some(token));
        }
        match token.kind {
            TokenKind::Operator(glyph) => {
                let roles = glyph.roles();
                if let Some(prefix) = roles.prefix {
                    self.stream.advance();
                    return self.prefix(prefix, token.span);
                }
                let opens_span = roles.infix.is_some_and(|id| id.get().meaning == Meaning::Span);
                if opens_span && !matches!(self.frames.last(), Some(Frame::Span(_))) {
                    let start = Span::new(token.span.start, token.span.start);
                    return self.span(Operand::plain(Expr::integer(1), start));
                }
                self.absent(Some(token))
            }
            TokenKind::Open(Bracket::Call | Bracket::Part) | TokenKind::Close(_) | TokenKind::Comma => {
                self.absent(Some(token))
            }
            TokenKind::Open(bracket) => {
                self.stream.advance();
                self.open(bracket, token.span, None);
                Ok(Next::Operand)
            }
            TokenKind::Error(error) => self.lexical_error(error, token.span),
            _ => {
                self.stream.advance();
                let value = self.atom(token)?;
                Ok(Next::Operator(Operand { value, span: Span::new(token.span.start, self.stream.end()) }))
            }
        }
    }

    pub(super) fn open(&mut self, bracket: Bracket, open: Span, head: Option<Operand>) {
        self.open_brackets += 1;
        self.frames.push(Frame::Group(Group { bracket, open, head, items: Vec::new() }));
    }

    pub(super) fn lexical_error<T>(&mut self, error: LexicalError, span: Span) -> Outcome<T> {
        let mut shown = span;
        if matches!(error, LexicalError::UnterminatedString | LexicalError::UnterminatedComment) {
            // Underlining the rest of the input would hide where it begins.
            shown.end = span.start + if error == LexicalError::UnterminatedString { 1 } else { 2 };
        }
        let mut diagnostic = Diagnostic::error(shown, error.code(), error.message(self.stream.text(span)));
        if error == LexicalError::InvalidEscape {
            diagnostic = diagnostic.with_hint(r"write characters as `\[Alpha]` or `\:03b1`; box notation is not read");
        }
        self.stream.advance();
        self.fail(diagnostic)
    }

    fn prefix(&mut self, operator: OperatorId, span: Span) -> Outcome<Next> {
        if operator.get().meaning == Meaning::Get {
            let file = self.file(span)?;
            let get = Expr::normal(operator.head(), [file]);
            return Ok(Next::Operator(Operand::plain(get, Span::new(span.start, self.stream.end()))));
        }
        self.frames.push(Frame::Prefix { operator, span });
        Ok(Next::Operand)
    }

    /// The name of a file behind `<<`, `>>` or `>>>`.
    pub(super) fn file(&mut self, operator: Span) -> Outcome<Expr> {
        if let Some(token) = self.stream.peek()
            && !self.ends_expression(token)
        {
            match token.kind {
                TokenKind::File => {
                    self.stream.advance();
                    return Ok(Expr::string(self.stream.text(token.span)));
                }
                TokenKind::String => {
                    self.stream.advance();
                    return Ok(self.string(token.span));
                }
                _ => {}
            }
        }
        let code = if self.stream.peek().is_none() { Code::INCOMPLETE } else { Code::MISSING_OPERAND };
        self.fail(Diagnostic::error(operator.behind(), code, "the name of a file is missing"))
    }

    /// Whether the construct on top of the stack has a meaning without the operand to come.
    fn may_be_absent(&self) -> bool {
        match self.frames.last() {
            Some(Frame::Span(_)) => true,
            Some(Frame::Chain(chain)) => chain.operator().get().meaning == Meaning::Compound,
            _ => false,
        }
    }

    /// No operand stands where one should: what that means depends on who waits for it.
    fn absent(&mut self, token: Option<Peeked>) -> Outcome<Next> {
        let place = token.map_or(Span::new(self.stream.end(), self.stream.end()), |t| t.span);
        let nothing = Operand { value: Value::Missing, span: Span::new(self.stream.end(), self.stream.end()) };
        if self.may_be_absent() {
            return Ok(Next::Operator(nothing));
        }
        let Some(token) = token else {
            let frame = self.frames.iter().rposition(|frame| matches!(frame, Frame::Group(_)));
            let error = match frame.map(|i| self.frames.swap_remove(i)) {
                Some(group) => self.unfinished(&group),
                None => Diagnostic::error(place, Code::INCOMPLETE, "an operand is missing at the end"),
            };
            return self.fail(error);
        };
        if let (Some(Frame::Group(group)), TokenKind::Comma | TokenKind::Close(_)) = (self.frames.last(), token.kind) {
            let is_empty = group.items.is_empty();
            if group.bracket == Bracket::Parenthesis {
                let (code, message) = match token.kind {
                    TokenKind::Comma => (Code::UNEXPECTED_COMMA, "parentheses hold one expression, without commas"),
                    _ => (Code::EMPTY_PARENTHESES, "these parentheses hold nothing"),
                };
                let span = group.open.to(token.span);
                return self.fail(Diagnostic::error(span, code, message));
            }
            if is_empty && token.kind != TokenKind::Comma {
                return self.close(token);
            }
            let warning = "nothing stands here, which means `Null`";
            self.diagnostics.push(Diagnostic::warning(token.span, Code::EMPTY_ELEMENT, warning));
            return Ok(Next::Operator(nothing));
        }
        let text = self.stream.text(place);
        let error = match token.kind {
            TokenKind::Close(_) if self.innermost_bracket().is_none() => {
                Diagnostic::error(place, Code::MISMATCHED_BRACKET, format!("nothing is open that `{text}` could close"))
            }
            TokenKind::Comma if self.innermost_bracket().is_none() => {
                Diagnostic::error(place, Code::UNEXPECTED_COMMA, "a comma stands outside all brackets")
            }
            _ => Diagnostic::error(place, Code::MISSING_OPERAND, format!("an operand is missing before `{text}`")),
        };
        self.fail(error)
    }

    fn atom(&mut self, token: Peeked) -> Outcome<Value> {
        let text = self.stream.text(token.span);
        Ok(match token.kind {
            TokenKind::Number => match literal::number(text) {
                Ok(number) => Value::Number(number),
                Err(message) => {
                    return self.fail(Diagnostic::error(token.span, Code::INVALID_NUMBER, message));
                }
            },
            TokenKind::String => Value::Plain(self.string(token.span)),
            TokenKind::Slot => Value::Plain(self.slot(text, token.span)),
            TokenKind::SlotSequence => Value::Plain(Expr::call(Sym::SlotSequence, [position(&text[2..])])),
            TokenKind::History => Value::Plain(history(text)),
            TokenKind::Symbol => {
                let symbol = self.symbol(text, token.span)?;
                match self.stream.peek_adjacent().map(|t| t.kind) {
                    Some(kind @ (TokenKind::Blank(_) | TokenKind::DefaultBlank)) => {
                        self.stream.advance();
                        Value::Plain(self.blank(kind, Some(symbol))?)
                    }
                    _ => Value::Name(symbol),
                }
            }
            kind => Value::Plain(self.blank(kind, None)?),
        })
    }

    /// The symbol that a name means.
    pub(super) fn symbol(&mut self, text: &str, span: Span) -> Outcome<Expr> {
        let name = literal::name(text);
        let mut characters = name.chars();
        if let (Some(c), None) = (characters.next(), characters.next())
            && let Some(constant) = character::constant(c)
        {
            return Ok(Expr::symbol(&format!("System`{constant}")));
        }
        if name.contains('`') {
            let relative = name.strip_prefix('`').unwrap_or(&name);
            if relative.split('`').any(|part| part.is_empty() || part.starts_with(|c: char| c.is_numeric())) {
                let message = "a context mark must stand between two names";
                return self.fail(Diagnostic::error(span, Code::INVALID_NAME, message));
            }
        }
        Ok(self.names.resolve(&name))
    }

    /// `_h`, `__h`, `___h` or `_.`, with the name before it.
    fn blank(&mut self, kind: TokenKind, name: Option<Expr>) -> Outcome<Expr> {
        let head = match kind {
            TokenKind::Blank(2) => Sym::BlankSequence,
            TokenKind::Blank(3) => Sym::BlankNullSequence,
            _ => Sym::Blank,
        };
        let mut of = None;
        if kind != TokenKind::DefaultBlank
            && let Some(token) = self.stream.peek_adjacent()
            && token.kind == TokenKind::Symbol
        {
            self.stream.advance();
            of = Some(self.symbol(self.stream.text(token.span), token.span)?);
        }
        let blank = Expr::call(head, of);
        let pattern = match name {
            Some(name) => Expr::call(Sym::Pattern, [name, blank]),
            None => blank,
        };
        Ok(if kind == TokenKind::DefaultBlank { Expr::call(Sym::Optional, [pattern]) } else { pattern })
    }

    /// The value of a string token; escapes that mean nothing stay, with a warning.
    pub(super) fn string(&mut self, span: Span) -> Expr {
        let (value, faults) = literal::string(self.stream.text(span));
        for (offset, length) in faults {
            let start = span.start + offset as u32;
            let place = Span::new(start, start + length as u32);
            let message = "this backslash begins no character and stands for itself";
            self.diagnostics.push(Diagnostic::warning(place, Code::INVALID_ESCAPE, message));
        }
        Expr::string(&value)
    }

    fn slot(&mut self, text: &str, span: Span) -> Expr {
        let name = &text[1..];
        let argument = if name.starts_with('"') {
            self.string(Span::new(span.start + 1, span.end))
        } else if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            position(name)
        } else {
            Expr::string(name)
        };
        Expr::call(Sym::Slot, [argument])
    }
}

/// The number of a slot, 1 if none is written.
fn position(digits: &str) -> Expr {
    if digits.is_empty() {
        return Expr::integer(1);
    }
    literal::number(digits).unwrap_or_else(|_| Expr::string(digits))
}

/// `%7` is output 7, `%%` the last but one.
fn history(text: &str) -> Expr {
    let digits: Cow<'_, str> = text.trim_start_matches('%').into();
    if !digits.is_empty() {
        return Expr::call(Sym::Out, [position(&digits)]);
    }
    match text.len() {
        1 => Expr::call(Sym::Out, []),
        count => Expr::call(Sym::Out, [Expr::integer(-(count as i64))]),
    }
}

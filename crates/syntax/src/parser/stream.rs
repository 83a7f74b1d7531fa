//! The tokens that mean something, one ahead, with what stood before them.

use crate::{Lexer, Span, TokenKind};

/// The next token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peeked {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
    /// Whether a line ends between the token before and this one.
    pub(super) line_before: bool,
    /// Whether anything stands between the token before and this one.
    pub(super) space_before: bool,
}

pub(super) struct Stream<'s> {
    source: &'s str,
    lexer: Lexer<'s>,
    next: Option<Peeked>,
    /// Where the last token that was taken ends.
    end: u32,
}

impl<'s> Stream<'s> {
    pub(super) fn new(source: &'s str) -> Stream<'s> {
        let mut stream = Stream { source, lexer: Lexer::new(source), next: None, end: 0 };
        stream.next = stream.scan();
        stream
    }

    fn scan(&mut self) -> Option<Peeked> {
        let mut line_before = false;
        let mut space_before = false;
        for token in self.lexer.by_ref() {
            if token.kind.is_trivia() {
                space_before = true;
                line_before |= token.kind == TokenKind::Newline;
            } else {
                return Some(Peeked { kind: token.kind, span: token.span, line_before, space_before });
            }
        }
        None
    }

    pub(super) fn peek(&self) -> Option<Peeked> {
        self.next
    }

    /// Takes the token that has been looked at.
    pub(super) fn advance(&mut self) {
        if let Some(token) = self.next {
            self.end = token.span.end;
            self.next = self.scan();
        }
    }

    /// The next token, if it touches the one before.
    pub(super) fn peek_adjacent(&self) -> Option<Peeked> {
        self.next.filter(|token| !token.space_before)
    }

    /// Where the last token that was taken ends.
    pub(super) fn end(&self) -> u32 {
        self.end
    }

    /// The rest of the line from a place, without the space at its end.
    pub(super) fn line_from(&self, start: u32) -> &'s str {
        let rest = &self.source[start as usize..];
        rest.lines().next().unwrap_or_default().trim_end()
    }

    pub(super) fn text(&self, span: Span) -> &'s str {
        &self.source[span.range()]
    }
}

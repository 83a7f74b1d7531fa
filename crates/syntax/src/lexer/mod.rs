//! Text to tokens. The lexer is lossless (every byte belongs to a token) and never fails.

pub(crate) mod escape;
mod number;
mod token;

pub use token::{LexicalError, Token, TokenKind};

use crate::Span;
use crate::character;
use crate::operator::{self, Bracket};
use escape::Escape;

/// Cuts a source into tokens, one at a time.
///
/// ```
/// use netform_syntax::{Lexer, TokenKind};
///
/// let source = "f[x_] := x^2 (* the square *)";
/// let tokens: Vec<_> = Lexer::new(source).collect();
/// let text: String = tokens.iter().map(|token| &source[token.span.range()]).collect();
/// assert_eq!(text, source);
/// assert_eq!(tokens.last().map(|token| token.kind), Some(TokenKind::Comment));
/// ```
///
/// Only the first 4 GiB of a source are seen.
#[derive(Clone, Debug)]
pub struct Lexer<'s> {
    source: &'s str,
    position: usize,
    /// Whether the last token but for space was `<<`, `>>` or `>>>`.
    file_follows: bool,
}

/// What a character written in one way or another is.
#[derive(Clone, Copy)]
struct Read {
    c: char,
    length: usize,
}

impl<'s> Lexer<'s> {
    /// The longest source whose bytes a [`Span`] can address.
    pub const MAX_SOURCE: usize = u32::MAX as usize;

    /// A lexer at the start of a source.
    pub fn new(source: &'s str) -> Lexer<'s> {
        let mut end = source.len().min(Lexer::MAX_SOURCE);
        while !source.is_char_boundary(end) {
            end -= 1;
        }
        Lexer { source: &source[..end], position: 0, file_follows: false }
    }

    fn rest(&self) -> &'s str {
        &self.source[self.position..]
    }

    /// The character at an offset, escapes and continuations resolved; `None` at the end and
    /// where a backslash begins no character.
    fn read(&self, at: usize) -> Option<Read> {
        let text = &self.source[at..];
        match text.chars().next()? {
            '\\' => match escape::read(text) {
                Escape::Character(c, length) => Some(Read { c, length }),
                _ => None,
            },
            c => Some(Read { c, length: c.len_utf8() }),
        }
    }

    /// The kind and length of the token at the position.
    fn token(&mut self) -> (TokenKind, usize) {
        let rest = self.rest();
        let first = rest.as_bytes()[0];
        let file_follows = std::mem::take(&mut self.file_follows);
        if first == b'(' && rest.as_bytes().get(1) == Some(&b'*') {
            self.file_follows = file_follows;
            return comment(rest);
        }
        if matches!(first, b' ' | b'\t') {
            self.file_follows = file_follows;
            return (TokenKind::Space, self.spaces(0));
        }
        if file_follows && first != b'"' {
            let length = file_length(rest);
            if length > 0 {
                return (TokenKind::File, length);
            }
        }
        match first {
            b'0'..=b'9' => (TokenKind::Number, number::length(rest)),
            b'.' if rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => (TokenKind::Number, number::length(rest)),
            b'a'..=b'z' | b'A'..=b'Z' | b'$' | b'`' => (TokenKind::Symbol, self.symbol_length()),
            b'"' => string(rest),
            b'#' => slot(rest),
            b'%' => (TokenKind::History, history_length(rest)),
            b'_' => blank(rest),
            b'(' => (TokenKind::Open(Bracket::Parenthesis), 1),
            b')' => (TokenKind::Close(Bracket::Parenthesis), 1),
            b'[' => (TokenKind::Open(Bracket::Call), 1),
            b']' => (TokenKind::Close(Bracket::Call), 1),
            b'{' => (TokenKind::Open(Bracket::List), 1),
            b'}' => (TokenKind::Close(Bracket::List), 1),
            b',' => (TokenKind::Comma, 1),
            b'<' if rest.starts_with("<|") => (TokenKind::Open(Bracket::Association), 2),
            b'|' if rest.starts_with("|>") => (TokenKind::Close(Bracket::Association), 2),
            0..=0x7f if first != b'\\' => self.ascii(rest),
            _ => self.special(rest),
        }
    }

    /// An operator, white space, or a control character.
    fn ascii(&mut self, rest: &str) -> (TokenKind, usize) {
        let Some(glyph) = operator::ascii_glyph(rest.as_bytes()) else {
            let c = char::from(rest.as_bytes()[0]);
            return if character::is_space(c) { self.white_space(c, 1) } else { unexpected(1) };
        };
        let text = glyph.text();
        // `a=.5` assigns a half; `a/.5` divides by it.
        if matches!(text, "=." | "/." | "//.") && rest.as_bytes().get(text.len()).is_some_and(u8::is_ascii_digit) {
            let shorter = operator::glyph(&text[..text.len() - 1]);
            return (TokenKind::Operator(shorter), text.len() - 1);
        }
        self.file_follows = matches!(text, "<<" | ">>" | ">>>");
        (TokenKind::Operator(glyph), text.len())
    }

    /// A token that begins with a backslash or a character beyond ASCII.
    fn special(&mut self, rest: &str) -> (TokenKind, usize) {
        if rest.starts_with('\\') {
            match escape::read(rest) {
                Escape::Continuation(length) => return (TokenKind::Space, self.spaces(length)),
                Escape::UnknownName(length) => {
                    return (TokenKind::Error(LexicalError::UnknownCharacterName), length);
                }
                Escape::None => return (TokenKind::Error(LexicalError::InvalidEscape), 1),
                Escape::Character(..) => {}
            }
        }
        let Some(Read { c, length }) = self.read(self.position) else { return unexpected(1) };
        if character::is_space(c) {
            return self.white_space(c, length);
        }
        match c {
            '\u{F113}' => return (TokenKind::Open(Bracket::Association), length),
            '\u{F114}' => return (TokenKind::Close(Bracket::Association), length),
            '〚' => return (TokenKind::Open(Bracket::Part), length),
            '〛' => return (TokenKind::Close(Bracket::Part), length),
            '\u{F765}' => return (TokenKind::Comma, length),
            _ => {}
        }
        if let Some((bracket, opens)) = Bracket::special(c) {
            return (if opens { TokenKind::Open(bracket) } else { TokenKind::Close(bracket) }, length);
        }
        if let Some(glyph) = operator::character_glyph(c) {
            return (TokenKind::Operator(glyph), length);
        }
        if is_letter(c) {
            return (TokenKind::Symbol, self.symbol_length());
        }
        // ASCII written as an escape is what it would be in a string only.
        unexpected(length)
    }

    fn white_space(&self, c: char, length: usize) -> (TokenKind, usize) {
        if character::is_line_end(c) {
            (TokenKind::Newline, self.line_ends(length))
        } else {
            (TokenKind::Space, self.spaces(length))
        }
    }

    /// The end of white space that begins with `length` bytes and stays on the line.
    fn spaces(&self, mut length: usize) -> usize {
        while let Some(read) = self.read(self.position + length) {
            if !character::is_space(read.c) || character::is_line_end(read.c) {
                break;
            }
            length += read.length;
        }
        length
    }

    /// The end of white space of any kind.
    fn line_ends(&self, mut length: usize) -> usize {
        while let Some(read) = self.read(self.position + length) {
            if !character::is_space(read.c) {
                break;
            }
            length += read.length;
        }
        length
    }

    /// The length of the name at the position: letters and digits, with context marks between.
    fn symbol_length(&self) -> usize {
        let mut length = 0;
        while let Some(read) = self.read(self.position + length) {
            let belongs = is_letter(read.c) || read.c == '`' || (length > 0 && read.c.is_numeric());
            if !belongs {
                break;
            }
            length += read.length;
        }
        length.max(1)
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if self.position == self.source.len() {
            return None;
        }
        let (kind, length) = self.token();
        let start = self.position;
        self.position += length;
        Some(Token { kind, span: Span::new(start as u32, self.position as u32) })
    }
}

/// Whether the character can begin a name. All characters beyond ASCII are letters that are not
/// white space, operators, brackets, or controls; those that denote constants too, so that `T∞`
/// is a name and only `∞` by itself is infinity.
fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic() || c == '$';
    }
    c.is_alphabetic()
        || !(character::is_space(c)
            || c.is_control()
            || c.is_numeric()
            || matches!(c, '\u{F113}' | '\u{F114}' | '〚' | '〛' | '\u{F765}')
            || operator::character_glyph(c).is_some()
            || Bracket::special(c).is_some())
}

fn unexpected(length: usize) -> (TokenKind, usize) {
    (TokenKind::Error(LexicalError::UnexpectedCharacter), length)
}

fn comment(rest: &str) -> (TokenKind, usize) {
    let bytes = rest.as_bytes();
    let mut depth = 1;
    let mut at = 2;
    while at < bytes.len() {
        match &bytes[at..(at + 2).min(bytes.len())] {
            b"(*" => {
                depth += 1;
                at += 2;
            }
            b"*)" => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return (TokenKind::Comment, at);
                }
            }
            _ => at += 1,
        }
    }
    (TokenKind::Error(LexicalError::UnterminatedComment), bytes.len())
}

fn string(rest: &str) -> (TokenKind, usize) {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return (TokenKind::String, at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    (TokenKind::Error(LexicalError::UnterminatedString), bytes.len())
}

fn slot(rest: &str) -> (TokenKind, usize) {
    let bytes = rest.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        let digits = bytes[2..].iter().take_while(|b| b.is_ascii_digit()).count();
        return (TokenKind::SlotSequence, 2 + digits);
    }
    match bytes.get(1) {
        Some(b'0'..=b'9') => (TokenKind::Slot, 1 + bytes[1..].iter().take_while(|b| b.is_ascii_digit()).count()),
        Some(b'"') => match string(&rest[1..]) {
            (TokenKind::String, length) => (TokenKind::Slot, 1 + length),
            (error, length) => (error, 1 + length),
        },
        _ => {
            let letters = rest[1..].char_indices().find(|(i, c)| !is_slot_letter(*c, *i > 0));
            (TokenKind::Slot, letters.map_or(rest.len(), |(i, _)| 1 + i))
        }
    }
}

/// Whether the character can belong to a name after `#`, at its start or later.
pub(crate) fn is_slot_letter(c: char, later: bool) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() || (later && c.is_ascii_digit()) } else { c.is_alphabetic() }
}

fn history_length(rest: &str) -> usize {
    let marks = rest.bytes().take_while(|b| *b == b'%').count();
    if marks > 1 {
        return marks;
    }
    marks + rest[marks..].bytes().take_while(u8::is_ascii_digit).count()
}

fn blank(rest: &str) -> (TokenKind, usize) {
    let count = rest.bytes().take(3).take_while(|b| *b == b'_').count();
    // `x_..` is a repeated `x_`.
    if count == 1 && rest[1..].starts_with('.') && !rest[2..].starts_with('.') {
        return (TokenKind::DefaultBlank, 2);
    }
    (TokenKind::Blank(count as u8), count)
}

/// The length of a bare file name: no white space, brackets, commas, semicolons or quotes.
fn file_length(rest: &str) -> usize {
    let end = rest.find(|c: char| {
        !(c.is_alphanumeric() || matches!(c, '$' | '`' | '/' | '.' | '\\' | '!' | '-' | '_' | ':' | '*' | '~' | '?'))
    });
    end.unwrap_or(rest.len())
}

#[cfg(test)]
mod tests;

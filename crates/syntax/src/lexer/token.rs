//! The pieces that the lexer cuts a source into.

use crate::operator::{Bracket, Glyph};
use crate::{Code, Span};

/// A piece of a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is. The tokens of a source follow each other without a gap.
    pub span: Span,
}

/// What a piece of a source is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// White space within a line, line continuations included.
    Space,
    /// The end of a line, with the white space after it.
    Newline,
    /// `(* ... *)`.
    Comment,
    /// A number, with base, precision and exponent.
    Number,
    /// `"..."`.
    String,
    /// A name, perhaps with contexts, or a single character that is a symbol.
    Symbol,
    /// `#`, `#2`, `#name` or `#"name"`.
    Slot,
    /// `##` or `##2`.
    SlotSequence,
    /// `%`, `%%` or `%7`.
    History,
    /// `_`, `__` or `___`, by the number of underscores.
    Blank(u8),
    /// `_.`
    DefaultBlank,
    /// The name of a file after `<<`, `>>` or `>>>`.
    File,
    /// An operator.
    Operator(Glyph),
    /// An opening bracket. Those of calls and parts are both `[`.
    Open(Bracket),
    /// A closing bracket. Those of calls and parts are both `]`.
    Close(Bracket),
    /// `,`.
    Comma,
    /// What cannot be a part of any expression.
    Error(LexicalError),
}

/// Why a piece of a source cannot be a part of any expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LexicalError {
    /// A string without its closing quotation mark.
    UnterminatedString,
    /// A comment without its closing mark.
    UnterminatedComment,
    /// A backslash that begins no character.
    InvalidEscape,
    /// `\[Name]` with a name that no character has.
    UnknownCharacterName,
    /// A character that is no part of the language.
    UnexpectedCharacter,
}

impl LexicalError {
    /// The code of the diagnostic.
    pub fn code(self) -> Code {
        match self {
            LexicalError::UnterminatedString => Code::UNTERMINATED_STRING,
            LexicalError::UnterminatedComment => Code::UNTERMINATED_COMMENT,
            LexicalError::InvalidEscape | LexicalError::UnknownCharacterName => Code::INVALID_ESCAPE,
            LexicalError::UnexpectedCharacter => Code::UNEXPECTED_CHARACTER,
        }
    }

    /// What is wrong, given the text of the token.
    pub fn message(self, text: &str) -> String {
        match self {
            LexicalError::UnterminatedString => "this string has no closing quotation mark".to_string(),
            LexicalError::UnterminatedComment => "this comment has no closing `*)`".to_string(),
            LexicalError::InvalidEscape => "this backslash begins no character".to_string(),
            LexicalError::UnknownCharacterName => format!("there is no character named `{text}`"),
            LexicalError::UnexpectedCharacter => {
                format!("`{}` is no part of the language", text.escape_debug())
            }
        }
    }
}

impl TokenKind {
    /// Whether the token has no meaning of its own: space, line ends and comments.
    pub fn is_trivia(self) -> bool {
        matches!(self, TokenKind::Space | TokenKind::Newline | TokenKind::Comment)
    }
}

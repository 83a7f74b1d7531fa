//! Text to expression and back: lexer, parser, printers, diagnostics.

pub mod character;
mod diagnostic;
mod lexer;
pub mod operator;
mod span;

pub use diagnostic::{Code, Diagnostic, Note, Severity};
pub use lexer::{LexicalError, Lexer, Token, TokenKind};
pub use span::Span;

//! Text to expression and back: lexer, parser, printers, diagnostics.
//!
//! * [`Lexer`] cuts text into tokens without loss, for highlighting as much as for parsing.
//! * [`parse_program`], [`parse_expression`] and [`Program`] read expressions. They never fail:
//!   errors are [`Diagnostic`]s with places, and what is incomplete is told from what is wrong.
//! * [`full_form`] and its siblings print expressions.
//! * [`operator`] is the one table of operators that all of them share.
//!
//! Which symbol a name means is decided by a [`Names`]; what printers must know about a symbol
//! they ask a [`Forms`]. A session implements both; [`DefaultNames`] and [`DefaultForms`] do
//! without one.

pub mod character;
mod diagnostic;
mod lexer;
mod literal;
mod names;
pub mod operator;
mod parser;
mod print;
mod span;

pub use diagnostic::{Code, Diagnostic, Note, Severity};
pub use lexer::{Lexer, LexicalError, Token, TokenKind};
pub use literal::is_name;
pub use names::{DefaultNames, Names};
pub use operator::OPERATORS;
pub use parser::{Parsed, Program, Statement, parse_expression, parse_program};
pub use print::{
    DefaultForms, Definition, Forms, Holds, NamedParts, SHARING_THRESHOLD, TEXT_LIMIT, default_holds, full_form,
    input_form, markdown_form, mathml_form, name_shared_parts, output_form, output_form_within, tex_document, tex_form,
    too_many_leaves,
};
pub use span::Span;

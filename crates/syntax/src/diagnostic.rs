//! What is said to users about their input: one structure for every front.

use std::fmt;

use crate::Span;

/// How much a diagnostic matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// The input has no meaning as it stands.
    Error,
    /// The input has a meaning, perhaps not the one its author had in mind.
    Warning,
}

/// The stable name of a kind of diagnostic, by which it is looked up and tested.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Code(pub &'static str);

impl Code {
    /// The input ends where an operand should follow.
    pub const INCOMPLETE: Code = Code("incomplete-input");
    /// A bracket is not closed before the input ends.
    pub const UNCLOSED_BRACKET: Code = Code("unclosed-bracket");
    /// A string is not closed before the input ends.
    pub const UNTERMINATED_STRING: Code = Code("unterminated-string");
    /// A comment is not closed before the input ends.
    pub const UNTERMINATED_COMMENT: Code = Code("unterminated-comment");
    /// A closing bracket does not belong to the bracket that is open.
    pub const MISMATCHED_BRACKET: Code = Code("mismatched-bracket");
    /// An operand is missing.
    pub const MISSING_OPERAND: Code = Code("missing-operand");
    /// Something stands where it cannot.
    pub const UNEXPECTED_TOKEN: Code = Code("unexpected-token");
    /// A comma stands outside the brackets of a call, list or association.
    pub const UNEXPECTED_COMMA: Code = Code("unexpected-comma");
    /// Nothing stands between two commas, or a comma and a bracket.
    pub const EMPTY_ELEMENT: Code = Code("empty-element");
    /// Parentheses contain nothing.
    pub const EMPTY_PARENTHESES: Code = Code("empty-parentheses");
    /// Things that stand side by side are multiplied, perhaps unintentionally.
    pub const UNINTENDED_PRODUCT: Code = Code("unintended-product");
    /// A number has digits that its base does not have, or another fault.
    pub const INVALID_NUMBER: Code = Code("invalid-number");
    /// A backslash is followed by something that is no character.
    pub const INVALID_ESCAPE: Code = Code("invalid-escape");
    /// A character that is no part of the language.
    pub const UNEXPECTED_CHARACTER: Code = Code("unexpected-character");
    /// The name of a symbol ends with a context mark or has two in a row.
    pub const INVALID_NAME: Code = Code("invalid-name");
    /// The source is larger than the 4 GiB that spans can address.
    pub const SOURCE_TOO_LARGE: Code = Code("source-too-large");

    /// Whether more input could still mend what this code complains of.
    pub fn is_incomplete(self) -> bool {
        [Code::INCOMPLETE, Code::UNCLOSED_BRACKET, Code::UNTERMINATED_STRING, Code::UNTERMINATED_COMMENT]
            .contains(&self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A further place that explains a diagnostic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// The place.
    pub span: Span,
    /// What is to be seen there.
    pub message: String,
}

/// A remark on a place in a source.
///
/// ```
/// use netform_syntax::{parse_expression, Code, DefaultNames};
///
/// let errors = parse_expression("f[1, 2", &mut DefaultNames::new(&[])).unwrap_err();
/// assert_eq!(errors[0].code, Code::UNCLOSED_BRACKET);
/// assert!(errors[0].is_incomplete());
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The place.
    pub span: Span,
    /// The kind.
    pub code: Code,
    /// Whether the input can be used all the same.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Further places.
    pub notes: Vec<Note>,
    /// What to do about it.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error.
    pub fn error(span: Span, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            span,
            code,
            severity: Severity::Error,
            message: message.into(),
            notes: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// A warning.
    pub fn warning(span: Span, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(span, code, message) }
    }

    /// The diagnostic with a further place.
    #[must_use]
    pub fn with_note(mut self, span: Span, message: impl Into<String>) -> Diagnostic {
        self.notes.push(Note { span, message: message.into() });
        self
    }

    /// The diagnostic with advice.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hints.push(hint.into());
        self
    }

    /// Whether the input has no meaning as it stands.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether more input could still mend it: a prompt should ask for another line.
    pub fn is_incomplete(&self) -> bool {
        self.is_error() && self.code.is_incomplete()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.message, self.code)
    }
}

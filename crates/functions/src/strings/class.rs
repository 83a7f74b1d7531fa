//! Classes of characters, and places in texts.

use netform_expr::{Expr, Kind, Sym};

/// A set of characters.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Class {
    Any,
    Letter,
    Digit,
    Word,
    Whitespace,
    Hexadecimal,
    Punctuation,
    These(Vec<char>),
    Union(Vec<Class>),
    Not(Box<Class>),
}

const SYMBOLS: &[(&str, Class)] = &[
    ("System`LetterCharacter", Class::Letter),
    ("System`DigitCharacter", Class::Digit),
    ("System`WordCharacter", Class::Word),
    ("System`WhitespaceCharacter", Class::Whitespace),
    ("System`HexadecimalCharacter", Class::Hexadecimal),
    ("System`PunctuationCharacter", Class::Punctuation),
];

impl Class {
    /// The class that a pattern for one character stands for; strings are no classes.
    pub(super) fn of(e: &Expr) -> Option<Class> {
        if let Some(symbol) = e.as_symbol() {
            return SYMBOLS.iter().find(|(name, _)| *name == symbol.full_name()).map(|(_, class)| class.clone());
        }
        match (e.head_sym()?, e.kind()) {
            (Sym::Blank, Kind::Normal(_, [])) => Some(Class::Any),
            (Sym::Except, Kind::Normal(_, [excluded])) => Some(Class::Not(Box::new(Class::member(excluded)?))),
            _ => None,
        }
    }

    /// What may stand in `Except`: a class, a character, or a choice of such.
    fn member(e: &Expr) -> Option<Class> {
        if let Some(text) = e.as_str() {
            let mut characters = text.chars();
            return match (characters.next(), characters.next()) {
                (Some(c), None) => Some(Class::These(vec![c])),
                _ => None,
            };
        }
        match e.head_sym() {
            Some(Sym::Alternatives | Sym::List) => {
                e.args().iter().map(Class::member).collect::<Option<Vec<_>>>().map(Class::Union)
            }
            _ => Class::of(e),
        }
    }

    /// The symbol of a class that has one; that of any letter for the others.
    pub(super) fn symbol(&self) -> &'static str {
        SYMBOLS.iter().find(|(_, class)| class == self).map_or(SYMBOLS[0].0, |(name, _)| name)
    }

    pub(super) fn contains(&self, c: char, ignore_case: bool) -> bool {
        match self {
            Class::Any => true,
            Class::Letter => c.is_alphabetic(),
            Class::Digit => c.is_ascii_digit(),
            Class::Word => c.is_alphanumeric(),
            Class::Whitespace => c.is_whitespace(),
            Class::Hexadecimal => c.is_ascii_hexdigit(),
            Class::Punctuation => c.is_ascii_punctuation(),
            Class::These(these) => {
                these.iter().any(|t| *t == c || (ignore_case && t.to_lowercase().eq(c.to_lowercase())))
            }
            Class::Union(classes) => classes.iter().any(|class| class.contains(c, ignore_case)),
            Class::Not(class) => !class.contains(c, ignore_case),
        }
    }
}

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    StartOfString,
    EndOfString,
    StartOfLine,
    EndOfLine,
    WordBoundary,
}

impl Anchor {
    /// The place that a symbol stands for.
    pub(super) fn of(e: &Expr) -> Option<Anchor> {
        match e.sym()? {
            Sym::StartOfString => Some(Anchor::StartOfString),
            Sym::EndOfString => Some(Anchor::EndOfString),
            Sym::StartOfLine => Some(Anchor::StartOfLine),
            Sym::EndOfLine => Some(Anchor::EndOfLine),
            Sym::WordBoundary => Some(Anchor::WordBoundary),
            _ => None,
        }
    }

    pub(super) fn holds(self, text: &[char], at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|i| text.get(i));
        let after = text.get(at);
        let is_word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() || *c == '_');
        match self {
            Anchor::StartOfString => at == 0,
            Anchor::EndOfString => at == text.len(),
            Anchor::StartOfLine => before.is_none_or(|c| *c == '\n'),
            Anchor::EndOfLine => after.is_none_or(|c| *c == '\n'),
            Anchor::WordBoundary => is_word(before) != is_word(after),
        }
    }
}

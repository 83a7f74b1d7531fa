//! The operators of the language: one table for the lexer, the parser and all printers.

mod bracket;
mod index;
pub(crate) mod precedence;
mod table;

pub use bracket::Bracket;
pub use index::Glyph;
pub(crate) use index::{OperatorId, ascii_glyph, character_glyph, glyph, implicit_product, joins, roles_of_head};
use table::BRACKETS;
pub use table::OPERATORS;

/// Where an operator stands with respect to its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Before its operand: `-x`.
    Prefix,
    /// Between its operands: `x + y`.
    Infix,
    /// Behind its operand: `x!`.
    Postfix,
}

/// How operators of the same precedence group without parentheses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grouping {
    /// `(a op b) op c`.
    Left,
    /// `a op (b op c)`.
    Right,
    /// One call with all operands.
    Flat,
}

/// How the parser makes an expression of an operator and its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// `head[operands...]`.
    Call,
    /// A term of a sum.
    Sum,
    /// `∫ f ⅆ x`, which is `Integrate[f, x]`.
    Integral,
    /// `a - b`, a term of a sum.
    Difference,
    /// A factor of a product.
    Product,
    /// `a / b`, which is `a b^-1`.
    Quotient,
    /// `-a`, which is `-1 a` unless it is a literal.
    Negation,
    /// A link of a chain of comparisons, which may be of several kinds.
    Comparison,
    /// `f @ x`.
    Application,
    /// `x // f`.
    PostfixApplication,
    /// `x ~ f ~ y`.
    InfixApplication,
    /// `a ; b ;`, where operands may be missing.
    Compound,
    /// `a ;; b ;; c`, where operands may be missing.
    Span,
    /// `name : pattern` or `pattern : default`.
    Colon,
    /// `a = b`, which after `t /:` is a definition for `t`.
    Assignment,
    /// `t /: a = b`.
    Tag,
    /// `a =.`
    Unset,
    /// `a::tag`.
    Message,
    /// `f'`.
    Derivative,
    /// `<< file`.
    Get,
    /// `expression >> file`.
    Put,
    /// `!! a`, which is negation twice.
    DoubleNot,
}

/// What printers put around an operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Padding {
    /// Nothing: `a^b`.
    None,
    /// A space on both sides: `a + b`.
    Both,
    /// A space behind: `a; b`.
    Behind,
}

/// An operator of the language.
#[derive(Debug)]
pub struct Operator {
    /// The name in the context ``System` `` of the head it makes.
    pub head: &'static str,
    /// How it is written: ASCII text where there is one, else a special character.
    pub text: &'static str,
    /// Where it stands.
    pub form: Form,
    /// How tightly it binds: the higher, the tighter. The numbers are those of `Precedence`.
    pub precedence: u16,
    /// How it groups with others of its precedence.
    pub grouping: Grouping,
    /// What the parser makes of it.
    pub meaning: Meaning,
    /// What printers put around it.
    pub padding: Padding,
    /// How TeX writes it; empty if as plain text.
    pub tex: &'static str,
}

impl Operator {
    const fn new(form: Form, head: &'static str, text: &'static str, precedence: u16, grouping: Grouping) -> Operator {
        let padding = if matches!(form, Form::Infix) { Padding::Both } else { Padding::None };
        Operator { head, text, form, precedence, grouping, meaning: Meaning::Call, padding, tex: "" }
    }

    const fn infix(head: &'static str, text: &'static str, precedence: u16, grouping: Grouping) -> Operator {
        Operator::new(Form::Infix, head, text, precedence, grouping)
    }

    const fn prefix(head: &'static str, text: &'static str, precedence: u16) -> Operator {
        Operator::new(Form::Prefix, head, text, precedence, Grouping::Right)
    }

    const fn postfix(head: &'static str, text: &'static str, precedence: u16) -> Operator {
        Operator::new(Form::Postfix, head, text, precedence, Grouping::Left)
    }

    const fn meaning(mut self, meaning: Meaning) -> Operator {
        self.meaning = meaning;
        self
    }

    const fn tight(mut self) -> Operator {
        self.padding = Padding::None;
        self
    }

    const fn padded_behind(mut self) -> Operator {
        self.padding = Padding::Behind;
        self
    }

    const fn tex(mut self, tex: &'static str) -> Operator {
        self.tex = tex;
        self
    }
}

/// The names in ``System` `` of the heads that operators and special brackets make.
pub fn heads() -> impl Iterator<Item = &'static str> {
    OPERATORS.iter().map(|operator| operator.head).chain(BRACKETS.iter().map(|(_, _, head)| *head))
}

/// Whether a name is one of [`heads`].
pub fn is_head(name: &str) -> bool {
    index::is_head(name)
}

#[cfg(test)]
mod tests {
    use super::table::{ALIASES, BRACKETS};
    use super::{Bracket, OPERATORS, ascii_glyph, character_glyph, glyph, joins};
    use crate::character;

    #[test]
    fn the_longest_operator_is_found() {
        for (text, expected) in
            [("/@x", "/@"), ("//@x", "//@"), ("===", "==="), ("=!=a", "=!="), ("=!a", "="), ("^:=1", "^:=")]
        {
            assert_eq!(ascii_glyph(text.as_bytes()).map(|g| g.text()), Some(expected), "{text}");
        }
        assert!(joins(b'-', b'-') && joins(b'!', b'=') && !joins(b'-', b'!'));
    }

    #[test]
    fn special_characters_have_names_and_aliases_have_targets() {
        for operator in OPERATORS {
            let mut characters = operator.text.chars();
            let first = characters.next().expect("an operator has a text");
            if !first.is_ascii() {
                assert!(characters.next().is_none() && character::name_of(first).is_some(), "{}", operator.head);
            }
        }
        for (name, text) in ALIASES {
            let c = character::named(name).or_else(|| name.chars().next()).expect(name);
            assert_eq!(character_glyph(c), Some(glyph(text)));
        }
        for (opening, _, head) in BRACKETS {
            let c = opening.chars().next().expect("a bracket has a text");
            assert_eq!(Bracket::special(c).and_then(|(b, _)| b.special_head()), Some(*head));
        }
    }
}

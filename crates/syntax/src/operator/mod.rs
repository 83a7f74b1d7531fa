//! The operators of the language: one table for the lexer, the parser and all printers.

pub(crate) mod precedence;
mod table;

use std::sync::LazyLock;

use netform_expr::Expr;
use rustc_hash::FxHashMap;

use crate::character;
pub use table::OPERATORS;
use table::{ALIASES, BRACKETS};

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

/// An operator by its place in [`OPERATORS`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct OperatorId(u16);

impl OperatorId {
    pub(crate) fn get(self) -> &'static Operator {
        &OPERATORS[usize::from(self.0)]
    }

    /// The symbol of the operator's head.
    pub(crate) fn head(self) -> Expr {
        INDEX.heads[usize::from(self.0)].clone()
    }
}

/// What a piece of operator text can be, depending on where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Roles {
    pub(crate) prefix: Option<OperatorId>,
    pub(crate) infix: Option<OperatorId>,
    pub(crate) postfix: Option<OperatorId>,
}

/// A piece of text that is an operator, as the lexer finds it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Glyph(u16);

impl Glyph {
    /// The text, in ASCII where there is a choice.
    pub fn text(self) -> &'static str {
        INDEX.glyphs[usize::from(self.0)].0
    }

    pub(crate) fn roles(self) -> Roles {
        INDEX.glyphs[usize::from(self.0)].1
    }
}

/// Brackets that enclose a sequence of elements and make a call of a head.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Bracket {
    /// `( )`.
    Parenthesis,
    /// `f[ ]`.
    Call,
    /// `a[[ ]]`.
    Part,
    /// `{ }`.
    List,
    /// `<| |>`.
    Association,
    /// Special brackets such as `⌈ ⌉`, by their place in the table.
    Special(u8),
}

impl Bracket {
    /// The text of the opening bracket.
    pub fn opening(self) -> &'static str {
        match self {
            Bracket::Parenthesis => "(",
            Bracket::Call => "[",
            Bracket::Part => "[[",
            Bracket::List => "{",
            Bracket::Association => "<|",
            Bracket::Special(i) => BRACKETS[usize::from(i)].0,
        }
    }

    /// The text of the closing bracket.
    pub fn closing(self) -> &'static str {
        match self {
            Bracket::Parenthesis => ")",
            Bracket::Call => "]",
            Bracket::Part => "]]",
            Bracket::List => "}",
            Bracket::Association => "|>",
            Bracket::Special(i) => BRACKETS[usize::from(i)].1,
        }
    }

    /// The head that special brackets make.
    pub(crate) fn special_head(self) -> Option<&'static str> {
        match self {
            Bracket::Special(i) => Some(BRACKETS[usize::from(i)].2),
            _ => None,
        }
    }

    /// The special bracket that a character opens or closes; true if it opens.
    pub(crate) fn special(c: char) -> Option<(Bracket, bool)> {
        let mut text = [0; 4];
        let text: &str = c.encode_utf8(&mut text);
        BRACKETS.iter().zip(0..).find_map(|((opening, closing, _), i)| {
            if *opening == text {
                Some((Bracket::Special(i), true))
            } else if *closing == text {
                Some((Bracket::Special(i), false))
            } else {
                None
            }
        })
    }
}

/// Everything that is derived from the tables once.
struct Index {
    heads: Vec<Expr>,
    glyphs: Vec<(&'static str, Roles)>,
    /// ASCII glyphs by their first byte, the longest first.
    ascii: Vec<Vec<Glyph>>,
    /// Special characters that are operators.
    characters: FxHashMap<char, Glyph>,
    /// The operator that writes a head in each form, by the head's name.
    by_head: FxHashMap<&'static str, Roles>,
    /// Pairs of characters that begin a longer operator.
    joins: Vec<[u8; 2]>,
}

static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

impl Index {
    fn new() -> Index {
        let mut index = Index {
            heads: Vec::new(),
            glyphs: Vec::new(),
            ascii: vec![Vec::new(); 128],
            characters: FxHashMap::default(),
            by_head: FxHashMap::default(),
            joins: Vec::new(),
        };
        let mut glyph_by_text: FxHashMap<&str, Glyph> = FxHashMap::default();
        for (operator, id) in OPERATORS.iter().zip((0..).map(OperatorId)) {
            index.heads.push(Expr::symbol(&format!("System`{}", operator.head)));
            let glyph = *glyph_by_text.entry(operator.text).or_insert_with(|| {
                index.glyphs.push((operator.text, Roles::default()));
                Glyph((index.glyphs.len() - 1) as u16)
            });
            set_role(&mut index.glyphs[usize::from(glyph.0)].1, operator.form, id);
            // Operators with a meaning of their own are written by printers that know them.
            if matches!(operator.meaning, Meaning::Call | Meaning::Comparison | Meaning::Assignment) {
                set_role(index.by_head.entry(operator.head).or_default(), operator.form, id);
            }
        }
        for (&text, &glyph) in &glyph_by_text {
            let first = text.as_bytes()[0];
            if first.is_ascii() {
                index.ascii[usize::from(first)].push(glyph);
                index.joins.extend(text.as_bytes().windows(2).map(|pair| [pair[0], pair[1]]));
            } else {
                index.characters.extend(text.chars().next().map(|c| (c, glyph)));
            }
        }
        for glyphs in &mut index.ascii {
            glyphs.sort_by_key(|glyph| std::cmp::Reverse(index.glyphs[usize::from(glyph.0)].0.len()));
        }
        for (name, text) in ALIASES {
            let c = character::named(name).or_else(|| name.chars().next());
            if let (Some(c), Some(glyph)) = (c, glyph_by_text.get(text)) {
                index.characters.insert(c, *glyph);
            }
        }
        index.joins.extend([*b"<|", *b"|>", *b"(*", *b"__"]);
        index.joins.sort_unstable();
        index.joins.dedup();
        index
    }
}

/// The first operator of the table with a role keeps it.
fn set_role(roles: &mut Roles, form: Form, id: OperatorId) {
    let role = match form {
        Form::Prefix => &mut roles.prefix,
        Form::Infix => &mut roles.infix,
        Form::Postfix => &mut roles.postfix,
    };
    role.get_or_insert(id);
}

/// The longest ASCII operator at the start of the text.
pub(crate) fn ascii_glyph(text: &[u8]) -> Option<Glyph> {
    let candidates = INDEX.ascii.get(usize::from(*text.first()?))?;
    candidates.iter().copied().find(|glyph| text.starts_with(glyph.text().as_bytes()))
}

/// The operator that a special character is.
pub(crate) fn character_glyph(c: char) -> Option<Glyph> {
    INDEX.characters.get(&c).copied()
}

/// The operators that write calls of the head with this name.
pub(crate) fn roles_of_head(name: &str) -> Roles {
    INDEX.by_head.get(name).copied().unwrap_or_default()
}

/// Whether two characters side by side would be read as part of a longer operator.
pub(crate) fn joins(left: u8, right: u8) -> bool {
    INDEX.joins.binary_search(&[left, right]).is_ok()
}

/// The glyph with exactly this text.
///
/// # Panics
/// If no operator is written so; for the tables and tests of this crate.
pub(crate) fn glyph(text: &str) -> Glyph {
    let found = INDEX.glyphs.iter().position(|(t, _)| *t == text);
    Glyph(found.expect("the text of an operator of the table") as u16)
}

/// The names in ``System` `` of the heads that operators and special brackets make.
pub fn heads() -> impl Iterator<Item = &'static str> {
    OPERATORS.iter().map(|operator| operator.head).chain(BRACKETS.iter().map(|(_, _, head)| *head))
}

/// The product, which is written by nothing at all.
pub(crate) fn implicit_product() -> OperatorId {
    static TIMES: LazyLock<OperatorId> =
        LazyLock::new(|| glyph("*").roles().infix.expect("the product is an infix operator"));
    *TIMES
}

#[cfg(test)]
mod tests {
    use super::{ALIASES, BRACKETS, Bracket, OPERATORS, ascii_glyph, character_glyph, glyph, joins};
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

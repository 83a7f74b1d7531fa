//! Everything that is derived from the table of operators once: by text, by character, by head.

use std::sync::LazyLock;

use netform_expr::Expr;
use rustc_hash::{FxHashMap, FxHashSet};

use super::table::{ALIASES, OPERATORS};
use super::{Form, Meaning, Operator};
use crate::character;

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
    /// The names of all heads.
    names: FxHashSet<&'static str>,
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
            names: super::heads().collect(),
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

/// Whether an operator or a special bracket makes calls of this head.
pub(super) fn is_head(name: &str) -> bool {
    INDEX.names.contains(name)
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

/// The product, which is written by nothing at all.
pub(crate) fn implicit_product() -> OperatorId {
    static TIMES: LazyLock<OperatorId> =
        LazyLock::new(|| glyph("*").roles().infix.expect("the product is an infix operator"));
    *TIMES
}

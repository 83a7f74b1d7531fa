//! Characters of the language: long names such as `\[Alpha]`, and which characters are letters.
//!
//! The names are those of the language's public documentation. Characters that Unicode lacks stand
//! in its private-use area at the code points the language documents for them.

mod letters;
mod operators;
mod symbols;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

const TABLES: [&[(&str, char)]; 9] = [
    letters::GREEK,
    letters::LATIN,
    operators::ARITHMETIC,
    operators::RELATIONS,
    operators::ARROWS,
    operators::LOGIC,
    operators::BRACKETS,
    symbols::SIGNS,
    symbols::SPACES,
];

/// Alphabets whose letters lie side by side: the prefix of their names and their first letter.
const ALPHABETS: [(&str, u32); 8] = [
    ("ScriptCapital", 0xF770),
    ("GothicCapital", 0xF78A),
    ("DoubleStruckCapital", 0xF7A4),
    ("FormalCapital", 0xF81A),
    ("Script", 0xF6B2),
    ("Gothic", 0xF6CC),
    ("DoubleStruck", 0xF6E6),
    ("Formal", 0xF800),
];

/// Letters of these alphabets that Unicode has outside its private-use area.
const ALPHABET_EXCEPTIONS: [(&str, char); 25] = [
    ("ScriptE", 'ℯ'),
    ("ScriptG", 'ℊ'),
    ("ScriptL", 'ℓ'),
    ("ScriptO", 'ℴ'),
    ("ScriptCapitalB", 'ℬ'),
    ("ScriptCapitalE", 'ℰ'),
    ("ScriptCapitalF", 'ℱ'),
    ("ScriptCapitalH", 'ℋ'),
    ("ScriptCapitalI", 'ℐ'),
    ("ScriptCapitalL", 'ℒ'),
    ("ScriptCapitalM", 'ℳ'),
    ("ScriptCapitalP", '℘'),
    ("ScriptCapitalR", 'ℛ'),
    ("GothicCapitalC", 'ℭ'),
    ("GothicCapitalH", 'ℌ'),
    ("GothicCapitalI", 'ℑ'),
    ("GothicCapitalR", 'ℜ'),
    ("GothicCapitalZ", 'ℨ'),
    ("DoubleStruckCapitalC", 'ℂ'),
    ("DoubleStruckCapitalH", 'ℍ'),
    ("DoubleStruckCapitalN", 'ℕ'),
    ("DoubleStruckCapitalP", 'ℙ'),
    ("DoubleStruckCapitalQ", 'ℚ'),
    ("DoubleStruckCapitalR", 'ℝ'),
    ("DoubleStruckCapitalZ", 'ℤ'),
];

const DIGITS: [&str; 10] = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];
const DOUBLE_STRUCK_ZERO: u32 = 0xF7DB;

/// Names by character and characters by name, both ways.
struct Names {
    characters: FxHashMap<String, char>,
    names: FxHashMap<char, String>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut all = Names { characters: FxHashMap::default(), names: FxHashMap::default() };
    for (name, c) in TABLES.into_iter().flatten().chain(&ALPHABET_EXCEPTIONS) {
        all.add((*name).to_string(), *c);
    }
    for (prefix, first) in ALPHABETS {
        for (code, letter) in (first..).zip('A'..='Z') {
            all.add_code(format!("{prefix}{letter}"), code);
        }
    }
    for (code, digit) in (DOUBLE_STRUCK_ZERO..).zip(DIGITS) {
        all.add_code(format!("DoubleStruck{digit}"), code);
    }
    all
});

impl Names {
    /// Adds a pair; a name keeps its first character, a character its first name.
    fn add(&mut self, name: String, c: char) {
        if !self.characters.contains_key(&name) {
            self.names.entry(c).or_insert_with(|| name.clone());
            self.characters.insert(name, c);
        }
    }

    fn add_code(&mut self, name: String, code: u32) {
        if let Some(c) = char::from_u32(code) {
            self.add(name, c);
        }
    }
}

/// The character that `\[name]` stands for.
///
/// ```
/// assert_eq!(netform_syntax::character::named("Alpha"), Some('α'));
/// assert_eq!(netform_syntax::character::named("NoSuchLetter"), None);
/// ```
pub fn named(name: &str) -> Option<char> {
    NAMES.characters.get(name).copied()
}

/// The long name of a character, without the brackets.
pub fn name_of(c: char) -> Option<&'static str> {
    NAMES.names.get(&c).map(String::as_str)
}

/// All long names, for completion.
pub fn all_names() -> impl Iterator<Item = (&'static str, char)> {
    NAMES.characters.iter().map(|(name, c)| (name.as_str(), *c))
}

/// Whether the character lies in Unicode's private-use area of the basic plane, so that other
/// programs cannot show it.
pub(crate) fn is_private(c: char) -> bool {
    ('\u{E000}'..='\u{F8FF}').contains(&c)
}

/// Whether the character is white space between tokens, line ends included.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{F380}'..='\u{F384}' | '\u{F3A3}' | '\u{F3B1}' | '\u{F760}'
        )
}

/// Whether the character ends a line.
pub(crate) fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{F3A3}')
}

/// The symbol that a name of this one character denotes; within longer names it is a letter.
pub(crate) fn constant(c: char) -> Option<&'static str> {
    Some(match c {
        'π' => "Pi",
        '∞' => "Infinity",
        '°' => "Degree",
        '\u{F74D}' | 'ⅇ' => "E",
        '\u{F74E}' | '\u{F74F}' | 'ⅈ' | 'ⅉ' => "I",
        _ => return None,
    })
}

/// A name with plain letters for formal ones; `None` if there are none in it.
pub(crate) fn without_formal(name: &str) -> Option<String> {
    let plain = |c: char| match c {
        '\u{F800}'..='\u{F819}' => char::from_u32(c as u32 - 0xF800 + u32::from('a')),
        '\u{F81A}'..='\u{F833}' => char::from_u32(c as u32 - 0xF81A + u32::from('A')),
        _ => None,
    };
    name.chars().any(|c| plain(c).is_some()).then(|| name.chars().map(|c| plain(c).unwrap_or(c)).collect())
}

#[cfg(test)]
mod tests {
    use super::{all_names, name_of, named};

    #[test]
    fn names_lead_to_characters_and_back() {
        for (name, c) in [
            ("Alpha", 'α'),
            ("CapitalOmega", 'Ω'),
            ("Rule", '\u{F522}'),
            ("DoubleStruckCapitalR", 'ℝ'),
            ("ScriptCapitalA", '\u{F770}'),
            ("FormalX", '\u{F817}'),
            ("DoubleStruckNine", '\u{F7E4}'),
            ("LessEqual", '≤'),
        ] {
            assert_eq!(named(name), Some(c), "{name}");
            assert_eq!(name_of(c), Some(name));
        }
        assert!(all_names().count() > 800);
    }

    #[test]
    fn every_name_of_a_character_reads_back_as_that_character() {
        for (_, c) in all_names() {
            let name = name_of(c).expect("a character in the table has a name");
            assert_eq!(named(name), Some(c));
        }
    }
}

//! Brackets.

use super::table::BRACKETS;

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

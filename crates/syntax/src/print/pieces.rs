//! The driver of all printers: a stack of pieces instead of recursion.
//!
//! A printer says, for one node, which texts and which of its parts follow each other; the driver
//! writes the texts and asks again for the parts. So the depth of an expression costs memory only.

use std::borrow::Cow;

use netform_expr::Expr;

use crate::operator;

/// A part of the printed text.
pub(super) enum Piece<P> {
    /// Text as it is.
    Text(Cow<'static, str>),
    /// A node to be printed at a place.
    Node(Expr, P),
}

/// The pieces of one node, in order.
pub(super) struct Pieces<P>(Vec<Piece<P>>);

impl<P: Copy> Pieces<P> {
    pub(super) fn text(&mut self, text: impl Into<Cow<'static, str>>) {
        self.0.push(Piece::Text(text.into()));
    }

    pub(super) fn node(&mut self, e: &Expr, place: P) {
        self.0.push(Piece::Node(e.clone(), place));
    }

    /// Nodes with a text between them.
    pub(super) fn separated<'e>(
        &mut self,
        nodes: impl IntoIterator<Item = &'e Expr>,
        separator: &'static str,
        place: impl Fn(usize) -> P,
    ) {
        for (i, e) in nodes.into_iter().enumerate() {
            if i > 0 {
                self.text(separator);
            }
            self.node(e, place(i));
        }
    }
}

/// How adjacent texts are kept apart that would be read as one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seams {
    /// Operators of the language: a space goes where two would join.
    Operators,
    /// TeX: a space ends the name of a command before a letter.
    Commands,
}

/// Writes a node.
pub(super) fn print<P: Copy>(
    root: &Expr,
    place: P,
    seams: Seams,
    mut lay_out: impl FnMut(&Expr, P, &mut Pieces<P>),
) -> String {
    let mut text = String::new();
    let mut stack = vec![Piece::Node(root.clone(), place)];
    let mut pieces = Pieces(Vec::new());
    while let Some(piece) = stack.pop() {
        match piece {
            Piece::Text(next) => {
                if needs_space(&text, &next, seams) {
                    text.push(' ');
                }
                text.push_str(&next);
            }
            Piece::Node(e, place) => {
                lay_out(&e, place, &mut pieces);
                stack.extend(pieces.0.drain(..).rev());
            }
        }
    }
    text
}

fn needs_space(before: &str, after: &str, seams: Seams) -> bool {
    let (Some(&left), Some(&right)) = (before.as_bytes().last(), after.as_bytes().first()) else { return false };
    match seams {
        Seams::Operators => operator::joins(left, right),
        Seams::Commands => {
            right.is_ascii_alphabetic() && left.is_ascii_alphabetic() && {
                let word = before.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                word.ends_with('\\')
            }
        }
    }
}

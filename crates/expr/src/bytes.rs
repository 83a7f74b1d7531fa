//! How much memory nodes take.

use crate::{Expr, Kind, Number};

const HEADER: usize = 48;
const WORD: usize = 8;

impl Expr {
    /// About how many bytes of memory this node takes, without the nodes that it refers to. It is
    /// the same for the whole life of the node, and costs O(1).
    pub fn own_bytes(&self) -> usize {
        let payload = match self.kind() {
            Kind::Integer(_) | Kind::Real(_) => WORD,
            Kind::Number(number) => WORD * (2 + words_of(number)),
            Kind::String(text) => 2 * WORD + text.len(),
            Kind::Symbol(symbol) => 4 * WORD + symbol.full_name().len(),
            Kind::Array(array) => WORD * (4 + array.rank() + array.len()),
            Kind::Normal(_, args) => WORD * (1 + args.len()),
        };
        HEADER + payload
    }
}

/// The words that a number keeps outside of its node.
fn words_of(number: &Number) -> usize {
    match number {
        Number::Integer(n) => n.heap_words(),
        Number::Rational(q) => 4 + q.numerator().as_sign_words().1.len() + q.denominator().as_words().len(),
        Number::Real(_) => 0,
        Number::BigReal(x) => 6 + x.significand_words(),
        Number::Complex(z) => 4 + words_of(z.re()) + words_of(z.im()),
    }
}

//! Random expressions over all operator heads, odd heads and all kinds of atoms.

use netform_expr::number::Literal;
use netform_expr::{Expr, Number, Sym};

use crate::OPERATORS;

/// A generator of expressions, the same ones for the same seed.
pub(super) struct Random(u64);

const SYMBOLS: &[&str] = &[
    "Global`x",
    "Global`y",
    "Global`a1",
    "Global`$b",
    "Global`α",
    "System`Null",
    "System`All",
    "System`Pi",
    "System`E",
    "System`I",
    "System`True",
    "other`x",
    "Global`Plus",
    "System`unknown",
    "a`b`c",
    "Global`\u{F817}",
    "Global`π",
    "Global`not a name",
    "Global`t1",
    "System`List",
    "System`Plus",
    "System`Rational",
];

const STRINGS: &[&str] = &[
    "",
    "abc",
    "a\"b",
    "a\\b",
    "a\nb\tc\r",
    "α∞",
    "\u{F522}",
    "\u{0}\u{7f}",
    "(* no *)",
    "\\[Alpha]",
    "a b",
    "x1",
    "é😀",
];

const NUMBERS: &[&str] = &[
    "1.5",
    "0.1",
    "1.*^-7",
    "123456.789",
    "1.5*^300",
    "2.",
    "1.5`20",
    "3``4",
    "1*^-400*^0",
    "12345678901234567890",
    "0.",
    "1.*^15",
    "5`30*^-40",
];

/// Heads whose notation depends on their arguments, besides those of the operator table.
const HEADS: &[Sym] = &[
    Sym::List,
    Sym::Association,
    Sym::Plus,
    Sym::Times,
    Sym::Power,
    Sym::Plus,
    Sym::Times,
    Sym::Power,
    Sym::Slot,
    Sym::SlotSequence,
    Sym::Blank,
    Sym::BlankSequence,
    Sym::BlankNullSequence,
    Sym::Pattern,
    Sym::Optional,
    Sym::PatternTest,
    Sym::Function,
    Sym::Part,
    Sym::Span,
    Sym::MessageName,
    Sym::CompoundExpression,
    Sym::Inequality,
    Sym::TagSet,
    Sym::TagSetDelayed,
    Sym::TagUnset,
    Sym::Unset,
    Sym::Derivative,
    Sym::Rational,
    Sym::Complex,
    Sym::Out,
    Sym::Sqrt,
    Sym::Hold,
    Sym::Set,
    Sym::Not,
    Sym::Repeated,
];

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `count`.
    pub(super) fn pick(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    fn choose<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.pick(items.len())]
    }

    pub(super) fn expression(&mut self, depth: usize) -> Expr {
        if depth == 0 || self.pick(5) == 0 {
            return self.atom();
        }
        let count = self.choose(&[0, 1, 1, 2, 2, 2, 2, 3, 3, 4]);
        let args: Vec<Expr> = (0..count).map(|_| self.expression(depth - 1)).collect();
        let head = self.head(depth);
        Expr::normal(head, args)
    }

    fn head(&mut self, depth: usize) -> Expr {
        match self.pick(12) {
            0..=4 => {
                let operator = &OPERATORS[self.pick(OPERATORS.len())];
                Expr::symbol(&format!("System`{}", operator.head))
            }
            5..=9 => self.choose(HEADS).into(),
            10 => Expr::call(Sym::Derivative, [Expr::integer(self.pick(4) as i64)]),
            _ => self.expression(depth - 1),
        }
    }

    pub(super) fn atom(&mut self) -> Expr {
        match self.pick(12) {
            0..=2 => Expr::integer(self.pick(7) as i64 - 3),
            3 => Expr::string(self.choose(STRINGS)),
            4 => self.real(),
            5 => Expr::number(self.rational()),
            6 => self.complex(),
            7 => Expr::call(self.choose(&[Sym::Blank, Sym::Slot, Sym::BlankSequence]), []),
            _ => Expr::symbol(self.choose(SYMBOLS)),
        }
    }

    fn real(&mut self) -> Expr {
        if self.pick(2) == 0 {
            let real = f64::from_bits(self.next());
            return if real.is_normal() { Expr::real(real) } else { Expr::real(-0.5) };
        }
        let number = Literal::split(self.choose(NUMBERS)).and_then(|literal| literal.number());
        let number = number.unwrap_or(Number::Real(2.5));
        Expr::number(if self.pick(3) == 0 { number.neg() } else { number })
    }

    fn rational(&mut self) -> Number {
        let (above, below) = (self.pick(9) as i64 - 4, self.pick(5) as i64 + 2);
        Number::from(above).div(&Number::from(below)).unwrap_or(Number::ONE)
    }

    fn complex(&mut self) -> Expr {
        let im = self.rational();
        let re = if self.pick(2) == 0 { Number::ZERO } else { self.rational() };
        match self.pick(4) {
            0 => Expr::number(Number::complex(&Number::Real(1.5), &Number::Real(-2.0))),
            _ => Expr::number(Number::complex(&re, &im)),
        }
    }
}

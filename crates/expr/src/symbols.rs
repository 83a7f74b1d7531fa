//! The symbols that the Rust code names.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Expr;

macro_rules! symbols {
    ($($name:ident $(= $full:literal)?),* $(,)?) => {
        /// A symbol that the Rust code names; in the context ``System` `` unless the table says
        /// otherwise.
        #[allow(missing_docs)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Sym { $($name),* }

        const ALL: &[(Sym, &str)] = &[$((Sym::$name, symbols!(@full $name $($full)?))),*];
    };
    (@full $name:ident) => { concat!("System`", stringify!($name)) };
    (@full $name:ident $full:literal) => { $full };
}

include!("symbols.in");

static NODES: LazyLock<Vec<Expr>> = LazyLock::new(|| {
    ALL.iter()
        .map(|(sym, full_name)| Expr::intern_symbol(full_name, *sym as u16 + 1, || class_of(Some(*sym), full_name)))
        .collect()
});

impl Sym {
    /// The symbol as an expression.
    pub fn expr(self) -> &'static Expr {
        &NODES[self as usize]
    }

    /// The name without its context.
    pub fn name(self) -> &'static str {
        let full_name = self.full_name();
        full_name.rfind('`').map_or(full_name, |i| &full_name[i + 1..])
    }

    /// The name with its context.
    pub fn full_name(self) -> &'static str {
        ALL[self as usize].1
    }

    /// All symbols of the table.
    pub fn all() -> impl Iterator<Item = Sym> {
        ALL.iter().map(|(sym, _)| *sym)
    }

    pub(crate) fn from_index(index_plus_1: u16) -> Option<Sym> {
        ALL.get(usize::from(index_plus_1).wrapping_sub(1)).map(|(sym, _)| *sym)
    }
}

impl From<Sym> for Expr {
    fn from(sym: Sym) -> Expr {
        sym.expr().clone()
    }
}

impl PartialEq<Sym> for Expr {
    fn eq(&self, other: &Sym) -> bool {
        self == other.expr()
    }
}

impl Expr {
    /// The symbol with this full name, such as ``Global`x``.
    pub fn symbol(full_name: &str) -> Expr {
        LazyLock::force(&NODES);
        Expr::intern_symbol(full_name, 0, || class_of(None, full_name))
    }

    /// Whether an array may be hidden in this expression: one of [`ARRAY_SOURCES`] occurs in it.
    pub fn may_hold_array_symbol(&self) -> bool {
        self.symbol_classes() & ARRAY_CLASS != 0
    }

    /// The classes of the symbols in this expression that are not of the system.
    pub fn user_classes(&self) -> u64 {
        self.symbol_classes() & !(SYSTEM_CLASS | ARRAY_CLASS | PATTERN_CLASS | INTERVAL_CLASS | MODULUS_CLASS)
    }

    /// Whether an interval may be in this expression: the symbol `Interval` occurs in it.
    pub fn may_hold_interval(&self) -> bool {
        self.symbol_classes() & INTERVAL_CLASS != 0
    }

    /// Whether a pattern may be in this expression: one of the heads of patterns occurs in it.
    pub fn may_hold_pattern(&self) -> bool {
        self.symbol_classes() & PATTERN_CLASS != 0
    }
}

/// The class of `Abs` and `Conjugate`, besides that of the system: few expressions hold them, but all results of nets are
/// searched for them.
const MODULUS_CLASS: u64 = 1 << 59;
/// The class of `Interval`, besides that of the system.
const INTERVAL_CLASS: u64 = 1 << 60;
/// The class of the heads of patterns, besides that of the system.
const PATTERN_CLASS: u64 = 1 << 61;
/// The class of [`ARRAY_SOURCES`] in [`Expr::symbol_classes`].
const ARRAY_CLASS: u64 = 1 << 62;
/// The class of all other symbols of the system.
const SYSTEM_CLASS: u64 = 1 << 63;

/// The heads from which every array-valued expression that is not an explicit list is built.
pub const ARRAY_SOURCES: &[Sym] = &[
    Sym::VectorSymbol,
    Sym::MatrixSymbol,
    Sym::ArraySymbol,
    Sym::SymbolicZerosArray,
    Sym::SymbolicOnesArray,
    Sym::SymbolicIdentityArray,
    Sym::SymbolicDeltaProductArray,
    Sym::ArrayReshape,
    Sym::ArrayPad,
    Sym::ArrayReplicate,
    Sym::ArrayRandom,
    Sym::ArrayIndex,
    Sym::ArrayOrdering,
    Sym::ConstantArray,
    Sym::IdentityMatrix,
    Sym::Range,
    Sym::NetArray,
    Sym::ArrayVariable,
];

/// The heads that have a meaning in patterns.
const PATTERN_HEADS: &[Sym] = &[
    Sym::Blank,
    Sym::BlankSequence,
    Sym::BlankNullSequence,
    Sym::Pattern,
    Sym::Optional,
    Sym::Alternatives,
    Sym::Repeated,
    Sym::RepeatedNull,
    Sym::Condition,
    Sym::PatternTest,
    Sym::Except,
    Sym::Verbatim,
    Sym::HoldPattern,
    Sym::Longest,
    Sym::Shortest,
    Sym::PatternSequence,
    Sym::OrderlessPatternSequence,
    Sym::KeyValuePattern,
    Sym::OptionsPattern,
];

/// Symbols of the user take 44 classes in turn, so that a change of one of them is rarely mistaken for a change of another.
/// Symbols of other contexts, such as the variables of definitions, which hardly ever change but are often searched for, take 15
/// of their own.
fn class_of(sym: Option<Sym>, full_name: &str) -> u64 {
    static OF_USERS: AtomicU32 = AtomicU32::new(0);
    static OF_OTHERS: AtomicU32 = AtomicU32::new(0);
    if sym.is_some_and(|sym| ARRAY_SOURCES.contains(&sym)) {
        ARRAY_CLASS
    } else if sym.is_some_and(|sym| PATTERN_HEADS.contains(&sym)) {
        PATTERN_CLASS | SYSTEM_CLASS
    } else if matches!(sym, Some(Sym::Abs | Sym::Conjugate)) {
        MODULUS_CLASS | SYSTEM_CLASS
    } else if sym == Some(Sym::Interval) {
        INTERVAL_CLASS | SYSTEM_CLASS
    } else if sym.is_some() || full_name.starts_with("System`") {
        SYSTEM_CLASS
    } else if full_name.starts_with("Global`") {
        1 << (OF_USERS.fetch_add(1, Ordering::Relaxed) % 44)
    } else {
        1 << (44 + OF_OTHERS.fetch_add(1, Ordering::Relaxed) % 15)
    }
}

#[cfg(test)]
mod tests {
    use super::Sym;
    use crate::Expr;

    #[test]
    fn names_and_nodes_belong_together() {
        for sym in Sym::all() {
            assert_eq!(Expr::symbol(sym.full_name()), *sym.expr());
            assert_eq!(sym.expr().sym(), Some(sym));
        }
        assert_eq!(Sym::Plus.full_name(), "System`Plus");
        assert_eq!(Sym::Failed.name(), "$Failed");
    }
}

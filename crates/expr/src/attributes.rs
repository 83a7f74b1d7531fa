//! The attributes of symbols, as a set of bits.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

use crate::{Expr, Sym};

/// A set of attributes such as `Flat` or `HoldAll`.
///
/// ```
/// use netform_expr::Attributes;
///
/// let plus = Attributes::FLAT | Attributes::ORDERLESS;
/// assert!(plus.contains(Attributes::FLAT));
/// assert!(!plus.contains(Attributes::LISTABLE));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Attributes(u32);

macro_rules! attributes {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $symbol:ident;)*) => {
        impl Attributes {
            $($(#[$doc])* pub const $name: Attributes = Attributes(1 << $bit);)*

            /// Every attribute with its symbol, in alphabetical order.
            pub const ALL: &[(Attributes, Sym)] = &[$((Attributes::$name, Sym::$symbol)),*];
        }
    };
}

attributes! {
    /// Values given as `f[x]` = ... keep no definition but a constant one; derivatives are zero.
    CONSTANT = 0, Constant;
    /// Nested calls are flattened.
    FLAT = 1, Flat;
    /// No argument is evaluated.
    HOLD_ALL = 2, HoldAll;
    /// No argument is touched at all: no `Evaluate`, no `Sequence`, no up-values.
    HOLD_ALL_COMPLETE = 3, HoldAllComplete;
    /// The first argument is not evaluated.
    HOLD_FIRST = 4, HoldFirst;
    /// All arguments but the first are not evaluated.
    HOLD_REST = 5, HoldRest;
    /// The function threads over lists.
    LISTABLE = 6, Listable;
    /// Attributes cannot be changed any more.
    LOCKED = 7, Locked;
    /// `N` does not affect any argument.
    N_HOLD_ALL = 8, NHoldAll;
    /// `N` does not affect the first argument.
    N_HOLD_FIRST = 9, NHoldFirst;
    /// `N` affects only the first argument.
    N_HOLD_REST = 10, NHoldRest;
    /// Lists are not threaded over calls of the function, which stand for arrays.
    NON_THREADABLE = 19, NonThreadable;
    /// The value is a number when all arguments are.
    NUMERIC_FUNCTION = 11, NumericFunction;
    /// A call with one argument matches that argument.
    ONE_IDENTITY = 12, OneIdentity;
    /// Arguments are sorted.
    ORDERLESS = 13, Orderless;
    /// Definitions cannot be changed.
    PROTECTED = 14, Protected;
    /// Definitions cannot be read.
    READ_PROTECTED = 15, ReadProtected;
    /// `Sequence` arguments are not spliced.
    SEQUENCE_HOLD = 16, SequenceHold;
    /// The symbol is a stub.
    STUB = 17, Stub;
    /// The symbol is a local variable that goes when nothing refers to it.
    TEMPORARY = 18, Temporary;
}

impl Attributes {
    /// No attribute.
    pub const NONE: Attributes = Attributes(0);

    /// Whether all attributes of `other` are here.
    pub const fn contains(self, other: Attributes) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether some attribute of `other` is here.
    pub const fn intersects(self, other: Attributes) -> bool {
        self.0 & other.0 != 0
    }

    /// The union; usable in constants.
    pub const fn with(self, other: Attributes) -> Attributes {
        Attributes(self.0 | other.0)
    }

    /// These attributes without those of `other`.
    pub const fn without(self, other: Attributes) -> Attributes {
        Attributes(self.0 & !other.0)
    }

    /// The attribute that a symbol such as `Flat` names.
    pub fn named(symbol: &Expr) -> Option<Attributes> {
        let symbol = symbol.sym()?;
        Attributes::ALL.iter().find(|(_, s)| *s == symbol).map(|(a, _)| *a)
    }

    /// The symbols of the attributes, in alphabetical order.
    pub fn symbols(self) -> impl Iterator<Item = Sym> {
        Attributes::ALL.iter().filter(move |(a, _)| self.contains(*a)).map(|(_, s)| *s)
    }
}

impl BitOr for Attributes {
    type Output = Attributes;
    fn bitor(self, other: Attributes) -> Attributes {
        self.with(other)
    }
}

impl BitOrAssign for Attributes {
    fn bitor_assign(&mut self, other: Attributes) {
        *self = self.with(other);
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.symbols()).finish()
    }
}

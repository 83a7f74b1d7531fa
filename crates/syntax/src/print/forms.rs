//! What printers must be told about symbols: their short names, their TeX, what they hold.

use std::borrow::Cow;

use netform_expr::Symbol;

use crate::DefaultNames;

/// Which arguments a head keeps unevaluated when its call is evaluated.
///
/// InputForm writes numbers that are no single literal, such as `1/2` or `1 + 2*I`, by operators
/// where they will be evaluated, and by their full form `Rational[1, 2]` where they will not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Holds {
    /// None.
    #[default]
    None,
    /// The first.
    First,
    /// All but the first.
    Rest,
    /// All.
    All,
}

impl Holds {
    /// Whether argument `index`, counted from 0, is kept.
    pub fn argument(self, index: usize) -> bool {
        match self {
            Holds::None => false,
            Holds::First => index == 0,
            Holds::Rest => index > 0,
            Holds::All => true,
        }
    }
}

/// What printers ask about symbols. A session answers from its contexts and function records;
/// [`DefaultForms`] answers as a fresh session would.
pub trait Forms {
    /// The shortest name that reads back as the symbol.
    fn name<'a>(&'a self, symbol: &'a Symbol) -> Cow<'a, str>;

    /// Which arguments calls of the symbol keep unevaluated. Heads that hold their arguments only
    /// to evaluate them one by one, such as `And` and `Piecewise`, count as holding none.
    fn holds(&self, symbol: &Symbol) -> Holds;

    /// TeX text for the symbol, such as `\tanh`; `None` for its name.
    fn tex<'a>(&'a self, symbol: &'a Symbol) -> Option<Cow<'a, str>>;
}

/// The forms that a fresh session has: short names in ``System` `` and ``Global` ``, the heads of
/// the language that hold arguments, TeX of the elementary functions.
#[derive(Clone, Debug, Default)]
pub struct DefaultForms {
    names: DefaultNames,
}

impl DefaultForms {
    /// Forms with the short names of this resolver.
    pub fn new(names: DefaultNames) -> DefaultForms {
        DefaultForms { names }
    }
}

impl Forms for DefaultForms {
    fn name<'a>(&'a self, symbol: &'a Symbol) -> Cow<'a, str> {
        self.names.shorten(symbol)
    }

    fn holds(&self, symbol: &Symbol) -> Holds {
        if symbol.context() == "System`" { default_holds(symbol.name()) } else { Holds::None }
    }

    fn tex<'a>(&'a self, symbol: &'a Symbol) -> Option<Cow<'a, str>> {
        let name = (symbol.context() == "System`").then_some(symbol.name())?;
        TEX_NAMES.iter().find(|(known, _)| *known == name).map(|(_, tex)| Cow::Borrowed(*tex))
    }
}

/// What the heads of the language hold that the notation of this crate can write.
pub fn default_holds(name: &str) -> Holds {
    match name {
        "Hold" | "HoldForm" | "HoldComplete" | "HoldPattern" | "Unevaluated" | "Defer" | "Function" | "Module"
        | "With" | "Block" | "Table" | "Sum" | "Product" | "Do" | "While" | "For" | "SetDelayed" | "UpSetDelayed"
        | "TagSet" | "TagSetDelayed" | "TagUnset" | "UpSet" | "CompoundExpression" | "Which" | "Timing" | "Unset" => {
            Holds::All
        }
        "Set" | "Increment" | "Decrement" | "PreIncrement" | "PreDecrement" | "AddTo" | "SubtractFrom" | "TimesBy"
        | "DivideBy" | "ApplyTo" | "Pattern" | "MessageName" | "AppendTo" | "PrependTo" => Holds::First,
        "If" | "Switch" | "RuleDelayed" | "Condition" | "PatternTest" => Holds::Rest,
        _ => Holds::None,
    }
}

/// TeX of elementary functions and constants, for sessions without records of their own.
const TEX_NAMES: &[(&str, &str)] = &[
    ("ArcCos", r"\arccos"),
    ("ArcSin", r"\arcsin"),
    ("ArcTan", r"\arctan"),
    ("Cos", r"\cos"),
    ("Cosh", r"\cosh"),
    ("Cot", r"\cot"),
    ("Coth", r"\coth"),
    ("Csc", r"\csc"),
    ("Degree", r"{}^{\circ}"),
    ("Det", r"\det"),
    ("E", "e"),
    ("EulerGamma", r"\gamma"),
    ("Gamma", r"\Gamma"),
    ("I", "i"),
    ("Infinity", r"\infty"),
    ("Log", r"\log"),
    ("LogisticSigmoid", r"\sigma"),
    ("Max", r"\max"),
    ("Min", r"\min"),
    ("Pi", r"\pi"),
    ("Sec", r"\sec"),
    ("Sin", r"\sin"),
    ("Sinh", r"\sinh"),
    ("Tan", r"\tan"),
    ("Tanh", r"\tanh"),
    ("Integers", r"\mathbb{Z}"),
    ("Reals", r"\mathbb{R}"),
    ("Rationals", r"\mathbb{Q}"),
    ("Complexes", r"\mathbb{C}"),
];

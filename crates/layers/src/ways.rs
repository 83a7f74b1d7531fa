//! The ways in which a layer can be applied, and what can be asked of it.

/// A way of applying a layer, or of asking about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// On machine numbers.
    Numbers,
    /// On symbols.
    Symbols,
    /// On numbers beside symbols.
    Mixture,
    /// On array symbols.
    ArraySymbols,
    /// With symbols for its arrays.
    SymbolicWeights,
    /// On exact numbers.
    Exact,
    /// To a number of digits.
    Digits,
    /// On intervals.
    Intervals,
    /// On a batch.
    Batch,
    /// As in training.
    Training,
    /// Its derivatives by symbols.
    Derivatives,
    /// Its gradients by inputs and arrays.
    Gradients,
    /// Its equations.
    Equations,
    /// Its program.
    Program,
}

impl Way {
    /// All of them.
    pub const ALL: [Way; 14] = [
        Way::Numbers,
        Way::Symbols,
        Way::Mixture,
        Way::ArraySymbols,
        Way::SymbolicWeights,
        Way::Exact,
        Way::Digits,
        Way::Intervals,
        Way::Batch,
        Way::Training,
        Way::Derivatives,
        Way::Gradients,
        Way::Equations,
        Way::Program,
    ];

    /// What it is called, in a few words.
    pub const fn name(self) -> &'static str {
        match self {
            Way::Numbers => "numbers",
            Way::Symbols => "symbols",
            Way::Mixture => "mixture",
            Way::ArraySymbols => "array symbols",
            Way::SymbolicWeights => "symbolic weights",
            Way::Exact => "exact",
            Way::Digits => "digits",
            Way::Intervals => "intervals",
            Way::Batch => "batch",
            Way::Training => "training",
            Way::Derivatives => "derivatives",
            Way::Gradients => "gradients",
            Way::Equations => "equations",
            Way::Program => "program",
        }
    }
}

//! Algebra: expanding, collecting, factoring, simplifying.

mod apart;
mod assumptions;
mod coefficients;
mod expand;
mod expansion;
mod factor;
mod fraction;
mod gaussian;
pub(crate) mod inequalities;
pub(crate) mod linear_conditions;
mod logic;
mod polynomial;
mod quotients;
mod refine;
mod simplify;
mod thread;
mod together;
mod trigonometric;
mod variables;

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &apart::APART,
    &apart::POLYNOMIAL_QUOTIENT,
    &apart::POLYNOMIAL_REMAINDER,
    &coefficients::COEFFICIENT,
    &coefficients::COEFFICIENT_LIST,
    &coefficients::COEFFICIENT_RULES,
    &coefficients::COLLECT,
    &coefficients::EXPONENT,
    &expand::EXPAND,
    &expand::EXPAND_ALL,
    &expand::EXPAND_DENOMINATOR,
    &expand::EXPAND_NUMERATOR,
    &factor::FACTOR,
    &factor::FACTOR_LIST,
    &factor::FACTOR_SQUARE_FREE,
    &factor::POLYNOMIAL_GCD,
    &refine::ASSUMING,
    &refine::ASSUMPTIONS,
    &refine::POWER_EXPAND,
    &refine::REFINE,
    &simplify::FULL_SIMPLIFY,
    &simplify::FUNCTION_EXPAND_RECORD,
    &simplify::SIMPLIFY_RECORD,
    &together::CANCEL,
    &together::TOGETHER,
    &trigonometric::EXP_TO_TRIG,
    &trigonometric::TRIG_EXPAND,
    &trigonometric::TRIG_REDUCE,
    &trigonometric::TRIG_TO_EXP,
    &variables::POLYNOMIAL_Q,
    &variables::VARIABLES,
];

//! Precedences that the parser and the printers name.

/// Of what cannot be taken apart: atoms and everything in brackets.
pub(crate) const ATOM: u16 = 1000;
/// Of `a::b`.
pub(crate) const MESSAGE: u16 = 750;
/// Of `p?test`.
pub(crate) const PATTERN_TEST: u16 = 680;
/// Of `f[x]`, `f[[i]]` and `f'`.
pub(crate) const CALL: u16 = 670;
/// Of `f'` when it is printed: it may be called, but another prime would become one with it.
pub(crate) const PRIMED: u16 = 669;
/// Of `a ~f~ b`.
pub(crate) const INFIX_APPLICATION: u16 = 630;
/// Of `a^b`.
pub(crate) const POWER: u16 = 590;
/// Of `-a`, and of negative numbers.
pub(crate) const NEGATION: u16 = 480;
/// Of `a/b`.
pub(crate) const QUOTIENT: u16 = 470;
/// Of `a*b`.
pub(crate) const PRODUCT: u16 = 400;
/// Of `a + b`.
pub(crate) const SUM: u16 = 310;
/// Of `a ;; b`.
pub(crate) const SPAN: u16 = 305;
/// Of `a == b` and its like.
pub(crate) const COMPARISON: u16 = 290;
/// Of `name : pattern`.
pub(crate) const PATTERN: u16 = 150;
/// Of `pattern : default`.
pub(crate) const OPTIONAL: u16 = 140;
/// Of `body &`.
pub(crate) const FUNCTION: u16 = 90;
/// Of `a = b`.
pub(crate) const ASSIGNMENT: u16 = 40;
/// Of `a; b`.
pub(crate) const COMPOUND: u16 = 10;
/// Of what stands alone, or between commas and brackets.
pub(crate) const NONE: u16 = 0;

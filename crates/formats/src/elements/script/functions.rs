//! What functions of C are called in other systems.

/// Functions by their name in C, with their forms in SymPy, Maxima, Julia and CasADi; an empty form is none.
const FUNCTIONS: &[(&str, [&str; 4])] = &[
    ("exp", ["sp.exp(#1)", "exp(#1)", "exp(#1)", "ca.exp(#1)"]),
    ("expm1", ["sp.exp(#1) - 1", "exp(#1) - 1", "expm1(#1)", "ca.expm1(#1)"]),
    ("log", ["sp.log(#1)", "log(#1)", "log(#1)", "ca.log(#1)"]),
    ("log1p", ["sp.log(1 + #1)", "log(1 + #1)", "log1p(#1)", "ca.log1p(#1)"]),
    ("log2", ["sp.log(#1, 2)", "log(#1)/log(2)", "log2(#1)", "ca.log(#1)/ca.log(2)"]),
    ("log10", ["sp.log(#1, 10)", "log(#1)/log(10)", "log10(#1)", "ca.log10(#1)"]),
    ("sqrt", ["sp.sqrt(#1)", "sqrt(#1)", "sqrt(#1)", "ca.sqrt(#1)"]),
    ("cbrt", ["sp.real_root(#1, 3)", "signum(#1)*abs(#1)^(1/3)", "cbrt(#1)", "ca.sign(#1)*ca.fabs(#1)**(1/3)"]),
    ("pow", ["#1**#2", "#1^#2", "#1^#2", "#1**#2"]),
    ("fabs", ["sp.Abs(#1, evaluate=False)", "abs(#1)", "abs(#1)", "ca.fabs(#1)"]),
    ("fmax", ["sp.Max(#1, #2, evaluate=False)", "max(#1, #2)", "max(#1, #2)", "ca.fmax(#1, #2)"]),
    ("fmin", ["sp.Min(#1, #2, evaluate=False)", "min(#1, #2)", "min(#1, #2)", "ca.fmin(#1, #2)"]),
    ("floor", ["sp.floor(#1, evaluate=False)", "floor(#1)", "floor(#1)", "ca.floor(#1)"]),
    ("ceil", ["sp.ceiling(#1, evaluate=False)", "ceiling(#1)", "ceil(#1)", "ca.ceil(#1)"]),
    (
        "trunc",
        [
            "sp.sign(#1, evaluate=False)*sp.floor(sp.Abs(#1, evaluate=False), evaluate=False)",
            "truncate(#1)",
            "trunc(#1)",
            "ca.sign(#1)*ca.floor(ca.fabs(#1))",
        ],
    ),
    (
        // A half goes to the even neighbour.
        "rint",
        [
            "where(sp.Eq(sp.Mod(2*#1, 4, evaluate=False), 1, evaluate=False), sp.floor(#1, evaluate=False), sp.floor(#1 + sp.Rational(1, 2), evaluate=False))",
            "round(#1)",
            "round(#1)",
            "ca.if_else(2*#1 - 4*ca.floor(#1/2) == 1, ca.floor(#1), ca.floor(#1 + 0.5))",
        ],
    ),
    ("sin", ["sp.sin(#1)", "sin(#1)", "sin(#1)", "ca.sin(#1)"]),
    ("cos", ["sp.cos(#1)", "cos(#1)", "cos(#1)", "ca.cos(#1)"]),
    ("tan", ["sp.tan(#1)", "tan(#1)", "tan(#1)", "ca.tan(#1)"]),
    ("asin", ["sp.asin(#1)", "asin(#1)", "asin(#1)", "ca.asin(#1)"]),
    ("acos", ["sp.acos(#1)", "acos(#1)", "acos(#1)", "ca.acos(#1)"]),
    ("atan", ["sp.atan(#1)", "atan(#1)", "atan(#1)", "ca.atan(#1)"]),
    ("atan2", ["sp.atan2(#1, #2)", "atan2(#1, #2)", "atan(#1, #2)", "ca.atan2(#1, #2)"]),
    ("sinh", ["sp.sinh(#1)", "sinh(#1)", "sinh(#1)", "ca.sinh(#1)"]),
    ("cosh", ["sp.cosh(#1)", "cosh(#1)", "cosh(#1)", "ca.cosh(#1)"]),
    ("tanh", ["sp.tanh(#1)", "tanh(#1)", "tanh(#1)", "ca.tanh(#1)"]),
    ("asinh", ["sp.asinh(#1)", "asinh(#1)", "asinh(#1)", "ca.asinh(#1)"]),
    ("acosh", ["sp.acosh(#1)", "acosh(#1)", "acosh(#1)", "ca.acosh(#1)"]),
    ("atanh", ["sp.atanh(#1)", "atanh(#1)", "atanh(#1)", "ca.atanh(#1)"]),
    ("erf", ["sp.erf(#1)", "erf(#1)", "SpecialFunctions.erf(#1)", "ca.erf(#1)"]),
    ("erfc", ["sp.erfc(#1)", "erfc(#1)", "SpecialFunctions.erfc(#1)", "(1 - ca.erf(#1))"]),
    ("tgamma", ["sp.gamma(#1)", "gamma(#1)", "SpecialFunctions.gamma(#1)", ""]),
    ("lgamma", ["sp.loggamma(#1)", "log_gamma(#1)", "SpecialFunctions.loggamma(#1)", ""]),
    ("fmod", ["", "", "rem(#1, #2)", "ca.fmod(#1, #2)"]),
];

/// The form of a function in a column of the table.
pub(super) fn form(function: &str, column: usize) -> Option<&'static str> {
    let (_, forms) = FUNCTIONS.iter().find(|(name, _)| *name == function)?;
    Some(forms[column]).filter(|form| !form.is_empty())
}

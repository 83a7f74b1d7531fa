//! Mathematical constants.

use netform_eval::{Eval, Form, Function, Session, ShapeRule};
use netform_expr::number::Constant;
use netform_expr::{Attributes, Expr, Number};

/// A constant that stays symbolic; `N` gives its value.
const fn constant(name: &'static str, usage: &'static str, forms: &'static [(Form, &'static str)]) -> Function {
    Function { name, usage, attributes: Attributes::CONSTANT, shape: ShapeRule::Scalar, forms, ..Function::NEW }
}

pub(super) const FUNCTIONS: &[Function] = &[
    constant(
        "Pi",
        "Pi is the ratio of a circle's circumference to its diameter, 3.14159...",
        &[(Form::Tex, "\\pi"), (Form::C, "M_PI")],
    ),
    constant("E", "E is the base of natural logarithms, 2.71828...", &[(Form::Tex, "e"), (Form::C, "M_E")]),
    constant("Degree", "Degree is the angle Pi/180.", &[(Form::Tex, "{}^{\\circ}")]),
    constant(
        "EulerGamma",
        "EulerGamma is the constant 0.577216... of Euler and Mascheroni.",
        &[(Form::Tex, "\\gamma")],
    ),
    constant("GoldenRatio", "GoldenRatio is (1 + Sqrt[5])/2, 1.61803...", &[(Form::Tex, "\\phi")]),
    constant("Catalan", "Catalan is the constant 0.915966..., the sum of (-1)^k/(2 k + 1)^2.", &[(Form::Tex, "G")]),
    Function {
        name: "I",
        usage: "I is the imaginary unit, the square root of -1.",
        value: Some(imaginary_unit),
        forms: &[(Form::Tex, "i")],
        examples: &[("I^2", "-1"), ("(1 + I) (1 - I)", "2")],
        ..Function::NEW
    },
    Function {
        name: "Complex",
        usage: "Complex is the head of complex numbers; Complex[x, y] with numbers x and y is x + I y.",
        arguments: Some((2, 2)),
        evaluate: Some(|_, call| {
            let parts = [call.arg(0), call.arg(1)].map(|part| part.as_number());
            let [Some(re), Some(im)] = parts else { return Ok(None) };
            Ok(Some(Expr::number(Number::complex(&re, &im))))
        }),
        examples: &[("Complex[1, 2]", "1 + 2 I"), ("Head[2 I]", "Complex")],
        ..Function::NEW
    },
    Function {
        name: "Rational",
        usage: "Rational is the head of fractions; Rational[n, d] with integers n and d is n/d.",
        arguments: Some((2, 2)),
        evaluate: Some(|_, call| {
            let parts = [call.arg(0), call.arg(1)].map(|part| part.as_number().filter(Number::is_integer));
            let [Some(n), Some(d)] = parts else { return Ok(None) };
            Ok(n.div(&d).ok().map(Expr::number))
        }),
        examples: &[("Rational[2, 4]", "1/2"), ("Head[2/3]", "Rational")],
        ..Function::NEW
    },
    Function {
        name: "Indeterminate",
        usage: "Indeterminate is a quantity whose value cannot be determined, such as 0/0.",
        ..Function::NEW
    },
];

fn imaginary_unit(_: &mut Session) -> Eval {
    Ok(Some(Expr::number(Number::complex(&Number::ZERO, &Number::ONE))))
}

/// The constant that a symbol names.
pub(crate) fn constant_of(symbol: &Expr) -> Option<Constant> {
    let name = symbol.as_symbol().filter(|s| s.context() == "System`")?.name();
    Constant::ALL.iter().copied().find(|constant| constant.name() == name)
}

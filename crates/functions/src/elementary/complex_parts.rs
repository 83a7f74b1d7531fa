//! Parts of complex numbers: `Re`, `Im`, `Conjugate`, `Arg`.

use netform_eval::{Eval, Flow, Function, Lowering, Session, ShapeRule};
use netform_expr::{Expr, Number, Sym, map_bottom_up, postorder};

use super::table::NUMERIC;
use crate::arithmetic::product;
use crate::symbolic_arrays::is_real;

const BASE: Function = Function {
    attributes: NUMERIC,
    arguments: Some((1, 1)),
    shape: ShapeRule::Elementwise,
    lowering: Lowering::None,
    ..Function::NEW
};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "Program`OfReals",
        usage: "Program`OfReals[e] is e where all symbols and all values are real numbers: conjugates and real parts are the numbers \
                themselves, imaginary parts are 0, and even powers of absolute values are those of the numbers. Where complex \
                numbers are in e, they mean what they say.",
        arguments: Some((1, 1)),
        evaluate: Some(|session, call| {
            let e = call.arg(0);
            if holds_complex(&e) {
                return Ok(Some(e));
            }
            let real = map_bottom_up(&e, |node| of_real(&node).unwrap_or(node));
            if real == e { Ok(Some(real)) } else { session.evaluate(&real).map(Some) }
        }),
        examples: &[
            ("Program`OfReals[Norm[{a, b}]]", "Sqrt[a^2 + b^2]"),
            ("Program`OfReals[Variance[{a, 0}]]", "a^2/2"),
            ("Program`OfReals[{Re[x + 1], Im[y], Abs[x]^3}]", "{1 + x, 0, Abs[x]^3}"),
            ("Program`OfReals[Abs[E^(I x)]^2]", "Abs[E^(I x)]^2"),
        ],
        ..Function::NEW
    },
    Function {
        name: "Re",
        usage: "Re[z] is the real part of z.",
        evaluate: Some(complex_part),
        examples: &[("Re[3 + 4 I]", "3"), ("Re[2 + 3 I x + Pi]", "2 + Pi - 3 Im[x]")],
        ..BASE
    },
    Function {
        name: "Im",
        usage: "Im[z] is the imaginary part of z.",
        evaluate: Some(complex_part),
        examples: &[("Im[3 + 4 I]", "4"), ("Im[x + I]", "1 + Im[x]")],
        ..BASE
    },
    Function {
        name: "Conjugate",
        usage: "Conjugate[z] is the complex conjugate of z.",
        evaluate: Some(complex_part),
        examples: &[
            ("Conjugate[3 + 4 I]", "3 - 4 I"),
            ("Conjugate[x + 2 I y]", "Conjugate[x] - (2 I) Conjugate[y]"),
            ("Conjugate[VectorSymbol[\"v\", n]]", "v"),
        ],
        ..BASE
    },
    Function {
        name: "Arg",
        usage: "Arg[z] is the angle of the complex number z, between -Pi and Pi.",
        evaluate: Some(|_, call| {
            let Some(z) = call.arg(0).as_number() else { return Ok(None) };
            Ok(match z.sign() {
                Some(0 | 1) => Some(Expr::integer(0)),
                Some(_) if !z.is_exact() => Some(Expr::call(Sym::ArcTan, [Expr::number(z), Expr::integer(0)])),
                Some(_) => Some(Sym::Pi.into()),
                None => Some(Expr::call(Sym::ArcTan, [Expr::number(z.re()), Expr::number(z.im())])),
            })
        }),
        examples: &[("Arg[-1]", "Pi"), ("Arg[1 + I]", "Pi/4")],
        ..BASE
    },
];

/// Whether an expression without variables, such as `Sqrt[2] + Pi`, is a real number.
fn is_real_constant(session: &mut Session, z: &Expr) -> Result<bool, Flow> {
    if !crate::numbers::is_numeric(session, z) {
        return Ok(false);
    }
    Ok(session.evaluate_call(Sym::N, [z.clone()])?.as_number().is_some_and(|value| value.is_real()))
}

/// `Re`, `Im` and `Conjugate`: of numbers, of what is known to be real, and of sums and products as far as numbers in them go.
fn complex_part(session: &mut Session, call: &Expr) -> Eval {
    let part = call.head_sym();
    let z = call.arg(0);
    let of_number = |z: &Number| match part {
        Some(Sym::Re) => z.re(),
        Some(Sym::Im) => z.im(),
        _ => z.conjugate(),
    };
    if let Some(z) = z.as_number() {
        return Ok(Some(Expr::number(of_number(&z))));
    }
    if is_real(&z)
        || is_real_constant(session, &z)?
        || matches!(z.head_sym(), Some(Sym::Re | Sym::Im | Sym::Abs | Sym::RealAbs | Sym::Arg))
    {
        return if part == Some(Sym::Im) { session.evaluate_call(Sym::Times, [Expr::integer(0), z]) } else { Ok(z) }
            .map(Some);
    }
    if z.has_head(Sym::Conjugate) && part == Some(Sym::Conjugate) {
        return Ok(Some(z.arg(0)));
    }
    if let Some(terms) = z.args_of(Sym::Plus) {
        // A term that gives something else than the function of itself leaves the sum.
        let mut parts = Vec::with_capacity(terms.len());
        let mut kept = Vec::new();
        for term in terms.iter() {
            let value = session.evaluate(&Expr::normal(call.head().clone(), [term.clone()]))?;
            if value.head() == call.head() && value.arg(0) == *term {
                kept.push(term.clone());
            } else {
                parts.push(value);
            }
        }
        if parts.is_empty() {
            return Ok(None);
        }
        if !kept.is_empty() {
            let kept = Expr::call(Sym::Plus, kept);
            parts.push(Expr::normal(call.head().clone(), [kept]));
        }
        return Ok(Some(Expr::call(Sym::Plus, parts)));
    }
    let Some(factors) = z.args_of(Sym::Times) else { return Ok(None) };
    let Some(number) = factors[0].as_number() else { return Ok(None) };
    let rest = product(session, factors[1..].iter().cloned())?;
    if part == Some(Sym::Conjugate) {
        return Ok(Some(Expr::call(
            Sym::Times,
            [Expr::number(number.conjugate()), Expr::call(Sym::Conjugate, [rest])],
        )));
    }
    let [re, im] = [Expr::number(number.re()), Expr::number(number.im())];
    let (same, other, sign) = if part == Some(Sym::Re) { (Sym::Re, Sym::Im, -1) } else { (Sym::Im, Sym::Re, 1) };
    Ok(Some(Expr::call(
        Sym::Plus,
        [
            Expr::call(Sym::Times, [re, Expr::call(same, [rest.clone()])]),
            Expr::call(Sym::Times, [Expr::integer(sign), im, Expr::call(other, [rest])]),
        ],
    )))
}

fn holds_complex(e: &Expr) -> bool {
    let is_complex = |node: &Expr| matches!(node.as_number(), Some(Number::Complex(_))) || node.is(Sym::I);
    postorder(e, |_| true, |node| if is_complex(node) { Err(()) } else { Ok(()) }).is_err()
}

/// What a function of complex numbers is of a real one.
fn of_real(node: &Expr) -> Option<Expr> {
    match (node.head_sym()?, node.args().as_ref()) {
        (Sym::Conjugate | Sym::Re, [x]) => Some(x.clone()),
        (Sym::Im, [x]) => Some(Expr::call(Sym::Times, [Expr::integer(0), x.clone()])),
        (Sym::Power, [size, exponent]) if exponent.as_i64().is_some_and(|n| n % 2 == 0) => {
            match size.args_of(Sym::Abs)?.as_ref() {
                [x] => Some(Expr::call(Sym::Power, [x.clone(), exponent.clone()])),
                _ => None,
            }
        }
        _ => None,
    }
}
